"""A purchase request in a real browser: items and words in one grid, 300 lines from Excel, the approval on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from procurement.models import PurchaseRequest
from tests.buying import allotment_of, make_purchase_request, order_approved, take
from tests.factories import House

from .looking import look
from .test_line_grid import PASTE, box, rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/purchase-requests/new/"


def head(page: Any) -> None:
    page.locator("[name=purpose]").fill("换药室")
    page.locator("[name=outside_reason]").fill("计划外临时需要")
    page.locator("#id_allotment").fill("30201")
    page.get_by_role("option", name="30201").click()


def test_items_and_words_without_the_mouse(house: House, sign_in: Any) -> None:
    allotment_of(house)
    page = sign_in("requester", NEW)
    head(page)
    box(page, "lines-0-item").focus()
    page.keyboard.type("H1001")
    page.get_by_role("option", name="医用手套").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("4")
    for text in ("", "26"):
        page.keyboard.press("Enter")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.keyboard.type("心电监护仪")
    page.get_by_role("option", name="心电监护仪").wait_for()
    page.keyboard.press("Enter")
    page.locator('[name="lines-1-specification"]').fill("12寸")
    page.locator('[name="lines-1-quantity"]').fill("2")
    page.locator('[name="lines-1-unit_price"]').fill("18000")
    expect(page.locator("[data-total]")).to_have_text("36,104.00")
    look(page, "purchase-request")
    page.locator(".form-actions button:not([name=then])").click()
    page.wait_for_url("**/purchase-requests/*/")
    item, words = PurchaseRequest.objects.get().lines.order_by("position")
    assert (item.item, item.quantity, item.unit_price) == (house.gloves, 4, 26)
    assert (words.name, words.specification, words.treatment) == ("心电监护仪", "12寸", "asset")
    assert page.problems == []


def test_300_lines_from_excel_and_every_error_beside_its_cell(house: House, sign_in: Any) -> None:
    allotment_of(house)
    page = sign_in("requester", NEW)
    head(page)
    wrong = set(range(5, 300, 15))
    things = [(house.gloves.code, "", "25"), ("设备", "台式", "1200")]
    cells = []
    for number in range(300):
        name, specification, price = things[number % 2]
        cells.append("\t".join((name, specification, "2", "-1" if number in wrong else price)))
    box(page, "lines-0-item").focus()
    page.locator("#id_lines-0-item").evaluate(PASTE, "\n".join(cells))
    expect(rows(page)).to_have_count(301, timeout=60_000)
    page.locator('[name="lines-0-unit"]').select_option(label="个")
    page.locator(".form-actions button:not([name=then])").click()
    page.wait_for_selector("#form-errors", timeout=60_000)
    assert page.locator('[data-role="price"].has-error').count() == 20
    assert PurchaseRequest.objects.count() == 0


def test_approving_on_a_phone(house: House, sign_in: Any) -> None:
    order_approved(house)
    request = take(make_purchase_request(house), ("submit", house.requester))
    page = sign_in("logistics_head", reverse("waiting"), phone=True, dark=True)
    page.locator(".waiting-link").first.click()
    expect(page.locator("main")).to_contain_text("23.00")
    look(page, "purchase-request-approval")
    page.locator('button[value="approve"]').click()
    page.wait_for_load_state()
    assert PurchaseRequest.objects.get(pk=request.pk).status == "approved"
