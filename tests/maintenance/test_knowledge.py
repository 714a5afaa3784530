"""What fixed it last time, and which remedy is taken for which cause."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from maintenance import knowledge_selectors as knowledge
from maintenance.models import CauseCode, RemedyCode, WorkOrder
from maintenance.services import rework
from maintenance.work_selectors import my_orders, records
from tests.closing import confirm, fill_store, finish, give_parts, on_site, use_all
from tests.factories import House, at
from tests.holding import make_asset
from tests.inventory.screens import as_user
from tests.repairing import bring, make_order, make_place, make_repair_category

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 7)


def fixed(house: House, action: str = "更换阀芯", *, days: int = 0, **fields: Any) -> WorkOrder:
    with at(DAY + dt.timedelta(days=days)):
        order = bring(house, make_order(house, **fields), "done")
    WorkOrder.objects.filter(pk=order.pk).update(action=action)
    return order


def known(order: WorkOrder) -> list[str]:
    memory = knowledge.fixed_last_time(order)
    return [row.order.action for row in memory.orders] if memory else []


def test_the_same_thing_comes_first_then_its_model_then_the_place(house):
    mine = make_asset(house, specification="ThinkCentre M70", brand="联想")
    twin = make_asset(house, specification="ThinkCentre M70", brand="联想")
    place = make_place(house)
    fixed(house, "整理线路", place=place)
    order = make_order(house, asset=mine, place=place)
    assert known(order) == ["整理线路"]
    fixed(house, "更换电源", asset=twin, place=make_place(house, "B7-1", "药房"))
    assert known(order) == ["更换电源"]
    fixed(house, "重装系统", asset=mine)
    assert known(order) == ["重装系统"]
    assert knowledge.fixed_last_time(make_order(house)).orders[0].order.action == "重装系统"


def test_the_newest_comes_first_and_no_more_than_three(house):
    for days in range(5):
        fixed(house, f"第{days}次", days=days)
    assert known(make_order(house)) == ["第4次", "第3次", "第2次"]


def test_only_what_was_repaired_is_remembered(house, other_house):
    fixed(other_house)
    bring(house, make_order(house), "on_site")
    failed = fixed(house, "试了没用")
    WorkOrder.objects.filter(pk=failed.pk).update(outcome="cannot")
    fixed(house, "换灯管", category=make_repair_category("02", "电"))
    assert known(make_order(house)) == []
    assert knowledge.fixed_last_time(make_order(house, place=None, category=None)) is None


def test_parts_and_whether_it_held(house):
    with at(DAY):
        order = on_site(house)
        fill_store(house, house.gloves)
        give_parts(house, order, house.gloves, 1)
        use_all(house, order)
        first = bring_to_end(house, order)
    with at(DAY + dt.timedelta(days=3), 11):
        again = make_order(house)
        row = knowledge.fixed_last_time(again).orders[0]
        assert (row.order, list(row.parts), row.held) == (first, [str(house.gloves)], False)
        rework.waive(again, reason="另一处", actor=house.repair_dispatcher)
        assert knowledge.fixed_last_time(again).orders[0].held


def bring_to_end(house: House, order: WorkOrder) -> WorkOrder:
    return confirm(house, finish(house, order, no_material=False))


def test_the_block_reads_a_fixed_number_of_times(house, django_assert_max_num_queries):
    asset = make_asset(house, specification="X1")
    order = make_order(house, asset=asset)
    for days in range(6):
        fixed(house, days=days, asset=asset)
    with django_assert_max_num_queries(5):
        assert len(knowledge.fixed_last_time(order).orders) == 3


def test_one_line_for_each_order_of_a_phone(house, django_assert_num_queries):
    """The nearest, of those the newest; one statement for all orders."""
    mine = make_asset(house, specification="M70", brand="联想")
    twin = make_asset(house, specification="M70", brand="联想")
    far = make_place(house, "B7-1", "药房")
    fixed(house, "旧办法", asset=mine, place=far)
    fixed(house, "新办法", asset=mine, place=far, days=3)
    fixed(house, "拧紧", days=1)
    orders = [
        make_order(house, asset=mine, place=far),
        make_order(house, asset=twin, place=far),
        make_order(house),
        make_order(house, category=make_repair_category("09", "其他")),
        bring(house, make_order(house, place=make_place(house, "B8-8", "库房")), "done"),
    ]
    with django_assert_num_queries(1):
        said = knowledge.short_memories(orders)
    assert [said.get(order.pk, "").partition(": ")[2] for order in orders] == [
        "新办法 · 更换配件",
        "新办法 · 更换配件",
        "拧紧 · 更换配件",
        "",
        "",
    ]
    assert "2026-09-10" in said[orders[0].pk]
    assert knowledge.short_memories([]) == {}


def test_the_phone_of_the_worker_shows_it(house):
    fixed(house, "拧紧压盖")
    order = bring(house, make_order(house), "dispatched")
    (shown,) = [row for row in records(my_orders(house.repair_worker), house.repair_worker) if row["id"] == order.pk]
    assert "拧紧压盖" in shown["memory"]


def test_remedies_of_a_category(house):
    fixed(house)
    fixed(house)
    other = RemedyCode.objects.create(code="T-TIGHT", name="紧固")
    WorkOrder.objects.filter(pk=fixed(house).pk).update(remedy=other)
    assert knowledge.proposed_remedies(make_order(house)) == [("更换配件", 2), ("紧固", 1)]
    assert knowledge.proposed_remedies(make_order(house, category=make_repair_category("09", "其他"))) == []


def test_causes_and_remedies_are_counted(house):
    """Orders, those that came back, working time and cost, by cause and remedy."""
    first = fixed(house)
    WorkOrder.objects.filter(pk=first.pk).update(labour_minutes=30, cost_labour=Decimal(20), state="closed")
    WorkOrder.objects.filter(pk=first.pk).update(closed_at=first.finished_at)
    with at(DAY + dt.timedelta(days=2), 11):
        again = make_order(house)
        assert again.rework_of == first
    second = fixed(house, place=make_place(house, "B5-1", "门诊"))
    WorkOrder.objects.filter(pk=second.pk).update(labour_minutes=60, cost_material=Decimal("5.50"))
    misuse = CauseCode.objects.create(code="T-MISUSE", name="使用不当", kind="misuse")
    WorkOrder.objects.filter(pk=fixed(house, place=make_place(house, "B5-2", "急诊")).pk).update(cause=misuse)
    pairs = knowledge.cause_and_remedy(WorkOrder.objects.all())
    assert [(row.cause, row.remedy, row.orders, row.back) for row in pairs] == [
        ("自然磨损", "更换配件", 2, 1),
        ("使用不当", "更换配件", 1, 0),
    ]
    assert (pairs[0].minutes, pairs[0].cost) == (Decimal("45.0"), Decimal("25.50"))


def test_the_report_of_causes_and_remedies(house):
    fixed(house)
    misuse = RemedyCode.objects.create(code="T-CLEAN", name="疏通")
    WorkOrder.objects.filter(pk=fixed(house, place=make_place(house, "B5-1", "门诊")).pk).update(remedy=misuse)
    fixed(house, place=make_place(house, "B5-2", "急诊"), days=60)
    asked = {"month": f"{DAY:%Y-%m}"}
    page = as_user(house.repair_dispatcher).get(reverse("causes_and_remedies"), asked)
    text = page.content.decode()
    assert page.status_code == 200
    assert "疏通" in text
    assert "更换配件" in text
    foreign = as_user(house.other_requester).get(reverse("causes_and_remedies"), asked).content.decode()
    assert "疏通" not in foreign


def test_the_worker_reads_it_on_the_order(house):
    fixed(house, "拧紧压盖")
    with at(clock.today()):
        order = bring(house, make_order(house), "dispatched")
    page = as_user(house.repair_worker).get(reverse("workorder_detail", args=(order.pk,)))
    assert "拧紧压盖" in page.content.decode()
    assert (
        "拧紧压盖" not in as_user(house.requester).get(reverse("workorder_detail", args=(order.pk,))).content.decode()
    )
