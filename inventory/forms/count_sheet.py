"""The count sheet as a workbook: out with empty boxes, back with what was found. All errors of all rows at once."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import ValueRefused
from core.excel.reader import ColumnNames, Table, read_workbook
from core.excel.rows import RowError
from core.excel.writer import Column, Sheet
from core.parsing import parse_code, parse_date, parse_decimal, parse_text
from inventory.models import StockCount, StockCountLine
from inventory.services.counts.entries import Counted

LABELS = {
    "line": gettext_lazy("Line no."),
    "code": gettext_lazy("Code"),
    "item": gettext_lazy("Item"),
    "specification": gettext_lazy("Specification"),
    "unit": gettext_lazy("Unit"),
    "lot": gettext_lazy("Lot number"),
    "expires": gettext_lazy("Expires on"),
    "shelf": gettext_lazy("Shelf"),
    "book": gettext_lazy("Book quantity"),
    "counted": gettext_lazy("Counted"),
    "moment": gettext_lazy("Counted at"),
}
KINDS = {"line": "integer", "code": "code", "lot": "code", "expires": "date", "book": "quantity", "counted": "quantity"}
WIDTHS = {"item": 24, "specification": 18, "moment": 18}
NEEDED = ("code", "counted")
MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M")


@dataclass
class Filled:
    """What a filled sheet says: the numbers with the rows they stand in, and everything that is wrong."""

    numbers: list[Counted] = field(default_factory=list)
    rows: dict[uuid.UUID, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    empty: int = 0


def sheet_of(document: StockCount, lines: list[StockCountLine], books: dict[int, Decimal]) -> Sheet:
    """The sheet to fill; books (by lot key) only where the count is not blind."""
    names = [name for name in LABELS if name != "book" or not document.blind]
    columns = [Column(str(LABELS[name]), WIDTHS.get(name), KINDS.get(name, "text")) for name in names]

    def cells() -> Iterator[list[Any]]:
        for line in lines:
            item = line.item
            known = {
                "line": line.position,
                "code": item.code,
                "item": item.name,
                "specification": item.specification,
                "unit": item.unit.name,
                "lot": line.lot.number,
                "expires": line.lot.expires_on,
                "shelf": line.shelf.code if line.shelf else "",
                "book": books.get(line.lot_id, Decimal(0)),
            }
            yield [known.get(name) for name in names]

    title = _("Count sheet: %(warehouse)s") % {"warehouse": document.warehouse}
    return Sheet(_("Count sheet"), columns, list(cells()), title=(title,))


def read_sheet(document: StockCount, data: bytes, filename: str, *, moment: dt.datetime, actor: Any) -> Filled:
    """Read a filled sheet; moment is for rows without one. Raises FileRefused when the file cannot be read at all.

    A row without a number in “counted” was not counted. The same file read twice makes the same numbers (client_id).
    """
    known = [ColumnNames(name, _spellings(name), name in NEEDED) for name in LABELS if name not in ("book", "item")]
    table = read_workbook(data, filename=filename, columns=known)
    lines = {line.position: line for line in document.lines.select_related("item__unit", "lot")}
    reader = _Reader(document, table, lines, moment, f"{hashlib.sha256(data).hexdigest()} {actor.pk}")
    for row in table.rows:
        reader.read(row.number, dict(zip(table.columns, row.cells, strict=True)))
    reader.filled.warnings = table.warnings
    return reader.filled


def _spellings(name: str) -> list[str]:
    """The name of a column in the reader's language and as the code has it."""
    return list(dict.fromkeys((str(LABELS[name]), *ENGLISH.get(name, ()))))


ENGLISH = {
    "line": ("Line no.",),
    "code": ("Code",),
    "counted": ("Counted",),
    "lot": ("Lot number",),
    "moment": ("Counted at",),
}


class _Reader:
    """One filled sheet under way."""

    def __init__(
        self,
        document: StockCount,
        table: Table,
        lines: dict[int, StockCountLine],
        moment: dt.datetime,
        key: str,
    ) -> None:
        self.document, self.table, self.lines = document, table, lines
        self.moment, self.key = moment, key
        self.filled = Filled()
        self._seen: dict[Any, int] = {}
        self._number, self._cells = 0, {}  # type: int, dict[str, Any]

    def read(self, number: int, cells: dict[str, Any]) -> None:
        self._number, self._cells = number, cells
        before = len(self.filled.errors)
        code = self._cell("code", parse_code) or ""
        position = self._cell("line", lambda value: parse_decimal(value, 0, minimum=1))
        line = self._line(position, code)
        places = line.item.unit.places if line else 4
        quantity = self._cell("counted", lambda value: parse_decimal(value, places, minimum=0))
        moment = self._cell("moment", _moment) or self.moment
        lot = self._cell("lot", parse_text) or ""
        expires = self._cell("expires", lambda value: parse_date(value, serials=not self.table.date1904))
        if len(self.filled.errors) > before:
            return
        if quantity is None:
            self.filled.empty += 1
            return
        if not code:
            self._refuse("code", _("Enter the code of the item."))
            return
        self._once(line.pk if line else (code, lot))
        if len(self.filled.errors) == before:
            self._take(line, quantity, moment, code, lot, expires)

    def _cell(self, name: str, parse: Any) -> Any:
        try:
            return parse(self._cells.get(name))
        except ValueRefused as refusal:
            self._refuse(name, str(refusal))
            return None

    def _refuse(self, name: str, sentence: str) -> None:
        value = self._cells.get(name)
        self.filled.errors.append(
            RowError(self._number, str(LABELS[name]), "" if value is None else str(value)[:60], sentence)
        )

    def _line(self, position: Decimal | None, code: str) -> StockCountLine | None:
        """The line a row belongs to; without a line number it is found by code and lot, or is not on the plan."""
        if position is None:
            return None
        line = self.lines.get(int(position))
        if line is None:
            self._refuse("line", _("The count has no line with this number; leave it empty for goods found besides."))
        elif code and line.item.code != code:
            self._refuse("code", _("Line %(line)d is %(item)s.") % {"line": line.position, "item": line.item})
            return None
        return line

    def _once(self, key: Any) -> None:
        first = self._seen.setdefault(key, self._number)
        if first != self._number:
            self._refuse("code", _("Row %(row)d already counts this; keep one of them.") % {"row": first})

    def _take(
        self,
        line: StockCountLine | None,
        quantity: Decimal,
        moment: dt.datetime,
        code: str,
        lot: str,
        expires: dt.date | None,
    ) -> None:
        # A second count has a round of its own, so that the same file may be sent for it by somebody else.
        key = uuid.uuid5(self.document.request_key, f"{self.key} {self._number} {line.round if line else 1}")
        if line:
            number = Counted(key, quantity, moment, line.pk, round=line.round)
        else:
            number = Counted(key, quantity, moment, code=code, lot_number=lot, expires_on=expires)
        self.filled.numbers.append(number)
        self.filled.rows[key] = self._number


def _moment(value: Any) -> dt.datetime | None:
    """A moment as Excel keeps it or as people type it, in the time of the house; None when empty."""
    if isinstance(value, dt.datetime):
        return timezone.make_aware(value) if timezone.is_naive(value) else value
    text = parse_text(value)
    if not text:
        return None
    for pattern in MOMENTS:
        try:
            return timezone.make_aware(dt.datetime.strptime(text, pattern))  # noqa: DTZ007 - local time, as written
        except ValueError:
            continue
    raise ValueRefused(_("Write the time as 2026-11-23 14:05, or leave it empty."))
