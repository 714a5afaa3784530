"""Excel: the lines of a purchase request, out and in again."""

from collections import Counter
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.parsing import refuse
from core.resources import register
from procurement import buying_selectors
from procurement.models import PurchaseRequestLine, Treatment
from procurement.wanted_resources import FIELDS, WantedLineResource


@register
class PurchaseRequestLineResource(WantedLineResource):
    """A row is known by its thing, unit and department; who pays and the plan are chosen in the form."""

    class Meta:
        model = PurchaseRequestLine
        fields = (*FIELDS, "department", "warehouse", "price_reason", "stock_reason", "idle_reason", "note")
        import_id_fields = ("item", "name", "specification", "unit", "department")

    column_synonyms = {
        **WantedLineResource.column_synonyms,
        "department": ("使用科室", "科室", "需求部门"),
        "warehouse": ("仓库", "库房", "入库仓库"),
        "price_reason": ("涨价理由", "价格说明"),
        "stock_reason": ("不建卡理由",),
        "idle_reason": ("不调剂理由", "闲置资产不适用理由"),
    }

    def related_queryset(self, name: str, queryset: Any) -> Any:
        if name in ("department", "warehouse"):
            return queryset.filter(active=True, organization=self.organization)
        return super().related_queryset(name, queryset)

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        super().import_field(field, instance, row, is_m2m, **kwargs)
        if field.attribute == "treatment":
            self._treatment_said = bool(str(row.get(field.column_name) or "").strip())

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        super().after_init_instance(instance, new, row, **kwargs)
        self._treatment_said = not new

    def clean_instance(self, instance: Any) -> None:
        """What is left open is as usual, like in the form; one of several lines about the same thing is not guessed."""
        if instance.pk and self._lines_of_key[_key_of(instance)] > 1:
            refuse("item", _("Several lines of this request are about this thing; change them in the form."))
        self._fill_in(instance)
        super().clean_instance(instance)

    def _fill_in(self, instance: Any) -> None:
        known = self._usual.get(instance.item_id) if instance.item_id else None
        if instance.category_id is None and known:
            instance.category = known.category
        if not self._treatment_said:
            item = instance.item if instance.item_id else None
            usual = buying_selectors.usual_treatment(item, instance.category, instance.unit_price, self._threshold)
            instance.treatment = usual or Treatment.STOCK
        if instance.warehouse_id is None and known and instance.treatment == Treatment.STOCK:
            instance.warehouse_id = known.warehouse_id

    @cached_property
    def _usual(self) -> dict[int, Any]:
        """What is usual for the items of the file; three queries."""
        items = {key[0] for key in self.keys_of_file.values() if key[0]}
        return buying_selectors.usual_of(self.parent.organization_id, items)

    @cached_property
    def _threshold(self) -> Any:
        return buying_selectors.asset_from(self.parent.organization_id)

    @cached_property
    def _lines_of_key(self) -> Counter:
        """How many lines of the request are about each thing; one query."""
        return Counter(_key_of(line) for line in self.parent.lines.all())


def _key_of(line: Any) -> tuple[Any, ...]:
    return line.item_id, line.name, line.specification, line.unit_id, line.department_id
