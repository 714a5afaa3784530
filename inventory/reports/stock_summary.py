"""收发存汇总表: opening, received, issued and closing of every item over a period."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import ZERO
from core.reports import SUBTOTAL, Column, PeriodForm, Report, Row, register
from inventory.ledger_selectors import Pair, Turnover, flows_since, items_under, turnovers
from inventory.models import GoodsReceipt, Item, ItemCategory, StockLocation

from .parts import (
    StockForm,
    pair_columns,
    pair_values,
    period_text,
    report_url,
    rows_by_key,
    tree_order,
    warehouse_text,
)

KIND = StockLocation.Kind
# Columns of what came in and what went out; (channel, kind of receipt) -> column, anything else is "other".
RECEIVED = {
    "purchase": gettext_lazy("Purchase"),
    "donation": gettext_lazy("Donation and other"),
    "opening_stock": gettext_lazy("Opening stock"),
}
ISSUED = {"use": gettext_lazy("Use"), "loss": gettext_lazy("Other")}
RECEIVED_CHANNELS = {
    (KIND.SUPPLIER.value, GoodsReceipt.Kind.PURCHASE.value): "purchase",
    (KIND.OPENING.value, ""): "opening_stock",
}
ISSUED_CHANNELS = {(KIND.CONSUMPTION.value, ""): "use"}


class StockSummaryForm(StockForm, PeriodForm):
    split = forms.BooleanField(label=gettext_lazy("Split by source and use"), required=False, initial=True)
    field_order = ("month", "start", "end", "warehouse", "category", "split")


def figures(turnover: Turnover) -> dict[str, Pair]:
    """The pairs of one row by column: opening, received_*, issued_*, received, issued, closing."""
    found = {"opening": turnover.opening, "closing": turnover.closing}
    sides = (
        ("received", turnover.received, RECEIVED_CHANNELS, "donation"),
        ("issued", turnover.issued, ISSUED_CHANNELS, "loss"),
    )
    for side, sums, channels, rest in sides:
        found[side] = Pair()
        for key, pair in sums.items():
            column = f"{side}_{channels.get(key, rest)}"
            found[column] = found.get(column, Pair()).plus(pair)
            found[side] = found[side].plus(pair)
    return found


@register
class StockSummary(Report):
    """One row an item, summed over the warehouses chosen; subtotals and totals in money, since units differ."""

    code = "stock_summary"
    title = gettext_lazy("Stock summary")
    permission = "inventory.view_stockvalue"
    icon = "table"
    form_class = StockSummaryForm
    note = gettext_lazy(
        "Opening plus received minus issued is closing, in quantity and in amount, in every row. Negative numbers are "
        "reversals. Quantities of different items are not added up."
    )
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        received: Column = pair_columns("received", gettext_lazy("Received"))
        issued: Column = pair_columns("issued", gettext_lazy("Issued"))
        if self.params["split"]:
            received = self._split("received", gettext_lazy("Received"), RECEIVED)
            issued = self._split("issued", gettext_lazy("Issued"), ISSUED)
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item name"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            pair_columns("opening", gettext_lazy("Opening")),
            received,
            issued,
            pair_columns("closing", gettext_lazy("Closing")),
        )

    @staticmethod
    def _split(side: str, label: Any, parts: Mapping[str, Any]) -> Column:
        groups = [pair_columns(f"{side}_{part}", words) for part, words in parts.items()]
        return Column(label, children=(*groups, pair_columns(side, gettext_lazy("Total"))))

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Period"), period_text(self.params["start"], self.params["end"])),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def rows(self) -> Iterator[Row]:
        category = self.params["category"]
        flows = flows_since(
            self.params["warehouses"],
            self.params["start"],
            self.params["end"],
            items=items_under(category) if category else None,
        )
        found = {key: figures(turnover) for key, turnover in turnovers(flows).items()}
        moved = [key for key, pairs in found.items() if any(pair.quantity or pair.amount for pair in pairs.values())]
        items = rows_by_key(Item.objects.select_related("unit"), moved)
        by_category: dict[int, list[Item]] = {}
        for item in sorted(items.values(), key=lambda item: item.code):
            by_category.setdefault(item.category_id, []).append(item)
        yield from _Tree(by_category, found).rows()

    def links(self, row: Row) -> dict[str, str]:
        period = {name: self.params[name] for name in ("start", "end", "warehouse")}
        if isinstance(row.subject, ItemCategory):
            url = report_url(self.code, **period, category=row.subject, split=self.params["split"])
            return dict.fromkeys(row.values, url)
        url = report_url("item_ledger", **period, item=row.subject)
        return {key: url for key in row.values if key not in ("name", "specification", "unit")}


class _Tree:
    """Items in the order of the category tree, with a subtotal where a category ends."""

    def __init__(self, by_category: Mapping[int, Sequence[Item]], found: Mapping[int, Mapping[str, Pair]]) -> None:
        self.by_category, self.found = by_category, found
        categories = {category.pk: category for category in ItemCategory.objects.all()}
        held: set[int] = set()
        for key in by_category:
            held.update(int(part) for part in categories[key].path.split(".") if part)
        self.children: dict[int | None, list[ItemCategory]] = {}
        for category in tree_order([categories[key] for key in held]):
            self.children.setdefault(category.parent_id, []).append(category)

    def rows(self) -> Iterator[Row]:
        for category in self.children.get(None, []):
            yield from self._branch(category, {})

    def _branch(self, category: ItemCategory, above: dict[str, Decimal]) -> Iterator[Row]:
        """The rows of a category and everything under it; its sums are added to those of the category above."""
        sums: dict[str, Decimal] = {}
        items, below = self.by_category.get(category.pk, ()), self.children.get(category.pk, [])
        for item in items:
            yield self._row(item, sums)
        for child in below:
            yield from self._branch(child, sums)
        for key, amount in sums.items():
            above[key] = above.get(key, ZERO) + amount
        if items or len(below) > 1:  # with one sub-category alone the line would only say the same again
            name = _("Subtotal: %(category)s") % {"category": category}
            yield Row({"name": name, **sums}, SUBTOTAL, subject=category)

    def _row(self, item: Item, sums: dict[str, Decimal]) -> Row:
        values: dict[str, Any] = {
            "code": item.code,
            "name": item.name,
            "specification": item.specification,
            "unit": str(item.unit),
        }
        for prefix, pair in self.found[item.pk].items():
            values |= pair_values(prefix, pair)
            sums[f"{prefix}_amount"] = sums.get(f"{prefix}_amount", ZERO) + pair.amount
        return Row(values, subject=item)
