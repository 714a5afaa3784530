"""Runs of depreciation (R-AST-05 to R-AST-08, R-ACC-03, R-ACC-04)."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.figures import DEPRECIATE_FROM
from assets.models import (
    Asset,
    AssetState,
    AssetValueMove,
    CardType,
    DepreciationRun,
    JournalProposal,
    ValueChange,
    ValueType,
)
from assets.services import depreciation, journal, ledger, schedule
from core import clock
from core.documents.services import apply_transition, available_transitions
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.models.periods import Period
from core.models.policies import Policy
from tests.factories import at, make_house, run
from tests.holding import make_addition, make_asset, make_assets, month
from tests.valuing import depreciate, make_run, months_between

pytestmark = pytest.mark.django_db

CACHES = ("accumulated", "months_charged", "months_left", "next_charge", "monthly_charge", "original_value")


def caches(asset):
    return Asset.objects.filter(pk=asset.pk).values_list(*CACHES).get()


def refuse(run, step, match, actor):
    before = (AssetValueMove.objects.count(), run.status, list(Asset.objects.order_by("pk").values_list(*CACHES)))
    with pytest.raises(DomainError, match=match):
        apply_transition(run, step, actor=actor, reason="测试")
    run.refresh_from_db()
    after = (AssetValueMove.objects.count(), run.status, list(Asset.objects.order_by("pk").values_list(*CACHES)))
    assert after == before


def test_the_vector_by_real_runs(house):
    """6000.00 yuan over 72 months, added 2024-03-15: 83.33 from 2024-03 to 2030-01, 83.57 in 2030-02, then nothing."""
    asset = make_asset(house, in_use_on=dt.date(2024, 3, 15))
    with at(dt.date(2030, 4, 5)):
        for year, number in months_between(dt.date(2024, 3, 1), dt.date(2030, 3, 1)):
            depreciate(house, year, number)
    charges = list(asset.value_moves.filter(kind="depreciation").order_by("id").values_list("accumulated", flat=True))
    assert charges == [Decimal("83.33")] * 71 + [Decimal("83.57")]
    last = asset.value_moves.order_by("id").last()
    assert last.business_date == dt.date(2030, 2, 28)
    asset.refresh_from_db()
    assert (asset.accumulated, asset.net_value, asset.months_left, asset.months_charged) == (6000, 0, 0, 72)
    assert DepreciationRun.objects.get(year=2030, month=3).asset_count == 0


def test_what_is_never_depreciated(house):
    """R-AST-05: land, relics, books, animals and plants, nominal amounts; and what has no account of depreciation."""
    day = clock.today() - dt.timedelta(days=60)
    for card_type in (CardType.LAND, CardType.RELIC, CardType.BOOK, CardType.LIVING):
        make_asset(house, card_type=card_type, in_use_on=day)
    make_asset(house, value_type=ValueType.NOMINAL, original_value="1.00", in_use_on=day)
    make_asset(house, account="1821", in_use_on=day)
    make_asset(house, life_months=None, in_use_on=day)
    # Even a card whose plan was set up wrongly is not taken.
    Asset.objects.exclude(life_months=None).update(next_charge=1, months_left=10, monthly_charge=Decimal(5))
    run = depreciate(house)
    assert (run.asset_count, run.amount) == (0, 0)
    assert not AssetValueMove.objects.filter(kind="depreciation").exists()


def test_the_month_of_addition_is_in_and_that_of_removal_is_not(house):
    """R-AST-06"""
    first = clock.today().replace(day=1)
    last_month = first - dt.timedelta(days=1)
    added = make_asset(house, in_use_on=last_month)
    later = make_asset(house, in_use_on=clock.today())
    gone = make_asset(house, in_use_on=last_month)
    with transaction.atomic():
        card = ledger.locked([gone.pk])[gone.pk]
        paper = ValueChange.objects.create(
            organization=house.organization,
            department=house.ward,
            created_by=house.asset_manager,
            business_date=last_month,
            reason="x",
        )
        removal = ledger.Valuing(card, "removal", -card.original_value, -card.fiscal_fund)
        ledger.change_values([removal], document=paper, actor=house.asset_manager)
    run = depreciate(house)
    taken = set(depreciation.rows_of(run).values_list("asset", flat=True))
    assert taken == {added.pk}
    later.refresh_from_db()
    assert later.accumulated == 0


def test_missed_months_are_made_up_for(house):
    """R-AST-07: the last charge is what is left, never more."""
    index = schedule.month_index(clock.today()) - 1
    long_ago = make_asset(house, in_use_on=schedule.first_day(index - 4))
    nearly = make_asset(
        house,
        in_use_on=schedule.first_day(index - 4),
        accumulated=Decimal("5800.00"),
        months_charged=70,
    )
    used_up = make_asset(
        house,
        in_use_on=schedule.first_day(index),
        accumulated=Decimal("5900.00"),
        months_charged=72,
    )
    depreciate(house)
    assert long_ago.value_moves.get(kind="depreciation").accumulated == Decimal("416.65")
    assert long_ago.value_moves.get(kind="depreciation").months == 5
    assert (nearly.value_moves.get(kind="depreciation").accumulated, caches(nearly)[1]) == (200, 72)
    assert (used_up.value_moves.get(kind="depreciation").accumulated, caches(used_up)[2]) == (100, 0)


def test_the_order_of_runs(house):
    """R-AST-08: the month is over, no month is left out, none is run twice, none before the first."""
    make_asset(house, in_use_on=dt.date(2025, 1, 5))
    with at(dt.date(2025, 6, 10)):
        future = make_run(house, 2025, 6)
        refuse(future, "submit", "lies in the future", house.accountant)
        assert future.number is None
        depreciate(house, 2025, 3)
        refuse(make_run(house, 2025, 5), "submit", "2025-04", house.accountant)
        refuse(make_run(house, 2025, 2), "submit", "began with 2025-03", house.accountant)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_run(house, 2025, 3)
        wrong_day = make_run(house, 2025, 4, business_date=dt.date(2025, 4, 1))
        refuse(wrong_day, "submit", "last day", house.accountant)
    assert AssetValueMove.objects.filter(kind="depreciation").count() == 1


def test_a_closed_month_is_not_run(house):
    """R-AST-08"""
    make_asset(house, in_use_on=dt.date(2025, 1, 5))
    with at(dt.date(2025, 6, 10)):
        Period.objects.create(organization=house.organization, year=2025, month=5, state=Period.State.CLOSED)
        run = make_run(house, 2025, 5)
        with pytest.raises(PeriodClosed):
            apply_transition(run, "submit", actor=house.accountant)
    assert not AssetValueMove.objects.filter(kind="depreciation").exists()


def test_a_new_run_replaces_one_that_is_not_posted(house):
    """R-AST-08: an unposted run of the month is cancelled; a posted one is only reversed."""
    make_asset(house, in_use_on=dt.date(2025, 1, 5))
    with at(dt.date(2025, 6, 10)):
        old = apply_transition(make_run(house, 2025, 5), "submit", actor=house.accountant)
        new = DepreciationRun(
            organization=house.organization, department=house.logistics, year=2025, month=5, created_by=house.accountant
        )
        with transaction.atomic():
            depreciation.make_room(new, actor=house.accountant)
        old.refresh_from_db()
        assert old.status == "cancelled"
        depreciate(house, 2025, 5)
        with pytest.raises(DomainError, match="already"), transaction.atomic():
            depreciation.make_room(new, actor=house.accountant)


def test_a_contra_run_restores_the_cards_exactly(house):
    """R-AST-08: only the newest run, dated like it; the month can be run again afterwards."""
    cards = [
        make_asset(house, in_use_on=dt.date(2025, 1, 5)),
        make_asset(house, in_use_on=dt.date(2025, 1, 5), accumulated=Decimal("5800"), months_charged=71),
        make_asset(house, in_use_on=dt.date(2025, 3, 5), accumulated=Decimal("5800"), months_charged=72),
    ]
    with at(dt.date(2025, 6, 10)):
        first = depreciate(house, 2025, 3)
        before = [caches(card) for card in cards]
        second = depreciate(house, 2025, 4)
        refuse(first, "reverse", "2025-04", house.accountant)
        second = apply_transition(second, "reverse", actor=house.accountant, reason="算错")
        assert [caches(card) for card in cards] == before
        contra = AssetValueMove.objects.filter(object_id=second.pk).exclude(reverses=None)
        assert {row.business_date for row in contra} == {dt.date(2025, 4, 30)}
        apply_transition(first, "reverse", actor=house.accountant, reason="算错")
        assert [card[0] for card in map(caches, cards)] == [0, 5800, 5800]
        assert [card[3] for card in map(caches, cards)] == [month(2025, 1), month(2025, 1), month(2025, 3)]
        again = depreciate(house, 2025, 3)
    assert again.asset_count == 3
    sums = JournalProposal.objects.filter(object_id=second.pk, number=second.number)
    assert {(row.debit_account, row.credit_account, row.amount) for row in sums} == {
        ("5001", "1602", second.amount),
        ("1602", "5001", second.amount),
    }


def test_a_run_under_a_later_change_of_value_stays(house):
    """Only until that change is taken back."""
    asset = make_asset(house, in_use_on=dt.date(2025, 1, 5))
    with at(dt.date(2025, 6, 10)):
        run = depreciate(house, 2025, 5)
        before = caches(asset)
        paper = ValueChange.objects.create(
            organization=house.organization, department=house.ward, created_by=house.asset_manager, reason="x"
        )
        with transaction.atomic():
            card = ledger.locked([asset.pk])[asset.pk]
            valuing = ledger.Valuing(card, "increase", Decimal(600))
            ledger.change_values([valuing], document=paper, actor=house.asset_manager)
        refuse(run, "reverse", "changed the value", house.accountant)
        with transaction.atomic():
            ledger.reverse_values(paper, actor=house.asset_manager)
        assert caches(asset)[:4] == before[:4]
        apply_transition(run, "reverse", actor=house.accountant, reason="算错")
    assert Asset.objects.get().accumulated == 0


def test_the_account_comes_from_the_department(house):
    """R-ACC-04, R-ACC-03: 5001 or 5101 by cost class, intangible assets against 1702; one line a pair, summed."""
    type(house.other_ward).objects.filter(pk=house.other_ward.pk).update(cost_class="5101")
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    make_assets(house, 2, in_use_on=day)
    make_asset(house, in_use_on=day, department=house.other_ward)
    make_asset(house, in_use_on=day, account="1701")
    run = depreciate(house)
    lines = journal.lines_of(run).values_list("debit_account", "credit_account", "amount").order_by("position")
    assert list(lines) == [
        ("5001", "1602", Decimal("166.66")),
        ("5001", "1702", Decimal("83.33")),
        ("5101", "1602", Decimal("83.33")),
    ]
    assert sum(line[2] for line in lines) == run.amount
    assert depreciation.rows_of(run).get(department=house.other_ward).expense_account == "5101"


def test_an_administrative_unit_books_on_5001_alone(house):
    """R-ACC-04"""
    house.organization.kind = "bureau"
    house.organization.save()
    type(house.ward).objects.update(cost_class="5101")
    make_asset(house, in_use_on=clock.today().replace(day=1) - dt.timedelta(days=1))
    run = depreciate(house)
    assert [row.debit_account for row in journal.lines_of(run)] == ["5001"]


def test_the_preview_is_what_is_posted(house):
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    make_assets(house, 3, in_use_on=day)
    make_asset(house, in_use_on=day, department=house.other_ward, account="1701")
    run = make_run(house)
    preview = depreciation.groups_of(run)
    for step in ("submit", "post"):
        run = apply_transition(run, step, actor=house.accountant)
    assert depreciation.groups_of(run) == preview
    assert [(group["cards"], group["charge"]) for group in preview] == [(3, Decimal("249.99")), (1, Decimal("83.33"))]


def test_only_the_accountant_runs_depreciation(house):
    make_asset(house, in_use_on=dt.date(2025, 1, 5))
    run = make_run(house)
    for person in (house.asset_manager, house.storekeeper, house.auditor, house.logistics_head):
        assert available_transitions(run, actor=person) == []
        with pytest.raises(NotAllowed):
            apply_transition(run, "submit", actor=person)
    run = apply_transition(run, "submit", actor=house.accountant)
    assert run.status == "approved"  # computed by the rule
    assert {step.name for step in available_transitions(run, actor=house.accountant)} == {"post", "cancel"}


def test_another_organization_is_left_alone(house, other_house):
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    make_asset(house, in_use_on=day)
    foreign = make_asset(other_house, in_use_on=day)
    assert depreciate(house).asset_count == 1
    foreign.refresh_from_db()
    assert foreign.accumulated == 0


def test_a_house_may_begin_the_month_after(house):
    """The rule of enterprises, as a dated figure; cards made under it begin a month later."""
    day = dt.date(2025, 3, 15)
    assert schedule.months_later(house.organization.pk, day) == 0
    Policy.objects.create(
        organization=house.organization, key=DEPRECIATE_FROM, value=Decimal(1), valid_from=dt.date(2025, 1, 1)
    )
    assert schedule.months_later(house.organization.pk, day) == 1
    assert schedule.months_later(house.organization.pk, dt.date(2024, 12, 31)) == 0
    used = clock.today()
    paper = run(house, make_addition(house, {"acquired_on": used, "in_use_on": used}))
    (card,) = Asset.objects.filter(moves__object_id=paper.pk).distinct()
    assert card.next_charge == month(used.year, used.month) + 1


def test_a_run_is_a_handful_of_statements(house):
    day = dt.date(2025, 1, 5)
    counts = []
    with at(dt.date(2025, 6, 10)):
        for number, more in ((2, 3), (3, 300)):
            make_assets(house, more, in_use_on=day)
            run = apply_transition(make_run(house, 2025, number), "submit", actor=house.accountant)
            with CaptureQueriesContext(connection) as posting:
                apply_transition(run, "post", actor=house.accountant)
            counts.append(len(posting))
    assert counts[0] == counts[1]
    ledger_writes = [
        q for q in posting if "assets_assetvaluemove" in q["sql"] and q["sql"].startswith(("INSERT", "UPDA"))
    ]
    assert len(ledger_writes) == 2


cards = st.fixed_dictionaries(
    {
        "value": st.integers(1, 10_000_000),
        "part": st.integers(0, 100),
        "life": st.one_of(st.none(), st.integers(1, 600)),
        "charged": st.integers(0, 620),
        "missed": st.integers(-3, 40),
        "state": st.sampled_from([AssetState.IN_USE, AssetState.IDLE, AssetState.MISSING]),
        "monthly": st.one_of(st.none(), st.integers(0, 100_000)),
    }
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(cards, min_size=1, max_size=12))
def test_the_run_in_sql_is_the_charge_in_python(house, drawn):
    """R-AST-07: for any card the set-based run takes what schedule.charge says, and leaves the same caches."""
    sid = transaction.savepoint()
    index = month(2025, 5)
    expected = {}
    with at(dt.date(2025, 6, 10)):
        made = make_assets(house, len(drawn), in_use_on=dt.date(2025, 5, 1))
        for asset, card in zip(made, drawn, strict=True):
            asset.original_value = Decimal(card["value"]).scaleb(-2)
            asset.fiscal_fund = asset.original_value
            asset.accumulated = Decimal(card["value"] * card["part"] // 100).scaleb(-2)
            asset.life_months, asset.months_charged = card["life"], card["charged"]
            asset.state = card["state"]
            schedule.begin(asset, index - card["missed"])
            if card["monthly"] is not None and asset.next_charge is not None:
                asset.monthly_charge = Decimal(card["monthly"]).scaleb(-2)
            asset.save()
            charge, months = schedule.charge(asset, index)
            expected[asset.pk] = (charge, months)
        before = [caches(asset) for asset in made]
        run = depreciate(house, 2025, 5)
        rows = {row.asset_id: (row.accumulated, row.months) for row in depreciation.rows_of(run)}
        assert rows == {key: value for key, value in expected.items() if value[1]}
        for asset in made:
            charge, months = expected[asset.pk]
            card = Asset.objects.get(pk=asset.pk)
            assert card.accumulated == asset.accumulated + charge <= card.original_value
            if months:
                assert card.months_charged == asset.months_charged + months
                assert card.months_left == max(card.life_months - card.months_charged, 0)
                assert card.next_charge == index + 1
        apply_transition(run, "reverse", actor=house.accountant, reason="测试")
        assert [caches(asset) for asset in made] == before
    transaction.savepoint_rollback(sid)


@pytest.mark.django_db(transaction=True)
def test_the_same_run_twice_at_once(transactional_db):
    """Two people post the same run: one wins, the cards are charged once."""
    house = make_house()
    asset = make_asset(house, in_use_on=clock.today().replace(day=1) - dt.timedelta(days=1))
    run = apply_transition(make_run(house), "submit", actor=house.accountant)
    barrier, results = threading.Barrier(2), []

    def post():
        try:
            barrier.wait()
            apply_transition(run, "post", actor=house.accountant)
            results.append("posted")
        except DomainError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["posted", "refused"]
    asset.refresh_from_db()
    assert asset.accumulated == Decimal("83.33")
    assert asset.value_moves.filter(kind="depreciation").count() == 1
