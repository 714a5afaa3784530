"""What the store lacks for an order is asked to be bought: a draft of a purchase request in the name of who asks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.numbers import ZERO, plain
from inventory.models import Item, RequisitionLine
from inventory.selectors import stock_of
from maintenance.models import AT_WORK, OrderRequisition, WorkOrder
from procurement.models import PurchaseRequest
from procurement.services.request_drafts import Part, draft_from

from .parts import FULFILMENT, WAITING
from .progress import take_step

STATES = AT_WORK
"""Parts are bought for work that somebody has in hand."""


@dataclass(frozen=True)
class Lacking:
    """A part that was asked for and not issued, and of which its store has too little. Stock units."""

    item: Item
    wanted: Decimal
    there: Decimal

    @property
    def missing(self) -> Decimal:
        return self.wanted - self.there

    def __str__(self) -> str:
        words = {"item": self.item, "wanted": plain(self.wanted), "there": plain(self.there), "unit": self.item.unit}
        return _("%(item)s: %(wanted)s %(unit)s asked for, %(there)s in the store") % words


def lacking_parts(order: WorkOrder) -> list[Lacking]:
    """What the requisitions of an order still wait for and their stores cannot give, one row an item."""
    asked = RequisitionLine.objects.filter(
        document__in=OrderRequisition.objects.filter(order=order).values("requisition"),
        document__status__in=WAITING,
        document__fulfilment__in=(FULFILMENT.NONE, FULFILMENT.PARTIAL),
    ).select_related("item__unit", "document")
    open_lines: dict[tuple[int, int], tuple[Item, Decimal]] = {}
    for line in asked.order_by("document_id", "position"):
        approved = line.stock_quantity if line.approved_quantity is None else line.approved_quantity
        rest = approved - line.issued_quantity
        asked_of = (line.document.warehouse_id, line.item_id)
        if rest > 0:
            open_lines[asked_of] = (line.item, open_lines.get(asked_of, (line.item, ZERO))[1] + rest)
    found: dict[int, Lacking] = {}
    for (store, key), (item, wanted) in open_lines.items():
        there = stock_of(store, [key]).get(key, (ZERO, ZERO))[0]
        if wanted > there:
            before = found.get(key, Lacking(item, ZERO, ZERO))
            found[key] = Lacking(item, before.wanted + wanted, before.there + max(there, ZERO))
    return list(found.values())


def requests_for(order: WorkOrder, user: Any) -> list[PurchaseRequest]:
    """The purchase requests that were written for an order, those that this person sees; newest first."""
    seen = PurchaseRequest.objects.visible_to(user)  # type: ignore[attr-defined]
    named = {"source": PurchaseRequest.Source.REPAIR, "source_reference": order.number}
    return list(seen.filter(organization=order.organization_id, **named).order_by("-pk"))


def ask_to_buy(
    order: WorkOrder, parts: Sequence[Part], *, actor: Any, request_key: uuid.UUID | None = None
) -> PurchaseRequest | None:
    """Write a draft for these parts, in the name of the actor, and a note in the story of the order.

    Returns None when the same form came before. Raises NotAllowed without the right to ask for purchases, DomainError
    without a part or when nobody has the order in hand.
    """
    written: list[PurchaseRequest] = []

    def write(locked: WorkOrder) -> None:
        if locked.state not in STATES:
            raise DomainError(
                _("%(order)s is “%(state)s” now; parts are bought while the work is in hand.")
                % {"order": locked, "state": locked.get_state_display()}
            )
        written.append(
            draft_from(
                source=PurchaseRequest.Source.REPAIR,
                reference=locked.number,
                lines=parts,
                actor=actor,
                purpose=_("Repair %(order)s: %(title)s") % {"order": locked, "title": locked.title},
                reason=_("Needed for a repair, and the store has not enough."),
            )
        )

    named = _(", ").join(f"{part.item or part.name} {plain(part.quantity)} {part.unit}" for part in parts)
    words = _("Asked to be bought: %(parts)s") % {"parts": named}
    take_step(order, "note", actor=actor, write=write, reason=words, request_key=request_key)
    return written[0] if written else None
