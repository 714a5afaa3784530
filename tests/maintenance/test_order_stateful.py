"""Random lives of an order against a plain model: its state, what it cost to the cent, and what keeps it open.

After each step state and costs are compared; after some steps and at the end everything that verify_ledgers looks at.
The rules in it: R-REP-06, R-REP-08.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core import clock
from core.errors import DomainError
from maintenance.models import AT_WORK, OPEN, State, WorkOrder
from maintenance.services import closing, contracts, labour, parts, parts_back
from maintenance.services.progress import take_step
from maintenance.services.verification import verify_orders
from tests.closing import fill_store, finish, give_parts
from tests.factories import House, at, make_house, run
from tests.repairing import make_job, make_order, make_team
from tests.stateful import histories

BEGINNING = dt.date(2026, 3, 2)
PRICE = Decimal("0.25")
"""So cheap that no order ever needs an approval for its parts, however often they come and go."""
STOCK = 40
SILENT_DAYS = 3
DAY_IS_FULL = 1440
VERIFY_EVERY = 5
FORWARD = {
    "new": ("triage", "triaged", "repair_dispatcher"),
    "triaged": ("dispatch", "dispatched", "repair_dispatcher"),
    "dispatched": ("accept", "accepted", "repair_worker"),
    "accepted": ("arrive", "on_site", "repair_worker"),
}


class Life(RuleBasedStateMachine):
    """Each action does the same to the model and to the house; both do it or both refuse it."""

    built: House
    part: Any

    def __init__(self) -> None:
        super().__init__()
        self.house = self.built
        self.savepoint = transaction.savepoint()
        self.day, self.steps, self.stock = BEGINNING, 0, STOCK
        self.state, self.confirmation = "new", ""
        self.minutes: dict[dt.date, int] = {}
        self.out: dict[int, list[int]] = {}  # by issue line: given out, used, brought back
        self.jobs: dict[int, tuple[str, Decimal]] = {}
        self.finished: dt.date | None = None
        with self.today():
            self.order = make_order(self.house)
            self.team = make_team(self.house)

    def today(self) -> AbstractContextManager[Any]:
        return at(self.day)

    def attempt(self, act: Any) -> bool:
        """Whether the house did it; a refusal leaves nothing behind."""
        with self.today():
            try:
                with transaction.atomic():
                    act()
            except DomainError:
                return False
        return True

    @property
    def settled(self) -> bool:
        fetched = all(given == used + back for given, used, back in self.out.values())
        return fetched and not any(status == "approved" for status, _amount in self.jobs.values())

    # ---- actions ----

    @rule()
    def wait(self) -> None:
        self.day += dt.timedelta(days=1)

    @precondition(lambda self: self.state in FORWARD)
    @rule()
    def go_on(self) -> None:
        step, reached, who = FORWARD[self.state]
        columns = {"team": self.team, "worker": self.house.repair_worker} if step == "dispatch" else {}
        actor = getattr(self.house, who)
        assert self.attempt(lambda: take_step(self.order, step, actor=actor, write=lambda _order: columns))
        self.state = reached

    @rule(minutes=st.integers(1, 400))
    def work(self, minutes: int) -> None:
        worker = self.house.repair_worker
        done = self.attempt(lambda: labour.add_time(self.order, worker, minutes, actor=worker))
        today = self.minutes.get(self.day, 0)
        assert done is (self.state in labour.TAKES_TIME and today + minutes <= DAY_IS_FULL)
        if done:
            self.minutes[self.day] = today + minutes

    @rule(quantity=st.integers(1, 9))
    def fetch(self, quantity: int) -> None:
        """R-REP-08: as an issue of the store, of no more than there is."""
        made: list[Any] = []
        done = self.attempt(lambda: made.append(give_parts(self.house, self.order, self.part, quantity)))
        assert done is (self.state in AT_WORK and quantity <= self.stock)
        if done:
            self.stock -= quantity
            self.out[made[0].lines.get().pk] = [quantity, 0, 0]

    @precondition(lambda self: self.out)
    @rule(number=st.integers(0, 99), quantity=st.integers(0, 9))
    def build_in(self, number: int, quantity: int) -> None:
        line = list(self.out)[number % len(self.out)]
        given, _used, back = self.out[line]
        used = {line: Decimal(quantity)}
        done = self.attempt(lambda: parts.use_parts(self.order, used, actor=self.house.repair_worker))
        assert done is (self.state in parts.NOT_CLOSED and quantity <= given - back)
        if done:
            self.out[line][1] = quantity

    @precondition(lambda self: self.out)
    @rule(number=st.integers(0, 99), quantity=st.integers(1, 9))
    def bring_back(self, number: int, quantity: int) -> None:
        line = list(self.out)[number % len(self.out)]
        given, used, back = self.out[line]

        def act() -> None:
            drafts = parts_back.bring_back(self.order, {line: Decimal(quantity)}, actor=self.house.repair_worker)
            for draft in drafts:
                run(self.house, draft)

        done = self.attempt(act)
        assert done is (self.state in parts.NOT_CLOSED and quantity <= given - used - back)
        if done:
            self.out[line][2] += quantity
            self.stock += quantity

    @rule(amount=st.integers(0, 900), paid=st.integers(0, 1000))
    def give_out(self, amount: int, paid: int) -> None:
        final = Decimal(min(amount, paid))
        made: list[Any] = []

        def act() -> None:
            job = make_job(
                self.house,
                order=WorkOrder.objects.get(pk=self.order.pk),
                amount=Decimal(amount),
                offers=((self.house.supplier, amount),),
                final_amount=final,
                business_date=self.day,
            )
            made.append(run(self.house, job, "submit", "approve"))

        done = self.attempt(act)
        corrects = self.state not in OPEN and any(status == "reversed" for status, _amount in self.jobs.values())
        assert done is (self.state in OPEN or corrects)
        if done:
            self.jobs[made[0].pk] = ("approved", final)

    @precondition(lambda self: self.jobs)
    @rule(number=st.integers(0, 99), step=st.sampled_from(("post", "reverse", "cancel")))
    def settle_job(self, number: int, step: str) -> None:
        key = list(self.jobs)[number % len(self.jobs)]
        status, final = self.jobs[key]
        possible = {"approved": ("post", "cancel"), "posted": ("reverse",)}.get(status, ())
        job = contracts.ContractorJob.objects.get(pk=key)
        done = self.attempt(lambda: run(self.house, job, step))
        assert done is (step in possible)
        if done:
            self.jobs[key] = ({"post": "posted", "reverse": "reversed", "cancel": "cancelled"}[step], final)

    @rule()
    def finish(self) -> None:
        kept = any(given > back for given, _used, back in self.out.values())
        done = self.attempt(lambda: finish(self.house, self.order, no_material=not kept))
        assert done is (self.state == "on_site")
        if done:
            self.state, self.finished = "done", self.day

    @precondition(lambda self: self.state == "done")
    @rule()
    def refuse(self) -> None:
        act = lambda: take_step(self.order, "reopen", actor=self.house.requester, reason="还漏")  # noqa: E731
        assert self.attempt(act)
        self.state = "accepted"

    @precondition(lambda self: self.state == "done")
    @rule()
    def confirm(self) -> None:
        columns = {"confirmation": "person", "confirmed_at": clock.now()}
        actor = self.house.requester
        assert self.attempt(lambda: take_step(self.order, "confirm", actor=actor, write=lambda _order: columns))
        self.state, self.confirmation = "confirmed", "person"

    @rule()
    def close(self) -> None:
        """R-REP-08: only when everything that was fetched is accounted for."""
        done = self.attempt(lambda: closing.close(self.order, actor=self.house.repair_dispatcher))
        assert done is (self.state == "confirmed" and self.settled)
        if done:
            self.state = "closed"

    @rule()
    def night(self) -> None:
        """R-REP-06: silence confirms after three days, and what is settled is closed."""
        silent = self.state == "done" and self.finished is not None and (self.day - self.finished).days >= SILENT_DAYS
        if silent:
            self.state, self.confirmation = "confirmed", "auto"
        closes = self.state == "confirmed" and self.settled
        with self.today():
            assert closing.close_silent(clock.now()) == (1 if closes else 0)
        if closes:
            self.state = "closed"

    # ---- comparing ----

    @invariant()
    def they_agree(self) -> None:
        self.steps += 1
        order = WorkOrder.objects.get(pk=self.order.pk)
        assert (order.state, order.confirmation) == (self.state, self.confirmation)
        assert order.labour_minutes == sum(self.minutes.values())
        material = sum((given - back for given, _used, back in self.out.values()), 0)
        assert order.cost_material == PRICE * material
        external = sum((final for status, final in self.jobs.values() if status == "posted"), Decimal(0))
        assert order.cost_external == external
        assert (order.closed_at is not None) is (order.state == State.CLOSED)
        if self.steps % VERIFY_EVERY == 0:
            assert list(verify_orders()) == []

    def teardown(self) -> None:
        try:
            assert list(verify_orders()) == []
        finally:
            transaction.savepoint_rollback(self.savepoint)


class TestLife(TestCase, Life.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different lives."""

    settings = histories(short=(8, 30), long=(200, 60))

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all lives; each life is rolled back."""
        Life.built = make_house()
        Life.part = Life.built.item("陶瓷阀芯", reference_price=Decimal(1))
        with at(BEGINNING):
            fill_store(Life.built, Life.part, STOCK, PRICE)
