"""月结: the checklist of a month, closing and reopening it, and the pricing papers a close makes."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import periods
from core.errors import DomainError
from core.views.documents import DocumentDetailView, DocumentExportView, DocumentListView, url_name
from core.views.links import address_or_none
from core.views.printing import DocumentPrintView
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column
from inventory import closing_selectors
from inventory.closing_selectors import Check, Entry
from inventory.models import MonthPricing
from inventory.reports.parts import report_url

from . import columns as c

VIEW = "inventory.view_monthclosing"
ICONS = {"ok": "circle-check", "warn": "alert-triangle", "block": "ban"}


class _ClosingView(SignedInMixin, View):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not closing_selectors.may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class MonthClose(_ClosingView):
    """What is open in the month that comes next, the button that closes it, and the months closed so far."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        user, house = request.user, request.user.organization
        year, month = self._month()
        checks = closing_selectors.checklist(house, year, month)
        last = periods.last_closed(house.pk)
        context = {
            "title": _("Month close"),
            "month": f"{year}-{month:02d}",
            "checks": [self._shown(check, year, month) for check in checks],
            "blocked": bool(closing_selectors.blocking(checks)),
            "warned": any(check.level == closing_selectors.WARN for check in checks),
            "may_close": user.has_perm("core.close_period"),
            "last": last,
            "may_reopen": last is not None and user.has_perm("core.reopen_period"),
            "closings": [self._closing(row) for row in closing_selectors.closings_of(user)[:60]],
        }
        return render(request, "inventory/month_close.html", context)

    def _month(self) -> tuple[int, int]:
        """The month asked for, where it is one; otherwise the one to close next."""
        try:
            day = dt.date.fromisoformat(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            return periods.next_to_close(self.request.user.organization_id)
        return day.year, day.month

    def _shown(self, check: Check, year: int, month: int) -> dict[str, Any]:
        first, last = closing_selectors.month_days(year, month)
        return {
            "title": check.title,
            "level": check.level,
            "icon": ICONS[check.level],
            "explanation": check.explanation,
            "count": check.count,
            "entries": [self._entry(entry, first, last) for entry in check.entries],
            "url": self._list_of(check, first, last) if check.count > len(check.entries) else None,
        }

    def _entry(self, entry: Entry, first: dt.date, last: dt.date) -> dict[str, Any]:
        subject, url = entry.subject, None
        if entry.url:
            url = entry.url
        elif closing_selectors.is_document(subject):
            url = address_or_none(url_name(subject, "detail"), subject.pk)
        elif entry.warehouse is not None:
            url = report_url("item_ledger", item=subject, warehouse=entry.warehouse, start=first, end=last)
        else:
            url = address_or_none("stockcount_list")
        place = f" · {entry.warehouse}" if entry.warehouse else ""
        return {"label": f"{subject}{place}", "detail": entry.detail, "url": url}

    def _list_of(self, check: Check, first: dt.date, last: dt.date) -> str | None:
        """The list of the kind, narrowed to the open papers of the month."""
        url = check.kind and address_or_none(url_name(check.kind, "list"))
        if not url:
            return None
        statuses = [("status", str(status)) for status in closing_selectors.UNFINISHED]
        days = [("from_day", first.isoformat()), ("to_day", last.isoformat())]
        return f"{url}?{urlencode(statuses + days if check.code.startswith('open') else [])}"

    def _closing(self, row: Any) -> dict[str, Any]:
        url = None if row.reopened_at else report_url("closing_report", closing=row)
        return {"row": row, "url": url, "fingerprint": row.digest[:12]}


class CloseMonth(_ClosingView):
    """Closes the month by POST; a refusal is said on the checklist."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        try:
            year, month = _month_of(request.POST.get("month", ""))
            remarks = request.POST.get("remarks", "").strip()[:500]
            row = periods.close(request.user.organization, year, month, actor=request.user, remarks=remarks)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The month %(month)s is closed now.") % {"month": row})
        return redirect("month_close")


class ReopenMonth(_ClosingView):
    """Opens the last closed month again, by POST and with a reason."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        try:
            year, month = _month_of(request.POST.get("month", ""))
            reason = request.POST.get("reason", "").strip()[:200]
            row = periods.reopen(request.user.organization, year, month, actor=request.user, reason=reason)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The month %(month)s is open again.") % {"month": row})
        return redirect("month_close")


def _month_of(text: str) -> tuple[int, int]:
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise DomainError(_("Write the month as 2026-03.")) from None
    return day.year, day.month


# ---- the pricing papers ----

PRICINGS = gettext_lazy("Month-end pricings")
LINES = (
    c.CODE,
    c.ITEM,
    c.SPECIFICATION,
    Column("quantity", gettext_lazy("Used"), "quantity"),
    Column("unit", gettext_lazy("Unit"), value="item.unit"),
    Column("average", gettext_lazy("Average price"), "price"),
    Column("provisional", gettext_lazy("Amount so far"), "money", total=True),
    Column("amount", gettext_lazy("Correction"), "money", total=True),
)


class PricingList(DocumentListView):
    model = MonthPricing
    title = PRICINGS
    columns = (c.NUMBER, c.STATUS, c.WAREHOUSE, c.DAY, c.AMOUNT, c.MAKER)
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse")
    empty_text = gettext_lazy("The month close writes them for warehouses that are priced by the average of the month.")


class PricingExport(DocumentExportView):
    list_view = PricingList


class PricingDetail(DocumentDetailView):
    model = MonthPricing
    related = ("organization", "department", "created_by", "warehouse")
    list_title = PRICINGS
    line_related = ("item__unit",)
    line_columns = LINES

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        month = f"{document.year}-{document.month:02d}"
        return [(_("Warehouse"), document.warehouse), (_("Month"), month), *super().facts()[1:]]

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}


class PricingPaper(DocumentPrintView):
    model = MonthPricing
    line_related = ("item__unit",)
    columns = LINES

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Warehouse"), document.warehouse), (_("Month"), f"{document.year}-{document.month:02d}")]
