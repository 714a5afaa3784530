"""What is done with the rows of a file before the first of them is checked."""

from typing import Any

from django.utils.translation import gettext as _

from core.excel.reader import Row, Table
from core.excel.values import RelatedWidget
from core.imports.loading import folded, parents_first
from core.imports.report import Notes
from core.parsing import parse_text

TOTAL_WORDS = frozenset({"合计", "总计", "小计", "累计", "本页合计", "total", "subtotal", "sum"})


class Preparation:
    """The rows in the order in which they are read, the records that they name, and what is already known of them.

    rows: to be read; cells: row number -> cells; keys: row number -> natural key; refused: row number -> (field name or
    "", sentence); notes: second thoughts about single cells.
    """

    def __init__(self, resource: Any, table: Table) -> None:
        self.resource, self.table = resource, table
        self.notes = Notes()
        self.refused: dict[int, tuple[str, str]] = {}
        self._examples = self._identical = 0
        self.names = list(table.columns)
        self.rows = self._without_examples(table.rows)
        self.cells = {row.number: row.cells for row in self.rows}
        self._load_related()
        self.rows = self._in_tree_order(self.rows)
        self.keys = self._keys()
        self._refuse_totals()
        self.rows = self._without_duplicates(self.rows)

    def warnings(self) -> list[str]:
        """Everything that the user should know although it is no error."""
        found = []
        if self._examples:
            found.append(_("The example row of the template was skipped."))
        if self._identical:
            found.append(
                _("%(count)d rows repeat an earlier row exactly and were skipped.") % {"count": self._identical}
            )
        for column, sentence, rows, count in self.notes.sentences():
            found.append(
                _("Column %(column)s: %(sentence)s (%(count)d cells, first in row %(row)d)")
                % {"column": column, "sentence": sentence, "count": count, "row": rows[0]}
            )
        return found

    def _record(self, row: Row) -> dict[str, Any]:
        return {self.resource.fields[name].column_name: cell for name, cell in zip(self.names, row.cells, strict=True)}

    def _without_examples(self, rows: list[Row]) -> list[Row]:
        example = [_comparable(self.resource.example(name)) for name in self.names]
        if not any(example):
            return rows
        kept = [row for row in rows if [_comparable(cell) for cell in row.cells] != example]
        self._examples = len(rows) - len(kept)
        return kept

    def _load_related(self) -> None:
        for index, name in enumerate(self.names):
            widget = self.resource.fields[name].widget
            widget.serials = not self.table.date1904
            if isinstance(widget, RelatedWidget):
                named = {row.cells[index] for row in self.rows if row.cells[index] is not None}
                widget.load(named, self.resource.choosable(name, widget.model))

    def _in_tree_order(self, rows: list[Row]) -> list[Row]:
        """A row that names another row of the file (its parent) comes after it."""
        for index, name in enumerate(self.names):
            widget = self.resource.fields[name].widget
            if isinstance(widget, RelatedWidget) and widget.model is self.resource.model:
                lookups = [self.names.index(lookup) for lookup in widget.lookups if lookup in self.names]
                names = {row.number: [_comparable(row.cells[place]) for place in lookups] for row in rows}
                parent = {row.number: _comparable(row.cells[index]) for row in rows}
                return parents_first(rows, names, parent)
        return rows

    def _keys(self) -> dict[int, tuple[Any, ...]]:
        if not self.resource.key_fields():
            return {}
        found = {row.number: self.resource.key_of(self._record(row)) for row in self.rows}
        return {number: key for number, key in found.items() if key is not None}

    def _refuse_totals(self) -> None:
        for row in self.rows:
            first = next((cell for cell in row.cells if cell is not None), "")
            if isinstance(first, str) and "".join(first.split()).rstrip("：:").lower() in TOTAL_WORDS:
                self.refused[row.number] = ("", _("This looks like a row of totals. Delete it."))

    def _without_duplicates(self, rows: list[Row]) -> list[Row]:
        """The same key twice: the same data is skipped, different data is an error that names the first row."""
        seen: dict[tuple[Any, ...], Row] = {}
        kept = []
        for row in rows:
            key = self.keys.get(row.number)
            first = seen.setdefault(folded(key), row) if key is not None else row
            if first is not row:
                if self.keys[first.number] == key and _same(first, row):
                    self._identical += 1
                    continue
                self._refuse_duplicate(row, first, same_case=self.keys[first.number] == key)
            kept.append(row)
        return kept

    def _refuse_duplicate(self, row: Row, first: Row, *, same_case: bool) -> None:
        name = self.resource._meta.import_id_fields[0]
        if same_case:
            sentence = _("Row %(row)d has the same key but other data. Keep one of them.")
        else:
            sentence = _("Row %(row)d has the same key in other capitals. Write both the same way or rename one.")
        self.refused.setdefault(row.number, (name, sentence % {"row": first.number}))


def _comparable(cell: Any) -> str:
    try:
        return parse_text(cell) if cell is not None else ""
    except ValueError:
        return ""


def _same(first: Row, second: Row) -> bool:
    return [_comparable(cell) for cell in first.cells] == [_comparable(cell) for cell in second.cells]
