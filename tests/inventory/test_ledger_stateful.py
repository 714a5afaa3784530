"""Random histories of a store against a plain model of it: the ledger never disagrees and never half-acts."""

from __future__ import annotations

import copy
import datetime as dt
import os
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core import clock, periods
from core.errors import DomainError
from inventory.models import CostLayer, Item, StockBalance, StockMove, StockValue, Warehouse
from inventory.services.verification import verify_stock
from tests.factories import House, make_house, make_issue, make_receipt, run

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
EXAMPLES, STEPS = (400, 60) if LONG else (16, 24)
PLACES = st.integers(0, 1)
DAYS_AGO = st.integers(0, 3)
ITEMS = st.integers(0, 2)
QUANTITIES = st.integers(1, 12)


def day_of(ago: int) -> dt.date:
    """So many days ago, but in this month: the one before may be closed."""
    today = clock.today()
    return max(today - dt.timedelta(days=ago), today.replace(day=1))


class Store(RuleBasedStateMachine):
    """The model: pieces by (warehouse, item, lot), what each posted paper did, and on which day."""

    built: House

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.pieces: dict[tuple[int, int, str], int] = defaultdict(int)
        self.days: list[tuple[dt.date, tuple[int, int, str], int]] = []
        self.posted: list[Any] = []
        self.closed_tries = 0
        self.moves = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        self.house: House = copy.deepcopy(self.built)
        self.stores = [self.house.warehouse, self.house.extra["second"]]
        self.goods: list[Item] = [self.house.gloves, self.house.paper, self.house.vaccine]

    def _rows(self) -> Any:
        models = (StockMove, StockBalance, StockValue, CostLayer)
        return [list(model.objects.order_by("pk").values()) for model in models]

    def _try(self, document: Any, *steps: str) -> bool:
        before = self._rows()
        try:
            with transaction.atomic():
                run(self.house, document, *steps)
        except DomainError:
            assert self._rows() == before
            return False
        return True

    def _moved(self, day: dt.date, key: tuple[int, int, str], quantity: int) -> None:
        self.pieces[key] += quantity
        self.days.append((day, key, quantity))

    def _room(self, key: tuple[int, int, str], day: dt.date) -> int:
        """Pieces that were there at the end of the day and at the end of every day since."""
        later = {day, *(moment for moment, moved, _quantity in self.days if moved == key and moment > day)}
        return min(sum(q for moment, moved, q in self.days if moved == key and moment <= end) for end in later)

    @rule(
        place=PLACES,
        item=ITEMS,
        quantity=QUANTITIES,
        cents=st.integers(0, 999),
        lot=st.sampled_from("AB"),
        ago=DAYS_AGO,
    )
    def receive(self, place: int, item: int, quantity: int, cents: int, lot: str, ago: int) -> None:
        line: tuple[Any, ...] = (self.goods[item], quantity, Decimal(cents) / 100)
        lot = lot if item == 2 else ""
        if lot:
            line += (lot, clock.today() + dt.timedelta(days=5 if lot == "A" else 50))
        day = day_of(ago)
        document = make_receipt(self.house, line, warehouse=self.stores[place], business_date=day)
        assert self._try(document)
        self._moved(day, (place, item, lot), quantity)
        self.posted.append((document, [(place, item, lot, quantity)]))

    @rule(place=PLACES, item=ITEMS, quantity=QUANTITIES, ago=DAYS_AGO)
    def issue(self, place: int, item: int, quantity: int, ago: int) -> None:
        """Also dated in the past: what was there then and still is goes, first the lot that expires first."""
        day, line = day_of(ago), (self.goods[item], quantity)
        document = make_issue(self.house, line, warehouse=self.stores[place], business_date=day)
        rooms = {lot: self._room((place, item, lot), day) for lot in ([""] if item != 2 else ["A", "B"])}
        there = sum(rooms.values())
        assert self._try(document) is (there >= quantity)
        if there < quantity:
            return
        taken = []
        for lot, room in rooms.items():
            part = min(quantity, room)
            if part:
                self._moved(day, (place, item, lot), -part)
                quantity -= part
                taken.append((place, item, lot, -part))
        self.posted.append((document, taken))

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def reverse(self, data: Any) -> None:
        place = data.draw(st.integers(0, len(self.posted) - 1))
        document, changes = self.posted[place]
        if self._try(document, "reverse"):
            del self.posted[place]
            for store, item, lot, quantity in changes:
                self._moved(clock.today(), (store, item, lot), -quantity)
        else:
            assert changes[0][3] > 0  # giving back to the store is never refused

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def replay(self, data: Any) -> None:
        document, _changes = data.draw(st.sampled_from(self.posted))
        assert not self._try(document, "post")

    @precondition(lambda self: self.posted and self.closed_tries < 2)
    @rule(place=PLACES)
    def post_into_a_closed_month(self, place: int) -> None:
        self.closed_tries += 1
        day = clock.today().replace(day=1) - dt.timedelta(days=1)
        if periods.is_open(self.house.organization.pk, day):
            periods.close(self.house.organization, day.year, day.month, actor=self.house.accountant)
        line = (self.goods[0], 1, 1)
        assert not self._try(make_receipt(self.house, line, warehouse=self.stores[place], business_date=day))

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "goods"):
            return
        keys = {store.pk: n for n, store in enumerate(self.stores)}
        items = {item.pk: n for n, item in enumerate(self.goods)}
        found = {
            (keys[row.location.warehouse_id or 0], items[row.item_id], row.lot.number): row.quantity
            for row in StockBalance.objects.select_related("location", "lot")
            if row.quantity
        }
        assert found == {key: pieces for key, pieces in self.pieces.items() if pieces}
        assert all(pieces >= 0 for pieces in self.pieces.values())
        assert all(self._room(key, day) >= 0 for day, key, _quantity in self.days)
        assert [str(finding) for finding in verify_stock()] == []
        moves = StockMove.objects.count()
        assert moves >= self.moves
        self.moves = moves


class TestStore(TestCase, Store.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different histories."""

    settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all histories; each history is rolled back."""
        house = make_house()
        second = Warehouse.objects.create(
            organization=house.organization, code="W2", name="二号库", department=house.logistics
        )
        second.keepers.add(house.storekeeper)
        house.extra["second"] = second
        Store.built = house
