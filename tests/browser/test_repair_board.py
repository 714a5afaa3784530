"""The board of repairs in a real browser: a card dragged, a card moved by keyboard, the roster, the wall."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from core import clock
from maintenance.models import DispatchRule, RosterEntry, Shift, WorkOrder
from tests.factories import House
from tests.repairing import bring, make_order, make_place, make_team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(page: Any, name: str, *, wide: bool = False) -> None:
    """Axe is content, nothing is wider than the screen, the browser complains of nothing."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert wide or page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.problems == []
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []


def busy(house: House) -> tuple[WorkOrder, WorkOrder]:
    """A workshop with orders in several states; returns a new one and one in a worker's hands."""
    team = make_team(house)
    DispatchRule.objects.create(organization=house.organization, team=team, worker=house.repair_worker)
    new = make_order(house, title="走廊灯不亮")
    make_order(house, title="水管爆裂，楼下漏水", urgency="urgent", place=make_place(house, "B2-2", "外科楼202"))
    given = bring(house, make_order(house, title="门锁打不开"), "dispatched")
    for state in ("accepted", "on_site", "done"):
        bring(house, make_order(house, title=f"空调不制冷 {state}"), state)
    make_order(house, title="搬会议室桌子", kind="task")
    WorkOrder.objects.filter(pk=new.pk).update(accept_due=clock.now() - dt.timedelta(hours=3))
    return new, given


def card(page: Any, order: WorkOrder) -> Any:
    return page.locator(f"#card-{order.pk}")


def test_a_card_is_dragged_and_another_moved_by_keyboard(house: House, sign_in: Any) -> None:
    new, given = busy(house)
    page = sign_in("repair_dispatcher", "/repairs/board/")
    check(page, "board-desk")
    card(page, new).drag_to(page.locator("[data-column=triaged]"))
    expect(page.locator(f"[data-column=triaged] #card-{new.pk}")).to_be_visible()
    new.refresh_from_db()
    assert new.state == "triaged"
    # What needs to be said opens its form, with what the rules propose; cancelling moves nothing.
    card(page, new).drag_to(page.locator("[data-column=dispatched]"))
    expect(page.locator("#step-dialog select[name=worker]")).to_have_value(str(house.repair_worker.pk))
    check(page, "board-dispatch")
    page.locator("#step-dialog [data-dialog-close]").first.click()
    new.refresh_from_db()
    assert new.state == "triaged"
    # The keyboard: menu of the card, step, reason.
    card(page, given).locator(".board-menu").press("Enter")
    page.locator("#step-dialog").get_by_role("link", name="收回").or_(
        page.locator("#step-dialog a[href$='/take_back/']")
    ).first.press("Enter")
    page.locator("#step-dialog textarea[name=reason]").fill("他请假了")
    page.locator("#step-dialog .panel-foot button.btn-primary").press("Enter")
    expect(page.locator(f"[data-column=triaged] #card-{given.pk}")).to_be_visible()
    given.refresh_from_db()
    assert (given.state, given.worker) == ("triaged", None)


def test_a_refused_drag_says_why_and_leaves_the_card(house: House, sign_in: Any) -> None:
    new, _given = busy(house)
    page = sign_in("repair_dispatcher", "/repairs/board/")
    card(page, new).drag_to(page.locator("[data-column=on_site]"))
    expect(page.locator("#toasts .notice-warning")).to_contain_text(new.number)
    expect(page.locator(f"[data-column=new] #card-{new.pk}")).to_be_visible()
    new.refresh_from_db()
    assert new.state == "new"


def test_a_refresh_takes_nothing_away(house: House, sign_in: Any) -> None:
    """What somebody else did appears; the dialog that is open and the card with the focus stay."""
    new, given = busy(house)
    page = sign_in("repair_dispatcher", "/repairs/board/")
    card(page, given).locator(".board-menu").focus()
    bring(house, new, "triaged")
    page.evaluate("document.querySelector('[data-board]').dispatchEvent(new CustomEvent('board:refresh'))")
    expect(page.locator(f"[data-column=triaged] #card-{new.pk}")).to_be_visible()
    expect(card(page, given).locator(".board-menu")).to_be_focused()


