"""What the house promises for an order, and how much of it is used (domain 4.2, R-REP-03).

`*_promised` is what was promised when it was reported; `*_due` is the same pushed on by approved pauses. Late by the
first is late in gross time, late by the second in net time; both are always shown.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core import clock
from core.errors import DomainError
from maintenance.models import Escalation, OrderPause, ServiceTarget, WorkOrder

from .calendars import Clock, add_minutes, clock_of, load, working_minutes

Moment = Escalation.Moment
ALWAYS = Clock(always=True)


@dataclass(frozen=True)
class Measure:
    """One promised moment of an order against what happened; all times in working minutes of its calendar.

    happened: None while it is still to come, then `gross` and `net` are what has been used up to now.
    """

    promised: dt.datetime | None
    due: dt.datetime | None
    happened: dt.datetime | None
    gross: int
    net: int
    late: bool
    late_net: bool


def target_of(order: WorkOrder) -> ServiceTarget | None:
    """The most special target in use: of the category, else of the one above it, else of none."""
    category = order.category
    special = [category.pk, *(row.pk for row in category.ancestors())] if category else []
    rows = ServiceTarget.objects.filter(organization_id=order.organization_id, urgency=order.urgency, active=True)
    known = {row.category_id: row for row in rows.select_related("calendar")}
    return next((known[key] for key in (*special, None) if key in known), None)


def clock_of_order(order: WorkOrder) -> Clock:
    """The clock an order is measured by; all hours count where nothing was promised or the calendar lost its hours."""
    if order.target is None:
        return ALWAYS
    found = load([order.target.calendar])[order.target.calendar_id]
    return found if found.has_hours else ALWAYS


def promise(order: WorkOrder) -> None:
    """Write the target and the promised moments on an order, from when it was reported; the caller saves.

    Only repairs are promised by targets; a task or an upkeep keeps the day it was given. A calendar that cannot be
    counted by promises nothing: a report is never refused for it.
    """
    if order.kind != WorkOrder.Kind.REPAIR:
        order.finish_promised = order.finish_promised or order.finish_due
        return
    order.target = target = target_of(order)
    found: list[dt.datetime | None] = [None, None, None]
    if target is not None:
        minutes = (target.accept_minutes, target.arrive_minutes, target.finish_minutes)
        try:
            counted = clock_of(target.calendar)
            found = [None if value is None else add_minutes(counted, order.reported_at, value) for value in minutes]
        except DomainError:
            order.target = None
    order.accept_due, order.arrive_promised, order.finish_promised = found
    order.arrive_due, order.finish_due = order.arrive_promised, order.finish_promised


def renew(order: WorkOrder) -> WorkOrder:
    """Promise again after urgency or category changed, from when it was reported; approved pauses push as before.

    Writes the row; the caller holds it locked (inside `after` of a step, or its transaction). Returns the order.
    """
    promise(order)
    names = ("target", "accept_due", "arrive_promised", "finish_promised")
    WorkOrder.objects.filter(pk=order.pk).update(**{name: getattr(order, name) for name in names})
    return push(order)


def push(order: WorkOrder) -> WorkOrder:
    """Write how long approved pauses lasted and the deadlines they push; the caller holds the row locked."""
    pauses = [row for row in order.pauses.all() if row.decision == OrderPause.Decision.APPROVED and row.ended_at]
    counted = clock_of_order(order)
    order.paused_minutes = sum(row.minutes or 0 for row in pauses)
    before = sum(row.minutes or 0 for row in pauses if order.arrived_at is None or row.since < order.arrived_at)
    order.arrive_due = _pushed(counted, order.arrive_promised, before)
    order.finish_due = _pushed(counted, order.finish_promised, order.paused_minutes)
    names = ("paused_minutes", "arrive_due", "finish_due")
    WorkOrder.objects.filter(pk=order.pk).update(**{name: getattr(order, name) for name in names})
    return order


def _pushed(counted: Clock, moment: dt.datetime | None, minutes: int) -> dt.datetime | None:
    try:
        return add_minutes(counted, moment, minutes) if moment else None
    except DomainError:
        return moment


def lateness(order: WorkOrder, *, now: dt.datetime | None = None) -> dict[str, Measure]:
    """Acceptance, arrival and completion of an order by Moment: gross and net working minutes, and whether too late.

    An open approved pause counts as a pause until now; one that is undecided or refused does not stop the clock.
    """
    now, counted = now or clock.now(), clock_of_order(order)
    approved = [row for row in order.pauses.all() if row.decision == OrderPause.Decision.APPROVED]
    wanted = (
        (Moment.ACCEPT, order.accept_due, order.accept_due, order.accepted_at),
        (Moment.ARRIVE, order.arrive_promised, order.arrive_due, order.arrived_at),
        (Moment.FINISH, order.finish_promised, order.finish_due, order.finished_at),
    )
    return {moment: _measure(order, counted, approved, now, *rest) for moment, *rest in wanted}


def _measure(order: WorkOrder, counted: Clock, pauses: list[Any], now: dt.datetime, *moments: Any) -> Measure:
    promised, due, happened = moments
    until = happened or now
    gross = working_minutes(counted, order.reported_at, until)
    still = [row for row in pauses if row.ended_at is None and row.since < until]
    stopped = sum(_paused(counted, row, until) for row in pauses)
    if due and still:
        due = _pushed(counted, due, sum(_paused(counted, row, until) for row in still))
    return Measure(
        promised,
        due,
        happened,
        gross,
        max(gross - stopped, 0),
        promised is not None and until > promised,
        due is not None and until > due,
    )


def _paused(counted: Clock, pause: OrderPause, until: dt.datetime) -> int:
    """Working minutes of a pause that lie before a moment."""
    return working_minutes(counted, pause.since, min(pause.ended_at or until, until))
