"""Excel: checklists with their lines, and certificates of operators."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.resources import BaseResource, register
from directory.models import User
from maintenance.models import Checklist, ChecklistLine, OperatorCertificate


@register
class ChecklistResource(BaseResource):
    class Meta:
        model = Checklist
        fields = ("code", "name", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("检查表编码", "编号", "编码"),
        "name": ("检查表名称", "名称"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "J001", "name": "示例检查表"}


@register
class ChecklistLineResource(BaseResource):
    """Lines of checklists that are there already; one sheet may hold the lines of several."""

    class Meta:
        model = ChecklistLine
        fields = ("checklist", "position", "text", "kind", "unit", "low", "high", "required")
        import_id_fields = ("checklist", "position")

    column_synonyms = {
        "checklist": ("检查表", "检查表编码"),
        "position": ("序号", "行号"),
        "text": ("检查内容", "检查项目", "项目"),
        "kind": ("填写方式", "类型"),
        "unit": ("单位", "计量单位"),
        "low": ("下限", "最小值"),
        "high": ("上限", "最大值"),
        "required": ("是否必填", "必填"),
    }
    column_options = {"checklist": {"lookups": ("code",)}}
    column_examples = {"checklist": "J001", "position": 1, "text": "示例检查项"}

    @classmethod
    def import_permission(cls) -> str:
        """Lines belong to their checklist and have no right of their own."""
        return "maintenance.import_checklist"

    def _rights(self) -> tuple[bool, bool]:
        may = self.user is None or bool(self.user.has_perm("maintenance.change_checklist"))
        return may, may

    def clean_instance(self, instance: Any) -> None:
        if instance.low is not None and instance.high is not None and instance.low > instance.high:
            raise ValidationError({"high": _("The upper limit lies below the lower one.")})


@register
class OperatorCertificateResource(BaseResource):
    class Meta:
        model = OperatorCertificate
        fields = ("person", "kind", "project_code", "number", "valid_from", "valid_until")
        import_id_fields = ("person", "project_code", "number")

    column_synonyms = {
        "person": ("姓名", "工号", "人员", "持证人"),
        "kind": ("设备种类", "作业种类", "种类"),
        "project_code": ("项目代号", "作业项目代号"),
        "number": ("证书编号", "证号"),
        "valid_from": ("有效期起", "发证日期", "批准日期"),
        "valid_until": ("有效期至", "有效期止", "有效期"),
    }
    column_notes = {"person": gettext_lazy("Employee number.")}

    def related_queryset(self, name: str, queryset: Any) -> Any:
        """Whoever keeps certificates names colleagues without seeing their files."""
        if name == "person" and self.organization is not None:
            return User.objects.filter(organization=self.organization, is_active=True)
        return queryset

    column_examples = {"person": "0001", "project_code": "G1", "number": "T0001", "valid_until": "2028-12-31"}

    def clean_instance(self, instance: Any) -> None:
        if instance.valid_from and instance.valid_until and instance.valid_until < instance.valid_from:
            raise ValidationError({"valid_until": _("It would end before it begins.")})
