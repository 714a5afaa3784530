"""Reports of costs and material show a head his departments and nothing else, whatever he reported himself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import clock
from core.reports import all_reports
from maintenance.models import WorkOrder
from tests.maintenance.test_parts import ask, fill, hand_out
from tests.repairing import bring, make_order

pytestmark = pytest.mark.django_db


def rows_of(code, user):
    today = clock.today()
    report = next(each for each in all_reports() if each.code == code)
    params = {"start": today, "end": today, "group": "department", "month": ""}
    return [row.values for row in report(user, params).rows()]


@pytest.fixture
def spent(house):
    """A repair of the ward and one of another ward, which the head of the ward reported; a valve went into each."""
    valve = house.item("陶瓷阀芯", reference_price=Decimal("12.50"))
    fill(house, (valve, 20, "12.5"))
    for department, actor, count in ((house.ward, house.requester, 1), (house.other_ward, house.department_head, 3)):
        order = bring(house, make_order(house, department=department, actor=actor), "on_site")
        hand_out(house, ask(house, order, (valve, count)))
    assert WorkOrder.objects.filter(cost_material__gt=0).count() == 2


@pytest.mark.parametrize(("person", "used"), [("department_head", 1), ("logistics_head", 4), ("accountant", 4)])
def test_material_and_costs_are_those_of_the_reach_of_the_right(house, spent, person, used):
    reader = house.people[person]
    material = rows_of("repair_materials", reader)
    assert [row["used"] for row in material] == [used]
    costs = rows_of("repair_costs", reader)
    assert sum(row["material"] for row in costs) == Decimal("12.50") * used
    names = {row["name"] for row in costs}
    assert (str(house.other_ward) in names) is (used == 4)
    assert len(rows_of("repair_ledger", reader)) == (1 if used == 1 else 2)
