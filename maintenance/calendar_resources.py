"""Holidays and made-up working days as a sheet: once a year, as the state council announces them."""

from django.utils.translation import gettext_lazy

from core.resources import BaseResource, register
from maintenance.models import CalendarDay


@register
class CalendarDayResource(BaseResource):
    class Meta:
        model = CalendarDay
        fields = ("day", "working", "name")
        import_id_fields = ("day",)

    column_synonyms = {
        "day": ("日期", "放假日期", "调休日期"),
        "working": ("是否上班", "上班", "工作日"),
        "name": ("名称", "节日", "说明", "备注"),
    }
    column_examples = {"day": "2026-10-01", "name": "示例假日"}
    column_notes = {
        "working": gettext_lazy("Yes for a working day made up for a holiday: it has the hours of a Monday."),
    }
