"""财务入账: finance takes cards into its books under a voucher (R-AST-01, R-ACC-06). What is booked leaves the books
only when the paper that made the card is reversed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from assets.card_fields import SITUATED
from assets.models import (
    NOMINAL_VALUE,
    Asset,
    AssetAddition,
    AssetMove,
    AssetState,
    CardType,
    CustodyChange,
    ValueType,
)
from core import periods
from core.documents.lifecycle import Status
from core.errors import DomainError, NotAllowed

from . import journal

RIGHT = "assets.book_asset"
SHOWN = 5
CHUNK = 2000


def unbooked(actor: Any) -> QuerySet[Asset]:
    """Cards that this person may book and nobody has booked yet, the oldest first."""
    rows = Asset.objects.within(actor, RIGHT).filter(booked_on=None).exclude(state=AssetState.DISPOSED)
    return rows.select_related("category", "department", "custodian", "place").order_by("acquired_on", "number")


def cards_of(document: AssetAddition) -> QuerySet[Asset]:
    """The cards that an addition made."""
    kind = ContentType.objects.get_for_model(AssetAddition)
    moves = AssetMove.objects.filter(content_type=kind, object_id=document.pk, from_department=None)
    return Asset.objects.filter(pk__in=moves.values("asset"))


def book(keys: Iterable[int], *, voucher_number: str, booked_on: dt.date, actor: Any) -> int:
    """Book cards under a voucher; returns how many. The voucher goes back to the proposals of every paper whose cards
    are all booked now.

    Raises NotAllowed for cards out of reach, DomainError naming the cards that are not fit to be booked (R-AST-01),
    PeriodClosed for a closed month. Nothing is booked then.
    """
    number = voucher_number.strip()[:40]
    if not number:
        raise DomainError(_("Enter the number of the voucher."), field="voucher_number")
    wanted = set(keys)
    if not wanted:
        raise DomainError(_("Choose at least one card."))
    with transaction.atomic():
        rows = Asset.objects.within(actor, RIGHT).select_for_update(of=("self",))
        assets = [asset for part in _parts(sorted(wanted)) for asset in rows.filter(pk__in=part).order_by("pk")]
        if len(assets) != len(wanted):
            raise NotAllowed(_("You may not book these cards."))
        for organization_id in sorted({asset.organization_id for asset in assets}):
            periods.require_open(organization_id, booked_on)
        _require_fit(assets, booked_on)
        for asset in assets:
            asset.booked_on, asset.voucher_number = booked_on, number
        bulk_update_with_history(
            assets,
            Asset,
            ["booked_on", "voucher_number"],
            batch_size=500,
            default_user=actor,
            default_change_reason=number,
        )
        for document in _papers_of(wanted):
            _tell(document, number, actor)
    return len(assets)


def book_addition(document: AssetAddition, *, voucher_number: str, booked_on: dt.date, actor: Any) -> int:
    """Book every card of an addition that is not booked yet; returns how many. Raises as `book` does."""
    if document.status != Status.POSTED:
        raise DomainError(_("%(document)s is not posted; it has no cards to book.") % {"document": document})
    keys = cards_of(document).filter(booked_on=None).exclude(state=AssetState.DISPOSED).values_list("pk", flat=True)
    if not keys:
        raise DomainError(_("All cards of %(document)s are booked.") % {"document": document})
    return book(keys, voucher_number=voucher_number, booked_on=booked_on, actor=actor)


def lacking(asset: Asset) -> list[str]:
    """What a card lacks before finance may book it, in words (R-AST-01)."""
    nominal = asset.value_type == ValueType.NOMINAL
    valued = asset.original_value == NOMINAL_VALUE if nominal else asset.original_value > 0
    placed = asset.place_id or asset.card_type == CardType.INTANGIBLE
    situated = asset.card_type in SITUATED and asset.situated_at
    needs = (
        (valued, _("original value")),
        (asset.category_id, _("asset category")),
        (asset.department_id, _("using department")),
        (asset.custodian_id, _("custodian")),
        (placed or situated, _("place")),
    )
    return [str(word) for there, word in needs if not there]


def _require_fit(assets: Sequence[Asset], booked_on: dt.date) -> None:
    """Raises DomainError naming the first cards that cannot be booked, and why."""
    wrong = []
    for asset in assets:
        if asset.booked_on:
            words = {"voucher": asset.voucher_number, "day": asset.booked_on}
            wrong.append((asset, _("booked already under voucher %(voucher)s on %(day)s") % words))
        elif asset.state == AssetState.DISPOSED:
            wrong.append((asset, _("disposed of")))
        elif asset.acquired_on > booked_on:
            wrong.append((asset, _("acquired after this day")))
        elif missing := lacking(asset):
            wrong.append((asset, _("lacks %(fields)s") % {"fields": _(", ").join(missing)}))
    if wrong:
        shown = "; ".join(f"{asset.number} {why}" for asset, why in wrong[:SHOWN])
        said = _("%(count)d cards cannot be booked: %(cards)s.") % {"count": len(wrong), "cards": shown}
        raise DomainError(f"{said} {remedy(assets)}".strip())


def remedy(assets: Iterable[Asset]) -> str:
    """How what some of these cards lack comes onto them, in a sentence; "" where none lacks place or custodian."""
    unplaced = {str(_("custodian")), str(_("place"))}
    if not any(unplaced & set(lacking(asset)) for asset in assets if not asset.booked_on):
        return ""
    return _(
        "A hand-over of the kind “%(kind)s” that names the custodian and the new place sets both; the asset manager or "
        "the department makes it out."
    ) % {"kind": CustodyChange.Kind.USER.label}


def _papers_of(keys: set[int]) -> list[AssetAddition]:
    kind = ContentType.objects.get_for_model(AssetAddition)
    papers: set[int] = set()
    for part in _parts(sorted(keys)):
        moves = AssetMove.objects.filter(asset__in=part, content_type=kind, from_department=None)
        papers |= set(moves.order_by().values_list("object_id", flat=True).distinct())
    return list(AssetAddition.objects.filter(pk__in=papers).order_by("pk"))


def _tell(document: AssetAddition, number: str, actor: Any) -> None:
    """Give the voucher to the proposals of a paper once no card of it is left to book (R-ACC-06)."""
    if cards_of(document).filter(booked_on=None).exclude(state=AssetState.DISPOSED).exists():
        return
    open_lines = list(journal.lines_of(document).filter(voucher_number="").values_list("pk", flat=True))
    if open_lines:
        journal.take_over(open_lines, voucher_number=number, actor=actor)


def _parts(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
