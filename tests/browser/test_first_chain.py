"""The first chain in a real browser: a nurse asks and her head approves on phones, the keeper issues at a desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from inventory.models import GoodsIssue, Requisition, StockBalance
from tests.factories import House, make_requisition, receive, run

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ask_approve_and_issue(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5))
    nurse = sign_in("requester", "/requisitions/new/", phone=True)
    nurse.locator("[data-role=item] input[role=combobox]").fill("yyst")
    nurse.locator("li[role=option]").first.click()
    nurse.locator("[data-role=quantity] input").fill("4")
    nurse.locator("input[name=purpose]").fill("换药室")
    look(nurse, "request-phone")
    nurse.locator("button[value=submit]").dblclick()
    expect(nurse.locator(".chip").first).to_be_visible()
    document = Requisition.objects.get()
    assert document.status == "submitted"
    look(nurse, "requested-phone")

    head = sign_in("department_head", "/waiting/", phone=True)
    look(head, "waiting-phone")
    head.locator("a.waiting-link").first.click()
    expect(head.locator(".lower-box")).to_have_value("4")
    head.locator(".lower-box").fill("3")
    look(head, "approve-phone")
    head.locator(".form-actions button[value=approve]").click()
    expect(head.locator(".notice-success")).to_be_visible()
    assert document.lines.get().approved_quantity == 3

    keeper = sign_in("storekeeper", "/requisitions/to-issue/")
    look(keeper, "to-issue-desk")
    keeper.locator("tbody tr").first.click()
    expect(keeper.locator("input[name=lines-0-quantity]")).to_have_value("3")
    look(keeper, "issue-desk")
    keeper.locator(".form-actions .btn-primary").dblclick()
    expect(keeper.locator(".notice-success")).to_be_visible()
    assert GoodsIssue.objects.get().status == "posted"
    assert StockBalance.objects.get().quantity == 7
    document.refresh_from_db()
    assert document.fulfilment == "complete"


def test_one_tap_adds_what_is_often_taken_and_repeats_the_last_request(house: House, sign_in: Any) -> None:
    run(house, make_requisition(house, (house.paper, 2)), "submit")
    page = sign_in("requester", "/", phone=True)
    look(page, "workbench-phone")
    page.goto(page.url + "requisitions/new/")
    chip = page.locator("[data-quick-item]").first
    chip.click()
    chip.click()
    expect(page.locator("[data-role=quantity] input")).to_have_value("2")
    page.goto(page.url.replace("/new/", "/repeat/"))
    expect(page.locator("input[name=purpose]")).to_have_value("日常使用")
    page.locator("button[value=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Requisition.objects.filter(status="submitted").count() == 2
