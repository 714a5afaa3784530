"""Two people at once at old pieces, write-offs, loans and prices: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError, IllegalTransition, InsufficientStock
from inventory.models import OldPieceBalance, OldPieceMove, StockMove, StockValue
from inventory.services import loss_verification as verification
from inventory.services.verification import verify_stock
from tests.factories import House, make_house, receive, run
from tests.losses import (
    drill,
    exchange,
    make_disposal,
    make_loan,
    make_loan_return,
    make_price_difference,
    make_trade_in,
    make_write_off,
    tube,
)

from .test_concurrency import outcome, race, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def consistent() -> bool:
    checks = (verify_stock, verification.verify_old_pieces, verification.verify_costs)
    more = (verification.verify_loans, verification.verify_prices)
    return [str(finding) for check in (*checks, *more) for finding in check()] == []


def posted_by_both(house: House, papers: list[Any]) -> list[Any]:
    keepers = (house.storekeeper, house.second_storekeeper)
    return race(*(step(paper, "post", keepers[n % 2]) for n, paper in enumerate(papers)))


def test_a_debt_is_paid_once(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4)
    papers = [run(house, make_trade_in(house, (item, 3)), "submit", "approve") for _ in range(2)]
    assert len(outcome(posted_by_both(house, papers), DomainError)) == 1
    assert OldPieceBalance.objects.get(item=item).quantity == 3
    assert consistent()


def test_old_pieces_are_sold_once(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 4)
    money = {"amount": Decimal(3)}
    papers = [run(house, make_disposal(house, (item, 3, money)), "submit", "approve") for _ in range(2)]
    assert len(outcome(posted_by_both(house, papers), DomainError)) == 1
    assert OldPieceBalance.objects.get(item=item).quantity == 1
    assert OldPieceMove.objects.filter(quantity__lt=0).count() == 1
    assert consistent()


def test_the_last_pieces_are_written_off_once(house: House) -> None:
    receive(house, (house.gloves, 3, 5))
    papers = [run(house, make_write_off(house, (house.gloves, 2)), "submit", "approve") for _ in range(2)]
    assert len(outcome(posted_by_both(house, papers), InsufficientStock)) == 1
    assert StockValue.objects.get().quantity == 1
    assert consistent()


def test_lent_tools_come_back_once(house: House) -> None:
    loan = run(house, make_loan(house, (drill(house), 3)))
    papers = [run(house, make_loan_return(house, loan, 2), "submit") for _ in range(2)]
    assert len(outcome(posted_by_both(house, papers), DomainError)) == 1
    loan.refresh_from_db()
    assert (loan.lines.get().returned_quantity, loan.settled, StockValue.objects.get().quantity) == (2, False, 9)
    assert consistent()


def test_one_invoice_is_booked_once_by_many_clicks(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    document = run(house, make_price_difference(house, receipt, 6), "submit", "approve")
    assert len(outcome(posted_by_both(house, [document] * 6), IllegalTransition)) == 1
    assert (StockValue.objects.get().amount, StockMove.objects.filter(quantity=0).count()) == (60, 1)
    assert consistent()
