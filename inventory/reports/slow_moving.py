"""呆滞物资表: what lies in the warehouses and was not issued for a long time."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.reports import Column, Report, Row, register
from inventory.ledger_selectors import items_under
from inventory.models import StockLocation, StockMove, StockValue

from .parts import StockForm, average, report_url, warehouse_text

IDLE_DAYS = 180


class SlowMovingForm(StockForm):
    days = forms.IntegerField(
        label=gettext_lazy("Not issued for (days)"), min_value=1, max_value=3650, initial=IDLE_DAYS
    )
    field_order = ("warehouse", "category", "days")


@register
class SlowMoving(Report):
    """One row an item and warehouse, the largest value first. What came in within the time is not idle yet."""

    code = "slow_moving"
    title = gettext_lazy("Slow-moving stock")
    permission = "inventory.view_stockvalue"
    icon = "hourglass"
    form_class = SlowMovingForm
    note = gettext_lazy("Issues that were reversed do not count as issues.")
    empty_text = gettext_lazy("Everything in stock was received or issued within this time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Warehouse"), "warehouse"),
            Column(gettext_lazy("Last received"), "received_on", "date"),
            Column(gettext_lazy("Last issued"), "issued_on", "date"),
            Column(gettext_lazy("Days idle"), "idle", "integer"),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Average price"), "price", "price"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
            (_("Not issued for (days)"), self.params["days"]),
        ]

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        limit = today - dt.timedelta(days=self.params["days"])
        received, issued = self._last_days("target"), self._last_days("source")
        values = StockValue.objects.filter(
            warehouse__in=self.params["warehouses"], quantity__gt=0, item__in=items_under(self.params["category"])
        )
        for value in values.select_related("item__unit", "warehouse").order_by("-amount", "item__code"):
            key = (value.warehouse_id, value.item_id)
            days = [day for day in (received.get(key), issued.get(key)) if day]
            if not days or max(days) > limit:
                continue
            item = value.item
            yield Row(
                {
                    "code": item.code,
                    "name": item.name,
                    "specification": item.specification,
                    "unit": str(item.unit),
                    "warehouse": str(value.warehouse),
                    "received_on": received.get(key),
                    "issued_on": issued.get(key),
                    "idle": (today - max(days)).days,
                    "quantity": value.quantity,
                    "price": average(value.quantity, value.amount),
                    "amount": value.amount,
                },
                subject=value,
            )

    def _last_days(self, side: str) -> dict[tuple[int, int], dt.date]:
        """The last day goods came in (target) or went out for use (source), by (warehouse key, item key)."""
        moves = StockMove.objects.filter(
            Q(**{f"{side}__warehouse__in": self.params["warehouses"]}), reverses=None, reversal=None, quantity__gt=0
        )
        if side == "source":
            moves = moves.filter(target__kind=StockLocation.Kind.CONSUMPTION)
        rows = moves.order_by().values_list(f"{side}__warehouse", "item").annotate(last=Max("business_date"))
        return {(warehouse, item): last for warehouse, item, last in rows}

    def links(self, row: Row) -> dict[str, str]:
        value, today = row.subject, clock.today()
        start = row.values["received_on"] or today.replace(month=1, day=1)
        url = report_url("item_ledger", item=value.item, warehouse=value.warehouse, start=start, end=today)
        return dict.fromkeys(("code", "quantity", "amount"), url)
