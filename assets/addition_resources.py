"""Excel: the lines of an asset addition, one layout for each kind of card."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from assets.card_fields import CHOICE, DAY, EARLIEST, MONEY, NUMBER, WHOLE, Detail, fields_of
from assets.models import AssetAdditionLine, AssetCategory, CardType
from assets.services.addition_lines import LineCheck
from assets.services.additions import clashes
from assets.services.classes import ClassBook
from core.errors import DomainError
from core.excel.values import DateWidget, StrictWidget
from core.parsing import parse_code, parse_date, refuse
from core.resources import BaseResource, register, register_layout

OWN = "own_"
"""What the names of columns of the card's own kind begin with."""
COMMON = (
    *("category", "name", "pieces", "original_value", "fiscal_fund", "nonfiscal_fund", "value_type"),
    *("department", "managing_department", "user", "custodian", "place", "situated_at", "state"),
    *("specification", "brand", "manufacturer", "serial_number", "quantity", "unit", "acquired_on", "in_use_on"),
    *("life_months", "opening_months", "opening_accumulated", "use_purpose", "account", "supplier"),
    *("contract_number", "invoice_number", "warranty_until", "procurement_form", "budget_item"),
    *("from_construction", "card_number", "old_number", "note"),
)
SYNONYMS = {
    "category": ("资产分类代码", "分类代码", "资产分类", "资产分类名称", "国标代码"),
    "name": ("资产名称", "名称"),
    "pieces": ("卡片数", "件数", "张数"),
    "original_value": ("价值", "原值", "价值(元)", "原值(元)", "账面原值", "单价"),
    "fiscal_fund": ("财政拨款", "财政拨款(元)", "其中财政拨款"),
    "nonfiscal_fund": ("非财政拨款", "非财政拨款(元)", "其中非财政拨款"),
    "value_type": ("价值类型",),
    "department": ("使用部门", "使用科室"),
    "managing_department": ("管理部门",),
    "user": ("使用人",),
    "custodian": ("保管人", "管理人"),
    "place": ("存放地点", "存放位置"),
    "situated_at": ("坐落位置",),
    "state": ("使用状况", "状态"),
    "specification": ("规格型号", "型号"),
    "brand": ("品牌",),
    "manufacturer": ("生产厂家",),
    "serial_number": ("出厂编号", "机身序列号", "产品序列号", "序列号"),
    "quantity": ("数量", "数量/面积", "面积"),
    "unit": ("计量单位", "单位"),
    "acquired_on": ("取得日期", "购置日期"),
    "in_use_on": ("投入使用日期", "启用日期"),
    "life_months": ("折旧年限(月)", "使用年限(月)", "折旧/摊销年限(月)"),
    "opening_months": ("已提折旧月数", "已提折旧/摊销月数"),
    "opening_accumulated": ("累计折旧", "累计折旧(元)", "累计折旧/摊销(元)"),
    "use_purpose": ("使用方向", "设备用途", "用途"),
    "account": ("单位会计科目", "入账科目", "会计科目"),
    "supplier": ("销售商", "供应商"),
    "contract_number": ("合同编号",),
    "invoice_number": ("发票号", "发票号码"),
    "warranty_until": ("保修截止日期",),
    "procurement_form": ("采购组织形式",),
    "budget_item": ("预算项目编号",),
    "from_construction": ("是否在建工程转入",),
    "card_number": ("资产编号", "卡片编号"),
    "old_number": ("原系统编号", "原资产编号", "旧编号"),
    "note": ("备注",),
}
NOTES = {
    "category": gettext_lazy("Code or name of GB/T 14885-2022; a code of 2010 where a mapping names its new class."),
    "pieces": gettext_lazy("So many alike things, each with a card of its own. Empty: one."),
    "original_value": gettext_lazy("Yuan for one thing."),
    "nonfiscal_fund": gettext_lazy("Both add up to the value; where one is empty it is the rest."),
    "life_months": gettext_lazy("Empty: the least of the table; never for what is not depreciated."),
    "opening_months": gettext_lazy("Only for an opening entry."),
    "opening_accumulated": gettext_lazy("Only for an opening entry."),
    "card_number": gettext_lazy("Empty: the next number."),
}
EXAMPLES = {
    "category": "A02010105",
    "name": "示例资产",
    "pieces": 1,
    "original_value": 6000,
    "fiscal_fund": 6000,
    "nonfiscal_fund": 0,
    "department": "101",
}


