"""The child that opens uploaded files: `python -m core.excel.worker read|read_long|mark OPTIONS < file > result`.

It knows neither Django nor the database, and limits itself before it touches the file, because a hostile workbook of
two kilobytes makes the fast reader abort its process. The result of "read" is one JSON object a line: first what was
found (or a refusal), then the rows as [row number, cells]. The result of "mark" is a workbook, or one refusal line.
"""

import contextlib
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from xml.parsers import expat

from core.excel import csvfile, guard
from core.excel.cells import BadCell, Cell, encode
from core.excel.guard import Refused
from core.excel.layout import HEADER_SEARCH, Header, Merge, find_header, key_map, normalise
from core.excel.sheets import Book, Scan, read_book, scan_sheet

MEMORY = {"read": 768 * 2**20, "read_long": 1536 * 2**20, "mark": 1536 * 2**20}
SECONDS = {"read": 20, "read_long": 90, "mark": 60}
UNPACKED = {"read": guard.MAX_UNPACKED, "read_long": 240 * 2**20, "mark": guard.MAX_UNPACKED}
OUTPUT = 160 * 2**20
MAX_ROWS, MAX_COLUMNS = 20_000, 200
MAX_AREA = 6_000_000
MAX_SHEETS_TRIED = 10
NOTES_SHEETS = ("填写说明", "How to fill in")

Rows = list[tuple[int, list[Cell]]]


def limit_this_process(mode: str) -> None:
    """Cap memory, processor time, output and core dumps, for good."""
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY[mode]),
        (resource.RLIMIT_CPU, SECONDS[mode]),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (value, value))


