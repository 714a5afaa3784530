"""Where the table is on a sheet: the header row, its columns, what lies under it. No Django here."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.excel.cells import cell_name, column_letter
from core.excel.guard import Refused

HEADER_SEARCH = 30
# The column that a refused workbook comes back with; nobody needs to hear that it was ignored.
REASON_LABELS = ("错误原因", "Error reason")
_MARKS = re.compile(
    r"[*＊✱]|[(\[【（](?:必填|选填|必输|可选|required|optional|mandatory)[)\]】）]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Merge:
    """A merged range; rows as Excel counts them, columns as indexes, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        return f"{cell_name(self.top, self.left)}:{cell_name(self.bottom, self.right)}"


@dataclass
class Header:
    """The header row, the row under which data begins, and for every read column its index and key."""

    row: int
    bottom: int
    columns: list[tuple[int, str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


def normalise(label: Any) -> str:
    """A header cell as a key to compare: full-width folded, all blanks and required-marks removed, lower case."""
    if not isinstance(label, str):
        return ""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", label))
    return "".join(part for part in text if part.isprintable() and not part.isspace()).casefold()


def key_map(known: Iterable[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Normalised header text -> column key, for known columns given as (key, names); the first owner of a name wins."""
    found: dict[str, str] = {}
    for key, names in known:
        for name in names:
            found.setdefault(normalise(name), key)
    found.pop("", None)
    return found


def find_header(rows: Sequence[tuple[int, list[Any]]], merges: Sequence[Merge], keys: dict[str, str]) -> Header | None:
    """The header among the first rows, or None.

    rows: (Excel row number, cells from column A). With known `keys` it is the row that names most of them; without, the
    first row with two texts (or with all the cells of a one-column sheet). Titles above it are skipped. Raises Refused
    when one column is named twice.
    """
    grid = _spread_merges(rows, merges)
    best, best_score = None, 0
    for number, cells in grid:
        labels = [normalise(cell) for cell in cells]
        if keys:
            score = len({keys[label] for label in labels if label in keys})
        else:
            score = int(len({label for label in labels if label}) >= min(2, _width(grid)))
        if score > best_score:
            best, best_score = (number, cells), score
            if not keys:
                break
    if best is None:
        return None
    return _header(best[0], best[1], merges, keys)


def _width(grid: Sequence[tuple[int, list[Any]]]) -> int:
    return max(sum(1 for cell in cells if cell not in (None, "")) for _number, cells in grid)


def _spread_merges(rows: Sequence[tuple[int, list[Any]]], merges: Sequence[Merge]) -> list[tuple[int, list[Any]]]:
    """The rows with the text of a vertical merge repeated in each of its rows: two-line headers are often merged."""
    grid = {number: list(cells) for number, cells in rows}
    for merge in merges:
        if merge.top == merge.bottom or merge.top not in grid or merge.bottom - merge.top > HEADER_SEARCH:
            continue
        source = grid[merge.top]
        value = source[merge.left] if merge.left < len(source) else None
        for number in range(merge.top + 1, merge.bottom + 1):
            cells = grid.setdefault(number, [])
            cells.extend([None] * (merge.left + 1 - len(cells)))
            cells[merge.left] = cells[merge.left] or value
    return sorted(grid.items())


def _header(number: int, cells: list[Any], merges: Sequence[Merge], keys: dict[str, str]) -> Header:
    bottom = max([number, *(merge.bottom for merge in merges if merge.top <= number <= merge.bottom)])
    header = Header(number, bottom)
    places: dict[str, int] = {}
    for index, cell in enumerate(cells):
        label = normalise(cell)
        if not label:
            continue
        key = keys.get(label) if keys else label
        shown = " ".join(str(cell).split())
        if key is None:
            header.extra += [] if shown in REASON_LABELS else [shown]
            continue
        if key in places:
            raise Refused(
                "duplicate_column",
                first=column_letter(places[key]),
                first_name=" ".join(str(cells[places[key]]).split()),
                second=column_letter(index),
                name=shown,
            )
        places[key] = index
        header.columns.append((index, key))
        header.labels.append(shown)
    return header
