"""Random histories of one order: accepted in parts, billed, asked for, paid, reversed, its rest cancelled.

After each step the shares add up to their payments, none is larger than its line is worth, nothing is used that was not
reserved, and what the allotment holds is what its request lines and payments say. In the end nothing stays reserved.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError
from core.numbers import money
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    PaymentRequest,
    PaymentShare,
    PurchaseOrder,
    PurchaseRequestLine,
    SupplierInvoice,
)
from procurement.services import order_steps, payments, settling
from procurement.services.budget_verification import verify_budgets
from procurement.services.payments import mark_paid
from procurement.services.reservations import held_by
from tests.buying import make_sourcing, order_approved, request_approved, take
from tests.factories import House

pytestmark = pytest.mark.django_db
Kind = PaymentRequest.Kind

STEPS = st.sampled_from(("accept", "bill", "ask", "pay", "reverse", "return", "close"))
HISTORIES = st.lists(st.tuples(STEPS, st.integers(1, 100)), min_size=3, max_size=16)
LINES = st.lists(
    st.tuples(st.integers(1, 40), st.decimals("2.01", "99.99", places=2)), min_size=1, max_size=3
)  # quantity, estimated price


class Purchase:
    """One order of the house and what can happen to it; a refusal changes nothing."""

    def __init__(self, house: House, lines: list[tuple[int, Decimal]], prepayment: int, retention: int) -> None:
        self.house, self.serial = house, 0
        goods = (house.gloves, house.paper, house.item())
        wanted = [(item, quantity, price) for item, (quantity, price) in zip(goods, lines, strict=False)]
        sourcing = make_sourcing(house, request_approved(house, *wanted))
        sourcing = take(sourcing, ("submit", house.buyer), ("approve", house.logistics_head))
        self.order = order_approved(house, sourcing, prepayment_percent=prepayment, retention_percent=retention)

    def take(self, step: str, size: int) -> None:
        try:
            with transaction.atomic():
                getattr(self, step if step != "return" else "give_back")(size)
        except DomainError:
            pass
        self.order = PurchaseOrder.objects.get(pk=self.order.pk)

    def accept(self, size: int) -> None:
        house = self.house
        document = Acceptance.objects.create(
            organization=house.organization, department=house.ward, order=self.order, created_by=house.acceptor
        )
        document.acceptors.add(house.asset_manager)
        for place, line in enumerate(self.order.lines.order_by("position"), start=1):
            part = (line.open_quantity * size / 100).quantize(Decimal(1))
            if part > 0:
                document.lines.create(position=place, order_line=line, arrived_quantity=part, accepted_quantity=part)
        take(document, ("submit", house.acceptor), ("approve", house.asset_manager))

    def bill(self, size: int) -> None:
        house = self.house
        self.serial += 1
        rows = [(ln, ln.accepted_quantity - ln.invoiced_quantity) for ln in self.order.lines.order_by("position")]
        rows = [(line, quantity) for line, quantity in rows if quantity > 0]
        total = sum(((q * line.unit_price).quantize(Decimal("0.01")) for line, q in rows), Decimal(0))
        if not total:
            return
        document = SupplierInvoice.objects.create(
            organization=house.organization,
            department=house.logistics,
            order=self.order,
            supplier=self.order.supplier,
            invoice_number=f"{size:04d}{self.serial:016d}",
            issued_on=clock.today(),
            net=total,
            total=total,
            difference_reason="分批",
            created_by=house.buyer,
        )
        for place, (line, quantity) in enumerate(rows, start=1):
            document.lines.create(position=place, order_line=line, quantity=quantity, unit_price=line.unit_price)
        take(document, ("submit", house.buyer), ("approve", house.accountant))

    def ask(self, size: int) -> None:
        house, order = self.house, self.order
        kind = Kind.FINAL if settling.is_delivered(order) else Kind.PART
        if order.prepayment_percent and not order.acceptances.exists():
            kind = Kind.ADVANCE
        elif kind == Kind.FINAL and order.retention_percent and size > 50:
            kind = Kind.RETENTION
        document = PaymentRequest(
            organization=house.organization,
            department=house.logistics,
            order=order,
            kind=kind,
            created_by=house.buyer,
        )
        most = payments.most_to_pay(document)
        document.amount = max((most * size / 100).quantize(Decimal("0.01")), Decimal("0.01"))
        document.save()
        document.acceptances.set(order.acceptances.filter(status="approved"))
        document.invoices.set(order.invoices.filter(status="approved"))
        apply_transition(document, "submit", actor=house.buyer)

    def _first(self, *statuses: str) -> PaymentRequest | None:
        return self.order.payments.filter(status__in=statuses).order_by("pk").first()

    def pay(self, size: int) -> None:
        payment = self._first("submitted", "approved")
        if payment is not None:
            if payment.status == "submitted":
                payment = take(payment, ("approve", self.house.logistics_head))
            mark_paid(payment, voucher_number=f"记-{size}", paid_on=clock.today(), actor=self.house.accountant)

    def reverse(self, size: int) -> None:
        payment = self._first("posted")
        if payment is not None:
            take(payment, ("reverse", self.house.accountant))

    def give_back(self, size: int) -> None:
        payment = self._first("submitted")
        if payment is not None:
            take(payment, ("cancel", self.house.buyer))

    def close(self, size: int) -> None:
        order_steps.close_rest(self.order, actor=self.house.buyer, reason="不再需要", reopen=False)

    # ---- what always holds ----

    def check(self) -> None:
        for payment in self.order.payments.filter(status__in=settling.ALIVE):
            assert sum(share.amount for share in payment.lines.all()) == payment.amount
        lines = list(self.order.lines.all())
        taken = settling.shares_taken(lines, *settling.ALIVE)
        for line in lines:
            assert taken.get(line.pk, 0) <= line.amount
        assert settling.asked_before(self.order) <= settling.contract_value(self.order)
        allotment = BudgetAllotment.objects.get()
        paid = sum((p.amount for p in self.order.payments.filter(status="posted")), Decimal(0))
        assert allotment.used == paid
        rows = list(PurchaseRequestLine.objects.all())
        assert allotment.reserved == sum((row.reserved for row in rows), Decimal(0))
        promised = PaymentShare.objects.filter(document__status__in=settling.PENDING)
        for row in rows:
            own = promised.filter(order_line__request_line=row).values_list("amount", flat=True)
            assert sum(own, Decimal(0)) <= row.reserved
        assert [str(finding) for finding in verify_budgets()] == []
        if not settling.is_settled(self.order):
            # What is not settled can be paid in full: whatever a settling payment released came back with its reversal.
            held = sum((held_by(line) for line in lines), Decimal(0))
            estimate = sum((money(row.open_quantity * row.unit_price) for row in rows), Decimal(0))
            assert allotment.reserved == held + estimate - paid

    def finish(self) -> None:
        """Deliver, bill and pay everything that is left, as the house would in the end."""
        for step in ("accept", "close", "bill"):
            self.take(step, 100)
        for _round in range(6):
            self.take("pay", 1)
        self.take("ask", 50)
        self.take("pay", 1)
        self.take("ask", 100)
        self.take("pay", 1)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(lines=LINES, history=HISTORIES, prepayment=st.sampled_from((0, 0, 30)), retention=st.sampled_from((0, 0, 5)))
def test_random_histories_of_an_order(
    house: House, lines: list[Any], history: list[tuple[str, int]], prepayment: int, retention: int
) -> None:
    with transaction.atomic():
        purchase = Purchase(house, lines, prepayment, retention)
        purchase.check()
        for step, size in history:
            purchase.take(step, size)
            purchase.check()
        purchase.finish()
        purchase.check()
        paid = sum(purchase.order.payments.filter(status="posted").values_list("amount", flat=True), Decimal(0))
        if settling.accepted_value(purchase.order) <= paid:
            assert BudgetAllotment.objects.get().reserved == 0, history
        transaction.set_rollback(True)
