"""How long something takes and how many statements it sends; for benchmarks/, never asserted as seconds in a test."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

LONG = 3.0
"""Seconds from which on one more round is enough."""
Measured = tuple[float, int]


def timed(act: Callable[[], Any]) -> Measured:
    """(seconds, SQL statements) of one act."""
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        act()
        spent = time.perf_counter() - began
    return spent, len(captured)


def fastest(act: Callable[[], Any], rounds: int) -> Measured:
    """The fewest seconds and the fewest statements of some rounds, since others use the machine too; the first, which
    is not one of them, warms the caches and does the work of a run."""
    first = timed(act)
    found = [timed(act) for _round in range(rounds if first[0] < LONG else 1)]
    return min(seconds for seconds, _statements in found), min(statements for _seconds, statements in found)
