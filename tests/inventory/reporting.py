"""Histories for the report tests, and the slow reference: plain Python over every row of the ledger."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.errors import DomainError
from core.reports import Report, Row
from inventory.models import GoodsReceipt, Item, StockMove, Warehouse
from tests.factories import House, at, make_issue, make_opening, receive, run

ZERO = Decimal(0)
Sums = tuple[Decimal, Decimal]


def report(kind: type[Report], user: Any, **params: Any) -> Report:
    """A report as its form would make it: missing parameters are the usual ones, days may be dates."""
    texts = {key: str(getattr(value, "pk", value)) for key, value in params.items()}
    if "start" in texts:
        texts.setdefault("month", "")
    form = kind.form_class(kind.form_class(user=user).defaults() | texts, user=user)
    assert form.is_valid(), form.errors
    return kind(user, form.cleaned_data)


def rows_of(made: Report, level: int = 0) -> list[Row]:
    return [row for row in made.run() if row.level == level]


def second_warehouse(house: House) -> Warehouse:
    warehouse = Warehouse.objects.create(
        organization=house.organization, code="W2", name="器材仓库", department=house.logistics
    )
    warehouse.keepers.add(house.second_storekeeper)
    return warehouse


def random_history(house: House, seed: int, days: int = 24, start: dt.date = dt.date(2026, 9, 7)) -> dict[str, int]:
    """Openings, receipts of three kinds, issues and reversals on random days over several months, by the services.

    Returns how many of each were carried out.
    """
    dice = random.Random(seed)
    items = [house.gloves, house.paper]
    done: dict[str, int] = defaultdict(int)
    posted: list[Any] = []

    def opening() -> Any:
        return make_opening(house, *((item, dice.randint(1, 50), _price(dice)) for item in items))

    def receipt() -> Any:
        kind = dice.choice(list(GoodsReceipt.Kind))
        return receive(house, (dice.choice(items), dice.randint(1, 60), _price(dice)), kind=kind)

    def issue() -> Any:
        department = dice.choice([house.ward, house.other_ward])
        document = make_issue(house, (dice.choice(items), dice.randint(1, 25)), department=department)
        return run(house, document)

    def reversal() -> Any:
        return run(house, posted.pop(dice.randrange(len(posted))), "reverse") if posted else None

    def attempt(name: str, act: Callable[[], Any], day: dt.date) -> None:
        with at(day):
            try:
                document = act()
            except DomainError:
                return  # not enough stock, or used since: as in life
        if document is not None:
            done[name] += 1
            if name in ("receipt", "issue"):
                posted.append(document)

    attempt("opening", lambda: run(house, opening()), start)
    day = start
    for _number in range(days):
        day += dt.timedelta(days=dice.randint(0, 6))
        name, act = dice.choice([("receipt", receipt), ("issue", issue), ("issue", issue), ("reversal", reversal)])
        attempt(name, act, day)
    return done


def _price(dice: random.Random) -> Decimal:
    return Decimal(dice.randint(1, 9999)).scaleb(-dice.randint(0, 3))


def reference(warehouses: list[Warehouse], start: dt.date, end: dt.date) -> dict[Item, dict[str, Sums]]:
    """Opening, received, issued and closing by item, from every move there is."""
    found: dict[Item, dict[str, Sums]] = defaultdict(lambda: defaultdict(lambda: (ZERO, ZERO)))
    keys = {warehouse.pk for warehouse in warehouses}

    def add(item: Item, name: str, move: StockMove, sign: int) -> None:
        pieces, yuan = found[item][name]
        found[item][name] = (pieces + sign * move.quantity, yuan + sign * move.amount)

    for move in StockMove.objects.select_related("item", "source", "target"):
        for place, sign in ((move.target, 1), (move.source, -1)):
            if place.warehouse_id not in keys or move.business_date > end:
                continue
            add(move.item, "closing", move, sign)
            if move.business_date < start:
                add(move.item, "opening", move, sign)
            elif move.reverses_id is None:
                add(move.item, "received" if sign > 0 else "issued", move, 1)
            else:  # what undoes an issue comes in, and is a negative issue
                add(move.item, "issued" if sign > 0 else "received", move, -1)
    return found
