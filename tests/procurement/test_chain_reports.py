"""The reports over the whole chain: purchase ledger, departments, what is owed, two duties in one hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.models import DutyConflict
from core.documents.services import record_event
from inventory.models import GoodsReceipt
from procurement.models import PaymentRequest, PurchaseOrder
from procurement.reports.duty_conflicts import DutyConflicts
from procurement.reports.payables import Payables
from procurement.reports.purchase_ledger import DepartmentPurchases, PurchaseLedger
from procurement.services import duties, payables
from procurement.services.duties import ACCEPTED, BOUGHT, People
from tests.buying import accepted, invoiced, make_payment, order_approved, take
from tests.factories import House
from tests.inventory.screens import as_user

pytestmark = pytest.mark.django_db
CODES = ("purchase_ledger", "department_purchases", "payables", "purchase_duty_conflicts")


def paid(house: House, invoice: Any = None, **fields: Any) -> PaymentRequest:
    steps = (("submit", house.buyer), ("approve", house.logistics_head), ("post", house.accountant))
    return take(make_payment(house, invoice, **fields), *steps)


def period() -> dict[str, Any]:
    today = clock.today()
    return {"start": today.replace(day=1), "end": today, "department": None, "supplier": ""}


def rows_of(report: Any) -> list[dict[str, Any]]:
    return [dict(row.values) for row in report.run()]


def test_the_ledger_follows_a_purchase_to_its_payment(house: House) -> None:
    payment = paid(house)
    waiting = order_approved(house)
    report = PurchaseLedger(house.auditor, period())
    first, second = rows_of(report)
    assert (first["number"], first["supplier"]) == (payment.order.number, str(house.supplier))
    assert (first["amount"], first["accepted"], first["paid"]) == (230, 230, 230)
    assert (first["accepted_on"], first["paid_on"]) == (clock.today(), clock.today())
    assert first["method"] == "enquiry"
    assert (second["number"], second["accepted"], second["paid"]) == (waiting.number, None, None)
    assert report.totals()["amount"] == 460


def test_departments_add_up_to_the_ledger(house: House) -> None:
    paid(house)
    accepted(house)
    ledger, departments = PurchaseLedger(house.auditor, period()), DepartmentPurchases(house.auditor, period())
    rows_of(ledger)
    (row,) = rows_of(departments)
    assert (row["department"], row["orders"], row["lines"]) == (str(house.ward), 2, 2)
    assert (row["amount"], row["accepted"], row["paid"], row["share"]) == (460, 460, 230, 100)
    assert departments.sums["amount"] == ledger.sums["amount"]
    assert departments.sums["paid"] == ledger.sums["paid"]


def test_what_is_owed_falls_due_by_the_legal_days(house: House) -> None:
    order = accepted(house).order
    today = clock.today()
    (row,) = payables.unpaid(house.accountant)
    assert (row.owed, row.due_on, row.overdue_days) == (230, today + dt.timedelta(days=30), 0)
    (late,) = payables.unpaid(house.accountant, today + dt.timedelta(days=42))
    assert late.overdue_days == 12
    report = Payables(house.accountant, {"day": today, "supplier": "", "overdue": True})
    assert rows_of(report) == []
    report = Payables(house.accountant, {"day": today + dt.timedelta(days=31), "supplier": "", "overdue": True})
    assert [row["number"] for row in rows_of(report)] == [order.number]


def test_part_payments_cover_the_oldest_delivery_first(house: House) -> None:
    order = order_approved(house)
    accepted(house, order, rejected=4)
    earlier = clock.today() - dt.timedelta(days=20)
    order.acceptances.update(business_date=earlier)
    order.refresh_from_db()
    accepted(house, order)
    order.refresh_from_db()
    invoice = invoiced(house, order)
    (row,) = payables.unpaid(house.accountant)
    assert (row.accepted, row.due_on) == (230, earlier + dt.timedelta(days=30))
    paid(house, invoice, kind="part", amount=Decimal(138))
    (row,) = payables.unpaid(house.accountant)
    assert (row.owed, row.due_on) == (92, clock.today() + dt.timedelta(days=30))
    paid(house, invoice, kind="final", amount=Decimal(92))
    assert payables.unpaid(house.accountant) == []


def test_what_is_held_back_is_not_owed(house: House) -> None:
    accepted(house, order_approved(house, retention_percent=10, warranty_months=6))
    (row,) = payables.unpaid(house.accountant)
    assert (row.held, row.owed) == (23, 207)
    (row,) = payables.unpaid(house.accountant, clock.today() + dt.timedelta(days=200))
    assert (row.held, row.owed) == (0, 230)


def test_two_duties_in_one_hand_are_reported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    order = accepted(house).order
    params = {"year": clock.today().year}
    assert rows_of(DutyConflicts(house.auditor, params)) == []
    both = People(bought={house.buyer.pk}, accepted={house.buyer.pk})
    monkeypatch.setattr("procurement.services.duties.people_of_all", lambda _orders: {order.pk: both})
    (row,) = rows_of(DutyConflicts(house.auditor, params))
    assert (row["person"], row["number"]) == (house.buyer.name, order.number)
    assert row["severity"] == "not allowed"
    assert (row["first"], row["second"]) == ("buying", "acceptance")
    assert DutyConflict.objects.filter(step_a=BOUGHT, step_b=ACCEPTED).count() <= 1


def test_people_of_many_purchases_are_read_at_once(house: House) -> None:
    """Every duty of every order as for one order alone, in the same number of queries; a house's own view counts."""
    counts = []
    for _round in range(2):
        paid(house)
        order = accepted(house).order
        with CaptureQueriesContext(connection) as queries:
            found = duties.people_of_all(PurchaseOrder.objects.all())
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert len(found) == 4
    people = found[order.pk]
    assert people == duties.people_of(order)
    assert people.requested == {house.requester.pk}
    assert people.bought == {house.buyer.pk}
    assert people.approved == {house.logistics_head.pk}
    assert people.accepted == {house.acceptor.pk, house.asset_manager.pk}
    assert (people.kept, people.paid) == (set(), set())
    payment = PaymentRequest.objects.filter(status="posted")[0]
    assert found[payment.order_id].paid == {house.accountant.pk}


