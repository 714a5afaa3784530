"""The stock ledger: post_moves and reverse_moves are ALL the ways stock changes, and nothing else writes its tables.

One posting is a fixed number of SQL statements whatever its number of lines. The order of work (reliability rule L5):
period shared; value rows, then balances, locked in one fixed order; checks; moves; caches. docs/ledger.md tells the
whole story.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock, periods
from core.documents.models import Document
from core.errors import DomainError
from core.numbers import ZERO
from inventory.models import CostLayer, Item, Lot, StockBalance, StockLocation, StockMove, StockValue

from . import quality
from .backdating import flows_after, limit_to, require_never_negative
from .digest import digest_of
from .valuation import Holding, Piece


@dataclass(frozen=True)
class Movement:
    """What a document asks of the ledger for one line.

    quantity: stock units; zero changes only the value, by `amount`, of `lot`. amount: yuan of what comes in from
    outside; None lets the ledger cost what goes out. lot: None lets the ledger pick by expiry. takes_unfit: expired and
    kept-back lots may go too (write-off, return to the supplier, count). origin: the earlier move whose goods these
    are. layer_id: the receipt whose cost layer a change of value belongs to. reverses: the move this one undoes, at its
    own lot, amount and layer.
    """

    line_id: int
    position: int
    item: Item
    source: StockLocation
    target: StockLocation
    quantity: Decimal
    amount: Decimal | None = None
    lot: Lot | None = None
    department_id: int | None = None
    sequence: int = 1
    takes_unfit: bool = False
    origin: StockMove | None = None
    layer_id: int | None = None
    reverses: StockMove | None = None
    business_date: dt.date | None = None


def moves_of(document: Document) -> Any:
    """The moves a document posted, reversals included, in posting order."""
    kind = ContentType.objects.get_for_model(document)
    return StockMove.objects.filter(content_type=kind, object_id=document.pk)


def post_moves(
    movements: Sequence[Movement], *, document: Document, actor: Any, business_date: dt.date | None = None
) -> list[StockMove]:
    """Book movements of one document; returns the moves written.

    Must run inside the transaction of the step. Raises InsufficientStock naming item, stock and line when a lot would
    drop below zero (R-STK-03), PeriodClosed for a closed month (R-STK-07), DomainError when a line was posted before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post_moves() must run inside the caller's transaction")
    day = business_date or document.business_date
    for each in sorted({day, *(m.business_date for m in movements if m.business_date)}):
        periods.require_open(document.organization_id, each)
    holdings = _locked_holdings(movements, document.organization_id)
    flows = flows_after(holdings.values(), day) if day < clock.today() else None
    if flows is not None:
        limit_to(holdings.values(), flows)
    drafts: list[StockMove] = []
    for movement in movements:
        for piece in _pieces(movement, holdings, day):
            sequence = movement.sequence + sum(1 for move in drafts if move.line_id == movement.line_id)
            drafts.append(_draft(movement, piece, sequence, document, actor, movement.business_date or day))
    for holding in holdings.values():
        holding.require_value_carried()
    if flows is not None:
        require_never_negative(holdings.values(), day, flows)
    moves = _written(drafts)
    for move in moves:
        receiver = holdings.get((move.target_id, move.item_id)) if move.quantity else None
        # A reversed issue from before the item was valued first in, first out has no layer to return to: it opens one.
        if receiver and (not move.reverses_id or move.layer_id is None):
            receiver.add_layer(move)
    _save(holdings.values())
    return moves


def reverse_moves(document: Document, *, actor: Any, business_date: dt.date) -> list[StockMove]:
    """Book the mirror image of everything a document posted, at the same lots and amounts (红字冲销).

    Raises DomainError when what came in has been used since, so that taking it back would falsify later costs.
    """
    posted = (
        moves_of(document)
        .filter(reverses=None)
        .select_related("item", "lot", "source__warehouse", "target__warehouse", "origin")
    )
    mirror = [
        Movement(
            line_id=move.line_id,
            position=position,
            item=move.item,
            source=move.target,
            target=move.source,
            quantity=move.quantity,
            amount=move.amount,
            lot=move.lot,
            department_id=move.department_id,
            sequence=move.sequence,
            origin=move.origin,
            reverses=move,
        )
        for position, move in enumerate(posted, start=1)
    ]
    return post_moves(mirror, document=document, actor=actor, business_date=business_date)


def _physical(movements: Iterable[Movement]) -> dict[int, StockLocation]:
    return {place.pk: place for m in movements for place in (m.source, m.target) if place.is_physical}


def _locked_holdings(movements: Sequence[Movement], organization_id: int) -> dict[tuple[int, int], Holding]:
    """Every (physical location, item) the movements touch, locked in one fixed order and read."""
    places = _physical(movements)
    items = {m.item.pk: m.item for m in movements}
    keys = sorted({(m.item.pk, p.pk) for m in movements for p in (m.source, m.target) if p.is_physical})
    StockValue.objects.bulk_create(
        [StockValue(warehouse_id=places[place].warehouse_id or 0, item_id=item) for item, place in keys],
        ignore_conflicts=True,
    )
    warehouses = {place.warehouse_id: pk for pk, place in places.items()}
    values = (
        StockValue.objects.select_for_update()
        .filter(warehouse__in=warehouses, item__in=items)
        .order_by("item_id", "warehouse_id")
    )
    holdings = {}
    for value in values:
        place = warehouses[value.warehouse_id]
        holdings[place, value.item_id] = Holding(places[place], items[value.item_id], value)
    balances = (
        StockBalance.objects.select_for_update(of=("self",))
        .filter(location__in=places, item__in=items)
        .select_related("lot")
        .order_by("item_id", "location_id", "lot_id")
    )
    for balance in balances:
        holdings[balance.location_id, balance.item_id].add_balance(balance)
    _read_layers(movements, holdings)
    kept_back = set(quality.open_holds(organization_id).filter(lot__item__in=items).values_list("lot_id", flat=True))
    for holding in holdings.values():
        holding.kept_back = kept_back
    return holdings


