"""What several screens ask of work orders: who sees which, what is late, and until when the next step is due."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock
from core.visibility import Scope
from directory.models import User
from maintenance.models import OPEN, OrderPause, State, Team, WorkOrder

RELATED = (
    *("organization", "category", "department", "place__parent__parent", "asset__special"),
    *("team", "worker", "contractor", "created_by"),
)
UNACCEPTED = (State.NEW, State.TRIAGED, State.DISPATCHED)
NOT_THERE = (*UNACCEPTED, State.ACCEPTED)
SOON = dt.timedelta(hours=1)
DISPATCH = "maintenance.dispatch_workorder"


def orders_seen(user: Any) -> QuerySet[WorkOrder]:
    """The orders a person sees, with what a list and a page read."""
    return WorkOrder.objects.visible_to(user).select_related(*RELATED)


def standing_still() -> QuerySet:
    """Keys of orders whose clock stands: an approved pause is open (R-REP-03)."""
    return OrderPause.objects.filter(ended_at=None, decision=OrderPause.Decision.APPROVED).values("order")


def past_due(now: dt.datetime) -> Q:
    """Orders of which the next promised moment has passed without its step, whether or not their clock stands."""
    return (
        Q(state__in=OPEN, finish_due__lt=now)
        | Q(state__in=UNACCEPTED, accept_due__lt=now, accepted_at=None)
        | Q(state__in=NOT_THERE, arrive_due__lt=now, arrived_at=None)
    )


def overdue(rows: QuerySet, now: dt.datetime | None = None) -> QuerySet:
    """Those orders of which the next promised moment has passed without its step, and whose clock does not stand."""
    return rows.filter(past_due(now or clock.now())).exclude(state=State.SUSPENDED, pk__in=standing_still())


def narrowed(rows: QuerySet, **chosen: Any) -> QuerySet:
    """Those orders of a category, at a place and of a department, each with what is under it; empty ones are left
    out, and so is what is chosen beside these."""
    for name in ("category", "place", "department"):
        if chosen.get(name):
            rows = rows.filter(**{f"{name}__path__startswith": chosen[name].path})
    return rows


@dataclass(frozen=True)
class Deadline:
    """The next promised moment of an order. what: the step that is due; tone: of its chip; words: how much is left."""

    what: str
    at: dt.datetime
    tone: str
    words: str

    @property
    def late(self) -> bool:
        """Whether it has passed."""
        return self.tone == "danger"


def span(length: dt.timedelta) -> str:
    """A length of time in the largest unit that fits: 12 min, 5 h, 3 days."""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 120:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    return _("%(count)d days") % {"count": minutes // (24 * 60)}


def age_of(order: WorkOrder, now: dt.datetime | None = None) -> str:
    """How long ago it was reported, in words."""
    return span((now or clock.now()) - order.reported_at)


def deadline_of(order: WorkOrder, now: dt.datetime | None = None, *, stands: bool = False) -> Deadline | None:
    """The next moment that was promised; None when nothing is due any more or the house promises nothing.

    stands: an approved pause has stopped its clock, so nothing becomes late meanwhile.
    """
    if order.state not in OPEN:
        return None
    now = now or clock.now()
    wanted = (
        (pgettext("work order", "acceptance"), None if order.accepted_at else order.accept_due, UNACCEPTED),
        (pgettext("work order", "arrival"), None if order.arrived_at else order.arrive_due, NOT_THERE),
        (pgettext("work order", "completion"), order.finish_due, OPEN),
    )
    due = [(at, what) for what, at, states in wanted if at is not None and order.state in states]
    if not due:
        return None
    at, what = min(due)
    if stands:
        return Deadline(what, at, "neutral", _("the clock stands"))
    if at < now:
        return Deadline(what, at, "danger", _("overdue by %(time)s") % {"time": span(now - at)})
    if at - now <= SOON:
        return Deadline(what, at, "warning", _("%(time)s left") % {"time": span(at - now)})
    return Deadline(what, at, "neutral", _("until %(moment)s") % {"moment": short_moment(at, now)})


def short_moment(at: dt.datetime, now: dt.datetime | None = None) -> str:
    """14:05 today, 11-23 14:05 on another day."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate(now or clock.now()) else f"{local:%m-%d %H:%M}"


def sees_board(user: Any) -> bool:
    """Whether somebody has a use for the board: he works on orders, answers for those of the whole house (who may
    export them all), or leads a team."""
    reach = user.scopes_for("maintenance.export_workorder")
    if reach & {Scope.ORGANIZATION, Scope.ALL} or user.has_perm("maintenance.work_workorder"):
        return True
    return bool(Team.objects.filter(leader=user, active=True).exists())


def workers_of(organization_id: int) -> QuerySet[User]:
    """The people of a house who may be given orders."""
    here = Q(active_until=None) | Q(active_until__gt=clock.today())
    rows = User.objects.filter(here, organization=organization_id, is_active=True)
    return rows.filter(pk__in=_having("work_workorder")).order_by("employee_number")


def workshop_of(organization_id: int) -> QuerySet[User]:
    """Whoever can be named in the tables of the workshop of a house: workers, dispatchers, and members and leaders of
    its teams who are there already, though they left."""
    teams = Team.objects.filter(organization=organization_id)
    known = Q(pk__in=teams.values("members")) | Q(pk__in=teams.values("leader"))
    rows = User.objects.filter(organization=organization_id)
    may = Q(is_active=True) & (Q(pk__in=_having("work_workorder")) | Q(pk__in=_having("dispatch_workorder")))
    return rows.filter(known | may).order_by("employee_number")


def _having(codename: str) -> QuerySet:
    """Keys of the people with a right of this app."""
    rows = User.objects.filter(
        groups__permissions__codename=codename, groups__permissions__content_type__app_label="maintenance"
    )
    return rows.values("pk")