class LongAgoWidget(DateWidget):
    """A day, however long ago: houses are older than the house that keeps them."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        return parse_date(value, earliest=EARLIEST, serials=self.serials, note=self.note)


class ClassWidget(StrictWidget):
    """The class of a thing; an old code brings the class of 2010 along, which the field keeps too."""

    kind = "code"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._book: ClassBook | None = None
        self._known: dict[str, tuple[AssetCategory, AssetCategory | None]] = {}
        self._refused: dict[str, str] = {}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = parse_code(value)
        if not text:
            return None, None
        if text not in self._known and text not in self._refused:
            self._book = self._book or ClassBook()
            try:
                self._known[text] = self._book.named(text)
            except DomainError as error:
                self._refused[text] = str(error)
        if text in self._refused:
            refuse("class", self._refused[text])
        return self._known[text]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return value.code if value is not None else None

    def describe(self) -> str:
        return str(gettext_lazy("code or name of a class"))


class ClassField(Field):
    """Writes the class and the class of 2010 it was written with."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        instance.category, instance.old_category = self.widget.clean(row.get(self.column_name), row)


class DetailWidget(StrictWidget):
    """A value of a field of the card's own kind, as the card keeps it."""

    detail: Detail

    def __init__(self, detail: Detail) -> None:
        self.detail = detail
        super().__init__()

    @property
    def kind(self) -> str:  # type: ignore[override]
        return {DAY: "text", NUMBER: "quantity", MONEY: "money", WHOLE: "integer"}.get(self.detail.kind, "text")

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        return self.detail.read(value)

    def describe(self) -> str:
        return str(gettext_lazy("one of the list") if self.detail.kind == CHOICE else gettext_lazy("text"))

    def choices(self) -> tuple[str, ...]:
        return self.detail.choices


