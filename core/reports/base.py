"""What a report is: a title, parameters, a tree of columns and rows. Screen, Excel and paper show it alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from core.numbers import ZERO

from .columns import Column, leaves_of
from .forms import ReportForm

PLAIN, SUBTOTAL, HEADING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by column key (a missing one is blank).

    level: PLAIN, SUBTOTAL or HEADING. subject: whatever `Report.links` needs to find the rows behind the numbers.
    """

    values: Mapping[str, Any]
    level: int = PLAIN
    subject: Any = None


@dataclass
class Report:
    """A report for one person with checked parameters; see docs/reports.md for a whole example.

    A subclass declares `code` (also the URL name), `title`, `permission`, `icon` and `form_class`, and answers
    `columns` and `rows`; `signature_places` are words beside which people sign on paper. It shows
    only what `user` may see: `rows` starts from a selector or `visible_to(user)`.
    """

    user: Any
    params: Mapping[str, Any] = field(default_factory=dict)

    code: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    permission: ClassVar[str] = ""
    export_permission: ClassVar[str] = ""
    """The right to take the rows away as a workbook; "" lets everybody do so who may open the report."""
    icon: ClassVar[str] = "report-analytics"
    form_class: ClassVar[type[ReportForm]] = ReportForm
    note: ClassVar[Any] = ""
    hint: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""
    frozen_columns: ClassVar[int] = 0
    signature_places: ClassVar[Sequence[Any]] = ()

    def __post_init__(self) -> None:
        self.sums: dict[str, Decimal] = {}

    @classmethod
    def may_open(cls, user: Any) -> bool:
        """Whether this person is offered the report at all."""
        return bool(user.has_perm(cls.permission))

    @classmethod
    def may_export(cls, user: Any) -> bool:
        """Whether this person may take the report away as a workbook."""
        return cls.may_open(user) and (not cls.export_permission or bool(user.has_perm(cls.export_permission)))

    def columns(self) -> Sequence[Column]:
        """The column tree."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        """The rows in order, made one by one: a sheet of a million rows must not fill the memory."""
        raise NotImplementedError

    def summary(self) -> list[tuple[Any, Any]]:
        """(label, value) pairs above the table: period, warehouse, item."""
        return []

    def links(self, row: Row) -> dict[str, str]:
        """Addresses of what lies behind the cells of a row, by column key; asked for the rows on screen only."""
        return {}

    def chart(self) -> dict[str, Any] | None:
        """A chart above the table on screen, as static/js/charts.js reads it with a `label` in words; None for none."""
        return None

    def run(self) -> Iterator[Row]:
        """The rows, while the columns with `total` are added up over the plain ones."""
        adding = [leaf.key for leaf in leaves_of(self.columns()) if leaf.total]
        self.sums = dict.fromkeys(adding, ZERO)
        for row in self.rows():
            if row.level == PLAIN:
                for key in adding:
                    self.sums[key] += row.values.get(key) or ZERO
            yield row

    def totals(self) -> Mapping[str, Any] | None:
        """The last row by column key, or None; asked after `run` has come to its end."""
        if not self.sums:
            return None
        return {leaves_of(self.columns())[0].key: _("Total"), **self.sums}
