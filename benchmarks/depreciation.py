"""A run of depreciation over 10,000 and over 1,000,000 cards: SQL statements and seconds of preview, posting, reversal.

Run: python benchmarks/depreciation.py [--cards 200000]      (SQLite in a throw-away file)
     DATABASE_URL=postgresql://... python benchmarks/depreciation.py    (a throw-away database beside the named one)

Compare the ratios of one run, not the seconds of two machines. The benchmark fails where the number of statements
depends on the number of cards.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from assets.models import Asset, AssetValueMove, DepreciationRun  # noqa: E402
from assets.services import depreciation, schedule  # noqa: E402
from core.documents.services import apply_transition  # noqa: E402
from tests.factories import House, at, make_house  # noqa: E402
from tests.holding import make_asset, make_category  # noqa: E402
from tests.valuing import make_run  # noqa: E402

FEW = 10_000
BATCH = 5_000
BEGAN, TODAY = dt.date(2025, 1, 5), dt.date(2025, 3, 10)


def make_cards(house: House, count: int) -> None:
    """Cards with their first value rows, as a bulk load would make them; custody is not what is measured."""
    pattern = make_asset(house, in_use_on=BEGAN)
    first = pattern.value_moves.get()
    category = make_category()
    for start in range(0, count, BATCH):
        cards = []
        for number in range(start, min(start + BATCH, count)):
            value = Decimal(1000 + number % 9000)
            card = Asset(
                organization=house.organization,
                number=f"B{house.organization.code}{number:07d}",
                name="监护仪",
                category=category,
                department=house.ward if number % 2 else house.other_ward,
                acquired_on=BEGAN,
                in_use_on=BEGAN,
                original_value=value,
                fiscal_fund=value,
                life_months=60 + number % 60,
                acquisition_way="purchase",
            )
            schedule.begin(card, schedule.month_index(BEGAN))
            cards.append(card)
        Asset.objects.bulk_create(cards)
        AssetValueMove.objects.bulk_create(
            AssetValueMove(
                asset=card,
                kind="addition",
                cost=card.original_value,
                fiscal=card.fiscal_fund,
                department_id=card.department_id,
                account=card.account,
                organization=house.organization,
                business_date=first.business_date,
                posted_by_id=first.posted_by_id,
                content_type_id=first.content_type_id,
                object_id=first.object_id,
                number="",
            )
            for card in cards
        )


def timed(act: Any) -> tuple[Any, int, float]:
    """(what it returns, statements, seconds)."""
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        result = act()
        return result, len(captured), time.perf_counter() - began


def measure(house: House, count: int) -> dict[str, tuple[int, float]]:
    """(statements, seconds) by step of the second run of a house; the first one warms the caches."""
    make_cards(house, count)
    with at(TODAY):
        warm = make_run(house, 2025, 1)
        for step in ("submit", "post"):
            warm = apply_transition(warm, step, actor=house.accountant)
        run: DepreciationRun = make_run(house, 2025, 2)
        _groups, previewed, seconds = timed(lambda: depreciation.groups_of(run))
        found = {"preview": (previewed, seconds)}
        for step in ("submit", "post", "reverse"):
            run, statements, seconds = timed(
                lambda step=step, run=run: apply_transition(run, step, actor=house.accountant, reason="测量")
            )
            found[step] = (statements, seconds)
            assert run.asset_count == count + 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1_000_000)
    many = parser.parse_args().cards
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        results = {count: measure(make_house(f"B{count}"), count) for count in (FEW, many)}
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
    few_words, many_words = f"s of {FEW:,}", f"s of {many:,}"
    print(f"{connection.vendor}: {'step':>8} {'SQL':>4} {few_words:>12} {many_words:>14} {'times':>7}")
    worse = 0
    for step, (statements, seconds) in results[FEW].items():
        more, longer = results[many][step]
        worse += more != statements
        print(f"{'':8} {step:>8} {more:>4} {seconds:>12.2f} {longer:>14.2f} {longer / seconds:>6.0f}x")
    if worse:
        print("The number of statements depends on the number of cards.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
