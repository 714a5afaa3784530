"""What a check or an import found, row by row, in the user's language."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 200
KEPT = 5000
SHOWN_CHANGES = 50


@dataclass(frozen=True)
class RowError:
    """One reason why a row was refused; column and letter are empty when the row as a whole is meant."""

    row: int
    column: str
    letter: str
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """One value of an existing record that the file changes."""

    row: int
    record: str
    column: str
    before: str
    after: str


@dataclass
class ImportReport:
    """The result: `ok` says whether everything can be (or was) written; nothing is ever written in part.

    errors holds the first 5000 of error_count; bad_rows counts the rows with at least one.
    """

    sheet: str = ""
    header_row: int = 1
    total: int = 0
    error_count: int = 0
    bad_rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.error_count

    def close(self) -> None:
        """Sort and count the errors once all are known, and keep the first ones."""
        self.errors.sort(key=lambda error: error.row)
        self.error_count = len(self.errors)
        self.bad_rows = len({error.row for error in self.errors})
        del self.errors[KEPT:]

    def reasons(self) -> dict[int, str]:
        """Row number -> all its reasons in one text, for the marked workbook."""
        found: dict[int, list[str]] = {}
        for error in self.errors:
            found.setdefault(error.row, []).append(f"{error.column}：{error.reason}" if error.column else error.reason)
        return {row: "\n".join(reasons) for row, reasons in found.items()}

    def as_json(self) -> dict[str, Any]:
        """For ImportJob.report; `from_json` reverses it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ImportReport":
        fields = dict(data)
        fields["errors"] = [RowError(**error) for error in data.get("errors", [])]
        fields["changes"] = [Change(**change) for change in data.get("changes", [])]
        return cls(**fields)


def shown(cell: Any) -> str:
    """A cell or value as a person sees it; "" for nothing."""
    return "" if cell is None else str(cell)


class Notes:
    """Second thoughts about single cells, gathered: a sentence once per column, with its first rows and its count."""

    def __init__(self) -> None:
        self._count: Counter[tuple[str, str]] = Counter()
        self._rows: dict[tuple[str, str], list[int]] = {}

    def add(self, column: str, sentence: str, row: int) -> None:
        key = (column, sentence)
        rows = self._rows.setdefault(key, [])
        if len(rows) < 3 and row not in rows:
            rows.append(row)
        self._count[key] += 1

    def sentences(self) -> list[tuple[str, str, list[int], int]]:
        """(column, sentence, first rows, how often)."""
        return [(*key, self._rows[key], count) for key, count in self._count.items()]
