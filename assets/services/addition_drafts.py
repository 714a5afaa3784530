"""What the lines of an asset addition begin with: accepted goods that wait for their cards."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from assets.models import AssetIntake
from core.errors import DomainError
from core.numbers import ZERO

from .addition_lines import shared_out
from .classes import ClassBook

FISCAL = "fiscal"
"""What the allotment that paid is called when it was money of the treasury."""


def lines_for(goods: Iterable[AssetIntake]) -> Iterator[dict[str, Any]]:
    """The values of lines by field, one or two for each row of goods: values to the cent add up to what was paid.

    The class is filled in where the code of the purchase names a class that cards may take.
    """
    book = ClassBook()
    for row in goods:
        category = _class_of(book, row)
        pieces = int(row.quantity)
        for count, value in _shared(row.amount, pieces):
            yield {
                "intake": row.pk,
                "category": category,
                "name": row.name,
                "specification": row.specification[:120],
                "brand": row.brand[:60],
                "unit": row.unit,
                "pieces": count,
                "original_value": value,
                "fiscal_fund": value if row.fund_source == FISCAL else ZERO,
                "department": row.department_id,
                "supplier": row.supplier_id,
                "acquired_on": row.acquired_on,
                "warranty_until": months_later(row.acquired_on, row.warranty_months),
                "measure": Decimal(1),
            }


def _shared(amount: Decimal, pieces: int) -> list[tuple[int, Decimal]]:
    try:
        return shared_out(amount, pieces)
    except ValueError:
        return [(max(pieces, 1), ZERO)]  # a gift in a purchase: its value is entered by hand


def _class_of(book: ClassBook, row: AssetIntake) -> int | None:
    if not row.class_code:
        return None
    try:
        return book.named(row.class_code)[0].pk
    except DomainError:
        return None


def months_later(day: dt.date, months: int | None) -> dt.date | None:
    """The same day so many months later, the last of the month where it has no such day; None without months."""
    if not months:
        return None
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))
