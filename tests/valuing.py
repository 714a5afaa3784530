"""Makers of papers about the value of cards: runs of depreciation, changes of value, splits and merges."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assets.models import Asset, CardSplit, DepreciationRun, ValueChange
from assets.services import depreciation, schedule
from core import clock
from core.documents.services import apply_transition
from tests.holding import make_asset

if TYPE_CHECKING:
    from tests.factories import House


def make_run(house: House, year: int = 0, month: int = 0, **fields: Any) -> DepreciationRun:
    """A draft run, of the last month that is over unless a month is given."""
    index = schedule.month_index(dt.date(year, month, 1)) if year else depreciation.month_to_run(house.organization.pk)
    day = schedule.first_day(index)
    return DepreciationRun.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "year": day.year,
            "month": day.month,
            "business_date": depreciation.last_day(index),
            "created_by": house.accountant,
            **fields,
        }
    )


def depreciate(house: House, year: int = 0, month: int = 0) -> DepreciationRun:
    """A posted run."""
    run = make_run(house, year, month)
    for step in ("submit", "post"):
        run = apply_transition(run, step, actor=house.accountant)
    return run


def months_between(first: dt.date, last: dt.date | None = None) -> list[tuple[int, int]]:
    """Every (year, month) from the month of a day to that of another, both included; to the last month that is over."""
    end = schedule.month_index(last) if last else schedule.month_index(clock.today()) - 1
    days = (schedule.first_day(index) for index in range(schedule.month_index(first), end + 1))
    return [(day.year, day.month) for day in days]


def make_value_change(house: House, *lines: tuple[Asset, dict[str, Any]], **fields: Any) -> ValueChange:
    """A draft change; lines are (card, {column: value}), an enlargement of a new card by 1,200.00 yuan without any."""
    day = fields.get("business_date", clock.today())
    document = ValueChange.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "created_by": house.asset_manager,
            "reason": "加装护栏",
            **fields,
        }
    )
    usual = lines or ((make_asset(house, in_use_on=day), {"nonfiscal_change": Decimal(1200)}),)
    for position, (asset, columns) in enumerate(usual, start=1):
        document.lines.create(position=position, asset=asset, **columns)
    return document


def make_split(house: House, *parts: tuple[str, Any, Any, Any], asset: Asset | None = None, **fields: Any) -> CardSplit:
    """A draft split; parts are (name, quantity, original value, accumulated), all of it fiscal funds."""
    day = fields.get("business_date", clock.today())
    card = asset or make_asset(house, in_use_on=day, quantity=Decimal(2))
    document = CardSplit.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "asset": card,
            "created_by": house.asset_manager,
            "reason": "主机和显示器分开管理",
            **fields,
        }
    )
    half = (Decimal(1), Decimal(3000), Decimal(0))
    for position, (name, quantity, value, accumulated) in enumerate(
        parts or (("主机", *half), ("显示器", *half)), start=1
    ):
        document.lines.create(
            position=position,
            name=name,
            quantity=Decimal(quantity),
            original_value=Decimal(value),
            fiscal_fund=Decimal(value),
            accumulated=Decimal(accumulated),
        )
    return document


def make_merge(house: House, card: Asset, *joining: Asset, **fields: Any) -> CardSplit:
    """A draft merge of cards into one."""
    document = CardSplit.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "kind": CardSplit.Kind.MERGE,
            "asset": card,
            "created_by": house.asset_manager,
            "reason": "重复建卡",
            **fields,
        }
    )
    for position, asset in enumerate(joining, start=1):
        document.lines.create(position=position, asset=asset)
    return document


VALUE_MAKERS = {ValueChange: make_value_change, CardSplit: make_split, DepreciationRun: make_run}
