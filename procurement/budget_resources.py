"""Excel: purchase categories, economic classes, projects; the lines of a budget decision."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import refuse
from core.resources import BaseResource, register
from core.search import initials_of
from procurement.models import BudgetDecisionLine, EconomicClass, Project, PurchaseCategory

ACTIVE_NAMES = ("是否启用", "启用")
DEPARTMENT_NAMES = ("科室", "部门", "科室编码", "科室名称", "部门编码", "部门名称", "预算科室", "预算部门")
PROJECT_NAMES = ("项目", "项目编码", "项目名称", "预算项目")
CLASS_NAMES = ("经济分类", "经济分类科目", "部门经济分类", "经济科目", "科目编码")
SOURCE_NAMES = ("资金来源", "经费来源", "资金性质")


@register
class PurchaseCategoryResource(BaseResource):
    class Meta:
        model = PurchaseCategory
        fields = ("code", "name", "kind", "evidence", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("品目编码", "品目代码", "采购品目编码"),
        "name": ("品目名称", "采购品目", "采购品目名称"),
        "kind": ("品目类别", "类型", "类别"),
        "evidence": ("来源", "依据"),
        "active": ACTIVE_NAMES,
    }
    column_examples = {"code": "A99999999", "name": "示例品目"}
    column_notes = {"code": gettext_lazy("A letter and digits; the letter and four digits are the major class.")}
    computed_fields = ("initials",)

    def clean_instance(self, instance: Any) -> None:
        if instance.code and not (
            instance.code[0] in "ABC" and instance.code[1:5].isdecimal() and len(instance.code) > 4
        ):
            refuse("code", _("A category begins with A, B or C and four digits, for example A0201."))

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.initials = initials_of(instance.name)


@register
class EconomicClassResource(BaseResource):
    class Meta:
        model = EconomicClass
        fields = ("code", "name", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("科目编码", "经济分类编码", "科目代码"),
        "name": ("科目名称", "经济分类名称", "经济分类"),
        "active": ACTIVE_NAMES,
    }
    column_examples = {"code": "30299", "name": "示例科目"}


@register
class ProjectResource(BaseResource):
    class Meta:
        model = Project
        fields = ("code", "name", "active")
        import_id_fields = ("code",)

    column_synonyms = {
        "code": ("项目编码", "项目代码", "项目编号"),
        "name": ("项目名称", "项目"),
        "active": ACTIVE_NAMES,
    }
    column_examples = {"code": "XM2026-99", "name": "示例项目"}


@register
class BudgetDecisionLineResource(BaseResource):
    """A row is known by its purpose: the same workbook with corrected amounts corrects the lines."""

    parent_field = "document"

    class Meta:
        model = BudgetDecisionLine
        fields = ("department", "project", "fund_source", "economic_class", "amount", "note")
        import_id_fields = ("department", "project", "fund_source", "economic_class")

    column_synonyms = {
        "department": DEPARTMENT_NAMES,
        "project": PROJECT_NAMES,
        "fund_source": SOURCE_NAMES,
        "economic_class": CLASS_NAMES,
        "amount": ("金额", "金额(元)", "预算金额", "预算数", "指标金额", "下达金额", "调整金额"),
        "note": ("备注", "说明"),
    }
    column_examples = {"department": "0101", "economic_class": "30201", "amount": 10000}
    column_notes = {
        "project": gettext_lazy("Empty: basic spending."),
        "amount": gettext_lazy("Yuan. What is taken away is written with a minus sign."),
    }

    def related_queryset(self, name: str, queryset: Any) -> Any:
        return queryset.filter(active=True) if self._gives() else queryset

    def _gives(self) -> bool:
        """Whether the document only gives money: then only what is in use gets some."""
        return getattr(self.parent, "kind", "") in ("initial", "supplement")

    def clean_instance(self, instance: Any) -> None:
        """What the decision would refuse later is said beside the row."""
        if not instance.amount:
            refuse("amount", _("Enter an amount other than zero."))
        if self._gives() and instance.amount < 0:
            refuse("amount", _("The amount must be greater than zero; write a cut to take money away."))
        if getattr(self.parent, "kind", "") == "cut" and instance.amount > 0:
            refuse("amount", _("A cut is written with a minus sign."))
