"""Orders, changes and deliveries by several people at once: one wins, and the figures stay true."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.errors import DomainError
from core.models.policies import Policy
from inventory.models import GoodsReceipt
from procurement import figures
from procurement.models import PurchaseOrder, PurchaseRequestLine
from procurement.services import order_drafts, order_steps
from tests.buying import (
    allotment_of,
    make_acceptance,
    make_order,
    make_order_change,
    order_approved,
    sourcing_approved,
    take,
)
from tests.factories import House, make_house
from tests.inventory.test_concurrency import outcome, race, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def test_two_acceptances_of_one_delivery_one_wins(house: House) -> None:
    """R-PRC-11: submitted at the same moment."""
    order = order_approved(house)
    documents = [make_acceptance(house, order) for _number in range(3)]
    results = race(*[step(document, "submit", house.acceptor) for document in documents])
    assert len(outcome(results, DomainError)) == 1
    for document in documents:
        document.refresh_from_db()
    (winner,) = [document for document in documents if document.status == "submitted"]
    take(winner, ("approve", house.asset_manager))
    assert (order.lines.get().accepted_quantity, GoodsReceipt.objects.count()) == (10, 1)


def test_one_signature_sent_many_times_makes_one_receipt(house: House) -> None:
    order = order_approved(house)
    document = take(make_acceptance(house, order), ("submit", house.acceptor))
    results = race(*[step(document, "approve", house.asset_manager)] * 4)
    assert len(outcome(results, DomainError)) == 1
    assert (order.lines.get().accepted_quantity, GoodsReceipt.objects.count()) == (10, 1)


def test_two_orders_over_the_same_rest_one_wins(house: House) -> None:
    """R-PRC-01."""
    sourcing = sourcing_approved(house)
    orders = [take(make_order(house, sourcing), ("submit", house.buyer)) for _number in range(2)]
    results = race(*[step(order, "approve", house.logistics_head) for order in orders])
    assert len(outcome(results, DomainError)) == 1
    wanted = PurchaseRequestLine.objects.get()
    assert (wanted.ordered_quantity, wanted.reserved, allotment_of(house).reserved) == (10, 230, 230)


def test_a_change_and_a_delivery_at_once_leave_true_figures(house: House) -> None:
    """R-PRC-10: fewer are ordered while more are accepted: whichever is second is refused."""
    order = order_approved(house)
    change = make_order_change(house, order)
    change.lines.update(quantity=8)
    change = take(change, ("submit", house.buyer))
    delivery = take(make_acceptance(house, order), ("submit", house.acceptor))
    results = race(
        step(change, "approve", house.logistics_head),
        step(delivery, "approve", house.asset_manager),
    )
    assert len(outcome(results, DomainError)) == 1
    line = order.lines.get()
    assert line.accepted_quantity <= line.quantity
    wanted = PurchaseRequestLine.objects.get()
    assert allotment_of(house).reserved == wanted.reserved == line.quantity * 23 + (10 - line.quantity) * 25


def test_a_change_and_an_order_for_the_same_rest_one_wins(house: House) -> None:
    """R-PRC-01: the change asks for two more of a request of which another order takes the last two."""
    sourcing = sourcing_approved(house)
    first = make_order(house, sourcing)
    first.lines.update(quantity=8)
    first = take(first, ("submit", house.buyer), ("approve", house.logistics_head))
    second = make_order(house, sourcing)
    second.lines.update(quantity=2)
    second = take(second, ("submit", house.buyer))
    change = make_order_change(house, first)
    change.lines.update(quantity=10)
    Policy.objects.create(
        organization=house.organization,
        key=figures.ADDITIONS_UP_TO,
        value=Decimal(50),
        valid_from=clock.today(),
        basis="测试",
    )
    change = take(change, ("submit", house.buyer))
    results = race(
        step(change, "approve", house.logistics_head),
        step(second, "approve", house.logistics_head),
    )
    assert len(outcome(results, DomainError)) == 1
    wanted = PurchaseRequestLine.objects.get()
    assert (wanted.ordered_quantity, wanted.reserved, allotment_of(house).reserved) == (10, 230, 230)


def test_the_rest_cancelled_twice_at_once_frees_its_money_once(house: House) -> None:
    order = order_approved(house)

    def cancel() -> Any:
        return order_steps.close_rest(order, actor=house.buyer, reason="停产", reopen=False)

    results = race(cancel, cancel, cancel)
    assert len(outcome(results, DomainError)) == 1
    wanted = PurchaseRequestLine.objects.get()
    assert (wanted.closed_quantity, wanted.reserved, allotment_of(house).reserved) == (10, 0, 0)


def test_a_click_sent_twice_drafts_one_order(house: House) -> None:
    sourcing = sourcing_approved(house)
    results = race(*[lambda: order_drafts.from_award(sourcing, actor=house.buyer)] * 3)
    assert len(outcome(results, DomainError)) == 1
    assert PurchaseOrder.objects.count() == 1
    assert PurchaseOrder.objects.get().total_amount == Decimal(230)
