"""Bad input to the tables a dispatcher keeps: calendars, holidays, targets, escalations, shifts, roster, codes.

Each is refused with a sentence, in the back office and in a sheet, and nothing of it is written.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core.resources import by_name
from directory.models import User
from maintenance.models import (
    CalendarDay,
    CauseCode,
    ChecklistLine,
    Escalation,
    RepairCategory,
    RosterEntry,
    ServiceTarget,
    Shift,
    WorkCalendar,
    WorkHours,
)
from tests.core.excel.test_resources import imported
from tests.factories import House
from tests.repairing import make_repair_category, make_team

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)


@pytest.fixture
def keeper(house: House, client: Client) -> Client:
    """The browser of who keeps the tables."""
    client.force_login(house.repair_dispatcher)
    return client


def send(keeper: Client, house: House, model: str, path: str = "add", **data: Any) -> list[str]:
    """The sentences with which a form of the back office was refused; none when it was taken."""
    answer = keeper.post(f"/admin/maintenance/{model}/{path}/", {"organization": house.organization.pk, **data})
    if answer.status_code == 302:
        return []
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    found = [str(error) for errors in form.errors.values() for error in errors]
    for lines in answer.context["inline_admin_formsets"]:
        found += [str(error) for error in lines.formset.non_form_errors()]
        found += [str(error) for each in lines.formset.errors for errors in each.values() for error in errors]
    assert found
    return found


def hours(*rows: tuple[int, str, str]) -> dict[str, str]:
    """The lines of a calendar as its form sends them."""
    data = {f"hours-{name}": str(value) for name, value in (("TOTAL_FORMS", len(rows)), ("INITIAL_FORMS", 0))}
    for place, (weekday, starts, ends) in enumerate(rows):
        data |= {f"hours-{place}-weekday": str(weekday), f"hours-{place}-starts": starts, f"hours-{place}-ends": ends}
    return data


def sheet(house: House, name: str, columns: tuple[str, ...], *rows: list[Any]) -> Any:
    return imported(by_name(f"maintenance.{name}")(user=house.again("repair_dispatcher")), columns, *rows)


# ---- calendars ----


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([(0, "08:00", "12:00"), (0, "11:59", "17:00")], "overlap"),
        ([(0, "13:00", "17:00"), (0, "08:00", "13:01")], "overlap"),
        ([(0, "08:00", "00:00"), (0, "20:00", "22:00")], "overlap"),
        ([(0, "08:00", "12:00"), (0, "08:00", "10:00")], ""),
        ([(0, "17:00", "08:00")], "end before they begin"),
        ([(0, "08:00", "08:00")], "end before they begin"),
        ([(7, "08:00", "12:00")], "valid choice"),
        ([(0, "25:00", "26:00")], "valid time"),
        ([(0, "08:00", "")], "required"),
    ],
)
def test_hours_that_cannot_be(keeper, house, rows, sentence):
    refused = send(keeper, house, "workcalendar", name="班表", **hours(*rows))
    assert any(sentence in words for words in refused), refused
    assert not WorkCalendar.objects.filter(name="班表").exists()
    assert not WorkHours.objects.exists()


def test_hours_side_by_side_are_taken_to_the_end_of_the_day(keeper, house):
    rows = [(0, "00:00", "08:00"), (0, "08:00", "12:00"), (0, "18:00", "00:00"), (1, "08:00", "12:00")]
    assert send(keeper, house, "workcalendar", name="班表", **hours(*rows)) == []
    assert WorkHours.objects.count() == 4


def test_a_calendar_is_called_so_once(keeper, house, other_house):
    WorkCalendar.objects.create(organization=house.organization, name="班表")
    assert send(keeper, house, "workcalendar", name="班表", **hours())
    assert WorkCalendar.objects.count() == 1
    WorkCalendar.objects.create(organization=other_house.organization, name="行政班")
    assert send(keeper, house, "workcalendar", name="行政班", **hours()) == []  # that of the other house is not ours


# ---- holidays ----


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-13-01", "国庆", "0000-01-01"])
def test_a_day_that_is_none(keeper, house, day):
    assert send(keeper, house, "calendarday", day=day, name="假日")
    assert not CalendarDay.objects.exists()


def test_a_holiday_stands_once(keeper, house):
    first = CalendarDay.objects.create(organization=house.organization, day=DAY, name="元旦")
    assert send(keeper, house, "calendarday", day=DAY.isoformat(), name="调休", working="on")
    second = CalendarDay.objects.create(organization=house.organization, day=DAY + dt.timedelta(days=1), name="二")
    assert send(keeper, house, "calendarday", f"{second.pk}/change", day=DAY.isoformat(), name="二")
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.name, first.working, second.day) == ("元旦", False, DAY + dt.timedelta(days=1))
    assert CalendarDay.objects.count() == 2


def holidays(house: House, *rows: list[Any]) -> Any:
    return sheet(house, "calendarday", ("day", "working", "name"), *rows)


@pytest.mark.parametrize(
    "row",
    [
        ["2026-12-01", "否", "再来一次"],
        ["2026-02-30", "否", "没有这一天"],
        [None, "否", "没写日期"],
        ["2026-12-03", "也许", "不是也不否"],
        ["2026-12-03", "否", "长" * 41],
    ],
)
def test_a_wrong_row_of_the_holidays_writes_none_of_them(house, row):
    report = holidays(house, ["2026-12-01", "否", "假日"], row)
    assert [error.row for error in report.errors] == [3]
    assert not CalendarDay.objects.exists()


def test_a_sheet_of_holidays_changes_only_our_own(house, other_house):
    theirs = CalendarDay.objects.create(organization=other_house.organization, day=DAY, name="他院")
    assert holidays(house, [DAY.isoformat(), "是", "本院"]).errors == []
    theirs.refresh_from_db()
    assert (theirs.name, theirs.working) == ("他院", False)
    ours = CalendarDay.objects.get(organization=house.organization)
    assert (ours.name, ours.working) == ("本院", True)


# ---- times of service and who hears of delays ----


def target(house: House, **data: Any) -> dict[str, Any]:
    """A target that is taken, with what is wrong in it."""
    calendar = WorkCalendar.objects.get_or_create(
        organization=house.organization, name="全天", defaults={"round_the_clock": True}
    )[0]
    good = {"urgency": "urgent", "calendar": calendar.pk, "accept_minutes": "10", "active": "on"}
    return good | data


@pytest.mark.parametrize("name", ["accept_minutes", "arrive_minutes", "finish_minutes"])
@pytest.mark.parametrize("minutes", ["0", "-5", "1.5", "十", str(2**63), "10000000"])
def test_minutes_that_nobody_can_keep(keeper, house, name, minutes):
    others = {"accept_minutes": "", "arrive_minutes": "", "finish_minutes": ""}
    assert send(keeper, house, "servicetarget", **target(house, **{**others, name: minutes}))
    assert not ServiceTarget.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"accept_minutes": ""}, "at least one"),
        ({"accept_minutes": "30", "arrive_minutes": "20"}, "accepted before"),
        ({"arrive_minutes": "60", "finish_minutes": "50"}, "accepted before"),
        ({"category": "999999"}, "valid choice"),
        ({"urgency": "soon"}, "valid choice"),
        ({"calendar": ""}, "required"),
        ({"calendar": "999999"}, "valid choice"),
    ],
)
def test_a_target_that_makes_no_sense(keeper, house, wrong, sentence):
    refused = send(keeper, house, "servicetarget", **target(house, **wrong))
    assert any(sentence in words for words in refused), refused
    assert not ServiceTarget.objects.exists()


def test_a_target_needs_a_calendar_of_the_house_that_counts(keeper, house, other_house):
    empty = WorkCalendar.objects.create(organization=house.organization, name="空")
    theirs = WorkCalendar.objects.create(organization=other_house.organization, name="他院", round_the_clock=True)
    assert send(keeper, house, "servicetarget", **target(house, calendar=empty.pk)) == [
        "This calendar has no working hours yet."
    ]
    assert send(keeper, house, "servicetarget", **target(house, calendar=theirs.pk))
    assert not ServiceTarget.objects.exists()


@pytest.mark.parametrize("with_category", [False, True])
def test_one_target_for_a_category_and_an_urgency(keeper, house, with_category):
    chosen = {"category": make_repair_category().pk} if with_category else {}
    assert send(keeper, house, "servicetarget", **target(house, **chosen)) == []
    assert send(keeper, house, "servicetarget", **target(house, **chosen, accept_minutes="99"))
    assert ServiceTarget.objects.get().accept_minutes == 10


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"tells_worker": ""}, "who is told"),
        ({"takes_back": "on", "moment": "finish"}, "nobody accepted"),
        ({"takes_back": "on", "minutes": "-1"}, "before its time"),
        ({"minutes": "40000"}, ""),
        ({"minutes": ""}, "required"),
        ({"moment": "closing"}, "valid choice"),
        ({"urgency": "soon"}, "valid choice"),
        ({"role": "999999"}, "valid choice"),
    ],
)
def test_an_escalation_that_reaches_nobody_or_takes_too_early(keeper, house, wrong, sentence):
    good = {"moment": "accept", "minutes": "10", "tells_worker": "on", "active": "on"}
    refused = send(keeper, house, "escalation", **(good | wrong))
    assert any(sentence in words for words in refused), refused
    assert not Escalation.objects.exists()


# ---- shifts and the roster ----


def shift(house: House) -> Shift:
    return Shift.objects.create(organization=house.organization, name="白班", starts="08:00", ends="17:00")


@pytest.mark.parametrize(
    "wrong",
    [{"starts": "24:30"}, {"ends": ""}, {"starts": "早上"}, {"name": ""}, {"name": "长" * 21}, {"name": "白班"}],
)
def test_a_shift_that_is_none(keeper, house, wrong):
    shift(house)
    assert send(keeper, house, "shift", **({"name": "夜班", "starts": "17:00", "ends": "08:00"} | wrong))
    assert Shift.objects.count() == 1


@pytest.mark.parametrize("why", ["twice", "left", "no day", "other shift", "other team", "no worker"])
def test_a_duty_that_cannot_be(keeper, house, other_house, why):
    row, team = shift(house), make_team(house)
    duty = {"team": team.pk, "worker": house.repair_worker.pk, "day": DAY.isoformat(), "shift": row.pk}
    known = 0
    if why == "twice":
        assert send(keeper, house, "rosterentry", **duty) == []
        known = 1
    elif why == "left":
        User.objects.filter(pk=house.repair_worker.pk).update(active_until=DAY)
    elif why == "no day":
        duty["day"] = "2026-02-30"
    elif why == "other shift":
        duty["shift"] = shift(other_house).pk
    elif why == "other team":
        duty["team"] = make_team(other_house).pk
    else:
        duty["worker"] = other_house.repair_worker.pk
    assert send(keeper, house, "rosterentry", **duty)
    assert RosterEntry.objects.count() == known


@pytest.mark.parametrize("why", ["no such day", "no team"])
def test_a_roster_in_a_sheet_with_a_wrong_row(house, why):
    shift(house), make_team(house)
    number = house.repair_worker.employee_number
    good = [DAY.isoformat(), "白班", number, "水电班"]
    wrong = {
        "no such day": ["2026-02-30", "白班", number, "水电班"],
        "no team": ["2026-12-02", "白班", number, None],
    }
    report = sheet(house, "rosterentry", ("day", "shift", "worker", "team"), good, wrong[why])
    assert [error.row for error in report.errors] == [3]
    assert not RosterEntry.objects.exists()


def test_the_same_duty_twice_in_a_sheet_is_one(house):
    shift(house), make_team(house)
    row = [DAY.isoformat(), "白班", house.repair_worker.employee_number, "水电班"]
    sheet(house, "rosterentry", ("day", "shift", "worker", "team"), row, row)
    assert RosterEntry.objects.count() == 1


# ---- codes ----


@pytest.mark.parametrize(
    "row",
    [
        ["X2", "水电", "没有的", None],
        ["X2", None, None, None],
        [None, "水电", None, None],
        ["X2", "水电", "X2", None],
        ["X2", "第三层", "X11", None],
        ["X1", "又一个", None, None],
    ],
)
def test_a_wrong_row_of_the_categories_writes_none_of_them(house, row):
    before = RepairCategory.objects.count()
    columns = ("code", "name", "parent", "keywords")
    report = sheet(house, "repaircategory", columns, ["X1", "甲", None, None], ["X11", "乙", "X1", None], row)
    assert 4 in [error.row for error in report.errors], report.errors
    assert RepairCategory.objects.count() == before


@pytest.mark.parametrize("row", [["Y2", "原因", "fate", None], ["Y2", "原因", "wear", "没有的"]])
def test_a_wrong_row_of_the_causes_writes_none_of_them(house, row):
    report = sheet(house, "causecode", ("code", "name", "kind", "category"), ["Y1", "磨损", "wear", None], row)
    assert [error.row for error in report.errors] == [3], report.errors
    assert not CauseCode.objects.filter(code__startswith="Y").exists()


@pytest.mark.parametrize(
    "row", [["Z1", 2, "电压", 240, 200], ["没有的", 2, "电压", 200, 240], ["Z1", 1, "又一行", None, None]]
)
def test_a_wrong_line_of_a_checklist_writes_none_of_them(house, row):
    assert sheet(house, "checklist", ("code", "name"), ["Z1", "配电房"]).errors == []
    report = sheet(
        house, "checklistline", ("checklist", "position", "text", "low", "high"), ["Z1", 1, "水位", None, None], row
    )
    assert [error.row for error in report.errors] == [3], report.errors
    assert not ChecklistLine.objects.filter(checklist__code="Z1").exists()
