"""A storehouse in plain Python, to compare the real one with: whole pieces, whole cents, one list of moves.

Nothing here reads the database or uses the code of the product. A paper that the rules of the house refuse raises
Refused and leaves the model as it was.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

STORES = ("W0", "W1")
Pair = tuple[int, int]
"""Pieces and cents."""


class Refused(Exception):
    """The house does not do this."""


def half_up(part: int, whole: int) -> int:
    """part / whole, half away from zero."""
    size = (2 * abs(part) + whole) // (2 * whole)
    return size if part >= 0 else -size


def share(cents: int, part: int, whole: int) -> int:
    """What a part of the whole costs; half a cent stays with the rest (R-STK-06)."""
    size = -((whole - 2 * abs(cents) * part) // (2 * whole))
    return min(size if cents >= 0 else -size, cents)


def worth(pieces: int, price: int) -> int:
    """Cents of so many pieces at a price in thousandths of a yuan."""
    return half_up(pieces * price, 10)


class Move(NamedTuple):
    """One movement between two places; its number is its place in the list of all moves."""

    number: int
    paper: int
    line: int
    day: dt.date
    at: dt.datetime
    item: int
    lot: str
    source: str
    target: str
    quantity: int
    cents: int
    layer: int | None = None
    origin: int | None = None
    reverses: int | None = None


class Layer(NamedTuple):
    """What is left of one receipt of an item valued first in, first out."""

    place: str
    item: int
    lot: str
    quantity: int
    cents: int


@dataclass
class Line:
    """A line of a paper; cents: its amount at the paper's own price (receipt, return, price difference)."""

    number: int
    item: int
    quantity: int
    lot: str = ""
    cents: int = 0
    follows: int | None = None


@dataclass
class Paper:
    """A posted paper; goal: where a transfer goes; standing: it was not reversed."""

    number: int
    kind: str
    place: str
    day: dt.date
    lines: list[Line] = field(default_factory=list)
    follows: Paper | None = None
    goal: str = ""
    standing: bool = True


class Book(NamedTuple):
    """What the books said of a lot and of its whole item at a moment."""

    pieces: int
    item_pieces: int
    item_cents: int


