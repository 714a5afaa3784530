"""Recomputes the closing stock of every closed month from the moves and names what differs."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext as _

from core import periods
from core.numbers import ZERO
from core.verification import Finding
from inventory.models import MonthClosing, StockMove, StockSnapshot, Warehouse

from .closing import digest_of

Key = tuple[int, int]
"""Keys of a warehouse and an item."""


def verify_closings() -> Iterator[Finding]:
    """Every close: its digest, that its month is closed and, where it stands, its closing stock against the moves."""
    closings = MonthClosing.objects.order_by("organization_id", "year", "month", "id")
    by_house: dict[int, list[MonthClosing]] = defaultdict(list)
    for closing in closings:
        rows = StockSnapshot.objects.filter(closing=closing).order_by("warehouse_id", "item_id")
        if closing.digest != digest_of(closing, rows.iterator(chunk_size=2000)):
            yield Finding(MonthClosing._meta.label, closing.pk, _("the closing stock was changed after the close"))
        if closing.reopened_at is None:
            by_house[closing.organization_id].append(closing)
    for house, standing in by_house.items():
        last = standing[-1]
        if periods.is_open(house, dt.date(last.year, last.month, 1)):
            yield Finding(MonthClosing._meta.label, last.pk, _("the month is open although its close stands"))
        yield from _compare(house, standing)


def _compare(house: int, closings: list[MonthClosing]) -> Iterator[Finding]:
    monthly = _monthly(house)
    months = sorted({month for sums in monthly.values() for month in sums})
    totals: dict[Key, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for closing in closings:
        while months and months[0] <= (closing.year, closing.month):
            month = months.pop(0)
            for key, sums in monthly.items():
                if month in sums:
                    totals[key] = [old + new for old, new in zip(totals[key], sums[month], strict=True)]
        expected = {key: tuple(pair) for key, pair in totals.items() if any(pair)}
        rows = StockSnapshot.objects.filter(closing=closing)
        for row in rows.iterator(chunk_size=2000):
            computed = expected.pop((row.warehouse_id, row.item_id), (ZERO, ZERO))
            if computed != (row.quantity, row.amount):
                yield Finding(row._meta.label, row.pk, _differs(f"{row.quantity} / {row.amount}", computed))
        for (warehouse, item), computed in expected.items():
            yield Finding(StockSnapshot._meta.label, f"{closing}/{warehouse}/{item}", _differs(_("nothing"), computed))


def _differs(kept: str, computed: Any) -> str:
    words = {"kept": kept, "computed": f"{computed[0]} / {computed[1]}"}
    return _("the close says %(kept)s, the moves %(computed)s") % words


def _monthly(house: int) -> dict[Key, dict[tuple[int, int], list[Decimal]]]:
    """What every month brought (+) and took (-) by warehouse and item; two statements."""
    found: dict[Key, dict[tuple[int, int], list[Decimal]]] = defaultdict(lambda: defaultdict(lambda: [ZERO, ZERO]))
    warehouses = Warehouse.objects.filter(organization=house).values("pk")
    for side, sign in (("target", 1), ("source", -1)):
        place = f"{side}__warehouse"
        rows = StockMove.objects.filter(**{f"{place}__in": warehouses}).order_by()
        rows = rows.annotate(y=ExtractYear("business_date"), m=ExtractMonth("business_date"))
        sums = rows.values_list(place, "item", "y", "m").annotate(Sum("quantity"), Sum("amount"))
        for warehouse, item, year, month, quantity, amount in sums.iterator(chunk_size=2000):
            pair = found[warehouse, item][year, month]
            pair[0] += sign * quantity
            pair[1] += sign * amount
    return found
