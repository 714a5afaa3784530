"""The reports over the asset ledgers against figures worked out by hand and against the ledger row by row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assets.models import Asset, AssetState, AssetValueMove
from assets.reports.attention import IdleAssets, PastLife
from assets.reports.card_ledger import AssetChanges, CardLedger
from assets.reports.class_summary import DECREASES, INCREASES, ClassSummary
from assets.reports.depreciation import DepreciationDetail, DepreciationSummary
from assets.reports.disposals import DisposalsOfPeriod
from core import clock
from core.excel.download import CONTENT_TYPE
from core.reports import SUBTOTAL
from tests.factories import at, run
from tests.holding import make_asset, make_assets, make_category, make_disposal
from tests.inventory.reporting import report, rows_of
from tests.valuing import make_run

pytestmark = pytest.mark.django_db
JUNE, JULY, AUGUST = dt.date(2026, 6, 10), dt.date(2026, 7, 10), dt.date(2026, 8, 12)


@pytest.fixture
def year(house):
    """Two computers and a desk from June, a third computer from July; July's and June's depreciation; one computer is
    scrapped in August."""
    with at(JUNE):
        computers = make_assets(house, 2, in_use_on=JUNE)
        desk = make_asset(
            house,
            name="办公桌",
            category=make_category("A05010201", "办公桌"),
            original_value="1200.00",
            life_months=180,
            in_use_on=JUNE,
            department=house.logistics,
        )
    with at(JULY):
        make_asset(house, in_use_on=JULY, department=house.logistics)
    for month in (6, 7):
        with at(dt.date(2026, month + 1, 2)):
            run(house, make_run(house, 2026, month))
    with at(AUGUST):
        run(house, make_disposal(house, computers[0], approved_on=AUGUST))
    return computers, desk


def period(kind, house, start, end, **params):
    return report(kind, house.again("auditor"), start=start, end=end, **params)


def test_every_class_adds_up_from_opening_to_closing(house, year):
    rows = rows_of(period(ClassSummary, house, dt.date(2026, 7, 1), dt.date(2026, 8, 31)))
    computers, desks = rows
    assert (computers.values["code"], desks.values["code"]) == ("A02010105", "A05010201")
    assert (computers.values["before"], computers.values["bought"]) == (Decimal(12000), Decimal(6000))
    assert (computers.values["scrapped"], computers.values["after"]) == (Decimal(6000), Decimal(12000))
    counts = [computers.values[f"cards_{name}"] for name in ("before", "in", "out", "after")]
    assert counts == [2, 1, 1, 2]
    for row in rows:
        value = row.values
        change = sum(value.get(key, 0) for key in INCREASES) - sum(value.get(key, 0) for key in DECREASES)
        assert value["before"] + change == value["after"]
        assert value["after"] - value["accumulated"] == value["net"]
    assert computers.values["charged"] == Decimal("83.33") * 3


def test_the_closing_of_the_classes_is_what_the_cards_are_worth(house, year):
    made = period(ClassSummary, house, dt.date(2026, 8, 1), clock.today())
    rows = rows_of(made)
    cards = list(Asset.objects.all())
    assert sum(row.values["after"] for row in rows) == sum(card.original_value for card in cards)
    assert sum(row.values["accumulated"] for row in rows) == sum(card.accumulated for card in cards)
    subtotals = rows_of(made, SUBTOTAL)
    assert [row.values["code"] for row in subtotals] == ["A02", "A05"]


def test_the_ledger_shows_every_day_as_it_was(house, year):
    computers, _desk = year
    june = report(CardLedger, house.again("auditor"), as_of=dt.date(2026, 6, 30))
    august = report(CardLedger, house.again("auditor"), as_of=dt.date(2026, 8, 31))
    assert len(rows_of(june)) == 3
    assert june.sums["accumulated"] == Decimal("83.33") * 2 + Decimal("6.67")
    gone = computers[0].number
    assert gone in {row.values["number"] for row in rows_of(june)}
    assert gone not in {row.values["number"] for row in rows_of(august)}
    assert august.sums["cost"] == sum(card.original_value for card in Asset.objects.all())


def test_nobody_sees_cards_beyond_his_department(house, year):
    mine = report(CardLedger, house.again("requester"), as_of=dt.date(2026, 6, 30))
    assert {row.values["department"] for row in rows_of(mine)} == {str(house.ward)}


def test_increases_and_decreases_are_the_rows_without_depreciation(house, year):
    made = period(AssetChanges, house, JUNE, AUGUST)
    rows = rows_of(made)
    assert len(rows) == 5
    assert made.sums["cost"] == sum(card.original_value for card in Asset.objects.all())
    assert [row.values["kind"] for row in rows][-1] == "removal"


def test_depreciation_by_card_and_by_department_agree_with_the_ledger(house, year):
    charged = sum(row.accumulated for row in AssetValueMove.objects.filter(kind=AssetValueMove.Kind.DEPRECIATION))
    by_card = period(DepreciationDetail, house, JUNE, AUGUST)
    by_department = period(DepreciationSummary, house, JUNE, AUGUST)
    assert len(rows_of(by_card)) == 4
    departments = rows_of(by_department)
    assert by_card.sums["charged"] == by_department.sums["charged"] == charged
    expenses = {row.values["department"]: row.values["debit"] for row in departments}
    assert expenses == {str(house.ward): house.ward.cost_class, str(house.logistics): house.logistics.cost_class}
    assert {row.values["credit"] for row in departments} == {"1602"}
    assert sum(row.values["charged"] for row in rows_of(by_department, SUBTOTAL)) == charged


def test_disposed_things_and_those_before_their_time(house, year):
    made = period(DisposalsOfPeriod, house, AUGUST, AUGUST)
    (row,) = rows_of(made)
    assert (row.values["cost"], row.values["accumulated"]) == (Decimal(6000), Decimal("166.66"))
    assert row.values["early"] == "yes"
    assert len(rows_of(period(DisposalsOfPeriod, house, AUGUST, AUGUST, early="on"))) == 1
    assert rows_of(period(DisposalsOfPeriod, house, JUNE, JULY)) == []


def test_idle_things_and_things_past_their_life(house):
    since = clock.today() - dt.timedelta(days=40)
    make_asset(house, state=AssetState.IDLE, idle_since=since)
    old = make_asset(house, in_use_on=dt.date(2019, 1, 5), life_months=60)
    make_asset(house)
    (idle,) = rows_of(report(IdleAssets, house.again("auditor")))
    assert idle.values["days"] == 40
    (past,) = rows_of(report(PastLife, house.again("auditor")))
    assert past.values["number"] == old.number
    today = clock.today()
    assert past.values["over"] == (today.year - 2019) * 12 + today.month - 60


@pytest.mark.parametrize(
    "code",
    [
        *("asset_ledger", "asset_changes", "asset_class_summary", "depreciation_detail", "depreciation_summary"),
        *("idle_assets", "assets_past_life", "asset_disposals"),
    ],
)
def test_reports_do_not_ask_more_for_more_cards(house, client, code, django_assert_max_num_queries):
    make_assets(house, 5)
    client.force_login(house.again("auditor"))
    client.get(reverse(code))
    make_assets(house, 100)
    with django_assert_max_num_queries(24):
        answer = client.get(reverse(code))
    assert answer.status_code == 200
    assert client.get(reverse(code), {"format": "xlsx"}).status_code == 200


@pytest.mark.parametrize(
    "code",
    [
        *("asset_ledger", "asset_changes", "depreciation_detail", "idle_assets", "assets_past_life"),
        *("asset_disposals", "department_assets", "personal_assets", "uncounted_assets"),
    ],
)
def test_who_may_not_export_cards_takes_none_away_in_a_report(house, client, code):
    make_asset(house)
    answers = {}
    for role in ("leader", "auditor"):
        client.force_login(house.again(role))
        page, book = client.get(reverse(code)), client.get(reverse(code), {"format": "xlsx"})
        assert page.status_code == 200
        answers[role] = ("format=xlsx" in page.content.decode(), book.get("Content-Type") == CONTENT_TYPE)
    assert book.status_code == 200
    assert answers == {"leader": (False, False), "auditor": (True, True)}
    client.force_login(house.again("leader"))
    assert client.get(reverse(code), {"format": "xlsx"}).status_code == 403
