"""调拨单 and 调拨到货单: goods between two warehouses, in transit until the receiving keeper confirms (R-STK-13)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError
from core.numbers import ZERO
from inventory.models import (
    StockLocation,
    StockTransfer,
    StockTransferLine,
    TransferArrival,
    TransferArrivalLine,
)
from inventory.selectors import stock_of

from . import fulfilment, posting
from .following import TRANSFER_ARRIVAL as FOLLOWING
from .following import amounts_by_line, movement
from .ledger import post_moves
from .locations import of_warehouse, virtual
from .onward import left_of, take
from .reversing import reverse
from .valuation import plain, share

EXTRA_STEP_LABELS["arrive"] = gettext_lazy("Arrival confirmed")
EXTRA_STEP_LABELS["arrive_back"] = gettext_lazy("Arrival reversed")
Arrival, Shortage = StockTransfer.Arrival, TransferArrival.Shortage


# ---- sending ----


def check(document: StockTransfer, *, actor: Any) -> None:
    """The goods go to another warehouse of the same organization that is in use; lots belong to their items."""
    target = document.to_warehouse
    if target.pk == document.warehouse_id:
        raise DomainError(_("Choose another warehouse than the one that sends."), field="to_warehouse")
    if target.organization_id != document.organization_id:
        raise DomainError(_("The warehouse belongs to another organization."), field="to_warehouse")
    if not target.active:
        raise DomainError(_("%(warehouse)s is no longer used.") % {"warehouse": target}, field="to_warehouse")
    for line in document.lines.select_related("lot"):
        if line.lot is not None and line.lot.item_id != line.item_id:
            raise DomainError(_("The lot belongs to another item."), field="lot", line=line.position)


def check_on_hand(document: StockTransfer, *, actor: Any) -> None:
    """Nobody is asked to approve what the sender does not have; posting checks again, lot by lot."""
    lines = posting.lines_of(document)
    there = {item: pair[0] for item, pair in stock_of(document.warehouse_id, {line.item_id for line in lines}).items()}
    for line in lines:
        left = there.get(line.item_id, ZERO)
        if line.stock_quantity > left:
            raise DomainError(
                _("%(warehouse)s has only %(quantity)s %(unit)s of %(item)s.")
                % {
                    "warehouse": document.warehouse,
                    "quantity": plain(left),
                    "unit": line.item.unit,
                    "item": line.item,
                },
                field="quantity",
                line=line.position,
            )
        there[line.item_id] = left - line.stock_quantity


def amount(document: StockTransfer) -> Decimal:
    """Yuan the goods cost at today's average, for the approval tiers."""
    return fulfilment.estimate(document.warehouse_id, posting.lines_of(document))


def post(document: StockTransfer, *, actor: Any) -> None:
    """Send the goods off at cost; from now on they are in transit."""
    posting.send_out(document, StockLocation.Kind.TRANSIT, actor=actor)
    _write_arrival(document, Arrival.TRANSIT)


def undo(document: StockTransfer, *, actor: Any) -> None:
    """The goods are with the sender again; refused when an arrival was confirmed."""
    reverse(document, actor=actor)
    _write_arrival(document, Arrival.NONE)


# ---- arriving ----


def check_arrival(document: TransferArrival, *, actor: Any) -> None:
    """What arrived and what is missing is on its way; what is missing has a fate, a cause and a responsible person."""
    FOLLOWING.check(document, actor=actor)
    missing = any(line.stock_short_quantity > 0 for line in document.lines.all())
    if not missing:
        if document.shortage != Shortage.NONE:
            raise DomainError(
                _("Enter how much is missing on the lines, or choose “nothing missing”."), field="shortage"
            )
        return
    if document.shortage == Shortage.NONE:
        raise DomainError(
            _("Something is missing: say whether the sender still has it or it is lost."), field="shortage"
        )
    if not document.shortage_cause.strip():
        raise DomainError(_("Say why something is missing."), field="shortage_cause")
    if document.responsible is None:
        raise DomainError(_("Name the person responsible for what is missing."), field="responsible")
    if document.responsible.organization_id != document.organization_id:
        raise DomainError(_("The responsible person belongs to another organization."), field="responsible")


