"""付款申请: list, form, the page on which the accountant says that it was paid, paper."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.admin_base import masked
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO
from core.views.document_form import mark_refusal
from core.views.documents import (
    DAY,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    VisibleDocumentMixin,
    done_sentence,
    posted_key,
    url_of,
)
from core.views.filters import DayFilter, DocumentFilter
from core.views.links import link
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from procurement import payment_selectors
from procurement.forms.payments import PaidForm, PaymentForm
from procurement.models import PaymentRequest, PurchaseOrder
from procurement.services import payments, settling

from . import billing

TITLE = gettext_lazy("Payment requests")
REVEAL = "directory.reveal_supplier"


def account_for(payment: PaymentRequest, user: Any) -> str:
    """The account of the payee: in full for whoever may see it, its last digits for everybody else (R-SYS-18)."""
    return payment.bank_account if user.has_perm(REVEAL) else masked(payment.bank_account)


class PaymentFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=PaymentRequest.Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    supplier = django_filters.CharFilter(
        label=gettext_lazy("Supplier"), field_name="order__supplier__name", lookup_expr="icontains"
    )
    order = django_filters.CharFilter(label=gettext_lazy("Order"), field_name="order__number", lookup_expr="icontains")
    due_by = DayFilter(label=gettext_lazy("Due by"), field_name="due_on", lookup_expr="lte")


class PaymentList(billing.OnOrderList):
    model = PaymentRequest
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        billing.SUPPLIER,
        billing.ORDER,
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("amount", gettext_lazy("Amount"), "money", total=True, sort=("amount",)),
        Column("due_on", gettext_lazy("Payment due on"), "day", sort=("due_on",)),
        Column("paid_on", gettext_lazy("Paid on"), "day", sort=("paid_on",)),
        Column("voucher_number", gettext_lazy("Voucher number"), "code"),
        DAY,
        MAKER,
        WAITS_FOR,
    )
    usual_columns = (
        *("number", "status", "supplier", "order", "kind", "amount", "due_on", "paid_on", "voucher_number"),
        WAITS_FOR.key,
    )
    search_fields = ("number", "order__number", "order__supplier__name", "payee", "voucher_number")
    search_placeholder = gettext_lazy("Number, order, supplier or voucher")
    filterset_class = PaymentFilter
    create_label = gettext_lazy("Ask for payment")
    empty_text = gettext_lazy("No payment was asked for yet.")


def open_to_pay(order: PurchaseOrder) -> Any:
    """Yuan of a row of payment_selectors.left_to_ask that are accepted, invoiced and not asked for, what is held back
    included."""
    return max(min(settling.accepted_value(order), order.invoiced) - order.asked, ZERO)  # type: ignore[attr-defined]


class ChooseOrderToPay(billing.ChooseOrder):
    following = PaymentRequest
    title = gettext_lazy("Which order is to be paid?")
    amount_label = gettext_lazy("Invoiced, not asked for (yuan)")
    amount = staticmethod(open_to_pay)
    empty_text = gettext_lazy(
        "There is no order that could be paid. "
        "An order comes here once its goods are accepted and its invoice is checked."
    )

    def queryset(self) -> Any:
        return payment_selectors.left_to_ask(super().queryset())


def sums_of(payment: PaymentRequest) -> list[tuple[Any, str]]:
    """How the amount that may be asked for is reckoned."""
    order = payment.order
    asked = settling.asked_before(order, besides=payment.pk)
    held = settling.retention(order, clock.today()) if order.retention_percent else None
    due = settling.retention_due_on(order) if order.retention_percent else None
    rows = [
        (_("Order with its changes"), settling.contract_value(order)),
        (_("Accepted beyond the order"), settling.payable_value(order) - settling.contract_value(order) or None),
        (_("Accepted so far"), settling.accepted_value(order)),
        (_("Invoiced and checked"), settling.invoiced_value(order)),
        (_("Asked for before"), asked),
        (
            _("Held back until %(day)s") % {"day": due} if due else _("Held back"),
            held if order.retention_percent else None,
        ),
        (_("Can be asked for now"), payments.most_to_pay(payment)),
    ]
    return [(label, f"{yuan:,.2f}") for label, yuan in rows if yuan is not None]


class PaymentFormView(billing.OnOrderFormView):
    model = PaymentRequest
    form_class = PaymentForm
    template_name = "procurement/payment_form.html"
    title_new = gettext_lazy("Ask for payment")
    list_title = TITLE

    def initial(self, source: Any) -> dict[str, Any]:
        document = self.document
        if document.pk:
            return {}
        order = document.order
        approved = order.acceptances.filter(status=Status.APPROVED)
        Kind = PaymentRequest.Kind
        document.kind = Kind.FINAL if settling.is_delivered(order) else Kind.PART
        if order.prepayment_percent and not approved.exists():
            document.kind = Kind.ADVANCE
        elif order.retention_percent and settling.asked_before(order, kind=Kind.FINAL):
            document.kind = Kind.RETENTION
        return {
            "kind": document.kind,
            "amount": payments.most_to_pay(document) or None,
            "acceptances": approved,
            "invoices": order.invoices.filter(status=Status.APPROVED),
        }

    def extra_context(self) -> dict[str, Any]:
        return {**super().extra_context(), "sums": sums_of(self.document)}


class PaymentDetail(DocumentDetailView):
    """The request, which allotments bear it, and for the accountant the form by which it is paid."""

    model = PaymentRequest
    related = ("organization", "department", "created_by", "order__supplier")
    list_title = TITLE
    template_name = "procurement/payment_detail.html"
    line_related = ("order_line__item", "allotment__department", "allotment__economic_class", "allotment__project")
    line_columns = (
        Column("item", gettext_lazy("Order line"), value="order_line.title", css="goods"),
        Column("allotment", gettext_lazy("Budget allotment")),
        Column("amount", gettext_lazy("Amount"), "money", total=True),
    )
    paid_form: PaidForm | None = None

    def amount(self) -> Any:
        return self.document.amount

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        day = "%Y-%m-%d"
        return [
            (_("Kind"), document.get_kind_display()),
            *billing.order_facts(document.order, self.request.user),
            (_("Payee"), document.payee),
            (_("Bank"), document.bank),
            (_("Bank account"), account_for(document, self.request.user)),
            (_("Way of payment"), document.get_method_display()),
            (_("Payment due on"), f"{document.due_on:{day}}" if document.due_on else ""),
            *billing.links_of(_("Acceptance"), document.acceptances.all()),
            *billing.links_of(_("Invoice"), document.invoices.all()),
            *([(_("Voucher number"), document.voucher_number)] if document.voucher_number else []),
            *([(_("Paid on"), f"{document.paid_on:{day}}")] if document.paid_on else []),
            *super().facts(),
        ]

    def steps(self) -> list[dict[str, Any]]:
        """Paying has a form of its own: without a voucher nothing is posted."""
        steps = super().steps()
        self.may_pay = any(step["name"] == "post" for step in steps)
        return [step for step in steps if step["name"] != "post"]

    def context(self) -> dict[str, Any]:
        context = super().context()
        document = self.document
        if self.may_pay:
            context |= {
                "paid_form": self.paid_form or PaidForm(),
                "pay_url": reverse("paymentrequest_pay", args=(document.pk,)),
                "pay_key": uuid.uuid4(),
            }
        if document.status in (Status.SUBMITTED, Status.APPROVED):
            context |= {"sums": sums_of(document), "held": self._held()}
        return context

    def _held(self) -> str:
        until = payments.held_until(self.document.order.supplier, self.document.organization_id)
        if until is None or until <= clock.now():
            return ""
        return _("The bank account of the supplier is new; payments are held until %(moment)s.") % {
            "moment": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"
        }


class PayView(VisibleDocumentMixin, View):
    """The accountant enters voucher and day, and the payment is posted with them, by POST only."""

    model = PaymentRequest
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        form = PaidForm(request.POST)
        if not form.is_valid():
            return self._again(document, form)
        try:
            document = payments.mark_paid(
                document,
                voucher_number=form.cleaned_data["voucher_number"],
                paid_on=form.cleaned_data["paid_on"],
                actor=request.user,
                request_key=posted_key(request),
            )
        except DomainError as error:
            mark_refusal(form, None, error)
            return self._again(document, form, error)
        messages.success(request, done_sentence(document, "post"))
        return redirect(url_of(document))

    def _again(self, document: Any, form: PaidForm, error: DomainError | None = None) -> HttpResponse:
        view = PaymentDetail()
        view.setup(self.request, pk=document.pk)
        view.document, view.paid_form = view.find(document.pk), form
        context = view.context()
        if "paid_form" not in context:
            messages.error(self.request, str(error or _("This payment cannot be paid now; reload the page.")))
            return redirect(url_of(document))
        return render(self.request, view.template_name, context)


class PaymentPaper(DocumentPrintView):
    """付款申请单: payee, account, amount in capitals, and who signed."""

    model = PaymentRequest
    related = ("organization", "department", "created_by", "order__supplier")
    line_related = ("order_line__item", "allotment__department", "allotment__economic_class", "allotment__project")
    columns = (
        Column("item", gettext_lazy("Order line"), value="order_line.title", css="w-32"),
        Column("allotment", gettext_lazy("Budget allotment"), css="w-43"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-20"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        numbers = ("invoice_number", document.invoices), ("number", document.acceptances)
        invoices, acceptances = (
            _(", ").join(rows.order_by("pk").values_list(name, flat=True)) for name, rows in numbers
        )
        return [
            *super().facts(document),
            (_("Payee"), document.payee),
            (_("Bank"), document.bank),
            (_("Bank account"), account_for(document, self.request.user)),
            (_("Way of payment"), document.get_method_display()),
            (_("Kind"), document.get_kind_display()),
            (_("Purchase order"), document.order.number),
            (_("Acceptances"), acceptances),
            (_("Invoices"), invoices),
            (_("Payment due on"), f"{document.due_on:%Y-%m-%d}" if document.due_on else ""),
            (_("Voucher number"), document.voucher_number),
            (_("Paid on"), f"{document.paid_on:%Y-%m-%d}" if document.paid_on else ""),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Checked by finance"), ""), (_("Paid by"), "")]


def said_of(document: PaymentRequest) -> list[tuple[Any, Any]]:
    """What an approver has to see: who is paid for what, and how the amount is reckoned."""
    return [
        (_("Supplier"), document.order.supplier),
        (_("Purchase order"), link(document.order, document.order.number)),
        (_("Kind"), document.get_kind_display()),
        (_("Payee"), document.payee),
        (_("Bank account"), masked(document.bank_account)),
        (_("Payment due on"), f"{document.due_on:%Y-%m-%d}" if document.due_on else ""),
        *billing.links_of(_("Acceptance"), document.acceptances.all()),
        *billing.links_of(_("Invoice"), document.invoices.all()),
        *sums_of(document),
    ]


register_screens(
    Screens(
        PaymentRequest,
        related=("department", "created_by", "order__supplier"),
        prefetch=("lines__order_line__item",),
        purpose=lambda document: f"{document.order.supplier} {document.get_kind_display()}",
        preview=lambda document: _(", ").join(line.order_line.title for line in document.lines.all()[:3]),
        facts=said_of,
        approval_columns=PaymentDetail.line_columns,
        line_related=PaymentDetail.line_related,
    )
)


def payment_numbers(user: Any) -> Iterator[Number]:
    """For whoever pays: what is approved and waits for its voucher, and what of it is late; one query."""
    if not user.has_perm("procurement.post_paymentrequest"):
        return
    rows = PaymentRequest.objects.visible_to(user).filter(status=Status.APPROVED)
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today())))
    address = f"{reverse('paymentrequest_list')}?status=approved"
    yield Number(_("Payments to be made"), found["all"], address)
    if found["late"]:
        yesterday = clock.today() - dt.timedelta(days=1)
        yield Number(_("Payments overdue"), found["late"], f"{address}&due_by={yesterday}", warns=True)


register_numbers(payment_numbers)
