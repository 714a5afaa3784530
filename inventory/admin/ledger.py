"""The stock ledger in the back office: to look at and to export."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import ReadOnlyAdmin
from core.templatetags.display import money, quantity
from inventory.models import Lot, StockBalance, StockMove, StockValue


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    list_display = (
        "business_date",
        "number",
        "item",
        "lot",
        "source",
        "target",
        "quantity_shown",
        "amount_shown",
        "department",
        "posted_by",
    )
    list_filter = ("business_date", "department")
    list_select_related = ("item", "lot", "source__warehouse", "target__warehouse", "department", "posted_by")
    search_fields = ("number", "item__code", "item__name")
    ordering = ("-id",)
    exclude = ("organization", "content_type", "object_id", "line_id", "sequence", "layer", "reverses", "digest")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, move: StockMove) -> str:
        return quantity(move.quantity)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, move: StockMove) -> str:
        return money(move.amount)


@admin.register(StockBalance)
class StockBalanceAdmin(ReadOnlyAdmin):
    list_display = ("location", "item", "lot", "quantity_shown")
    list_select_related = ("location__warehouse", "item", "lot")
    search_fields = ("item__code", "item__name", "lot__number")
    ordering = ("item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, balance: StockBalance) -> str:
        return quantity(balance.quantity)


@admin.register(StockValue)
class StockValueAdmin(ReadOnlyAdmin):
    list_display = ("warehouse", "item", "quantity_shown", "amount_shown")
    list_filter = ("warehouse",)
    list_select_related = ("warehouse", "item")
    search_fields = ("item__code", "item__name")
    ordering = ("item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, value: StockValue) -> str:
        return quantity(value.quantity)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, value: StockValue) -> str:
        return money(value.amount)


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    list_display = ("number", "item", "made_on", "expires_on")
    list_filter = ("expires_on",)
    list_select_related = ("item",)
    search_fields = ("number", "item__code", "item__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Only lots that lie or lay in warehouses which the reader sees: lots themselves belong to no house."""
        seen = StockBalance.objects.visible_to(request.user).values("lot")
        return super().get_queryset(request).exclude(number="").filter(pk__in=seen)
