"""The first chain: request -> approve -> issue -> ledger."""

from decimal import Decimal

import pytest

from core.documents.services import apply_transition
from core.errors import DomainError, InsufficientStock
from inventory.models import StockBalance, StockMove, StockValue
from tests.factories import House, make_issue, make_requisition, receive, run


def test_a_requisition_is_issued_in_two_parts(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    requisition = run(house, make_requisition(house, (house.gloves, 6)))
    assert requisition.number.startswith("SL")
    assert requisition.lines.get().approved_quantity == 6

    run(house, make_issue(house, (house.gloves, 4), requisition=requisition))
    requisition.refresh_from_db()
    assert (requisition.fulfilment, requisition.lines.get().issued_quantity) == ("partial", Decimal(4))
    assert StockValue.objects.get().amount == 30

    with pytest.raises(DomainError, match="at most 2"):
        run(house, make_issue(house, (house.gloves, 3), requisition=requisition))
    assert StockBalance.objects.get().quantity == 6

    issue = run(house, make_issue(house, (house.gloves, 2), requisition=requisition))
    requisition.refresh_from_db()
    assert requisition.fulfilment == "complete"
    assert issue.lines.get().amount == 10

    issue = apply_transition(issue, "reverse", actor=house.logistics_head, reason="发错")
    requisition.refresh_from_db()
    assert requisition.fulfilment == "partial"
    assert StockBalance.objects.get().quantity == 6
    assert StockMove.objects.filter(reverses__isnull=False).count() == 1


def test_two_tiers_sign_a_large_requisition(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    requisition = run(house, make_requisition(house, (house.gloves, 50)), "submit")
    requisition = apply_transition(requisition, "approve", actor=house.department_head)
    assert requisition.status == "submitted"
    requisition = apply_transition(requisition, "approve", actor=house.logistics_head)
    assert requisition.status == "approved"


def test_more_than_there_is_is_refused(house: House) -> None:
    receive(house, (house.gloves, 3, 5))
    requisition = run(house, make_requisition(house, (house.gloves, 5)))
    issue = run(house, make_issue(house, (house.gloves, 5), requisition=requisition), "submit")
    with pytest.raises(InsufficientStock, match="only 3"):
        apply_transition(issue, "post", actor=house.storekeeper)
    issue.refresh_from_db()
    assert issue.status == "approved"
    assert StockBalance.objects.get().quantity == 3
