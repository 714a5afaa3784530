"""Invoices and payments of the demo hospital: billed after the acceptance, checked, asked for, paid with a voucher."""

from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from core.numbers import ZERO, money
from procurement.models import Acceptance, PaymentRequest, PurchaseOrder, SupplierInvoice
from procurement.services import payments, settling

from .agenda import office_moment
from .paperwork import Desk

TAX = Decimal("1.13")


class Paying:
    """The desk of the buyer who collects invoices, and that of the accountant who checks and pays them."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.buyer = self.house.by_role["buyer"][0]
        self.accountant = self.house.by_role["accountant"][0]

    def bill(self, acceptance: Acceptance) -> None:
        """The supplier's digital invoice over what was accepted and not billed yet, one after the other; its lines may
        be rounded."""
        order = PurchaseOrder.objects.select_related("supplier").get(pk=acceptance.order_id)
        if order.invoices.filter(status=Status.SUBMITTED).exists():
            self.desk.agenda.enter(office_moment(self.dice, 8), self.bill, acceptance)
            return
        open_lines = [(ln, ln.accepted_quantity - ln.invoiced_quantity) for ln in order.lines.order_by("position")]
        rows = [
            {"order_line": line, "quantity": quantity, "unit_price": line.unit_price}
            for line, quantity in open_lines
            if quantity > 0
        ]
        if not rows:
            return
        total = sum((money(row["quantity"] * row["unit_price"]) for row in rows), ZERO)
        net = money(total / TAX)
        parts = any(row["quantity"] != row["order_line"].accepted_quantity for row in rows)
        document = self.desk.new_draft(
            SupplierInvoice,
            self.buyer,
            rows,
            department=self.buyer.department,
            order=order,
            supplier=order.supplier,
            invoice_number=f"26{self.dice.randrange(10**17, 10**18)}",
            issued_on=clock.today(),
            net=net,
            tax=total - net,
            total=total,
            difference_reason="补货后开具余下部分" if parts else "",
        )
        document = apply_transition(document, "submit", actor=self.buyer)
        self.desk.pass_on(document, self._checked, hours=5)

    def _checked(self, invoice: SupplierInvoice) -> None:
        """The buyer asks for what can be paid on the order now."""
        order = PurchaseOrder.objects.select_related("supplier").get(pk=invoice.order_id)
        kind = PaymentRequest.Kind.FINAL if settling.is_delivered(order) else PaymentRequest.Kind.PART
        document = PaymentRequest(
            organization=self.house.organization,
            department=self.buyer.department,
            created_by=self.buyer,
            order=order,
            kind=kind,
        )
        document.amount = payments.most_to_pay(document)
        if not document.amount:
            return
        document.save()
        document.acceptances.set(order.acceptances.filter(status=Status.APPROVED))
        document.invoices.set(order.invoices.filter(status=Status.APPROVED))
        self.desk.date(document)
        try:
            document = apply_transition(document, "submit", actor=self.buyer)
        except DomainError:
            self.desk.tally["refused"] += 1
            return
        self.desk.pass_on(document, self._approved, hours=5)

    def _approved(self, payment: PaymentRequest) -> None:
        self.desk.agenda.enter(office_moment(self.dice, 40), self._pay, payment)

    def _pay(self, payment: Any) -> None:
        voucher = f"记-{clock.today():%m}-{self.dice.randrange(1, 1000):04d}"
        payments.mark_paid(payment, voucher_number=voucher, paid_on=clock.today(), actor=self.accountant)
        self.desk.tally["payments"] += 1
