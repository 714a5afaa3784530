"""Makers of stock counts for tests."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from core import clock
from inventory.models import Item, Lot, StockCount, StockCountLine
from inventory.services.counts.entries import Counted, Outcome, record
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count, write_causes


def plan_count(house: Any, *, counters: tuple[Any, ...] = (), **fields: Any) -> StockCount:
    """A plan: the storekeepers count, the accountant supervises."""
    document = StockCount.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "warehouse": house.warehouse,
            "created_by": house.storekeeper,
            "supervisor": house.accountant,
            **fields,
        }
    )
    document.counters.add(*(counters or (house.storekeeper, house.second_storekeeper)))
    return document


def make_count(house: Any, *lines: tuple[Item, Any], **fields: Any) -> StockCount:
    """A finished count ready to be submitted, with the result written as it stands: (item, surplus)."""
    document = plan_count(house, **fields)
    for position, (item, surplus) in enumerate(lines or [(house.gloves, 3)], start=1):
        lot = Lot.objects.get_or_create(item=item, number="")[0]
        StockCountLine.objects.create(
            document=document,
            position=position,
            item=item,
            lot=lot,
            unexpected=True,
            counted_quantity=Decimal(surplus),
            counted_at=clock.now(),
            counted_by=house.storekeeper,
            book_quantity=Decimal(0),
            book_amount=Decimal(0),
            difference=Decimal(surplus),
            amount=Decimal(surplus) * 25,
            cause="papers",
            treatment="补入库单",
        )
    StockCount.objects.filter(pk=document.pk).update(
        phase=StockCount.Phase.FINISHED, opened_at=clock.now(), finished_at=clock.now()
    )
    document.refresh_from_db()
    return document


def line_of(document: StockCount, item: Item, number: str = "") -> StockCountLine:
    return document.lines.get(item=item, lot__number=number)


def count(
    document: StockCount,
    actor: Any,
    item: Item,
    quantity: Any,
    *,
    at: dt.datetime | None = None,
    number: str = "",
    **fields: Any,
) -> Outcome:
    """One number for a line of the plan."""
    line = line_of(document, item, number)
    entry = Counted(
        **{
            "client_id": uuid.uuid4(),
            "quantity": Decimal(str(quantity)),
            "counted_at": at,
            "line_id": line.pk,
            "round": line.round,
            **fields,
        }
    )
    return record(document, [entry], actor=actor)[0]


def explain(house: Any, document: StockCount) -> None:
    """The same cause for every difference."""
    keys = [line.pk for line in document.lines.all() if line.difference]
    write_causes(document, dict.fromkeys(keys, ("loss", "按实调整")), actor=house.storekeeper)


def finished_count(house: Any, *results: tuple[Item, Any], **fields: Any) -> StockCount:
    """A count of the whole store through the services: (item, counted); finished and explained."""
    document = open_count(plan_count(house, **{"tolerance_amount": 10**6, **fields}), actor=house.storekeeper)
    for item, quantity in results:
        outcome = count(document, house.storekeeper, item, quantity)
        assert not outcome.refusal, outcome.refusal
    assert finish_count(document, actor=house.storekeeper) == []
    explain(house, document)
    document.refresh_from_db()
    return document
