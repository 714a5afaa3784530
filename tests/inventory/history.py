"""A long ledger made quickly, straight into the tables: for benchmarks and for workbooks of many rows.

The caches agree with the moves, so every report adds up; digests and documents are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType

from inventory.models import GoodsIssue, GoodsReceipt, Item, StockBalance, StockLocation, StockMove, StockValue
from inventory.models.ledger import Lot
from tests.factories import House

PRICE = Decimal("12.345")
BATCH = 2_000


def make_items(house: House, count: int) -> list[Item]:
    """Items in the store's first category."""
    first = house.gloves
    rows = [
        Item(code=f"BZ{number:06}", name=f"物资{number}", category=first.category, unit=first.unit)
        for number in range(count)
    ]
    Item.objects.bulk_create(rows, batch_size=BATCH)
    items = list(Item.objects.filter(code__startswith="BZ").order_by("code"))
    Lot.objects.bulk_create([Lot(item=item) for item in items], batch_size=BATCH)
    return items


def lay_history(house: House, items: Sequence[Item], moves: int, *, last: dt.date, a_day: int) -> None:
    """So many moves, `a_day` of them every day up to `last`: each item in turn, ten in, then twice three out."""
    lots = dict(Lot.objects.filter(item__in=items).values_list("item", "pk")) if len(items) <= BATCH else None
    lots = lots or dict(Lot.objects.values_list("item", "pk"))
    maker = _Maker(house, [(item.pk, lots[item.pk]) for item in items])
    first = last - dt.timedelta(days=-(-moves // a_day) - 1)
    batch: list[StockMove] = []
    for place, move in enumerate(maker.moves(moves)):
        move.business_date = first + dt.timedelta(days=place // a_day)
        batch.append(move)
        if len(batch) == BATCH:
            StockMove.objects.bulk_create(batch)
            batch = []
    StockMove.objects.bulk_create(batch)
    maker.write_caches()


class _Maker:
    def __init__(self, house: House, items: Sequence[tuple[int, int]]) -> None:
        self.house, self.items = house, items
        kinds = StockLocation.Kind
        get = StockLocation.objects.get_or_create
        self.store = get(organization=house.organization, kind=kinds.PHYSICAL, warehouse=house.warehouse)[0]
        self.supplier = get(organization=house.organization, kind=kinds.SUPPLIER, warehouse=None)[0]
        self.use = get(organization=house.organization, kind=kinds.CONSUMPTION, warehouse=None)[0]
        self.receipt = ContentType.objects.get_for_model(GoodsReceipt)
        self.issue = ContentType.objects.get_for_model(GoodsIssue)
        self.stock: dict[tuple[int, int], Decimal] = {}

    def moves(self, count: int) -> Iterator[StockMove]:
        for number in range(count):
            item = self.items[number % len(self.items)]
            round_ = number // len(self.items)
            incoming = round_ % 3 == 0
            pieces = Decimal(10 if incoming else 3)
            self.stock[item] = self.stock.get(item, Decimal(0)) + (pieces if incoming else -pieces)
            yield self._move(number, item, pieces, incoming)

    def _move(self, number: int, item: tuple[int, int], pieces: Decimal, incoming: bool) -> StockMove:
        ends: dict[str, Any] = (
            {"source": self.supplier, "target": self.store, "content_type": self.receipt}
            if incoming
            else {"source": self.store, "target": self.use, "content_type": self.issue}
        )
        ward = self.house.ward if number % 2 else self.house.other_ward
        return StockMove(
            organization=self.house.organization,
            item_id=item[0],
            lot_id=item[1],
            quantity=pieces,
            unit_cost=PRICE,
            amount=(pieces * PRICE).quantize(Decimal("0.01")),
            department=None if incoming else ward,
            posted_by=self.house.storekeeper,
            object_id=1,
            line_id=number + 1_000_000,
            number=f"{'RK' if incoming else 'CK'}{number:08}",
            **ends,
        )

    def write_caches(self) -> None:
        held = [(item, lot, pieces) for (item, lot), pieces in self.stock.items() if pieces]
        values = self._amounts()
        StockValue.objects.bulk_create(
            [
                StockValue(warehouse=self.house.warehouse, item_id=i, quantity=p, amount=values[i])
                for i, _lot, p in held
            ],
            batch_size=BATCH,
        )
        StockBalance.objects.bulk_create(
            [StockBalance(location=self.store, item_id=i, lot_id=lot, quantity=p) for i, lot, p in held],
            batch_size=BATCH,
        )

    def _amounts(self) -> dict[int, Decimal]:
        sums: dict[int, Decimal] = {}
        rows = StockMove.objects.filter(line_id__gte=1_000_000)
        for item, target, amount in rows.values_list("item", "target", "amount").iterator(chunk_size=BATCH):
            sums[item] = sums.get(item, Decimal(0)) + (amount if target == self.store.pk else -amount)
        return sums