def approved_when_complete(document: TransferArrival) -> str:
    """The sentence why an arrival without shortage needs no approval."""
    if any(line.stock_short_quantity > 0 for line in document.lines.all()):
        return ""
    return _("Everything arrived as sent with %(number)s") % {"number": document.transfer.number}


def worth_missing(document: TransferArrival) -> Decimal:
    """Yuan that are missing, for the approval tiers."""
    lines = FOLLOWING.lines_of(document)
    return sum((worth(line, line.stock_short_quantity) for line in lines), ZERO)


def worth(line: Any, pieces: Decimal) -> Decimal:
    """Yuan that so many stock units of an arrival's line cost when they were sent."""
    sent = line.transfer_line
    return share(sent.amount or ZERO, pieces, sent.stock_quantity)


def post_arrival(document: TransferArrival, *, actor: Any) -> None:
    """What arrived goes into the warehouse at the sender's cost, what is missing back to him or to the write-offs."""
    lines = FOLLOWING.lines_of(document)
    transfer = FOLLOWING.locked(document)
    left = left_of(transfer)
    transit = virtual(document.organization_id, StockLocation.Kind.TRANSIT)
    here, elsewhere = of_warehouse(document.warehouse), _place_of_shortage(document, transfer)
    movements = []
    for line in lines:
        rows = left[line.transfer_line_id]
        for pieces, target in ((line.stock_quantity, here), (line.stock_short_quantity, elsewhere)):
            movements += [
                movement(line, part, transit, target, department_id=document.department_id, priced=True)
                for part in take(rows, pieces)
            ]
    moves = post_moves(movements, document=document, actor=actor)
    amounts = amounts_by_line([move for move in moves if move.target_id == here.pk])
    for line in lines:
        line.amount = amounts.get(line.pk, ZERO)
    TransferArrivalLine.objects.bulk_update(lines, ["amount"])
    _count(transfer, lines, 1)
    record_event(transfer, "arrive", actor=actor, from_status=transfer.status, reason=document.number or "")


def _place_of_shortage(document: TransferArrival, transfer: StockTransfer) -> StockLocation:
    if document.shortage == Shortage.SENT_BACK:
        return of_warehouse(transfer.warehouse)
    return virtual(document.organization_id, StockLocation.Kind.SCRAP)


def undo_arrival(document: TransferArrival, *, actor: Any) -> None:
    """The goods are in transit again; refused when the receiver, or the sender of what went back, used them since."""
    transfer = FOLLOWING.locked(document)
    reverse(document, actor=actor)
    _count(transfer, FOLLOWING.lines_of(document), -1)
    record_event(transfer, "arrive_back", actor=actor, from_status=transfer.status, reason=document.number or "")


def _count(transfer: StockTransfer, lines: Sequence[Any], sign: int) -> None:
    """Keep on the transfer how much arrived and how much is missing, and how far it is."""
    sent = {line.pk: line for line in transfer.lines.all()}
    for line in lines:
        source = sent[line.transfer_line_id]
        source.arrived_quantity += sign * line.stock_quantity
        source.short_quantity += sign * line.stock_short_quantity
    StockTransferLine.objects.bulk_update(sent.values(), ["arrived_quantity", "short_quantity"])
    _write_arrival(transfer, _arrival_of(list(sent.values())))


def _arrival_of(lines: Sequence[StockTransferLine]) -> str:
    told = [line.arrived_quantity + line.short_quantity for line in lines]
    if not any(told):
        return Arrival.TRANSIT
    complete = all(pieces >= line.stock_quantity for pieces, line in zip(told, lines, strict=True))
    return Arrival.ARRIVED if complete else Arrival.PARTIAL


def _write_arrival(transfer: StockTransfer, value: str) -> None:
    StockTransfer.objects.filter(pk=transfer.pk).update(arrival=value)
    transfer.arrival = value
