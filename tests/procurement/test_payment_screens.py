"""The pages of invoices and payments: who opens them, what they say, what is refused and then did not happen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from procurement.models import PaymentRequest, PurchaseOrder, SupplierInvoice
from tests.buying import accepted, invoiced, make_invoice, make_payment, order_approved, take
from tests.factories import House
from tests.inventory.screens import as_user, line_data, said

pytestmark = pytest.mark.django_db


def invoice_data(order: PurchaseOrder, quantity: Any = "10", price: Any = "23", **fields: Any) -> dict[str, Any]:
    """A filled form over the one line of an order of 230 yuan."""
    line = order.lines.get()
    return {
        "request_key": str(uuid.uuid4()),
        "kind": "digital",
        "code": "",
        "invoice_number": "２６１１ 0000-0000 0000 0042",
        "issued_on": f"{clock.today():%Y/%m/%d}",
        "net": "203.54",
        "tax": "26.46",
        "total": "230",
        "difference_reason": "",
        "note": "",
        **line_data({"key": line.pk, "quantity": quantity, "unit_price": price}, initial=1),
        **fields,
    }


def new_invoice(order: PurchaseOrder) -> str:
    return f"{reverse('supplierinvoice_new')}?order={order.pk}"


def payment_data(order: PurchaseOrder, amount: Any = "230", **fields: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid.uuid4()),
        "kind": "final",
        "amount": str(amount),
        "method": "transfer",
        "due_on": "",
        "acceptances": [row.pk for row in order.acceptances.all()],
        "invoices": [row.pk for row in order.invoices.all()],
        "note": "",
        **fields,
    }


def new_payment(order: PurchaseOrder) -> str:
    return f"{reverse('paymentrequest_new')}?order={order.pk}"


# ---- invoices ----


def offers(house: House, kind: str, order: PurchaseOrder) -> bool:
    """Whether the page on which the order is chosen offers this one."""
    page = as_user(house.buyer).get(reverse(f"{kind}_new"), follow=True)
    assert page.redirect_chain[-1][0] == reverse(f"{kind}_choose")
    return f"?order={order.pk}" in page.content.decode()


def test_without_an_order_the_form_asks_for_it(house: House) -> None:
    """Only orders on which something can be billed or asked for are offered."""
    order = accepted(house).order
    assert offers(house, "supplierinvoice", order)
    assert not offers(house, "paymentrequest", order)
    invoiced(house, order)
    assert not offers(house, "supplierinvoice", order)
    assert offers(house, "paymentrequest", order)


def test_the_form_is_filled_with_what_is_accepted_and_not_billed(house: House) -> None:
    order = order_approved(house)
    accepted(house, order, rejected=4)
    page = as_user(house.buyer).get(new_invoice(order))
    form = page.context["formset"].forms[0]
    assert (form["quantity"].value(), form["unit_price"].value()) == ("6", "23")
    assert page.context["form"]["total"].value() == "138"


def test_an_invoice_is_entered_and_submitted(house: House) -> None:
    order = accepted(house).order
    data = invoice_data(order, then="submit")
    page = as_user(house.buyer).post(new_invoice(order), data, follow=True)
    invoice = SupplierInvoice.objects.get()
    assert (invoice.status, invoice.invoice_number) == ("submitted", "26110000000000000042")
    assert (invoice.supplier, invoice.lines.get().quantity) == (order.supplier, 10)
    assert invoice.number in said(page)
    again = as_user(house.buyer).post(new_invoice(order), data, follow=True)
    assert again.status_code == 200
    assert SupplierInvoice.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"issued_on": "2099-01-01"}, "dated in the future"),
        ({"total": "231"}, "do not add up"),
        ({"total": "0", "net": "0", "tax": "0"}, "greater than zero"),
        ({"net": "-1"}, "zero or more"),
        ({"invoice_number": "1" * 30}, "at most 20"),
        ({"lines-0-quantity": ""}, "at least one line"),
        ({"lines-0-quantity": "-3"}, ""),
        ({"lines-0-quantity": "abc"}, ""),
        ({"lines-0-key": "999999"}, "not on the order"),
        ({"lines-0-unit_price": ""}, "Enter the price"),
        ({"net": "1e99999", "total": "x"}, ""),
    ],
)
def test_bad_invoices_are_refused_and_nothing_is_saved(house: House, fields: dict[str, str], words: str) -> None:
    order = accepted(house).order
    page = as_user(house.buyer).post(new_invoice(order), invoice_data(order, **fields))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not SupplierInvoice.objects.exists()


def test_r_prc_13_the_same_invoice_again_is_refused_beside_its_number(house: House) -> None:
    known = invoiced(house)
    order = accepted(house).order
    page = as_user(house.buyer).post(new_invoice(order), invoice_data(order, invoice_number=known.invoice_number))
    assert "entered already" in page.context["form"].errors["invoice_number"][0]
    assert SupplierInvoice.objects.count() == 1


def test_more_than_accepted_stays_a_draft(house: House) -> None:
    order = order_approved(house)
    accepted(house, order, rejected=4)
    data = invoice_data(order, difference_reason="多开", then="submit")
    page = as_user(house.buyer).post(new_invoice(order), data, follow=True)
    assert "only 6 are accepted" in page.content.decode()
    assert SupplierInvoice.objects.get().status == "draft"


def test_order_acceptance_and_invoice_stand_side_by_side(house: House) -> None:
    order = accepted(house).order
    data = invoice_data(
        order, price="24", net="213.00", tax="27.00", total="240", difference_reason="涨价", then="submit"
    )
    as_user(house.buyer).post(new_invoice(order), data)
    invoice = SupplierInvoice.objects.get()
    html = as_user(house.accountant).get(reverse("supplierinvoice_detail", args=(invoice.pk,))).content.decode()
    assert html.count('class="num differs"') == 2
    assert "chip-danger" in html
    assert "+10.00" in html
    assert "涨价" in html
    waiting = as_user(house.accountant).get(reverse("waiting")).content.decode()
    assert invoice.number in waiting


def test_an_invoice_that_agrees_says_so(house: House) -> None:
    html = as_user(house.accountant).get(
        reverse("supplierinvoice_detail", args=(invoiced(house).pk,))
    ).content.decode()  # fmt: skip
    assert "num differs" not in html


# ---- payments ----


def test_a_payment_is_asked_for_with_what_can_be_asked_for(house: House) -> None:
    order = invoiced(house).order
    page = as_user(house.buyer).get(new_payment(order))
    assert page.context["form"]["amount"].value() == "230"
    assert "230.00" in page.content.decode()
    page = as_user(house.buyer).post(new_payment(order), payment_data(order, then="submit"), follow=True)
    payment = PaymentRequest.objects.get()
    assert (payment.status, payment.payee, payment.acceptances.count()) == ("submitted", order.supplier.name, 1)
    assert payment.number in said(page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0"}, "greater than zero"),
        ({"amount": "-5"}, "greater than zero"),
        ({"amount": "abc"}, ""),
        ({"kind": "advance"}, ""),
        ({"kind": "retention"}, ""),
        ({"acceptances": ["999"]}, ""),
        ({"due_on": "nonsense"}, ""),
    ],
)
def test_bad_payments_are_refused_and_nothing_is_saved(house: House, fields: dict[str, Any], words: str) -> None:
    order = invoiced(house).order
    page = as_user(house.buyer).post(new_payment(order), payment_data(order, **fields))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert words in page.content.decode()
    assert not PaymentRequest.objects.exists()


def test_papers_of_another_order_are_not_offered(house: House) -> None:
    order, other = invoiced(house).order, invoiced(house).order
    data = payment_data(order, invoices=[other.invoices.get().pk])
    page = as_user(house.buyer).post(new_payment(order), data)
    assert page.context["form"].errors["invoices"]
    assert not PaymentRequest.objects.exists()


def approved_payment(house: House) -> PaymentRequest:
    payment = make_payment(house, voucher_number="", paid_on=None)
    return take(payment, ("submit", house.buyer), ("approve", house.logistics_head))


def test_the_accountant_pays_with_voucher_and_day(house: House) -> None:
    payment = approved_payment(house)
    client = as_user(house.accountant)
    page = client.get(reverse("paymentrequest_detail", args=(payment.pk,)))
    assert "paid_form" in page.context
    assert "post" not in [step["name"] for step in page.context["steps"]]
    data = {"request_key": str(uuid.uuid4()), "voucher_number": "记-11-0099", "paid_on": f"{clock.today()}"}
    page = client.post(reverse("paymentrequest_pay", args=(payment.pk,)), data, follow=True)
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number, payment.paid_on) == ("posted", "记-11-0099", clock.today())
    assert payment.number in said(page)
    assert client.post(reverse("paymentrequest_pay", args=(payment.pk,)), data, follow=True).status_code == 200
    payment.refresh_from_db()
    assert payment.status == "posted"


@pytest.mark.parametrize(
    "fields", [{"voucher_number": ""}, {"paid_on": ""}, {"paid_on": "2099-01-01"}, {"voucher_number": "x" * 41}]
)
def test_paying_without_voucher_or_day_is_refused(house: House, fields: dict[str, str]) -> None:
    payment = approved_payment(house)
    data = {"request_key": str(uuid.uuid4()), "voucher_number": "记-1", "paid_on": f"{clock.today()}", **fields}
    page = as_user(house.accountant).post(reverse("paymentrequest_pay", args=(payment.pk,)), data)
    assert page.status_code == 200
    assert page.context["paid_form"].errors
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number) == ("approved", "")


@pytest.mark.parametrize("role", ["buyer", "logistics_head", "auditor"])
def test_others_see_no_form_and_cannot_pay(house: House, role: str) -> None:
    payment = approved_payment(house)
    client = as_user(getattr(house, role))
    assert "paid_form" not in client.get(reverse("paymentrequest_detail", args=(payment.pk,))).context
    data = {"request_key": str(uuid.uuid4()), "voucher_number": "记-1", "paid_on": f"{clock.today()}"}
    client.post(reverse("paymentrequest_pay", args=(payment.pk,)), data)
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number) == ("approved", "")


def test_the_account_is_read_in_full_by_those_who_may(house: House) -> None:
    house.supplier.bank, house.supplier.bank_account = "建设银行", "6217000000000001234"
    house.supplier.save()
    payment = approved_payment(house)
    for screen in ("detail", "print"):
        address = reverse(f"paymentrequest_{screen}", args=(payment.pk,))
        assert "6217000000000001234" in as_user(house.buyer).get(address).content.decode()
        html = as_user(house.leader).get(address).content.decode()
        assert "6217000000000001234" not in html
        assert "1234" in html


def test_the_paper_has_the_amount_in_capitals(house: House) -> None:
    payment = approved_payment(house)
    html = as_user(house.buyer).get(reverse("paymentrequest_print", args=(payment.pk,))).content.decode()
    assert "贰佰叁拾元" in html
    assert payment.payee in html
    invoice = payment.invoices.get()
    html = as_user(house.buyer).get(reverse("supplierinvoice_print", args=(invoice.pk,))).content.decode()
    assert invoice.invoice_number in html


# ---- who sees what ----


@pytest.mark.parametrize("role", ["requester", "storekeeper", "acceptor", "repair_worker"])
def test_pages_of_money_are_closed_to_those_without_the_right(house: House, role: str) -> None:
    payment = approved_payment(house)
    client = as_user(getattr(house, role))
    assert client.get(reverse("paymentrequest_list")).status_code == 403
    assert client.get(reverse("supplierinvoice_list")).status_code == 403
    assert client.get(reverse("paymentrequest_detail", args=(payment.pk,))).status_code == 404
    assert client.get(reverse("paymentrequest_new")).status_code == 403
    assert client.get(reverse("paymentrequest_choose")).status_code == 403


def test_another_house_sees_nothing(house: House, other_house: House) -> None:
    payment = approved_payment(house)
    invoice, order = payment.invoices.get(), payment.order
    client = as_user(other_house.buyer)
    for name, pk in (("supplierinvoice", invoice.pk), ("paymentrequest", payment.pk)):
        for screen in ("detail", "edit", "print"):
            assert client.get(reverse(f"{name}_{screen}", args=(pk,))).status_code == 404
        assert client.get(f"{reverse(f'{name}_new')}?order={order.pk}").status_code == 404
    assert client.get(f"{reverse('supplierinvoice_new')}?order=x").status_code == 404


def test_lists_export_and_back_office(house: House) -> None:
    payment = approved_payment(house)
    client = as_user(house.accountant)
    for name in ("supplierinvoice", "paymentrequest"):
        page = client.get(reverse(f"{name}_list") + "?q=CG2026")
        assert payment.order.number in page.content.decode()
        sheet = client.get(reverse(f"{name}_export"))
        assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
        assert client.get(reverse(f"admin:procurement_{name}_changelist")).status_code == 200
    html = client.get(reverse("admin:procurement_paymentrequest_change", args=(payment.pk,))).content.decode()
    assert payment.number in html
    change = client.get(reverse("admin:procurement_supplierinvoice_change", args=(payment.invoices.get().pk,)))
    assert change.status_code == 200


@pytest.mark.parametrize("name", ["supplierinvoice_list", "paymentrequest_list", "paymentrequest_choose"])
def test_lists_cost_the_same_for_many_rows(house: House, name: str) -> None:
    approved_payment(house)
    client = as_user(house.buyer)
    address = reverse(name)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for _number in range(3):
        approved_payment(house)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)


def test_an_invoice_draft_can_be_changed(house: House) -> None:
    invoice = make_invoice(house)
    client = as_user(house.buyer)
    page = client.get(reverse("supplierinvoice_edit", args=(invoice.pk,)))
    assert page.context["formset"].forms[0]["quantity"].value() == "10"
    data = invoice_data(invoice.order, quantity="4", net="92", tax="0", total="92", revision=invoice.revision)
    client.post(reverse("supplierinvoice_edit", args=(invoice.pk,)), data)
    invoice.refresh_from_db()
    assert (invoice.total, invoice.lines.get().quantity) == (92, 4)
    assert invoice.issued_on <= clock.today() + dt.timedelta(days=0)


def test_the_accountant_is_told_what_waits_for_its_voucher(house: House) -> None:
    payment = approved_payment(house)
    html = as_user(house.accountant).get(reverse("workbench")).content.decode()
    assert "Payments to be made" in html
    assert "Payments overdue" not in html
    PaymentRequest.objects.filter(pk=payment.pk).update(due_on=clock.today() - dt.timedelta(days=2))
    html = as_user(house.accountant).get(reverse("workbench")).content.decode()
    assert "Payments overdue" in html
    assert "Payments to be made" not in as_user(house.buyer).get(reverse("workbench")).content.decode()
