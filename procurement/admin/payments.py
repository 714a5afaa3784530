"""Invoices and payments in the back office. They are written on their order in the front of house; here they are looked
at and stepped on."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import masked
from core.admin_documents import DocumentAdmin, DocumentLines
from core.templatetags.display import money
from procurement.models import InvoiceLine, PaymentRequest, PaymentShare, SupplierInvoice


class OnOrderAdmin(DocumentAdmin):
    """Its lines follow from the order; the front of house fills them in."""

    list_select_related = (*DocumentAdmin.list_select_related, "order__supplier")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("supplier"), ordering="order__supplier__name")
    def supplier_shown(self, document: Any) -> str:
        return str(document.order.supplier)


class InvoiceLines(DocumentLines):
    model = InvoiceLine
    fields = ("order_line", "quantity", "unit_price", "amount")
    readonly_fields = ("order_line", "amount")
    related = ("order_line__item",)
    cached_choices = ()


@admin.register(SupplierInvoice)
class SupplierInvoiceAdmin(OnOrderAdmin):
    inlines = (InvoiceLines,)
    list_display = (
        "number_or_draft",
        "status_shown",
        "supplier_shown",
        "invoice_number",
        "issued_on",
        "order",
        "total",
        "created_by",
    )
    list_filter = ("status", "kind", "issued_on")
    search_fields = ("number", "invoice_number", "order__number", "supplier__name", "note")


class Shares(DocumentLines):
    model = PaymentShare
    fields = ("order_line", "allotment", "amount")
    readonly_fields = ("order_line", "allotment", "amount")
    related = ("order_line__item", "allotment__department", "allotment__economic_class", "allotment__project")
    cached_choices = ()


@admin.register(PaymentRequest)
class PaymentRequestAdmin(OnOrderAdmin):
    """Paid in the front of house, where the voucher is entered with it."""

    inlines = (Shares,)
    masked_fields = ("bank_account",)
    exclude = ("bank_account",)
    list_display = (
        "number_or_draft",
        "status_shown",
        "supplier_shown",
        "order",
        "kind",
        "yuan_shown",
        "due_on",
        "paid_on",
        "voucher_number",
        "created_by",
    )
    list_filter = ("status", "kind", "due_on", "paid_on")
    search_fields = ("number", "order__number", "order__supplier__name", "voucher_number", "note")
    readonly_fields = ("account_shown",)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def yuan_shown(self, document: PaymentRequest) -> str:
        return money(document.amount)

    @admin.display(description=gettext_lazy("bank account"))
    def account_shown(self, document: PaymentRequest) -> str:
        return masked(document.bank_account)
