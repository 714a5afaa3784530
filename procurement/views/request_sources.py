"""Where purchase requests come from and what is still owed for them: plan lines to choose, papers of urgent ones."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.documents.services import permission_for
from core.errors import DomainError
from core.numbers import plain
from core.parsing import parse_keys
from core.search import matching
from core.views.documents import AMOUNT, DEPARTMENT, MAKER, NUMBER, DocumentExportView, url_of
from core.views.pickers import PickerView, searched
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from procurement import plan_selectors, request_selectors
from procurement.models import PurchaseRequest
from procurement.services import request_drafts

from . import columns as c

PLAN_FIELDS = ("item__code", "item__name", "name", "document__number", "document__department__name")
PAGE_SIZE = 100
MOST_CHOSEN = 300


class PlanLineSearch(PickerView):
    """Plan lines of which something can still be requested."""

    fields = PLAN_FIELDS
    code = "document__number"

    def rows(self) -> QuerySet:
        return plan_selectors.requestable_lines(self.request.user)

    def record(self, row: Any) -> dict[str, Any]:
        plan = row.document
        left = _("%(left)s %(unit)s left") % {"left": plain(row.open_quantity), "unit": row.unit}
        detail = " · ".join(str(part) for part in (plan.department, left) if part)
        return {"id": row.pk, "code": plan.number or str(plan.year), "name": row.title, "detail": detail}


class ChoosePlanLines(SignedInMixin, View):
    """Lines of approved plans; the chosen ones become one draft, each for the department that planned it."""

    columns: Sequence[Column] = (
        Column("plan", gettext_lazy("Plan"), "code", "document.number"),
        Column("department", gettext_lazy("Department"), value="document.department"),
        *(c.CODE, c.THING, c.SPECIFICATION),
        Column("approved_quantity", gettext_lazy("Planned"), "quantity"),
        Column("requested_quantity", gettext_lazy("Requested"), "quantity"),
        Column("open_quantity", gettext_lazy("Left"), "quantity"),
        *(c.UNIT, c.PRICE),
        Column("needed_by", gettext_lazy("Needed by"), "day"),
    )

    def get(self, request: SignedInRequest) -> HttpResponse:
        self._require_right()
        text = searched(request)
        rows = plan_selectors.requestable_lines(request.user)
        if text:
            rows = matching(rows, text, fields=PLAN_FIELDS, initials="")
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "title": _("Request from plans"),
            "count": page.paginator.count,
            "search": text,
            "columns": self.columns,
            "rows": [
                {"key": row.pk, "name": row.title, "cells": [column.of(row) for column in self.columns]} for row in page
            ],
            "page_obj": page,
        }
        return render(request, "procurement/choose_plan_lines.html", context)

    def post(self, request: SignedInRequest) -> HttpResponse:
        self._require_right()
        keys = parse_keys(request.POST.getlist("line")[:MOST_CHOSEN])
        chosen = plan_selectors.requestable_lines(request.user).filter(pk__in=keys)
        try:
            document = request_drafts.draft_from_plan(chosen, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("purchaserequest_from_plan")
        messages.success(request, _("The draft is written; look it through, choose the budget and submit it."))
        return redirect(url_of(document, "edit"))

    def _require_right(self) -> None:
        if not self.request.user.has_perm(permission_for(PurchaseRequest, "add")):
            raise PermissionDenied


class PapersOutstanding(TableView):
    """Urgent requests whose papers are still to come, the first due on top."""

    model = PurchaseRequest
    title = gettext_lazy("Papers of urgent purchases")
    permission = "procurement.view_purchaserequest"
    columns = (
        NUMBER,
        Column("purpose", gettext_lazy("Purpose")),
        DEPARTMENT,
        MAKER,
        Column("urgent_reason", gettext_lazy("Why urgent")),
        AMOUNT,
        Column("papers_due", gettext_lazy("Papers due"), "day", sort=("papers_due",)),
        Column("overdue", gettext_lazy("Days overdue"), "integer", lambda row: days_overdue(row) or None),
    )
    search_fields = ("number", "purpose", "department__name")
    search_placeholder = gettext_lazy("Number, purpose or department")
    ordering = ("papers_due", "pk")
    empty_text = gettext_lazy("All papers of urgent purchases are in.")

    def queryset(self) -> QuerySet:
        rows = request_selectors.papers_outstanding(self.request.user)
        return rows.select_related("department", "created_by")

    def url_of(self, row: Any) -> str:
        return url_of(row)

    def card(self, row: Any) -> dict[str, Any]:
        overdue = days_overdue(row)
        words = (
            _("%(days)d days overdue") % {"days": overdue} if overdue else _("due on %(day)s") % {"day": row.papers_due}
        )
        return {"title": row.purpose, "meta": f"{row.number} · {row.department} · {words}"}

    def extra_context(self) -> dict[str, Any]:
        return {"export_url": f"{reverse('urgent_papers_export')}?{self.request.GET.urlencode()}"}


class PapersExport(DocumentExportView):
    list_view = PapersOutstanding


def days_overdue(row: Any) -> int:
    """Days since the papers were due; 0 while they are not."""
    return max((clock.today() - row.papers_due).days, 0) if row.papers_due else 0
