"""What lies in the stores of the walk of permissions: papers in every state, counts, lots, suggestions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.registry import for_model
from inventory.models import (
    ItemCategory,
    ItemShelf,
    LoanReturn,
    Lot,
    LotHold,
    MonthClosing,
    MonthPricing,
    OldPieceBalance,
    OldPieceDisposal,
    OldPieceMove,
    PriceDifference,
    ReplenishmentSuggestion,
    Shelf,
    StockCount,
    StockReturn,
    StockSnapshot,
    StockTransfer,
    SupplierReturn,
    ToolLoan,
    TradeIn,
    TransferArrival,
    Warehouse,
    WriteOff,
)
from inventory.services.counts.plan import open_count
from tests.counting import count, make_count, plan_count
from tests.factories import House, make_issue, receive, run
from tests.losses import (
    drill,
    exchange,
    make_disposal,
    make_loan,
    make_loan_return,
    make_price_difference,
    make_trade_in,
    make_write_off,
    tube,
)
from tests.movements import branch, make_arrival, make_stock_return, make_supplier_return, make_transfer

STATES = {
    "draft": (),
    "submitted": ("submit",),
    "approved": ("submit", "approve"),
    "posted": ("submit", "approve", "post"),
}
Made = dict[tuple[str, str, str], Any]
"""Rows by name of the model, owner and state."""


def in_all_states(owner: str, house: House, model: Any, make: Callable[[], Any]) -> Made:
    """A paper in every state its kind knows; make() gives a new draft."""
    steps, made = for_model(model).steps, {}
    for state, taken in STATES.items():
        if set(taken) <= set(steps):
            document = make()
            made[model._meta.model_name, owner, state] = run(house, document, *taken) if taken else document
    return made


def other_end(owner: str, house: House) -> Warehouse:
    """Where goods of this owner are sent: a store kept by the same person."""
    if owner != "foreign":
        return branch(house)
    store = Warehouse.objects.create(organization=house.organization, code="W3", name="第三仓库", department=house.ward)
    store.keepers.add(house.storekeeper)
    return store


def movements(owner: str, house: House, word: str) -> Made:
    """Returns, transfers and arrivals; what they follow is posted and still has something left."""
    note, store = {"note": word}, other_end(owner, house)
    receipt = receive(house, (house.gloves, 40, 25))
    issue = run(house, make_issue(house, (house.gloves, 8)))
    sent = run(house, make_transfer(house, (house.gloves, 16), to_warehouse=store))
    return {
        **in_all_states(owner, house, StockReturn, lambda: make_stock_return(house, issue, 1, **note)),
        **in_all_states(owner, house, SupplierReturn, lambda: make_supplier_return(house, receipt, 1, **note)),
        **in_all_states(
            owner,
            house,
            StockTransfer,
            lambda: make_transfer(house, (house.gloves, 2), to_warehouse=store, **note),
        ),
        **in_all_states(owner, house, TransferArrival, lambda: make_arrival(house, sent, (3, 1), **note)),
    }


def losses(owner: str, house: House, word: str) -> Made:
    """Old pieces, write-offs, loans and price differences."""
    note, lamps, tools = {"note": word}, tube(house), drill(house, 30)
    exchange(house, lamps, 20, 8)
    lent = run(house, make_loan(house, (tools, 12)))
    sold = (lamps, 1, {"amount": Decimal(5)})
    makers: dict[Any, Callable[[], Any]] = {
        TradeIn: lambda: make_trade_in(house, (lamps, 1), **note),
        OldPieceDisposal: lambda: make_disposal(house, sold, **note),
        WriteOff: lambda: make_write_off(house, (house.gloves, 2), **note),
        ToolLoan: lambda: make_loan(house, (tools, 2), **note),
        LoanReturn: lambda: make_loan_return(house, lent, 1, explanation="钻头断了", **note),
        PriceDifference: lambda: make_price_difference(house, receive(house, (house.gloves, 10, 25)), 26, **note),
    }
    made: Made = {}
    for model, make in makers.items():
        made |= in_all_states(owner, house, model, make)
    return made


def counts(owner: str, house: House, word: str) -> Made:
    """Counts in every state, and one in each phase of counting: planned, under way, and with everything counted."""
    made = in_all_states(owner, house, StockCount, lambda: make_count(house, (house.item("盘点品"), 3), note=word))
    made["stockcount", owner, "planned"] = plan_count(
        house, scope="category", category=house.gloves.category, note=word
    )
    for phase, code in (("counting", "8"), ("counted", "9")):
        category = ItemCategory.objects.create(code=f"{code}{owner}"[:12], name=f"盘点分类{code}{owner}")
        item = house.item("盘点品", category=category)
        receive(house, (item, 5, 2))
        document = open_count(
            plan_count(house, scope="category", category=category, note=word), actor=house.storekeeper
        )
        if phase == "counted":
            count(document, house.storekeeper, item, 5)
        made["stockcount", owner, phase] = document
    return made


def lots(owner: str, house: House, word: str) -> Made:
    """A lot that is kept back."""
    number = f"H-{owner}"
    receive(house, (house.vaccine, 5, 8, number, clock.today() + dt.timedelta(days=300)), note=word)
    lot = Lot.objects.get(number=number)
    LotHold.objects.create(
        organization=house.organization, lot=lot, kind="frozen", reason=word, placed_by=house.storekeeper
    )
    return {("lot", owner, "held"): lot}


def suggestions(owner: str, house: House, word: str) -> Made:
    """An open suggestion to reorder, with the figures of yesterday, and a dismissed one."""
    made: Made = {}
    for state in ("open", "dismissed"):
        item = house.item("补货品", min_stock=100)
        receive(house, (item, 5, 2))
        made["replenishmentsuggestion", owner, state] = ReplenishmentSuggestion.objects.create(
            organization=house.organization,
            warehouse=house.warehouse,
            item=item,
            state=state,
            in_stock=Decimal(6),
            minimum=Decimal(100),
            quantity=Decimal(94),
            reason=word,
        )
    return made


def store_rows(owner: str, house: House, word: str, house_word: str) -> tuple[dict[type, Any], Made]:
    """(row by model, rows by model, owner and state) of everything above and of the back office about this store.

    word stands in the papers, house_word where the administrators of the house read too.
    """
    made: Made = {}
    for part in (movements, losses, counts, lots, suggestions):
        made |= part(owner, house, word)
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01", name=house_word)
    pricing = MonthPricing.objects.create(
        organization=house.organization,
        department=house.logistics,
        warehouse=house.warehouse,
        created_by=house.accountant,
        number=f"YJ-{owner}",
        status="posted",
        year=clock.today().year - 1,
        month=1,
        note=word,
    )
    pricing.lines.create(item=house.gloves, quantity=4, average=25, provisional=100, amount=0)
    made["monthpricing", owner, "submitted"] = pricing
    found = {
        Shelf: shelf,
        ItemShelf: ItemShelf.objects.create(warehouse=house.warehouse, item=house.gloves, shelf=shelf),
        MonthPricing: pricing,
        ReplenishmentSuggestion: made["replenishmentsuggestion", owner, "open"],
        OldPieceMove: OldPieceMove.objects.filter(warehouse=house.warehouse).first(),
        OldPieceBalance: OldPieceBalance.objects.filter(warehouse=house.warehouse).first(),
    }
    return found, made


def closing(house: House, word: str) -> MonthClosing:
    """The close of the first month of last year."""
    return MonthClosing.objects.create(
        organization=house.organization,
        year=clock.today().year - 1,
        month=1,
        closed_by=house.accountant,
        remarks=word,
        digest="0" * 64,
    )


def snapshot(of: MonthClosing, house: House) -> StockSnapshot:
    return StockSnapshot.objects.create(
        closing=of, warehouse=house.warehouse, item=house.gloves, quantity=4, amount=100
    )
