"""A first, cheap reading of a sheet's XML: where values are, and which cells the fast reader would show as blank.

python-calamine gives "" for #N/A and for formulas that were never calculated, and allocates the whole rectangle between
two far cells at once. This scan runs before it. No Django here.
"""

import re
import zipfile
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Any
from xml.parsers import expat

from core.excel.cells import BadCell, cell_name
from core.excel.guard import Refused
from core.excel.layout import Merge

_ZEROS = re.compile(r"0{2,20}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Scan:
    """What the XML of one sheet says. Rows as Excel counts them (from 1), columns as indexes (from 0)."""

    rows: int = 0
    last_row: int = 0
    last_column: int = -1
    last_cell: str = ""
    bad: dict[tuple[int, int], BadCell] = field(default_factory=dict)
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    formulas: int = 0
    first_formula: str = ""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_args: object) -> None:
        raise Refused("suspicious")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _parse(container: zipfile.ZipFile, name: str, start: Any) -> None:
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    with container.open(name) as stream:
        parser.ParseFile(stream)


def _member(container: zipfile.ZipFile, name: str) -> str | None:
    wanted = name.lower()
    return next((found for found in container.namelist() if found.lower() == wanted), None)


@dataclass
class Book:
    """The sheets in order as (name, path inside the container, state), and how this workbook counts days."""

    sheets: list[tuple[str, str, str]]
    date1904: bool
    padded_styles: dict[str, int]
    extras: bool


def read_book(container: zipfile.ZipFile) -> Book:
    """Read the table of contents. Raises Refused when it is damaged."""
    workbook = _member(container, "xl/workbook.xml") or ""
    relations: dict[str, str] = {}
    listed: list[tuple[str, str, str]] = []
    flags = {"date1904": False}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            base = "" if target.startswith("/") else dirname(workbook)
            relations[attributes.get("Id", "")] = normpath(join(base, target.lstrip("/")))

    def part(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            listed.append((attributes.get("name", ""), key, attributes.get("state", "visible")))
        elif tag == "workbookPr":
            flags["date1904"] = attributes.get("date1904", "0") in ("1", "true")

    if relations_name := _member(container, "xl/_rels/workbook.xml.rels"):
        _parse(container, relations_name, relation)
    _parse(container, workbook, part)
    sheets = [(name, relations.get(key, ""), state) for name, key, state in listed]
    names = [name.lower() for name in container.namelist()]
    extras = any(name.startswith(("xl/externallinks/", "xl/connections", "xl/embeddings/")) for name in names)
    return Book(sheets, flags["date1904"], _padded_styles(container), extras)


def _padded_styles(container: zipfile.ZipFile) -> dict[str, int]:
    """Style index -> width, for number formats of zeros only (00000): such a cell shows 00123 and means that code."""
    name = _member(container, "xl/styles.xml")
    if name is None:
        return {}
    formats: dict[str, int] = {}
    styles: dict[str, int] = {}
    state = {"inside": False, "count": 0}

    def part(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and _ZEROS.fullmatch(attributes.get("formatCode", "")):
            formats[attributes.get("numFmtId", "")] = len(attributes["formatCode"])
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            state["inside"] = tag == "cellXfs"
        elif tag == "xf" and state["inside"]:
            if width := formats.get(attributes.get("numFmtId", "")):
                styles[str(state["count"])] = width
            state["count"] += 1

    _parse(container, name, part)
    return styles


class _SheetScanner:
    """Expat handlers that fill a Scan; the hottest loop of reading, so it does little per element."""

    def __init__(self, padded_styles: dict[str, int]) -> None:
        self.scan = Scan()
        self.padded_styles = padded_styles
        self.columns: dict[str, int] = {}
        self.row = 0
        self.column = -1
        self.kind = ""
        self.style = ""
        self.formula = False
        self.value: list[str] | None = None
        self.has_value = False
        self.counted_row = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag in ("v", "is"):
            self._value()
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self._row(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.scan.hidden_columns.update(range(first - 1, min(last, first + 300)))

    def _row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self.row + 1
        if number <= self.row or number > 1_048_576:
            raise Refused("damaged")
        self.row, self.column = number, -1
        if attributes.get("hidden") in ("1", "true"):
            self.scan.hidden_rows.add(number)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            letters = reference.rstrip("0123456789")
            index = self.columns.get(letters)
            if index is None or reference[len(letters) :] != str(self.row):
                index = self._new_column(reference)
            self.column = index
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = self.has_value = False
        self.value = None

    def _new_column(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        if found is None or int(found[2]) != self.row:
            raise Refused("damaged")
        index = 0
        for letter in found[1]:
            index = index * 26 + ord(letter) - 64
        self.columns[found[1]] = index - 1
        return index - 1

    def _value(self) -> None:
        self.has_value = True
        if self.formula or self.kind == "e":
            self.value = []
        scan = self.scan
        if self.counted_row != self.row:
            self.counted_row = self.row
            scan.rows += 1
        if self.row > scan.last_row or self.column > scan.last_column:
            scan.last_row = max(scan.last_row, self.row)
            scan.last_column = max(scan.last_column, self.column)
            scan.last_cell = cell_name(self.row, self.column)
        if self.kind == "n" and self.style in self.padded_styles:
            scan.padded[self.row, self.column] = self.padded_styles[self.style]

    def text(self, data: str) -> None:
        if self.value is not None:
            self.value.append(data)

    def end(self, tag: str) -> None:
        if tag != "c" and tag.rpartition(":")[2] != "c":
            return
        if self.formula or self.kind == "e":
            self._special("".join(self.value or ()).strip())
        self.value = None

    def _special(self, shown: str) -> None:
        """A cell that calamine would show as blank: an Excel error, or a formula without a stored result."""
        place = (self.row, self.column)
        if self.kind == "e":
            self.scan.bad[place] = BadCell("error", shown)
        elif not shown and self.kind != "str":
            self.scan.bad[place] = BadCell("formula")
        else:
            self.scan.formulas += 1
            self.scan.first_formula = self.scan.first_formula or cell_name(*place)
        if place in self.scan.bad and not self.has_value:
            self._value()

    def _merge(self, reference: str) -> None:
        first, _colon, last = reference.replace("$", "").partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if not corners[0] or not corners[1]:
            raise Refused("damaged")
        (top, left), (bottom, right) = ((int(found[2]), self._index(found[1])) for found in corners if found)
        self.scan.merges.append(Merge(top, left, bottom, right))

    @staticmethod
    def _index(letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - 64
        return index - 1


def scan_sheet(container: zipfile.ZipFile, path: str, padded_styles: dict[str, int]) -> Scan:
    """Scan one sheet. Raises Refused("damaged") for XML that no spreadsheet program writes."""
    name = _member(container, path)
    if name is None:
        raise Refused("damaged")
    scanner = _SheetScanner(padded_styles)
    parser = _parser()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    try:
        with container.open(name) as stream:
            parser.ParseFile(stream)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("damaged") from error
    return scanner.scan
