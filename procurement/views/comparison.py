"""比价表: line by line what was offered, the lowest marked, what was paid before and what it costs elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core.numbers import ZERO, money, plain
from procurement import price_selectors
from procurement.models import Quotation, QuotationLine, Sourcing, SourcingLine
from procurement.sourcing_selectors import Offered, lowest_prices, offers_of


@dataclass(frozen=True)
class Cell:
    """One supplier's offer for one line."""

    supplier: str
    offer: QuotationLine | None
    amount: Decimal | None
    lowest: bool
    awarded: bool
    excluded: bool


@dataclass(frozen=True)
class Compared:
    """One line of the comparison. Prices are yuan per unit of the request line."""

    line: SourcingLine
    cells: list[Cell]
    lowest: Decimal | None
    last: Decimal | None
    average: Decimal | None

    @property
    def title(self) -> str:
        return self.line.request_line.title

    @property
    def estimate(self) -> Decimal:
        return self.line.request_line.unit_price

    @property
    def above_estimate(self) -> bool:
        """Whether the proposed price is above the approved one, so that an order would need a new request."""
        return bool(self.line.awarded and self.line.awarded.unit_price > self.estimate)

    @property
    def words(self) -> str:
        """All offers in one line, as a phone shows them: 德诚 23 · 华康 24."""
        parts = [
            f"{cell.supplier} {plain(cell.offer.unit_price)}{_(' (excluded)') if cell.excluded else ''}"
            for cell in self.cells
            if cell.offer
        ]
        return " · ".join(parts)


@dataclass(frozen=True)
class Head:
    """One supplier's column: his quotation, and yuan over all lines he offers."""

    quotation: Quotation
    total: Decimal
    count: int


@dataclass(frozen=True)
class Comparison:
    heads: list[Head] = field(default_factory=list)
    rows: list[Compared] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Yuan of the proposed award."""
        return sum((row.line.amount for row in self.rows if row.line.awarded_id), ZERO)

    @property
    def estimate(self) -> Decimal:
        return sum((money(row.line.quantity * row.estimate) for row in self.rows), ZERO)


def compare(document: Sourcing, lines: Sequence[SourcingLine]) -> Comparison:
    """The comparison table; without columns as long as the prices are sealed. lines bring request_line and awarded.

    A fixed number of queries, whatever the number of lines and suppliers.
    """
    offers = offers_of(document)
    lowest = lowest_prices(offers)
    history = price_selectors.history(document.organization_id, [line.request_line for line in lines])
    rows = []
    for line in lines:
        known = history[line.request_line_id].per(line.request_line.factor)
        cells = [_cell(row, line, lowest.get(line.pk)) for row in offers]
        rows.append(Compared(line, cells, lowest.get(line.pk), known.last, known.average))
    heads = [Head(row.quotation, money(row.total), len(row.lines)) for row in offers]
    return Comparison(heads, rows)


def _cell(row: Offered, line: SourcingLine, lowest: Decimal | None) -> Cell:
    offer = row.lines.get(line.pk)
    excluded = row.quotation.excluded
    return Cell(
        supplier=row.quotation.supplier.name,
        offer=offer,
        amount=money(line.quantity * offer.unit_price) if offer else None,
        lowest=bool(offer and not excluded and offer.unit_price == lowest),
        awarded=bool(offer and line.awarded_id == offer.pk),
        excluded=excluded,
    )
