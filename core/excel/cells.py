"""What a cell can hold, and how a row of cells travels from the child process to the application. No Django here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that shows something but holds no usable value.

    `kind` is "error" (`text` is #N/A, #REF! …), "formula" (a formula that was never calculated), "merged" (part of a
    vertical merge, `text` is the range, e.g. B5:B7) or "damaged" (a reference into nowhere).
    """

    kind: str
    text: str = ""

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | bool | date | datetime | BadCell | None


def encode(cell: Any) -> Any:
    """A cell as something JSON knows: text, numbers, booleans and None as they are, the rest as a one-key object."""
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, BadCell):
        return {"b": cell.kind, "x": cell.text}
    return cell


def decode(cell: Any) -> Cell:
    """The reverse of `encode`."""
    if not isinstance(cell, dict):
        return cell
    if "d" in cell:
        return date.fromisoformat(cell["d"])
    if "t" in cell:
        return datetime.fromisoformat(cell["t"])
    return BadCell(cell["b"], cell["x"])


def column_letter(index: int) -> str:
    """Excel's name of the column with this index (0 is A, 26 is AA)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Excel's name of a cell: row as Excel counts it (from 1), column as an index (from 0)."""
    return f"{column_letter(column)}{row}"
