"""The duty roster: who is on duty, filling a week, copying, Excel."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from core import clock
from core.errors import DomainError, NotAllowed
from core.resources import by_name
from directory.models import User
from maintenance.models import DispatchRule, RosterEntry, Shift, SpecialEquipment, Team
from maintenance.services import rosters
from tests.core.excel.test_resources import imported
from tests.factories import make_person
from tests.holding import make_asset
from tests.repairing import make_team

pytestmark = pytest.mark.django_db
CHINA = dt.timezone(dt.timedelta(hours=8))
MONDAY = dt.date(2026, 11, 23)


def shift(house, name: str = "夜班", starts: str = "18:00", ends: str = "08:00") -> Shift:
    return Shift.objects.create(organization=house.organization, name=name, starts=starts, ends=ends)


def entry(house, team: Team, row: Shift, day: dt.date = MONDAY, worker=None) -> RosterEntry:
    return RosterEntry.objects.create(
        organization=house.organization, team=team, worker=worker or house.repair_worker, day=day, shift=row
    )


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (moment(23, 17, 59), False),
        (moment(23, 18), True),
        (moment(23, 23, 59), True),
        (moment(24, 0), True),
        (moment(24, 7, 59), True),
        (moment(24, 8), False),
        (moment(23, 3), False),
        (moment(24, 18), False),
    ],
)
def test_a_night_shift_goes_on_over_midnight(house, at, there):
    Shift.objects.all().delete()
    night = Shift.objects.create(organization=house.organization, name="夜班", starts=dt.time(18), ends=dt.time(8))
    entry(house, make_team(house), night)
    assert rosters.on_duty(house.organization, at) == ([house.repair_worker.pk] if there else [])


def test_a_shift_that_ends_at_midnight_ends_there(house):
    late = shift(house, "中班", "16:00", "00:00")
    entry(house, make_team(house), late)
    assert rosters.on_duty(house.organization, moment(23, 23, 59))
    assert not rosters.on_duty(house.organization, moment(24, 0))


def test_on_duty_is_of_the_team_and_of_people_who_are_here(house):
    row, team, other = shift(house), make_team(house), make_team(house, "木工班")
    entry(house, team, row)
    assert rosters.on_duty(house.organization, moment(23, 20), other) == []
    User.objects.filter(pk=house.repair_worker.pk).update(is_active=False)
    assert rosters.on_duty(house.organization, moment(23, 20), team) == []


def test_only_what_was_changed_is_written(house):
    """Two who fill the same week do not undo each other's work."""
    second = make_person(house.organization, house.logistics, "H1-w2", "乙", "repair_worker")
    row, team = shift(house), make_team(house, "水电班", house.repair_worker, second)
    mine, theirs = (house.repair_worker.pk, MONDAY, row.pk), (second.pk, MONDAY, row.pk)
    shown = rosters.week_of(team, MONDAY)
    rosters.change_week(team, MONDAY, was=shown, chosen={theirs}, actor=house.repair_dispatcher)
    rosters.change_week(team, MONDAY, was=shown, chosen={mine}, actor=house.repair_dispatcher)
    assert rosters.week_of(team, MONDAY) == {mine, theirs}
    rosters.change_week(team, MONDAY, was={mine, theirs}, chosen={theirs}, actor=house.repair_dispatcher)
    assert rosters.week_of(team, MONDAY) == {theirs}


@pytest.mark.parametrize("why", ["right", "stranger", "left", "other week", "other shift"])
def test_what_does_not_belong_on_the_roster_is_refused(house, other_house, why):
    row, team = shift(house), make_team(house)
    actor, cell = house.repair_dispatcher, (house.repair_worker.pk, MONDAY, row.pk)
    if why == "right":
        actor = house.repair_worker
    elif why == "stranger":
        cell = (house.requester.pk, MONDAY, row.pk)
    elif why == "left":
        User.objects.filter(pk=house.repair_worker.pk).update(active_until=MONDAY)
    elif why == "other week":
        cell = (house.repair_worker.pk, MONDAY + dt.timedelta(days=7), row.pk)
    else:
        cell = (house.repair_worker.pk, MONDAY, shift(other_house).pk)
    with pytest.raises(NotAllowed if why == "right" else DomainError):
        rosters.change_week(team, MONDAY, was=(), chosen={cell}, actor=actor)
    assert not RosterEntry.objects.exists()


def test_the_leader_fills_the_roster_of_his_team(house):
    row, team = shift(house), make_team(house)
    Team.objects.filter(pk=team.pk).update(leader=house.repair_worker)
    team.refresh_from_db()
    cell = (house.repair_worker.pk, MONDAY, row.pk)
    assert rosters.change_week(team, MONDAY, was=(), chosen={cell}, actor=house.repair_worker) == 1


def test_the_week_before_is_copied_for_who_is_still_here(house):
    gone = make_person(house.organization, house.logistics, "H1-w2", "乙", "repair_worker")
    row, team = shift(house), make_team(house, "水电班", house.repair_worker, gone)
    for person in (house.repair_worker, gone):
        entry(house, team, row, MONDAY - dt.timedelta(days=5), person)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert rosters.copy_last_week(team, MONDAY, actor=house.repair_dispatcher) == 1
    assert rosters.copy_last_week(team, MONDAY, actor=house.repair_dispatcher) == 0
    wanted = {(house.repair_worker.pk, MONDAY + dt.timedelta(days=2), row.pk)}
    assert rosters.week_of(team, MONDAY) == wanted


