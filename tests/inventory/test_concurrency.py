"""Many at once: one wins, the others are told, nothing is doubled and nothing is lost."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from core import clock, periods
from core.documents.models import DocumentEvent
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition, InsufficientStock, NotAllowed, PeriodClosed
from core.models import Period
from inventory.models import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsReceipt,
    StockBalance,
    StockMove,
    StockSnapshot,
    StockTransfer,
    StockValue,
)
from inventory.services.verification import verify_stock
from tests.factories import House, make_house, make_issue, make_receipt, make_requisition, receive, run
from tests.movements import branch, make_arrival, make_stock_return, make_transfer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def race(*jobs: Callable[[], Any]) -> list[Any]:
    """Start every job in a thread of its own at the same moment; each result is what it returned or raised."""
    results: list[Any] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def work(place: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait()
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def step(document: Any, name: str, actor: Any, **more: Any) -> Callable[[], Any]:
    return lambda: apply_transition(type(document)(pk=document.pk), name, actor=actor, reason="原因", **more)


def outcome(results: list[Any], *errors: type[Exception]) -> list[Any]:
    """The successes; everything else must be one of the expected refusals."""
    failed = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, errors) for error in failed), failed
    return [result for result in results if not isinstance(result, Exception)]


def consistent() -> bool:
    return [str(finding) for finding in verify_stock()] == []


def test_twelve_threads_post_one_issue_once(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = run(house, make_issue(house, (house.gloves, 4)), "submit", "approve")
    won = outcome(race(*[step(document, "post", house.storekeeper)] * 12), IllegalTransition)
    assert len(won) == 1
    assert StockBalance.objects.get().quantity == 6
    assert consistent()


def test_the_last_box_goes_out_once(house: House) -> None:
    """R-STK-03: one storekeeper wins, the other is told."""
    receive(house, (house.gloves, 1, 5))
    papers = [run(house, make_issue(house, (house.gloves, 1)), "submit", "approve") for _ in range(2)]
    won = outcome(
        race(*(step(p, "post", a) for p, a in zip(papers, (house.storekeeper, house.second_storekeeper), strict=True))),
        InsufficientStock,
    )
    assert len(won) == 1
    assert StockBalance.objects.get().quantity == 0
    assert sorted(GoodsIssue.objects.values_list("status", flat=True)) == ["approved", "posted"]
    assert consistent()


def test_twenty_clicks_submit_once(house: House) -> None:
    document, key = make_requisition(house), uuid.uuid4()
    results = race(*[step(document, "submit", house.requester, request_key=key)] * 20)
    assert {d.number for d in outcome(results)} == {f"SL{clock.today():%Y%m}00001"}
    assert DocumentEvent.objects.count() == 1


@pytest.mark.parametrize("_turn", range(4))
def test_approve_against_withdraw(house: House, _turn: int) -> None:
    document = run(house, make_requisition(house), "submit")
    won = outcome(
        race(step(document, "approve", house.department_head), step(document, "withdraw", house.requester)),
        IllegalTransition,
        NotAllowed,
    )
    assert len(won) == 1
    document.refresh_from_db()
    assert document.status == won[0].status
    assert DocumentEvent.objects.count() == 2


def close_last_month(house: House) -> Callable[[], Any]:
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    return lambda: periods.close(house.organization, day.year, day.month, actor=house.accountant)


@pytest.mark.parametrize("_turn", range(4))
def test_closing_a_month_against_posting_into_it(house: House, _turn: int) -> None:
    """R-STK-07: the posting is in before the month closes, and the close knows it; or the close waits for the paper."""
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    document = run(house, make_receipt(house, business_date=day), "submit", "approve")
    closing, posting = race(close_last_month(house), step(document, "post", house.storekeeper))
    assert not isinstance(posting, Exception)
    if isinstance(closing, Exception):
        assert isinstance(closing, DomainError)
        assert document.number in str(closing)
        assert not StockSnapshot.objects.exists()
        close_last_month(house)()
    assert StockSnapshot.objects.get().quantity == 100
    assert consistent()


@pytest.mark.parametrize("_turn", range(4))
def test_closing_a_month_against_submitting_into_it(house: House, _turn: int) -> None:
    """R-STK-07: no paper is left under way in a month that was closed meanwhile."""
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    document = make_receipt(house, business_date=day)
    closing, submitting = race(close_last_month(house), step(document, "submit", house.storekeeper))
    document.refresh_from_db()
    if isinstance(closing, Exception):
        assert isinstance(closing, DomainError)
        assert document.status == "submitted"
        assert periods.is_open(house.organization.pk, day)
    else:
        assert isinstance(submitting, PeriodClosed)
        assert document.status == "draft"
    assert not StockMove.objects.exists()


@pytest.mark.parametrize("first", ["posting", "closing"])
def test_the_first_posting_of_a_month_against_closing_a_later_one(house: House, first: str) -> None:
    """R-STK-07: no row tells of the earlier month yet, and still only one of the two gets through."""
    later = clock.today().replace(day=1) - dt.timedelta(days=1)
    earlier = later.replace(day=1) - dt.timedelta(days=1)
    started = threading.Event()

    def closing() -> Any:
        return periods.close(house.organization, later.year, later.month, actor=house.accountant)

    def posting() -> Any:
        return periods.require_open(house.organization.pk, earlier)

    def holding(work: Callable[[], Any]) -> Callable[[], Any]:
        def run_first() -> None:
            with transaction.atomic():
                work()
                started.set()
                time.sleep(1)

        return run_first

    def after(work: Callable[[], Any]) -> Callable[[], Any]:
        def run_second() -> None:
            started.wait(20)
            with transaction.atomic():
                work()

        return run_second

    one, other = (posting, closing) if first == "posting" else (closing, posting)
    won, lost = race(holding(one), after(other))
    assert not isinstance(won, Exception)
    assert isinstance(lost, DomainError)
    assert f"{earlier:%Y-%m}" in str(lost)
    assert Period.objects.filter(state="closed").exists() is (first == "closing")


def test_eight_threads_number_without_gaps(house: House) -> None:
    """R-SYS-02: half of the papers are refused at submit and take no number."""
    papers = [make_receipt(house, (house.gloves, 1 if n % 2 else "0.5", 5)) for n in range(16)]

    def work(share: list[Any]) -> Callable[[], None]:
        def submit() -> None:
            for paper in share:
                try:
                    apply_transition(paper, "submit", actor=house.storekeeper)
                except DomainError:
                    continue

        return submit

    outcome(race(*(work(papers[n::8]) for n in range(8))))
    numbers = sorted(GoodsReceipt.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == [f"RK{clock.today():%Y%m}{n:05d}" for n in range(1, 9)]


def test_crossing_items_never_deadlock(house: House) -> None:
    """Reliability rule L5: locks are taken in one order, whatever the order of the lines."""
    items = [house.item(f"货{n}", valuation="fifo" if n % 2 else "moving_average") for n in range(6)]
    receive(house, *((item, 100, 3) for item in items))
    papers = []
    for n in range(8):
        order = items if n % 2 else items[::-1]
        make = make_issue if n % 4 < 2 else make_receipt
        lines = [(item, 1) if make is make_issue else (item, 1, 4) for item in order]
        papers.append(run(house, make(house, *lines), "submit", "approve"))
    won = outcome(race(*(step(paper, "post", house.storekeeper) for paper in papers)))
    assert len(won) == 8
    assert set(StockValue.objects.values_list("quantity", flat=True)) == {100}
    assert consistent()


@pytest.mark.parametrize("_turn", range(3))
def test_two_returns_at_once_bring_back_no_more_than_was_issued(house: House, _turn: int) -> None:
    """R-STK-14"""
    receive(house, (house.paper, 10, 5))
    issue = run(house, make_issue(house, (house.paper, 4)))
    papers = [run(house, make_stock_return(house, issue, 3), "submit", "approve") for _ in range(2)]
    won = outcome(race(*(step(paper, "post", house.storekeeper) for paper in papers)), DomainError)
    assert len(won) == 1
    assert GoodsIssueLine.objects.get().returned_quantity == 3
    assert StockBalance.objects.get().quantity == 9
    assert consistent()


@pytest.mark.parametrize("_turn", range(3))
def test_a_return_against_the_reversal_of_its_issue(house: House, _turn: int) -> None:
    receive(house, (house.gloves, 10, 5))
    issue = run(house, make_issue(house, (house.gloves, 4)))
    paper = run(house, make_stock_return(house, issue, 4), "submit", "approve")
    jobs = step(paper, "post", house.storekeeper), step(issue, "reverse", house.logistics_head)
    assert len(outcome(race(*jobs), DomainError)) == 1
    assert StockBalance.objects.get().quantity == 10
    assert consistent()


@pytest.mark.parametrize("_turn", range(3))
def test_two_keepers_confirm_one_arrival_once(house: House, _turn: int) -> None:
    """R-STK-13"""
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    papers = [run(house, make_arrival(house, transfer, 4), "submit") for _ in range(2)]
    actors = (house.storekeeper, house.second_storekeeper)
    won = outcome(race(*(step(p, "post", a) for p, a in zip(papers, actors, strict=True))), DomainError)
    assert len(won) == 1
    assert StockTransfer.objects.get().arrival == "arrived"
    assert StockValue.objects.get(warehouse=branch(house)).quantity == 4
    assert consistent()
