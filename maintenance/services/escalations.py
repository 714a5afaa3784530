"""Who hears before and after a promised moment passes without its step, each once; and who loses the order (R-REP-04).

Orders, rules, calendars and what was told already are read in a fixed number of statements; only what is told writes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.errors import DomainError
from directory.models import User
from maintenance.models import OPEN, Escalation, SentEscalation, State, WorkOrder
from maintenance.order_selectors import NOT_THERE, UNACCEPTED, standing_still

from . import dispatching
from .calendars import Clock, add_minutes, load
from .timeliness import ALWAYS

Moment = Escalation.Moment
AHEAD = dt.timedelta(days=45)
"""How far ahead deadlines are looked at: a warning of some working hours lies over the longest holidays at most."""
BEFORE, PASSED, TAKEN_BACK = "repair_due_soon", "repair_overdue", "repair_taken_back"
STATES = {Moment.ACCEPT: UNACCEPTED, Moment.ARRIVE: NOT_THERE, Moment.FINISH: OPEN}

notices.register_sentence(BEFORE, gettext_lazy("%(order)s (%(title)s): %(moment)s is due by %(due)s."))
notices.register_sentence(PASSED, gettext_lazy("%(order)s (%(title)s): %(moment)s was due by %(due)s and is overdue."))
notices.register_sentence(
    TAKEN_BACK, gettext_lazy("%(order)s (%(title)s) was accepted by nobody by %(due)s and waits for you again.")
)


@dataclass(frozen=True)
class Due:
    """An escalation that has come for an order. due: the promised moment it belongs to."""

    order: WorkOrder
    rule: Escalation
    due: dt.datetime


def run(now: dt.datetime | None = None) -> int:
    """Tell everything that has come and was not told yet; returns how much that was. Harmless when it runs twice."""
    now = now or clock.now()
    rules: dict[int, list[Escalation]] = defaultdict(list)
    for rule in Escalation.objects.filter(active=True).select_related("role"):
        rules[rule.organization_id].append(rule)
    members = _members(rules)
    return sum(_tell(item, members, now) for item in list(_come(rules, now)))


def _come(rules: dict[int, list[Escalation]], now: dt.datetime) -> Iterator[Due]:
    """What has come by now and was not told; a handful of statements for all houses."""
    orders = list(_orders(rules, now))
    clocks = load({order.target.calendar_id: order.target.calendar for order in orders if order.target}.values())
    sent = set(SentEscalation.objects.filter(order__state__in=OPEN).values_list("order_id", "escalation_id", "due"))
    for order in orders:
        counted = clocks.get(order.target.calendar_id, ALWAYS) if order.target else ALWAYS
        for rule in rules[order.organization_id]:
            due = _moment_of(order, rule)
            if due is None or (order.pk, rule.pk, due) in sent:
                continue
            if _reached(counted, due, rule.minutes, now):
                yield Due(order, rule, due)


def _orders(rules: dict[int, list[Escalation]], now: dt.datetime) -> Any:
    soon = now + AHEAD
    wanted = Q(accept_due__lte=soon) | Q(arrive_due__lte=soon) | Q(finish_due__lte=soon)
    rows = WorkOrder.objects.filter(wanted, organization__in=rules, state__in=OPEN)
    rows = rows.exclude(state=State.SUSPENDED, pk__in=standing_still())
    return rows.select_related("target__calendar", "team").prefetch_related("helpers")


def _moment_of(order: WorkOrder, rule: Escalation) -> dt.datetime | None:
    """The promised moment a rule looks at; None when it is over, was kept by a former worker, or the rule is for other
    orders.

    Nobody loses an order sooner than the minutes of the rule after it was given to him (R-REP-04).
    """
    moments = {
        Moment.ACCEPT: (order.accept_due, order.accepted_at),
        Moment.ARRIVE: (order.arrive_due, order.arrived_at),
        Moment.FINISH: (order.finish_due, None),
    }
    due, kept = moments[Moment(rule.moment)]
    if due is None or (kept and not rule.takes_back) or order.state not in STATES[Moment(rule.moment)]:
        return None
    if rule.urgency and rule.urgency != order.urgency:
        return None
    if not rule.takes_back:
        return due
    if rule.moment != Moment.ACCEPT or order.state != State.DISPATCHED:
        return None
    return max(due, order.dispatched_at or due)


def _reached(counted: Clock, due: dt.datetime, minutes: int, now: dt.datetime) -> bool:
    if minutes > 0 and due > now:
        return False
    try:
        return add_minutes(counted if counted.has_hours else ALWAYS, due, minutes) <= now
    except DomainError:
        return due <= now


def _members(rules: dict[int, list[Escalation]]) -> dict[tuple[int, int], set[int]]:
    """Keys of the people of a role in a house, by (house, role)."""
    groups = {rule.role_id for rows in rules.values() for rule in rows if rule.role_id}
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = User.objects.filter(is_active=True, organization__in=rules, groups__in=groups)
    for house, group, person in rows.values_list("organization_id", "groups", "pk"):
        found[house, group].add(person)
    return found


@transaction.atomic
def _record(item: Due) -> bool:
    """Whether it is told by us: the row of the pair is there once, whoever else runs at the same time."""
    _row, new = SentEscalation.objects.get_or_create(
        order_id=item.order.pk, escalation=item.rule, due=item.due, defaults={"at": clock.now()}
    )
    return new


def _tell(item: Due, members: dict[tuple[int, int], set[int]], now: dt.datetime) -> int:
    """Record, take back and tell in one transaction; 0 when somebody else did, or the order went on meanwhile."""
    try:
        with transaction.atomic():
            if not _record(item):
                return 0
            if item.rule.takes_back:
                _take_back(item)
            people = _people(item, members)
            code = TAKEN_BACK if item.rule.takes_back else (BEFORE if item.due > now else PASSED)
            notices.tell(
                people,
                code,
                key=f"escalation:{item.order.pk}:{item.rule.pk}:{item.due:%Y%m%d%H%M}",
                url=reverse("workorder_detail", args=(item.order.pk,)),
                words=_words(item),
            )
    except DomainError:
        return 0
    return 1


def _take_back(item: Due) -> None:
    """The order goes back to the dispatcher; refused (IllegalTransition) when somebody accepted it meanwhile."""
    reason = _("Accepted by nobody by %(due)s.") % {"due": _shown(item.due)}
    dispatching.take_back(item.order, actor=None, who=_("the program"), reason=reason)


def _people(item: Due, members: dict[tuple[int, int], set[int]]) -> set[int]:
    order, rule = item.order, item.rule
    people: set[int | None] = set(members.get((order.organization_id, rule.role_id), ())) if rule.role_id else set()
    if rule.tells_worker:
        people |= {order.worker_id, *(row.worker_id for row in order.helpers.all())}
    if rule.tells_leader and order.team:
        people.add(order.team.leader_id)
    return {key for key in people if key}


def _words(item: Due) -> dict[str, str]:
    return {
        "order": item.order.number,
        "title": item.order.title,
        "moment": str(item.rule.get_moment_display()),
        "due": _shown(item.due),
    }


def _shown(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
