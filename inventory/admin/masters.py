"""Units, categories, items and warehouses in the back office."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_base import ExcelLists, MasterDataAdmin, VisibleChoices
from core.errors import DomainError
from core.templatetags.display import price
from inventory.models import Item, ItemCategory, ItemUnit, Unit, Warehouse
from inventory.services.appointments import check_appointments

from .shelves import PrintsLabels


@admin.register(Unit)
class UnitAdmin(ExcelLists):
    list_display = ("name", "places")
    search_fields = ("name",)


@admin.register(ItemCategory)
class ItemCategoryAdmin(MasterDataAdmin):
    list_display = ("code", "name", "parent", "active")
    list_filter = ("active",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)


class ConversionLines(VisibleChoices, admin.TabularInline):
    model = ItemUnit
    extra = 0


@admin.register(Item)
class ItemAdmin(PrintsLabels, MasterDataAdmin):
    inlines = (ConversionLines,)
    list_display = ("code", "name", "specification", "unit", "category", "price_shown", "active")
    list_filter = ("active", "category", "track_lots", "trade_in_required")
    list_select_related = ("unit", "category")
    search_fields = ("code", "name", "specification", "barcode")
    search_help_text = gettext_lazy("Code, name, specification or pinyin initials")
    autocomplete_fields = ("category",)

    @admin.display(description=gettext_lazy("reference price (yuan)"), ordering="reference_price")
    def price_shown(self, item: Item) -> str:
        return price(item.reference_price)


class WarehouseForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Keeping and accounting stay apart (R-STK-09)."""
        data = super().clean() or {}
        try:
            check_appointments(self.instance, data.get("keepers") or (), data.get("accountant"))
        except DomainError as error:
            self.add_error(error.field, str(error))
        return data


@admin.register(Warehouse)
class WarehouseAdmin(MasterDataAdmin):
    form = WarehouseForm
    list_display = ("code", "name", "department", "keeper_names", "active")
    list_filter = ("active",)
    list_select_related = ("department",)
    search_fields = ("code", "name")
    autocomplete_fields = ("department", "place", "keepers", "accountant")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("keepers")

    @admin.display(description=gettext_lazy("keepers"))
    def keeper_names(self, warehouse: Warehouse) -> str:
        return _(", ").join(str(person) for person in warehouse.keepers.all())
