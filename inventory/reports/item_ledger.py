"""数量金额式明细账: every movement of one item with quantity, price and amount, month by month."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.reports import SUBTOTAL, Column, PeriodForm, Report, Row, register
from core.templatetags.display import quantity as shown_quantity
from core.widgets import PickerInput
from inventory.ledger_selectors import Entry, Pair, item_balance_before, item_entries
from inventory.models import GoodsReceipt, Item, StockLocation

from .parts import StockForm, document_url, pair_columns, pair_values, period_text, report_url, warehouse_text

KIND = StockLocation.Kind
# by (kind of place at the other end, received there or issued)
WORDS: dict[tuple[str, bool], Any] = {
    (KIND.SUPPLIER, True): gettext_lazy("Received"),
    (KIND.OPENING, True): gettext_lazy("Opening stock"),
    (KIND.CONSUMPTION, False): gettext_lazy("Issued for use"),
    (KIND.CONSUMPTION, True): gettext_lazy("Returned from use"),
    (KIND.SUPPLIER, False): gettext_lazy("Returned to the supplier"),
    (KIND.ADJUSTMENT, True): gettext_lazy("Count surplus"),
    (KIND.ADJUSTMENT, False): gettext_lazy("Count shortage"),
    (KIND.SCRAP, False): gettext_lazy("Written off"),
    (KIND.TRANSIT, False): gettext_lazy("Sent to another warehouse"),
    (KIND.TRANSIT, True): gettext_lazy("Arrived from another warehouse"),
}
RECEIPT_WORDS: dict[str, Any] = {
    GoodsReceipt.Kind.PURCHASE: gettext_lazy("Purchase receipt"),
    GoodsReceipt.Kind.DONATION: gettext_lazy("Donation receipt"),
    GoodsReceipt.Kind.OTHER: gettext_lazy("Other receipt"),
}


class ItemLedgerForm(StockForm, PeriodForm):
    category = None  # type: ignore[assignment]
    item = forms.ModelChoiceField(Item.objects.none(), label=gettext_lazy("Item"))
    field_order = ("item", "warehouse", "month", "start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", Item.objects.visible_to(self.user))
        self.fields["item"].widget = PickerInput("item_search", label_of=self._label_of)

    def _label_of(self, key: Any) -> str:
        item = Item.objects.visible_to(self.user).filter(pk=key).first() if str(key).isdecimal() else None
        return str(item or "")


class _Books:
    """Running figures of the ledger: balance, and what the period, the month and the year have brought so far."""

    def __init__(self, balance: Pair) -> None:
        self.balance = balance
        self.period, self.month, self.year = self._empty(), self._empty(), self._empty()

    @staticmethod
    def _empty() -> dict[bool, Pair]:
        return {True: Pair(), False: Pair()}

    def turn_page(self, before: dt.date, after: dt.date) -> None:
        """A new month, and perhaps a new year, begins."""
        if (before.year, before.month) != (after.year, after.month):
            self.month = self._empty()
        if before.year != after.year:
            self.year = self._empty()

    def add(self, received: bool, signed: Pair, *, in_period: bool) -> None:
        self.balance = self.balance.plus(signed, 1 if received else -1)
        for sums in (self.month, self.year, *([self.period] if in_period else [])):
            sums[received] = sums[received].plus(signed)


@register
class ItemLedger(Report):
    """One item, one warehouse or all that the person sees. Reversals are negative in the column they undo."""

    code = "item_ledger"
    title = gettext_lazy("Item ledger")
    permission = "inventory.view_stockvalue"
    icon = "book-2"
    form_class = ItemLedgerForm
    hint = gettext_lazy("Choose an item: type its code, name or pinyin initials.")
    note = gettext_lazy(
        "Negative numbers are reversals. Month totals and year to date count from the first day of the month and of "
        "the year; the last line counts the period shown."
    )
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Date"), "date", "date"),
            Column(gettext_lazy("Document"), "number", "code", width=18),
            Column(gettext_lazy("Summary"), "text", width=34),
            pair_columns("received", gettext_lazy("Received"), totals=False),
            pair_columns("issued", gettext_lazy("Issued"), totals=False),
            pair_columns("balance", gettext_lazy("Balance"), totals=False),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        item, warehouse = self.params["item"], self.params["warehouse"]
        place = warehouse.place if warehouse and warehouse.place_id else ""
        return [
            (_("Code"), item.code),
            (_("Item name"), item.name),
            (_("Specification"), item.specification or "-"),
            (_("Unit"), item.unit),
            (_("Kept at"), " ".join(str(part) for part in (warehouse_text(self.params), place) if part)),
            (
                _("Maximum / minimum stock"),
                f"{shown_quantity(item.max_stock) or '-'} / {shown_quantity(item.min_stock) or '-'}",
            ),
            (_("Period"), period_text(self.params["start"], self.params["end"])),
        ]

    def rows(self) -> Iterator[Row]:
        item, warehouses, start, end = (self.params[name] for name in ("item", "warehouses", "start", "end"))
        new_year = start.replace(month=1, day=1)
        self.books = _Books(item_balance_before(item, warehouses, new_year))
        entries = groupby(item_entries(item, warehouses, new_year, end), key=_same_line)
        last, opened, shown = new_year, False, False
        for _key, moves in entries:
            entry, signed = _together(moves)
            if not opened and entry.date >= start:
                self.books.turn_page(last, start)
                last, opened = start, True
                yield self._opening(start)
            if shown and (last.year, last.month) != (entry.date.year, entry.date.month):
                yield from self._month_end(last)
            self.books.turn_page(last, entry.date)
            last, shown = entry.date, opened
            self.books.add(entry.received, signed, in_period=opened)
            if opened:
                yield self._row(entry, signed)
        if shown:
            yield from self._month_end(last)
        if not opened:
            yield self._opening(start)

    def _opening(self, start: dt.date) -> Row:
        values = {"date": start, "text": _("Brought forward"), **self._balance()}
        before = start - dt.timedelta(days=1)
        return Row(values, SUBTOTAL, subject=(before.replace(month=1, day=1), before))

    def _row(self, entry: Entry, signed: Pair) -> Row:
        side = "received" if entry.received else "issued"
        values: dict[str, Any] = {"date": entry.date, "number": entry.number, "text": _words(entry)}
        return Row(values | pair_values(side, signed) | self._balance(), subject=entry)

    def _balance(self) -> dict[str, Any]:
        return pair_values("balance", self.books.balance, blank_zero=False)

    def _month_end(self, day: dt.date) -> Iterator[Row]:
        """What the month and the year of `day`, the last with a movement, have brought so far."""
        parts = (
            (_("Month total"), self.books.month, day.replace(day=1)),
            (_("Year to date"), self.books.year, day.replace(month=1, day=1)),
        )
        for label, sums, first in parts:
            values = {"text": label, **pair_values("received", sums[True]), **pair_values("issued", sums[False])}
            yield Row(values | self._balance(), SUBTOTAL, subject=(first, day))

    def totals(self) -> Mapping[str, Any]:
        sums = self.books.period
        received = pair_values("received", sums[True], blank_zero=False)
        return (
            {"text": _("Total of the period"), **received}
            | pair_values("issued", sums[False], blank_zero=False)
            | self._balance()
        )

    def links(self, row: Row) -> dict[str, str]:
        """A movement leads to its document; a balance or a total to the ledger of the days it is made of."""
        entry = row.subject
        if isinstance(entry, tuple) and not isinstance(entry, Entry):
            return dict.fromkeys((key for key in row.values if "_" in key), self._days(*entry))
        balance = self._days(entry.date.replace(month=1, day=1), entry.date)
        found = dict.fromkeys((key for key in row.values if key.startswith("balance_")), balance)
        if url := document_url(entry.content_type_id, entry.object_id):
            side = "received" if entry.received else "issued"
            found |= dict.fromkeys(("number", *(f"{side}_{part}" for part in ("quantity", "price", "amount"))), url)
        return found

    def _days(self, start: dt.date, end: dt.date) -> str:
        """The ledger of the same item and warehouse over other days."""
        return report_url(self.code, item=self.params["item"], warehouse=self.params["warehouse"], start=start, end=end)


def _same_line(entry: Entry) -> tuple[Any, ...]:
    """Lots and cost layers of one document line are one row of the ledger."""
    return (entry.date, entry.content_type_id, entry.object_id, entry.line_id, entry.received, entry.reversal)


def _together(moves: Iterator[Entry]) -> tuple[Entry, Pair]:
    first, total = None, Pair()
    for first in moves:
        total = total.plus(Pair(first.quantity, first.amount), -1 if first.reversal else 1)
    assert first is not None  # noqa: S101 - groupby never gives an empty group
    return first, total


def _words(entry: Entry) -> str:
    words = RECEIPT_WORDS.get(entry.receipt_kind) if entry.received else None
    words = words or WORDS.get((entry.channel, entry.received)) or (_("Moved in") if entry.received else _("Moved out"))
    about = entry.supplier or (entry.department if entry.channel == KIND.CONSUMPTION else "")
    text = f"{words} {about}".strip()
    return _("Reversal of: %(what)s") % {"what": text} if entry.reversal else text
