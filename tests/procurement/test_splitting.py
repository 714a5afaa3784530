"""R-PRC-04 and R-PRC-05: limits of methods, the central catalogue, and no splitting over a year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.models import Signature
from core.documents.services import apply_transition
from core.errors import DomainError
from core.models.policies import Policy
from procurement import figures
from procurement.models import (
    CentralCatalogueEntry,
    ItemCategoryLink,
    Method,
    PurchaseCategory,
    PurchaseOrder,
    Sourcing,
)
from procurement.services import methods, splitting
from procurement.services.sourcing import lines_of
from tests.buying import allot, make_order, make_sourcing, request_approved, sourcing_approved, take
from tests.factories import House
from tests.procurement.test_sourcing import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(house: House) -> PurchaseCategory:
    """Gloves and paper are bought under A050101; limits are small, so that tests stay readable."""
    category = PurchaseCategory.objects.create(code="A050101", name="办公用品", kind="goods")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    limit(house, figures.PUBLIC_TENDER_GOODS, 1000)
    return category


def limit(house: House, key: str, value: Any) -> None:
    Policy.objects.create(
        organization=house.organization, key=key, value=Decimal(value), valid_from=dt.date(2020, 1, 1), basis="测试"
    )


def of(house: House, amount: int, **fields: Any) -> Sourcing:
    """An awarded draft enquiry that comes to so many yuan (the lowest offer is 2 yuan below the estimate)."""
    return make_sourcing(house, request_approved(house, (house.gloves, amount // 10, 12)), **fields)


def test_prc_04_warns_at_80_percent_and_blocks_above_the_limit(house: House, office: PurchaseCategory) -> None:
    first = take(of(house, 500), ("submit", house.buyer), ("approve", house.logistics_head))
    second = of(house, 200)
    assert splitting.warnings(second) == []
    third = of(house, 300)
    (sentence,) = splitting.warnings(third)
    for words in ("A0501", "800 yuan", "80%", "1000", first.number, "500"):
        assert words in sentence
    take(second, ("submit", house.buyer), ("approve", house.logistics_head))
    third = take(third, ("submit", house.buyer), ("approve", house.logistics_head))
    with pytest.raises(DomainError) as refusal:
        apply_transition(of(house, 100), "submit", actor=house.buyer)
    assert refusal.value.code == "R-PRC-04"
    assert third.number in str(refusal.value)
    assert "1100 yuan" in str(refusal.value)


def test_prc_04_is_asked_again_when_the_last_one_signs(house: House, office: PurchaseCategory) -> None:
    """Two are submitted while each fits; the one that is approved second does not fit any more."""
    first, second = of(house, 600), of(house, 600)
    for document in (first, second):
        apply_transition(document, "submit", actor=house.buyer)
    apply_transition(first, "approve", actor=house.logistics_head)
    with pytest.raises(DomainError) as refusal:
        apply_transition(second, "approve", actor=house.logistics_head)
    assert refusal.value.code == "R-PRC-04"
    second.refresh_from_db()
    assert second.status == "submitted"


def test_prc_04_counts_by_major_category_class_year_and_house(house: House, office: PurchaseCategory) -> None:
    take(of(house, 900), ("submit", house.buyer), ("approve", house.logistics_head))
    near = PurchaseCategory.objects.create(code="A050199", name="其他办公用品", kind="goods")
    other = PurchaseCategory.objects.create(code="A0602", name="家具", kind="goods")
    near_line = (house.gloves, 20, 12, {"category": near})
    same = make_sourcing(house, request_approved(house, near_line))
    assert splitting.sums_of(same)[0].before == 900
    far = make_sourcing(house, request_approved(house, (house.gloves, 20, 12, {"category": other})))
    assert splitting.sums_of(far)[0].before == 0
    last_year = of(house, 200)
    Sourcing.objects.filter(pk=last_year.pk).update(business_date=clock.today().replace(year=clock.today().year - 1))
    last_year.refresh_from_db()
    assert splitting.sums_of(last_year)[0].before == 0


def test_prc_04_counts_other_economic_classes_apart(house: House, office: PurchaseCategory) -> None:
    from procurement.models import BudgetAllotment, EconomicClass

    take(of(house, 900), ("submit", house.buyer), ("approve", house.logistics_head))
    repairs = EconomicClass.objects.create(code="30213", name="维修费")
    allotment = BudgetAllotment.objects.get(organization=house.organization, department=house.ward)
    request = request_approved(house, (house.gloves, 20, 12))
    document = make_sourcing(house, request)
    other = allot(house, for_department=house.other_ward)
    BudgetAllotment.objects.filter(pk=other.pk).update(economic_class=repairs)
    request.lines.update(allotment=other)
    assert [row.before for row in splitting.sums_of(document)] == [0]
    request.lines.update(allotment=allotment)
    assert [row.before for row in splitting.sums_of(document)] == [900]


def test_prc_04_tenders_are_not_counted_and_single_source_goes_on(house: House, office: PurchaseCategory) -> None:
    tender = of(house, 900, method=Method.PUBLIC_TENDER)
    Sourcing.objects.filter(pk=tender.pk).update(status="approved")
    document = of(house, 300)
    assert splitting.sums_of(document)[0].before == 0
    Sourcing.objects.filter(pk=tender.pk).update(status="cancelled")
    take(of(house, 900), ("submit", house.buyer), ("approve", house.logistics_head))
    single = of(house, 300, method=Method.SINGLE_SOURCE, method_reason="专利，只有一家")
    assert apply_transition(single, "submit", actor=house.buyer).status == "submitted"


def test_prc_04_orders_of_a_sourcing_are_not_counted_twice(house: House, office: PurchaseCategory) -> None:
    sourced = sourcing_approved(house, request_approved(house, (house.gloves, 50, 12)))
    take(make_order(house, sourced), ("submit", house.buyer), ("approve", house.logistics_head))
    document = make_sourcing(house, request_approved(house, (house.gloves, 10, 10)))
    assert splitting.sums_of(document)[0].before == 500


def test_what_a_year_bought_is_read_in_a_fixed_number_of_queries(house: House, office: PurchaseCategory) -> None:
    take(of(house, 20), ("submit", house.buyer), ("approve", house.logistics_head))
    counts = []
    for _round in range(2):
        document = of(house, 20)
        with CaptureQueriesContext(connection) as queries:
            splitting.sums_of(document)
        counts.append(len(queries))
        for _number in range(3):
            take(of(house, 20), ("submit", house.buyer), ("approve", house.logistics_head))
    assert counts[0] == counts[1]


# ---- orders without a sourcing ----


def direct_order(house: House, amount: int) -> PurchaseOrder:
    """A draft order of so many yuan made straight from an approved request."""
    line = request_approved(house, (house.gloves, amount // 10, 10)).lines.get()
    document = PurchaseOrder.objects.create(
        organization=house.organization, department=house.logistics, supplier=house.supplier, created_by=house.buyer
    )
    columns = {name: getattr(line, name) for name in ("item", "unit", "factor", "treatment", "warehouse")}
    document.lines.create(position=1, request_line=line, quantity=line.quantity, unit_price=line.unit_price, **columns)
    return document


def ordered(house: House, amount: int) -> PurchaseOrder:
    return take(direct_order(house, amount), ("submit", house.buyer), ("approve", house.logistics_head))


def test_prc_04_direct_orders_count_for_sourcings_and_for_each_other(house: House, office: PurchaseCategory) -> None:
    first = ordered(house, 400)
    second = ordered(house, 500)
    draft = direct_order(house, 200)
    (sentence,) = splitting.warnings(draft)
    for words in ("1100 yuan", first.number, second.number):
        assert words in sentence
    for document in (draft, make_sourcing(house, request_approved(house, (house.gloves, 20, 10)))):
        with pytest.raises(DomainError) as refusal:
            apply_transition(document, "submit", actor=house.buyer)
        assert refusal.value.code == "R-PRC-04"
        assert second.number in str(refusal.value)
        document.refresh_from_db()
        assert (document.status, document.number) == ("draft", None)
    assert ordered(house, 100).status == "approved"


def test_prc_04_a_direct_order_is_asked_again_when_the_last_one_signs(house: House, office: PurchaseCategory) -> None:
    first, second = direct_order(house, 600), direct_order(house, 600)
    for document in (first, second):
        apply_transition(document, "submit", actor=house.buyer)
    apply_transition(first, "approve", actor=house.logistics_head)
    with pytest.raises(DomainError) as refusal:
        apply_transition(second, "approve", actor=house.logistics_head)
    assert refusal.value.code == "R-PRC-04"
    second.refresh_from_db()
    assert second.status == "submitted"
    assert second.lines.get().request_line.ordered_quantity == 0


def test_prc_05_a_direct_order_does_not_go_round_the_central_catalogue(house: House, office: PurchaseCategory) -> None:
    CentralCatalogueEntry.objects.create(
        organization=house.organization, category=office, valid_from=clock.today(), basis="省目录2026"
    )
    document = direct_order(house, 100)
    with pytest.raises(DomainError) as refusal:
        apply_transition(document, "submit", actor=house.buyer)
    assert refusal.value.code == "R-PRC-05"
    document.refresh_from_db()
    assert document.status == "draft"


def test_prc_04_the_page_and_the_approver_see_the_sums_of_a_direct_order(house: House, office: Any) -> None:
    first = ordered(house, 700)
    document = apply_transition(direct_order(house, 200), "submit", actor=house.buyer)
    client = Client()
    client.force_login(house.logistics_head)
    row = Signature.objects.get(is_next=True)
    for address in (reverse("purchaseorder_detail", args=(document.pk,)), reverse("waiting_document", args=(row.pk,))):
        page = client.get(address).content.decode()
        assert f"{first.number} 700" in page
        assert "900" in page


# ---- limits of the methods ----


def refused(document: Sourcing) -> str:
    return " ".join(methods.refusals(document, methods.wanted_lines(lines_of(document))))


def test_direct_and_enquiry_have_their_limits_of_the_day(house: House) -> None:
    direct = begin(house, request_approved(house, (house.gloves, 100, 12)), method=Method.DIRECT)
    assert "up to 1000 yuan" in refused(direct)
    limit(house, figures.DIRECT_UP_TO, 2000)
    assert refused(direct) == ""
    limit(house, figures.ENQUIRY_UP_TO, 1100)
    enquiry = begin(house, request_approved(house, (house.gloves, 100, 12)))
    assert "Enquiry" in refused(enquiry).capitalize()


def test_above_the_tender_figure_only_a_tender_or_a_justified_single_source(house: House, office: Any) -> None:
    document = begin(house, request_approved(house, (house.gloves, 100, 12)), method=Method.NEGOTIATION)
    assert "need a public tender" in refused(document)
    with pytest.raises(DomainError, match="public tender"):
        methods.require_allowed(document, methods.wanted_lines(lines_of(document)))
    for method, reason, words in (
        (Method.PUBLIC_TENDER, "", ""),
        (Method.SINGLE_SOURCE, "", "justification"),
        (Method.SINGLE_SOURCE, "只有一家", ""),
    ):
        document.method, document.method_reason = method, reason
        found = refused(document)
        assert (words in found) if words else not found


def test_prc_05_the_central_catalogue_forces_central_purchase(house: House, office: PurchaseCategory) -> None:
    parent = PurchaseCategory.objects.create(code="A05", name="用品", kind="goods")
    entry = CentralCatalogueEntry.objects.create(
        organization=house.organization, category=parent, valid_from=clock.today(), basis="省目录2026"
    )
    document = of(house, 100)
    with pytest.raises(DomainError) as refusal:
        apply_transition(document, "submit", actor=house.buyer)
    assert refusal.value.code == "R-PRC-05"
    assert "省目录2026" in str(refusal.value)
    document.method = Method.CENTRAL
    assert refused(document) == ""
    document.method = Method.ENQUIRY
    CentralCatalogueEntry.objects.filter(pk=entry.pk).update(valid_from=clock.today() + dt.timedelta(days=1))
    assert refused(document) == ""
