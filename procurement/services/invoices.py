"""Invoices: each used once, matched with order and acceptance (R-PRC-13)."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import status_before
from core.errors import DomainError
from core.numbers import ZERO, plain
from core.templatetags.display import money as shown
from procurement.models import Acceptance, InvoiceLine, PurchaseOrder, PurchaseOrderLine, SupplierInvoice
from procurement.models.payments import DIGITAL_PLACES, normalized_number

from . import orders
from .matching import Match, invoiced_quantities, matches_of, sum_difference

CENT = Decimal("0.01")
PRINTED_CODES, PRINTED_NUMBER = (10, 12), 8
"""Digits of the code and of the number of a printed VAT invoice."""


def lines_of(document: SupplierInvoice) -> list[InvoiceLine]:
    return list(document.lines.select_related("order_line__item", "order_line__unit").order_by("position", "id"))


def check(document: SupplierInvoice, *, actor: Any) -> None:
    """A new number of the right form, lines of the order, sums that add up, nothing billed that was not accepted, and
    a reason for every difference. Raises DomainError.

    The order is locked, so that of two invoices for the same goods the second sees the first.
    """
    order = orders.lock_order(document.order_id)
    if order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved.") % {"order": order}, field="order")
    check_number(document)
    if document.issued_on > clock.today():
        raise DomainError(_("The invoice is dated in the future; compare the day again."), field="issued_on")
    if document.net + document.tax != document.total:
        raise DomainError(_("Net and tax do not add up to the total."), field="total")
    lines = lines_of(document)
    _check_lines(document, lines)
    document.order = order
    matches = matches_of(document, lines)
    _check_accepted(order, matches)
    _require_reason(document, lines, matches)
    refuse_second(document)


def check_number(document: SupplierInvoice) -> None:
    """The number has the form that its kind demands. Raises DomainError."""
    kind, number = document.kind, document.invoice_number
    Kind = SupplierInvoice.Kind
    if kind == Kind.DIGITAL and (len(number) != DIGITAL_PLACES or not number.isdecimal() or document.code):
        raise DomainError(
            _("A fully digital invoice has a number of 20 digits and no code; “%(number)s” has %(count)d.")
            % {"number": number, "count": len(number)},
            field="invoice_number",
        )
    if kind not in (Kind.SPECIAL, Kind.ORDINARY) or (not document.code and len(number) == DIGITAL_PLACES):
        return
    if len(document.code) not in PRINTED_CODES or not document.code.isdecimal():
        raise DomainError(_("The code of a printed VAT invoice has 10 or 12 digits."), field="code")
    if len(number) != PRINTED_NUMBER or not number.isdecimal():
        raise DomainError(_("The number of a printed VAT invoice has 8 digits."), field="invoice_number")


def _check_lines(document: SupplierInvoice, lines: list[InvoiceLine]) -> None:
    if not lines:
        raise DomainError(_("Enter at least one line."))
    seen = set()
    for line in lines:
        if line.order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
        if line.order_line_id in seen:
            raise DomainError(_("This line of the order is billed twice; add both up."), line=line.position)
        seen.add(line.order_line_id)
    if abs(sum_difference(document, lines)) > CENT * len(lines):
        raise DomainError(
            _("The lines add up to %(lines)s yuan, the total of the invoice is %(total)s yuan.")
            % {"lines": shown(sum(line.amount for line in lines)), "total": shown(document.total)},
            field="total",
        )


def _check_accepted(order: PurchaseOrder, matches: list[Match]) -> None:
    """Nothing is billed that was not accepted; an agreed prepayment may be billed ahead, up to what is ordered."""
    ahead = order.prepayment_percent > 0
    for match in matches:
        if match.line is None:
            continue
        ordered = match.order_line.quantity - match.order_line.closed_quantity
        most = max(ordered - match.before, match.open) if ahead else match.open
        if match.line.quantity > most:
            raise DomainError(
                _(
                    "%(name)s: the invoice bills %(billed)s, but only %(most)s are accepted and not invoiced yet. "
                    "Wait for the acceptance, or return the invoice to the supplier."
                )
                % {"name": match.order_line.title, "billed": plain(match.line.quantity), "most": plain(most)},
                field="quantity",
                line=match.line.position,
            )


def _require_reason(document: SupplierInvoice, lines: list[InvoiceLine], matches: list[Match]) -> None:
    differs = sum_difference(document, lines) or any(match.differing for match in matches)
    if differs and not document.difference_reason.strip():
        raise DomainError(
            _("Order, acceptance and invoice differ; say why before you go on."), field="difference_reason"
        )


def recheck(document: SupplierInvoice, *, actor: Any) -> None:
    """Before it is approved: what was accepted may have been taken back since. Raises DomainError."""
    order = orders.lock_order(document.order_id)
    document.order = order
    _check_accepted(order, matches_of(document, lines_of(document)))


def refuse_second(document: SupplierInvoice) -> None:
    """Raise DomainError when the invoice was entered before (R-PRC-13).

    The 20 digits of a digital invoice count in the whole installation; its house is named to its own people only.
    """
    number, code = normalized_number(document.invoice_number), normalized_number(document.code)
    house = Q(organization=document.organization_id)
    same = house & Q(supplier=document.supplier_id, code=code, invoice_number=number)
    if code:
        same |= house & Q(code=code, invoice_number=number)
    elif document.kind != SupplierInvoice.Kind.OTHER or (len(number) == DIGITAL_PLACES and number.isdecimal()):
        same |= Q(code="", invoice_number=number) & ~Q(kind=SupplierInvoice.Kind.OTHER)
    rows = SupplierInvoice.objects.exclude(status=Status.CANCELLED).filter(same).exclude(pk=document.pk)
    other = rows.order_by("pk").first()
    if other is None:
        return
    if other.organization_id == document.organization_id:
        words = _("Invoice %(number)s was entered already: %(other)s, %(supplier)s.")
    else:
        words = _("Invoice %(number)s was entered already by another organization of this installation.")
    raise DomainError(
        words % {"number": number, "other": other, "supplier": other.supplier}, field="invoice_number", code="twice"
    )


def count(document: SupplierInvoice, *, actor: Any) -> None:
    """Approved: the order lines know what is invoiced."""
    _count(document, 1)


def take_back(document: SupplierInvoice, *, actor: Any) -> None:
    if status_before(document) == Status.APPROVED:
        _count(document, -1)


def _count(document: SupplierInvoice, sign: int) -> None:
    billed = dict(document.lines.values_list("order_line", "quantity"))
    rows = list(PurchaseOrderLine.objects.select_for_update(of=("self",)).filter(pk__in=billed).order_by("pk"))
    for row in rows:
        row.invoiced_quantity += sign * billed[row.pk]
    PurchaseOrderLine.objects.bulk_update(rows, ("invoiced_quantity",))


def require_unpaid(document: SupplierInvoice, *, actor: Any) -> None:
    """An invoice on a payment request is not taken back. The order is locked, as a payment locks it when it is
    submitted. Raises DomainError."""
    orders.lock_order(document.order_id)
    payment = document.payments.exclude(status__in=(Status.CANCELLED, Status.REVERSED)).order_by("pk").first()
    if payment is not None:
        raise DomainError(_("%(payment)s pays this invoice; cancel it first.") % {"payment": payment})


def require_not_billed(document: Acceptance, *, actor: Any) -> None:
    """An acceptance whose goods are on an invoice or a payment is not taken back. Raises DomainError."""
    if document.status != Status.APPROVED:
        return
    order = orders.lock_order(document.order_id)
    payment = document.payments.exclude(status__in=(Status.CANCELLED, Status.REVERSED)).order_by("pk").first()
    if payment is not None:
        raise DomainError(_("%(payment)s pays for this acceptance; cancel it first.") % {"payment": payment})
    if order.prepayment_percent:
        return
    billed = invoiced_quantities(order)
    for line in document.lines.select_related("order_line__item").order_by("position"):
        left = line.order_line.accepted_quantity - line.accepted_quantity
        if left < billed.get(line.order_line_id, ZERO):
            raise DomainError(
                _("%(name)s of this acceptance is on an invoice already; cancel the invoice first.")
                % {"name": line.order_line.title},
                line=line.position,
            )
