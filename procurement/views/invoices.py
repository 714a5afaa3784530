"""发票: list, form, the page on which order, acceptance and invoice stand side by side, paper."""

from typing import Any

import django_filters
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.errors import DomainError
from core.numbers import ZERO
from core.views.documents import DAY, MAKER, NUMBER, STATUS, WAITS_FOR, DocumentDetailView
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from procurement import payment_selectors
from procurement.forms.invoices import InvoiceForm, InvoiceLines
from procurement.models import PaymentRequest, PurchaseOrder, SupplierInvoice
from procurement.services import invoices, matching

from . import billing

TITLE = gettext_lazy("Supplier invoices")


class InvoiceFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=SupplierInvoice.Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    supplier = django_filters.CharFilter(
        label=gettext_lazy("Supplier"), field_name="supplier__name", lookup_expr="icontains"
    )
    order = django_filters.CharFilter(label=gettext_lazy("Order"), field_name="order__number", lookup_expr="icontains")


class InvoiceList(billing.OnOrderList):
    model = SupplierInvoice
    title = TITLE
    money_field = "total"
    columns = (
        NUMBER,
        STATUS,
        billing.SUPPLIER,
        Column("invoice_number", gettext_lazy("Invoice number"), "code", sort=("invoice_number",)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("issued_on", gettext_lazy("Issued on"), "day", sort=("issued_on",)),
        billing.ORDER,
        Column("net", gettext_lazy("Net"), "money", total=True),
        Column("tax", gettext_lazy("Tax"), "money", total=True),
        Column("total", gettext_lazy("Total"), "money", total=True, sort=("total",)),
        Column("difference_reason", gettext_lazy("Why it differs")),
        DAY,
        MAKER,
        WAITS_FOR,
    )
    usual_columns = (
        *("number", "status", "supplier", "invoice_number", "kind", "issued_on", "order", "total"),
        WAITS_FOR.key,
    )
    search_fields = ("number", "invoice_number", "order__number", "supplier__name", "supplier__initials")
    search_placeholder = gettext_lazy("Number, invoice, order or supplier")
    filterset_class = InvoiceFilter
    create_label = gettext_lazy("Enter an invoice")
    empty_text = gettext_lazy("No invoice was entered yet.")


def open_to_bill(order: PurchaseOrder) -> Any:
    """Yuan that are accepted and not on a checked invoice."""
    return sum(
        (max(line.accepted_quantity - line.invoiced_quantity, ZERO) * line.unit_price for line in order.lines.all()),
        ZERO,
    )


class ChooseOrderToBill(billing.ChooseOrder):
    following = SupplierInvoice
    title = gettext_lazy("Which order is the invoice for?")
    amount_label = gettext_lazy("Accepted, not invoiced")
    amount = staticmethod(open_to_bill)
    empty_text = gettext_lazy(
        "There is no order that could be invoiced. An order comes here once its goods are accepted."
    )

    def queryset(self) -> Any:
        from django.db.models import F, Q

        billable = Q(lines__accepted_quantity__gt=F("lines__invoiced_quantity")) | Q(prepayment_percent__gt=0)
        return super().queryset().filter(billable)


class InvoiceFormView(billing.OnOrderFormView):
    model = SupplierInvoice
    form_class = InvoiceForm
    formset_class = InvoiceLines
    template_name = "procurement/on_order_form.html"
    title_new = gettext_lazy("Enter an invoice")
    list_title = TITLE

    def initial(self, source: Any) -> dict[str, Any]:
        if self.document.pk:
            return {}
        from core.numbers import money

        total = money(open_to_bill(self.document.order))
        return {"kind": SupplierInvoice.Kind.DIGITAL, "total": total or None}

    def _save(self, form: Any, formset: Any, key: Any) -> None:
        """Two people enter the same invoice at the same moment: the database lets one in, the other reads why not."""
        try:
            with transaction.atomic():
                super()._save(form, formset, key)
        except IntegrityError:
            if self._first_sending(key, None) is not None:
                raise
            invoices.refuse_second(form.instance)
            raise DomainError(_("This invoice was entered already."), field="invoice_number") from None


class InvoiceDetail(DocumentDetailView):
    """Order, acceptance and invoice side by side; what differs is marked."""

    model = SupplierInvoice
    related = ("organization", "department", "created_by", "order__supplier", "supplier")
    list_title = TITLE
    template_name = "procurement/invoice_detail.html"
    line_related = ("order_line__item", "order_line__unit")

    def amount(self) -> Any:
        return self.document.total

    def stands(self) -> bool:
        return self.document.payments.exclude(status__in=(Status.CANCELLED, Status.REVERSED)).exists()

    def line_row(self, line: Any) -> dict[str, Any]:
        """The lines stand in the comparison."""
        return {"cells": [], "note": ""}

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            *billing.order_facts(document.order, self.request.user),
            (_("Kind"), document.get_kind_display()),
            (_("Invoice code"), document.code),
            (_("Invoice number"), document.invoice_number),
            (_("Issued on"), f"{document.issued_on:%Y-%m-%d}"),
            (_("Net (yuan)"), f"{document.net:,.2f}"),
            (_("Tax (yuan)"), f"{document.tax:,.2f}"),
            (_("Why it differs"), document.difference_reason),
            *billing.links_of(_("Acceptance"), document.order.acceptances.all()),
            *billing.links_of(_("Payment request"), document.payments.all()),
            *super().facts(),
        ]

    def context(self) -> dict[str, Any]:
        context = super().context()
        matches = matching.matches_of(self.document, self.lines)
        rest = matching.sum_difference(self.document, self.lines)
        billed = [match for match in matches if match.line is not None]
        context |= {
            "matches": [match_row(match) for match in billed],
            "not_billed": [match for match in matches if match.line is None and match.open > 0],
            "rest": rest or None,
            "agrees": not rest and not any(match.differing for match in billed),
        }
        may_ask = self.document.status == Status.APPROVED and self.request.user.has_perm(
            permission_for(PaymentRequest, "add")
        )
        if may_ask and payment_selectors.is_left_to_ask(self.document.order):
            context["calls"] = [
                {
                    "label": _("Ask for payment"),
                    "url": billing.form_url(PaymentRequest, self.document.order),
                    "icon": "file-text",
                }
            ]
        return context


