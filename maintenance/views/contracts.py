"""外委维修单: list, form with the offers, page with the acceptance of the work, paper."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import View

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.parsing import parse_key
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
from core.views.links import link_to
from core.views.pickers import PickerView
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from maintenance.forms.contracts import AcceptanceForm, ContractorJobForm, OfferLines, firms, orders_to_give
from maintenance.models import ContractorJob, WorkOrder
from maintenance.services import contracts, warranty

TITLE = gettext_lazy("Contractors' jobs")
FIRM = Column("supplier", gettext_lazy("Firm"))
OFFER = Column("amount", gettext_lazy("Offer (yuan)"), "money")
OFFERED_ON = Column("offered_on", gettext_lazy("Date of the offer"), "day")
CHOSEN = Column(
    "chosen",
    gettext_lazy("Chosen"),
    value=lambda line: _("yes") if line.supplier_id == line.document.supplier_id else "",
)
RELATED = ("organization", "department", "created_by", "order", "supplier", "accepted_by")


class JobList(DocumentListView):
    model = ContractorJob
    title = TITLE
    related = ("department", "created_by", "order", "supplier")
    columns = (
        NUMBER,
        STATUS,
        Column("order", gettext_lazy("Work order"), "code", sort=("order__number",)),
        Column("order_title", gettext_lazy("What it is about"), value="order.title"),
        Column("supplier", gettext_lazy("Contractor"), sort=("supplier__name",)),
        Column("amount", gettext_lazy("Agreed amount"), "money", total=True, sort=("amount",)),
        Column("final_amount", gettext_lazy("Final amount"), "money", total=True, sort=("final_amount",)),
        DEPARTMENT,
        DAY,
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "order__number", "order__title", "supplier__name", "scope", "contract_number")
    search_placeholder = gettext_lazy("Number, order, firm or work")
    create_label = gettext_lazy("Give work to a contractor")
    empty_text = gettext_lazy("No work was given to a contractor yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        return card | {
            "meta": f"{row.order.title} · {row.supplier} · {row.business_date:%m-%d}",
            "amount": money(row.amount if row.final_amount is None else row.final_amount),
        }


def order_link(order: WorkOrder) -> Any:
    return link_to(order, reverse("workorder_detail", args=(order.pk,)), f"{order.number} {order.title}")


def facts_of(document: ContractorJob) -> list[tuple[Any, Any]]:
    """What everybody who decides on a job has to know."""
    found = warranty.of_order(document.order)
    facts = [
        (_("Work order"), order_link(document.order)),
        (pgettext("work order", "Place"), document.order.where),
        (_("Asset card"), document.order.asset),
        (_("Contractor"), document.supplier),
        (_("Work to be done"), document.scope),
        (_("Agreed amount (yuan)"), money(document.amount)),
        (_("Why this firm"), document.choice_reason),
        (_("Under warranty"), found.basis if found else ""),
        (_("Why it is paid under warranty"), document.warranty_reason),
        (_("Contract number"), document.contract_number),
        (_("Warranty (months)"), document.warranty_months or ""),
    ]
    return [fact for fact in facts if fact[1]]


def result_facts(document: ContractorJob) -> list[tuple[Any, Any]]:
    """What was accepted in the end; nothing before."""
    if document.final_amount is None or document.status not in (Status.POSTED, Status.REVERSED):
        return []
    return [
        (_("Final amount (yuan)"), money(document.final_amount)),
        (_("Invoice number"), document.invoice_number),
        (_("Accepted on"), f"{document.accepted_on:%Y-%m-%d}" if document.accepted_on else ""),
        (_("Accepted by"), document.accepted_by),
    ]


class JobFormView(DocumentFormView):
    """`?order=7` begins with an order, under warranty with the firm that owes the repair, for nothing."""

    model = ContractorJob
    form_class = ContractorJobForm
    formset_class = OfferLines
    title_new = gettext_lazy("Give work to a contractor")
    list_title = TITLE
    related = RELATED

    def initial(self, source: Any) -> dict[str, Any]:
        self.asked = self._asked()
        if self.asked is None:
            return {}
        found = warranty.of_order(self.asked)
        return {
            "order": self.asked,
            "scope": self.asked.title,
            "supplier": found.firm if found else None,
            "amount": 0 if found and found.firm else None,
        }

    def _asked(self) -> WorkOrder | None:
        key = parse_key(self.request.GET.get("order", ""))
        if self.document.pk or key is None:
            return None
        return orders_to_give(self.request.user).filter(pk=key).first()

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        rows = None
        asked = self._asked() if data is None else None
        if asked is not None and (found := warranty.of_order(asked)) and found.firm:
            rows = [{"supplier": found.firm.pk, "amount": 0}]
        return OfferLines(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows
        )

    def extra_context(self) -> dict[str, Any]:
        asked = self._asked()
        found = warranty.of_order(asked) if asked else None
        if found is None:
            return {}
        return {
            "lead": _("This is under warranty: %(basis)s. The firm repairs it for nothing.") % {"basis": found.basis}
        }


class JobDetail(DocumentDetailView):
    """The job; once it is approved, with the form by which the finished work is accepted."""

    model = ContractorJob
    related = (*RELATED, "order__asset", "order__place__parent__parent", "order__category")
    list_title = TITLE
    template_name = "maintenance/contractorjob_detail.html"
    line_related = ("supplier", "document")
    line_columns = (FIRM, OFFER, OFFERED_ON, CHOSEN)
    acceptance_form: AcceptanceForm | None = None

    def amount(self) -> Any:
        document = self.document
        return document.amount if document.status != Status.POSTED else document.final_amount

    def facts(self) -> list[tuple[Any, Any]]:
        return [*facts_of(self.document), *result_facts(self.document), *super().facts()]

    def steps(self) -> list[dict[str, Any]]:
        """Accepting has a form of its own: what it cost in the end and the invoice belong to it."""
        steps = super().steps()
        self.may_accept = any(step["name"] == "post" for step in steps)
        return [step for step in steps if step["name"] != "post"]

    def context(self) -> dict[str, Any]:
        context = super().context()
        if self.may_accept:
            context |= {
                "acceptance_form": self.acceptance_form or AcceptanceForm(job=self.document),
                "acceptance_url": reverse("contractorjob_accept", args=(self.document.pk,)),
                "acceptance_key": uuid.uuid4(),
            }
        return context


class AcceptView(VisibleDocumentMixin, View):
    """Takes the finished work over, by POST only."""

    model = ContractorJob
    related = JobDetail.related
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        form = AcceptanceForm(request.POST, job=document)
        if not form.is_valid():
            return self._again(document, form)
        try:
            document = contracts.accept(
                document, **form.cleaned_data, actor=request.user, request_key=posted_key(request)
            )
        except DomainError as error:
            mark_refusal(form, None, error)
            return self._again(document, form, error)
        messages.success(request, done_sentence(document, "post"))
        return redirect(url_of(document))

    def _again(self, document: Any, form: AcceptanceForm, error: DomainError | None = None) -> HttpResponse:
        view = JobDetail()
        view.setup(self.request, pk=document.pk)
        view.document, view.acceptance_form = view.find(document.pk), form
        context = view.context()
        if "acceptance_form" not in context:
            messages.error(self.request, str(error or _("This cannot be accepted now; reload the page.")))
            return redirect(url_of(document))
        return render(self.request, view.template_name, context)


class JobPaper(DocumentPrintView):
    """外委维修单 on paper."""

    model = ContractorJob
    related = JobDetail.related
    line_related = ("supplier", "document")
    columns = (
        Column("supplier", gettext_lazy("Firm"), css="w-35"),
        Column("amount", gettext_lazy("Offer (yuan)"), "money", css="w-15"),
        Column("offered_on", gettext_lazy("Date of the offer"), "day", css="w-15"),
        Column("chosen", gettext_lazy("Chosen"), value=CHOSEN.value, css="w-10"),
        Column("note", gettext_lazy("Note"), css="w-20"),
    )

    def amount_of(self, line: Any) -> Any:
        """Offers do not add up: beneath them stands what was agreed with the chosen firm, or paid in the end."""
        document = line.document
        if line.supplier_id != document.supplier_id:
            return None
        return document.final_amount if document.status == Status.POSTED else document.amount

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        told = [*facts_of(document), *result_facts(document)]
        plain = [(label, value["value"] if isinstance(value, dict) else value) for label, value in told]
        return [*super().facts(document), *plain]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        accepted = document.accepted_by if document.status == Status.POSTED else ""
        return [*super().places(document), (_("Contractor"), ""), (_("Accepted by"), accepted)]


class FirmSearch(PickerView):
    """Search box for the firms that work may be given to."""

    fields = ("code", "name")
    initials = "initials"

    def rows(self) -> QuerySet:
        return firms(self.request.user).order_by("code")

    def record(self, row: Any) -> dict[str, Any]:
        return {**super().record(row), "detail": "" if row.is_usable else _("on the black list")}


class OrdersToGive(PickerView):
    """Search box for the orders a person may give to a contractor."""

    fields = ("number", "title", "place__name", "asset__number", "asset__name")
    code = "number"

    def rows(self) -> QuerySet:
        return orders_to_give(self.request.user)

    def record(self, row: Any) -> dict[str, Any]:
        words = " · ".join(str(part) for part in (row.where, row.asset) if part)
        return {"id": row.pk, "code": row.number, "name": row.title, "detail": words}


register_screens(
    Screens(
        ContractorJob,
        related=(
            "department",
            "created_by",
            "order__asset",
            "order__place__parent__parent",
            "order__category",
            "supplier",
        ),
        purpose=lambda document: f"{document.order.title} · {document.scope}",
        preview=lambda document: f"{document.supplier} {money(document.amount)}",
        facts=facts_of,
        approval_columns=(FIRM, OFFER, OFFERED_ON, CHOSEN),
        line_related=("supplier", "document"),
        unit_of=lambda line: "",
    )
)
