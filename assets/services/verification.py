"""Checks that the custody of the cards is what the custody ledger says. They only report."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from assets.models import Asset, AssetMove, CustodyChange, CustodyLine
from core.documents.lifecycle import Status
from core.verification import Finding

from .claims import holder_of
from .ledger import HOLDER

CHUNK = 2000
HAS_IN_HAND = (Status.SUBMITTED, Status.APPROVED)


def verify_custody() -> Iterator[Finding]:
    """Every row begins where the one before it ended, the card says what its last row says, a thing in hand is in the
    hand of a paper under way, and a loan knows which of its things are back."""
    last: dict[int, tuple[Any, ...]] = {}
    yield from _chain(last)
    yield from _cards(last)
    yield from _claims()
    yield from _loans()


def _chain(last: dict[int, tuple[Any, ...]]) -> Iterator[Finding]:
    """Walk the ledger card by card and leave the last holder of each in `last`."""
    columns = ["pk", "asset_id", *(f"from_{name}" for name in HOLDER), *(f"to_{name}" for name in HOLDER)]
    rows = AssetMove.objects.order_by("asset_id", "id").values_list(*columns)
    for key, asset, *both in rows.iterator(chunk_size=CHUNK):
        before, after = tuple(both[: len(HOLDER)]), tuple(both[len(HOLDER) :])
        expected = last.get(asset, (None, None, None, None, ""))
        if before != expected:
            yield Finding(
                AssetMove._meta.label,
                key,
                _("it does not begin where the entry before it ended: %(row)s instead of %(before)s")
                % {"row": before, "before": expected},
            )
        last[asset] = after


def _cards(last: dict[int, tuple[Any, ...]]) -> Iterator[Finding]:
    for key, *holder in Asset.objects.order_by("pk").values_list("pk", *HOLDER).iterator(chunk_size=CHUNK):
        if tuple(holder) != last.get(key):
            yield Finding(
                Asset._meta.label,
                key,
                _("the card says %(card)s, the custody ledger %(ledger)s")
                % {"card": tuple(holder), "ledger": last.get(key)},
            )


def _claims() -> Iterator[Finding]:
    """Things in hand: by a paper that is submitted or approved and names them; and no such hand-over without them."""
    for asset in Asset.objects.exclude(claimed_by="").order_by("pk").iterator(chunk_size=CHUNK):
        paper = holder_of(asset)
        if paper is None or paper.status not in HAS_IN_HAND:
            yield Finding(
                Asset._meta.label, asset.pk, _("it is in the hand of %(paper)s") % {"paper": asset.claimed_by}
            )
    waiting = CustodyLine.objects.filter(document__status__in=HAS_IN_HAND)
    for key, asset, claim in waiting.values_list("document", "asset", "asset__claimed_by").iterator(chunk_size=CHUNK):
        if claim != f"{CustodyChange._meta.label_lower}:{key}":
            yield Finding(CustodyChange._meta.label, key, _("asset %(asset)s is not in its hand") % {"asset": asset})


def _loans() -> Iterator[Finding]:
    """A line is marked as returned exactly when a posted return gave its thing back."""
    kind = CustodyChange.Kind
    back = set(
        CustodyLine.objects.filter(document__kind=kind.LOAN_RETURN, document__status=Status.POSTED).values_list(
            "document__loan", "asset"
        )
    )
    lent = CustodyLine.objects.filter(document__kind=kind.LOAN, document__status=Status.POSTED)
    for pk, loan, asset, returned in lent.values_list("pk", "document", "asset", "returned").iterator(chunk_size=CHUNK):
        if returned != ((loan, asset) in back):
            yield Finding(CustodyLine._meta.label, pk, _("it is marked as returned wrongly"))
    wrong = CustodyChange.objects.filter(kind=kind.LOAN, status=Status.POSTED, settled=True, lines__returned=False)
    for key in wrong.order_by("pk").values_list(F("pk"), flat=True).distinct():
        yield Finding(CustodyChange._meta.label, key, _("it counts as returned, but something is still out"))
