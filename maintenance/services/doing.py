"""What a worker does with an order: accept, give back, set out, arrive, finish.

Our clock decides; what the phone says is kept beside it (`device_at`), so that no wrong clock can turn the order of
steps. A `request_key` makes a second sending of the same step harmless.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from maintenance.models import CauseCode, OrderHelper, OrderPhoto, PlaceCode, RemedyCode, WorkOrder

from . import checklists, disposal_proposals, parts, special
from .progress import dispatches, take_step


@dataclass(frozen=True)
class Work:
    """What was found and done (R-REP-05). outcome: a value of WorkOrder.Outcome; liable: who damaged it (R-REP-09).

    dispose: a thing that cannot be repaired is proposed for disposal.
    """

    action: str
    outcome: str
    cause: CauseCode | None = None
    remedy: RemedyCode | None = None
    no_material: bool = False
    liable: str = ""
    dispose: bool = False


def accept(
    order: WorkOrder, *, actor: Any, device_at: dt.datetime | None = None, request_key: uuid.UUID | None = None
) -> WorkOrder:
    """The worker takes the order he was given. Raises DomainError for a task that runs what is forbidden (R-REP-11)."""

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        _require_worker(locked, actor)
        special.require_startable(locked)
        return {"accepted_at": locked.accepted_at or clock.now()}

    return take_step(order, "accept", actor=actor, write=write, device_at=device_at, request_key=request_key)


def decline(
    order: WorkOrder,
    *,
    actor: Any,
    reason: str,
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """The worker gives the order back to the dispatcher, with a reason; nobody has it then."""

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        _require_worker(locked, actor)
        return {"worker": None}

    return take_step(
        order, "decline", actor=actor, write=write, reason=reason, device_at=device_at, request_key=request_key
    )


def set_out(
    order: WorkOrder, *, actor: Any, device_at: dt.datetime | None = None, request_key: uuid.UUID | None = None
) -> WorkOrder:
    """The worker is on his way; the reporter is told."""
    return take_step(order, "set_out", actor=actor, device_at=device_at, request_key=request_key)


def arrive(
    order: WorkOrder,
    *,
    actor: Any,
    code: str = "",
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """The worker is on site. code: what he scanned there; the event says what it stands on.

    Raises DomainError when the code stands on another thing or room than the order is about, and for a task that runs
    what is forbidden by now (R-REP-11).
    """
    scanned = _scanned(order, code) if code.strip() else ""

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        special.require_startable(locked)
        return {"arrived_at": locked.arrived_at or clock.now()}

    return take_step(
        order,
        "arrive",
        actor=actor,
        write=write,
        reason=scanned,
        device_at=device_at,
        request_key=request_key,
    )


def _scanned(order: WorkOrder, text: str) -> str:
    """What a scanned code stands on, in words."""
    said = text.strip().split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1][:60]
    if order.asset is not None and said in (order.asset.token, order.asset.number):
        return _("Scanned on site: %(thing)s") % {"thing": order.asset}
    if order.place is not None and PlaceCode.objects.filter(place=order.place_id, token=said).exists():
        return _("Scanned on site: %(thing)s") % {"thing": order.place}
    raise DomainError(
        _("This code does not belong to %(order)s (%(where)s). Look for the right thing, or arrive without scanning.")
        % {"order": order, "where": order.asset or order.where},
        field="code",
    )


def finish(
    order: WorkOrder,
    work: Work,
    *,
    actor: Any,
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """The work is done and goes to the reporter to be confirmed (R-REP-05).

    Raises DomainError naming the field that is missing: cause and action, one of photo, material or the tick that none
    was needed; required check lines; who is liable where a person caused it (R-REP-09).
    """

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        found = _checked(locked, work)
        return {
            "finished_at": clock.now(),
            "cause": found,
            "remedy": work.remedy,
            "action": work.action.strip()[:500],
            "outcome": work.outcome,
            "no_material": work.no_material,
            "liable": work.liable.strip()[:100],
        }

    def after(locked: WorkOrder, _event: Any) -> None:
        parts.refresh_material_cost(locked)
        if work.dispose and work.outcome == WorkOrder.Outcome.CANNOT:
            disposal_proposals.propose(locked, actor=actor)

    return take_step(
        order, "finish", actor=actor, write=write, after=after, device_at=device_at, request_key=request_key
    )


def _checked(order: WorkOrder, work: Work) -> CauseCode | None:
    """The cause to be written; raises DomainError for what R-REP-05 and R-REP-09 still ask for."""
    if work.outcome not in WorkOrder.Outcome.values:
        raise DomainError(
            _("Say how it ended: repaired, made safe, no fault found, cannot be repaired."), field="outcome"
        )
    if not work.action.strip():
        raise DomainError(_("Write what was done."), field="action")
    cause = _cause_of(order, work)
    if cause is not None and cause.kind == CauseCode.Kind.DAMAGE and not work.liable.strip():
        raise DomainError(
            _("“%(cause)s” is damage by a person: name who is liable, or the class.") % {"cause": cause}, field="liable"
        )
    if open_lines := checklists.unanswered(order):
        raise DomainError(
            _("Still to be checked: %(lines)s") % {"lines": _(", ").join(line.text for line in open_lines[:5])},
            field="checks",
        )
    _require_evidence(order, work)
    if work.dispose and order.asset is None:
        raise DomainError(_("The order names no asset card, so nothing can be proposed for disposal."), field="dispose")
    return cause


def _cause_of(order: WorkOrder, work: Work) -> CauseCode | None:
    nothing_found = work.outcome == WorkOrder.Outcome.NO_FAULT
    if nothing_found and (work.cause is None or work.cause.kind != CauseCode.Kind.NO_FAULT):
        if work.cause is not None:
            raise DomainError(_("No fault was found, so no cause can be named."), field="cause")
        return CauseCode.objects.filter(kind=CauseCode.Kind.NO_FAULT, active=True).order_by("code").first()
    if work.cause is None and order.kind == WorkOrder.Kind.REPAIR:
        raise DomainError(_("Choose the cause of the fault."), field="cause")
    return work.cause


def _require_evidence(order: WorkOrder, work: Work) -> None:
    """One of: a photo, material, the tick that none was needed; a task that is no repair needs none."""
    material = parts.has_material(order)
    if work.no_material and material:
        raise DomainError(
            _("Parts were issued on %(order)s, so material was needed: note what was used, or give it back.")
            % {"order": order},
            field="no_material",
        )
    if order.kind == WorkOrder.Kind.TASK or work.no_material or material:
        return
    moments = (OrderPhoto.Moment.BEFORE, OrderPhoto.Moment.AFTER)
    if not order.photos.filter(moment__in=moments).exists():
        raise DomainError(
            _("Add a photo, or the parts that were used, or tick that no material was needed."), field="no_material"
        )


def add_note(
    order: WorkOrder,
    *,
    actor: Any,
    text: str,
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Add a remark to the story of the order. Raises DomainError for an empty one."""
    if not text.strip():
        raise DomainError(_("Write the note."), field="text")
    return take_step(order, "note", actor=actor, reason=text, device_at=device_at, request_key=request_key)


def add_helper(
    order: WorkOrder,
    helper: Any,
    *,
    actor: Any,
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> WorkOrder:
    """Somebody joins the work; his time can be noted then. Raises DomainError for who cannot work on it."""

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        works = helper.is_active and helper.has_perm("maintenance.work_workorder")
        if helper.organization_id != locked.organization_id or not works:
            raise DomainError(_("%(person)s is no repair worker of this house.") % {"person": helper}, field="helper")
        if helper.pk == locked.worker_id or locked.helpers.filter(worker=helper).exists():
            raise DomainError(_("%(person)s works on it already.") % {"person": helper}, field="helper")
        return {}

    def after(locked: WorkOrder, _event: Any) -> None:
        OrderHelper.objects.create(order=locked, worker=helper)

    return take_step(
        order,
        "join_work",
        actor=actor,
        write=write,
        after=after,
        reason=str(helper),
        device_at=device_at,
        request_key=request_key,
    )


def _require_worker(order: WorkOrder, actor: Any) -> None:
    """A helper neither accepts nor gives back what was given to somebody else."""
    if order.worker_id != getattr(actor, "pk", None) and not dispatches(order, actor):
        raise NotAllowed(_("Only %(worker)s can do that.") % {"worker": order.worker or order.team})
