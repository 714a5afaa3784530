"""Closing: nothing is left open, silence is an answer after some days, damage has a case, nothing opens twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from assets.models import CompensationCase
from assets.services import compensation
from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Notice
from maintenance.models import OrderPause, State, WorkOrder
from maintenance.services import closing, parts, warranty
from maintenance.services.progress import take_step
from tests.closing import by_person, confirm, fill_store, finish, give_parts, on_site, unanswered, use_all
from tests.factories import House, at, run
from tests.holding import make_asset
from tests.inventory.screens import as_user
from tests.repairing import bring, make_job, make_order

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)


def confirmed(house: House, **fields: Any) -> WorkOrder:
    return confirm(house, finish(house, on_site(house), **fields))


def stays_confirmed(order: WorkOrder) -> None:
    order.refresh_from_db()
    assert (order.state, order.closed_at) == (State.CONFIRMED, None)
    assert not order.events.filter(step="close").exists()


# ---- what is open ----


def test_a_settled_order_is_closed(house):
    order = closing.close(confirmed(house), actor=house.repair_dispatcher)
    assert (order.state, order.compensation_case) == ("closed", None)
    assert order.closed_at is not None


def test_parts_that_are_not_settled(house):
    """R-REP-08: issued, neither used nor returned; then used, then it is closed."""
    order = on_site(house)
    fill_store(house, house.gloves)
    give_parts(house, order, house.gloves, 3)
    order = confirm(house, finish(house, order, no_material=False))
    with pytest.raises(DomainError, match="R-REP-08"):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)
    line = parts.issued_lines(order)[0]
    parts.use_parts(order, {line.pk: Decimal(2)}, actor=house.repair_worker)
    with pytest.raises(DomainError, match="R-REP-08"):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)
    use_all(house, order)
    order = closing.close(order, actor=house.repair_dispatcher)
    assert (order.state, order.cost_material) == ("closed", Decimal("37.50"))


def test_parts_asked_for_and_not_booked(house):
    """R-REP-08: the store may still give them out."""
    order = on_site(house)
    fill_store(house, house.gloves)
    wanted = [parts.Wanted(house.gloves, Decimal(2))]
    asked = parts.take_parts(order, wanted, actor=house.repair_worker, warehouse=house.warehouse)
    order = confirm(house, finish(house, order))
    with pytest.raises(DomainError, match=asked.number):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)


@pytest.mark.parametrize("steps", [("submit",), ("submit", "approve")])
def test_work_of_a_contractor_that_nobody_accepted(house, steps):
    order = on_site(house)
    job = run(house, make_job(house, order=order), *steps)
    order = confirm(house, finish(house, order))
    with pytest.raises(DomainError, match=job.number):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)
    run(house, job, "cancel")
    assert closing.close(order, actor=house.repair_dispatcher).state == "closed"


def test_a_draft_of_a_job_keeps_nothing_open(house):
    order = on_site(house)
    make_job(house, order=order)
    order = closing.close(confirm(house, finish(house, order)), actor=house.repair_dispatcher)
    assert order.state == "closed"


def test_unanswered_checks_and_a_pause(house):
    order = confirmed(house)
    check = unanswered(order)
    pause = OrderPause.objects.create(order=order, reason="parts", asked_by=house.repair_worker)
    assert len(closing.obstacles(order)) == 2
    with pytest.raises(DomainError, match="checklist"):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)
    check.passed = True
    check.save()
    with pytest.raises(DomainError, match="paused"):
        closing.close(order, actor=house.repair_dispatcher)
    stays_confirmed(order)
    pause.ended_at = clock.now()
    pause.save()
    assert closing.close(order, actor=house.repair_dispatcher).state == "closed"


def test_only_what_is_confirmed_is_closed_and_only_by_who_dispatches(house):
    order = finish(house, on_site(house))
    with pytest.raises(IllegalTransition):
        closing.close(order, actor=house.repair_dispatcher)
    order = confirm(house, order)
    for person in (house.repair_worker, house.requester, house.accountant):
        with pytest.raises(NotAllowed):
            closing.close(order, actor=person)
    stays_confirmed(order)


def test_material_for_a_thing_under_warranty_has_a_reason(house):
    """R-REP-10"""
    asset = make_asset(house, warranty_until=clock.today() + dt.timedelta(days=30))
    order = on_site(house, asset=asset)
    fill_store(house, house.gloves)
    give_parts(house, order, house.gloves, 1)
    use_all(house, order)
    order = confirm(house, finish(house, order, no_material=False))
    with pytest.raises(DomainError, match="under warranty") as said:
        closing.close(order, actor=house.repair_dispatcher)
    assert said.value.code == "R-REP-10"
    stays_confirmed(order)
    with pytest.raises(NotAllowed):
        warranty.say_why_not(order, reason="我来修", actor=house.repair_worker)
    with pytest.raises(DomainError, match="Say why"):
        warranty.say_why_not(order, reason="  ", actor=house.repair_dispatcher)
    warranty.say_why_not(order, reason="厂家三天内不能到场", actor=house.repair_dispatcher)
    assert closing.close(order, actor=house.repair_dispatcher).state == "closed"


# ---- damage by a person ----


def test_damage_by_a_person_opens_a_case(house):
    """R-REP-09: for what the repair cost, about the thing, with who is liable; receipts follow on the case."""
    asset = make_asset(house)
    order = on_site(house, asset=asset)
    run(house, make_job(house, order=order))
    order = confirm(house, finish(house, order, cause=by_person(), liable="初二(3)班 李明"))
    order = closing.close(order, actor=house.repair_dispatcher)
    case = CompensationCase.objects.get()
    assert order.compensation_case == case
    assert (case.asset, case.department, case.created_by) == (asset, house.ward, house.repair_dispatcher)
    assert (case.base_value, case.basis, case.responsible_name) == (Decimal(780), "repair", "初二(3)班 李明")
    assert order.number in case.source
    case.finding = "课间打闹撞坏"
    case.save()
    assert Notice.objects.filter(user=house.asset_manager, code="repair_compensation").count() == 1
    case = apply_transition(case, "submit", actor=house.asset_manager)
    case = run(house, case, "approve")
    compensation.receive(
        case, amount=Decimal(780), paid_on=clock.today(), receipt_number="SJ-1", actor=house.accountant
    )
    case.refresh_from_db()
    assert (case.status, case.paid) == ("approved", Decimal(780))


def test_damage_without_a_card_names_the_thing(house):
    """R-REP-09"""
    order = closing.close(confirmed(house, cause=by_person(), liable="外单位施工队"), actor=house.repair_dispatcher)
    case = order.compensation_case
    assert (case.asset, case.thing, case.damage) == (None, order.title, order.title)


def test_damage_without_anybody_liable_is_not_closed(house):
    """R-REP-09: what came on the order without a name (an import, an older version) is asked for at the end."""
    order = confirmed(house)
    WorkOrder.objects.filter(pk=order.pk).update(cause=by_person())
    with pytest.raises(DomainError, match="name the liable person") as said:
        closing.close(order, actor=house.repair_dispatcher)
    assert said.value.code == "R-REP-09"
    stays_confirmed(order)
    assert not CompensationCase.objects.exists()


def test_wear_costs_nobody_anything(house):
    """R-REP-09"""
    closing.close(confirmed(house), actor=house.repair_dispatcher)
    assert not CompensationCase.objects.exists()


def test_the_program_closes_damage_in_the_name_of_who_dispatched(house):
    """R-REP-09"""
    with at(DAY):
        order = finish(house, on_site(house), cause=by_person(), liable="来访家属")
    with at(DAY + dt.timedelta(days=9)):
        assert closing.close_silent(clock.now()) == 1
    order.refresh_from_db()
    assert order.compensation_case.created_by == house.repair_dispatcher


# ---- silence ----


def test_silence_confirms_after_some_days_and_says_so(house):
    """R-REP-06: marked `auto`, without a rating, so that it counts in no satisfaction; then it is closed."""
    with at(DAY):
        order = finish(house, on_site(house))
    with at(DAY + dt.timedelta(days=2)):
        assert closing.close_silent(clock.now()) == 0
    order.refresh_from_db()
    assert (order.state, order.confirmation) == ("done", "")
    with at(DAY + dt.timedelta(days=3), 11):
        assert closing.close_silent(clock.now()) == 1
        assert closing.close_silent(clock.now()) == 0
    order.refresh_from_db()
    assert (order.state, order.confirmation, order.confirmed_by, order.score) == ("closed", "auto", None, None)
    steps = list(order.events.order_by("id").values_list("step", "actor", "to_state"))[-2:]
    assert steps == [("confirm", None, "confirmed"), ("close", None, "closed")]
    assert all(order.events.filter(actor=None).exclude(step="report").values_list("who", flat=True))


def test_silence_does_not_close_what_is_not_settled(house):
    """R-REP-06, R-REP-08: it stays confirmed, and the others of the same night are closed."""
    with at(DAY):
        blocked, free = finish(house, on_site(house)), finish(house, on_site(house))
        unanswered(blocked)
    with at(DAY + dt.timedelta(days=4)):
        assert closing.close_silent(clock.now()) == 1
    blocked.refresh_from_db()
    free.refresh_from_db()
    assert (blocked.state, blocked.confirmation, free.state) == ("confirmed", "auto", "closed")
    assert list(WorkOrder.objects.filter(state="confirmed")) == [blocked]


def test_what_stays_open_for_weeks_does_not_keep_the_others_waiting(house, monkeypatch):
    """A run takes so many orders in hand; those that cannot be closed are not counted among them."""
    monkeypatch.setattr(closing, "LIMIT", 1)
    with at(DAY):
        fill_store(house, house.gloves)
        checks, unused = confirmed(house), on_site(house)
        unanswered(checks)
        give_parts(house, unused, house.gloves, 1)
        unused = confirm(house, finish(house, unused, no_material=False))
    with at(DAY + dt.timedelta(days=1)):
        free = [confirmed(house), confirmed(house)]
        assert closing.close_silent(clock.now()) == 1
        assert closing.close_silent(clock.now()) == 1
        assert closing.close_silent(clock.now()) == 0
    states = {order.pk: order.state for order in WorkOrder.objects.all()}
    assert [states[order.pk] for order in free] == ["closed", "closed"]
    assert [states[order.pk] for order in (checks, unused)] == ["confirmed", "confirmed"]


def test_what_a_person_confirmed_is_closed_as_such(house):
    """R-REP-06"""
    with at(DAY):
        order = confirmed(house)
        closing.close_silent(clock.now())
    order.refresh_from_db()
    assert (order.state, order.confirmation) == ("closed", "person")


def test_a_refusal_stops_the_days_of_silence(house):
    """R-REP-06"""
    with at(DAY):
        order = finish(house, on_site(house))
    with at(DAY + dt.timedelta(days=2)):
        order = take_step(order, "reopen", actor=house.requester, reason="还在滴水")
    with at(DAY + dt.timedelta(days=9)):
        assert closing.close_silent(clock.now()) == 0
    order.refresh_from_db()
    assert order.state == "accepted"


def test_the_command_of_the_night(house):
    with at(DAY):
        order = finish(house, on_site(house))
    with at(DAY + dt.timedelta(days=5)):
        said = StringIO()
        call_command("repair_closing", stdout=said)
        call_command("repair_closing", stdout=said)
    order.refresh_from_db()
    assert order.state == "closed"
    assert said.getvalue().split(".")[:2] == ["1 orders were closed", "\n0 orders were closed"]


# ---- screens ----


def offered(page: Any) -> list[str]:
    return [step["slug"] for step in (*page.context["steps"], *page.context["more_steps"])]


def test_closing_on_the_page(house):
    order = confirmed(house)
    check = unanswered(order)
    client = as_user(house.repair_dispatcher)
    address = reverse("workorder_detail", args=(order.pk,))
    page = client.get(address)
    assert "close" not in offered(page)
    assert "checklist" in page.content.decode() or "检查" in page.content.decode()
    check.delete()
    assert "close" in offered(client.get(address))
    client.post(reverse("workorder_step", args=(order.pk, "close")))
    order.refresh_from_db()
    assert order.state == "closed"


def test_money_of_an_order_is_shown_to_whoever_may_open_its_papers(house):
    order = bring(house, make_order(house), "on_site")
    job = run(house, make_job(house, order=order))
    address = reverse("workorder_detail", args=(order.pk,))
    assert job.number in as_user(house.repair_dispatcher).get(address).content.decode()
    assert reverse("contractorjob_detail", args=(job.pk,)) not in as_user(house.requester).get(address).content.decode()


def test_a_job_is_not_reversed_out_of_sight(house):
    """A wrong acceptance is corrected also on a closed order: its cost goes down with the paper."""
    order = on_site(house)
    job = run(house, make_job(house, order=order))
    order = closing.close(confirm(house, finish(house, order)), actor=house.repair_dispatcher)
    assert order.cost_external == Decimal(780)
    apply_transition(job, "reverse", actor=house.logistics_head, reason="发票重复")
    order.refresh_from_db()
    assert (order.state, order.cost_external) == ("closed", Decimal(0))
