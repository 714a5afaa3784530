"""Recomputes counts from the custody ledger and from what was sent; it only reports (reliability rule L17)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from assets.models import AssetCount, AssetCountEntry, AssetCountLine, AssetMove, AssetState
from assets.services.ledger import HOLDER, moves_of
from core.documents.lifecycle import Status
from core.verification import Finding

from .entries import see
from .plan import Phase

CHUNK = 2000
AT_ONCE = dt.timedelta(seconds=60)
"""A posting that was under way while the list was frozen may bear an earlier moment than the snapshot."""
Booked = AssetCountLine.Booked


def verify_asset_counts() -> Iterator[Finding]:
    """Opened counts: the snapshot is what the ledger said at its moment, with no card left out; each line says what its
    last entry says; what was posted is what the lines say."""
    for document in AssetCount.objects.exclude(phase=Phase.PLANNED).iterator():
        yield from _compare_snapshot(document)
        yield from _compare_entries(document)
        if document.status == Status.POSTED:
            yield from _compare_moves(document)


def _finding(line: Any, message: str) -> Finding:
    return Finding(line._meta.label, line.pk, message)


def _last_moves(document: AssetCount, asset: Any) -> QuerySet[AssetMove]:
    """The custody row of a card that held at the moment of the snapshot."""
    return AssetMove.objects.filter(asset=asset, posted_at__lte=document.as_of).order_by("-id")


def _compare_snapshot(document: AssetCount) -> Iterator[Finding]:
    last = _last_moves(document, OuterRef("asset"))
    said = {f"was_{name}": Subquery(last.values(f"to_{name}")[:1]) for name in (*HOLDER,)}
    lines = document.lines.filter(outside=False).annotate(**said, was_at=Subquery(last.values("posted_at")[:1]))
    for line in lines.iterator(chunk_size=CHUNK):
        row: Any = line
        same = all(getattr(row, f"was_{name}") == getattr(row, f"book_{name}") for name in HOLDER)
        settled = row.was_at and document.as_of and row.was_at < document.as_of - AT_ONCE
        if not same and settled:
            yield _finding(line, _("the snapshot is not what the custody ledger said at its moment"))
    if not (document.scope_department or document.scope_place or document.scope_category or document.sample_size):
        yield from _compare_completeness(document)


def _compare_completeness(document: AssetCount) -> Iterator[Finding]:
    """A count of everything has every card that was there."""
    moment = (document.as_of or document.created_at) - AT_ONCE
    there = AssetMove.objects.filter(organization=document.organization_id, posted_at__lte=moment)
    last = _last_moves(document, OuterRef("asset")).values("to_state")[:1]
    keys = there.filter(from_department=None, reverses=None).annotate(was=Subquery(last))
    expected = set(keys.exclude(was=AssetState.DISPOSED).values_list("asset_id", flat=True))
    missing = expected - set(document.lines.values_list("asset_id", flat=True))
    if missing:
        yield Finding(
            document._meta.label, document.pk, _("%(count)d cards are not in the snapshot") % {"count": len(missing)}
        )


def _compare_entries(document: AssetCount) -> Iterator[Finding]:
    """What a line says follows from its last entry; lines opened again wait for a new one."""
    rows = AssetCountEntry.objects.filter(line__document=document).order_by("counted_at", "id")
    last = {row.line_id: row for row in rows.iterator(chunk_size=CHUNK)}
    for line in document.lines.exclude(result="").iterator(chunk_size=CHUNK):
        entry = last.get(line.pk)
        if entry is None:
            yield _finding(line, _("the line has a result, but nobody sent one"))
            continue
        said = (line.result, line.found_department_id, line.found_user_id, line.found_place_id, line.condition)
        line.document = document
        see(line, entry, entry.counted_at, None)
        follows = (line.result, line.found_department_id, line.found_user_id, line.found_place_id, line.condition)
        if said != follows:
            yield _finding(line, _("the line says %(line)s, its last entry %(entry)s") % _words(said, follows))


def _words(said: tuple[Any, ...], follows: tuple[Any, ...]) -> dict[str, str]:
    return {"line": str(said[0]), "entry": str(follows[0])}


def _compare_moves(document: AssetCount) -> Iterator[Finding]:
    """Cards that the lines say were changed have a row of this count in the ledger, and no others have one."""
    moved = set(moves_of(document).filter(reverses=None).values_list("asset_id", flat=True))
    changed = (Booked.MOVED, Booked.MISSING, Booked.BACK)
    said = dict(document.lines.filter(booked__in=changed).values_list("asset_id", "pk"))
    for asset in sorted(moved ^ set(said)):
        yield Finding(
            AssetCountLine._meta.label, said.get(asset, asset), _("the line and the custody ledger do not agree")
        )
