"""Closing an order: nothing is left open, its costs are final, and silence is an answer after some days."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from core.policies import value_of
from maintenance.figures import SILENT_DAYS
from maintenance.models import Channel, ContractorJob, OrderCheck, OrderPause, State, WorkOrder

from . import contracts, costs, liability, parts, rework, warranty
from .orders import open_order
from .progress import dispatches, take_step

LIMIT = 500
"""Orders that one run of the command takes in hand; the next run goes on."""
TRIES = 4
"""So many times as many orders are looked at: some of them have parts that nobody settled."""
AUTO = WorkOrder.Confirmation.AUTO


# ---- what is still open ----


def obstacles(order: WorkOrder) -> list[str]:
    """Why an order cannot be closed, in sentences; empty when it can. A fixed number of queries."""
    found = []
    if left := parts.open_parts(order):
        words = _(", ").join(str(part) for part in left)
        found.append(_("Parts are not settled (R-REP-08): %(parts)s.") % {"parts": words})
    for job in order.jobs.filter(status__in=contracts.UNDER_WAY).select_related("supplier"):
        found.append(_("The work of %(firm)s (%(job)s) is not accepted yet.") % {"firm": job.supplier, "job": job})
    unanswered = OrderCheck.objects.filter(order=order, required=True, passed=None)
    if count := unanswered.count():
        found.append(_("%(count)s lines of the checklist have no answer.") % {"count": count})
    if order.pauses.filter(ended_at=None).exists():
        found.append(_("The order is still paused."))
    return found


def require_settled(order: WorkOrder) -> None:
    """Raise DomainError with everything that is still open on an order."""
    if found := obstacles(order):
        raise DomainError(" ".join(found))
    liability.require_liable(order.cause, order.liable)
    warranty.require_reason(order)


# ---- closing ----


@atomic_with_retry
def close(order: WorkOrder, *, actor: Any = None, request_key: uuid.UUID | None = None) -> WorkOrder:
    """Close a confirmed order with its final costs; returns it. Damage by a person opens a case (R-REP-09).

    actor: who dispatches; None for the program. Raises DomainError while parts, contractors' jobs, checks or a pause
    are open (R-REP-08), or where a liable person or a reason under warranty is missing; NotAllowed without the right.
    """

    def write(locked: WorkOrder) -> dict[str, Any]:
        costs.refresh(locked)
        require_settled(locked)
        columns: dict[str, Any] = {"closed_at": clock.now()}
        if liability.by_person(locked):
            columns["compensation_case"] = liability.open_case(locked, actor=actor or _somebody(locked))
        return columns

    return take_step(order, "close", actor=actor, who="" if actor else _program(), write=write, request_key=request_key)


def _program() -> str:
    return _("the program")


def _somebody(order: WorkOrder) -> Any:
    """In whose name the program opens a case: whoever dispatched the order, else its worker or maker."""
    by = order.events.filter(step__in=("dispatch", "transfer", "triage"), actor__isnull=False).order_by("-id")
    key = by.values_list("actor", flat=True).first() or order.worker_id or order.created_by_id
    person = get_user_model()._default_manager.filter(pk=key).first()
    if person is None:
        raise DomainError(_("Nobody dispatched this order; close it by hand so that the case has a maker."))
    return person


def close_silent(now: dt.datetime) -> int:
    """Take for confirmed what nobody answered in time (R-REP-06), and close what is confirmed and settled.

    Returns how many orders were closed. At most LIMIT orders of each are taken in one run; sent twice it does nothing
    more. What cannot be closed stays confirmed, where the dispatcher sees why.
    """
    for order in _silent(now):
        _confirm(order)
    closed = 0
    for order in _closable():
        if closed == LIMIT:
            break
        try:
            close(order)
        except DomainError:
            continue
        closed += 1
    return closed


def _closable() -> list[WorkOrder]:
    """Confirmed orders of which no query knows an obstacle, oldest first: what stays open for weeks must not keep the
    others of the night waiting."""
    this = OuterRef("pk")
    jobs = ContractorJob.objects.filter(order=this, status__in=contracts.UNDER_WAY)
    checks = OrderCheck.objects.filter(order=this, required=True, passed=None)
    pauses = OrderPause.objects.filter(order=this, ended_at=None)
    rows = WorkOrder.objects.filter(~Exists(jobs), ~Exists(checks), ~Exists(pauses), state=State.CONFIRMED)
    return list(rows.order_by("confirmed_at", "pk")[: LIMIT * TRIES])


def _silent(now: dt.datetime) -> list[WorkOrder]:
    """Orders that were done so many days ago and found no answer, oldest first."""
    waiting = WorkOrder.objects.filter(state=State.DONE)
    condition = Q(pk__in=())
    for organization in waiting.order_by().values_list("organization", flat=True).distinct():
        days = int(value_of(SILENT_DAYS, organization, timezone.localdate(now)))
        condition |= Q(organization=organization, finished_at__lte=now - dt.timedelta(days=days))
    return list(waiting.filter(condition).order_by("finished_at", "pk")[:LIMIT])


def _confirm(order: WorkOrder) -> None:
    """One order in its own transaction: what stops one of them does not stop the others."""
    columns = {"confirmation": AUTO, "confirmed_at": clock.now()}
    try:
        take_step(order, "confirm", actor=None, who=_program(), write=lambda _order: columns)
    except DomainError:
        return  # somebody confirmed or refused it meanwhile


# ---- opening again ----


def may_reopen(order: WorkOrder, actor: Any) -> bool:
    """Whether somebody may ask for a closed order once more: who dispatches it, and who reported it."""
    if order.state not in rework.REPAIRED:
        return False
    reported = order.created_by_id == actor.pk or order.tickets.filter(reporter=actor).exists()
    return reported or dispatches(order, actor)


def reopen(order: WorkOrder, *, reason: str, actor: Any, request_key: uuid.UUID | None = None) -> WorkOrder:
    """A closed order stays as it is: a new one is opened as its rework, which counts against the first repair's worker.

    Returns the new order. Raises NotAllowed for others than its reporter and dispatcher, DomainError without a reason
    or for an order that is not closed.
    """
    if not may_reopen(order, actor):
        raise NotAllowed(_("You may not open %(order)s again.") % {"order": order})
    words = reason.strip()
    if not words:
        raise DomainError(_("Say what is not in order."), field="reason")
    return open_order(
        organization=order.organization,
        title=order.title,
        description=words[:2000],
        actor=actor,
        kind=order.kind,
        channel=Channel.WEB,
        category=order.category,
        urgency=order.urgency,
        request_key=request_key,
        department=order.department,
        place=order.place,
        place_note=order.place_note,
        asset=order.asset,
        contact=order.contact,
        phone=order.phone,
        rework_of=rework.first_of(order),
        follows=order,
    )
