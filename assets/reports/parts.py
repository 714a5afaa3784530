"""What the reports over the asset ledgers share: whose cards, of which class, in which days."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetCategory, AssetValueMove, Edition
from assets.selectors import cards_seen
from core import clock
from core.forms import DayField, offer
from core.reports import PeriodForm, ReportForm
from core.widgets import PickerInput
from directory.models import Department

T = TypeVar("T")
EXPORT = "assets.export_asset"
"""Whoever may take the list of cards away as a workbook may do so with the reports that name cards; nobody else."""
READ_AT_ONCE = 2_000
"""Cards whose figures are read in one go: a report of a million cards must not fill the memory."""
GATES = (3, 5)
"""Letters of a code that say its gate and its major class; the rest are zeros: A02000000, A02010000."""


def upper_classes() -> QuerySet[AssetCategory]:
    """Gates and major classes of the edition in use."""
    rows = AssetCategory.objects.filter(edition=Edition.E2022, active=True)
    return rows.filter(code__endswith="0000").order_by("code")


class CardsForm(ReportForm):
    """Whose cards, and of which class; both empty: all that the person may see."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Asset category"),
        queryset=AssetCategory.objects.none(),
        required=False,
        empty_label=gettext_lazy("All classes"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.visible_to(self.user))
        offer(self, "category", upper_classes())


class CardsAsOfForm(CardsForm):
    as_of = DayField(label=gettext_lazy("As of"), initial=clock.today)
    field_order = ("as_of", "department", "category")

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day and day > clock.today():
            raise forms.ValidationError(_("The date lies in the future; use today's date."))
        return day


class CardsPeriodForm(CardsForm, PeriodForm):
    field_order = ("month", "start", "end", "department", "category")


def chosen_cards(user: Any, params: Any) -> QuerySet[Asset]:
    """The cards of a report: of the chosen department and of the chosen class, each with those under it."""
    rows = cards_seen(user)
    if department := params.get("department"):
        rows = rows.filter(department__path__startswith=department.path)
    if category := params.get("category"):
        rows = rows.filter(category__path__startswith=category.path)
    return rows


def value_moves(user: Any, params: Any) -> QuerySet[AssetValueMove]:
    """Value rows of the chosen cards."""
    return AssetValueMove.objects.filter(asset__in=chosen_cards(user, params).order_by().values("pk"))


def within(params: Any, field: str = "business_date") -> Q:
    """The days of a period."""
    return Q(**{f"{field}__gte": params["start"], f"{field}__lte": params["end"]})


def said(params: Any) -> list[tuple[Any, Any]]:
    """The choices above the table."""
    words: list[tuple[Any, Any]] = []
    if "start" in params:
        period = _("%(start)s to %(end)s") % {"start": params["start"], "end": params["end"]}
        words.append((_("Period"), period))
    if "as_of" in params:
        words.append((_("As of"), f"{params['as_of']:%Y-%m-%d}"))
    if params.get("department"):
        words.append((_("Department"), params["department"]))
    if params.get("category"):
        words.append((_("Asset category"), params["category"]))
    return words


def portions(rows: Iterable[T], size: int = READ_AT_ONCE) -> Iterator[list[T]]:
    """Rows in lists of at most `size`."""
    left = iter(rows)
    while portion := list(islice(left, size)):
        yield portion
