"""The private link of a report: how far it is, and what its reporter says to it, without an account."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from maintenance.models import RepairTicket

from .public_pages import SMALL_BODY, StrangerView
from .reporter_acts import ReporterPage

RELATED = (
    *("organization", "order__asset", "order__place__parent__parent"),
    *("order__merged_into__asset", "order__merged_into__place__parent__parent"),
)


class FollowReport(StrangerView):
    """GET: the story. POST: confirm, refuse, rate, cancel, remark. A token that nobody got is absent."""

    def find(self, token: str) -> RepairTicket | None:
        return RepairTicket.objects.select_related(*RELATED).filter(token=token).first()

    def organization(self) -> Any:
        return self.subject.organization

    def counts(self, request: HttpRequest) -> bool:
        """Photos are costly to read; a word or a rating is not."""
        return int(request.META.get("CONTENT_LENGTH") or 0) > SMALL_BODY

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._page(self._reporter(), 200)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        page = self._reporter()
        if page.act(request):
            return redirect("report_follow", token)
        return self._page(self._reporter(), 400)

    def _reporter(self) -> ReporterPage:
        return ReporterPage(self.find(self.subject.token) or self.subject, actor=None, own=True)

    def _page(self, page: ReporterPage, status: int) -> HttpResponse:
        context = {
            **page.context(),
            "house": self.subject.organization.name,
            "request_key": uuid.uuid4(),
            "typed": self.request.POST,
        }
        return render(self.request, "maintenance/public_progress.html", context, status=status)
