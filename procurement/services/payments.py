"""Payment requests: no acceptance, no payment; paying turns what is reserved into what is used (R-PRC-12, R-PRC-02)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, money
from core.templatetags.display import money as shown
from procurement.models import PaymentRequest, PaymentShare, PurchaseOrder, PurchaseRequestLine

from . import budget_ledger
from .budget_ledger import Entry

ALIVE = (Status.SUBMITTED, Status.APPROVED, Status.POSTED)


def asked_before(order: PurchaseOrder, *, besides: int | None = None) -> Decimal:
    """Yuan of an order that were paid or are asked for."""
    rows = PaymentRequest.objects.filter(order=order, status__in=ALIVE).exclude(pk=besides)
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO


def accepted_value(order: PurchaseOrder) -> Decimal:
    """Yuan of what was accepted on an order, at its prices."""
    return sum((money(line.accepted_quantity * line.unit_price) for line in order.lines.all()), ZERO)


def most_to_pay(document: PaymentRequest) -> Decimal:
    """Yuan that may be asked for: of a prepayment the agreed part of the total, else what was accepted, less what was
    asked for before (R-PRC-12, R-PRC-10)."""
    order = document.order
    limit = accepted_value(order)
    if document.kind == PaymentRequest.Kind.ADVANCE:
        limit = money(order.total_amount * order.prepayment_percent / 100)
    return max(limit - asked_before(order, besides=document.pk), ZERO)


def check(document: PaymentRequest, *, actor: Any) -> None:
    """Approved order, acceptance and invoice (unless it is an agreed prepayment), and no more than is owed."""
    if document.order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved.") % {"order": document.order}, field="order")
    most = most_to_pay(document)
    if document.amount > most:
        raise DomainError(
            _("At most %(most)s yuan can be asked for now: what was accepted, less what was asked for before.")
            % {"most": shown(most)},
            field="amount",
        )
    if document.kind == PaymentRequest.Kind.ADVANCE:
        return
    if not document.acceptances.filter(status=Status.APPROVED).exists():
        raise DomainError(_("Name the acceptance that this payment is for."), field="acceptances")
    if not document.invoices.filter(status=Status.APPROVED).exists():
        raise DomainError(_("Name the checked invoice that this payment is for."), field="invoices")


def prepare(document: PaymentRequest, *, actor: Any) -> None:
    """Submitted: note the payee as he is known now, and which allotments bear which part."""
    supplier = document.order.supplier
    document.payee, document.bank, document.bank_account = supplier.name, supplier.bank, supplier.bank_account
    PaymentRequest.objects.filter(pk=document.pk).update(
        payee=document.payee, bank=document.bank, bank_account=document.bank_account
    )
    document.lines.all().delete()
    PaymentShare.objects.bulk_create(shares_of(document))


def shares_of(document: PaymentRequest) -> list[PaymentShare]:
    """The payment spread over the order lines by their amounts, to the cent; the last line takes the remainder."""
    lines = list(document.order.lines.select_related("request_line").order_by("position", "id"))
    lines = [line for line in lines if line.amount and line.request_line.allotment_id]
    whole = sum((line.amount for line in lines), ZERO)
    left, rows = document.amount, []
    for place, line in enumerate(lines, start=1):
        part = left if place == len(lines) else money(document.amount * line.amount / whole)
        part = min(part, left)
        left -= part
        if part:
            rows.append(
                PaymentShare(
                    document=document,
                    position=place,
                    order_line=line,
                    allotment_id=line.request_line.allotment_id,
                    amount=part,
                )
            )
    return rows


def _lock(document: PaymentRequest) -> tuple[list[PaymentShare], dict[int, PurchaseRequestLine]]:
    shares = list(document.lines.select_related("order_line").order_by("position", "id"))
    keys = {share.order_line.request_line_id for share in shares}
    rows = PurchaseRequestLine.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return shares, {row.pk: row for row in rows}


def pay(document: PaymentRequest, *, actor: Any) -> None:
    """Paid: what was reserved for these lines is used. Raises DomainError without the number of the voucher."""
    if not document.voucher_number or document.paid_on is None:
        raise DomainError(_("Enter the number of the voucher and the day of payment."), field="voucher_number")
    _book(document, actor, 1)


def take_back(document: PaymentRequest, *, actor: Any) -> None:
    """Reversed: the money came back and is reserved again."""
    _book(document, actor, -1)


def _book(document: PaymentRequest, actor: Any, sign: int) -> None:
    shares, requests = _lock(document)
    entries, taken = [], defaultdict(lambda: ZERO)
    for share in shares:
        taken[share.order_line.request_line_id] += share.amount
        entries.append(
            Entry(share.allotment_id, reserved=-sign * share.amount, used=sign * share.amount, line=share.pk)
        )
    budget_ledger.post(entries, document=document, actor=actor)
    for key, amount in taken.items():
        requests[key].reserved -= sign * amount
        if requests[key].reserved < 0:
            raise DomainError(_("Less is reserved for this order than is to be paid; ask the buyer to check it."))
    PurchaseRequestLine.objects.bulk_update(requests.values(), ("reserved",))
