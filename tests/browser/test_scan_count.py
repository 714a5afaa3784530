"""Scanning on the page that counts: item, shelf and unknown codes, one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import expect

from inventory.models import ItemShelf, Shelf, StockCountEntry
from inventory.services.counts.plan import open_count
from tests.counting import plan_count
from tests.factories import House, receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counting(live_server: Any, open_page: Any, house: House) -> Any:
    """The page of an open count of two items, one of them on a shelf, on the phone of the storekeeper."""
    receive(house, (house.gloves, 5, 5), (house.paper, 7, 5))
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01", name="货架")
    ItemShelf.objects.create(warehouse=house.warehouse, item=house.paper, shelf=shelf)
    document = open_count(plan_count(house, tolerance_amount=10**6), actor=house.storekeeper)
    client = Client()
    client.force_login(house.again("storekeeper"))
    page = open_page(f"{live_server.url}/login/", phone=True)
    name = configured.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(f"{live_server.url}/stock-counts/{document.pk}/count/")
    return page


def read(page: Any, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_codes_lead_to_the_number_and_on_to_the_next(counting: Any, house: House) -> None:
    page, scanner = counting, counting.locator("#scan-dialog")
    page.locator("#count-scan").tap()
    scanner.locator("[data-scan-many]").check()
    read(page, "NOPE-1")
    expect(scanner.locator(".notice-error")).to_contain_text("NOPE-1")
    read(page, house.gloves.code)
    expect(scanner).to_be_hidden()
    expect(page.locator("#count-dialog")).to_contain_text(house.gloves.name)
    page.locator("#count-number").fill("4")
    page.locator("#count-save").tap()
    expect(scanner).to_be_visible()  # the next code is wanted
    read(page, f"{house.warehouse.code}/A-01")
    expect(scanner).to_be_hidden()
    expect(page.locator("#count-lines .count-line")).to_have_count(1)
    expect(page.locator("#count-lines .count-line")).to_contain_text(house.paper.name)
    expect(page.locator("#count-other")).to_be_hidden()
    expect(page.locator("#send-state")).to_have_class("send-state is-sent")
    assert [(entry.line.item, entry.quantity) for entry in StockCountEntry.objects.all()] == [(house.gloves, 4)]
    assert [line for line in page.problems if "camera" not in line.lower()] == []


def test_without_going_on_the_scanner_stays_closed(counting: Any, house: House) -> None:
    page, scanner = counting, counting.locator("#scan-dialog")
    page.locator("#count-scan").tap()
    read(page, house.gloves.code)
    page.locator("#count-number").fill("5")
    page.locator("#count-save").tap()
    expect(page.locator("#count-dialog")).to_be_hidden()
    expect(scanner).to_be_hidden()
    expect(page.locator("#count-search")).to_have_value("")
