"""Reports as people get them: on screen, as a workbook with typed cells, on paper."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from inventory.reports.stock_summary import StockSummary
from tests.factories import House, make_issue, receive, run

from .reporting import report, rows_of


@pytest.fixture
def accounts(house: House, client: Client) -> Client:
    house.gloves.name = "=HYPERLINK(1)"
    house.gloves.save()
    receive(house, (house.gloves, 10, "5.5"))
    run(house, make_issue(house, (house.gloves, 4)))
    client.force_login(house.accountant)
    return client


def test_the_workbook_has_typed_cells_and_a_merged_header(house: House, accounts: Client) -> None:
    answer: Any = accounts.get("/reports/stock-summary/?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    made = report(StockSummary, house.accountant)
    (row,) = rows_of(made)
    cells = next(line for line in sheet.iter_rows() if line[0].value == house.gloves.code)
    assert (cells[1].value, cells[1].data_type) == ("=HYPERLINK(1)", "s")
    assert cells[-1].data_type == "n"
    assert cells[-1].value == float(row.values["closing_amount"]) == 33
    assert sheet.cell(sheet.max_row - 1, sheet.max_column).value == float(made.totals()["closing_amount"])
    assert sheet.freeze_panes == f"C{cells[0].row}"
    assert {"Opening", "Received", "Issued", "Closing"} <= {c.value for c in sheet[cells[0].row - 3]}
    assert len(sheet.merged_cells.ranges) > 12


@pytest.mark.parametrize("path", ["stock/", "reports/stock-summary/", "reports/consumption/"])
def test_screen_and_paper_open(accounts: Client, path: str) -> None:
    assert accounts.get(f"/{path}").status_code == 200
    paper = accounts.get(f"/{path}?format=print")
    assert paper.status_code == 200
    assert b"report-lines" in paper.content


def test_who_may_not_open_a_report_is_refused(house: House, client: Client) -> None:
    client.force_login(house.requester)
    assert client.get("/reports/stock-summary/").status_code == 403
