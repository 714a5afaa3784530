"""Stock counts through the services: plans, moments, second counts, approval, adjustments (R-STK-16)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.documents.services import apply_transition, available_transitions, delete_draft, events_of
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.verification import findings
from inventory.models import (
    Item,
    ItemShelf,
    Lot,
    Shelf,
    StockBalance,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockMove,
    StockValue,
    Warehouse,
)
from inventory.services import quality
from inventory.services.counts.book import books_of
from inventory.services.counts.entries import Counted, count_as_zero, record
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count, recount, write_causes
from inventory.services.counts.verification import verify_counts
from inventory.services.ledger import moves_of
from tests.counting import count, explain, finished_count, line_of, plan_count
from tests.factories import House, make_house, make_issue, make_receipt, receive, run

MORNING = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
DAY = MORNING.date()


def minutes(count: float) -> dt.datetime:
    return MORNING + dt.timedelta(minutes=count)


def stock_of(item: Item) -> tuple[Decimal, Decimal]:
    value = StockValue.objects.get(item=item)
    return value.quantity, value.amount


def opened(house: House, **fields: Any) -> StockCount:
    return open_count(plan_count(house, **fields), actor=house.storekeeper)


def sound() -> bool:
    return [str(finding) for finding in findings()] == []


# ---- plan ----


def test_the_whole_store_by_shelf_and_code(house: House) -> None:
    tomorrow = clock.today() + dt.timedelta(days=30)
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20), (house.vaccine, 3, 8, "B1", tomorrow))
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01")
    ItemShelf.objects.create(warehouse=house.warehouse, item=house.vaccine, shelf=shelf)
    document = opened(house)
    found = [(line.item, line.lot.number, line.shelf) for line in document.lines.all()]
    assert found == [(house.vaccine, "B1", shelf), (house.gloves, "", None), (house.paper, "", None)]
    assert document.lines.filter(book_quantity=None).count() == 3
    assert (document.phase, document.opened_at is not None) == ("counting", True)
    assert [event.step for event in events_of(document)] == ["open_count"]
    with pytest.raises(IllegalTransition):
        open_count(document, actor=house.storekeeper)
    assert document.lines.count() == 3


def test_scopes_choose_their_goods(house: House) -> None:
    other = type(house.gloves.category).objects.create(code="02", name="清洁用品", parent=house.gloves.category)
    broom = house.item("扫帚", category=other)
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20), (broom, 2, 3))
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01")
    ItemShelf.objects.create(warehouse=house.warehouse, item=house.paper, shelf=shelf)

    def goods(**fields: Any) -> set[Item]:
        document = opened(house, **fields)
        names = {line.item for line in document.lines.all()}
        apply_transition(document, "cancel", actor=house.storekeeper, reason="试")
        return names

    assert goods(scope="category", category=house.gloves.category) == {house.gloves, house.paper, broom}
    assert goods(scope="category", category=other) == {broom}
    assert goods(scope="shelf", shelf=shelf) == {house.paper}
    assert len(goods(scope="sample", sample_size=2)) == 2
    assert len(goods(scope="sample", sample_size=50)) == 3
    assert goods(scope="moved", moved_since=clock.today()) == {house.gloves, house.paper, broom}
    with pytest.raises(DomainError, match="names no goods"):
        opened(house, scope="moved", moved_since=clock.today() + dt.timedelta(days=1))
    assert StockCountLine.objects.filter(document__status="draft").count() == 0


def test_lots_that_the_books_say_are_gone(house: House) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    run(house, make_issue(house, (house.gloves, 10)))
    assert [line.item for line in opened(house, scope="category", category=house.paper.category).lines.all()] == [
        house.paper
    ]
    StockCount.objects.all().delete()
    document = opened(house, with_zero=True)
    assert {line.item for line in document.lines.all()} == {house.gloves, house.paper}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"scope": "category"}, "category"),
        ({"scope": "shelf"}, "shelf"),
        ({"scope": "sample"}, "how many"),
        ({"scope": "moved"}, "moved"),
    ],
)
def test_a_plan_that_lacks_something(house: House, fields: dict[str, Any], sentence: str) -> None:
    receive(house)
    document = plan_count(house, **fields)
    with pytest.raises(DomainError, match=sentence):
        open_count(document, actor=house.storekeeper)
    assert not StockCountLine.objects.exists()


def test_who_supervises_keeps_nothing_and_does_not_count(house: House) -> None:
    """R-STK-16"""
    receive(house)
    with pytest.raises(DomainError, match="somebody else has to supervise"):
        opened(house, supervisor=house.second_storekeeper)
    with pytest.raises(DomainError, match="does not count"):
        opened(house, counters=(house.storekeeper, house.accountant))
    document = plan_count(house)
    document.counters.clear()
    with pytest.raises(DomainError, match="at least one person"):
        open_count(document, actor=house.storekeeper)
    assert not StockCountLine.objects.exists()


def test_a_lot_is_on_one_open_count_only(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    first = opened(house)
    with pytest.raises(DomainError, match="already on"):
        opened(house)
    assert StockCountLine.objects.count() == 1
    apply_transition(first, "cancel", actor=house.storekeeper, reason="重来")
    assert opened(house).lines.count() == 1


# ---- entries ----


def test_every_number_once_with_its_own_moment(house: House) -> None:
    with clock.pretend(MORNING):
        receive(house, (house.gloves, 10, 5), business_date=DAY)
        document = opened(house, business_date=DAY)
        line = line_of(document, house.gloves)
    number = Counted(uuid.uuid4(), Decimal(9), minutes(10), line.pk, round=1)
    with clock.pretend(minutes(30)):
        first = record(document, [number], actor=house.storekeeper)
        again = record(document, [number, number], actor=house.storekeeper)
    assert [outcome.refusal for outcome in (*first, *again)] == ["", "", ""]
    entry = StockCountEntry.objects.get()
    assert (entry.counted_at, entry.received_at, entry.counted_by) == (minutes(10), minutes(30), house.storekeeper)
    with clock.pretend(minutes(40)):
        older = Counted(uuid.uuid4(), Decimal(3), minutes(5), line.pk, round=1)
        newer = Counted(uuid.uuid4(), Decimal(8), minutes(20), line.pk, round=1)
        record(document, [newer, older], actor=house.second_storekeeper)
    line.refresh_from_db()
    assert (line.counted_quantity, line.counted_at) == (8, minutes(20))
    assert StockCountEntry.objects.count() == 3
    with clock.pretend(minutes(41)):
        stolen = record(document, [number], actor=house.second_storekeeper)
    assert "already sent" in stolen[0].refusal
    assert StockCountEntry.objects.count() == 3


def test_moments_outside_the_count_and_wrong_clocks(house: House) -> None:
    with clock.pretend(MORNING):
        receive(house, (house.gloves, 10, 5), business_date=DAY)
        document = opened(house, business_date=DAY)
    line = line_of(document, house.gloves).pk
    with clock.pretend(minutes(30)):

        def kept(moment: dt.datetime | None, difference: int = 0) -> StockCountEntry:
            number = Counted(uuid.uuid4(), Decimal(9), moment, line)
            record(document, [number], actor=house.storekeeper, clock_difference=difference)
            return StockCountEntry.objects.get(client_id=number.client_id)

        assert kept(minutes(-100)).counted_at == MORNING
        assert kept(minutes(100)).counted_at == minutes(30)
        assert kept(None).counted_at == minutes(30)
        slow = kept(minutes(10), difference=600)
        assert (slow.counted_at, slow.clock_difference) == (minutes(20), 600)
        fine = kept(minutes(10), difference=20)
        assert (fine.counted_at, fine.clock_difference) == (minutes(10), 0)


def test_refused_numbers_leave_nothing_and_spare_the_others(house: House) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    document = opened(house)
    good, bad = line_of(document, house.gloves), line_of(document, house.paper)
    numbers = [
        Counted(uuid.uuid4(), Decimal("1.5"), line_id=bad.pk),
        Counted(uuid.uuid4(), Decimal(-1), line_id=bad.pk),
        Counted(uuid.uuid4(), Decimal(9), line_id=good.pk),
        Counted(uuid.uuid4(), Decimal(9), line_id=10**9),
        Counted(uuid.uuid4(), Decimal(9), code="NIX"),
        Counted(uuid.uuid4(), Decimal(9), line_id=bad.pk, round=2),
    ]
    refusals = [outcome.refusal for outcome in record(document, numbers, actor=house.storekeeper)]
    assert [bool(text) for text in refusals] == [True, True, False, True, True, True]
    assert "whole 个" in refusals[0]
    assert StockCountEntry.objects.get().line == good
    bad.refresh_from_db()
    assert bad.counted_quantity is None
    for stranger in (house.requester, house.logistics_head):
        with pytest.raises(NotAllowed):
            record(document, numbers[2:3], actor=stranger)
    assert StockCountEntry.objects.count() == 1


def test_what_nobody_planned_is_kept_as_unexpected(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    house.paper.barcode = "6901234567892"
    house.paper.save()
    document = opened(house)
    soon = clock.today() + dt.timedelta(days=90)
    numbers = [
        Counted(uuid.uuid4(), Decimal(2), code="6901234567892"),
        Counted(uuid.uuid4(), Decimal(5), code=house.vaccine.code, lot_number="N7", expires_on=soon),
        Counted(uuid.uuid4(), Decimal(1), code=house.vaccine.code),
        Counted(uuid.uuid4(), Decimal(9), code=house.gloves.code),
        Counted(uuid.uuid4(), Decimal(6), code=house.vaccine.code, lot_number="N7"),
    ]
    refusals = [outcome.refusal for outcome in record(document, numbers, actor=house.storekeeper)]
    assert [bool(text) for text in refusals] == [False, False, True, False, False]
    lines = [(line.item, line.lot.number, line.unexpected, line.counted_quantity) for line in document.lines.all()]
    assert lines == [
        (house.gloves, "", False, 9),
        (house.paper, "", True, 2),
        (house.vaccine, "N7", True, 6),
    ]
    assert Lot.objects.get(number="N7").expires_on == soon


def test_entries_are_never_changed_or_deleted(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = opened(house)
    count(document, house.storekeeper, house.gloves, 9)
    for change in (lambda: StockCountEntry.objects.update(quantity=1), lambda: StockCountEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(IllegalTransition, match="cancel it instead"):
        delete_draft(document, actor=house.storekeeper)
    assert StockCountEntry.objects.get().quantity == 9


# ---- finishing ----


def test_open_lines_hold_the_finish_up(house: House) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    document = opened(house, tolerance_amount=10**6)
    count(document, house.storekeeper, house.gloves, 10)
    with pytest.raises(DomainError, match="1 lines are not counted yet: 复印纸"):
        finish_count(document, actor=house.storekeeper)
    document.refresh_from_db()
    assert (document.phase, line_of(document, house.gloves).book_quantity) == ("counting", None)
    count_as_zero(document, [line_of(document, house.paper).pk], actor=house.second_storekeeper)
    assert finish_count(document, actor=house.storekeeper) == []
    line = line_of(document, house.paper)
    assert (line.counted_quantity, line.book_quantity, line.difference, line.amount) == (0, 4, -4, -80)
    zero = line_of(document, house.gloves)
    assert (zero.difference, zero.amount) == (0, 0)
    late = count(document, house.storekeeper, house.gloves, 3)
    assert "no longer being counted" in late.refusal


def test_the_store_need_not_stop(house: House) -> None:
    """R-STK-16: the book is that of the moment of counting, whatever is issued before and after it."""
    with clock.pretend(MORNING):
        receive(house, (house.gloves, 10, 5), business_date=DAY)
        document = opened(house, tolerance_amount=10**6, business_date=DAY)
    with clock.pretend(minutes(10)):
        run(house, make_issue(house, (house.gloves, 2), business_date=DAY))
    with clock.pretend(minutes(30)):
        run(house, make_issue(house, (house.gloves, 3), business_date=DAY))
    with clock.pretend(minutes(40)):
        # counted at 20: 10 - 2 on the books, 7 found; the number arrives late
        count(document, house.storekeeper, house.gloves, 7, at=minutes(20))
        assert finish_count(document, actor=house.storekeeper) == []
    line = line_of(document, house.gloves)
    assert (line.book_quantity, line.book_amount, line.difference, line.amount) == (8, 40, -1, -5)
    explain(house, document)
    with clock.pretend(minutes(50)):
        document = run(house, document, "submit", "approve")
        run(house, make_issue(house, (house.gloves, 1), business_date=DAY))
    with clock.pretend(minutes(60)):
        document = run(house, document, "post")
    assert stock_of(house.gloves) == (3, 15)
    move = moves_of(document).get()
    assert (move.line_id, move.quantity, move.target.kind, move.amount) == (line.pk, 1, "adjustment", 5)
    assert sound()


def test_what_is_posted_at_the_very_moment_belongs_to_the_book(house: House) -> None:
    with clock.pretend(MORNING):
        receive(house, (house.gloves, 10, 5), business_date=DAY)
        document = opened(house, tolerance_amount=10**6, business_date=DAY)
    with clock.pretend(minutes(10)):
        run(house, make_issue(house, (house.gloves, 2), business_date=DAY))
        count(document, house.storekeeper, house.gloves, 8, at=minutes(10))
    with clock.pretend(minutes(11)):
        finish_count(document, actor=house.storekeeper)
    assert line_of(document, house.gloves).book_quantity == 8


def test_second_counts_by_somebody_else(house: House) -> None:
    receive(house, (house.gloves, 100, 5), (house.paper, 4, 20))
    document = opened(house, tolerance_percent=2, tolerance_amount=50)
    count(document, house.storekeeper, house.gloves, 80)
    count(document, house.storekeeper, house.paper, 3)
    again = finish_count(document, actor=house.storekeeper)
    assert [line.item for line in again] == [house.gloves]
    line = line_of(document, house.gloves)
    assert (line.round, line.second_needed, line.counted_quantity, line.book_quantity) == (2, True, None, None)
    assert line_of(document, house.paper).book_quantity is None
    assert "somebody else" in count(document, house.storekeeper, house.gloves, 80).refusal
    assert "meanwhile" in count(document, house.second_storekeeper, house.gloves, 80, round=1).refusal
    with pytest.raises(DomainError, match="not counted yet"):
        finish_count(document, actor=house.storekeeper)
    assert not count(document, house.second_storekeeper, house.gloves, 98).refusal
    assert finish_count(document, actor=house.storekeeper) == []
    line.refresh_from_db()
    assert (line.counted_quantity, line.counted_by, line.difference, line.amount) == (
        98,
        house.second_storekeeper,
        -2,
        -10,
    )
    assert [event.step for event in events_of(document)] == ["open_count", "second_count", "finish_count"]
    assert list(line.entries.values_list("round", "quantity")) == [(1, 80), (2, 98)]
    assert sound()


def test_the_supervisor_may_be_the_second(house: House) -> None:
    receive(house, (house.gloves, 100, 5))
    document = opened(house, counters=(house.storekeeper,))
    count(document, house.storekeeper, house.gloves, 10)
    finish_count(document, actor=house.storekeeper)
    assert not count(document, house.accountant, house.gloves, 11).refusal
    assert finish_count(document, actor=house.storekeeper) == []
    assert line_of(document, house.gloves).difference == -89


def test_a_find_without_a_price_is_refused(house: House) -> None:
    strange = house.item("无价之物")
    document = opened(house, tolerance_amount=10**6)
    record(document, [Counted(uuid.uuid4(), Decimal(2), code=strange.code)], actor=house.storekeeper)
    with pytest.raises(DomainError, match="reference price"):
        finish_count(document, actor=house.storekeeper)
    assert line_of(document, strange).difference is None
    Item.objects.filter(pk=strange.pk).update(reference_price="7.5")
    assert finish_count(document, actor=house.storekeeper) == []
    assert line_of(document, strange).amount == 15


# ---- approval and posting ----


def test_differences_need_cause_and_treatment(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = opened(house, tolerance_amount=10**6)
    with pytest.raises(IllegalTransition, match="Finish the counting"):
        run(house, document, "submit")
    count(document, house.storekeeper, house.gloves, 9)
    finish_count(document, actor=house.storekeeper)
    line = line_of(document, house.gloves).pk
    for words in (("", "按实"), ("loss", "")):
        write_causes(document, {line: words}, actor=house.storekeeper)
        with pytest.raises(DomainError, match="enter the cause"):
            run(house, document, "submit")
    with pytest.raises(DomainError):
        write_causes(document, {line: ("magic", "按实")}, actor=house.storekeeper)
    write_causes(document, {line: ("loss", "按实调整")}, actor=house.storekeeper)
    assert run(house, document, "submit").number.startswith("PD")


def test_keepers_do_not_approve(house: House) -> None:
    """R-STK-16"""
    receive(house, (house.gloves, 10, 5))
    document = run(house, finished_count(house, (house.gloves, 9)), "submit")
    house.warehouse.keepers.add(house.logistics_head)
    assert "approve" not in [step.name for step in available_transitions(document, actor=house.logistics_head)]
    with pytest.raises(NotAllowed, match="somebody else has to approve"):
        apply_transition(document, "approve", actor=house.logistics_head)
    document.refresh_from_db()
    assert document.status == "submitted"
    house.warehouse.keepers.remove(house.logistics_head)
    assert apply_transition(document, "approve", actor=house.logistics_head).status == "approved"


def test_adjustments_follow_approval_and_are_reversed_whole(house: House) -> None:
    """R-STK-16: nothing moves before approval; every move names its line; lots that expired or are kept back too."""
    past = clock.today() - dt.timedelta(days=3)
    receive(house, (house.gloves, 3, "3.33"), (house.paper, 4, 20), (house.vaccine, 6, 8, "OLD", past))
    lot = Lot.objects.get(number="OLD")
    quality.keep_back(lot, kind="frozen", reason="查", actor=house.storekeeper)
    document = opened(house, tolerance_amount=10**6)
    for item, number, quantity in ((house.gloves, "", 5), (house.paper, "", 4), (house.vaccine, "OLD", 0)):
        count(document, house.storekeeper, item, quantity, number=number)
    finish_count(document, actor=house.storekeeper)
    explain(house, document)
    before = StockMove.objects.count()
    document = run(house, document, "submit", "approve")
    assert StockMove.objects.count() == before
    document = run(house, document, "post")
    moves = {move.line_id: move for move in moves_of(document)}
    lines = {line.item_id: line for line in document.lines.all()}
    assert set(moves) == {lines[house.gloves.pk].pk, lines[house.vaccine.pk].pk}
    assert (lines[house.gloves.pk].amount, lines[house.paper.pk].difference) == (Decimal("6.66"), 0)
    assert (moves[lines[house.vaccine.pk].pk].lot, lines[house.vaccine.pk].amount) == (lot, -48)
    assert stock_of(house.gloves) == (5, Decimal("16.65"))
    assert sound()
    document = run(house, document, "reverse")
    assert stock_of(house.gloves) == (3, Decimal("9.99"))
    assert StockBalance.objects.get(lot=lot).quantity == 6
    assert sound()


def test_a_surplus_of_first_in_first_out_goods_opens_a_layer(house: House) -> None:
    receive(house, (house.paper, 4, 20))
    document = run(house, finished_count(house, (house.paper, 6)))
    assert stock_of(house.paper) == (6, 120)
    run(house, make_issue(house, (house.paper, 5)))
    assert stock_of(house.paper) == (1, 20)
    assert document.lines.get().amount == 40
    assert sound()


def test_goods_issued_since_that_were_not_there(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = run(house, finished_count(house, (house.gloves, 4)), "submit", "approve")
    run(house, make_issue(house, (house.gloves, 7)))
    with pytest.raises(DomainError, match="more was issued since"):
        run(house, document, "post")
    document.refresh_from_db()
    assert (document.status, stock_of(house.gloves)) == ("approved", (3, 15))
    document = apply_transition(document, "reject", actor=house.logistics_head, reason="再盘")
    line = document.lines.get()
    recount(document, [line.pk], actor=house.storekeeper, reason="又发了货")
    assert not count(document, house.second_storekeeper, house.gloves, 2).refusal
    assert finish_count(document, actor=house.storekeeper) == []
    explain(house, document)
    assert run(house, document).status == "posted"
    assert stock_of(house.gloves) == (2, 10)
    assert sound()


def test_two_counts_never_book_the_same_difference(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    first = run(house, finished_count(house, (house.gloves, 8)), "submit", "approve")
    with pytest.raises(DomainError, match="already on"):
        opened(house)
    # What the check at the opening cannot see is caught at posting.
    second = plan_count(house, business_date=clock.today())
    StockCountLine.objects.create(
        document=second,
        item=house.gloves,
        lot=first.lines.get().lot,
        counted_quantity=8,
        counted_at=clock.now(),
        counted_by=house.storekeeper,
        book_quantity=10,
        book_amount=50,
        difference=-2,
        amount=-10,
        cause="loss",
        treatment="按实",
    )
    StockCount.objects.filter(pk=second.pk).update(phase="finished")
    second = run(house, second, "submit", "approve")
    run(house, first, "post")
    with pytest.raises(DomainError, match="another count"):
        run(house, second, "post")
    assert stock_of(house.gloves) == (8, 40)


def test_counting_again_needs_a_finished_draft_and_a_reason(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = opened(house, tolerance_amount=10**6)
    line = line_of(document, house.gloves)
    with pytest.raises(IllegalTransition):
        recount(document, [line.pk], actor=house.storekeeper, reason="疑")
    count(document, house.storekeeper, house.gloves, 9)
    finish_count(document, actor=house.storekeeper)
    with pytest.raises(DomainError, match="reason"):
        recount(document, [line.pk], actor=house.storekeeper, reason=" ")
    with pytest.raises(DomainError, match="at least one line"):
        recount(document, [10**9], actor=house.storekeeper, reason="疑")
    line.refresh_from_db()
    assert line.difference == -1
    recount(document, [line.pk], actor=house.storekeeper, reason="疑")
    line.refresh_from_db()
    assert (line.round, line.difference, line.counted_quantity) == (2, None, None)


def test_tampering_with_a_count_is_named(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = run(house, finished_count(house, (house.gloves, 9)))
    assert list(verify_counts()) == []
    for change in ({"counted_quantity": 8}, {"book_quantity": 9}, {"difference": -2}, {"amount": -1}):
        line = document.lines.get()
        before = {name: getattr(line, name) for name in change}
        StockCountLine.objects.update(**change)
        assert {finding.key for finding in verify_counts()} == {line.pk}, change
        StockCountLine.objects.update(**before)
    assert list(verify_counts()) == []


def test_out_of_reach_of_other_houses(house: House, other_house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = opened(house)
    for person in other_house.people.values():
        with pytest.raises(NotAllowed):
            record(document, [], actor=person)
        with pytest.raises(NotAllowed):
            finish_count(document, actor=person)
    store = Warehouse.objects.create(
        organization=other_house.organization, code="W9", name="外库", department=other_house.logistics
    )
    with pytest.raises(DomainError, match="another organization"):
        opened(house, warehouse=store)
    assert StockCount.objects.get(pk=document.pk).phase == "counting"


# ---- the book at any moment ----

STEPS = st.lists(
    st.tuples(st.sampled_from(["in", "out", "back"]), st.integers(0, 2), st.integers(1, 6), st.integers(1, 40)),
    min_size=1,
    max_size=8,
)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, asked=st.lists(st.integers(-1, 90), min_size=1, max_size=3))
def test_the_book_of_any_moment_is_the_sum_of_what_was_posted_until_then(
    db: Any, steps: list[tuple[str, int, int, int]], asked: list[int]
) -> None:
    """Random receipts, issues and reversals between opening and asking; the answer is added up from the beginning."""
    with transaction.atomic():
        with clock.pretend(MORNING):
            house = make_house(f"P{uuid.uuid4().hex[:6]}")
            soon = DAY + dt.timedelta(days=99)
            goods: list[Any] = [(house.gloves,), (house.paper,), (house.vaccine, "A1", soon)]
            receive(house, *((g[0], 10, 3, *g[1:]) for g in goods), business_date=DAY)
            document = opened(house, business_date=DAY)
        history: list[tuple[int, int, Decimal, Decimal]] = []
        posted: list[Any] = []
        now = 0
        for kind, index, quantity, wait in steps:
            now += wait
            item, *lot = goods[index]
            with clock.pretend(minutes(now)):
                if kind == "in":
                    paper = make_receipt(house, (item, quantity, quantity + 1, *lot), business_date=DAY)
                elif kind == "out":
                    paper = make_issue(house, (item, quantity), business_date=DAY)
                elif posted:
                    paper = posted.pop()
                else:
                    continue
                try:
                    with transaction.atomic():
                        done = run(house, paper, "reverse") if kind == "back" else run(house, paper)
                except DomainError:
                    continue
                if kind != "back":
                    posted.append(done)
        for move in StockMove.objects.filter(organization=house.organization).order_by("id"):
            sign = 1 if move.target.is_physical else -1
            minute = int((move.posted_at - MORNING).total_seconds() // 60)
            history.append((minute, move.item_id, sign * move.quantity, sign * move.amount))
        for minute in asked:
            lines = list(document.lines.all())
            for line in lines:
                line.counted_at = minutes(minute)
            books = books_of(house.warehouse, lines)
            for line in lines:
                until = [row for row in history if row[1] == line.item_id and row[0] <= minute]
                quantity, amount = sum(row[2] for row in until), sum(row[3] for row in until)
                assert (books[line.pk].quantity, books[line.pk].item_amount) == (quantity, amount)
        transaction.set_rollback(True)
