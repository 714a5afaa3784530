"""What each stock document means: its checks before a step and its movements at posting."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.documents.models import Decision
from core.documents.routes import signatures_of
from core.errors import DomainError
from core.numbers import ZERO, plain, price
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    ItemUnit,
    Lot,
    OpeningStock,
    Requisition,
    StockLocation,
    StockMove,
)
from inventory.models.lines import CostedLine

from . import fulfilment, quality, trade_in
from .ledger import Movement, post_moves
from .locations import of_warehouse, virtual
from .lots import check_lots, lots_for
from .reversing import reverse


def lines_of(document: Any) -> list[Any]:
    """The lines with their items and units, in order; one statement."""
    return list(document.lines.select_related("item__unit", "unit").order_by("position", "id"))


def check_lines(document: Any, *, actor: Any) -> None:
    """A document needs lines; items and the warehouse must be in use; quantities fit the unit's decimals."""
    if not document.warehouse.active:
        raise DomainError(_("%(warehouse)s is no longer used.") % {"warehouse": document.warehouse}, field="warehouse")
    if document.warehouse.organization_id != document.organization_id:
        raise DomainError(_("The warehouse belongs to another organization."), field="warehouse")
    if document.department.organization_id != document.organization_id:
        raise DomainError(_("The department belongs to another organization."), field="department")
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    for line in lines:
        if not line.item.active:
            raise DomainError(
                _("%(item)s is no longer in use; choose another item.") % {"item": line.item},
                field="item",
                line=line.position,
            )
        if line.stock_quantity <= 0 or line.stock_quantity != round(line.stock_quantity, line.item.unit.places):
            raise DomainError(
                _("%(item)s is counted in whole %(unit)s; %(quantity)s is not possible.")
                % {"item": line.item, "unit": line.item.unit, "quantity": plain(line.stock_quantity)},
                field="quantity",
                line=line.position,
            )


def check_units(document: Any, *, actor: Any) -> None:
    """Every line is written in the stock unit or in a pack of its item, with the conversion that holds today."""
    lines = lines_of(document)
    packs = {
        (pack.item_id, pack.unit_id): pack.factor
        for pack in ItemUnit.objects.filter(item__in={line.item_id for line in lines})
    }
    for line in lines:
        known = Decimal(1) if line.unit_id == line.item.unit_id else packs.get((line.item_id, line.unit_id))
        if known != line.factor:
            raise DomainError(
                _("The conversion of %(unit)s of %(item)s is missing or has changed; enter the line again.")
                % {"unit": line.unit, "item": line.item},
                field="unit",
                line=line.position,
            )


def check_receipt(document: GoodsReceipt, *, actor: Any) -> None:
    """Lots and expiry; a usable supplier; goods from outside are accepted by two others (R-PRC-11, R-STK-09)."""
    check_lots(lines_of(document))
    if document.kind not in (GoodsReceipt.Kind.PURCHASE, GoodsReceipt.Kind.ESTIMATE):
        return
    if document.supplier is None:
        raise DomainError(_("Enter the supplier."), field="supplier")
    if not document.supplier.is_usable:
        raise DomainError(
            _("%(supplier)s is stopped or on the black list.") % {"supplier": document.supplier}, field="supplier"
        )
    if document.kind == GoodsReceipt.Kind.ESTIMATE:
        return  # R-STK-01: acceptance and invoice come later
    acceptors = set(document.accepted_by.values_list("pk", flat=True))
    if len(acceptors - {document.created_by_id}) < 2:
        raise DomainError(
            _("Purchased goods are accepted by at least two people other than the maker of this paper; enter them."),
            field="accepted_by",
        )


def post_receipt(document: GoodsReceipt, *, actor: Any) -> None:
    """Take the goods in; lots of items that are checked on receipt are quarantined until they are released."""
    lines = lines_of(document)
    moves = _receive(document, StockLocation.Kind.SUPPLIER, actor, lines)
    checked = {line.item_id for line in lines if line.item.inspect_on_receipt and line.item.track_lots}
    if checked:
        lots = {move.lot_id: move.lot for move in moves if move.item_id in checked}
        reason = _("Received with %(number)s, not checked yet") % {"number": document.number}
        quality.quarantine(document.organization_id, lots.values(), actor=actor, reason=reason)


def check_opening(document: OpeningStock, *, actor: Any) -> None:
    check_lots(lines_of(document))


def post_opening(document: OpeningStock, *, actor: Any) -> None:
    """Opening stock enters before anything else moved: refused where an item already has movements in the warehouse."""
    place = of_warehouse(document.warehouse)
    lines = lines_of(document)
    items = {line.item_id: line for line in lines}
    opening = StockLocation.Kind.OPENING
    elsewhere = Q(target=place) & ~Q(source__kind=opening) | Q(source=place) & ~Q(target__kind=opening)
    moved = StockMove.objects.filter(elsewhere, item__in=items).values_list("item_id", flat=True).first()
    if moved is not None:
        raise DomainError(
            _("%(item)s already moved in %(warehouse)s; correct its stock by a count instead of opening stock.")
            % {"item": items[moved].item, "warehouse": document.warehouse},
            line=items[moved].position,
        )
    _receive(document, StockLocation.Kind.OPENING, actor, lines)


