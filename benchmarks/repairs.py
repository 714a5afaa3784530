"""Repairs of one year and of ten: pages, reports, nightly runs and the report of a fault, in statements and seconds.

Run: python benchmarks/repairs.py [--orders 3000]            (SQLite in a throw-away file)
     DATABASE_URL=postgresql://... python benchmarks/repairs.py    (a throw-away database beside the named one)

The years are equally busy and the same orders are open, there are only more years behind: what somebody looks at today
should not cost more for them. Compare the ratios of one run; the benchmark fails where statements grow, or where
something takes more than MOST times as long over ten times the orders. What has to look at every order of the house
(searching for words, all pages of a list as a workbook) is measured too, and may grow with the orders, but not faster.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.test_settings")  # pages without collected files

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from core import clock  # noqa: E402
from core.reports import all_reports  # noqa: E402
from core.reports.rendering import screen_context  # noqa: E402
from directory.models import User  # noqa: E402
from maintenance.models import State, WorkOrder  # noqa: E402
from maintenance.report_selectors import similar_orders  # noqa: E402
from maintenance.services import closing, escalations, plans, special_reminders, tickets  # noqa: E402
from tests.factories import make_house  # noqa: E402
from tests.inventory.reporting import report  # noqa: E402
from tests.maintenance.history import Workshop, lay_years, make_workshop  # noqa: E402
from tests.measuring import Measured, fastest  # noqa: E402

YEARS = (1, 10)
NOW = dt.datetime(2026, 11, 18, 2, tzinfo=dt.UTC)
"""A Wednesday at ten o'clock by the clock of the house."""
MONTH = {"start": dt.date(2026, 11, 1), "end": dt.date(2026, 11, 30)}
MOST = 3.0
LITTLE = 0.02
"""Seconds below which a ratio says more about the machine than about the code."""
ROUNDS = 3
WHOLE = ("every order",)
"""First words of what reads every order."""


def pages(shop: Workshop) -> dict[str, Callable[[], Any]]:
    """What the people of the house look at."""
    house = shop.house
    key = WorkOrder.objects.filter(state=State.ON_SITE, asset__isnull=False).latest("pk").pk
    month = "from_day=2026-11-01&to_day=2026-11-30"

    def page(person: User, path: str, *, whole: bool = False) -> Callable[[], Any]:
        client = Client(SERVER_NAME="localhost")
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

        def get() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            if whole:
                b"".join(answer.streaming_content if answer.streaming else [answer.content])  # type: ignore[attr-defined]

        return get

    return {
        "key figures": page(house.logistics_head, "/repairs/kpis/"),
        "board": page(house.repair_dispatcher, "/repairs/board/"),
        "board of a worker": page(house.repair_worker, "/repairs/board/"),
        "wall": page(house.repair_dispatcher, "/repairs/wall/"),
        "orders: dispatcher": page(house.repair_dispatcher, "/repairs/orders/"),
        "orders: dispatcher, open ones": page(house.repair_dispatcher, "/repairs/orders/?open=on"),
        "orders: dispatcher, overdue": page(house.repair_dispatcher, "/repairs/orders/?overdue=on"),
        "orders: dispatcher, one month": page(house.repair_dispatcher, f"/repairs/orders/?{month}"),
        "orders: worker": page(house.repair_worker, "/repairs/orders/"),
        "orders: nurse": page(house.requester, "/repairs/orders/"),
        "orders: head of a department": page(house.department_head, "/repairs/orders/"),
        "one order": page(house.repair_dispatcher, f"/repairs/orders/{key}/"),
        "phone of a worker": page(house.repair_worker, "/repairs/work/"),
        "what the phone asks": page(house.repair_worker, "/repairs/work/entries/"),
        "my reports": page(house.requester, "/repairs/mine/"),
        "pauses to decide": page(house.logistics_head, "/repairs/pauses/"),
        "card of a thing": page(house.asset_manager, f"/assets/{shop.things[0].pk}/"),
        "upkeep of the year": page(house.repair_dispatcher, "/repairs/plans/year/"),
        "every order: search": page(house.repair_dispatcher, "/repairs/orders/?q=异响"),
        "every order: workbook": page(house.repair_dispatcher, "/repairs/orders/export/", whole=True),
    }


def reports(shop: Workshop) -> dict[str, Callable[[], Any]]:
    """Each report of repairs for this month, as the head of logistics opens it."""
    who = shop.house.logistics_head

    def screen(kind: Any) -> Callable[[], Any]:
        fields = kind.form_class(user=who).fields
        days = MONTH if "start" in fields else {}
        return lambda: screen_context(report(kind, who, **days))

    found = [kind for kind in all_reports() if kind.__module__.startswith("maintenance.")]
    return {f"report {kind.code}": screen(kind) for kind in found}


def runs(shop: Workshop) -> dict[str, Callable[[], Any]]:
    """What the program does by itself, and the report of a fault."""
    house, room, category = shop.house, shop.rooms[5], shop.categories[3]

    def report_fault() -> None:
        tickets.report(
            organization=house.organization,
            description="水龙头滴水",
            category=category,
            place=room,
            place_note="水池边",
            actor=house.requester,
            phone="13800000000",
            channel="scan",
            request_key=uuid.uuid4(),
        )

    return {
        "run of escalations": lambda: escalations.run(clock.now()),
        "run of closing": lambda: closing.close_silent(clock.now()),
        "run of plans": lambda: plans.make_due(clock.today()),
        "run of reminders": lambda: special_reminders.remind(clock.today()),
        "the same fault reported before": lambda: similar_orders(
            house.organization, place=room, category=category, now=clock.now()
        ),
        "a fault is reported": report_fault,
    }


def measure(shop: Workshop) -> dict[str, Measured]:
    """Everything over the years that are there."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {name: fastest(act, ROUNDS) for name, act in {**runs(shop), **pages(shop), **reports(shop)}.items()}


def show(few: dict[str, Measured], many: dict[str, Measured], a_year: int) -> list[str]:
    """Print both measurements side by side; returns what is wrong, in sentences."""
    sizes = tuple(f"{years * a_year:,}" for years in YEARS)
    print(f"{connection.vendor}, orders {sizes[0]} and {sizes[1]:15} {'SQL':>9} {'milliseconds':>19} {'ratio':>8}")
    wrong = []
    for name, (seconds, statements) in few.items():
        longer, more = many[name]
        ratio = longer / seconds
        print(f"{name:42} {statements:>4} {more:>4} {seconds * 1000:>9.1f} {longer * 1000:>9.1f} {ratio:>7.1f}x")
        if more > statements and name != "every order: workbook":
            wrong.append(f"The number of statements grows: {name}.")
        most = YEARS[1] / YEARS[0] * 1.5 if name.startswith(WHOLE) else MOST
        if ratio > most and longer > LITTLE:
            wrong.append(f"It takes too long over more years: {name}.")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=3_000, help="orders of one year")
    a_year = parser.parse_args().orders
    old_name: Any = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with clock.pretend(NOW):
            shop = make_workshop(make_house())
            results, laid = [], 0
            for years in YEARS:
                lay_years(shop, range(laid, years), a_year=a_year)
                laid = years
                results.append(measure(shop))
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
    wrong = show(*results, a_year)
    for sentence in wrong:
        print(sentence)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
