"""The one way a sheet leaves the application: typed cells, frozen merged header, totals, ready to print.

Rows are streamed to the disk, so memory does not grow with them. Text is always written as text: a name beginning with
"=" is data, never a formula (U7).
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.excel.formats import KINDS, Formats

MAX_ROWS = 1_000_000
LONGEST_CELL = 32_767
WIDEST = 60  # characters; longer words are wrapped
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was; earlier days would be off by one.
SIGNIFICANT = 10**15
LARGE = Decimal(100_000)  # smaller numbers fit the usual widths
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class Column:
    """A column, or with `children` a heading over several.

    width is in characters (chosen by kind when None); kind is one of text, code, integer, quantity, price, money, date,
    datetime, boolean; total adds the column up in the last row; choices becomes a drop-down list (templates).
    """

    label: str
    width: float | None = None
    kind: str = "text"
    total: bool = False
    children: Sequence["Column"] = ()
    choices: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of column: {self.kind}")

    @property
    def depth(self) -> int:
        """Header lines that this column needs."""
        return 1 + max((child.depth for child in self.children), default=0)

    def leaves(self) -> list["Column"]:
        """The columns that hold values, from left to right."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


class Strong(tuple):
    """A row to be set in bold: a subtotal, an opening or closing balance."""

    __slots__ = ()


