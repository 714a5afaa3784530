"""Transactions that the database gives up for its own reasons are tried again (reliability rule L6).

Two steps that lock each other out, or wait too long for a lock, lose one of the two: PostgreSQL says 40P01, 40001 or
55P03, SQLite says that it is locked. Nothing was written then, so the same step is safe to take again.
"""

import functools
import logging
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

TRIES = 5
GIVE_UP_AFTER = 12.0
"""Seconds after which no further try is made: each may itself have waited for a lock, and a person is waiting."""
PAUSE = (0.02, 0.5)
"""Seconds between two tries, drawn at random so that the two do not meet again; the upper end grows with the tries."""
SERIALIZATION, DEADLOCK, LOCK_TIMEOUT = "40001", "40P01", "55P03"


class StillBusy(DomainError):
    """The database gave the same step up several times; nothing was changed."""

    code = "busy"


def is_passing(error: BaseException) -> bool:
    """Whether the database gave a transaction up although nothing is wrong with it."""
    cause = error.__cause__ or error
    if getattr(cause, "sqlstate", None) in (SERIALIZATION, DEADLOCK, LOCK_TIMEOUT):
        return True
    return connection.vendor == "sqlite" and "locked" in str(error)


def atomic_with_retry(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function in a transaction, again from its start when the database gave it up; at most TRIES times.

    Only the outermost transaction is tried again: inside another one, the error goes on to where that one was opened.
    The function must leave nothing behind but its writes. Raises StillBusy when the last try fails too.
    """
    inner = transaction.atomic(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return inner(*args, **kwargs)
        started = time.monotonic()
        for attempt in range(1, TRIES + 1):
            try:
                return inner(*args, **kwargs)
            except OperationalError as error:
                if not is_passing(error):
                    raise
                logger.warning("%s was given up by the database, try %s: %s", function.__qualname__, attempt, error)
                if attempt == TRIES or time.monotonic() - started > GIVE_UP_AFTER:
                    raise StillBusy(
                        _(
                            "Many people are working on the same records right now. Nothing was changed; "
                            "please try again in a moment."
                        )
                    ) from error
            time.sleep(random.uniform(PAUSE[0], min(PAUSE[1], PAUSE[0] * 2**attempt)))  # noqa: S311
        raise AssertionError("unreachable")

    return run
