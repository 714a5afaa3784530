"""采购计划: what departments plan to buy, and what logistics merges out of it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.templatetags.display import quantity
from core.views.document_form import DocumentFormView
from core.views.document_lines import excel_calls
from core.views.documents import (
    AMOUNT,
    DAY,
    DEPARTMENT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
    url_of,
)
from core.views.filters import DocumentFilter
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from procurement import plan_selectors
from procurement.forms.plans import PlanForm, PlanLines
from procurement.models import ProcurementPlan, Treatment
from procurement.plan_selectors import period_words
from procurement.services import plans

from . import columns as c

PLANS = gettext_lazy("Procurement plans")
PERIOD = Column("period", gettext_lazy("For"), "code", period_words, sort=("year", "month"))
KIND = Column("kind", gettext_lazy("Kind"), value=lambda d: kind_words(d), sort=("kind",))
USED = Column("last_year_quantity", gettext_lazy("Used a year before"), "quantity")
LAST = Column("last_price", gettext_lazy("Last price"), "price")
SOURCES = Column("asked_by", gettext_lazy("Asked for by"))
APPROVED = Column("approved_quantity", gettext_lazy("Approved"), "quantity")
REQUESTED = Column("requested_quantity", gettext_lazy("Requested"), "quantity")
LINE_RELATED = (*c.WANTED_RELATED, "allotment__department", "allotment__economic_class", "merged_into__document")
Kind = ProcurementPlan.Kind


def kind_words(document: ProcurementPlan) -> str:
    """Whose plan it is: a department's, or the merged one."""
    return _("plan of a department") if document.kind == Kind.DEPARTMENT else str(document.get_kind_display())


class PlanFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))
    month = django_filters.NumberFilter(label=gettext_lazy("Month"))


class PlanList(DocumentListView):
    model = ProcurementPlan
    title = PLANS
    columns = (
        NUMBER,
        STATUS,
        PERIOD,
        KIND,
        DEPARTMENT,
        Column("title", gettext_lazy("Title")),
        AMOUNT,
        DAY,
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "title", "department__name", "note")
    search_placeholder = gettext_lazy("Number, title or department")
    filterset_class = PlanFilter
    create_label = gettext_lazy("New plan")
    empty_text = gettext_lazy("Nothing was planned yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        parts = (row.number or _("Draft"), row.department, row.created_by)
        card["title"] = f"{period_words(row)} {row.title or kind_words(row)}"
        card["meta"] = " · ".join(str(part) for part in parts)
        return card

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        if plan_selectors.may_merge(self.request.user):
            merge = {"label": _("Merge department plans"), "url": reverse("plan_merge"), "icon": "sitemap"}
            context["actions"] = [merge]
        return context


def add_circumstances(document: Any, lines: list[Any]) -> None:
    """Beside the lines: use of a year before and last price (kept from submission on), and who asked for what."""
    if document.status == Status.DRAFT:
        told = plan_selectors.history(document, lines)
        for line in lines:
            line.last_year_quantity, line.last_price = told[line.pk]
    sources = plan_selectors.sources_of(document) if document.kind == Kind.MERGED else {}
    for line in lines:
        line.asked_by = _(", ").join(_asked(source) for source in sources.get(line.pk, []))
        line.state = _state(line)


def _asked(source: Any) -> str:
    words = f"{source.document.department} {quantity(source.agreed_quantity)} {source.unit}"
    if source.approved_quantity == source.agreed_quantity:
        return words
    return _("%(asked)s → %(approved)s") % {"asked": words, "approved": quantity(source.approved_quantity) or "0"}


def _state(line: Any) -> str:
    if line.dropped:
        return _("dropped: %(reason)s") % {"reason": line.dropped_reason}
    if line.merged_into_id:
        return _("merged into %(plan)s") % {"plan": line.merged_into.document}
    return ""


def line_words(line: Any) -> list[str]:
    """What a line says beside its figures: who asked for it, what becomes of it, until when, out of what, and why."""
    parts = [
        line.asked_by,
        line.get_treatment_display() if line.treatment != Treatment.STOCK else "",
        _("needed by %(day)s") % {"day": line.needed_by} if line.needed_by else "",
        line.allotment,
        line.reason,
        line.note,
        line.state,
    ]
    return [str(part) for part in parts if part]


class PlanDetail(DocumentDetailView):
    model = ProcurementPlan
    template_name = "inventory/paper_detail.html"
    list_title = PLANS
    may_copy = True
    line_related = LINE_RELATED
    shown: Sequence[Column] = (c.CODE, c.THING_IN_FULL, c.QUANTITY, c.UNIT, USED, c.PRICE, LAST, c.LINE_AMOUNT)

    @property
    def line_columns(self) -> Sequence[Column]:  # type: ignore[override]
        document = self.document
        return (*self.shown, APPROVED, REQUESTED) if document.status == Status.APPROVED else self.shown

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("For"), period_words(document)),
            (_("Kind"), kind_words(document)),
            (_("Title"), document.title),
            *super().facts(),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "calls": self.calls()}

    def line_row(self, line: Any) -> dict[str, Any]:
        if not hasattr(line, "asked_by"):
            add_circumstances(self.document, self.lines)
        row = super().line_row(line)
        row["note"] = " · ".join(line_words(line))
        return row

    def may_edit(self) -> bool:
        return self.document.kind == Kind.DEPARTMENT and super().may_edit()

    def stands(self) -> bool:
        return any(line.requested_quantity for line in self.document.lines.all())

    def calls(self) -> list[dict[str, Any]]:
        document, user = self.document, self.request.user
        if document.kind == Kind.DEPARTMENT and document.is_editable:
            return excel_calls(document, user)
        may = user.has_perm(permission_for(document, "cancel")) or document.created_by_id == user.pk
        droppable = any(not line.dropped and not line.requested_quantity for line in self.lines)
        if may and document.status == Status.APPROVED and droppable:
            url = url_of(document, "drop")
            return [{"label": _("Drop lines"), "url": url, "icon": "trash"}]
        if document.is_editable and super().may_edit() and self.lines:
            return [{"label": _("Take lines out"), "url": url_of(document, "drop"), "icon": "trash"}]
        return []

    def menu(self) -> list[dict[str, Any]]:
        """A merged plan is made from others, not copied."""
        entries = super().menu()
        return entries if self.document.kind == Kind.DEPARTMENT else [e for e in entries if e.get("icon") != "copy"]


