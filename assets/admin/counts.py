"""Asset counts in the back office: to look at; they are planned, counted and explained in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from assets.models import AssetCount
from core.admin_documents import DocumentAdmin
from core.templatetags.display import status_chip


@admin.register(AssetCount)
class AssetCountAdmin(DocumentAdmin):
    """Without its lines: a full count has tens of thousands, which are a list of their own."""

    list_display = (*DocumentAdmin.list_display, "kind", "phase_shown", "supervisor")
    list_filter = ("status", "kind", "phase", "business_date")
    list_select_related = (*DocumentAdmin.list_select_related, "supervisor")
    search_fields = ("number", "note", "scope_department__name")
    readonly_fields = ("phase", "as_of", "finished_at", "published_at")

    @admin.display(description=gettext_lazy("phase"), ordering="phase")
    def phase_shown(self, document: AssetCount) -> Any:
        return status_chip(document.phase, document.get_phase_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Plans are changed where they are made; a count under way is changed by counting alone."""
        return False
