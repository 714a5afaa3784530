"""Papers and reports of the fixed assets as they leave the printer: true sizes, nothing cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from assets.models import AssetCount, DepreciationRun, Disposal
from assets.services.counts.plan import open_count
from directory.models import Place
from tests.factories import MAKERS, House, run
from tests.holding import make_asset, make_assets, make_disposal, plan_asset_count

from .looking import look
from .printed import printed
from .test_asset_pages import KINDS, reports, who
from .test_papers import CUT_OFF, SIZES, paper_of
from .test_procurement_pages import name_of
from .test_report_papers import ACROSS, BEYOND

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_NAME = "多参数监护仪（带血氧饱和度、有创血压与呼气末二氧化碳模块，含推车与附件）"
LONG_TYPE = "BeneVision N15 OR 十五英寸触摸屏 220V/50Hz"


def on_paper(page: Any, name: str) -> None:
    """Axe is content on screen, and no sheet has anything beyond its edge in print."""
    look(page, f"print-{name}")
    page.emulate_media(media="print")
    assert (name, page.evaluate(CUT_OFF)) == (name, [])
    page.emulate_media(media="screen")


def test_every_kind_of_paper_is_whole(house: House, sign_in: Any) -> None:
    addresses: dict[str, list[tuple[str, str]]] = {}
    for model in sorted(KINDS, key=lambda kind: kind is DepreciationRun):  # a run takes the cards of the others
        document = run(house, MAKERS[model](house))
        url = reverse(name_of(model, "print"), args=(document.pk,))
        addresses.setdefault(who(model), []).append((model._meta.model_name, url))
    for role, papers in addresses.items():
        page = sign_in(role, "/")
        root = page.url.rstrip("/")
        for name, url in papers:
            for paper in SIZES:
                assert page.goto(f"{root}{url}?paper={paper}").status == 200, url
                on_paper(page, f"{name}-{paper}")


def test_long_names_on_many_lines(house: House, sign_in: Any, tmp_path: Path) -> None:
    things = make_assets(house, 40, name=LONG_NAME, specification=LONG_TYPE, original_value="1000.00")
    document = run(house, make_disposal(house, *things))
    assert isinstance(document, Disposal)
    page = sign_in("asset_manager", paper_of(document))
    for paper, size in SIZES.items():
        page.goto(page.url.split("?")[0] + f"?paper={paper}")
        on_paper(page, f"long-disposal-{paper}")
        page.emulate_media(media="print")
        sheet = printed(page, tmp_path, f"long-disposal-{paper}")
        assert (paper, set(sheet.pages), len(sheet.pages)) == (paper, {size}, page.locator(".sheet").count())
        assert all(document.number in words for words in sheet.words)
        page.emulate_media(media="screen")


def test_a_count_sheet_to_fill(house: House, sign_in: Any) -> None:
    room = Place.objects.create(organization=house.organization, code="A301", name="住院楼三层东侧护士站")
    make_assets(house, 30, name=LONG_NAME, specification=LONG_TYPE, place=room, user=house.requester)
    document = open_count(plan_asset_count(house), actor=house.asset_manager)
    assert isinstance(document, AssetCount)
    page = sign_in("asset_manager", reverse("assetcount_paper", args=(document.pk,)))
    on_paper(page, "count-sheet")
    assert page.locator(".sheet").count() > 1


def test_every_report_fits_the_page(house: House, sign_in: Any, tmp_path: Path) -> None:
    make_asset(house, name=LONG_NAME, specification=LONG_TYPE, user=house.requester)
    make_assets(house, 3)
    run(house, MAKERS[DepreciationRun](house))
    run(house, MAKERS[AssetCount](house))
    page = sign_in("auditor", "/")
    root = page.url.rstrip("/")
    for address in reports():
        name = address.strip("/").replace("/", "-")
        assert page.goto(f"{root}{address}?format=print").status == 200, address
        assert (name, page.locator(".report-made").count()) == (name, 1)
        look(page, f"print-{name}")
        if page.locator(".report-lines").count():
            page.emulate_media(media="print")
            page.set_viewport_size({"width": round(ACROSS[0] - 20) * 96 * 10 // 254, "height": 800})
            assert (name, page.evaluate(BEYOND) <= 0) == (name, True)
            assert (name, set(printed(page, tmp_path, name).pages)) == (name, {ACROSS})
            page.emulate_media(media="screen")


def test_a_narrow_desk_names_the_house_behind_its_mark(house: House, sign_in: Any) -> None:
    """Between phone and desk the navigation is icons alone; every one of them is named for who cannot see it."""
    page = sign_in("asset_manager", reverse("asset_list"))
    page.set_viewport_size({"width": 1000, "height": 800})
    page.reload()
    look(page, "narrow-desk")
    assert page.locator(".brand").get_attribute("aria-label").endswith(str(house.organization))
