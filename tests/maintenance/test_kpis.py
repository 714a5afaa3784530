"""The key figures against hand-made numbers and a plain Python model; never other people's orders; constant queries."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset, AssetState
from core.clock import pretend
from core.models.policies import Policy
from core.reports import all_reports
from maintenance import figures, kpis
from maintenance.models import FINISHED, GIVEN_UP, LabourEntry, OrderPause, WorkOrder
from maintenance.reports.orders import RepairBacklog, RepairLedger
from maintenance.reports.performance import RepairPerformance
from maintenance.reports.things import RepairOrReplace
from maintenance.thing_selectors import Availability, availability, days_in
from tests.holding import make_asset
from tests.repairing import make_order, make_place, make_repair_category, make_team

from .test_timeliness import at

pytestmark = pytest.mark.django_db
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
HOUR = dt.timedelta(hours=1)


def order_at(house, text: str, **columns) -> WorkOrder:
    """An order reported then, with the columns written straight into its row."""
    created = {name: columns.pop(name) for name in ("category", "place", "department", "asset") if name in columns}
    with pretend(at(text)):
        order = make_order(house, **created)
    WorkOrder.objects.filter(pk=order.pk).update(**columns)
    order.refresh_from_db()
    return order


def done(order_moment: str, hours: int, **more) -> dict:
    """Columns of an order that was done so many hours after it was reported, everything promised within 10 hours."""
    first = at(order_moment)
    due = first + 10 * HOUR
    return {
        "state": "closed",
        "dispatched_at": first,
        "accepted_at": first + HOUR,
        "accept_due": first + 2 * HOUR,
        "arrived_at": first + 2 * HOUR,
        "arrive_promised": first + 3 * HOUR,
        "arrive_due": first + 3 * HOUR,
        "finished_at": first + hours * HOUR,
        "finish_promised": due,
        "finish_due": due,
        "confirmation": "person",
        **more,
    }


def test_a_month_by_hand(house):
    """R-REP-03, R-REP-06: gross and net; what was confirmed by itself is no satisfaction."""
    day = "2026-03-02 08:00"
    good = order_at(house, day, **done(day, 4, score=5, cost_labour=Decimal(40), labour_minutes=60))
    paused = order_at(house, day, **done(day, 30, score=3, finish_due=at(day) + 40 * HOUR))
    OrderPause.objects.create(
        order=paused, reason="parts", asked_by=house.repair_worker, since=at(day) + 5 * HOUR,
        ended_at=at(day) + 25 * HOUR, minutes=1200, decision="approved", decided_by=house.logistics_head,
    )  # fmt: skip
    late = order_at(house, day, **done(day, 20, confirmation="auto", score=1, accepted_at=at(day) + 3 * HOUR))
    OrderPause.objects.create(
        order=late, reason="other", asked_by=house.repair_worker, since=at(day) + 5 * HOUR,
        ended_at=at(day) + 9 * HOUR, minutes=240, decision="refused",
    )  # fmt: skip
    order_at(house, "2026-03-10 08:00", rework_of=good)
    order_at(house, "2026-03-11 08:00", rework_of=late, rework_waiver="另一处漏水")
    order_at(house, day, state="cancelled")
    order_at(house, day, kind="upkeep")
    order_at(house, day, kind="task")
    order_at(house, "2026-02-27 08:00")
    order_at(house, "2026-04-01 00:00")
    with pretend(at("2026-03-20 08:00")):
        found = kpis.totals(kpis.orders_of(house.logistics_head, *MARCH))
    assert (found.reported, found.given_up, found.upkeep, found.open) == (5, 1, 1, 2)
    assert {rate.key: rate.counts(found) for rate in kpis.RATES} == {
        "response": (2, 3), "arrival": (3, 3), "arrival_net": (3, 3), "finish": (1, 3), "finish_net": (2, 3),
        "completion": (3, 5), "first_time": (2, 3), "rework": (1, 3), "satisfaction": (8, 10), "answers": (2, 3),
        "preventive": (1, 6),
    }  # fmt: skip
    assert (found.mttr, found.mttr_net) == (Decimal("18.0"), Decimal("11.3"))
    assert (found.cost, found.minutes) == (Decimal(40), 60)
    assert kpis.RATE["finish_net"].percent(found) == Decimal("66.7")


def test_rework_counts_against_whose_repair_did_not_hold(house):
    """R-REP-07."""
    day = "2026-03-02 08:00"
    first = order_at(house, day, **done(day, 4, worker=house.repair_worker))
    order_at(house, "2026-03-05 08:00", rework_of=first, worker=house.second_storekeeper)
    found = kpis.by_worker(kpis.orders_of(house.logistics_head, *MARCH))
    assert (found[house.repair_worker.pk].reworks, found[house.second_storekeeper.pk].reworks) == (1, 0)


def test_only_visible_orders_count(house, other_house):
    day = "2026-03-02 08:00"
    order_at(house, day)
    order_at(house, day, department=house.other_ward)
    order_at(other_house, day)
    counts = {
        name: kpis.totals(kpis.orders_of(house.people[name], *MARCH)).reported
        for name in ("logistics_head", "department_head")
    }
    assert counts == {"logistics_head": 2, "department_head": 1}
    assert kpis.totals(kpis.orders_of(other_house.logistics_head, *MARCH)).reported == 1


def plain_model(rows: list[WorkOrder]) -> dict[str, int]:
    """The same counts, one order after the other."""
    repairs = [row for row in rows if row.kind == "repair" and row.state not in GIVEN_UP]
    finished = [row for row in repairs if row.state in FINISHED and row.finished_at]
    reworked = {
        row.rework_of_id for row in WorkOrder.objects.all() if not row.rework_waiver and row.state not in GIVEN_UP
    }
    return {
        "reported": len(repairs),
        "finished": len(finished),
        "accepted_in_time": sum(bool(row.accepted_at and row.accepted_at <= row.accept_due) for row in repairs),
        "finished_gross": sum(row.finished_at <= row.finish_promised for row in finished),
        "finished_net": sum(row.finished_at <= row.finish_due for row in finished),
        "first_time": sum(not row.refusals and row.pk not in reworked for row in finished),
        "rated": sum(row.score is not None and row.confirmation != "auto" for row in finished),
        "stars": sum(row.score or 0 for row in finished if row.confirmation != "auto"),
        "reworks": sum(bool(row.rework_of_id and not row.rework_waiver) for row in repairs),
    }


@pytest.mark.parametrize("seed", range(2))
def test_random_months_agree_with_a_plain_model(house, seed):
    chance = random.Random(seed)
    made: list[WorkOrder] = []
    for _turn in range(30):
        text = f"2026-03-{chance.randint(1, 28):02d} {chance.randint(0, 23):02d}:00"
        columns = done(text, chance.randint(1, 20), finish_due=at(text) + chance.randint(10, 20) * HOUR)
        columns |= {
            "accepted_at": at(text) + chance.randint(1, 3) * HOUR,
            "state": chance.choice(["closed", "done", "cancelled", "closed", "returned"]),
            "kind": chance.choice(["repair", "repair", "repair", "task", "upkeep"]),
            "confirmation": chance.choice(["person", "auto", ""]),
            "score": chance.choice([None, 1, 3, 5]),
            "refusals": chance.choice([0, 0, 1]),
            "rework_waiver": chance.choice(["", "", "不是"]),
            "rework_of": chance.choice([None, None, *made]) if made else None,
        }
        made.append(order_at(house, text, **columns))
    found = kpis.totals(kpis.orders_of(house.logistics_head, *MARCH))
    expected = plain_model(list(WorkOrder.objects.all()))
    assert {name: getattr(found, name) for name in expected} == expected
    by_category = kpis.grouped(kpis.orders_of(house.logistics_head, *MARCH), "category_id")
    assert sum((row for row in by_category.values()), kpis.NOTHING) == found
    assert sum(kpis.by_month(kpis.orders_of(house.logistics_head, *MARCH)).values(), kpis.NOTHING) == found


def test_months_end_by_the_clock_of_the_house(house):
    order_at(house, "2026-02-28 23:30")
    order_at(house, "2026-03-01 00:30")
    rows = kpis.orders_of(house.logistics_head, dt.date(2026, 2, 1), dt.date(2026, 3, 31))
    assert {key: row.reported for key, row in kpis.by_month(rows).items()} == {
        dt.date(2026, 2, 1): 1,
        dt.date(2026, 3, 1): 1,
    }


def test_the_backlog_by_age(house):
    top = make_repair_category("71", "空调")
    for text in ("2026-03-20 07:00", "2026-03-18 08:00", "2026-03-14 08:00", "2026-03-01 08:00", "2025-12-01 08:00"):
        order_at(house, text, category=top)
    order_at(house, "2026-03-19 08:00", category=top, finish_due=at("2026-03-19 20:00"))
    with pretend(at("2026-03-20 08:00")):
        assert kpis.backlog(house.logistics_head) == {top.pk: [1, 2, 1, 1, 1, 1]}
        rows = list(RepairBacklog(house.logistics_head, {}).rows())
    assert (rows[0].values["open"], rows[0].values["late"]) == (6, 1)


def test_days_under_repair_are_counted_once():
    day = dt.date(2026, 3, 1)
    spans = [(day, day), (day, day + dt.timedelta(days=4)), (day + dt.timedelta(days=4), day + dt.timedelta(days=90))]
    assert days_in(spans, day, day + dt.timedelta(days=9)) == 10
    assert days_in([], day, day) == 0
    assert days_in([(day, day)], day + dt.timedelta(days=1), day + dt.timedelta(days=3)) == 0


def test_equipment_in_good_state(house, other_house):
    """完好率: days without an open repair of all days, from the first day of use to the disposal."""
    old, new, gone = (make_asset(house, name=name) for name in ("监护仪", "新监护仪", "旧监护仪"))
    make_asset(other_house)
    Asset.objects.update(in_use_on=dt.date(2025, 1, 1), state=AssetState.IN_USE)
    Asset.objects.filter(pk=new.pk).update(in_use_on=dt.date(2026, 3, 22))
    Asset.objects.filter(pk=gone.pk).update(disposed_on=dt.date(2026, 3, 10), state=AssetState.DISPOSED)
    day = "2026-03-02 08:00"
    order_at(house, day, asset=old, **done(day, 50))
    order_at(house, "2026-02-01 08:00", asset=old, **done("2026-02-01 08:00", 5))
    order_at(house, "2026-03-25 08:00", asset=new)
    order_at(house, day, asset=new, state="cancelled")
    with pretend(at("2026-04-20 08:00")):
        found = availability(house.logistics_head, *MARCH)
    assert list(found.values()) == [Availability(3, 31 + 10 + 10, 3 + 7)]
    assert found[old.category_id].percent == Decimal("80.4")
    with pretend(at("2026-03-26 08:00")):
        assert availability(house.logistics_head, *MARCH)[old.category_id].down == 3 + 2


def test_repair_or_replace(house):
    cheap, dear, worn = (make_asset(house, name=name) for name in ("好机器", "坏机器", "折完的机器"))
    Asset.objects.filter(pk=worn.pk).update(accumulated=worn.original_value)
    day = "2026-03-02 08:00"
    half = dear.net_value / 2
    for card, cost in ((cheap, Decimal(10)), (dear, half + 1), (worn, Decimal(1))):
        order_at(house, day, asset=card, cost_material=cost)
    params = {"start": MARCH[0], "end": MARCH[1], "only": True}
    names = [row.values["name"] for row in RepairOrReplace(house.logistics_head, params).rows()]
    assert names == ["折完的机器", "坏机器"]
    Policy.objects.create(
        organization=house.organization,
        key=figures.REPLACE_FROM,
        value=Decimal(60),
        valid_from=dt.date(2020, 1, 1),
        basis="院内规定",
    )
    assert [row.values["name"] for row in RepairOrReplace(house.logistics_head, params).rows()] == ["折完的机器"]
    everything = list(RepairOrReplace(house.logistics_head, {**params, "only": False}).rows())
    assert len(everything) == 3


def test_hours_of_helpers_stand_with_them(house):
    day = "2026-03-02 08:00"
    order = order_at(house, day, **done(day, 4, worker=house.repair_worker))
    for person, minutes in ((house.repair_worker, 60), (house.second_storekeeper, 90)):
        LabourEntry.objects.create(order=order, worker=person, minutes=minutes)
    params = {"start": MARCH[0], "end": MARCH[1], "group": "worker"}
    rows = {row.subject: row.values for row in RepairPerformance(house.logistics_head, params).rows()}
    assert rows[house.repair_worker.pk]["hours"] == 1
    assert (rows[house.second_storekeeper.pk]["hours"], rows[house.second_storekeeper.pk]["reported"]) == (
        Decimal("1.5"),
        0,
    )


GROUPS = ("month", "category", "item", "building", "department", "team", "worker", "urgency")


@pytest.mark.parametrize("group", GROUPS)
def test_every_grouping_adds_up_to_the_same(house, group):
    building, day = make_place(house, "B9", "门诊楼"), "2026-03-02 08:00"
    room = make_place(house, "B9-1", "诊室", parent=building)
    category = make_repair_category("72", "门")
    for place, hours in ((room, 4), (building, 12), (None, 30)):
        order_at(house, day, place=place, category=category, **done(day, hours, team=make_team(house)))
    params = {"start": MARCH[0], "end": MARCH[1], "group": group}
    report = RepairPerformance(house.logistics_head, params)
    rows = list(report.run())
    totals = report.totals()
    assert (totals["reported"], totals["finish_part"], totals["finish_whole"]) == (3, 1, 3)
    assert totals["finish_percent"] == Decimal("33.3")
    if group == "building":
        assert {row.values["name"]: row.values["reported"] for row in rows} == {"门诊楼": 2, "not said": 1}
    assert report.chart()["labels"]


def test_the_ledger_shows_every_order_with_its_lateness(house):
    day = "2026-03-02 08:00"
    order = order_at(house, day, **done(day, 12, finish_due=at(day) + 20 * HOUR, cost_external=Decimal(300)))
    order_at(house, "2026-04-02 08:00")
    report = RepairLedger(house.logistics_head, {"start": MARCH[0], "end": MARCH[1]})
    rows = list(report.run())
    assert [(row.values["number"], row.values["late"], row.values["late_net"]) for row in rows] == [
        (order.number, True, False)
    ]
    assert report.totals()["cost"] == 300


def test_the_ledger_on_paper_has_no_more_columns_than_can_be_read(house, client):
    """The phone of the reporter is not printed; screen and Excel have all columns, and the paper says so."""
    order_at(house, "2026-03-02 08:00", phone="13900001111", title="水管漏水")
    client.force_login(house.logistics_head)
    asked = {"month": "2026-03"}
    paper = client.get(reverse("repair_ledger"), {**asked, "format": "print"})
    assert paper.context["density"] != "wide"
    assert "13900001111" not in paper.content.decode()
    assert "水管漏水" in paper.content.decode()
    assert paper.context["shortened"]
    assert "13900001111" in client.get(reverse("repair_ledger"), asked).content.decode()


REPORTS = (
    *("repair_performance", "repair_ledger", "repair_backlog", "repair_costs", "repair_materials"),
    *("repair_contractors", "equipment_availability", "repair_or_replace", "upkeep_fulfilment"),
)


def test_reports_open_on_screen_in_excel_and_on_paper(house, client):
    day = "2026-03-02 08:00"
    order_at(house, day, asset=make_asset(house), **done(day, 4, cost_labour=Decimal(40)))
    titles = {report.code: str(report.title) for report in all_reports()}
    client.force_login(house.logistics_head)
    for code in REPORTS:
        asked = {"month": "2026-03", "group": "category"}
        assert titles[code] in client.get(reverse(code), asked).content.decode()
        for kind in ("xlsx", "print"):
            assert client.get(reverse(code), {**asked, "format": kind}).status_code == 200, (code, kind)
    client.force_login(house.requester)
    assert {code: client.get(reverse(code)).status_code for code in REPORTS} == dict.fromkeys(REPORTS, 403)


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_key_figures_costs_the_same_for_few_and_many(house, client, count):
    category = make_repair_category("73", "电梯")
    for turn in range(count):
        text = f"2026-03-{turn % 28 + 1:02d} 08:00"
        order_at(
            house, text, category=category, asset=make_asset(house) if turn < 9 else None, **done(text, 4, score=5)
        )
    client.force_login(house.logistics_head)
    client.get("/repairs/kpis/")
    with CaptureQueriesContext(connection) as queries, pretend(at("2026-03-30 08:00")):
        page = client.get("/repairs/kpis/", {"month": "2026-03"})
    assert page.status_code == 200
    assert f">{count}<" in page.content.decode()
    assert len(queries) <= 32
    client.force_login(house.repair_worker)
    assert client.get("/repairs/kpis/").status_code == 403