def _read_layers(movements: Sequence[Movement], holdings: dict[tuple[int, int], Holding]) -> None:
    """Cost layers of first-in-first-out items: those with stock, and those a reversal gives back to."""
    fifo = {holding.item.pk for holding in holdings.values() if holding.is_fifo}
    warehouses = {holding.location.warehouse_id for holding in holdings.values()}
    undone = {m.reverses.layer_id or m.reverses.pk for m in movements if m.reverses}
    undone |= {m.layer_id for m in movements if m.layer_id}
    if not fifo and not undone:
        return
    layers = (
        CostLayer.objects.select_for_update()
        .filter(Q(item__in=fifo, quantity__gt=0) | Q(move__in=undone), warehouse__in=warehouses)
        .order_by("move_id")
    )
    by_warehouse = {(h.location.warehouse_id, h.item.pk): h for h in holdings.values()}
    for layer in layers:
        if holding := by_warehouse.get((layer.warehouse_id, layer.item_id)):
            holding.layers[layer.move_id] = layer


def _pieces(movement: Movement, holdings: dict[tuple[int, int], Holding], day: dt.date) -> list[Piece]:
    """Cut a movement into one piece per lot and cost layer, taking from the source and giving to the target."""
    source = holdings.get((movement.source.pk, movement.item.pk))
    target = holdings.get((movement.target.pk, movement.item.pk))
    if movement.quantity == 0:
        return [_value_piece(movement, source, target)]
    if movement.reverses is not None:
        layer = movement.reverses.layer_id if any(h and h.is_fifo for h in (source, target)) else None
        pieces = [Piece(movement.reverses.lot, movement.quantity, movement.reverses.amount, layer)]
        if source:
            source.take_back(pieces[0], movement.reverses, position=movement.position)
    elif source:
        pieces = source.take(
            movement.quantity,
            lot=movement.lot,
            day=day,
            position=movement.position,
            takes_unfit=movement.takes_unfit,
        )
    else:
        if movement.lot is None or movement.amount is None:
            raise RuntimeError("what comes in from outside needs a lot and an amount")
        pieces = [Piece(movement.lot, movement.quantity, movement.amount, None)]
    if target:
        for piece in pieces:
            target.put(piece, restores_layer=movement.reverses is not None)
    return pieces


def _value_piece(movement: Movement, source: Holding | None, target: Holding | None) -> Piece:
    """A change of value alone: what the source loses the target gains."""
    if movement.lot is None or movement.amount is None:
        raise RuntimeError("a change of value needs a lot and an amount")
    layer_id = movement.reverses.layer_id if movement.reverses else movement.layer_id
    if source:
        source.change_value(-movement.amount, layer_id=layer_id, position=movement.position)
    if target:
        target.change_value(movement.amount, layer_id=layer_id, position=movement.position)
    return Piece(movement.lot, ZERO, movement.amount, layer_id)


def _draft(movement: Movement, piece: Piece, sequence: int, document: Document, actor: Any, day: dt.date) -> StockMove:
    move = StockMove(
        organization_id=document.organization_id,
        item=movement.item,
        lot=piece.lot,
        source=movement.source,
        target=movement.target,
        quantity=piece.quantity,
        unit_cost=piece.unit_cost,
        amount=piece.amount,
        department_id=movement.department_id,
        business_date=day,
        posted_at=clock.now(),
        posted_by=actor,
        content_type=ContentType.objects.get_for_model(document),
        object_id=document.pk,
        line_id=movement.line_id,
        sequence=movement.sequence if movement.reverses else sequence,
        number=document.number or "",
        reverses=movement.reverses,
        layer_id=piece.layer_id,
        origin=movement.origin,
    )
    move.digest = digest_of(move)
    return move


def _written(drafts: list[StockMove]) -> list[StockMove]:
    try:
        with transaction.atomic():
            return StockMove.objects.bulk_create(drafts)
    except IntegrityError as error:
        raise DomainError(_("A line of this document is already posted or reversed; reload the page.")) from error


def _save(holdings: Iterable[Holding]) -> None:
    """Write the changed caches back, one statement a table; the CHECK constraints are the last guard.

    A balance that is new is simply inserted: the value row of its item and warehouse is locked, so nobody else does it.
    """
    changed = [holding for holding in holdings if holding.touched]
    balances = [balance for holding in changed for balance in holding.changed_balances.values()]
    StockBalance.objects.bulk_create([b for b in balances if b.pk is None])
    StockBalance.objects.bulk_update([b for b in balances if b.pk is not None], ["quantity"])
    StockValue.objects.bulk_update([holding.value for holding in changed], ["quantity", "amount"])
    CostLayer.objects.bulk_update([c for h in changed for c in h.changed_layers.values()], ["quantity", "amount"])
    CostLayer.objects.bulk_create([layer for holding in changed for layer in holding.new_layers])