def test_the_board_on_a_phone_is_lists(house: House, sign_in: Any) -> None:
    new, _given = busy(house)
    page = sign_in("repair_dispatcher", "/repairs/board/", phone=True)
    expect(card(page, new)).to_be_visible()
    check(page, "board-phone")
    card(page, new).locator(".board-menu").click()
    page.locator("#step-dialog a[href$='/dispatch/']").click()
    expect(page.locator("#step-dialog select[name=team]")).to_be_visible()
    page.locator("#step-dialog .panel-foot button.btn-primary").click()
    expect(page.locator(f"[data-column=dispatched] #card-{new.pk}")).to_be_visible()
    new.refresh_from_db()
    assert (new.state, new.worker) == ("dispatched", house.repair_worker)


def test_the_page_of_an_order_on_desk_and_phone(house: House, sign_in: Any) -> None:
    new, given = busy(house)
    page = sign_in("repair_dispatcher", f"/repairs/orders/{given.pk}/")
    check(page, "order-desk")
    phone = sign_in("repair_dispatcher", f"/repairs/orders/{new.pk}/", phone=True)
    check(phone, "order-phone")
    listed = sign_in("repair_dispatcher", "/repairs/orders/", phone=True)
    expect(listed.locator(".card-row").first).to_be_visible()
    check(listed, "orders-phone")


def test_the_wall_is_dark_large_and_shows_what_is_late(house: House, sign_in: Any) -> None:
    new, _given = busy(house)
    page = sign_in("repair_dispatcher", "/repairs/wall/")
    page.set_viewport_size({"width": 1920, "height": 1080})
    row = page.locator("tr.is-late")
    expect(row).to_contain_text(new.title)
    size = row.locator("td").first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert size >= 28
    assert "13800000000" not in page.content()
    check(page, "wall")


def test_the_roster_is_filled_by_mouse_and_keyboard(house: House, sign_in: Any) -> None:
    team = make_team(house)
    for name, starts, ends in (("白班", "08:00", "18:00"), ("夜班", "18:00", "08:00")):
        Shift.objects.create(organization=house.organization, name=name, starts=starts, ends=ends)
    page = sign_in("repair_dispatcher", f"/repairs/roster/?team={team.pk}&week=2026-11-23")
    cells = page.locator("[data-roster-cell]")
    cells.nth(0).locator("label").first.click()
    cells.nth(0).locator("input[type=checkbox]").first.press("ArrowRight")
    page.keyboard.press("2")
    check(page, "roster")
    page.locator("button[value=save]").click()
    expect(page.locator("input[name=was]")).to_have_count(2)
    found = set(RosterEntry.objects.values_list("day", "shift__name"))
    assert found == {(dt.date(2026, 11, 23), "白班"), (dt.date(2026, 11, 24), "夜班")}


def test_a_place_is_searched_within_the_dialog(house: House, sign_in: Any) -> None:
    """The results of a search lie above the dialog and can be chosen."""
    new, _given = busy(house)
    place = make_place(house, "C9-101", "门诊楼101")
    page = sign_in("repair_dispatcher", f"/repairs/orders/{new.pk}/")
    page.locator(".order-steps [data-step-dialog]").first.click()
    box = page.locator("#step-dialog input[role=combobox]").first
    expect(box).to_have_value("B1-301 内科楼301")
    box.fill("门诊楼")
    page.locator("#step-dialog [role=option]").first.click()
    check(page, "triage")
    page.locator("#step-dialog .panel-foot button.btn-primary").click()
    page.wait_for_url(f"**/repairs/orders/{new.pk}/")
    expect(page.locator(".notice-success")).to_be_visible()
    new.refresh_from_db()
    assert (new.state, new.place) == ("triaged", place)


def test_roster_and_task_fit_on_a_phone(house: House, sign_in: Any) -> None:
    team = make_team(house)
    Shift.objects.create(organization=house.organization, name="白班", starts="08:00", ends="18:00")
    page = sign_in("repair_dispatcher", f"/repairs/roster/?team={team.pk}", phone=True)
    expect(page.locator("[data-roster]")).to_be_visible()
    check(page, "roster-phone")
    page = sign_in("repair_dispatcher", "/repairs/tasks/new/", phone=True)
    expect(page.locator("input[name=title]")).to_be_visible()
    check(page, "task-phone")
