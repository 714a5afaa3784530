"""价差单: the invoice says another price than the receipt, or at last the price of an estimate (docs/adr/0012)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError, IllegalTransition
from core.numbers import ZERO, money
from inventory.models import (
    CostLayer,
    GoodsReceipt,
    PriceDifference,
    PriceDifferenceLine,
    StockBalance,
    StockLocation,
    StockMove,
    StockValue,
    SupplierReturnLine,
)

from .ledger import Movement, moves_of, post_moves
from .locations import of_warehouse, virtual
from .reversing import reverse
from .valuation import keeps_layers, plain

EXTRA_STEP_LABELS["price"] = gettext_lazy("Price corrected")


def lines_of(document: PriceDifference) -> list[PriceDifferenceLine]:
    """The lines with what checks and moves read, in order; one statement."""
    rows = document.lines.select_related("item__unit", "receipt_line__unit", "receipt_line__item")
    return list(rows.order_by("position", "id"))


def quantity_of(receipt_line: Any) -> Decimal:
    """Stock units of a receipt's line that the invoice is about: what went back to the supplier is not on it."""
    return receipt_line.stock_quantity - receipt_line.returned_quantity


# ---- checks ----


def check(document: PriceDifference, *, actor: Any) -> None:
    """Lock the receipt; the lines are its lines, whole, and an estimate is settled in one paper. Raises DomainError."""
    receipt = GoodsReceipt.objects.select_for_update(of=("self",)).get(pk=document.receipt_id)
    _check_head(document, receipt)
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    for line in lines:
        if line.receipt_line.document_id != receipt.pk or line.receipt_line.item_id != line.item_id:
            raise DomainError(
                _("This line is not on %(document)s.") % {"document": receipt}, field="price", line=line.position
            )
        if line.quantity != quantity_of(line.receipt_line):
            raise DomainError(
                _("%(item)s: %(now)s %(unit)s of this receipt are to be paid now; enter the prices again.")
                % {"item": line.item, "now": plain(quantity_of(line.receipt_line)), "unit": line.item.unit},
                field="price",
                line=line.position,
            )
    if receipt.kind == GoodsReceipt.Kind.ESTIMATE:
        _check_estimate(receipt, lines)
    elif not any(difference for _line, _booked, _invoiced, difference in worked_out(lines)):
        raise DomainError(_("The prices are those of the receipt; there is nothing to correct."))


def _check_head(document: PriceDifference, receipt: GoodsReceipt) -> None:
    if receipt.status != Status.POSTED:
        raise IllegalTransition(
            _("%(document)s is “%(status)s” now; only the prices of a posted receipt can be corrected.")
            % {"document": receipt, "status": receipt.get_status_display()}
        )
    if (document.organization_id, document.warehouse_id) != (receipt.organization_id, receipt.warehouse_id):
        raise DomainError(_("The warehouse must be that of %(document)s.") % {"document": receipt})
    if document.business_date < receipt.business_date:
        raise DomainError(
            _("%(document)s is dated %(day)s; nothing can follow it on an earlier day.")
            % {"document": receipt, "day": receipt.business_date},
            field="business_date",
        )
    if not document.invoice_number.strip():
        raise DomainError(_("Enter the number of the invoice."), field="invoice_number")


def _check_estimate(receipt: GoodsReceipt, lines: Sequence[PriceDifferenceLine]) -> None:
    settled = {line.receipt_line_id for line in lines}
    for line in receipt.lines.select_related("item"):
        if quantity_of(line) and line.pk not in settled:
            raise DomainError(
                _("An estimate is settled whole: the price of %(item)s is missing.") % {"item": line.item}
            )


def require_no_difference(document: GoodsReceipt, *, actor: Any) -> None:
    """Check of a receipt's reversal: a posted price difference is reversed first. Raises DomainError naming it."""
    rows = PriceDifference.objects.filter(receipt=document, status=Status.POSTED).order_by("pk")
    numbers = [str(number) for number in rows.values_list("number", flat=True)]
    if numbers:
        raise DomainError(
            _("The price of %(document)s was corrected with %(numbers)s; reverse that first.")
            % {"document": document, "numbers": _(", ").join(numbers)}
        )


# ---- what it comes to ----


def worked_out(
    lines: Sequence[PriceDifferenceLine],
) -> list[tuple[PriceDifferenceLine, Decimal, Decimal, Decimal]]:
    """(line, yuan booked so far, yuan invoiced, difference) of each line; two statements.

    What earlier posted papers corrected counts as booked; what the supplier credited for returned goods does not.
    """
    keys = [line.receipt_line_id for line in lines]
    own = [line.pk for line in lines if line.pk]
    earlier = PriceDifferenceLine.objects.filter(receipt_line__in=keys, document__status=Status.POSTED)
    returned = SupplierReturnLine.objects.filter(receipt_line__in=keys, document__status=Status.POSTED)
    sums = dict(earlier.exclude(pk__in=own).order_by().values_list("receipt_line").annotate(Sum("amount")))
    credits = dict(returned.order_by().values_list("receipt_line").annotate(Sum("credit")))
    found = []
    for line in lines:
        bought = line.receipt_line
        booked = bought.amount + sums.get(bought.pk, ZERO) - credits.get(bought.pk, ZERO)
        invoiced = line.invoiced if line.invoiced is not None else money(line.quantity * line.new_price)
        found.append((line, booked, invoiced, invoiced - booked))
    return found


