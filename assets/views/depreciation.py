"""折旧计提单: list, form, preview and rows of a run, paper."""

from types import SimpleNamespace
from typing import Any

import django_filters
from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.forms.values import RunForm
from assets.models import Asset, DepreciationRun
from assets.services import depreciation
from core.numbers import ZERO
from core.templatetags.display import money
from core.views.document_form import DocumentFormView
from core.views.documents import DAY, MAKER, NUMBER, STATUS, DocumentDetailView, DocumentListView, url_of
from core.views.filters import visible_departments
from core.views.links import address_or_none
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from directory.models import Department

TITLE = gettext_lazy("Depreciation runs")
MONTH = Column(
    "month", gettext_lazy("Month"), "code", lambda run: f"{run.year}-{run.month:02d}", sort=("year", "month")
)
GROUP_COLUMNS = (
    Column("department", gettext_lazy("Department"), value="department__name", css="goods"),
    Column("expense_account", gettext_lazy("Expense account"), "code"),
    Column("contra", gettext_lazy("Credit account"), "code"),
    Column("cards", gettext_lazy("Cards"), "integer", total=True),
    Column("cost", gettext_lazy("Original value"), "money", total=True),
    Column("charge", gettext_lazy("Depreciation of the month"), "money", total=True),
)


class RunList(DocumentListView):
    model = DepreciationRun
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        MONTH,
        Column("asset_count", gettext_lazy("Cards"), "integer", sort=("asset_count",)),
        Column("amount", gettext_lazy("Depreciation"), "money", sort=("amount",)),
        DAY,
        MAKER,
    )
    ordering = ("-year", "-month", "-pk")
    create_label = gettext_lazy("Run a month")
    empty_text = gettext_lazy("No month was depreciated yet.")

    def card(self, row: Any) -> dict[str, Any]:
        words = _("%(month)s · %(count)d cards") % {"month": f"{row.year}-{row.month:02d}", "count": row.asset_count}
        return super().card(row) | {"meta": words, "amount": money(row.amount)}


class RunFormView(DocumentFormView):
    model = DepreciationRun
    form_class = RunForm
    title_new = gettext_lazy("Run a month")
    list_title = TITLE
    submit_label = gettext_lazy("Compute")


def groups_of(run: DepreciationRun) -> list[dict[str, Any]]:
    return depreciation.groups_of(run)


def _shown(group: dict[str, Any]) -> Any:
    return SimpleNamespace(**group, amount=group["charge"], note="")


class RunDetail(DocumentDetailView):
    """What the run takes, by department and account; before it is posted what it would take now."""

    model = DepreciationRun
    list_title = TITLE
    template_name = "assets/run_detail.html"
    line_columns = GROUP_COLUMNS

    def amount(self) -> Any:
        return sum((group["charge"] for group in self.groups), ZERO)

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        return groups_of(self.document)

    def facts(self) -> list[tuple[Any, Any]]:
        run = self.document
        return [
            (_("Month"), depreciation.month_words(run.month_index)),
            (_("Number of cards"), sum(group["cards"] for group in self.groups)),
            *super().facts()[1:],
        ]

    def context(self) -> dict[str, Any]:
        context = super().context()
        run = self.document
        rows = reverse("depreciationrun_cards", args=(run.pk,))
        context["line_rows"] = [{"cells": self._cells(group, rows), "note": ""} for group in self.groups]
        sums = [sum((group[c.key] for group in self.groups), ZERO) if c.total else None for c in GROUP_COLUMNS]
        context["totals"] = sums if self.groups else None
        context["is_preview"] = not depreciation.is_booked(run)
        context["calls"] = [{"label": _("All cards of the run"), "url": rows, "icon": "table"}]
        journal = address_or_none("journalproposal_list")
        if journal and run.number and self.request.user.has_perm("assets.view_journalproposal"):
            url = f"{journal}?q={run.number}"
            context["calls"].append({"label": _("Journal proposals"), "url": url, "icon": "book-2"})
        return context

    def _cells(self, group: dict[str, Any], rows: str) -> list[Any]:
        url = f"{rows}?department={group['department']}&expense_account={group['expense_account']}"
        cells = [column.of(_shown(group)) for column in GROUP_COLUMNS]
        return [{"value": cells[0], "url": url}, *cells[1:]]


