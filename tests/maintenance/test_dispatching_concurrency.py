"""Many hands on one order: one gets it, the others are told who, and its story stays whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import DomainError, IllegalTransition
from directory.models import User
from maintenance.models import OrderEvent, WorkOrder
from maintenance.services import dispatching, joining
from tests.factories import House, make_house, make_person
from tests.inventory.test_concurrency import outcome, race
from tests.repairing import bring, make_order, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def crew(house: House, count: int) -> list[User]:
    """A team of so many workers."""
    people = [
        make_person(house.organization, house.logistics, f"H1-w{n}", f"师傅{n}", "repair_worker") for n in range(count)
    ]
    make_team(house, "水电班", *people)
    return people


def grabbing(order: WorkOrder, person: User) -> Callable[[], Any]:
    return lambda: dispatching.grab(WorkOrder(pk=order.pk), actor=User.objects.get(pk=person.pk))


def test_of_eight_who_grab_at_once_one_gets_it(house: House) -> None:
    people = crew(house, 8)
    team = people[0].repair_teams.get()
    order = dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, team=team)
    results = race(*(grabbing(order, person) for person in people))
    won = outcome(results, IllegalTransition)
    assert len(won) == 1
    order.refresh_from_db()
    assert order.worker == won[0].worker
    refusals = [str(error) for error in results if isinstance(error, Exception)]
    assert all(str(order.worker) in sentence for sentence in refusals)
    assert OrderEvent.objects.filter(order=order, step="take").count() == 1


def test_a_grab_against_the_dispatcher_who_takes_back(house: House) -> None:
    """R-REP-04: either the worker has it, or it waits for the dispatcher; never both."""
    person = crew(house, 1)[0]
    order = dispatching.dispatch(make_order(house), actor=house.repair_dispatcher, team=person.repair_teams.get())
    won = outcome(
        race(
            grabbing(order, person),
            lambda: dispatching.take_back(WorkOrder(pk=order.pk), actor=None, who="程序", reason="未接单"),
        ),
        DomainError,
    )
    assert len(won) == 1
    order.refresh_from_db()
    assert (order.state, order.worker) in (("accepted", person), ("triaged", None))


def test_two_orders_joined_with_each_other_at_once(house: House) -> None:
    """One of the two goes on; nobody follows a circle."""
    first, second = make_order(house), make_order(house)

    def merging(order: WorkOrder, into: WorkOrder) -> Callable[[], Any]:
        return lambda: joining.merge(
            WorkOrder.objects.get(pk=order.pk),
            WorkOrder.objects.get(pk=into.pk),
            actor=house.again("repair_dispatcher"),
        )

    won = outcome(race(merging(first, second), merging(second, first)), DomainError)
    assert len(won) == 1
    rows = {order.pk: order for order in WorkOrder.objects.all()}
    assert sorted(order.state for order in rows.values()) == ["cancelled", "new"]
    assert [order.merged_into_id for order in rows.values()].count(None) == 1


def test_two_dispatchers_give_one_order_to_one_worker(house: House) -> None:
    people = crew(house, 2)
    order = bring(house, make_order(house), "triaged")
    jobs = [
        lambda person=person: dispatching.dispatch(
            WorkOrder(pk=order.pk), actor=house.again("repair_dispatcher"), worker=person
        )
        for person in people
    ]
    won = outcome(race(*jobs), DomainError)
    assert len(won) == 1
    order.refresh_from_db()
    assert order.worker == won[0].worker
    assert order.events.filter(step="dispatch").count() == 1
