"""Upkeep plans: due days, orders that appear once, what is missed, what a law demands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.errors import DomainError, NotAllowed
from core.models.notices import Notice
from maintenance.models import Checklist, MaintenancePlan, PlannedUpkeep, PlanSubject, WorkOrder
from maintenance.services import meters, plan_dates, plan_rules, plans
from tests.holding import make_asset, make_assets, make_category
from tests.repairing import bring, make_place, make_team

from .upkeep import days, draft_plan, make_equipment, make_meter, make_plan

DATES = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


# ---- days ----


@given(start=DATES, every=st.integers(1, 24), unit=st.sampled_from(["day", "week", "month", "year"]), day=DATES)
def test_the_rhythm_keeps_its_day_and_never_stands_still(start, every, unit, day):
    plan = MaintenancePlan(kind="calendar", every=every, unit=unit, starts_on=start)
    first = plan_dates.first_from(plan, day)
    assert first >= max(day, start)
    due, seen = start, [start]
    while due < first:
        due = plan_dates.after(plan, due)
        seen.append(due)
    assert due == first, "the first day from a day on is a day of the rhythm"
    following = plan_dates.after(plan, first)
    gap = (following - first).days
    assert plan_dates.shortest_gap(plan) <= gap <= plan_dates.longest_gap(plan)
    if unit in ("month", "year"):
        last = plan_dates.day_of_month(following.year, following.month, 31).day
        assert following.day == min(start.day, last), "the end of a short month does not shorten the next one"


@given(start=DATES, day=DATES, month=st.integers(1, 12), number=st.integers(1, 28))
def test_a_season_comes_once_a_year_on_the_same_day(start, day, month, number):
    plan = MaintenancePlan(kind="season", season_day=f"{month:02}-{number:02}", starts_on=start)
    first = plan_dates.first_from(plan, day)
    assert (first.month, first.day) == (month, number)
    assert first >= max(day, start)
    following = plan_dates.after(plan, first)
    assert (following.year, following.month, following.day) == (first.year + 1, month, number)


def test_months_end_right():
    plan = MaintenancePlan(kind="calendar", every=1, unit="month", starts_on=dt.date(2027, 1, 31))
    dues = plan_dates.dues_between(plan, plan.starts_on, dt.date(2027, 5, 31))
    assert [f"{due:%m-%d}" for due in dues] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


def test_a_leap_day_of_a_season_is_kept():
    plan = MaintenancePlan(kind="season", season_day="02-29", starts_on=dt.date(2027, 1, 1))
    assert plan_dates.first_from(plan, plan.starts_on) == dt.date(2027, 2, 28)
    assert plan_dates.after(plan, dt.date(2027, 2, 28)) == dt.date(2028, 2, 29)


# ---- orders ----


@pytest.mark.django_db
def test_an_order_appears_ahead_of_its_day_in_the_hands_the_plan_names(house):
    team = make_team(house)
    checklist = Checklist.objects.create(code="T-1", name="配电房")
    checklist.lines.create(position=1, text="柜门完好")
    plan = make_plan(house, starts_on=days(10), lead_days=7, team=team, worker=house.repair_worker, checklist=checklist)
    assert plans.make_due(days(2)) == 0
    assert plans.make_due(days(3)) == 1
    upkeep = PlannedUpkeep.objects.get()
    order = upkeep.order
    assert (order.kind, order.channel, order.state) == ("upkeep", "plan", "dispatched")
    assert (order.team, order.worker, order.place) == (team, house.repair_worker, make_place(house))
    assert timezone.localdate(order.finish_due) == upkeep.due_on == days(10)
    assert order.checks.count() == 1
    assert Notice.objects.filter(user=house.repair_worker, code="upkeep_given").count() == 1
    assert plan.subjects.get().next_due == plan_dates.after(plan, days(10))


@pytest.mark.django_db
def test_an_order_for_somebody_who_left_waits_for_the_dispatcher(house):
    make_plan(house, worker=house.repair_worker)
    type(house.repair_worker).objects.filter(pk=house.repair_worker.pk).update(is_active=False)
    assert plans.make_due() == 1
    order = WorkOrder.objects.get()
    assert (order.state, order.worker) == ("new", None)


@pytest.mark.django_db
def test_a_due_day_is_made_once_however_often_it_is_asked(house):
    plan = make_plan(house)
    assert plans.make_due() == 1
    assert plans.make_due() == 0
    plan.subjects.update(next_due=clock.today())  # as if another run had read the row before this one wrote
    assert plans.make_due() == 0
    assert (WorkOrder.objects.count(), PlannedUpkeep.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_class_means_each_thing_in_use_once(house):
    category = make_category("A02061504", "配电柜")
    make_assets(house, 2, category=category, state="in_use", name="配电柜")
    make_asset(house, category=category, state="disposed")
    make_asset(house, category=category, state="in_stock")
    make_asset(house, state="in_use")
    make_plan(house, PlanSubject(category=category))
    assert plans.make_due() == 2
    assert {order.asset.name for order in WorkOrder.objects.all()} == {"配电柜"}


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"active": False}, {"ends_on": days(-1)}])
def test_plans_that_ended_open_nothing(house, change):
    plan = make_plan(house)
    MaintenancePlan.objects.filter(pk=plan.pk).update(**change)
    assert plans.make_due() == 0
    assert not WorkOrder.objects.exists()


@pytest.mark.django_db
def test_a_thing_that_was_disposed_of_is_left_out(house):
    asset = make_asset(house, state="in_use")
    make_plan(house, PlanSubject(asset=asset))
    type(asset).objects.filter(pk=asset.pk).update(state="disposed")
    assert plans.make_due() == 0
    assert not PlannedUpkeep.objects.exists()


@pytest.mark.django_db
def test_the_next_due_day_follows_from_the_due_day_not_from_when_it_was_done(house):
    plan = make_plan(house, every=1, unit="month", tolerance_days=3)
    plans.make_due()
    order = WorkOrder.objects.get()
    with clock.pretend(at(days(3))):
        bring(house, order, "done")
        plans.note_finished(order)
    upkeep = PlannedUpkeep.objects.get()
    assert (upkeep.result, upkeep.done_on) == ("done", days(3))
    assert plan.subjects.get().next_due == plan_dates.after(plan, clock.today())


@pytest.mark.django_db
def test_what_is_missed_is_told_and_done_later_is_late(house):
    make_plan(house, tolerance_days=3)
    plans.make_due()
    plans.make_due(days(3))
    assert PlannedUpkeep.objects.get().result == "open"
    for _turn in range(2):
        plans.make_due(days(4))
    assert PlannedUpkeep.objects.get().result == "missed"
    told = Notice.objects.filter(code="upkeep_missed").values_list("user", flat=True)
    assert sorted(told) == sorted([house.repair_dispatcher.pk, house.logistics_head.pk])
    order = WorkOrder.objects.get()
    with clock.pretend(at(days(5))):
        bring(house, order, "done")
        plans.make_due(days(5))
    assert PlannedUpkeep.objects.get(order=order).result == "late"


@pytest.mark.django_db
def test_work_that_was_not_accepted_is_open_again(house):
    make_plan(house)
    plans.make_due()
    order = bring(house, WorkOrder.objects.get(), "done")
    plans.note_finished(order)
    WorkOrder.objects.filter(pk=order.pk).update(state="accepted")
    plans.note_finished(order)
    upkeep = PlannedUpkeep.objects.get()
    assert (upkeep.result, upkeep.done_on) == ("open", None)


@pytest.mark.django_db
def test_after_weeks_without_the_command_only_the_newest_gets_an_order(house):
    plan = make_plan(house, every=7, unit="day", lead_days=0)
    assert plans.make_due(days(30)) == 1
    results = list(PlannedUpkeep.objects.order_by("due_on").values_list("result", flat=True))
    assert results == ["missed", "missed", "missed", "missed", "open"]
    assert plan.subjects.get().next_due == days(35)


@pytest.mark.django_db
def test_the_command_runs_twice(house, capsys):
    make_plan(house)
    call_command("repair_plans")
    call_command("repair_plans")
    assert capsys.readouterr().out.splitlines() == ["1 orders of upkeep opened.", "0 orders of upkeep opened."]


@pytest.mark.django_db
def test_by_meter_it_is_due_when_the_meter_says_so(house):
    meter = make_meter(house)
    plan = make_plan(house, PlanSubject(place=make_place(house), meter=meter), kind="meter", meter_every=Decimal(250))
    worker = house.again("repair_worker")
    meters.read(meter, Decimal(249), actor=worker)
    assert not WorkOrder.objects.exists()
    meters.read(meter, Decimal(760), actor=worker, confirmed=True)
    upkeep = PlannedUpkeep.objects.get()
    assert upkeep.due_on == days(plan.lead_days)
    assert plan.subjects.get().next_reading == Decimal(1000)


# ---- skipping and moving ----


@pytest.mark.django_db
def test_a_due_day_is_left_out_with_a_reason(house):
    plan = make_plan(house, starts_on=days(5), lead_days=0)
    subject, dispatcher = plan.subjects.get(), house.again("repair_dispatcher")
    with pytest.raises(DomainError):
        plans.skip(subject, days(5), actor=dispatcher, reason=" ")
    with pytest.raises(NotAllowed):
        plans.skip(subject, days(5), actor=house.again("repair_worker"), reason="停用")
    assert not PlannedUpkeep.objects.exists()
    row = plans.skip(subject, days(5), actor=dispatcher, reason="停用")
    assert (row.result, row.reason, row.decided_by) == ("skip", "停用", dispatcher)
    assert plans.make_due(days(5)) == 0
    with pytest.raises(DomainError):
        plans.skip(subject, days(5), actor=dispatcher, reason="两次")


@pytest.mark.django_db
def test_a_due_day_is_moved_and_back(house):
    plan = make_plan(house, starts_on=days(5), lead_days=0)
    subject, dispatcher = plan.subjects.get(), house.again("repair_dispatcher")
    plans.move(subject, days(5), days(8), actor=dispatcher, reason="停电")
    plans.move(subject, days(8), days(5), actor=dispatcher, reason="照旧")
    assert plans.make_due(days(5)) == 1
    with pytest.raises(DomainError):
        plans.move(subject, days(5), days(6), actor=dispatcher, reason="旧页面")
    following = plan.subjects.get().next_due
    with pytest.raises(DomainError):
        plans.move(subject, following, days(90), actor=dispatcher, reason="太晚")
    assert plan.subjects.get().next_due == following


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "first", "moved", "later"),
    [
        ("2026-01-15", "2026-01-15", "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2026-03-31", "2026-03-31", "2026-03-30", ["2026-04-30", "2026-05-30", "2026-06-30"]),
        ("2026-01-31", "2026-01-31", "2026-01-29", ["2026-02-28", "2026-03-29", "2026-04-29"]),
        ("2026-02-28", "2026-02-28", "2026-03-05", ["2026-04-05", "2026-05-05"]),
    ],
)
def test_a_moved_rhythm_keeps_its_day_at_the_end_of_months(house, starts, first, moved, later):
    day = dt.date.fromisoformat
    with clock.pretend(dt.datetime(2026, 1, 2, 4, tzinfo=dt.UTC)):
        plan = make_plan(house, starts_on=day(starts), lead_days=0)
        subject = plan.subjects.get()
        assert subject.next_due == day(first)
        plans.move(subject, day(first), day(moved), actor=house.again("repair_dispatcher"), reason="停电")
        for due in (moved, *later):
            subject.refresh_from_db()
            assert subject.next_due == day(due)
            plans.make_due(day(due))
    assert list(plan.upkeeps.exclude(result="moved").order_by("due_on").values_list("due_on", flat=True)) == [
        day(due) for due in (moved, *later)
    ]


@pytest.mark.django_db
def test_a_first_day_of_its_own_is_kept_and_moving_back_takes_up_the_plan_again(house):
    day = dt.date.fromisoformat
    with clock.pretend(dt.datetime(2026, 1, 2, 4, tzinfo=dt.UTC)):
        own = PlanSubject(place=make_place(house), next_due=day("2026-01-30"))
        plan = make_plan(house, own, starts_on=day("2026-01-10"), lead_days=0)
        plans.make_due(day("2026-01-30"))
        plans.make_due(day("2026-02-28"))
        subject = plan.subjects.get()
        assert subject.next_due == day("2026-03-30")
        plans.move(
            subject, day("2026-03-30"), day("2026-04-10"), actor=house.again("repair_dispatcher"), reason="照计划"
        )
        plans.make_due(day("2026-04-10"))
        assert plan.subjects.get().next_due == day("2026-05-10")


@pytest.mark.django_db
def test_a_page_opened_before_the_night_does_not_turn_the_rhythm_back(house):
    plan = make_plan(house, starts_on=days(0), lead_days=0)
    stale = list(plan.subjects.all())
    plans.make_due(days(0))
    following = plan.subjects.get().next_due
    assert following > days(0)
    plans.save_plan(plan, stale, actor=house.again("repair_dispatcher"))
    assert plan.subjects.get().next_due == following


@pytest.mark.django_db
def test_what_cannot_be_made_keeps_no_others_waiting(house, monkeypatch):
    for name in ("甲", "乙"):
        make_plan(house, name=name, starts_on=days(0), lead_days=0)
    made = plans._make_subject
    broken = PlanSubject.objects.order_by("pk").first().pk

    def make(key, today):
        if key == broken:
            raise DomainError("损坏")
        return made(key, today)

    monkeypatch.setattr(plans, "_make_subject", make)
    assert plans.make_due(days(0)) == 1


# ---- laws ----


@pytest.mark.django_db
def test_a_lift_is_kept_up_at_least_every_15_days(house):
    """R-REP-13: refused with its basis; once a plan does it often enough, a yearly one beside it is fine."""
    lift = make_equipment(house, "lift").asset
    with pytest.raises(DomainError, match="三十一") as refusal:
        make_plan(house, PlanSubject(asset=lift), every=1, unit="month")
    assert refusal.value.code == "R-REP-13"
    assert not MaintenancePlan.objects.exists()
    assert [row.asset for row in plan_rules.bare_lifts(house.organization.pk)] == [lift]
    often = make_plan(house, PlanSubject(asset=lift), every=15, unit="day")
    assert plan_rules.bare_lifts(house.organization.pk) == []
    make_plan(house, PlanSubject(asset=lift), every=1, unit="year", name="年度保养")
    often.every = 16
    with pytest.raises(DomainError):
        plans.save_plan(often, list(often.subjects.all()), actor=house.again("repair_dispatcher"))
    often.refresh_from_db()
    assert often.every == 15


@pytest.mark.django_db
def test_a_class_with_a_lift_is_held_to_it_too(house):
    """R-REP-13."""
    category = make_category("A02051227", "电梯")
    lift = make_asset(house, category=category, state="in_use")
    make_equipment(house, "lift", asset=lift)
    with pytest.raises(DomainError):
        make_plan(house, PlanSubject(category=category))
    assert not MaintenancePlan.objects.exists()


@pytest.mark.django_db
def test_upkeep_of_a_lift_is_neither_left_out_nor_put_off(house):
    """R-REP-13."""
    lift = make_equipment(house, "lift").asset
    plan = make_plan(house, PlanSubject(asset=lift), every=15, unit="day", lead_days=0)
    plans.make_due()
    subject, dispatcher = plan.subjects.get(), house.again("repair_dispatcher")
    with pytest.raises(DomainError):
        plans.skip(subject, days(15), actor=dispatcher, reason="忙")
    with pytest.raises(DomainError):
        plans.move(subject, days(15), days(16), actor=dispatcher, reason="忙")
    plans.move(subject, days(15), days(14), actor=dispatcher, reason="提前")
    assert plan.subjects.get().next_due == days(14)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"maximum_days": 7, "basis": "院内规定", "every": 1, "unit": "month"}, "every"),
        ({"maximum_days": 40}, "basis"),
        ({"every": 1, "unit": "day", "lead_days": 7}, "lead_days"),
        ({"ends_on": days(-1)}, "ends_on"),
    ],
)
def test_plans_that_cannot_be_are_refused(house, wrong, field):
    with pytest.raises(DomainError) as refusal:
        make_plan(house, **wrong)
    assert refusal.value.field == field
    assert not MaintenancePlan.objects.exists()


@pytest.mark.django_db
def test_a_plan_needs_a_subject_and_the_right(house):
    with pytest.raises(DomainError):
        plans.save_plan(draft_plan(house), [], actor=house.again("repair_dispatcher"))
    with pytest.raises(NotAllowed):
        plans.save_plan(draft_plan(house), [PlanSubject(place=make_place(house))], actor=house.again("repair_worker"))
    assert not MaintenancePlan.objects.exists()
