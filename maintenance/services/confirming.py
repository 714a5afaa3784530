"""The word of whoever reported a fault: repaired or not, how content, or never mind (R-REP-06, R-REP-15)."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, IllegalTransition, NotAllowed
from maintenance.models import (
    Channel,
    OrderEvent,
    Rating,
    RatingReason,
    RepairTicket,
    State,
    WorkCalendar,
    WorkOrder,
)

from .calendars import Clock, clock_of
from .limits import REMARKS_A_TICKET
from .orders import open_order
from .progress import STEPS, dispatches, take_step
from .report_photos import Photo, keep_photos
from .telling import LOW_RATING, REFUSED, tell_workshop
from .tickets import current_order, who_of

LOW = 2
"""Up to so many of five stars somebody asks what went wrong (R-REP-15)."""
RATED = (State.CONFIRMED, State.CLOSED)


# ---- who may ----


def reported_by(order: WorkOrder, actor: Any, ticket: RepairTicket | None) -> bool:
    """Whether this is somebody who reported it: by his account, or by the private link of his ticket."""
    if ticket is not None and current_order(ticket).pk == order.pk:
        return True
    if actor is None:
        return False
    if RepairTicket.objects.filter(order=order, reporter=actor).exists():
        return True
    return (
        order.created_by_id == actor.pk
        or RepairTicket.objects.filter(order__merged_into=order, reporter=actor).exists()
    )


def heads_reporter(order: WorkOrder, actor: Any) -> bool:
    """Whether this person is head of the department that asked for the work."""
    return actor is not None and order.department is not None and order.department.head_id == actor.pk


def did_the_work(order: WorkOrder, actor: Any) -> bool:
    """Whether this person worked on it: nobody confirms or rates his own work."""
    return actor is not None and (order.worker_id == actor.pk or order.helpers.filter(worker=actor).exists())


def may_confirm(order: WorkOrder, actor: Any = None, ticket: RepairTicket | None = None) -> bool:
    """R-REP-06: the requester, the head of his department, or whoever dispatches there; never who did the work."""
    if did_the_work(order, actor):
        return False
    return reported_by(order, actor, ticket) or heads_reporter(order, actor) or dispatches(order, actor)


def may_rate(order: WorkOrder, actor: Any = None, ticket: RepairTicket | None = None) -> bool:
    """The requester or the head of his department; the workshop does not rate itself (R-REP-15)."""
    if did_the_work(order, actor) or (actor is not None and ticket is None and dispatches(order, actor)):
        return False
    return reported_by(order, actor, ticket) or heads_reporter(order, actor)


def may_cancel(order: WorkOrder, actor: Any = None, ticket: RepairTicket | None = None) -> bool:
    """Who reported it, or dispatches."""
    return reported_by(order, actor, ticket) or dispatches(order, actor)


def offered(order: WorkOrder, actor: Any = None, ticket: RepairTicket | None = None) -> set[str]:
    """What this reporter can do now: confirm, refuse, rate, cancel, remark."""
    found = set()
    if order.state == State.DONE and may_confirm(order, actor, ticket):
        found |= {"confirm", "refuse"}
    if order.state in (State.DONE, *RATED) and may_rate(order, actor, ticket) and not _rated(order):
        found.add("rate")
    if (
        order.state in STEPS["cancel"].sources
        and may_cancel(order, actor, ticket)
        and not _others(order, actor, ticket)
    ):
        found.add("cancel")
    if order.state in STEPS["note"].sources and reported_by(order, actor, ticket):
        found.add("remark")
    return found


def _rated(order: WorkOrder) -> bool:
    return Rating.objects.filter(order=order).exists()


def _others(order: WorkOrder, actor: Any, ticket: RepairTicket | None) -> bool:
    """Whether others reported the same fault: that is not this reporter's to cancel. Who dispatches may."""
    if dispatches(order, actor):
        return False
    rows = RepairTicket.objects.filter(order=order)
    return (rows.exclude(pk=ticket.pk) if ticket else rows.exclude(reporter=actor)).exists()


