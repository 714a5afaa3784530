"""What happens to an approved order beside its life cycle: signed and sealed, bond in and out, the rest cancelled."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.models import DocumentEvent
from core.documents.routes import kind_of
from core.documents.services import EXTRA_STEP_LABELS, permission_for, record_event
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.policies import value_of
from procurement import figures
from procurement.models import Acceptance, OrderChange, PurchaseOrder, PurchaseOrderLine

from . import awards, payments, requests, settling
from .orders import lines_of, lock_order, refresh_progress
from .reservations import Reservations

SEAL, BOND_IN, BOND_OUT, CLOSE_REST = "seal", "bond_received", "bond_returned", "close_rest"
EXTRA_STEP_LABELS[SEAL] = gettext_lazy("Sign and seal")
EXTRA_STEP_LABELS[BOND_IN] = gettext_lazy("Bond received")
EXTRA_STEP_LABELS[BOND_OUT] = gettext_lazy("Bond returned")


def _opened(order: PurchaseOrder, actor: Any) -> PurchaseOrder:
    """The order, locked. Raises NotAllowed without the right to change orders, IllegalTransition unless approved."""
    may = actor.has_perm(permission_for(PurchaseOrder, "change"))
    if not may or not PurchaseOrder.objects.within(actor, permission_for(PurchaseOrder, "change")).filter(pk=order.pk):
        raise NotAllowed(_("You may not change %(document)s.") % {"document": order})
    fresh = lock_order(order.pk)
    if fresh.status != Status.APPROVED:
        raise IllegalTransition(_("%(document)s is not approved.") % {"document": fresh})
    return fresh


def _require_past(day: dt.date | None, order: PurchaseOrder) -> dt.date:
    if day is None:
        raise DomainError(_("Enter the day."), field="day")
    if day > clock.today():
        raise DomainError(_("The date lies in the future; use today's date."), field="day")
    if day < award_day(order):
        raise DomainError(
            _("The day lies before the award of %(day)s.") % {"day": award_day(order)},
            field="day",
        )
    return day


@atomic_with_retry
def seal(order: PurchaseOrder, *, actor: Any, day: dt.date | None) -> PurchaseOrder:
    """Note that both parties signed and sealed it on a day; once. Raises DomainError, NotAllowed, IllegalTransition."""
    order = _opened(order, actor)
    if order.signed_on:
        raise IllegalTransition(
            _("%(document)s was signed on %(day)s already.") % {"document": order, "day": order.signed_on}
        )
    order.signed_on, order.sealed_by = _require_past(day, order), actor
    order.save(update_fields=["signed_on", "sealed_by"])
    text = _("Signed on %(day)s") % {"day": order.signed_on}
    record_event(order, SEAL, actor=actor, from_status=order.status, reason=text)
    return order


def award_day(order: PurchaseOrder) -> dt.date:
    """The day the award was approved, from which the days to the contract are counted; without one the order's own."""
    return award_days([order])[order.pk]


def award_days(orders: list[PurchaseOrder]) -> dict[int, dt.date]:
    """The day of the award by key of the order; one query. A sourcing approved twice counts with its last approval."""
    days = {order.pk: order.business_date for order in orders}
    sources = {order.sourcing_id for order in orders if order.sourcing_id}
    if not sources:
        return days
    sourcing = next(order.sourcing for order in orders if order.sourcing_id)
    events = DocumentEvent.objects.filter(
        content_type=kind_of(sourcing), object_id__in=sources, step="approve", to_status=Status.APPROVED
    )
    approved = {key: at.astimezone().date() for key, at in events.order_by("id").values_list("object_id", "at")}
    for order in orders:
        if order.sourcing_id in approved:
            days[order.pk] = approved[order.sourcing_id]
    return days


