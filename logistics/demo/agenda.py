"""What happens when: actions sorted by their moment, each carried out as if it were that moment."""

import datetime as dt
import heapq
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from core import clock

from .demand import works


def moment(day: dt.date, hour: float) -> dt.datetime:
    """A local time of a day; hour 14.5 is half past two."""
    start = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    return start + dt.timedelta(hours=hour)


class Agenda:
    """A queue of actions. Two actions of one moment run in the order in which they were entered."""

    def __init__(self) -> None:
        self._queue: list[tuple[dt.datetime, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._serial = 0

    def enter(self, when: dt.datetime, action: Callable[..., Any], *args: Any) -> None:
        self._serial += 1
        heapq.heappush(self._queue, (when, self._serial, action, args))

    def run_until(self, end: dt.datetime) -> None:
        """Carry out everything before `end`, also what is entered meanwhile."""
        while self._queue and self._queue[0][0] < end:
            when, _serial, action, args = heapq.heappop(self._queue)
            with clock.pretend(when.astimezone(dt.UTC)):
                action(*args)


def office_moment(dice: Any, hours: float) -> dt.datetime:
    """A moment about so many hours from now inside office hours of a working day."""
    when = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)) + dt.timedelta(hours=hours * dice.uniform(0.5, 1.5))
    if when.hour >= 17:
        when = moment(when.date() + dt.timedelta(days=1), 8 + dice.uniform(0, 2))
    elif when.hour < 8:
        when = moment(when.date(), 8 + dice.uniform(0, 2))
    while not works(when.date()):
        when += dt.timedelta(days=1)
    return when
