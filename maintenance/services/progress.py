"""The only code that moves an order from one state to another (docs/adr/0025).

Services say what a step writes (`write`); this module locks the order, looks at state and right, writes the event and
the columns in one transaction. Our clock decides; the clock of a device is kept beside it.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, IllegalTransition, NotAllowed
from maintenance.models import OPEN, OrderEvent, State, WorkOrder

KEEP = ""
"""A step after which the order is where it was."""

DISPATCHER = "dispatcher"
"""Who dispatches, within his reach, and the leader of the order's team."""
WORKER = "worker"
"""Who has the order or helps on it, and who dispatches."""
TEAM = "team"
"""Any member of the team that the order is offered to."""
REPORTER = "reporter"
"""The service that takes the step looks itself (services/confirming.py): reporters may have no account."""

_listeners: list[Callable[[WorkOrder, OrderEvent], None]] = []


def on_step(listener: Callable[[WorkOrder, OrderEvent], None]) -> None:
    """Say who hears of every step, in its transaction; the same function counts once. Called from AppConfig.ready."""
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True)
class Step:
    """One step. sources: states in which it can be taken; target: the state after it, KEEP for the same."""

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    by: str
    needs_reason: bool = False


S = State
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("triage", gettext_lazy("Take up"), (S.NEW, S.TRIAGED, S.DISPATCHED), S.TRIAGED, DISPATCHER),
        Step("urgency", gettext_lazy("Change the urgency"), OPEN, KEEP, DISPATCHER, needs_reason=True),
        Step("describe", gettext_lazy("Correct"), OPEN, KEEP, DISPATCHER),
        Step("dispatch", gettext_lazy("Dispatch"), (S.NEW, S.TRIAGED), S.DISPATCHED, DISPATCHER),
        Step("transfer", gettext_lazy("Hand to another"), OPEN[2:], S.DISPATCHED, DISPATCHER, needs_reason=True),
        Step("contract", gettext_lazy("Give to a contractor"), OPEN, KEEP, DISPATCHER),
        Step("take", gettext_lazy("Grab"), (S.DISPATCHED,), S.ACCEPTED, TEAM),
        Step("accept", gettext_lazy("Accept"), (S.DISPATCHED,), S.ACCEPTED, WORKER),
        Step("decline", gettext_lazy("Give back"), (S.DISPATCHED, S.ACCEPTED), S.TRIAGED, WORKER, needs_reason=True),
        Step("take_back", gettext_lazy("Take it back"), (S.DISPATCHED,), S.TRIAGED, DISPATCHER, needs_reason=True),
        Step("join_work", gettext_lazy("Add a helper"), OPEN[2:], KEEP, WORKER),
        Step("set_out", gettext_lazy("On the way"), (S.ACCEPTED,), KEEP, WORKER),
        Step("arrive", gettext_lazy("Arrived on site"), (S.ACCEPTED,), S.ON_SITE, WORKER),
        Step("suspend", gettext_lazy("Pause"), (S.ACCEPTED, S.ON_SITE), S.SUSPENDED, WORKER),
        Step("resume", gettext_lazy("Resume the work"), (S.SUSPENDED,), S.ON_SITE, WORKER),
        Step("decide_pause", gettext_lazy("Decide on the pause"), (*OPEN, S.DONE, S.CONFIRMED), KEEP, REPORTER),
        Step("finish", gettext_lazy("Work done"), (S.ON_SITE,), S.DONE, WORKER),
        Step("reopen", gettext_lazy("Not repaired"), (S.DONE,), S.ACCEPTED, REPORTER, needs_reason=True),
        Step("confirm", gettext_lazy("Confirm the repair"), (S.DONE,), S.CONFIRMED, REPORTER),
        Step("rate", gettext_lazy("Rate the work"), (S.CONFIRMED, S.CLOSED), KEEP, REPORTER),
        Step("close", gettext_lazy("Close the order"), (S.CONFIRMED,), S.CLOSED, DISPATCHER),
        Step("send_back", gettext_lazy("Send back"), (S.NEW, S.TRIAGED), S.RETURNED, DISPATCHER, needs_reason=True),
        Step("cancel", gettext_lazy("Cancel"), (S.NEW, S.TRIAGED, S.DISPATCHED), S.CANCELLED, REPORTER, True),
        Step("merge", gettext_lazy("Join with another"), (S.NEW, S.TRIAGED, S.DISPATCHED), S.CANCELLED, DISPATCHER),
        Step("note", gettext_lazy("Add a note"), (*OPEN, S.DONE, S.CONFIRMED), KEEP, WORKER),
    )
}


