"""The frame and the generic pages in a real browser: the policy holds, axe is content, on phones and desks."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from directory.models import Organization

from . import pages
from .looking import WIDER, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["list", "list/?empty=1", "detail", "form", "form/?saved=1", "report", "paper", "missing"]


@pytest.fixture(autouse=True)
def _pages(settings: Any, transactional_db: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.pages"
    Organization.objects.create(code="H1", name="第一人民医院")  # an empty installation shows its first-run page only
    pages.received.clear()


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
def test_pages_are_accessible_and_keep_the_policy(live_server, open_page, phone, dark):
    page = open_page(f"{live_server.url}/list/", phone=phone, dark=dark)
    for name in PAGES:
        page.goto(f"{live_server.url}/{name}" + ("" if "?" in name else "/"))
        page.wait_for_load_state("networkidle")
        assert serious(page) == [], name
        wider = page.evaluate(WIDER)
        assert name == "paper" or wider <= 0, name
    assert page.problems == []


def test_dark_is_remembered_and_drawn_before_anything_else(live_server, open_page):
    page = open_page(f"{live_server.url}/list/")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.locator("[data-theme-cycle]").click()
    page.locator("[data-theme-cycle]").click()
    dark = page.evaluate(paper)
    assert dark != "rgb(255, 255, 255)"
    page.goto(f"{live_server.url}/detail/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) == dark


def test_rows_by_keyboard_and_search_by_slash(live_server, open_page):
    page = open_page(f"{live_server.url}/list/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.is-current")).to_contain_text("SL00001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/detail/?n=1")
    page.keyboard.press("/")
    expect(page.locator("[data-search-box]")).to_be_focused()


def test_the_navigation_slides_in_on_phones_and_shrinks_on_desks(live_server, open_page):
    page = open_page(f"{live_server.url}/list/", phone=True)
    side = page.locator("#navigation")
    expect(side).to_be_hidden()
    page.locator("[data-nav-toggle]").tap()
    expect(side).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    desk = open_page(f"{live_server.url}/list/")
    desk.locator("[data-nav-toggle]").click()
    desk.goto(f"{live_server.url}/report/")
    assert desk.locator("#navigation").bounding_box()["width"] == 60


def test_a_step_that_needs_a_reason_asks_for_it_and_is_sent_once(live_server, open_page):
    page = open_page(f"{live_server.url}/detail/", phone=True)
    page.get_by_role("button", name="退回").tap()
    page.get_by_role("button", name="数量过多").tap()
    expect(page.get_by_role("dialog").locator("textarea")).to_have_value("数量过多")
    send = page.get_by_role("dialog").get_by_role("button", name="退回")
    with page.expect_navigation():
        send.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_load_state("networkidle")
    assert [(sent["reason"], sent["revision"], len(sent["request_key"])) for sent in pages.received] == [
        ("数量过多", "4", 36)
    ]


def test_what_cannot_be_undone_is_asked_first(live_server, open_page):
    page = open_page(f"{live_server.url}/detail/")
    page.locator("details.menu summary[title=更多]").click()
    page.get_by_role("button", name="作废").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("确定作废？")
    dialog.get_by_role("button", name="先不改").click()
    page.wait_for_timeout(200)
    assert pages.received == []
    page.locator("details.menu summary[title=更多]").click()
    page.get_by_role("button", name="作废").click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="作废").click()
    assert len(pages.received) == 1


WATCH = """() => { const bar = document.querySelector("#waiting");
    new MutationObserver(() => bar.hidden || sessionStorage.setItem("said", bar.textContent.trim()))
        .observe(bar, { attributes: true, childList: true, subtree: true }); }"""
SAID = "sessionStorage.getItem('said')"


def test_a_file_that_takes_long_says_so_until_it_is_there(live_server, open_page):
    page = open_page(f"{live_server.url}/list/")
    page.evaluate(WATCH)
    with page.expect_download() as download:
        page.locator("a[href='/slow-file/']").click()
    assert download.value.suggested_filename == "list.csv"
    expect(page.locator("#waiting")).to_be_hidden()
    assert "1" in page.evaluate(SAID)
    page.evaluate("document.querySelector('#waiting').hidden = false")
    assert serious(page) == []
    assert page.problems == []


def test_a_form_that_takes_long_says_so(live_server, open_page):
    page = open_page(f"{live_server.url}/list/")
    page.evaluate(WATCH)
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action*=i18n]').requestSubmit()")
    assert page.evaluate(SAID) is None  # what comes at once says nothing
    page.evaluate(WATCH)
    page.evaluate("""() => { const form = document.querySelector("form[action*=i18n]");
        form.action = "/slow-file/"; form.requestSubmit(); }""")
    page.wait_for_function(SAID)
    expect(page.locator("#waiting")).to_be_hidden()
