"""Excel: units, categories, items, warehouses; the lines of opening stock and receipts; ledgers to export only."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, ValueRefused
from core.imports.extras import ExtraColumns, extra_column
from core.numbers import money, quantity
from core.parsing import parse_decimal, refuse
from core.resources import BaseResource, register
from core.search import initials_of
from directory.models import User
from inventory.models import (
    GoodsReceiptLine,
    Item,
    ItemCategory,
    ItemUnit,
    OpeningStockLine,
    StockMove,
    Unit,
    Warehouse,
)
from inventory.services.appointments import check_appointments

SEPARATORS = str.maketrans({"；": ";", "，": ";", "、": ";", ",": ";", "\n": ";", "＝": "=", "：": "=", ":": "="})
ITEM_NAMES = ("物资编码", "物资名称", "品名", "物资", "物品", "物品编码", "物品名称", "商品编码", "编码")
UNIT_NAMES = ("单位", "计量单位", "基本单位")


def parts_of(text: str) -> list[str]:
    """The entries of a list typed into one cell, whatever stands between them."""
    return [part.strip() for part in text.translate(SEPARATORS).split(";") if part.strip()]


@register
class UnitResource(BaseResource):
    class Meta:
        model = Unit
        fields = ("name", "places")
        import_id_fields = ("name",)

    column_synonyms = {"name": (*UNIT_NAMES, "单位名称"), "places": ("小数位数", "小数位")}
    column_examples = {"name": "示例单位", "places": 0}
    column_options = {"places": {"maximum": 4}}


@register
class ItemCategoryResource(BaseResource):
    class Meta:
        model = ItemCategory
        fields = ("code", "name", "parent", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("类别编码", "分类编码", "类别代码"),
        "name": ("类别名称", "分类名称", "类别"),
        "parent": ("上级类别", "上级分类", "父类编码"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "0199", "name": "示例类别"}


@register
class ItemResource(ExtraColumns, BaseResource):
    class Meta:
        model = Item
        fields = (
            "code",
            "name",
            "specification",
            "brand",
            "category",
            "unit",
            "conversions",
            "barcode",
            "min_stock",
            "max_stock",
            "shelf_life_days",
            "track_lots",
            "trade_in_required",
            "valuation",
            "reference_price",
            "storage_condition",
            "active",
            "note",
        )
        import_id_fields = ("code",)

    conversions = extra_column("conversions")
    extras = ("conversions",)
    column_labels = {"conversions": gettext_lazy("unit conversions")}
    column_synonyms = {
        "code": ("物资编码", "物资代码", "物品编码", "商品编码", "编号"),
        "name": ("物资名称", "品名", "物品名称", "商品名称"),
        "specification": ("规格型号", "规格", "型号"),
        "brand": ("品牌", "生产厂家", "厂家"),
        "category": ("类别", "物资类别", "分类", "类别编码"),
        "unit": UNIT_NAMES,
        "conversions": ("换算关系", "包装换算", "包装规格", "单位换算"),
        "barcode": ("条码", "商品条码"),
        "min_stock": ("最低库存", "库存下限", "安全库存"),
        "max_stock": ("最高库存", "库存上限"),
        "shelf_life_days": ("保质期(天)", "保质期天数", "有效期(天)"),
        "track_lots": ("批号管理", "是否批号管理"),
        "trade_in_required": ("以旧换新",),
        "valuation": ("计价方法", "计价方式"),
        "reference_price": ("参考单价", "参考价", "单价"),
        "storage_condition": ("储存条件", "存放条件"),
        "active": ("是否启用", "启用"),
        "note": ("说明",),
    }
    column_examples = {"code": "WZ0001", "name": "示例物资", "unit": "个", "conversions": "箱=24;盒=6"}
    column_notes = {"conversions": gettext_lazy("How many stock units one of another unit holds: 箱=24;盒=6")}
    column_options = {"min_stock": {"minimum": 0}, "max_stock": {"minimum": 0}, "reference_price": {"minimum": 0}}
    computed_fields = ("initials",)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = (instance.initials or initials_of(instance.name)).upper()
        super().before_save_instance(instance, row, **kwargs)

    def clean_instance(self, instance: Any) -> None:
        """Items that exist are asked about their stock; new ones have none."""
        if instance.pk:
            instance.clean()

    def _units(self) -> dict[str, int]:
        if not hasattr(self, "_unit_keys"):
            self._unit_keys = dict(Unit.objects.values_list("name", "pk"))
        return self._unit_keys

    def read_conversions(self, text: str) -> str:
        found: dict[str, str] = {}
        for part in parts_of(text):
            name, equals, number = (piece.strip() for piece in part.partition("="))
            if not equals or not name:
                refuse("conversion", _("Write conversions as 箱=24;盒=6, not “%(text)s”.") % {"text": part[:40]})
            if name not in self._units():
                refuse("unit", _("There is no unit “%(name)s”. Enter it among the units first.") % {"name": name[:20]})
            if name in found:
                refuse("conversion", _("The unit “%(name)s” stands twice in one cell.") % {"name": name[:20]})
            factor = parse_decimal(number, 4)
            if factor is None or factor <= 0:
                raise ValueRefused(_("The number of stock units must be greater than zero."))
            found[name] = f"{factor.normalize():f}"
        return ";".join(f"{name}={found[name]}" for name in sorted(found))

    def texts_conversions(self, keys: Any) -> dict[int, str]:
        packs = ItemUnit.objects.select_related("unit")
        if keys is not None:
            packs = packs.filter(item__in=keys)
        found: dict[int, list[tuple[str, str]]] = {}
        for pack in packs:
            found.setdefault(pack.item_id, []).append((pack.unit.name, f"{pack.factor.normalize():f}"))
        return {item: ";".join(f"{name}={factor}" for name, factor in sorted(rows)) for item, rows in found.items()}

    def write_conversions(self, rows: list[tuple[Any, str]]) -> None:
        """What the cell does not name is dropped; a file without the column drops nothing."""
        stored = self.texts_conversions([instance.pk for instance, _text in rows])
        changed = [(instance, text) for instance, text in rows if stored.get(instance.pk, "") != text]
        ItemUnit.objects.filter(item__in=[instance.pk for instance, _text in changed]).delete()
        packs = [
            ItemUnit(item=instance, unit_id=self._units()[name], factor=parse_decimal(number, 4))
            for instance, text in changed
            for name, _equals, number in (part.partition("=") for part in parts_of(text))
        ]
        ItemUnit.objects.bulk_create(packs, batch_size=1000)


@register
class WarehouseResource(ExtraColumns, BaseResource):
    class Meta:
        model = Warehouse
        fields = ("code", "name", "department", "place", "keeper_numbers", "accountant", "active")
        import_id_fields = ("code",)
        use_bulk = False

    keeper_numbers = extra_column("keeper_numbers")
    extras = ("keeper_numbers",)
    column_labels = {"keeper_numbers": gettext_lazy("keepers")}
    column_synonyms = {
        "code": ("仓库编码", "库房编码", "仓库代码"),
        "name": ("仓库名称", "库房名称", "库房", "仓库"),
        "department": ("所属科室", "主管科室", "科室"),
        "place": ("存放地点", "位置"),
        "keeper_numbers": ("仓管员", "保管员", "库管员", "保管员工号"),
        "accountant": ("仓库会计", "会计"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "W9", "name": "示例仓库", "keeper_numbers": "0001;0002"}
    column_notes = {"keeper_numbers": gettext_lazy("Employee numbers, several with ; between them.")}

    def clean_instance(self, instance: Any) -> None:
        """The accountant, before the row is written; the keepers come after it."""
        try:
            check_appointments(instance, (), instance.accountant)
        except DomainError as error:
            raise ValidationError({error.field: str(error)}) from error

    def _people(self) -> dict[str, int]:
        if not hasattr(self, "_people_keys"):
            people = get_user_model()._default_manager.filter(organization=self.organization, is_active=True)
            self._people_keys = dict(people.values_list("employee_number", "pk"))
        return self._people_keys

    def read_keeper_numbers(self, text: str) -> str:
        for number in parts_of(text):
            if number not in self._people():
                refuse("keeper", _("There is nobody with the employee number “%(number)s”.") % {"number": number[:30]})
        return ";".join(sorted(set(parts_of(text))))

    def texts_keeper_numbers(self, keys: Any) -> dict[int, str]:
        rows = Warehouse.keepers.through.objects.all()
        if keys is not None:
            rows = rows.filter(warehouse__in=keys)
        names = dict(User.objects.filter(pk__in=rows.values("user")).values_list("pk", "employee_number"))
        found: dict[int, list[str]] = {}
        for warehouse, person in rows.values_list("warehouse", "user"):
            found.setdefault(warehouse, []).append(names[person])
        return {warehouse: ";".join(sorted(numbers)) for warehouse, numbers in found.items()}

    def write_keeper_numbers(self, rows: list[tuple[Any, str]]) -> None:
        """The service refuses a keeper who must not be one; the whole file is refused with him (R-STK-09)."""
        for instance, text in rows:
            keepers = User.objects.filter(pk__in=[self._people()[number] for number in parts_of(text)])
            try:
                check_appointments(instance, keepers, instance.accountant)
            except DomainError as error:
                name = "keeper_numbers" if error.field == "keepers" else error.field
                self._refuse_stored(instance, name, str(error))
            else:
                instance.keepers.set(keepers)


class _PricedLineResource(BaseResource):
    """Incoming goods: the unit is the item's own or one of its conversions, which gives the factor."""

    parent_field = "document"
    computed_fields = ("factor", "stock_quantity", "amount")
    column_synonyms = {
        "item": ITEM_NAMES,
        "unit": UNIT_NAMES,
        "quantity": ("数量", "实收数量", "期初数量", "库存数量", "结存数量"),
        "unit_price": ("单价", "单价(元)", "含税单价", "进价"),
        "lot_number": ("批号", "生产批号"),
        "made_on": ("生产日期",),
        "expires_on": ("有效期至", "失效日期", "到期日期"),
        "note": ("备注", "说明"),
    }
    column_options = {
        "quantity": {"minimum": 0},
        "unit_price": {"minimum": 0},
    }
    column_examples = {"item": "WZ0001", "unit": "个", "quantity": 10, "unit_price": 2.5}

    class Meta:
        fields = ("item", "unit", "quantity", "unit_price", "lot_number", "made_on", "expires_on", "note")
        import_id_fields = ("item", "lot_number")

    def related_queryset(self, name: str, queryset: Any) -> Any:
        return queryset.filter(active=True).select_related("unit") if name == "item" else queryset

    def _factors(self) -> dict[tuple[int, int], Any]:
        if not hasattr(self, "_pack_factors"):
            self._pack_factors = {(p.item_id, p.unit_id): p.factor for p in ItemUnit.objects.all()}
        return self._pack_factors

    def clean_instance(self, instance: Any) -> None:
        if not (instance.item_id and instance.unit_id and instance.quantity):
            return
        own = instance.unit_id == instance.item.unit_id
        factor = 1 if own else self._factors().get((instance.item_id, instance.unit_id))
        if factor is None:
            words = {"item": instance.item, "unit": instance.unit, "own": instance.item.unit}
            refuse("unit", _("%(item)s has no unit %(unit)s; it is counted in %(own)s.") % words)
        instance.factor = factor

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.stock_quantity = quantity(instance.quantity * instance.factor)
        instance.amount = money(instance.quantity * instance.unit_price)


@register
class OpeningStockLineResource(_PricedLineResource):
    class Meta:
        model = OpeningStockLine


@register
class GoodsReceiptLineResource(_PricedLineResource):
    class Meta:
        model = GoodsReceiptLine


@register
class StockMoveResource(BaseResource):
    """The ledger, to export only: a sheet never writes a balance."""

    export_only = True

    class Meta:
        model = StockMove
        fields = (
            "business_date",
            "number",
            "item",
            "lot",
            "source",
            "target",
            "quantity",
            "unit_cost",
            "amount",
            "department",
            "posted_by",
            "posted_at",
        )

    column_options = {
        "lot": {"lookups": ("number",)},
        "source": {"lookups": ("pk",)},
        "target": {"lookups": ("pk",)},
        "posted_by": {"lookups": ("name",)},
    }


from . import period_resources, shelf_resources  # noqa: E402, F401 - modules of their own
