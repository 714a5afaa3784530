"""Returns and arrivals on a phone, with one thumb: what is left is filled in, one button sends it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from inventory.models import StockReturn, StockValue, TransferArrival
from tests.factories import House, make_issue, receive, run
from tests.movements import branch, make_transfer

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_nurse_returns_goods_on_her_phone(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 10, 5))
    run(house, make_issue(house, (house.gloves, 4), (house.paper, 2)))
    nurse = sign_in("requester", "/stock-returns/new/", phone=True)
    look(nurse, "return-choose-phone")
    nurse.locator("a.card-row").first.click()
    expect(nurse.locator("input[name=lines-0-quantity]")).to_have_value("4")
    look(nurse, "return-phone")
    for _turn in range(2):
        nurse.locator("tr[data-line]").nth(0).locator("[data-step='-1']").click()
    for _turn in range(2):
        nurse.locator("tr[data-line]").nth(1).locator("[data-step='-1']").click()
    nurse.locator("button[value=submit]").dblclick()
    expect(nurse.locator(".notice-success")).to_be_visible()
    look(nurse, "returned-phone")
    document = StockReturn.objects.get()
    assert (document.status, [line.quantity for line in document.lines.all()]) == ("submitted", [2])


def test_the_receiving_keeper_confirms_an_arrival_on_his_phone(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 10, 5))
    run(house, make_transfer(house, (house.gloves, 4), (house.paper, 2)))
    keeper = sign_in("second_storekeeper", "/arrivals/to-confirm/", phone=True)
    look(keeper, "arrivals-phone")
    keeper.locator("a.card-row").first.click()
    look(keeper, "arrival-phone")
    keeper.locator("button[value=submit]").dblclick()
    expect(keeper.locator(".notice-success").first).to_be_visible()
    look(keeper, "arrived-phone")
    assert TransferArrival.objects.get().status == "posted"
    assert StockValue.objects.get(warehouse=branch(house), item=house.gloves).quantity == 4


def test_the_same_at_a_desk_in_the_dark(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    keeper = sign_in("storekeeper", f"/transfers/{transfer.pk}/", dark=True)
    look(keeper, "transfer-desk")
    keeper.locator(".issue-call a").click()
    look(keeper, "arrival-desk")
    keeper.locator("input[name=lines-0-quantity]").fill("3")
    keeper.locator("input[name=lines-0-short_quantity]").fill("1")
    keeper.locator("button[value=submit]").click()
    expect(keeper.locator(".notice-error").first).to_be_visible()
    look(keeper, "arrival-refused-desk")
    assert TransferArrival.objects.get().status == "draft"