def match_row(match: matching.Match) -> dict[str, Any]:
    """A line of the comparison for the template: figures, what differs, and by how much."""
    line = match.line
    assert line is not None  # noqa: S101 - only billed lines are compared
    return {
        "match": match,
        "line": line,
        "order_line": match.order_line,
        "differing": match.differing,
        "more": line.quantity - match.open,
        "dearer": line.unit_price - match.order_line.unit_price,
        "difference": line.amount - match.expected,
    }


class InvoicePaper(DocumentPrintView):
    """发票登记单: what the accountant files with the invoice."""

    model = SupplierInvoice
    related = ("organization", "department", "created_by", "order__supplier")
    line_related = ("order_line__item", "order_line__unit")
    columns = (
        Column("item", gettext_lazy("Item"), value="order_line.title", css="w-28"),
        Column("specification", gettext_lazy("Specification"), value="order_line.described", css="w-17"),
        Column("unit", gettext_lazy("Unit"), value="order_line.unit", css="w-8"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-12"),
        Column("unit_price", gettext_lazy("Unit price"), "price", css="w-14"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-16"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Supplier"), document.order.supplier),
            (_("Purchase order"), document.order.number),
            (_("Kind"), document.get_kind_display()),
            (_("Invoice code"), document.code),
            (_("Invoice number"), document.invoice_number),
            (_("Issued on"), f"{document.issued_on:%Y-%m-%d}"),
            (_("Net (yuan)"), f"{document.net:,.2f}"),
            (_("Tax (yuan)"), f"{document.tax:,.2f}"),
            (_("Why it differs"), document.difference_reason),
        ]


def said_of(document: SupplierInvoice) -> list[tuple[Any, Any]]:
    """What the accountant has to see before he agrees: the number, and how invoice, order and acceptance compare."""
    lines = invoices.lines_of(document)
    matches = matching.matches_of(document, lines)
    differs = matching.sum_difference(document, lines) or any(match.differing for match in matches)
    return [
        (_("Supplier"), document.supplier),
        (_("Purchase order"), link(document.order, document.order.number)),
        (_("Invoice number"), " ".join(part for part in (document.code, document.invoice_number) if part)),
        (_("Issued on"), f"{document.issued_on:%Y-%m-%d}"),
        (_("Total (yuan)"), f"{document.total:,.2f}"),
        (_("Comparison"), _("Something differs") if differs else _("Order, acceptance and invoice agree")),
        (_("Why it differs"), document.difference_reason),
    ]


def _beside(document: SupplierInvoice, lines: list[Any]) -> None:
    """Put the match beside every line; a fixed number of queries."""
    matches = {match.line.pk: match for match in matching.matches_of(document, lines) if match.line}
    for line in lines:
        line.match = matches[line.pk]


register_screens(
    Screens(
        SupplierInvoice,
        related=("department", "created_by", "order", "supplier"),
        prefetch=("lines__order_line__item",),
        purpose=lambda document: f"{document.supplier} {document.invoice_number}",
        preview=lambda document: _(", ").join(line.order_line.title for line in document.lines.all()[:3]),
        facts=said_of,
        approval_columns=(
            Column("item", gettext_lazy("Item"), value="order_line.title"),
            Column("ordered", gettext_lazy("Ordered"), "quantity", "order_line.quantity"),
            Column("open", gettext_lazy("Accepted, not billed"), "quantity", "match.open"),
            Column("quantity", gettext_lazy("Billed"), "quantity"),
            Column("agreed", gettext_lazy("Price of the order"), "price", "order_line.unit_price"),
            Column("unit_price", gettext_lazy("Price with tax"), "price"),
            Column("amount", gettext_lazy("Amount"), "money"),
        ),
        line_related=("order_line__item", "order_line__unit"),
        prepare=_beside,
    )
)
