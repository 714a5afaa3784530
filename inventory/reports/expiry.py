"""效期表: lots that expire soon, have expired or are kept back, with what they are worth."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.numbers import money
from core.reports import Column, Report, Row, register
from inventory.ledger_selectors import items_under
from inventory.models import LotHold, StockBalance, StockValue
from inventory.services.quality import open_holds

from .parts import StockForm, warehouse_text

DAYS_AHEAD = 90


class ExpiryForm(StockForm):
    days = forms.IntegerField(
        label=gettext_lazy("Expire within (days)"), min_value=0, max_value=3650, required=False, initial=DAYS_AHEAD
    )
    kept_back = forms.BooleanField(label=gettext_lazy("Only lots kept back"), required=False)
    field_order = ("warehouse", "category", "days", "kept_back")


@register
class Expiry(Report):
    """One row a lot and warehouse, the next to expire first."""

    code = "expiry"
    title = gettext_lazy("Expiry dates")
    permission = "inventory.view_stockvalue"
    icon = "calendar"
    form_class = ExpiryForm
    note = gettext_lazy("Amounts are the lot's share of the stock value. Click a lot to trace it.")
    empty_text = gettext_lazy("No lot expires within this time, and none is kept back.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Warehouse"), "warehouse"),
            Column(gettext_lazy("Lot number"), "lot", "code"),
            Column(gettext_lazy("Made on"), "made_on", "date"),
            Column(gettext_lazy("Expires on"), "expires_on", "date"),
            Column(gettext_lazy("Days left"), "left", "integer"),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
            Column(gettext_lazy("Supplier"), "supplier", width=24),
            Column(gettext_lazy("Attention"), "warning", width=26),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        days = self.params["days"]
        return [
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
            (_("Expire within (days)"), "-" if days is None or self.params["kept_back"] else days),
        ]

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        holds = {hold.lot_id: hold for hold in self._holds()}
        prices = self._prices()
        for balance in self._balances(today, list(holds)):
            item, lot, warehouse = balance.item, balance.lot, balance.location.warehouse
            quantity, amount = prices.get((warehouse.pk, item.pk), (Decimal(1), Decimal(0)))
            hold = holds.get(lot.pk)
            yield Row(
                {
                    "code": item.code,
                    "name": item.name,
                    "specification": item.specification,
                    "unit": str(item.unit),
                    "warehouse": str(warehouse),
                    "lot": lot.number,
                    "made_on": lot.made_on,
                    "expires_on": lot.expires_on,
                    "left": (lot.expires_on - today).days if lot.expires_on else None,
                    "quantity": balance.quantity,
                    "amount": money(amount * balance.quantity / quantity),
                    "supplier": str(lot.supplier or ""),
                    "warning": _warning(lot.expires_on, today, hold),
                },
                subject=lot,
            )

    def _holds(self) -> Any:
        organizations = {warehouse.organization_id for warehouse in self.params["warehouses"]}
        holds = LotHold.objects.none()
        for organization in organizations:
            holds = holds | open_holds(organization)
        return holds

    def _prices(self) -> dict[tuple[int, int], tuple[Decimal, Decimal]]:
        values = StockValue.objects.filter(warehouse__in=self.params["warehouses"], quantity__gt=0)
        rows = values.values_list("warehouse", "item", "quantity", "amount")
        return {(warehouse, item): (quantity, amount) for warehouse, item, quantity, amount in rows}

    def _balances(self, today: dt.date, held: list[int]) -> Any:
        rows = StockBalance.objects.filter(
            location__warehouse__in=self.params["warehouses"],
            quantity__gt=0,
            item__in=items_under(self.params["category"]),
        ).exclude(lot__number="")
        kept_back = rows.filter(lot__in=held)
        if not self.params["kept_back"] and self.params["days"] is not None:
            kept_back |= rows.filter(lot__expires_on__lte=today + dt.timedelta(days=self.params["days"]))
        related = ("item__unit", "lot__supplier", "location__warehouse")
        return kept_back.select_related(*related).order_by("lot__expires_on", "item__code", "lot_id")

    def links(self, row: Row) -> dict[str, str]:
        return dict.fromkeys(("lot", "quantity"), reverse("lot_detail", args=(row.subject.pk,)))


def _warning(expires_on: dt.date | None, today: dt.date, hold: LotHold | None) -> str:
    words = []
    if expires_on and expires_on < today:
        words.append(_("expired"))
    elif expires_on:
        words.append(_("expires in %(days)d days") % {"days": (expires_on - today).days})
    if hold:
        words.append(str(hold.get_kind_display()))
    return "; ".join(words)
