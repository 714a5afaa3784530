"""Procurement plans in the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin_documents import DocumentAdmin, DocumentLines
from procurement.models import PlanLine, ProcurementPlan


class PlanLines(DocumentLines):
    """Lines are written in the front of house, where use and price of the year before stand beside them."""

    model = PlanLine
    fk_name = "document"
    fields = (
        *("item", "name", "specification", "quantity", "unit", "unit_price", "amount", "category", "treatment"),
        *("last_year_quantity", "last_price", "approved_quantity", "requested_quantity", "dropped", "note"),
    )
    readonly_fields = fields
    related = ("item", "unit", "category")

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return False


@admin.register(ProcurementPlan)
class ProcurementPlanAdmin(DocumentAdmin):
    """Plans are written and merged in the front of house; here they are looked at, signed and cancelled."""

    inlines = (PlanLines,)
    list_display = (*DocumentAdmin.list_display, "kind", "year", "month", "title")
    list_filter = ("status", "kind", "year", "month", "department")
    search_fields = ("number", "title", "note", "department__name")
    fields = ("kind", "department", "year", "month", "title", "business_date", "note", "form_key", "form_revision")
    readonly_fields = ("kind", "department", "year", "month")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
