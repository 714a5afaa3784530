"""What is promised, what counts as late in gross and in net time, and what pauses and corrections change (R-REP-03)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.clock import pretend
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models.notices import Notice
from maintenance.models import Escalation, OrderEvent, OrderPause, ServiceTarget, WorkCalendar, WorkHours, WorkOrder
from maintenance.services import dispatching, doing, pauses, shipped_targets, timeliness
from maintenance.services.progress import take_step
from tests.repairing import bring, make_order, make_repair_category, make_team

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def make_calendar(house, name="工作时间", **fields) -> WorkCalendar:
    calendar = WorkCalendar.objects.create(organization=house.organization, name=name, **fields)
    WorkHours.objects.bulk_create(
        WorkHours(calendar=calendar, weekday=weekday, starts=dt.time(starts), ends=dt.time(ends))
        for weekday in range(5)
        for starts, ends in ((8, 12), (14, 18))
    )
    return calendar


def make_target(
    house, urgency="normal", category=None, accept=30, arrive=60, finish=480, calendar=None
) -> ServiceTarget:
    return ServiceTarget.objects.create(
        organization=house.organization,
        urgency=urgency,
        category=category,
        calendar=calendar
        or WorkCalendar.objects.filter(organization=house.organization).first()
        or make_calendar(house),
        accept_minutes=accept,
        arrive_minutes=arrive,
        finish_minutes=finish,
    )


def ordered(house, moment="2026-03-06 17:00", **fields) -> WorkOrder:
    with pretend(at(moment)):
        return make_order(house, **fields)


def dues(order: WorkOrder) -> list[str]:
    rows = (order.accept_due, order.arrive_due, order.finish_due)
    return ["" if row is None else f"{row.astimezone(SHANGHAI):%m-%d %H:%M}" for row in rows]


def test_promises_run_over_the_weekend(house):
    make_target(house)
    order = ordered(house)
    assert dues(order) == ["03-06 17:30", "03-06 18:00", "03-09 17:00"]
    assert (order.arrive_promised, order.finish_promised) == (order.arrive_due, order.finish_due)


def test_the_most_special_target_holds(house):
    above, below = make_repair_category("61", "电"), make_repair_category("6101", "照明")
    below.parent = above
    below.save()
    below.refresh_from_db()
    other = make_repair_category("62", "木")
    general = make_target(house, finish=480)
    assert ordered(house, category=below).target == general
    parent = make_target(house, category=above, finish=240)
    assert ordered(house, category=below).target == parent
    own = make_target(house, category=below, finish=120)
    assert ordered(house, category=below).target == own
    assert ordered(house, category=other).target == general
    ServiceTarget.objects.filter(pk=own.pk).update(active=False)
    assert ordered(house, category=below).target == parent
    assert ordered(house, category=below, urgency="low").target is None
    assert dues(ordered(house, category=below, urgency="low")) == ["", "", ""]


def test_a_target_of_another_house_promises_nothing(house, other_house):
    make_target(other_house)
    assert ordered(house).target is None


def test_what_is_not_promised_stays_empty_and_a_calendar_without_hours_never_refuses_a_report(house):
    empty = WorkCalendar.objects.create(organization=house.organization, name="空")
    make_target(house, calendar=empty)
    make_target(house, urgency="low", accept=None, arrive=None, calendar=make_calendar(house))
    assert dues(ordered(house)) == ["", "", ""]
    assert dues(ordered(house, urgency="low"))[:2] == ["", ""]


def test_a_task_keeps_the_day_it_was_given(house):
    make_target(house)
    day = at("2026-03-20 18:00")
    order = ordered(house, kind="task", finish_due=day)
    assert (order.target, order.accept_due, order.finish_due, order.finish_promised) == (None, None, day, day)


def test_more_urgent_is_promised_again_from_the_report(house):
    make_target(house)
    make_target(house, urgency="urgent", accept=10, arrive=20, finish=60)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 15:00")):
        dispatching.change_urgency(order, "urgent", actor=house.repair_dispatcher, reason="漏水")
    order.refresh_from_db()
    assert dues(order) == ["03-02 09:10", "03-02 09:20", "03-02 10:00"]
    assert order.target.urgency == "urgent"


def paused(house, *, approved: bool | None, since="2026-03-02 10:00", until="2026-03-03 10:00") -> WorkOrder:
    """On site at 9:30 on a Monday, paused for a working day (480 minutes), then done at 11:00 on Tuesday."""
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:30")):
        order = bring(house, order, "on_site")
    with pretend(at(since)):
        order = pauses.suspend(order, actor=house.repair_worker, reason="parts", note="等阀芯")
    pause = order.pauses.get()
    if approved is not None:
        with pretend(at(since) + dt.timedelta(minutes=5)):
            pauses.decide(pause, actor=house.logistics_head, approved=approved, note="同意" if approved else "库里有")
    with pretend(at(until)):
        order = pauses.resume(order, actor=house.repair_worker)
    with pretend(at("2026-03-03 11:00")):
        return _finish(house, order)


def _finish(house, order: WorkOrder) -> WorkOrder:
    return take_step(order, "finish", actor=house.repair_worker, write=lambda _order: {"finished_at": clock.now()})


@pytest.mark.parametrize(("approved", "due", "net", "late_net"), [
    (True, "03-03 18:00", 120, False), (False, "03-02 18:00", 600, True), (None, "03-02 18:00", 600, True),
])  # fmt: skip
def test_only_an_approved_pause_stops_the_clock(house, approved, due, net, late_net):
    """R-REP-03: gross and net time are both there; refused and undecided pauses count."""
    make_target(house, finish=420)
    order = paused(house, approved=approved)
    assert dues(order)[2] == due
    assert order.finish_promised == at("2026-03-02 18:00")
    measured = timeliness.lateness(order)[Escalation.Moment.FINISH]
    assert (measured.gross, measured.net) == (600, net)
    assert (measured.late, measured.late_net) == (True, late_net)
    assert order.paused_minutes == (480 if approved else 0)
    assert order.pauses.get().minutes == 480


def test_a_pause_approved_afterwards_pushes_the_deadline_too(house):
    make_target(house, finish=420)
    order = paused(house, approved=None)
    with pretend(at("2026-03-04 09:00")):
        pauses.decide(order.pauses.get(), actor=house.logistics_head, approved=True)
    order.refresh_from_db()
    assert (dues(order)[2], order.paused_minutes) == ("03-03 18:00", 480)


def test_while_an_approved_pause_is_open_no_net_time_passes(house):
    make_target(house, finish=420)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:30")):
        order = bring(house, order, "on_site")
        order = pauses.suspend(order, actor=house.repair_worker, reason="parts")
        pauses.decide(order.pauses.get(), actor=house.logistics_head, approved=True)
    measured = timeliness.lateness(order, now=at("2026-03-06 18:00"))[Escalation.Moment.FINISH]
    assert (measured.net, measured.late, measured.late_net) == (30, True, False)


def test_a_pause_before_arrival_pushes_the_arrival(house):
    make_target(house, arrive=60)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:20")):
        order = bring(house, order, "accepted")
        order = pauses.suspend(order, actor=house.repair_worker, reason="access", note="锁门")
        pauses.decide(order.pauses.get(), actor=house.logistics_head, approved=True)
    with pretend(at("2026-03-02 11:20")):
        order = pauses.resume(order, actor=house.repair_worker)
    assert (order.state, order.arrived_at) == ("on_site", at("2026-03-02 11:20"))
    assert (order.arrive_promised, order.arrive_due) == (at("2026-03-02 10:00"), at("2026-03-02 12:00"))
    assert not timeliness.lateness(order)[Escalation.Moment.ARRIVE].late_net


def test_handing_on_ends_the_pause(house):
    make_target(house)
    team = make_team(house)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:30")):
        order = pauses.suspend(bring(house, order, "on_site"), actor=house.repair_worker, reason="contractor")
    with pretend(at("2026-03-02 10:30")):
        dispatching.transfer(order, team=team, worker=None, actor=house.repair_dispatcher, reason="换人")
    pause = order.pauses.get()
    assert (pause.ended_at, pause.minutes) == (at("2026-03-02 10:30"), 60)


def test_the_clock_of_the_phone_decides_nothing(house):
    """Time stamps out of order from a phone with a wrong clock: the server's hold, the phone's are kept beside them."""
    make_target(house, finish=60)
    order = ordered(house, "2026-03-02 09:00")
    wrong = at("2025-01-01 00:00")
    with pretend(at("2026-03-02 09:10")):
        order = bring(house, order, "dispatched")
        order = doing.accept(order, actor=house.repair_worker, device_at=at("2026-03-02 23:00"))
        order = doing.arrive(order, actor=house.repair_worker, device_at=wrong)
    with pretend(at("2026-03-02 09:30")):
        order = pauses.suspend(order, actor=house.repair_worker, reason="parts", device_at=at("2030-01-01 00:00"))
    with pretend(at("2026-03-02 09:40")):
        order = pauses.resume(order, actor=house.repair_worker, device_at=wrong)
    pause = order.pauses.get()
    assert (pause.since, pause.ended_at, pause.minutes) == (at("2026-03-02 09:30"), at("2026-03-02 09:40"), 10)
    assert (order.accepted_at, order.arrived_at) == (at("2026-03-02 09:10"), at("2026-03-02 09:10"))
    assert OrderEvent.objects.get(order=order, step="arrive").device_at == wrong
    moments = list(OrderEvent.objects.filter(order=order).order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)


# ---- asking and deciding ----


def on_site(house) -> WorkOrder:
    return bring(house, make_order(house), "on_site")


@pytest.mark.parametrize("data", [
    {"reason": ""}, {"reason": "coffee"}, {"reason": "other", "note": "  "},
    {"reason": "parts", "until_day": dt.date(2020, 1, 1)},
])  # fmt: skip
def test_a_pause_without_a_proper_reason_is_refused(house, data):
    order = on_site(house)
    with pytest.raises(DomainError):
        pauses.suspend(order, actor=house.repair_worker, **data)
    order.refresh_from_db()
    assert (order.state, OrderPause.objects.count()) == ("on_site", 0)


def test_who_asks_or_works_never_decides_and_nobody_decides_twice(house, other_house):
    order = pauses.suspend(on_site(house), actor=house.repair_worker, reason="parts")
    pause = order.pauses.get()
    assert Notice.objects.filter(code=pauses.ASKED).values_list("user", flat=True).get() == house.logistics_head.pk
    for person in (house.repair_worker, house.repair_dispatcher, house.requester, other_house.logistics_head):
        with pytest.raises(NotAllowed):
            pauses.decide(pause, actor=person, approved=True)
    with pytest.raises(DomainError):
        pauses.decide(pause, actor=house.logistics_head, approved=False, note=" ")
    pause.refresh_from_db()
    assert (pause.decision, list(pauses.pending_for(house.logistics_head))) == ("pending", [pause])
    assert not pauses.pending_for(other_house.logistics_head).exists()
    pauses.decide(pause, actor=house.logistics_head, approved=False, note="库里有")
    with pytest.raises(IllegalTransition):
        pauses.decide(pause, actor=house.logistics_head, approved=True)
    pause.refresh_from_db()
    assert (pause.decision, pause.decided_by) == ("refused", house.logistics_head)
    assert Notice.objects.filter(code=pauses.DECIDED).values_list("user", flat=True).get() == house.repair_worker.pk
    assert not pauses.pending_for(house.logistics_head).exists()


def test_a_head_who_helps_on_the_order_does_not_decide(house):
    order = on_site(house)
    order.helpers.create(worker=house.logistics_head)
    order = pauses.suspend(order, actor=house.repair_worker, reason="parts")
    assert not pauses.pending_for(house.logistics_head).exists()


def test_pauses_are_asked_for_and_decided_on_the_screen(house, client):
    order = on_site(house)
    client.force_login(house.repair_worker)
    page = f"/repairs/orders/{order.pk}/step/suspend/"
    assert client.post(page, {"reason": "other", "note": ""}).status_code == 200
    order.refresh_from_db()
    assert order.state == "on_site"
    assert client.post(page, {"reason": "parts", "note": "等阀芯"}).status_code == 302
    order.refresh_from_db()
    assert order.state == "suspended"
    assert client.get("/repairs/pauses/").status_code == 403
    pause = order.pauses.get()
    assert client.post(f"/repairs/pauses/{pause.pk}/decide/", {"decision": "approve"}).status_code == 302
    client.force_login(house.storekeeper)
    assert client.post(f"/repairs/pauses/{pause.pk}/decide/", {"decision": "approve"}).status_code in (302, 404)
    pause.refresh_from_db()
    assert pause.decision == "pending"
    client.force_login(house.logistics_head)
    assert "等阀芯" in client.get("/repairs/pauses/").content.decode()
    assert "等阀芯" in client.get(f"/repairs/orders/{order.pk}/").content.decode()
    assert client.post(f"/repairs/pauses/{pause.pk}/decide/", {"decision": "no"}).status_code == 404
    client.post(f"/repairs/pauses/{pause.pk}/decide/", {"decision": "approve"})
    pause.refresh_from_db()
    assert (pause.decision, pause.decided_by) == ("approved", house.logistics_head)
    assert "等阀芯" not in client.get("/repairs/pauses/").content.decode()
    client.force_login(house.repair_worker)
    client.post(f"/repairs/orders/{order.pk}/step/resume/", {})
    order.refresh_from_db()
    assert order.state == "on_site"


@pytest.mark.parametrize("count", [3, 20])
def test_the_list_of_pauses_asks_a_fixed_number_of_questions(house, client, count, django_assert_max_num_queries):
    for _turn in range(count):
        pauses.suspend(on_site(house), actor=house.repair_worker, reason="parts")
    client.force_login(house.logistics_head)
    client.get("/repairs/pauses/")
    with django_assert_max_num_queries(25):
        assert client.get("/repairs/pauses/").content.decode().count('value="approve"') == count


def test_examples_are_shipped_once_and_do_not_come_back(house):
    assert shipped_targets.load_shipped() == 1
    assert set(ServiceTarget.objects.values_list("urgency", flat=True)) == {"urgent", "normal", "low"}
    assert all("Example" in row for row in ServiceTarget.objects.values_list("basis", flat=True))
    assert Escalation.objects.filter(takes_back=True, moment="accept").count() == 1
    ServiceTarget.objects.all().delete()
    Escalation.objects.all().delete()
    WorkCalendar.objects.all().delete()
    assert shipped_targets.load_shipped() == 0
    assert not ServiceTarget.objects.exists()
