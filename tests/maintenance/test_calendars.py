"""Working time over nights, weekends, holidays and made-up days: hand-made numbers, and laws that always hold."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from maintenance.models import CalendarDay, WorkCalendar, WorkHours
from maintenance.services.calendars import Clock, add_minutes, clock_of, load, merge, working_minutes, working_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
VECTORS = Path(__file__).parent / "calendar_vectors.csv"
MORNING, AFTERNOON = (8 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)
FREE = [("2026-01-01", 3), ("2026-02-15", 9), ("2026-10-01", 7)]
MADE_UP = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10")


def special_days() -> dict[dt.date, bool]:
    free = {dt.date.fromisoformat(first) + dt.timedelta(days=n): False for first, days in FREE for n in range(days)}
    return free | {dt.date.fromisoformat(day): True for day in MADE_UP}


CLOCKS = {
    "office": Clock("office", False, dict.fromkeys(range(5), (MORNING, AFTERNOON)), special_days()),
    "late": Clock("late", False, dict.fromkeys(range(6), ((16 * 60, 1440),)), special_days()),
    "nights": Clock("nights", False, dict.fromkeys(range(7), ((0, 360), (1320, 1440))), special_days()),
    "always": Clock("always", True),
}


def at(text: str) -> dt.datetime:
    """A moment by the clock on the wall, as UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def vectors() -> list[tuple[str, str, str, int, str]]:
    lines = VECTORS.read_text(encoding="utf-8").splitlines()
    rows = csv.reader(line for line in lines if not line.startswith("#"))
    return [(name, a, b, int(minutes), words) for name, a, b, minutes, words in rows]


@pytest.mark.parametrize(("name", "a", "b", "minutes", "words"), vectors(), ids=lambda value: str(value)[:40])
def test_hand_made_vectors(name, a, b, minutes, words):
    """R-REP-03: what counts between two moments."""
    assert working_minutes(CLOCKS[name], at(a), at(b)) == minutes, words
    assert working_minutes(CLOCKS[name], at(b), at(a)) == 0
    if minutes:
        assert working_minutes(CLOCKS[name], at(a), add_minutes(CLOCKS[name], at(a), minutes)) == minutes
        assert add_minutes(CLOCKS[name], at(a), minutes) <= at(b)


@pytest.mark.parametrize(
    ("name", "start", "minutes", "end"),
    [
        ("office", "2026-03-02 16:30", 60, "2026-03-02 17:30"),  # ends with the day, not with the next morning
        ("office", "2026-03-02 17:30", 1, "2026-03-03 08:01"),
        ("office", "2026-03-06 17:00", 3 * 480, "2026-03-11 17:00"),
        ("office", "2026-02-13 17:00", 480, "2026-02-14 17:00"),
        ("office", "2026-02-14 17:00", 60, "2026-02-24 08:30"),
        ("office", "2026-09-30 17:00", 3 * 480, "2026-10-10 17:00"),  # 8, 9 and the made-up 10 October
        ("office", "2026-03-02 18:00", 0, "2026-03-02 18:00"),
        ("late", "2026-03-02 23:00", 60, "2026-03-03 00:00"),
        ("late", "2026-03-02 23:00", 61, "2026-03-03 16:01"),
        ("always", "2026-02-16 23:00", 120, "2026-02-17 01:00"),
        ("office", "2026-03-03 08:30", -60, "2026-03-02 17:00"),
        ("office", "2026-10-08 08:30", -60, "2026-09-30 17:00"),
        ("office", "2026-03-09 08:00", -30, "2026-03-06 17:00"),
        ("always", "2026-03-09 00:10", -20, "2026-03-08 23:50"),
    ],
)
def test_deadlines_by_hand(name, start, minutes, end):
    assert add_minutes(CLOCKS[name], at(start), minutes) == at(end)


