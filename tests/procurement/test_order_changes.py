"""Changes of orders: within request, award and contract, one at a time (R-PRC-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError, IllegalTransition
from procurement.models import OrderChange, PurchaseOrder, PurchaseOrderLine, PurchaseRequestLine
from tests.buying import (
    accepted,
    allotment_of,
    invoiced,
    make_acceptance,
    make_order,
    make_order_change,
    order_approved,
    request_approved,
    sourcing_approved,
    take,
)
from tests.factories import House

pytestmark = pytest.mark.django_db
STEPS = ("submit", "approve")


def ordered(house: House, wanted: int = 12, quantity: int = 10) -> PurchaseOrder:
    """An approved order over `quantity` of `wanted` gloves at 23 yuan."""
    order = make_order(house, sourcing_approved(house, request_approved(house, (house.gloves, wanted, 25))))
    line = order.lines.get()
    line.quantity = Decimal(quantity)
    line.save()
    return take(order, ("submit", house.buyer), ("approve", house.logistics_head))


def change(house: House, order: PurchaseOrder, **values: Any) -> OrderChange:
    document = make_order_change(house, order)
    line = document.lines.get()
    line.quantity, line.unit_price = line.old_quantity, line.old_unit_price
    for name, value in values.items():
        setattr(line, name, Decimal(str(value)))
    line.save()
    return document


def carry_out(house: House, document: OrderChange) -> OrderChange:
    return take(document, ("submit", house.buyer), ("approve", house.logistics_head))


def refuse(house: House, document: OrderChange, match: str) -> None:
    before = list(PurchaseOrderLine.objects.values())
    with pytest.raises(DomainError, match=match):
        take(document, ("submit", house.buyer))
    document.refresh_from_db()
    assert (document.status, list(PurchaseOrderLine.objects.values())) == ("draft", before)


def test_less_gives_the_request_and_its_money_back(house: House) -> None:
    """R-PRC-02: 10 at 23 become 7 at 22: 154 for the order, 5 open at 25 on the request."""
    order = ordered(house)
    document = carry_out(house, change(house, order, quantity=7, unit_price=22))
    line, wanted = order.lines.get(), PurchaseRequestLine.objects.get()
    assert (line.quantity, line.unit_price, line.amount) == (7, 22, 154)
    assert (wanted.ordered_quantity, wanted.reserved, allotment_of(house).reserved) == (7, 154 + 125, 279)
    assert (document.lines.get().old_quantity, document.lines.get().amount) == (10, 154 - 230)


def test_additions_stay_within_a_tenth_of_the_contract(house: House) -> None:
    """R-PRC-10: of 230 yuan 23 are allowed, in all changes together."""
    order = ordered(house)
    refuse(house, change(house, order, quantity=12), "at most 10 %")
    carry_out(house, change(house, order, quantity=11))
    assert (order.lines.get().quantity, PurchaseRequestLine.objects.get().ordered_quantity) == (11, 11)
    refuse(house, change(house, order, quantity=12), "at most 10 %")


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"quantity": 13}, "allows only 2 more"),
        ({"unit_price": 24}, "cannot rise above"),
        ({"unit_price": 0}, "greater than zero"),
        ({"quantity": 0}, "cancel the rest"),
        ({}, "Nothing is changed"),
    ],
)
def test_a_change_beyond_request_or_award_is_refused(house: House, values: dict[str, Any], match: str) -> None:
    """R-PRC-01, R-PRC-07, R-PRC-10."""
    refuse(house, change(house, ordered(house), **values), match)


def test_a_change_below_what_came_or_was_billed_is_refused(house: House) -> None:
    order = ordered(house)
    document = make_acceptance(house, order)
    document.lines.update(arrived_quantity=6, accepted_quantity=6)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    refuse(house, change(house, order, quantity=5), "6 were accepted")
    refuse(house, change(house, order, unit_price=22), "the price stays")
    carry_out(house, change(house, order, quantity=6))
    order.refresh_from_db()
    assert (order.progress, PurchaseRequestLine.objects.get().open_quantity) == ("complete", 6)


def test_two_changes_at_once_are_refused(house: House) -> None:
    """One waits for its signature, another is submitted; one was written before the other was applied."""
    order = ordered(house)
    first, second = change(house, order, quantity=9), change(house, order, quantity=8)
    take(first, ("submit", house.buyer))
    refuse(house, second, "one change at a time")
    take(first, ("approve", house.logistics_head))
    take(second, ("submit", house.buyer))
    assert second.lines.get().old_quantity == 9  # before and after are those of the day of its submission
    PurchaseOrderLine.objects.update(quantity=7)
    with pytest.raises(IllegalTransition, match="written anew"):
        take(second, ("approve", house.logistics_head))
    assert order.lines.get().quantity == 7


def test_an_applied_change_is_undone_by_another_one_only(house: House) -> None:
    document = carry_out(house, change(house, ordered(house), quantity=9))
    with pytest.raises(DomainError, match="write another change"):
        take(document, ("cancel", house.buyer))
    assert PurchaseOrderLine.objects.get().quantity == 9


def test_a_change_to_less_than_was_billed_is_refused(house: House) -> None:
    order = order_approved(house)
    accepted(house, order)
    invoiced(house, order)
    refuse(house, change(house, order, quantity=9), "accepted or cancelled already")
