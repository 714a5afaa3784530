"""Scanning on the pages of the storehouse: asking on a phone, giving out at the counter."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from inventory.models import GoodsIssue, Item, Requisition
from tests.factories import House, make_requisition, receive, run

from .test_scan import dialog, open_scanner, photo, type_code, without_camera

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BARCODE = "6901234567892"


@pytest.fixture(autouse=True)
def _goods(house: House) -> None:
    """Goods are there, gloves with a maker's barcode."""
    Item.objects.filter(pk=house.gloves.pk).update(barcode=BARCODE)
    receive(house, (house.gloves, 10, 5), (house.paper, 10, 5))


def test_a_nurse_asks_with_photos_of_codes(house: House, sign_in: Any) -> None:
    page = sign_in("requester", "/requisitions/new/", phone=True)
    for code in (BARCODE, house.paper.code, BARCODE):
        open_scanner(page)
        dialog(page).locator("input[type=file]").set_input_files(photo(code))
        expect(dialog(page)).to_be_hidden()
    page.locator("input[name=purpose]").fill("换药室")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("button[value=submit]").click()
    expect(page.locator(".chip").first).to_be_visible()
    lines = Requisition.objects.get().lines.order_by("position")
    assert [(line.item, line.quantity) for line in lines] == [(house.gloves, 2), (house.paper, 1)]
    assert without_camera(page) == []


def test_the_keeper_finds_the_line_of_what_is_in_the_hand(house: House, sign_in: Any) -> None:
    document = run(house, make_requisition(house, (house.paper, 3), (house.gloves, 2)), "submit", "approve")
    page = sign_in("storekeeper", f"/requisitions/{document.pk}/issue/")
    open_scanner(page)
    type_code(page, house.vaccine.code)
    expect(dialog(page).locator(".notice-error")).to_contain_text(house.vaccine.code)
    type_code(page, BARCODE)
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("input[name=lines-1-quantity]")).to_be_focused()
    expect(page.locator("input[name=lines-1-quantity]")).to_have_value("2")
    assert without_camera(page) == []
    assert not GoodsIssue.objects.exists()


def test_receipts_take_codes_too(house: House, sign_in: Any) -> None:
    page = sign_in("storekeeper", "/receipts/new/")
    open_scanner(page)
    type_code(page, BARCODE)
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    assert page.locator("input[type=hidden][name=lines-0-item]").input_value() == str(house.gloves.pk)
