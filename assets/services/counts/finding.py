"""What a label says: the card it belongs to, and what becomes of a card that the plan did not name."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _

from assets.models import Asset, AssetCount, AssetCountLine, AssetState
from core.errors import DomainError
from directory.models import Place


def code_of(text: str) -> str:
    """The token or number in what a scanner read: the last part of an address, else the text itself."""
    text = text.strip()
    if "://" in text:
        try:
            text = urlsplit(text).path.rstrip("/").rsplit("/", 1)[-1]
        except ValueError:
            return ""
    return text[:60]


def cards_by_code(codes: Sequence[str], document: AssetCount) -> dict[str, Asset]:
    """Cards by what their labels say: token (of any house, so that a stranger's label is told), number, and the number
    in the old system where only one card has it."""
    said = {code for code in codes if code}
    if not said:
        return {}
    numbers = said | {code.upper() for code in said}
    own = Q(organization=document.organization_id)
    rows = Asset.objects.filter(Q(token__in=said) | own & (Q(number__in=numbers) | Q(old_number__in=said)))
    cards = list(rows.select_related("category", "department", "user", "custodian", "place").order_by("pk"))
    mine = [card for card in cards if card.organization_id == document.organization_id]
    old = Counter(card.old_number for card in mine if card.old_number)
    found = {card.old_number: card for card in mine if old[card.old_number] == 1}
    found |= {card.token: card for card in cards}
    return found | {card.number: card for card in mine}


def outside_line(document: AssetCount, card: Asset | None, code: str, *, place_id: int | None = None) -> AssetCountLine:
    """A line for a card that was found though the plan did not name it.

    Raises DomainError for a code of no card, of another house or of a thing that left the house, and for a card that
    this count does not ask about: of another class, not drawn for the sample, found outside of the place counted.
    """
    refuse_stranger(document, card, code)
    assert card is not None  # noqa: S101 - refuse_stranger raises otherwise
    if document.sample_size:
        raise DomainError(_("%(asset)s was not drawn for this sample; nothing has to be noted.") % {"asset": card})
    category = document.scope_category
    if category and not card.category.path.startswith(category.path):
        raise DomainError(
            _("%(asset)s is not of the class that is counted (%(class)s); nothing has to be noted.")
            % {"asset": card, "class": category}
        )
    if document.scope_place and not _lies_in(document.scope_place, place_id):
        raise DomainError(
            _("%(asset)s is not on the list. Say at which place of %(place)s you found it.")
            % {"asset": card, "place": document.scope_place}
        )
    return AssetCountLine.objects.create(
        document=document,
        asset=card,
        outside=True,
        book_department_id=card.department_id,
        book_user_id=card.user_id,
        book_custodian_id=card.custodian_id,
        book_place_id=card.place_id,
        book_state=card.state,
        book_value=card.original_value,
    )


def refuse_stranger(document: AssetCount, card: Asset | None, code: str) -> None:
    """Raises DomainError unless this is a living card of the house."""
    if card is None:
        raise DomainError(
            _("No card has the label %(code)s. Record it as a thing without a card, with its name and place.")
            % {"code": code or "-"}
        )
    if card.organization_id != document.organization_id:
        raise DomainError(_("This label belongs to another organization; its thing is not counted here."))
    if card.state == AssetState.DISPOSED:
        raise DomainError(
            _("%(asset)s was disposed of on %(day)s. If the thing is still here, record it without a card.")
            % {"asset": card, "day": card.disposed_on or "-"}
        )


def _lies_in(place: Place, key: int | None) -> bool:
    return key is not None and Place.objects.filter(pk=key, path__startswith=place.path).exists()


def belongs_to(card: Asset) -> str:
    """Where a card belongs by the books, in words: 外科一病区 · 王芳 · 302."""
    parts: list[Any] = [card.department, card.user or card.custodian, card.place]
    return " · ".join(str(part) for part in parts if part)
