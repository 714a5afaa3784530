"""Excel: shelves by warehouse and code; where items lie by warehouse and item."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.extras import ExtraColumns, extra_column
from core.parsing import refuse
from core.resources import BaseResource, register
from inventory.models import ItemShelf, Shelf
from inventory.selectors import warehouses_in_reach

WAREHOUSE_NAMES = ("仓库编码", "库房编码", "仓库", "库房", "仓库名称", "库房名称")
SHELF_NAMES = ("货位", "货位号", "货位编码", "货架号", "库位", "库位编码")


class _InOwnWarehouse(BaseResource):
    """Rows of one's own warehouses only, as far as the right to import reaches."""

    def related_queryset(self, name: str, queryset: Any) -> Any:
        if name == "warehouse" and self.user is not None:
            return queryset.filter(pk__in=warehouses_in_reach(self.user, self.import_permission()).values("pk"))
        return queryset


@register
class ShelfResource(_InOwnWarehouse):
    class Meta:
        model = Shelf
        fields = ("warehouse", "code", "name", "active")
        import_id_fields = ("warehouse", "code")

    column_synonyms = {
        "warehouse": WAREHOUSE_NAMES,
        "code": SHELF_NAMES,
        "name": ("货位名称", "货位说明", "库位名称"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"warehouse": "W1", "code": "A-01-03", "name": "示例货位"}


@register
class ItemShelfResource(ExtraColumns, _InOwnWarehouse):
    """Codes of shelves repeat from warehouse to warehouse, so the shelf is looked up within that of its row."""

    class Meta:
        model = ItemShelf
        fields = ("warehouse", "item", "shelf_code")
        import_id_fields = ("warehouse", "item")

    shelf_code = extra_column("shelf_code")
    extras = ("shelf_code",)
    computed_fields = ("shelf",)
    column_labels = {"shelf_code": gettext_lazy("shelf")}
    column_synonyms = {
        "warehouse": WAREHOUSE_NAMES,
        "item": ("物资编码", "物资名称", "品名", "物资", "物品", "物品编码", "编码"),
        "shelf_code": SHELF_NAMES,
    }
    column_notes = {
        "shelf_code": gettext_lazy("As on its label, with or without the warehouse: A-01-03 or W1/A-01-03.")
    }
    column_examples = {"warehouse": "W1", "item": "WZ0001", "shelf_code": "A-01-03"}

    def read_shelf_code(self, text: str) -> str:
        return text

    def texts_shelf_code(self, keys: Any) -> dict[int, str]:
        rows = ItemShelf.objects.all() if keys is None else ItemShelf.objects.filter(pk__in=keys)
        return dict(rows.values_list("pk", "shelf__code"))

    def write_shelf_code(self, rows: list[tuple[Any, str]]) -> None:
        """Nothing is left to write: clean_instance has put the shelf on the row itself."""

    def clean_instance(self, instance: Any) -> None:
        if not instance.warehouse_id:
            return
        code = instance.shelf_code.removeprefix(f"{instance.warehouse.code}/").strip()
        key = self._shelves().get((instance.warehouse_id, code))
        if key is None:
            words = {"shelf": code[:20], "warehouse": instance.warehouse}
            refuse("shelf", _("There is no shelf “%(shelf)s” in %(warehouse)s. Enter it among the shelves.") % words)
        instance.shelf_id, instance.shelf_code = key, code

    def _shelves(self) -> dict[tuple[int, str], int]:
        if not hasattr(self, "_shelf_keys"):
            rows = Shelf.objects.filter(active=True).values_list("warehouse", "code", "pk")
            self._shelf_keys = {(warehouse, code): key for warehouse, code, key in rows}
        return self._shelf_keys