class Reading:
    """One reading: the options of the caller, what is to be said about the file, and the rows."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.keys = key_map((key, names) for key, names in options.get("known", []))
        self.max_rows = options.get("max_rows", MAX_ROWS)
        self.max_columns = options.get("max_columns", MAX_COLUMNS)
        self.notices: list[tuple[str, dict[str, Any]]] = []
        self.found: dict[str, Any] = {}
        self.rows: Rows = []

    def notice(self, code: str, **params: Any) -> None:
        self.notices.append((code, params))

    def table(self, sheet: str, header: Header, rows: Iterator[tuple[int, list[Cell]]]) -> None:
        """Keep the read columns of the rows under the header; rows that are empty there are dropped."""
        indexes = [index for index, _key in header.columns]
        labels = [normalise(label) for label in header.labels]
        repeated, titles = 0, []
        for number, cells in rows:
            if number <= header.bottom:
                continue
            width = len(cells)
            kept = [cells[index] if index < width else None for index in indexes]
            filled = [place for place, cell in enumerate(kept) if cell not in (None, "") and not _is_blank(cell)]
            if len(filled) > 1 and all(normalise(kept[place]) == labels[place] for place in filled):
                repeated += 1
                titles += self._drop_title_above()
            elif filled:
                self.rows.append((number, [None if cell == "" else cell for cell in kept]))
        if repeated:
            self.notice("repeated_headers", count=repeated)
        if titles:
            self.notice("title_rows", rows=", ".join(str(number) for number in titles[:20]), count=len(titles))
        if len(self.rows) > self.max_rows:
            raise Refused("too_many_rows", found=len(self.rows), limit=self.max_rows)
        if not self.rows:
            raise Refused("no_rows", sheet=sheet)
        if header.extra:
            self.notice("extra_columns", names="、".join(header.extra[:20]), count=len(header.extra))
        self.found = {
            "sheet": sheet,
            "header_row": header.row,
            "columns": [key for _index, key in header.columns],
            "labels": header.labels,
            "letters": indexes,
        }

    def _drop_title_above(self) -> list[int]:
        """A header repeated at a page break often has a line like “Table 1, continued” above it: one text, no data."""
        if self.rows:
            number, cells = self.rows[-1]
            if isinstance(cells[0], str) and len(cells) > 1 and all(cell is None for cell in cells[1:]):
                self.rows.pop()
                return [number]
        return []


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def read(data: bytes, filename: str, options: dict[str, Any], *, unpacked: int = guard.MAX_UNPACKED) -> Reading:
    """Read the one table of a file of at most so many bytes unpacked. Raises Refused."""
    reading = Reading(options)
    if guard.check(data, filename, unpacked=unpacked) == "csv":
        _read_csv(data, reading)
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            _read_workbook(data, container, reading)
    return reading


def _read_csv(data: bytes, reading: Reading) -> None:
    rows: Rows = []
    for number, cells in csvfile.rows(data, reading.max_columns):
        if len(rows) > reading.max_rows + HEADER_SEARCH and any(cells):
            raise Refused("too_many_rows", found=_count_lines(data), limit=reading.max_rows)
        rows.append((number, list(cells)))
    if not any(cell and not _is_blank(cell) for _number, cells in rows for cell in cells):
        raise Refused("empty_sheet", sheet="CSV")
    header = find_header(rows[:HEADER_SEARCH], (), reading.keys)
    if header is None:
        raise Refused("no_header", first=_first_texts(rows))
    reading.table("CSV", header, iter(rows))
    reading.found["kind"] = "csv"


def _count_lines(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _first_texts(rows: Rows) -> str:
    for _number, cells in rows:
        if texts := [str(cell) for cell in cells if cell not in (None, "")]:
            return "、".join(text[:30] for text in texts[:8])
    return ""


def _read_workbook(data: bytes, container: zipfile.ZipFile, reading: Reading) -> None:
    """Find the first visible sheet that holds the table; hidden sheets are never read, and all others are named."""
    try:
        book = read_book(container)
    except (expat.ExpatError, KeyError) as error:
        raise Refused("damaged") from error
    visible = [(name, path) for name, path, state in book.sheets if path and state == "visible"]
    if not book.sheets:
        raise Refused("no_sheets")
    if not visible:
        raise Refused("only_hidden_sheets")
    refusals: list[Refused] = []
    for name, path in visible[:MAX_SHEETS_TRIED]:
        try:
            _read_sheet(data, container, book, (name, path), reading)
        except Refused as refusal:
            if refusal.code not in ("no_header", "empty_sheet"):
                raise
            refusals.append(refusal)
            continue
        _notice_other_sheets(book, name, reading)
        return
    # The sheet with something in it explains more than an empty one.
    raise next((refusal for refusal in refusals if refusal.code == "no_header"), refusals[0])


def _notice_other_sheets(book: Book, read_sheet: str, reading: Reading) -> None:
    others = [name for name, _path, state in book.sheets if state == "visible" and name != read_sheet]
    hidden = [name for name, _path, state in book.sheets if state != "visible"]
    if others := [name for name in others if name not in NOTES_SHEETS]:
        reading.notice("other_sheets", sheet=read_sheet, names="、".join(others[:10]), count=len(others))
    if hidden:
        reading.notice("hidden_sheets", names="、".join(hidden[:10]), count=len(hidden))
    if book.extras:
        reading.notice("links_ignored")


def _read_sheet(data: bytes, container: zipfile.ZipFile, book: Book, sheet: tuple[str, str], reading: Reading) -> None:
    name, path = sheet
    scan = scan_sheet(container, path, book.padded_styles)
    if not scan.rows:
        raise Refused("empty_sheet", sheet=name)
    if scan.rows > reading.max_rows + HEADER_SEARCH:
        raise Refused("too_many_rows", found=scan.rows - 1, limit=reading.max_rows)
    if scan.last_row * (scan.last_column + 1) > MAX_AREA or scan.last_row > 10 * reading.max_rows:
        raise Refused("far_cell", cell=scan.last_cell)
    if scan.last_column >= reading.max_columns:
        raise Refused("too_many_columns", found=scan.last_column + 1, limit=reading.max_columns)
    rows = _calamine_rows(data, name, scan)
    header = find_header(rows[:HEADER_SEARCH], scan.merges, reading.keys)
    if header is None:
        raise Refused("no_header", first=_first_texts(rows))
    _mark_merges(rows, header, scan, reading)
    reading.table(name, header, iter(rows))
    reading.found |= {"kind": "xlsx", "date1904": book.date1904}
    _notice_sheet(scan, header, reading)


def _calamine_rows(data: bytes, name: str, scan: Scan) -> Rows:
    """The cells by the fast reader, corrected by the scan: errors stay errors, 00123 keeps its zeros."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        rows: Rows = [
            (number, [None] * left + [_plain(cell) for cell in cells])
            for number, cells in enumerate(sheet.iter_rows(), top + 1)
        ]
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError, KeyError) as error:
        raise Refused("damaged") from error
    for (number, column), bad in scan.bad.items():
        _put(rows, top, number, column, bad)
    for (number, column), width in scan.padded.items():
        cell = rows[number - top - 1][1][column] if number - top - 1 < len(rows) else None
        if isinstance(cell, int) and cell >= 0:
            _put(rows, top, number, column, f"{cell:0{width}d}")
    return rows


