"""What an order cost: labour, material less what came back, contractors; on the order and on the card."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from core.documents.services import apply_transition
from maintenance.models import WorkOrder
from maintenance.services import costs, labour
from tests.closing import fill_store, give_parts, on_site
from tests.factories import run
from tests.holding import make_asset
from tests.inventory.screens import as_user
from tests.movements import make_stock_return
from tests.repairing import make_job, make_order

pytestmark = pytest.mark.django_db


def kept(order: WorkOrder) -> tuple[Decimal, Decimal, Decimal]:
    order.refresh_from_db()
    return order.cost_labour, order.cost_material, order.cost_external


def test_an_order_without_papers_costs_nothing(house):
    order = make_order(house)
    assert costs.refresh(order) == costs.NOTHING
    assert kept(order) == (0, 0, 0)


def test_labour_material_and_contractors_add_up(house):
    order, other = on_site(house), on_site(house)
    labour.add_time(order, house.repair_worker, 90, actor=house.repair_worker, request_key=uuid.uuid4())
    labour.add_time(other, house.repair_worker, 60, actor=house.repair_worker, request_key=uuid.uuid4())
    fill_store(house, house.gloves)
    issue = give_parts(house, order, house.gloves, 4)
    run(house, make_job(house, order=order))
    assert kept(order) == (Decimal(60), Decimal(50), Decimal(780))
    assert (order.labour_minutes, order.cost) == (90, Decimal(890))
    assert kept(other) == (Decimal(40), 0, 0)
    run(house, make_stock_return(house, issue, 1))
    assert kept(order)[1] == Decimal("37.50")


def test_an_issue_that_is_reversed_costs_nothing(house):
    order = on_site(house)
    fill_store(house, house.gloves)
    issue = give_parts(house, order, house.gloves, 4)
    assert kept(order)[1] == Decimal(50)
    apply_transition(issue, "reverse", actor=house.logistics_head, reason="发错")
    assert kept(order)[1] == 0


def test_refreshing_twice_changes_nothing(house):
    order = on_site(house)
    run(house, make_job(house, order=order))
    first = costs.refresh(order)
    assert costs.refresh(order) == first
    assert costs.costs_of([order.pk]) == {order.pk: first}
    assert costs.costs_of([]) == {}


def test_a_wrong_cache_is_written_anew(house):
    order = on_site(house)
    run(house, make_job(house, order=order))
    WorkOrder.objects.filter(pk=order.pk).update(cost_external=Decimal(1), cost_labour=Decimal(2), labour_minutes=9)
    costs.refresh(order)
    order.refresh_from_db()
    assert kept(order) == (0, 0, Decimal(780))
    assert order.labour_minutes == 0


def test_costs_of_many_orders_are_read_at_once(house, django_assert_num_queries):
    orders = [make_order(house, title=f"水龙头{number}") for number in range(6)]
    for order in orders:
        run(house, make_job(house, order=order))
    with django_assert_num_queries(4):
        found = costs.costs_of([order.pk for order in orders])
    assert {row.external for row in found.values()} == {Decimal(780)}


def test_the_card_shows_its_repairs_and_what_they_cost(house):
    asset = make_asset(house)
    order = make_order(house, asset=asset, title="显示器不亮")
    run(house, make_job(house, order=order))
    address = reverse("asset_detail", args=(asset.pk,))
    page = as_user(house.asset_manager).get(address)
    assert page.context["repairs"]["cost"] == Decimal(780)
    assert order.number in page.content.decode()
    assert "显示器不亮" in page.content.decode()


def test_the_card_of_a_thing_without_repairs(house):
    page = as_user(house.asset_manager).get(reverse("asset_detail", args=(make_asset(house).pk,)))
    assert page.context["repairs"] is None