class CardLines(BaseResource):
    """Lines that become cards of one kind; they are always new, and wholly checked before one is written."""

    parent_field = "document"
    card_type = ""
    max_rows = 60_000
    computed_fields = ("card_type", "details", "old_category")

    category = ClassField(attribute="category", column_name="category", widget=ClassWidget())
    acquired_on = Field(attribute="acquired_on", column_name="acquired_on", widget=LongAgoWidget())
    in_use_on = Field(attribute="in_use_on", column_name="in_use_on", widget=LongAgoWidget())

    column_synonyms = SYNONYMS
    column_notes = NOTES
    column_examples = EXAMPLES
    column_options = {"original_value": {"minimum": 0}, "fiscal_fund": {"minimum": 0}, "nonfiscal_fund": {"minimum": 0}}

    class Meta:
        model = AssetAdditionLine
        fields = COMMON
        import_id_fields = ()

    def __init__(self, **kwargs: Any) -> None:
        self._details = {f"{OWN}{detail.key}": detail for detail in fields_of(self.card_type)}
        super().__init__(**kwargs)
        self._lines: list[Any] = []
        self._check: LineCheck | None = None

    @classmethod
    def resource_name(cls) -> str:
        name = cls._meta.model._meta.label_lower
        return f"{name}.{cls.card_type}" if cls.card_type else name

    @classmethod
    def title(cls) -> str:
        kind = CardType(cls.card_type).label if cls.card_type else cls._meta.model._meta.verbose_name_plural
        return str(kind)

    def _label_source(self, name: str) -> Any:
        return self._details[name].label if name in self._details else super()._label_source(name)

    def is_required(self, name: str) -> bool:
        if name.startswith(OWN):
            return self._details[name].required and not self._details[name].unless
        return super().is_required(name)

    def _updated_fields(self) -> list[str]:
        return [name for name in super()._updated_fields() if not name.startswith(OWN)]

    def related_queryset(self, name: str, queryset: Any) -> Any:
        if name in ("department", "managing_department", "place", "supplier"):
            return queryset.filter(active=True)
        return queryset.filter(is_active=True) if name in ("user", "custodian") else queryset

    # ---- rows ----

    def init_instance(self, row: Any = None) -> Any:
        instance = super().init_instance(row)
        instance.card_type = self.card_type
        instance.acquired_on = self.parent.business_date
        for name in self._details:
            setattr(instance, name, "")
        return instance

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            instance.acquired_on = instance.acquired_on or self.parent.business_date
            self._share_funds(instance, row)

    def _share_funds(self, instance: Any, row: Any) -> None:
        """Where one of both funds is left empty, it is the rest of the value (R-AST-02)."""
        blank = {
            name for name in ("fiscal_fund", "nonfiscal_fund") if row.get(self.fields[name].column_name) in (None, "")
        }
        value = instance.original_value
        if value is None or len(blank) != 1:
            return
        if "fiscal_fund" in blank and instance.nonfiscal_fund is not None:
            instance.fiscal_fund = value - instance.nonfiscal_fund
        elif instance.fiscal_fund is not None:
            instance.nonfiscal_fund = value - instance.fiscal_fund

    def clean_instance(self, instance: Any) -> None:
        needed = ("category_id", "department_id", "original_value", "fiscal_fund", "nonfiscal_fund", "pieces")
        if any(getattr(instance, name) is None for name in needed):
            return  # the columns say what is wrong
        category = instance.category
        if self.card_type and category.card_type not in (self.card_type, CardType.OTHER):
            words = {"category": category, "kind": category.get_card_type_display()}
            sentence = _("%(category)s has cards of the kind “%(kind)s”; take the sheet of that kind.") % words
            raise ValidationError({"category": sentence})
        self._check = self._check or LineCheck(self.parent)
        instance.details = {
            detail.key: value for name, detail in self._details.items() if (value := getattr(instance, name, ""))
        }
        self._check.complete(instance)
        errors: dict[str, list[str]] = {}
        for field, sentence in self._check.faults(instance):
            errors.setdefault(field.replace("details.", OWN), []).append(sentence)
        if errors:
            raise ValidationError(errors)
        self._lines.append(instance)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """What follows from the rest was filled in by the check."""

    def bulk_create(self, using_transactions: bool, dry_run: bool, raise_errors: bool, **kwargs: Any) -> None:
        """A check writes nothing even for a moment: whatever the database would refuse, the check of a line does."""
        if dry_run:
            self.create_instances.clear()
            with connection.cursor() as cursor:
                # A database ends transactions that say nothing for a minute; a long list takes about that long.
                cursor.execute("SELECT 1")
        else:
            super().bulk_create(using_transactions, dry_run, raise_errors, **kwargs)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Numbers that another row or card has already; inside the transaction, so that nothing stays."""
        super().after_import(dataset, result, **kwargs)
        rows = {line.position: line._import_row for line in self._lines}
        lines = self._with_earlier()
        before = len(self.report.errors)
        for position, field, sentence in clashes(self.parent, lines):
            if position in rows:
                self.report.errors.append(self._row_error(rows[position], field.replace("details.", OWN), sentence))
        if len(self.report.errors) > before:
            result.append_base_error(self.get_error_result_class()(DomainError("refused")))

    def _with_earlier(self) -> list[Any]:
        """The lines of the draft that bring numbers along, before those of the file."""
        mine = {line.position for line in self._lines}
        kept = AssetAdditionLine.objects.filter(document=self.parent).exclude(serial_number="", card_number="")
        return [line for line in kept if line.position not in mine] + self._lines

    # ---- on the way out ----

    def _export_rows(self, queryset: Any) -> Iterator[list[Any]]:
        related = ("category", "department", "managing_department", "user", "custodian", "place", "supplier")
        plan = [(field.attribute, field.widget.render) for field in self.get_export_fields()]
        for record in queryset.select_related(*related).iterator(chunk_size=2000):
            for name, detail in self._details.items():
                setattr(record, name, record.details.get(detail.key))
            yield [render(getattr(record, attribute)) for attribute, render in plan]


def _layout(card_type: str) -> type[CardLines]:
    """The resource of one kind of card: the common columns, and those of its own."""
    details = fields_of(card_type)
    own: dict[str, Any] = {
        f"{OWN}{detail.key}": Field(
            attribute=f"{OWN}{detail.key}", column_name=f"{OWN}{detail.key}", widget=DetailWidget(detail)
        )
        for detail in details
    }
    notes = {f"{OWN}{detail.key}": "、".join(detail.choices) or detail.label for detail in details}
    meta = type("Meta", (), {"model": AssetAdditionLine, "fields": (*COMMON, *own), "import_id_fields": ()})
    return type(
        f"{card_type.title()}Lines",
        (CardLines,),
        {
            **own,
            "card_type": card_type,
            "column_notes": {**NOTES, **notes},
            "Meta": meta,
            "__module__": __name__,
            "__doc__": CardLines.__doc__,
        },
    )


register(CardLines)
LAYOUTS = {card_type: register_layout(_layout(card_type)) for card_type in CardType.values}
"""By kind of card: the resource of its sheet."""