class PlanFormView(DocumentFormView):
    model = ProcurementPlan
    form_class = PlanForm
    formset_class = PlanLines
    title_new = gettext_lazy("New procurement plan")
    list_title = PLANS

    def _opened(self, pk: int | None) -> Any:
        document = super()._opened(pk)
        if document.kind == Kind.MERGED:
            raise PermissionDenied(_("The lines of a merged plan come from the plans of the departments."))
        return document


class PlanCopy(PlanFormView):
    """A new plan that begins with the lines of an earlier one."""

    def get(self, request: Any, pk: int) -> Any:  # type: ignore[override]
        self.copied = self.find(pk)
        return super().get(request)

    def post(self, request: Any, pk: int) -> Any:  # type: ignore[override]
        return super().post(request)

    def source(self) -> Any:
        return self.copied


class PlanPaper(DocumentPrintView):
    model = ProcurementPlan
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    columns = (
        Column("code", gettext_lazy("Code"), "code", c.CODE.value, css="w-9"),
        Column("title", gettext_lazy("Thing"), css="w-16"),
        Column("described", gettext_lazy("Specification"), css="w-12"),
        Column("unit", gettext_lazy("Unit"), css="w-5"),
        Column("last_year_quantity", gettext_lazy("Used a year before"), "quantity", css="w-8"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-8"),
        Column("approved_quantity", gettext_lazy("Approved"), "quantity", css="w-8"),
        Column("unit_price", gettext_lazy("Estimated price"), "price", css="w-12"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-16"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("For"), period_words(document)),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Title"), document.title),
        ]


register_screens(
    Screens(
        ProcurementPlan,
        prefetch=("lines__item",),
        purpose=lambda document: f"{period_words(document)} {document.title or kind_words(document)}",
        preview=lambda document: c.preview(list(document.lines.all())),
        facts=lambda document: [(_("For"), period_words(document)), (_("Kind"), kind_words(document))],
        approval_columns=(
            *(c.CODE, c.THING, c.SPECIFICATION, c.QUANTITY, c.UNIT, USED, c.PRICE, LAST),
            Column("amount", gettext_lazy("Amount"), "money"),
            SOURCES,
        ),
        line_related=LINE_RELATED,
        prepare=add_circumstances,
        lower=plans.lower_quantities,
        quantity_of=plans.quantity_of,
        unit_of=lambda line: line.unit,
    )
)
