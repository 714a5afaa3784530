"""Two at one moment: what both find is one order, a day has 1440 minutes, nobody is closed while he is given work."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from assets.models import Asset
from core import clock
from core.errors import DomainError
from directory.models import User
from directory.services import leaving
from maintenance.models import LabourEntry, MaintenancePlan, Meter, MeterReading, PlannedUpkeep, PlanSubject, WorkOrder
from maintenance.services import dispatching, labour, meters, plans, special_reminders
from maintenance.services.orders import open_order
from tests.factories import House, make_house
from tests.holding import make_asset
from tests.inventory.test_concurrency import outcome, race
from tests.maintenance.test_sources import find
from tests.maintenance.upkeep import days, make_equipment, make_meter, make_plan
from tests.repairing import bring, make_order, make_place, make_repair_category, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def test_the_first_findings_of_one_source_are_one_order(house: House) -> None:
    make_place(house)
    make_repair_category()
    results = race(*(lambda place=place: find(house, description=f"读数 {place}") for place in range(4)))
    assert len(outcome(results)) == 4
    order = WorkOrder.objects.get()
    assert {row.pk for row in results} == {order.pk}
    notes = list(order.events.filter(step="note").values_list("reason", flat=True))
    said = "\n".join([order.description, *notes])
    assert len(notes) == 3
    assert all(f"读数 {place}" in said for place in range(4))


def test_one_form_sent_twice_in_one_moment_is_one_order(house: House) -> None:
    key = uuid.uuid4()

    def send() -> WorkOrder:
        return open_order(
            organization=house.organization, title="搬桌子", kind="task", actor=house.requester, request_key=key
        )

    results = race(send, send, send)
    assert {row.pk for row in outcome(results)} == {WorkOrder.objects.get().pk}
    assert len(results) == 3


def test_two_nightly_runs_apply_for_one_inspection(house: House) -> None:
    equipment = make_equipment(house, next_inspection=days(20))
    results = race(*[lambda: special_reminders.apply_for_inspection(equipment, clock.today())] * 3)
    assert len(outcome(results)) == 3
    assert WorkOrder.objects.count() == 1


def test_time_on_two_orders_at_once_stays_within_a_day(house: House) -> None:
    orders = [bring(house, make_order(house), "on_site") for _turn in range(2)]

    def note(order: WorkOrder) -> Callable[[], Any]:
        return lambda: labour.add_time(order, house.repair_worker, 900, actor=house.again("repair_worker"))

    assert len(outcome(race(*map(note, orders)), DomainError)) == 1
    assert sum(LabourEntry.objects.values_list("minutes", flat=True)) == 900


def test_nobody_is_closed_while_he_is_given_an_order(house: House) -> None:
    make_team(house)
    order = make_order(house)

    @transaction.atomic
    def close() -> None:
        person = User.objects.get(pk=house.repair_worker.pk)
        person.is_active = False
        leaving.require_empty_hands(person)
        person.save()

    def give() -> WorkOrder:
        person = User.objects.get(pk=house.repair_worker.pk)
        return dispatching.dispatch(order, actor=house.again("repair_dispatcher"), worker=person)

    assert len(outcome(race(close, give), DomainError)) == 1
    order.refresh_from_db()
    assert bool(order.worker_id) is User.objects.get(pk=house.repair_worker.pk).is_active


def after_a_wait(held: Any, change: Callable[[], Any], job: Callable[[], Any]) -> Any:
    """Start a job that waits for a row, change what the row names, let go; returns what the job returned or raised."""
    results: list[Any] = []

    def work() -> None:
        try:
            results.append(job())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        held.select_for_update().get()
        thread.start()
        thread.join(1.5)
        change()
    thread.join(60)
    assert not thread.is_alive()
    return results[0]


def test_a_plan_that_ends_while_the_night_waits_for_it_opens_nothing(house: House) -> None:
    plan = make_plan(house, starts_on=days(0), lead_days=0)
    subject = plan.subjects.get()
    made = after_a_wait(
        PlanSubject.objects.filter(pk=subject.pk),
        lambda: MaintenancePlan.objects.filter(pk=plan.pk).update(active=False),
        lambda: plans._make_subject(subject.pk, clock.today()),
    )
    assert (made, PlannedUpkeep.objects.count(), WorkOrder.objects.count()) == (0, 0, 0)


def test_a_thing_that_goes_while_its_meter_is_read_is_read_no_more(house: House) -> None:
    asset = make_asset(house)
    meter = make_meter(house, asset=asset)
    refusal = after_a_wait(
        Meter.objects.filter(pk=meter.pk),
        lambda: Asset.objects.filter(pk=asset.pk).update(state="disposed"),
        lambda: meters.read(meter, 5, actor=house.again("repair_worker")),
    )
    assert isinstance(refusal, DomainError)
    assert not MeterReading.objects.exists()
