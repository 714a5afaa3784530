"""Printed labels in a real browser: pages of the right size, nothing cut off, and codes that the scanner reads back."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import expect

from core.labels import LABELS_A_SHEET
from inventory.models import Item, ItemShelf, Shelf
from tests.factories import House, receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POINTS_A_MM = 72 / 25.4
SINGLES = ((60, 40), (40, 30), (50, 30), (70, 30), (70, 50))
SHEETS = {f"single-{width}x{height}": (width, height) for width, height in SINGLES}
READ = """async (picture) => {
    const page = document.querySelector("script[src*='js/line-scan']").src;
    const { decodeFile } = await import(page.replace("line-scan", "decode"));
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    return decodeFile(new Blob([bytes], { type: "image/png" }));
}"""
CUT_OFF = """() => [...document.querySelectorAll(".label-code, .label-qr")].filter((part) => {
    const inner = part.getBoundingClientRect();
    const outer = part.closest(".label").getBoundingClientRect();
    return inner.bottom > outer.bottom + 0.5 || inner.top < outer.top - 0.5 || inner.right > outer.right + 0.5;
}).length"""


@pytest.fixture
def shelved(house: House) -> House:
    """An item with a very long name on a shelf."""
    receive(house, (house.gloves, 5, 5))
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01-03", name="劳保用品架")
    ItemShelf.objects.create(warehouse=house.warehouse, item=house.gloves, shelf=shelf)
    Item.objects.filter(pk=house.gloves.pk).update(
        name="一次性使用灭菌橡胶外科手套（无粉加长型聚异戊二烯材质）" * 2,
        specification="7.5号 双/袋 50袋/盒 10盒/箱 环氧乙烷灭菌 有效期五年",
        barcode="6901234567892",
    )
    return house


@pytest.fixture
def window(live_server: Any, chromium: Any, shelved: House) -> Any:
    """A page of the storekeeper at the fineness of a label printer, about 200 points an inch."""
    client = Client()
    client.force_login(shelved.storekeeper)
    name = configured.SESSION_COOKIE_NAME
    context = chromium.new_context(device_scale_factor=2, locale="zh-CN", viewport={"width": 1000, "height": 1200})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def read_back(window: Any, picture: bytes, address: str) -> str:
    window.goto(address)
    return window.evaluate(READ, base64.b64encode(picture).decode())


def test_sizes_and_codes(live_server: Any, window: Any, shelved: House) -> None:
    pictures = {}
    for size, each in LABELS_A_SHEET.items():
        query = f"kind=items&warehouse={shelved.warehouse.pk}&codes=&size={size}&copies={each + 1}&skip=0"
        window.goto(f"{live_server.url}/labels/?{query}")
        window.emulate_media(media="print")
        assert window.evaluate(CUT_OFF) == 0, size
        pictures[size] = window.locator(".label").first.screenshot()
        paper = window.pdf(prefer_css_page_size=True).decode("latin-1")
        boxes = [tuple(map(float, box.split()[2:])) for box in re.findall(r"/MediaBox \[([^]]+)\]", paper)]
        width, height = SHEETS.get(size, (210, 297))
        assert len(boxes) == 2, size  # one sheet is full, one label stands on the second
        for found in boxes:
            assert found == pytest.approx((width * POINTS_A_MM, height * POINTS_A_MM), abs=1), size
    for size, picture in pictures.items():
        assert read_back(window, picture, f"{live_server.url}/issues/new/") == shelved.gloves.code, size


def test_code_of_a_shelf(live_server: Any, window: Any, shelved: House) -> None:
    query = f"kind=shelves&warehouse={shelved.warehouse.pk}&codes=&size=single-40x30&copies=1&skip=0"
    window.goto(f"{live_server.url}/labels/?{query}")
    expect(window.locator(".label")).to_have_count(1)
    picture = window.locator(".label").screenshot()
    assert read_back(window, picture, f"{live_server.url}/issues/new/") == f"{shelved.warehouse.code}/A-01-03"
