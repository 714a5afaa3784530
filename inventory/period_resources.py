"""Excel: quotas in and out; month closes and their closing stock to export only."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import refuse
from core.resources import BaseResource, register
from inventory.models import MonthClosing, MonthPricing, Quota, ReplenishmentSuggestion, StockSnapshot


@register
class QuotaResource(BaseResource):
    class Meta:
        model = Quota
        fields = (
            *("department", "item", "category", "period", "basis", "limit_quantity", "limit_amount"),
            *("carry_over", "valid_from", "valid_until", "note"),
        )
        import_id_fields = ("department", "item", "category", "period", "valid_from")

    required_columns = ("department", "period", "valid_from")
    column_synonyms = {
        "department": ("科室", "领用科室", "科室编码", "部门"),
        "item": ("物资编码", "物资名称", "品名", "物品"),
        "category": ("物资类别", "类别编码", "分类"),
        "period": ("定额周期", "周期"),
        "basis": ("定额方式", "定额依据", "核定方式"),
        "limit_quantity": ("定额数量", "数量定额"),
        "limit_amount": ("定额金额", "金额定额"),
        "carry_over": ("结转", "可结转", "余额结转"),
        "valid_from": ("生效日期", "开始日期"),
        "valid_until": ("截止日期", "失效日期"),
        "note": ("说明",),
    }
    column_options = {"limit_quantity": {"minimum": 0}, "limit_amount": {"minimum": 0}}
    column_notes = {
        "item": gettext_lazy("Either an item or a category."),
        "limit_amount": gettext_lazy("Either a quantity (of an item) or an amount in yuan."),
    }
    column_examples = {"valid_from": "2026-01-01", "limit_quantity": 10}

    def clean_instance(self, instance: Any) -> None:
        if bool(instance.item_id) == bool(instance.category_id):
            refuse("item", _("Choose either an item or a category."))
        pieces, yuan = instance.limit_quantity is not None, instance.limit_amount is not None
        if pieces == yuan or (pieces and not instance.item_id):
            refuse("limit_quantity", _("Enter a quantity (for an item) or an amount, not both."))
        if instance.valid_until and instance.valid_until < instance.valid_from:
            refuse("valid_until", _("The last day is before the first."))
        instance.clean()


@register
class MonthClosingResource(BaseResource):
    export_only = True

    class Meta:
        model = MonthClosing
        fields = ("year", "month", "closed_at", "closed_by", "remarks", "reopened_at", "reopened_by", "reopen_reason")

    column_options = {"closed_by": {"lookups": ("name",)}, "reopened_by": {"lookups": ("name",)}}


@register
class StockSnapshotResource(BaseResource):
    export_only = True

    class Meta:
        model = StockSnapshot
        fields = ("closing", "warehouse", "item", "quantity", "amount")

    column_options = {"closing": {"lookups": ("pk",)}}


@register
class MonthPricingResource(BaseResource):
    export_only = True

    class Meta:
        model = MonthPricing
        fields = ("number", "business_date", "warehouse", "year", "month", "created_by")

    column_options = {"created_by": {"lookups": ("name",)}}


@register
class ReplenishmentSuggestionResource(BaseResource):
    export_only = True

    class Meta:
        model = ReplenishmentSuggestion
        fields = (
            *("warehouse", "item", "state", "in_stock", "minimum", "quantity", "opened_at", "changed_at"),
            *("decided_by", "reason", "reference"),
        )

    column_options = {"decided_by": {"lookups": ("name",)}}
