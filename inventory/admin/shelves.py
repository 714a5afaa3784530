"""Shelves and what lies on them, in the back office, and the way from lists to printed labels."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_base import ExcelLists
from inventory.models import ItemShelf, Shelf
from inventory.selectors import warehouses_in_reach

MOST_AT_ONCE = 200  # codes that fit into an address; the page of labels itself takes more


class PrintsLabels(admin.ModelAdmin):
    """The bulk action “Print labels”; deleting in bulk stays off."""

    actions: Any = ("print_labels",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        return {name: action for name, action in found.items() if name == "print_labels"}

    def has_labels_permission(self, request: Any) -> bool:
        return bool(request.user.has_perm("inventory.view_stockvalue"))

    @admin.action(description=gettext_lazy("Print labels"), permissions=["labels"])
    def print_labels(self, request: HttpRequest, queryset: Any) -> HttpResponseRedirect | None:
        """Opens the page of labels with the chosen rows; size and copies are chosen there."""
        codes = list(queryset.order_by("code").values_list("code", flat=True)[: MOST_AT_ONCE + 1])
        if len(codes) > MOST_AT_ONCE:
            words = _("Choose at most %(count)d rows, or choose a whole category on the page of labels.")
            self.message_user(request, words % {"count": MOST_AT_ONCE}, messages.ERROR)
            return None
        chosen = self.label_parameters(request, queryset)
        if chosen is None:
            return None
        return HttpResponseRedirect(f"{reverse('labels')}?{urlencode({**chosen, 'codes': chr(10).join(codes)})}")

    def label_parameters(self, request: HttpRequest, queryset: Any) -> dict[str, Any] | None:
        """What else the page of labels is told; None when the rows cannot be printed together, which is then said."""
        return {"kind": "items"}


@admin.register(Shelf)
class ShelfAdmin(PrintsLabels, ExcelLists):
    list_display = ("code", "name", "warehouse", "active", "label")
    list_filter = ("warehouse", "active")
    list_select_related = ("warehouse",)
    search_fields = ("code", "name", "warehouse__name")
    fields = ("warehouse", "code", "name", "active")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "warehouse":
            kwargs["queryset"] = warehouses_in_reach(request.user, "inventory.add_shelf")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("label"))
    def label(self, shelf: Shelf) -> str:
        query = urlencode({"kind": "shelves", "warehouse": shelf.warehouse_id, "codes": shelf.code})
        return format_html('<a href="{}?{}">{}</a>', reverse("labels"), query, _("Print"))

    def label_parameters(self, request: HttpRequest, queryset: Any) -> dict[str, Any] | None:
        warehouses = set(queryset.values_list("warehouse", flat=True))
        if len(warehouses) != 1:
            self.message_user(request, _("Choose shelves of one warehouse; filter the list by it."), messages.ERROR)
            return None
        return {"kind": "shelves", "warehouse": warehouses.pop()}


class ItemShelfForm(forms.ModelForm):
    """An item and its shelf; the warehouse is that of the shelf."""

    class Meta:
        model = ItemShelf
        fields = ("item", "shelf")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        item, shelf = data.get("item"), data.get("shelf")
        if item and shelf:
            self.instance.warehouse = shelf.warehouse
            others = ItemShelf.objects.filter(warehouse=shelf.warehouse, item=item).exclude(pk=self.instance.pk)
            if other := others.select_related("shelf").first():
                words = _("%(item)s already lies on shelf %(shelf)s of this warehouse; change that entry.")
                self.add_error("item", words % {"item": item, "shelf": other.shelf})
        return data


@admin.register(ItemShelf)
class ItemShelfAdmin(ExcelLists):
    form = ItemShelfForm
    list_display = ("item", "warehouse", "shelf")
    list_filter = ("warehouse",)
    list_select_related = ("item", "warehouse", "shelf")
    search_fields = ("item__code", "item__name", "shelf__code")
    autocomplete_fields = ("item", "shelf")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "shelf":
            stores = warehouses_in_reach(request.user, "inventory.add_itemshelf")
            kwargs["queryset"] = Shelf.objects.filter(warehouse__in=stores)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
