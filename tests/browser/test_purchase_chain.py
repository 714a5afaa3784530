"""From a plan line to what a department used, in a real browser: people of eight roles, each at his own screen.

The nurse plans and asks, the head of logistics signs, the buyer collects quotations and orders, the accountant is their
witness, checks, pays and closes the month, two accept, the keeper takes in and gives out, the head of the ward signs.
Nothing is made behind the screens but the budget.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock, periods
from inventory.models import GoodsIssue, GoodsReceipt, MonthClosing, Requisition, StockBalance, StockMove
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    Sourcing,
    SupplierInvoice,
)
from tests.buying import accepted, allot, make_invoice, make_payment, rivals, take
from tests.factories import House

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRICES = ("22", "23.5", "24")


class Person:
    """Somebody at a browser of his own."""

    def __init__(self, sign_in: Any, role: str, *, phone: bool = False) -> None:
        self.page = sign_in(role, "/", phone=phone)
        self.home = self.page.url

    def go(self, path: str) -> Any:
        self.page.goto(self.home.rstrip("/") + path)
        return self.page

    def pick(self, name: str, text: str) -> None:
        """Search in a box and take the first that is found."""
        box = self.page.locator(f'span.picker:has(input[name="{name}"]) input[role=combobox]')
        box.fill(text)
        self.page.locator("li[role=option]:visible").first.click()

    def step(self, path: str, name: str) -> None:
        """Press a step button on a document, through its question where it asks one."""
        page = self.go(path)
        opener = page.locator(f'[data-dialog="step-{name}"]')
        if opener.count():
            opener.first.click()
            page.locator(f"#step-{name} .panel-foot button:not([data-dialog-close])").click()
        else:
            page.locator(f'form[action$="/step/{name}/"] button').first.click()
        self.told()

    def told(self) -> None:
        expect(self.page.locator(".notice-success").first).to_be_visible()

    def submit(self) -> None:
        self.page.locator("button[value=submit]").click()
        self.told()


def figures() -> tuple[Decimal, Decimal]:
    row = BudgetAllotment.objects.get()
    return row.reserved, row.used


def close_month(accountant: Person, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The accountant closes this month at his screen on the third of the next; for the server it is that day too."""
    today = clock.today()
    third = (today.replace(day=1) + dt.timedelta(days=34)).replace(day=3)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: dt.datetime.combine(third, dt.time(4), tzinfo=dt.UTC))
        page = accountant.go("/month-close/")
        expect(page.locator("h1")).to_contain_text(f"{today:%Y-%m}")
        page.locator('form[action$="/close/"] button').click()
        page.get_by_role("dialog").locator("button").last.click()
        accountant.told()
    assert not periods.is_open(house.organization.pk, today)
    closing = MonthClosing.objects.get()
    assert (closing.closed_by, closing.snapshots.count()) == (house.accountant, 1)