@dataclass
class Sheet:
    """One sheet: title lines, header tree, rows (values in the order of the leaf columns), totals.

    totals, when given, is written as the last row as it stands; otherwise columns with total=True are added up
    (exactly, in Decimal). notes are lines under the table. freeze is the number of columns that stay when scrolling
    sideways.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title: Sequence[str] = ()
    totals: Sequence[Any] | None = None
    notes: Sequence[str] = ()
    freeze: int = 0
    landscape: bool = True


def write_workbook(target: str | os.PathLike[str] | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write the sheets as one .xlsx to a path or an open binary stream. Raises DomainError over a million rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    names = list(_sheet_names(sheets))
    with xlsxwriter.Workbook(os.fspath(target) if isinstance(target, os.PathLike) else target, options) as workbook:
        formats = Formats(workbook)
        for name, sheet in zip(names, sheets, strict=True):
            _SheetWriter(workbook.add_worksheet(name), sheet, formats).write()


def _sheet_names(sheets: Sequence[Sheet]) -> Iterator[str]:
    used: set[str] = set()
    for sheet in sheets:
        base = _SHEET_NAME.sub(" ", sheet.name).strip().strip("'") or "Sheet"
        name, number = base[:31], 2
        while name.casefold() in used:
            suffix = f" ({number})"
            name, number = base[: 31 - len(suffix)] + suffix, number + 1
        used.add(name.casefold())
        yield name


def clean_text(value: Any) -> str:
    """A value as text that Excel can store: no control characters, at most 32,767 UTF-16 units."""
    text = value if isinstance(value, str) else str(value)
    if not text.isprintable():
        text = _FORBIDDEN.sub("", text.replace("\r\n", "\n"))
    if len(text) > LONGEST_CELL // 2:
        text = text.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    return text


class _SheetWriter:
    """Writes one sheet from top to bottom; constant_memory forgets a row as soon as the next one begins."""

    def __init__(self, page: Any, sheet: Sheet, formats: Formats) -> None:
        self.page, self.sheet, self.formats = page, sheet, formats
        self.leaves = [leaf for column in sheet.columns for leaf in column.leaves()]
        self.depth = max(column.depth for column in sheet.columns)
        self.row = 0
        self.sums = {index: Decimal(0) for index, leaf in enumerate(self.leaves) if leaf.total}
        self.widths = [leaf.width or _width(leaf) for leaf in self.leaves]

    def write(self) -> None:
        self._titles()
        top = self.row
        self._header()
        first = self.row
        self._rows()
        last = self.row - 1
        self._totals()
        for note in self.sheet.notes:
            self.page.write_string(self.row, 0, clean_text(note), self.formats.note)
            self.row += 1
        self._finish(top, first, last)

    def _titles(self) -> None:
        for number, line in enumerate(self.sheet.title):
            style = self.formats.subtitle if number else self.formats.title
            self.page.set_row(self.row, 18 if number else 28)
            self.page.write_string(self.row, 0, clean_text(line), style)
            self._merge(self.row, 0, self.row, len(self.leaves) - 1, style)
            self.row += 1

    def _header(self) -> None:
        """The header tree line by line: merges may span lines, so they are recorded apart from the cells."""
        cells: list[dict[int, str]] = [{} for _line in range(self.depth)]
        self._place(self.sheet.columns, 0, 0, cells)
        for line, labels in enumerate(cells):
            self.page.set_row(self.row + line, 22 if self.depth > 1 else 26)
            for index in range(len(self.leaves)):
                if label := labels.get(index):
                    self.page.write_string(self.row + line, index, clean_text(label), self.formats.header)
                else:
                    self.page.write_blank(self.row + line, index, None, self.formats.header)
        self.row += self.depth

    def _place(self, columns: Sequence[Column], line: int, left: int, cells: list[dict[int, str]]) -> int:
        for column in columns:
            cells[line][left] = column.label
            right = left + len(column.leaves()) - 1
            bottom = line if column.children else self.depth - 1
            self._record_merge(self.row + line, left, self.row + bottom, right)
            if column.children:
                self._place(column.children, line + 1, left, cells)
            left = right + 1
        return left

    def _merge(self, top: int, left: int, bottom: int, right: int, style: Any) -> None:
        for index in range(left + 1, right + 1):
            self.page.write_blank(top, index, None, style)
        self._record_merge(top, left, bottom, right)

    def _record_merge(self, top: int, left: int, bottom: int, right: int) -> None:
        # merge_range() would jump between lines, which constant_memory forbids; its own list takes the range as well.
        if (top, left) != (bottom, right):
            self.page.merge.append([top, left, bottom, right])

    def _rows(self) -> None:
        writers = [_CELL_WRITERS[leaf.kind] for leaf in self.leaves]
        normal = [self.formats.body(leaf.kind) for leaf in self.leaves]
        strong = [self.formats.strong(leaf.kind) for leaf in self.leaves]
        page, row, sums, limit, widths = self.page, self.row, self.sums, self.row + MAX_ROWS, self.widths
        for values in self.sheet.rows:
            if row >= limit:
                raise DomainError(
                    _("More than %(limit)d rows do not fit on a sheet. Choose a shorter period or fewer items.")
                    % {"limit": MAX_ROWS}
                )
            is_strong = type(values) is Strong
            styles = strong if is_strong else normal
            for index, value in enumerate(values):
                writers[index](page, row, index, value, styles[index])
                # Cheap first: most values are far from the widest. A Chinese character takes two places.
                if value.__class__ is str and 2 * len(value) > widths[index] - 2:
                    widths[index] = max(widths[index], _places(value) + 2)
                elif value.__class__ is Decimal and abs(value) >= LARGE:
                    widths[index] = max(widths[index], _number_places(value) + 2)
            if not is_strong:
                for index in sums:
                    value = values[index]
                    if value is not None and value != "":
                        sums[index] += value if isinstance(value, Decimal) else Decimal(str(value))
            row += 1
        self.row = row

    def _totals(self) -> None:
        totals = self.sheet.totals
        if totals is None:
            if not self.sums:
                return
            totals = [self.sums.get(index, _("Total") if index == 0 else None) for index in range(len(self.leaves))]
        for index, (leaf, value) in enumerate(zip(self.leaves, totals, strict=True)):
            write = _CELL_WRITERS["text"] if isinstance(value, str) else _CELL_WRITERS[leaf.kind]
            write(self.page, self.row, index, value, self.formats.total(leaf.kind))
            if isinstance(value, Decimal):
                self.widths[index] = max(self.widths[index], _number_places(value) + 3)
        self.row += 1

    def _finish(self, top: int, first: int, last: int) -> None:
        page, width = self.page, len(self.leaves)
        for index, leaf in enumerate(self.leaves):
            page.set_column(index, index, min(self.widths[index], WIDEST), self.formats.plain(leaf.kind))
        page.freeze_panes(first, self.sheet.freeze)
        if last >= first:
            page.autofilter(first - 1, 0, last, width - 1)
        for index, leaf in enumerate(self.leaves):
            if leaf.choices and len(",".join(leaf.choices)) <= 255:
                page.data_validation(
                    first, index, first + 19_999, index, {"validate": "list", "source": list(leaf.choices)}
                )
        page.repeat_rows(top, first - 1)
        if self.sheet.landscape:
            page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.set_footer("&C" + _("Page &P of &N"))


def _width(column: Column) -> float:
    """Wide enough for the label (Chinese characters take two places) and for what its kind usually holds."""
    return min(max(_places(column.label) + 4, KINDS[column.kind].width), WIDEST)


def _places(text: str) -> int:
    """Places of the longest line of a text, as Excel counts the width of a column."""
    lines = text.split("\n") if "\n" in text else (text,)
    return max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) for line in lines)


def _number_places(value: Decimal) -> int:
    """Places of a large number with separators and four places behind the point at most."""
    return max(len(f"{value:,.2f}"), len(f"{value:,.4f}".rstrip("0")))


def _write_text(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        page.write_string(row, column, _("Yes") if value else _("No"), style)
    else:
        page.write_string(row, column, clean_text(value), style)


def _write_number(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool) and -SIGNIFICANT < value < SIGNIFICANT:
        page.write_number(row, column, value, style)
    else:
        _write_text(page, row, column, value, style)


def _write_quantity(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    whole = isinstance(value, (Decimal, int, float)) and value == value // 1
    _write_number(page, row, column, value, style.for_whole if whole else style)


def _write_date(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        page.write_datetime(row, column, value, style)
    elif isinstance(value, date) and value >= FIRST_DAY:
        page.write_datetime(row, column, value, style)
    else:
        _write_text(page, row, column, value, style)


_CELL_WRITERS = {
    "text": _write_text,
    "code": _write_text,
    "boolean": _write_text,
    "integer": _write_number,
    "quantity": _write_quantity,
    "price": _write_number,
    "money": _write_number,
    "date": _write_date,
    "datetime": _write_date,
}
