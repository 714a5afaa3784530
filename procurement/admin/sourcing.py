"""Sourcing, agreements and suppliers in the back office: looked at, signed, cancelled; written in the front of house.

Quotations have no page here: what is sealed is read by nobody, and what is opened stands in the comparison.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import HistoryAdmin, ScopedAdmin
from core.admin_documents import DocumentAdmin, DocumentLines
from procurement.models import (
    FrameworkAgreement,
    FrameworkLine,
    Sourcing,
    SourcingLine,
    SupplierEvaluation,
    SupplierField,
)
from procurement.services.evaluations import overall

from .orders import ChainDocumentAdmin, FixedLines


class SourcingLines(FixedLines):
    model = SourcingLine
    related = ("request_line__item", "request_line__unit", "request_line__document", "awarded__quotation__supplier")
    cached_choices = ()
    fields = ("request_line", "quantity", "market_price", "awarded", "award_reason", "amount", "ordered_quantity")
    readonly_fields = fields


@admin.register(Sourcing)
class SourcingAdmin(ChainDocumentAdmin):
    inlines = (SourcingLines,)
    list_display = (*DocumentAdmin.list_display, "title", "method", "stage")
    list_filter = ("status", "method", "stage", "business_date")
    search_fields = ("number", "title", "external_number", "note")


class FrameworkLines(DocumentLines):
    model = FrameworkLine
    autocomplete_fields = ("item", "category")
    related = ("item", "unit", "category")
    fields = (
        "item",
        "name",
        "specification",
        "unit",
        "quantity",
        "unit_price",
        "amount",
        "called_quantity",
        "category",
    )
    readonly_fields = ("amount", "called_quantity")

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return False


@admin.register(FrameworkAgreement)
class FrameworkAdmin(ChainDocumentAdmin):
    inlines = (FrameworkLines,)
    list_display = (*DocumentAdmin.list_display, "title", "supplier", "valid_from", "valid_until")
    list_filter = ("status", "valid_until", "business_date")
    list_select_related = (*DocumentAdmin.list_select_related, "supplier")
    search_fields = ("number", "title", "supplier__name", "basis", "note")


@admin.register(SupplierField)
class SupplierFieldAdmin(ScopedAdmin):
    list_display = ("supplier", "category")
    list_select_related = ("supplier", "category")
    search_fields = ("supplier__code", "supplier__name", "category__code", "category__name")
    autocomplete_fields = ("supplier", "category")


@admin.register(SupplierEvaluation)
class SupplierEvaluationAdmin(HistoryAdmin):
    """Marks are computed, or given on the page of the supplier."""

    list_display = ("supplier", "year", "delivery", "acceptance", "price", "service", "overall_shown")
    list_filter = ("year",)
    list_select_related = ("supplier",)
    search_fields = ("supplier__code", "supplier__name", "note")

    @admin.display(description=gettext_lazy("overall"))
    def overall_shown(self, row: SupplierEvaluation) -> int | None:
        return overall(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
