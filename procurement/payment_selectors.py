"""Reading for payments: which orders still have something to be asked for."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.documents.lifecycle import Status
from core.fields import MoneyField
from core.numbers import ZERO
from procurement.models import PaymentRequest, PurchaseOrder, SupplierInvoice
from procurement.services.settling import ALIVE


def left_to_ask(orders: QuerySet[PurchaseOrder]) -> QuerySet[PurchaseOrder]:
    """The orders of which something on a checked invoice, or an agreed prepayment, was not asked for yet.

    Each row has `invoiced` and `asked`, yuan. More than can be asked for today: retention may not be due.
    """
    found = orders.annotate(
        invoiced=_sum_of(SupplierInvoice.objects.filter(status=Status.APPROVED), "total"),
        asked=_sum_of(PaymentRequest.objects.filter(status__in=ALIVE), "amount"),
    )
    return found.filter(Q(invoiced__gt=F("asked")) | Q(prepayment_percent__gt=0, asked=ZERO))


def _sum_of(rows: Any, column: str) -> Any:
    """The sum of a column over the rows of an order, 0 without any."""
    by_order = rows.filter(order=OuterRef("pk")).order_by().values("order")
    total = Subquery(by_order.annotate(total_of=Sum(column)).values("total_of"))
    return Coalesce(total, Value(ZERO, output_field=MoneyField()), output_field=MoneyField())


def is_left_to_ask(order: PurchaseOrder) -> bool:
    """Whether `left_to_ask` holds this order."""
    return left_to_ask(PurchaseOrder.objects.filter(pk=order.pk)).exists()
