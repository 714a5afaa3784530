"""Goods that wait for their asset cards: the list, its export, and who sees it."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from assets.models import AssetIntake
from assets.services import intake
from core import clock
from core.errors import DomainError
from tests.factories import House
from tests.inventory.screens import as_user

pytestmark = pytest.mark.django_db


def goods(house: House, name: str = "投影仪", **fields: Any) -> AssetIntake:
    row = AssetIntake(
        **{
            "organization": house.organization,
            "department": house.ward,
            "name": name,
            "unit": "台",
            "quantity": Decimal(2),
            "unit_price": Decimal(3999),
            "amount": Decimal(7998),
            "acquired_on": clock.today(),
            "source": "YS20261100001",
            **fields,
        }
    )
    return intake.take_in([row])[0]


def test_what_waits_is_listed_summed_and_exported(house: House, other_house: House) -> None:
    """R-AST-03: accepted durable goods wait until a card is made."""
    goods(house)
    goods(house, "已建卡电脑", state="carded")
    goods(other_house, "别院的床")
    client = as_user(house.again("asset_manager"))
    page = client.get(reverse("asset_intake")).content.decode()
    assert ("投影仪" in page, "7,998.00" in page, "已建卡电脑" in page, "别院的床" in page) == (
        True,
        True,
        False,
        False,
    )
    assert "已建卡电脑" in client.get(reverse("asset_intake"), {"state": "carded"}).content.decode()
    assert "已建卡电脑" in client.get(reverse("asset_intake"), {"state": ""}).content.decode()
    answer = client.get(reverse("asset_intake_export"))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    names = [row[0].value for row in sheet.iter_rows()]
    assert ("投影仪" in names, "别院的床" in names) == (True, False)


def test_who_has_nothing_to_do_with_assets_does_not_see_it(house: House) -> None:
    goods(house)
    for who in ("requester", "acceptor", "repair_worker"):
        assert as_user(house.again(who)).get(reverse("asset_intake")).status_code == 403
        assert as_user(house.again(who)).get(reverse("asset_intake_export")).status_code == 403


def test_goods_are_withdrawn_until_cards_were_made(house: House) -> None:
    waiting, carded = goods(house), goods(house, state="carded")
    with pytest.raises(DomainError, match="Cards were made"):
        intake.withdraw([waiting.pk, carded.pk])
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    intake.withdraw([waiting.pk])
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
