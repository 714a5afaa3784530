"""Budget decisions and the ledger of allotments (R-PRC-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.database.append_only import protect, unprotect
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from procurement.models import (
    BudgetAllotment,
    BudgetDecision,
    BudgetMove,
    EconomicClass,
    Project,
    PurchaseRequest,
    PurchaseRequestLine,
)
from procurement.services import budget_ledger
from procurement.services.budget_verification import verify_budgets
from tests.buying import allot, allotment_of, make_budget_decision, make_purchase_request, order_approved, take
from tests.factories import House, make_house

pytestmark = pytest.mark.django_db
Kind = BudgetDecision.Kind


def booked(house: House, *amounts: Any, **fields: Any) -> BudgetDecision:
    document = decision(house, *amounts, **fields)
    return take(document, ("submit", house.accountant), ("approve", house.leader), ("post", house.accountant))


def decision(house: House, *amounts: Any, **fields: Any) -> BudgetDecision:
    """A draft with one economic class a line."""
    document = make_budget_decision(house, amounts[0], **fields)
    for place, amount in enumerate(amounts[1:], start=2):
        kind = EconomicClass.objects.get_or_create(code=f"3020{place}", defaults={"name": f"类{place}"})[0]
        document.lines.create(position=place, department=house.ward, economic_class=kind, amount=Decimal(amount))
    return document


def refused(document: Any, step: str, actor: Any) -> DomainError:
    """The refusal of a step; the document stays where it was."""
    before = document.status
    with pytest.raises(DomainError) as caught:
        apply_transition(document, step, actor=actor, reason="原因")
    document.refresh_from_db()
    assert document.status == before
    return caught.value


def figures(allotment: BudgetAllotment) -> tuple[Decimal, Decimal, Decimal]:
    allotment.refresh_from_db()
    return allotment.amount, allotment.reserved, allotment.used


def sound() -> bool:
    return [str(finding) for finding in verify_budgets()] == []


def test_a_decision_makes_its_allotments_when_it_is_booked(house: House) -> None:
    document = decision(house, 1000, 500, kind=Kind.INITIAL)
    take(document, ("submit", house.accountant), ("approve", house.leader))
    assert not BudgetAllotment.objects.exists()
    take(document, ("post", house.accountant))
    assert sorted(BudgetAllotment.objects.values_list("amount", flat=True)) == [500, 1000]
    assert BudgetMove.objects.count() == 2
    assert sound()


def test_supplement_transfer_and_cut_change_the_allotments(house: House) -> None:
    booked(house, 1000, 500, kind=Kind.INITIAL)
    booked(house, 200, kind=Kind.SUPPLEMENT)
    booked(house, -300, 300, kind=Kind.TRANSFER)
    booked(house, -100, kind=Kind.CUT)
    first, second = BudgetAllotment.objects.order_by("economic_class__code")
    assert (first.amount, second.amount) == (800, 800)
    assert sound()


def test_lines_of_300_are_booked_in_a_fixed_number_of_statements(house: House) -> None:
    def statements(count: int, code: int) -> int:
        document = make_budget_decision(house, 1000)
        document.lines.all().delete()
        classes = [EconomicClass(code=f"{code}{place:04d}", name=f"类{place}") for place in range(count)]
        EconomicClass.objects.bulk_create(classes)
        rows = [
            document.lines.model(document=document, position=n, department=house.ward, economic_class=kind, amount=100)
            for n, kind in enumerate(classes, start=1)
        ]
        document.lines.model.objects.bulk_create(rows)
        take(document, ("submit", house.accountant), ("approve", house.leader))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            take(document, ("post", house.accountant))
        return len(queries)

    assert statements(3, 1) == statements(300, 2)
    assert BudgetAllotment.objects.count() == 303


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        (Kind.INITIAL, -5, "greater than zero"),
        (Kind.SUPPLEMENT, -5, "greater than zero"),
        (Kind.CUT, 5, "minus sign"),
        (Kind.CUT, -5, "no allotment of"),
        (Kind.TRANSFER, 5, "add up to 5.00 yuan instead of zero"),
    ],
)
def test_amounts_carry_the_sign_of_their_kind(house: House, kind: str, amount: int, words: str) -> None:
    document = decision(house, amount, kind=kind)
    error = refused(document, "submit", house.accountant)
    assert words in str(error)
    assert error.field == "amount"
    assert not BudgetAllotment.objects.exists()


def test_no_lines_no_decision(house: House) -> None:
    document = decision(house, 100)
    document.lines.all().delete()
    assert "at least one line" in str(refused(document, "submit", house.accountant))


def test_one_purpose_stands_on_one_line(house: House) -> None:
    document = decision(house, 100)
    line = document.lines.get()
    document.lines.create(position=2, department=house.ward, economic_class=line.economic_class, amount=50)
    error = refused(document, "submit", house.accountant)
    assert "line 1" in str(error)
    assert error.line == 2


def test_the_budget_of_a_year_is_granted_once(house: House) -> None:
    """The same workbook sent twice must not double the budget."""
    first = booked(house, 1000, kind=Kind.INITIAL)
    second = decision(house, 1000, kind=Kind.INITIAL)
    error = refused(second, "submit", house.accountant)
    assert first.number in str(error)
    assert "supplement" in str(error)
    take(first, ("reverse", house.accountant))
    take(second, ("submit", house.accountant), ("approve", house.leader), ("post", house.accountant))
    assert BudgetAllotment.objects.get().amount == 1000


def test_two_drafts_of_one_budget_cannot_both_be_booked(house: House) -> None:
    first, second = decision(house, 1000, kind=Kind.INITIAL), decision(house, 900, kind=Kind.INITIAL)
    for document in (first, second):
        take(document, ("submit", house.accountant), ("approve", house.leader))
    first = take(first, ("post", house.accountant))
    second.refresh_from_db()
    assert first.number in str(refused(second, "post", house.accountant))
    assert BudgetAllotment.objects.get().amount == 1000


@pytest.mark.parametrize("year", [2062, 2020])
def test_the_year_lies_beside_the_date(house: House, year: int) -> None:
    error = refused(decision(house, 100, year=year), "submit", house.accountant)
    assert error.field == "year"
    assert str(year) in str(error)


def test_department_and_project_of_another_house_are_refused(house: House) -> None:
    other = make_house("H2")
    foreign = Project.objects.create(organization=other.organization, code="P1", name="他院项目")
    with_department = decision(house, 100, for_department=other.ward)
    assert refused(with_department, "submit", house.accountant).field == "department"
    with_project = decision(house, 100, project=foreign)
    assert refused(with_project, "submit", house.accountant).field == "project"
    assert not BudgetAllotment.objects.exists()


def test_what_is_no_longer_in_use_gets_no_money_but_can_be_cut(house: House) -> None:
    project = Project.objects.create(organization=house.organization, code="P1", name="病区改造")
    booked(house, 500, project=project)
    Project.objects.update(active=False)
    project.refresh_from_db()
    assert refused(decision(house, 100, project=project), "submit", house.accountant).field == "project"
    booked(house, -500, project=project, kind=Kind.CUT)
    assert BudgetAllotment.objects.get().amount == 0


# ---- reserve, use, release ----


def test_R_PRC_02_approval_reserves_and_cancelling_releases(house: House) -> None:
    allotment = allot(house, 1000)
    request = make_purchase_request(house, (house.gloves, 10, 25))
    take(request, ("submit", house.requester))
    assert figures(allotment) == (1000, 0, 0)
    request = take(request, ("approve", house.logistics_head))
    assert figures(allotment) == (1000, 250, 0)
    assert sound()
    take(request, ("cancel", house.logistics_head))
    assert figures(allotment) == (1000, 0, 0)
    assert sound()


def test_R_PRC_02_more_than_is_left_is_refused_with_the_figures(house: House) -> None:
    allotment = allot(house, 300)
    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    second = make_purchase_request(house)
    take(second, ("submit", house.requester))
    second.refresh_from_db()
    error = refused(second, "approve", house.logistics_head)
    assert "250.00 yuan are needed, 50.00 yuan are left" in str(error)
    assert figures(allotment) == (300, 250, 0)
    assert PurchaseRequestLine.objects.filter(reserved__gt=0).count() == 1


def test_R_PRC_02_a_cut_below_what_is_reserved_is_refused_with_the_figures(house: House) -> None:
    allotment = allot(house, 300)
    early = decision(house, -100, kind=Kind.CUT)
    take(early, ("submit", house.accountant), ("approve", house.leader))
    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    late = decision(house, -100, kind=Kind.CUT)
    words = "of 300.00 yuan 250.00 are reserved and 0.00 are used, so at most 50.00 are free"
    early.refresh_from_db()
    assert words in str(refused(late, "submit", house.accountant))
    assert words in str(refused(early, "post", house.accountant))
    assert figures(allotment) == (300, 250, 0)


def test_R_PRC_02_a_decision_whose_money_is_reserved_cannot_be_reversed(house: House) -> None:
    document = booked(house, 300)
    allotment = BudgetAllotment.objects.get()
    request = take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    assert "at most 50.00 are free" in str(refused(document, "reverse", house.accountant))
    take(request, ("cancel", house.logistics_head))
    take(document, ("reverse", house.accountant))
    assert figures(allotment) == (0, 0, 0)
    assert sound()


def test_a_transfer_is_taken_back_as_a_whole(house: House) -> None:
    booked(house, 1000, 500, kind=Kind.INITIAL)
    document = booked(house, -300, 300, kind=Kind.TRANSFER)
    take(document, ("reverse", house.accountant))
    assert list(BudgetAllotment.objects.order_by("pk").values_list("amount", flat=True)) == [1000, 500]
    assert sound()


def test_R_PRC_02_money_of_another_year_is_not_drawn_on(house: House) -> None:
    next_year = clock.today().year + 1
    allotment = allot(house, 1000, year=next_year)
    request = make_purchase_request(house, allotment=allotment)
    assert str(clock.today().year) in str(refused(request, "submit", house.requester))
    assert figures(allotment) == (1000, 0, 0)


def test_an_allotment_of_another_house_is_never_booked(house: House) -> None:
    foreign = allot(make_house("H2"), 1000)
    request = make_purchase_request(house)
    entry = budget_ledger.Entry(foreign.pk, reserved=Decimal(10))
    with pytest.raises(DomainError, match="another organization"):
        budget_ledger.post([entry], document=request, actor=house.accountant)
    assert figures(foreign) == (1000, 0, 0)
    assert not BudgetMove.objects.exclude(reserved=0).exists()


def test_a_part_never_falls_below_zero(house: House) -> None:
    allotment = allot(house, 1000)
    request = make_purchase_request(house)
    for entry in (
        budget_ledger.Entry(allotment.pk, reserved=Decimal(-1)),
        budget_ledger.Entry(allotment.pk, used=Decimal(-1)),
    ):
        with pytest.raises(DomainError, match="would fall below"):
            budget_ledger.post([entry], document=request, actor=house.accountant)
    assert figures(allotment) == (1000, 0, 0)


# ---- verification ----


def test_verification_names_the_allotment_whose_cache_differs(house: House) -> None:
    allotment = allot(house, 1000)
    BudgetAllotment.objects.update(reserved=7)
    found = [str(finding) for finding in verify_budgets()]
    assert len(found) == 1
    assert f"procurement.BudgetAllotment #{allotment.pk}" in found[0]
    assert "stored 7.00, by the ledger 0.00" in found[0]


def test_verification_names_the_request_line_that_holds_something_else(house: House) -> None:
    order_approved(house)
    assert sound()
    line = PurchaseRequest.objects.get().lines.get()
    PurchaseRequestLine.objects.update(reserved=1)
    found = [finding for finding in verify_budgets()]
    assert [finding.key for finding in found] == [line.pk]
    assert found[0].table == "procurement.PurchaseRequestLine"


def test_verification_names_the_first_move_that_overdrew(house: House) -> None:
    allotment = allotment_of(house)
    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    first = BudgetMove.objects.order_by("pk")[0]
    unprotect("procurement_budgetmove", connection)
    BudgetMove.objects.filter(pk=first.pk).update(granted=100)
    protect("procurement_budgetmove", connection)
    found = [finding for finding in verify_budgets()]
    assert found[0].table == "procurement.BudgetMove"
    assert found[0].key == BudgetMove.objects.order_by("-pk")[0].pk
    assert "100.00 were allotted, 250.00 reserved" in found[0].message
    assert found[1].key == allotment.pk


def test_decisions_are_approved_by_somebody_else(house: House) -> None:
    document = decision(house, 100)
    take(document, ("submit", house.accountant))
    document.refresh_from_db()
    refused(document, "approve", house.accountant)
    assert document.status == Status.SUBMITTED
