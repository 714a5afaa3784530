"""Budgets when several people act at the same moment: one wins, the other is told, nothing is overdrawn (R-PRC-02)."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import DomainError, IllegalTransition
from procurement.models import BudgetAllotment, BudgetDecision, BudgetMove, PurchaseRequest
from procurement.services.budget_verification import verify_budgets
from tests.buying import allot, make_budget_decision, make_purchase_request, take
from tests.factories import House, make_house
from tests.inventory.test_concurrency import outcome, race, step

pytestmark = pytest.mark.django_db(transaction=True)
Kind = BudgetDecision.Kind


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def submitted(house: House, quantity: int) -> PurchaseRequest:
    return take(make_purchase_request(house, (house.gloves, quantity, 25)), ("submit", house.requester))


def figures() -> tuple[Any, Any, Any]:
    row = BudgetAllotment.objects.get()
    return row.amount, row.reserved, row.used


def sound() -> bool:
    return [str(finding) for finding in verify_budgets()] == []


@pytest.mark.parametrize("_turn", range(3))
def test_R_PRC_02_of_two_requests_for_the_last_yuan_one_wins(house: House, _turn: int) -> None:
    allot(house, 400)
    papers = [submitted(house, 10), submitted(house, 10)]
    results = race(*(step(paper, "approve", house.logistics_head) for paper in papers))
    won = outcome(results, DomainError)
    assert len(won) == 1
    lost = next(result for result in results if isinstance(result, DomainError))
    assert lost.code == "budget"
    assert "250.00 yuan are needed, 150.00 yuan are left" in str(lost)
    assert figures() == (400, 250, 0)
    assert sorted(PurchaseRequest.objects.values_list("status", flat=True)) == ["approved", "submitted"]
    assert BudgetMove.objects.exclude(reserved=0).count() == 1
    assert sound()


def test_R_PRC_02_eight_requests_share_what_there_is(house: House) -> None:
    allot(house, 260)
    papers = [submitted(house, 2) for _ in range(8)]
    won = outcome(race(*(step(paper, "approve", house.logistics_head) for paper in papers)), DomainError)
    assert len(won) == 5
    assert figures() == (260, 250, 0)
    assert sound()


def test_R_PRC_02_a_cut_and_an_approval_cannot_both_take_the_money(house: House) -> None:
    allot(house, 300)
    paper = submitted(house, 10)
    cut = make_budget_decision(house, -200, kind=Kind.CUT)
    take(cut, ("submit", house.accountant), ("approve", house.leader))
    results = race(step(paper, "approve", house.logistics_head), step(cut, "post", house.accountant))
    assert len(outcome(results, DomainError)) == 1
    assert figures() in ((300, 250, 0), (100, 0, 0))
    assert sound()


def test_one_approval_sent_twelve_times_reserves_once(house: House) -> None:
    allot(house, 1000)
    paper = submitted(house, 10)
    won = outcome(race(*[step(paper, "approve", house.logistics_head)] * 12), IllegalTransition)
    assert len(won) == 1
    assert figures() == (1000, 250, 0)
    assert sound()


def test_two_decisions_make_one_allotment(house: House) -> None:
    papers = [make_budget_decision(house, amount) for amount in (100, 200)]
    for paper in papers:
        take(paper, ("submit", house.accountant), ("approve", house.leader))
    outcome(race(*(step(paper, "post", house.accountant) for paper in papers)))
    assert figures() == (300, 0, 0)
    assert sound()


def test_the_budget_of_a_year_is_granted_by_one_of_two(house: House) -> None:
    papers = [make_budget_decision(house, amount, kind=Kind.INITIAL) for amount in (100, 200)]
    for paper in papers:
        take(paper, ("submit", house.accountant), ("approve", house.leader))
    won = outcome(race(*(step(paper, "post", house.accountant) for paper in papers)), DomainError)
    assert len(won) == 1
    assert figures()[0] in (100, 200)
    assert BudgetMove.objects.count() == 1
