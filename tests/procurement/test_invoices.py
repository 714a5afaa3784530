"""Invoices: one number once (R-PRC-13), and nothing billed that was not accepted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from procurement.models import PurchaseOrder, SupplierInvoice
from procurement.services import matching
from tests.buying import accepted, invoiced, make_invoice, make_payment, order_approved, rivals, take
from tests.factories import House, make_house
from tests.inventory.test_concurrency import outcome, race

pytestmark = pytest.mark.django_db


def submit(document: SupplierInvoice, house: House) -> SupplierInvoice:
    return apply_transition(document, "submit", actor=house.buyer)


def refused(document: SupplierInvoice, house: House, words: str, field: str = "") -> None:
    """The submit is refused with these words beside this field, and nothing happened."""
    with pytest.raises(DomainError, match=words) as caught:
        submit(document, house)
    assert caught.value.field == field or not field
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", None)


def test_an_invoice_that_agrees_is_checked_and_counted(house: House) -> None:
    invoice = make_invoice(house)
    line = invoice.order.lines.get()
    invoice = take(submit(invoice, house), ("approve", house.accountant))
    line.refresh_from_db()
    assert (invoice.status, line.invoiced_quantity) == ("approved", line.accepted_quantity)
    assert [match.differing for match in matching.matches_of(invoice)] == [()]
    invoice = take(invoice, ("cancel", house.accountant))
    line.refresh_from_db()
    assert (invoice.status, line.invoiced_quantity) == ("cancelled", 0)


@pytest.mark.parametrize(
    "typed", ["２６１１ 0000-0000 ００００ 0077", " 26110000000000000077 ", "2611 0000 0000 0000 0077"]
)
def test_r_prc_13_a_number_is_the_same_however_it_is_typed(house: House, typed: str) -> None:
    first = make_invoice(house, invoice_number="26110000000000000077")
    second = make_invoice(house, accepted(house).order, invoice_number="26110000000000000078")
    second.invoice_number = typed
    assert typed != first.invoice_number
    from procurement.services.invoices import refuse_second

    with pytest.raises(DomainError, match="entered already") as caught:
        refuse_second(second)
    assert caught.value.field == "invoice_number"


def test_r_prc_13_a_digital_invoice_counts_in_the_whole_installation(house: House) -> None:
    other = make_house("H2")
    known = submit(make_invoice(house), house)
    with pytest.raises(Exception, match=r"(?i)unique"):
        make_invoice(other, invoice_number=known.invoice_number)


def test_r_prc_13_another_house_is_not_named(house: House) -> None:
    from procurement.services.invoices import refuse_second

    other = make_house("H2")
    known = submit(make_invoice(house), house)
    second = make_invoice(other)
    second.invoice_number = known.invoice_number
    with pytest.raises(DomainError, match="another organization") as caught:
        refuse_second(second)
    assert known.number not in str(caught.value)
    assert house.supplier.name not in str(caught.value)


def test_r_prc_13_a_cancelled_invoice_frees_its_number(house: House) -> None:
    first = take(make_invoice(house), ("submit", house.buyer), ("cancel", house.buyer))
    second = submit(make_invoice(house, first.order, invoice_number=first.invoice_number), house)
    assert second.status == "submitted"


def test_r_prc_13_printed_invoices_go_by_code_and_number(house: House) -> None:
    printed = {"kind": "special", "code": "3200214130", "invoice_number": "01234567"}
    first = submit(make_invoice(house, **printed), house)
    order = accepted(house).order
    assert submit(make_invoice(house, order, **{**printed, "code": "3200214131"}), house).status == "submitted"
    with pytest.raises(Exception, match=r"(?i)unique"):
        make_invoice(house, accepted(house).order, **printed)
    assert first.status == "submitted"


def test_other_bills_may_carry_the_number_of_another_supplier(house: House) -> None:
    bill = {"kind": "other", "invoice_number": "007"}
    submit(make_invoice(house, **bill), house)
    other = rivals(house)[2]
    order = accepted(house).order
    PurchaseOrder.objects.filter(pk=order.pk).update(supplier=other)
    order.refresh_from_db()
    assert submit(make_invoice(house, order, **bill), house).status == "submitted"


@pytest.mark.parametrize(
    ("fields", "words", "field"),
    [
        ({"invoice_number": "2611"}, "20 digits", "invoice_number"),
        ({"code": "3200214130"}, "20 digits", "invoice_number"),
        ({"kind": "special", "code": "32", "invoice_number": "01234567"}, "10 or 12 digits", "code"),
        ({"kind": "ordinary", "code": "3200214130", "invoice_number": "1"}, "8 digits", "invoice_number"),
        ({"issued_on": dt.date(2999, 1, 1)}, "future", "issued_on"),
        ({"net": Decimal(200), "total": Decimal(200)}, "add up", "total"),
    ],
)
def test_what_cannot_be_an_invoice_is_refused(house: House, fields: dict[str, Any], words: str, field: str) -> None:
    refused(make_invoice(house, **fields), house, words, field)


def test_nothing_is_billed_that_was_not_accepted(house: House) -> None:
    order = order_approved(house)
    accepted(house, order, rejected=4)
    order.refresh_from_db()
    invoice = make_invoice(house, order)
    line = invoice.lines.get()
    line.quantity = 10
    line.save()
    SupplierInvoice.objects.filter(pk=invoice.pk).update(net=line.amount, total=line.amount, difference_reason="多开")
    refused(invoice, house, "only 6 are accepted", "quantity")
    assert order.lines.get().invoiced_quantity == 0


def test_what_another_submitted_invoice_bills_is_not_billed_again(house: House) -> None:
    first = submit(make_invoice(house), house)
    second = make_invoice(house, first.order)
    refused(second, house, "only 0 are accepted", "quantity")


def test_an_agreed_prepayment_may_be_billed_ahead(house: House) -> None:
    order = order_approved(house, prepayment_percent=30)
    line = order.lines.get()
    invoice = make_invoice(house, order, net=line.amount, total=line.amount)
    invoice.lines.create(order_line=line, quantity=line.quantity, unit_price=line.unit_price)
    refused(invoice, house, "differ", "difference_reason")
    SupplierInvoice.objects.filter(pk=invoice.pk).update(difference_reason="按合同预付")
    assert submit(invoice, house).status == "submitted"


@pytest.mark.parametrize(("quantity", "price", "differing"), [(4, 23, ("quantity",)), (10, 24, ("price", "amount"))])
def test_a_difference_needs_its_reason(house: House, quantity: int, price: int, differing: tuple[str, ...]) -> None:
    invoice = make_invoice(house)
    line = invoice.lines.get()
    line.quantity, line.unit_price = Decimal(quantity), Decimal(price)
    line.save()
    SupplierInvoice.objects.filter(pk=invoice.pk).update(net=line.amount, total=line.amount)
    refused(invoice, house, "say why", "difference_reason")
    assert matching.matches_of(invoice)[0].differing == differing
    SupplierInvoice.objects.filter(pk=invoice.pk).update(difference_reason="分批开票")
    assert submit(invoice, house).status == "submitted"


def test_a_cent_of_rounding_is_a_difference_and_more_is_no_invoice(house: House) -> None:
    invoice = make_invoice(house)
    total = invoice.total + Decimal("0.01")
    SupplierInvoice.objects.filter(pk=invoice.pk).update(net=total, total=total)
    refused(invoice, house, "say why", "difference_reason")
    total += Decimal("0.01")
    SupplierInvoice.objects.filter(pk=invoice.pk).update(net=total, total=total, difference_reason="尾差")
    refused(invoice, house, "add up to", "total")


def test_nobody_checks_his_own_invoice(house: House) -> None:
    from directory.services.roles import grant_role

    invoice = submit(make_invoice(house), house)
    grant_role(house.buyer, "auditor")
    for person in (house.again("buyer"), house.requester, house.storekeeper):
        with pytest.raises(NotAllowed):
            apply_transition(invoice, "approve", actor=person)
    invoice.refresh_from_db()
    assert invoice.status == "submitted"
    assert invoice.order.lines.get().invoiced_quantity == 0


def test_an_invoice_on_a_payment_is_not_taken_back(house: House) -> None:
    payment = make_payment(house)
    invoice = payment.invoices.get()
    for step in ("reject", "cancel"):
        with pytest.raises(DomainError, match="pays this invoice"):
            apply_transition(invoice, step, actor=house.accountant, reason="开错")
    assert invoice.order.lines.get().invoiced_quantity == 10
    payment = take(payment, ("submit", house.buyer), ("cancel", house.buyer))
    assert take(invoice, ("cancel", house.accountant)).status == "cancelled"


def test_an_acceptance_on_an_invoice_is_not_taken_back(house: House) -> None:
    invoice = submit(make_invoice(house), house)
    acceptance = invoice.order.acceptances.get()
    with pytest.raises(DomainError, match="on an invoice already"):
        apply_transition(acceptance, "cancel", actor=house.acceptor, reason="验错")
    acceptance.refresh_from_db()
    assert acceptance.status == "approved"
    take(invoice, ("cancel", house.buyer))
    assert take(acceptance, ("cancel", house.acceptor)).status == "cancelled"


def test_what_was_taken_back_meanwhile_is_not_approved(house: House) -> None:
    invoice = submit(make_invoice(house), house)
    invoice.order.lines.update(accepted_quantity=3)
    with pytest.raises(DomainError, match="only 3 are accepted"):
        apply_transition(invoice, "approve", actor=house.accountant)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.order.lines.get().invoiced_quantity) == ("submitted", 0)


@pytest.mark.django_db(transaction=True)
def test_r_prc_13_of_two_people_entering_one_invoice_one_wins() -> None:
    house = make_house()
    orders = [accepted(house).order for _number in range(2)]

    def enter(order: Any) -> Any:
        def job() -> Any:
            from django.db import IntegrityError

            try:
                return make_invoice(house, order, invoice_number="26110000000000000099")
            except IntegrityError as error:
                raise DomainError("entered already") from error

        return job

    assert len(outcome(race(*(enter(order) for order in orders)), DomainError)) == 1
    assert SupplierInvoice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invoices_over_the_same_goods_one_is_submitted() -> None:
    house = make_house()
    order = accepted(house).order
    drafts = [make_invoice(house, order, invoice_number=f"2611000000000000009{n}") for n in range(4)]
    results = race(*((lambda draft=draft: submit(draft, house)) for draft in drafts))
    assert len(outcome(results, DomainError)) == 1
    assert SupplierInvoice.objects.filter(status="submitted").count() == 1
    assert connection.vendor in ("sqlite", "postgresql")


def test_the_match_costs_the_same_for_many_lines(house: House, django_assert_num_queries: Any) -> None:
    invoice = invoiced(house)
    with django_assert_num_queries(4):
        matching.matches_of(SupplierInvoice.objects.select_related("order").get(pk=invoice.pk))
    assert clock.today() >= invoice.issued_on
