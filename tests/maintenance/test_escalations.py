"""Who hears of delays, each once; and who loses an order that he does not accept (R-REP-04)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import pretend
from core.models.notices import Notice
from directory.models import Role
from maintenance.models import Escalation, SentEscalation, Team, WorkOrder
from maintenance.services import dispatching, doing, escalations, pauses
from tests.repairing import bring, make_order, make_team

from .test_timeliness import at, make_target, ordered

pytestmark = pytest.mark.django_db


def rule(house, moment="finish", minutes=0, role=None, **fields) -> Escalation:
    group = Role.objects.get(code=role).group if role else None
    return Escalation.objects.create(
        organization=house.organization, moment=moment, minutes=minutes, role=group, **fields
    )


def run(text: str) -> int:
    with pretend(at(text)):
        return escalations.run()


def told(house, *names: str) -> dict[str, int]:
    return {name: Notice.objects.filter(user=house.people[name], code__startswith="repair_").count() for name in names}


def forget() -> None:
    Notice.objects.all().delete()


def test_each_is_told_once_before_and_after(house):
    make_target(house, accept=None, arrive=None, finish=480)
    rule(house, minutes=-60, tells_worker=True)
    rule(house, minutes=0, role="repair_dispatcher", tells_worker=True, tells_leader=True)
    rule(house, minutes=480, role="logistics_head")
    order = ordered(house, "2026-03-02 08:00")
    with pretend(at("2026-03-02 08:10")):
        order = bring(house, order, "accepted")
    Team.objects.filter(pk=order.team_id).update(leader=house.second_storekeeper)
    forget()
    assert run("2026-03-02 16:59") == 0
    assert run("2026-03-02 17:00") == 1
    assert told(house, "repair_worker", "repair_dispatcher") == {"repair_worker": 1, "repair_dispatcher": 0}
    assert Notice.objects.get().code == escalations.BEFORE
    assert run("2026-03-02 17:05") == 0
    assert run("2026-03-02 18:00") == 1
    assert told(house, "repair_worker", "repair_dispatcher", "second_storekeeper", "logistics_head") == {
        "repair_worker": 2, "repair_dispatcher": 1, "second_storekeeper": 1, "logistics_head": 0,
    }  # fmt: skip
    assert run("2026-03-03 17:55") == 0, "eight working hours later, not eight hours"
    assert run("2026-03-03 18:00") == 1
    assert told(house, "logistics_head") == {"logistics_head": 1}
    assert run("2026-04-01 08:00") == 0
    assert SentEscalation.objects.count() == 3


def test_an_order_that_is_done_or_was_accepted_is_not_told(house):
    make_target(house, accept=30, arrive=None, finish=60)
    rule(house, "accept", role="repair_dispatcher")
    rule(house, "finish", role="repair_dispatcher")
    first, second = ordered(house, "2026-03-02 08:00"), ordered(house, "2026-03-02 08:00")
    with pretend(at("2026-03-02 08:20")):
        bring(house, first, "done")
        bring(house, second, "accepted")
    forget()
    assert run("2026-03-02 10:00") == 1
    assert SentEscalation.objects.get().order == second


def test_nobody_hears_while_an_approved_pause_stops_the_clock(house):
    """R-REP-03: the deadline that a pause pushed is the one that counts."""
    make_target(house, accept=None, arrive=None, finish=120)
    rule(house, role="repair_dispatcher")
    order = ordered(house, "2026-03-02 08:00")
    with pretend(at("2026-03-02 09:00")):
        order = pauses.suspend(bring(house, order, "on_site"), actor=house.repair_worker, reason="parts")
        pauses.decide(order.pauses.get(), actor=house.logistics_head, approved=True)
    assert run("2026-03-02 15:00") == 0
    with pretend(at("2026-03-02 16:00")):
        pauses.resume(order, actor=house.repair_worker)
    assert run("2026-03-02 16:59") == 0
    assert run("2026-03-02 17:00") == 1


def test_a_pause_nobody_approved_stops_nothing(house):
    make_target(house, accept=None, arrive=None, finish=120)
    rule(house, role="repair_dispatcher")
    order = ordered(house, "2026-03-02 08:00")
    with pretend(at("2026-03-02 09:00")):
        pauses.suspend(bring(house, order, "on_site"), actor=house.repair_worker, reason="parts")
    assert run("2026-03-02 10:00") == 1


def dispatched(house, text: str) -> WorkOrder:
    order = ordered(house, "2026-03-02 08:00")
    with pretend(at(text)):
        return bring(house, order, "dispatched")


def test_what_nobody_accepts_goes_back_to_the_dispatcher(house):
    """R-REP-04: after the minutes of the rule, and never sooner than so long after it was given."""
    make_target(house, accept=30)
    rule(house, "accept", 10, role="repair_dispatcher", takes_back=True)
    order = dispatched(house, "2026-03-02 08:05")
    forget()
    assert run("2026-03-02 08:39") == 0
    assert run("2026-03-02 08:40") == 1
    order.refresh_from_db()
    assert (order.state, order.worker, order.dispatched_at) == ("triaged", None, None)
    assert (order.events.last().step, order.events.last().actor) == ("take_back", None)
    assert Notice.objects.filter(code=escalations.TAKEN_BACK, user=house.repair_dispatcher).count() == 1
    with pretend(at("2026-03-02 09:00")):
        order = bring(house, order, "dispatched")
    assert run("2026-03-02 09:09") == 0, "given again at nine: ten minutes from then"
    assert run("2026-03-02 09:10") == 1
    order.refresh_from_db()
    assert (order.state, order.worker) == ("triaged", None)


def test_who_accepted_in_time_keeps_the_order(house):
    """R-REP-04."""
    make_target(house, accept=30)
    rule(house, "accept", 10, role="repair_dispatcher", takes_back=True)
    order = dispatched(house, "2026-03-02 08:05")
    with pretend(at("2026-03-02 08:35")):
        doing.accept(order, actor=house.repair_worker)
    assert run("2026-03-02 09:00") == 0
    order.refresh_from_db()
    assert (order.state, order.worker, SentEscalation.objects.count()) == ("accepted", house.repair_worker, 0)


def test_who_accepts_in_the_same_moment_wins_and_nothing_is_recorded(house, monkeypatch):
    """R-REP-04: the order is read before the worker accepts, and taken back after."""
    make_target(house, accept=30)
    rule(house, "accept", 10, role="repair_dispatcher", takes_back=True)
    order = dispatched(house, "2026-03-02 08:05")
    read = escalations._come

    def accepted_meanwhile(*args):
        found = list(read(*args))
        doing.accept(order, actor=house.repair_worker)
        return found

    monkeypatch.setattr(escalations, "_come", accepted_meanwhile)
    forget()
    assert run("2026-03-02 08:45") == 0
    order.refresh_from_db()
    assert (order.state, order.worker, SentEscalation.objects.count()) == ("accepted", house.repair_worker, 0)
    assert not Notice.objects.filter(code=escalations.TAKEN_BACK).exists()


def test_two_runs_at_once_tell_once(house, monkeypatch):
    make_target(house, accept=None, arrive=None, finish=60)
    rule(house, role="repair_dispatcher")
    ordered(house, "2026-03-02 08:00")
    read = escalations._come
    monkeypatch.setattr(escalations, "_come", lambda *args: [item for item in read(*args) for _twice in range(2)])
    forget()
    assert run("2026-03-02 10:00") == 1
    assert (SentEscalation.objects.count(), Notice.objects.count()) == (1, 1)


def test_only_the_named_urgency_the_own_house_and_active_rules(house, other_house):
    make_target(house, accept=None, arrive=None, finish=60)
    make_target(other_house, accept=None, arrive=None, finish=60)
    rule(house, urgency="urgent", role="repair_dispatcher")
    rule(house, role="repair_dispatcher", active=False)
    rule(other_house, role="repair_dispatcher")
    ordered(house, "2026-03-02 08:00")
    forget()
    assert run("2026-03-02 10:00") == 0
    ordered(other_house, "2026-03-02 08:00")
    forget()
    assert run("2026-03-02 10:00") == 1
    assert set(Notice.objects.values_list("user__organization", flat=True)) == {other_house.organization.pk}


def test_a_later_deadline_is_told_again(house):
    make_target(house, accept=None, arrive=None, finish=60)
    make_target(house, urgency="low", accept=None, arrive=None, finish=240)
    rule(house, role="repair_dispatcher")
    order = ordered(house, "2026-03-02 08:00")
    assert run("2026-03-02 09:00") == 1
    with pretend(at("2026-03-02 09:10")):
        dispatching.change_urgency(order, "low", actor=house.repair_dispatcher, reason="不急")
    assert run("2026-03-02 11:59") == 0
    assert run("2026-03-02 12:00") == 1


@pytest.mark.parametrize("count", [4, 24])
def test_reading_costs_the_same_for_few_and_many(house, count):
    make_target(house, accept=None, arrive=None, finish=60)
    rule(house, role="repair_dispatcher", tells_worker=True)
    make_team(house)
    for _turn in range(count):
        ordered(house, "2026-03-02 08:00")
    assert run("2026-03-02 10:00") == count
    with CaptureQueriesContext(connection) as queries:
        assert run("2026-03-02 10:05") == 0
    assert len(queries) <= 8


def test_the_command_says_how_many(house, capsys):
    make_target(house, accept=None, arrive=None, finish=60)
    rule(house, role="repair_dispatcher")
    make_order(house)
    with pretend(dt.datetime.now(dt.UTC) + dt.timedelta(days=30)):
        call_command("repair_escalations")
    assert capsys.readouterr().out == "1 escalations told.\n"
