"""The Excel sheet of an asset count: one row a card to fill, and empty rows below for things without cards."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import AssetCount, AssetCountLine, Condition
from assets.services.counts.entries import Sighting, Stranger
from core.errors import ValueRefused
from core.excel.reader import ColumnNames, read_workbook
from core.excel.rows import RowError
from core.excel.writer import Column, Sheet
from core.parsing import parse_code, parse_decimal, parse_text
from directory.models import Place, User

LABELS = {
    "number": gettext_lazy("Asset number"),
    "name": gettext_lazy("Asset name"),
    "specification": gettext_lazy("Specification"),
    "department": gettext_lazy("Using department"),
    "user": gettext_lazy("User"),
    "place": gettext_lazy("Place"),
    "found": gettext_lazy("Found (yes or no)"),
    "found_place": gettext_lazy("Found at (place)"),
    "found_user": gettext_lazy("Found with (person)"),
    "condition": gettext_lazy("Condition"),
    "note": gettext_lazy("Note"),
    "quantity": gettext_lazy("Quantity (without a card)"),
    "value": gettext_lazy("Estimated value (without a card)"),
}
ENGLISH = {
    **{"number": "Asset number", "name": "Asset name", "specification": "Specification", "found": "Found (yes or no)"},
    **{"found_place": "Found at (place)", "found_user": "Found with (person)", "condition": "Condition"},
    **{"note": "Note", "quantity": "Quantity (without a card)", "value": "Estimated value (without a card)"},
}
KINDS = {"number": "code", "quantity": "quantity", "value": "money"}
WIDTHS = {"name": 22, "specification": 18, "place": 14, "found_place": 14, "found_user": 14, "note": 20}
READ = tuple(ENGLISH)
YES = {"yes", "y", "1", "true", "是", "有", "√", "✓", "在"}
NOBODY = {"nobody", "none", "无人", "无人使用", "闲置"}
NO = {"no", "n", "0", "false", "否", "无", "×", "✗", "x", "缺"}


@dataclass
class Filled:
    """What a filled sheet says, with the rows it stands in, and everything that is wrong; sheet and header_row: where
    the table was found."""

    entries: list[Sighting | Stranger] = field(default_factory=list)
    rows: dict[uuid.UUID, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    empty: int = 0
    sheet: str = ""
    header_row: int = 1

    def reasons(self) -> dict[int, str]:
        """Row number -> all its reasons in one text, for the marked workbook."""
        found: dict[int, list[str]] = {}
        for error in self.errors:
            found.setdefault(error.number, []).append(f"{error.column}: {error.sentence}")
        return {number: "; ".join(sentences) for number, sentences in found.items()}


def sheet_of(document: AssetCount, lines: Iterator[AssetCountLine]) -> Sheet:
    """The sheet to fill; what was seen already stands in it."""
    columns = [Column(str(LABELS[name]), WIDTHS.get(name), KINDS.get(name, "text")) for name in LABELS]

    def cells() -> Iterator[list[Any]]:
        for line in lines:
            asset = line.asset
            known = {
                "number": asset.number,
                "name": asset.name,
                "specification": asset.specification,
                "department": str(line.book_department),
                "user": str(line.book_user or ""),
                "place": str(line.book_place or ""),
            }
            yield [known.get(name) for name in LABELS]

    title = (
        _("Count sheet: %(count)s") % {"count": document},
        _("Where nobody uses a thing any more, write “nobody” under “Found with (person)”."),
    )
    return Sheet(_("Count sheet"), columns, cells(), title=title)


def read_sheet(document: AssetCount, data: bytes, filename: str, *, moment: dt.datetime, actor: Any) -> Filled:
    """Read a filled sheet; raises FileRefused when the file cannot be read at all.

    A row with neither an answer nor a place was not counted. The same file twice makes the same entries (client_id).
    """
    names = [ColumnNames(name, [str(LABELS[name]), ENGLISH[name]], name in ("number", "found")) for name in READ]
    table = read_workbook(data, filename=filename, columns=names)
    key = f"{hashlib.sha256(data).hexdigest()} {actor.pk}"
    reader = _Reader(document, key, moment)
    for row in table.rows:
        reader.read(row.number, dict(zip(table.columns, row.cells, strict=True)))
    filled = reader.filled
    filled.warnings, filled.sheet, filled.header_row = table.warnings, table.sheet, table.header_row
    return filled


class _Named:
    """Records of the house by what people write of them: code or name; a name that two have is nobody's."""

    def __init__(self, pairs: Iterator[tuple[int, str, str]]) -> None:
        self._codes: dict[str, int] = {}
        self._names: dict[str, set[int]] = {}
        for key, code, name in pairs:
            self._codes[code.upper()] = key
            self._names.setdefault(name, set()).add(key)

    def key_of(self, text: str) -> int:
        if text.upper() in self._codes:
            return self._codes[text.upper()]
        keys = self._names.get(text, set())
        if len(keys) > 1:
            raise ValueRefused(_("Several have the name %(name)s; write the code or number.") % {"name": text})
        if not keys:
            raise ValueRefused(_("%(name)s is not known in this house.") % {"name": text})
        return next(iter(keys))


