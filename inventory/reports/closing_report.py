"""月结报表: what a closed month brought and took, by warehouse and category, to be agreed with account 1302."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO
from core.reports import SUBTOTAL, Column, Report, ReportForm, Row, register
from core.templatetags.display import moment, money
from core.visibility import Scope
from inventory.closing_selectors import closings_of, month_days
from inventory.ledger_selectors import Turnover, flows_since, turnovers
from inventory.models import (
    GoodsReceipt,
    Item,
    ItemCategory,
    MonthClosing,
    StockLocation,
    StockMove,
    StockSnapshot,
    Warehouse,
)

from .parts import period_text, report_url, tree_order, without_zero

KEYS = ("opening", "purchased", "received", "used", "issued", "closing")


class ClosingForm(ReportForm):
    closing = forms.ModelChoiceField(MonthClosing.objects.none(), label=gettext_lazy("Month"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = closings_of(self.user).filter(reopened_at=None)
        offer(self, "closing", standing)
        self.fields["closing"].initial = standing.first()


@register
class ClosingReport(Report):
    """One row a warehouse and category in yuan. The closing amounts are those that the close kept and sealed."""

    code = "closing_report"
    title = gettext_lazy("Closing report")
    permission = "inventory.view_monthclosing"
    icon = "calendar-check"
    form_class = ClosingForm
    hint = gettext_lazy("No month was closed yet.")
    note = gettext_lazy("In yuan at cost. Opening + received - issued = closing, in every row.")
    empty_text = gettext_lazy("Nothing was in stock in this month.")
    frozen_columns = 2
    signature_places = (
        gettext_lazy("Keeper"),
        gettext_lazy("Store accountant"),
        gettext_lazy("Finance"),
        gettext_lazy("Logistics head"),
    )

    @classmethod
    def may_open(cls, user: Any) -> bool:
        return bool(user.scopes_for(cls.permission) & {Scope.ORGANIZATION, Scope.ALL})

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Warehouse"), "warehouse", width=20),
            Column(gettext_lazy("Category"), "category", width=20),
            Column(gettext_lazy("Opening"), "opening", "money", total=True),
            Column(
                gettext_lazy("Received"),
                children=(
                    Column(gettext_lazy("Purchase"), "purchased", "money", total=True),
                    Column(gettext_lazy("Other"), "received", "money", total=True),
                ),
            ),
            Column(
                gettext_lazy("Issued"),
                children=(
                    Column(gettext_lazy("Use"), "used", "money", total=True),
                    Column(gettext_lazy("Other"), "issued", "money", total=True),
                ),
            ),
            Column(gettext_lazy("Closing"), "closing", "money", total=True),
        )

    @property
    def closing(self) -> MonthClosing:
        return self.params["closing"]

    def summary(self) -> list[tuple[Any, Any]]:
        closing = self.closing
        first, last = month_days(closing.year, closing.month)
        return [
            (_("Month"), str(closing)),
            (_("Period"), period_text(first, last)),
            (_("Closed"), f"{moment(closing.closed_at)} {closing.closed_by}"),
            (_("In transit (yuan)"), money(self._in_transit())),
            (_("Remarks"), closing.remarks or "-"),
            (_("Digest"), closing.digest[:16]),
        ]

    def _in_transit(self) -> Decimal:
        """Yuan on the way between warehouses at the end of the month (R-STK-13): in the organization's total only."""
        last = month_days(self.closing.year, self.closing.month)[1]
        moves = StockMove.objects.filter(organization=self.closing.organization_id, business_date__lte=last).order_by()
        transit = StockLocation.Kind.TRANSIT
        sums = [
            moves.filter(**{f"{side}__kind": transit}).aggregate(yuan=Sum("amount")) for side in ("target", "source")
        ]
        return (sums[0]["yuan"] or ZERO) - (sums[1]["yuan"] or ZERO)

    def rows(self) -> Iterator[Row]:
        sums = self._sums()
        categories = tree_order(list(ItemCategory.objects.all()))
        for warehouse in Warehouse.objects.filter(organization=self.closing.organization_id).order_by("code"):
            total, shown = dict.fromkeys(KEYS, ZERO), 0
            for category in categories:
                found = sums.get((warehouse.pk, category.pk))
                if found is None or not any(found.values()):
                    continue
                shown += 1
                total = {key: total[key] + found[key] for key in KEYS}
                values = {key: without_zero(found[key]) for key in KEYS}
                yield Row(
                    {"warehouse": warehouse.name, "category": category.name, **values}, subject=(warehouse, category)
                )
            if shown:
                name = _("Subtotal: %(warehouse)s") % {"warehouse": warehouse}
                yield Row({"warehouse": name, **total}, SUBTOTAL, subject=(warehouse, None))

    def _sums(self) -> dict[tuple[int, int], dict[str, Decimal]]:
        """Yuan by (warehouse key, category key); the closing stock as it was kept."""
        closing = self.closing
        warehouses = list(Warehouse.objects.filter(organization=closing.organization_id))
        found = turnovers(flows_since(warehouses, *month_days(closing.year, closing.month)), by_warehouse=True)
        category_of = dict(Item.objects.values_list("pk", "category"))
        sums: dict[tuple[int, int], dict[str, Decimal]] = {}

        def cell(warehouse: int, item: int) -> dict[str, Decimal]:
            return sums.setdefault((warehouse, category_of[item]), dict.fromkeys(KEYS, ZERO))

        for (warehouse, item), turnover in found.items():
            for key, amount in _amounts(turnover).items():
                cell(warehouse, item)[key] += amount
        kept = StockSnapshot.objects.filter(closing=closing).values_list("warehouse", "item", "amount")
        for warehouse, item, amount in kept:
            cell(warehouse, item)["closing"] += amount
        return sums

    def links(self, row: Row) -> dict[str, str]:
        warehouse, category = row.subject
        days = dict(zip(("start", "end"), month_days(self.closing.year, self.closing.month), strict=True))
        url = report_url("stock_summary", warehouse=warehouse, category=category, **days)
        return dict.fromkeys(KEYS, url)


def _amounts(turnover: Turnover) -> dict[str, Decimal]:
    """Opening, receipts and issues of one item in yuan, without the closing."""
    bought = (StockLocation.Kind.SUPPLIER.value, GoodsReceipt.Kind.PURCHASE.value)
    sums = dict.fromkeys(KEYS, ZERO) | {"opening": turnover.opening.amount}
    for channel, pair in turnover.received.items():
        sums["purchased" if channel == bought else "received"] += pair.amount
    for (kind, _receipt), pair in turnover.issued.items():
        sums["used" if kind == StockLocation.Kind.CONSUMPTION else "issued"] += pair.amount
    return sums
