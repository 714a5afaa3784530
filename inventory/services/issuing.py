"""Giving out what a requisition asks for: one paper, submitted and posted in one go."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.services import apply_transition, permission_for
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, plain
from inventory.models import Condition, Destination, GoodsIssue, GoodsIssueLine, Requisition, RequisitionLine

from . import trade_in


@dataclass(frozen=True)
class Handout:
    """What leaves the store for one requisition line. quantity and old_quantity in stock units.

    lot_id: None lets the ledger pick (first expired, first out). waiver: why no old piece was handed in (R-STK-11);
    follows: the department hands it in later.
    """

    quantity: Decimal
    lot_id: int | None = None
    old_quantity: Decimal = ZERO
    waiver: str = ""
    old_condition: str = Condition.BROKEN
    old_destination: str = Destination.RECYCLE
    follows: bool = False


def issue_requisition(
    requisition: Requisition,
    quantities: Mapping[int, Handout],
    *,
    actor: Any,
    request_key: uuid.UUID,
    received_by: str = "",
    note: str = "",
) -> GoodsIssue:
    """Make, submit and post a goods issue, all or nothing; what is not given out stays open (R-STK-12).

    An issue without the old pieces that its items demand is submitted only: somebody has to approve that first, then
    the keeper posts it (R-STK-11).

    Args:
        quantities: by key of the requisition line; lines with zero are left out.
        request_key: the key of the form; sent twice, it makes one issue.

    Raises NotAllowed for somebody who does not keep the warehouse, DomainError or InsufficientStock naming the position
    of the requisition line.
    """
    known = _first(request_key, actor)
    if known is not None:
        return known
    try:
        return _issue(requisition, quantities, actor, request_key, received_by, note)
    except IntegrityError:
        known = _first(request_key, actor)
        if known is None:
            raise
        return known


def _first(request_key: uuid.UUID, actor: Any) -> GoodsIssue | None:
    return GoodsIssue.objects.filter(request_key=request_key, created_by=actor).first()


@atomic_with_retry
def _issue(
    requisition: Requisition,
    quantities: Mapping[int, Handout],
    actor: Any,
    request_key: uuid.UUID,
    received_by: str,
    note: str,
) -> GoodsIssue:
    requisition = Requisition.objects.select_for_update(of=("self",)).get(pk=requisition.pk)
    _require_keeper(requisition, actor)
    wanted = {key: handout for key, handout in quantities.items() if handout.quantity > 0}
    lines = list(requisition.lines.select_related("item__unit").filter(pk__in=wanted))
    if not lines:
        raise DomainError(_("Enter what you give out on at least one line."))
    _refuse_waiting(lines, wanted)
    issue = GoodsIssue.objects.create(
        organization_id=requisition.organization_id,
        department_id=requisition.department_id,
        warehouse_id=requisition.warehouse_id,
        requisition=requisition,
        purpose=requisition.purpose,
        received_by=received_by.strip()[:40],
        note=note.strip()[:500],
        created_by=actor,
        request_key=request_key,
    )
    GoodsIssueLine.objects.bulk_create([_line(issue, line, wanted[line.pk]) for line in lines])
    issue = apply_transition(issue, "submit", actor=actor)
    return issue if issue.status == Status.SUBMITTED else apply_transition(issue, "post", actor=actor)


def _refuse_waiting(lines: Sequence[RequisitionLine], wanted: Mapping[int, Handout]) -> None:
    """What another issue already takes, once it is approved and posted, is not given out twice."""
    waiting = trade_in.waiting_issues(lines)
    for line in lines:
        pieces, number = waiting.get(line.pk, (ZERO, ""))
        if pieces and wanted[line.pk].quantity > line.open_quantity - pieces:
            raise DomainError(
                _("%(item)s: %(pieces)s %(unit)s are already on %(number)s, which waits for its approval.")
                % {"item": line.item, "pieces": plain(pieces), "unit": line.item.unit, "number": number},
                field="quantity",
                line=line.position,
            )


def _line(issue: GoodsIssue, asked: Any, handout: Handout) -> GoodsIssueLine:
    # The position of the requisition line, so that a refusal names the line that the storekeeper sees.
    line = GoodsIssueLine(
        document=issue,
        position=asked.position,
        item=asked.item,
        unit_id=asked.item.unit_id,
        quantity=handout.quantity,
        requisition_line=asked,
        lot_id=handout.lot_id,
        old_quantity=handout.old_quantity,
        old_condition=handout.old_condition,
        old_destination=handout.old_destination,
        trade_in_waiver=handout.waiver.strip()[:100],
        old_pieces_follow=handout.follows,
    )
    line.compute()
    return line


def _require_keeper(requisition: Requisition, actor: Any) -> None:
    keeps = actor.is_superuser or requisition.warehouse.keepers.filter(pk=actor.pk).exists()
    if not keeps or not actor.has_perm(permission_for(GoodsIssue, "post")):
        raise NotAllowed(
            _("Only a keeper of %(warehouse)s gives out its goods.") % {"warehouse": requisition.warehouse}
        )