def _require(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise NotAllowed(sentence)


def _name(actor: Any, ticket: RepairTicket | None) -> str:
    return "" if actor is not None or ticket is None else who_of(ticket)


# ---- repaired, or not ----


def confirm(
    order: WorkOrder, *, actor: Any = None, ticket: RepairTicket | None = None, request_key: uuid.UUID | None = None
) -> WorkOrder:
    """Accept the work of an order that is done; returns it confirmed by a person.

    actor: with an account; ticket: the report whose private link was used. Raises NotAllowed for anybody but R-REP-06
    names, IllegalTransition for an order that is not done.
    """
    _require(
        may_confirm(order, actor, ticket),
        _("Only who reported it, the head of that department or the dispatcher confirms a repair; never its worker."),
    )

    def write(_locked: WorkOrder) -> dict[str, Any]:
        return {
            "confirmation": WorkOrder.Confirmation.PERSON,
            "confirmed_by": actor,
            "confirmed_at": clock.now(),
        }

    return take_step(order, "confirm", actor=actor, who=_name(actor, ticket), write=write, request_key=request_key)


def refuse_work(
    order: WorkOrder,
    *,
    reason: str,
    actor: Any = None,
    ticket: RepairTicket | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Say that it is not repaired, and why: the order goes back to its worker, and the refusal is counted.

    Raises as `confirm` does, and DomainError without a reason.
    """
    _require(may_confirm(order, actor, ticket), _("Only who may confirm a repair may refuse it."))

    def write(locked: WorkOrder) -> dict[str, Any]:
        return {"refusals": locked.refusals + 1, "finished_at": None}

    def after(locked: WorkOrder, _event: OrderEvent) -> None:
        tell_workshop(locked, REFUSED, people=[locked.worker_id] if locked.worker_id else [])

    return take_step(
        order,
        "reopen",
        actor=actor,
        who=_name(actor, ticket),
        reason=reason,
        write=write,
        after=after,
        request_key=request_key,
    )


def cancel(
    order: WorkOrder,
    *,
    reason: str,
    actor: Any = None,
    ticket: RepairTicket | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Take a report back before work began. Raises NotAllowed for others than its reporter and dispatcher, DomainError
    without a reason or when others reported the same fault."""
    _require(may_cancel(order, actor, ticket), _("Only who reported it or the dispatcher cancels a report."))

    def write(locked: WorkOrder) -> dict[str, Any]:
        if _others(locked, actor, ticket):
            raise DomainError(_("Others reported this fault too, so it stays; you need not do anything."))
        return {}

    return take_step(
        order, "cancel", actor=actor, who=_name(actor, ticket), reason=reason, write=write, request_key=request_key
    )


@atomic_with_retry
def add_remark(
    ticket: RepairTicket,
    words: str,
    *,
    actor: Any = None,
    photos: Iterable[Photo] = (),
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """What a reporter adds while the order is under way; it stands in the story of the order.

    actor: his account, if he has one. Raises DomainError for nothing, for too many remarks, or once all is over.
    """
    order = WorkOrder.objects.select_for_update(of=("self",)).get(pk=current_order(ticket).pk)
    if request_key and OrderEvent.objects.filter(request_key=request_key, order=order).exists():
        return order
    pictures = list(photos)
    said = words.strip()[:500]
    if not said and not pictures:
        raise DomainError(_("Write something or add a photo."), field="remark")
    if remarks_of(ticket, order).count() >= REMARKS_A_TICKET:
        raise DomainError(_("You have added enough; the workshop has read it."), field="remark")
    # Reporters need no right to the order itself: the note stands under their name.
    order = take_step(
        order,
        "note",
        actor=None,
        who=who_of(ticket),
        reason=said or _("added photos"),
        request_key=request_key,
    )
    keep_photos(order, pictures, actor=actor)
    return order


def remarks_of(ticket: RepairTicket, order: WorkOrder) -> Any:
    """What this reporter added to the story of an order."""
    return order.events.filter(step="note", actor=None, who__endswith=f" #{ticket.pk}")


# ---- content or not ----


@atomic_with_retry
def rate(
    order: WorkOrder,
    *,
    score: int,
    reasons: Iterable[str] = (),
    comment: str = "",
    actor: Any = None,
    ticket: RepairTicket | None = None,
    request_key: uuid.UUID | None = None,
) -> Rating:
    """Rate a confirmed order once, 1 to 5, with codes of reasons; nobody changes it afterwards (R-REP-15).

    A low rating opens a task to ask what went wrong, due within one working day. The same form sent twice is one
    rating. Raises NotAllowed for others than the reporter and his head, DomainError for a second rating or another
    score, IllegalTransition before the work is confirmed.
    """
    _require(may_rate(order, actor, ticket), _("Only who reported a repair, or the head of that department, rates it."))
    if not isinstance(score, int) or not 1 <= score <= 5:
        raise DomainError(_("Choose one to five stars."), field="score")
    known = set(RatingReason.objects.filter(active=True, code__in=list(reasons)).values_list("code", flat=True))
    order = WorkOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    repeated = request_key is not None and OrderEvent.objects.filter(request_key=request_key, order=order).exists()
    if row := Rating.objects.filter(order=order).first():
        if repeated:
            return row
        raise DomainError(_("%(order)s is rated already; a rating is not changed.") % {"order": order}, code="rated")
    if order.state not in RATED:
        raise IllegalTransition(_("Confirm first that it is repaired."))

    def after(locked: WorkOrder, _event: OrderEvent) -> None:
        Rating.objects.create(
            order=locked, score=score, reasons=sorted(known), comment=comment.strip()[:500], ticket=ticket, by=actor
        )
        if score <= LOW:
            _follow_up(locked, score, comment)

    take_step(
        order,
        "rate",
        actor=actor,
        who=_name(actor, ticket),
        write=lambda _locked: {"score": score},
        after=after,
        request_key=request_key,
    )
    return Rating.objects.get(order=order)


def _follow_up(order: WorkOrder, score: int, comment: str) -> WorkOrder:
    """R-REP-15: somebody asks the reporter what went wrong, within one working day."""
    title = _("Ask about the low rating of %(order)s") % {"order": order}
    task = open_order(
        organization=order.organization,
        title=title,
        description=_("%(score)d of 5 stars. %(comment)s") % {"score": score, "comment": comment.strip()},
        actor=None,
        who=_("Rating"),
        kind=WorkOrder.Kind.TASK,
        channel=Channel.FOLLOW_UP,
        department=order.department,
        place=order.place,
        place_note=order.place_note,
        contact=order.contact,
        phone=order.phone,
        follows=order,
        finish_due=within_a_working_day(order.organization, clock.now()),
    )
    day = timezone.localdate(task.finish_due) if task.finish_due else clock.today()
    tell_workshop(task, LOW_RATING, day=f"{day:%Y-%m-%d}")
    return task


def within_a_working_day(organization: Any, moment: dt.datetime) -> dt.datetime:
    """The end of the next working day of a house; without a calendar of working hours, a day later."""
    rows = WorkCalendar.objects.filter(organization=organization, round_the_clock=False).order_by("pk")
    hours = next((found for row in rows if (found := clock_of(row)).has_hours), Clock())
    day = timezone.localdate(moment)
    for _turn in range(60):
        day += dt.timedelta(days=1)
        if spans := list(hours.spans(day)):
            return spans[-1][1]
    return moment + dt.timedelta(days=1)
