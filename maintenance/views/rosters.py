"""The duty roster of a team, week by week: looked at by everybody of the workshop, filled by who keeps it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.errors import DomainError, ValueRefused
from core.parsing import parse_date, parse_key
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance.models import Shift, Team
from maintenance.services import rosters
from maintenance.services.rosters import DAY, WEEK, Cell

VIEW = "maintenance.view_rosterentry"
MOST_CELLS = 4000


def cell_name(worker: int, day: dt.date, shift: int) -> str:
    return f"{worker}.{day:%Y%m%d}.{shift}"


def read_cells(texts: list[str]) -> set[Cell]:
    """The duties that a page sent; what is broken is left out."""
    found: set[Cell] = set()
    for text in texts[:MOST_CELLS]:
        parts = text.split(".")
        keys = [parse_key(part) for part in (parts[0], parts[-1])]
        try:
            day = parse_date(parts[1]) if len(parts) == 3 else None
        except ValueRefused:
            continue
        if day and keys[0] and keys[1]:
            found.add((keys[0], day, keys[1]))
    return found


class Roster(SignedInMixin, View):
    """GET ?team=3&week=2026-11-23; POST writes what was changed, or copies the week before."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        team, monday = self._asked(request.GET)
        return render(request, "maintenance/roster.html", self._context(team, monday))

    def post(self, request: SignedInRequest) -> HttpResponse:
        team, monday = self._asked(request.POST)
        if team is None or team.pk != parse_key(request.POST.get("team", "")):
            raise Http404
        try:
            if request.POST.get("act") == "copy":
                count = rosters.copy_last_week(team, monday, actor=request.user)
                said = _("%(count)d duties were copied from the week before.")
            else:
                was, chosen = (read_cells(request.POST.getlist(name)) for name in ("was", "duty"))
                count = rosters.change_week(team, monday, was=was, chosen=chosen, actor=request.user)
                said = _("%(count)d duties were changed.")
            messages.success(request, said % {"count": count})
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect(self._address(team, monday))

    def _asked(self, data: Any) -> tuple[Team | None, dt.date]:
        user = self.request.user
        if not user.has_perm(VIEW):
            raise PermissionDenied
        self.teams = list(
            Team.objects.filter(organization_id=user.organization_id, active=True).select_related("leader")
        )
        key = parse_key(data.get("team", ""))
        own = {row.pk for row in user.repair_teams.all()}
        first = next((team for team in self.teams if team.pk in own or team.leader_id == user.pk), None)
        team = next((row for row in self.teams if row.pk == key), first or next(iter(self.teams), None))
        try:
            day = parse_date(data.get("week", "")) or clock.today()
        except ValueRefused:
            day = clock.today()
        return team, rosters.monday_of(day)

    def _address(self, team: Team, monday: dt.date) -> str:
        return f"{reverse('roster')}?team={team.pk}&week={monday:%Y-%m-%d}"

    def _context(self, team: Team | None, monday: dt.date) -> dict[str, Any]:
        user = self.request.user
        context = {
            "title": _("Duty roster"),
            "teams": self.teams,
            "team": team,
            "monday": monday,
            "days": [
                {"day": day, "name": WEEKDAYS_ABBR[day.weekday()], "today": day == clock.today()}
                for day in (monday + DAY * n for n in range(7))
            ],
        }
        if team is None:
            return context
        shifts = list(Shift.objects.filter(organization=team.organization_id).order_by("starts", "pk"))
        return {
            **context,
            "shifts": shifts,
            "rows": self._rows(team, monday, shifts),
            "may_fill": user.has_perm("maintenance.change_rosterentry") or team.leader_id == user.pk,
            "import_url": self._import_url(),
            "before_url": self._address(team, monday - WEEK),
            "after_url": self._address(team, monday + WEEK),
            "on_duty": sorted({str(row.worker) for row in rosters.duties(team.organization, clock.now(), team)}),
        }

    def _import_url(self) -> str | None:
        may = self.request.user.has_perm("maintenance.import_rosterentry")
        return reverse("import_start", args=("maintenance.rosterentry",)) if may else None

    def _rows(self, team: Team, monday: dt.date, shifts: list[Shift]) -> list[dict[str, Any]]:
        """A row for each member, and for whoever was on the roster then and is no member any more."""
        cells = rosters.week_of(team, monday)
        people = {person.pk: person for person in team.members.order_by("employee_number")}
        present = {key for key, person in people.items() if person.is_active and not person.has_left}
        former = {cell[0] for cell in cells} - set(people)
        if former:
            people |= {row.pk: row for row in type(self.request.user).objects.filter(pk__in=former)}
        return [
            {
                "worker": person,
                "days": [
                    [
                        {
                            "shift": shift,
                            "name": cell_name(key, monday + DAY * n, shift.pk),
                            "on": (key, monday + DAY * n, shift.pk) in cells,
                            "words": f"{person} {monday + DAY * n:%m-%d} {shift.name}",
                        }
                        for shift in shifts
                    ]
                    for n in range(7)
                ],
            }
            for key, person in people.items()
            if key in present or any(cell[0] == key for cell in cells)
        ]
