"""Procurement plans: what they demand, merging them, and what they open for requests (R-PRC-03)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.documents.models import DocumentEvent
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from inventory.models import ItemUnit, Unit
from procurement import plan_selectors
from procurement.models import PlanLine, ProcurementPlan
from procurement.services import merging, plans
from tests.buying import allot, make_plan, make_purchase_request, take
from tests.factories import House, make_house, make_issue, receive, run
from tests.inventory.test_concurrency import outcome, race

pytestmark = pytest.mark.django_db
YEAR = clock.today().year


def approved(house: House, *lines: tuple, **fields: Any) -> ProcurementPlan:
    document = make_plan(house, *lines, **fields)
    return take(document, ("submit", document.created_by), ("approve", house.logistics_head))


def of_other_ward(house: House, *lines: tuple, **fields: Any) -> ProcurementPlan:
    return approved(house, *lines, department=house.other_ward, created_by=house.other_requester, **fields)


def merged(house: House, **fields: Any) -> ProcurementPlan:
    keys = plan_selectors.mergeable_lines(house.buyer, YEAR, None).values_list("pk", flat=True)
    return merging.merge(list(keys), year=YEAR, month=None, actor=house.buyer, **fields)


def merged_approved(house: House, lowered: Any = None) -> ProcurementPlan:
    document = take(merged(house), ("submit", house.buyer))
    if lowered is not None:
        line = document.lines.get()
        plans.lower_quantities(document, {line.pk: Decimal(lowered)}, actor=house.leader)
    return take(document, ("approve", house.leader))


def refused(document: Any, step: str, actor: Any) -> DomainError:
    before = document.status
    with pytest.raises(DomainError) as caught:
        apply_transition(document, step, actor=actor, reason="原因")
    document.refresh_from_db()
    assert document.status == before
    return caught.value


def requestable(user: Any) -> list[tuple[str, Decimal]]:
    return [(line.title, line.open_quantity) for line in plan_selectors.requestable_lines(user)]


# ---- what a plan demands ----


def test_a_plan_is_for_a_time_to_come(house: House) -> None:
    today = clock.today()
    assert refused(make_plan(house, year=today.year - 1), "submit", house.requester).field == "year"
    assert refused(make_plan(house, year=today.year + 2), "submit", house.requester).field == "year"
    over = (today.replace(day=1) - dt.timedelta(days=1)) if today.month > 1 else None
    if over:
        error = refused(make_plan(house, year=over.year, month=over.month), "submit", house.requester)
        assert f"{over:%Y-%m} is over" in str(error)
    take(make_plan(house, year=today.year + 1, month=1), ("submit", house.requester))


def test_one_thing_stands_on_one_line(house: House) -> None:
    document = make_plan(house, (house.gloves, 5, 25), (house.gloves, 7, 25))
    error = refused(document, "submit", house.requester)
    assert error.line == 2
    assert "line 1" in str(error)


def test_a_price_of_zero_is_refused(house: House) -> None:
    assert refused(make_plan(house, (house.gloves, 5, 0)), "submit", house.requester).field == "unit_price"


def test_a_need_outside_the_period_is_refused(house: House) -> None:
    document = make_plan(house)
    document.lines.update(needed_by=dt.date(YEAR + 1, 1, 1))
    assert refused(document, "submit", house.requester).field == "needed_by"


def test_money_of_another_year_or_house_is_refused(house: House) -> None:
    later = allot(house, 100, year=YEAR + 1)
    foreign = allot(make_house("H2"), 100)
    for allotment, words in ((later, "is not money of"), (foreign, "another organization")):
        document = make_plan(house)
        document.lines.update(allotment=allotment)
        error = refused(document, "submit", house.requester)
        assert words in str(error)
        assert error.field == "allotment"


def test_a_second_plan_says_what_it_adds(house: House) -> None:
    first = take(make_plan(house, note=""), ("submit", house.requester))
    second = make_plan(house, (house.paper, 5, 20), note=" ")
    for status in ("Submitted", "Approved"):
        error = refused(second, "submit", house.requester)
        assert f"{first.number} ({status})" in str(error)
        assert error.field == "note"
        if status == "Submitted":
            take(first, ("approve", house.logistics_head))
    ProcurementPlan.objects.filter(pk=second.pk).update(note="新开病区")
    second.refresh_from_db()
    take(second, ("submit", house.requester))
    # Another month and another department are plans of their own.
    take(make_plan(house, year=YEAR + 1, month=3, note=""), ("submit", house.requester))
    other = make_plan(house, department=house.other_ward, created_by=house.other_requester, note="")
    take(other, ("submit", house.other_requester))


def test_what_was_used_a_year_before_stands_on_the_line(house: House) -> None:
    today = clock.today()
    receive(house, (house.gloves, 100, 24))
    run(house, make_issue(house, (house.gloves, 40)), "submit", "approve", "post")
    document = make_plan(house, (house.gloves, 100, 25), year=today.year + 1)
    document = take(document, ("submit", house.requester))
    line = document.lines.get()
    assert line.last_year_quantity == 40
    assert line.last_price == 24
    month = make_plan(house, year=today.year + 1, month=today.month % 12 + 1)
    line = take(month, ("submit", house.requester)).lines.get()
    assert line.last_year_quantity == 0
    other = make_plan(house, year=today.year + 1, department=house.other_ward, created_by=house.other_requester)
    assert take(other, ("submit", house.other_requester)).lines.get().last_year_quantity == 0


# ---- approval ----


def test_R_PRC_03_lines_open_with_the_approval(house: House) -> None:
    document = take(make_plan(house), ("submit", house.requester))
    assert requestable(house.requester) == []
    document = take(document, ("approve", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(100))]
    assert requestable(house.again("other_requester")) == []
    take(document, ("reject", house.logistics_head))
    assert requestable(house.requester) == []
    assert document.lines.get().approved_quantity is None


def test_an_approver_lowers_but_never_raises(house: House) -> None:
    document = take(make_plan(house), ("submit", house.requester))
    line = document.lines.get()
    for wrong in (Decimal(101), Decimal(-1)):
        with pytest.raises(DomainError, match="lower a quantity, not raise"):
            plans.lower_quantities(document, {line.pk: wrong}, actor=house.logistics_head)
    plans.lower_quantities(document, {line.pk: Decimal(60)}, actor=house.logistics_head)
    with pytest.raises(DomainError):
        plans.lower_quantities(document, {line.pk: Decimal(61)}, actor=house.leader)
    take(document, ("approve", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(60))]


def test_a_plan_of_which_something_is_requested_stays(house: House) -> None:
    document = approved(house)
    document.lines.update(requested_quantity=5)
    for step in ("cancel", "reject"):
        assert "requested already" in str(refused(document, step, house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(95))]


# ---- merging ----


def test_equal_lines_of_departments_become_one(house: House) -> None:
    approved(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    of_other_ward(house, (house.gloves, 50, 28))
    document = merged(house)
    rows = [(line.title, line.quantity, line.unit_price) for line in document.lines.all()]
    assert rows == [("医用手套", 150, 26), ("复印纸", 10, 20)]
    assert document.kind == "merged"
    assert document.total_amount == 4100
    line = document.lines.get(item=house.gloves)
    asked = {source.document.department: source.quantity for source in line.sources.all()}
    assert asked == {house.ward: 100, house.other_ward: 50}


def test_packs_are_merged_in_stock_units(house: House) -> None:
    box = Unit.objects.create(name="箱")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=20)
    approved(house, (house.gloves, 100, 25))
    document = make_plan(house, (house.gloves, 2, 480), department=house.other_ward, created_by=house.other_requester)
    document.lines.update(unit=box, factor=20)
    take(document, ("submit", house.other_requester), ("approve", house.logistics_head))
    line = merged(house).lines.get()
    assert (line.quantity, line.unit, line.factor) == (140, house.gloves.unit, 1)
    assert line.unit_price == Decimal("24.714286")


def test_names_are_merged_with_specification_and_unit(house: House) -> None:
    for place, (name, specification) in enumerate((("办公椅", "黑色"), ("办公椅 ", "黑色"), ("办公椅", "红色"))):
        document = make_plan(house, note=f"补充{place}")
        document.lines.all().delete()
        document.lines.create(
            name=name,
            specification=specification,
            unit=house.gloves.unit,
            quantity=2,
            unit_price=300,
            treatment="asset",
        )
        take(document, ("submit", house.requester), ("approve", house.logistics_head))
    rows = sorted((line.specification, line.quantity) for line in merged(house).lines.all())
    assert rows == [("红色", 2), ("黑色", 4)]


def test_R_PRC_03_merged_lines_open_with_the_merged_plan(house: House) -> None:
    approved(house)
    of_other_ward(house, (house.gloves, 50, 25))
    document = merged(house)
    assert requestable(house.requester) == []
    document = take(document, ("submit", house.buyer))
    assert requestable(house.requester) == []
    take(document, ("approve", house.leader))
    assert requestable(house.requester) == [("医用手套", Decimal(100))]
    assert sum(quantity for _title, quantity in requestable(house.logistics_head)) == 150


def test_what_leaders_lower_is_spread_over_the_departments(house: House) -> None:
    approved(house, (house.gloves, 100, 25))
    of_other_ward(house, (house.gloves, 50, 25))
    merged_approved(house, lowered=100)
    shares = dict(PlanLine.objects.exclude(merged_into=None).values_list("quantity", "approved_quantity"))
    assert shares == {100: 67, 50: 33}


def test_a_line_lowered_to_nothing_gives_nobody_anything(house: House) -> None:
    approved(house, (house.gloves, 100, 25))
    merged_approved(house, lowered=0)
    assert requestable(house.requester) == []


@pytest.mark.parametrize("granted", [0, 1, 7, 99, 149, 150])
def test_shares_add_up_and_stay_within_what_was_asked(house: House, granted: int) -> None:
    sizes = (100, 37, 13)
    rows = [
        PlanLine(unit=house.gloves.unit, factor=Decimal(1), quantity=Decimal(n), agreed_quantity=Decimal(n))
        for n in sizes
    ]
    found = merging.shares_of(Decimal(granted), rows)
    assert sum(found) == granted
    assert all(0 <= share <= size for share, size in zip(found, sizes, strict=True))


def test_a_line_is_merged_once(house: House) -> None:
    approved(house)
    keys = [line.pk for line in plan_selectors.mergeable_lines(house.buyer, YEAR, None)]
    merged(house)
    with pytest.raises(DomainError):
        merging.merge(keys, year=YEAR, month=None, actor=house.buyer)
    assert ProcurementPlan.objects.filter(kind="merged").count() == 1


def test_requested_dropped_and_foreign_lines_are_not_merged(house: House) -> None:
    document = approved(house, (house.gloves, 5, 25), (house.paper, 5, 20), (house.vaccine, 5, 8))
    first, second, third = document.lines.order_by("position")
    PlanLine.objects.filter(pk=first.pk).update(requested_quantity=1)
    plans.drop(second, actor=house.logistics_head, reason="不再需要")
    other = make_house("H2")
    foreign = approved(other)
    assert [line.pk for line in plan_selectors.mergeable_lines(house.buyer, YEAR, None)] == [third.pk]
    for key in (first.pk, second.pk, foreign.lines.get().pk):
        with pytest.raises(DomainError):
            merging.merge([key, third.pk], year=YEAR, month=None, actor=house.buyer)
    assert not ProcurementPlan.objects.filter(kind="merged").exists()
    assert not PlanLine.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("code", ["requester", "department_head", "storekeeper", "auditor", "leader"])
def test_who_does_not_merge(house: House, code: str) -> None:
    approved(house)
    keys = list(PlanLine.objects.values_list("pk", flat=True))
    with pytest.raises(NotAllowed):
        merging.merge(keys, year=YEAR, month=None, actor=house.people[code])
    assert not ProcurementPlan.objects.filter(kind="merged").exists()


def test_a_merged_plan_that_is_cancelled_sets_its_lines_free(house: House) -> None:
    own = approved(house)
    document = merged_approved(house, lowered=40)
    assert document.number in str(refused(own, "cancel", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(40))]
    take(document, ("cancel", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(100))]
    assert merged(house).lines.get().quantity == 100


def test_a_merged_plan_that_is_returned_restores_what_was_agreed(house: House) -> None:
    approved(house)
    document = merged_approved(house, lowered=40)
    take(document, ("reject", house.logistics_head))
    assert requestable(house.requester) == []
    assert PlanLine.objects.exclude(merged_into=None).get().approved_quantity == 100
    document.refresh_from_db()
    take(document, ("submit", house.buyer), ("approve", house.leader))
    assert requestable(house.requester) == [("医用手套", Decimal(100))]


def test_a_merged_plan_of_which_something_is_requested_stays(house: House) -> None:
    approved(house)
    document = merged_approved(house)
    PlanLine.objects.exclude(merged_into=None).update(requested_quantity=3)
    assert "requested already" in str(refused(document, "cancel", house.logistics_head))


# ---- dropping ----


def test_a_line_is_dropped_with_a_reason_that_stays_in_the_story(house: House) -> None:
    document = approved(house)
    line = document.lines.get()
    with pytest.raises(DomainError, match="Say why"):
        plans.drop(line, actor=house.requester, reason=" ")
    plans.drop(line, actor=house.requester, reason="改用旧设备")
    assert requestable(house.requester) == []
    assert line.dropped_reason == "改用旧设备"
    event = DocumentEvent.objects.order_by("-pk")[0]
    assert event.step == "drop_line"
    assert "改用旧设备" in event.reason
    with pytest.raises(DomainError, match="dropped already"):
        plans.drop(line, actor=house.requester, reason="再一次")


def test_what_is_requested_is_not_dropped(house: House) -> None:
    line = approved(house).lines.get()
    PlanLine.objects.update(requested_quantity=5)
    line.refresh_from_db()
    with pytest.raises(DomainError, match="5 of 医用手套 are requested"):
        plans.drop(line, actor=house.requester, reason="不要了")
    line.refresh_from_db()
    assert not line.dropped


def test_a_line_on_its_way_through_a_merged_plan_is_not_dropped(house: House) -> None:
    line = approved(house).lines.get()
    document = merged(house)
    with pytest.raises(DomainError, match="not approved yet"):
        plans.drop(line, actor=house.requester, reason="不要了")
    take(document, ("submit", house.buyer), ("approve", house.leader))
    plans.drop(document.lines.get(), actor=house.logistics_head, reason="统一取消")
    line.refresh_from_db()
    assert line.dropped
    assert requestable(house.requester) == []


def test_lines_of_others_and_of_drafts_are_not_dropped(house: House) -> None:
    line = of_other_ward(house).lines.get()
    with pytest.raises(NotAllowed):
        plans.drop(line, actor=house.requester, reason="不要了")
    draft = make_plan(house).lines.get()
    with pytest.raises(DomainError, match="not approved"):
        plans.drop(draft, actor=house.requester, reason="不要了")
    assert not PlanLine.objects.filter(dropped=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_the_same_lines_at_once() -> None:
    house = make_house()
    approved(house)
    keys = list(PlanLine.objects.values_list("pk", flat=True))

    def job(person: Any) -> Any:
        return lambda: merging.merge(keys, year=YEAR, month=None, actor=person)

    won = outcome(race(job(house.buyer), job(house.logistics_head)), DomainError)
    assert len(won) == 1
    assert ProcurementPlan.objects.filter(kind="merged").count() == 1


def submitted_request(house: House, line: PlanLine, quantity: int = 10) -> Any:
    request = make_purchase_request(house, (house.gloves, quantity, 25, {"plan_line": line}), outside_reason="")
    return take(request, ("submit", house.requester))


def test_R_PRC_03_a_request_draws_on_its_plan_line_and_gives_back(house: House) -> None:
    line = approved(house).lines.get()
    request = take(submitted_request(house, line), ("approve", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(90))]
    take(request, ("cancel", house.logistics_head))
    assert requestable(house.requester) == [("医用手套", Decimal(100))]


@pytest.mark.parametrize("meanwhile", ["cancel", "reject", "drop", "merge"])
def test_R_PRC_03_a_plan_line_that_closed_meanwhile_is_not_drawn_on(house: House, meanwhile: str) -> None:
    plan = approved(house)
    line = plan.lines.get()
    request = submitted_request(house, line)
    if meanwhile == "drop":
        plans.drop(line, actor=house.logistics_head, reason="不再需要")
    elif meanwhile == "merge":
        merged(house)
    else:
        take(plan, (meanwhile, house.logistics_head))
    request.refresh_from_db()
    refused(request, "approve", house.logistics_head)
    line.refresh_from_db()
    assert line.requested_quantity == 0
    assert not request.lines.filter(reserved__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_cancelled_while_a_request_draws_on_it() -> None:
    house = make_house()
    plan = approved(house)
    request = submitted_request(house, plan.lines.get())

    def job(document: Any, step: str) -> Any:
        fresh = type(document)(pk=document.pk)
        return lambda: apply_transition(fresh, step, actor=house.logistics_head, reason="原因")

    won = outcome(race(job(plan, "cancel"), job(request, "approve")), DomainError)
    assert len(won) == 1
    line = PlanLine.objects.get()
    assert (line.document.status == "cancelled") == (line.requested_quantity == 0)


@pytest.mark.django_db(transaction=True)
def test_R_PRC_03_a_line_is_merged_while_a_request_draws_on_it() -> None:
    house = make_house()
    line = approved(house).lines.get()
    request = submitted_request(house, line)

    def approve() -> Any:
        return apply_transition(type(request)(pk=request.pk), "approve", actor=house.logistics_head)

    won = outcome(race(lambda: merged(house), approve), DomainError)
    assert len(won) == 1
    line.refresh_from_db()
    assert (line.merged_into_id is None) == (line.requested_quantity == 10)
