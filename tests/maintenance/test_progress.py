"""Orders move only by their steps: state, right, reason, events."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import DomainError, IllegalTransition, NotAllowed
from maintenance.models import OrderEvent, State
from maintenance.services.progress import STEPS, take_step
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_repair_category, make_team

pytestmark = pytest.mark.django_db


def test_an_order_goes_its_whole_way_and_every_step_is_kept(house):
    order = bring(house, make_order(house), "closed")
    steps = list(order.events.values_list("step", "to_state"))
    assert [state for _step, state in steps] == [
        "new", "triaged", "dispatched", "accepted", "on_site", "done", "confirmed", "closed",
    ]  # fmt: skip
    assert order.number.startswith("GD")


def test_events_are_never_changed(house):
    make_order(house)
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderEvent.objects.update(reason="x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM maintenance_orderevent")
    assert OrderEvent.objects.get().reason == ""


@pytest.mark.parametrize("name", sorted(STEPS))
def test_no_step_from_a_wrong_state(house, name):
    order = make_order(house)
    for state in set(State.values) - set(STEPS[name].sources):
        type(order).objects.filter(pk=order.pk).update(state=state, worker=house.repair_worker)
        with pytest.raises(IllegalTransition):
            take_step(order, name, actor=house.repair_dispatcher, reason="测试")
        order.refresh_from_db()
        assert (order.state, order.events.count()) == (state, 1)


def test_who_neither_dispatches_nor_works_moves_nothing(house):
    order = bring(house, make_order(house), "dispatched")
    for name in ("accept", "take", "transfer", "take_back"):
        for person in ("requester", "department_head", "storekeeper", "auditor"):
            with pytest.raises(NotAllowed):
                take_step(order, name, actor=house.again(person), reason="测试")
    order.refresh_from_db()
    assert order.state == "dispatched"


def test_a_dispatcher_of_another_house_moves_nothing(house, other_house):
    order = make_order(house)
    with pytest.raises(NotAllowed):
        take_step(order, "triage", actor=other_house.repair_dispatcher)
    order.refresh_from_db()
    assert order.state == "new"


def test_the_second_worker_who_grabs_is_told_who_has_it(house):
    team = make_team(house, "水电班", house.repair_worker, house.second_storekeeper)
    order = take_step(make_order(house), "dispatch", actor=house.repair_dispatcher, write=lambda _order: {"team": team})
    order = take_step(order, "take", actor=house.repair_worker, write=lambda _order: {"worker": house.repair_worker})
    with pytest.raises(IllegalTransition, match=str(house.repair_worker)):
        take_step(order, "take", actor=house.second_storekeeper)
    order.refresh_from_db()
    assert order.worker == house.repair_worker


def test_a_step_sent_twice_is_taken_once(house):
    order, key = bring(house, make_order(house), "accepted"), uuid.uuid4()
    for _turn in range(2):
        order = take_step(order, "arrive", actor=house.repair_worker, request_key=key)
    assert order.events.filter(step="arrive").count() == 1


def test_a_reason_is_demanded(house):
    order = make_order(house)
    with pytest.raises(DomainError):
        take_step(order, "send_back", actor=house.repair_dispatcher)
    order.refresh_from_db()
    assert order.state == "new"


def test_nothing_is_reported_for_a_thing_that_is_gone(house):
    asset = make_asset(house, state="disposed")
    with pytest.raises(DomainError):
        make_order(house, asset=asset)
    assert not OrderEvent.objects.exists()


@pytest.mark.parametrize(("words", "urgency"), [("水管爆裂", "urgent"), ("水龙头滴水", "normal")])
def test_urgent_words_make_it_urgent(house, words, urgency):
    """R-REP-02."""
    category = make_repair_category("02", "水管", keywords="爆裂，漏电")
    assert make_order(house, title=words, category=category, urgency="normal").urgency == urgency
