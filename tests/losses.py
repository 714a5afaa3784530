"""Makers of papers about old pieces, losses, loans and price differences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import clock
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    Item,
    LoanReturn,
    OldPieceDisposal,
    PriceDifference,
    ToolLoan,
    TradeIn,
    WriteOff,
)

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


def make_write_off(house: House, *lines: Any, **fields: Any) -> WriteOff:
    """A draft write-off; without lines, of two boxes of gloves that were received for it."""
    from tests.factories import receive

    if not lines:
        receive(house, (house.gloves, 10, 25), business_date=_day(fields))
        lines = ((house.gloves, 2),)
    told = {"cause": "broken", "explanation": "搬运时摔坏", "responsible": house.second_storekeeper}
    return _paper(house, WriteOff, lines, {**told, **fields})


def drill(house: House, stock: int = 10, **fields: Any) -> Item:
    """A drill that is lent, and stock of it."""
    from tests.factories import receive

    item = house.item("电钻", loanable=True)
    receive(house, (item, stock, 100), **fields)
    return item


def make_loan(house: House, *lines: Any, **fields: Any) -> ToolLoan:
    """A draft loan to the ward's nurse until tomorrow week; without lines, of two drills."""
    day = _day(fields)
    lines = lines or ((drill(house, business_date=day), 2, {"serial": "D-01"}),)
    told = {
        "department": house.ward,
        "borrower": house.requester,
        "purpose": "病房挂画",
        "due_on": day + dt.timedelta(days=8),
    }
    return _paper(house, ToolLoan, lines, {**told, **fields})


def make_loan_return(house: House, loan: ToolLoan | None = None, *quantities: Any, **fields: Any) -> LoanReturn:
    """A draft return, one quantity or (came back, lost) a line; without a loan, one drill of two came back damaged."""
    from tests.factories import run

    if loan is None:
        loan = run(house, make_loan(house, business_date=_day(fields)))
        quantities = ((2, 0),)
        fields = {"explanation": "钻头断了", **fields}
    document = LoanReturn.objects.create(
        **{
            "organization": house.organization,
            "department": loan.department,
            "warehouse": loan.warehouse,
            "created_by": house.storekeeper,
            "loan": loan,
            **fields,
        }
    )
    pairs = [each if isinstance(each, tuple) else (each, 0) for each in quantities]
    for position, (line, pair) in enumerate(zip(loan.lines.order_by("position"), pairs, strict=False), start=1):
        document.lines.create(
            position=position,
            item=line.item,
            unit=line.item.unit,
            loan_line=line,
            quantity=Decimal(pair[0]),
            lost_quantity=Decimal(pair[1]),
            intact=not document.explanation,
        )
    return document


def make_price_difference(
    house: House, receipt: GoodsReceipt | None = None, *new_prices: Any, **fields: Any
) -> PriceDifference:
    """A draft with one new price (yuan a stock unit) for each line; without a receipt, of ten boxes one yuan dearer."""
    from tests.factories import receive

    if receipt is None:
        receipt = receive(house, (house.gloves, 10, 25), business_date=_day(fields))
        new_prices = (26,)
    document = PriceDifference.objects.create(
        **{
            "organization": house.organization,
            "department": receipt.department,
            "warehouse": receipt.warehouse,
            "created_by": house.storekeeper,
            "receipt": receipt,
            "invoice_number": "FP-001",
            **fields,
        }
    )
    lines = receipt.lines.order_by("position")
    for position, (line, new) in enumerate(zip(lines, new_prices, strict=False), start=1):
        document.lines.create(
            position=position,
            receipt_line=line,
            item=line.item,
            quantity=line.stock_quantity - line.returned_quantity,
            new_price=Decimal(str(new)),
        )
    return document


LOSS_MAKERS = {
    PriceDifference: make_price_difference,
    TradeIn: make_trade_in,
    OldPieceDisposal: make_disposal,
    WriteOff: make_write_off,
    ToolLoan: make_loan,
    LoanReturn: make_loan_return,
}
