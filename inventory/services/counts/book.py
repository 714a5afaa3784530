"""What the books said at the moment a lot was counted, so that the store need not stop for a count."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from core.numbers import ZERO, money
from inventory.models import StockBalance, StockCountLine, StockMove, StockValue

from ..locations import of_warehouse
from ..valuation import share


@dataclass(frozen=True)
class Book:
    """quantity: stock units of the lot; item_quantity, item_amount (yuan): of the whole item in the warehouse."""

    quantity: Decimal
    item_quantity: Decimal
    item_amount: Decimal

    @property
    def amount(self) -> Decimal:
        """Yuan of the lot at the average of that moment."""
        return share(self.item_amount, self.quantity, self.item_quantity) if self.item_quantity else ZERO

    def value_of(self, difference: Decimal, price: Decimal | None) -> Decimal | None:
        """Yuan of a difference at the average of that moment, negative for a shortage.

        price: yuan per stock unit for goods of which nothing was there; None when no price is known.
        """
        if not difference:
            return ZERO
        if difference < 0:
            return -share(self.item_amount, -difference, self.item_quantity)
        if self.item_quantity:
            return money(difference * self.item_amount / self.item_quantity)
        return None if price is None else money(difference * price)


def books_of(warehouse: Any, lines: Sequence[StockCountLine]) -> dict[int, Book]:
    """The book of every counted line at its counted_at, by line key: the balance of now without what moved since.

    Locks the value rows of the items, so that no posting that began before is missing. Reads only what moved after the
    earliest moment; four statements whatever the number of lines. Must run inside a transaction.
    """
    if not lines:
        return {}
    place = of_warehouse(warehouse)
    items = StockCountLine.objects.filter(pk__in=[line.pk for line in lines]).values("item")
    values = StockValue.objects.select_for_update(of=("self",)).filter(warehouse=warehouse, item__in=items)
    totals = {value.item_id: (value.quantity, value.amount) for value in values.order_by("item_id")}
    balances = dict(StockBalance.objects.filter(location=place, item__in=items).values_list("lot_id", "quantity"))
    flows = _flows_since(place.pk, items, min(_moment(line) for line in lines))
    return {line.pk: _book(line, balances, totals, flows.get(line.item_id, ())) for line in lines}


def _moment(line: StockCountLine) -> dt.datetime:
    if line.counted_at is None:
        raise RuntimeError("only a counted line has a moment")
    return line.counted_at


@dataclass(frozen=True)
class _Flow:
    """What one move brought into the warehouse, negative for what it took out."""

    lot_id: int
    posted_at: dt.datetime
    quantity: Decimal
    amount: Decimal


def _flows_since(place: int, items: Any, moment: dt.datetime) -> dict[int, list[_Flow]]:
    moves = StockMove.objects.filter(Q(source=place) | Q(target=place), item__in=items, posted_at__gt=moment)
    rows = moves.order_by().values_list("item_id", "lot_id", "posted_at", "target_id", "quantity", "amount")
    flows: dict[int, list[_Flow]] = {}
    for item, lot, posted_at, target, quantity, amount in rows:
        sign = 1 if target == place else -1
        flows.setdefault(item, []).append(_Flow(lot, posted_at, sign * quantity, sign * amount))
    return flows


def _book(
    line: StockCountLine,
    balances: dict[int, Decimal],
    totals: dict[int, tuple[Decimal, Decimal]],
    flows: Iterable[_Flow],
) -> Book:
    quantity = balances.get(line.lot_id, ZERO)
    item_quantity, item_amount = totals.get(line.item_id, (ZERO, ZERO))
    for flow in flows:
        if flow.posted_at > _moment(line):
            item_quantity -= flow.quantity
            item_amount -= flow.amount
            if flow.lot_id == line.lot_id:
                quantity -= flow.quantity
    return Book(quantity, item_quantity, item_amount)


def last_prices(warehouse: Any, items: Iterable[Any]) -> dict[int, Decimal]:
    """Yuan per stock unit by item key for goods of which the books hold nothing: the last receipt's, else the
    reference price; items without either are missing."""
    wanted = {item.pk: item.reference_price for item in items}
    came = StockMove.objects.filter(
        target__warehouse__organization=warehouse.organization_id, item__in=wanted, quantity__gt=0, reverses=None
    )
    last = {item: cost for item, cost in came.order_by("id").values_list("item_id", "unit_cost") if cost}
    prices = {key: last.get(key) or reference for key, reference in wanted.items()}
    return {key: price for key, price in prices.items() if price}
