"""The business day and the moment, in one place, so that a simulated year can run through the real services."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended_moment", default=None)


def now() -> dt.datetime:
    """The moment, aware, in UTC."""
    return _pretended.get() or timezone.now()


def today() -> dt.date:
    """The business day in the organization's time zone."""
    return timezone.localdate(now())


def bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a day, and the first after another, by the clock of the house: between them an index is read,
    while a column turned into its day is worked out for every row."""
    zone = timezone.get_default_timezone()
    start, after = (dt.datetime.combine(day, dt.time(), zone) for day in (first, last + dt.timedelta(days=1)))
    return start, after


@contextmanager
def pretend(moment: dt.datetime) -> Iterator[None]:
    """Run a block as if it were another moment (demo data and tests only; no screen reaches this)."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
