"""Who does which job: taking up, dispatching to a worker or to a team, grabbing, handing on, taking back, joining.

The rules of the house propose (DispatchRule, duty roster); a rule that works by itself dispatches at once.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.errors import DomainError, IllegalTransition
from directory.services import leaving
from maintenance.models import OrderEvent, State, Team, Urgency, WorkOrder

from . import rework, rosters, special, telling, timeliness, warranty
from .orders import is_urgent
from .progress import take_step
from .proposals import Proposal, propose, why_unable

__all__ = [
    "Proposal",
    "after_report",
    "change_urgency",
    "dispatch",
    "grab",
    "propose",
    "send_back",
    "take_back",
    "transfer",
    "triage",
]

logger = logging.getLogger(__name__)

GIVEN, OFFERED, TAKEN_AWAY = "repair_given", "repair_offered", "repair_taken_away"
notices.register_sentence(GIVEN, gettext_lazy("%(number)s is yours: %(title)s, %(where)s."))
notices.register_sentence(OFFERED, gettext_lazy("%(number)s can be grabbed by %(team)s: %(title)s, %(where)s."))
notices.register_sentence(TAKEN_AWAY, gettext_lazy("%(number)s is no longer yours: %(title)s."))

RANK = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.URGENT: 2}
FREE = {"worker": None, "contractor": None, "dispatched_at": None}
"""An order in nobody's hands; when somebody first accepted it and was there stays: that is what was promised."""
CORRECTED = ("category", "department", "place", "place_note", "asset", "title", "contact", "phone")


def after_report(order: WorkOrder) -> WorkOrder:
    """Called when an order was opened: a rule that works by itself dispatches it at once; returns the order.

    What somebody else has to repair under warranty waits for the dispatcher, who calls him (R-REP-10). A rule that
    cannot be followed (its worker left a minute ago) leaves the order to the dispatcher, too: a report is never refused
    for it.
    """
    if order.state != State.NEW:
        return order
    proposal = propose(order)
    if proposal.rule is None or not proposal.rule.by_itself or warranty.owed(order):
        return order
    try:
        return _give(
            order,
            proposal.team,
            proposal.worker,
            actor=None,
            who=_("dispatch rule %(number)d") % {"number": proposal.rule.position},
        )
    except DomainError:
        logger.warning("rule %s could not dispatch %s", proposal.rule.pk, order.number, exc_info=True)
        return order


# ---- taking up ----


def triage(
    order: WorkOrder,
    *,
    actor: Any,
    urgency: str = "",
    reason: str = "",
    request_key: uuid.UUID | None = None,
    **corrected: Any,
) -> WorkOrder:
    """Take an order up, or correct one that was taken up; deadlines follow category and urgency (R-REP-02, R-REP-03).
    A corrected category that is urgent makes it urgent, unless a reason is given.

    Args:
        urgency: "" leaves it; lowering it needs the reason.
        corrected: columns of CORRECTED that are to be written.

    Raises DomainError for a lower urgency without a reason, for a place or thing of another organization.
    """

    step = "triage" if order.state == State.NEW else "describe"

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if step == "triage" and locked.state != State.NEW:
            words = {"order": locked, "state": locked.get_state_display()}
            raise IllegalTransition(_("%(order)s is “%(state)s” by now; somebody else took it up.") % words)
        columns = {name: value for name, value in corrected.items() if name in CORRECTED}
        for name in ("department", "place", "asset"):
            _require_own(locked, columns.get(name))
        if urgency and urgency != locked.urgency:
            _require_reason_to_lower(locked, urgency, reason)
            columns["urgency"] = urgency
        if _became_urgent(locked, columns, reason):
            columns["urgency"] = Urgency.URGENT
        return {**columns, "triaged_at": clock.now()} if step == "triage" else columns

    return take_step(order, step, actor=actor, write=write, after=_renewed, reason=reason, request_key=request_key)


