"""资产处置单: list, form, the page on which the decision is entered, paper."""

import uuid
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.forms.disposals import DecisionForm, DisposalForm, DisposalLines
from assets.models import Disposal, DisposalLine, DisposalWay
from assets.services import disposals
from core.errors import DomainError
from core.numbers import ZERO
from core.templatetags.display import money
from core.views.document_form import DocumentFormView, mark_refusal
from core.views.documents import (
    DAY,
    DEPARTMENT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
    VisibleDocumentMixin,
    done_sentence,
    posted_key,
    url_of,
)
from core.views.filters import DocumentFilter
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column

from .columns import ASSET_NAME, ASSET_NUMBER, SPECIFICATION
from .prefill import rows_asked

TITLE = gettext_lazy("Asset disposals")
ORIGINAL = Column("original_value", gettext_lazy("Original value"), "money", total=True)
ACCUMULATED = Column("accumulated", gettext_lazy("Accumulated depreciation"), "money", total=True)
NET = Column("net_value", gettext_lazy("Net value"), "money", total=True)
PROCEEDS = Column("proceeds", gettext_lazy("Proceeds"), "money", total=True)
COSTS = Column("costs", gettext_lazy("Costs"), "money", total=True)
FINDING = Column("finding", gettext_lazy("Appraisal finding"))
LINE_RELATED = ("asset__category",)


class DisposalFilter(DocumentFilter):
    way = django_filters.ChoiceFilter(
        label=gettext_lazy("Way of disposal"), choices=DisposalWay.choices, empty_label=gettext_lazy("All ways")
    )


def worth_of_lines() -> Subquery:
    """Yuan of original values of a disposal, for annotate()."""
    sums = DisposalLine.objects.filter(document=OuterRef("pk")).order_by().values("document")
    return Subquery(sums.annotate(sum=Sum("original_value")).values("sum"))


class DisposalList(DocumentListView):
    model = Disposal
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        Column("way", gettext_lazy("Way of disposal"), value=lambda row: row.get_way_display(), sort=("way",)),
        Column("reason", gettext_lazy("Reason")),
        DEPARTMENT,
        DAY,
        Column("worth", gettext_lazy("Original value"), "money", total=True, sort=("worth",)),
        Column("approval_number", gettext_lazy("Number of the decision"), "code"),
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "reason", "approval_number", "lines__asset__number", "lines__asset__name")
    search_placeholder = gettext_lazy("Number, reason or thing")
    filterset_class = DisposalFilter
    create_label = gettext_lazy("Dispose of things")
    empty_text = gettext_lazy("Nothing was disposed of yet.")

    def queryset(self) -> Any:
        return super().queryset().annotate(worth=worth_of_lines()).distinct()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        return card | {
            "meta": f"{row.get_way_display()} · {row.department} · {row.business_date:%m-%d}",
            "amount": money(row.worth),
        }


def facts_of(document: Disposal) -> list[tuple[Any, Any]]:
    """What everybody who decides on a disposal has to know."""
    return [
        (_("Way of disposal"), document.get_way_display()),
        (_("Reason"), document.reason),
        (_("Technical appraisal"), document.technical_appraisal),
        (_("Valuation report"), document.valuation_number),
        (_("Receiving party"), document.receiver),
        (_("Why in several batches"), document.small_batches_reason),
    ]


def decision_facts(document: Disposal) -> list[tuple[Any, Any]]:
    day = f"{document.approved_on:%Y-%m-%d}" if document.approved_on else ""
    return [
        (_("Number of the decision"), document.approval_number),
        (_("Date of the decision"), day),
        (_("Approving authority"), document.approved_outside),
    ]


class DisposalFormView(DocumentFormView):
    """`?asset=7&asset=8` begins with these cards."""

    model = Disposal
    form_class = DisposalForm
    formset_class = DisposalLines
    title_new = gettext_lazy("Dispose of things")
    list_title = TITLE

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        rows = rows_asked(self.request, self.document, proceeds=ZERO, costs=ZERO)
        return DisposalLines(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows
        )


