"""Excel: kinds of faults, causes, remedies, reasons of ratings."""

from typing import Any

from core.resources import BaseResource, register
from core.search import initials_of
from maintenance.models import CauseCode, RatingReason, RemedyCode, RepairCategory

CODE_NAMES = ("代码", "编码", "编号")


@register
class RepairCategoryResource(BaseResource):
    class Meta:
        model = RepairCategory
        fields = ("code", "name", "parent", "icon", "keywords", "always_urgent", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": (*CODE_NAMES, "类别编码", "报修类别编码"),
        "name": ("类别名称", "报修类别", "名称"),
        "parent": ("上级类别", "上级编码", "大类"),
        "icon": ("图标",),
        "keywords": ("紧急关键词", "关键词"),
        "always_urgent": ("是否紧急", "一律紧急"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "0199", "name": "示例类别", "keywords": "爆管，漏电"}

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = initials_of(instance.name)[:40]


@register
class CauseCodeResource(BaseResource):
    class Meta:
        model = CauseCode
        fields = ("code", "name", "kind", "category", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": (*CODE_NAMES, "原因代码"),
        "name": ("原因", "原因名称", "故障原因"),
        "kind": ("类型", "原因类型"),
        "category": ("报修类别", "类别"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "X01", "name": "示例原因"}


@register
class RemedyCodeResource(BaseResource):
    class Meta:
        model = RemedyCode
        fields = ("code", "name", "category", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": (*CODE_NAMES, "措施代码"),
        "name": ("措施", "处理措施", "维修措施"),
        "category": ("报修类别", "类别"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "X01", "name": "示例措施"}


@register
class RatingReasonResource(BaseResource):
    class Meta:
        model = RatingReason
        fields = ("code", "name", "good", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": (*CODE_NAMES, "理由代码"),
        "name": ("理由", "评价理由", "评价标签"),
        "good": ("是否好评", "好评"),
        "active": ("是否启用", "启用"),
    }
    column_examples = {"code": "X01", "name": "示例理由"}
