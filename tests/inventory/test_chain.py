"""The first chain: request -> approve -> issue -> ledger."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.documents.models import DocumentEvent
from core.documents.services import apply_transition, events_of, record_event
from core.documents.story import signatures_shown, story_of
from core.errors import DomainError, InsufficientStock
from core.models.notices import Notice
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


def test_an_issue_covered_by_its_requisition_names_no_approver(house: House) -> None:
    """R-SYS-04: nobody approved the issue; its story and its signatures say by which requisition, approved by whom."""
    receive(house, (house.gloves, 10, 5))
    requisition = run(house, make_requisition(house, (house.gloves, 6)))
    issue = run(house, make_issue(house, (house.gloves, 6), requisition=requisition), "submit")
    assert issue.status == "approved"
    submit, approve = events_of(issue)
    assert (submit.step, submit.actor) == ("submit", house.storekeeper)
    basis = f"Approved with requisition {requisition.number} ({house.department_head})"
    assert (approve.step, approve.actor, approve.principal, approve.reason) == ("approve", None, None, basis)
    assert [(row["who"], row["reason"]) for row in story_of(issue) if row["step"] == "approve"] == [
        ("Automatic", basis)
    ]
    (shown,) = signatures_shown(issue)
    assert (shown["who"], shown["signed_by"], shown["comment"]) == ("Automatic", None, basis)
    assert not Notice.objects.filter(event=approve).exists()
    client = Client()
    client.force_login(house.storekeeper)
    assert basis in client.get(reverse("goodsissue_detail", args=(issue.pk,))).content.decode()
    page = client.get(reverse("goodsissue_print", args=(issue.pk,))).content.decode()
    assert requisition.number in page


def test_an_event_without_a_person_is_only_an_approval_with_its_basis(house: House) -> None:
    document = make_requisition(house)
    for step, reason in (("approve", ""), ("submit", "SL1")):
        with pytest.raises(IntegrityError), transaction.atomic():
            record_event(document, step, actor=None, from_status="draft", reason=reason)
    assert not DocumentEvent.objects.exists()
