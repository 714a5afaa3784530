"""Excel: the code table of fixed assets, as it is published."""

from typing import Any

from django.utils.translation import gettext as _

from assets.models import AssetClass
from core.parsing import refuse
from core.resources import BaseResource, register
from core.search import initials_of


@register
class AssetClassResource(BaseResource):
    """A row is known by its number in the workbook: the published codes repeat (see AssetClass)."""

    class Meta:
        model = AssetClass
        fields = ("raw_code", "name", "national_name")
        import_id_fields = ()

    column_synonyms = {
        "raw_code": ("分类代码", "代码", "编码"),
        "name": ("分类名称", "名称"),
        "national_name": ("国标名称", "国标分类名称"),
    }
    column_options = {"raw_code": {"code": True, "long_numbers": True}}
    column_examples = {"raw_code": "1010000020000000", "name": "示例分类"}
    computed_fields = ("code", "initials", "source_row")

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        if not hasattr(self, "_stored_rows"):
            self._stored_rows = {record.source_row: record for record in AssetClass.objects.filter(edition="2010")}
        known = self._stored_rows.get(self._row)
        return (known, False) if known else (self.init_instance(row), True)

    def init_instance(self, row: Any = None) -> Any:
        instance = super().init_instance(row)
        instance.source_row = self._row
        return instance

    def clean_instance(self, instance: Any) -> None:
        if not instance.raw_code[:7].isdecimal() or len(instance.raw_code) < 7:
            refuse("code", _("A classification code begins with seven digits."))
        instance.code = instance.raw_code[:7]

    def clean_code(self, instance: Any) -> None:
        """Set the national code before the model is checked: it is a part of the published one."""
        instance.code = (instance.raw_code or "")[:7]

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            self.clean_code(instance)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = initials_of(instance.name or instance.national_name)


from . import addition_resources, class_resources  # noqa: E402, F401 - modules of their own
