"""返修: the same fault again so soon after a repair that the repair itself is to blame (R-REP-07).

`rework_of` always names the first repair of a chain, whose worker it counts against; `rework_waiver` says why it does
not count.
"""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from core.policies import value_of
from maintenance.figures import REWORK_DAYS
from maintenance.models import GIVEN_UP, State, WorkOrder

from .progress import dispatches, take_step

COUNTS = ~Q(rework_of=None) & Q(rework_waiver="") & ~Q(state__in=GIVEN_UP)
"""Orders that are rework, for filter(): neither waived nor cancelled, sent back or joined with another."""
REPAIRED = (State.CONFIRMED, State.CLOSED)


def earlier_order(order: WorkOrder) -> WorkOrder | None:
    """The repair that this order would be the rework of, or None.

    It was on the same thing, or without one at the same place, in the same category, and was over at most so many days
    before this one was reported. What could not be repaired the first time is no rework.
    """
    if order.kind != WorkOrder.Kind.REPAIR or not order.category_id:
        return None
    same = Q(asset=order.asset_id) if order.asset_id else Q(asset=None, place=order.place_id)
    if not (order.asset_id or order.place_id):
        return None
    days = int(value_of(REWORK_DAYS, order.organization_id, timezone.localdate(order.reported_at)))
    rows = WorkOrder.objects.filter(
        same,
        organization=order.organization_id,
        kind=WorkOrder.Kind.REPAIR,
        category=order.category_id,
        state__in=REPAIRED,
    ).exclude(outcome=WorkOrder.Outcome.CANNOT)
    over = rows.exclude(pk=order.pk).annotate(over_at=Coalesce("closed_at", "confirmed_at"))
    window = {"over_at__lte": order.reported_at, "over_at__gte": order.reported_at - dt.timedelta(days=days)}
    return over.filter(**window).select_related("rework_of", "worker").order_by("-over_at", "-pk").first()


def first_of(order: WorkOrder) -> WorkOrder:
    """The first repair of the chain an order belongs to."""
    counts = order.rework_of is not None and not order.rework_waiver
    return order.rework_of if counts and order.rework_of else order


def propose(order: WorkOrder) -> None:
    """Write on an order that it is rework, where it is; the caller saves. What a dispatcher said stays."""
    if order.rework_of_id or order.rework_waiver:
        return
    if earlier := earlier_order(order):
        order.rework_of = first_of(earlier)


def renew(order: WorkOrder) -> None:
    """What it is about was corrected: propose again, unless a dispatcher or its reporter said what it follows."""
    if order.rework_waiver or order.follows_id:
        return
    earlier = earlier_order(order)
    first = first_of(earlier) if earlier else None
    if first != order.rework_of:
        order.rework_of = first
        WorkOrder.objects.filter(pk=order.pk).update(rework_of=first)


def waive(order: WorkOrder, *, reason: str, actor: Any, request_key: uuid.UUID | None = None) -> WorkOrder:
    """The dispatcher says why it is no rework; it counts against nobody then. Returns the order.

    Raises DomainError without a reason or where it follows nothing, NotAllowed for whoever does not dispatch it.
    """
    words = reason.strip()[:200]
    if not words:
        raise DomainError(_("Say why it is no rework."), field="reason")
    _require_dispatcher(order, actor)

    def write(locked: WorkOrder) -> dict[str, Any]:
        earlier = locked.rework_of or earlier_order(locked)
        if earlier is None:
            raise DomainError(_("%(order)s is no rework of any order.") % {"order": locked})
        return {"rework_of": locked.rework_of or first_of(earlier), "rework_waiver": words}

    said = _("No rework: %(reason)s") % {"reason": words}
    return take_step(order, "note", actor=actor, write=write, reason=said, request_key=request_key)


def confirm(order: WorkOrder, *, actor: Any, request_key: uuid.UUID | None = None) -> WorkOrder:
    """The dispatcher says that it is rework after all; returns the order. Raises as `waive` does."""
    _require_dispatcher(order, actor)

    def write(locked: WorkOrder) -> dict[str, Any]:
        earlier = locked.rework_of or earlier_order(locked)
        if earlier is None:
            raise DomainError(_("%(order)s is no rework of any order.") % {"order": locked})
        return {"rework_of": locked.rework_of or first_of(earlier), "rework_waiver": ""}

    said = _("It counts as rework.")
    return take_step(order, "note", actor=actor, write=write, reason=said, request_key=request_key)


def _require_dispatcher(order: WorkOrder, actor: Any) -> None:
    if not dispatches(order, actor):
        raise NotAllowed(_("Only who dispatches %(order)s decides whether it is rework.") % {"order": order})
