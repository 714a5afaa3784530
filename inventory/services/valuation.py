"""What stock costs: moving average and first in, first out, exact to the cent (R-STK-06).

Cost is fixed at posting and never rewritten. What takes the last piece takes the whole remaining amount.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError, InsufficientStock
from core.numbers import ZERO, plain, price
from inventory.models import CostLayer, Item, Lot, StockBalance, StockLocation, StockMove, StockValue, Warehouse


def keeps_layers(item: Item, warehouse: Any) -> bool:
    """Whether an item is valued first in, first out in a warehouse; a warehouse priced by the month overrules it."""
    by_month = warehouse is not None and warehouse.valuation == Warehouse.Valuation.PERIOD_AVERAGE
    return item.valuation == Item.Valuation.FIFO and not by_month


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Yuan that a part of the whole costs; half a cent stays with the rest, so 10.00 for 3 goes 3.33, 3.33, 3.34."""
    return min((amount * part / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_DOWN), amount)


@dataclass(frozen=True)
class Piece:
    """So many stock units of one lot at so many yuan, from one cost layer where there is one."""

    lot: Lot
    quantity: Decimal
    amount: Decimal
    layer_id: int | None

    @property
    def unit_cost(self) -> Decimal:
        """Yuan per stock unit, 6 places; for display, the amount is what counts."""
        return price(self.amount / self.quantity) if self.quantity else ZERO


