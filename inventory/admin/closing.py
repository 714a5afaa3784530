"""Month closes and suggestions to reorder in the back office: to look at and to export; people act on their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import ReadOnlyAdmin
from core.templatetags.display import money, price, quantity, status_chip
from inventory.models import MonthClosing, MonthPricing, MonthPricingLine, ReplenishmentSuggestion, StockSnapshot


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


@admin.register(ReplenishmentSuggestion)
class ReplenishmentSuggestionAdmin(ReadOnlyAdmin):
    """To look at; people decide on the page of a suggestion."""

    list_display = ("item", "warehouse", "state_shown", "stock_shown", "quantity_shown", "opened_at", "decided_by")
    list_filter = ("state", "warehouse")
    list_select_related = ("item__unit", "warehouse", "decided_by")
    search_fields = ("item__code", "item__name", "reference")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: ReplenishmentSuggestion) -> Any:
        return status_chip(row.state, row.get_state_display())

    @admin.display(description=gettext_lazy("in stock"), ordering="in_stock")
    def stock_shown(self, row: ReplenishmentSuggestion) -> str:
        return quantity(row.in_stock)

    @admin.display(description=gettext_lazy("suggested quantity"), ordering="quantity")
    def quantity_shown(self, row: ReplenishmentSuggestion) -> str:
        return quantity(row.quantity)
