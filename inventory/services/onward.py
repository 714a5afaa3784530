"""Goods that come back or arrive: at the lots and the cost of the move that took them away, to the last cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.numbers import ZERO
from inventory.models import StockMove

from .ledger import moves_of
from .valuation import share


@dataclass
class Left:
    """What is left of one earlier move: stock units and yuan that did not go onward yet."""

    move: StockMove
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Part:
    """A part of an earlier move that goes onward now."""

    origin: StockMove
    quantity: Decimal
    amount: Decimal


def left_of(document: Any) -> dict[int, list[Left]]:
    """By line key, what is left of every move a posted document made; two statements, whatever the number of lines."""
    moves = list(moves_of(document).filter(reverses=None, reversal=None, quantity__gt=0).select_related("lot", "item"))
    onward = StockMove.objects.filter(origin__in=moves, reverses=None, reversal=None).order_by()
    gone = {key: (q, a) for key, q, a in onward.values_list("origin").annotate(Sum("quantity"), Sum("amount"))}
    left: dict[int, list[Left]] = {}
    for move in moves:
        quantity, amount = gone.get(move.pk, (ZERO, ZERO))
        left.setdefault(move.line_id, []).append(Left(move, move.quantity - quantity, move.amount - amount))
    return left


def quantity_left(rows: Iterable[Left], lot_id: int | None = None) -> Decimal:
    """Stock units left, of one lot or of all."""
    return sum((row.quantity for row in rows if lot_id is None or row.move.lot_id == lot_id), ZERO)


def take(rows: Sequence[Left], quantity: Decimal, lot_id: int | None = None) -> list[Part]:
    """Cut `quantity` stock units out of what is left, the last move first; what takes the rest takes its whole amount.

    The rows are lowered, so that the next line sees what this one took. The caller has checked quantity_left().
    """
    parts = []
    for row in reversed(rows):
        if quantity <= 0:
            break
        if row.quantity <= 0 or (lot_id is not None and row.move.lot_id != lot_id):
            continue
        piece = min(row.quantity, quantity)
        amount = row.amount if piece == row.quantity else share(row.amount, piece, row.quantity)
        parts.append(Part(row.move, piece, amount))
        row.quantity -= piece
        row.amount -= amount
        quantity -= piece
    return parts