class CardFilter(django_filters.FilterSet):
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Department"), queryset=visible_departments, empty_label=gettext_lazy("All departments")
    )
    expense_account = django_filters.ChoiceFilter(
        label=gettext_lazy("Expense account"),
        choices=Department.CostClass.choices,
        empty_label=gettext_lazy("All accounts"),
    )


def _card(row: Any) -> Asset:
    return row if isinstance(row, Asset) else row.asset


RUN_COLUMNS = (
    Column("number", gettext_lazy("Asset number"), "code", lambda row: _card(row).number),
    Column("name", gettext_lazy("Asset name"), value=lambda row: _card(row).name),
    Column("specification", gettext_lazy("Specification"), value=lambda row: _card(row).specification),
    Column("department", gettext_lazy("Department"), sort=("department__code",)),
    Column("expense_account", gettext_lazy("Expense account"), "code", sort=("expense_account",)),
    Column("original_value", gettext_lazy("Original value"), "money", lambda row: _card(row).original_value),
    Column("life", gettext_lazy("Useful life (months)"), "integer", lambda row: _card(row).life_months),
    Column("charged_months", gettext_lazy("Months charged"), "integer", sort=("charged_months",)),
    Column("charge", gettext_lazy("Depreciation of the month"), "money", total=True, sort=("charge",)),
)
LEFT = Column("left", gettext_lazy("Net value afterwards"), "money", lambda row: row.net_value - row.charge)
"""What is left after the charge; of a run that is booked the cards went on meanwhile."""


class RunCards(TableView):
    """Every card of a run with its charge, in pages and as a workbook."""

    model = Asset
    permission = "assets.view_depreciationrun"
    search_placeholder = gettext_lazy("Asset number or name")
    filterset_class = CardFilter
    ordering = ("pk",)
    empty_text = gettext_lazy("The run takes no card.")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        return super().get(request)

    @property
    def columns(self) -> Any:  # type: ignore[override]
        return RUN_COLUMNS if depreciation.is_booked(self.run) else (*RUN_COLUMNS, LEFT)

    @cached_property
    def run(self) -> DepreciationRun:
        rows = DepreciationRun.objects.visible_to(self.request.user)
        run = rows.select_related("organization").filter(pk=self.kwargs["pk"]).first()
        if run is None:
            raise Http404
        return run

    @property
    def title(self) -> str:  # type: ignore[override]
        words = {"run": self.run.number or _("Draft"), "month": depreciation.month_words(self.run.month_index)}
        return _("Cards of %(run)s (%(month)s)") % words

    @property
    def search_fields(self) -> tuple[str, ...]:  # type: ignore[override]
        way = "asset__" if depreciation.is_booked(self.run) else ""
        return (f"{way}number", f"{way}name")

    def queryset(self) -> Any:
        rows = depreciation.rows_of(self.run)
        if depreciation.is_booked(self.run):
            rows = rows.annotate(charge=F("accumulated"), charged_months=F("months")).select_related("asset")
        return rows.visible_to(self.request.user).select_related("department")

    def url_of(self, row: Any) -> str | None:
        return address_or_none("asset_detail", _card(row).pk)

    def card(self, row: Any) -> dict[str, Any]:
        card = _card(row)
        return {"title": f"{card.number} {card.name}", "meta": f"{row.department}", "amount": money(row.charge)}

    def extra_context(self) -> dict[str, Any]:
        export = reverse("depreciationrun_cards_export", args=(self.run.pk,))
        back = {"label": str(self.run), "url": url_of(self.run), "icon": "chevron-left"}
        return {"export_url": f"{export}?{self.request.GET.urlencode()}", "actions": [back]}


class RunCardsExport(SignedInMixin, View):
    """The cards of a run as a workbook."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        view = RunCards()
        view.setup(request, pk=pk)
        return view.workbook()


class RunPaper(DocumentPrintView):
    """固定资产折旧汇总表: by department and expense account."""

    model = DepreciationRun
    related = ("organization", "department", "created_by")
    columns = GROUP_COLUMNS

    def lines_of(self, document: Any) -> list[Any]:
        return [_shown(group) for group in groups_of(document)]

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Month"), depreciation.month_words(document.month_index)), *super().facts(document)]

    def reversed_on(self, document: Any, event: Any) -> Any:
        return document.business_date


register_screens(
    Screens(
        DepreciationRun,
        purpose=lambda run: _("Depreciation of %(month)s") % {"month": depreciation.month_words(run.month_index)},
    )
)
