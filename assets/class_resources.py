"""Excel: the class codes of GB/T 14885, as the standard and the asset systems of the finance bureaus list them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import AssetCategory, CategoryMapping, Edition, levels_of
from assets.services.catalogue import card_type_of, hang_right, nearest_above
from core.resources import BaseResource, register
from core.search import initials_of


def edition_of(code: str) -> str:
    """The edition a code belongs to by its look: letter A and eight digits, or seven digits. "" for neither."""
    for edition in Edition:
        try:
            levels_of(edition, code)
        except ValueError:
            continue
        return edition.value
    return ""


@register
class AssetCategoryResource(BaseResource):
    """Codes of both editions; a code says by itself under which class it stands and which edition it is of."""

    class Meta:
        model = AssetCategory
        fields = ("code", "name", "unit", "remark", "card_type", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("代码", "分类代码", "资产分类代码", "编码", "品目编码"),
        "name": ("名称", "分类名称", "资产分类名称", "品目名称", "类别名称"),
        "unit": ("计量单位", "单位"),
        "remark": ("说明", "备注", "品目说明"),
        "card_type": ("卡片类型", "卡片样式"),
        "active": ("是否启用", "启用"),
    }
    column_notes = {
        "code": gettext_lazy("The letter A and eight digits (2022), or seven digits (2010)."),
        "card_type": gettext_lazy("Empty: by the gate and class of the code."),
    }
    column_options = {"code": {"upper": True, "code": True}}
    column_examples = {"code": "A02999999", "name": "示例分类", "unit": "台"}
    computed_fields = ("edition", "initials", "card_type")

    def _begin(self, table: Any, dry_run: bool) -> None:
        """Classes above come first, in whatever order the sheet lists them."""
        super()._begin(table, dry_run)
        rows = AssetCategory.objects.filter(edition__in=Edition.values)
        self._known = {category.code: category for category in rows}
        place = table.columns.index("code")
        self.prepared.rows.sort(key=lambda row: self._level(row.cells[place]))

    def _level(self, cell: Any) -> int:
        code = str(cell or "").strip().upper()
        edition = edition_of(code)
        return len(levels_of(edition, code)) if edition else 0

    def clean_instance(self, instance: Any) -> None:
        edition = edition_of(instance.code)
        if not edition:
            sentence = _("A code of 2022 is the letter A and eight digits, one of 2010 seven digits from 1 to 6.")
            raise ValidationError({"code": sentence})
        instance.edition = edition
        if self._is_new:
            instance.parent = nearest_above(instance, self._known)
            self._known[instance.code] = instance

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """An empty kind of card leaves the one that follows from the code."""
        if field.attribute == "card_type" and not str(row.get(field.column_name) or "").strip():
            instance.card_type = "" if self._is_new else instance.card_type
            if self._is_new and (edition := edition_of(instance.code or "")):
                instance.card_type = card_type_of(edition, instance.code)
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def init_instance(self, row: Any = None) -> Any:
        """A sheet without the column gets the kind of card by the code, too."""
        instance = super().init_instance(row)
        code = str((row or {}).get(self.fields["code"].column_name) or "").strip().upper()
        if edition := edition_of(code):
            instance.card_type = card_type_of(edition, code)
        return instance

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = initials_of(instance.name)
        instance.evidence = instance.evidence or _("imported")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Classes that stood under a wider one go under the new class between, inside the same transaction."""
        super().after_import(dataset, result, **kwargs)
        if not self.report.errors and not result.has_validation_errors():
            for edition in Edition.values:
                hang_right(edition)


@register
class CategoryMappingResource(BaseResource):
    """Which class of 2022 took the place of one of 2010, as a finance bureau may list it."""

    class Meta:
        model = CategoryMapping
        fields = ("old", "new", "basis")
        import_id_fields = ("old", "new")

    column_synonyms = {
        "old": ("2010版代码", "旧代码", "原分类代码"),
        "new": ("2022版代码", "新代码", "新分类代码"),
        "basis": ("依据", "备注"),
    }
    column_options = {"old": {"lookups": ("code",)}, "new": {"lookups": ("code",)}}
    column_examples = {"old": "2010104", "new": "A02010105", "basis": "示例"}

    def related_queryset(self, name: str, queryset: Any) -> Any:
        return queryset.filter(edition=Edition.E2010 if name == "old" else Edition.E2022)
