"""Undoing a posted paper by its mirror image; where the goods went on since, the papers that took them are named."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.documents.models import Document
from core.errors import DomainError
from inventory.models import StockMove

from .ledger import moves_of, reverse_moves

NAMED = 5


def reverse(document: Document, *, actor: Any) -> None:
    """Book the mirror image today: the month of the original may be closed (红字冲销).

    Raises DomainError when goods of this paper came back, arrived or were used since, naming the papers that did it.
    """
    require_nothing_followed(document)
    try:
        reverse_moves(document, actor=actor, business_date=clock.today())
    except DomainError as error:
        numbers = _takers(document, error.line)
        if not numbers:
            raise
        text = f"{error} " + _("The goods went on with %(numbers)s.") % {"numbers": numbers}
        raise type(error)(text, field=error.field, line=error.line) from error


def require_nothing_followed(document: Document) -> None:
    """Refuse while another posted paper moved the goods of this one on: a return, an arrival."""
    followers = _standing(StockMove.objects.filter(origin__in=moves_of(document)))
    if followers.exists():
        raise DomainError(
            _("%(document)s cannot be reversed: its goods came back or went on with %(numbers)s. Reverse that first.")
            % {"document": document, "numbers": _named(followers)}
        )


def _standing(moves: Any) -> Any:
    """Moves that were not reversed and reverse nothing, in posting order."""
    return moves.filter(reverses=None, reversal=None, quantity__gt=0).order_by("id")


def _named(moves: Any) -> str:
    """The numbers of the papers behind moves: the first five, and how many more."""
    numbers = list(dict.fromkeys(moves.values_list("number", flat=True)))
    return _joined(numbers)


def _joined(numbers: Iterable[str]) -> str:
    known = list(numbers)
    text = _(", ").join(known[:NAMED])
    rest = len(known) - NAMED
    return _("%(items)s and %(count)d more") % {"items": text, "count": rest} if rest > 0 else text


def _takers(document: Document, place: int | None) -> str:
    """The papers that took what one move of a document brought: from its cost layer, else its lot, else its item."""
    posted = list(moves_of(document).filter(reverses=None).order_by("id"))
    if place is None or not 0 < place <= len(posted):
        return ""
    move = posted[place - 1]
    later = _standing(StockMove.objects.filter(source=move.target_id, item=move.item_id, id__gt=move.pk))
    for takers in (later.filter(layer=move), later.filter(lot=move.lot_id), later):
        if numbers := _named(takers):
            return numbers
    return ""
