"""Postings through the real service: SQL statements and postings a second for 1, 10, 50 and 200 lines.

Run: python benchmarks/posting.py            (SQLite in a throw-away file)
     DATABASE_URL=postgresql://... python benchmarks/posting.py   (a throw-away database beside the named one)

Compare the ratios of one run, not the seconds of two machines. A posting takes the same number of statements whatever
its number of lines; the benchmark fails when it does not.
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from core.documents.services import apply_transition  # noqa: E402
from tests.factories import House, make_house, make_issue, receive, run  # noqa: E402

SIZES = (1, 10, 50, 200)
SECONDS = 3.0


def measure(house: House, size: int) -> tuple[int, float]:
    """(SQL statements of one posting, postings a second) of issues with so many lines; only the posting is timed."""
    items = [house.item(f"物资{place}") for place in range(size)]
    receive(house, *((item, 100_000, "3.37") for item in items))
    statements, postings, spent = 0, 0, 0.0
    while spent < SECONDS and postings < 300:
        issue = run(house, make_issue(house, *((item, Decimal(1)) for item in items)), "submit", "approve")
        if postings == 1:  # the first posting warms the caches
            with CaptureQueriesContext(connection) as captured:
                apply_transition(issue, "post", actor=house.storekeeper)
            statements = len(captured)
        else:
            began = time.perf_counter()
            apply_transition(issue, "post", actor=house.storekeeper)
            spent += time.perf_counter() - began
        postings += 1
    return statements, (postings - 1) / spent


def main() -> int:
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        house = make_house()
        results = {size: measure(house, size) for size in SIZES}
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
    base_statements, base_rate = results[SIZES[0]]
    print(f"{connection.vendor}: {'lines':>6} {'SQL':>5} {'postings/s':>11} {'lines/s':>9} {'time of one posting':>20}")
    for size, (statements, rate) in results.items():
        print(
            f"{'':{len(connection.vendor) + 1}} {size:>6} {statements:>5} {rate:>11.1f} {rate * size:>9.0f} "
            f"{base_rate / rate:>18.1f} x"
        )
    if len({statements for statements, _rate in results.values()}) > 1:
        print(f"The number of statements depends on the lines: {base_statements} for one line.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
