"""The grid of document lines in a real browser: keyboard, paste from Excel, thumbs, and what reaches the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from directory.models import Organization

from . import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def _pages(settings: Any, transactional_db: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.pages"
    Organization.objects.create(code="H1", name="第一人民医院")  # an empty installation shows its first-run page only
    pages.received.clear()


def rows(page: Any) -> Any:
    return page.locator("tr[data-line]:visible")


def box(page: Any, name: str) -> Any:
    """A field of the grid by its name; the box of the item picker by the name of its line."""
    if name.endswith("-item"):
        return page.locator(f"#id_{name}")
    return page.locator(f'[name="{name}"]')


def choose(page: Any, line: int, text: str, name: str) -> None:
    box(page, f"lines-{line}-item").fill(text)
    page.get_by_role("option", name=name).wait_for()
    page.keyboard.press("Enter")


def test_a_whole_request_without_the_mouse(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    box(page, "purpose").fill("病房日常")
    box(page, "lines-0-item").focus()
    page.keyboard.type("fyz")
    option = page.get_by_role("option", name="复印纸")
    expect(option).to_contain_text("40 包")
    expect(option).to_contain_text("24.50")
    page.keyboard.press("Enter")
    expect(box(page, "lines-0-unit")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(box(page, "lines-1-item")).to_be_focused()
    page.keyboard.type("拖")
    page.get_by_role("option", name="拖把").wait_for()
    page.keyboard.press("Enter")
    box(page, "lines-1-quantity").focus()
    page.keyboard.type("1.5")
    expect(page.locator("[data-total]")).to_have_text("71.50")
    page.keyboard.press("ArrowUp")
    expect(box(page, "lines-0-quantity")).to_be_focused()
    page.get_by_role("button", name="提交").click()
    page.locator("#done").wait_for()
    sent = pages.received[-1]
    assert (sent["lines-0-item"], sent["lines-0-unit"], sent["lines-0-quantity"]) == ("1", "100", "2")
    assert (sent["lines-1-item"], sent["lines-1-quantity"]) == ("3", "1.5")
    assert (sent["lines-TOTAL_FORMS"], sent["then"]) == ("2", "submit")
    assert page.problems == []


def test_units_amounts_and_warnings(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    choose(page, 0, "YL", "检查手套")
    box(page, "lines-0-quantity").fill("3")
    expect(page.locator("[data-amount]").first).to_have_text("114.02")  # 3 x 38.005, half a cent goes up
    expect(page.locator("[data-facts] .is-short")).to_have_count(0)
    box(page, "lines-0-unit").select_option(label="箱")
    expect(page.locator("[data-total]")).to_have_text("1,140.15")
    expect(page.locator("[data-facts] .is-short")).to_contain_text("3 盒")


def test_words_that_were_not_chosen_do_not_stay(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    choose(page, 0, "fyz", "复印纸")
    box(page, "lines-0-item").fill("别的")
    box(page, "lines-0-quantity").focus()
    expect(box(page, "lines-0-item")).to_have_value("BG001 复印纸 A4 70g")
    box(page, "lines-0-item").fill("")
    box(page, "lines-0-quantity").focus()
    assert page.locator('input[type=hidden][name="lines-0-item"]').input_value() == ""


def test_paste_of_cells_from_excel(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    box(page, "lines-0-item").evaluate(PASTE, "BG001\t复印纸\t2\r\nXX999\t没有\t1\r\nQJ003\t\t1,000.5\r\n")
    expect(rows(page)).to_have_count(4)
    expect(box(page, "lines-0-item")).to_have_value("BG001 复印纸 A4 70g")
    expect(box(page, "lines-0-quantity")).to_have_value("2")
    expect(rows(page).nth(1).locator(".cell-error")).to_contain_text("XX999")
    expect(box(page, "lines-1-quantity")).to_have_value("1")
    expect(box(page, "lines-2-quantity")).to_have_value("1,000.5")
    expect(page.locator("[data-count]")).to_have_text("2")
    box(page, "lines-0-quantity").evaluate(PASTE, "7\n8\n9\n")
    expect(box(page, "lines-2-quantity")).to_have_value("9")


def test_a_removed_line_closes_the_gap(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    box(page, "purpose").fill("病房")
    box(page, "lines-0-item").evaluate(PASTE, "BG001\t1\nYL002\t2\nQJ003\t3")
    expect(rows(page)).to_have_count(4)
    rows(page).nth(1).locator("[data-remove]").click()
    rows(page).nth(2).locator("[data-remove]").click()
    expect(page.locator("[data-number]:visible")).to_have_text(["1", "2"])
    page.get_by_role("button", name="保存").click()
    page.locator("#done").wait_for()
    sent = pages.received[-1]
    assert sent["lines-TOTAL_FORMS"] == "2"
    assert [sent[f"lines-{n}-item"] for n in (0, 1)] == ["1", "3"]
    assert "lines-2-item" not in sent


def test_a_saved_line_is_marked_for_deletion(live_server, open_page):
    page = open_page(f"{live_server.url}/form/?saved=1")
    expect(box(page, "lines-2-item")).to_have_value("QJ003 拖把 棉线")
    box(page, "purpose").fill("病房")
    rows(page).nth(1).locator("[data-remove]").click()
    expect(rows(page)).to_have_count(2)
    expect(page.locator("[data-total]")).to_have_text("69.50")
    page.get_by_role("button", name="保存").click()
    page.locator("#done").wait_for()
    sent = pages.received[-1]
    assert (sent["lines-1-id"], sent["lines-1-DELETE"], sent["lines-TOTAL_FORMS"]) == ("12", "on", "3")
    assert "lines-0-DELETE" not in sent


def test_errors_stand_beside_the_cell_and_nothing_is_lost(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    box(page, "purpose").fill("病房")
    choose(page, 0, "fyz", "复印纸")
    box(page, "lines-0-quantity").fill("很多")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#form-errors")).to_be_visible()
    expect(page.locator('[data-role="quantity"] .cell-error')).to_be_visible()
    expect(box(page, "lines-0-quantity")).to_have_value("很多")
    expect(box(page, "lines-0-item")).to_have_value("BG001 复印纸 A4 70g")


def test_thumbs_on_a_phone(live_server, open_page):
    page = open_page(f"{live_server.url}/form/", phone=True)
    box(page, "lines-0-item").fill("手套")
    page.get_by_role("option", name="检查手套").tap()
    expect(box(page, "lines-0-quantity")).to_have_value("1")
    more = page.locator('[data-step="1"]').first
    for _tap in range(3):
        more.tap()
    expect(box(page, "lines-0-quantity")).to_have_value("4")
    page.locator('[data-step="-1"]').first.tap()
    expect(box(page, "lines-0-quantity")).to_have_value("3")
    size = more.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_leaving_with_unsaved_lines_warns(live_server, open_page):
    page = open_page(f"{live_server.url}/form/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    choose(page, 0, "fyz", "复印纸")
    page.get_by_role("link", name="取消").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/form/")
