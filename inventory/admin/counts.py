"""Stock counts in the back office: to look at; they are planned, counted and explained in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_documents import DocumentLines
from core.templatetags.display import status_chip
from inventory.models import StockCount, StockCountLine

from .papers import StockDocumentAdmin


class CountLines(DocumentLines):
    """Read only: what was counted is changed by counting."""

    model = StockCountLine
    related = ("item", "lot", "counted_by")
    fields = (
        "item",
        "lot",
        "counted_quantity",
        "counted_at",
        "counted_by",
        "book_quantity",
        "difference",
        "amount",
        "cause",
        "treatment",
        "unexpected",
    )
    readonly_fields = fields
    autocomplete_fields = ()
    cached_choices = ()

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return False


@admin.register(StockCount)
class StockCountAdmin(StockDocumentAdmin):
    inlines = (CountLines,)
    list_display = (*StockDocumentAdmin.list_display, "scope", "phase_shown", "supervisor")
    list_filter = ("status", "phase", "business_date", "warehouse")
    list_select_related = (*StockDocumentAdmin.list_select_related, "supervisor")
    search_fields = ("number", "note", "warehouse__name")
    readonly_fields = ("phase", "opened_at", "finished_at")

    @admin.display(description=gettext_lazy("phase"), ordering="phase")
    def phase_shown(self, document: StockCount) -> Any:
        return status_chip(document.phase, document.get_phase_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Plans are changed where they are made; a count under way is changed by counting alone."""
        return False
