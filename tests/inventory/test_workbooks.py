"""What the ledgers are in Excel: typed cells, Chinese headings, ready to read and to print; the totals of the screen.

And: screen, Excel and paper end in the same totals, and every number leads to rows that add up to it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from core.reports import Report, all_reports
from core.reports.columns import leaves_of
from core.reports.rendering import screen_context
from inventory.models import ItemCategory, Unit
from inventory.reports.consumption import Consumption, DepartmentIssues
from inventory.reports.item_ledger import ItemLedger
from inventory.reports.stock_on_hand import StockOnHand
from inventory.reports.stock_summary import StockSummary
from tests.factories import House, at, make_issue, receive, run

from .history import lay_history, make_items
from .reporting import report

MONTH = {"start": dt.date(2026, 11, 1), "end": dt.date(2026, 11, 30)}
TODAY = dt.date(2026, 11, 20)
KINDS: Sequence[type[Report]] = (ItemLedger, StockSummary, Consumption, DepartmentIssues, StockOnHand)
FORMULA = '=HYPERLINK("http://example.org","x")'


def params_of(house: House, kind: type[Report]) -> dict[str, Any]:
    wanted: dict[str, Any] = {} if kind is StockOnHand else dict(MONTH)
    if kind is ItemLedger:
        wanted["item"] = house.gloves
    if kind is StockSummary:
        wanted["split"] = "on"
    if kind is DepartmentIssues:
        wanted["department"] = house.ward
    return wanted


def address(kind: type[Report], params: dict[str, Any], form: str = "") -> str:
    texts = [f"{name}={getattr(value, 'pk', value)}" for name, value in params.items()]
    return f"{reverse(kind.code)}?" + "&".join([*texts, "month=", f"format={form}"])


def workbook(client: Client, kind: type[Report], params: dict[str, Any]) -> Any:
    answer: Any = client.get(address(kind, params, "xlsx"))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active


def header_bottom(sheet: Any) -> int:
    """The last line of the header: the line above the frozen edge."""
    return int("".join(letter for letter in sheet.freeze_panes if letter.isdigit())) - 1


@pytest.fixture
def accounts(house: House, client: Client) -> Client:
    """An accountant who reads Chinese, over receipts, issues, lots, categories and a reversal."""
    house.gloves.name, house.gloves.specification = FORMULA, "+86,M@100"
    house.gloves.save()
    house.paper.unit = Unit.objects.create(name="米", places=2)
    house.paper.save()
    pens = ItemCategory.objects.create(code="0101", name="笔类", parent=house.gloves.category)
    pen = house.item("中性笔（" + "黑色，" * 12 + "）", category=pens)
    with at(dt.date(2026, 10, 8)):
        receive(house, (house.gloves, 1000, "123.45"), (pen, 100, "1.5"))
        run(house, make_issue(house, (house.gloves, 7), (pen, 9)))
    with at(TODAY):
        receive(house, (house.vaccine, 12, 8, "B2", dt.date(2027, 5, 1)), (house.paper, 98765, "876.543211"))
        run(house, make_issue(house, (house.gloves, 30), (pen, 2), (house.vaccine, 3)))
        run(house, make_issue(house, (house.paper, "2.5")))
        wrong = run(house, make_issue(house, (house.gloves, 11), department=house.other_ward))
        run(house, wrong, "reverse")
    client.force_login(house.accountant)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_is_typed_and_ready_to_print(house: House, accounts: Client, kind: type[Report]) -> None:
    with at(TODAY):
        sheet = workbook(accounts, kind, params_of(house, kind))
        made = report(kind, house.accountant, **params_of(house, kind))
        last = header_bottom(sheet) + len(list(made.run()))
    leaves, bottom = leaves_of(made.columns()), header_bottom(sheet)
    assert sheet.max_column == len(leaves)
    heads = [str(sheet.cell(line, 1).value or "") for line in range(1, bottom + 1)]
    assert str(house.organization) in heads[0]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in heads[-1] or heads[-2] or heads[-3])
    typed = {
        "date": (dt.datetime, "yyyy-mm-dd"),
        "quantity": ((int, float), "#,##0"),
        "money": ((int, float), "#,##0.00"),
    }
    typed["price"] = ((int, float), "#,##0.00####")
    seen = set()
    for cells in sheet.iter_rows(min_row=bottom + 1, max_row=last + 1):  # with the totals
        for leaf, cell in zip(leaves, cells, strict=True):
            assert cell.data_type != "f", cell.coordinate
            if leaf.kind not in typed or cell.value is None or (cell.row > last and leaf.kind == "date"):
                continue
            python, number_format = typed[leaf.kind]
            assert isinstance(cell.value, python), cell.coordinate
            assert cell.number_format.startswith(number_format), cell.coordinate
            if leaf.kind != "date":
                assert cell.number_format.endswith("[Red]-" + cell.number_format.split(";")[0])
            seen.add(leaf.kind)
    assert "money" in seen
    _print_setup(sheet, bottom)
    _widths_fit(sheet, bottom)


def _print_setup(sheet: Any, bottom: int) -> None:
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9  # A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (int(sheet.page_setup.fitToWidth or 1), int(sheet.page_setup.fitToHeight)) == (1, 0)
    first, last = (int(part.strip("$")) for part in sheet.print_title_rows.split(":"))
    assert (first, last) == (3, bottom)
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.auto_filter.ref.startswith(f"A{bottom}:")


def _widths_fit(sheet: Any, bottom: int) -> None:
    """No number is shown as ####, and no word is cut: what is wider than the widest column is wrapped."""
    for cells in sheet.iter_cols(min_row=bottom + 1):
        width = sheet.column_dimensions[cells[0].column_letter].width
        for cell in cells:
            if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
                places = 2 if "0.00" in cell.number_format else 0
                assert len(f"{cell.value:,.{places}f}") <= width, cell.coordinate
            elif isinstance(cell.value, str) and cell.row < sheet.max_row - 1:
                needed = sum(2 if ord(letter) > 0x2E7F else 1 for letter in cell.value)
                assert needed <= width or cell.alignment.wrap_text, (cell.coordinate, cell.value)


