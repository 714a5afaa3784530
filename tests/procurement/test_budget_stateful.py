"""R-PRC-02 under random histories: reservations and use never exceed an allotment, whatever happens in what order.

Decisions grant, cut, move and are reversed; requests are approved, cancelled, ordered; orders are taken back, accepted,
invoiced, paid; payments are reversed. Each step is taken by the house and by a plain model (budget_model.py), both or
neither, and afterwards every figure agrees to the cent and verify_ledgers finds nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import DomainError
from procurement.models import (
    BudgetAllotment,
    BudgetDecision,
    BudgetMove,
    EconomicClass,
    PurchaseRequest,
    PurchaseRequestLine,
)
from procurement.services.budget_verification import verify_budgets
from tests.buying import (
    accepted,
    invoiced,
    make_budget_decision,
    make_payment,
    make_purchase_request,
    order_approved,
    sourcing_approved,
    take,
)
from tests.factories import House, make_house
from tests.stateful import histories

from .budget_model import BudgetModel, Refused

PLACES = st.integers(0, 1)
YUAN = st.integers(1, 900)
PICK = st.integers(0, 50)
Kind = BudgetDecision.Kind
UNTOUCHED = (BudgetMove, BudgetAllotment, PurchaseRequestLine)


class Budget(RuleBasedStateMachine):
    """Two allotments of one ward."""

    built: House

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.agreed = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(first=YUAN, second=YUAN)
    def open(self, first: int, second: int) -> None:
        self.house: House = copy.deepcopy(self.built)
        self.classes = [EconomicClass.objects.get(code=code) for code in ("30201", "30202")]
        self.model = BudgetModel()
        self.decisions: list[tuple[BudgetDecision, dict[int, int]]] = []
        self.requests: dict[int, Any] = {}
        self.orders: dict[int, Any] = {}
        self.payments: dict[int, Any] = {}
        self._decide(Kind.SUPPLEMENT, {0: first * 100, 1: second * 100})

    # ---- helpers ----

    def _rows(self) -> list[Any]:
        return [list(model.objects.order_by("pk").values()) for model in UNTOUCHED]

    def _both(self, ours: Callable[[], Any], theirs: Callable[[], Any]) -> Any:
        """Take a step in both worlds; where the model refuses, the house does and leaves everything as it was."""
        self.agreed = False
        try:
            ours()
        except Refused:
            before = self._rows()
            try:
                theirs()
            except DomainError:
                assert self._rows() == before
            else:
                raise AssertionError("the house does what the model refuses") from None
            done = None
        else:
            done = theirs()
        self.agreed = True
        return done

    def _decide(self, kind: str, amounts: dict[int, int]) -> None:
        document = make_budget_decision(self.house, 1, kind=kind)
        document.lines.all().delete()
        for position, (place, amount) in enumerate(amounts.items(), start=1):
            document.lines.create(
                position=position,
                department=self.house.ward,
                economic_class=self.classes[place],
                amount=Decimal(amount) / 100,
            )
        house = self.house
        steps = (("submit", house.accountant), ("approve", house.leader), ("post", house.accountant))
        posted = self._both(lambda: self.model.change(amounts), lambda: take(document, *steps))
        if posted is not None:
            self.decisions.append((posted, amounts))

    def _chosen(self, among: Any, pick: int) -> Any:
        keys = sorted(among)
        return keys[pick % len(keys)]

    # ---- decisions ----

    @rule(place=PLACES, yuan=YUAN)
    def grant(self, place: int, yuan: int) -> None:
        self._decide(Kind.SUPPLEMENT, {place: yuan * 100})

    @rule(place=PLACES, yuan=YUAN)
    def cut(self, place: int, yuan: int) -> None:
        self._decide(Kind.CUT, {place: -yuan * 100})

    @rule(place=PLACES, yuan=YUAN)
    def move(self, place: int, yuan: int) -> None:
        self._decide(Kind.TRANSFER, {place: -yuan * 100, 1 - place: yuan * 100})

    @precondition(lambda self: self.decisions)
    @rule(pick=PICK)
    def reverse_decision(self, pick: int) -> None:
        document, amounts = self.decisions[pick % len(self.decisions)]
        back = {place: -amount for place, amount in amounts.items()}
        step = ("reverse", self.house.accountant)
        done = self._both(lambda: self.model.change(back), lambda: take(document, step))
        if done is not None:
            self.decisions.remove((document, amounts))

    # ---- requests ----

    @rule(place=PLACES, quantity=st.integers(1, 30), price=st.integers(3, 40))
    def ask(self, place: int, quantity: int, price: int) -> None:
        house = self.house
        allotment = BudgetAllotment.objects.get(economic_class=self.classes[place])
        request = make_purchase_request(house, (house.gloves, quantity, price), allotment=allotment)
        take(request, ("submit", house.requester))
        approve = ("approve", house.logistics_head)
        key, amount = request.pk, quantity * price * 100
        done = self._both(lambda: self.model.reserve(key, place, amount), lambda: take(request, approve))
        if done is not None:
            self.requests[key] = done

    @precondition(lambda self: self.requests)
    @rule(pick=PICK, step=st.sampled_from(("cancel", "reject")))
    def give_up(self, pick: int, step: str) -> None:
        key = self._chosen(self.requests, pick)
        document = self.requests.pop(key)
        self._both(lambda: self.model.drop(key), lambda: take(document, (step, self.house.logistics_head)))

    # ---- orders and payments ----

    @precondition(lambda self: self.requests)
    @rule(pick=PICK)
    def order(self, pick: int) -> None:
        """The award is two yuan a piece below the estimate."""
        key = self._chosen(self.requests, pick)
        request = self.requests.pop(key)
        line = request.lines.get()
        amount = int(line.quantity * (line.unit_price - 2) * 100)
        self.orders[key] = self._both(
            lambda: self.model.hold(key, amount),
            lambda: order_approved(self.house, sourcing_approved(self.house, request)),
        )

    @precondition(lambda self: self.orders)
    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        """An order is cancelled: the estimate is reserved again, if what it saved is still there."""
        key = self._chosen(self.orders, pick)
        order = self.orders[key]
        line = PurchaseRequest.objects.get(pk=key).lines.get()
        amount = int(line.quantity * line.unit_price * 100)
        step = ("cancel", self.house.logistics_head)
        done = self._both(lambda: self.model.hold(key, amount), lambda: take(order, step))
        if done is not None:
            # Its quotations stay; what is ordered again would need a new sourcing, which is another story.
            del self.orders[key]

    @precondition(lambda self: self.orders)
    @rule(pick=PICK)
    def pay(self, pick: int) -> None:
        key = self._chosen(self.orders, pick)
        house, order = self.house, self.orders.pop(key)
        amount = self.model.held[key].reserved

        def paid() -> Any:
            payment = make_payment(house, invoiced(house, accepted(house, order).order))
            approvers = (("submit", house.buyer), ("approve", house.logistics_head), ("post", house.accountant))
            return take(payment, *approvers)

        self.payments[key] = self._both(lambda: self.model.pay(key, amount), paid)

    @precondition(lambda self: self.payments)
    @rule(pick=PICK)
    def reverse_payment(self, pick: int) -> None:
        key = self._chosen(self.payments, pick)
        payment = self.payments.pop(key)
        amount = self.model.held[key].used
        step = ("reverse", self.house.accountant)
        self._both(lambda: self.model.pay(key, -amount), lambda: take(payment, step))

    # ---- what always holds ----

    @invariant()
    def agree(self) -> None:
        if not self.agreed:
            return
        for place, kind in enumerate(self.classes):
            row = BudgetAllotment.objects.get(economic_class=kind)
            found = [int(amount * 100) for amount in (row.amount, row.reserved, row.used)]
            assert found == [self.model.granted[place], self.model.reserved(place), self.model.used(place)]
            assert row.reserved + row.used <= row.amount
        lines = {line.document_id: int(line.reserved * 100) for line in PurchaseRequestLine.objects.all()}
        assert {key: lines[key] for key in self.model.held} == {k: h.reserved for k, h in self.model.held.items()}
        assert [str(finding) for finding in verify_budgets()] == []


class TestBudget(TestCase, Budget.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different histories."""

    settings = histories(short=(4, 20), long=(60, 50))

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all histories; each history is rolled back."""
        Budget.built = make_house()
        for code, name in (("30201", "办公费"), ("30202", "印刷费")):
            EconomicClass.objects.create(code=code, name=name)
