"""Month close, quotas and replenishment in a real browser: the form warns while typing, the pages are accessible."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock
from inventory.models import MonthClosing, Quota, ReplenishmentSuggestion
from inventory.services import replenishment
from tests.factories import House, at, make_issue, make_receipt, receive, run

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def last_month() -> dt.date:
    return clock.today().replace(day=1) - dt.timedelta(days=10)


def test_the_request_form_warns_while_typing(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 100, 5))
    Quota.objects.create(
        organization=house.organization,
        department=house.ward,
        item=house.gloves,
        limit_quantity=Decimal(5),
        valid_from=dt.date(2026, 1, 1),
    )
    nurse = sign_in("requester", "/requisitions/new/", phone=True)
    nurse.locator("[data-role=item] input[role=combobox]").fill("yyst")
    nurse.locator("li[role=option]").first.click()
    amount = nurse.locator("[data-role=quantity] input")
    amount.fill("6")
    hint = nurse.locator("[data-quota-hint]")
    expect(hint).to_be_visible()
    expect(hint).to_contain_text("医用手套")
    look(nurse, "quota-hint-phone")
    amount.fill("5")
    expect(hint).to_be_hidden()
    assert nurse.problems == []


def test_closing_and_reopening_a_month(house: House, sign_in: Any) -> None:
    with at(last_month()):
        receive(house, (house.gloves, 10, 0), (house.paper, 4, 20))
        run(house, make_issue(house, (house.paper, 1)))
        make_receipt(house)
    accountant = sign_in("accountant", "/month-close/")
    look(accountant, "month-close")
    accountant.locator("#remarks").fill("未盘点")
    accountant.locator("form[action$='/close/'] button").click()
    accountant.get_by_role("dialog").locator("button").last.click()
    expect(accountant.locator("table")).to_contain_text("未盘点")
    assert MonthClosing.objects.get().snapshots.count() == 2
    head = sign_in("logistics_head", "/month-close/", phone=True, dark=True)
    look(head, "month-closed-phone-dark")
    head.goto(head.url.replace("/month-close/", "/reports/month-close/"))
    look(head, "closing-report-phone")


def test_replenishment_and_quota_pages(house: House, sign_in: Any) -> None:
    house.gloves.min_stock = Decimal(20)
    house.gloves.save()
    with at(last_month().replace(day=1) - dt.timedelta(days=65)):
        receive(house, (house.gloves, 100, 5))
    with at(last_month()):
        run(house, make_issue(house, (house.gloves, 90)))
    Quota.objects.create(
        organization=house.organization,
        department=house.ward,
        category=house.gloves.category,
        limit_amount=Decimal(500),
        valid_from=dt.date(2026, 1, 1),
    )
    replenishment.refresh(house.organization)
    row = ReplenishmentSuggestion.objects.get()
    for name, path in (
        ("replenishment", "/replenishment/"),
        ("suggestion", f"/replenishment/{row.pk}/"),
        ("quotas", "/reports/quotas/"),
    ):
        look(sign_in("logistics_head", path), name)
        look(sign_in("logistics_head", path, phone=True, dark=True), f"{name}-phone-dark")
