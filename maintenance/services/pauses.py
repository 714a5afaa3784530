"""Pauses of an order: a reason is named, somebody else decides; only an approved pause stops the clock (R-REP-03)."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.errors import DomainError, IllegalTransition, NotAllowed
from directory.models import User
from maintenance.models import OrderEvent, OrderPause, State, WorkOrder

from . import progress, special, timeliness
from .calendars import working_minutes

Decision = OrderPause.Decision
RIGHT = "maintenance.pause_workorder"
ASKED, DECIDED = "repair_pause_asked", "repair_pause_decided"

notices.register_sentence(
    ASKED, gettext_lazy("%(person)s paused %(order)s (%(reason)s); decide whether the clock stops.")
)
notices.register_sentence(DECIDED, gettext_lazy("The pause of %(order)s (%(reason)s) was %(decision)s. %(note)s"))


def suspend(
    order: WorkOrder,
    *,
    actor: Any,
    reason: str,
    note: str = "",
    until_day: dt.date | None = None,
    request_key: uuid.UUID | None = None,
    device_at: dt.datetime | None = None,
) -> WorkOrder:
    """Pause an order that somebody has in his hands, and ask for the clock to be stopped; returns the order.

    Raises DomainError without a reason of the list, for “other” without words, or for a day that has passed.
    """
    note = note.strip()[:200]
    if reason not in OrderPause.Reason.values:
        raise DomainError(_("Choose why you cannot go on."), field="reason")
    if reason == OrderPause.Reason.OTHER and not note:
        raise DomainError(_("Write in a few words why you cannot go on."), field="note")
    if until_day is not None and until_day < clock.today():
        raise DomainError(_("The day on which it goes on has passed."), field="until_day")
    words = OrderPause.Reason(reason).label

    def after(locked: WorkOrder, event: OrderEvent) -> None:
        pause = OrderPause.objects.create(
            order=locked, reason=reason, note=note, until_day=until_day, asked_by=actor, since=event.at
        )
        _tell_deciders(pause)

    return progress.take_step(
        order,
        "suspend",
        actor=actor,
        reason=f"{words}: {note}" if note else str(words),
        after=after,
        request_key=request_key,
        device_at=device_at,
    )


def resume(
    order: WorkOrder,
    *,
    actor: Any,
    request_key: uuid.UUID | None = None,
    device_at: dt.datetime | None = None,
) -> WorkOrder:
    """Go on: the worker is on site, the pause ends now and its working minutes are written; returns the order.

    Raises DomainError for a task that runs what is forbidden by now (R-REP-11).
    """

    def write(locked: WorkOrder) -> dict[str, Any]:
        special.require_startable(locked)
        return {"arrived_at": locked.arrived_at or clock.now()}

    return progress.take_step(order, "resume", actor=actor, write=write, request_key=request_key, device_at=device_at)


def end_open(order: WorkOrder, at: dt.datetime) -> None:
    """End the open pause of an order whose row is locked, and push its deadlines if the pause is approved."""
    pause = order.pauses.filter(ended_at=None).first()
    if pause is None:
        return
    pause.ended_at = max(at, pause.since)
    pause.minutes = working_minutes(timeliness.clock_of_order(order), pause.since, pause.ended_at)
    pause.save(update_fields=["ended_at", "minutes"])
    timeliness.push(order)


def after_step(order: WorkOrder, event: OrderEvent) -> None:
    """End the pause whichever step takes the order out of it: going on, or handing it to another."""
    if event.from_state == State.SUSPENDED and event.to_state != State.SUSPENDED:
        end_open(order, event.at)


def pending_for(user: Any) -> QuerySet[OrderPause]:
    """Pauses this person decides: undecided, within his reach, neither asked by him nor on an order he works on."""
    if not user.has_perm(RIGHT):
        return OrderPause.objects.none()
    orders = WorkOrder.objects.within(user, RIGHT).filter(state__in=progress.STEPS["decide_pause"].sources)
    rows = OrderPause.objects.filter(decision=Decision.PENDING, order__in=orders.order_by().values("pk"))
    return rows.exclude(asked_by=user).exclude(order__worker=user).exclude(order__helpers__worker=user)


def decide(
    pause: OrderPause, *, actor: Any, approved: bool, note: str = "", request_key: uuid.UUID | None = None
) -> OrderPause:
    """Approve a pause, which pushes the deadlines, or refuse it with a reason; returns the pause.

    Raises NotAllowed for whoever may not decide (never who asked or works on it), DomainError for a refusal without a
    reason, IllegalTransition when it was decided already.
    """
    note = note.strip()[:200]
    if not approved and not note:
        raise DomainError(_("Please give a reason."), field="note")
    decision = Decision.APPROVED if approved else Decision.REFUSED

    def write(order: WorkOrder) -> None:
        row = OrderPause.objects.get(pk=pause.pk)
        if row.decision != Decision.PENDING:
            raise IllegalTransition(
                _("This pause was %(decision)s by %(person)s already.")
                % {"decision": row.get_decision_display(), "person": row.decided_by}
            )
        _require_right(row, order, actor)
        OrderPause.objects.filter(pk=pause.pk).update(
            decision=decision, decided_by=actor, decided_at=clock.now(), decision_note=note
        )

    def after(order: WorkOrder, _event: OrderEvent) -> None:
        timeliness.push(order)
        pause.refresh_from_db()
        _tell_asker(pause)

    progress.take_step(
        pause.order,
        "decide_pause",
        actor=actor,
        reason=f"{decision.label}: {note}" if note else str(decision.label),
        write=write,
        after=after,
        request_key=request_key,
    )
    pause.refresh_from_db()
    return pause


def _require_right(pause: OrderPause, order: WorkOrder, actor: Any) -> None:
    if (actor is not None and actor.pk == pause.asked_by_id) or progress.works_on(order, actor):
        raise NotAllowed(_("Whoever asks for a pause or works on the order does not decide on it."))
    if actor is None or not WorkOrder.objects.filter(pk=order.pk).within(actor, RIGHT).exists():
        raise NotAllowed(_("You may not decide on pauses of %(order)s.") % {"order": order})


def deciders(order: WorkOrder) -> list[int]:
    """Keys of the people who decide on pauses of an order, the one who works on it left out."""
    people = User.objects.filter(
        organization=order.organization_id,
        is_active=True,
        groups__permissions__codename="pause_workorder",
        groups__permissions__content_type__app_label="maintenance",
    ).distinct()
    rows = WorkOrder.objects.filter(pk=order.pk)
    return [row.pk for row in people if row.pk != order.worker_id and rows.within(row, RIGHT).exists()]


def _tell_deciders(pause: OrderPause) -> None:
    order = pause.order
    words = {"person": str(pause.asked_by), "order": order.number, "reason": str(pause.get_reason_display())}
    people = [key for key in deciders(order) if key != pause.asked_by_id]
    notices.tell(people, ASKED, key=f"pause:{pause.pk}:asked", url=reverse("pause_list"), words=words)


def _tell_asker(pause: OrderPause) -> None:
    words = {
        "order": pause.order.number,
        "reason": str(pause.get_reason_display()),
        "decision": str(pause.get_decision_display()),
        "note": pause.decision_note,
    }
    people = {key for key in (pause.asked_by_id, pause.order.worker_id) if key and key != pause.decided_by_id}
    url = reverse("workorder_detail", args=(pause.order_id,))
    notices.tell(people, DECIDED, key=f"pause:{pause.pk}:decided", url=url, words=words)