def test_from_a_plan_line_to_what_the_department_used(
    house: House, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    allot(house, 10_000)
    suppliers = rivals(house)
    nurse, head = Person(sign_in, "requester"), Person(sign_in, "logistics_head", phone=True)
    buyer, accountant = Person(sign_in, "buyer"), Person(sign_in, "accountant")
    acceptor, second = Person(sign_in, "acceptor", phone=True), Person(sign_in, "asset_manager", phone=True)
    keeper = Person(sign_in, "storekeeper")

    # The nurse plans; the head of logistics signs on a phone.
    page = nurse.go("/plans/new/")
    page.locator("[name=year]").fill(str(BudgetAllotment.objects.get().year))
    nurse.pick("lines-0-item", "手套")
    page.locator("[name=lines-0-quantity]").fill("10")
    page.locator("[name=lines-0-unit_price]").fill("25")
    nurse.submit()
    plan = ProcurementPlan.objects.get()
    head.step(f"/plans/{plan.pk}/", "approve")
    plan.refresh_from_db()
    assert (plan.status, plan.lines.get().approved_quantity) == ("approved", 10)

    # She asks for what the plan says; the signature reserves the budget.
    page = nurse.go("/purchase-requests/from-plan/")
    page.locator("input[name=line]").first.check()
    page.locator(".form-actions .btn-primary").click()
    page.locator("[name=purpose]").fill("病区日常使用")
    nurse.pick("allotment", "30201")
    page.locator("details.line-more summary").first.click()
    page.locator("[name=lines-0-warehouse]").select_option(str(house.warehouse.pk))
    nurse.submit()
    request = PurchaseRequest.objects.get()
    assert figures() == (0, 0)
    head.step(f"/purchase-requests/{request.pk}/", "approve")
    assert figures() == (250, 0)

    # The buyer asks three suppliers; the quotations are sealed until the accountant opens them with him.
    page = buyer.go("/sourcing/choose/")
    page.locator("input[name=line]").first.check()
    page.locator(".form-actions .btn-primary").click()
    page.locator(".form-actions .btn-primary").click()
    buyer.told()
    sourcing = Sourcing.objects.get()
    base = f"/sourcing/{sourcing.pk}/"
    page = buyer.go(f"{base}suppliers/")
    for place, supplier in enumerate(suppliers, start=1):
        buyer.pick(f"supplier_{place}", supplier.name)
    page.locator(".form-actions .btn-primary").click()
    buyer.told()
    page = buyer.go(f"{base}collect/")
    page.locator(".form-actions .btn-primary").click()
    buyer.told()
    page = buyer.go(f"{base}quotations/")
    boxes = page.locator('td input[name*="price"]')
    expect(boxes).to_have_count(3)
    for place, price in enumerate(PRICES):
        boxes.nth(place).fill(price)
    page.locator(".form-actions .btn-primary").click()
    buyer.told()
    assert PRICES[0] not in buyer.go(base).locator("main").inner_text()
    buyer.go(f"{base}opening/")
    buyer.pick("witness", house.accountant.name)
    buyer.page.locator(".form-actions .btn-primary").click()
    buyer.told()
    accountant.go(base).locator(".issue-call .btn-primary").click()
    accountant.told()
    page = buyer.go(f"{base}award/")
    page.locator("button[name=lowest]").click()
    buyer.step(base, "submit")
    head.step(base, "approve")

    # The order goes to the lowest; what it saves is free again.
    page = buyer.go(f"/purchase-orders/from-award/{sourcing.pk}/")
    page.locator(".form-actions .btn-primary").click()
    order = PurchaseOrder.objects.get()
    buyer.step(f"/purchase-orders/{order.pk}/", "submit")
    head.step(f"/purchase-orders/{order.pk}/", "approve")
    assert figures() == (220, 0)

    # Two accept, one of them of the ward; the keeper finds a draft receipt.
    acceptor.go(f"/acceptances/new/?order={order.pk}")
    acceptor.pick("acceptor_2", house.asset_manager.name)
    acceptor.submit()
    acceptance = Acceptance.objects.get()
    second.step(f"/acceptances/{acceptance.pk}/", "approve")
    receipt = GoodsReceipt.objects.get()
    keeper.step(f"/receipts/{receipt.pk}/", "submit")
    head.step(f"/receipts/{receipt.pk}/", "approve")
    keeper.step(f"/receipts/{receipt.pk}/", "post")
    assert StockBalance.objects.get().quantity == 10

    # The invoice is checked, the payment signed and paid with its voucher.
    page = buyer.go(f"/supplier-invoices/new/?order={order.pk}")
    page.locator("[name=invoice_number]").fill("2611 0000 0000 0000 0077")
    page.locator("[name=net]").fill("194.69")
    page.locator("[name=tax]").fill("25.31")
    page.locator("[name=issued_on]").fill(f"{order.business_date}")
    buyer.submit()
    invoice = SupplierInvoice.objects.get()
    accountant.step(f"/supplier-invoices/{invoice.pk}/", "approve")
    buyer.go(f"/payment-requests/new/?order={order.pk}")
    buyer.submit()
    payment = PaymentRequest.objects.get()
    head.step(f"/payment-requests/{payment.pk}/", "approve")
    page = accountant.go(f"/payment-requests/{payment.pk}/")
    page.locator("[name=voucher_number]").fill("记-11-0007")
    page.locator('form[action$="/pay/"] .btn-primary').click()
    accountant.told()
    assert figures() == (0, 220)

    # The nurse fetches four; the ward has used them at the price of the order.
    page = nurse.go("/requisitions/new/")
    page.locator("[data-role=item] input[role=combobox]").fill("手套")
    page.locator("li[role=option]:visible").first.click()
    page.locator("[data-role=quantity] input").fill("4")
    page.locator("input[name=purpose]").fill("换药室")
    nurse.submit()
    asked = Requisition.objects.get()
    ward_head = Person(sign_in, "department_head", phone=True)
    ward_head.step(f"/requisitions/{asked.pk}/", "approve")
    page = keeper.go("/requisitions/to-issue/")
    page.locator("tbody tr").first.click()
    page.locator(".form-actions .btn-primary").click()
    keeper.told()
    assert GoodsIssue.objects.get().status == "posted"
    used = StockMove.objects.filter(department=house.ward).latest("pk")
    assert (used.quantity, used.amount) == (4, 88)
    close_month(accountant, house, monkeypatch)
    report = accountant.go("/reports/consumption/").locator("main").inner_text()
    assert house.ward.name in report
    assert "88.00" in report
    for person in (nurse, head, buyer, accountant, acceptor, second, keeper, ward_head):
        assert person.page.problems == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pages_of_money_on_desk_and_phone(house: House, sign_in: Any, phone: bool) -> None:
    order = accepted(house).order
    invoice = make_invoice(house, order, net=240, total=240, difference_reason="原料涨价")
    invoice.lines.all().delete()
    invoice.lines.create(order_line=order.lines.get(), quantity=10, unit_price=24)
    invoice = take(invoice, ("submit", house.buyer), ("approve", house.accountant))
    payment = make_payment(house, invoice, amount=Decimal(230), voucher_number="", paid_on=None)
    payment = take(payment, ("submit", house.buyer), ("approve", house.logistics_head))
    buyer, accountant = sign_in("buyer", "/", phone=phone), sign_in("accountant", "/", phone=phone)
    size = "phone" if phone else "desk"
    for person, path, name in (
        (buyer, f"/supplier-invoices/new/?order={order.pk}", "invoice-form"),
        (accountant, f"/supplier-invoices/{invoice.pk}/", "invoice"),
        (buyer, f"/payment-requests/new/?order={order.pk}", "payment-form"),
        (accountant, f"/payment-requests/{payment.pk}/", "payment"),
        (accountant, "/payment-requests/", "payments"),
        (accountant, "/reports/payables/", "payables"),
    ):
        person.goto(person.url.split("/", 3)[0] + "//" + person.url.split("/", 3)[2] + path)
        look(person, f"{name}-{size}")
    assert accountant.locator("main").count() == 1
