"""Reports on A4: title, period and header on every page, page numbers, totals, and nothing beyond the edge."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.templatetags.display import money
from inventory.reports.consumption import Consumption
from inventory.reports.item_ledger import ItemLedger
from inventory.reports.stock_on_hand import StockOnHand
from inventory.reports.stock_summary import StockSummary
from tests.factories import House, at, make_issue, receive, run
from tests.inventory.history import lay_history, make_items
from tests.inventory.reporting import report

from .printed import printed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONTH = {"start": dt.date(2026, 11, 1), "end": dt.date(2026, 11, 30)}
ACROSS = (297, 210)
BEYOND = "() => document.querySelector('.report-lines').scrollWidth - document.querySelector('main').clientWidth"


@pytest.fixture
def busy(house: House) -> House:
    """180 items, 900 moves in November, large amounts, long names and a reversal."""
    items = make_items(house, 180)
    with at(dt.date(2026, 11, 20)):
        house.paper.name = "一次性使用医用外科口罩（挂耳式，独立包装，灭菌级，儿童适用，蓝色三层）"
        house.paper.save()
        receive(house, (house.paper, 98765, "876.54"), (house.gloves, 10, "5.5"))
        wrong = run(house, make_issue(house, (house.paper, 5), (house.gloves, 2)))
        run(house, wrong, "reverse")
    lay_history(house, items, 900, last=dt.date(2026, 11, 30), a_day=40)
    return house


@pytest.mark.parametrize(
    ("kind", "path", "size", "key"),
    [
        (StockSummary, "reports/stock-summary/", ACROSS, "closing_amount"),
        (StockOnHand, "stock/", ACROSS, "amount"),
        (Consumption, "reports/consumption/", ACROSS, "period"),
        (ItemLedger, "reports/item-ledger/", ACROSS, "balance_amount"),
    ],
)
def test_a_report_on_paper(
    busy: House, sign_in: Any, tmp_path: Path, kind: Any, path: str, size: tuple[int, int], key: str
) -> None:
    params: dict[str, Any] = {} if kind is StockOnHand else dict(MONTH)
    if kind is ItemLedger:
        params["item"] = busy.paper
    made = report(kind, busy.accountant, **params)
    count = sum(1 for _row in made.run())
    total: Decimal = made.totals()[key]
    query = "&".join(f"{name}={getattr(value, 'pk', value)}" for name, value in params.items())
    page = sign_in("accountant", f"/{path}?{query}&format=print")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(size[0] - 20) * 96 * 10 // 254, "height": 800})
    assert page.evaluate(BEYOND) <= 0
    paper = printed(page, tmp_path, f"report-{kind.code}")
    pages = len(paper.pages)
    assert set(paper.pages) == {size}
    assert pages > 3 if count > 150 else pages == 1
    title = page.locator("h1").inner_text().replace(" ", "")
    for number, words in enumerate(paper.words, 1):
        assert title in words, number
        assert f"{number}/{pages}" in words, number
        assert "2026-11" in words, number
    assert page.locator(".report-lines tbody tr").count() == count + 1
    assert page.locator(".report-total").inner_text().count(money(total)) >= 1
    assert money(total) in paper.words[-1]
    assert busy.accountant.name.replace(" ", "") in paper.words[-1]
    assert page.problems == []


def test_a_wide_report_leaves_out_empty_columns(busy: House, sign_in: Any, tmp_path: Path) -> None:
    page = sign_in("accountant", "/reports/stock-summary/?start=2026-11-01&end=2026-11-30&month=&split=on&format=print")
    heads = page.locator(".report-lines thead th").all_inner_texts()
    said = page.locator(".report-paper-note").all_inner_texts()
    assert any("Columns without any number" in words or "没有数字的列" in words for words in said)
    assert {"采购入库", "Purchase", "采购"} & set(heads)
    assert not {"期初库存", "Opening stock"} & set(heads)
    assert page.locator(".report-lines thead tr").count() == 4
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 277 * 96 * 10 // 254, "height": 800})
    assert page.evaluate(BEYOND) <= 0
    assert set(printed(page, tmp_path, "report-wide").pages) == {ACROSS}
    red = page.locator(".below-zero")
    assert red.count() == 0  # issue and reversal of the same month leave nothing below zero in the sums


def test_a_reversal_is_red_on_paper(busy: House, sign_in: Any) -> None:
    page = sign_in("accountant", f"/reports/item-ledger/?item={busy.paper.pk}&month=2026-11&format=print")
    red = page.locator(".below-zero")
    assert red.all_inner_texts() == ["-5", "-4,382.70"]
    assert red.first.evaluate("node => getComputedStyle(node).color") == "rgb(179, 38, 30)"
