"""Working time on orders: by person, at the rate of the day, never more than a day has."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from core import clock
from core.errors import DomainError, NotAllowed
from core.models.policies import Policy
from maintenance import figures
from maintenance.models import LabourEntry
from maintenance.services.labour import add_time
from tests.factories import House
from tests.repairing import bring, make_order

pytestmark = pytest.mark.django_db


def test_time_costs_the_rate_of_its_day(house: House) -> None:
    order = bring(house, make_order(house), "on_site")
    today = clock.today()
    yesterday = today - dt.timedelta(days=1)
    Policy.objects.create(
        organization=house.organization,
        key=figures.LABOUR_RATE,
        value=Decimal(60),
        valid_from=today,
        basis="总务科",
    )
    first = add_time(order, house.repair_worker, 50, actor=house.repair_worker)
    second = add_time(order, house.repair_worker, 30, actor=house.repair_worker, day=yesterday)
    assert (first.rate, first.amount) == (Decimal(60), Decimal("50.00"))
    assert (second.rate, second.amount) == (Decimal(40), Decimal("20.00"))
    order.refresh_from_db()
    assert (order.labour_minutes, order.cost_labour) == (80, Decimal("70.00"))


def test_helpers_count_and_strangers_do_not(house: House) -> None:
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError):
        add_time(order, house.acceptor, 30, actor=house.repair_worker)
    with pytest.raises(NotAllowed):
        add_time(order, house.repair_worker, 30, actor=house.requester)
    assert LabourEntry.objects.count() == 0
    order.helpers.create(worker=house.acceptor)
    add_time(order, house.acceptor, 30, actor=house.repair_worker)
    order.refresh_from_db()
    assert (order.labour_minutes, order.cost_labour) == (30, Decimal("20.00"))


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_wrong_minutes_are_refused(house: House, minutes: int) -> None:
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError):
        add_time(order, house.repair_worker, minutes, actor=house.repair_worker)
    assert LabourEntry.objects.count() == 0


def test_a_day_has_1440_minutes_over_all_orders(house: House) -> None:
    first, second = (bring(house, make_order(house), "on_site") for _each in range(2))
    add_time(first, house.repair_worker, 1400, actor=house.repair_worker)
    with pytest.raises(DomainError):
        add_time(second, house.repair_worker, 41, actor=house.repair_worker)
    add_time(second, house.repair_worker, 40, actor=house.repair_worker)
    with pytest.raises(DomainError):
        add_time(second, house.repair_worker, 1, actor=house.repair_worker, day=clock.today() + dt.timedelta(days=1))
    assert sorted(LabourEntry.objects.values_list("minutes", flat=True)) == [40, 1400]


def test_sent_twice_counts_once_and_a_closed_order_takes_none(house: House) -> None:
    order = bring(house, make_order(house), "on_site")
    key = uuid.uuid4()
    for _again in range(2):
        add_time(order, house.repair_worker, 25, actor=house.repair_worker, request_key=key)
    assert LabourEntry.objects.count() == 1
    closed = bring(house, make_order(house), "closed")
    with pytest.raises(DomainError):
        add_time(closed, house.repair_worker, 25, actor=house.repair_worker)
    assert LabourEntry.objects.count() == 1
