"""The numbers of the fixed assets on the first page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, AssetIntake
from assets.views.overview import asset_numbers
from core import clock
from tests.factories import House
from tests.holding import make_assets

pytestmark = pytest.mark.django_db


def numbers(person: object) -> dict[str, object]:
    return {number.url.split("?")[0]: number.value for number in asset_numbers(person)}


def test_makers_and_bookers_see_what_waits_and_what_it_is_worth(house: House) -> None:
    things = make_assets(house, 2)
    Asset.objects.filter(pk=things[0].pk).update(booked_on=clock.today())
    fields = {"organization": house.organization, "department": house.ward, "unit": "台", "unit_price": 1333}
    AssetIntake.objects.create(
        name="打印机", quantity=3, amount=4000, acquired_on=clock.today(), source="YS20261100001", **fields
    )
    worth = {"/assets/": 2, "/reports/asset-classes/": Decimal(12000)}
    assert numbers(house.asset_manager) == {"/assets/intake/": 1, **worth}
    assert numbers(house.accountant) == {"/assets/booking/": 1, **worth}
    for role in ("requester", "storekeeper", "auditor", "outsider"):
        if role in house.people:
            assert numbers(house.people[role]) == {}, role


def test_nothing_that_waits_is_not_said(house: House) -> None:
    assert set(numbers(house.asset_manager)) == {"/assets/", "/reports/asset-classes/"}


def test_the_numbers_do_not_ask_by_card(house: House) -> None:
    def asked() -> int:
        person = house.again("accountant")
        with CaptureQueriesContext(connection) as captured:
            list(asset_numbers(person))
        return len(captured)

    few = asked()
    make_assets(house, 20)
    assert asked() == few
