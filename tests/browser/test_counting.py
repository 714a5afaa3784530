"""A blind count on a phone, in a real browser: the connection is cut in the middle, the ledger is right in the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import expect

from core import clock
from core.verification import findings
from inventory.models import StockBalance, StockCount, StockCountEntry
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count
from inventory.services.ledger import moves_of
from tests.counting import explain, line_of, plan_count
from tests.factories import House, make_issue, receive, run

from .looking import CUT, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_stock_count(house: House, **fields: Any) -> StockCount:
    return open_count(plan_count(house, tolerance_amount=10**6, **fields), actor=house.storekeeper)


def say(page: Any, number: str) -> None:
    page.locator("#count-number").fill(number)
    page.locator("#count-save").click()


def state(page: Any) -> Any:
    return page.locator("#send-state")


def test_a_blind_count_through_a_lost_connection(house: House, sign_in: Any, transactional_db: Any, line: Any) -> None:
    house.vaccine.barcode = "6901234567892"
    house.vaccine.save()
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    document = open_stock_count(house)
    page = sign_in("storekeeper", f"/stock-counts/{document.pk}/count/", phone=True)
    expect(page.locator(".count-line")).to_have_count(2)
    assert '"book"' not in page.locator("#count-data").text_content()
    look(page, "counting", besides=CUT)

    # the first line is counted with the connection there, found by its initials
    page.locator("#count-search").fill("yyst")
    page.locator("#count-search").press("Enter")
    look(page, "counting-number", besides=CUT)
    say(page, "1,5")
    expect(page.locator("#count-problem")).to_be_visible()
    say(page, "1.5")
    expect(page.locator("#count-problem")).to_be_visible()
    say(page, "15")
    expect(state(page)).to_have_class("send-state is-sent")
    assert StockCountEntry.objects.get().quantity == 15

    # then it is gone: three more numbers are typed, one of them a correction, one of goods that nobody planned
    line.cut(page)
    page.locator("#count-search").fill(house.gloves.code)
    page.locator("#count-search").press("Enter")
    say(page, "5+4")
    page.locator(".count-line").first.click()
    say(page, "4")
    page.locator("#count-search").fill(house.vaccine.barcode)
    page.locator("#count-other").click()
    page.locator("#count-lot").fill("N7")
    page.locator("#count-expires").fill("2030-01-31")
    say(page, "2")
    expect(state(page)).to_contain_text("3")
    expect(state(page)).to_have_class("send-state is-stuck")
    expect(page.locator("#count-lines")).to_contain_text(f"{house.vaccine.barcode} N7")
    look(page, "counting-offline", besides=CUT)
    assert StockCountEntry.objects.count() == 1
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('count:')).length")
    assert kept == 3

    # while the phone is away the store works on
    run(house, make_issue(house, (house.gloves, 1)))

    # the phone dies and comes back: what was typed is still there and goes out by itself, once
    line.mend(page)
    page.reload()
    expect(state(page)).to_have_class("send-state is-sent")
    expect(page.locator("#count-progress")).to_contain_text("3")
    page.reload()
    expect(state(page)).to_have_class("send-state is-sent")
    rows = StockCountEntry.objects.order_by("id").values_list("line__item", "quantity", "source")
    assert list(rows) == [
        (house.gloves.pk, 15, "phone"),
        (house.gloves.pk, 9, "phone"),
        (house.paper.pk, 4, "phone"),
        (house.vaccine.pk, 2, "phone"),
    ]

    assert finish_count(document, actor=house.storekeeper) == []
    results = {line.item: (line.book_quantity, line.difference) for line in document.lines.all()}
    assert results == {house.gloves: (10, -1), house.paper: (4, 0), house.vaccine: (0, 2)}
    explain(house, document)
    document = run(house, document)
    assert {move.item: move.quantity for move in moves_of(document)} == {house.gloves: 1, house.vaccine: 2}
    stock = {balance.item: balance.quantity for balance in StockBalance.objects.all()}
    assert stock == {house.gloves: 8, house.paper: 4, house.vaccine: 2}
    assert list(findings()) == []


def test_an_answer_that_got_lost_counts_once_and_refusals_are_shown(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    document = open_stock_count(house)
    page = sign_in("storekeeper", f"/stock-counts/{document.pk}/count/", phone=True)
    lost = []

    def lose(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server has it; the phone never hears
        route.abort("connectionreset")

    page.route("**/entries/", lose)
    page.locator(".count-line").first.click()
    say(page, "9")
    page.locator("#count-number").press("Escape")
    expect(state(page)).to_have_class("send-state is-sent", timeout=15_000)
    assert len(lost) == 1
    assert StockCountEntry.objects.count() == 1

    page.locator("#count-search").fill("NIX-1")
    page.locator("#count-other").click()
    say(page, "3")
    refused = page.locator("#count-refused")
    expect(refused).to_contain_text("NIX-1")
    expect(state(page)).to_have_class("send-state is-sent")
    page.locator("#count-refused button").click()
    expect(refused).to_be_hidden()
    assert StockCountEntry.objects.count() == 1
    assert line_of(document, house.gloves).counted_quantity == 9


def test_signed_out_numbers_wait_for_their_owner(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5))
    document = open_stock_count(house)
    address = f"/stock-counts/{document.pk}/count/"
    page = sign_in("storekeeper", address, phone=True)
    page.context.clear_cookies(name=configured.SESSION_COOKIE_NAME)
    page.locator(".count-line").first.click()
    say(page, "9")
    expect(page.locator("#send-state a")).to_be_visible()
    assert not StockCountEntry.objects.exists()
    other = Client()
    other.force_login(house.again("second_storekeeper"))
    name = configured.SESSION_COOKIE_NAME
    site = page.url.removesuffix(address)
    page.context.add_cookies([{"name": name, "value": other.cookies[name].value, "url": site}])
    page.goto(page.url)
    expect(state(page)).to_have_class("send-state is-sent")
    assert not StockCountEntry.objects.exists()
    own = Client()
    own.force_login(house.again("storekeeper"))
    page.context.add_cookies([{"name": name, "value": own.cookies[name].value, "url": site}])
    page.goto(page.url)
    expect(page.locator("#count-progress")).to_contain_text("1")
    expect(state(page)).to_have_class("send-state is-sent")
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('count:'))")
    assert StockCountEntry.objects.get().counted_by == house.storekeeper


def test_the_pages_around_a_count(house: House, sign_in: Any) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    page = sign_in("storekeeper", "/stock-counts/new/", phone=True)
    expect(page.locator("#div_id_category")).to_be_hidden()
    page.locator("#id_scope").select_option("category")
    expect(page.locator("#div_id_category")).to_be_visible()
    look(page, "count-plan")
    document = open_stock_count(house, business_date=clock.today())
    page.goto(page.url.replace("/new/", f"/{document.pk}/"))
    look(page, "count-open")
    page.goto(f"{page.url}upload/")
    look(page, "count-upload")
    desk = sign_in("storekeeper", f"/stock-counts/{document.pk}/paper/")
    expect(desk.locator(".sheet-qr svg")).to_be_visible()
    look(desk, "count-sheet")
    client = Client()
    client.force_login(house.again("storekeeper"))
    for line in document.lines.all():
        client.post(f"/stock-counts/{document.pk}/zero/", {"line": [line.pk]})
    client.post(f"/stock-counts/{document.pk}/finish/")
    desk.goto(desk.url.replace("/paper/", "/causes/"))
    look(desk, "count-causes")
    explain(house, document)
    desk.goto(desk.url.replace("/causes/", "/"))
    look(desk, "count-finished")
    report = desk.url.replace(f"/stock-counts/{document.pk}/", f"/reports/stock-counts/?count={document.pk}")
    desk.goto(report)
    expect(desk.locator("main")).to_contain_text(house.gloves.code)
    look(desk, "count-report")
