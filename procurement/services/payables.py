"""What is owed and not paid: by order, with the day by which the oldest unpaid delivery has to be paid (应付未付)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, money
from core.policies import value_of
from procurement import figures
from procurement.models import AcceptanceLine, PaymentRequest, PurchaseOrder, SupplierInvoice

from .settling import warranty_ends_on


@dataclass
class Payable:
    """Yuan of one order. held: retention not due yet; owed: accepted, less paid and held; due_on: by when the oldest
    delivery that is not paid in full has to be paid; overdue_days: 0 while there is time."""

    order: PurchaseOrder
    accepted: Decimal = ZERO
    invoiced: Decimal = ZERO
    asked: Decimal = ZERO
    paid: Decimal = ZERO
    held: Decimal = ZERO
    last_accepted_on: dt.date | None = None
    due_on: dt.date | None = None
    overdue_days: int = 0

    @property
    def owed(self) -> Decimal:
        return max(self.accepted - self.paid - self.held, ZERO)


def orders_seen(user: Any) -> QuerySet[PurchaseOrder]:
    """The approved orders a person may see."""
    return PurchaseOrder.objects.visible_to(user).filter(status=Status.APPROVED)


def _sums(rows: QuerySet, name: str) -> dict[int, Decimal]:
    return dict(rows.order_by().values_list("order").annotate(Sum(name)))


def payables(orders: Iterable[PurchaseOrder], day: dt.date | None = None) -> list[Payable]:
    """What is owed on these orders on a day; a fixed number of queries, whatever their number, where their lines are
    read already."""
    today = day or clock.today()
    rows = list(orders)
    invoices = _sums(SupplierInvoice.objects.filter(order__in=rows, status=Status.APPROVED), "total")
    payments = PaymentRequest.objects.filter(order__in=rows)
    asked = _sums(payments.filter(status__in=(Status.SUBMITTED, Status.APPROVED)), "amount")
    paid = _sums(payments.filter(status=Status.POSTED), "amount")
    deliveries = _deliveries(rows)
    within: dict[tuple[int, dt.date], int] = {}
    found = []
    for order in rows:
        row = Payable(order, invoiced=invoices.get(order.pk, ZERO), asked=asked.get(order.pk, ZERO))
        row.paid = paid.get(order.pk, ZERO)
        parts = deliveries.get(order.pk, [])
        row.accepted = sum((yuan for _day, yuan in parts), ZERO)
        row.last_accepted_on = parts[-1][0] if parts else None
        row.held = _held(order, row, today)
        row.due_on = _due_on(order, parts, row.paid, within) if row.owed else None
        row.overdue_days = max((today - row.due_on).days, 0) if row.due_on else 0
        found.append(row)
    return found


def _deliveries(orders: list[PurchaseOrder]) -> dict[int, list[tuple[dt.date, Decimal]]]:
    """(day, yuan) of every acceptance by order, oldest first."""
    rows = AcceptanceLine.objects.filter(document__order__in=orders, document__status=Status.APPROVED)
    days = rows.order_by("document__business_date", "document").values_list(
        "document__order", "document__business_date", "document"
    )
    found: dict[int, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for order, day, _key, yuan in days.annotate(yuan=Sum("amount")):
        found[order].append((day, yuan))
    return found


def _held(order: PurchaseOrder, row: Payable, today: dt.date) -> Decimal:
    if not order.retention_percent:
        return ZERO
    due = warranty_ends_on(order, row.last_accepted_on)
    return ZERO if due and today >= due else money(row.accepted * order.retention_percent / 100)


def _due_on(
    order: PurchaseOrder,
    parts: list[tuple[dt.date, Decimal]],
    paid: Decimal,
    within: dict[tuple[int, dt.date], int],
) -> dt.date | None:
    """Payments cover the oldest deliveries first; the first one they do not cover sets the day."""
    left = paid
    for day, yuan in parts:
        left -= yuan
        if left < 0:
            key = (order.organization_id, day)
            if key not in within:
                within[key] = int(value_of(figures.PAY_WITHIN, order.organization_id, day))
            return day + dt.timedelta(days=within[key])
    return None


def unpaid(user: Any, day: dt.date | None = None, orders: QuerySet | None = None) -> list[Payable]:
    """Orders on which something is owed, the longest overdue first; those who owe nothing are left out."""
    rows = orders_seen(user) if orders is None else orders
    rows = rows.filter(Q(lines__accepted_quantity__gt=0)).distinct().select_related("supplier", "department")
    open_rows = [row for row in payables(rows.prefetch_related("lines"), day) if row.owed]
    return sorted(open_rows, key=lambda row: (row.due_on or dt.date.max, row.order.pk))
