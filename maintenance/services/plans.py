"""Upkeep by plan: orders appear ahead of time, each due day once; what is missed is told (domain 4.3)."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from directory.services import leaving
from maintenance.models import (
    FINISHED,
    GIVEN_UP,
    OPEN,
    Channel,
    MaintenancePlan,
    Meter,
    OrderEvent,
    PlannedUpkeep,
    PlanSubject,
    WorkOrder,
)

from . import plan_dates, plan_notices, plan_rules
from .checklists import copy_to
from .orders import open_order
from .progress import take_step
from .proposals import why_unable

logger = logging.getLogger(__name__)
Result = PlannedUpkeep.Result
PROGRAM = "plan"
"""Who takes the steps of orders that a plan opens."""
RHYTHM = ("kind", "every", "unit", "season_day", "meter_every", "starts_on")
MOST_MISSED = 400
"""Due days of one subject that are written down as missed at once after a long time without the nightly command."""


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day by the clock of the house."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


# ---- writing a plan ----


@atomic_with_retry
def save_plan(plan: MaintenancePlan, subjects: Sequence[PlanSubject], *, actor: Any) -> MaintenancePlan:
    """Write a plan with its subjects; what is left out is dropped, unless upkeep of it is on record.

    A subject without a next due day gets the first one of the rhythm from today on; by meter, the next full interval
    above what the meter shows. Raises DomainError for what the rules refuse (plan_rules.check_plan).
    """
    right = "maintenance.change_maintenanceplan" if plan.pk else "maintenance.add_maintenanceplan"
    if not actor.has_perm(right) or plan.organization_id != actor.organization_id:
        raise NotAllowed(_("You may not write plans of this organization."))
    plan.full_clean(exclude=["organization"])
    plan_rules.check_plan(plan, subjects)
    former = MaintenancePlan.objects.filter(pk=plan.pk).first()
    anew = former is not None and any(getattr(former, name) != getattr(plan, name) for name in RHYTHM)
    plan.save()
    kept = {row.pk: row for row in plan.subjects.select_for_update()}
    for subject in subjects:
        row = kept.pop(subject.pk, None)
        subject.plan = plan
        if row is not None:  # as it is now: the nightly run may have gone on since the page was opened
            subject.next_due, subject.next_reading, subject.month_day = row.next_due, row.next_reading, row.month_day
        _begin(subject, anew=anew or (row is not None and row.meter_id != subject.meter_id))
        subject.save()
    used = set(PlannedUpkeep.objects.filter(subject__in=kept).values_list("subject", flat=True))
    for key, row in kept.items():
        if key in used:
            raise DomainError(
                _("Upkeep of %(subject)s is on record; it stays in the plan. End the plan, or begin a new one.")
                % {"subject": row}
            )
        row.delete()
    return plan


def _begin(subject: PlanSubject, *, anew: bool) -> None:
    """Say when a subject is due: kept while the rhythm of the plan is what it was, else after what is made already."""
    plan = subject.plan
    if plan.kind != MaintenancePlan.Kind.METER:
        subject.next_reading = None
        if subject.next_due is None or anew:
            made = subject.upkeeps.aggregate(last=Max("due_on"))["last"] if subject.pk else None
            first = clock.today() if made is None else max(clock.today(), made + dt.timedelta(days=1))
            subject.next_due, subject.month_day = plan_dates.first_from(plan, first), None
        elif subject.pk is None:
            subject.month_day = plan_dates.own_month_day(plan, subject.next_due)
        return
    if subject.meter is None:
        raise DomainError(_("By meter: name the meter of %(subject)s.") % {"subject": subject})
    subject.next_due = None
    if subject.next_reading is None or anew:
        shown = _shown_by(subject.meter)
        step = plan.meter_every or Decimal(1)
        subject.next_reading = (shown // step + 1) * step if shown else step


def _shown_by(meter: Meter) -> Decimal:
    """The last reading that was not corrected; 0 before the first."""
    row = meter.readings.filter(corrected_by=None).order_by("-at", "-id").first()
    return row.value if row else Decimal(0)


# ---- orders that appear ----


def make_due(today: dt.date | None = None) -> int:
    """Open the orders of all plans that are due within their lead days, settle what was done and tell of what was
    missed; returns how many orders are new.

    Run it every night, as often as one likes and twice at once: each due day of each thing is made once.
    """
    today = today or clock.today()
    settle()
    made = sum(_make_or_log(key, today) for key in _perhaps_due(today))
    mark_missed(today)
    return made


def _make_or_log(key: int, today: dt.date) -> int:
    """What is wrong with one subject keeps the others of the night not waiting."""
    try:
        return _make_subject(key, today)
    except DomainError:
        logger.exception("upkeep of subject %s could not be made", key)
        return 0


def _perhaps_due(today: dt.date) -> list[int]:
    """Keys of the subjects that are due within their lead days, or by a meter; one statement for the plans of all
    houses, so that the night takes in hand only what is due."""
    rows = PlanSubject.objects.filter(plan__in=_live_plans(today)).order_by("plan_id", "pk")
    return [
        key
        for key, due, reading, lead in rows.values_list("pk", "next_due", "next_reading", "plan__lead_days")
        if reading is not None or (due is not None and due <= today + dt.timedelta(days=lead))
    ]


def _live_plans(today: dt.date) -> Any:
    running = Q(ends_on=None) | Q(ends_on__gte=today)
    return MaintenancePlan.objects.filter(running, active=True, organization__active=True).order_by("pk")


@atomic_with_retry
def _make_subject(key: int, today: dt.date) -> int:
    """Open what is due of one subject; its row is locked, so that two runs at once wait for each other."""
    # The plan and the thing are read after the lock: joined to it they would be those of before the wait.
    subject = PlanSubject.objects.select_for_update().filter(pk=key).first()
    if subject is None or not subject.plan.active:
        return 0
    if subject.plan.kind == MaintenancePlan.Kind.METER:
        return _make_by_meter(subject, today)
    plan, horizon = subject.plan, today + dt.timedelta(days=subject.plan.lead_days)
    dues = plan_dates.dues_between(plan, subject.next_due, horizon, subject.month_day)
    if not dues:
        return 0
    made = 0
    for place, due in enumerate(dues[-MOST_MISSED:], start=max(len(dues) - MOST_MISSED, 0)):
        # A due day whose follower has come, too, is too late for an order: it is on record as missed.
        overtaken = place + 1 < len(dues) and dues[place + 1] <= today
        made += _make_day(subject, due, overtaken=overtaken)
    subject.next_due = plan_dates.after(plan, dues[-1], subject.month_day)
    subject.save(update_fields=["next_due"])
    return made


def _make_by_meter(subject: PlanSubject, today: dt.date) -> int:
    """One order when the meter has reached the next reading, however far beyond it is; due when the lead days end."""
    plan, step = subject.plan, subject.plan.meter_every
    if subject.meter is None or subject.next_reading is None or not step:
        return 0
    shown = _shown_by(subject.meter)
    if shown < subject.next_reading:
        return 0
    due = today + dt.timedelta(days=plan.lead_days)
    made = _make_day(subject, due, overtaken=False)
    subject.next_reading += ((shown - subject.next_reading) // step + 1) * step
    subject.save(update_fields=["next_reading"])
    return made


def make_due_of_meter(meter: Meter, today: dt.date | None = None) -> int:
    """Open what a new reading made due; returns how many orders are new."""
    today = today or clock.today()
    keys = PlanSubject.objects.filter(meter=meter, plan__in=_live_plans(today)).values_list("pk", flat=True)
    return sum(_make_subject(key, today) for key in keys)


def _make_day(subject: PlanSubject, due: dt.date, *, overtaken: bool) -> int:
    """The upkeeps of a subject on one due day, for each thing that is still here; returns how many orders are new."""
    plan = subject.plan
    things: list[Any] = [None] if subject.place_id else list(plan_rules.things_of(subject, plan.organization_id))
    made = 0
    for asset in things:
        upkeep, new = PlannedUpkeep.objects.get_or_create(
            subject=subject,
            asset=asset,
            due_on=due,
            defaults={"plan": plan, "result": Result.MISSED if overtaken else Result.OPEN},
        )
        # Moved away and back again: the row of the move becomes the upkeep.
        back = not new and upkeep.result == Result.MOVED
        if (new or back) and not overtaken:
            upkeep.order, upkeep.result = _open(upkeep, asset), Result.OPEN
            upkeep.save(update_fields=["order", "result"])
            made += 1
    return made


def _open(upkeep: PlannedUpkeep, asset: Any) -> WorkOrder:
    """The order of an upkeep, with its checklist and in the hands of whom the plan names."""
    plan = upkeep.plan
    order = open_order(
        organization=plan.organization,
        title=plan.name,
        actor=None,
        who=PROGRAM,
        kind=WorkOrder.Kind.UPKEEP,
        channel=Channel.PLAN,
        category=plan.category,
        asset=asset,
        place=upkeep.subject.place,
        finish_due=end_of(upkeep.due_on),
    )
    if plan.checklist is not None:
        copy_to(order, plan.checklist)
    return _dispatch(order, plan)


def _dispatch(order: WorkOrder, plan: MaintenancePlan) -> WorkOrder:
    """Hand the order to the team, worker or contractor of the plan; without any of them, or when who is named left
    meanwhile, it waits for the dispatcher."""
    team = plan.team if plan.team is not None and plan.team.active else None
    # Held, so that nobody closes his account while he is given this.
    worker = leaving.hold([plan.worker_id]).get(plan.worker_id) if plan.worker_id else None
    if worker is not None and why_unable(worker, plan.organization_id):
        worker = None
    if not (team or worker or plan.contractor_id):
        return order

    def write(row: WorkOrder) -> Mapping[str, Any]:
        now = clock.now()
        hands = {"team": team, "worker": worker, "contractor": plan.contractor}
        return {**hands, "triaged_at": row.triaged_at or now, "dispatched_at": now}

    return take_step(
        order, "dispatch", actor=None, who=PROGRAM, write=write, after=lambda row, _event: plan_notices.tell_given(row)
    )


# ---- what came of it ----


def note_finished(order: WorkOrder) -> None:
    """Write on the upkeep of an order whether it was done in time; open again when the work was not accepted."""
    settle(PlannedUpkeep.objects.filter(order=order))


def after_step(order: WorkOrder, event: OrderEvent) -> None:
    """Hears of every step of every order (maintenance/services/progress.py)."""
    if order.kind == WorkOrder.Kind.UPKEEP and event.from_state != event.to_state:
        note_finished(order)


@atomic_with_retry
def settle(rows: Any = None) -> int:
    """Bring the results of upkeeps in line with their orders; returns how many changed.

    Done within the tolerance after its due day is in time, later is late, also when it was missed before.
    """
    rows = PlannedUpkeep.objects.all() if rows is None else rows
    done = rows.filter(result__in=(Result.OPEN, Result.MISSED), order__state__in=FINISHED)
    changed = 0
    for upkeep in done.select_related("plan", "order"):
        day = timezone.localdate(upkeep.order.finished_at or clock.now())
        upkeep.done_on = day
        upkeep.result = Result.DONE if day <= latest_day(upkeep) else Result.LATE
        upkeep.save(update_fields=["done_on", "result"])
        changed += 1
    undone = rows.filter(result__in=(Result.DONE, Result.LATE), order__state__in=(*OPEN, *GIVEN_UP))
    return changed + undone.update(result=Result.OPEN, done_on=None)


def latest_day(upkeep: PlannedUpkeep) -> dt.date:
    """The last day on which this upkeep is still in time."""
    return upkeep.due_on + dt.timedelta(days=upkeep.plan.tolerance_days)


def mark_missed(today: dt.date) -> int:
    """Mark what was not done within its tolerance, and tell dispatchers and the logistics head; returns how many."""
    rows = PlannedUpkeep.objects.filter(result=Result.OPEN, due_on__lt=today).select_related("plan", "asset", "order")
    missed = [upkeep for upkeep in rows.order_by("due_on") if latest_day(upkeep) < today]
    marked = 0
    for upkeep in missed:
        marked += _mark(upkeep)
    return marked


@atomic_with_retry
def _mark(upkeep: PlannedUpkeep) -> int:
    changed = PlannedUpkeep.objects.filter(pk=upkeep.pk, result=Result.OPEN).update(result=Result.MISSED)
    if changed:
        plan_notices.tell_missed(upkeep)
    return int(changed)


# ---- skipping and moving ----


def _require_change(plan: MaintenancePlan, actor: Any, reason: str) -> str:
    rows = MaintenancePlan.objects.filter(pk=plan.pk)
    if not rows.within(actor, "maintenance.change_maintenanceplan").exists():
        raise NotAllowed(_("You may not change this plan."))
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    return reason.strip()[:200]


@atomic_with_retry
def skip(subject: PlanSubject, due: dt.date, *, actor: Any, reason: str) -> PlannedUpkeep:
    """Leave out the next due day of a subject, for a reason that stays on record; the rhythm goes on.

    Raises DomainError when a law demands this upkeep, and when the due day is not the next one any more.
    """
    subject, words = _next_of(subject, due, actor, reason)
    plan = subject.plan
    limit = plan_rules.has_limit(plan, [subject])
    if limit is not None:
        raise DomainError(
            _("This upkeep is demanded at least every %(days)d days; it cannot be left out.") % {"days": limit}
        )
    subject.next_due = plan_dates.after(plan, due, subject.month_day)
    subject.save(update_fields=["next_due"])
    return _decided(subject, due, Result.SKIPPED, actor, words)


@atomic_with_retry
def move(subject: PlanSubject, due: dt.date, day: dt.date, *, actor: Any, reason: str) -> PlannedUpkeep:
    """Put the next due day of a subject on another day; the rhythm goes on from there.

    Raises DomainError for a day that is over, one at or beyond the following due day, or one later than a law allows.
    """
    subject, words = _next_of(subject, due, actor, reason)
    plan, following = subject.plan, plan_dates.after(subject.plan, due, subject.month_day)
    if day == due or day < clock.today():
        raise DomainError(_("Choose another day, today or later."), field="day")
    if following is not None and day >= following:
        raise DomainError(
            _("On %(day)s it is due once more already; choose an earlier day, or leave this one out.")
            % {"day": following},
            field="day",
        )
    limit = plan_rules.has_limit(plan, [subject])
    last = subject.upkeeps.exclude(result__in=(Result.SKIPPED, Result.MOVED)).order_by("-due_on").first()
    since = last.due_on if last else plan.starts_on
    if limit is not None and day > due and (day - since).days > limit:
        raise DomainError(
            _("At most %(days)d days may pass since %(since)s; choose an earlier day.")
            % {"days": limit, "since": since},
            field="day",
        )
    subject.next_due, subject.month_day = day, plan_dates.own_month_day(plan, day)
    subject.save(update_fields=["next_due", "month_day"])
    return _decided(subject, due, Result.MOVED, actor, words)


def _next_of(subject: PlanSubject, due: dt.date, actor: Any, reason: str) -> tuple[PlanSubject, str]:
    subject = PlanSubject.objects.select_for_update().get(pk=subject.pk)
    words = _require_change(subject.plan, actor, reason)
    if subject.next_due is None or subject.next_due != due:
        raise DomainError(_("This due day was changed meanwhile; reload the page."))
    return subject, words


def _decided(subject: PlanSubject, due: dt.date, result: str, actor: Any, reason: str) -> PlannedUpkeep:
    row, _new = PlannedUpkeep.objects.update_or_create(
        subject=subject,
        asset=subject.asset,
        due_on=due,
        defaults={"plan": subject.plan, "result": result, "decided_by": actor, "reason": reason},
    )
    return row
