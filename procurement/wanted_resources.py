"""Excel: lines of things to buy, which plans and requests have in common."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import refuse
from core.resources import BaseResource
from inventory.models import ItemUnit
from procurement.models import Treatment

FIELDS = ("item", "name", "specification", "unit", "quantity", "unit_price", "category", "treatment")


class WantedLineResource(BaseResource):
    """Lines of a draft: an item of the store or a name, in one of its units, for a price."""

    parent_field = "document"
    column_synonyms = {
        "item": ("物资编码", "物资", "物品编码", "商品编码", "编码"),
        "name": ("名称", "品名", "物品名称", "采购内容", "项目名称"),
        "specification": ("规格型号", "规格", "型号", "技术要求"),
        "unit": ("单位", "计量单位"),
        "quantity": ("数量", "计划数量", "申报数量", "申请数量", "需求数量"),
        "unit_price": ("预计单价", "估算单价", "单价", "预算单价", "参考单价"),
        "category": ("采购品目", "品目编码", "品目"),
        "treatment": ("去向", "处理方式"),
        "note": ("备注", "说明"),
    }
    column_notes = {
        "item": gettext_lazy("Code of an item of the store; empty for what is no item."),
        "name": gettext_lazy("What it is, where it is no item."),
        "treatment": gettext_lazy("For what is no item: asset card, or service."),
    }
    column_examples = {"item": "WZ0001", "unit": "个", "quantity": 10, "unit_price": 2.5}
    column_options = {"quantity": {"minimum": 0}, "unit_price": {"minimum": 0}}
    computed_fields = ("factor", "amount")

    def related_queryset(self, name: str, queryset: Any) -> Any:
        if name == "item":
            return queryset.filter(active=True).select_related("unit")
        return queryset.filter(active=True) if name == "category" else queryset

    def _factors(self) -> dict[tuple[int, int], Any]:
        if not hasattr(self, "_pack_factors"):
            self._pack_factors = {(pack.item_id, pack.unit_id): pack.factor for pack in ItemUnit.objects.all()}
        return self._pack_factors

    def clean_instance(self, instance: Any) -> None:
        """What the paper would refuse later is said beside the row."""
        if instance.quantity is not None and instance.quantity <= 0:
            refuse("quantity", _("The quantity must be greater than zero."))
        if instance.unit_price is not None and instance.unit_price <= 0:
            refuse("unit_price", _("Enter a price greater than zero."))
        if instance.item_id is None:
            if not instance.name.strip():
                refuse("item", _("Choose an item, or write what is to be bought."))
            if instance.treatment == Treatment.STOCK:
                refuse("treatment", _("This is no item of the store: say what becomes of it."))
            instance.factor = 1
            return
        if not instance.unit_id:
            return
        own = instance.unit_id == instance.item.unit_id
        factor = 1 if own else self._factors().get((instance.item_id, instance.unit_id))
        if factor is None:
            words = {"item": instance.item, "unit": instance.unit, "own": instance.item.unit}
            refuse("unit", _("%(item)s has no unit %(unit)s; it is counted in %(own)s.") % words)
        instance.factor = factor

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.compute()
