"""Write-offs in the back office, and from which amount the competent authority has to agree."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import HistoryAdmin
from core.templatetags.display import money
from inventory.models import WriteOff, WriteOffLimit, WriteOffLine

from .papers import KeeperDocumentAdmin, StockLines


class WriteOffLines(StockLines):
    model = WriteOffLine
    fields = ("item", "unit", "quantity", "lot", "amount", "salvage", "note")
    readonly_fields = ("lot", "amount")
    related = ("item", "unit", "lot")


@admin.register(WriteOff)
class WriteOffAdmin(KeeperDocumentAdmin):
    inlines = (WriteOffLines,)
    autocomplete_fields = ("responsible",)
    list_display = (*KeeperDocumentAdmin.list_display, "cause", "responsible")
    list_filter = (*KeeperDocumentAdmin.list_filter, "cause")
    list_select_related = (*KeeperDocumentAdmin.list_select_related, "responsible")
    search_fields = ("number", "explanation", "responsible__name", "authority_reference", "note")


@admin.register(WriteOffLimit)
class WriteOffLimitAdmin(HistoryAdmin):
    """A new rule is a new row with its day; rows that held are never deleted."""

    list_display = ("organization", "valid_from", "amount_shown", "basis")
    list_select_related = ("organization",)

    @admin.display(description=gettext_lazy("from amount (yuan)"), ordering="amount")
    def amount_shown(self, limit: Any) -> str:
        return money(limit.amount)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