NEW_YEAR = at("2026-01-01 00:00")
moments = st.integers(0, 364 * 86_400).map(lambda seconds: NEW_YEAR + dt.timedelta(seconds=seconds))
clocks = st.sampled_from(sorted(CLOCKS)).map(CLOCKS.get)


@given(clocks, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_time_adds_up(counted, three):
    a, b, c = three
    assert working_time(counted, a, b) + working_time(counted, b, c) == working_time(counted, a, c)


@given(clocks, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_more_time_is_never_less_work(counted, three):
    a, b, c = three
    assert dt.timedelta(0) <= working_time(counted, a, b) <= working_time(counted, a, c) <= c - a


@given(clocks, moments, st.integers(1, 20_000))
def test_adding_and_measuring_agree_both_ways(counted, start, minutes):
    end, begin = add_minutes(counted, start, minutes), add_minutes(counted, start, -minutes)
    assert working_time(counted, start, end) == dt.timedelta(minutes=minutes) == working_time(counted, begin, start)
    assert begin < start < end


@given(clocks, moments, st.integers(0, 5_000), st.integers(0, 5_000))
def test_adding_twice_is_adding_once(counted, start, one, two):
    assert add_minutes(counted, add_minutes(counted, start, one), two) == add_minutes(counted, start, one + two)


def test_hours_that_overlap_count_once():
    assert merge([(600, 900), (480, 720), (900, 960), (1000, 1000), (1100, 1050)]) == ((480, 960),)


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_a_calendar_without_hours_refuses(week):
    empty = Clock("空日历", False, week)
    with pytest.raises(DomainError, match="空日历"):
        working_minutes(empty, at("2026-03-02 08:00"), at("2026-03-03 08:00"))
    with pytest.raises(DomainError, match="空日历"):
        add_minutes(empty, at("2026-03-02 08:00"), 1)


def test_a_calendar_of_holidays_only_comes_to_an_end():
    first = dt.date(2026, 3, 2)
    free = Clock("假期", False, {0: (MORNING,)}, {first + dt.timedelta(days=n): False for n in range(-8000, 8000)})
    with pytest.raises(DomainError, match="假期"):
        add_minutes(free, at("2026-03-02 08:00"), 30)
    with pytest.raises(DomainError, match="假期"):
        add_minutes(free, at("2026-03-02 08:00"), -30)


def test_daylight_saving_counts_what_the_clock_on_the_wall_leaves(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    berlin = Clock("Berlin", False, dict.fromkeys(range(7), ((0, 1440),)))
    spring = dt.datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(dt.UTC)
    assert working_minutes(berlin, spring, spring + dt.timedelta(hours=23)) == 23 * 60
    assert add_minutes(berlin, spring, 23 * 60) == spring + dt.timedelta(hours=23)


@pytest.mark.django_db
def test_all_clocks_are_read_in_two_statements(house, other_house, django_assert_num_queries):
    rows = []
    for each in (house, other_house):
        for name in ("甲", "乙", "丙"):
            row = WorkCalendar.objects.create(organization=each.organization, name=name)
            WorkHours.objects.create(calendar=row, weekday=0, starts=dt.time(16), ends=dt.time(0))
            rows.append(row)
    CalendarDay.objects.create(organization=house.organization, day=dt.date(2026, 10, 10), working=True)
    CalendarDay.objects.create(organization=other_house.organization, day=dt.date(2026, 10, 5), working=False)
    with django_assert_num_queries(2):
        found = load(rows)
    saturday, monday = (
        (at("2026-10-10 00:00"), at("2026-10-11 00:00")),
        (at("2026-10-05 00:00"), at("2026-10-06 00:00")),
    )
    assert [working_minutes(found[row.pk], *saturday) for row in rows] == [480] * 3 + [0] * 3
    assert [working_minutes(found[row.pk], *monday) for row in rows] == [480] * 3 + [0] * 3
    assert working_minutes(clock_of(rows[0]), *saturday) == 480