class StoreModel:
    """fifo: the items valued first in, first out. expiries: last good day by (item, lot). prices: thousandths of a yuan
    by item, for goods that were never bought."""

    def __init__(
        self, fifo: Collection[int], expiries: Mapping[tuple[int, str], dt.date], prices: Mapping[int, int]
    ) -> None:
        self.fifo, self.expiries, self.prices = fifo, expiries, prices
        self.moment = dt.datetime(2026, 3, 25, 2, 0, tzinfo=dt.UTC)
        self.moves: list[Move] = []
        self.undone: set[int] = set()
        self.pieces: dict[tuple[str, int, str], int] = defaultdict(int)
        self.values: dict[tuple[str, int], Pair] = {}
        self.layers: dict[int, Layer] = {}
        self.papers: dict[int, Paper] = {}
        self.kept_back: set[tuple[int, str]] = set()
        self.closed: list[tuple[int, int]] = []
        self.serial = 0

    @property
    def today(self) -> dt.date:
        """The house is eight hours ahead of the clock."""
        return (self.moment + dt.timedelta(hours=8)).date()

    def attempt(self, act: Callable[..., Paper], *args: Any) -> Paper | None:
        """The posted paper, or None when it is refused; then everything is as it was."""
        lists = (self.moves[:], set(self.undone), dict(self.pieces), dict(self.values), dict(self.layers))
        try:
            paper = act(*args)
        except Refused:
            self.moves, self.undone, pieces, self.values, self.layers = lists
            self.pieces = defaultdict(int, pieces)
            return None
        paper.standing = paper.number not in self.papers
        self.papers[paper.number] = paper
        return paper

    def posted(self) -> list[Paper]:
        """The papers that were not reversed."""
        return [paper for paper in self.papers.values() if paper.standing]

    # ---- papers ----

    def receive(self, place: str, day: dt.date, lines: Iterable[tuple[int, int, int, str]]) -> Paper:
        """Lines are (item, pieces, price in thousandths of a yuan, lot)."""
        paper = self._paper("receipt", place, day)
        for item, quantity, price, lot in lines:
            line = self._line(paper, item, quantity, lot, worth(quantity, price))
            self._book(paper, line, "supplier", place, quantity, lot=lot, cents=line.cents)
        return paper

    def take(self, kind: str, target: str, place: str, day: dt.date, lines: Iterable[tuple], goal: str = "") -> Paper:
        """An issue, a write-off, a transfer: lines are (item, pieces[, lot]); a write-off takes what is unfit too."""
        paper = self._paper(kind, place, day, goal=goal)
        for item, quantity, *lot in lines:
            line = self._line(paper, item, quantity)
            chosen = lot[0] if lot else None
            self._book(paper, line, place, target, quantity, lot=chosen, unfit=kind == "write_off")
        return paper

    def give_back(self, issue: Paper, day: dt.date, quantities: Sequence[int]) -> Paper:
        """A return to the store, at the lots and cost of the issue (R-STK-14)."""
        paper = self._following("stock_return", issue, issue.place, day)
        for line, quantity in self._wanted(paper, issue, quantities):
            for move, pieces, cents in self._taken(issue, line, quantity):
                self._book(
                    paper, line, "consumption", issue.place, pieces, lot=move.lot, cents=cents, origin=move.number
                )
        return paper

    def send_back(self, receipt: Paper, day: dt.date, quantities: Sequence[int]) -> Paper:
        """A return to the supplier: at the cost of the ledger; he owes what the receipt says."""
        paper = self._following("supplier_return", receipt, receipt.place, day)
        for line, quantity in self._wanted(paper, receipt, quantities):
            line.cents = self._credit(receipt.lines, line)
            for move, pieces, _cents in self._taken(receipt, line, quantity):
                self._book(paper, line, receipt.place, "supplier", pieces, lot=move.lot, unfit=True, origin=move.number)
        return paper

    def arrive(self, transfer: Paper, day: dt.date, pairs: Sequence[Pair], missing: str) -> Paper:
        """What arrives and what is missing of each line; missing: where that goes (R-STK-13)."""
        paper = self._following("arrival", transfer, transfer.goal, day)
        for line, _sum in self._wanted(paper, transfer, [sum(pair) for pair in pairs]):
            arrived, short = pairs[self._position(transfer, line)]
            line.quantity = arrived
            for quantity, target in ((arrived, transfer.goal), (short, missing)):
                for move, pieces, cents in self._taken(transfer, line, quantity):
                    self._book(paper, line, "transit", target, pieces, lot=move.lot, cents=cents, origin=move.number)
        return paper

    def correct(self, receipt: Paper, day: dt.date, prices: Sequence[int]) -> Paper:
        """A price difference: what still lies there takes its share, the rest was used."""
        paper = self._following("difference", receipt, receipt.place, day)
        for bought, price in zip(receipt.lines, prices, strict=True):
            quantity = bought.quantity - self._followed("supplier_return", bought)[0]
            line = self._line(paper, bought.item, quantity, bought.lot)
            line.follows = bought.number
            booked = bought.cents + self._followed("difference", bought)[1]
            line.cents = worth(quantity, price) - booked + self._followed("supplier_return", bought)[1]
        if not any(line.cents for line in paper.lines):
            raise Refused
        there = {key: pieces for key, pieces in self.pieces.items() if key[0] == receipt.place}
        money = {item: self.values.get((receipt.place, item), (0, 0))[1] for item in range(len(self.prices))}
        parts = [self._stock_part(receipt, line, there, money) for line in paper.lines]
        for line, (part, layer) in zip(paper.lines, parts, strict=True):
            self._revalue(paper, line, receipt.place, part, layer)
            self._revalue(paper, line, "consumption", line.cents - part, None)
        self._require_carried(paper)
        return paper

    def adjust(self, place: str, day: dt.date, lines: Iterable[tuple[int, str, int, int, dt.datetime]]) -> Paper:
        """A finished count: lines are (item, lot, difference, cents, counted at) (R-STK-16)."""
        paper = self._paper("count", place, day)
        kinds = {number: known.kind for number, known in self.papers.items()}
        known = [line for line in lines if line[2]]
        for item, lot, difference, _cents, counted in known:
            same = [m for m in self.moves if (m.item, m.lot) == (item, lot) and place in (m.source, m.target)]
            if any(kinds.get(m.paper) == "count" and m.at > counted for m in same):
                raise Refused
            if -difference > self.pieces[place, item, lot]:
                raise Refused
        for item, lot, difference, cents, _counted in known:
            line = self._line(paper, item, abs(difference), lot)
            if difference > 0:
                self._book(paper, line, "adjustment", place, difference, lot=lot, cents=cents)
            else:
                self._book(paper, line, place, "adjustment", -difference, lot=lot, unfit=True)
        return paper

    def reverse(self, paper: Paper) -> Paper:
        """The mirror image of everything a paper posted, today; not while its goods went on."""
        mine = self._standing(paper)
        numbers = {move.number for move in mine}
        if any(m.quantity and m.origin in numbers and self._stands(m) for m in self.moves):
            raise Refused
        if any(known.kind == "difference" and known.follows is paper for known in self.posted()):
            raise Refused
        for move in mine:
            if move.quantity == 0:
                self._add_value(move.source, move.item, 0, move.cents, move.layer)
                self._add_value(move.target, move.item, 0, -move.cents, move.layer)
            else:
                if move.target in STORES:
                    self._take_back(move)
                if move.source in STORES:
                    self._put(move.source, move.item, move.lot, move.quantity, move.cents, move.layer)
            self._write(move._replace(day=self.today, source=move.target, target=move.source, reverses=move.number))
            self.undone.add(move.number)
        self._require_carried(paper)
        return paper

    # ---- the counts' books ----

    def book_at(self, place: str, item: int, lot: str, moment: dt.datetime) -> Book:
        """From every move there was until then."""
        pieces = item_pieces = item_cents = 0
        for move in self.moves:
            sign = (move.target == place) - (move.source == place)
            if move.item == item and sign and move.at <= moment:
                item_pieces += sign * move.quantity
                item_cents += sign * move.cents
                pieces += sign * move.quantity if move.lot == lot else 0
        return Book(pieces, item_pieces, item_cents)

    def value_of(self, item: int, book: Book, difference: int) -> int:
        """Cents of a difference that was counted: at the average of that moment, else at the last price."""
        if difference < 0:
            return -share(book.item_cents, -difference, book.item_pieces)
        if difference and book.item_pieces:
            return half_up(difference * book.item_cents, book.item_pieces)
        came = [m for m in self.moves if m.target in STORES and m.item == item and m.quantity and m.reverses is None]
        costs = [half_up(move.cents * 10_000, move.quantity) for move in came if move.cents]
        return half_up(difference * (costs[-1] if costs else self.prices[item] * 1000), 10_000)

    # ---- what reports must say ----

    def held(self, day: dt.date | None = None) -> dict[tuple[str, int], Pair]:
        """Pieces and cents of every item in every store, at the end of a day or now."""
        return {key: pair for key, pair in self._sums(lambda m, place: (place, m.item), day).items() if any(pair)}

    def lots(self, day: dt.date | None = None) -> dict[tuple[str, int, str], int]:
        sums = self._sums(lambda m, place: (place, m.item, m.lot), day)
        return {key: pair[0] for key, pair in sums.items() if pair[0]}

    def _sums(self, key: Callable[[Move, str], Any], day: dt.date | None) -> dict[Any, Pair]:
        found: dict[Any, Pair] = {}
        for move in self.moves:
            for place, sign in ((move.source, -1), (move.target, 1)):
                if place in STORES and (day is None or move.day <= day):
                    pieces, cents = found.get(key(move, place), (0, 0))
                    found[key(move, place)] = (pieces + sign * move.quantity, cents + sign * move.cents)
        return found

    def in_transit(self, day: dt.date | None = None) -> dict[tuple[str, int], Pair]:
        """On its way, by the store it goes to and item."""
        found: dict[tuple[str, int], Pair] = {}
        for move in self.moves:
            sign = (move.target == "transit") - (move.source == "transit")
            if sign and (day is None or move.day <= day):
                paper = self.papers[move.paper]
                key = ((paper.follows or paper).goal, move.item)
                pieces, cents = found.get(key, (0, 0))
                found[key] = (pieces + sign * move.quantity, cents + sign * move.cents)
        return {key: pair for key, pair in found.items() if any(pair)}

    def turnover(self, start: dt.date, end: dt.date) -> dict[int, dict[str, Pair]]:
        """Opening, received, issued, closing by item over both stores; a reversal is a negative of what it undoes."""
        found: dict[int, dict[str, Pair]] = {}

        def add(item: int, name: str, sign: int, move: Move) -> None:
            pairs = found.setdefault(item, {})
            pieces, cents = pairs.get(name, (0, 0))
            pairs[name] = (pieces + sign * move.quantity, cents + sign * move.cents)

        for move in self.moves:
            for place, sign in ((move.target, 1), (move.source, -1)):
                if place not in STORES or move.day > end:
                    continue
                add(move.item, "closing", sign, move)
                if move.day < start:
                    add(move.item, "opening", sign, move)
                elif move.reverses is None:
                    add(move.item, "received" if sign > 0 else "issued", 1, move)
                else:
                    add(move.item, "issued" if sign > 0 else "received", -1, move)
        return found

    # ---- inside ----

    def _number(self) -> int:
        self.serial += 1
        return self.serial

    def _paper(self, kind: str, place: str, day: dt.date, *, goal: str = "") -> Paper:
        if day > self.today or (self.closed and (day.year, day.month) <= self.closed[-1]):
            raise Refused
        return Paper(self._number(), kind, place, day, goal=goal)

    def _following(self, kind: str, earlier: Paper, place: str, day: dt.date) -> Paper:
        if day < earlier.day:
            raise Refused
        return replace(self._paper(kind, place, day), follows=earlier)

    def _line(self, paper: Paper, item: int, quantity: int, lot: str = "", cents: int = 0) -> Line:
        line = Line(self._number(), item, quantity, lot, cents)
        paper.lines.append(line)
        return line

    def _wanted(self, paper: Paper, earlier: Paper, quantities: Sequence[int]) -> list[tuple[Line, int]]:
        """A line for each line of the earlier paper of which something is wanted."""
        wanted = []
        for source, quantity in zip(earlier.lines, quantities, strict=True):
            if quantity:
                line = self._line(paper, source.item, quantity, source.lot)
                line.follows = source.number
                wanted.append((line, quantity))
        if not wanted:
            raise Refused
        return wanted

    @staticmethod
    def _position(earlier: Paper, line: Line) -> int:
        return [source.number for source in earlier.lines].index(line.follows or 0)

    def _stands(self, move: Move) -> bool:
        return move.reverses is None and move.number not in self.undone

    def _standing(self, paper: Paper) -> list[Move]:
        return [move for move in self.moves if move.paper == paper.number and self._stands(move)]

    def left(self, earlier: Paper, line: int | None) -> list[tuple[Move, int, int]]:
        """What did not go on yet of a line: (move, pieces, cents)."""
        found = []
        for move in self._standing(earlier):
            if move.line == line and move.quantity:
                onward = [m for m in self.moves if m.origin == move.number and self._stands(m)]
                gone, cents = sum(m.quantity for m in onward), sum(m.cents for m in onward)
                found.append((move, move.quantity - gone, move.cents - cents))
        return found

    def _taken(self, earlier: Paper, line: Line, quantity: int) -> list[tuple[Move, int, int]]:
        """So many pieces of what is left, the last move first."""
        taken = []
        for move, pieces, cents in reversed(self.left(earlier, line.follows)):
            part = min(pieces, quantity)
            if part > 0:
                taken.append((move, part, cents if part == pieces else share(cents, part, pieces)))
                quantity -= part
        if quantity:
            raise Refused
        return taken

    def _followed(self, kind: str, line: Line) -> Pair:
        """Pieces and cents of the standing papers of a kind about a line of a receipt."""
        papers = [paper for paper in self.posted() if paper.kind == kind]
        rows = [each for paper in papers for each in paper.lines if each.follows == line.number]
        return sum(row.quantity for row in rows), sum(row.cents for row in rows)

    def _credit(self, bought: Sequence[Line], line: Line) -> int:
        source = next(each for each in bought if each.number == line.follows)
        pieces, cents = self._followed("supplier_return", source)
        rest = source.quantity - pieces
        owed = source.cents - cents + self._followed("difference", source)[1]
        return owed if line.quantity >= rest else share(owed, line.quantity, rest)

    def _stock_part(
        self, receipt: Paper, line: Line, there: dict[tuple[str, int, str], int], money: dict[int, int]
    ) -> tuple[int, int | None]:
        """Cents of a difference that the stock takes, and the cost layer of it."""
        move = next(m for m in self._standing(receipt) if m.line == line.follows)
        layer = None
        most = money[line.item]
        if line.item in self.fifo:
            held = self.layers[move.number]
            pieces = min(held.quantity, line.quantity)
            if held.quantity:
                layer, most = move.number, held.cents
        else:
            key = (receipt.place, line.item, move.lot)
            pieces = min(there.get(key, 0), line.quantity)
            there[key] = there.get(key, 0) - pieces
        part = line.cents if pieces == line.quantity else half_up(line.cents * pieces, line.quantity)
        part = max(part, -most)
        money[line.item] += part
        return part, layer

    def _revalue(self, paper: Paper, line: Line, place: str, cents: int, layer: int | None) -> None:
        if not cents:
            return
        ends = ("supplier", place) if cents > 0 else (place, "supplier")
        self._add_value(place, line.item, 0, cents, layer)
        move = next(m for m in self.moves if m.line == line.follows)
        self._write(self._move(paper, line, move.lot, *ends, 0, abs(cents), layer))

    def _require_carried(self, paper: Paper) -> None:
        """Where a paper changed values alone, what is there must be able to carry them."""
        changed = [m for m in self.moves if m.paper == paper.number and not m.quantity]
        for move in changed:
            for place in (move.source, move.target):
                pairs = [self.values.get((place, move.item), (0, 0))]
                if move.layer in self.layers and place in STORES:
                    pairs.append(self.layers[move.layer][3:])
                if any(cents < 0 or (cents and not pieces) for pieces, cents in pairs):
                    raise Refused

    def room(self, place: str, item: int, lot: str, day: dt.date) -> int:
        """Pieces that were there at the end of the day and at the end of every day since."""
        if day == self.today:
            return self.pieces[place, item, lot]
        flows = [
            (move.day, (move.target == place) * move.quantity - (move.source == place) * move.quantity)
            for move in self.moves
            if (move.item, move.lot) == (item, lot)
        ]
        ends = {day, *(moved for moved, _pieces in flows if moved > day)}
        return min(sum(pieces for moved, pieces in flows if moved <= end) for end in ends)

    def _picked(
        self, place: str, item: int, quantity: int, lot: str | None, day: dt.date, unfit: bool
    ) -> list[tuple[str, int]]:
        """Lots that go, the first to expire first (R-STK-04, R-STK-05)."""
        lots = [key[2] for key, pieces in self.pieces.items() if key[:2] == (place, item) and pieces]
        lots = [each for each in lots if lot is None or each == lot]
        if not unfit:
            lots = [each for each in lots if self.expiries.get((item, each), dt.date.max) >= day]
            lots = [each for each in lots if (item, each) not in self.kept_back]
        picked = []
        for each in sorted(lots, key=lambda name: self.expiries.get((item, name), dt.date.max)):
            part = min(quantity, self.room(place, item, each, day))
            if part > 0:
                picked.append((each, part))
                quantity -= part
        if quantity:
            raise Refused
        return picked

    def _costed(self, place: str, item: int, lot: str, quantity: int) -> list[tuple[int, int, int | None]]:
        """(pieces, cents, layer) of pieces that leave; the value is lowered."""
        if item not in self.fifo:
            there, value = self.values[place, item]
            cents = value if quantity == there else share(value, quantity, there)
            self._add_value(place, item, -quantity, -cents, None)
            return [(quantity, cents, None)]
        found: list[tuple[int, int, int | None]] = []
        for number, layer in sorted(self.layers.items()):
            part = min(quantity, layer.quantity) if layer[:3] == (place, item, lot) else 0
            if part:
                cents = layer.cents if part == layer.quantity else share(layer.cents, part, layer.quantity)
                self._add_value(place, item, -part, -cents, number)
                found.append((part, cents, number))
                quantity -= part
        return found

    def _book(
        self,
        paper: Paper,
        line: Line,
        source: str,
        target: str,
        quantity: int,
        *,
        lot: str | None = None,
        cents: int = 0,
        unfit: bool = False,
        origin: int | None = None,
    ) -> None:
        if source not in STORES:
            move = self._move(paper, line, lot or "", source, target, quantity, cents, None, origin)
            self._write(move)
            if target in STORES:
                self._put(target, line.item, move.lot, quantity, cents, None)
                if line.item in self.fifo:
                    self.layers[move.number] = Layer(target, line.item, move.lot, quantity, cents)
            return
        for name, pieces in self._picked(source, line.item, quantity, lot, paper.day, unfit):
            self.pieces[source, line.item, name] -= pieces
            for part, cost, layer in self._costed(source, line.item, name, pieces):
                self._write(self._move(paper, line, name, source, target, part, cost, layer, origin))

    def _put(self, place: str, item: int, lot: str, quantity: int, cents: int, layer: int | None) -> None:
        self.pieces[place, item, lot] += quantity
        self._add_value(place, item, quantity, cents, layer)

    def _take_back(self, move: Move) -> None:
        """What came in leaves again, whole and at its amount; not when it was used since."""
        pieces, cents = self.values.get((move.target, move.item), (0, 0))
        layer = self.layers.get(move.number)
        if self.pieces[move.target, move.item, move.lot] < move.quantity:
            raise Refused
        if layer and layer.quantity != move.quantity:
            raise Refused
        if cents < move.cents or (pieces == move.quantity and cents != move.cents):
            raise Refused
        number = move.number if layer else None
        self._put(move.target, move.item, move.lot, -move.quantity, -move.cents, number)

    def _add_value(self, place: str, item: int, quantity: int, cents: int, layer: int | None) -> None:
        if place not in STORES:
            return
        pieces, value = self.values.get((place, item), (0, 0))
        self.values[place, item] = (pieces + quantity, value + cents)
        if layer is not None:
            old = self.layers[layer]
            self.layers[layer] = old._replace(quantity=old.quantity + quantity, cents=old.cents + cents)

    def _move(
        self,
        paper: Paper,
        line: Line,
        lot: str,
        source: str,
        target: str,
        quantity: int,
        cents: int,
        layer: int | None,
        origin: int | None = None,
    ) -> Move:
        return Move(
            len(self.moves), paper.number, line.number, paper.day, self.moment, line.item, lot, source, target,
            quantity, cents, layer, origin,
        )  # fmt: skip

    def _write(self, move: Move) -> None:
        self.moves.append(move._replace(number=len(self.moves), at=self.moment))


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
