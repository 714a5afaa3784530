"""Slow-moving stock, price changes, deliveries by supplier, and the comparison with the year before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.test import Client

from directory.models import Supplier
from inventory.reports.consumption import Consumption, a_year_before
from inventory.reports.deliveries import Deliveries
from inventory.reports.price_changes import PriceChanges
from inventory.reports.slow_moving import SlowMoving
from tests.factories import House, at, make_issue, receive, run

from .reporting import report, rows_of

SPRING, SUMMER, AUTUMN = dt.date(2026, 3, 2), dt.date(2026, 6, 1), dt.date(2026, 11, 23)


def test_what_was_not_issued_for_long_is_slow(house: House) -> None:
    with at(SPRING):
        receive(house, (house.gloves, 10, 5), (house.paper, 10, 5), (house.vaccine, 1, 1, "L1", dt.date(2027, 1, 1)))
    with at(SUMMER):
        run(house, make_issue(house, (house.gloves, 1)))
    with at(AUTUMN):
        taken_back = run(house, make_issue(house, (house.vaccine, 1)))
        run(house, taken_back, "reverse")
        run(house, make_issue(house, (house.paper, 1)))
        (first, second) = rows_of(report(SlowMoving, house.storekeeper, days=170))
        assert (first.values["code"], first.values["idle"]) == (house.gloves.code, (AUTUMN - SUMMER).days)
        assert (first.values["received_on"], first.values["issued_on"]) == (SPRING, SUMMER)
        assert (second.values["code"], second.values["issued_on"]) == (house.vaccine.code, None)
        assert [r.values["code"] for r in rows_of(report(SlowMoving, house.storekeeper, days=176))] == [
            house.vaccine.code
        ]


def test_a_price_change_names_receipt_and_effect(house: House) -> None:
    with at(SPRING):
        receive(house, (house.gloves, 10, 5))
    with at(SUMMER):
        receive(house, (house.gloves, 10, 5), (house.paper, 1, 2))
        dear = receive(house, (house.gloves, 10, "5.5"))
    with at(AUTUMN):
        made = report(PriceChanges, house.accountant)
        (row,) = rows_of(made)
        shown = [row.values[key] for key in ("number", "before", "price", "change", "effect")]
        assert shown == [dear.number, 5, Decimal("5.5"), 10, 5]
        one = report(PriceChanges, house.accountant, item=house.gloves, start=SUMMER, end=AUTUMN)
        assert [row.values["change"] for row in rows_of(one)] == [0, 10]
        assert one.chart()["series"][0]["values"] == [5, 5.5]


def test_deliveries_are_summed_by_supplier(house: House) -> None:
    other = Supplier.objects.create(code="S-2", name="华新五金")
    with at(AUTUMN):
        receive(house, (house.gloves, 10, 5), (house.paper, 1, 10))
        receive(house, (house.gloves, 2, 5))
        receive(house, (house.paper, 3, 10), supplier=other)
        made = report(Deliveries, house.accountant)
        rows = [
            [r.values[k] for k in ("name", "receipts", "items", "delivered", "net", "share")] for r in rows_of(made)
        ]
        assert rows == [[house.supplier.name, 2, 2, 70, 70, 70], [other.name, 1, 1, 30, 30, 30]]
        assert made.totals()["net"] == 100


def test_consumption_is_compared_with_the_year_before(house: House) -> None:
    with at(a_year_before(AUTUMN)):
        receive(house, (house.gloves, 100, 1))
        run(house, make_issue(house, (house.gloves, 20)))
    with at(AUTUMN):
        run(house, make_issue(house, (house.gloves, 25)))
        (row,) = rows_of(report(Consumption, house.accountant))
        assert [row.values[key] for key in ("period", "last_year", "change", "year")] == [25, 20, 25, 25]
    assert a_year_before(dt.date(2028, 2, 29)) == dt.date(2027, 2, 28)


def test_every_report_opens_on_screen_in_excel_and_on_paper(house: House, client: Client) -> None:
    receive(house, (house.gloves, 10, 5))
    client.force_login(house.accountant)
    for path in ("slow-moving", "price-changes", "supplier-deliveries", "expiry"):
        for query in ("", "?format=xlsx", "?format=print"):
            assert client.get(f"/reports/{path}/{query}").status_code == 200, path
    assert (
        b"report-chart"
        in client.get(f"/reports/price-changes/?item={house.gloves.pk}&start=2026-01-01&end=2026-12-31").content
    )
