"""The columns of a report: a tree, whose leaves hold values and whose branches are headings over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.excel.writer import Column as SheetColumn

# kind of a column in Excel -> kind of a cell on screen and paper (core/templatetags/display.py)
SCREEN_KINDS = {"date": "day", "datetime": "moment", "boolean": "flag"}


@dataclass(frozen=True)
class Column:
    """A column, or with `children` a heading over several.

    key: name of the value in `Row.values`. kind: text, code, integer, quantity, price, money, date, datetime
    or boolean. width: characters in Excel, None for the usual width of the kind. total: added up in the last row.
    on_paper: whether it is printed; a ledger of very many columns can only be read on paper without some.
    """

    label: Any
    key: str = ""
    kind: str = "text"
    width: float | None = None
    total: bool = False
    children: tuple["Column", ...] = ()
    on_paper: bool = True

    @property
    def depth(self) -> int:
        """Header lines that this column needs."""
        return 1 + max((child.depth for child in self.children), default=0)

    def leaves(self) -> list["Column"]:
        """The columns that hold values, from left to right."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]

    def for_sheet(self) -> SheetColumn:
        """The same column for the Excel writer."""
        return SheetColumn(
            str(self.label), self.width, self.kind, self.total, tuple(child.for_sheet() for child in self.children)
        )

    def for_screen(self) -> dict[str, Any]:
        """The same column for the templates."""
        return {"key": self.key, "label": self.label, "kind": SCREEN_KINDS.get(self.kind, self.kind), "css": ""}


def leaves_of(columns: Sequence[Column]) -> list[Column]:
    """All columns that hold values, from left to right."""
    return [leaf for column in columns for leaf in column.leaves()]


def header_rows(columns: Sequence[Column]) -> list[list[dict[str, Any]]]:
    """The header for the templates: one list a line of {label, kind, colspan, rowspan}; spans of one are left out."""
    depth = max(column.depth for column in columns)
    lines: list[list[dict[str, Any]]] = [[] for _line in range(depth)]

    def place(some: Sequence[Column], line: int) -> None:
        for column in some:
            head = column.for_screen()
            if column.children:
                head["colspan"], head["kind"] = len(column.leaves()), "text"
                place(column.children, line + 1)
            elif line < depth - 1:
                head["rowspan"] = depth - line
            lines[line].append(head)

    place(columns, 0)
    return lines
