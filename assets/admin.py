"""Fixed assets in the back office."""

from django.contrib import admin

from assets.models import AssetClass
from core.admin_base import ExcelLists


@admin.register(AssetClass)
class AssetClassAdmin(ExcelLists):
    list_display = ("raw_code", "name", "code", "national_name", "edition")
    list_filter = ("edition",)
    search_fields = ("code", "raw_code", "name", "national_name")
    ordering = ("edition", "source_row")
