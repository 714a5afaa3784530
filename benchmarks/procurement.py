"""The purchase chain: steps over 10 and over 300 lines, pages and checks over 100 and over 5,000 papers of the year.

Run: python benchmarks/procurement.py            (SQLite in a throw-away file)
     DATABASE_URL=postgresql://... python benchmarks/procurement.py   (a throw-away database beside the named one)

Compare the ratios of one run. A step over thirty times the lines may take as much longer, but hardly more statements; a
page shows as many rows however many papers are behind it. The benchmark fails where statements grow with lines or
papers, and where a page takes more than MOST times as long over fifty times the papers. What the splitting check adds
up it has to read: it may grow with the papers, but not faster.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from decimal import Decimal
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
from core.documents.services import apply_transition  # noqa: E402
from procurement.models import (  # noqa: E402
    BudgetAllotment,
    BudgetMove,
    PurchaseRequest,
    PurchaseRequestLine,
    Sourcing,
    SourcingLine,
)
from procurement.services import splitting  # noqa: E402
from tests.buying import (  # noqa: E402
    allotment_of,
    make_acceptance,
    make_invoice,
    make_order,
    make_payment,
    make_purchase_request,
    make_sourcing,
    request_approved,
)
from tests.factories import House, make_house  # noqa: E402
from tests.measuring import Measured, fastest, timed  # noqa: E402

LINES = (10, 300)
PAPERS = (100, 5_000)
MORE_STATEMENTS = 1.5
"""So many times the statements are still no growth with the lines: databases take only so many rows in one."""
MOST = 3.0
ROUNDS = 5


# ---- steps over many lines ----


def chain(house: House, count: int) -> dict[str, Measured]:
    """Every step of one purchase over so many lines."""
    found: dict[str, Measured] = {}

    def step(document: Any, name: str, actor: Any) -> Any:
        held: list[Any] = []
        found[f"{document._meta.verbose_name}: {name}"] = timed(
            lambda: held.append(apply_transition(document, name, actor=actor))
        )
        return held[0]

    lines = [(house.item(f"品{count}-{place}"), 10, 25) for place in range(count)]
    request = make_purchase_request(house, *lines)
    request = step(step(request, "submit", house.requester), "approve", house.logistics_head)
    sourcing = make_sourcing(house, request)
    sourcing = step(step(sourcing, "submit", house.buyer), "approve", house.logistics_head)
    order = make_order(house, sourcing)
    order = step(step(order, "submit", house.buyer), "approve", house.logistics_head)
    delivery = step(make_acceptance(house, order), "submit", house.acceptor)
    step(delivery, "approve", house.asset_manager)
    order.refresh_from_db()
    invoice = step(step(make_invoice(house, order), "submit", house.buyer), "approve", house.accountant)
    payment = step(step(make_payment(house, invoice), "submit", house.buyer), "approve", house.logistics_head)
    step(payment, "post", house.accountant)
    return found


# ---- pages and checks over many papers ----


def lay_papers(house: House, allotment: BudgetAllotment, count: int) -> None:
    """So many approved requests of this year, each reserved and sourced, written straight into the tables."""
    year = clock.today().year
    known = PurchaseRequest.objects.count()
    same = {"organization": house.organization, "created_by": house.requester, "status": "approved"}

    def day(place: int) -> dt.date:
        return dt.date(year, 1, 1) + dt.timedelta(days=place % 300)

    requests = PurchaseRequest.objects.bulk_create(
        PurchaseRequest(
            **same,
            department=house.ward,
            number=f"SG{known + place:06}",
            business_date=day(place),
            purpose=f"采购 {place}",
            allotment=allotment,
            progress="sourcing",
        )
        for place in range(count)
    )
    wanted = {"unit": house.gloves.unit, "quantity": Decimal(4), "unit_price": Decimal("2.5"), "amount": Decimal(10)}
    lines = PurchaseRequestLine.objects.bulk_create(
        PurchaseRequestLine(
            document=request,
            item=house.gloves,
            warehouse=house.warehouse,
            allotment=allotment,
            reserved=Decimal(10),
            **wanted,
        )
        for request in requests
    )
    BudgetMove.objects.bulk_create(
        BudgetMove(
            allotment=allotment,
            organization=house.organization,
            reserved=line.reserved,
            business_date=line.document.business_date,
            posted_by=house.logistics_head,
            document=line.document,
            line=line.pk,
        )
        for line in lines
    )
    BudgetAllotment.objects.filter(pk=allotment.pk).update(reserved=allotment.reserved + 10 * count)
    papers = Sourcing.objects.bulk_create(
        Sourcing(
            **same,
            department=house.logistics,
            number=f"XJ{known + place:06}",
            business_date=day(place),
            title=f"询价 {place}",
            method="direct",
            stage="opened",
        )
        for place in range(count)
    )
    SourcingLine.objects.bulk_create(
        SourcingLine(document=paper, request_line=line, quantity=line.quantity, amount=line.amount)
        for paper, line in zip(papers, lines, strict=True)
    )


def acts(house: House, allotment: BudgetAllotment, enquiry: Sourcing) -> dict[str, Callable[[], Any]]:
    """What people look at while a year's papers are behind it."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(house.logistics_head, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def page(path: str) -> Callable[[], Any]:
        def get() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        return get

    return {
        "list of purchase requests": page("/purchase-requests/"),
        "budgets": page("/budgets/"),
        "papers of an allotment": page(f"/budgets/{allotment.pk}/"),
        "splitting check": lambda: splitting.sums_of(enquiry),
    }


# ---- output ----


def show(heading: str, sizes: tuple[int, int], few: dict[str, Measured], many: dict[str, Measured]) -> list[str]:
    """Print both measurements side by side; returns the names whose statements grow."""
    print(f"{heading:38} {sizes[0]:>6,} {sizes[1]:>6,}  (SQL) {'milliseconds':>19} {'ratio':>8}")
    growing = []
    for name, (seconds, statements) in few.items():
        more_seconds, more_statements = many[name]
        print(
            f"{name:38} {statements:>6} {more_statements:>6} "
            f"{seconds * 1000:>15.1f} {more_seconds * 1000:>10.1f} {more_seconds / seconds:>7.1f}x"
        )
        if more_statements > statements * MORE_STATEMENTS:
            growing.append(name)
    return growing


def main() -> int:
    old_name: Any = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        house = make_house()
        allotment = allotment_of(house)
        chain(house, 1)  # warms the caches of permissions, rules and kinds
        steps = [chain(house, count) for count in LINES]
        enquiry = make_sourcing(house, request_approved(house))
        pages, laid = [], 0
        for count in PAPERS:
            BudgetAllotment.objects.filter(pk=allotment.pk).update(amount=Decimal(1_000_000))
            allotment.refresh_from_db()
            lay_papers(house, allotment, count - laid)
            laid = count
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            pages.append({name: fastest(act, ROUNDS) for name, act in acts(house, allotment, enquiry).items()})
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
    growing = show(f"{connection.vendor}: steps, lines", LINES, *steps)
    growing += show(f"{connection.vendor}: pages, papers", PAPERS, *pages)
    slow = [
        name
        for name, (seconds, _statements) in pages[0].items()
        if pages[1][name][0] / seconds > (PAPERS[1] / PAPERS[0] if name == "splitting check" else MOST)
    ]
    for name in growing:
        print(f"The number of statements grows: {name}.")
    for name in slow:
        print(f"It takes too long over more papers: {name}.")
    return int(bool(growing or slow))


if __name__ == "__main__":
    raise SystemExit(main())
