"""Pages that open without a connection, on a phone: kept by the service worker, wiped at signing out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.factories import House, make_house
from tests.repairing import bring, make_order

from .looking import CUT, look
from .test_repair_flow import act, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES_KEPT = """async () => { const names = await caches.keys(); if (!names.includes("pages-1")) return [];
    return (await (await caches.open("pages-1")).keys()).map((request) => new URL(request.url).pathname); }"""
NOTHING_KEPT = f"({PAGES_KEPT})().then((kept) => kept.length === 0)"


@pytest.fixture
def house(transactional_db: Any) -> House:
    cache.clear()
    return make_house()


def open_kept(sign_in: Any) -> Any:
    """The worker's page, once the phone has kept it."""
    phone = sign_in("repair_worker", "/repairs/work/", phone=True)
    phone.wait_for_selector("html[data-kept]", state="attached")
    return phone


def test_a_worker_opens_his_page_in_the_basement(house: House, sign_in: Any, line: Any) -> None:
    order = bring(house, make_order(house), "dispatched")
    phone = open_kept(sign_in)
    line.cut(phone)
    phone.reload()
    expect(phone.locator("#works-offline")).to_be_visible()
    phone.locator(f'[data-order="{order.pk}"]').click()
    act(phone, "accept").click()
    expect(act(phone, "arrive")).to_be_visible()
    phone.reload()  # the battery was empty: the order and what was done stand there still
    expect(act(phone, "arrive")).to_be_visible()
    look(phone, "works-offline-phone", besides=CUT)
    order.refresh_from_db()
    assert order.state == "dispatched"
    line.mend(phone)
    expect(state(phone)).to_have_class("send-state is-sent", timeout=30_000)
    order.refresh_from_db()
    assert order.state == "accepted"
    phone.reload()
    expect(phone.locator("#works-offline")).to_be_hidden()


def test_what_was_not_kept_says_so(house: House, sign_in: Any, line: Any) -> None:
    phone = open_kept(sign_in)
    phone.goto(phone.url.replace("/repairs/work/", "/notices/"))
    assert phone.evaluate(PAGES_KEPT) == ["/repairs/work/"]
    line.cut(phone)
    phone.goto(phone.url.replace("/notices/", "/repairs/orders/"))
    expect(phone.locator("h1")).to_have_text("没有网络")
    look(phone, "not-kept-phone", besides=CUT)


def test_signing_out_wipes_what_was_kept(house: House, sign_in: Any, line: Any) -> None:
    phone = open_kept(sign_in)
    phone.evaluate("document.querySelector('form[action*=logout]').requestSubmit()")
    phone.wait_for_url("**/login/**")
    assert phone.evaluate(PAGES_KEPT) == []
    line.cut(phone)
    phone.goto(phone.url.split("/login/")[0] + "/repairs/work/")
    expect(phone.locator("h1")).to_have_text("没有网络")


def test_a_session_that_ended_wipes_too(house: House, sign_in: Any) -> None:
    phone = open_kept(sign_in)
    phone.context.clear_cookies()
    phone.reload()
    phone.wait_for_url("**/login/**")
    phone.wait_for_function(NOTHING_KEPT)
    assert phone.evaluate(PAGES_KEPT) == []


def test_a_page_that_is_no_longer_open_to_somebody_goes_from_the_phone(house: House, sign_in: Any, line: Any) -> None:
    phone = open_kept(sign_in)
    house.repair_worker.groups.clear()
    phone.reload()
    phone.wait_for_function(NOTHING_KEPT)
    line.cut(phone)
    phone.reload()
    expect(phone.locator("h1")).to_have_text("没有网络")
    assert phone.evaluate(PAGES_KEPT) == []