@dataclass
class Holding:
    """One item in one warehouse while a posting works on it: its lots, its value, its cost layers.

    free: stock units by lot that a posting dated in the past may take, because they were there at that day and still
    are; None for a posting of today.
    """

    location: StockLocation
    item: Item
    value: StockValue
    balances: dict[int, StockBalance] = field(default_factory=dict)
    changed_balances: dict[int, StockBalance] = field(default_factory=dict)
    layers: dict[int, CostLayer] = field(default_factory=dict)
    changed_layers: dict[int, CostLayer] = field(default_factory=dict)
    new_layers: list[CostLayer] = field(default_factory=list)
    free: dict[int, Decimal] | None = None
    kept_back: set[int] = field(default_factory=set)
    value_changes: list[tuple[Decimal, int]] = field(default_factory=list)
    touched: bool = False

    @property
    def is_fifo(self) -> bool:
        return keeps_layers(self.item, self.location.warehouse)

    def add_balance(self, balance: StockBalance) -> None:
        self.balances[balance.lot_id] = balance

    def _change_balance(self, lot: Lot, quantity: Decimal) -> None:
        balance = self.balances.get(lot.pk)
        if balance is None:
            balance = StockBalance(location=self.location, item=self.item, lot=lot, quantity=ZERO)
            self.add_balance(balance)
        balance.quantity += quantity
        if self.free is not None:
            self.free[lot.pk] = self.free.get(lot.pk, ZERO) + quantity
        self.changed_balances[lot.pk] = balance

    def take(
        self, quantity: Decimal, *, lot: Lot | None, day: dt.date, position: int, takes_unfit: bool = False
    ) -> list[Piece]:
        """Take stock units out, cheapest rule first: by lot (first expired, first out), then by cost layer.

        takes_unfit: expired and kept-back lots may go too. Raises InsufficientStock naming what is there, or the lots
        that have expired or are kept back (R-STK-04).
        """
        pieces: list[Piece] = []
        for balance, wanted in self._picked(quantity, lot, day, position, takes_unfit):
            self._change_balance(balance.lot, -wanted)
            pieces += self._costed(balance.lot, wanted)
        return pieces

    def _picked(
        self, quantity: Decimal, lot: Lot | None, day: dt.date, position: int, takes_unfit: bool
    ) -> list[tuple[StockBalance, Decimal]]:
        stocked = [b for b in self.balances.values() if b.quantity > 0 and (lot is None or b.lot_id == lot.pk)]
        fresh = [b for b in stocked if takes_unfit or self._is_fit(b, day)]
        if sum((b.quantity for b in fresh), ZERO) < quantity:
            self._refuse(quantity, stocked, fresh, position, day)
        far = dt.date.max
        order = sorted(fresh, key=lambda b: (b.lot.expires_on or far, b.lot.made_on or far, b.lot_id))
        rooms = {balance.lot_id: self._room(balance) for balance in order}
        if sum(rooms.values(), ZERO) < quantity:
            # Too little was there at that day: today's stock is taken, and the check of the days names the first gap.
            rooms = {balance.lot_id: balance.quantity for balance in order}
        picked, missing = [], quantity
        for balance in order:
            part = min(rooms[balance.lot_id], missing)
            if part > 0:
                picked.append((balance, part))
                missing -= part
        return picked

    def _is_fit(self, balance: StockBalance, day: dt.date) -> bool:
        expired = balance.lot.expires_on is not None and balance.lot.expires_on < day
        return not expired and balance.lot_id not in self.kept_back

    def _room(self, balance: StockBalance) -> Decimal:
        """Stock units of a lot that were there at the business date and still are."""
        if self.free is None:
            return balance.quantity
        return max(min(balance.quantity, self.free.get(balance.lot_id, ZERO)), ZERO)

    def _refuse(
        self, quantity: Decimal, stocked: list[StockBalance], fresh: list[StockBalance], position: int, day: dt.date
    ) -> None:
        usable = sum((b.quantity for b in fresh), ZERO)
        kept_back = sum((b.quantity for b in stocked if b not in fresh and b.lot_id in self.kept_back), ZERO)
        words = {
            "item": self.item,
            "warehouse": self.location,
            "stock": plain(usable),
            "asked": plain(quantity),
            "unit": self.item.unit,
            "expired": plain(sum((b.quantity for b in stocked), ZERO) - usable - kept_back),
            "kept_back": plain(kept_back),
        }
        sentence = (
            _(
                "%(warehouse)s has only %(stock)s %(unit)s of %(item)s; %(asked)s %(unit)s were asked for. "
                "Lower the quantity or wait for the next delivery."
            )
            % words
        )
        if words["expired"] != "0":
            sentence += " " + _("Another %(expired)s %(unit)s have expired and are not issued.") % words
        if kept_back:
            sentence += " " + _("Another %(kept_back)s %(unit)s are kept back (quarantine or frozen).") % words
        raise InsufficientStock(sentence, line=position)

    def _costed(self, lot: Lot, quantity: Decimal) -> list[Piece]:
        if self.is_fifo:
            return self._from_layers(lot, quantity)
        amount = self._average_cost(quantity)
        self._change(-quantity, -amount)
        return [Piece(lot, quantity, amount, None)]

    def _average_cost(self, quantity: Decimal) -> Decimal:
        if quantity == self.value.quantity:
            return self.value.amount
        return share(self.value.amount, quantity, self.value.quantity)

    def _from_layers(self, lot: Lot, quantity: Decimal) -> list[Piece]:
        pieces, missing = [], quantity
        for layer in self.layers.values():
            if missing == 0:
                break
            if layer.lot_id != lot.pk or layer.quantity == 0:
                continue
            part = min(layer.quantity, missing)
            amount = layer.amount if part == layer.quantity else share(layer.amount, part, layer.quantity)
            self._change_layer(layer, -part, -amount)
            self._change(-part, -amount)
            pieces.append(Piece(lot, part, amount, layer.move_id))
            missing -= part
        if missing:
            raise RuntimeError(
                f"cost layers and balance of {self.item.pk} in {self.location.pk} differ: run verify_ledgers"
            )
        return pieces

    def take_back(self, piece: Piece, original: StockMove, *, position: int) -> None:
        """Undo a receipt: the same lot and amount leave again. Raises DomainError when it has been used since."""
        balance = self.balances.get(piece.lot.pk)
        if balance is None or balance.quantity < piece.quantity:
            there = balance.quantity if balance else ZERO
            raise InsufficientStock(
                _(
                    "%(item)s: only %(stock)s of the %(asked)s %(unit)s received are still there. "
                    "Reverse the later issues first."
                )
                % {"item": self.item, "stock": plain(there), "asked": plain(piece.quantity), "unit": self.item.unit},
                line=position,
            )
        layer = self.layers.get(original.pk)
        rest = self.value.amount - piece.amount
        # Without a layer the item was valued otherwise when this came in; that it changed says all of it was used.
        used = self.is_fifo if layer is None else layer.quantity != piece.quantity
        if used or rest < 0 or (self.value.quantity == piece.quantity and rest != 0):
            raise DomainError(
                _(
                    "%(item)s: part of this receipt was issued at the average price since, so its amount can no longer "
                    "be taken back whole. Reverse the later issues first."
                )
                % {"item": self.item},
                line=position,
            )
        self._change_balance(piece.lot, -piece.quantity)
        self._change(-piece.quantity, -piece.amount)
        if layer is not None:
            self._change_layer(layer, -piece.quantity, -piece.amount)

    def put(self, piece: Piece, *, restores_layer: bool) -> None:
        """Put stock units in; a reversal gives them back to the cost layer they came from."""
        self._change_balance(piece.lot, piece.quantity)
        self._change(piece.quantity, piece.amount)
        if self.is_fifo and restores_layer and piece.layer_id is not None:
            self._change_layer(self.layers[piece.layer_id], piece.quantity, piece.amount)

    def change_value(self, amount: Decimal, *, layer_id: int | None, position: int) -> None:
        """Change the value of what is there without moving a piece; yuan, negative lowers it."""
        self.value_changes.append((amount, position))
        self._change(ZERO, amount)
        if layer_id is not None and layer_id in self.layers:
            self._change_layer(self.layers[layer_id], ZERO, amount)

    def require_value_carried(self) -> None:
        """After all changes of value of a posting: raises DomainError when the stock cannot carry them.

        Either nothing is there that could have a value, or its value would be below zero: of the item, or of the cost
        layer that the change belongs to, even where other layers could pay for it.
        """
        changed: list[StockValue | CostLayer] = [self.value, *self.changed_layers.values()]
        if self.value_changes and any(row.amount < 0 or (row.amount and not row.quantity) for row in changed):
            amount, position = self.value_changes[-1]
            raise DomainError(
                _("The value of %(item)s in %(warehouse)s cannot be changed by %(amount)s yuan.")
                % {"item": self.item, "warehouse": self.location, "amount": amount},
                line=position,
            )

    def add_layer(self, move: StockMove) -> None:
        """Remember a receipt of a first-in-first-out item as a cost layer of its own."""
        if self.is_fifo:
            self.new_layers.append(
                CostLayer(
                    move=move,
                    warehouse_id=self.value.warehouse_id,
                    item=self.item,
                    lot_id=move.lot_id,
                    quantity=move.quantity,
                    amount=move.amount,
                )
            )

    def _change(self, quantity: Decimal, amount: Decimal) -> None:
        self.value.quantity += quantity
        self.value.amount += amount
        self.touched = True

    def _change_layer(self, layer: CostLayer, quantity: Decimal, amount: Decimal) -> None:
        layer.quantity += quantity
        layer.amount += amount
        self.changed_layers[layer.move_id] = layer
