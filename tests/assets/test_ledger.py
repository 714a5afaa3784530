"""The asset ledgers themselves: rows, caches, reversals, claims."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from assets.models import Asset, AssetMove, AssetState, AssetValueMove, CustodyChange, ValueChange
from assets.services import claims, ledger, schedule
from core import clock
from core.errors import DomainError
from tests.holding import make_asset, make_assets, month

pytestmark = pytest.mark.django_db


def paper(house, model=CustodyChange, **fields):
    return model.objects.create(
        organization=house.organization,
        department=house.ward,
        created_by=house.asset_manager,
        **({"reason": "test"} | fields),
    )


def give(house, asset, document, **changes):
    with transaction.atomic():
        cards = ledger.locked([asset.pk])
        return ledger.hand_over(
            [ledger.Handing.of(cards[asset.pk], **changes)], document=document, actor=house.asset_manager
        )


def test_a_hand_over_writes_a_row_and_the_card(house):
    asset = make_asset(house)
    give(house, asset, paper(house), user_id=house.requester.pk, state=AssetState.IN_USE)
    asset.refresh_from_db()
    assert (asset.user, asset.state, asset.department) == (house.requester, AssetState.IN_USE, house.ward)
    first, second = asset.moves.order_by("id")
    assert (first.from_department, first.to_department) == (None, house.ward)
    assert (second.from_user, second.to_user, second.from_state) == (None, house.requester, AssetState.IN_STOCK)


def test_a_reversal_gives_the_thing_back_once(house):
    asset = make_asset(house)
    document = paper(house)
    give(house, asset, document, department_id=house.other_ward.pk)
    with transaction.atomic():
        ledger.reverse_handings(document, actor=house.asset_manager)
    asset.refresh_from_db()
    assert asset.department == house.ward
    with transaction.atomic():
        assert ledger.reverse_handings(document, actor=house.asset_manager) == []
    assert asset.moves.count() == 3


def test_an_older_paper_is_not_reversed_under_a_later_one(house):
    asset = make_asset(house)
    document = paper(house)
    give(house, asset, document, department_id=house.other_ward.pk)
    give(house, asset, paper(house), user_id=house.requester.pk)
    with pytest.raises(DomainError, match="later paper"), transaction.atomic():
        ledger.reverse_handings(document, actor=house.asset_manager)
    asset.refresh_from_db()
    assert asset.department == house.other_ward


def test_nobody_hands_over_before_the_last_change(house):
    asset = make_asset(house)
    early = paper(house, business_date=clock.today() - dt.timedelta(days=1))
    with pytest.raises(DomainError, match=asset.number):
        give(house, asset, early, user_id=house.requester.pk)
    assert asset.moves.count() == 1


def test_rows_of_the_ledgers_are_never_changed_or_deleted(house):
    make_asset(house)
    for model, change in ((AssetMove, {"number": "X"}), (AssetValueMove, {"cost": Decimal(1)})):
        for tamper in (lambda rows, change=change: rows.update(**change), lambda rows, change=change: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                tamper(model.objects.all())
        assert model.objects.get().number == ""


def test_a_change_of_value_renews_the_plan(house):
    asset = make_asset(house, in_use_on=clock.today())
    with transaction.atomic():
        card = ledger.locked([asset.pk])[asset.pk]
        valuing = ledger.Valuing(card, AssetValueMove.Kind.INCREASE, Decimal("1200.00"), Decimal("200.00"))
        ledger.change_values([valuing], document=paper(house, ValueChange), actor=house.asset_manager)
    asset.refresh_from_db()
    assert (asset.original_value, asset.fiscal_fund, asset.nonfiscal_fund) == (7200, 6200, 1000)
    assert asset.monthly_charge == Decimal("100.00")


def test_a_value_does_not_drop_below_what_is_depreciated(house):
    asset = make_asset(house)
    valuing = ledger.Valuing(asset, AssetValueMove.Kind.DECREASE, Decimal("-6000.01"), Decimal("-6000.01"))
    document = paper(house, ValueChange)
    with pytest.raises(DomainError, match="too large"), transaction.atomic():
        ledger.change_values([valuing], document=document, actor=house.asset_manager)
    assert Asset.objects.get().original_value == 6000
    assert AssetValueMove.objects.count() == 1


def test_one_paper_at_a_time_has_a_thing_in_hand(house):
    asset = make_asset(house)
    first, second = paper(house), paper(house)
    with transaction.atomic():
        claims.claim([asset.pk], first)
        claims.claim([asset.pk], first)
    with pytest.raises(DomainError, match="not finished yet"), transaction.atomic():
        claims.claim([asset.pk], second)
    claims.release(first)
    with transaction.atomic():
        claims.claim([asset.pk], second)
    assert claims.holder_of(Asset.objects.get()) == second


def test_the_vector_of_a_computer_of_6000_yuan(house):
    """6000.00 yuan over 72 months from 2024-03: 83.33 a month, 83.57 in 2030-02, then nothing (domain 1.5)."""
    asset = Asset(original_value=Decimal(6000), fiscal_fund=Decimal(6000), life_months=72)
    schedule.begin(asset, month(2024, 3))
    charges = []
    for index in range(month(2024, 3), month(2030, 6)):
        charge, months = schedule.charge(asset, index)
        if months:
            asset.accumulated += charge
            asset.months_charged += months
            asset.months_left -= months
            asset.next_charge = index + 1
            charges.append(charge)
    assert charges == [Decimal("83.33")] * 71 + [Decimal("83.57")]
    assert schedule.first_day(asset.next_charge) == dt.date(2030, 3, 1)


def test_many_cards_are_handed_over_in_few_statements(house, django_assert_max_num_queries):
    assets = make_assets(house, 60)
    document = paper(house)
    with django_assert_max_num_queries(14), transaction.atomic():
        cards = ledger.locked([asset.pk for asset in assets])
        handings = [ledger.Handing.of(card, department_id=house.other_ward.pk) for card in cards.values()]
        ledger.hand_over(handings, document=document, actor=house.asset_manager)
    assert Asset.objects.filter(department=house.other_ward).count() == 60
