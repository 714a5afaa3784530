"""Who had a thing and what it was worth on a day gone by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetState, AssetValueMove, CustodyChange, ValueChange
from assets.selectors import holder_on, value_on
from assets.services import ledger
from core import clock
from tests.holding import make_asset, make_assets

pytestmark = pytest.mark.django_db
EARLY, LATE = dt.date(2026, 1, 5), dt.date(2026, 2, 10)


def paper(house, model, day):
    return model.objects.create(
        organization=house.organization,
        department=house.ward,
        created_by=house.asset_manager,
        business_date=day,
        reason="x",
    )


def make_history(house):
    """In January with nobody of the ward, from 10 February on with the requester and 600 yuan dearer."""
    asset = make_asset(house, in_use_on=EARLY)
    with transaction.atomic():
        card = ledger.locked([asset.pk])[asset.pk]
        handing = ledger.Handing.of(card, user_id=house.requester.pk, state=AssetState.IN_USE)
        ledger.hand_over([handing], document=paper(house, CustodyChange, LATE), actor=house.asset_manager)
        valuing = ledger.Valuing(card, AssetValueMove.Kind.INCREASE, Decimal("600.00"), Decimal("600.00"))
        ledger.change_values([valuing], document=paper(house, ValueChange, LATE), actor=house.asset_manager)
    return asset


def test_holder_and_value_of_any_day(house):
    asset = make_history(house)
    for day, user, cost in ((LATE - dt.timedelta(days=1), None, 6000), (LATE, house.requester, 6600)):
        assert holder_on([asset.pk], day)[asset.pk].to_user == user
        assert value_on([asset.pk], day)[asset.pk].cost == cost
    before = EARLY - dt.timedelta(days=1)
    assert holder_on([asset.pk], before) == value_on([asset.pk], before) == {}


def test_many_cards_are_asked_at_once(house, django_assert_num_queries):
    keys = [asset.pk for asset in make_assets(house, 40)]
    with django_assert_num_queries(2):
        assert len(holder_on(keys, clock.today())) == 40
        assert len(value_on(Asset.objects.values("pk"), clock.today())) == 40


def test_the_page_shows_a_day_gone_by(house):
    asset = make_history(house)
    client = Client()
    client.force_login(house.asset_manager)
    address = reverse("asset_detail", args=(asset.pk,))
    assert client.get(address, {"on": "2026-02-09"}).context["then"]["worth"].cost == 6000
    then = client.get(address, {"on": "2026-02-10"}).context["then"]
    assert (then["facts"][1][1], then["worth"].cost) == (house.requester, 6600)
    assert client.get(address, {"on": "2020-01-01"}).context["then"]["facts"] == []
    assert client.get(address, {"on": "never"}).status_code == 200
