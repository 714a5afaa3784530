"""The purchases of a period line by line, from request to payment (采购台账)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO
from procurement.models import AcceptanceLine, Method, PaymentShare, PurchaseOrder, PurchaseOrderLine

CHUNK = 500


@dataclass
class Purchase:
    """One order line with what followed. Yuan; accepted_on: the last day anything of it was accepted."""

    line: PurchaseOrderLine
    method: str
    accepted: Decimal
    accepted_on: dt.date | None
    paid: Decimal
    paid_on: dt.date | None

    @property
    def department(self) -> Any:
        request = self.line.request_line
        return request.department or request.document.department


def method_of(order: PurchaseOrder) -> str:
    """How the supplier of an order was found, in words."""
    if order.sourcing:
        return str(order.sourcing.get_method_display())
    return str(Method.FRAMEWORK.label if order.framework_id else Method.DIRECT.label)


def lines_of_period(user: Any, start: dt.date, end: dt.date) -> QuerySet[PurchaseOrderLine]:
    """The lines of approved orders of these days that a person may see."""
    orders = PurchaseOrder.objects.visible_to(user).filter(status=Status.APPROVED, business_date__range=(start, end))
    related = (
        "document__supplier",
        "document__sourcing",
        "item",
        "unit",
        "category",
        "request_line__document__department",
        "request_line__department",
    )
    rows = PurchaseOrderLine.objects.filter(document__in=orders).select_related(*related)
    return rows.order_by("document__business_date", "document__number", "position")


def purchases(lines: QuerySet[PurchaseOrderLine]) -> Iterator[Purchase]:
    """Order lines with what was accepted and paid of them; two queries for every 500 of them."""
    chunk: list[PurchaseOrderLine] = []
    for line in lines.iterator(chunk_size=CHUNK):
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield from _with_papers(chunk)
            chunk = []
    yield from _with_papers(chunk)


def _with_papers(lines: list[PurchaseOrderLine]) -> Iterator[Purchase]:
    accepted: dict[int, tuple[Decimal, Any]] = defaultdict(lambda: (ZERO, None))
    rows = AcceptanceLine.objects.filter(order_line__in=lines, document__status=Status.APPROVED).order_by()
    for key, yuan, day in rows.values_list("order_line").annotate(Sum("amount"), Max("document__business_date")):
        accepted[key] = (yuan, day)
    paid: dict[int, tuple[Decimal, Any]] = defaultdict(lambda: (ZERO, None))
    shares = PaymentShare.objects.filter(order_line__in=lines, document__status=Status.POSTED).order_by()
    for key, yuan, day in shares.values_list("order_line").annotate(Sum("amount"), Max("document__paid_on")):
        paid[key] = (yuan, day)
    for line in lines:
        yield Purchase(line, method_of(line.document), *accepted[line.pk], *paid[line.pk])
