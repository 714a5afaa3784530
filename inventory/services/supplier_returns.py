"""退货单: goods of a receipt that go back to the supplier, out of the ledger at cost; he owes their price."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError
from core.numbers import ZERO
from inventory.models import (
    GoodsReceiptLine,
    PriceDifferenceLine,
    StockLocation,
    SupplierReturn,
    SupplierReturnLine,
)

from . import posting
from .following import SUPPLIER_RETURN as FOLLOWING
from .following import movement
from .ledger import post_moves
from .locations import of_warehouse, virtual
from .onward import left_of, take
from .reversing import reverse
from .valuation import share

EXTRA_STEP_LABELS["send_back"] = gettext_lazy("Returned to the supplier")


def check(document: SupplierReturn, *, actor: Any) -> None:
    """The receipt names its supplier and covers every line."""
    if document.receipt.supplier_id is None:
        raise DomainError(
            _("%(document)s names no supplier, so nothing can go back to one. Write the goods off instead.")
            % {"document": document.receipt}
        )
    FOLLOWING.check(document, actor=actor)


def write_credits(document: SupplierReturn, *, actor: Any) -> None:
    """Effect of submit: note on the lines what the supplier owes for them, so that the approver sees it."""
    _write_credits(FOLLOWING.lines_of(document))


def credit_total(document: SupplierReturn) -> Decimal:
    """Yuan the supplier owes, for the approval tiers."""
    return sum(document.lines.values_list("credit", flat=True), ZERO)


def post(document: SupplierReturn, *, actor: Any) -> None:
    """Take the goods of the receipt's lots out, expired and kept-back ones too."""
    lines = FOLLOWING.lines_of(document)
    left = left_of(document.receipt)
    source = of_warehouse(document.warehouse)
    target = virtual(document.organization_id, StockLocation.Kind.SUPPLIER)
    movements = [
        replace(
            movement(line, part, source, target, department_id=document.department_id, priced=False), takes_unfit=True
        )
        for line in lines
        for part in take(left[line.receipt_line_id], line.stock_quantity, line.lot_id)
    ]
    posting.write_costs(lines, post_moves(movements, document=document, actor=actor))
    _write_credits(lines)
    _count(lines, 1)
    receipt = document.receipt
    record_event(receipt, "send_back", actor=actor, from_status=receipt.status, reason=document.number or "")


def undo(document: SupplierReturn, *, actor: Any) -> None:
    """The goods are in the store again."""
    FOLLOWING.locked(document)
    reverse(document, actor=actor)
    _count(FOLLOWING.lines_of(document), -1)


def _write_credits(lines: Sequence[Any]) -> None:
    """Yuan at the price of the receipt as corrected since; what takes the rest of a line takes all of its amount."""
    given, corrected = _given(lines), corrections([line.receipt_line_id for line in lines])
    for line in lines:
        bought = line.receipt_line
        pieces, yuan = given.get(bought.pk, (ZERO, ZERO))
        yuan -= corrected.get(bought.pk, ZERO)
        rest = bought.stock_quantity - pieces
        whole = line.stock_quantity >= rest
        line.credit = bought.amount - yuan if whole else share(bought.amount - yuan, line.stock_quantity, rest)
        given[bought.pk] = (pieces + line.stock_quantity, given.get(bought.pk, (ZERO, ZERO))[1] + line.credit)
    SupplierReturnLine.objects.bulk_update(lines, ["credit"])


def corrections(receipt_lines: Iterable[int]) -> dict[int, Decimal]:
    """Yuan by which posted price differences changed lines of receipts, by line; one statement."""
    rows = PriceDifferenceLine.objects.filter(receipt_line__in=receipt_lines, document__status=Status.POSTED)
    return dict(rows.order_by().values_list("receipt_line").annotate(Sum("amount")))


def _given(lines: Sequence[Any]) -> dict[int, tuple[Decimal, Decimal]]:
    """Stock units and credit of posted returns by line of the receipt, these lines left out; one statement."""
    rows = SupplierReturnLine.objects.filter(
        receipt_line__in={line.receipt_line_id for line in lines}, document__status=Status.POSTED
    ).exclude(pk__in=[line.pk for line in lines])
    sums = rows.order_by().values_list("receipt_line").annotate(Sum("stock_quantity"), Sum("credit"))
    return {key: (pieces, yuan) for key, pieces, yuan in sums}


def _count(lines: Sequence[Any], sign: int) -> None:
    """Keep on the receipt's lines how much of them went back, in stock units."""
    bought = GoodsReceiptLine.objects.in_bulk([line.receipt_line_id for line in lines])
    for line in lines:
        bought[line.receipt_line_id].returned_quantity += sign * line.stock_quantity
    GoodsReceiptLine.objects.bulk_update(bought.values(), ["returned_quantity"])
