"""What a payment is measured by: what was agreed, accepted, billed, asked for and held back; and when all is settled.

Every yuan here is of one order, at its prices, tax included.
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO, money
from core.policies import value_of
from procurement import figures
from procurement.models import (
    PaymentRequest,
    PaymentShare,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequestLine,
    SupplierInvoice,
)

from .reservations import held_by

ALIVE = (Status.SUBMITTED, Status.APPROVED, Status.POSTED)
"""Payments that count against what is owed."""
PENDING = (Status.SUBMITTED, Status.APPROVED)
"""Payments that are asked for and not yet paid."""


def agreed_value(line: PurchaseOrderLine) -> Decimal:
    """Yuan of an order line with its changes, without the rest that was cancelled."""
    return money((line.quantity - line.closed_quantity) * line.unit_price)


def accepted_value_of(line: PurchaseOrderLine) -> Decimal:
    return money(line.accepted_quantity * line.unit_price)


def contract_value(order: PurchaseOrder) -> Decimal:
    """Yuan of the order with its changes."""
    return sum((agreed_value(line) for line in order.lines.all()), ZERO)


def payable_value(order: PurchaseOrder) -> Decimal:
    """Yuan of the order with its changes and with what was accepted beyond it within the tolerance, which its
    acceptance reserved; no more than this is ever paid (R-PRC-10)."""
    return sum((held_by(line) for line in order.lines.all()), ZERO)


def accepted_value(order: PurchaseOrder) -> Decimal:
    """Yuan of what was accepted on an order, at its prices."""
    return sum((accepted_value_of(line) for line in order.lines.all()), ZERO)


def invoiced_value(order: PurchaseOrder) -> Decimal:
    """Yuan on the checked invoices of an order."""
    rows = SupplierInvoice.objects.filter(order=order, status=Status.APPROVED)
    return rows.aggregate(sum=Sum("total"))["sum"] or ZERO


def asked_before(order: PurchaseOrder, *, besides: int | None = None, kind: str = "") -> Decimal:
    """Yuan of an order that were paid or are asked for."""
    rows = PaymentRequest.objects.filter(order=order, status__in=ALIVE)
    rows = rows if besides is None else rows.exclude(pk=besides)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO


def is_delivered(order: PurchaseOrder) -> bool:
    """Whether nothing more is to come: all is accepted, or the rest is cancelled."""
    return all(line.open_quantity <= 0 for line in order.lines.all())


# ---- days ----


def last_accepted_on(order: PurchaseOrder) -> dt.date | None:
    """The day of the newest approved acceptance of an order."""
    return order.acceptances.filter(status=Status.APPROVED).aggregate(last=Max("business_date"))["last"]


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or the last day of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def retention_due_on(order: PurchaseOrder) -> dt.date | None:
    """When what is held back may be paid: at the end of the warranty, which runs from the last acceptance. None as long
    as something is still to be delivered."""
    return warranty_ends_on(order, last_accepted_on(order))


def warranty_ends_on(order: PurchaseOrder, last: dt.date | None) -> dt.date | None:
    """The same for an order whose last acceptance is known; asks nothing where the lines of the order are read."""
    if last is None or not is_delivered(order):
        return None
    return months_later(last, order.warranty_months or 0)


def retention(order: PurchaseOrder, day: dt.date) -> Decimal:
    """Yuan held back on a day: the agreed part of what was accepted, until it is due (R-PRC-12)."""
    if not order.retention_percent:
        return ZERO
    due = retention_due_on(order)
    return ZERO if due and day >= due else money(accepted_value(order) * order.retention_percent / 100)


def pay_by(organization_id: int, accepted_on: dt.date) -> dt.date:
    """The day by which what was accepted on a day is to be paid, where the contract names none."""
    return accepted_on + dt.timedelta(days=int(value_of(figures.PAY_WITHIN, organization_id, accepted_on)))


def pay_at_the_latest(organization_id: int, accepted_on: dt.date) -> dt.date:
    """The last day that a contract may name for it."""
    return accepted_on + dt.timedelta(days=int(value_of(figures.PAY_AT_THE_LATEST, organization_id, accepted_on)))


# ---- shares ----


def shares_taken(lines: Iterable[PurchaseOrderLine], *statuses: str, besides: int | None = None) -> dict[int, Decimal]:
    """Yuan by order line that payments in these states bear."""
    rows = PaymentShare.objects.filter(order_line__in=list(lines), document__status__in=statuses)
    rows = rows.exclude(document=besides).order_by()
    return dict(rows.values_list("order_line").annotate(Sum("amount")))


def spread(amount: Decimal, rooms: dict[Any, Decimal]) -> dict[Any, Decimal]:
    """An amount over rooms in proportion to their size, to the cent: the parts add up to it and none leaves its room.

    Raises ValueError when the rooms together are too small.
    """
    whole = sum(rooms.values(), ZERO)
    if amount > whole:
        raise ValueError("the rooms do not hold the amount")
    cents, parts = int(amount * 100), {}
    for key, room in rooms.items():
        parts[key] = cents * int(room * 100) // int(whole * 100) if whole else 0
    left = cents - sum(parts.values())
    for key, room in rooms.items():
        more = min(left, int(room * 100) - parts[key], 1)
        parts[key], left = parts[key] + more, left - more
    return {key: Decimal(part) / 100 for key, part in parts.items()}


# ---- what stays reserved ----


def is_settled(order: PurchaseOrder, *, as_if_paid: int = 0) -> bool:
    """Whether nothing more will be paid on an order: all delivered or cancelled, nothing asked for and unpaid, and
    either everything accepted is paid, or the final payment was made and nothing is held back.

    as_if_paid: key of a payment that was reversed just now and is looked at as it was before.
    """
    if order.status != Status.APPROVED or not is_delivered(order):
        return False
    alive = PaymentRequest.objects.filter(Q(status__in=ALIVE) | Q(pk=as_if_paid), order=order)
    payments = list(alive.values_list("kind", "status", "amount"))
    if any(status in PENDING for _kind, status, _amount in payments):
        return False
    if sum((amount for _kind, _status, amount in payments), ZERO) >= accepted_value(order):
        return True
    kinds = {kind for kind, _status, _amount in payments}
    if order.retention_percent:
        return PaymentRequest.Kind.RETENTION in kinds
    return PaymentRequest.Kind.FINAL in kinds


def no_longer_needed(requests: Iterable[PurchaseRequestLine]) -> dict[PurchaseRequestLine, Decimal]:
    """Yuan by request line that are reserved although no open quantity and no order of it will need them."""
    return {row: row.reserved - keep for row, keep in _needed(requests).items() if row.reserved > keep}


def needed_again(requests: Iterable[PurchaseRequestLine]) -> dict[PurchaseRequestLine, Decimal]:
    """Yuan by request line that its open quantity and its orders need beyond what is reserved."""
    return {row: keep - row.reserved for row, keep in _needed(requests).items() if keep > row.reserved}


def _needed(requests: Iterable[PurchaseRequestLine]) -> dict[PurchaseRequestLine, Decimal]:
    """Yuan by request line: the estimate of what is open, and what its orders that are not settled still need."""
    rows = list(requests)
    order_lines = list(
        PurchaseOrderLine.objects.filter(request_line__in=rows, document__status=Status.APPROVED)
        .select_related("document")
        .order_by("pk")
    )
    paid = shares_taken(order_lines, Status.POSTED)
    orders = PurchaseOrder.objects.prefetch_related("lines").in_bulk({line.document_id for line in order_lines})
    settled = {key for key, order in orders.items() if is_settled(order)}
    needed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in order_lines:
        if line.document_id not in settled:
            needed[line.request_line_id] += max(held_by(line) - paid.get(line.pk, ZERO), ZERO)
    return {row: needed[row.pk] + money(max(row.open_quantity, ZERO) * row.unit_price) for row in rows}
