"""Taking up, dispatching, grabbing, handing on, taking back, joining (R-REP-02, R-REP-04, R-REP-11)."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models.notices import Notice
from directory.models import User
from maintenance.models import DispatchRule, OrderHelper, RepairTicket, RosterEntry, Shift, Team, WorkOrder
from maintenance.services import dispatching, doing, joining, tasks
from maintenance.services.progress import take_step
from tests.factories import make_person
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_place, make_repair_category, make_team

pytestmark = pytest.mark.django_db


def worker(house, name: str = "张师傅", *roles: str) -> User:
    return make_person(
        house.organization, house.logistics, f"{house.organization.code}-{name}", name, *(roles or ("repair_worker",))
    )


def rule(house, team: Team, **fields) -> DispatchRule:
    return DispatchRule.objects.create(organization=house.organization, team=team, **fields)


def state_of(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).state


def told(person, code: str) -> bool:
    return Notice.objects.filter(user=person, code=code).exists()


# ---- taking up ----


def test_taking_up_corrects_what_was_reported(house):
    order = make_order(house)
    other = make_repair_category("02", "电")
    place = make_place(house, "B2-1", "外科101")
    order = dispatching.triage(
        order, actor=house.repair_dispatcher, category=other, place=place, department=house.other_ward, title="跳闸"
    )
    assert (order.state, order.category, order.place, order.department, order.title) == (
        *("triaged", other, place, house.other_ward, "跳闸"),
    )
    assert order.triaged_at is not None
    again = dispatching.triage(order, actor=house.repair_dispatcher, place_note="门后")
    assert (again.state, again.place_note) == ("triaged", "门后")
    assert list(order.events.values_list("step", flat=True)) == ["report", "triage", "describe"]


def test_a_stale_copy_takes_nothing_up_twice(house):
    """A form made while it was new must not take an order out of the hands of its worker."""
    order = make_order(house)
    stale = WorkOrder.objects.get(pk=order.pk)
    bring(house, order, "dispatched")
    with pytest.raises(IllegalTransition):
        dispatching.triage(stale, actor=house.repair_dispatcher)
    assert state_of(order) == "dispatched"


@pytest.mark.parametrize("way", ["triage", "change"])
def test_a_lower_urgency_needs_a_reason_and_the_dispatcher(house, way):
    """R-REP-02."""
    order = make_order(house, urgency="urgent")

    def lower(actor, reason):
        if way == "triage":
            return dispatching.triage(order, actor=actor, urgency="normal", reason=reason)
        return dispatching.change_urgency(order, "normal", actor=actor, reason=reason)

    with pytest.raises(DomainError):
        lower(house.repair_dispatcher, "  ")
    for person in ("requester", "repair_worker", "department_head"):
        with pytest.raises(NotAllowed):
            lower(house.again(person), "不急")
    order.refresh_from_db()
    assert order.urgency == "urgent"
    changed = lower(house.repair_dispatcher, "只是滴水")
    assert changed.urgency == "normal"
    assert changed.events.last().reason == "只是滴水"


def test_raising_the_urgency_while_taking_up_needs_no_reason(house):
    assert dispatching.triage(make_order(house), actor=house.repair_dispatcher, urgency="urgent").urgency == "urgent"


def test_deadlines_follow_the_urgency(house, monkeypatch):
    renewed = []
    monkeypatch.setattr(dispatching.timeliness, "renew", lambda order: renewed.append(order.urgency))
    order = make_order(house)
    dispatching.triage(order, actor=house.repair_dispatcher, title="水管")
    assert renewed == []
    dispatching.change_urgency(order, "urgent", actor=house.repair_dispatcher, reason="漏到楼下")
    assert renewed == ["urgent"]


def test_a_place_of_another_house_is_refused(house, other_house):
    order = make_order(house)
    with pytest.raises(DomainError):
        dispatching.triage(order, actor=house.repair_dispatcher, place=make_place(other_house, "X", "外院"))
    assert state_of(order) == "new"


# ---- dispatching ----


def test_an_order_goes_to_a_worker_who_is_told(house):
    team = make_team(house)
    order = dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, worker=house.repair_worker)
    assert (order.state, order.worker, order.team) == ("dispatched", house.repair_worker, team)
    assert order.triaged_at == order.dispatched_at is not None
    assert told(house.repair_worker, dispatching.GIVEN)


def test_an_order_is_offered_to_a_team_and_grabbed(house):
    second = worker(house)
    team = make_team(house, "水电班", house.repair_worker, second)
    order = dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, team=team)
    assert order.worker is None
    assert told(house.repair_worker, dispatching.OFFERED)
    order = dispatching.grab(order, actor=second)
    assert (order.state, order.worker) == ("accepted", second)
    with pytest.raises(IllegalTransition, match=str(second)):
        dispatching.grab(order, actor=house.repair_worker)
    order.refresh_from_db()
    assert order.worker == second


def test_only_who_is_on_duty_is_told_of_what_is_offered(house):
    second = worker(house)
    team = make_team(house, "水电班", house.repair_worker, second)
    shift = Shift.objects.create(organization=house.organization, name="全天", starts="00:00", ends="00:00")
    RosterEntry.objects.create(
        organization=house.organization, team=team, worker=second, day=clock.today(), shift=shift
    )
    dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, team=team)
    assert told(second, dispatching.OFFERED)
    assert not told(house.repair_worker, dispatching.OFFERED)


def test_nobody_outside_the_team_grabs(house):
    order = dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, team=make_team(house))
    for person in (worker(house), house.requester, house.repair_dispatcher):
        with pytest.raises(NotAllowed):
            dispatching.grab(order, actor=person)
    assert state_of(order) == "dispatched"


@pytest.mark.parametrize("why", ["left", "deactivated", "no worker", "other house", "nobody", "empty team", "old team"])
def test_who_cannot_work_gets_no_order(house, other_house, why):
    order, person, team = make_order(house), worker(house), make_team(house)
    given = {"worker": person}
    if why == "left":
        User.objects.filter(pk=person.pk).update(active_until=clock.today() - dt.timedelta(days=1))
    elif why == "deactivated":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif why == "no worker":
        person.groups.clear()
    elif why == "other house":
        given = {"worker": other_house.repair_worker}
    elif why == "nobody":
        given = {}
    elif why == "empty team":
        team.members.clear()
        given = {"team": team}
    else:
        Team.objects.filter(pk=team.pk).update(active=False)
        given = {"team": Team.objects.get(pk=team.pk)}
    with pytest.raises(DomainError):
        dispatching.dispatch(order, actor=house.repair_dispatcher, **given)
    assert state_of(order) == "new"
    assert not Notice.objects.filter(code__in=(dispatching.GIVEN, dispatching.OFFERED)).exists()


def test_the_leader_of_a_team_hands_its_orders_on(house):
    second, leader = worker(house), worker(house, "班长")
    team = make_team(house, "水电班", house.repair_worker, second)
    Team.objects.filter(pk=team.pk).update(leader=leader)
    order = bring(house, make_order(house), "accepted")
    order = dispatching.transfer(order, actor=leader, worker=second, reason="他请假")
    assert (order.state, order.worker, order.accepted_at is None) == ("dispatched", second, False)
    assert told(house.repair_worker, dispatching.TAKEN_AWAY)
    assert told(second, dispatching.GIVEN)


def test_handing_on_needs_a_reason_and_another_worker(house):
    make_team(house)
    order = bring(house, make_order(house), "accepted")
    with pytest.raises(DomainError):
        dispatching.transfer(order, actor=house.repair_dispatcher, worker=worker(house), reason="")
    with pytest.raises(DomainError):
        dispatching.transfer(order, actor=house.repair_dispatcher, worker=house.repair_worker, reason="换人")
    order.refresh_from_db()
    assert (order.state, order.worker) == ("accepted", house.repair_worker)


def test_handing_on_a_paused_order_ends_its_pause(house):
    from maintenance.services import pauses

    order = bring(house, make_order(house), "on_site")
    pauses.suspend(order, actor=house.repair_worker, reason="parts", note="等阀芯")
    order = dispatching.transfer(order, actor=house.repair_dispatcher, worker=worker(house), reason="换人")
    assert order.state == "dispatched"
    assert not order.pauses.filter(ended_at=None).exists()


def test_a_helper_who_takes_over_is_no_helper_any_more(house):
    second = worker(house)
    order = bring(house, make_order(house), "accepted")
    doing.add_helper(order, second, actor=house.repair_dispatcher)
    order = dispatching.transfer(order, actor=house.repair_dispatcher, worker=second, reason="他做主")
    assert order.worker == second
    assert not OrderHelper.objects.filter(order=order).exists()


def test_what_nobody_accepts_comes_back_to_the_dispatcher(house):
    """R-REP-04: taken back by the program, with its reason; the worker is told, his team stays proposed."""
    order = bring(house, make_order(house), "dispatched")
    order = dispatching.take_back(order, actor=None, who="程序", reason="10分钟未接单")
    assert (order.state, order.worker, order.dispatched_at) == ("triaged", None, None)
    assert order.team is not None
    event = order.events.last()
    assert (event.step, event.actor, event.who, event.reason) == ("take_back", None, "程序", "10分钟未接单")
    assert told(house.repair_worker, dispatching.TAKEN_AWAY)


def test_what_was_accepted_is_not_taken_back(house):
    order = bring(house, make_order(house), "accepted")
    with pytest.raises(IllegalTransition):
        dispatching.take_back(order, actor=None, who="程序", reason="未接单")
    order.refresh_from_db()
    assert order.worker == house.repair_worker


def test_sending_back_says_why(house):
    order = dispatching.send_back(make_order(house), actor=house.repair_dispatcher, reason="归网络中心管")
    assert order.state == "returned"
    with pytest.raises(IllegalTransition):
        dispatching.dispatch(order, actor=house.repair_dispatcher, worker=house.repair_worker)


# ---- rules ----


def at_hour(hour: int):
    now = clock.now()
    local = dt.datetime(now.year, now.month, now.day, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return local + dt.timedelta(hours=hour)


def test_the_first_rule_that_fits_proposes(house):
    water, power = make_repair_category(), make_repair_category("02", "电")
    tap = make_repair_category("0101", "水龙头", parent=water)
    building = make_place(house, "B1", "内科楼", kind="building")
    room = make_place(house, "B1-7", "701", parent=building)
    here, there, rest = (make_team(house, name) for name in ("一班", "二班", "三班"))
    rule(house, there, position=1, category=power)
    rule(house, here, position=2, category=water, place=building)
    rule(house, rest, position=3)
    assert dispatching.propose(make_order(house, category=tap, place=room)).team == here
    assert dispatching.propose(make_order(house, category=power)).team == there
    assert dispatching.propose(make_order(house, category=tap)).team == rest


def test_a_rule_holds_in_its_shift_also_after_midnight(house):
    night = Shift.objects.create(organization=house.organization, name="夜班", starts="18:00", ends="08:00")
    rule(house, make_team(house, "值班组"), position=1, shift=night)
    order = make_order(house)
    assert dispatching.propose(order, at_hour(23)).team is not None
    assert dispatching.propose(order, at_hour(3)).team is not None
    assert dispatching.propose(order, at_hour(8)).team is None
    assert dispatching.propose(order, at_hour(12)).team is None


def test_closed_rules_and_teams_propose_nothing(house):
    order = make_order(house)
    rule(house, make_team(house, "一班"), active=False)
    closed = make_team(house, "二班")
    rule(house, closed)
    Team.objects.filter(pk=closed.pk).update(active=False)
    assert dispatching.propose(order) == dispatching.Proposal()


def test_who_is_on_duty_with_least_in_hand_is_proposed(house):
    first, second, off = worker(house, "甲"), worker(house, "乙"), worker(house, "丙")
    team = make_team(house, "水电班", first, second, off)
    shift = Shift.objects.create(organization=house.organization, name="全天", starts="00:00", ends="00:00")
    for person in (first, second):
        RosterEntry.objects.create(
            organization=house.organization, team=team, worker=person, day=clock.today(), shift=shift
        )
    rule(house, team, worker=off)
    dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, worker=first)
    assert dispatching.propose(make_order(house)).worker == second
    RosterEntry.objects.all().delete()
    assert dispatching.propose(make_order(house)).worker == off
    User.objects.filter(pk=off.pk).update(is_active=False)
    assert dispatching.propose(make_order(house)).worker is None


def test_a_rule_that_works_by_itself_dispatches_at_once(house):
    team = make_team(house)
    rule(house, team, worker=house.repair_worker, by_itself=True)
    order = dispatching.after_report(make_order(house))
    assert (order.state, order.worker) == ("dispatched", house.repair_worker)
    assert order.events.last().actor is None


def test_a_rule_that_only_proposes_dispatches_nothing(house):
    rule(house, make_team(house), worker=house.repair_worker)
    assert dispatching.after_report(make_order(house)).state == "new"


def test_a_report_is_not_refused_for_a_rule_that_cannot_be_followed(house):
    team = make_team(house)
    team.members.clear()
    rule(house, team, by_itself=True)
    order = dispatching.after_report(make_order(house))
    assert (order.state, order.worker) == ("new", None)


# ---- joining ----


def ticket(house, order) -> RepairTicket:
    return RepairTicket.objects.create(
        organization=house.organization, order=order, reporter=house.requester, channel="web"
    )


def test_doubles_become_one_and_reports_follow(house):
    kept, double, older = make_order(house), make_order(house, urgency="urgent"), make_order(house)
    report = ticket(house, double)
    joining.merge(older, double, actor=house.repair_dispatcher)
    into = joining.merge(double, kept, actor=house.repair_dispatcher)
    double.refresh_from_db()
    older.refresh_from_db()
    assert into == kept
    assert (double.state, double.merged_into, older.merged_into) == ("cancelled", kept, kept)
    assert into.urgency == "urgent"  # R-REP-02: joining lowers nothing
    from maintenance.services.telling import tickets_of

    assert set(tickets_of(kept)) == {report}


@pytest.mark.parametrize("why", ["itself", "closed", "other house", "at work"])
def test_what_cannot_be_joined_stays(house, other_house, why):
    order = make_order(house)
    into = {
        "itself": lambda: order,
        "closed": lambda: bring(house, make_order(house), "closed"),
        "other house": lambda: make_order(other_house),
        "at work": lambda: make_order(house),
    }[why]()
    if why == "at work":
        order = bring(house, order, "accepted")
    before = state_of(order)
    with pytest.raises(DomainError):
        joining.merge(order, into, actor=house.repair_dispatcher)
    order.refresh_from_db()
    assert (order.state, order.merged_into) == (before, None)


# ---- tasks ----


def soon() -> dt.datetime:
    return clock.now() + dt.timedelta(hours=4)


def test_a_task_goes_its_way_to_who_asked_for_it(house):
    make_team(house)
    due = soon()
    order = tasks.open_task(
        actor=house.repair_dispatcher, title="搬会议室桌子", finish_due=due, worker=house.repair_worker
    )
    assert (order.kind, order.state, order.worker, order.finish_due) == ("task", "dispatched", house.repair_worker, due)
    assert (order.category, order.created_by) == (None, house.repair_dispatcher)
    take_step(order, "accept", actor=house.repair_worker, write=lambda _order: {"accepted_at": clock.now()})
    assert state_of(order) == "accepted"


def test_a_task_sent_twice_is_one(house):
    import uuid

    key = uuid.uuid4()
    rows = [
        tasks.open_task(actor=house.repair_dispatcher, title="布置礼堂", finish_due=soon(), request_key=key)
        for _turn in range(2)
    ]
    assert rows[0] == rows[1]
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("why", ["past", "owner", "right", "words"])
def test_a_task_is_refused_whole(house, why):
    actor, fields = house.repair_dispatcher, {"title": "搬桌子", "finish_due": soon()}
    if why == "past":
        fields["finish_due"] = clock.now() - dt.timedelta(minutes=1)
    elif why == "owner":
        fields["worker"] = house.requester
    elif why == "words":
        fields["title"] = " "
    else:
        actor = house.requester
    with pytest.raises(DomainError):
        tasks.open_task(actor=actor, **fields)
    assert not WorkOrder.objects.exists()


def test_a_task_does_not_start_what_is_forbidden_to_use(house, monkeypatch):
    """R-REP-11: a task uses the thing; its repair is what it needs."""
    from maintenance.services import special

    def refuse(_asset):
        raise DomainError("禁用")

    monkeypatch.setattr(special, "require_usable", refuse)
    asset = make_asset(house)
    make_team(house)
    with pytest.raises(DomainError, match="禁用"):
        tasks.open_task(
            actor=house.repair_dispatcher, title="吊装", finish_due=soon(), asset=asset, worker=house.repair_worker
        )
    assert not WorkOrder.objects.exists()
    order = dispatching.dispatch(
        make_order(house, asset=asset), actor=house.repair_dispatcher, worker=house.repair_worker
    )
    assert order.state == "dispatched"
