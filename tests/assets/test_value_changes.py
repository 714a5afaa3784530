"""Changes of value, life and class (domain 1.5; R-AST-02, R-AST-07, R-AST-09), splits and merges (R-AST-20)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assets.models import Asset, AssetCategory, AssetLife, AssetState, AssetValueMove, ValueType
from assets.services import claims, journal, schedule
from core import clock
from core.errors import DomainError
from tests.factories import at, run
from tests.holding import make_asset, make_category, month
from tests.valuing import depreciate, make_merge, make_split, make_value_change

pytestmark = pytest.mark.django_db

ALL = [
    *("original_value", "fiscal_fund", "nonfiscal_fund", "accumulated", "monthly_charge", "months_left"),
    *("months_charged", "next_charge", "life_months", "category", "card_type", "value_type", "quantity", "state"),
]


def state(asset):
    return Asset.objects.filter(pk=asset.pk).values(*ALL).get()


def refuse(house, document, match, *steps):
    cards, rows = list(Asset.objects.order_by("pk").values(*ALL)), AssetValueMove.objects.count()
    with pytest.raises(DomainError, match=match) as refused:
        run(house, document, *(steps or ("submit",)))
    assert list(Asset.objects.order_by("pk").values(*ALL)) == cards
    assert AssetValueMove.objects.count() == rows
    return refused.value


def test_an_enlargement_spreads_what_is_left(house):
    """(net value + change) over the months that are left, from the month of the change (domain 1.5)."""
    with at(dt.date(2025, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2025, 1, 5))
        for number in range(1, 6):
            depreciate(house, 2025, number)
        before = state(asset)
        document = run(house, make_value_change(house, (asset, {"nonfiscal_change": Decimal("670.00")})))
        asset.refresh_from_db()
        # 6000.00 - 5 x 83.33 = 5583.35; with 670.00 it is 6253.35 over 67 months.
        assert (asset.original_value, asset.fiscal_fund, asset.nonfiscal_fund) == (6670, 6000, 670)
        assert asset.monthly_charge == Decimal("93.33")
        entry = journal.lines_of(document).get()
        assert (entry.debit_account, entry.credit_account, entry.amount) == ("1601", "1613", 670)
        document = run(house, document, "reverse")
    assert state(asset) == before
    assert [row.credit_account for row in journal.lines_of(document).order_by("position")] == ["1613", "1601"]


def test_a_change_waits_for_the_runs_before_it(house):
    """Months before the change are charged by the old plan, so their runs are posted first."""
    with at(dt.date(2025, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2025, 1, 5))
        depreciate(house, 2025, 3)
        document = make_value_change(house, (asset, {"nonfiscal_change": Decimal(670)}))
        error = refuse(house, document, "2025-05")
        assert error.field == "business_date"
        depreciate(house, 2025, 4)
        depreciate(house, 2025, 5)
        assert run(house, document).status == "posted"


def test_a_change_after_the_run_of_its_month_counts_from_the_next(house):
    with at(dt.date(2025, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2025, 5, 5))
        depreciate(house, 2025, 5)
        run(
            house,
            make_value_change(house, (asset, {"fiscal_change": Decimal(710)}), business_date=dt.date(2025, 5, 20)),
        )
        asset.refresh_from_db()
        assert asset.next_charge == month(2025, 6)
        assert asset.monthly_charge == schedule.monthly_charge(asset.net_value, 71)


def test_a_part_is_removed_with_its_depreciation(house):
    with at(dt.date(2025, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2025, 1, 5), accumulated=Decimal(1000), months_charged=12)
        part = {"fiscal_change": Decimal(-600), "accumulated_change": Decimal(-100)}
        asked = {"kind": "removal"}
        refuse(house, make_value_change(house, (asset, part), **asked), "number of the decision")
        asked["decision_number"] = "院办〔2025〕3号"
        for wrong, match in (
            ({"fiscal_change": Decimal(600)}, "shrinks"),
            ({"fiscal_change": Decimal(-6000), "accumulated_change": Decimal(-1000)}, "dispose of it"),
            ({"fiscal_change": Decimal(-50), "accumulated_change": Decimal(-100)}, "more than its value"),
            ({"fiscal_change": Decimal(-6001)}, "takes more"),
            ({"fiscal_change": Decimal(-5500)}, "cannot drop below"),
            ({"nonfiscal_change": Decimal(-600)}, "takes more"),
        ):
            refuse(house, make_value_change(house, (asset, wrong), **asked), match)
        document = run(house, make_value_change(house, (asset, part), **asked))
    asset.refresh_from_db()
    assert (asset.original_value, asset.accumulated, asset.net_value) == (5400, 900, 4500)
    found = journal.lines_of(document).order_by("position")
    assert [(row.debit_account, row.credit_account, row.amount) for row in found] == [
        ("1602", "1601", 100),
        ("1902", "1601", 500),
    ]


def test_an_estimate_is_settled(house):
    asset = make_asset(house, in_use_on=clock.today(), value_type=ValueType.ESTIMATE)
    exact = make_asset(house, in_use_on=clock.today(), value_type=ValueType.ESTIMATE)
    known = make_asset(house, in_use_on=clock.today())
    refuse(
        house, make_value_change(house, (known, {"fiscal_change": Decimal(5)}), kind="settlement"), "no estimate|not an"
    )
    lines = ((asset, {"fiscal_change": Decimal(-240)}), (exact, {}))
    document = run(house, make_value_change(house, *lines, kind="settlement"))
    asset.refresh_from_db()
    exact.refresh_from_db()
    assert (asset.value_type, asset.original_value, asset.monthly_charge) == ("original", 5760, 80)
    assert (exact.value_type, exact.original_value) == ("original", 6000)
    run(house, document, "reverse")
    assert (state(asset)["value_type"], state(exact)["value_type"]) == ("estimate", "estimate")
    assert state(asset)["original_value"] == 6000


def test_a_life_changes_by_decision_and_not_below_the_table(house):
    """R-AST-09"""
    category = make_category()
    AssetLife.objects.create(category=category, minimum_months=72, basis="财会〔2017〕4号")
    asset = make_asset(house, in_use_on=clock.today(), months_charged=10, accumulated=Decimal(1000))
    decided = {"kind": "life", "decision_number": "办〔2025〕1号"}
    refuse(house, make_value_change(house, (asset, {"new_life_months": 96}), kind="life"), "number of the decision")
    refuse(house, make_value_change(house, (asset, {"new_life_months": 60}), **decided), "at least 72")
    refuse(house, make_value_change(house, (asset, {"new_life_months": 72}), **decided), "new useful life")
    refuse(
        house,
        make_value_change(house, (asset, {"new_life_months": 90, "fiscal_change": 1}), **decided),
        "leaves the value",
    )
    before = state(asset)
    document = run(house, make_value_change(house, (asset, {"new_life_months": 110}), **decided))
    asset.refresh_from_db()
    assert (asset.life_months, asset.months_left, asset.monthly_charge) == (110, 100, 50)
    assert asset.value_moves.count() == 1
    run(house, document, "reverse")
    assert state(asset) == before


def test_the_life_of_a_house_goes_by_the_way_it_is_built(house):
    """R-AST-09: the table names 50 years for reinforced concrete and 8 for a shed, both of one class."""
    category = make_category("A01010100", "房屋", card_type="house")
    for content, months in (("钢筋混凝土结构", 600), ("简易房", 96)):
        AssetLife.objects.create(category=category, content=content, minimum_months=months, basis="财会〔2017〕4号")
    built = {"category": category, "card_type": "house", "in_use_on": clock.today()}
    ward = make_asset(house, details={"structure": "钢筋混凝土结构"}, life_months=720, **built)
    shed = make_asset(house, details={"structure": "简易房"}, life_months=240, **built)
    decided = {"kind": "life", "decision_number": "办〔2025〕1号"}
    refuse(house, make_value_change(house, (ward, {"new_life_months": 120}), **decided), "at least 600")
    run(house, make_value_change(house, (shed, {"new_life_months": 120}), **decided))
    assert (state(ward)["life_months"], state(shed)["life_months"]) == (720, 120)


def test_a_class_changes_within_its_account(house):
    """R-AST-04, R-AST-05: leaves only; what becomes a book is depreciated no longer."""
    asset = make_asset(house, in_use_on=clock.today())
    top = AssetCategory.objects.create(code="A05000000", name="家具", card_type="furniture")
    desk = AssetCategory.objects.create(code="A05010000", name="办公桌", card_type="furniture", parent=top)
    relic = AssetCategory.objects.create(code="A04000000", name="文物", card_type="relic")
    books = AssetCategory.objects.create(code="A04010000", name="图书", card_type="book")
    AssetLife.objects.create(category=top, minimum_months=180, basis="财会〔2017〕4号")

    def change(category, **columns):
        return make_value_change(house, (asset, {"new_category": category, **columns}), kind="category")

    refuse(house, change(top, new_life_months=180), "A05000000|leaf|under it")
    refuse(house, change(relic), "another account")
    refuse(house, change(desk), "at least 180")
    before = state(asset)
    document = run(house, change(desk, new_life_months=180))
    assert (state(asset)["card_type"], state(asset)["life_months"]) == ("furniture", 180)
    run(house, document, "reverse")
    assert state(asset) == before
    run(house, change(books))
    assert (state(asset)["life_months"], state(asset)["next_charge"]) == (None, None)
    run(house, change(desk, new_life_months=180))
    assert state(asset)["next_charge"] == schedule.month_index(clock.today())


def test_a_change_under_a_later_run_stays(house):
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    asset = make_asset(house, in_use_on=day)
    document = run(house, make_value_change(house, (asset, {"fiscal_change": Decimal(72)}), business_date=day))
    depreciation_run = depreciate(house)
    refuse(house, document, "depreciated or changed again", "reverse")
    run(house, depreciation_run, "reverse")
    assert run(house, document, "reverse").status == "reversed"
    assert state(asset)["original_value"] == 6000


def test_one_paper_at_a_time_changes_a_card(house):
    asset = make_asset(house, in_use_on=clock.today())
    first = run(house, make_value_change(house, (asset, {"fiscal_change": Decimal(72)})), "submit")
    refuse(house, make_value_change(house, (asset, {"fiscal_change": Decimal(72)})), "not finished yet")
    refuse(house, make_split(house, asset=asset), "not finished yet|add up|the card has")
    run(house, first, "cancel")
    asset.refresh_from_db()
    assert asset.claimed_by == ""


# ---- splits and merges ----


def test_the_parts_of_a_split_add_up(house):
    """R-AST-20"""
    with at(dt.date(2025, 6, 10)):
        asset = make_asset(
            house, in_use_on=dt.date(2025, 6, 5), quantity=Decimal(3), accumulated=Decimal("1000.01"), months_charged=12
        )
        for parts, match in (
            ((("主机", 2, 4000, "700.01"), ("屏", 1, "2000.01", 300)), "6000.01"),
            ((("主机", 2, 4000, "700.00"), ("屏", 1, 2000, 300)), "1000"),
            ((("主机", 2, 4000, "700.01"), ("屏", 2, 2000, 300)), "quantity"),
            ((("主机", 3, 6000, "1000.01"),), "two lines"),
            ((("主机", 2, 4000, "700.01"), ("", 1, 2000, 300)), "Name this part"),
        ):
            refuse(house, make_split(house, *parts, asset=asset), match)
        before = state(asset)
        document = run(house, make_split(house, ("主机", 2, 4000, "700.01"), ("屏", 1, 2000, 300), asset=asset))
        part = asset.parts.get()
        assert (part.name, part.original_value, part.accumulated, part.quantity) == ("屏", 2000, 300, 1)
        assert (part.department, part.category, part.life_months) == (asset.department, asset.category, 72)
        assert part.token != asset.token
        asset.refresh_from_db()
        assert (asset.original_value, asset.accumulated, asset.quantity) == (4000, Decimal("700.01"), 2)
        assert asset.net_value + part.net_value == Decimal("4999.99")
        rows = AssetValueMove.objects.filter(kind="split")
        assert sum(row.cost for row in rows) == sum(row.accumulated for row in rows) == 0
        run(house, document, "reverse")
        assert {**state(asset), "monthly_charge": None} == {**before, "monthly_charge": None}
        part.refresh_from_db()
        assert (part.original_value, part.state) == (0, AssetState.DISPOSED)
        assert part.disposed_on == dt.date(2025, 6, 10)


def test_a_split_under_a_later_change_stays(house):
    document = run(house, make_split(house))
    part = Asset.objects.exclude(parent=None).get()
    run(house, make_value_change(house, (part, {"fiscal_change": Decimal(10)})))
    refuse(house, document, "later paper", "reverse")


def test_alike_cards_are_merged(house):
    """R-AST-20: the others join with all they are worth and leave no trace in the sums."""
    day = clock.today()
    card, twin = make_asset(house, in_use_on=day), make_asset(house, in_use_on=day)
    other = make_asset(house, in_use_on=day, department=house.other_ward)
    shorter = make_asset(house, in_use_on=day, life_months=60)
    for wrong in (other, shorter):
        refuse(house, make_merge(house, card, wrong), "stay apart")
    refuse(house, make_merge(house, card, card), "already")
    refuse(house, make_merge(house, card), "at least one line")
    before = state(card), state(twin)
    document = run(house, make_merge(house, card, twin))
    card.refresh_from_db()
    twin.refresh_from_db()
    assert (card.original_value, card.quantity, card.fiscal_fund) == (12000, 2, 12000)
    assert (twin.original_value, twin.state, twin.disposed_on) == (0, AssetState.DISPOSED, day)
    assert document.number in twin.note
    run(house, document, "reverse")
    assert (state(card), state(twin)) == before


def test_what_left_the_house_is_not_changed(house):
    asset = make_asset(house, in_use_on=clock.today(), state=AssetState.DISPOSED)
    refuse(house, make_value_change(house, (asset, {"fiscal_change": Decimal(10)})), "left the house")
    refuse(house, make_split(house, asset=asset), "cannot be split")


def test_changes_are_few_statements(house, django_assert_max_num_queries):
    cards = [(make_asset(house, in_use_on=clock.today()), {"fiscal_change": Decimal(72)}) for _ in range(40)]
    document = run(house, make_value_change(house, *cards), "submit", "approve")
    with django_assert_max_num_queries(60):
        run(house, document, "post")
    assert claims.holder_of(Asset.objects.first()) is None
    assert set(Asset.objects.values_list("original_value", flat=True)) == {Decimal(6072)}
