"""Merging plans of departments, dropping lines that are no longer wanted, taking lines out of a merged draft."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError
from core.numbers import ZERO, money
from core.parsing import parse_keys
from core.templatetags.display import quantity
from core.views.documents import VisibleDocumentMixin, posted_key, url_of
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column
from procurement import plan_selectors
from procurement.models import PlanLine, ProcurementPlan
from procurement.services import merging, plans

from . import columns as c
from .plans import LINE_RELATED, PLANS, SOURCES, add_circumstances

REASONS = (gettext_lazy("No longer needed"), gettext_lazy("No money for it"), gettext_lazy("Bought otherwise"))
MOST_TICKED = 5000
TOTAL = Column("total", gettext_lazy("Together"), "quantity")


class MergePlans(SignedInMixin, View):
    """GET year, month: what waits to be merged, equal lines together; POST: one draft out of what is ticked."""

    columns: Sequence[Column] = (
        *(c.CODE, c.THING, c.SPECIFICATION, TOTAL, Column("unit", gettext_lazy("Unit")), SOURCES),
        Column("worth", gettext_lazy("Amount"), "money"),
    )

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not plan_selectors.may_merge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: SignedInRequest) -> HttpResponse:
        periods = plan_selectors.waiting_periods(request.user)
        now = self._period(request.GET, periods)
        groups = plan_selectors.grouped(plan_selectors.mergeable_lines(request.user, *now)) if now else []
        context = {
            "title": _("Merge department plans"),
            "list_title": PLANS,
            "list_url": reverse("procurementplan_list"),
            "periods": [
                {"value": _value(period), "words": _words(period), "current": period == now} for period in periods
            ],
            "period": _value(now) if now else "",
            "columns": self.columns,
            "rows": [self._row(group) for group in groups],
            "ticked": True,
            "request_key": uuid.uuid4(),
            "go_label": _("Merge what is ticked"),
            "empty_text": _(
                "No approved plan of a department waits to be merged. "
                "A plan comes here once its last level approved it."
            ),
        }
        return render(request, "procurement/choose_lines.html", context)

    def _period(self, given: Any, periods: list[plan_selectors.Period]) -> plan_selectors.Period | None:
        known = {_value(period): period for period in periods}
        return known.get(given.get("period", "")) or (periods[0] if periods else None)

    def _row(self, group: list[PlanLine]) -> dict[str, Any]:
        first: Any = group[0]
        same = len({line.unit_id for line in group}) == 1
        factor = first.factor if same else 1
        first.total = sum((line.stock_approved for line in group), ZERO) / factor
        first.worth = sum((money((line.approved_quantity or ZERO) * line.unit_price) for line in group), ZERO)
        first.asked_by = _(", ").join(
            f"{line.document.department} {quantity(line.approved_quantity)} {line.unit}" for line in group
        )
        if not same:
            first.unit = first.item.unit
        keys = ",".join(str(line.pk) for line in group)
        return {"key": keys, "name": first.title, "cells": [column.of(first) for column in self.columns]}

    def post(self, request: SignedInRequest) -> HttpResponse:
        keys = parse_keys(key for text in request.POST.getlist("line")[:MOST_TICKED] for key in text.split(","))
        year, _dash, month = request.POST.get("period", "").partition("-")
        if not year.isdecimal() or (month and not month.isdecimal()) or len(year) > 4 or len(month) > 2:
            messages.error(request, _("Choose the year or month that is to be merged."))
            return redirect("plan_merge")
        key = posted_key(request)
        if key and (first := ProcurementPlan.objects.filter(request_key=key, created_by=request.user).first()):
            return redirect(url_of(first))  # sent twice
        try:
            document = merging.merge(
                keys, year=int(year), month=int(month) if month else None, actor=request.user, request_key=key
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(f"{reverse('plan_merge')}?period={request.POST.get('period', '')}")
        messages.success(request, _("Merged. Look it through, then submit it for approval."))
        return redirect(url_of(document))


def _value(period: plan_selectors.Period) -> str:
    year, month = period
    return f"{year}-{month}" if month else str(year)


def _words(period: plan_selectors.Period) -> str:
    year, month = period
    return f"{year}-{month:02d}" if month else _("%(year)d, the whole year") % {"year": year}


class DropLines(VisibleDocumentMixin, View):
    """Lines of an approved plan are dropped with a reason; lines of a merged draft are set free again."""

    model = ProcurementPlan
    columns: Sequence[Column] = (c.CODE, c.THING, c.SPECIFICATION, c.QUANTITY, c.UNIT, c.LINE_AMOUNT)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        lines = list(document.lines.filter(dropped=False, requested_quantity=0).select_related(*LINE_RELATED))
        add_circumstances(document, lines)
        drops = not document.is_editable
        who = (SOURCES,) if document.kind == ProcurementPlan.Kind.MERGED else ()
        columns = (*self.columns, *who)
        context = {
            "title": (_("Drop lines of %(document)s") if drops else _("Take lines out of %(document)s"))
            % {"document": document},
            "list_title": PLANS,
            "list_url": reverse("procurementplan_list"),
            "back_url": url_of(document),
            "request_key": uuid.uuid4(),
            "columns": columns,
            "rows": [
                {"key": line.pk, "name": line.title, "cells": [column.of(line) for column in columns]} for line in lines
            ],
            "reasons": REASONS if drops else (),
            "asks_reason": drops,
            "go_label": _("Drop what is ticked") if drops else _("Take out what is ticked"),
            "empty_text": _("No line of this plan can be dropped: what is requested stays."),
        }
        return render(request, "procurement/choose_lines.html", context)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        lines = list(
            document.lines.filter(pk__in=parse_keys(request.POST.getlist("line")[:MOST_TICKED])).order_by("position")
        )
        try:
            if not lines:
                raise DomainError(_("Tick at least one line."))
            self._act(document, lines)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(url_of(document, "drop"))
        messages.success(
            request, _("%(count)d lines are no longer in %(document)s.") % {"count": len(lines), "document": document}
        )
        return redirect(url_of(document))

    def _act(self, document: ProcurementPlan, lines: list[PlanLine]) -> None:
        """All that is ticked or nothing."""
        user, reason = self.request.user, self.request.POST.get("reason", "")
        if document.is_editable:
            merging.take_out(document, [line.pk for line in lines], actor=user)
            return
        with transaction.atomic():
            for line in lines:
                plans.drop(line, actor=user, reason=reason)