def _receive(document: Any, kind: str, actor: Any, lines: Sequence[Any]) -> list[StockMove]:
    source, target = virtual(document.organization_id, kind), of_warehouse(document.warehouse)
    lots = lots_for(lines, supplier_id=getattr(document, "supplier_id", None))
    movements = [
        Movement(
            line_id=line.pk,
            position=line.position,
            item=line.item,
            source=source,
            target=target,
            quantity=line.stock_quantity,
            amount=line.amount,
            lot=lots[line.item_id, line.lot_number],
            department_id=document.department_id,
        )
        for line in lines
    ]
    return post_moves(movements, document=document, actor=actor)


def check_issue(document: GoodsIssue, *, actor: Any) -> None:
    """Old pieces handed in where the item demands it (R-STK-11); never more than approved (R-STK-12)."""
    lines = lines_of(document)
    for line in lines:
        if line.lot_id and line.lot.item_id != line.item_id:
            raise DomainError(_("The lot belongs to another item."), field="lot", line=line.position)
    trade_in.check_issue(document, lines)
    if document.requisition_id:
        fulfilment.check_against_requisition(document, lines)


def issue_amount(document: GoodsIssue) -> Decimal:
    """Yuan the issue will cost at today's average, for the approval tiers."""
    return fulfilment.estimate(document.warehouse_id, lines_of(document))


def approved_with_requisition(document: GoodsIssue) -> str:
    """The sentence why an issue on an approved requisition needs no second approval.

    An issue without old pieces that should be there does need one (R-STK-11): the requisition did not ask about them.
    """
    if document.requisition is None or trade_in.waived(document):
        return ""
    rows = signatures_of(document.requisition).filter(decision=Decision.APPROVED).order_by("-round", "order")
    signed = list(rows.values_list("round", "signed_by__name"))
    names = [name for place, name in signed if place == signed[0][0]]
    if not names:  # nobody signed: the requisition was excused (services/askers.py)
        return _("Approved with requisition %(number)s") % {"number": document.requisition.number}
    return _("Approved with requisition %(number)s (%(names)s)") % {
        "number": document.requisition.number,
        "names": _(", ").join(names),
    }


def send_out(document: Any, kind: str, *, actor: Any, takes_unfit: bool = False) -> list[Any]:
    """Take the lines of a paper out of its warehouse to a place of this kind; returns the lines with their cost.

    takes_unfit: expired and kept-back lots may go too.
    """
    lines = lines_of(document)
    source, target = of_warehouse(document.warehouse), virtual(document.organization_id, kind)
    lots = Lot.objects.in_bulk({line.lot_id for line in lines if line.lot_id})
    movements = [
        Movement(
            line_id=line.pk,
            position=line.position,
            item=line.item,
            source=source,
            target=target,
            quantity=line.stock_quantity,
            lot=lots.get(line.lot_id),
            department_id=document.department_id,
            takes_unfit=takes_unfit,
        )
        for line in lines
    ]
    write_costs(lines, post_moves(movements, document=document, actor=actor))
    return lines


def post_issue(document: GoodsIssue, *, actor: Any) -> None:
    """Take the goods out to the department and write cost and amount on the lines."""
    lines = send_out(document, StockLocation.Kind.CONSUMPTION, actor=actor)
    trade_in.take_in(document, lines, actor=actor)
    if document.requisition_id:
        fulfilment.add_issued(document, lines, sign=1, actor=actor)


def write_costs(lines: Sequence[CostedLine], moves: Sequence[StockMove]) -> None:
    """Note on lines of one kind what the ledger took for them: yuan, and yuan per stock unit."""
    amounts: dict[int, Decimal] = {}
    for move in moves:
        amounts[move.line_id] = amounts.get(move.line_id, ZERO) + move.amount
    for line in lines:
        line.amount = amounts[line.pk]
        line.unit_cost = price(line.amount / line.stock_quantity)
    type(lines[0])._base_manager.bulk_update(lines, ["amount", "unit_cost"])


def reverse_issue(document: GoodsIssue, *, actor: Any) -> None:
    reverse(document, actor=actor)
    trade_in.undo(document, actor=actor)
    if document.requisition_id:
        fulfilment.add_issued(document, lines_of(document), sign=-1, actor=actor)


def check_purpose(document: Requisition, *, actor: Any) -> None:
    if not document.purpose.strip():
        raise DomainError(_("Say what the goods are for."), field="purpose")