def _put(rows: Rows, top: int, number: int, column: int, cell: Cell) -> None:
    while number - top > len(rows):
        rows.append((top + len(rows) + 1, []))
    if number <= top:
        rows.insert(0, (number, [None] * column + [cell]))
        return
    cells = rows[number - top - 1][1]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = cell


def _plain(cell: Any) -> Cell:
    """Whole floats as integers, durations and times as the text they show."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return int(cell)
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


def _mark_merges(rows: Rows, header: Header, scan: Scan, reading: Reading) -> None:
    """A vertical merge in a read column leaves rows without their value: say so in each. Horizontal ones only noted."""
    read_columns = {index for index, _key in header.columns}
    across = 0
    for merge in scan.merges:
        columns = [column for column in read_columns if merge.left <= column <= merge.right]
        if not columns or merge.top <= header.bottom:
            continue
        if merge.top == merge.bottom:
            across += len(columns) > 1
            continue
        _mark_merge(rows, merge, columns)
    if across:
        reading.notice("merged_across", count=across)


def _mark_merge(rows: Rows, merge: Merge, columns: list[int]) -> None:
    for number, cells in rows:
        if merge.top <= number <= merge.bottom and any(cell not in (None, "") for cell in cells):
            for column in columns:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = BadCell("merged", merge.name)


def _notice_sheet(scan: Scan, header: Header, reading: Reading) -> None:
    hidden = sum(1 for number, _cells in reading.rows if number in scan.hidden_rows)
    if hidden:
        reading.notice("hidden_rows", count=hidden)
    if columns := [
        label
        for (index, _key), label in zip(header.columns, header.labels, strict=True)
        if index in scan.hidden_columns
    ]:
        reading.notice("hidden_columns", names="、".join(columns))
    if scan.formulas:
        reading.notice("formulas", count=scan.formulas, first=scan.first_formula)
    if header.row > 1:
        reading.notice("header_row", row=header.row)


def _write_json(item: Any, out: Any) -> None:
    out.write(json.dumps(item, ensure_ascii=True, separators=(",", ":"), default=_json_default) + "\n")


def _json_default(item: Any) -> Any:
    if isinstance(item, date | BadCell):
        return encode(item)
    raise TypeError(type(item).__name__)


def main(mode: str, options: dict[str, Any]) -> None:
    """Do what the parent asked for; every refusal is an answer, not a failure."""
    data = sys.stdin.buffer.read(guard.MAX_PACKED + 1)
    refusal: Refused | None = None
    result: Any = None
    try:
        if mode == "mark":
            from core.excel.marking import mark

            result = mark(data, options)
        else:
            result = read(data, options["filename"], options, unpacked=UNPACKED[mode])
    except Refused as error:
        refusal = error
    except MemoryError:
        refusal = Refused("too_heavy")
    if refusal is not None:
        _write_json({"refused": refusal.code, "params": refusal.params}, sys.stdout)
    elif mode == "mark":
        sys.stdout.buffer.write(result)
    else:
        _write_json({"found": result.found, "notices": result.notices}, sys.stdout)
        for row in result.rows:
            _write_json(row, sys.stdout)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        limit_this_process(sys.argv[1])
        main(sys.argv[1], json.loads(sys.argv[2]))
