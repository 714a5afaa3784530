"""Random histories of hand-overs against a plain model: who has a thing now and had it on any day, and which paper has
it in hand (R-AST-10: before the last confirmation nothing changes)."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assets.models import MOVABLE, Asset, AssetState, CustodyChange
from assets.selectors import holder_on
from assets.services.verification import verify_custody
from core import clock
from core.documents.models import Signature
from core.documents.routes import next_signature
from core.documents.services import apply_transition
from core.errors import DomainError
from tests.factories import House, make_house
from tests.holding import make_assets, make_custody_change
from tests.stateful import histories

Kind = CustodyChange.Kind
MOVABLE_STATES = {str(state) for state in MOVABLE}
THINGS = st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True)
WARDS = st.integers(0, 2)
PEOPLE = st.integers(0, 3)
BEGUN = st.sampled_from((Kind.ISSUE, Kind.RETURN, Kind.TRANSFER, Kind.USER, Kind.LOAN))
DEPARTMENT, USER, CUSTODIAN, STATE = range(4)
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


@dataclass
class Paper:
    """A submitted paper of the model: what it is to do with which things, and what it found when it was posted."""

    kind: str
    document: Any
    things: list[int]
    target: int | None
    person: int | None
    loan: Paper | None = None
    status: str = "submitted"
    before: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    back: set[int] = field(default_factory=set)


class Custody(RuleBasedStateMachine):
    """Each rule does the same to the model and to the house; both do it or both refuse it."""

    built: tuple[House, list[Asset]]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        self.house, self.assets = copy.deepcopy(self.built)
        house = self.house
        self.departments = [house.ward, house.other_ward, house.logistics]
        self.people = [house.requester, house.acceptor, house.other_requester, house.other_head]
        self.moment = START
        self.now: list[tuple[Any, ...]] = [(0, None, None, str(AssetState.IN_STOCK)) for _asset in self.assets]
        self.history: list[list[tuple[dt.date, tuple[Any, ...]]]] = [[(self.today, row)] for row in self.now]
        self.hands: list[Paper | None] = [None for _asset in self.assets]
        self.standing: list[list[Paper]] = [[] for _asset in self.assets]
        self.papers: list[Paper] = []

    # ---- helpers ----

    @property
    def today(self) -> dt.date:
        with clock.pretend(self.moment):
            return clock.today()

    def _set(self, thing: int, holder: tuple[Any, ...]) -> None:
        self.now[thing] = holder
        self.history[thing].append((self.today, holder))

    def _try(self, document: Any, name: str, actor: Any) -> Any:
        """The document after the step, or None when it was refused and nothing was written."""
        before = (list(Asset.objects.order_by("pk").values()), Signature.objects.count())
        try:
            with clock.pretend(self.moment):
                return apply_transition(document, name, actor=actor, reason="原因")
        except DomainError:
            assert (list(Asset.objects.order_by("pk").values()), Signature.objects.count()) == before
            return None

    def _with(self, status: str, *kinds: str) -> list[Paper]:
        return [row for row in self.papers if row.status == status and (not kinds or row.kind in kinds)]

    # ---- the model ----

    def _may(self, paper: Paper, home: int) -> bool:
        if paper.kind == Kind.LOAN_RETURN:
            loan = paper.loan
            assert loan is not None
            return loan.status == "posted" and all(
                thing in loan.things and thing not in loan.back and self.hands[thing] is None for thing in paper.things
            )
        if paper.kind in (Kind.TRANSFER, Kind.LOAN) and paper.target == home:
            return False
        return all(self._may_go(paper, thing, home) for thing in paper.things)

    def _may_go(self, paper: Paper, thing: int, home: int) -> bool:
        department, user, _custodian, state = self.now[thing]
        if department != home or state not in MOVABLE_STATES or self.hands[thing] is not None:
            return False
        if paper.kind == Kind.ISSUE and user is not None:
            return False
        return paper.kind != Kind.RETURN or state == AssetState.IN_USE

    def _after(self, paper: Paper, thing: int) -> tuple[Any, ...]:
        department, _user, custodian, state = self.now[thing]
        if paper.kind == Kind.LOAN:
            return (department, paper.person, custodian, str(AssetState.LENT))
        if paper.kind == Kind.LOAN_RETURN:
            assert paper.loan is not None
            return (department, paper.loan.before[thing][USER], custodian, paper.loan.before[thing][STATE])
        target = department if paper.target is None else paper.target
        if target != department:
            custodian = self._takes_over(paper, target)
        if paper.kind == Kind.RETURN:
            return (target, None, custodian, str(AssetState.IDLE))
        return (target, paper.person, custodian, str(AssetState.IN_USE) if paper.person is not None else state)

    def _takes_over(self, paper: Paper, target: int) -> int:
        """The key of whoever answers for things that came to a department: the new user, else who confirmed there."""
        if paper.person is not None and paper.kind != Kind.RETURN:
            return int(self.people[paper.person].pk)
        heads = (self.house.department_head, self.house.other_head, self.house.asset_manager)
        return int(heads[target].pk)

    # ---- what may happen ----

    @rule(days=st.integers(0, 5))
    def wait(self, days: int) -> None:
        self.moment += dt.timedelta(days=days, minutes=1)

    @rule(kind=BEGUN, things=THINGS, ward=WARDS, person=PEOPLE, named=st.booleans())
    def submit(self, kind: str, things: list[int], ward: int, person: int, named: bool) -> None:
        home = self.now[things[0]][DEPARTMENT]
        who = person if named or kind in (Kind.ISSUE, Kind.USER) else None
        to = None if kind in (Kind.USER, Kind.ISSUE) else ward
        self._submit(Paper(kind, None, things, to, None if kind == Kind.RETURN else who), home)

    @precondition(lambda self: self._with("posted", Kind.LOAN))
    @rule(data=st.data(), things=THINGS)
    def bring_back(self, data: Any, things: list[int]) -> None:
        loan = data.draw(st.sampled_from(self._with("posted", Kind.LOAN)))
        if data.draw(st.booleans()):
            things = [thing for thing in loan.things if thing not in loan.back] or things
        home = self.departments.index(loan.document.department)
        self._submit(Paper(Kind.LOAN_RETURN, None, things, None, None, loan), home)

    def _submit(self, paper: Paper, home: int) -> None:
        with clock.pretend(self.moment):
            paper.document = make_custody_change(
                self.house,
                *(self.assets[thing] for thing in paper.things),
                kind=paper.kind,
                department=self.departments[home],
                to_department=None if paper.target is None else self.departments[paper.target],
                to_user=None if paper.person is None else self.people[paper.person],
                due_on=self.today + dt.timedelta(days=400) if paper.kind == Kind.LOAN else None,
                loan=paper.loan and paper.loan.document,
                reason="原因",
                created_by=self.house.asset_manager,
            )
        may = self._may(paper, home)
        document = self._try(paper.document, "submit", self.house.asset_manager)
        assert (document is not None) == may
        if document is not None:
            paper.document = document
            self.papers.append(paper)
            for thing in paper.things:
                self.hands[thing] = paper

    @precondition(lambda self: self._with("submitted"))
    @rule(data=st.data(), all_of_them=st.booleans())
    def confirm(self, data: Any, all_of_them: bool) -> None:
        """The next signature, or all that are left: only the last one changes anything."""
        paper = data.draw(st.sampled_from(self._with("submitted")))
        while paper.document.status == "submitted":
            signature = next_signature(paper.document)
            assert signature is not None
            document = self._try(paper.document, "approve", signature.person)
            assert document is not None
            paper.document = document
            if not all_of_them:
                break
        if paper.document.status == "posted":
            self._posted(paper)

    def _posted(self, paper: Paper) -> None:
        paper.status = "posted"
        for thing in paper.things:
            paper.before[thing] = self.now[thing]
            self._set(thing, self._after(paper, thing))
            self.hands[thing] = None
            self.standing[thing].append(paper)
        if paper.loan is not None:
            paper.loan.back |= set(paper.things)

    @precondition(lambda self: self._with("submitted"))
    @rule(data=st.data(), step=st.sampled_from(("reject", "cancel")))
    def give_up(self, data: Any, step: str) -> None:
        paper = data.draw(st.sampled_from(self._with("submitted")))
        signature = next_signature(paper.document)
        assert signature is not None
        actor = signature.person if step == "reject" else self.house.asset_manager
        assert self._try(paper.document, step, actor) is not None
        paper.status = "given up"
        for thing in paper.things:
            self.hands[thing] = None

    @precondition(lambda self: self._with("posted"))
    @rule(data=st.data())
    def reverse(self, data: Any) -> None:
        paper = data.draw(st.sampled_from(self._with("posted")))
        may = all(self.standing[thing][-1] is paper and self.hands[thing] is None for thing in paper.things)
        document = self._try(paper.document, "reverse", self.house.asset_manager)
        assert (document is not None) == may
        if document is None:
            return
        paper.status = "reversed"
        for thing in paper.things:
            self._set(thing, paper.before[thing])
            self.standing[thing].pop()
        if paper.loan is not None:
            paper.loan.back -= set(paper.things)

    # ---- what always holds ----

    @invariant()
    def same_holders(self) -> None:
        if not hasattr(self, "now"):
            return
        for asset, expected, hand in zip(self._fresh(), self.now, self.hands, strict=True):
            assert self._shown(asset, "") == expected
            assert asset.claimed_by == (f"assets.custodychange:{hand.document.pk}" if hand else "")

    @invariant()
    def same_on_every_day(self) -> None:
        if not hasattr(self, "now"):
            return
        keys = [asset.pk for asset in self.assets]
        days = sorted({day for rows in self.history for day, _holder in rows})[-3:]
        for day in days:
            found = holder_on(keys, day)
            for key, rows in zip(keys, self.history, strict=True):
                expected = [holder for when, holder in rows if when <= day][-1]
                assert self._shown(found[key], "to_") == expected

    @invariant()
    def same_loans(self) -> None:
        for paper in self._with("posted", Kind.LOAN) if hasattr(self, "papers") else ():
            back = set(paper.document.lines.filter(returned=True).values_list("asset", flat=True))
            assert back == {self.assets[thing].pk for thing in paper.back}
            settled = CustodyChange.objects.values_list("settled", flat=True).get(pk=paper.document.pk)
            assert settled == (set(paper.things) <= paper.back)

    @invariant()
    def ledger_is_whole(self) -> None:
        assert [str(finding) for finding in verify_custody()] == []

    def _fresh(self) -> list[Asset]:
        return list(Asset.objects.filter(pk__in=[asset.pk for asset in self.assets]).order_by("pk"))

    def _shown(self, row: Any, prefix: str) -> tuple[Any, ...]:
        """Holder of a card or of a ledger row, in the model's words: custodians by key, the others by place."""
        departments = [department.pk for department in self.departments]
        people = [person.pk for person in self.people]
        user = getattr(row, f"{prefix}user_id")
        return (
            departments.index(getattr(row, f"{prefix}department_id")),
            None if user is None else people.index(user),
            getattr(row, f"{prefix}custodian_id"),
            str(getattr(row, f"{prefix}state")),
        )


class TestCustody(TestCase, Custody.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different histories."""

    settings = histories(short=(6, 30), long=(200, 80))

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all histories; each history is rolled back."""
        ContentType.objects.get_for_model(CustodyChange)
        with clock.pretend(START):
            house = make_house()
            for ward in (house.ward, house.other_ward):
                ward.parent = house.logistics
                ward.save()
            Custody.built = (house, make_assets(house, 5))
