"""库存表: what lies in the warehouses, with lots and expiry, at the end of a day or now."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField
from core.numbers import ZERO
from core.reports import Column, Report, Row, register
from core.search import matching
from inventory.ledger_selectors import Pair, flows_since, items_under, turnovers
from inventory.models import Item, Lot, Warehouse
from inventory.movement_selectors import in_transit

from .parts import StockForm, average, report_url, rows_by_key, warehouse_text

EXPIRES_SOON_DAYS = 30
NUMBERS = ("quantity", "price", "amount", "transit_quantity", "transit_amount", "together")
SEARCHED = ("code", "name", "specification", "barcode")


class StockOnHandForm(StockForm):
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    day = DayField(label=gettext_lazy("At the end of"), required=False, help_text=gettext_lazy("Empty: now."))
    warnings = forms.BooleanField(label=gettext_lazy("Only what needs attention"), required=False)
    field_order = ("q", "warehouse", "category", "day", "warnings")


@register
class StockOnHand(Report):
    """One row an item and warehouse; further lots of it stand in rows of their own beneath.

    What is on its way stands beside the receiving warehouse: in no warehouse's stock, but in the total (R-STK-13).
    """

    code = "stock_on_hand"
    title = gettext_lazy("Stock on hand")
    permission = "inventory.view_stockvalue"
    icon = "stack-2"
    form_class = StockOnHandForm
    note = gettext_lazy("Minimum and maximum are compared with the stock of all warehouses shown together.")
    empty_text = gettext_lazy("Nothing is in stock.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        lots = (
            Column(gettext_lazy("Lot number"), "lot", "code"),
            Column(gettext_lazy("Expires on"), "expires_on", "date"),
            Column(gettext_lazy("Quantity"), "lot_quantity", "quantity"),
        )
        limits = (
            Column(gettext_lazy("Minimum"), "minimum", "quantity"),
            Column(gettext_lazy("Maximum"), "maximum", "quantity"),
        )
        transit = (
            Column(
                gettext_lazy("On its way here"),
                children=(
                    Column(gettext_lazy("Quantity"), "transit_quantity", "quantity"),
                    Column(gettext_lazy("Amount"), "transit_amount", "money", total=True),
                ),
            ),
            Column(gettext_lazy("Amount with what is on its way"), "together", "money", total=True),
        )
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item name"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Warehouse"), "warehouse"),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Average price"), "price", "price"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
            *(transit if self.transit else ()),
            Column(gettext_lazy("Lots"), children=lots),
            Column(gettext_lazy("Limits"), children=limits),
            Column(gettext_lazy("Attention"), "warning", width=26),
        )

    @property
    def day(self) -> dt.date:
        """The day whose evening is shown."""
        return self.params["day"] or clock.today()

    @cached_property
    def transit(self) -> dict[tuple[int, int], Pair]:
        """What is on its way, by (receiving warehouse, item)."""
        found = in_transit(self.params["warehouses"], self.params["day"])
        return {key: Pair(*sums) for key, sums in found.items()}

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("At the end of"), self.params["day"] or _("%(day)s (now)") % {"day": self.day}),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def _items(self) -> QuerySet[Item]:
        rows = items_under(self.params["category"])
        return matching(rows, self.params["q"], fields=SEARCHED) if self.params["q"] else rows

    def _narrowed(self) -> QuerySet[Item] | None:
        """The items asked for, or None for all: then the ledger need not look at the items at all."""
        return self._items() if self.params["q"] or self.params["category"] else None

    def rows(self) -> Iterator[Row]:
        tomorrow = self.day + dt.timedelta(days=1)
        warehouses = {warehouse.pk: warehouse for warehouse in self.params["warehouses"]}
        flows = flows_since(warehouses.values(), tomorrow, items=self._narrowed())
        stock = {key: found.opening for key, found in turnovers(flows, by_warehouse=True).items()}
        lots = self._lots(warehouses, tomorrow)
        per_item: dict[int, Decimal] = {}
        for (_warehouse, item), pair in stock.items():
            per_item[item] = per_item.get(item, ZERO) + pair.quantity
        for item in self._items().select_related("unit").order_by("code").iterator(chunk_size=2000):
            here = {key: stock.get((key, item.pk), Pair()) for key in warehouses}
            held: list[tuple[int | None, Pair]] = [
                (key, pair) for key, pair in here.items() if pair.quantity or (key, item.pk) in self.transit
            ]
            warning = _limit_warning(item, per_item.get(item.pk, ZERO))
            if not held and warning and item.active:
                held = [(None, Pair())]
            for key, pair in held:
                warehouse = warehouses[key] if key else None
                yield from self._rows_of(item, warehouse, pair, warning, lots.get((key or 0, item.pk), []))

    def _lots(
        self, warehouses: Mapping[int, Warehouse], tomorrow: dt.date
    ) -> dict[tuple[int, int], list[tuple[Lot, Decimal]]]:
        """Numbered lots with stock by (warehouse key, item key), the next to expire first."""
        sums: dict[tuple[int, int, int], Decimal] = {}
        for flow in flows_since(warehouses.values(), tomorrow, items=self._narrowed(), by_lot=True):
            sign = 1 if flow.side in ("now", "out") else -1
            key = (flow.warehouse_id, flow.item_id, flow.lot_id)
            sums[key] = sums.get(key, ZERO) + sign * flow.quantity
        held = [key[2] for key, pieces in sums.items() if pieces]
        lots = rows_by_key(Lot.objects.exclude(number="", expires_on=None), held)
        found: dict[tuple[int, int], list[tuple[Lot, Decimal]]] = {}
        for (warehouse, item, lot), pieces in sums.items():
            if pieces and lot in lots:
                found.setdefault((warehouse, item), []).append((lots[lot], pieces))
        for some in found.values():
            some.sort(key=lambda pair: (pair[0].expires_on or dt.date.max, pair[0].number))
        return found

    def _rows_of(
        self, item: Item, warehouse: Warehouse | None, pair: Pair, warning: str, lots: list[tuple[Lot, Decimal]]
    ) -> Iterator[Row]:
        head = {
            "code": item.code,
            "name": item.name,
            "specification": item.specification,
            "unit": str(item.unit),
            "warehouse": str(warehouse or ""),
            "quantity": pair.quantity,
            "price": average(pair.quantity, pair.amount),
            "amount": pair.amount,
            **self._on_its_way(item, warehouse, pair),
            "minimum": item.min_stock,
            "maximum": item.max_stock,
        }
        lines: list[tuple[dict[str, Any], str]] = [(self._lot_values(*lot), self._expiry(lot[0])) for lot in lots]
        for number, (values, expiry) in enumerate(lines or [({}, "")]):
            words = _joined(warning if number == 0 else "", expiry)
            if words or not self.params["warnings"]:
                shown = head if number == 0 or self.params["warnings"] else {}
                yield Row({**shown, **values, "warning": words}, subject=(item, warehouse))
                if self.params["warnings"]:
                    head = {key: value for key, value in head.items() if key not in NUMBERS}

    def _on_its_way(self, item: Item, warehouse: Warehouse | None, pair: Pair) -> dict[str, Any]:
        if not self.transit:
            return {}
        transit = self.transit.get((warehouse.pk if warehouse else 0, item.pk), Pair())
        shown = {"transit_quantity": transit.quantity, "transit_amount": transit.amount} if any(transit) else {}
        return {**shown, "together": pair.amount + transit.amount}

    @staticmethod
    def _lot_values(lot: Lot, pieces: Decimal) -> dict[str, Any]:
        return {"lot": lot.number, "expires_on": lot.expires_on, "lot_quantity": pieces}

    def _expiry(self, lot: Lot) -> str:
        if lot.expires_on is None:
            return ""
        if lot.expires_on < self.day:
            return _("expired")
        left = (lot.expires_on - self.day).days
        return _("expires in %(days)d days") % {"days": left} if left <= EXPIRES_SOON_DAYS else ""

    def links(self, row: Row) -> dict[str, str]:
        item, warehouse = row.subject
        month = {"start": self.day.replace(day=1), "end": self.day}
        url = report_url("item_ledger", item=item, warehouse=warehouse, **month)
        return dict.fromkeys(("code", "quantity", "price", "amount", "lot_quantity"), url)


def _limit_warning(item: Item, pieces: Decimal) -> str:
    if item.min_stock is not None and pieces < item.min_stock:
        return _("below the minimum")
    if item.max_stock is not None and pieces > item.max_stock:
        return _("above the maximum")
    return ""


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
