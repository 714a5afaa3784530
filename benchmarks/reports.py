"""Reports of one month over a short and a ten times longer ledger: time and SQL statements.

Run: python benchmarks/reports.py            (SQLite in a throw-away file)
     DATABASE_URL=postgresql://... python benchmarks/reports.py   (a throw-away database beside the named one)

The months are equally busy, there are only more of them behind: what a report costs should grow with its items and with
its month, not with the years before. Compare the ratios of one run; the benchmark fails when a report needs more than
three times as long, or more statements, over the longer ledger.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from core.reports import Report  # noqa: E402
from core.reports.rendering import screen_context  # noqa: E402
from inventory.models import Item  # noqa: E402
from inventory.reports.consumption import Consumption  # noqa: E402
from inventory.reports.item_ledger import ItemLedger  # noqa: E402
from inventory.reports.stock_on_hand import StockOnHand  # noqa: E402
from inventory.reports.stock_summary import StockSummary  # noqa: E402
from tests.factories import House, make_house  # noqa: E402
from tests.inventory.history import lay_history, make_items  # noqa: E402
from tests.inventory.reporting import report  # noqa: E402

SIZES = (10_000, 100_000)
ITEMS = 600
A_DAY = 40
LAST = dt.date(2026, 11, 30)
MONTH = {"start": LAST.replace(day=1), "end": LAST}
ROUNDS = 5
MOST = 3.0
Measured = tuple[float, int, int]


def reports(house: House) -> dict[str, Callable[[], Report]]:
    """The reports of a month as the accountant opens them."""
    item = Item.objects.get(code="BZ000007")
    who = house.accountant
    return {
        "item ledger": lambda: report(ItemLedger, who, item=item, **MONTH),
        "stock summary": lambda: report(StockSummary, who, **MONTH),
        "consumption": lambda: report(Consumption, who, **MONTH),
        "stock on hand": lambda: report(StockOnHand, who),
        "stock on hand, a month ago": lambda: report(StockOnHand, who, day=MONTH["start"]),
    }


def measure(make: Callable[[], Report]) -> Measured:
    """(seconds, SQL statements, rows) of one screen; the fastest of some rounds, since others use the machine too."""
    screen_context(make())
    with CaptureQueriesContext(connection) as captured:
        rows = screen_context(make())["count"]
    best = float("inf")
    for _round in range(ROUNDS):
        began = time.perf_counter()
        screen_context(make())
        best = min(best, time.perf_counter() - began)
    return best, len(captured), rows


def run(moves: int) -> dict[str, Measured]:
    """All reports over a fresh ledger with so many moves."""
    old_name: Any = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        house = make_house()
        lay_history(house, make_items(house, ITEMS), moves, last=LAST, a_day=A_DAY)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return {name: measure(make) for name, make in reports(house).items()}
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)


def main() -> int:
    short, long = (run(moves) for moves in SIZES)
    heading = f"{connection.vendor}, {SIZES[0]:,} and {SIZES[1]:,} moves"
    print(f"{heading:34} {'rows':>11} {'SQL':>9} {'milliseconds':>17} {'ratio':>7}")
    failed = False
    for name, (seconds, statements, rows) in short.items():
        more_seconds, more_statements, more_rows = long[name]
        ratio = more_seconds / seconds
        failed |= ratio > MOST or more_statements > statements
        print(
            f"{name:34} {rows:>5} {more_rows:>5} {statements:>4} {more_statements:>4} "
            f"{seconds * 1000:>8.1f} {more_seconds * 1000:>8.1f} {ratio:>6.1f}x"
        )
    if failed:
        print(f"A report grows with the years behind it: more than {MOST:.0f} times as long, or more statements.")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
