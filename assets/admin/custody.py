"""Hand-overs in the back office. They are written in the front of house, where both sides confirm."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.models import CustodyChange, CustodyLine
from core.admin_documents import DocumentAdmin, DocumentLines


class CustodyLines(DocumentLines):
    model = CustodyLine
    fields = ("asset", "place", "condition", "returned")
    readonly_fields = fields
    related = ("asset", "place")
    cached_choices = ()


@admin.register(CustodyChange)
class CustodyAdmin(DocumentAdmin):
    inlines = (CustodyLines,)
    list_display = (
        "number_or_draft",
        "status_shown",
        "kind",
        "department",
        "to_department",
        "to_user",
        "business_date",
    )
    list_filter = ("status", "kind", "settled", "business_date")
    list_select_related = (*DocumentAdmin.list_select_related, "to_department", "to_user")
    search_fields = ("number", "reason", "borrower", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