def _renewed(order: WorkOrder, event: OrderEvent) -> None:
    if {"urgency", "category"} & set(event.data):
        timeliness.renew(order)
    if {"category", "place", "asset"} & set(event.data):
        rework.renew(order)


def _became_urgent(order: WorkOrder, columns: Mapping[str, Any], reason: str) -> bool:
    """Whether a corrected category names a danger that the report did not; a reason says why not (R-REP-02)."""
    category = columns.get("category")
    if category is None or category.pk == order.category_id or reason.strip():
        return False
    return is_urgent(category, f"{columns.get('title', order.title)} {order.description}")


def _require_own(order: WorkOrder, row: Any) -> None:
    if row is not None and row.organization_id != order.organization_id:
        raise DomainError(_("%(row)s belongs to another organization.") % {"row": row})


def _require_reason_to_lower(order: WorkOrder, urgency: str, reason: str) -> None:
    """R-REP-02."""
    if RANK[Urgency(urgency)] < RANK[Urgency(order.urgency)] and not reason.strip():
        raise DomainError(_("Say why it is less urgent than it was reported."), field="reason")


def change_urgency(
    order: WorkOrder, urgency: str, *, actor: Any, reason: str, who: str = "", request_key: uuid.UUID | None = None
) -> WorkOrder:
    """Make an order more or less urgent, with a reason; only who dispatches it may (R-REP-02). Deadlines follow."""

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if urgency not in Urgency.values or urgency == locked.urgency:
            raise DomainError(_("Choose another urgency than it has."), field="urgency")
        return {"urgency": urgency}

    return take_step(
        order,
        "urgency",
        actor=actor,
        who=who,
        write=write,
        after=_renewed,
        reason=reason,
        request_key=request_key,
    )


# ---- dispatching ----


