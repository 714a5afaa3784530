"""Makers of asset cards for tests, straight through the asset ledgers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from assets.models import Asset, AssetAddition, AssetCategory, AssetState
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
