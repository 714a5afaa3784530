"""Checks that what orders, awards and requests remember agrees with the approved papers; they only report."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.verification import Finding
from procurement.models import AcceptanceLine, PurchaseOrderLine, PurchaseRequestLine

APPROVED = {"document__status": Status.APPROVED}


def _sums(rows: Any, by: str, column: Any) -> dict[int, Decimal]:
    return dict(rows.filter(**APPROVED).order_by().values_list(by).annotate(sum=Sum(column)))


def _compare(model: Any, column: str, expected: dict[int, Decimal]) -> Iterator[Finding]:
    for key, kept in model.objects.values_list("pk", column).iterator(chunk_size=2000):
        if kept != expected.get(key, ZERO):
            words = {"column": column, "kept": kept, "papers": expected.get(key, ZERO)}
            yield Finding(model._meta.db_table, key, _("%(column)s is %(kept)s, the papers say %(papers)s") % words)


def verify_orders() -> Iterator[Finding]:
    """What is ordered and received of requests, and accepted and rejected of orders, against the papers."""
    accepted, orders = AcceptanceLine.objects.all(), PurchaseOrderLine.objects.all()
    yield from _compare(PurchaseOrderLine, "accepted_quantity", _sums(accepted, "order_line", "accepted_quantity"))
    yield from _compare(PurchaseOrderLine, "rejected_quantity", _sums(accepted, "order_line", "rejected_quantity"))
    ordered = _sums(orders, "request_line", F("quantity"))
    closed = _sums(orders, "request_line", F("closed_quantity"))
    yield from _compare(
        PurchaseRequestLine, "ordered_quantity", {key: ordered[key] - closed.get(key, ZERO) for key in ordered}
    )
    received = _sums(accepted, "order_line__request_line", "accepted_quantity")
    yield from _compare(PurchaseRequestLine, "received_quantity", received)
