"""Invoices: each used once, matched with order and acceptance (R-PRC-13)."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.documents.services import status_before
from core.errors import DomainError
from procurement.models import InvoiceLine, PurchaseOrderLine, SupplierInvoice


def lines_of(document: SupplierInvoice) -> list[InvoiceLine]:
    return list(document.lines.select_related("order_line__item", "order_line__unit").order_by("position", "id"))


def check(document: SupplierInvoice, *, actor: Any) -> None:
    """A new number, lines of the order, sums that add up. Raises DomainError."""
    if document.order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved.") % {"order": document.order}, field="order")
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    for line in lines:
        if line.order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
    if sum(line.amount for line in lines) != document.total:
        raise DomainError(_("The lines do not add up to the total of the invoice."), field="total")
    refuse_second(document)


def refuse_second(document: SupplierInvoice) -> None:
    """Raise DomainError when the invoice was entered before (R-PRC-13)."""
    same = SupplierInvoice.objects.exclude(status=Status.CANCELLED).filter(
        organization=document.organization_id,
        supplier=document.supplier_id,
        code=document.code,
        invoice_number=document.invoice_number,
    )
    if other := same.exclude(pk=document.pk).first():
        raise DomainError(
            _("Invoice %(number)s of this supplier was entered already: %(other)s.")
            % {"number": document.invoice_number, "other": other},
            field="invoice_number",
        )


def count(document: SupplierInvoice, *, actor: Any) -> None:
    """Approved: the order lines know what is invoiced."""
    _count(document, 1)


def take_back(document: SupplierInvoice, *, actor: Any) -> None:
    if status_before(document) == Status.APPROVED:
        _count(document, -1)


def _count(document: SupplierInvoice, sign: int) -> None:
    for line in lines_of(document):
        PurchaseOrderLine.objects.filter(pk=line.order_line_id).update(
            invoiced_quantity=F("invoiced_quantity") + sign * line.quantity
        )


def require_unpaid(document: SupplierInvoice, *, actor: Any) -> None:
    """An invoice on a payment request is not taken back. Raises DomainError."""
    payment = document.payments.exclude(status=Status.CANCELLED).first()
    if payment is not None:
        raise DomainError(_("%(payment)s pays this invoice; cancel it first.") % {"payment": payment})
