"""Orders, contracts and acceptance in the back office: looked at, signed, cancelled; written in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin_base import ReadOnlyAdmin
from core.admin_documents import DocumentAdmin, DocumentLines
from procurement.models import (
    Acceptance,
    AcceptanceLine,
    OrderChange,
    OrderChangeLine,
    PurchaseOrder,
    PurchaseOrderLine,
    RejectedGoods,
)


class FixedLines(DocumentLines):
    """Lines that follow an earlier paper; they are written in the front of house, where it is at hand."""

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return False


class ChainDocumentAdmin(DocumentAdmin):
    """A paper that follows another; it is written in the front of house."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrderLines(FixedLines):
    model = PurchaseOrderLine
    related = ("item", "unit", "request_line__document", "warehouse")
    fields = (
        *("item", "name", "unit", "quantity", "unit_price", "amount", "treatment", "warehouse", "deliver_by"),
        *("accepted_quantity", "rejected_quantity", "invoiced_quantity", "closed_quantity"),
    )
    readonly_fields = fields


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ChainDocumentAdmin):
    inlines = (OrderLines,)
    list_display = (*DocumentAdmin.list_display, "supplier", "form", "progress", "signed_on")
    list_filter = ("status", "progress", "form", "business_date")
    list_select_related = (*DocumentAdmin.list_select_related, "supplier")
    search_fields = ("number", "title", "supplier__name", "note")


class ChangeLines(FixedLines):
    model = OrderChangeLine
    related = ("order_line__item", "order_line__unit")
    cached_choices = ()
    fields = ("order_line", "old_quantity", "quantity", "old_unit_price", "unit_price", "amount")
    readonly_fields = fields


@admin.register(OrderChange)
class OrderChangeAdmin(ChainDocumentAdmin):
    inlines = (ChangeLines,)
    list_display = (*DocumentAdmin.list_display, "order", "reason")
    list_select_related = (*DocumentAdmin.list_select_related, "order")
    search_fields = ("number", "reason", "order__number", "note")


class AcceptedLines(FixedLines):
    model = AcceptanceLine
    related = ("order_line__item", "order_line__unit")
    cached_choices = ()
    fields = (
        *("order_line", "arrived_quantity", "accepted_quantity", "rejected_quantity", "amount", "finding"),
        *("lot_number", "made_on", "expires_on", "certificate"),
    )
    readonly_fields = fields


@admin.register(Acceptance)
class AcceptanceAdmin(ChainDocumentAdmin):
    inlines = (AcceptedLines,)
    list_display = (*DocumentAdmin.list_display, "order", "delivery_note")
    list_select_related = (*DocumentAdmin.list_select_related, "order")
    search_fields = ("number", "delivery_note", "order__number", "note")


@admin.register(RejectedGoods)
class RejectedGoodsAdmin(ReadOnlyAdmin):
    """Settled in the front of house, with the slip that the driver signs."""

    list_display = ("number", "acceptance_line", "quantity", "state", "remedy", "settled_on", "collected_by")
    list_filter = ("state", "remedy")
    list_select_related = ("acceptance_line__order_line__item",)
    search_fields = ("number", "acceptance_line__document__number")
