"""Opening an order: the one way in for reports, plans, meters, failed checks, tasks and follow-ups."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assets.models import AssetState
from core import clock
from core.database.retry import atomic_with_retry
from core.documents.numbering import next_number
from core.errors import DomainError
from maintenance.models import Channel, OrderEvent, RepairCategory, State, Urgency, WorkOrder

from . import rework, timeliness

PREFIX = "GD"
NOT_REPAIRED = (AssetState.DISPOSED, AssetState.MISSING)


def is_urgent(category: RepairCategory | None, words: str) -> bool:
    """Whether a report is urgent by its category or by a word in it (R-REP-02)."""
    if category is None:
        return False
    rows = [category, *category.ancestors()]
    if any(row.always_urgent for row in rows):
        return True
    listed = ",".join(row.keywords for row in rows).replace("，", ",").split(",")
    return any(word.strip() and word.strip() in words for word in listed)


def require_repairable(asset: Any) -> None:
    """Raise DomainError for a thing that is gone: nobody repairs what was disposed of or is missing."""
    if asset is not None and asset.state in NOT_REPAIRED:
        raise DomainError(
            _("%(asset)s is “%(state)s”; no repair can be reported for it.")
            % {"asset": asset, "state": asset.get_state_display()},
            field="asset",
        )


@atomic_with_retry
def open_order(
    *,
    organization: Any,
    title: str,
    actor: Any,
    who: str = "",
    kind: str = WorkOrder.Kind.REPAIR,
    channel: str = Channel.WEB,
    category: RepairCategory | None = None,
    urgency: str = "",
    request_key: uuid.UUID | None = None,
    **fields: Any,
) -> WorkOrder:
    """Make an order in state `new` with its number, its urgency (R-REP-02) and its deadlines; returns it.

    Args:
        actor: whoever enters it; None for a stranger or the program, which `who` then names.
        urgency: "" lets category and words decide; urgent words make it urgent whatever is asked.
        request_key: sent twice, it makes one order.
        fields: further columns (description, department, place, asset, contact, phone, follows, finish_due …).

    Raises DomainError for a thing that is gone.
    """
    key = request_key or uuid.uuid4()
    if known := WorkOrder.objects.filter(request_key=key).first():
        return known
    said = {"kind": kind, "channel": channel, "category": category, "urgency": urgency, **fields}
    try:
        return open_new(organization=organization, title=title, actor=actor, who=who, request_key=key, **said)
    except IntegrityError:
        # The same was sent twice in one moment: the other one is written by now.
        if known := WorkOrder.objects.filter(request_key=key).first():
            return known
        raise


@transaction.atomic
def open_new(
    *,
    organization: Any,
    title: str,
    actor: Any,
    who: str,
    kind: str,
    channel: str,
    category: RepairCategory | None,
    urgency: str,
    request_key: uuid.UUID,
    **fields: Any,
) -> WorkOrder:
    """The same as `open_order`, for a key that no order has: raises IntegrityError, with nothing written, when another
    one took it meanwhile."""
    asset = fields.get("asset")
    require_repairable(asset)
    if asset is not None:
        fields["place"] = fields.get("place") or asset.place
        fields["department"] = fields.get("department") or asset.department
    now = clock.now()
    order = WorkOrder(
        organization=organization,
        title=title.strip()[:100],
        kind=kind,
        channel=channel,
        category=category,
        urgency=urgency or Urgency.NORMAL,
        reported_at=now,
        created_by=actor,
        request_key=request_key,
        **fields,
    )
    if is_urgent(category, f"{order.title} {order.description}"):
        order.urgency = Urgency.URGENT
    timeliness.promise(order)
    rework.propose(order)
    order.number = next_number(organization.pk, PREFIX, clock.today())
    order.save()
    OrderEvent.objects.create(
        order=order, step="report", from_state="", to_state=State.NEW, actor=actor, who=who[:40], at=now
    )
    return order
