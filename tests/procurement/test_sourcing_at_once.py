"""Sourcing when two people act at the same moment: one wins, the other is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core.documents.services import apply_transition, edit_draft, events_of
from core.errors import DomainError
from core.models.policies import Policy
from directory.models import SupplierBankChange
from directory.services import bank_changes
from procurement import figures
from procurement.models import FrameworkAgreement, Quotation, QuotationLine, Sourcing, SourcingLine
from procurement.services import awarding, order_drafts, quotations
from procurement.services.quotations import Offer
from procurement.services.sourcing_lines import Chosen, rewrite
from procurement.sourcing_selectors import offers_of
from tests.buying import make_framework, make_order, make_sourcing, request_approved, sourcing_approved, take
from tests.factories import House, make_house
from tests.inventory.test_concurrency import outcome, race, step
from tests.procurement.test_sourcing import opened, quoted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def test_two_who_take_the_same_line_do_not_both_get_it(house: House) -> None:
    line = request_approved(house).lines.get()
    papers = [
        Sourcing.objects.create(
            organization=house.organization, department=house.logistics, title=f"询价{n}", created_by=house.buyer
        )
        for n in range(2)
    ]

    def taking(paper: Sourcing) -> Any:
        def act() -> None:
            with edit_draft(paper, actor=house.again("buyer")) as fresh:
                rewrite(fresh, [Chosen(line, line.quantity)])

        return act

    results = race(*(taking(paper) for paper in papers))
    assert len(outcome(results, DomainError)) == 1
    assert SourcingLine.objects.get().quantity == 10


def test_a_quotation_and_the_opening_at_once_leave_nothing_half_opened(house: House) -> None:
    document = quoted(house)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    prices = {line.pk: Decimal(1) for line in document.lines.all()}

    def late() -> None:
        quotations.receive(document, house.supplier, Offer(prices), actor=house.again("buyer"))

    results = race(late, lambda: quotations.confirm_opening(document, actor=house.again("accountant")))
    assert isinstance(results[0], DomainError)
    document.refresh_from_db()
    assert document.opened_at is not None
    assert not QuotationLine.objects.filter(unit_price=1).exists()
    assert Quotation.objects.count() == 3


def test_the_witness_opens_once(house: House) -> None:
    document = quoted(house)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)

    def opening() -> Any:
        return quotations.confirm_opening(document, actor=house.again("accountant"))

    assert len(outcome(race(opening, opening), DomainError)) == 1
    assert events_of(document).filter(step="open").count() == 1


def test_two_awards_at_once_leave_one_whole(house: House) -> None:
    document = opened(house)
    offers = offers_of(document)
    line = document.lines.get()

    def giving(place: int) -> Any:
        choice = awarding.Choice(offers[place].lines[line.pk].pk, "理由")
        return lambda: awarding.award(document, {line.pk: choice}, actor=house.again("buyer"))

    race(giving(0), giving(1))
    line.refresh_from_db()
    assert line.awarded is not None
    assert line.amount == line.quantity * line.awarded.unit_price


def test_prc_04_two_approvals_do_not_both_pass_the_limit(house: House) -> None:
    Policy.objects.create(
        organization=house.organization,
        key=figures.PUBLIC_TENDER_GOODS,
        value=Decimal(1000),
        valid_from=dt.date(2020, 1, 1),
        basis="测试",
    )
    papers = []
    for _number in range(2):
        request = request_approved(house, (house.gloves, 60, 12))
        papers.append(apply_transition(make_sourcing(house, request), "submit", actor=house.buyer))
    results = race(*(step(paper, "approve", house.logistics_head) for paper in papers))
    assert len(outcome(results, DomainError)) == 1
    assert sorted(Sourcing.objects.values_list("status", flat=True)) == ["approved", "submitted"]


def test_two_overlapping_agreements_are_not_both_approved(house: House) -> None:
    papers = [make_framework(house), make_framework(house, supplier=house.supplier)]
    for paper in papers:
        apply_transition(paper, "submit", actor=house.buyer)
    results = race(*(step(paper, "approve", house.logistics_head) for paper in papers))
    assert len(outcome(results, DomainError)) == 1
    assert FrameworkAgreement.objects.filter(status="approved").count() == 1


def test_prc_17_a_confirmation_and_a_refusal_do_not_both_count(house: House) -> None:
    change = bank_changes.ask(
        house.supplier, bank="建设银行", bank_account="6217001234567890", reason="来函", actor=house.buyer
    )
    results = race(
        lambda: bank_changes.confirm(change, actor=house.again("accountant")),
        lambda: bank_changes.refuse(change, reason="不符", actor=house.again("accountant")),
    )
    assert len(outcome(results, DomainError)) == 1
    row = SupplierBankChange.objects.get()
    assert bool(row.confirmed_by_id) != bool(row.refused_reason)
    house.supplier.refresh_from_db()
    assert bool(house.supplier.bank_account) == bool(row.confirmed_by_id)


def test_an_award_is_taken_back_while_its_order_is_approved(house: House) -> None:
    """R-PRC-01, R-PRC-07: an order never stands on an award that is gone."""
    sourcing = sourcing_approved(house)
    order = take(make_order(house, sourcing), ("submit", house.buyer))
    results = race(step(sourcing, "cancel", house.logistics_head), step(order, "approve", house.logistics_head))
    assert len(outcome(results, DomainError)) == 1
    sourcing.refresh_from_db()
    order.refresh_from_db()
    ordered = sourcing.lines.get().ordered_quantity
    assert (sourcing.status, order.status, ordered) in {("cancelled", "submitted", 0), ("approved", "approved", 10)}


def test_an_agreement_is_taken_back_while_it_is_drawn_on(house: House) -> None:
    request = request_approved(house)
    agreement = make_framework(house)
    agreement = take(agreement, ("submit", house.buyer), ("approve", house.logistics_head))
    wanted = {request.lines.get().pk: Decimal(10)}
    order = order_drafts.from_requests(wanted, actor=house.buyer, framework=agreement)
    take(order, ("submit", house.buyer))
    results = race(step(agreement, "cancel", house.logistics_head), step(order, "approve", house.logistics_head))
    assert len(outcome(results, DomainError)) == 1
    agreement.refresh_from_db()
    order.refresh_from_db()
    called = agreement.lines.get().called_quantity
    assert (agreement.status, order.status, called) in {("cancelled", "submitted", 0), ("approved", "approved", 10)}
