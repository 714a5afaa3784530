"""The user's own workbook back, with the reason beside every row that was refused. Runs in the child process."""

import io
from typing import Any

from core.excel import csvfile, guard
from core.excel.guard import Refused
from core.excel.layout import REASON_LABELS

FILL = "FFFDE9E7"
REASON_WIDTH = 60


def mark(data: bytes, options: dict[str, Any]) -> bytes:
    """An .xlsx with a last column of reasons.

    options: filename, sheet (its name), header_row, label (of the new column), reasons (row number as text -> reason).
    What openpyxl understands of the user's formatting is kept; a CSV becomes a workbook. Raises Refused.
    """
    from openpyxl import Workbook, load_workbook

    if guard.check(data, options["filename"]) == "csv":
        book = Workbook()
        sheet = book.active
        for _number, cells in csvfile.rows(data, 200):
            sheet.append(cells)
            for cell in sheet[sheet.max_row]:
                _as_text(cell)
    else:
        try:
            book = load_workbook(io.BytesIO(data), rich_text=True)
            sheet = book[options["sheet"]]
        except Exception as error:  # openpyxl raises whatever the damage makes it raise
            raise Refused("damaged") from error
    _write_reasons(sheet, options)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _as_text(cell: Any) -> None:
    """A text beginning with = stays a text."""
    if cell.data_type == "f":
        cell.data_type = "s"


def _reason_column(sheet: Any, header_row: int) -> int:
    """The column for the reasons: the one of an earlier attempt, emptied, or a new one behind the last."""
    from openpyxl.styles import PatternFill

    for head in sheet[header_row]:
        if head.value in REASON_LABELS:
            for row in sheet.iter_rows(min_row=header_row + 1):
                for cell in row:
                    if cell.has_style and cell.fill.start_color.rgb == FILL:
                        cell.fill = PatternFill()
                if head.column <= len(row):
                    row[head.column - 1].value = None
            return head.column
    return sheet.max_column + 1


def _write_reasons(sheet: Any, options: dict[str, Any]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    fill = PatternFill("solid", start_color=FILL, end_color=FILL)
    column = _reason_column(sheet, options["header_row"])
    head = sheet.cell(options["header_row"], column, options["label"])
    head.font = Font(bold=True, color="FFB42318")
    sheet.column_dimensions[get_column_letter(column)].width = REASON_WIDTH
    for number, reason in options["reasons"].items():
        for cell in sheet[int(number)]:
            if type(cell).__name__ != "MergedCell":
                cell.fill = fill
        cell = sheet.cell(int(number), column, reason)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.fill = fill
