"""Whatever somebody changes behind the back of the program is named by verify_ledgers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core.documents.models import NumberSequence
from maintenance.models import ContractorJob, OrderPause, Rating, WorkOrder
from maintenance.services import closing
from maintenance.services.verification import verify_orders
from tests.closing import confirm, finish, on_site
from tests.factories import House, run
from tests.repairing import make_job, make_order

pytestmark = pytest.mark.django_db


def lived(house: House) -> WorkOrder:
    """An order with a contractor, a pause and a rating, closed."""
    order = on_site(house)
    run(house, make_job(house, order=order))
    OrderPause.objects.create(
        order=order,
        reason="parts",
        asked_by=house.repair_worker,
        decision="approved",
        minutes=40,
        ended_at=order.arrived_at,
    )
    WorkOrder.objects.filter(pk=order.pk).update(paused_minutes=40, score=4)
    Rating.objects.create(order=order, score=4, by=house.requester)
    return closing.close(confirm(house, finish(house, order)), actor=house.repair_dispatcher)


def said() -> list[str]:
    return [str(finding) for finding in verify_orders()]


def test_an_honest_life_has_nothing_to_be_found(house):
    lived(house)
    make_order(house)
    assert said() == []


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"state": "on_site"}, "state is on_site"),
        ({"cost_external": Decimal("779.99")}, "cost_external"),
        ({"cost_labour": Decimal("0.01")}, "cost_labour"),
        ({"cost_material": Decimal("1.00")}, "cost_material"),
        ({"labour_minutes": 1}, "labour_minutes"),
        ({"paused_minutes": 41}, "approved ones make 40"),
        ({"score": 5}, "the rating says 4"),
        ({"score": None}, "the rating says 4"),
    ],
)
def test_a_changed_order_is_named(house, columns: dict[str, Any], word):
    order = lived(house)
    WorkOrder.objects.filter(pk=order.pk).update(**columns)
    found = said()
    assert len(found) == 1
    assert f"#{order.pk}" in found[0]
    assert word in found[0]


def test_a_score_without_a_rating(house):
    order = make_order(house)
    WorkOrder.objects.filter(pk=order.pk).update(score=5)
    assert [f"#{order.pk}" in line for line in said()] == [True]


@pytest.mark.parametrize("columns", [{"final_amount": None}, {"accepted_on": None}, {"accepted_by": None}])
def test_an_acceptance_without_its_facts(house, columns: dict[str, Any]):
    order = lived(house)
    ContractorJob.objects.filter(order=order).update(**columns)
    assert any("without amount, day or a second person" in line for line in said())


def test_a_maker_who_accepted_his_own_job(house):
    order = lived(house)
    ContractorJob.objects.filter(order=order).update(accepted_by=house.repair_dispatcher)
    assert any("second person" in line for line in said())


def test_a_lost_order_leaves_a_gap(house):
    """R-SYS-02"""
    make_order(house)
    NumberSequence.objects.filter(prefix="GD").update(last=3)
    assert any("2 numbers are missing" in line for line in said())


def test_a_reversed_job_costs_nothing_in_the_books(house):
    order = on_site(house)
    run(house, make_job(house, order=order), "submit", "approve", "post", "reverse")
    assert said() == []
    WorkOrder.objects.filter(pk=order.pk).update(cost_external=Decimal(780))
    assert any("cost_external" in line for line in said())


def test_the_command_goes_through_it(house):
    order = lived(house)
    WorkOrder.objects.filter(pk=order.pk).update(cost_external=Decimal(1))
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledgers")
    assert ended.value.code == 1


def test_it_asks_as_often_for_many_as_for_few(house, django_assert_max_num_queries):
    for _number in range(5):
        make_order(house)
    assert connection.vendor
    with django_assert_max_num_queries(14):
        assert said() == []
