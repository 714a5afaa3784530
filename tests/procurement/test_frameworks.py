"""Framework agreements: agreed prices, days, overlaps, reminders, and their pages."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core import clock
from core.documents.models import Signature
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition
from core.models.notices import Notice
from directory.models import Supplier
from procurement import framework_selectors
from procurement.models import FrameworkAgreement, FrameworkLine, Method
from procurement.services import awarding
from procurement.services.frameworks import remind_ending
from tests.buying import make_framework, request_approved, take
from tests.factories import House
from tests.inventory.screens import line_data
from tests.procurement.test_sourcing import begin

pytestmark = pytest.mark.django_db


def stays(document: FrameworkAgreement, status: str) -> None:
    """Nothing happened to the paper."""
    number = document.number
    document.refresh_from_db()
    assert (document.status, document.number) == (status, number)


def approved(house: House, *lines: tuple, **fields: Any) -> FrameworkAgreement:
    return take(make_framework(house, *lines, **fields), ("submit", house.buyer), ("approve", house.logistics_head))


def price(house: House, day: dt.date | None = None) -> Decimal | None:
    """The cheapest agreed price of gloves."""
    key = house.gloves.pk
    lines = framework_selectors.prices_for(house.organization.pk, [key], day or clock.today()).get(key, [])
    return lines[0].unit_price if lines else None


def test_an_agreed_price_holds_on_its_days_and_while_something_is_left(house: House) -> None:
    draft = make_framework(house)
    assert price(house) is None
    document = take(draft, ("submit", house.buyer), ("approve", house.logistics_head))
    assert price(house) == 23
    assert price(house, document.valid_until + dt.timedelta(days=1)) is None
    FrameworkLine.objects.filter(document=document).update(called_quantity=1000)
    assert price(house) is None


def test_the_cheapest_of_several_agreements_is_found(house: House, other_house: House) -> None:
    approved(house, (house.gloves, 100, 23))
    approved(house, (house.gloves, 100, 21))
    approved(other_house, (house.gloves, 100, 1))
    assert price(house) == 21


def test_the_same_thing_is_agreed_once_with_a_supplier_at_a_time(house: House) -> None:
    first = approved(house)
    second = make_framework(house, supplier=house.supplier)
    with pytest.raises(DomainError, match="is agreed with") as refusal:
        apply_transition(second, "submit", actor=house.buyer)
    assert first.number in str(refusal.value)
    later = first.valid_until + dt.timedelta(days=1)
    FrameworkAgreement.objects.filter(pk=second.pk).update(valid_from=later, valid_until=later + dt.timedelta(days=90))
    assert apply_transition(second, "submit", actor=house.buyer).status == "submitted"


def test_two_that_overlap_are_not_both_approved(house: House) -> None:
    first, second = make_framework(house), make_framework(house, supplier=house.supplier)
    for document in (first, second):
        apply_transition(document, "submit", actor=house.buyer)
    apply_transition(first, "approve", actor=house.logistics_head)
    with pytest.raises(DomainError, match="is agreed with"):
        apply_transition(second, "approve", actor=house.logistics_head)
    assert framework_selectors.lines_in_force(house.organization.pk, clock.today()).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"basis": ""}, "which tender"),
        ({"valid_from": dt.date(2020, 1, 1), "valid_until": dt.date(2020, 12, 31)}, "over already"),
    ],
)
def test_incomplete_agreements_are_refused(house: House, fields: dict[str, Any], words: str) -> None:
    document = make_framework(house, **fields)
    with pytest.raises(DomainError, match=words):
        apply_transition(document, "submit", actor=house.buyer)
    stays(document, "draft")


def test_an_item_stands_in_an_agreement_once(house: House) -> None:
    document = make_framework(house, (house.gloves, 10, 23), (house.gloves, 10, 22))
    with pytest.raises(DomainError, match="twice"):
        apply_transition(document, "submit", actor=house.buyer)
    stays(document, "draft")


def test_what_orders_drew_on_is_not_taken_back(house: House) -> None:
    document = approved(house)
    document.lines.update(called_quantity=1)
    with pytest.raises(DomainError, match="Orders drew on"):
        apply_transition(document, "cancel", actor=house.buyer, reason="x")
    stays(document, "approved")


def test_a_sourcing_by_agreement_takes_its_prices_and_no_higher_ones(house: House) -> None:
    document = begin(house, method=Method.FRAMEWORK)
    with pytest.raises(DomainError, match="no agreement in force"):
        awarding.take_agreed_prices(document, actor=house.buyer)
    agreement = approved(house)
    document = awarding.take_agreed_prices(document, actor=house.buyer)
    line = document.lines.get()
    assert (line.awarded.quotation.supplier, line.amount) == (agreement.supplier, 230)
    FrameworkLine.objects.filter(document=agreement).update(unit_price=Decimal(20))
    with pytest.raises(DomainError, match="no agreement in force grants this price"):
        apply_transition(document, "submit", actor=house.buyer)
    awarding.take_agreed_prices(document, actor=house.buyer)
    assert apply_transition(document, "submit", actor=house.buyer).total_amount == 200


def test_only_that_method_takes_agreed_prices(house: House) -> None:
    approved(house)
    document = begin(house, method=Method.DIRECT)
    with pytest.raises(IllegalTransition):
        awarding.take_agreed_prices(document, actor=house.buyer)
    assert not document.quotations.exists()


def test_agreed_prices_are_taken_of_all_suppliers_or_of_none(house: House) -> None:
    """The second supplier was black-listed since: the prices of the first are not taken alone."""
    first = approved(house, (house.gloves, 100, 23))
    second = approved(house, (house.paper, 100, 20))
    request = request_approved(house, (house.gloves, 10, 25), (house.paper, 10, 25))
    document = begin(house, request, method=Method.FRAMEWORK)
    Supplier.objects.filter(pk=second.supplier_id).update(blacklisted_until=clock.today())
    with pytest.raises(DomainError, match="black list"):
        awarding.take_agreed_prices(document, actor=house.buyer)
    assert not document.quotations.exists()
    Supplier.objects.filter(pk=second.supplier_id).update(blacklisted_until=None)
    awarding.take_agreed_prices(document, actor=house.buyer)
    sellers = {line.awarded.quotation.supplier for line in document.lines.all()}
    assert sellers == {first.supplier, second.supplier}


def test_the_maker_is_told_once_before_the_end(house: House) -> None:
    soon, far = approved(house), approved(house)
    today = clock.today()
    FrameworkAgreement.objects.filter(pk=soon.pk).update(valid_until=today + dt.timedelta(days=30))
    FrameworkAgreement.objects.filter(pk=far.pk).update(valid_until=today + dt.timedelta(days=31))
    assert remind_ending() == [soon]
    call_command("supplier_reminders")
    assert Notice.objects.filter(user=house.buyer, event__step="expiring").count() == 1


def test_the_pages(house: House, client: Client) -> None:
    client.force_login(house.buyer)
    data = {
        "request_key": str(uuid.uuid4()),
        "title": "手套年度协议",
        "supplier": house.supplier.pk,
        "basis": "院采〔2026〕8号",
        "valid_from": "2026-01-01",
        "valid_until": f"{clock.today().year + 1}-12-31",
        **line_data(
            {"item": house.gloves.pk, "quantity": "500", "unit": house.gloves.unit_id, "unit_price": "22.5"},
        ),
        "then": "submit",
    }
    assert client.get(reverse("frameworkagreement_new")).status_code == 200
    bad = client.post(reverse("frameworkagreement_new"), {**data, "valid_until": "2025-01-01"})
    assert "last day is before" in bad.content.decode()
    assert not FrameworkAgreement.objects.exists()
    client.post(reverse("frameworkagreement_new"), data)
    document = FrameworkAgreement.objects.get()
    assert (document.status, document.lines.get().unit_price) == ("submitted", Decimal("22.5"))
    for name in ("detail", "print"):
        answer = client.get(reverse(f"frameworkagreement_{name}", args=(document.pk,)))
        assert "22.5" in answer.content.decode()
    assert client.get(reverse("frameworkagreement_list"), {"in_force": "on"}).status_code == 200
    assert client.get(reverse("frameworkagreement_export")).status_code == 200
    head = Client()
    head.force_login(house.logistics_head)
    signature = Signature.objects.get(object_id=document.pk, content_type__model="frameworkagreement", is_next=True)
    assert "22.5" in head.get(reverse("waiting_document", args=(signature.pk,))).content.decode()
    head.post(reverse("waiting_document", args=(signature.pk,)), {"decision": "approve"})
    document.refresh_from_db()
    assert document.status == "approved"
    assert client.get(reverse("admin:procurement_frameworkagreement_change", args=(document.pk,))).status_code == 200
