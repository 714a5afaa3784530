"""Doubles: two orders about the same fault become one, and the reports of both follow it."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from core.database.retry import atomic_with_retry
from core.errors import DomainError
from maintenance.models import OPEN, Urgency, WorkOrder

from .dispatching import RANK, change_urgency
from .progress import dispatches, take_step


@atomic_with_retry
def merge(order: WorkOrder, into: WorkOrder, *, actor: Any, request_key: uuid.UUID | None = None) -> WorkOrder:
    """Join an order with another one about the same fault; returns the order that goes on.

    The joined one ends as cancelled and points to the other; its reports follow it there, and so does its urgency: the
    other is never less urgent (R-REP-02). Raises DomainError for another house, a finished or the same order, and for
    one that the actor does not dispatch.
    """
    keys = sorted({order.pk, into.pk})
    rows = {row.pk: row for row in WorkOrder.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    target = rows[into.pk]
    if len(keys) < 2:
        raise DomainError(_("Choose another order than this one."), field="into")
    if target.organization_id != order.organization_id or not dispatches(target, actor):
        raise DomainError(_("You do not dispatch %(order)s.") % {"order": target}, field="into")
    if target.state not in OPEN:
        words = {"order": target, "state": target.get_state_display()}
        raise DomainError(_("%(order)s is “%(state)s”; choose one that is still open.") % words, field="into")
    reason = _("Joined with %(order)s.") % {"order": target.number}
    joined = take_step(
        order,
        "merge",
        actor=actor,
        reason=reason,
        write=lambda _locked: {"merged_into": target},
        after=lambda changed, _event: _follow(changed, target),
        request_key=request_key,
    )
    if RANK[Urgency(joined.urgency)] > RANK[Urgency(target.urgency)]:
        words = {"order": joined.number}
        change_urgency(target, joined.urgency, actor=actor, reason=_("Joined by %(order)s.") % words)
    target.refresh_from_db()
    return target


def _follow(order: WorkOrder, into: WorkOrder) -> None:
    """What was joined with this one before goes with it, so that nobody follows a chain."""
    WorkOrder.objects.filter(merged_into=order).update(merged_into=into)


def doubles_of(order: WorkOrder) -> Any:
    """Open orders of the house an order could be joined with: those at the same thing or place first."""
    rows = WorkOrder.objects.filter(organization=order.organization_id, state__in=OPEN).exclude(pk=order.pk)
    near = rows.none()
    if order.asset_id:
        near = near | rows.filter(asset=order.asset_id)
    if order.place_id:
        near = near | rows.filter(place=order.place_id)
    return near.select_related("place__parent__parent").order_by("-reported_at", "-pk")
