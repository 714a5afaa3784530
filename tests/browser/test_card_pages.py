"""The pages of the asset cards at a desk and on a phone in the dark; labels that a scanner reads back; a scan."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from assets.models import Asset, AssetState
from core import clock
from core.labels import LABELS_A_SHEET
from directory.models import Department, Place
from tests.factories import House
from tests.holding import make_asset, make_assets

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOWS = pytest.mark.parametrize("window", [{}, {"phone": True, "dark": True}], ids=["desk", "phone"])
READ = """async (picture) => {
    const page = document.querySelector("script[src*='js/card-scan']").src;
    const { decodeFile } = await import(page.replace("card-scan", "decode"));
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    return decodeFile(new Blob([bytes], { type: "image/png" }));
}"""
CUT_OFF = """() => [...document.querySelectorAll(".label-code, .label-qr, .label-bars")].filter((part) => {
    const inner = part.getBoundingClientRect();
    const outer = part.closest(".label").getBoundingClientRect();
    return inner.bottom > outer.bottom + 0.5 || inner.top < outer.top - 0.5 || inner.right > outer.right + 0.5;
}).length"""
COVERED = """() => [...document.querySelectorAll(".label")].filter((label) => {
    const bars = label.querySelector(".label-bars").getBoundingClientRect();
    return label.querySelector(".label-code").getBoundingClientRect().bottom > bars.top + 0.5;
}).length"""


def stock(house: House) -> tuple[Asset, Asset, Department]:
    """A monitor with a very long name in a room, an idle printer, a class with desks."""
    room = Place.objects.create(organization=house.organization, code="A301", name="住院楼三层东侧护士站")
    monitor = make_asset(
        house,
        name="多参数监护仪（带血氧饱和度、有创血压与呼气末二氧化碳模块）",
        specification="BeneVision N15 OR 十五英寸触摸屏",
        user=house.requester,
        custodian=house.department_head,
        place=room,
        state=AssetState.IN_USE,
        acquired_on=dt.date(2021, 3, 1),
    )
    printer = make_asset(house, name="激光打印机", state=AssetState.IDLE, department=house.other_ward)
    Asset.objects.filter(pk=printer.pk).update(idle_since=clock.today() - dt.timedelta(days=60))
    room_of_class = Department.objects.create(
        organization=house.organization, code="C1", name="三年级一班", kind="class", head=house.leader
    )
    make_assets(house, 3, name="课桌", department=room_of_class)
    return monitor, printer, room_of_class


@WINDOWS
def test_every_page_of_the_cards(house: House, sign_in: Any, window: dict[str, bool]) -> None:
    monitor, printer, room = stock(house)
    page = sign_in("asset_manager", "/", **window)
    root = page.url.rstrip("/")
    addresses = (
        *(reverse(name) for name in ("asset_list", "asset_mine", "idle_pool", "class_list", "asset_labels")),
        *(reverse(name, args=(monitor.pk,)) for name in ("asset_detail", "asset_edit")),
        f"{reverse('asset_detail', args=(monitor.pk,))}?on=2026-01-01",
        reverse("idle_thing", args=(printer.pk,)),
        *(reverse(name, args=(room.pk,)) for name in ("class_property", "class_letter")),
        f"{reverse('department_assets')}?department={house.ward.pk}",
        f"{reverse('personal_assets')}?person={house.requester.pk}",
    )
    for address in addresses:
        assert page.goto(f"{root}{address}").status == 200, address
        look(page, f"cards-{address.strip('/').replace('/', '-').replace('?', '-')}")
    stranger = sign_in("other_requester", reverse("asset_scan", args=(monitor.token,)), **window)
    look(stranger, "cards-stranger")


@pytest.fixture
def window(live_server: Any, chromium: Any, house: House) -> Any:
    """A page of the asset manager at the fineness of a label printer, about 200 points an inch."""
    client = Client()
    client.force_login(house.asset_manager)
    name = configured.SESSION_COOKIE_NAME
    context = chromium.new_context(device_scale_factor=2, locale="zh-CN", viewport={"width": 1000, "height": 1200})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_labels_are_whole_and_the_scanner_reads_them(house: House, live_server: Any, window: Any) -> None:
    monitor, _printer, _room = stock(house)
    pictures = {}
    for size in LABELS_A_SHEET:
        window.goto(f"{live_server.url}{reverse('asset_labels')}?asset={monitor.pk}")
        window.select_option("[name=size]", size)
        window.click("form.paper .btn-primary")
        expect(window.locator(".label-with-bars")).to_have_count(1)
        window.emulate_media(media="print")
        assert (size, window.evaluate(CUT_OFF), window.evaluate(COVERED)) == (size, 0, 0)
        pictures[size] = window.locator(".label-with-bars").screenshot()
        window.emulate_media(media="screen")
    window.goto(f"{live_server.url}{reverse('asset_list')}")
    token, number = f"{live_server.url}{reverse('asset_scan', args=(monitor.token,))}", monitor.number
    for size, picture in pictures.items():
        # The scanner takes whichever of the two codes it makes out first; both lead to the card.
        assert window.evaluate(READ, base64.b64encode(picture).decode()) in (token, number), size


def test_a_code_typed_or_scanned_in_the_list_opens_the_card(house: House, sign_in: Any) -> None:
    monitor, _printer, _room = stock(house)
    page = sign_in("asset_manager", reverse("asset_list"))
    page.click("#card-scan")
    page.fill("#scan-typed", "NO-SUCH-CODE")
    page.keyboard.press("Enter")
    expect(page.locator("[data-scan-result]")).to_contain_text("NO-SUCH-CODE")
    page.fill("#scan-typed", f"https://elsewhere.example/a/{monitor.token}/")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('asset_detail', args=(monitor.pk,))}")
    assert monitor.number in page.content()
