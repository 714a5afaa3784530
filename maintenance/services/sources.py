"""Orders that no person reports: an abnormal reading, a failed check line, a finding of a patrol.

A source is known by its key ("meter:12", "check:7"). While the order it opened is still worked on, it opens no second
one; it adds a note. Once that order is done, the next finding opens a new one.
"""

import itertools
import uuid
from typing import Any

from django.db import IntegrityError

from core.database.retry import atomic_with_retry
from maintenance.models import RepairCategory, WorkOrder

from . import dispatching, orders
from .progress import take_step

NAMESPACE = uuid.UUID("9a7c9d5e-3f0b-5d53-9f3c-6f1f2f0b6a41")
BATCH = 50
"""Orders of one source that are looked up at once: more than most sources open in their life."""


def _key_of(organization_id: int, key: str, turn: int) -> uuid.UUID:
    """The request key of the order that a source opens the n-th time; its being unique stops a second one."""
    return uuid.uuid5(NAMESPACE, f"{organization_id}:{key}:{turn}")


def _last(organization_id: int, key: str) -> tuple[WorkOrder | None, int]:
    """The order a source opened last, and how many it opened."""
    last, count = None, 0
    for start in itertools.count(0, BATCH):
        keys = [_key_of(organization_id, key, turn) for turn in range(start, start + BATCH)]
        found = {order.request_key: order for order in WorkOrder.objects.filter(request_key__in=keys)}
        ranked = [found[each] for each in keys if each in found]
        count += len(ranked)
        last = ranked[-1] if ranked else last
        if len(ranked) < BATCH:
            break
    return last, count


@atomic_with_retry
def open_from(
    *,
    organization: Any,
    title: str,
    channel: str,
    key: str,
    actor: Any = None,
    who: str = "",
    category: RepairCategory | None = None,
    asset: Any = None,
    place: Any = None,
    description: str = "",
    **fields: Any,
) -> WorkOrder:
    """Open an order for a finding, or add a note to the one that this source opened and that is not done yet.

    Args:
        key: names the source within the organization; the same source is the same key.
        actor: the person whose reading or check it was; None for the program, which `who` then names.
        fields: further columns of the order (kind, department, urgency, finish_due …).

    Returns the order. Raises DomainError when the thing was disposed of or is missing.
    """
    last, count = _last(organization.pk, key)
    if last is None or not last.is_open:
        finding = {"category": category, "asset": asset, "place": place, "description": description[:2000], **fields}
        try:
            order = orders.open_new(
                organization=organization,
                title=title,
                actor=actor,
                who=who,
                channel=channel,
                request_key=_key_of(organization.pk, key, count),
                **{"kind": WorkOrder.Kind.REPAIR, "urgency": "", **finding},
            )
        except IntegrityError:
            # Somebody found the same in the same moment; what was found here joins his order.
            last, _count = _last(organization.pk, key)
            if last is None or not last.is_open:
                raise
        else:
            return dispatching.after_report(order)
    said = f"{title}\n{description}".strip()
    # Whoever reads a meter need not work on the order: the note stands under his name without his right.
    return take_step(last, "note", actor=None, who=who or str(actor or key), reason=said)
