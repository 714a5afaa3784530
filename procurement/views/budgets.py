"""预算: what each department has, with the papers behind each number."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.forms import offer
from core.reports import report_url
from core.templatetags.display import money
from core.views.charts import Share, ShareBar
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from directory.models import Department
from procurement import budget_selectors
from procurement.models import BudgetAllotment, BudgetMove

VIEW = "procurement.view_budgetallotment"


def figure_of(sums: dict[str, Decimal]) -> dict[str, Any]:
    """The bar and the figures of an allotment, or of several together."""
    return {
        **sums,
        "bar": ShareBar(
            [
                Share("used", sums["used"], _("used %(yuan)s") % {"yuan": money(sums["used"])}),
                Share("reserved", sums["reserved"], _("reserved %(yuan)s") % {"yuan": money(sums["reserved"])}),
                Share("left", sums["available"], _("left %(yuan)s") % {"yuan": money(sums["available"])}),
            ]
        ),
    }


def figure_of_row(row: BudgetAllotment) -> dict[str, Any]:
    parts = [row.project or _("basic spending"), row.get_fund_source_display()]
    return {
        **figure_of(budget_selectors.sums([row])),
        "label": str(row.economic_class),
        "meta": " · ".join(str(part) for part in parts),
        "url": reverse("budgetallotment_detail", args=(row.pk,)),
    }


class BudgetsForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("All departments"),
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        this_year = clock.today().year
        years = budget_selectors.years(user)
        given = data.copy()
        given.setdefault("year", str(this_year if this_year in years or not years else years[0]))
        super().__init__(given)
        offer(self, "year", [(year, str(year)) for year in sorted({*years, this_year}, reverse=True)])
        offer(self, "department", budget_selectors.departments(user))


class Budgets(SignedInMixin, View):
    """GET year, department: a bar of used, reserved and left for every allotment the person may see."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        user = request.user
        if not user.has_perm(VIEW):
            raise PermissionDenied
        form = BudgetsForm(request.GET, user=user)
        valid = form.is_valid()
        year: int = form.cleaned_data["year"] if valid else clock.today().year
        department = form.cleaned_data.get("department") if valid else None
        rows = list(budget_selectors.allotments(user, year, department))
        may_decide = user.has_perm("procurement.view_budgetdecision")
        context = {
            "title": _("Budgets"),
            "form": form,
            "year": str(year),
            "whole": figure_of(budget_selectors.sums(rows)),
            "groups": list(self._groups(rows, year)),
            "report_url": report_url("budget_execution", year=year, department=department),
            "decisions_url": address_or_none("budgetdecision_list") if may_decide else None,
            "new_url": address_or_none("budgetdecision_new")
            if user.has_perm("procurement.add_budgetdecision")
            else None,
        }
        return render(request, "procurement/budgets.html", context)

    def _groups(self, rows: list[BudgetAllotment], year: int) -> Iterable[dict[str, Any]]:
        for _key, part in groupby(rows, key=lambda row: row.department_id):
            own = list(part)
            department = own[0].department
            yield {
                "department": department,
                "url": f"{reverse('budgets')}?year={year}&department={department.pk}",
                "whole": figure_of(budget_selectors.sums(own)),
                "rows": [figure_of_row(row) for row in own],
            }


class AllotmentMoves(TableView):
    """Every paper that granted, reserved, used or gave back yuan of one allotment, the latest first."""

    model = BudgetMove
    permission = "procurement.view_budgetmove"
    template_name = "procurement/allotment.html"
    columns = (
        Column("business_date", gettext_lazy("Date"), "day", sort=("business_date",)),
        Column("paper", gettext_lazy("Paper"), value=lambda row: {"value": paper_words(row), "url": row.url}),
        Column("kind", gettext_lazy("Kind"), value=lambda row: kind_words(row)),
        Column("granted", gettext_lazy("Allotted (yuan)"), "money", lambda row: row.granted or None, total=True),
        Column("reserved", gettext_lazy("Reserved (yuan)"), "money", lambda row: row.reserved or None, total=True),
        Column("used", gettext_lazy("Used (yuan)"), "money", lambda row: row.used or None, total=True),
        Column("left", gettext_lazy("Left after it (yuan)"), "money"),
        Column("posted_by", gettext_lazy("By"), sort=("posted_by__name",)),
        Column("posted_at", gettext_lazy("Posted at"), "moment", sort=("posted_at",)),
    )
    ordering = ("-pk",)
    empty_text = gettext_lazy("Nothing was booked yet.")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        return super().get(request)

    @cached_property
    def allotment(self) -> BudgetAllotment:
        rows = BudgetAllotment.objects.visible_to(self.request.user)
        related = ("organization", "department", "project", "economic_class")
        row = rows.select_related(*related).filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        return row

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.allotment)

    def queryset(self) -> Any:
        return super().queryset().filter(allotment=self.allotment).select_related("posted_by")

    def prepare(self, rows: list[Any]) -> None:
        budget_selectors.add_papers(rows, self.request.user)
        left = budget_selectors.balances_after(self.allotment)
        for row in rows:
            row.left = left[row.pk]

    def url_of(self, row: Any) -> str | None:
        return row.url

    def card(self, row: Any) -> dict[str, Any]:
        parts = (
            (_("allotted"), row.granted),
            (_("reserved"), row.reserved),
            (_("used so far"), row.used),
        )
        moved = " · ".join(f"{word} {money(amount)}" for word, amount in parts if amount)
        return {"title": paper_words(row), "meta": f"{row.business_date:%m-%d} · {moved}", "amount": money(row.left)}

    def extra_context(self) -> dict[str, Any]:
        row = self.allotment
        return {
            "export_url": reverse("budgetallotment_export", args=(row.pk,)),
            "budgets_url": f"{reverse('budgets')}?year={row.year}&department={row.department_id}",
            "figure": figure_of(budget_selectors.sums([row])),
            "facts": [
                (_("Year"), row.year),
                (_("Department"), row.department),
                (_("Project"), row.project or _("basic spending")),
                (_("Fund source"), row.get_fund_source_display()),
                (_("Economic class"), row.economic_class),
            ],
        }


def paper_words(row: Any) -> str:
    return str(row.paper) if row.paper is not None else ""


def kind_words(row: Any) -> str:
    return capfirst(str(row.paper._meta.verbose_name)) if row.paper is not None else ""


class AllotmentMovesExport(SignedInMixin, View):
    """What the list of papers shows, as a workbook."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        view = AllotmentMoves()
        view.setup(request, pk=pk)
        return view.workbook()