def test_the_page_of_a_week_is_filled_by_clicking(client, house):
    row, team = shift(house), make_team(house)
    client.force_login(house.repair_dispatcher)
    url = reverse("roster")
    name = f"{house.repair_worker.pk}.20261124.{row.pk}"
    assert name in client.get(url, {"team": team.pk, "week": "2026-11-25"}).content.decode()
    data = {"team": team.pk, "week": "2026-11-23", "act": "save", "duty": [name, "x.y.z", "1.99999999.2"]}
    client.post(url, data)
    assert rosters.week_of(team, MONDAY) == {(house.repair_worker.pk, MONDAY + dt.timedelta(days=1), row.pk)}
    client.post(url, {"team": team.pk, "week": "2026-11-30", "act": "copy"})
    assert len(rosters.week_of(team, MONDAY + dt.timedelta(days=7))) == 1


def test_workers_look_and_change_nothing(client, house):
    row, team = shift(house), make_team(house)
    client.force_login(house.repair_worker)
    url = reverse("roster")
    assert client.get(url).context["may_fill"] is False
    client.post(url, {"team": team.pk, "week": "2026-11-23", "duty": [f"{house.repair_worker.pk}.20261124.{row.pk}"]})
    assert not RosterEntry.objects.exists()
    client.force_login(house.requester)
    assert client.get(url).status_code == 403


def test_nobody_sees_the_roster_of_another_house(client, house, other_house):
    team = make_team(other_house)
    client.force_login(house.repair_dispatcher)
    assert client.get(reverse("roster"), {"team": team.pk}).context["team"] != team


def test_the_page_says_who_is_on_duty_now(client, house):
    row, team = shift(house, "全天", "00:00", "00:00"), make_team(house)
    entry(house, team, row, clock.today())
    client.force_login(house.repair_dispatcher)
    assert client.get(reverse("roster"), {"team": team.pk}).context["on_duty"] == [str(house.repair_worker)]


# ---- Excel ----

COLUMNS = ("day", "shift", "worker", "team")


def sheet(house, *rows: list):
    return imported(by_name("maintenance.rosterentry")(user=house.again("repair_dispatcher")), COLUMNS, *rows)


def test_a_month_comes_from_a_sheet(house):
    shift(house), make_team(house)
    number = house.repair_worker.employee_number
    rows = [["2026-12-01", "夜班", number, "水电班"], ["2026-12-02", "夜班", number, "水电班"]]
    report = sheet(house, *rows)
    assert (report.new, report.errors) == (2, [])
    assert sheet(house, *rows).unchanged == 2
    assert rosters.on_duty(house.organization, dt.datetime(2026, 12, 3, 6, tzinfo=CHINA)) == [house.repair_worker.pk]


@pytest.mark.parametrize("why", ["stranger", "left", "other house", "no such shift"])
def test_a_wrong_row_of_a_sheet_writes_nothing(house, other_house, why):
    shift(house), make_team(house)
    number, name = house.repair_worker.employee_number, "夜班"
    good = ["2026-12-01", "夜班", number, "水电班"]
    if why == "stranger":
        number = house.requester.employee_number
    elif why == "left":
        User.objects.filter(pk=house.repair_worker.pk).update(active_until=dt.date(2026, 12, 2))
    elif why == "other house":
        number = other_house.repair_worker.employee_number
    else:
        name = "没有的班"
    report = sheet(house, good, ["2026-12-02", name, number, "水电班"])
    assert [error.row for error in report.errors] == [3]
    assert not RosterEntry.objects.exists()


# ---- the back office ----


def test_a_team_takes_no_member_who_cannot_work(client, house):
    client.force_login(house.repair_dispatcher)
    data = {"organization": house.organization.pk, "name": "新班", "active": "on", "members": [house.requester.pk]}
    answer = client.post("/admin/maintenance/team/add/", data)
    assert "members" in answer.context["adminform"].form.errors
    assert not Team.objects.exists()
    client.post("/admin/maintenance/team/add/", {**data, "members": [house.repair_worker.pk]})
    assert list(Team.objects.get().members.all()) == [house.repair_worker]


@pytest.mark.parametrize("why", ["team of another house", "no worker"])
def test_a_rule_names_only_our_own(client, house, other_house, why):
    client.force_login(house.repair_dispatcher)
    team, worker = make_team(house), ""
    if why == "no worker":
        worker = house.requester.pk
    else:
        team = make_team(other_house)
    data = {"organization": house.organization.pk, "position": "1", "team": team.pk, "worker": worker, "active": "on"}
    assert client.post("/admin/maintenance/dispatchrule/add/", data).context["adminform"].form.errors
    assert not DispatchRule.objects.exists()


def test_nobody_is_rostered_on_equipment_without_a_certificate(client, house):
    """R-REP-14, in the back office."""
    lift = SpecialEquipment.objects.create(
        organization=house.organization,
        asset=make_asset(house, name="客梯"),
        kind="lift",
        next_inspection=clock.today() + dt.timedelta(days=90),
    )
    row, team = shift(house), make_team(house)
    client.force_login(house.repair_dispatcher)
    data = {
        "organization": house.organization.pk,
        "team": team.pk,
        "worker": house.repair_worker.pk,
        "day": clock.today().isoformat(),
        "shift": row.pk,
    }
    answer = client.post("/admin/maintenance/rosterentry/add/", {**data, "equipment": lift.pk})
    assert answer.context["adminform"].form.errors
    assert not RosterEntry.objects.exists()
    client.post("/admin/maintenance/rosterentry/add/", data)
    assert RosterEntry.objects.get().worker == house.repair_worker
