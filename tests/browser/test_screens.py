"""Every screen as its user meets it: axe finds nothing serious, nothing is wider than the screen, the policy holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.documents.models import Signature
from inventory.models import Requisition
from tests.factories import House, make_issue, make_receipt, make_requisition, receive, run

from .looking import WIDER, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
OWN = ["/", "/waiting/", "/requisitions/", "/notices/", "/me/", "/search/?q=SL"]
KEEPER = [
    "/requisitions/to-issue/",
    "/issues/",
    "/issues/new/",
    "/receipts/",
    "/receipts/new/",
    "/stock/",
    "/reports/item-ledger/?item={gloves}",
    "/reports/stock-summary/",
    "/reports/consumption/",
    "/import/",
    "/import/inventory.item/",
    "/admin/",
    "/admin/inventory/item/",
    "/admin/inventory/item/add/",
    "/admin/inventory/item/{gloves}/change/",
    "/admin/inventory/goodsreceipt/",
    "/admin/inventory/goodsreceipt/add/",
    "/admin/inventory/goodsreceipt/{receipt}/change/",
    "/admin/inventory/stockmove/",
]
OFFICE = [
    "/settings/roles/",
    "/settings/signers/",
    "/admin/core/approvalrule/",
    "/admin/core/approvalrule/add/",
    "/admin/directory/user/",
    "/admin/directory/user/{nurse}/change/",
]
SYSTEM = ["/settings/opening/", "/admin/inventory/warehouse/{warehouse}/change/", "/admin/directory/department/"]


def inspect(page: Any, address: str) -> None:
    """On a desk and a phone, light and dark: status 200, no complaint of the browser, no sideways scrolling, axe."""
    page.problems.clear()
    page.set_viewport_size(DESK)
    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    assert answer.status == 200, address
    assert page.problems == [], address
    for size, scheme in ((DESK, "light"), (PHONE, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        wider = page.evaluate(WIDER)
        assert wider <= 0, f"{address} at {size['width']}"
        if (size, scheme) != (PHONE, "light"):
            assert serious(page) == [], f"{address} at {size['width']}, {scheme}"


@pytest.fixture
def busy(house: House) -> dict[str, Any]:
    """A house at work: stock, something to sign, something to issue, drafts; the keys that addresses need."""
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    run(house, make_requisition(house), "submit", "approve")
    asked = run(house, make_requisition(house), "submit")
    direct = run(house, make_issue(house), "submit")
    draft = make_receipt(house)
    return {
        "gloves": house.gloves.pk,
        "receipt": draft.pk,
        "asked": asked.pk,
        "direct": direct.pk,
        "nurse": house.requester.pk,
        "warehouse": house.warehouse.pk,
        "signature": Signature.objects.get(object_id=asked.pk, content_type__model="requisition").pk,
    }


def visit(sign_in: Any, role: str, addresses: list[str], keys: dict[str, Any]) -> None:
    page = sign_in(role, "/")
    base = page.url.rstrip("/")
    for address in addresses:
        inspect(page, base + address.format(**keys))


def test_signing_in(live_server: Any, open_page: Any, house: House) -> None:
    page = open_page(f"{live_server.url}/login/", phone=True)
    inspect(page, f"{live_server.url}/login/")
    page.locator("input[name=username]").fill("nobody")
    page.locator("input[name=password]").fill("wrong")
    page.locator("[data-reveal]").click()
    expect(page.locator("input[name=password]")).to_have_attribute("type", "text")
    page.locator("[data-reveal]").click()
    expect(page.locator("input[name=password]")).to_have_attribute("type", "password")
    page.locator("button.btn-primary").click()
    expect(page.locator(".notice-error")).to_be_visible()
    assert serious(page) == []


def test_the_screens_of_a_nurse(busy: dict[str, Any], sign_in: Any) -> None:
    visit(sign_in, "requester", [*OWN, "/requisitions/new/", "/requisitions/{asked}/"], busy)


def test_the_screens_of_a_head(busy: dict[str, Any], sign_in: Any) -> None:
    visit(sign_in, "department_head", ["/", "/waiting/", "/waiting/{signature}/"], busy)


def test_the_screens_of_a_keeper(busy: dict[str, Any], sign_in: Any) -> None:
    visit(sign_in, "storekeeper", KEEPER, busy)


def test_the_screens_of_the_office(busy: dict[str, Any], sign_in: Any) -> None:
    visit(sign_in, "rights_administrator", OFFICE, busy)
    visit(sign_in, "system_administrator", SYSTEM, busy)


def test_a_day_reads_alike_for_everyone(busy: dict[str, Any], sign_in: Any) -> None:
    page = sign_in("storekeeper", "/receipts/new/")
    box = page.locator("input[name=business_date]")
    assert box.get_attribute("type") == "text"
    for typed, read in (("20261103", "2026-11-03"), ("2026/1/3", "2026-01-03"), ("2026年11月23日", "2026-11-23")):
        box.fill(typed)
        box.press("Tab")
        expect(box).to_have_value(read)
    page.locator("[data-day] input[type=date]").first.evaluate(
        "field => { field.value = '2026-10-01'; field.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(box).to_have_value("2026-10-01")
    inside = page.locator("input[name=lines-0-expires_on]")
    inside.fill("2027.3.5")
    inside.press("Tab")
    expect(inside).to_have_value("2027-03-05")
    page.goto(page.url.replace("/receipts/new/", "/admin/inventory/goodsreceipt/add/"))
    expect(page.locator("input[name=business_date]")).to_have_attribute("type", "text")
    assert page.problems == []


def test_slash_finds_and_enter_adds_a_line(busy: dict[str, Any], sign_in: Any) -> None:
    page = sign_in("requester", reverse("requisition_new"))
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("[data-search-box]")).to_be_focused()
    page.locator("[data-role=item] input[role=combobox]").first.fill("yyst")
    page.locator("li[role=option]").first.click()
    page.locator("[data-role=quantity] input").first.fill("2")
    last = page.locator("tr[data-line]").first.locator("input:visible, select:visible").last
    last.press("Enter")
    expect(page.locator("tr[data-line]")).to_have_count(2)


def fill_request(page: Any) -> None:
    page.locator("[data-role=item] input[role=combobox]").first.fill("yyst")
    page.locator("li[role=option]").first.click()
    page.locator("[data-role=quantity] input").first.fill("7")
    page.locator("input[name=lines-0-note]").fill("大号")
    page.locator("input[name=purpose]").fill("换药室")
    page.wait_for_timeout(800)  # the browser keeps the form half a second after the last key


def test_a_half_filled_form_survives_a_reload_and_goes_when_it_is_saved(busy: dict[str, Any], sign_in: Any) -> None:
    page = sign_in("requester", reverse("requisition_new"))
    page.on("dialog", lambda dialog: dialog.accept())
    fill_request(page)
    page.reload()
    expect(page.locator("input[name=purpose]")).to_have_value("")
    page.locator("[data-draft-take]").click()
    expect(page.locator("input[name=purpose]")).to_have_value("换药室")
    expect(page.locator("[data-role=quantity] input").first).to_have_value("7")
    expect(page.locator("input[name=lines-0-note]")).to_have_value("大号")
    expect(page.locator("[data-role=item] input[role=combobox]").first).to_have_value(re.compile("医用手套"))
    assert page.problems == []
    page.locator("button[value=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    line = Requisition.objects.latest("pk").lines.get()
    assert (line.quantity, line.note) == (7, "大号")
    page.goto(page.url.split("/requisitions/")[0] + reverse("requisition_new"))
    expect(page.locator("#draft-offer")).to_be_hidden()


def test_a_kept_form_is_gone_after_signing_out(busy: dict[str, Any], sign_in: Any) -> None:
    page = sign_in("requester", reverse("requisition_new"))
    page.on("dialog", lambda dialog: dialog.accept())
    fill_request(page)
    kept = "Object.keys(localStorage).filter(name => name.startsWith('draft:')).length"
    assert page.evaluate(kept) == 1
    page.locator("summary.person").click()
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate(kept) == 0


def test_a_view_is_kept_and_used_again(busy: dict[str, Any], sign_in: Any) -> None:
    page = sign_in("storekeeper", "/issues/?q=CK", phone=True)
    page.locator(".list-menu summary").first.click()
    page.locator("#view-name").fill("全部出库")
    page.locator("[name=keep]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.goto(page.url.split("?")[0])
    page.locator(".list-menu summary").first.click()
    assert serious(page) == []
    page.locator(".list-view a").click()
    page.wait_for_url("**/issues/?q=CK")
    assert page.problems == []