def test_words_that_look_like_formulas_stay_words(house: House, accounts: Client) -> None:
    sheet = workbook(accounts, StockSummary, dict(MONTH))
    (row,) = [cells for cells in sheet.iter_rows() if cells[0].value == house.gloves.code]
    assert [(cell.value, cell.data_type) for cell in row[:3]] == [
        (house.gloves.code, "s"),
        (FORMULA, "s"),
        ("+86,M@100", "s"),
    ]


def test_negative_numbers_are_numbers(house: House, accounts: Client) -> None:
    sheet = workbook(accounts, DepartmentIssues, {**MONTH, "department": house.other_ward})
    amounts = [cells[-1] for cells in sheet.iter_rows(min_row=header_bottom(sheet) + 1) if cells[1].value]
    assert [cell.value for cell in amounts] == [1357.95, -1357.95]
    assert {cell.number_format for cell in amounts} == {"#,##0.00;[Red]-#,##0.00"}


@pytest.mark.parametrize("kind", KINDS)
def test_screen_excel_and_paper_end_in_the_same_totals(house: House, accounts: Client, kind: type[Report]) -> None:
    params = params_of(house, kind)
    with at(TODAY):
        screen: Any = accounts.get(address(kind, params)).context
        paper: Any = accounts.get(address(kind, params, "print")).context
        sheet = workbook(accounts, kind, params)
    totals = [value for value in screen["totals"] if isinstance(value, Decimal)]
    assert totals
    assert any(totals)
    on_paper = dict(zip((c["key"] for c in paper["columns"]), paper["totals"], strict=True))
    for column, value in zip(screen["columns"], screen["totals"], strict=True):
        assert on_paper.get(column["key"]) == value or not value, column["key"]
    lines = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=header_bottom(sheet) + 1)]
    as_numbers = [None if value in (None, "") else str(value) for value in screen["totals"]]
    found = [line for line in lines if len(line) == len(as_numbers) and _same(line, screen["totals"])]
    assert found, (as_numbers, lines[-3:])
    assert [row["cells"] for row in paper["rows"]]
    assert len(paper["rows"]) == screen["count"] == lines.index(found[-1])


