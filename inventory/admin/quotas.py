"""Quotas in the back office: how much a department may use in a period."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_base import MasterDataAdmin
from core.templatetags.display import money, quantity
from inventory.models import Quota


@admin.register(Quota)
class QuotaAdmin(MasterDataAdmin):
    list_display = ("department", "what", "period", "basis", "limit", "carry_over", "valid_from", "valid_until")
    list_filter = ("period", "basis", "department", "category")
    list_select_related = ("department", "item__unit", "category")
    search_fields = ("department__name", "department__code", "item__name", "item__code", "category__name")
    autocomplete_fields = ("department", "item", "category")
    fieldsets = (
        (
            None,
            {
                "description": gettext_lazy(
                    "Choose either an item, with a quantity or an amount, or a category, with an amount. "
                    "Per head, bed or class: enter what one of them may use."
                ),
                "fields": (
                    *("organization", "department", "item", "category", "period", "basis"),
                    *("limit_quantity", "limit_amount", "carry_over", "valid_from", "valid_until", "note"),
                ),
            },
        ),
    )

    @admin.display(description=gettext_lazy("item or category"))
    def what(self, quota: Quota) -> str:
        return str(quota.item or quota.category)

    @admin.display(description=gettext_lazy("limit"))
    def limit(self, quota: Quota) -> Any:
        if quota.limit_quantity is None:
            return f"{money(quota.limit_amount)} {_('yuan')}"
        return f"{quantity(quota.limit_quantity)} {quota.item.unit if quota.item else ''}"
