"""Recomputes the results of counts from the ledger; it only reports (reliability rule L17)."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.verification import Finding
from inventory.models import StockCount, StockCountEntry, StockCountLine, StockMove

from ..locations import of_warehouse


def verify_counts() -> Iterator[Finding]:
    """Finished counts: the number that holds is the last entry, the book is the sum of all movements up to it, the
    difference is theirs, and what was posted is the difference."""
    for document in StockCount.objects.filter(phase=StockCount.Phase.FINISHED).select_related("warehouse").iterator():
        lines = list(document.lines.select_related("item"))
        yield from _compare_entries(document, lines)
        yield from _compare_books(document, lines)
        if document.status in (Status.POSTED, Status.REVERSED):
            yield from _compare_moves(document, lines)


def _finding(line: StockCountLine, message: str) -> Finding:
    return Finding(line._meta.label, line.pk, message)


def _compare_entries(document: StockCount, lines: list[StockCountLine]) -> Iterator[Finding]:
    rows = StockCountEntry.objects.filter(line__document=document).order_by("counted_at", "id")
    last = {(row.line_id, row.round): row.quantity for row in rows}
    for line in lines:
        entered = last.get((line.pk, line.round))
        if line.counted_quantity != entered:
            words = {"line": line.counted_quantity, "entry": entered}
            yield _finding(line, _("the line says %(line)s, its last entry %(entry)s") % words)


def _compare_books(document: StockCount, lines: list[StockCountLine]) -> Iterator[Finding]:
    place = of_warehouse(document.warehouse)
    by_lot: dict[int, list[StockMove]] = defaultdict(list)
    moves = StockMove.objects.filter(Q(source=place) | Q(target=place), lot__in=[line.lot_id for line in lines])
    for move in moves.only("lot", "target", "quantity", "posted_at").iterator(chunk_size=2000):
        by_lot[move.lot_id].append(move)
    for line in lines:
        before = [move for move in by_lot[line.lot_id] if line.counted_at and move.posted_at <= line.counted_at]
        book = sum((m.quantity if m.target_id == place.pk else -m.quantity for m in before), ZERO)
        if book != line.book_quantity:
            words = {"line": line.book_quantity, "ledger": book}
            yield _finding(line, _("the book quantity is %(line)s, the ledger says %(ledger)s") % words)
        if line.difference != (line.counted_quantity or ZERO) - (line.book_quantity or ZERO):
            yield _finding(line, _("the difference is not what was counted less the book quantity"))


def _compare_moves(document: StockCount, lines: list[StockCountLine]) -> Iterator[Finding]:
    place = of_warehouse(document.warehouse)
    booked: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    kind = ContentType.objects.get_for_model(StockCount)
    for move in StockMove.objects.filter(content_type=kind, object_id=document.pk, reverses=None):
        sign = 1 if move.target_id == place.pk else -1
        booked[move.line_id][0] += sign * move.quantity
        booked[move.line_id][1] += sign * move.amount
    for line in lines:
        quantity, amount = booked[line.pk]
        if (quantity, amount) != (line.difference, line.amount):
            words = {"line": f"{line.difference} / {line.amount}", "ledger": f"{quantity} / {amount}"}
            yield _finding(line, _("the line says %(line)s, the ledger booked %(ledger)s") % words)