class _Reader:
    """One filled sheet under way."""

    def __init__(self, document: AssetCount, key: str, moment: dt.datetime) -> None:
        house = document.organization_id
        self.document, self.key, self.moment = document, key, moment
        self.filled = Filled()
        self.lines = dict(document.lines.values_list("asset__number", "pk"))
        places = Place.objects.filter(organization=house).values_list("pk", "code", "name")
        people = User.objects.filter(organization=house).values_list("pk", "employee_number", "name")
        self.places, self.people = _Named(places.iterator()), _Named(people.iterator())
        self.conditions = {str(choice.label): choice.value for choice in Condition} | {c: c for c in Condition.values}
        self._seen: dict[str, int] = {}
        self._number, self._cells = 0, {}  # type: int, dict[str, Any]

    def read(self, number: int, cells: dict[str, Any]) -> None:
        self._number, self._cells = number, cells
        before = len(self.filled.errors)
        code = (self._cell("number", lambda value: parse_code(value, max_length=60)) or "").upper()
        if not code and not self._cell("name", parse_text):
            self.filled.empty += 1
            return
        found = self._cell("found", _yes_or_no)
        place = self._cell("found_place", lambda value: self._named(self.places, value))
        unused = str(self._cells.get("found_user") or "").strip().lower() in (*NOBODY, _("nobody").lower())
        person = None if unused else self._cell("found_user", lambda value: self._named(self.people, value))
        condition = self._cell("condition", self._condition) or Condition.GOOD
        note = self._cell("note", lambda value: parse_text(value, max_length=200)) or ""
        if len(self.filled.errors) > before:
            return
        common = {"place_id": place, "condition": condition, "note": note, "counted_at": self.moment}
        if not code:
            self._take_stranger(common)
        elif found is None and place is None and person is None and not unused:
            self.filled.empty += 1
        elif found is False and (place or person or unused):
            self._refuse("found", _("What was not found has no place and no user."))
        else:
            named = {"user_id": person, "unused": unused, **self._of(code)}
            self._take(code, Sighting(self._id(code), found is not False, **named, **common))

    def _of(self, code: str) -> dict[str, Any]:
        return {"line_id": self.lines[code]} if code in self.lines else {"code": code}

    def _take(self, code: str, entry: Sighting) -> None:
        first = self._seen.setdefault(code, self._number)
        if first != self._number:
            self._refuse("number", _("Row %(row)d already counts this; keep one of them.") % {"row": first})
            return
        self._keep(entry)

    def _take_stranger(self, common: dict[str, Any]) -> None:
        """A row without a number is a thing without a card."""
        before = len(self.filled.errors)
        name = self._cell("name", lambda value: parse_text(value, max_length=100))
        specification = self._cell("specification", lambda value: parse_text(value, max_length=120)) or ""
        quantity = self._cell("quantity", lambda value: parse_decimal(value, 4, minimum=0))
        value = self._cell("value", lambda number: parse_decimal(number, 2, minimum=0))
        if len(self.filled.errors) == before:
            amount = quantity or Decimal(1)
            self._keep(Stranger(self._id(name), name, amount, specification, value=value, **common))

    def _keep(self, entry: Sighting | Stranger) -> None:
        self.filled.entries.append(entry)
        self.filled.rows[entry.client_id] = self._number

    def _id(self, words: str) -> uuid.UUID:
        return uuid.uuid5(self.document.request_key, f"{self.key} {self._number} {words}")

    def _named(self, known: _Named, value: Any) -> int | None:
        text = parse_text(value, max_length=100)
        return known.key_of(text) if text else None

    def _condition(self, value: Any) -> str | None:
        text = parse_text(value, max_length=40)
        if text and text not in self.conditions:
            words = _(", ").join(str(choice.label) for choice in Condition)
            raise ValueRefused(_("Write one of: %(words)s.") % {"words": words})
        return self.conditions.get(text)

    def _cell(self, name: str, parse: Any) -> Any:
        try:
            return parse(self._cells.get(name))
        except ValueRefused as refusal:
            self._refuse(name, str(refusal))
            return None

    def _refuse(self, name: str, sentence: str) -> None:
        value = self._cells.get(name)
        shown = "" if value is None else str(value)[:60]
        self.filled.errors.append(RowError(self._number, str(LABELS[name]), shown, sentence))


def _yes_or_no(value: Any) -> bool | None:
    """True, False, or None for an empty cell."""
    text = parse_text(value, max_length=20).lower()
    if not text:
        return None
    if text in YES or text == _("yes").lower():
        return True
    if text in NO or text == _("no").lower():
        return False
    raise ValueRefused(_("Write yes or no."))
