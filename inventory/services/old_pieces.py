"""Old pieces: the only writer of their moves and balances (R-STK-11, docs/losses-loans-prices.md).

The order of work is that of the stock ledger: month shared, balances locked in one fixed order, checks, moves,
balances.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core import clock, periods
from core.documents.models import Document
from core.errors import DomainError, InsufficientStock
from core.numbers import ZERO, plain
from inventory.models import Item, OldPieceBalance, OldPieceMove

Key = tuple[int, str]
NAMED = 3


@dataclass(frozen=True)
class OldPiece:
    """Old pieces that one line brings (quantity > 0) or takes away (< 0), in stock units; reverses: the move undone."""

    line_id: int
    position: int
    item: Item
    destination: str
    condition: str
    quantity: Decimal
    department_id: int | None
    reverses: OldPieceMove | None = None


def post_old_pieces(
    pieces: Sequence[OldPiece], *, document: Any, actor: Any, business_date: dt.date | None = None
) -> list[OldPieceMove]:
    """Book old pieces of one document in its warehouse; returns the moves written.

    Must run inside the transaction of the step. Raises InsufficientStock naming the line when fewer are there than
    leave, PeriodClosed for a closed month, DomainError when a line was posted before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post_old_pieces() must run inside the caller's transaction")
    if not pieces:
        return []
    day = business_date or document.business_date
    periods.require_open(document.organization_id, day)
    balances = _locked(document.warehouse_id, {(piece.item.pk, piece.destination) for piece in pieces})
    for piece in pieces:
        balance = balances[piece.item.pk, piece.destination]
        if balance.quantity + piece.quantity < 0:
            raise InsufficientStock(_refusal(piece, balance), field="quantity", line=piece.position)
        balance.quantity += piece.quantity
    moves = _written([_draft(piece, document, actor, day) for piece in pieces])
    OldPieceBalance.objects.bulk_update(balances.values(), ["quantity"])
    return moves


def reverse_old_pieces(document: Document, *, actor: Any) -> list[OldPieceMove]:
    """Undo what a document booked, today. Raises InsufficientStock when the pieces have left the store since."""
    posted = moves_of(document).filter(reverses=None).select_related("item__unit")
    pieces = [
        OldPiece(
            move.line_id,
            position,
            move.item,
            move.destination,
            move.condition,
            -move.quantity,
            move.department_id,
            reverses=move,
        )
        for position, move in enumerate(posted, start=1)
    ]
    return post_old_pieces(pieces, document=document, actor=actor, business_date=clock.today())


def moves_of(document: Document) -> Any:
    """The old pieces a document brought or took, reversals included, in posting order."""
    kind = ContentType.objects.get_for_model(document)
    return OldPieceMove.objects.filter(content_type=kind, object_id=document.pk)


def _locked(warehouse_id: int, keys: set[Key]) -> dict[Key, OldPieceBalance]:
    """The balances of a warehouse, made where missing, locked in one fixed order."""
    OldPieceBalance.objects.bulk_create(
        [
            OldPieceBalance(warehouse_id=warehouse_id, item_id=item, destination=destination)
            for item, destination in sorted(keys)
        ],
        ignore_conflicts=True,
    )
    rows = (
        OldPieceBalance.objects.select_for_update(of=("self",))
        .filter(warehouse=warehouse_id, item__in={item for item, _destination in keys})
        .order_by("item_id", "destination")
    )
    found = {(row.item_id, row.destination): row for row in rows}
    return {key: found[key] for key in sorted(keys)}


def _refusal(piece: OldPiece, balance: OldPieceBalance) -> str:
    words = {
        "item": piece.item,
        "there": plain(balance.quantity),
        "wanted": plain(-piece.quantity),
        "unit": piece.item.unit,
        "way": balance.get_destination_display(),
    }
    if piece.reverses is None:
        return _("Of %(item)s there are only %(there)s old %(unit)s for “%(way)s”; %(wanted)s were entered.") % words
    takers = OldPieceMove.objects.filter(
        warehouse=balance.warehouse_id,
        item=piece.item,
        destination=piece.destination,
        quantity__lt=0,
        reverses=None,
        reversal=None,
    )
    numbers = list(dict.fromkeys(takers.order_by("-id").values_list("number", flat=True)[:NAMED]))
    return _(
        "The old pieces of %(item)s have left the store since with %(numbers)s, so this can no longer be undone. "
        "Reverse that first."
    ) % {**words, "numbers": _(", ").join(numbers)}


def _draft(piece: OldPiece, document: Any, actor: Any, day: dt.date) -> OldPieceMove:
    return OldPieceMove(
        organization_id=document.organization_id,
        warehouse_id=document.warehouse_id,
        item=piece.item,
        destination=piece.destination,
        condition=piece.condition,
        quantity=piece.quantity,
        department_id=piece.department_id,
        business_date=day,
        posted_at=clock.now(),
        posted_by=actor,
        content_type=ContentType.objects.get_for_model(document),
        object_id=document.pk,
        line_id=piece.line_id,
        number=document.number or "",
        reverses=piece.reverses,
    )


def _written(drafts: list[OldPieceMove]) -> list[OldPieceMove]:
    try:
        with transaction.atomic():
            return OldPieceMove.objects.bulk_create(drafts)
    except IntegrityError as error:
        raise DomainError(_("A line of this document is already posted or reversed; reload the page.")) from error


def balances_of(warehouse_id: int, destination: str) -> dict[int, Decimal]:
    """Old pieces in stock units by item key that lie in a warehouse for one destination."""
    rows = OldPieceBalance.objects.filter(warehouse=warehouse_id, destination=destination, quantity__gt=0)
    return {row.item_id: row.quantity or ZERO for row in rows}
