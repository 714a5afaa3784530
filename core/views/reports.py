"""One view for every report: on screen, as a workbook (?format=xlsx), on paper (?format=print)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import DomainError
from core.excel.download import workbook_response
from core.reports import Report, ReportForm
from core.reports.rendering import excel_sheet, paper_context, screen_context

OWN_PARAMETERS = ("format", "page")
SESSION_KEY = "report_parameters"


class ReportView(LoginRequiredMixin, View):
    """Shows a report to whoever may open it; the parameters last used are remembered for each person's session."""

    report_class: type[Report] = Report

    def get(self, request: HttpRequest) -> HttpResponseBase:
        wants_book = request.GET.get("format") == "xlsx"
        may = self.report_class.may_export if wants_book else self.report_class.may_open
        if not may(request.user):
            raise PermissionDenied
        asked = {key: request.GET.get(key, "") for key in request.GET if key not in OWN_PARAMETERS}
        form = self._form(asked)
        if not form.is_valid():
            # Nothing was asked yet and the report cannot guess (which item?): an empty form, not a scolding one.
            shown = form if asked else self.report_class.form_class(user=request.user, initial=form.data)
            return self._without_rows(shown, self.report_class.hint if not asked else "")
        report = self.report_class(request.user, form.cleaned_data)
        self._remember(form)
        try:
            return self._answer(report, form)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self._without_rows(form)

    def _form(self, asked: dict[str, str]) -> ReportForm:
        """The parameters asked for, else those of last time where they still hold, else the usual ones."""
        form_class, user = self.report_class.form_class, self.request.user
        if asked:
            return form_class(asked, user=user)
        usual = form_class(user=user).defaults()
        last = self.request.session.get(SESSION_KEY, {}).get(self.report_class.code)
        form = form_class(usual | last, user=user) if last else form_class(usual, user=user)
        return form_class(usual, user=user) if last and not form.is_valid() else form

    def _remember(self, form: ReportForm) -> None:
        chosen = {name: form.data.get(name, "") for name in form.fields}
        kept = self.request.session.get(SESSION_KEY, {})
        if kept.get(self.report_class.code) != chosen:
            self.request.session[SESSION_KEY] = {**kept, self.report_class.code: chosen}

    def _answer(self, report: Report, form: ReportForm) -> HttpResponseBase:
        wanted = self.request.GET.get("format", "")
        if wanted == "xlsx":
            name = get_valid_filename(f"{report.title} {clock.today():%Y-%m-%d}")
            return workbook_response(name, [excel_sheet(report)])
        if wanted == "print":
            context = {
                **paper_context(report),
                "organization_name": getattr(self.request.user, "organization", None) or "",
                "made_by": self.request.user,
                "made_at": clock.now(),
            }
            return render(self.request, "print/report.html", context)
        query = urlencode({name: form.data.get(name, "") for name in form.fields})
        context = {
            **screen_context(report, self.request.GET.get("page", 1)),
            "form": form,
            "chart": report.chart(),
            "export_url": f"?{query}&format=xlsx" if report.may_export(self.request.user) else None,
            "print_url": f"?{query}&format=print",
        }
        return render(self.request, "generic/report.html", context)

    def _without_rows(self, form: ReportForm, sentence: Any = "") -> HttpResponse:
        sentence = sentence or _("Nothing is shown until the parameters above are complete.")
        context = {"title": self.report_class.title, "form": form, "rows": [], "empty_text": sentence}
        return render(self.request, "generic/report.html", context)
