"""Reports: declared once, drawn on screen, in Excel and on paper (docs/reports.md)."""

from .base import HEADING, PLAIN, SUBTOTAL, Report, Row
from .columns import Column
from .forms import PeriodForm, ReportForm
from .registry import address, all_reports, register, report_url, reports_for

__all__ = [
    "HEADING",
    "PLAIN",
    "SUBTOTAL",
    "Column",
    "PeriodForm",
    "Report",
    "ReportForm",
    "Row",
    "address",
    "all_reports",
    "register",
    "report_url",
    "reports_for",
]
