"""Makers of asset cards for tests, straight through the asset ledgers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from assets.models import (
    Asset,
    AssetAddition,
    AssetCategory,
    AssetCount,
    AssetCountLine,
    AssetState,
    CompensationCase,
    CustodyChange,
    Disposal,
)
from assets.services import ledger, numbering, schedule
from core import clock


def make_category(code: str = "A02010105", name: str = "台式计算机", **fields: Any) -> AssetCategory:
    """A leaf of the class tree, without those above it."""
    found = AssetCategory.objects.filter(edition="2022", code=code).first()
    return found or AssetCategory.objects.create(code=code, name=name, **fields)


def make_assets(house: Any, count: int = 1, **fields: Any) -> list[Asset]:
    """Cards with their first ledger rows, 6000.00 yuan over 72 months, used by nobody in the ward; none of them booked.

    in_use_on says from which month on they are depreciated.
    """
    day = fields.get("in_use_on") or fields.get("acquired_on") or clock.today()
    value = Decimal(fields.pop("original_value", "6000.00"))
    defaults: dict[str, Any] = {
        "name": "台式计算机",
        "category": fields.pop("category", None) or make_category(),
        "acquired_on": day,
        "in_use_on": day,
        "original_value": value,
        "fiscal_fund": value,
        "life_months": 72,
        "department": house.ward,
        "state": AssetState.IN_STOCK,
        "acquisition_way": "purchase",
    }
    with transaction.atomic():
        paper = AssetAddition.objects.create(
            organization=house.organization,
            department=house.logistics,
            business_date=min(day, clock.today()),
            created_by=house.asset_manager,
        )
        numbers = numbering.next_numbers(house.organization.pk, count, day)
        assets = [Asset(organization=house.organization, number=number, **{**defaults, **fields}) for number in numbers]
        for asset in assets:
            schedule.begin(asset, schedule.month_index(day))
        Asset.objects.bulk_create(assets)
        ledger.first_holders(assets, document=paper, actor=house.asset_manager)
        ledger.first_values(assets, document=paper, actor=house.asset_manager)
    return assets


def make_asset(house: Any, **fields: Any) -> Asset:
    return make_assets(house, 1, **fields)[0]


def month(year: int, number: int) -> int:
    """A month as the cards count it."""
    return schedule.month_index(dt.date(year, number, 1))


# ---- hand-overs ----

LONG_AGO = dt.timedelta(days=400)


def make_custody_change(house: Any, *assets: Asset, **fields: Any) -> CustodyChange:
    """A draft: the head of the ward hands one of its things over to the other ward, whose head has to confirm."""
    document = CustodyChange.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "to_department": house.other_ward,
            "created_by": house.department_head,
            **fields,
        }
    )
    for position, asset in enumerate(assets or make_assets(house, in_use_on=clock.today() - LONG_AGO), start=1):
        document.lines.create(position=position, asset=asset)
    return document


# ---- counts ----


def plan_asset_count(house: Any, *, counters: tuple[Any, ...] = (), **fields: Any) -> AssetCount:
    """A plan of everything: the storekeepers count, the accountant supervises."""
    document = AssetCount.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "created_by": house.asset_manager,
            "supervisor": house.accountant,
            **fields,
        }
    )
    document.counters.add(*(counters or (house.storekeeper, house.second_storekeeper)))
    return document


def make_asset_count(house: Any, **fields: Any) -> AssetCount:
    """A finished count that can be submitted, its result written as it stands: one card found in the other ward."""
    asset = make_asset(house, in_use_on=clock.today() - LONG_AGO)
    document = plan_asset_count(house, **fields)
    AssetCountLine.objects.create(
        document=document,
        asset=asset,
        book_department=asset.department,
        book_state=asset.state,
        book_value=asset.original_value,
        found_department=house.other_ward,
        condition="good",
        result="misplaced",
        counted_by=house.storekeeper,
        counted_at=clock.now(),
        cause="搬走未办移交",
        treatment="补办移交",
    )
    AssetCount.objects.filter(pk=document.pk).update(phase="finished", as_of=clock.now(), finished_at=clock.now())
    document.refresh_from_db()
    return document


# ---- disposals and cases ----


def make_disposal(house: Any, *assets: Asset, **fields: Any) -> Disposal:
    """A draft of the asset manager that scraps things on a decision of the house."""
    document = Disposal.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "created_by": house.asset_manager,
            "way": "scrap",
            "reason": "主板损坏",
            "technical_appraisal": "信息科鉴定:无法修复",
            "approval_number": "院办〔2026〕9号",
            "approved_on": clock.today() - dt.timedelta(days=400),
            **fields,
        }
    )
    for position, asset in enumerate(assets or make_assets(house), start=1):
        document.lines.create(position=position, asset=asset, finding="无法修复")
    return document


def make_case(house: Any, **fields: Any) -> CompensationCase:
    """A draft about a broken thing, to be paid once by whoever broke it."""
    return CompensationCase.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "created_by": house.asset_manager,
            "asset": fields.pop("asset", None) or make_asset(house),
            "damage": "屏幕摔碎",
            "happened_on": clock.today() - dt.timedelta(days=400),
            "finding": "搬运时未固定",
            "responsible": house.requester,
            "base_value": Decimal("6000.00"),
            "multiplier": Decimal(1),
            **fields,
        }
    )


def make_addition(house: Any, *lines: dict[str, Any], **fields: Any) -> AssetAddition:
    """A draft that makes cards; a line of two computers by default, 6000.00 yuan each."""
    document = AssetAddition.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "created_by": house.asset_manager,
            **fields,
        }
    )
    for position, values in enumerate(lines or [{"pieces": 2}], start=1):
        value = Decimal(values.get("original_value", "6000.00"))
        document.lines.create(
            **{
                "position": position,
                "name": "台式计算机",
                "category": make_category() if "category" not in values else values["category"],
                "original_value": value,
                "fiscal_fund": value - Decimal(values.get("nonfiscal_fund", 0)),
                "life_months": 72,
                "department": house.ward,
                "acquired_on": document.business_date,
                **values,
            }
        )
    return document


HOLDING_MAKERS = {
    AssetAddition: make_addition,
    AssetCount: make_asset_count,
    CompensationCase: make_case,
    CustodyChange: make_custody_change,
    Disposal: make_disposal,
}
"""Makers of submittable drafts of the kinds of asset document; they join those of the other apps in factories.py."""
