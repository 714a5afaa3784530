"""The reports of purchase prices and of approval times, on screen, in Excel and on paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.documents.lifecycle import Status
from core.documents.models import Approver, Signature
from inventory.models import GoodsReceipt
from procurement.models import ItemCategoryLink, PurchaseCategory, PurchaseRequest
from procurement.reports.approval_times import ApprovalTimes
from procurement.reports.purchase_prices import PurchasePrices
from tests.buying import make_purchase_request, take
from tests.factories import House, make_receipt, rule
from tests.inventory.screens import as_user

PERIOD = {"start": dt.date(2020, 1, 1), "end": dt.date(2099, 12, 31)}


def bought(house: House, item: Any, price: Any, quantity: Any, days_ago: int) -> None:
    receipt = make_receipt(house, (item, quantity, price))
    day = clock.today() - dt.timedelta(days=days_ago)
    GoodsReceipt.objects.filter(pk=receipt.pk).update(business_date=day, status=Status.POSTED)


def rows_of(house: House, **params: Any) -> list[dict[str, Any]]:
    usual = {"group": "thing", "item": None, "category": None, "supplier": None, **PERIOD}
    return [dict(row.values) for row in PurchasePrices(house.accountant, {**usual, **params}).rows()]


@pytest.fixture
def year(house: House) -> PurchaseCategory:
    category = PurchaseCategory.objects.create(code="A0701", name="医用材料")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    bought(house, house.gloves, 20, 10, 40)
    bought(house, house.gloves, 24, 10, 20)
    bought(house, house.paper, 30, 1, 10)
    return category


def test_one_row_a_thing(house: House, year: PurchaseCategory) -> None:
    gloves, paper = rows_of(house)
    assert (gloves["lowest"], gloves["average"], gloves["highest"], gloves["last"]) == (20, 22, 24, 24)
    assert (gloves["change"], gloves["effect"], gloves["amount"]) == (Decimal("20.00"), 40, 440)
    assert (paper["change"], paper["effect"], paper["times"]) == (None, 0, 1)


def test_by_category_and_by_supplier(house: House, year: PurchaseCategory) -> None:
    (category,) = rows_of(house, group="category")
    assert (category["code"], category["things"], category["times"], category["effect"]) == ("A0701", 2, 3, 40)
    (supplier,) = rows_of(house, group="supplier")
    assert (supplier["name"], supplier["amount"]) == (house.supplier.name, 470)
    other = PurchaseCategory.objects.create(code="C23", name="印刷服务")
    assert rows_of(house, category=other) == []


def test_a_price_before_the_first_day_counts_as_the_one_before(house: House, year: PurchaseCategory) -> None:
    start = clock.today() - dt.timedelta(days=30)
    (gloves, _paper) = rows_of(house, start=start)
    assert (gloves["times"], gloves["effect"]) == (1, 40)


def test_only_what_one_may_see(house: House, other_house: House, year: PurchaseCategory) -> None:
    assert rows_of(other_house) == []
    assert as_user(house.requester).get(reverse("purchase_prices")).status_code == 403


@pytest.mark.parametrize("shape", ["", "xlsx", "print"])
@pytest.mark.parametrize("name", ["purchase_prices", "approval_times"])
def test_screen_excel_and_paper(house: House, year: PurchaseCategory, name: str, shape: str) -> None:
    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    answer = as_user(house.accountant).get(reverse(name), {"format": shape} if shape else {})
    assert answer.status_code == 200
    if not shape:
        assert answer.context["rows"]


def test_a_chart_of_one_thing_and_of_what_cost_most(house: House, year: PurchaseCategory) -> None:
    usual = {"group": "thing", "category": None, "supplier": None, **PERIOD}
    one = PurchasePrices(house.accountant, {**usual, "item": house.gloves}).chart()
    assert one["series"][0]["values"] == [20.0, 24.0]
    most = PurchasePrices(house.accountant, {**usual, "item": None}).chart()
    assert most["series"][0]["values"] == [440.0, 30.0]


def test_median_of_each_level_and_of_the_whole(house: House) -> None:
    rule(house, PurchaseRequest, Approver.ROLE, role="logistics_head")
    for days in (1, 3, 8):
        request = take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
        row = Signature.objects.get(object_id=request.pk, content_type__model="purchaserequest")
        Signature.objects.filter(pk=row.pk).update(opened_at=row.signed_at - dt.timedelta(days=days))
    take(make_purchase_request(house), ("submit", house.requester))
    report = ApprovalTimes(house.accountant, {"kind": "purchaserequest", **PERIOD})
    level, whole = [dict(row.values) for row in report.rows()]
    assert (level["signed"], level["median"], level["longest"], level["waiting"]) == (3, 3, 8, 1)
    assert whole["signed"] == 3
    stranger = ApprovalTimes(house.other_requester, {"kind": "", **PERIOD})
    assert list(stranger.rows()) == []