def write_amounts(document: PriceDifference, *, actor: Any) -> None:
    """Effect of submit: note on the lines what the approver has to see."""
    _write(lines_of(document))


def _write(lines: Sequence[PriceDifferenceLine]) -> None:
    for line, booked, invoiced, difference in worked_out(lines):
        line.booked, line.invoiced, line.amount = booked, invoiced, difference
    PriceDifferenceLine.objects.bulk_update(lines, ["booked", "invoiced", "amount"])


def total(document: PriceDifference) -> Decimal:
    """Yuan by which the receipt changes, up and down alike, for the approval tiers."""
    return sum((abs(amount or ZERO) for amount in document.lines.values_list("amount", flat=True)), ZERO)


# ---- posting ----


@dataclass
class Holdings:
    """How much of a receipt still lies in its warehouse: by cost layer, else by lot; lowered as lines take of it."""

    layers: dict[int, CostLayer]
    lots: dict[int, Decimal]
    worth: dict[int, Decimal]

    def stock_part(self, line: PriceDifferenceLine, move: StockMove, *, layered: bool) -> tuple[Decimal, int | None]:
        """Yuan of the difference that the stock takes, and the cost layer it belongs to."""
        layer = self.layers.get(move.pk) if layered else None
        there = min((layer.quantity if layer else ZERO) if layered else self.lots.get(move.lot_id, ZERO), line.quantity)
        if not layered:
            self.lots[move.lot_id] = self.lots.get(move.lot_id, ZERO) - there
        difference = line.amount or ZERO
        part = difference if there == line.quantity else money(difference * there / line.quantity)
        # A lower price takes no more than the stock is worth now; the rest is use.
        part = max(part, -(layer.amount if layer else self.worth.get(line.item_id, ZERO)))
        self.worth[line.item_id] = self.worth.get(line.item_id, ZERO) + part
        return part, layer.pk if layer else None


def _holdings(document: PriceDifference, moves: Iterable[StockMove]) -> Holdings:
    """What lies in the warehouse now; its value rows are locked in the order of the ledger."""
    known = list(moves)
    items = {move.item_id for move in known}
    values = StockValue.objects.select_for_update().filter(warehouse=document.warehouse_id, item__in=items)
    worth = {row.item_id: row.amount for row in values.order_by("item_id")}
    balances = StockBalance.objects.filter(
        location__warehouse=document.warehouse_id, lot__in={move.lot_id for move in known}
    )
    layers = CostLayer.objects.filter(move__in=known, warehouse=document.warehouse_id, quantity__gt=0)
    return Holdings({layer.move_id: layer for layer in layers}, dict(balances.values_list("lot", "quantity")), worth)


def post(document: PriceDifference, *, actor: Any) -> None:
    """What still lies in the warehouse takes its share of the difference, the rest is charged to use.

    No piece moves. First in, first out: the receipt's own cost layer takes the share.
    """
    lines = lines_of(document)
    _write(lines)
    received = moves_of(document.receipt).filter(reverses=None).select_related("lot")
    moves = {move.line_id: move for move in received}
    held = _holdings(document, moves.values())
    supplier = virtual(document.organization_id, StockLocation.Kind.SUPPLIER)
    ends = (of_warehouse(document.warehouse), virtual(document.organization_id, StockLocation.Kind.CONSUMPTION))
    movements: list[Movement] = []
    for line in lines:
        move = moves[line.receipt_line_id]
        layered = keeps_layers(line.item, document.warehouse)
        line.stock_part, layer = held.stock_part(line, move, layered=layered)
        line.use_part = (line.amount or ZERO) - line.stock_part
        parts = zip(ends, (line.stock_part, line.use_part), (layer, None), strict=True)
        movements += [_movement(line, move, supplier, end, part, key, document) for end, part, key in parts if part]
    if movements:
        post_moves(movements, document=document, actor=actor)
    PriceDifferenceLine.objects.bulk_update(lines, ["stock_part", "use_part"])
    receipt = document.receipt
    record_event(receipt, "price", actor=actor, from_status=receipt.status, reason=document.number or "")


def _movement(
    line: PriceDifferenceLine,
    move: StockMove,
    supplier: StockLocation,
    end: StockLocation,
    part: Decimal,
    layer: int | None,
    document: PriceDifference,
) -> Movement:
    source, target = (supplier, end) if part > 0 else (end, supplier)
    return Movement(
        line_id=line.pk,
        position=line.position,
        item=line.item,
        source=source,
        target=target,
        quantity=ZERO,
        amount=abs(part),
        lot=move.lot,
        department_id=document.warehouse.department_id,
        layer_id=layer,
    )


def undo(document: PriceDifference, *, actor: Any) -> None:
    """The receipt stands at its old price again; refused when what took the difference has left the store."""
    GoodsReceipt.objects.select_for_update(of=("self",)).get(pk=document.receipt_id)
    reverse(document, actor=actor)


def open_estimates(warehouses: Any) -> Any:
    """Posted estimates whose invoice has not come yet."""
    settled = PriceDifference.objects.filter(status=Status.POSTED).order_by().values("receipt")
    rows = GoodsReceipt.objects.filter(warehouse__in=warehouses, kind=GoodsReceipt.Kind.ESTIMATE, status=Status.POSTED)
    return rows.exclude(pk__in=settled)
