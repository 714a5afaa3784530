"""Excel: the lines of a procurement plan, out and in again."""

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.excel.reader import Table
from core.imports.report import ImportReport
from core.resources import register
from procurement.models import PlanLine, ProcurementPlan
from procurement.wanted_resources import FIELDS, WantedLineResource


@register
class PlanLineResource(WantedLineResource):
    """A row is known by its thing and unit: the same workbook with other quantities changes the lines."""

    class Meta:
        model = PlanLine
        fields = (*FIELDS, "needed_by", "reason", "note")
        import_id_fields = ("item", "name", "specification", "unit")

    column_synonyms = {
        **WantedLineResource.column_synonyms,
        "needed_by": ("需用日期", "需求日期", "使用时间"),
        "reason": ("申请理由", "理由", "用途"),
    }

    def import_table(self, table: Table, *, dry_run: bool) -> ImportReport:
        if getattr(self.parent, "kind", "") == ProcurementPlan.Kind.MERGED:
            raise DomainError(_("The lines of a merged plan come from the plans of the departments."))
        return super().import_table(table, dry_run=dry_run)