def dispatch(
    order: WorkOrder,
    *,
    actor: Any,
    team: Team | None = None,
    worker: Any = None,
    warranty_reason: str = "",
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Give an order to a worker, or offer it to a team (without a worker).

    warranty_reason: why not to whoever owes the repair under warranty (R-REP-10).

    Raises DomainError when nobody is named, for somebody who left or is no worker, a team that is closed or of another
    house, under warranty without its reason; IllegalTransition when it was dispatched already.
    """
    return _give(order, team, worker, actor=actor, warranty_reason=warranty_reason, request_key=request_key)


def _give(
    order: WorkOrder,
    team: Team | None,
    worker: Any,
    *,
    actor: Any,
    who: str = "",
    warranty_reason: str = "",
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    def write(locked: WorkOrder) -> Mapping[str, Any]:
        columns = {**_hands(locked, team, worker), **warranty.columns_for(locked, warranty_reason)}
        return {**columns, "triaged_at": locked.triaged_at or columns["dispatched_at"]}

    return take_step(
        order,
        "dispatch",
        actor=actor,
        who=who,
        write=write,
        after=_tell_given,
        reason=warranty_reason,
        request_key=request_key,
    )


def _hands(order: WorkOrder, team: Team | None, worker: Any) -> dict[str, Any]:
    """The columns of an order that comes into somebody's hands. Raises DomainError."""
    if team is None and worker is None:
        raise DomainError(_("Choose a worker, or a team whose members grab it."), field="worker")
    if worker is not None:
        # As he is now, not when the form was made; nobody closes his account while he is given this.
        worker = leaving.hold([worker.pk])[worker.pk]
        if sentence := why_unable(worker, order.organization_id):
            raise DomainError(sentence, field="worker")
        team = team or _team_of(worker, order)
    if team is not None and (team.organization_id != order.organization_id or not team.active):
        raise DomainError(_("%(team)s gets no orders; choose another team.") % {"team": team}, field="team")
    if worker is None and team is not None and not team.members.filter(is_active=True).exists():
        raise DomainError(_("Nobody belongs to %(team)s; choose a worker.") % {"team": team}, field="team")
    special.require_startable(order)
    return {**FREE, "team": team, "worker": worker, "dispatched_at": clock.now()}


def _team_of(worker: Any, order: WorkOrder) -> Team | None:
    """The team a worker does an order in: the one it was with, else his own."""
    own = list(worker.repair_teams.filter(active=True, organization=order.organization_id).order_by("pk"))
    return next((team for team in own if team.pk == order.team_id), own[0] if own else None)


def _tell_given(order: WorkOrder, event: OrderEvent) -> None:
    """Tell the worker, or those of the team who are on duty (all of them when nobody is), that there is an order."""
    words = {"number": order.number, "title": order.title, "where": order.where, "team": str(order.team or "")}
    if order.worker_id:
        people, code = {order.worker_id}, GIVEN
    else:
        assert order.team is not None  # noqa: S101 -- _hands refuses an order for nobody
        members = set(order.team.members.filter(is_active=True).values_list("pk", flat=True))
        people, code = members & set(rosters.on_duty(order.organization_id, None, order.team)) or members, OFFERED
    key = f"{code}:{order.pk}:{order.revision}"
    notices.tell(people - {event.actor_id}, code, key=key, url=telling.order_url(order), words=words)


def grab(
    order: WorkOrder,
    *,
    actor: Any,
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """A member of the team takes an order that is offered to it. Of two at once one gets it, the other is told who.

    Raises IllegalTransition when somebody has it, NotAllowed for who is not of the team.
    """

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if sentence := why_unable(leaving.hold([actor.pk])[actor.pk], locked.organization_id):
            raise DomainError(sentence)
        special.require_startable(locked)
        return {"worker": actor, "accepted_at": locked.accepted_at or clock.now()}

    return take_step(order, "take", actor=actor, write=write, device_at=device_at, request_key=request_key)


def transfer(
    order: WorkOrder,
    *,
    actor: Any,
    reason: str,
    team: Team | None = None,
    worker: Any = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Hand an order on to another worker or team, with a reason; whoever had it is told."""
    before: list[int] = []

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if worker is not None and worker.pk == locked.worker_id:
            raise DomainError(_("%(worker)s has it already.") % {"worker": worker}, field="worker")
        if locked.worker_id:
            before.append(locked.worker_id)
        return _hands(locked, team, worker)

    def after(changed: WorkOrder, event: OrderEvent) -> None:
        changed.helpers.filter(worker=changed.worker_id).delete()
        _tell_taken_away(changed, event, before)
        _tell_given(changed, event)

    return take_step(order, "transfer", actor=actor, write=write, after=after, reason=reason, request_key=request_key)


def _tell_taken_away(order: WorkOrder, event: OrderEvent, people: list[int]) -> None:
    words = {"number": order.number, "title": order.title}
    key = f"{TAKEN_AWAY}:{order.pk}:{order.revision}"
    notices.tell(set(people) - {event.actor_id}, TAKEN_AWAY, key=key, url=telling.order_url(order), words=words)


def take_back(
    order: WorkOrder, *, actor: Any, reason: str, who: str = "", request_key: uuid.UUID | None = None
) -> WorkOrder:
    """Take back an order that nobody accepted (R-REP-04): it waits for the dispatcher again, its team stays proposed.

    actor: None for the program, which `who` then names.
    """
    before: list[int] = []

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if locked.worker_id:
            before.append(locked.worker_id)
        return FREE

    return take_step(
        order,
        "take_back",
        actor=actor,
        who=who,
        reason=reason,
        write=write,
        after=lambda changed, event: _tell_taken_away(changed, event, before),
        request_key=request_key,
    )


def send_back(order: WorkOrder, *, actor: Any, reason: str, request_key: uuid.UUID | None = None) -> WorkOrder:
    """Send an order back to who reported it: not our job, or nobody understands it. He is told why."""
    return take_step(order, "send_back", actor=actor, reason=reason, request_key=request_key)
