"""What is due in which month of a year: what was made already, and what the plans will bring."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.views.signed_in import SignedInRequest
from maintenance.models import MaintenancePlan, PlannedUpkeep
from maintenance.services import plan_dates

from .plans import TITLE, bare_lifts_for, plans_seen, result_chip
from .record_form import RecordMixin

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_A_MONTH = 300


@dataclass(frozen=True)
class Entry:
    """One due day of a plan: what it is for, and how it came out (None while it lies ahead)."""

    day: dt.date
    plan: MaintenancePlan
    what: str
    chip: tuple[str, str] | None


def entries_of(user: Any, year: int) -> list[Entry]:
    """The due days of a year in order; a fixed number of queries."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    found: list[Entry] = []
    made = PlannedUpkeep.objects.filter(plan__in=MaintenancePlan.objects.visible_to(user), due_on__range=(first, last))
    for upkeep in made.select_related("plan", "asset", "subject__category", "subject__place", "subject__asset"):
        found.append(Entry(upkeep.due_on, upkeep.plan, str(upkeep.asset or upkeep.subject), result_chip(upkeep)))
    related = ("subjects__asset", "subjects__category", "subjects__place")
    for plan in plans_seen(user).exclude(kind=MaintenancePlan.Kind.METER).prefetch_related(*related):
        for subject in plan.subjects.all():
            dues = plan_dates.dues_between(plan, subject.next_due, last, subject.month_day)
            found += [Entry(due, plan, str(subject), None) for due in dues if due >= first]
    return sorted(found, key=lambda entry: (entry.day, entry.plan.name, entry.what))


class UpkeepYear(RecordMixin, View):
    """GET ?year=2026: twelve months with what is due."""

    model = MaintenancePlan

    def get(self, request: SignedInRequest) -> HttpResponse:
        self.require("view")
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else clock.today().year
        year = min(max(year, FIRST_YEAR), LAST_YEAR)
        by_month: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries_of(request.user, year):
            by_month[entry.day.month].append(entry)
        months = [
            {
                "name": formats.date_format(dt.date(year, month, 1), "YEAR_MONTH_FORMAT"),
                "count": len(by_month[month]),
                "entries": by_month[month][:MOST_A_MONTH],
                "now": (year, month) == (clock.today().year, clock.today().month),
            }
            for month in range(1, 13)
        ]
        context = {
            "title": _("Upkeep in %(year)d") % {"year": year},
            "months": months,
            "earlier": year - 1,
            "later": year + 1,
            "bare_lifts": bare_lifts_for(request.user),
            "list_url": reverse("maintenanceplan_list"),
            "list_title": TITLE,
        }
        return render(request, "maintenance/upkeep_year.html", context)
