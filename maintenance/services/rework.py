"""返修: the same fault again so soon after a repair that the repair itself is to blame (R-REP-07).

`rework_of` always names the first repair of a chain, whose worker it counts against; `rework_waiver` says why it does
not count.
"""

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.policies import value_of
from maintenance.figures import REWORK_DAYS
from maintenance.models import State, WorkOrder

from .progress import take_step

COUNTS = ~Q(rework_of=None) & Q(rework_waiver="")
"""Orders that are rework, for filter()."""
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


def waive(order: WorkOrder, *, reason: str, actor: Any) -> WorkOrder:
    """The dispatcher says why it is no rework; it counts against nobody then. Raises DomainError without a reason."""
    words = reason.strip()[:200]
    if not words:
        raise DomainError(_("Say why it is no rework."), field="reason")

    def write(locked: WorkOrder) -> dict[str, Any]:
        earlier = locked.rework_of or earlier_order(locked)
        if earlier is None:
            raise DomainError(_("%(order)s is no rework of any order.") % {"order": locked})
        return {"rework_of": locked.rework_of or first_of(earlier), "rework_waiver": words}

    return take_step(order, "describe", actor=actor, write=write, reason=words)


def confirm(order: WorkOrder, *, actor: Any) -> WorkOrder:
    """The dispatcher says that it is rework after all, or of an order found since it was taken up."""

    def write(locked: WorkOrder) -> dict[str, Any]:
        earlier = locked.rework_of or earlier_order(locked)
        if earlier is None:
            raise DomainError(_("%(order)s is no rework of any order.") % {"order": locked})
        return {"rework_of": locked.rework_of or first_of(earlier), "rework_waiver": ""}

    return take_step(order, "describe", actor=actor, write=write)


def reworks(rows: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Those of some orders that are rework, with the worker they count against as `charged_to` (key)."""
    return rows.filter(COUNTS).annotate(charged_to=F("rework_of__worker"))
