"""Month closes in the back office: to look at and to export; closing itself is a page of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import ReadOnlyAdmin
from core.templatetags.display import money, price, quantity, status_chip
from inventory.models import MonthClosing, MonthPricing, MonthPricingLine, StockSnapshot


@admin.register(MonthClosing)
class MonthClosingAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "organization", "closed_at", "closed_by", "remarks", "reopened_at", "reopened_by")
    list_filter = ("year",)
    list_select_related = ("organization", "closed_by", "reopened_by")
    search_fields = ("remarks", "reopen_reason")


@admin.register(StockSnapshot)
class StockSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("closing", "warehouse", "item", "quantity_shown", "amount_shown")
    list_filter = ("closing__year", "closing__month", "warehouse")
    list_select_related = ("closing", "warehouse", "item")
    search_fields = ("item__code", "item__name")
    ordering = ("-closing__year", "-closing__month", "item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, row: StockSnapshot) -> str:
        return quantity(row.quantity)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, row: StockSnapshot) -> str:
        return money(row.amount)


class PricingLines(admin.TabularInline):
    model = MonthPricingLine
    extra = 0
    fields = readonly_fields = ("item", "quantity_shown", "average_shown", "provisional", "amount")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("item")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the paper sees its lines

    @admin.display(description=gettext_lazy("used"))
    def quantity_shown(self, line: MonthPricingLine) -> str:
        return quantity(line.quantity)

    @admin.display(description=gettext_lazy("average price"))
    def average_shown(self, line: MonthPricingLine) -> str:
        return price(line.average)


@admin.register(MonthPricing)
class MonthPricingAdmin(ReadOnlyAdmin):
    """Written by the month close alone."""

    inlines = (PricingLines,)
    list_display = ("__str__", "status_shown", "business_date", "warehouse", "created_by")
    list_filter = ("business_date", "warehouse")
    list_select_related = ("warehouse", "created_by")
    search_fields = ("number",)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_shown(self, document: MonthPricing) -> Any:
        return status_chip(document.status, document.get_status_display())
