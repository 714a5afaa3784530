"""三单匹配: order, acceptance and invoice line by line, with what differs between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO, money
from procurement.models import InvoiceLine, PurchaseOrderLine, SupplierInvoice

ALIVE = (Status.SUBMITTED, Status.APPROVED)
"""Invoices that count: a draft is not yet, a cancelled one no longer a claim of the supplier."""


@dataclass(frozen=True)
class Match:
    """One order line beside what was accepted and what the invoice says of it. Quantities in the unit of the order
    line, yuan with tax. before: quantity on other invoices that count."""

    order_line: PurchaseOrderLine
    line: InvoiceLine | None
    before: Decimal

    @property
    def open(self) -> Decimal:
        """Accepted and on no other invoice."""
        return max(self.order_line.accepted_quantity - self.before, ZERO)

    @property
    def expected(self) -> Decimal:
        """Yuan of the invoice's quantity at the price of the order."""
        return money(self.line.quantity * self.order_line.unit_price) if self.line else ZERO

    @property
    def over(self) -> Decimal:
        """Quantity that is invoiced and was not accepted."""
        return max(self.line.quantity - self.open, ZERO) if self.line else ZERO

    @property
    def differing(self) -> tuple[str, ...]:
        """Which of quantity, price and amount differ; nothing for a line that this invoice does not bill."""
        if self.line is None:
            return ()
        found = {
            "quantity": self.line.quantity != self.open,
            "price": self.line.unit_price != self.order_line.unit_price,
            "amount": self.line.amount != self.expected,
        }
        return tuple(name for name, differs in found.items() if differs)


def matches_of(document: SupplierInvoice, lines: Sequence[InvoiceLine] | None = None) -> list[Match]:
    """Every line of the order, in its order, beside the line of this invoice that bills it; three statements."""
    rows = list(document.lines.all()) if lines is None else list(lines)
    by_order_line = {row.order_line_id: row for row in rows}
    before = invoiced_quantities(document.order, besides=document.pk)
    order_lines = document.order.lines.select_related("item", "unit").order_by("position", "id")
    return [Match(line, by_order_line.get(line.pk), before.get(line.pk, ZERO)) for line in order_lines]


def invoiced_quantities(order: Any, *, besides: int | None = None) -> dict[int, Decimal]:
    """Quantity by order line on the invoices that count."""
    rows = InvoiceLine.objects.filter(document__order=order, document__status__in=ALIVE).exclude(document=besides)
    return dict(rows.order_by().values_list("order_line").annotate(Sum("quantity")))


def sum_difference(document: SupplierInvoice, lines: Sequence[InvoiceLine]) -> Decimal:
    """Yuan by which the total of the invoice is above the sum of its lines."""
    return document.total - sum((line.amount for line in lines), ZERO)
