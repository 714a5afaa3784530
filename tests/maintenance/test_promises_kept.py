"""What stays true when an order changes hands: the response that was in time, the things in somebody's hands."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.clock import pretend
from core.errors import DomainError
from directory.services import leaving
from maintenance import kpis
from maintenance.models import DispatchRule, Escalation, OrderPause, WorkOrder
from maintenance.order_selectors import deadline_of, overdue, standing_still
from maintenance.services import confirming, dispatching, doing, escalations, pauses, timeliness, warranty
from maintenance.services.calendars import add_minutes, working_minutes
from tests.factories import make_person
from tests.holding import make_asset
from tests.maintenance.test_calendars import CLOCKS
from tests.maintenance.test_timeliness import at, make_target, ordered
from tests.repairing import bring, make_job, make_order, make_repair_category, make_team

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)


def second_worker(house):
    person = make_person(house.organization, house.logistics, "H1-w2", "李师傅", "repair_worker")
    make_team(house, "水电班", house.repair_worker, person)
    return person


def accepted_and_handed_on(house) -> WorkOrder:
    """Reported at 9:00, accepted at 9:10 (by 9:30), on site at 9:40, handed to another at 14:00."""
    make_target(house, accept=30, arrive=60, finish=480)
    other = second_worker(house)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:10")):
        order = bring(house, order, "accepted")
    with pretend(at("2026-03-02 09:40")):
        order = doing.arrive(order, actor=house.repair_worker)
    with pretend(at("2026-03-02 14:00")):
        return dispatching.transfer(order, worker=other, actor=house.repair_dispatcher, reason="换人")


def figures_of(house) -> kpis.Totals:
    return kpis.totals(kpis.orders_of(house.repair_dispatcher, TODAY, TODAY))


def test_a_transfer_after_a_timely_response_leaves_it_timely(house):
    """响应及时率: the first acceptance and the first arrival count, whoever has the order later."""
    order = accepted_and_handed_on(house)
    other = order.worker
    with pretend(at("2026-03-02 14:30")):
        assert deadline_of(order).what == deadline_of(WorkOrder(state="on_site", finish_due=order.finish_due)).what
        assert not overdue(WorkOrder.objects.all()).exists()
        assert figures_of(house).open_late == 0
    with pretend(at("2026-03-02 15:00")):
        order = doing.arrive(doing.accept(order, actor=other), actor=other)
    assert (order.accepted_at, order.arrived_at) == (at("2026-03-02 09:10"), at("2026-03-02 09:40"))
    found = figures_of(house)
    assert (found.given_out, found.accepted_in_time, found.visited, found.arrived_gross) == (1, 1, 1, 1)
    measured = timeliness.lateness(order, now=at("2026-03-02 16:00"))
    assert not any(measured[moment].late for moment in (Escalation.Moment.ACCEPT, Escalation.Moment.ARRIVE))


def test_a_late_response_is_not_mended_by_the_next_worker(house):
    make_target(house, accept=30)
    other = second_worker(house)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:31")):
        order = bring(house, order, "accepted")
    with pretend(at("2026-03-02 09:32")):
        order = dispatching.transfer(order, worker=other, actor=house.repair_dispatcher, reason="换人")
        doing.accept(order, actor=other)
    assert (figures_of(house).given_out, figures_of(house).accepted_in_time) == (1, 0)


def test_given_back_in_time_and_taken_by_another_is_a_response_in_time(house):
    make_target(house, accept=30, arrive=None)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:05")):
        order = bring(house, order, "accepted")
        order = doing.decline(order, actor=house.repair_worker, reason="不会修")
    with pretend(at("2026-03-02 11:00")):
        assert not overdue(WorkOrder.objects.all()).exists()
        bring(house, order, "dispatched")
    assert figures_of(house).accepted_in_time == 1


def test_not_repaired_does_not_make_the_arrival_late(house):
    """Whoever was there in time was there in time, also when he has to come once more."""
    make_target(house, arrive=60, finish=4800)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:30")):
        order = bring(house, order, "done")
    with pretend(at("2026-03-03 09:00")):
        order = confirming.refuse_work(order, reason="还在滴", actor=house.requester)
        assert not overdue(WorkOrder.objects.all()).exists()
        order = doing.arrive(order, actor=house.repair_worker)
    assert order.arrived_at == at("2026-03-02 09:30")
    assert figures_of(house).arrived_gross == 1


def test_only_the_rule_that_takes_back_still_looks_at_the_next_worker(house):
    """R-REP-04: who was given the order has his minutes, but nobody is told of a response that was in time."""
    order = accepted_and_handed_on(house)
    role = house.repair_dispatcher.groups.get(role__code="repair_dispatcher")
    for moment, fields in (("accept", {}), ("arrive", {}), ("accept", {"takes_back": True})):
        Escalation.objects.create(organization=house.organization, moment=moment, minutes=10, role=role, **fields)
    assert escalations.run(at("2026-03-02 14:05")) == 0
    assert escalations.run(at("2026-03-02 14:11")) == 1
    order.refresh_from_db()
    assert (order.state, order.worker) == ("triaged", None)


# ---- a clock that stands ----


def test_a_running_approved_pause_is_a_stopped_clock_on_every_screen(house, client):
    """R-REP-03: list, board, wall, figures and escalations; once it ends, the time that is left runs on."""
    make_target(house, finish=60)
    role = house.repair_dispatcher.groups.get(role__code="repair_dispatcher")
    Escalation.objects.create(organization=house.organization, moment="finish", minutes=0, role=role)
    order = ordered(house, "2026-03-02 09:00")
    with pretend(at("2026-03-02 09:30")):
        order = pauses.suspend(bring(house, order, "on_site"), actor=house.repair_worker, reason="parts")
    with pretend(at("2026-03-02 11:00")):
        assert list(overdue(WorkOrder.objects.all())) == [order]
        pauses.decide(order.pauses.get(), actor=house.logistics_head, approved=True)
    with pretend(at("2026-03-03 11:00")):
        assert list(standing_still().values_list("order", flat=True)) == [order.pk]
        assert not overdue(WorkOrder.objects.all()).exists()
        assert figures_of(house).open_late == 0
        assert escalations.run(clock.now()) == 0
        client.force_login(house.repair_dispatcher)
        listed = client.get("/repairs/orders/").context["page_obj"].object_list[0]
        boarded = next(
            row for column in client.get("/repairs/board/").context["columns"] for row, _chip in column["cards"]
        )
        walled = client.get("/repairs/wall/").context
        assert [row.deadline.late for row in (listed, boarded, walled["rows"][0])] == [False] * 3
        assert walled["late"] == 0
    with pretend(at("2026-03-03 14:00")):
        order = pauses.resume(order, actor=house.repair_worker)
    assert order.finish_due == at("2026-03-03 14:30")
    with pretend(at("2026-03-03 14:31")):
        assert list(overdue(WorkOrder.objects.all())) == [order]


MONDAY = at("2026-03-02 00:00")
minutes = st.integers(0, 20 * 1440)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(CLOCKS)), st.integers(1, 4000), st.lists(minutes, min_size=2, max_size=8), minutes)
def test_approved_pauses_neither_win_nor_lose_time(house, monkeypatch, name, promised, moments, later):
    """R-REP-03: late in net time is exactly late without the pauses; refused ones push nothing; more never pull."""
    counted = CLOCKS[name]
    monkeypatch.setattr(timeliness, "clock_of_order", lambda _order: counted)
    spans = [MONDAY + dt.timedelta(minutes=value) for value in sorted(moments)]
    pairs = list(zip(spans[::2], spans[1::2], strict=False))
    due = add_minutes(counted, MONDAY, promised)
    order = WorkOrder.objects.filter(title="性质").first() or make_order(house, title="性质")
    order.pauses.all().delete()
    order.reported_at, order.finish_promised, order.arrived_at = MONDAY, due, MONDAY
    for place, (since, until) in enumerate(pairs):
        decision = OrderPause.Decision.REFUSED if place % 3 == 2 else OrderPause.Decision.APPROVED
        OrderPause.objects.create(
            order=order, reason="parts", asked_by=house.repair_worker, since=since, ended_at=until, decision=decision,
            minutes=working_minutes(counted, since, until),
        )  # fmt: skip
    timeliness.push(order)
    approved = [pair for place, pair in enumerate(pairs) if place % 3 != 2]
    rested = sum(working_minutes(counted, *pair) for pair in approved)
    assert order.paused_minutes == rested
    assert order.finish_due >= due
    assert working_minutes(counted, MONDAY, order.finish_due) == promised + rested
    order.finished_at = max(spans[-1], MONDAY + dt.timedelta(minutes=later))
    measured = timeliness.lateness(order)[Escalation.Moment.FINISH]
    assert measured.gross - measured.net == rested
    assert measured.late_net <= measured.late
    if measured.net < promised:
        assert not measured.late_net
    if measured.net > promised:
        assert measured.late_net


# ---- who leaves hands over ----


def test_who_has_open_orders_in_hand_is_not_closed(house):
    other = second_worker(house)
    order = bring(house, make_order(house), "accepted")
    person = house.again("repair_worker")
    person.is_active = False
    with pytest.raises(leaving.StillHolding, match=order.number) as refusal:
        leaving.require_empty_hands(person)
    assert f"worker={person.pk}" in refusal.value.holdings[0].url
    dispatching.transfer(order, worker=other, actor=house.repair_dispatcher, reason="离职")
    leaving.require_empty_hands(person)
    assert leaving.holdings_of(other)
    WorkOrder.objects.filter(pk=order.pk).update(state="done")
    assert not leaving.holdings_of(other)


def test_the_list_behind_the_refusal_shows_the_orders(house, client):
    second_worker(house)
    order = bring(house, make_order(house), "accepted")
    bring(house, make_order(house), "done")
    make_order(house)
    client.force_login(house.repair_dispatcher)
    url = next(row.url for row in leaving.holdings_of(house.repair_worker) if row.url.startswith("/repairs/"))
    assert [row.pk for row in client.get(url).context["page_obj"].object_list] == [order.pk]


# ---- under warranty ----


def covered(house, **fields) -> WorkOrder:
    until = clock.today() + dt.timedelta(days=30)
    return make_order(house, asset=make_asset(house, warranty_until=until, supplier=house.supplier), **fields)


def test_a_thing_under_warranty_is_given_to_its_firm_first(house):
    """R-REP-10: to people of the house only with a reason, which stays on the order."""
    team, order = make_team(house), covered(house)
    for hands in ({"team": team}, {"worker": house.repair_worker, "warranty_reason": "  "}):
        with pytest.raises(DomainError) as refusal:
            dispatching.dispatch(order, actor=house.repair_dispatcher, **hands)
        assert (refusal.value.code, refusal.value.field) == ("R-REP-10", "warranty_reason")
    order.refresh_from_db()
    assert (order.state, order.worker, order.warranty_reason) == ("new", None, "")
    order = dispatching.dispatch(order, actor=house.repair_dispatcher, team=team, warranty_reason="先关阀门")
    assert (order.state, order.warranty_reason) == ("dispatched", "先关阀门")
    assert order.events.get(step="dispatch").reason == "先关阀门"


def test_a_rule_leaves_what_is_under_warranty_to_the_dispatcher(house):
    """R-REP-10."""
    team = make_team(house)
    DispatchRule.objects.create(organization=house.organization, team=team, by_itself=True)
    assert dispatching.after_report(covered(house)).state == "new"
    assert dispatching.after_report(make_order(house)).state == "dispatched"


def test_its_firm_has_it_and_upkeep_is_nobodys_debt(house):
    """R-REP-10: a job for the firm needs no reason; nor does upkeep, which no warranty pays."""
    team, order = make_team(house), covered(house)
    WorkOrder.objects.filter(pk=order.pk).update(contractor=house.supplier)
    order = dispatching.dispatch(order, actor=house.repair_dispatcher, team=team)
    assert (order.state, order.warranty_reason) == ("dispatched", "")
    asked = covered(house)
    job = make_job(house, order=asked)
    assert warranty.owed(asked)
    type(job).objects.filter(pk=job.pk).update(status="submitted")
    assert warranty.owed(asked) is None
    assert warranty.owed(covered(house, kind="upkeep")) is None


def test_the_form_asks_for_the_reason_only_under_warranty(house, client):
    team = make_team(house)
    client.force_login(house.repair_dispatcher)
    for order, asks in ((covered(house), True), (make_order(house), False)):
        page = f"/repairs/orders/{order.pk}/step/dispatch/"
        assert ("warranty_reason" in client.get(page).context["form"].fields) is asks
        answer = client.post(page, {"team": team.pk})
        assert answer.status_code == (200 if asks else 302)
        order.refresh_from_db()
        assert order.state == ("new" if asks else "dispatched")
        if asks:
            assert client.post(page, {"team": team.pk, "warranty_reason": "厂家停业"}).status_code == 302
            order.refresh_from_db()
            assert (order.state, order.warranty_reason) == ("dispatched", "厂家停业")


# ---- taking up ----


def test_a_corrected_category_that_is_urgent_makes_it_urgent(house):
    """R-REP-02: unless whoever dispatches says why it is not."""
    lift = make_repair_category("98", "电梯", always_urgent=True)
    make_target(house, finish=480)
    make_target(house, urgency="urgent", accept=10, arrive=20, finish=60)
    order = ordered(house, "2026-03-02 09:00")
    order = dispatching.triage(order, actor=house.repair_dispatcher, category=lift, urgency="normal")
    assert (order.urgency, order.finish_due) == ("urgent", at("2026-03-02 10:00"))
    calm = dispatching.triage(
        ordered(house), actor=house.repair_dispatcher, category=lift, urgency="normal", reason="轿厢灯不亮"
    )
    assert (calm.urgency, calm.category) == ("normal", lift)
