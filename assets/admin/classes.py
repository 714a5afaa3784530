"""Fixed assets in the back office."""

from django.contrib import admin

from assets.models import AssetClass, AssetIntake
from core.admin_base import ExcelLists, ReadOnlyAdmin


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
