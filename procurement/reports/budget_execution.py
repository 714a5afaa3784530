"""预算执行表: allotted, reserved, used and left, by department, project, fund source or economic class."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import offer
from core.numbers import percent
from core.reports import SUBTOTAL, Column, Report, ReportForm, Row, register
from directory.models import Department
from procurement import budget_selectors
from procurement.models import BudgetAllotment, FundSource

GROUPS = {
    "department": gettext_lazy("Department"),
    "project": gettext_lazy("Project"),
    "fund_source": gettext_lazy("Fund source"),
    "economic_class": gettext_lazy("Economic class"),
}


class ExecutionForm(ReportForm):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )
    source = forms.ChoiceField(label=gettext_lazy("Fund source"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Subtotals by"), choices=list(GROUPS.items()), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        years = sorted({*budget_selectors.years(self.user), this_year}, reverse=True)
        offer(self, "year", [(year, str(year)) for year in years])
        self.fields["year"].initial = this_year
        offer(self, "department", budget_selectors.departments(self.user))
        offer(self, "source", [("", _("All fund sources")), *FundSource.choices])
        self.fields["group"].initial = "department"


@register
class BudgetExecution(Report):
    """One row an allotment, subtotals by what was asked for."""

    code = "budget_execution"
    title = gettext_lazy("Budget execution")
    permission = "procurement.view_budgetallotment"
    icon = "scale"
    form_class = ExecutionForm
    note = gettext_lazy(
        "Left = allotted - reserved - used. Used %: paid of what is allotted; bound %: paid and reserved together."
    )
    empty_text = gettext_lazy("There is no budget of this year that you may see.")
    frozen_columns = 2
    signature_places = (gettext_lazy("Prepared by"), gettext_lazy("Checked by"), gettext_lazy("Leader"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department"), "department", width=20),
            Column(gettext_lazy("Economic class"), "economic_class", width=20),
            Column(gettext_lazy("Project"), "project", width=20),
            Column(gettext_lazy("Fund source"), "fund_source", width=12),
            Column(gettext_lazy("Allotted (yuan)"), "amount", "money", total=True),
            Column(gettext_lazy("Reserved (yuan)"), "reserved", "money", total=True),
            Column(gettext_lazy("Used (yuan)"), "used", "money", total=True),
            Column(gettext_lazy("Left (yuan)"), "available", "money", total=True),
            Column(gettext_lazy("Used %"), "used_percent", "quantity"),
            Column(gettext_lazy("Bound %"), "bound_percent", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Year"), str(self.params["year"])),
            (_("Department"), self.params["department"] or _("All departments")),
        ]

    def rows(self) -> Iterator[Row]:
        found = budget_selectors.allotments(self.user, self.params["year"], self.params["department"])
        if source := self.params["source"]:
            found = found.filter(fund_source=source)
        group = self.params["group"] or "department"
        ordered = sorted(found, key=lambda row: (_words(row, group), row.pk) if group != "department" else (0, 0))
        for words, part in groupby(ordered, key=lambda row: _words(row, group)):
            own = list(part)
            for row in own:
                yield Row({**_names(row), **_figures([row])}, subject=row)
            if len(own) > 1:
                yield Row({group: _("%(name)s together") % {"name": words}, **_figures(own)}, level=SUBTOTAL)

    def links(self, row: Row) -> dict[str, str]:
        if row.subject is None or not self.user.has_perm("procurement.view_budgetmove"):
            return {}
        url = reverse("budgetallotment_detail", args=(row.subject.pk,))
        return dict.fromkeys(("amount", "reserved", "used", "available"), url)


def _words(row: BudgetAllotment, group: str) -> str:
    return _names(row)[group]


def _names(row: BudgetAllotment) -> dict[str, str]:
    return {
        "department": row.department.name,
        "economic_class": str(row.economic_class),
        "project": str(row.project or _("basic spending")),
        "fund_source": str(row.get_fund_source_display()),
    }


def _figures(rows: list[BudgetAllotment]) -> dict[str, Decimal | None]:
    sums = budget_selectors.sums(rows)
    return {
        **sums,
        "used_percent": percent(sums["used"], sums["amount"]),
        "bound_percent": percent(sums["used"] + sums["reserved"], sums["amount"]),
    }
