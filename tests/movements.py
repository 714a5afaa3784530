"""Makers of papers that follow others: returns, returns to the supplier, transfers and their arrivals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import clock
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    Item,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    TransferArrival,
    Warehouse,
)

if TYPE_CHECKING:
    from tests.factories import House


def _following(house: House, model: type, earlier: Any, name: str, wanted: dict[int, Any], fields: dict) -> Any:
    """A draft with a line for each key of an earlier line: stock units, or a dict of columns."""
    document = model.objects.create(
        **{
            "organization": house.organization,
            "department": earlier.department,
            "warehouse": earlier.warehouse,
            "created_by": house.storekeeper,
            name: earlier,
            **fields,
        }
    )
    lines = {line.pk: line for line in earlier.lines.select_related("item__unit")}
    for position, (key, columns) in enumerate(wanted.items(), start=1):
        line = lines[key]
        columns = columns if isinstance(columns, dict) else {"quantity": Decimal(columns)}
        document.lines.create(
            position=position, item=line.item, unit=line.item.unit, **{f"{name}_line": line}, **columns
        )
    return document


def _all_of(earlier: Any, quantities: tuple[Any, ...]) -> dict[int, Any]:
    """Quantities in the order of the earlier lines; none given: everything."""
    lines = list(earlier.lines.order_by("position"))
    wanted = quantities or tuple(line.stock_quantity for line in lines)
    return {line.pk: each for line, each in zip(lines, wanted, strict=True) if each}


def make_stock_return(house: House, issue: GoodsIssue | None = None, *quantities: Any, **fields: Any) -> StockReturn:
    """A draft return of an issue, one quantity a line; without an issue, of one made for it."""
    from tests.factories import make_issue, receive, run

    if issue is None:
        day = fields.get("business_date", clock.today())
        receive(house, (house.gloves, 100, 25), business_date=day)
        issue = run(house, make_issue(house, business_date=day))
    return _following(house, StockReturn, issue, "issue", _all_of(issue, quantities), fields)


def make_supplier_return(
    house: House, receipt: GoodsReceipt | None = None, *quantities: Any, **fields: Any
) -> SupplierReturn:
    """A draft return of a receipt to its supplier."""
    from tests.factories import receive

    if receipt is None:
        receipt = receive(house, (house.gloves, 10, 25), business_date=fields.get("business_date", clock.today()))
    return _following(house, SupplierReturn, receipt, "receipt", _all_of(receipt, quantities), fields)


def branch(house: House) -> Warehouse:
    """A second store of the house, kept by the second storekeeper and by the first."""
    store, made = Warehouse.objects.get_or_create(
        organization=house.organization, code="W9", defaults={"name": "分院仓库", "department": house.ward}
    )
    if made:
        store.keepers.add(house.second_storekeeper, house.storekeeper)
    return store


def make_transfer(house: House, *lines: tuple[Item, Any], **fields: Any) -> StockTransfer:
    """A draft transfer to the second store; without lines, of gloves received for it."""
    from tests.factories import receive

    if not lines:
        receive(house, (house.gloves, 10, 25), business_date=fields.get("business_date", clock.today()))
    document = StockTransfer.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "warehouse": house.warehouse,
            "to_warehouse": branch(house),
            "created_by": house.storekeeper,
            **fields,
        }
    )
    for position, (item, quantity) in enumerate(lines or ((house.gloves, 4),), start=1):
        document.lines.create(position=position, item=item, unit=item.unit, quantity=Decimal(quantity))
    return document


def make_arrival(
    house: House, transfer: StockTransfer | None = None, *quantities: Any, **fields: Any
) -> TransferArrival:
    """A draft arrival, one quantity or (arrived, missing) a line; without a transfer, one piece of four is lost."""
    from tests.factories import run

    if transfer is None:
        day = fields.get("business_date", clock.today())
        transfer = run(house, make_transfer(house, business_date=day))
        quantities = quantities or ((3, 1),)
    told = (each if isinstance(each, tuple) else (each, 0) for each in quantities)
    pairs = tuple(pair if any(pair) else None for pair in told)
    wanted: dict[int, Any] = {
        key: {"quantity": Decimal(pair[0]), "short_quantity": Decimal(pair[1])}
        for key, pair in (_all_of(transfer, pairs) if pairs else {}).items()
    }
    wanted = wanted or _all_of(transfer, ())
    if any(isinstance(each, dict) and each["short_quantity"] for each in wanted.values()):
        shortage = {"shortage": "lost", "shortage_cause": "途中破损", "responsible": house.second_storekeeper}
        fields = {**shortage, **fields}
    place = {"warehouse": transfer.to_warehouse, "department": transfer.to_warehouse.department}
    return _following(house, TransferArrival, transfer, "transfer", wanted, {**place, **fields})
