"""All reports a person may open, by the part of the system they are about."""

from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.reports import reports_for

from .signed_in import SignedInMixin, SignedInRequest


def by_part(user: Any) -> list[tuple[Any, list[dict[str, Any]]]]:
    """[(name of the app, [{title, url, icon}])] in the order of registration; parts without a report are left out."""
    parts: dict[Any, list[dict[str, Any]]] = {}
    for report in reports_for(user):
        config = apps.get_containing_app_config(report.__module__)
        row = {"title": report.title, "url": reverse(report.code), "icon": report.icon}
        parts.setdefault(config.verbose_name if config else "", []).append(row)
    return list(parts.items())


def reads_reports(user: Any) -> bool:
    """Whether there is any report for this person, for the navigation."""
    return bool(reports_for(user))


class ReportList(SignedInMixin, View):
    """The way to every report, however rarely it is asked for."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return render(request, "core/reports.html", {"title": _("All reports"), "parts": by_part(request.user)})
