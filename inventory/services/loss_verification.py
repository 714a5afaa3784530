"""Recomputes the balances of old pieces from their moves, and names what differs."""

from collections.abc import Iterator
from decimal import Decimal

from core.numbers import ZERO
from core.verification import Finding
from inventory.models import OldPieceBalance, OldPieceMove

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