class DisposalDetail(DocumentDetailView):
    """The disposal; once it is approved, with the form for the decision by which it is carried out."""

    model = Disposal
    list_title = TITLE
    template_name = "assets/disposal_detail.html"
    line_related = LINE_RELATED
    line_columns = (ASSET_NUMBER, ASSET_NAME, SPECIFICATION, ORIGINAL, ACCUMULATED, NET, PROCEEDS, COSTS, FINDING)
    decision_form: DecisionForm | None = None

    def amount(self) -> Any:
        return sum((line.original_value for line in self.lines), ZERO) or None

    def prepare(self) -> None:
        """Before submission the values are those of the cards today."""
        if self.document.is_editable:
            for line in self.lines:
                line.original_value, line.accumulated = line.asset.original_value, line.asset.accumulated

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}

    def facts(self) -> list[tuple[Any, Any]]:
        said = [*facts_of(self.document), *decision_facts(self.document)]
        return [*(fact for fact in said if fact[1]), *super().facts()]

    def steps(self) -> list[dict[str, Any]]:
        """Carrying it out has a form of its own: without the decision nothing leaves the house."""
        steps = super().steps()
        self.may_carry_out = any(step["name"] == "post" for step in steps)
        return [step for step in steps if step["name"] != "post"]

    def context(self) -> dict[str, Any]:
        context = super().context()
        if self.may_carry_out:
            context |= {
                "decision_form": self.decision_form or DecisionForm(instance=self.document),
                "decision_url": reverse("disposal_carry_out", args=(self.document.pk,)),
                "decision_key": uuid.uuid4(),
                "why_outside": disposals.why_outside(self.document, self.lines),
            }
        return context


class CarryOutView(VisibleDocumentMixin, View):
    """Takes the decision and carries the disposal out, by POST only."""

    model = Disposal
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        form = DecisionForm(request.POST, instance=self.find(pk))
        if not form.is_valid():
            return self._again(document, form)
        try:
            document = disposals.decide_and_carry_out(
                document, **form.cleaned_data, actor=request.user, request_key=posted_key(request)
            )
        except DomainError as error:
            mark_refusal(form, None, error)
            return self._again(document, form, error)
        messages.success(request, done_sentence(document, "post"))
        return redirect(url_of(document))

    def _again(self, document: Any, form: DecisionForm, error: DomainError | None = None) -> HttpResponse:
        view = DisposalDetail()
        view.setup(self.request, pk=document.pk)
        view.document, view.decision_form = view.find(document.pk), form
        context = view.context()
        if "decision_form" not in context:
            messages.error(self.request, str(error or _("This cannot be carried out now; reload the page.")))
            return redirect(url_of(document))
        return render(self.request, view.template_name, context)


class DisposalPaper(DocumentPrintView):
    """资产处置审批单."""

    model = Disposal
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    columns = (
        Column("number", gettext_lazy("Asset number"), "code", "asset.number", css="w-15"),
        Column("name", gettext_lazy("Asset name"), value="asset.name", css="w-20"),
        Column("specification", gettext_lazy("Specification"), value="asset.specification", css="w-12"),
        Column("original_value", gettext_lazy("Original value"), "money", css="w-13"),
        Column("accumulated", gettext_lazy("Accumulated depreciation"), "money", css="w-13"),
        Column("net_value", gettext_lazy("Net value"), "money", css="w-11"),
        Column("finding", gettext_lazy("Appraisal finding"), css="w-11"),
    )

    def amount_of(self, line: Any) -> Any:
        return line.original_value

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().facts(document), *facts_of(document), *decision_facts(document)]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Appraised by"), ""), (_("Asset manager"), ""), (_("Finance"), "")]


register_screens(
    Screens(
        Disposal,
        prefetch=("lines__asset",),
        purpose=lambda document: f"{document.get_way_display()} · {document.reason}",
        preview=lambda document: _(", ").join(line.asset.name for line in list(document.lines.all())[:3]),
        facts=facts_of,
        approval_columns=(ASSET_NUMBER, ASSET_NAME, SPECIFICATION, ORIGINAL, NET, PROCEEDS, FINDING),
        line_related=LINE_RELATED,
        worth=lambda line: line.original_value,
    )
)
