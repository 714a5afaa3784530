"""供应商供货汇总表: what each supplier delivered, took back and is owed, with the receipts behind it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.reports import Column, PeriodForm, Report, Row, register
from directory.models import Supplier
from inventory.ledger_selectors import items_under
from inventory.models import GoodsReceipt, GoodsReceiptLine, SupplierReturnLine

from .parts import StockForm, period_text, warehouse_text


class DeliveriesForm(StockForm, PeriodForm):
    field_order = ("month", "start", "end", "warehouse", "category")


@register
class Deliveries(Report):
    """One row a supplier, the largest first."""

    code = "supplier_deliveries"
    title = gettext_lazy("Deliveries by supplier")
    permission = "inventory.view_stockvalue"
    icon = "truck-delivery"
    form_class = DeliveriesForm
    note = gettext_lazy("Posted receipts at their prices in yuan; goods sent back are subtracted at the same prices.")
    empty_text = gettext_lazy("Nothing was delivered in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Supplier"), "name", width=30),
            Column(gettext_lazy("Receipts"), "receipts", "integer"),
            Column(gettext_lazy("Items"), "items", "integer"),
            Column(gettext_lazy("Last delivery"), "last", "date"),
            Column(gettext_lazy("Delivered"), "delivered", "money", total=True),
            Column(gettext_lazy("Sent back"), "returned", "money", total=True),
            Column(gettext_lazy("Net"), "net", "money", total=True),
            Column(gettext_lazy("Share (%)"), "share", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Period"), period_text(self.params["start"], self.params["end"])),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def _of_period(self, lines: QuerySet[Any]) -> QuerySet[Any]:
        lines = lines.filter(
            document__status=Status.POSTED,
            document__business_date__range=(self.params["start"], self.params["end"]),
            document__warehouse__in=self.params["warehouses"],
        )
        category = self.params["category"]
        return lines.filter(item__in=items_under(category)) if category else lines

    def rows(self) -> Iterator[Row]:
        received = self._of_period(GoodsReceiptLine.objects.exclude(document__supplier=None))
        received = received.filter(document__in=GoodsReceipt.objects.visible_to(self.user))
        sums = list(
            received.order_by()
            .values("document__supplier")
            .annotate(
                receipts=Count("document", distinct=True),
                items=Count("item", distinct=True),
                last=Max("document__business_date"),
                delivered=Sum("amount"),
            )
        )
        back = self._of_period(SupplierReturnLine.objects.all()).order_by()
        returned = dict(back.values_list("document__receipt__supplier").annotate(Sum("credit")))
        suppliers = Supplier.objects.in_bulk({row["document__supplier"] for row in sums} | set(returned) - {None})
        known = {row["document__supplier"]: row for row in sums}
        whole = sum((row["delivered"] for row in sums), ZERO) - sum(returned.values(), ZERO)
        nets = {key: (known.get(key) or {}).get("delivered", ZERO) - returned.get(key, ZERO) for key in suppliers}
        for key in sorted(nets, key=lambda k: (-nets[k], suppliers[k].code)):
            row = known.get(key) or {}
            yield Row(
                {
                    "code": suppliers[key].code,
                    "name": suppliers[key].name,
                    "receipts": row.get("receipts", 0),
                    "items": row.get("items", 0),
                    "last": row.get("last"),
                    "delivered": row.get("delivered", ZERO),
                    "returned": returned.get(key, ZERO) or None,
                    "net": nets[key],
                    "share": (nets[key] * 100 / whole).quantize(Decimal("0.1")) if whole else None,
                },
                subject=suppliers[key],
            )

    def links(self, row: Row) -> dict[str, str]:
        query = urlencode(
            {
                "supplier": row.subject.name,
                "from_day": self.params["start"].isoformat(),
                "to_day": self.params["end"].isoformat(),
                "status": Status.POSTED.value,
            }
        )
        return dict.fromkeys(("name", "delivered"), f"{reverse('goodsreceipt_list')}?{query}")
