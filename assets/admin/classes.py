"""Fixed assets in the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.models import AssetCategory, AssetClass, AssetIntake, AssetLife, CategoryMapping
from core.admin_base import ExcelLists, MasterDataAdmin, ReadOnlyAdmin


@admin.register(AssetClass)
class AssetClassAdmin(ExcelLists):
    list_display = ("raw_code", "name", "code", "national_name", "edition")
    list_filter = ("edition",)
    search_fields = ("code", "raw_code", "name", "national_name")
    ordering = ("edition", "source_row")


@admin.register(AssetIntake)
class AssetIntakeAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "department", "quantity", "unit_price", "amount", "acquired_on", "source")
    list_filter = ("state", "acquired_on")
    list_select_related = ("department",)
    search_fields = ("name", "source", "supplier__name")


@admin.register(AssetCategory)
class AssetCategoryAdmin(MasterDataAdmin):
    """Both editions of GB/T 14885; the full official sheet comes in through Excel."""

    list_display = ("code", "name", "edition", "card_type", "unit", "evidence", "active")
    list_filter = ("edition", "card_type", "active")
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    ordering = ("edition", "code")


@admin.register(CategoryMapping)
class CategoryMappingAdmin(MasterDataAdmin):
    list_display = ("old", "new", "basis")
    list_select_related = ("old", "new")
    search_fields = ("old__code", "old__name", "new__code", "new__name")
    autocomplete_fields = ("old", "new")
    ordering = ("old__code", "new__code")


@admin.register(AssetLife)
class AssetLifeAdmin(MasterDataAdmin):
    """The shipped table has no organization and holds for all: a house enters rows of its own beside it."""

    list_display = ("category", "content", "minimum_months", "maximum_months", "organization", "valid_from", "basis")
    list_filter = ("organization", "valid_from")
    list_select_related = ("category", "organization")
    search_fields = ("category__code", "category__name", "content", "basis")
    autocomplete_fields = ("category",)
    ordering = ("category__code", "content", "-valid_from")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        reach = AssetLife.objects.within(request.user, "assets.change_assetlife")
        return obj is None or reach.filter(pk=obj.pk).exists()
