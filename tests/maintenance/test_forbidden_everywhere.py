"""R-REP-11: what is forbidden to use is started by no step of an order, and red on every screen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import DomainError
from maintenance.models import SpecialEquipment
from maintenance.services import dispatching, doing, pauses
from maintenance.work_selectors import my_orders, records
from tests.factories import make_person
from tests.holding import make_asset
from tests.maintenance.upkeep import days, make_equipment
from tests.repairing import bring, make_order, make_team

pytestmark = pytest.mark.django_db


def forbid(equipment: SpecialEquipment) -> None:
    SpecialEquipment.objects.filter(pk=equipment.pk).update(next_inspection=days(-1))


def started(house, name, order):
    """The step that would go on with a task, by the people who may take it."""
    worker, dispatcher = house.repair_worker, house.repair_dispatcher
    other = make_person(house.organization, house.logistics, "H1-w3", "王师傅", "repair_worker")
    steps = {
        "dispatch": lambda: dispatching.dispatch(order, actor=dispatcher, worker=worker),
        "accept": lambda: doing.accept(order, actor=worker),
        "take": lambda: dispatching.grab(order, actor=worker),
        "arrive": lambda: doing.arrive(order, actor=worker),
        "resume": lambda: pauses.resume(order, actor=worker),
        "transfer": lambda: dispatching.transfer(order, actor=dispatcher, worker=other, reason="换人"),
    }
    return steps[name]


WAYS = (
    ("dispatch", "triaged"),
    ("accept", "dispatched"),
    ("take", "offered"),
    ("arrive", "accepted"),
    ("resume", "suspended"),
    ("transfer", "on_site"),
)


def brought(house, order, state):
    if state == "offered":
        return dispatching.dispatch(order, actor=house.repair_dispatcher, team=make_team(house))
    if state == "suspended":
        return pauses.suspend(bring(house, order, "on_site"), actor=house.repair_worker, reason="parts")
    return bring(house, order, state)


@pytest.mark.parametrize(("step", "state"), WAYS)
def test_no_step_starts_what_became_forbidden_meanwhile(house, step, state):
    equipment = make_equipment(house, next_inspection=days(3))
    task = brought(house, make_order(house, kind="task", asset=equipment.asset, title="试运行"), state)
    forbid(equipment)
    with pytest.raises(DomainError) as refusal:
        started(house, step, task)()
    assert refusal.value.code == "R-REP-11"
    before = task.state
    task.refresh_from_db()
    assert (task.state, task.events.filter(step=step).count()) == (before, 0)


@pytest.mark.parametrize(("step", "state"), WAYS)
def test_its_repair_goes_on(house, step, state):
    equipment = make_equipment(house, next_inspection=days(-1))
    repair = brought(house, make_order(house, asset=equipment.asset, title="更换安全阀"), state)
    assert started(house, step, repair)().state != state


def test_list_board_wall_card_and_order_are_red(house, client):
    equipment = make_equipment(house, next_inspection=days(3))
    order = make_order(house, asset=equipment.asset)
    client.force_login(house.repair_dispatcher)
    pages = [
        reverse("workorder_list"),
        reverse("order_board"),
        reverse("order_wall"),
        reverse("asset_detail", args=(equipment.asset_id,)),
        reverse("workorder_detail", args=(order.pk,)),
    ]
    said = "orbidden to use"
    assert [said in client.get(page).content.decode() for page in pages] == [False] * 5
    forbid(equipment)
    assert [said in client.get(page).content.decode() for page in pages] == [True] * 5


def test_the_phone_of_the_worker_is_red_too(house):
    equipment = make_equipment(house, next_inspection=days(3))
    order = bring(house, make_order(house, asset=equipment.asset), "accepted")
    forbid(equipment)
    bring(house, make_order(house), "accepted")
    with_mark = {row["id"]: row["forbidden"] for row in records(my_orders(house.repair_worker), house.repair_worker)}
    assert [pk for pk, mark in with_mark.items() if mark] == [order.pk]


@pytest.mark.parametrize("page", ["report_thing", "asset_scan"])
def test_a_stranger_who_scans_it_is_warned_and_reads_nothing_else(house, client, page):
    equipment = make_equipment(house, next_inspection=days(3), stopped_reason="")
    plain = make_asset(house)

    def read(asset):
        return client.get(reverse(page, args=(asset.token,))).content.decode()

    assert "Forbidden" not in read(equipment.asset)
    SpecialEquipment.objects.filter(pk=equipment.pk).update(stopped_reason="内部原因")
    assert "Forbidden to use." in read(equipment.asset)
    assert "内部原因" not in read(equipment.asset)
    assert "Forbidden" not in read(plain)


@pytest.mark.parametrize("count", [3, 20])
def test_the_list_asks_no_more_for_more_things(house, client, count, django_assert_max_num_queries):
    for place in range(count):
        make_order(house, asset=make_equipment(house).asset if place % 2 else make_asset(house))
    client.force_login(house.repair_dispatcher)
    client.get(reverse("workorder_list"))
    with django_assert_max_num_queries(30):
        assert client.get(reverse("workorder_list")).status_code == 200
