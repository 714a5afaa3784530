"""Recomputes every stock cache from the ledger and names what differs."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.numbers import ZERO
from core.verification import Finding
from inventory.models import (
    CostLayer,
    Item,
    StockBalance,
    StockLocation,
    StockMove,
    StockValue,
    Warehouse,
)

from .digest import digest_of
from .line_verification import verify_lines


class Totals:
    """What the caches must hold, added up from the moves in posting order."""

    def __init__(self) -> None:
        self.balances: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
        self.values: dict[tuple[int, int], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        self.layers: dict[int, list[Decimal]] = {}
        self.by_document: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: ZERO)
        self._warehouses = dict(StockLocation.objects.values_list("pk", "warehouse_id"))
        # An item may have been valued otherwise earlier; the layers themselves tell which receipts opened one.
        self._layered = set(CostLayer.objects.values_list("pk", flat=True))

    def add(self, move: StockMove) -> Iterator[Finding]:
        """Count one move; yields a finding when a lot would have been negative after it (R-STK-03)."""
        for place, sign in ((move.source_id, -1), (move.target_id, 1)):
            warehouse = self._warehouses[place]
            if warehouse is None:
                continue
            key = (place, move.lot_id)
            self.balances[key] += sign * move.quantity
            value = self.values[warehouse, move.item_id]
            value[0] += sign * move.quantity
            value[1] += sign * move.amount
            if self.balances[key] < 0:
                yield _finding(move, _("the stock is below zero after this movement"))
            self._count_layer(move, sign)
        sign = -1 if move.reverses_id else 1
        self.by_document[move.content_type_id, move.object_id, move.line_id] += sign * move.amount

    def _count_layer(self, move: StockMove, sign: int) -> None:
        if sign > 0 and move.pk in self._layered:
            self.layers[move.pk] = [move.quantity, move.amount]
            return
        key = move.layer_id or (move.reverses_id if sign < 0 else None)
        if key in self.layers:
            self.layers[key][0] += sign * move.quantity
            self.layers[key][1] += sign * move.amount


def _finding(row: Any, message: str) -> Finding:
    return Finding(row._meta.label, row.pk, message)


def verify_stock() -> Iterator[Finding]:
    """Every move's digest and reversal, then balances, values, cost layers and the lines of papers."""
    totals = Totals()
    for move in StockMove.objects.select_related("reverses").order_by("id").iterator(chunk_size=2000):
        if move.digest != digest_of(move):
            yield _finding(move, _("the row was changed after it was posted (%(number)s)") % {"number": move.number})
        if move.reverses_id and not _mirrors(move, move.reverses):
            yield _finding(move, _("the reversal does not mirror what it reverses"))
        yield from totals.add(move)
    yield from _compare_balances(totals)
    yield from _compare_values(totals)
    yield from _compare_layers(totals)
    yield from verify_lines(totals.by_document)


def _mirrors(move: StockMove, original: Any) -> bool:
    same = ("item_id", "lot_id", "quantity", "amount", "object_id", "line_id")
    swapped = (move.source_id, move.target_id) == (original.target_id, original.source_id)
    return swapped and all(getattr(move, name) == getattr(original, name) for name in same)


def _difference(cached: Any, computed: Any) -> str:
    return _("the cache says %(cached)s, the ledger %(computed)s") % {"cached": cached, "computed": computed}


def _compare_balances(totals: Totals) -> Iterator[Finding]:
    expected = dict(totals.balances)
    for balance in StockBalance.objects.iterator(chunk_size=2000):
        quantity = expected.pop((balance.location_id, balance.lot_id), ZERO)
        if quantity != balance.quantity:
            yield _finding(balance, _difference(balance.quantity, quantity))
    for (location, lot), quantity in expected.items():
        if quantity:
            yield Finding(StockBalance._meta.label, f"{location}/{lot}", _difference(_("nothing"), quantity))


def _compare_values(totals: Totals) -> Iterator[Finding]:
    expected = {key: tuple(pair) for key, pair in totals.values.items()}
    for value in StockValue.objects.iterator(chunk_size=2000):
        computed = expected.pop((value.warehouse_id, value.item_id), (ZERO, ZERO))
        if computed != (value.quantity, value.amount):
            yield _finding(value, _difference(f"{value.quantity} / {value.amount}", f"{computed[0]} / {computed[1]}"))
    for (warehouse, item), computed in expected.items():
        if any(computed):
            yield Finding(StockValue._meta.label, f"{warehouse}/{item}", _difference(_("nothing"), computed[0]))


def _compare_layers(totals: Totals) -> Iterator[Finding]:
    expected = {key: tuple(pair) for key, pair in totals.layers.items()}
    for layer in CostLayer.objects.iterator(chunk_size=2000):
        computed = expected.pop(layer.pk, (ZERO, ZERO))
        if computed != (layer.quantity, layer.amount):
            yield _finding(layer, _difference(f"{layer.quantity} / {layer.amount}", f"{computed[0]} / {computed[1]}"))
    for key, computed in expected.items():
        yield Finding(CostLayer._meta.label, key, _difference(_("nothing"), computed[0]))
    yield from _compare_layers_with_values()


def _compare_layers_with_values() -> Iterator[Finding]:
    """The layers of a first-in-first-out item are all of its stock, so a missing layer shows here."""
    rows = CostLayer.objects.order_by().values_list("warehouse", "item")
    layered = {(w, i): (quantity, amount) for w, i, quantity, amount in rows.annotate(Sum("quantity"), Sum("amount"))}
    by_month = Warehouse.Valuation.PERIOD_AVERAGE
    values = StockValue.objects.filter(item__valuation=Item.Valuation.FIFO).exclude(warehouse__valuation=by_month)
    for value in values.iterator(chunk_size=2000):
        computed = layered.get((value.warehouse_id, value.item_id), (ZERO, ZERO))
        if computed != (value.quantity, value.amount):
            yield _finding(value, _difference(f"{value.quantity} / {value.amount}", f"{computed[0]} / {computed[1]}"))
