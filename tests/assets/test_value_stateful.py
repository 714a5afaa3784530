"""Random histories of values against a plain model of them (value_model.py).

After each step every card is compared to the cent, and the ledger with the sum of all cards; after some steps and at
the end everything that verify_ledgers looks at. The rules in it: R-AST-06 to R-AST-08, R-AST-15, R-AST-20.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assets.models import Asset, AssetState, AssetValueMove, ValueChange
from assets.services import depreciation, ledger, schedule
from assets.services.value_verification import verify_values
from core.errors import DomainError
from tests.factories import House, at, make_house, run
from tests.holding import make_assets, month
from tests.stateful import histories
from tests.valuing import depreciate, make_merge, make_split, make_value_change

from .value_model import ValueModel

BEGINNING = month(2024, 1)
VERIFY_EVERY = 6
PICK = st.integers(0, 1000)
CENTS = st.integers(1, 900_000)


def yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def cents(amount: Any) -> int:
    return int((amount or Decimal(0)) * 100)


class Values(RuleBasedStateMachine):
    """Each action does the same to the model and to the house; both do it or both refuse it."""

    built: House

    def __init__(self) -> None:
        super().__init__()
        self.house = self.built
        self.savepoint = transaction.savepoint()
        self.model = ValueModel(BEGINNING)
        self.papers: list[Any] = []
        self.steps = 0

    def today(self) -> AbstractContextManager[Any]:
        """The tenth of the month of the model."""
        return at(schedule.first_day(self.model.month) + dt.timedelta(days=9))

    def pick(self, number: int) -> int | None:
        alive = [key for key, card in self.model.cards.items() if card.alive]
        return alive[number % len(alive)] if alive else None

    def take(self, document: Any) -> bool:
        """Submit, approve and post a paper; False where the house refuses it, which must leave nothing behind."""
        try:
            with transaction.atomic():
                document = run(self.house, document)
        except DomainError:
            return False
        self.papers.append(document)
        return True

    # ---- actions ----

    @initialize(values=st.lists(CENTS, min_size=1, max_size=3))
    def begin(self, values: list[int]) -> None:
        for value in values:
            self.add(value, 12)

    @rule(value=CENTS, life=st.sampled_from((1, 2, 7, 12, 36)))
    def add(self, value: int, life: int) -> None:
        with self.today():
            day = schedule.first_day(self.model.month)
            (asset,) = make_assets(
                self.house, in_use_on=day, original_value=yuan(value), life_months=life, quantity=Decimal(4)
            )
        self.model.add(asset.pk, value, life)
        # What was done before can no longer be told apart from the addition by its snapshot.
        self.papers.clear()
        self.model.past.clear()

    @rule(months=st.integers(1, 3))
    def wait(self, months: int) -> None:
        self.model.month += months

    @rule()
    def depreciate(self) -> None:
        """R-AST-08: the next month, when it is over."""
        index = self.model.next_run()
        if index >= self.model.month:
            with self.today():
                day = schedule.first_day(index)
                try:
                    with transaction.atomic():
                        depreciate(self.house, day.year, day.month)
                except DomainError:
                    return
            raise AssertionError("a month that is not over was run")
        self.model.remember()
        expected = self.model.run()
        with self.today():
            day = schedule.first_day(index)
            document = depreciate(self.house, day.year, day.month)
        self.papers.append(document)
        assert cents(document.amount) == expected

    @rule(number=PICK, value=CENTS)
    def enlarge(self, number: int, value: int) -> None:
        key = self.pick(number)
        if key is None:
            return
        waits = self.model.waits_for_run(key)
        with self.today():
            card = Asset.objects.get(pk=key)
            done = self.take(make_value_change(self.house, (card, {"nonfiscal_change": yuan(value)})))
        assert done is not waits
        if done:
            self.model.remember()
            self.model.cards[key].change(value, 0, self.model.month)

    @rule(number=PICK, share=st.integers(1, 99))
    def remove_part(self, number: int, share: int) -> None:
        """A part of the value leaves with its part of the depreciation."""
        key = self.pick(number)
        card = self.model.cards.get(key) if key else None
        if card is None:
            return
        cost, depreciated = card.cost * share // 100, card.accumulated * share // 100
        fiscal = cents(Asset.objects.get(pk=key).fiscal_fund)
        possible = 0 < cost <= fiscal and not self.model.waits_for_run(key) and cost >= depreciated
        columns = {"fiscal_change": yuan(-cost), "accumulated_change": yuan(-depreciated)}
        with self.today():
            paper = make_value_change(
                self.house, (Asset.objects.get(pk=key), columns), kind="removal", decision_number="办〔2024〕1号"
            )
            done = self.take(paper)
        assert done is possible
        if done:
            self.model.remember()
            card.change(-cost, -depreciated, self.model.month)

    @rule(number=PICK, share=st.integers(1, 99))
    def split(self, number: int, share: int) -> None:
        """R-AST-20"""
        key = self.pick(number)
        if key is None:
            return
        card, asset = self.model.cards[key], Asset.objects.get(pk=key)
        first = (card.cost * share // 100, card.accumulated * share // 100)
        second = (card.cost - first[0], card.accumulated - first[1])
        fiscal = cents(asset.fiscal_fund)
        with self.today():
            half = asset.quantity / 2
            parts = [(name, half, yuan(part[0]), yuan(part[1])) for name, part in (("甲", first), ("乙", second))]
            possible = min(first[0], second[0]) > 0 and first[0] >= first[1] and second[0] >= second[1]
            if not possible or not half or half != half.quantize(Decimal("0.0001")):
                return
            document = make_split(self.house, *parts, asset=asset)
            funds = (min(fiscal, first[0]), fiscal - min(fiscal, first[0]))
            for line, fund in zip(document.lines.order_by("position"), funds, strict=True):
                line.fiscal_fund = yuan(fund)
                line.save()
            done = self.take(document)
        assert done is not self.model.waits_for_run(key)
        if done:
            self.model.remember()
            made = asset.parts.order_by("-pk").first()
            other = self.model.cards[made.pk] = type(card)(second[0], card.life, card.due, second[1], card.charged)
            other.plan()
            card.change(first[0] - card.cost, first[1] - card.accumulated, self.model.month)
            self.model.past[-1][made.pk] = type(card)(0, card.life, other.due, 0, 0, 0, alive=False)

    @rule(one=PICK, two=PICK)
    def merge(self, one: int, two: int) -> None:
        keys = [self.pick(one), self.pick(two)]
        if None in keys or keys[0] == keys[1]:
            return
        card, other = (self.model.cards[key] for key in keys if key)
        alike = (card.life, card.charged, card.due) == (other.life, other.charged, other.due)
        waits = any(self.model.waits_for_run(key) for key in keys if key)
        with self.today():
            done = self.take(make_merge(self.house, *(Asset.objects.get(pk=key) for key in keys)))
        assert done is (alike and not waits)
        if done:
            self.model.remember()
            card.change(other.cost, other.accumulated, self.model.month)
            other.change(-other.cost, -other.accumulated, self.model.month)
            other.alive = False

    @rule(number=PICK)
    def dispose(self, number: int) -> None:
        """By the ledger itself, as a disposal does (R-AST-15)."""
        key = self.pick(number)
        if key is None or self.model.waits_for_run(key):
            return
        with self.today(), transaction.atomic():
            card = ledger.locked([key])[key]
            paper = ValueChange.objects.create(
                organization=self.house.organization,
                department=self.house.ward,
                created_by=self.house.asset_manager,
                reason="处置",
            )
            gone = ledger.Valuing(card, "removal", -card.original_value, -card.fiscal_fund, -card.accumulated)
            ledger.hand_over(
                [ledger.Handing.of(card, state=AssetState.DISPOSED)], document=paper, actor=self.house.asset_manager
            )
            ledger.change_values([gone], document=paper, actor=self.house.asset_manager)
        card = self.model.cards[key]
        card.change(-card.cost, -card.accumulated, self.model.month)
        card.alive = False
        self.papers.clear()
        self.model.past.clear()

    @precondition(lambda self: self.papers)
    @rule()
    def take_back(self) -> None:
        """The last paper, the one of a run or of a change alike: everything stands where it stood before."""
        document, before = self.papers.pop(), self.model.past.pop()
        with self.today():
            reversed_ = run(self.house, document, "reverse")
        assert reversed_.status == "reversed"
        if document._meta.model_name == "depreciationrun":
            self.model.runs.remove(document.month_index)
        # Cards that came of papers which were taken back since stay, without any value.
        gone = {key: card for key, card in self.model.cards.items() if key not in before}
        self.model.cards = before | gone
        if document._meta.model_name == "cardsplit":
            # The parts come together again, and the rest of the plan is worked out anew.
            for card in before.values():
                if card.alive and card.net:
                    self._replan(card, document)

    def _replan(self, card: Any, document: Any) -> None:
        keys = {document.asset_id, *document.lines.values_list("asset_id", flat=True)}
        if card in [self.model.cards[key] for key in keys]:
            card.plan()

    @precondition(lambda self: len(self.papers) > 1)
    @rule()
    def take_back_an_older_run(self) -> None:
        """R-AST-08: never under a later one, nor under a change of what it charged."""
        runs = [paper for paper in self.papers if paper._meta.model_name == "depreciationrun"]
        if len(runs) < 2:
            return
        rows = AssetValueMove.objects.count()
        with self.today():
            try:
                with transaction.atomic():
                    run(self.house, runs[0], "reverse")
            except DomainError:
                assert AssetValueMove.objects.count() == rows
                return
        raise AssertionError("a run under a later one was taken back")

    # ---- comparing ----

    @invariant()
    def cards_agree(self) -> None:
        self.steps += 1
        columns = (
            "pk",
            "original_value",
            "accumulated",
            "months_charged",
            "months_left",
            "monthly_charge",
            "next_charge",
        )
        found = {key: values for key, *values in Asset.objects.values_list(*columns)}
        assert set(found) == set(self.model.cards)
        for key, card in self.model.cards.items():
            cost, accumulated, charged, left, monthly, due = found[key]
            real = (cents(cost), cents(accumulated), charged)
            assert real == (card.cost, card.accumulated, card.charged)
            if card.net:
                assert (left, cents(monthly), due) == (card.left, card.monthly, card.due)
        sums = AssetValueMove.objects.aggregate(cost=Sum("cost"), accumulated=Sum("accumulated"))
        assert (cents(sums["cost"]), cents(sums["accumulated"])) == self.model.total()
        assert depreciation.newest_month(self.house.organization.pk) == (
            self.model.runs[-1] if self.model.runs else None
        )
        if self.steps % VERIFY_EVERY == 0:
            assert list(verify_values()) == []

    def teardown(self) -> None:
        try:
            assert list(verify_values()) == []
        finally:
            transaction.savepoint_rollback(self.savepoint)


class TestValues(TestCase, Values.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different histories."""

    settings = histories(short=(6, 22), long=(200, 60))

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all histories; each history is rolled back."""
        Values.built = make_house()
