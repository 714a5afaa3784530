"""Purchase requests and prices in the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_documents import DocumentAdmin, DocumentLines
from core.templatetags.display import status_chip
from procurement.models import PurchaseRequest, PurchaseRequestLine


class PurchaseRequestLines(DocumentLines):
    """Lines are written in the front of house, where their budget and price stand beside them."""

    model = PurchaseRequestLine
    fields = (
        *("item", "name", "specification", "quantity", "unit", "unit_price", "amount", "category", "treatment"),
        *("department", "allotment", "reserved", "ordered_quantity", "received_quantity", "closed_quantity", "note"),
    )
    readonly_fields = fields
    related = (*("item", "unit", "category", "department"), "allotment__department", "allotment__economic_class")

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return False


@admin.register(PurchaseRequest)
class PurchaseRequestAdmin(DocumentAdmin):
    """Requests are written in the front of house; here they are looked at, signed and cancelled."""

    inlines = (PurchaseRequestLines,)
    list_display = (*DocumentAdmin.list_display, "progress_shown", "purpose", "urgent", "outside_plan")
    list_filter = ("status", "progress", "source", "urgent", "outside_plan", "business_date", "department")
    search_fields = ("number", "purpose", "note")
    fields = (
        *("department", "business_date", "purpose", "needed_by", "outside_reason", "urgent", "urgent_reason", "note"),
        *("allotment", "source", "source_reference", "papers_due", "papers_in_on", "form_key", "form_revision"),
    )
    readonly_fields = ("department", "allotment", "source", "source_reference", "papers_due", "papers_in_on")

    @admin.display(description=gettext_lazy("progress"), ordering="progress")
    def progress_shown(self, document: PurchaseRequest) -> Any:
        return status_chip(document.progress, document.get_progress_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