def dispatches(order: WorkOrder, actor: Any) -> bool:
    """Whether somebody dispatches this order: by his right and reach, or as leader of its team."""
    if actor is None:
        return False
    if order.team is not None and order.team.leader_id == actor.pk:
        return True
    rows = WorkOrder.objects.filter(pk=order.pk)
    return bool(rows.within(actor, "maintenance.dispatch_workorder").exists())


def works_on(order: WorkOrder, actor: Any) -> bool:
    """Whether somebody has this order in his hands, alone or with others."""
    if actor is None or not actor.has_perm("maintenance.work_workorder"):
        return False
    return order.worker_id == actor.pk or order.helpers.filter(worker=actor).exists()


def may_take(order: WorkOrder, step: Step, actor: Any) -> bool:
    """Whether this person may take the step, the state aside. Steps of reporters are looked at by their service."""
    if step.by == REPORTER:
        return True
    if step.by == DISPATCHER:
        return dispatches(order, actor)
    if step.by == TEAM:
        return _may_grab(order, actor)
    return works_on(order, actor) or dispatches(order, actor)


def _may_grab(order: WorkOrder, actor: Any) -> bool:
    if actor is None or order.worker_id is not None or order.team_id is None:
        return False
    return actor.has_perm("maintenance.work_workorder") and actor.repair_teams.filter(pk=order.team_id).exists()


@atomic_with_retry
def take_step(
    order: WorkOrder,
    name: str,
    *,
    actor: Any,
    write: Callable[[WorkOrder], Mapping[str, Any] | None] | None = None,
    after: Callable[[WorkOrder, OrderEvent], None] | None = None,
    who: str = "",
    reason: str = "",
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Take one step, or refuse; returns the order as it is afterwards.

    Args:
        order: any copy; it is locked and read again.
        actor: None for a reporter without an account and for the program itself; `who` says which.
        write: gets the locked order, may refuse (DomainError), returns the columns to be written.
        after: called with the order and its event, inside the transaction (notices, rows of its own).
        device_at: what the clock of the device said; our own decides.
        request_key: a second sending of the same form or delivery is answered like the first.

    Raises IllegalTransition in a wrong state (two workers taking one order: the second is told who has it), NotAllowed
    without the right, DomainError when a reason is missing or `write` refuses.
    """
    step = STEPS.get(name)
    if step is None:
        raise IllegalTransition(_("There is no such step."))
    reason = reason.strip()[:500]
    # Its team and worker are read after the lock: joined to it they would be those of before the wait.
    order = WorkOrder.objects.select_for_update().get(pk=order.pk)
    if request_key and OrderEvent.objects.filter(request_key=request_key, order=order).exists():
        return order
    if order.state not in step.sources:
        raise IllegalTransition(_why_not(order, step))
    if not (step.by == REPORTER or (actor is None and who) or may_take(order, step, actor)):
        raise NotAllowed(_("You may not take the step “%(step)s” on %(order)s.") % {"step": step.label, "order": order})
    if step.needs_reason and not reason:
        raise DomainError(_("Please give a reason."), field="reason")
    columns = dict((write(order) if write else None) or {})
    before = order.state
    after_state = step.target or before
    # Compare and swap beside the lock, as for papers: whoever bypasses the lock still cannot step twice.
    changed = WorkOrder.objects.filter(pk=order.pk, state=before).update(
        **columns, state=after_state, revision=F("revision") + 1
    )
    if not changed:
        raise IllegalTransition(_why_not(order, step))
    event = OrderEvent.objects.create(
        order=order,
        step=name,
        from_state=before,
        to_state=after_state,
        actor=actor,
        who=who[:40],
        at=clock.now(),
        device_at=device_at,
        reason=reason,
        data={key: _plain(value) for key, value in columns.items()},
        request_key=request_key,
    )
    order.refresh_from_db()
    if after:
        after(order, event)
    for listener in _listeners:
        listener(order, event)
    return order


def _why_not(order: WorkOrder, step: Step) -> str:
    words = {"order": order, "state": order.get_state_display(), "step": step.label, "worker": order.worker}
    if step.name in ("take", "accept") and order.worker_id:
        return _("%(order)s is “%(state)s” already; %(worker)s has it.") % words
    return _("%(order)s is “%(state)s” now; the step “%(step)s” is not possible. Reload the page.") % words


def _plain(value: Any) -> Any:
    """A column's value as the event keeps it."""
    if hasattr(value, "pk"):
        return value.pk
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | type(None)) else str(value)