def test_the_report_of_duties_costs_the_same_for_many_conflicts(house: House) -> None:
    """Whoever bought keeps the store and pays as well, as in a small house that allows one of the pairs."""
    kind = ContentType.objects.get_for_model(PurchaseOrder)
    DutyConflict.objects.create(
        organization=house.organization,
        scope="document",
        content_type=kind,
        step_a="bought",
        step_b="paid",
        severity="warn",
        basis="人少",
    )
    counts = []
    for _round in range(2):
        for _number in range(2):
            payment = paid(house)
            receipt = GoodsReceipt.objects.order_by("pk").last()
            for paper, step in ((receipt, "submit"), (payment, "post")):
                record_event(paper, step, actor=house.buyer, from_status=paper.status)
        with CaptureQueriesContext(connection) as queries:
            rows = rows_of(DutyConflicts(house.auditor, {"year": clock.today().year}))
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert len(rows) == 8
    assert {(row["first"], row["second"], row["severity"]) for row in rows} == {
        ("buying", "keeping", "not allowed"),
        ("buying", "payment", "allowed, reported"),
    }
    assert {row["person"] for row in rows} == {house.buyer.name}


@pytest.mark.parametrize("code", CODES)
def test_screen_excel_and_paper(house: House, code: str) -> None:
    paid(house)
    accepted(house)
    client = as_user(house.auditor)
    page = client.get(reverse(code))
    assert page.status_code == 200
    sheet = client.get(reverse(code) + "?format=xlsx")
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    paper = client.get(reverse(code) + "?format=print")
    assert paper.status_code == 200
    assert as_user(house.requester).get(reverse(code)).status_code == 403


def test_every_number_leads_to_the_rows_behind_it(house: House) -> None:
    order = paid(house).order
    waiting = accepted(house).order
    client = as_user(house.auditor)
    known = {**period(), "day": clock.today(), "overdue": False}
    for kind in (PurchaseLedger, DepartmentPurchases, Payables):
        report = kind(house.auditor, known)
        for row in report.run():
            for key, address in report.links(row).items():
                page = client.get(address)
                assert page.status_code == 200, (kind.code, key, address)
    ledger = PurchaseLedger(house.auditor, known)
    row = next(iter(ledger.run()))
    html = client.get(ledger.links(row)["paid"]).content.decode()
    assert order.number in html
    assert waiting.number not in html


def test_another_house_is_not_counted(house: House, other_house: House) -> None:
    paid(house)
    for kind in (PurchaseLedger, DepartmentPurchases):
        assert rows_of(kind(other_house.auditor, period())) == []
    assert payables.unpaid(other_house.auditor) == []


@pytest.mark.parametrize("code", ["purchase_ledger", "department_purchases", "payables"])
def test_reports_cost_the_same_for_many_orders(house: House, code: str) -> None:
    accepted(house)
    client = as_user(house.auditor)
    client.get(reverse(code))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(code))
    for _number in range(3):
        accepted(house)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(code))
    assert len(many) <= len(few)
