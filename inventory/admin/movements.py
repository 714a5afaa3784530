"""Returns and transfers in the back office. What follows an earlier paper is written in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.templatetags.display import status_chip
from inventory.models import (
    StockReturn,
    StockReturnLine,
    StockTransfer,
    StockTransferLine,
    SupplierReturn,
    SupplierReturnLine,
    TransferArrival,
    TransferArrivalLine,
)

from .papers import KeeperDocumentAdmin, StockDocumentAdmin, StockLines


class FollowingAdmin(StockDocumentAdmin):
    """Its lines are chosen from the earlier paper in the front of house; here it is looked at and stepped on."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StockReturnLines(StockLines):
    model = StockReturnLine
    fields = ("item", "unit", "quantity", "lot", "intact", "unit_cost", "amount", "note")
    readonly_fields = ("lot", "unit_cost", "amount")
    related = ("item", "unit", "lot")


@admin.register(StockReturn)
class StockReturnAdmin(FollowingAdmin):
    inlines = (StockReturnLines,)
    list_display = (*StockDocumentAdmin.list_display, "issue", "cause")
    list_filter = (*StockDocumentAdmin.list_filter, "cause")
    list_select_related = (*StockDocumentAdmin.list_select_related, "issue")
    search_fields = ("number", "issue__number", "returned_by", "note")


class SupplierReturnLines(StockLines):
    model = SupplierReturnLine
    fields = ("item", "unit", "quantity", "lot", "unit_cost", "amount", "credit", "note")
    readonly_fields = ("lot", "unit_cost", "amount", "credit")
    related = ("item", "unit", "lot")


@admin.register(SupplierReturn)
class SupplierReturnAdmin(FollowingAdmin):
    inlines = (SupplierReturnLines,)
    list_display = (*StockDocumentAdmin.list_display, "receipt", "cause")
    list_filter = (*StockDocumentAdmin.list_filter, "cause")
    list_select_related = (*StockDocumentAdmin.list_select_related, "receipt")
    search_fields = ("number", "receipt__number", "receipt__supplier__name", "note")


class TransferLines(StockLines):
    model = StockTransferLine
    fields = ("item", "unit", "quantity", "lot", "amount", "arrived_quantity", "short_quantity", "note")
    readonly_fields = ("lot", "amount", "arrived_quantity", "short_quantity")
    related = ("item", "unit", "lot")


@admin.register(StockTransfer)
class StockTransferAdmin(KeeperDocumentAdmin):
    inlines = (TransferLines,)
    list_display = (*StockDocumentAdmin.list_display, "to_warehouse", "arrival_shown")
    list_filter = (*StockDocumentAdmin.list_filter, "arrival", "to_warehouse")
    list_select_related = (*StockDocumentAdmin.list_select_related, "to_warehouse")
    search_fields = ("number", "purpose", "note")

    @admin.display(description=gettext_lazy("arrival"), ordering="arrival")
    def arrival_shown(self, document: StockTransfer) -> Any:
        return status_chip(document.arrival, document.get_arrival_display())


class ArrivalLines(StockLines):
    model = TransferArrivalLine
    fields = ("item", "unit", "quantity", "short_quantity", "amount", "note")
    readonly_fields = ("amount",)


@admin.register(TransferArrival)
class TransferArrivalAdmin(FollowingAdmin):
    inlines = (ArrivalLines,)
    list_display = (*StockDocumentAdmin.list_display, "transfer", "shortage")
    list_filter = (*StockDocumentAdmin.list_filter, "shortage")
    list_select_related = (*StockDocumentAdmin.list_select_related, "transfer")
    search_fields = ("number", "transfer__number", "shortage_cause", "note")
