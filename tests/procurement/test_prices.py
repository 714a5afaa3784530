"""采购价格审核: what was paid before, and the reason a rising price asks for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from core.models import Policy
from inventory.models import GoodsReceipt, ItemUnit, Unit
from procurement import price_selectors
from procurement.models import PurchaseOrder, PurchaseRequest
from tests.buying import make_purchase_request, order_approved, request_approved, sourcing_approved, take
from tests.factories import House, make_receipt


def received(house: House, price: Any, quantity: Any = 10, *, day: dt.date | None = None) -> GoodsReceipt:
    """A posted purchase of gloves that lies on a day."""
    receipt = make_receipt(house, (house.gloves, quantity, price))
    GoodsReceipt.objects.filter(pk=receipt.pk).update(business_date=day or clock.today(), status=Status.POSTED)
    return receipt


def lines(document: Any) -> list[Any]:
    return list(document.lines.select_related("item").order_by("position"))


def test_last_average_and_lowest_of_twelve_months(house: House) -> None:
    today = clock.today()
    received(house, 20, 10, day=today - dt.timedelta(days=200))
    received(house, 30, 30, day=today - dt.timedelta(days=100))
    received(house, 5, 10, day=today - dt.timedelta(days=500))
    request = make_purchase_request(house, (house.gloves, 1, 33))
    (told,) = price_selectors.history(house.organization.pk, lines(request)).values()
    assert (told.last, told.lowest, told.average) == (30, 20, Decimal("27.5"))
    assert (told.last_on, told.last_supplier) == (today - dt.timedelta(days=100), house.supplier.name)
    assert (told.asked, told.change) == (33, Decimal("10.00"))


def test_an_older_purchase_is_the_last_price_only(house: House) -> None:
    received(house, 20, day=clock.today() - dt.timedelta(days=600))
    (told,) = price_selectors.history(house.organization.pk, lines(make_purchase_request(house))).values()
    assert (told.last, told.average, told.lowest) == (20, None, None)


def test_prices_are_per_stock_unit_whatever_the_pack(house: House) -> None:
    received(house, 20)
    box = Unit.objects.create(name="整箱")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=10)
    request = make_purchase_request(house, (house.gloves, 1, 220, {"unit": box, "factor": 10}))
    (told,) = price_selectors.history(house.organization.pk, lines(request)).values()
    assert (told.asked, told.change) == (22, Decimal("10.00"))
    assert (told.per(Decimal(10)).last, told.per(Decimal(10)).asked) == (200, 220)


def test_names_are_the_same_however_they_are_typed(house: House) -> None:
    printer = {"name": "Ａ3 打印机", "specification": "HP M701", "treatment": "asset", "warehouse": None}
    bought = request_approved(house, (None, 1, 900, printer))
    order = order_approved(house, sourcing_approved(house, bought))
    order.lines.update(name="Ａ3 打印机", specification="HP M701")
    again = make_purchase_request(house, (None, 1, 900, {**printer, "name": "a3打印机", "specification": "hp m701"}))
    other = make_purchase_request(house, (None, 1, 900, {**printer, "specification": "佳能"}))
    known = price_selectors.history(house.organization.pk, [*lines(again), *lines(other)])
    assert known[again.lines.get().pk].last == order.lines.get().unit_price
    assert known[other.lines.get().pk].last is None


def test_an_order_is_counted_once_and_not_against_itself(house: House) -> None:
    """The receipt that its acceptance makes is the same purchase."""
    from tests.buying import accepted

    order = order_approved(house)
    acceptance = accepted(house, order)
    receipt = GoodsReceipt.objects.get(lines__in=acceptance.lines.values("receipt_line"))
    GoodsReceipt.objects.filter(pk=receipt.pk).update(status=Status.POSTED)
    since = clock.today() - dt.timedelta(days=30)
    found = list(price_selectors.purchases(house.organization.pk, since=since, until=clock.today()))
    assert len(found) == 1
    known = price_selectors.history(house.organization.pk, lines(order), leaving_out=order)
    assert {told.last for told in known.values()} == {None}
    known = price_selectors.history(house.organization.pk, lines(order))
    assert {told.last for told in known.values()} == {order.lines.get().unit_price}


def test_another_house_is_no_history(house: House, other_house: House) -> None:
    received(house, 20)
    request = make_purchase_request(other_house, (house.gloves, 1, 33, {"unit": house.gloves.unit}))
    (told,) = price_selectors.history(other_house.organization.pk, lines(request)).values()
    assert told.last is None


def test_the_number_of_queries_does_not_grow(house: House, django_assert_num_queries: Any) -> None:
    items = [house.item() for _number in range(30)]
    few = make_purchase_request(house, (items[0], 1, 5))
    many = make_purchase_request(house, *[(item, 1, 5) for item in items])
    for request in (few, many):
        rows = lines(request)
        with django_assert_num_queries(4):
            price_selectors.history(house.organization.pk, rows)


def test_a_price_that_rises_too_far_asks_for_a_reason(house: House) -> None:
    received(house, 20)
    fine = make_purchase_request(house, (house.gloves, 1, 22))
    assert take(fine, ("submit", house.requester)).status == "submitted"
    dear = make_purchase_request(house, (house.paper, 1, 9), (house.gloves, 1, "22.01"))
    with pytest.raises(DomainError, match=r"above the last price of 20\.00") as caught:
        apply_transition(dear, "submit", actor=house.requester)
    assert (caught.value.field, caught.value.line) == ("price_reason", 2)
    assert PurchaseRequest.objects.get(pk=dear.pk).number is None
    dear.lines.filter(position=2).update(price_reason="原材料涨价")
    assert take(dear, ("submit", house.requester)).status == "submitted"


def test_the_percentage_is_a_dated_figure(house: House) -> None:
    received(house, 20)
    Policy.objects.create(
        organization=house.organization, key="price_change", value=50, valid_from=clock.today(), basis="院办"
    )
    assert take(make_purchase_request(house, (house.gloves, 1, 30)), ("submit", house.requester)).status == "submitted"


def test_cancelled_orders_are_no_history(house: House) -> None:
    order = order_approved(house)
    take(order, ("cancel", house.logistics_head))
    assert PurchaseOrder.objects.get(pk=order.pk).status == "cancelled"
    (told,) = price_selectors.history(house.organization.pk, lines(make_purchase_request(house))).values()
    assert told.last is None
