"""Reports of sourcing and suppliers: on screen, in Excel, on paper; the figures against plain arithmetic."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from directory.models import SupplierLicence
from procurement.models import Method
from procurement.reports.sourcing_figures import MethodUse, Savings
from procurement.reports.suppliers import LicencesEnding, SupplierScores
from procurement.services import awarding, evaluations
from procurement.services.quotations import Offer
from tests.buying import order_approved, request_approved, sourcing_approved, take
from tests.factories import House
from tests.procurement.test_sourcing import begin

pytestmark = pytest.mark.django_db


def month(house: House, report: Any, person: Any = None) -> Any:
    today = clock.today()
    found = report(person or house.buyer, {"start": today.replace(day=1), "end": today})
    return found, list(found.run())


def direct(house: House, price: Any) -> Any:
    document = begin(house, request_approved(house, (house.paper, 5, 20)), method=Method.DIRECT)
    offer = Offer({document.lines.get().pk: Decimal(price)})
    awarding.record_result(document, house.supplier, offer, actor=house.buyer)
    return take(document, ("submit", house.buyer), ("approve", house.logistics_head))


def test_methods_and_savings(house: House, other_house: House) -> None:
    sourcing_approved(house)  # 10 x 25 estimated, 10 x 23 awarded
    direct(house, 18)  # 5 x 20, 5 x 18
    begin(house)
    sourcing_approved(other_house)
    report, rows = month(house, MethodUse)
    assert [(row.subject, row.values["count"], row.values["estimate"], row.values["award"]) for row in rows] == [
        ("enquiry", 1, 250, 230),
        ("direct", 1, 100, 90),
    ]
    assert rows[0].values["rate"] == Decimal("8.0")
    assert report.totals()["saved"] == 30
    assert all(reverse("sourcing_list") in url for row in rows for url in report.links(row).values())
    report, rows = month(house, Savings)
    assert [row.values["saved"] for row in rows] == [20, 10]
    assert report.totals()["rate"] == Decimal("8.6")


def test_scores_and_what_was_ordered(house: House) -> None:
    order_approved(house)
    evaluations.mark_service(house.supplier, clock.today().year, service=80, note="", actor=house.buyer)
    report = SupplierScores(house.buyer, {"year": clock.today().year})
    (row,) = report.run()
    assert (row.values["orders"], row.values["ordered"], row.values["service"], row.values["overall"]) == (
        1,
        230,
        80,
        80,
    )


def test_licences_that_end(house: House) -> None:
    today = clock.today()
    kinds = SupplierLicence.Kind.values
    for number, days, kind in (("A", -3, 0), ("B", 5, 1), ("C", 50, 2), ("D", 400, 3), ("E", 6, 4), ("F", 370, 4)):
        SupplierLicence.objects.create(
            supplier=house.supplier, kind=kinds[kind], number=number, valid_until=today + dt.timedelta(days=days)
        )
    # E was renewed as F: nobody has to ask for it.
    report = LicencesEnding(house.buyer, {"within": 60, "over": True})
    assert [(row.values["number"], row.values["days"]) for row in report.run()] == [("A", -3), ("B", 5), ("C", 50)]
    report = LicencesEnding(house.buyer, {"within": 7, "over": False})
    assert [row.values["number"] for row in report.run()] == ["B"]


@pytest.mark.parametrize("name", ["procurement_methods", "procurement_savings", "supplier_scores", "licences_ending"])
def test_every_report_has_three_faces(house: House, client: Client, name: str) -> None:
    order_approved(house)
    last = clock.today() + dt.timedelta(days=5)
    SupplierLicence.objects.create(supplier=house.supplier, kind="food", number="A", valid_until=last)
    client.force_login(house.buyer)
    for query in ({}, {"format": "xlsx"}, {"format": "print"}):
        assert client.get(reverse(name), query).status_code == 200
    client.force_login(house.requester)
    assert client.get(reverse(name)).status_code == 403
