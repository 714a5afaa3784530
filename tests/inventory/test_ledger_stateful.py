"""Random histories of the whole storehouse against a plain model of it (store_model.py).

After each step every move, balance, value and cost layer is compared, to the piece and to the cent; after some steps
and at the end the reports, the closing stock of the months and everything that verify_ledgers looks at. The rules of
the house in it: R-STK-03 to R-STK-07, R-STK-13, R-STK-14, R-STK-16 and R-STK-17.
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import clock, periods
from core.errors import DomainError
from core.verification import findings
from inventory.models import (
    CostLayer,
    GoodsIssueLine,
    GoodsReceiptLine,
    Item,
    Lot,
    LotHold,
    MonthClosing,
    StockBalance,
    StockCount,
    StockCountLine,
    StockMove,
    StockTransferLine,
    StockValue,
    SupplierReturnLine,
    Warehouse,
)
from inventory.reports.stock_on_hand import StockOnHand
from inventory.reports.stock_summary import StockSummary
from inventory.services import quality
from inventory.services.counts.entries import Counted, record
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count
from tests.counting import explain, plan_count
from tests.factories import House, make_house, make_issue, make_receipt, run
from tests.losses import make_price_difference, make_write_off
from tests.movements import make_arrival, make_stock_return, make_supplier_return, make_transfer
from tests.stateful import histories

from .reporting import report, rows_of
from .store_model import STORES, Pair, Paper, StoreModel, month_end

REPORTS_EVERY = 8
PLACES = st.integers(0, 1)
DAYS_AGO = st.sampled_from((0, 0, 0, 1, 3, 8))
ITEMS = st.integers(0, 3)
QUANTITIES = st.integers(1, 12)
PRICES = st.integers(0, 9999)
LOTS = "ABC"
BY_LOT = (2, 3)
LOT_LIFE = {"A": 6, "B": 40, "C": 300}
LINES = st.lists(st.tuples(ITEMS, QUANTITIES), min_size=1, max_size=2)
UNTOUCHED = (StockMove, StockBalance, StockValue, CostLayer, LotHold, MonthClosing)
COUNTED_ON = (GoodsReceiptLine, GoodsIssueLine, StockTransferLine)
ZERO = Decimal(0)


def cents(amount: Any) -> int:
    whole = (amount or ZERO) * 100
    assert whole == int(whole)
    return int(whole)


def pieces(quantity: Any) -> int:
    assert (quantity or ZERO) == int(quantity or 0)
    return int(quantity or 0)


@dataclass
class Count:
    """A count under way: what was counted of each lot, and when; the results once it is finished."""

    document: StockCount
    day: dt.date
    opened_at: dt.datetime
    lines: dict[tuple[int, str], tuple[int, dt.datetime] | None] = field(default_factory=dict)
    results: list[tuple[int, str, int, int, dt.datetime]] = field(default_factory=list)
    finished: bool = False


def always(_store: Any) -> bool:
    return True


ACTIONS: list[tuple[Callable[[Any], Any], dict[str, Any], Callable[..., None]]] = []
"""What may happen in the house: when it can be tried, with what, and how."""


def action(able: Callable[[Any], Any] = always, **strategies: Any) -> Callable[[Any], Any]:
    """Add a method to ACTIONS."""

    def add(method: Callable[..., None]) -> Callable[..., None]:
        ACTIONS.append((able, strategies, method))
        return method

    return add


class Store(RuleBasedStateMachine):
    """Each action does the same to the model and to the house; both do it or both refuse it."""

    built: House

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.steps = 0
        self.agreed = False

    def teardown(self) -> None:
        try:
            if self.agreed:
                with self._later(0):
                    self._compare_reports()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize(price=PRICES)
    def open(self, price: int) -> None:
        self.house: House = copy.deepcopy(self.built)
        self.stores: list[Warehouse] = [self.house.warehouse, self.house.extra["second"]]
        self.goods: list[Item] = [
            self.house.gloves,
            self.house.paper,
            self.house.vaccine,
            self.house.extra["serum"],
        ]
        start = dt.date(2026, 3, 25)
        expiries = {(item, lot): start + dt.timedelta(days=days) for item in BY_LOT for lot, days in LOT_LIFE.items()}
        fifo = [place for place, item in enumerate(self.goods) if item.valuation == Item.Valuation.FIFO]
        self.model = StoreModel(fifo, expiries, [int(item.reference_price * 1000) for item in self.goods])
        self.documents: dict[int, Any] = {}
        self.lines: dict[int, int] = {}
        self.moves: list[int] = []
        self.counts: dict[int, Count] = {}
        with self._later():
            for place in (0, 1):
                self._receive(place, self.model.today, [(i, 10 + i, price + 7 * i, "AABC"[i]) for i in range(4)])

    # ---- helpers ----

    @contextmanager
    def _later(self, minutes: int = 1) -> Iterator[None]:
        """A step of the house, some minutes after the last one."""
        self.agreed = False
        self.model.moment += dt.timedelta(minutes=minutes)
        with clock.pretend(self.model.moment):
            assert clock.today() == self.model.today
            yield

    def _rows(self) -> list[Any]:
        counted = [list(model.objects.order_by("pk").values()) for model in COUNTED_ON]
        return counted + [list(model.objects.order_by("pk").values()) for model in UNTOUCHED]

    def _refused(self, document: Any, *steps: str) -> None:
        """The house refuses, and everything is as it was; a paper that went part of its way is given up."""
        before = self._rows()
        try:
            run(self.house, document, *steps)
        except DomainError:
            assert self._rows() == before
        else:
            raise AssertionError(f"the house does what the model refuses: {document}")
        if not steps:
            run(self.house, document, "cancel")

    def _both(self, document: Any, act: Callable[..., Paper], *args: Any) -> bool:
        """Post a paper in both worlds."""
        paper = self.model.attempt(act, *args)
        if paper is None:
            self._refused(document)
            return False
        posted = run(self.house, document)
        self.documents[paper.number] = posted
        rows = list(posted.lines.order_by("position"))
        if paper.kind == "count":
            rows = [row for row in rows if row.difference]
        self.lines |= dict(zip((line.number for line in paper.lines), (row.pk for row in rows), strict=True))
        return True

    def _day(self, ago: int) -> dt.date:
        return self.model.today - dt.timedelta(days=ago)

    def _draw(self, data: Any, *kinds: str) -> Paper:
        return data.draw(st.sampled_from(self._posted(*kinds)))

    def _posted(self, *kinds: str) -> list[Paper]:
        return [paper for paper in self.model.posted() if not kinds or paper.kind in kinds]

    def _quantities(self, data: Any, paper: Paper, most: int = 1) -> list[int]:
        """Something of at least one line, now and then `most` more than there was."""
        wanted = [data.draw(st.integers(0, line.quantity + most), label="of a line") for line in paper.lines]
        return wanted if any(wanted) else [1, *wanted[1:]]

    def _chosen(self, lines: list[tuple[int, int]]) -> list[tuple[Item, int]]:
        return [(self.goods[item], quantity) for item, quantity in lines]

    # ---- papers ----

    def _receive(self, place: int, day: dt.date, lines: list[tuple[int, int, int, str]]) -> None:
        lines = [(item, quantity, price, lot if item in BY_LOT else "") for item, quantity, price, lot in lines]
        written: list[tuple[Any, ...]] = [
            (self.goods[item], quantity, Decimal(price) / 1000, *self._lot(item, lot))
            for item, quantity, price, lot in lines
        ]
        document = make_receipt(self.house, *written, warehouse=self.stores[place], business_date=day)
        self._both(document, self.model.receive, STORES[place], day, lines)

    def _lot(self, item: int, lot: str) -> tuple[Any, ...]:
        return (lot, self.model.expiries[item, lot]) if lot else ()

    @action(
        place=PLACES,
        lines=st.lists(st.tuples(ITEMS, QUANTITIES, PRICES, st.sampled_from(LOTS)), min_size=1, max_size=2),
        ago=DAYS_AGO,
    )
    def receive(self, place: int, lines: list[tuple[int, int, int, str]], ago: int) -> None:
        with self._later():
            self._receive(place, self._day(ago), lines)

    @action(place=PLACES, lines=LINES, ago=DAYS_AGO)
    def issue(self, place: int, lines: list[tuple[int, int]], ago: int) -> None:
        """Also dated in the past: what was there then and still is goes, first the lot that expires first."""
        with self._later():
            day = self._day(ago)
            document = make_issue(self.house, *self._chosen(lines), warehouse=self.stores[place], business_date=day)
            self._both(document, self.model.take, "issue", "consumption", STORES[place], day, lines)

    @action(place=PLACES, item=ITEMS, quantity=QUANTITIES, lot=st.sampled_from(("", *LOTS)), ago=DAYS_AGO)
    def write_off(self, place: int, item: int, quantity: int, lot: str, ago: int) -> None:
        """Expired and kept-back lots too, of a lot that is named or of any."""
        with self._later():
            row = Lot.objects.filter(item=self.goods[item], number=lot).first() if item in BY_LOT and lot else None
            line = (item, quantity, lot) if row else (item, quantity)
            day = self._day(ago)
            document = make_write_off(
                self.house,
                (self.goods[item], quantity, {"lot": row}),
                warehouse=self.stores[place],
                business_date=day,
            )
            self._both(document, self.model.take, "write_off", "scrap", STORES[place], day, [line])

    @action(place=PLACES, lines=LINES, ago=DAYS_AGO)
    def transfer(self, place: int, lines: list[tuple[int, int]], ago: int) -> None:
        with self._later():
            day, goal = self._day(ago), 1 - place
            document = make_transfer(
                self.house,
                *self._chosen(lines),
                warehouse=self.stores[place],
                to_warehouse=self.stores[goal],
                business_date=day,
            )
            self._both(document, self.model.take, "transfer", "transit", STORES[place], day, lines, STORES[goal])

    @action(lambda self: self._posted("transfer"), data=st.data(), lost=st.booleans(), ago=DAYS_AGO)
    def arrive(self, data: Any, lost: bool, ago: int) -> None:
        with self._later():
            sent, day = self._draw(data, "transfer"), self._day(ago)
            sums = self._quantities(data, sent, most=0)
            short = [data.draw(st.integers(0, each), label="missing") for each in sums]
            pairs = [(each - missing, missing) for each, missing in zip(sums, short, strict=True)]
            shortage = {"shortage": "lost" if lost else "sent_back"} if any(short) else {}
            document = make_arrival(self.house, self.documents[sent.number], *pairs, business_date=day, **shortage)
            self._both(document, self.model.arrive, sent, day, pairs, "scrap" if lost else sent.place)

    @action(lambda self: self._posted("issue"), data=st.data(), ago=DAYS_AGO)
    def give_back(self, data: Any, ago: int) -> None:
        with self._later():
            issue, day = self._draw(data, "issue"), self._day(ago)
            wanted = self._quantities(data, issue)
            document = make_stock_return(self.house, self.documents[issue.number], *wanted, business_date=day)
            self._both(document, self.model.give_back, issue, day, wanted)

    @action(lambda self: self._posted("receipt"), data=st.data(), ago=DAYS_AGO)
    def send_back(self, data: Any, ago: int) -> None:
        with self._later():
            receipt, day = self._draw(data, "receipt"), self._day(ago)
            wanted = self._quantities(data, receipt)
            document = make_supplier_return(self.house, self.documents[receipt.number], *wanted, business_date=day)
            if self._both(document, self.model.send_back, receipt, day, wanted):
                mine = [line.cents for paper in self._posted("supplier_return") for line in paper.lines]
                rows = SupplierReturnLine.objects.filter(document__status="posted").order_by("pk")
                posted = {row.pk: cents(row.credit) for row in rows}
                assert sorted(mine) == sorted(posted.values())

    @action(lambda self: self._posted("receipt"), data=st.data(), ago=DAYS_AGO)
    def correct_the_price(self, data: Any, ago: int) -> None:
        with self._later():
            receipt, day = self._draw(data, "receipt"), self._day(ago)
            prices = [data.draw(PRICES, label="new price") for _line in receipt.lines]
            document = make_price_difference(
                self.house,
                self.documents[receipt.number],
                *(Decimal(price) / 1000 for price in prices),
                business_date=day,
            )
            self._both(document, self.model.correct, receipt, day, prices)

    @action(lambda self: self._posted(), data=st.data())
    def reverse(self, data: Any) -> None:
        with self._later():
            paper = self._draw(data)
            document = self.documents[paper.number]
            if self.model.attempt(self.model.reverse, paper):
                run(self.house, document, "reverse")
            else:
                self._refused(document, "reverse")

    @action(lambda self: self._posted(), data=st.data())
    def replay(self, data: Any) -> None:
        with self._later():
            self._refused(self.documents[self._draw(data).number], "post")

    # ---- lots ----

    @action(item=st.sampled_from(BY_LOT), lot=st.sampled_from(LOTS))
    def keep_back_or_release(self, item: int, lot: str) -> None:
        with self._later():
            row = Lot.objects.filter(item=self.goods[item], number=lot).first()
            if row is None:
                return
            actor = self.house.again("logistics_head")
            if (item, lot) in self.model.kept_back:
                quality.release(LotHold.objects.get(lot=row, released_at=None), note="合格", actor=actor)
            else:
                quality.keep_back(row, kind="frozen", reason="包装破损", actor=actor)
            self.model.kept_back ^= {(item, lot)}

    # ---- counts ----

    @action(lambda self: len(self.counts) < len(STORES), data=st.data())
    def open_a_count(self, data: Any) -> None:
        """Every lot that is there is on the list."""
        with self._later():
            place = data.draw(st.sampled_from([each for each in (0, 1) if each not in self.counts]))
            plan = plan_count(self.house, warehouse=self.stores[place], tolerance_amount=10**6)
            document = open_count(plan, actor=self.house.storekeeper)
            there = [key for key, quantity in self.model.pieces.items() if quantity and key[0] == STORES[place]]
            lines = {(item, lot): None for _place, item, lot in there}
            found = {(self.goods.index(row.item), row.lot.number) for row in document.lines.all()}
            assert found == set(lines)
            self.counts[place] = Count(document, self.model.today, self.model.moment, dict(lines))

    def _counting(self) -> list[int]:
        return [place for place, count in self.counts.items() if not count.finished]

    @action(lambda self: self._counting(), data=st.data(), more=st.integers(-3, 3), ago=st.integers(0, 4))
    def count_a_lot(self, data: Any, more: int, ago: int) -> None:
        """On the list or not, and told some minutes later, when something may have been posted since."""
        with self._later():
            place = data.draw(st.sampled_from(self._counting()))
            everything = [(item, lot) for item in range(4) for lot in (LOTS if item in BY_LOT else ("",))]
            self._count(place, *data.draw(st.sampled_from(everything)), more, ago)

    def _count(self, place: int, item: int, lot: str, more: int, ago: int) -> None:
        count = self.counts[place]
        moment = max(self.model.moment - dt.timedelta(minutes=ago), count.opened_at)
        quantity = max(0, self.model.book_at(STORES[place], item, lot, moment).pieces + more)
        entry = Counted(
            uuid.uuid4(),
            Decimal(quantity),
            counted_at=moment,
            code=self.goods[item].code,
            lot_number=lot,
            expires_on=self.model.expiries.get((item, lot)),
        )
        outcome = record(count.document, [entry], actor=self.house.storekeeper)[0]
        assert not outcome.refusal, outcome.refusal
        before = count.lines.get((item, lot))
        if before is None or moment >= before[1]:
            count.lines[item, lot] = (quantity, moment)

    @action(lambda self: self._counting(), data=st.data())
    def finish_a_count(self, data: Any) -> None:
        """Not while a lot is open; the differences are those of the moments of counting."""
        with self._later():
            place = data.draw(st.sampled_from(self._counting()))
            count = self.counts[place]
            missing = [key for key, known in count.lines.items() if known is None]
            if missing or not count.lines:
                try:
                    finish_count(count.document, actor=self.house.storekeeper)
                except DomainError:
                    assert not StockCountLine.objects.filter(document=count.document).exclude(difference=None).exists()
                else:
                    raise AssertionError("a count with open lines is finished")
            if not count.lines:
                return
            for item, lot in missing:
                self._count(place, item, lot, 0, 0)
            assert finish_count(count.document, actor=self.house.storekeeper) == []
            explain(self.house, count.document)
            count.document.refresh_from_db()
            count.finished = True
            for row in count.document.lines.select_related("item", "lot").order_by("position"):
                self._compare_result(STORES[place], count, row)

    def _compare_result(self, place: str, count: Count, row: StockCountLine) -> None:
        item, lot = self.goods.index(row.item), row.lot.number
        counted = count.lines[item, lot]
        assert counted
        book = self.model.book_at(place, item, lot, counted[1])
        difference = counted[0] - book.pieces
        value = self.model.value_of(item, book, difference)
        assert (pieces(row.book_quantity), pieces(row.difference), cents(row.amount)) == (
            book.pieces,
            difference,
            value,
        )
        count.results.append((item, lot, difference, value, counted[1]))

    @action(lambda self: any(count.finished for count in self.counts.values()), data=st.data())
    def post_a_count(self, data: Any) -> None:
        """Refused when the goods went since, when another count adjusted them, or when the month is closed."""
        with self._later():
            place = data.draw(st.sampled_from([place for place, count in self.counts.items() if count.finished]))
            count = self.counts.pop(place)
            self._both(count.document, self.model.adjust, STORES[place], count.day, count.results)

    # ---- days and months ----

    @action(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        with self._later(days * 24 * 60):
            pass

    @action(lambda self: len(self.model.closed) < 4, waits=st.booleans())
    def close_a_month(self, waits: bool) -> None:
        """The next month in order, once it is over; what every store holds at its end is kept."""
        with self._later():
            year, month = periods.next_to_close(self.house.organization.pk)
            days_left = (month_end(year, month) - self.model.today).days + 1
        if days_left > 0 and not waits:
            with self._later():
                before = self._rows()
                try:
                    self._close(year, month)
                except DomainError:
                    assert self._rows() == before
                else:
                    raise AssertionError("a month that is not over is closed")
            return
        with self._later(max(0, days_left) * 24 * 60):
            self._close(year, month)
            self.model.closed.append((year, month))
            self._compare_closings()

    def _close(self, year: int, month: int) -> None:
        periods.close(self.house.organization, year, month, actor=self.house.again("accountant"))

    @action(lambda self: self.model.closed)
    def reopen_the_last_month(self) -> None:
        with self._later():
            year, month = self.model.closed.pop()
            actor = self.house.again("logistics_head")
            periods.reopen(self.house.organization, year, month, actor=actor, reason="漏记一张入库单")

    @rule(data=st.data())
    def act(self, data: Any) -> None:
        """One thing that can be tried now, each as likely as any other: hypothesis itself leaves whole rules out."""
        _able, strategies, do = data.draw(st.sampled_from([each for each in ACTIONS if each[0](self)]))
        do(self, **{name: data.draw(strategy, label=name) for name, strategy in strategies.items()})

    # ---- comparing ----

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "goods"):
            return
        self._places = {store.pk: STORES[place] for place, store in enumerate(self.stores)}
        self._items = {item.pk: place for place, item in enumerate(self.goods)}
        self._compare_moves()
        self._compare_caches()
        self.steps += 1
        if self.steps % REPORTS_EVERY == 0:
            with self._later(0):
                self._compare_reports()
        self.agreed = True

    def _compare_moves(self) -> None:
        """The moves since the last step, one by one; the earlier ones cannot change."""
        rows = list(
            StockMove.objects.filter(pk__gt=self.moves[-1] if self.moves else 0)
            .select_related("lot", "source", "target")
            .order_by("pk")
        )
        new = self.model.moves[len(self.moves) :]
        assert len(rows) == len(new)
        self.moves += [row.pk for row in rows]
        keys = {None: None, **dict(enumerate(self.moves))}
        for row, move in zip(rows, new, strict=True):
            found = (row.line_id, row.business_date, row.posted_at, self._items[row.item_id], row.lot.number)
            assert found == (self.lines[move.line], move.day, move.at, move.item, move.lot)
            ends = (self._place(row.source), self._place(row.target), pieces(row.quantity), cents(row.amount))
            assert ends == (move.source, move.target, move.quantity, move.cents)
            known = (row.layer_id, row.origin_id, row.reverses_id)
            assert known == (keys[move.layer], keys[move.origin], keys[move.reverses])
        assert StockMove.objects.count() == len(self.moves)

    def _place(self, location: Any) -> str:
        return self._places[location.warehouse_id] if location.warehouse_id else location.kind

    def _compare_caches(self) -> None:
        balances = StockBalance.objects.exclude(quantity=0).select_related("location", "lot")
        assert all(row.quantity > 0 for row in balances)
        found = {
            (self._place(row.location), self._items[row.item_id], row.lot.number): pieces(row.quantity)
            for row in balances
        }
        assert found == {key: quantity for key, quantity in self.model.pieces.items() if quantity} == self.model.lots()
        values = {
            (self._places[row.warehouse_id], self._items[row.item_id]): (pieces(row.quantity), cents(row.amount))
            for row in StockValue.objects.all()
        }
        assert {key: pair for key, pair in values.items() if any(pair)} == self.model.held()
        assert {key: pair for key, pair in self.model.values.items() if any(pair)} == self.model.held()
        order = {key: number for number, key in enumerate(self.moves)}
        layers = {order[row.move_id]: (pieces(row.quantity), cents(row.amount)) for row in CostLayer.objects.all()}
        assert layers == {number: (layer.quantity, layer.cents) for number, layer in self.model.layers.items()}

    def _compare_reports(self) -> None:
        assert [str(finding) for finding in findings()] == []
        self._compare_closings()
        today = self.model.today
        self._compare_stock_on_hand(None)
        self._compare_stock_on_hand(today - dt.timedelta(days=self.steps % 40))
        self._compare_summary(today.replace(day=1), today)
        self._compare_summary(today - dt.timedelta(days=self.steps % 60), today - dt.timedelta(days=self.steps % 7))

    def _compare_stock_on_hand(self, day: dt.date | None) -> None:
        params = {"day": day} if day else {}
        stock: dict[tuple[str, int], Pair] = {}
        transit: dict[tuple[str, int], Pair] = {}
        lots: dict[tuple[str, int, str], int] = {}
        for row in rows_of(report(StockOnHand, self.house.again("accountant"), **params)):
            item, warehouse = row.subject
            key = (self._places[warehouse.pk], self._items[item.pk])
            if "quantity" in row.values:
                stock[key] = (pieces(row.values["quantity"]), cents(row.values["amount"]))
            if row.values.get("transit_quantity"):
                transit[key] = (pieces(row.values["transit_quantity"]), cents(row.values["transit_amount"]))
            if row.values.get("lot"):
                lots[(*key, row.values["lot"])] = pieces(row.values["lot_quantity"])
        held = {key: pair for key, pair in self.model.held(day).items() if pair[0]}
        assert {key: pair for key, pair in stock.items() if pair[0]} == held
        assert transit == self.model.in_transit(day)
        assert lots == {key: quantity for key, quantity in self.model.lots(day).items() if key[2]}

    def _compare_summary(self, start: dt.date, end: dt.date) -> None:
        """R-STK-17, of every item, in pieces and in cents."""
        made = report(StockSummary, self.house.again("accountant"), start=start, end=end, split=False)
        found = {}
        for row in rows_of(made):
            if not isinstance(row.subject, Item):
                continue
            pairs = {
                name: (pieces(row.values.get(f"{name}_quantity")), cents(row.values.get(f"{name}_amount")))
                for name in ("opening", "received", "issued", "closing")
            }
            for kept in (0, 1):
                assert (
                    pairs["opening"][kept] + pairs["received"][kept] - pairs["issued"][kept] == pairs["closing"][kept]
                )
            found[self._items[row.subject.pk]] = {name: pair for name, pair in pairs.items() if any(pair)}
        expected = {
            item: {name: pair for name, pair in pairs.items() if any(pair)}
            for item, pairs in self.model.turnover(start, end).items()
        }
        assert found == {item: pairs for item, pairs in expected.items() if pairs}

    def _compare_closings(self) -> None:
        """What the months that are closed now keep."""
        standing = MonthClosing.objects.filter(reopened_at=None).order_by("year", "month")
        assert [(closing.year, closing.month) for closing in standing] == self.model.closed
        for closing in standing:
            kept = {
                (self._places[row.warehouse_id], self._items[row.item_id]): (pieces(row.quantity), cents(row.amount))
                for row in closing.snapshots.all()
            }
            assert kept == self.model.held(month_end(closing.year, closing.month))


class TestStore(TestCase, Store.TestCase):  # type: ignore[name-defined]
    """A short run whenever the suite runs; HYPOTHESIS_PROFILE=long plays long and ever different histories."""

    settings = histories(short=(6, 30), long=(300, 80))

    @classmethod
    def setUpTestData(cls) -> None:
        """One house for all histories; each history is rolled back."""
        house = make_house()
        second = Warehouse.objects.create(
            organization=house.organization, code="W2", name="二号库", department=house.logistics
        )
        second.keepers.add(house.storekeeper)
        house.extra["second"] = second
        house.extra["serum"] = house.item(
            "血清", track_lots=True, valuation=Item.Valuation.FIFO, reference_price=Decimal(12)
        )
        Store.built = house
