"""資产增加单: what a card must be like before it is made, how cards are made, and how they are taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.models import (
    Asset,
    AssetAddition,
    AssetCategory,
    AssetIntake,
    AssetLife,
    AssetMove,
    AssetState,
    AssetValueMove,
    CardType,
    JournalProposal,
    ValueType,
)
from assets.services import intake, ledger
from assets.services.addition_lines import shared_out
from core import clock
from core.errors import DomainError, PeriodClosed
from core.models import Period
from directory.models import User
from tests.factories import House, run
from tests.holding import make_addition, make_asset, make_category, make_custody_change, month

pytestmark = pytest.mark.django_db


def refused(house: House, word: str, *lines: dict[str, Any], field: str = "", **fields: Any) -> None:
    """Submitting is refused with this word in the sentence, and nothing is there afterwards."""
    document = make_addition(house, *lines, **fields)
    before = Asset.objects.count()
    with pytest.raises(DomainError, match=word) as caught:
        run(house, document, "submit")
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", None)
    assert Asset.objects.count() == before
    if field:
        assert caught.value.field == field


def land(**fields: Any) -> AssetCategory:
    return make_category("A01030000", "土地", card_type=CardType.LAND, **fields)


def vehicle_class() -> AssetCategory:
    return make_category("A02030500", "乘用车", card_type=CardType.VEHICLE)


CAR = {"vin": "LSVAA4182E2184847", "establishment": "在编", "vehicle_use": "机要通信用车", "plate_number": "鲁B12345"}


def car(**details: Any) -> dict[str, Any]:
    kept = {key: value for key, value in {**CAR, **details}.items() if value is not None}
    return {"category": vehicle_class(), "card_type": CardType.VEHICLE, "name": "轿车", "details": kept}


# ---- making cards ----


def test_sixty_desks_are_numbered_in_one_go(house: House, django_assert_max_num_queries: Any) -> None:
    document = run(house, make_addition(house, {"pieces": 60, "name": "课桌"}), "submit", "approve")
    with django_assert_max_num_queries(70):
        run(house, document, "post")
    cards = list(Asset.objects.order_by("number"))
    year = clock.today().year
    assert [card.number for card in cards] == [f"ZC{year}{place:06d}" for place in range(1, 61)]
    assert {(card.name, card.original_value, card.department, card.initials) for card in cards} == {
        ("课桌", Decimal("6000.00"), house.ward, "KZ")
    }
    assert len({card.token for card in cards}) == 60
    assert AssetMove.objects.filter(from_department=None, to_department=house.ward).count() == 60
    assert AssetValueMove.objects.filter(kind="addition", cost=Decimal("6000.00")).count() == 60
    assert Asset.history.filter(history_change_reason=document.number).count() == 60


def test_a_new_card_is_depreciated_from_the_month_of_its_use(house: House) -> None:
    """R-AST-06 and the vector of domain 1.5: 6000.00 yuan over 72 months."""
    day = clock.today() - dt.timedelta(days=40)
    run(house, make_addition(house, {"acquired_on": day, "in_use_on": day}))
    card = Asset.objects.get()
    assert (card.next_charge, card.monthly_charge, card.months_left) == (
        month(day.year, day.month),
        Decimal("83.33"),
        72,
    )
    assert card.state == AssetState.IN_USE


def test_a_thing_nobody_uses_yet_lies_in_stock_and_the_user_makes_it_used(house: House) -> None:
    run(house, make_addition(house, {}, {"user": house.requester}, {"state": "idle"}))
    found = dict(Asset.objects.values_list("state", "user"))
    assert found == {"in_stock": None, "in_use": house.requester.pk, "idle": None}


def test_an_opening_entry_goes_on_where_the_old_books_stopped(house: House) -> None:
    """Depreciation begins in the month after the business date, over what is left."""
    line = {"opening_accumulated": Decimal("1999.92"), "opening_months": 24, "in_use_on": dt.date(2020, 1, 1)}
    run(house, make_addition(house, {**line, "acquired_on": dt.date(2019, 12, 31)}, way="opening"))
    card, today = Asset.objects.get(), clock.today()
    assert (card.accumulated, card.months_charged, card.months_left) == (Decimal("1999.92"), 24, 48)
    assert card.next_charge == month(today.year, today.month) + 1
    assert card.monthly_charge == Decimal("83.34")  # 4000.08 over 48
    row = card.value_moves.get()
    assert (row.cost, row.accumulated, row.months) == (Decimal("6000.00"), Decimal("1999.92"), 24)


def test_numbers_of_old_cards_are_kept_and_passed_over(house: House) -> None:
    year = clock.today().year
    lines: list[dict[str, Any]] = [{"card_number": f"ZC{year}000001"}, {"pieces": 2}, {"card_number": "老001"}]
    run(house, make_addition(house, *lines))
    numbers = set(Asset.objects.values_list("number", flat=True))
    assert numbers == {f"ZC{year}000001", f"ZC{year}000002", f"ZC{year}000003", "老001"}
    refused(house, "There is a card with the number", {"card_number": "老001"}, field="card_number")
    refused(house, "same number", {"card_number": "X1"}, {"card_number": "X1"})


@pytest.mark.parametrize(
    ("way", "built", "entry"),
    [
        ("transfer_in", False, ("1601", "3401")),
        ("donation", False, ("1601", "4603")),
        ("surplus", False, ("1601", "1902")),
        ("construction", False, ("1601", "1613")),
        ("purchase", True, ("1601", "1613")),
        ("purchase", False, None),
        ("opening", True, None),
    ],
)
def test_the_entry_is_proposed_where_there_is_only_one(house: House, way: str, built: bool, entry: Any) -> None:
    """R-ACC-03: one balanced line for each pair of accounts, and its contra line when the paper is reversed."""
    document = run(house, make_addition(house, {"pieces": 2, "from_construction": built}, {}, way=way))
    rows = list(JournalProposal.objects.values_list("debit_account", "credit_account", "amount"))
    total = Decimal("12000.00") if built else Decimal("18000.00")
    assert rows == ([(*entry, total)] if entry else [])
    run(house, document, "reverse")
    assert len(JournalProposal.objects.all()) == 2 * len(rows)


def test_the_rows_of_new_cards_say_what_the_ledger_itself_would_say(house: House) -> None:
    """The set-based entry of many cards and the one by one of a few."""
    line = {"opening_accumulated": Decimal("100.00"), "opening_months": 3, "user": house.requester}
    document = run(house, make_addition(house, line, way="opening"))
    asset = Asset.objects.get()
    passed = {"id", "_state", "posted_at"}

    def said(row: Any) -> dict[str, Any]:
        return {name: value for name, value in vars(row).items() if name not in passed}

    quick = [said(AssetMove.objects.get()), said(AssetValueMove.objects.get())]
    twin = AssetAddition.objects.create(
        organization=house.organization, department=house.logistics, created_by=house.asset_manager
    )
    twin.number = document.number
    (move,) = ledger.first_holders([asset], document=twin, actor=house.asset_manager)
    (worth,) = ledger.first_values([asset], document=twin, actor=house.asset_manager)
    slow = [said(AssetMove.objects.get(pk=move.pk)), said(AssetValueMove.objects.get(pk=worth.pk))]
    for row in (*quick, *slow):
        row["object_id"] = 0
    assert quick == slow
    past = asset.history.get()
    assert (past.history_type, past.history_user, past.original_value) == ("+", house.asset_manager, Decimal(6000))


# ---- refusals ----


@pytest.mark.parametrize(
    ("word", "field", "line"),
    [
        ("do not add up", "fiscal_fund", {"fiscal_fund": Decimal("5999.99")}),
        ("do not add up", "fiscal_fund", {"nonfiscal_fund": Decimal("0.01"), "fiscal_fund": Decimal("6000.00")}),
        ("Enter the value", "original_value", {"original_value": 0, "fiscal_fund": 0}),
        ("nominal amount is 1.00", "original_value", {"value_type": ValueType.NOMINAL, "life_months": None}),
        ("Several cards", "card_number", {"pieces": 2, "card_number": "A1"}),
        ("Several things", "serial_number", {"pieces": 2, "serial_number": "SN1"}),
        ("after the date of this paper", "acquired_on", {"acquired_on": dt.date(2090, 1, 1)}),
        ("lies in the future", "in_use_on", {"in_use_on": dt.date(2090, 1, 1)}),
        ("account 1701", "account", {"account": "1701"}),
        ("Only an opening entry", "opening_accumulated", {"opening_accumulated": 10, "opening_months": 1}),
        ("No table names", "life_months", {"life_months": None}),
    ],
)
def test_what_a_line_may_not_say(house: House, word: str, field: str, line: dict[str, Any]) -> None:
    """R-AST-02: funds add up to the cent; dates, values, numbers and accounts make sense."""
    refused(house, word, {**line}, field=field)


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("More is depreciated", {"opening_accumulated": Decimal("6000.01"), "opening_months": 3}),
        ("more months", {"opening_accumulated": 10, "opening_months": 73}),
        ("how many months", {"opening_accumulated": 10}),
    ],
)
def test_an_opening_entry_must_hang_together(house: House, word: str, line: dict[str, Any]) -> None:
    from django.db import IntegrityError

    try:
        refused(house, word, line, way="opening")
    except IntegrityError:
        assert "6000.01" in str(line["opening_accumulated"])  # the database refuses that already


def test_the_class_is_a_leaf_of_2022(house: House) -> None:
    """R-AST-04: bad input of every kind."""
    parent = make_category("A02010100", "计算机")
    AssetCategory.objects.filter(pk=make_category().pk).update(parent=parent)
    refused(house, "under it", {"category": parent}, field="category")
    old = AssetCategory.objects.create(edition="2010", code="2010104", name="台式机")
    refused(house, "older edition", {"category": old}, field="category")
    refused(house, "has cards of the kind", {"category": make_category(), "card_type": "vehicle"}, field="category")


def test_a_life_below_the_table_is_refused_with_its_basis(house: House) -> None:
    """R-AST-09."""
    AssetLife.objects.create(category=make_category(), minimum_months=72, basis="财会〔2017〕4号")
    refused(house, "71 months are less than the 72 .*财会〔2017〕4号", {"life_months": 71}, field="life_months")
    run(house, make_addition(house, {"life_months": 72}))
    assert Asset.objects.get().life_months == 72


def test_land_relics_and_nominal_values_are_never_depreciated(house: House) -> None:
    """R-AST-05."""
    plot = {"category": land(), "card_type": "land", "details": {"ownership_nature": "国有"}, "name": "校园土地"}
    refused(house, "is not depreciated", {**plot, "life_months": 600}, field="life_months")
    nominal = {"value_type": ValueType.NOMINAL, "original_value": Decimal("1.00")}
    refused(house, "nominal value is not depreciated", {**nominal, "life_months": 72}, field="life_months")
    run(house, make_addition(house, {**plot, "life_months": None}, {**nominal, "life_months": None}))
    assert set(Asset.objects.values_list("next_charge", "months_left")) == {(None, 0)}


@pytest.mark.parametrize(
    ("missing", "word"),
    [("vin", "vehicle identification number"), ("establishment", "establishment"), ("vehicle_use", "use of the")],
)
def test_a_vehicle_needs_its_papers(house: House, missing: str, word: str) -> None:
    """R-AST-22."""
    refused(house, word, car(**{missing: None}), field=f"details.{missing}")


def test_a_vehicle_has_a_plate_or_says_why_not_and_no_twin(house: House) -> None:
    """R-AST-22."""
    refused(house, "why no plate", car(plate_number=None), field="details.plate_number")
    refused(house, "is not one of", car(establishment="大概"), field="details.establishment")
    refused(house, "no field", car(wings="2"), field="details.wings")
    run(house, make_addition(house, car(plate_number=None, no_plate_reason="校内用车")))
    assert Asset.objects.get().details["no_plate_reason"] == "校内用车"
    refused(house, "has the vehicle number", car(), field="details.vin")


def test_one_serial_number_is_one_thing(house: House, other_house: House) -> None:
    make_asset(house, serial_number="SN-1")
    refused(house, "has the serial number", {"serial_number": "SN-1"}, field="serial_number")
    refused(house, "same number", {"serial_number": "SN-2"}, {"serial_number": "SN-2"}, field="serial_number")
    run(other_house, make_addition(other_house, {"serial_number": "SN-1"}))
    assert Asset.objects.filter(serial_number="SN-1").count() == 2


def test_people_and_places_of_another_house_are_refused(house: House, other_house: House) -> None:
    refused(house, "another organization", {"custodian": other_house.requester}, field="custodian")
    refused(house, "another organization", {"department": other_house.ward}, field="department")


@pytest.mark.parametrize("role", ["user", "custodian"])
def test_nobody_is_given_a_new_thing_who_has_left(house: House, role: str) -> None:
    """R-AST-11: nor when he left while the paper was on its way."""
    User.objects.filter(pk=house.other_requester.pk).update(active_until=clock.today())
    refused(house, "does not work here", {role: house.again("other_requester")}, field=role)
    document = run(house, make_addition(house, {role: house.requester}), "submit", "approve")
    User.objects.filter(pk=house.requester.pk).update(is_active=False)
    with pytest.raises(DomainError, match="does not work here"):
        run(house, document, "post")
    assert not Asset.objects.exists()


def test_a_closed_month_takes_no_cards(house: House) -> None:
    document = make_addition(house)
    today = clock.today()
    Period.objects.create(organization=house.organization, year=today.year, month=today.month, state="closed")
    with pytest.raises(PeriodClosed):
        run(house, document, "submit")
    assert not Asset.objects.exists()


# ---- taking back ----


def test_a_reversed_addition_leaves_readable_cards_worth_nothing(house: House) -> None:
    document = run(house, make_addition(house, {"pieces": 2, "user": house.requester}))
    run(house, document, "reverse")
    for card in Asset.objects.all():
        assert (card.original_value, card.fiscal_fund, card.accumulated) == (0, 0, 0)
        assert (card.state, card.next_charge, card.disposed_on) == (AssetState.DISPOSED, None, clock.today())
        assert document.number in card.note
        assert [row.cost for row in card.value_moves.order_by("id")] == [Decimal("6000.00"), Decimal("-6000.00")]
        assert [row.to_state for row in card.moves.order_by("id")] == ["in_use", "disposed"]


def test_cards_that_moved_or_were_depreciated_since_stand(house: House) -> None:
    document = run(house, make_addition(house))
    card = Asset.objects.order_by("pk").first()
    other = make_custody_change(house, card)
    run(house, other, "submit")
    with pytest.raises(DomainError, match="not finished"):
        run(house, document, "reverse")
    card.refresh_from_db()
    assert (card.original_value, card.state) == (Decimal("6000.00"), AssetState.IN_STOCK)
    document.refresh_from_db()
    assert document.status == "posted"


# ---- goods that wait for their cards ----


def goods(house: House, **fields: Any) -> AssetIntake:
    return AssetIntake.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "name": "打印机",
            "unit": "台",
            "quantity": 3,
            "unit_price": Decimal("1333.333333"),
            "amount": Decimal("4000.00"),
            "acquired_on": clock.today(),
            "source": "YS20261100001",
            **fields,
        }
    )


def test_accepted_goods_get_their_cards_once_and_wait_again_after_a_reversal(house: House) -> None:
    """R-AST-03."""
    row = goods(house)
    lines: list[dict[str, Any]] = [{"intake": row, "pieces": 2}, {"intake": row, "pieces": 1}]
    first, second = make_addition(house, *lines), make_addition(house, *lines)
    run(house, first, "submit")
    with pytest.raises(DomainError, match=r"is on .* already"):
        run(house, second, "submit")
    run(house, first, "approve", "post")
    row.refresh_from_db()
    assert (row.state, Asset.objects.count()) == ("carded", 3)
    with pytest.raises(DomainError, match=f"by {first.number}|by ZJ"):
        intake.withdraw([row.pk])
    with pytest.raises(DomainError, match="no longer"):
        run(house, second, "submit")
    run(house, AssetAddition.objects.get(pk=first.pk), "reverse")
    row.refresh_from_db()
    assert row.state == "waiting"
    intake.withdraw([row.pk])
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_accepted_goods_get_a_card_for_each_piece(house: House) -> None:
    refused(house, "one for each piece", {"intake": goods(house), "pieces": 2})


@given(st.integers(1, 10**9), st.integers(1, 500))
def test_an_amount_is_shared_out_to_the_cent(cents: int, pieces: int) -> None:
    amount = Decimal(cents) / 100
    if cents < pieces:
        with pytest.raises(ValueError, match=str(amount)):
            shared_out(amount, pieces)
        return
    parts = shared_out(amount, pieces)
    assert sum(count for count, _value in parts) == pieces
    assert sum(count * value for count, value in parts) == amount
    assert all(value > 0 and count > 0 for count, value in parts)
    assert len(parts) <= 2
