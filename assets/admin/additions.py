"""Asset additions in the back office. They are written in front, where the kind of card asks its fields."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.models import AssetAddition
from core.admin_documents import DocumentAdmin


@admin.register(AssetAddition)
class AssetAdditionAdmin(DocumentAdmin):
    """Head and steps; the lines, of which an opening list has tens of thousands, are on its page."""

    list_display = ("number_or_draft", "status_shown", "way", "department", "business_date", "source", "created_by")
    list_filter = ("status", "way", "business_date", "department")
    search_fields = ("number", "source", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