def late_signings(orders: list[PurchaseOrder]) -> dict[int, int]:
    """Days from the award to the signing (to today where it is not signed) of contracts that took longer than allowed,
    by key of the order (R-PRC-15)."""
    contracts = [
        order
        for order in orders
        if order.form == PurchaseOrder.Form.CONTRACT and order.status in (Status.SUBMITTED, Status.APPROVED)
    ]
    days = award_days(contracts)
    limits = {
        key: value_of(figures.CONTRACT_WITHIN, key, clock.today())
        for key in {order.organization_id for order in contracts}
    }
    found = {}
    for order in contracts:
        taken = ((order.signed_on or clock.today()) - days[order.pk]).days
        if taken > limits[order.organization_id]:
            found[order.pk] = taken
    return found


@atomic_with_retry
def receive_bond(order: PurchaseOrder, *, actor: Any, day: dt.date | None) -> PurchaseOrder:
    """Note that the performance bond arrived; once."""
    order = _opened(order, actor)
    if order.bond_form == PurchaseOrder.Bond.NONE or order.bond_received_on:
        raise IllegalTransition(_("No performance bond of %(document)s is awaited.") % {"document": order})
    order.bond_received_on = _require_past(day, order)
    return _note_bond(order, BOND_IN, "bond_received_on", actor)


@atomic_with_retry
def return_bond(order: PurchaseOrder, *, actor: Any, day: dt.date | None) -> PurchaseOrder:
    """Note that the performance bond went back to the supplier; once, after it came."""
    order = _opened(order, actor)
    if order.bond_received_on is None or order.bond_returned_on:
        raise IllegalTransition(_("No performance bond of %(document)s is held.") % {"document": order})
    if (day := _require_past(day, order)) < order.bond_received_on:
        raise DomainError(_("The bond came on %(day)s only.") % {"day": order.bond_received_on}, field="day")
    order.bond_returned_on = day
    return _note_bond(order, BOND_OUT, "bond_returned_on", actor)


def _note_bond(order: PurchaseOrder, step: str, column: str, actor: Any) -> PurchaseOrder:
    order.save(update_fields=[column])
    record_event(order, step, actor=actor, from_status=order.status, reason=f"{getattr(order, column)}")
    return order


@atomic_with_retry
def close_rest(order: PurchaseOrder, *, actor: Any, reason: str, reopen: bool) -> PurchaseOrder:
    """The supplier will not deliver what is still open.

    reopen: True opens the requests again for another order, with their reservation; False says it is no longer wanted,
    and what was reserved for it is free again. Raises IllegalTransition when nothing is open or a delivery or a change
    waits for its signature, DomainError without a reason.
    """
    order = _opened(order, actor)
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    _require_nothing_waiting(order)
    lines = [line for line in lines_of(order) if line.open_quantity > 0]
    if not lines:
        raise IllegalTransition(_("Nothing is open on %(document)s.") % {"document": order})
    reservations = Reservations(lines)
    awards.lock(lines)
    with reservations.follow(document=order, actor=actor):
        for line in lines:
            rest = line.open_quantity
            line.closed_quantity += rest
            line.request_line.ordered_quantity -= rest
            if reopen:
                awards.draw(line, -rest)
            else:
                line.request_line.closed_quantity += rest
    PurchaseOrderLine.objects.bulk_update(lines, ("closed_quantity",))
    awards.write(lines)
    refresh_progress(order)
    requests.refresh_progress({row.document_id for row in reservations.requests.values()})
    payments.require_covered(order)
    payments.release_rest(order, actor=actor)
    what = _("the requests are open again") if reopen else _("no longer wanted")
    words = _("%(reason)s (%(what)s)") % {"reason": reason.strip()[:400], "what": what}
    record_event(order, CLOSE_REST, actor=actor, from_status=order.status, reason=words)
    return order


def _require_nothing_waiting(order: PurchaseOrder) -> None:
    for model in (Acceptance, OrderChange):
        paper = model.objects.filter(order=order, status=Status.SUBMITTED).first()
        if paper is not None:
            raise IllegalTransition(_("%(paper)s waits for its signature; let it be signed first.") % {"paper": paper})
    pending = order.payments.filter(status__in=settling.PENDING).order_by("pk").first()
    if pending is not None:
        raise IllegalTransition(
            _("%(paper)s is asked for and not paid yet; let it be paid, or cancel it first.") % {"paper": pending}
        )
