"""Kinds of faults, causes, remedies and reasons of ratings in the back office: shared by all organizations."""

from django.contrib import admin

from core.admin_base import ExcelLists, MasterDataAdmin
from maintenance.models import CauseCode, RatingReason, RemedyCode, RepairCategory


@admin.register(RepairCategory)
class RepairCategoryAdmin(MasterDataAdmin):
    """Two levels: the tiles of the report page, and those under each."""

    list_display = ("code", "name", "parent", "always_urgent", "keywords", "active")
    list_filter = ("always_urgent", "active")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "keywords")
    autocomplete_fields = ("parent",)
    ordering = ("code",)


@admin.register(CauseCode)
class CauseCodeAdmin(ExcelLists):
    list_display = ("code", "name", "kind", "category", "active")
    list_filter = ("kind", "active")
    list_select_related = ("category",)
    search_fields = ("code", "name")
    autocomplete_fields = ("category",)
    ordering = ("code",)


@admin.register(RemedyCode)
class RemedyCodeAdmin(ExcelLists):
    list_display = ("code", "name", "category", "active")
    list_filter = ("active",)
    list_select_related = ("category",)
    search_fields = ("code", "name")
    autocomplete_fields = ("category",)
    ordering = ("code",)


@admin.register(RatingReason)
class RatingReasonAdmin(ExcelLists):
    list_display = ("code", "name", "good", "active")
    list_filter = ("good", "active")
    search_fields = ("code", "name")
    ordering = ("code",)
