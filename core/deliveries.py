"""What devices typed without a connection and send later (static/js/outbox.js): its JSON, its clock, read strictly."""

import datetime as dt
import json
from typing import Any

from django.utils.dateparse import parse_datetime

from core import clock

MOST = 200
"""Entries in one delivery."""
MOST_BYTES = 200_000
CLOCKS_AGREE = 60
"""Seconds by which the clock of a device may differ before it is corrected: a slow line looks like a slow clock."""


def delivery_of(body: bytes) -> dict[str, Any]:
    """The object {sent_at, source, entries: […]} of a request. Raises ValueError for anything else, and for what is too
    long or too deep."""
    if len(body) > MOST_BYTES:
        raise ValueError("too long")
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    entries = found.get("entries") if isinstance(found, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST:
        raise ValueError("no list of entries")
    return dict(found)


def moment_of(value: Any) -> dt.datetime | None:
    """A moment with its time zone, as a device writes it; None for anything else."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def seconds_behind(sent_at: Any) -> int:
    """Seconds by which the clock of the device is behind ours; 0 when it does not say."""
    moment = moment_of(sent_at)
    if moment is None:
        return 0
    seconds = (clock.now() - moment).total_seconds()
    return round(max(min(seconds, 2**31 - 1), -(2**31)))


def counted_difference(seconds: int) -> int:
    """The difference of the clocks that counts: none below a minute."""
    return seconds if abs(seconds) > CLOCKS_AGREE else 0


def corrected(moment: dt.datetime | None, *, since: dt.datetime | None, clock_difference: int) -> dt.datetime:
    """The moment a device names, by our clock: never before `since`, never in the future; without one it is now."""
    now = clock.now()
    if moment is None:
        return now
    # Reckoned as a distance from now: a wild clock may name a year that no calendar has.
    ago = now - moment - dt.timedelta(seconds=clock_difference)
    longest = now - (since or now)
    return now - max(min(ago, longest), dt.timedelta(0))


def text_of(entry: dict[str, Any], name: str) -> str:
    """A text of an entry; "" for anything else."""
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def key_of(entry: dict[str, Any], name: str) -> int | None:
    """A primary key or a round of an entry; None for anything else."""
    value = entry.get(name)
    good = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
    return value if good else None
