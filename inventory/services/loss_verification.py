"""Recomputes old pieces, write-offs and loans from what was posted, and names what differs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.verification import Finding
from inventory.models import (
    LoanReturnLine,
    OldPieceBalance,
    OldPieceMove,
    PriceDifferenceLine,
    StockLocation,
    StockMove,
    ToolLoan,
    ToolLoanLine,
    WriteOffLine,
)

from .line_verification import finding

CHUNK = 2000


def verify_old_pieces() -> Iterator[Finding]:
    """Balances are the sum of the moves, no balance was ever below zero, and reversals mirror what they undo."""
    sums: dict[tuple[int, int, str], Decimal] = {}
    for move in OldPieceMove.objects.select_related("reverses").order_by("id").iterator(chunk_size=CHUNK):
        key = (move.warehouse_id, move.item_id, move.destination)
        sums[key] = sums.get(key, ZERO) + move.quantity
        if sums[key] < 0:
            yield finding(move, move.quantity, sums[key])
        original = move.reverses
        if original is not None and (original.quantity != -move.quantity or original.item_id != move.item_id):
            yield finding(move, move.quantity, -original.quantity)
    for balance in OldPieceBalance.objects.iterator(chunk_size=CHUNK):
        expected = sums.pop((balance.warehouse_id, balance.item_id, balance.destination), ZERO)
        if balance.quantity != expected:
            yield finding(balance, balance.quantity, expected)
    for key, expected in sums.items():
        if expected:
            yield Finding(OldPieceBalance._meta.label, "/".join(map(str, key)), f"0 / {expected}")


def verify_costs() -> Iterator[Finding]:
    """Lines of posted papers that took goods out cost what their moves cost."""
    for model in (WriteOffLine, ToolLoanLine, LoanReturnLine):
        yield from _compare_costs(model)


def _compare_costs(model: Any) -> Iterator[Finding]:
    kind = ContentType.objects.get_for_model(model._meta.get_field("document").related_model)
    moves = StockMove.objects.filter(content_type=kind, reverses=None).order_by()
    sums = dict(moves.values_list("line_id").annotate(Sum("amount")))
    for line in model.objects.filter(document__status=Status.POSTED).iterator(chunk_size=CHUNK):
        if line.amount != sums.get(line.pk, ZERO):
            yield finding(line, line.amount, sums.get(line.pk, ZERO))


def verify_loans() -> Iterator[Finding]:
    """What loans say came back or is lost is what posted returns say, and a loan is settled when nothing is out."""
    rows = LoanReturnLine.objects.filter(document__status=Status.POSTED).order_by().values_list("loan_line")
    sums = rows.annotate(Sum("stock_quantity"), Sum("stock_lost_quantity"))
    told = {key: (back, lost) for key, back, lost in sums}
    out: dict[int, Decimal] = {}
    for line in ToolLoanLine.objects.iterator(chunk_size=CHUNK):
        cached = (line.returned_quantity, line.lost_quantity)
        expected = told.get(line.pk, (ZERO, ZERO))
        if cached != expected:
            yield finding(line, cached, expected)
        rest = line.stock_quantity - expected[0] - expected[1]
        out[line.document_id] = out.get(line.document_id, ZERO) + rest
    for loan in ToolLoan.objects.filter(status=Status.POSTED).iterator(chunk_size=CHUNK):
        if loan.settled != (out.get(loan.pk, ZERO) <= 0):
            yield finding(loan, loan.settled, out.get(loan.pk, ZERO))


def verify_prices() -> Iterator[Finding]:
    """The parts of a posted price difference are its amount, and what its moves brought from the supplier."""
    kind = ContentType.objects.get_for_model(PriceDifferenceLine._meta.get_field("document").related_model)
    moves = StockMove.objects.filter(content_type=kind, reverses=None).order_by()
    brought: dict[int, Decimal] = {}
    for side, sign in (("source", 1), ("target", -1)):
        rows = moves.filter(**{f"{side}__kind": StockLocation.Kind.SUPPLIER}).values_list("line_id")
        for key, yuan in rows.annotate(Sum("amount")):
            brought[key] = brought.get(key, ZERO) + sign * yuan
    for line in PriceDifferenceLine.objects.filter(document__status=Status.POSTED).iterator(chunk_size=CHUNK):
        amount, parts = line.amount or ZERO, (line.stock_part or ZERO) + (line.use_part or ZERO)
        if not amount == parts == brought.get(line.pk, ZERO):
            yield finding(line, f"{amount} / {parts}", brought.get(line.pk, ZERO))
