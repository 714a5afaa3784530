"""An asset count on a phone, in a real browser: the connection is cut in the middle, every sighting counts once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from assets.models import Asset, AssetCount, AssetCountEntry, AssetCountLine, AssetState, AssetSurplus
from assets.services.counts.plan import open_count
from assets.services.counts.verification import verify_asset_counts
from directory.models import Place
from tests.factories import House
from tests.holding import make_asset, make_asset_count, make_assets, plan_asset_count

from .looking import CUT, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Result = AssetCountLine.Result


def state(page: Any) -> Any:
    return page.locator("#send-state")


def scan(page: Any, text: str) -> None:
    """A label read by a hand scanner into the scanning dialog."""
    page.locator("#count-scan").click()
    page.locator("#scan-dialog [data-scan-typed] input").fill(text)
    page.locator("#scan-dialog [data-scan-typed] input").press("Enter")


@pytest.fixture
def counted(house: House) -> tuple[AssetCount, dict[str, Asset]]:
    """Three cards of a room, one of another room, one of another ward; everything of the ward is counted."""
    room = Place.objects.create(organization=house.organization, code="101", name="一病室")
    other = Place.objects.create(organization=house.organization, code="102", name="二病室")
    names = ("desk", "bed", "lamp")
    things = dict(zip(names, make_assets(house, 3, place=room), strict=True))
    things["fridge"] = make_asset(house, place=other, name="医用冰箱")
    things["stray"] = make_asset(house, department=house.other_ward, name="轮椅")
    plan = plan_asset_count(house, scope_department=house.ward)
    return open_count(plan, actor=house.asset_manager), things


def results(document: AssetCount) -> dict[int, str]:
    return dict(document.lines.values_list("asset", "result"))


def test_a_count_through_a_lost_connection(
    house: House, sign_in: Any, counted: Any, transactional_db: Any, line: Any
) -> None:
    document, things = counted
    page = sign_in("storekeeper", f"/asset-counts/{document.pk}/count/", phone=True)
    expect(page.locator(".count-line")).to_have_count(4)
    look(page, "asset-counting", besides=CUT)

    # in the first room; one label is scanned while the connection is there
    page.locator("#count-here").fill("101 一病室")
    page.locator("#count-here").press("Tab")
    expect(page.locator(".count-line")).to_have_count(3)
    scan(page, f"https://house.example/a/{things['desk'].token}/")
    expect(page.locator("#scan-dialog")).not_to_be_visible()
    expect(state(page)).to_have_class("send-state is-sent")
    entry = AssetCountEntry.objects.get()
    assert (entry.scanned, entry.place.code, entry.line.asset) == (True, "101", things["desk"])

    # then it is gone: a thing of another room is scanned, one is missing, one stands in the wrong ward, one has no card
    line.cut(page)
    scan(page, things["fridge"].number)
    expect(page.locator("#count-said")).to_contain_text("二病室")
    page.locator(f'[data-line="{document.lines.get(asset=things["bed"]).pk}"]').click()
    look(page, "asset-counting-one", besides=CUT)
    page.locator("#count-gone").click()
    scan(page, things["stray"].token)
    expect(page.locator("#count-said")).to_contain_text(things["stray"].token)
    page.locator("#count-other").click()
    page.locator("#count-save").click()
    expect(page.locator("#count-problem")).to_be_visible()
    page.locator("#thing-name").fill("旧沙发")
    page.locator("#thing-quantity").fill("2")
    page.locator("#thing-value").fill("500")
    look(page, "asset-counting-thing", besides=CUT)
    page.locator("#count-save").click()
    expect(state(page)).to_have_class("send-state is-stuck")
    expect(state(page)).to_contain_text("4")
    look(page, "asset-counting-offline", besides=CUT)
    assert AssetCountEntry.objects.count() == 1
    prefix = "Object.keys(localStorage).filter((key) => /^assetcount:\\d+:\\d+:/.test(key)).length"
    assert page.evaluate(prefix) == 4

    # the phone dies and comes back: what was entered is still there and goes out by itself, once
    line.mend(page)
    page.reload()
    expect(state(page)).to_have_class("send-state is-sent")
    page.reload()
    expect(state(page)).to_have_class("send-state is-sent")
    assert AssetCountEntry.objects.count() == 4
    assert results(document) == {
        things["desk"].pk: Result.MATCH,
        things["bed"].pk: Result.MISSING,
        things["lamp"].pk: Result.OPEN,
        things["fridge"].pk: Result.MISPLACED,
        things["stray"].pk: Result.MISPLACED,
    }
    stray = document.lines.get(asset=things["stray"])
    assert (stray.outside, stray.found_department, stray.found_place.code) == (True, house.ward, "101")
    thing = AssetSurplus.objects.get()
    assert (thing.name, thing.quantity, thing.value, thing.place.code) == ("旧沙发", 2, 500, "101")
    assert list(verify_asset_counts()) == []


def test_refusals_are_said_at_once_or_stay_until_they_are_read(
    house: House, other_house: House, sign_in: Any, counted: Any, transactional_db: Any, line: Any
) -> None:
    document, things = counted
    foreign = make_asset(other_house)
    Asset.objects.filter(pk=things["stray"].pk).update(state=AssetState.DISPOSED)
    page = sign_in("storekeeper", f"/asset-counts/{document.pk}/count/", phone=True)

    # with a connection a stranger's label is said at once, and nothing is sent
    scan(page, f"https://house.example/a/{foreign.token}/")
    expect(page.locator("#scan-dialog [data-scan-result]")).to_contain_text("其他单位")
    page.locator("#scan-dialog [data-dialog-close]").first.click()
    assert page.locator("#count-refused").is_hidden()

    # without one it is kept, refused later, and stays on the page until it is read
    line.cut(page)
    scan(page, things["stray"].token)
    expect(state(page)).to_contain_text("1")
    line.mend(page)
    expect(page.locator("#count-refused li")).to_have_count(1, timeout=15_000)
    look(page, "asset-counting-refused", besides=CUT)
    page.locator("#count-refused button").click()
    expect(page.locator("#count-refused")).to_be_hidden()
    assert AssetCountEntry.objects.count() == 0


def test_an_answer_that_got_lost_counts_once(house: House, sign_in: Any, counted: Any, transactional_db: Any) -> None:
    document, things = counted
    page = sign_in("storekeeper", f"/asset-counts/{document.pk}/count/", phone=True)
    lost = []

    def lose(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server has it; the phone never hears
        route.abort("connectionreset")

    page.route("**/entries/", lose)
    scan(page, things["desk"].number)
    expect(state(page)).to_have_class("send-state is-sent", timeout=15_000)
    assert len(lost) == 1
    assert AssetCountEntry.objects.count() == 1
    assert results(document)[things["desk"].pk] == Result.MATCH


def test_what_is_done_about_a_difference_on_a_desk_and_a_phone(
    house: House, sign_in: Any, transactional_db: Any
) -> None:
    document = make_asset_count(house)
    for phone in (True, False):
        page = sign_in("asset_manager", f"/asset-counts/{document.pk}/", phone=phone)
        look(page, f"asset-count-{'phone' if phone else 'desk'}")
        page.goto(f"{page.url}proposals/")
        look(page, f"asset-count-proposals-{'phone' if phone else 'desk'}")
    page.locator(f'[name="line-{document.lines.get().pk}-cause"]').fill("借用未还")
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator(".document-head")).to_be_visible()
    assert document.lines.get().cause == "借用未还"