def _same(line: Sequence[Any], totals: Sequence[Any]) -> bool:
    return all(
        (value in (None, "") and cell is None)
        or (isinstance(value, Decimal) and isinstance(cell, (int, float)) and Decimal(repr(cell)) == value)
        or (isinstance(cell, str) and cell == str(value))
        for cell, value in zip(line, totals, strict=True)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_workbook_is_still_a_form(house: House, client: Client, kind: type[Report]) -> None:
    client.force_login(house.accountant)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    sheet = workbook(client, kind, params_of(house, kind))
    made = report(kind, house.accountant, **params_of(house, kind))
    bottom = header_bottom(sheet)
    assert sheet.max_column == len(leaves_of(made.columns()))
    numbers = [cell.value for cells in sheet.iter_rows(min_row=bottom + 1) for cell in cells if cell.data_type == "n"]
    assert not any(numbers)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows.replace("$", "") == f"3:{bottom}"


def test_ten_thousand_rows(house: House, client: Client) -> None:
    (item,) = make_items(house, 1)
    lay_history(house, [item], 10_000, last=dt.date(2026, 11, 30), a_day=500)
    client.force_login(house.accountant)
    params = {**MONTH, "item": item}
    sheet = workbook(client, ItemLedger, params)
    made = report(ItemLedger, house.accountant, **params)
    rows = list(made.run())
    bottom = header_bottom(sheet)
    assert len(rows) == 10_003  # brought forward, the month, the year
    cells = list(sheet.iter_rows(min_row=bottom + 1, values_only=True))
    leaves = leaves_of(made.columns())
    for row, line in zip(rows, cells, strict=False):
        for leaf, value in zip(leaves, line, strict=True):
            expected = row.values.get(leaf.key)
            if isinstance(expected, Decimal):
                assert Decimal(repr(value)) == expected
            elif isinstance(expected, dt.date):
                assert value.date() == expected
            else:
                assert (value or "") == (str(expected) if expected else "")
    assert _same(cells[len(rows)], [made.totals().get(leaf.key) for leaf in leaves])
    assert screen_context(made, 7)["count"] == len(rows)
    assert len(screen_context(made, 7)["rows"]) == 200


# ---- every number leads to its rows ----


def follow(user: Any, url: str) -> Report:
    """The report behind a link, with the parameters of the link."""
    parts = urlsplit(url)
    kind = next(kind for kind in all_reports() if reverse(kind.code) == parts.path)
    texts = {name: values[0] for name, values in parse_qs(parts.query).items()}
    form = kind.form_class({"month": "", **texts}, user=user)
    assert form.is_valid(), (url, form.errors)
    made = kind(user, form.cleaned_data)
    for _row in made.run():
        pass
    return made


def numbers_of(row: Any, made: Report) -> set[str]:
    kinds = {leaf.key: leaf.kind for leaf in leaves_of(made.columns())}
    limits = ("minimum", "maximum")  # what was entered, not what was counted
    return {
        key
        for key, value in row.values.items()
        if kinds.get(key) in ("quantity", "money", "price") and value not in (None, "") and key not in limits
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_a_link(house: House, accounts: Client, kind: type[Report]) -> None:
    params = params_of(house, kind)
    with at(TODAY):
        made = report(kind, house.accountant, **params)
        rows = list(made.run())
        assert rows
        for row in rows:
            links = made.links(row)
            assert numbers_of(row, made) <= set(links), (row.values, links)
            for url in set(links.values()):
                assert resolve(urlsplit(url).path)
                assert accounts.get(url).status_code == 200, url


@pytest.mark.parametrize("category", [False, True])
def test_the_rows_behind_add_up(house: House, accounts: Client, category: bool) -> None:
    narrow = {"category": house.gloves.category} if category else {}
    who = house.accountant
    with at(TODAY):
        use = report(Consumption, who, **MONTH, **narrow)
        for row in use.run():
            for key, url in use.links(row).items():
                assert follow(who, url).totals()["amount"] == (row.values[key] or 0), (row.values, url)
        summary = report(StockSummary, who, **MONTH, **narrow)
        for row in summary.run():
            behind = follow(who, summary.links(row)["closing_amount"])
            key = "closing_amount" if isinstance(row.subject, ItemCategory) else "balance_amount"
            assert behind.totals()[key] == row.values["closing_amount"]
            if key == "balance_amount":
                assert behind.totals()["received_amount"] == row.values.get("received_amount", 0)
                assert behind.totals()["issued_quantity"] == row.values.get("issued_quantity", 0)
        stock = report(StockOnHand, who, **narrow)
        for row in stock.run():
            assert follow(who, stock.links(row)["quantity"]).totals()["balance_quantity"] == row.values["quantity"]
        ledger = report(ItemLedger, who, item=house.gloves, **MONTH)
        for row in ledger.run():
            behind = follow(who, url) if (url := ledger.links(row).get("balance_amount")) else None
            if behind is not None and row.level:
                assert behind.totals()["balance_amount"] == row.values["balance_amount"]
