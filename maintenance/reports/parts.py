"""What the reports of repairs share: whose orders, of which days, and how key figures stand in columns."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.reports import Column, PeriodForm, ReportForm
from core.widgets import PickerInput
from directory.models import Department, Place, User
from maintenance import kpis
from maintenance.models import RepairCategory, Team, WorkOrder

READ = "maintenance.export_workorder"
"""Reports over many orders are for whoever may take the list of orders away; everybody reads those he may see."""


class OrdersForm(ReportForm):
    """Which orders: of a kind, a building and a department, each with what is under it; all empty: all one may see."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=RepairCategory.objects.none(),
        required=False,
        empty_label=gettext_lazy("All categories"),
    )
    place = forms.ModelChoiceField(
        label=gettext_lazy("Building or place"),
        queryset=Place.objects.none(),
        required=False,
        widget=PickerInput("place_search"),
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", RepairCategory.objects.visible_to(self.user).order_by("path"))
        offer(self, "place", Place.objects.visible_to(self.user))
        offer(self, "department", Department.objects.visible_to(self.user))


class OrdersPeriodForm(OrdersForm, PeriodForm):
    worker = forms.ModelChoiceField(
        label=gettext_lazy("Worker"),
        queryset=User.objects.none(),
        required=False,
        widget=PickerInput("anyone_search"),
    )
    field_order = ("month", "start", "end", "category", "place", "department", "worker")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "worker", User.objects.filter(organization=self.user.organization_id))


CHOSEN = ("category", "place", "department", "worker")


def chosen_of(params: Any) -> dict[str, Any]:
    """The choices that narrow the orders."""
    return {name: params.get(name) for name in CHOSEN if params.get(name)}


def orders_chosen(user: Any, params: Any) -> QuerySet[WorkOrder]:
    """The orders of a report: those within the reach of the right to take them away. What somebody only reported or
    works on himself, in another department, is not among them."""
    return kpis.orders_of(user, params["start"], params["end"], **chosen_of(params)).within(user, READ)


def said(params: Any, period_label: Any = "") -> list[tuple[Any, Any]]:
    """The choices above the table. period_label: of its days, where nothing was reported in them."""
    words: list[tuple[Any, Any]] = []
    if "start" in params:
        period = _("%(start)s to %(end)s") % {"start": params["start"], "end": params["end"]}
        words.append((period_label or _("Reported in"), period))
    labels = (
        ("category", _("Category")),
        ("place", _("Building or place")),
        ("department", _("Department")),
        ("worker", _("Worker")),
    )
    return [*words, *((label, params[name]) for name, label in labels if params.get(name))]


GROUPS: dict[str, tuple[str, Any, bool]] = {
    # column of the order, table of the names, added up to the roots of a tree
    "category": ("category_id", RepairCategory, True),
    "item": ("category_id", RepairCategory, False),
    "building": ("place_id", Place, True),
    "department": ("department_id", Department, False),
    "team": ("team_id", Team, False),
    "worker": ("worker_id", User, False),
}
"""By what the sums of orders are grouped that have a row of their own for each group."""
FILTERS = {name: name for name in ("category", "department", "team", "worker", "urgency")}
FILTERS |= {"item": "category", "building": "place"}
"""By which filter the list of orders shows what is behind a group."""


def sums_by(orders: QuerySet[WorkOrder], group: str) -> dict[Any, kpis.Totals]:
    """The sums over some orders by one of GROUPS, rooms added up to buildings and items to categories."""
    column, model, folded = GROUPS[group]
    sums = kpis.grouped(orders, column)
    return kpis.folded(sums, kpis.roots(model, sums)) if folded else sums


def names_of(group: str, keys: Iterable[Any]) -> dict[Any, str]:
    """The words of the rows of one of GROUPS by key; one statement."""
    rows = GROUPS[group][1]._base_manager.filter(pk__in=[key for key in keys if key])
    return {row.pk: str(row) for row in rows}


def rate_columns(*keys: str) -> Sequence[Column]:
    """For each key figure a heading with in time, of how many, and percent."""
    return tuple(
        Column(
            kpis.RATE[key].label,
            children=(
                Column(gettext_lazy("Count"), f"{key}_part", "integer", width=7, total=True),
                Column(gettext_lazy("Of"), f"{key}_whole", "integer", width=7, total=True),
                Column("%", f"{key}_percent", "quantity", width=7),
            ),
        )
        for key in keys
    )


def rate_values(row: kpis.Totals, *keys: str) -> dict[str, Any]:
    """The values of rate_columns."""
    found: dict[str, Any] = {}
    for key in keys:
        part, whole = kpis.RATE[key].counts(row)
        found |= {f"{key}_part": part, f"{key}_whole": whole, f"{key}_percent": kpis.RATE[key].percent(row)}
    return found


def hours(minutes: int) -> Decimal:
    """Minutes as hours with one place."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))
