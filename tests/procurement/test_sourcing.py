"""Sourcing: sealed quotations, their opening, the award and what it may not do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.documents.services import apply_transition, delete_draft, edit_draft, events_of
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models.notices import Notice
from directory.models import Supplier
from procurement.models import Method, Quotation, QuotationLine, Sourcing
from procurement.services import awarding, quotations
from procurement.services.quotations import Offer
from procurement.services.sourcing_lines import Chosen, rewrite
from procurement.sourcing_selectors import offers_of, to_source
from tests.buying import make_order, make_sourcing, request_approved, rivals, sourcing_approved, take
from tests.factories import House

pytestmark = pytest.mark.django_db
TOMORROW = dt.timedelta(days=1)


def begin(house: House, *requests: Any, method: str = Method.ENQUIRY, **fields: Any) -> Sourcing:
    """A draft over everything that is open of these requests."""
    requests = requests or (request_approved(house),)
    document = Sourcing.objects.create(
        organization=house.organization,
        department=house.logistics,
        title="手套询价",
        method=method,
        created_by=house.buyer,
        **fields,
    )
    lines = [line for request in requests for line in request.lines.order_by("position")]
    with edit_draft(document, actor=house.buyer) as fresh:
        rewrite(fresh, [Chosen(line, line.quantity) for line in lines])
    return document


def collecting(house: House, *suppliers: Supplier) -> Sourcing:
    document = begin(house)
    quotations.invite(document, suppliers or rivals(house), actor=house.buyer)
    return quotations.start_collecting(document, deadline=clock.now() + TOMORROW, actor=house.buyer)


def quote(house: House, document: Sourcing, supplier: Supplier, price: Any, **fields: Any) -> Quotation:
    prices = {line.pk: Decimal(str(price)) for line in document.lines.all()}
    return quotations.receive(document, supplier, Offer(prices, **fields), actor=house.buyer)


def quoted(house: House, *prices: Any) -> Sourcing:
    document = collecting(house)
    for supplier, price in zip(rivals(house), prices or (24, 23, 25), strict=False):
        quote(house, document, supplier, price)
    return document


def opened(house: House, *prices: Any) -> Sourcing:
    document = quoted(house, *prices)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    return quotations.confirm_opening(document, actor=house.accountant)


def awarded(house: House, document: Sourcing, place: int = 1, reason: str = "") -> Sourcing:
    offers = offers_of(document)
    choices = {key: awarding.Choice(line.pk, reason) for key, line in offers[place].lines.items()}
    return awarding.award(document, choices, actor=house.buyer)


# ---- lines ----


def test_a_line_is_sourced_once_and_never_more_than_is_open(house: House) -> None:
    request = request_approved(house, (house.gloves, 10, 25), (house.paper, 5, 20))
    document = begin(house, request)
    assert to_source(house.buyer) == []
    request.refresh_from_db()
    assert request.progress == "sourcing"
    line = request.lines.order_by("position")[0]
    with pytest.raises(DomainError, match="only 0 are neither ordered nor in another sourcing"):
        begin(house, request)
    assert Sourcing.objects.filter(lines__request_line=line).count() == 1
    with edit_draft(document, actor=house.buyer) as fresh:
        rewrite(fresh, [Chosen(line, Decimal(4))])
    left = {row.pk: row.left for row in to_source(house.buyer)}  # type: ignore[attr-defined]
    assert left == {line.pk: Decimal(6), request.lines.order_by("position")[1].pk: Decimal(5)}
    with pytest.raises(DomainError, match="11 wanted, but only 10"), edit_draft(document, actor=house.buyer) as fresh:
        rewrite(fresh, [Chosen(line, Decimal(11))])
    assert document.lines.get().quantity == 4


def test_lines_of_several_requests_stand_on_one_sourcing(house: House) -> None:
    first, second = request_approved(house), request_approved(house, (house.paper, 5, 20))
    document = begin(house, first, second)
    assert document.lines.count() == 2
    take(document, ("cancel", house.buyer))
    first.refresh_from_db()
    assert first.progress == "none"
    assert len(to_source(house.buyer)) == 2


def test_only_approved_requests_are_sourced(house: House) -> None:
    request = request_approved(house)
    document = begin(house, request)
    type(request).objects.filter(pk=request.pk).update(status="draft")
    with pytest.raises(DomainError, match="not approved"), edit_draft(document, actor=house.buyer) as fresh:
        rewrite(fresh, [Chosen(request.lines.get(), Decimal(1))])
    assert document.lines.get().quantity == 10


# ---- sealed quotations ----


def test_prc_06_too_few_or_dependent_suppliers_are_not_asked(house: House) -> None:
    document = begin(house)
    one, two, three = rivals(house)
    Supplier.objects.filter(pk__in=(two.pk, three.pk)).update(phone="138 0000 0001")
    quotations.invite(document, rivals(house), actor=house.buyer)
    with pytest.raises(DomainError) as refusal:
        quotations.start_collecting(document, deadline=clock.now() + TOMORROW, actor=house.buyer)
    assert f"{two} and {three} have the same phone" in str(refusal.value)
    document.refresh_from_db()
    assert document.stage == "preparing"
    Supplier.objects.filter(pk=three.pk).update(phone="13900000000", legal_person=one.legal_person or "")
    Supplier.objects.filter(pk=three.pk).update(controlling_owner=one.name)
    with pytest.raises(DomainError, match="same controlling owner"):
        quotations.start_collecting(document, deadline=clock.now() + TOMORROW, actor=house.buyer)


def test_the_same_supplier_is_invited_once(house: House) -> None:
    document = begin(house)
    quotations.invite(document, [house.supplier, house.supplier], actor=house.buyer)
    assert quotations.invite(document, [house.supplier], actor=house.buyer) == []
    assert document.invitations.count() == 1


def test_prices_stay_sealed_until_the_opening(house: House) -> None:
    document = quoted(house, "24.37", "23.11", "25.99")
    assert offers_of(document) == []
    story = " ".join(events_of(document).values_list("reason", flat=True))
    assert "24.37" not in story
    assert QuotationLine.objects.count() == 3


def test_a_quotation_is_replaced_as_a_whole_before_the_opening(house: House) -> None:
    document = quoted(house)
    quote(house, document, house.supplier, 22)
    assert document.quotations.count() == 3
    assert QuotationLine.objects.get(quotation__supplier=house.supplier).unit_price == 22


@pytest.mark.parametrize("price", ["0", "-3"])
def test_zero_and_negative_prices_are_refused(house: House, price: str) -> None:
    document = collecting(house)
    with pytest.raises(DomainError, match="greater than zero"):
        quote(house, document, house.supplier, price)
    assert not document.quotations.exists()


def test_only_invited_suppliers_and_only_in_time(house: House) -> None:
    document = collecting(house)
    stranger = Supplier.objects.create(code="X9", name="路人公司")
    with pytest.raises(DomainError, match="was not invited"):
        quote(house, document, stranger, 20)
    with clock.pretend(clock.now() + 2 * TOMORROW), pytest.raises(IllegalTransition, match="too late"):
        quote(house, document, house.supplier, 20)
    assert not document.quotations.exists()


def test_opening_waits_for_the_deadline_or_for_everybody(house: House) -> None:
    document = quoted(house, 24, 23)
    with pytest.raises(IllegalTransition, match="Wait until"):
        quotations.ask_opening(document, house.accountant, actor=house.buyer)
    with clock.pretend(clock.now() + 2 * TOMORROW), pytest.raises(DomainError, match="3 independent") as refusal:
        quotations.ask_opening(document, house.accountant, actor=house.buyer)
    assert refusal.value.code == "R-PRC-06"
    document.refresh_from_db()
    assert (document.witness, document.opened_at) == (None, None)


def test_prc_06_two_suppliers_with_one_phone_count_as_one_at_the_opening(house: House) -> None:
    document = quoted(house)
    _one, two, three = rivals(house)
    Supplier.objects.filter(pk=three.pk).update(phone=two.phone)
    with pytest.raises(DomainError, match="same phone and count as one"):
        quotations.ask_opening(document, house.accountant, actor=house.buyer)
    assert not offers_of(document)


def test_the_witness_opens_on_his_own(house: House) -> None:
    document = quoted(house)
    with pytest.raises(DomainError, match="somebody else has to be the witness"):
        quotations.ask_opening(document, house.buyer, actor=house.buyer)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    assert Notice.objects.filter(user=house.accountant, event__step="ask_opening").exists()
    assert Sourcing.objects.visible_to(house.accountant).filter(pk=document.pk).exists()
    assert offers_of(document) == []
    for person in (house.buyer, house.leader):
        with pytest.raises(NotAllowed):
            quotations.confirm_opening(document, actor=person)
    document = quotations.confirm_opening(document, actor=house.accountant)
    assert [row.lines[document.lines.get().pk].unit_price for row in offers_of(document)] == [24, 23, 25]
    with pytest.raises(IllegalTransition):
        quotations.confirm_opening(document, actor=house.accountant)


def test_a_witness_of_another_house_is_refused(house: House, other_house: House) -> None:
    document = quoted(house)
    with pytest.raises(DomainError, match="of this house"):
        quotations.ask_opening(document, other_house.accountant, actor=house.buyer)
    document.refresh_from_db()
    assert (document.witness, document.opened_at) == (None, None)


def test_while_a_witness_is_asked_nothing_comes_in(house: House) -> None:
    document = quoted(house)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    with pytest.raises(IllegalTransition, match="was asked to witness"):
        quote(house, document, house.supplier, 20)
    quotations.stop_opening(document, actor=house.buyer)
    with pytest.raises(IllegalTransition):
        quotations.confirm_opening(document, actor=house.accountant)
    quote(house, document, house.supplier, 20)
    assert offers_of(document) == []


def test_prc_07_after_the_opening_no_quotation_comes_in_or_changes(house: House) -> None:
    document = opened(house)
    before = list(QuotationLine.objects.order_by("pk").values())
    with pytest.raises(IllegalTransition) as refusal:
        quote(house, document, house.supplier, 1)
    assert refusal.value.code == "R-PRC-07"
    offer = QuotationLine.objects.first()
    assert offer is not None
    changes = (
        lambda: QuotationLine.objects.filter(pk=offer.pk).update(unit_price=Decimal(1)),
        lambda: QuotationLine.objects.filter(pk=offer.pk)._raw_delete("default"),
        lambda: QuotationLine.objects.create(quotation=offer.quotation, line=offer.line, unit_price=Decimal(1)),
        lambda: Quotation.objects.filter(pk=offer.quotation_id).update(delivery_days=1),
        lambda: Quotation.objects.filter(pk=offer.quotation_id)._raw_delete("default"),
        lambda: Sourcing.objects.filter(pk=document.pk).update(opened_at=None),
        lambda: Sourcing.objects.filter(pk=document.pk).update(method=Method.DIRECT),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert list(QuotationLine.objects.order_by("pk").values()) == before
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("DELETE FROM procurement_quotationline")


def test_an_opened_enquiry_is_not_deleted(house: House) -> None:
    document = opened(house)
    with pytest.raises(DomainError, match="cancel it instead"):
        delete_draft(document, actor=house.buyer)
    assert Sourcing.objects.filter(pk=document.pk).exists()


def test_a_failed_enquiry_stays_sealed_and_has_a_new_round(house: House) -> None:
    document = quoted(house, 24, 23)
    with pytest.raises(DomainError, match="reason"):
        quotations.fail(document, reason=" ", actor=house.buyer)
    document = quotations.fail(document, reason="报价不足三家", actor=house.buyer)
    assert (document.status, document.stage) == ("cancelled", "failed")
    assert offers_of(document) == []
    fresh = quotations.new_round(document, actor=house.buyer)
    assert fresh.previous == document
    assert fresh.lines.count() == 1
    assert fresh.invitations.count() == 3
    assert not fresh.quotations.exists()
    with pytest.raises(IllegalTransition, match="was begun already"):
        quotations.new_round(document, actor=house.buyer)


# ---- award ----


def test_prc_08_not_the_lowest_needs_a_reason(house: House) -> None:
    document = opened(house)
    with pytest.raises(DomainError) as refusal:
        awarded(house, document, place=0)
    assert refusal.value.code == "R-PRC-08"
    assert document.lines.get().awarded is None
    awarded(house, document, place=0, reason="质量更好，交货更快")
    document = apply_transition(document, "submit", actor=house.buyer)
    assert document.total_amount == 240
    document.lines.update(award_reason="")
    with pytest.raises(DomainError) as refusal:
        apply_transition(document, "approve", actor=house.logistics_head)
    assert refusal.value.code == "R-PRC-08"


def test_the_lowest_that_counts_is_that_of_the_offers_not_excluded(house: House) -> None:
    document = opened(house, 24, 23, 25)
    cheapest = document.quotations.get(supplier=rivals(house)[1])
    with pytest.raises(DomainError, match="Say why"):
        awarding.exclude(document, cheapest, reason="", actor=house.buyer)
    awarding.exclude(document, cheapest, reason="规格不符", actor=house.buyer)
    with pytest.raises(DomainError, match="an offer that counts"):
        awarded(house, document, place=1)
    awarded(house, document, place=0)
    with pytest.raises(DomainError) as refusal:  # two are left that count
        apply_transition(document, "submit", actor=house.buyer)
    assert refusal.value.code == "R-PRC-06"
    awarding.include(document, cheapest, actor=house.buyer)
    awarded(house, document, place=1)
    assert apply_transition(document, "submit", actor=house.buyer).status == "submitted"


def test_awarding_needs_the_opening_and_every_line(house: House) -> None:
    document = quoted(house)
    with pytest.raises(IllegalTransition, match="Open the quotations first"):
        awarding.award(document, {}, actor=house.buyer)
    with pytest.raises(DomainError, match="Open the quotations first"):
        apply_transition(document, "submit", actor=house.buyer)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    quotations.confirm_opening(document, actor=house.accountant)
    with pytest.raises(DomainError, match="Choose the offer"):
        apply_transition(document, "submit", actor=house.buyer)
    document.refresh_from_db()
    assert (document.status, document.lines.get().awarded) == ("draft", None)


def test_who_worked_on_the_choice_does_not_approve_it(house: House) -> None:
    document = opened(house)
    assert house.buyer.pk in quotations.hands_in(document)
    assert house.accountant.pk not in quotations.hands_in(document)


def test_what_is_ordered_keeps_its_sourcing(house: House) -> None:
    document = sourcing_approved(house)
    take(make_order(house, document), ("submit", house.buyer), ("approve", house.logistics_head))
    with pytest.raises(DomainError, match="is ordered already"):
        apply_transition(document, "cancel", actor=house.buyer, reason="不要了")
    document.refresh_from_db()
    assert document.status == "approved"


# ---- other methods ----


def test_a_direct_purchase_has_one_typed_price(house: House) -> None:
    document = begin(house, method=Method.DIRECT)
    line = document.lines.get()
    awarding.record_result(document, house.supplier, Offer({line.pk: Decimal(22)}), actor=house.buyer)
    awarding.record_result(document, house.supplier, Offer({line.pk: Decimal(21)}), actor=house.buyer)
    document = take(document, ("submit", house.buyer), ("approve", house.logistics_head))
    assert document.total_amount == 210
    assert document.quotations.get().supplier == house.supplier


def test_an_enquiry_takes_no_typed_result(house: House) -> None:
    document = quoted(house)
    with pytest.raises(IllegalTransition):
        awarding.record_result(document, house.supplier, Offer({}), actor=house.buyer)
    assert document.lines.get().awarded is None


def test_single_source_needs_its_justification(house: House) -> None:
    document = begin(house, method=Method.SINGLE_SOURCE)
    line = document.lines.get()
    awarding.record_result(document, house.supplier, Offer({line.pk: Decimal(22)}), actor=house.buyer)
    with pytest.raises(DomainError, match="justification"):
        apply_transition(document, "submit", actor=house.buyer)
    Sourcing.objects.filter(pk=document.pk).update(method_reason="专利产品，只有一家")
    document.refresh_from_db()
    assert apply_transition(document, "submit", actor=house.buyer).status == "submitted"


def test_a_tender_brings_number_and_paper(house: House) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core.attachments import attach

    document = begin(house, method=Method.PUBLIC_TENDER)
    line = document.lines.get()
    awarding.record_result(document, house.supplier, Offer({line.pk: Decimal(22)}), actor=house.buyer)
    with pytest.raises(DomainError, match="number of the tender"):
        apply_transition(document, "submit", actor=house.buyer)
    Sourcing.objects.filter(pk=document.pk).update(external_number="ZB-2026-017")
    with pytest.raises(DomainError, match="attach the notice"):
        apply_transition(document, "submit", actor=house.buyer)
    attach(document, SimpleUploadedFile("公告.pdf", b"%PDF-1.4 x"), actor=house.buyer)
    assert apply_transition(document, "submit", actor=house.buyer).status == "submitted"


def test_the_maker_of_the_tests_is_a_complete_enquiry(house: House) -> None:
    document = make_sourcing(house)
    assert document.is_open
    assert len(offers_of(document)) == 3


def test_a_draft_with_a_typed_result_can_be_deleted(house: House) -> None:
    document = begin(house, method=Method.DIRECT)
    line = document.lines.get()
    awarding.record_result(document, house.supplier, Offer({line.pk: Decimal(22)}), actor=house.buyer)
    delete_draft(document, actor=house.buyer)
    assert not QuotationLine.objects.exists()
    assert len(to_source(house.buyer)) == 1
    line.request_line.document.refresh_from_db()
    assert line.request_line.document.progress == "none"
