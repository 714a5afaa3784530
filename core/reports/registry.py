"""Which reports there are, for navigation and addresses."""

from typing import Any, TypeVar
from urllib.parse import urlencode

from django.urls import URLPattern, path, reverse

from .base import Report
from .forms import as_text

R = TypeVar("R", bound=type[Report])
_reports: dict[str, type[Report]] = {}


def register(report: R) -> R:
    """Class decorator that adds a report; its module is imported by its app's AppConfig.ready()."""
    _reports[report.code] = report
    return report


def all_reports() -> list[type[Report]]:
    """Every report, in the order of registration."""
    return list(_reports.values())


def reports_for(user: Any) -> list[type[Report]]:
    """The reports this person may open."""
    return [report for report in _reports.values() if report.may_open(user)]


def address(route: str, report: type[Report]) -> URLPattern:
    """The URL pattern of a report; its name is the report's code."""
    from core.views.reports import ReportView

    return path(route, ReportView.as_view(report_class=report), name=report.code)


def report_url(code: str, **params: Any) -> str:
    """The address of a report with parameters; empty ones are left out."""
    texts = {name: as_text(value) for name, value in params.items()}
    return f"{reverse(code)}?{urlencode({name: text for name, text in texts.items() if text})}"
