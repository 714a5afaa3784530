"""Whether somebody else has to repair a thing for nothing: its supplier, or the firm of an earlier job (R-REP-10)."""

import calendar
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError, NotAllowed
from maintenance.models import ContractorJob, WorkOrder

from .progress import dispatches, take_step


@dataclass(frozen=True)
class Warranty:
    """until: its last day; firm: who owes the repair, None where the card names no supplier; basis: what says so."""

    until: dt.date
    firm: Any
    basis: str


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def reported_on(order: WorkOrder) -> dt.date:
    """The day of the report: it decides whether the fault is one under warranty."""
    return timezone.localdate(order.reported_at)


def of_order(order: WorkOrder) -> Warranty | None:
    """The warranty under which the thing or the earlier work was on the day of the report, or None."""
    day, asset = reported_on(order), order.asset
    if asset is not None and asset.warranty_until and asset.warranty_until >= day:
        basis = _("card %(number)s, warranty until %(day)s") % {"number": asset.number, "day": asset.warranty_until}
        return Warranty(asset.warranty_until, asset.supplier, basis)
    for job in _earlier_jobs(order):
        until = months_after(job.accepted_on, job.warranty_months)
        if job.accepted_on <= day <= until:
            words = {"job": job.number, "order": job.order, "day": until}
            return Warranty(until, job.supplier, _("%(job)s for %(order)s, warranty until %(day)s") % words)
    return None


def _earlier_jobs(order: WorkOrder) -> Any:
    """Accepted jobs with a warranty on the same thing; without one, at the same place and of the same category."""
    rows = ContractorJob.objects.filter(
        order__organization=order.organization_id, status=Status.POSTED, warranty_months__gt=0
    ).exclude(order=order.pk)
    if order.asset_id:
        rows = rows.filter(order__asset=order.asset_id)
    elif order.place_id and order.category_id:
        rows = rows.filter(order__asset=None, order__place=order.place_id, order__category=order.category_id)
    else:
        return []
    return rows.exclude(accepted_on=None).select_related("order", "supplier").order_by("-accepted_on", "-pk")


def owed(order: WorkOrder) -> Warranty | None:
    """The warranty under which a repair goes to somebody else first: he has it not yet, and nobody said why not."""
    if order.kind != WorkOrder.Kind.REPAIR or order.warranty_reason.strip():
        return None
    if order.contractor_id or order.jobs.filter(status__in=(Status.SUBMITTED, Status.APPROVED)).exists():
        return None
    return of_order(order)


def columns_for(order: WorkOrder, reason: str) -> dict[str, str]:
    """What is written on an order that is given to people of the house: why not to whoever owes the repair.

    Raises DomainError where a reason is needed and not given (R-REP-10).
    """
    found = owed(order)
    if found is None:
        return {}
    if words := reason.strip()[:200]:
        return {"warranty_reason": words}
    raise DomainError(
        _("This is under warranty (%(basis)s): give it to that firm, or say why the house repairs it.")
        % {"basis": found.basis},
        field="warranty_reason",
        code="R-REP-10",
    )


def say_why_not(order: WorkOrder, *, reason: str, actor: Any, request_key: uuid.UUID | None = None) -> WorkOrder:
    """The dispatcher says why the house repairs at its own cost what somebody else owes; returns the order.

    Raises DomainError without a reason, NotAllowed for whoever does not dispatch the order.
    """
    words = reason.strip()[:200]
    if not words:
        raise DomainError(_("Say why the supplier does not repair it under warranty."), field="reason")
    if not dispatches(order, actor):
        raise NotAllowed(_("Only who dispatches %(order)s decides this.") % {"order": order})
    said = _("Not by the supplier under warranty: %(reason)s") % {"reason": words}
    columns = {"warranty_reason": words}
    return take_step(order, "note", actor=actor, write=lambda _order: columns, reason=said, request_key=request_key)


def require_reason(order: WorkOrder) -> None:
    """No material of the house goes into what somebody else has to repair, without a reason (R-REP-10).

    What is paid to a firm has its reason on its own paper. Raises DomainError.
    """
    if not order.cost_material or order.warranty_reason.strip():
        return
    if warranty := of_order(order):
        raise DomainError(
            _("This is under warranty (%(basis)s); say why the house pays for the material.")
            % {"basis": warranty.basis},
            field="warranty_reason",
            code="R-REP-10",
        )
