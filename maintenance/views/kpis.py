"""The key figures of repairs for a month: each with its counts, its goal and the month before; charts of a year."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.numbers import percent
from core.policies import all_in_force
from core.reports import report_url
from core.reports.forms import month_bounds, months_back
from core.views.charts import Bar, BarChart
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance import figures, kpis
from maintenance.models import RepairCategory
from maintenance.reports.parts import READ
from maintenance.reports.performance import order_list
from maintenance.reports.things import upkeep_counts
from maintenance.thing_selectors import Availability, availability

CHARTED_MONTHS = 12
CHARTED_CATEGORIES = 8


class KpiPage(SignedInMixin, View):
    """GET: the key figures of ?month=2026-11, this month when nothing is asked; the numbers of the reports."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        if not request.user.has_perm(READ):
            raise PermissionDenied
        month = self._month()
        start, end = month_bounds(month)
        before = month_bounds(f"{start - dt.timedelta(days=1):%Y-%m}")
        first = _months_before(start, CHARTED_MONTHS - 1)
        by_month = kpis.by_month(kpis.orders_of(request.user, first, end))
        now, then = by_month.get(start, kpis.NOTHING), by_month.get(before[0], kpis.NOTHING)
        goals = {row.figure.key: row.value for row in all_in_force(request.user.organization_id, end)}
        days = {"start": start, "end": end}
        context = {
            "title": _("Key figures of repairs"),
            "month": month,
            "months": months_back(),
            "rates": [_shown(rate, now, then, goals, days) for rate in kpis.RATES] + self._others(start, end, goals),
            "numbers": _numbers(now, then, days),
            "charts": [
                _month_chart(by_month, first, start),
                _rate_chart(by_month, first, start),
                self._category_chart(start, end),
            ],
            "reports": _reports(month),
        }
        return render(request, "maintenance/kpis.html", context)

    def _month(self) -> str:
        """The month asked for, this one where it is none."""
        offered = months_back(1)[0][0]
        text = self.request.GET.get("month", "")
        try:
            month_bounds(text)
        except ValueError:
            return offered
        return min(text, offered)

    def _others(self, start: dt.date, end: dt.date, goals: Mapping[str, Decimal]) -> list[dict[str, Any]]:
        """Good state of equipment and fulfilment of plans, which are not about orders."""
        good = sum(availability(self.request.user, start, end).values(), Availability())
        upkeep = upkeep_counts(self.request.user, start, end).values()
        done, judged = sum(row["done"] for row in upkeep), sum(row["due"] - row["open"] for row in upkeep)
        month = f"{start:%Y-%m}"
        return [
            _row(
                _("Equipment in good state"),
                _("of the days of all equipment"),
                (good.days - good.down, good.days),
                None,
                (goals[figures.GOOD_STATE], True),
                report_url("equipment_availability", month=month),
            ),
            _row(
                _("Upkeep by plan done in time"),
                _("of what fell due and is over"),
                (done, judged),
                None,
                (goals[figures.PLAN_DONE], True),
                report_url("upkeep_fulfilment", month=month),
            ),
        ]

    def _category_chart(self, start: dt.date, end: dt.date) -> BarChart:
        sums = kpis.grouped(kpis.orders_of(self.request.user, start, end), "category_id")
        sums = kpis.folded(sums, kpis.roots(RepairCategory, sums))
        names = {row.pk: row.name for row in RepairCategory.objects.filter(pk__in=[key for key in sums if key])}
        rows = sorted(((key, row) for key, row in sums.items() if row.reported), key=lambda pair: -pair[1].reported)
        return BarChart(
            _("Repairs by category"),
            [
                Bar(
                    _short(names.get(key, _("not said"))),
                    Decimal(row.reported),
                    _("%(name)s: %(count)d repairs") % {"name": names.get(key, _("not said")), "count": row.reported},
                    order_list({"start": start, "end": end}, category=key) if key else None,
                )
                for key, row in rows[:CHARTED_CATEGORIES]
            ],
        )


def _months_before(first: dt.date, months: int) -> dt.date:
    index = first.year * 12 + first.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)


