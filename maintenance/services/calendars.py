"""Working time: how much of it lies between two moments, and when so much of it will have passed (R-REP-03).

Pure arithmetic over a `Clock`, which is read once for a whole run: moments are aware (UTC), hours are those of the
clock on the wall of the house. Weekdays have their hours; a holiday has none; a made-up working day (调休) has those of
a Monday.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from maintenance.models import CalendarDay, WorkCalendar, WorkHours

MONDAY = 0
DAY = 24 * 60
FAR_DAYS = 20 * 366
"""Days after which the search for working time is given up: a calendar of holidays only must not be walked for ever."""

Stretch = tuple[int, int]
"""From and to, in minutes since midnight; 1440 is the end of the day."""


@dataclass(frozen=True)
class Clock:
    """A working calendar in memory. week: the stretches of each weekday, sorted, without overlaps.

    always: round the clock. days: days unlike their weekday; True works like a Monday, False does not work.
    """

    name: str = ""
    always: bool = False
    week: Mapping[int, tuple[Stretch, ...]] = field(default_factory=dict)
    days: Mapping[dt.date, bool] = field(default_factory=dict)

    @property
    def has_hours(self) -> bool:
        """Whether any time counts at all."""
        return self.always or any(self.week.values())

    def stretches(self, day: dt.date) -> tuple[Stretch, ...]:
        """The working hours of a day."""
        special = self.days.get(day)
        if special is None:
            return self.week.get(day.weekday(), ())
        return self.week.get(MONDAY, ()) if special else ()

    def spans(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The working hours of a day as moments in UTC."""
        for starts, ends in self.stretches(day):
            yield _moment(day, starts), _moment(day, ends)


def load(calendars: Iterable[WorkCalendar]) -> dict[int, Clock]:
    """The clocks of calendars by their primary key; two queries, however many there are."""
    rows = {row.pk: row for row in calendars if row is not None}
    hours: dict[int, dict[int, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    days: dict[int, dict[dt.date, bool]] = defaultdict(dict)
    if rows:
        for line in WorkHours.objects.filter(calendar__in=rows):
            hours[line.calendar_id][line.weekday].append((_minutes(line.starts), _minutes(line.ends) or DAY))
        houses = {row.organization_id for row in rows.values()}
        for house, day, works in CalendarDay.objects.filter(organization__in=houses).values_list(
            "organization_id", "day", "working"
        ):
            days[house][day] = works
    return {
        pk: Clock(
            row.name,
            row.round_the_clock,
            {weekday: merge(lines) for weekday, lines in hours[pk].items()},
            days[row.organization_id],
        )
        for pk, row in rows.items()
    }


def clock_of(calendar: WorkCalendar | Clock) -> Clock:
    """The clock of one calendar, read now; a clock stays what it is."""
    return calendar if isinstance(calendar, Clock) else load([calendar])[calendar.pk]


def merge(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches sorted, with those that touch or overlap made one; an empty or inverted one is left out."""
    merged: list[Stretch] = []
    for starts, ends in sorted(stretches):
        if ends <= starts:
            continue
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((starts, ends))
    return tuple(merged)


def working_time(calendar: WorkCalendar | Clock, a: dt.datetime, b: dt.datetime) -> dt.timedelta:
    """Exactly how much working time lies between two moments; none when the second is not later.

    Raises DomainError for a calendar without working hours.
    """
    clock = _usable(calendar)
    if b <= a:
        return dt.timedelta(0)
    if clock.always:
        return b - a
    total = dt.timedelta(0)
    day, last = timezone.localdate(a, _zone()), timezone.localdate(b, _zone())
    while day <= last:
        for starts, ends in clock.spans(day):
            total += max(min(ends, b) - max(starts, a), dt.timedelta(0))
        day += dt.timedelta(days=1)
    return total


def working_minutes(calendar: WorkCalendar | Clock, a: dt.datetime, b: dt.datetime) -> int:
    """Whole working minutes that passed from a to b; 0 when b is not later. Raises DomainError without hours."""
    return working_time(calendar, a, b) // dt.timedelta(minutes=1)


def add_minutes(calendar: WorkCalendar | Clock, start: dt.datetime, minutes: int) -> dt.datetime:
    """The first moment at which so many working minutes have passed since `start`, in UTC.

    Negative minutes go back: the last moment from which so many are left. 0 is `start` itself. Raises DomainError for a
    calendar without working hours, or one that has none left within twenty years.
    """
    clock = _usable(calendar)
    left = dt.timedelta(minutes=abs(minutes))
    if clock.always or not minutes:
        return (start + dt.timedelta(minutes=minutes)).astimezone(dt.UTC)
    return _forward(clock, start, left) if minutes > 0 else _back(clock, start, left)


def _forward(clock: Clock, start: dt.datetime, left: dt.timedelta) -> dt.datetime:
    day = timezone.localdate(start, _zone())
    for _turn in range(FAR_DAYS):
        for starts, ends in clock.spans(day):
            begin = max(starts, start)
            if ends <= begin:
                continue
            if left <= ends - begin:
                return begin + left
            left -= ends - begin
        day += dt.timedelta(days=1)
    raise _never(clock)


def _back(clock: Clock, start: dt.datetime, left: dt.timedelta) -> dt.datetime:
    day = timezone.localdate(start, _zone())
    for _turn in range(FAR_DAYS):
        for starts, ends in reversed(list(clock.spans(day))):
            end = min(ends, start)
            if end <= starts:
                continue
            if left <= end - starts:
                return end - left
            left -= end - starts
        day -= dt.timedelta(days=1)
    raise _never(clock)


def _usable(calendar: WorkCalendar | Clock) -> Clock:
    clock = clock_of(calendar)
    if not clock.has_hours:
        raise DomainError(
            _("The working calendar “%(name)s” has no working hours; enter them before anything is counted by it.")
            % {"name": clock.name}
        )
    return clock


def _never(clock: Clock) -> DomainError:
    return DomainError(
        _("The working calendar “%(name)s” has no working time left; look at its hours and holidays.")
        % {"name": clock.name}
    )


def _zone() -> dt.tzinfo:
    return timezone.get_default_timezone()


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _moment(day: dt.date, minutes: int) -> dt.datetime:
    """The moment at which the clock on the wall shows so many minutes after midnight."""
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    return wall.replace(tzinfo=_zone()).astimezone(dt.UTC)
