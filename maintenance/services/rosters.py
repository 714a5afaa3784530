"""The duty roster: who is on duty at a moment, and filling a week (docs/repairs-dispatch.md)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from maintenance.models import RosterEntry, Shift, Team

DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
Cell = tuple[int, dt.date, int]
"""One duty: key of the worker, day, key of the shift."""


def covers(shift: Shift, moment: dt.datetime, day: dt.date) -> bool:
    """Whether a shift that began on a day is running at a moment. One that ends at or before its start ends the next
    day; its last minute belongs to the next shift."""
    local = timezone.localtime(moment).replace(tzinfo=None)
    start = dt.datetime.combine(day, shift.starts)
    end = dt.datetime.combine(day + DAY if shift.ends <= shift.starts else day, shift.ends)
    return start <= local < end


def runs(shift: Shift, moment: dt.datetime) -> bool:
    """Whether a shift is running at a moment, begun today or yesterday."""
    today = timezone.localtime(moment).date()
    return covers(shift, moment, today) or covers(shift, moment, today - DAY)


def duties(organization: Any, moment: dt.datetime, team: Team | None = None) -> list[RosterEntry]:
    """The duties that are running at a moment, of one team or of all, of people who are still here; one query."""
    today = timezone.localtime(moment).date()
    rows = RosterEntry.objects.filter(organization=organization, day__in=(today - DAY, today), worker__is_active=True)
    if team is not None:
        rows = rows.filter(team=team)
    found = rows.select_related("shift", "worker", "team").order_by("pk")
    return [row for row in found if covers(row.shift, moment, row.day) and not row.worker.has_left]


def on_duty(organization: Any, moment: dt.datetime | None = None, team: Team | None = None) -> list[int]:
    """Keys of the workers on duty at a moment (now when None), without doubles, in the order of the roster."""
    return list(dict.fromkeys(row.worker_id for row in duties(organization, moment or clock.now(), team)))


def is_here(person: Any, day: dt.date) -> bool:
    """Whether somebody still works here on a day; the last day of a contract is over (R-SYS-19)."""
    return bool(person.is_active and not (person.active_until and person.active_until <= day))


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week of a day."""
    return day - day.weekday() * DAY


def week_of(team: Team, monday: dt.date) -> set[Cell]:
    """The duties of a team in a week."""
    rows = RosterEntry.objects.filter(team=team, day__gte=monday, day__lt=monday + WEEK)
    return set(rows.values_list("worker", "day", "shift"))


def require_may_fill(team: Team, actor: Any) -> None:
    """Whoever keeps the roster of the house fills it, and the leader of a team that of his own. Raises NotAllowed."""
    house = team.organization_id == actor.organization_id
    if not house or not (actor.has_perm("maintenance.change_rosterentry") or team.leader_id == actor.pk):
        raise NotAllowed(_("You may not change the duty roster of %(team)s.") % {"team": team})


@transaction.atomic
def change_week(team: Team, monday: dt.date, *, was: Iterable[Cell], chosen: Iterable[Cell], actor: Any) -> int:
    """Write what somebody changed in a week of a team; returns how many duties came or went.

    was: the duties his page showed. Only what he changed is written, so that two who fill one week do not undo each
    other's work. Raises NotAllowed without the right, DomainError for a day outside the week, a shift of another house,
    somebody who does not belong to the team or has left.
    """
    require_may_fill(team, actor)
    before, after = set(was), set(chosen)
    added, removed = after - before, before - after
    _check(team, monday, added | removed, added)
    gone = 0
    for worker, day, shift in sorted(removed):
        gone += RosterEntry.objects.filter(team=team, worker=worker, day=day, shift=shift).delete()[0]
    return gone + _add(team, added)


def _check(team: Team, monday: dt.date, cells: set[Cell], added: set[Cell]) -> None:
    if any(not monday <= day < monday + WEEK for _worker, day, _shift in cells):
        raise DomainError(_("A duty lies outside the week that is shown. Reload the page."))
    ours = set(Shift.objects.filter(organization=team.organization_id).values_list("pk", flat=True))
    if any(shift not in ours for _worker, _day, shift in cells):
        raise DomainError(_("This shift belongs to another organization."))
    people = {person.pk: person for person in team.members.all()}
    for worker, day, _shift in sorted(added):
        person = people.get(worker)
        if person is None:
            raise DomainError(_("Only members of %(team)s can be put on its roster.") % {"team": team})
        if not is_here(person, day):
            words = {"person": person, "day": day.isoformat()}
            raise DomainError(_("%(person)s is no longer here on %(day)s.") % words)


def _add(team: Team, cells: Iterable[Cell]) -> int:
    """Add duties; one that somebody has already, in this team or another, stays as it is."""
    wanted = sorted(cells)
    known = set(
        RosterEntry.objects.filter(
            worker__in={cell[0] for cell in wanted}, day__in={cell[1] for cell in wanted}
        ).values_list("worker", "day", "shift")
    )
    rows = [
        RosterEntry(organization_id=team.organization_id, team=team, worker_id=worker, day=day, shift_id=shift)
        for worker, day, shift in wanted
        if (worker, day, shift) not in known
    ]
    RosterEntry.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def copy_last_week(team: Team, monday: dt.date, *, actor: Any) -> int:
    """Add the duties of the week before, a week later, of members who will still be here; returns how many are new."""
    require_may_fill(team, actor)
    people = {person.pk: person for person in team.members.all()}
    moved = {(worker, day + WEEK, shift) for worker, day, shift in week_of(team, monday - WEEK)}
    return _add(team, {cell for cell in moved if cell[0] in people and is_here(people[cell[0]], cell[1])})
