"""预算批复、调整单: the papers that grant, add to, move and cut budgets."""

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.document_form import DocumentFormView
from core.views.document_lines import excel_calls
from core.views.documents import (
    AMOUNT,
    DAY,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
)
from core.views.filters import DocumentFilter
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from procurement.forms.budgets import BudgetDecisionForm, DecisionLines
from procurement.models import BudgetDecision
from procurement.services.budgets import allotments_of, key_of

DECISIONS = gettext_lazy("Budget decisions")
KIND = Column("kind", gettext_lazy("Kind"), value=lambda d: d.get_kind_display(), sort=("kind",))
YEAR = Column("year", gettext_lazy("Year"), "code", sort=("year",))
BASIS = Column("basis", gettext_lazy("Decision paper"))
LINE_RELATED = ("department", "project", "economic_class")
LINE_COLUMNS = (
    Column("department", gettext_lazy("Department")),
    Column("economic_class", gettext_lazy("Economic class")),
    Column("project", gettext_lazy("Project"), value=lambda line: line.project or _("basic spending")),
    Column("fund_source", gettext_lazy("Fund source"), value=lambda line: line.get_fund_source_display()),
    Column("amount", gettext_lazy("Amount (yuan)"), "money", total=True),
)


class DecisionFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=BudgetDecision.Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))


class DecisionList(DocumentListView):
    model = BudgetDecision
    title = DECISIONS
    columns = (NUMBER, STATUS, KIND, YEAR, BASIS, DAY, AMOUNT, MAKER, WAITS_FOR)
    search_fields = ("number", "basis", "note")
    search_placeholder = gettext_lazy("Number or decision paper")
    filterset_class = DecisionFilter
    create_label = gettext_lazy("New budget decision")
    empty_text = gettext_lazy("No budget was entered yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = " · ".join((str(row.year), str(row.get_kind_display()), row.basis))
        return card


def head_facts(document: BudgetDecision) -> list[tuple[Any, Any]]:
    return [
        (_("Kind"), document.get_kind_display()),
        (_("Year"), document.year),
        (_("Decision paper"), document.basis),
    ]


class DecisionDetail(DocumentDetailView):
    model = BudgetDecision
    template_name = "inventory/paper_detail.html"
    list_title = DECISIONS
    line_related = LINE_RELATED
    line_columns = (
        *LINE_COLUMNS,
        Column("allotted", gettext_lazy("Allotted now"), "money"),
        Column("free", gettext_lazy("Free now"), "money"),
    )

    def facts(self) -> list[tuple[Any, Any]]:
        return [*head_facts(self.document), *super().facts()]

    def amount(self) -> Any:
        return self.document.total_amount

    def context(self) -> dict[str, Any]:
        return {**super().context(), "calls": excel_calls(self.document, self.request.user)}

    def line_row(self, line: Any) -> dict[str, Any]:
        add_allotments(self.document, self.lines)
        return super().line_row(line)


def add_allotments(document: Any, lines: list[Any]) -> None:
    """What every line's allotment holds and has free today; one query for all lines, once."""
    if not lines or hasattr(lines[0], "allotted"):
        return
    known = allotments_of(document)
    for line in lines:
        allotment = known.get(key_of(line))
        line.allotted, line.free = (allotment.amount, allotment.available) if allotment else (None, None)


class DecisionFormView(DocumentFormView):
    model = BudgetDecision
    form_class = BudgetDecisionForm
    formset_class = DecisionLines
    title_new = gettext_lazy("New budget decision")
    list_title = DECISIONS


class DecisionPaper(DocumentPrintView):
    model = BudgetDecision
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    columns = LINE_COLUMNS

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*head_facts(document), (_("Date"), f"{document.business_date:%Y-%m-%d}")]


def _purpose(document: Any) -> str:
    return f"{document.year} {document.get_kind_display()} {document.basis}"


def _preview(document: Any) -> str:
    lines = list(document.lines.all())
    names = list(dict.fromkeys(line.department.name for line in lines))
    words = _(", ").join(names[:2])
    return _("%(names)s and %(count)d more") % {"names": words, "count": len(names) - 2} if len(names) > 2 else words


register_screens(
    Screens(
        BudgetDecision,
        prefetch=("lines__department",),
        purpose=_purpose,
        preview=_preview,
        facts=head_facts,
        approval_columns=(
            *LINE_COLUMNS[:-1],
            Column("amount", gettext_lazy("Amount (yuan)"), "money"),
            Column("allotted", gettext_lazy("Allotted now"), "money"),
            Column("free", gettext_lazy("Free now"), "money"),
        ),
        line_related=LINE_RELATED,
        prepare=add_allotments,
    )
)
