"""Makers of papers about old pieces, losses, loans and price differences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import clock
from inventory.models import GoodsIssue, Item, OldPieceDisposal, TradeIn

if TYPE_CHECKING:
    from tests.factories import House


def _day(fields: dict[str, Any]) -> Any:
    return fields.get("business_date", clock.today())


def _paper(house: House, model: type, lines: Any, fields: dict[str, Any]) -> Any:
    """A draft of the storekeeper; lines are (item, quantity) or (item, quantity, {column: value})."""
    document = model.objects.create(  # type: ignore[attr-defined]
        **{
            "organization": house.organization,
            "department": house.logistics,
            "warehouse": house.warehouse,
            "created_by": house.storekeeper,
            **fields,
        }
    )
    for position, (item, quantity, *more) in enumerate(lines, start=1):
        columns = more[0] if more else {}
        document.lines.create(position=position, item=item, unit=item.unit, quantity=Decimal(quantity), **columns)
    return document


def tube(house: House, stock: int = 50, **fields: Any) -> Item:
    """A lamp tube that is issued against an old one, and stock of it."""
    from tests.factories import receive

    item = house.item("日光灯管", trade_in_required=True)
    receive(house, (item, stock, 10), **fields)
    return item


def exchange(
    house: House, item: Item, quantity: Any, old: Any = 0, *, posted: bool = True, **fields: Any
) -> GoodsIssue:
    """An issue of an item against old pieces; what is short of them is waived, and followed up as a debt."""
    from tests.factories import make_issue, run

    waiver = fields.pop("waiver", "值班急用")
    follow = fields.pop("follow", True)
    issue = make_issue(house, (item, quantity), **fields)
    short = Decimal(quantity) > Decimal(old)
    issue.lines.update(
        old_quantity=Decimal(old), trade_in_waiver=waiver if short else "", old_pieces_follow=follow and short
    )
    return run(house, issue) if posted else issue


def make_trade_in(house: House, *lines: Any, **fields: Any) -> TradeIn:
    """A draft hand-in by the ward; without lines, of four tubes that it owes."""
    if not lines:
        day = _day(fields)
        item = tube(house, business_date=day)
        exchange(house, item, 4, business_date=day)
        lines = ((item, 4),)
    return _paper(house, TradeIn, lines, {"department": house.ward, "handed_in_by": "王护士", **fields})


def make_disposal(house: House, *lines: Any, **fields: Any) -> OldPieceDisposal:
    """A draft sale of old pieces for 12.50 yuan; without lines, of four tubes that were handed in."""
    if not lines:
        day = _day(fields)
        item = tube(house, business_date=day)
        exchange(house, item, 4, 4, business_date=day)
        lines = ((item, 4, {"amount": Decimal("12.50")}),)
    document = _paper(
        house, OldPieceDisposal, lines, {"destination": "recycle", "taker": "绿源回收", "paid_to": "SJ001", **fields}
    )
    document.witnesses.add(house.acceptor, house.second_storekeeper)
    return document


LOSS_MAKERS = {TradeIn: make_trade_in, OldPieceDisposal: make_disposal}
