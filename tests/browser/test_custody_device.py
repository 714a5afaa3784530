"""A hand-over on phones: things are chosen by their numbers, and the other side signs on the device of the first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assets.models import CustodyChange
from core import clock
from tests.factories import PASSWORD, House
from tests.holding import make_assets

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_people_and_one_phone(house: House, sign_in: Any) -> None:
    """R-AST-10: the head of the ward hands over; the head of the other one confirms on the same phone."""
    assets = make_assets(house, 2, in_use_on=clock.today() - dt.timedelta(days=400))
    page = sign_in("department_head", f"{reverse('custodychange_new')}?kind=transfer", phone=True)
    page.locator("[name=to_department] ~ input").fill("外科")
    page.locator("[role=option]").first.click()
    for place, asset in enumerate(assets):
        if place:
            page.locator("[data-add]").click()
        page.locator("tr[data-line]").nth(place).locator("[role=combobox]").first.fill(asset.number)
        page.locator("[role=option]", has_text=asset.number).click()
    page.locator(".form-actions [name=then]").click()
    expect(page.locator("#sign-username")).to_be_visible()
    look(page, "custody-sign-here")
    document = CustodyChange.objects.get()
    assert (document.status, document.lines.count()) == ("submitted", 2)
    page.locator("#sign-username").fill(house.other_head.employee_number)
    page.locator("#sign-password").fill(PASSWORD)
    page.locator("form:has(#sign-username) .btn-primary").click()
    expect(page.locator("#sign-username")).to_have_count(0)
    document.refresh_from_db()
    assert (document.status, document.receiver) == ("posted", house.other_head)
    for asset in assets:
        asset.refresh_from_db()
        assert (asset.department, asset.custodian) == (house.other_ward, house.other_head)
    expect(page.locator("header")).to_contain_text(house.ward.name[:2])
