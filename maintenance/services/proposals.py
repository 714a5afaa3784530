"""To whom the rules of a house would give an order: dispatch rules, duty roster, and who has least in hand."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from core import clock
from directory.models import User
from maintenance.models import OPEN, DispatchRule, Team, WorkOrder

from . import rosters


@dataclass(frozen=True)
class Proposal:
    """To whom the rules would give an order. No worker: to the whole team. No rule: nobody is proposed."""

    team: Team | None = None
    worker: User | None = None
    rule: DispatchRule | None = None


def propose(order: WorkOrder, moment: dt.datetime | None = None) -> Proposal:
    """The first rule of the house that fits category, place, urgency and the shift that is running now.

    The worker of the rule is proposed unless the roster says that he is off and others of the team are on duty; else
    the one on duty who has the fewest orders in hand; with nobody on duty the whole team.
    """
    moment = moment or clock.now()
    rules = DispatchRule.objects.filter(organization=order.organization_id, active=True, team__active=True)
    related = rules.select_related("category", "place", "shift", "team", "worker").order_by("position", "pk")
    rule = next((row for row in related if _fits(row, order, moment)), None)
    if rule is None:
        return Proposal()
    return Proposal(rule.team, _worker_for(rule, moment), rule)


def _fits(rule: DispatchRule, order: WorkOrder, moment: dt.datetime) -> bool:
    if rule.urgency and rule.urgency != order.urgency:
        return False
    for wanted, given in ((rule.category, order.category), (rule.place, order.place)):
        if wanted is not None and (given is None or not given.path.startswith(wanted.path)):
            return False
    return rule.shift is None or rosters.runs(rule.shift, moment)


def _worker_for(rule: DispatchRule, moment: dt.datetime) -> User | None:
    on_duty = rosters.on_duty(rule.organization_id, moment, rule.team)
    people = [person for person in User.objects.filter(pk__in=on_duty) if not why_unable(person, rule.organization_id)]
    named = rule.worker
    if named is not None and not why_unable(named, rule.organization_id) and (not people or named in people):
        return named
    if not people:
        return None
    loads = load_of(person.pk for person in people)
    return min(people, key=lambda person: (loads.get(person.pk, 0), on_duty.index(person.pk)))


def load_of(workers: Any) -> dict[int, int]:
    """How many open orders each of these workers (keys) has; one query."""
    rows = WorkOrder.objects.filter(worker__in=list(workers), state__in=OPEN).order_by()
    return dict(rows.values("worker").annotate(count=Count("pk")).values_list("worker", "count"))


def why_unable(person: Any, organization_id: int) -> str:
    """Why somebody cannot be given orders, as a sentence; "" when he can."""
    words = {"person": person}
    if person.organization_id != organization_id:
        return _("%(person)s belongs to another organization.") % words
    if not person.is_active or person.has_left:
        return _("%(person)s has left and gets no orders; choose somebody else.") % words
    if not person.has_perm("maintenance.work_workorder"):
        return _("%(person)s is no repair worker; choose somebody who is.") % words
    return ""
