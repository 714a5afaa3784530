"""The three ways a report leaves: screen, Excel and paper. Each draws any report; none knows a particular one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from core.excel.writer import Sheet, Strong

from .base import Report, Row
from .columns import Column, header_rows, leaves_of

ROWS_A_PAGE = 200
LONGEST_PAPER = 5_000
WIDE = 20  # columns from which a report on paper is set in small letters
TALL = 7  # columns up to which it stands upright


def _in_order(leaves: Sequence[Column], values: Mapping[str, Any]) -> list[Any]:
    return [values.get(leaf.key) for leaf in leaves]


def _linked(leaves: Sequence[Column], row: Row, links: Mapping[str, str]) -> list[Any]:
    cells = []
    for leaf in leaves:
        value = row.values.get(leaf.key)
        url = links.get(leaf.key)
        cells.append({"value": value, "url": url} if url and value not in (None, "") else value)
    return cells


def _total_cells(leaves: Sequence[Column], totals: Mapping[str, Any] | None) -> list[Any] | None:
    return None if totals is None else _in_order(leaves, totals)


def screen_context(report: Report, page_number: Any = 1) -> dict[str, Any]:
    """The context of templates/generic/report.html with one page of rows.

    All rows are walked once, since totals and counts are of the whole; only those of the page are kept.
    """
    leaves = leaves_of(report.columns())
    wanted, kept, count = _page_window(page_number), [], 0
    for row in report.run():
        if count in wanted:
            kept.append(row)
        count += 1
    page = Paginator(range(count), ROWS_A_PAGE).get_page(page_number)
    if page.start_index() - 1 not in wanted and count:  # a page that is not there: show the one Django fell back to
        return screen_context(report, page.number)
    return {
        **_frame(report, leaves),
        "rows": [{"cells": _linked(leaves, row, report.links(row)), "level": row.level} for row in kept],
        "totals": _total_cells(leaves, report.totals()),
        "page_obj": page,
        "count": count,
    }


def _page_window(page_number: Any) -> range:
    number = int(page_number) if str(page_number).isdecimal() and int(page_number) > 0 else 1
    return range((number - 1) * ROWS_A_PAGE, number * ROWS_A_PAGE)


def _frame(report: Report, leaves: Sequence[Column]) -> dict[str, Any]:
    return {
        "title": report.title,
        "header_rows": header_rows(report.columns()),
        "columns": [leaf.for_screen() for leaf in leaves],
        "summary": report.summary(),
        "note": report.note,
        "empty_text": report.empty_text,
    }


def paper_context(report: Report) -> dict[str, Any]:
    """The context of templates/print/report.html: all rows up to LONGEST_PAPER, `cut` says when there are more."""
    kept, count = [], 0
    for row in report.run():
        if count < LONGEST_PAPER:
            kept.append(row)
        count += 1
    totals = report.totals()
    printed = [column for column in report.columns() if column.on_paper]
    columns, left_out = _columns_on_paper(printed, kept, totals)
    leaves = leaves_of(columns)
    return {
        **_frame(report, leaves),
        "header_rows": header_rows(columns),
        "rows": [{"cells": _in_order(leaves, row.values), "level": row.level} for row in kept],
        "totals": _total_cells(leaves, totals),
        "cut": count > LONGEST_PAPER,
        "longest": LONGEST_PAPER,
        "left_out": left_out,
        "shortened": len(printed) < len(report.columns()),
        "signature_places": report.signature_places,
        "density": "wide" if len(leaves) > WIDE else "tall" if len(leaves) <= TALL else "usual",
    }


def _columns_on_paper(
    columns: Sequence[Column], rows: Sequence[Row], totals: Mapping[str, Any] | None
) -> tuple[Sequence[Column], bool]:
    """The columns, of a wide report without the groups that hold no number at all, and whether any were left out."""
    if len(leaves_of(columns)) <= WIDE:
        return columns, False
    used = {key for values in (*(row.values for row in rows), totals or {}) for key, value in values.items() if value}

    def kept(column: Column) -> Column | None:
        if not column.children:
            return column
        if not used & {leaf.key for leaf in column.leaves()}:
            return None
        return replace(column, children=tuple(child for each in column.children if (child := kept(each))))

    found = [column for each in columns if (column := kept(each))]
    return found, len(leaves_of(found)) < len(leaves_of(columns))


def excel_sheet(report: Report) -> Sheet:
    """The report as a sheet for core.excel; its rows are made while the sheet is written."""
    columns = report.columns()
    leaves = leaves_of(columns)
    heading = [_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in report.summary()]
    organization = getattr(report.user, "organization", None)
    sheet = Sheet(
        name=str(report.title),
        columns=[column.for_sheet() for column in columns],
        rows=(),
        title=[f"{organization or ''} {report.title}".strip(), "    ".join(heading)],
        notes=[str(report.note)] if report.note else [],
        freeze=report.frozen_columns,
    )
    sheet.rows = _sheet_rows(report, leaves, sheet)
    return sheet


def _sheet_rows(report: Report, leaves: Sequence[Column], sheet: Sheet) -> Iterator[Sequence[Any]]:
    for row in report.run():
        values = _in_order(leaves, row.values)
        yield Strong(values) if row.level else values
    sheet.totals = _total_cells(leaves, report.totals())  # the writer asks for them after the last row