def _shown(
    rate: kpis.Rate, now: kpis.Totals, then: kpis.Totals, goals: Mapping[str, Decimal], days: dict[str, Any]
) -> dict[str, Any]:
    goal = (goals[rate.goal], rate.least) if rate.goal else None
    url = report_url("repair_performance", month=f"{days['start']:%Y-%m}", group="category")
    return _row(rate.label, rate.hint, rate.counts(now), rate.percent(then), goal, url)


def _row(
    label: Any,
    hint: Any,
    counts: tuple[int, int],
    before: Decimal | None,
    goal: tuple[Decimal, bool] | None,
    url: str,
) -> dict[str, Any]:
    """A key figure as the template wants it. goal: percent, and whether at least or at most so much."""
    value = percent(Decimal(counts[0]), Decimal(counts[1]))
    met = None
    if goal is not None and value is not None:
        met = value >= goal[0] if goal[1] else value <= goal[0]
    return {
        "label": label,
        "hint": hint,
        "part": counts[0],
        "whole": counts[1],
        "percent": value,
        "before": before,
        "goal": goal[0] if goal else None,
        "least": goal[1] if goal else True,
        "met": met,
        "url": url,
    }


def _numbers(now: kpis.Totals, then: kpis.Totals, days: dict[str, Any]) -> list[dict[str, Any]]:
    """Counts and means beside the rates: label, value, kind, month before, address."""
    rows = (
        (_("Repairs reported"), "reported", "integer", order_list(days)),
        (_("Not repaired yet"), "open", "integer", order_list(days, open="on")),
        (_("Open and overdue"), "open_late", "integer", order_list(days, overdue="on")),
        (_("Hours to completion (gross)"), "mttr", "quantity", ""),
        (_("Hours to completion (net)"), "mttr_net", "quantity", ""),
        (_("Cost (yuan)"), "cost", "money", report_url("repair_costs", month=f"{days['start']:%Y-%m}")),
    )
    return [
        {"label": label, "value": getattr(now, name), "before": getattr(then, name), "kind": kind, "url": url}
        for label, name, kind, url in rows
    ]


def _month_chart(by_month: Mapping[dt.date, kpis.Totals], first: dt.date, last: dt.date) -> BarChart:
    bars = []
    for month in _months(first, last):
        count, end = by_month.get(month, kpis.NOTHING).reported, month_bounds(f"{month:%Y-%m}")[1]
        words = _("%(month)s: %(count)d repairs") % {"month": f"{month:%Y-%m}", "count": count}
        bars.append(Bar(f"{month:%m}", Decimal(count), words, order_list({"start": month, "end": end})))
    return BarChart(_("Repairs by month"), bars)


def _rate_chart(by_month: Mapping[dt.date, kpis.Totals], first: dt.date, last: dt.date) -> BarChart:
    rate, bars = kpis.RATE["finish_net"], []
    for month in _months(first, last):
        row = by_month.get(month, kpis.NOTHING)
        part, whole = rate.counts(row)
        words = _("%(month)s: %(part)d of %(whole)d done in time")
        said = words % {"month": f"{month:%Y-%m}", "part": part, "whole": whole}
        url = report_url("repair_performance", month=f"{month:%Y-%m}", group="category")
        bars.append(Bar(f"{month:%m}", rate.percent(row) or Decimal(0), said, url))
    return BarChart(_("Done in time (net), percent"), bars)


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [_months_before(last, back) for back in range(count, -1, -1)]


def _reports(month: str) -> list[tuple[Any, str]]:
    return [
        (_("By category"), report_url("repair_performance", month=month, group="category")),
        (_("By worker"), report_url("repair_performance", month=month, group="worker")),
        (_("By building"), report_url("repair_performance", month=month, group="building")),
        (_("By department"), report_url("repair_performance", month=month, group="department")),
        (_("Ledger of repairs"), report_url("repair_ledger", month=month)),
        (_("Age of open repairs"), report_url("repair_backlog")),
        (_("Repair or replace"), reverse("repair_or_replace")),
    ]


def _short(name: str) -> str:
    """The first word of a category, which stands below its bar: 水 of 水（给排水）, 门窗 of 门窗、锁具."""
    return re.split(r"[（(、,/ ]", name)[0][:5]
