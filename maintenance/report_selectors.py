"""What somebody who reports a fault is shown: kinds of faults, the same fault reported before, his own reports."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from assets.models import Asset
from core import clock
from core.policies import value_of
from maintenance.figures import DUPLICATE_HOURS
from maintenance.models import OPEN, OrderEvent, RepairCategory, RepairTicket, State, WorkOrder

MOST_SIMILAR = 5


def category_tiles() -> list[dict[str, Any]]:
    """The kinds of faults in use: [{category, children}]; one query."""
    rows = list(RepairCategory.objects.filter(active=True).order_by("code"))
    below: dict[int, list[RepairCategory]] = defaultdict(list)
    for row in rows:
        if row.parent_id:
            below[row.parent_id].append(row)
    return [{"category": row, "children": below[row.pk]} for row in rows if row.parent_id is None]


def usual_kind(asset: Any) -> dict[str, str]:
    """What the tiles begin with for a thing, {group, category} as a form sends them: the kind that things of this name
    were reported with last. Empty when none was yet; one query."""
    same = Asset.objects.filter(organization=asset.organization_id, name=asset.name).order_by()
    rows = WorkOrder.objects.filter(
        kind=WorkOrder.Kind.REPAIR, asset__in=same.values("pk"), category__active=True
    ).order_by("-pk")
    last = rows.values_list("category", "category__parent").first()
    if last is None:
        return {}
    chosen, above = last
    return {"group": str(above or chosen), "category": str(chosen) if above else ""}


def similar_orders(
    organization: Any,
    *,
    asset: Any = None,
    place: Any = None,
    category: RepairCategory | None = None,
    now: dt.datetime | None = None,
) -> list[WorkOrder]:
    """Open repairs that may be the same fault: of the same thing, or at the same place (or a place within it) and of
    the same kind; reported within DUPLICATE_HOURS, newest first, at most MOST_SIMILAR.

    category: None takes every kind at the place. A thing of its own is another fault than that of another thing.
    """
    now = now or clock.now()
    hours = int(value_of(DUPLICATE_HOURS, organization.pk, clock.today()))
    same = Q(asset=asset) if asset is not None else Q(pk__in=())
    if place is not None:
        there = Q(place__path__startswith=place.path)
        if category is not None:
            top = f"{category.path.split('.', 1)[0]}."
            there &= Q(category__path__startswith=top)
        if asset is not None:
            there &= Q(asset=None) if category is not None else Q(pk__in=())
        same |= there
    rows = WorkOrder.objects.filter(
        same,
        organization=organization,
        kind=WorkOrder.Kind.REPAIR,
        state__in=OPEN,
        reported_at__gte=now - dt.timedelta(hours=hours),
    )
    return list(rows.select_related("category", "asset", "place").order_by("-reported_at", "-pk")[:MOST_SIMILAR])


def steps_taken(order: WorkOrder, steps: Iterable[str]) -> list[OrderEvent]:
    """The events of these steps of an order, oldest first."""
    return list(order.events.filter(step__in=list(steps)).order_by("id"))


def own_tickets(user: Any) -> QuerySet[RepairTicket]:
    """What a person reported himself, or wrote down for a caller; newest first."""
    mine = Q(reporter=user) | Q(reporter=None, order__created_by=user)
    return _listed(RepairTicket.objects.filter(mine))


def department_tickets(user: Any) -> QuerySet[RepairTicket]:
    """Reports of the departments a person may look into, or is head of; newest first."""
    headed = RepairTicket.objects.filter(order__department__head=user).values("pk")
    seen = RepairTicket.objects.visible_to(user).values("pk")
    return _listed(RepairTicket.objects.filter(Q(pk__in=seen) | Q(pk__in=headed)))


def _listed(rows: QuerySet[RepairTicket]) -> QuerySet[RepairTicket]:
    related = ("order__category", "order__place__parent__parent", "order__asset", "order__merged_into", "reporter")
    return rows.select_related(*related).order_by("-at", "-pk")


def waiting_for_word(rows: QuerySet[RepairTicket]) -> QuerySet[RepairTicket]:
    """Those reports whose repair is done and waits to be confirmed."""
    return rows.filter(Q(order__state=State.DONE) | Q(order__merged_into__state=State.DONE))
