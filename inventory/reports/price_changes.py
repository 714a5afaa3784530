"""采购价格变动表: what an item cost, purchase by purchase, and how much dearer or cheaper it became."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.forms import DayField, offer
from core.numbers import price
from core.reports import Column, Report, Row, register
from core.widgets import PickerInput
from inventory.ledger_selectors import items_under
from inventory.models import GoodsReceipt, GoodsReceiptLine, Item

from .parts import StockForm, period_text, report_url, warehouse_text

PRICED_KINDS = (GoodsReceipt.Kind.PURCHASE, GoodsReceipt.Kind.ESTIMATE)


class PriceChangesForm(StockForm):
    item = forms.ModelChoiceField(Item.objects.none(), label=gettext_lazy("Item"), required=False)
    start = DayField(label=gettext_lazy("From"))
    end = DayField(label=gettext_lazy("To"))
    field_order = ("item", "category", "warehouse", "start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", Item.objects.visible_to(self.user))
        self.fields["item"].widget = PickerInput("item_search", label_of=self._label_of)
        today = clock.today()
        self.fields["start"].initial, self.fields["end"].initial = today.replace(month=1, day=1), today

    def _label_of(self, key: Any) -> str:
        item = Item.objects.visible_to(self.user).filter(pk=key).first() if str(key).isdecimal() else None
        return str(item or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            self.add_error("end", _("The last day is before the first."))
        return data


@register
class PriceChanges(Report):
    """One row a purchase whose price is not that of the purchase before; for one item every purchase, with a chart."""

    code = "price_changes"
    title = gettext_lazy("Price changes")
    permission = "inventory.view_stockvalue"
    icon = "arrows-sort"
    form_class = PriceChangesForm
    note = gettext_lazy(
        "Prices in yuan per stock unit, as posted with the receipt. Without an item only purchases whose price changed "
        "are shown."
    )
    empty_text = gettext_lazy("No price changed in this time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Date"), "date", "date"),
            Column(gettext_lazy("Receipt"), "number", "code", width=18),
            Column(gettext_lazy("Supplier"), "supplier", width=24),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Price before"), "before", "price"),
            Column(gettext_lazy("Price"), "price", "price"),
            Column(gettext_lazy("Change (%)"), "change", "quantity"),
            Column(gettext_lazy("Costs more or less"), "effect", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Item"), self.params["item"] or _("All items")),
            (_("Period"), period_text(self.params["start"], self.params["end"])),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def _lines(self) -> QuerySet[GoodsReceiptLine]:
        """Posted purchases up to the last day, item by item, oldest first; also those before the first day, which say
        what the price was."""
        lines = GoodsReceiptLine.objects.filter(
            document__status=Status.POSTED,
            document__kind__in=PRICED_KINDS,
            document__warehouse__in=self.params["warehouses"],
            document__business_date__lte=self.params["end"],
            document__in=GoodsReceipt.objects.visible_to(self.user),
        )
        if self.params["item"]:
            lines = lines.filter(item=self.params["item"])
        elif self.params["category"]:
            lines = lines.filter(item__in=items_under(self.params["category"]))
        related = ("item__unit", "document__supplier")
        return lines.select_related(*related).order_by(
            "item__code", "item_id", "document__business_date", "document_id", "id"
        )

    def rows(self) -> Iterator[Row]:
        before: tuple[int, Decimal] | None = None
        for line in self._lines().iterator(chunk_size=2000):
            now = price(line.amount / line.stock_quantity)
            last = before[1] if before and before[0] == line.item_id else None
            before = (line.item_id, now)
            if line.document.business_date < self.params["start"]:
                continue
            if self.params["item"] or (last is not None and last != now):
                yield _row(line, now, last)

    def chart(self) -> dict[str, Any] | None:
        """The prices of one item as a line over its purchases."""
        if not self.params["item"]:
            return None
        rows = list(self.rows())
        values = [float(row.values["price"]) for row in rows]
        labels = [f"{row.values['date']:%Y-%m-%d}" for row in rows]
        return {
            "kind": "line",
            "labels": labels,
            "series": [{"name": str(_("Price")), "values": values}],
            "unit": str(_("yuan")),
            "label": str(self.params["item"]),
        }

    def links(self, row: Row) -> dict[str, str]:
        line = row.subject
        year: dict[str, dt.date] = {"start": self.params["start"], "end": self.params["end"]}
        return {
            "number": reverse("goodsreceipt_detail", args=(line.document_id,)),
            "code": report_url("price_changes", item=line.item, warehouse=self.params["warehouse"], **year),
        }


def _row(line: GoodsReceiptLine, now: Decimal, last: Decimal | None) -> Row:
    item, document = line.item, line.document
    change = None if not last else ((now - last) * 100 / last).quantize(Decimal("0.1"))
    return Row(
        {
            "code": item.code,
            "name": item.name,
            "specification": item.specification,
            "unit": str(item.unit),
            "date": document.business_date,
            "number": document.number,
            "supplier": str(document.supplier or ""),
            "quantity": line.stock_quantity,
            "before": last,
            "price": now,
            "change": change,
            "effect": None if last is None else (line.amount - last * line.stock_quantity).quantize(Decimal("0.01")),
        },
        subject=line,
    )
