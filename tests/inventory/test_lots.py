"""Lots: kept back, expired, traced (R-STK-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.errors import DomainError, InsufficientStock, NotAllowed
from inventory.models import Lot, LotHold, StockBalance, StockMove
from inventory.reports.expiry import Expiry
from inventory.reports.lot_trace import LotTrace
from inventory.services import quality
from tests.factories import House, make_issue, make_receipt, receive, run

from .reporting import report, rows_of


@pytest.fixture
def later() -> dt.date:
    return clock.today() + dt.timedelta(days=40)


def lot_of(house: House, number: str) -> Lot:
    return Lot.objects.get(item=house.vaccine, number=number)


def keep_back(house: House, number: str, actor: Any = None) -> LotHold:
    return quality.keep_back(lot_of(house, number), kind="frozen", reason="召回", actor=actor or house.storekeeper)


def test_R_STK_04_a_frozen_lot_is_passed_over_and_refused_by_name(house: House, later: dt.date) -> None:
    receive(house, (house.vaccine, 5, 8, "L1", later))
    receive(house, (house.vaccine, 5, 8, "L2", later + dt.timedelta(days=9)))
    keep_back(house, "L1")
    issue = run(house, make_issue(house, (house.vaccine, 3)))
    assert [move.lot.number for move in StockMove.objects.filter(object_id=issue.pk, number=issue.number)] == ["L2"]
    with pytest.raises(InsufficientStock, match="kept back"):
        run(house, make_issue(house, (house.vaccine, 3)))
    assert {b.lot.number: b.quantity for b in StockBalance.objects.all()} == {"L1": 5, "L2": 2}


def test_R_STK_04_a_lot_named_on_the_line_is_refused_too(house: House, later: dt.date) -> None:
    receive(house, (house.vaccine, 5, 8, "L1", later))
    keep_back(house, "L1")
    issue = make_issue(house, (house.vaccine, 3))
    issue.lines.update(lot=lot_of(house, "L1"))
    with pytest.raises(InsufficientStock):
        run(house, issue)
    assert StockBalance.objects.get().quantity == 5


def test_a_lot_checked_on_receipt_waits_for_its_release(house: House, later: dt.date) -> None:
    house.vaccine.inspect_on_receipt = True
    house.vaccine.save()
    receipt = receive(house, (house.vaccine, 5, 8, "L1", later), (house.gloves, 1, 1))
    hold = LotHold.objects.get()
    assert (hold.kind, hold.lot.number, hold.released_at) == ("quarantine", "L1", None)
    assert receipt.number in hold.reason
    with pytest.raises(InsufficientStock):
        run(house, make_issue(house, (house.vaccine, 1)))
    quality.release(hold, note="合格", actor=house.logistics_head)
    run(house, make_issue(house, (house.vaccine, 1)))
    assert StockBalance.objects.get(item=house.vaccine).quantity == 4
    assert hold.lot.supplier == house.supplier


def test_a_hold_and_a_release_need_the_right_and_a_reason(house: House, later: dt.date) -> None:
    receive(house, (house.vaccine, 5, 8, "L1", later), (house.gloves, 1, 1))
    with pytest.raises(NotAllowed):
        keep_back(house, "L1", house.requester)
    with pytest.raises(DomainError, match="reason"):
        quality.keep_back(lot_of(house, "L1"), kind="frozen", reason=" ", actor=house.storekeeper)
    with pytest.raises(DomainError, match="not kept by lot"):
        quality.keep_back(Lot.objects.get(item=house.gloves), kind="frozen", reason="x", actor=house.storekeeper)
    assert not LotHold.objects.exists()
    hold = keep_back(house, "L1")
    with pytest.raises(DomainError, match="already"):
        keep_back(house, "L1")
    with pytest.raises(NotAllowed):
        quality.release(hold, note="好", actor=house.storekeeper)
    with pytest.raises(DomainError, match="result"):
        quality.release(hold, note="", actor=house.logistics_head)
    hold.refresh_from_db()
    assert hold.released_at is None
    quality.release(hold, note="好", actor=house.logistics_head)
    with pytest.raises(DomainError, match="already"):
        quality.release(hold, note="好", actor=house.logistics_head)


def test_the_trace_names_receipts_departments_and_what_is_left(house: House, later: dt.date) -> None:
    receive(house, (house.vaccine, 10, 8, "L1", later))
    run(house, make_issue(house, (house.vaccine, 3)))
    run(house, make_issue(house, (house.vaccine, 2), department=house.other_ward))
    taken_back = run(house, make_issue(house, (house.vaccine, 1), department=house.other_ward))
    run(house, taken_back, "reverse")
    made = report(LotTrace, house.accountant, lot=lot_of(house, "L1"))
    sums = {(row.values["number"], row.values.get("department")): row.values["quantity"] for row in rows_of(made, 1)}
    assert sums == {
        ("Received", None): 10,
        ("Got in all", house.ward.name): 3,
        ("Got in all", house.other_ward.name): 2,
        ("In stock", None): 5,
    }
    assert made.links(rows_of(made)[0])["number"].startswith("/receipts/")


def test_the_expiry_list_shows_near_expired_and_kept_back_lots(house: House) -> None:
    today = clock.today()
    receive(house, (house.vaccine, 4, 8, "SOON", today + dt.timedelta(days=10)))
    receive(house, (house.vaccine, 4, 8, "FAR", today + dt.timedelta(days=300)))
    shown = rows_of(report(Expiry, house.storekeeper))
    assert [(r.values["lot"], r.values["left"], r.values["amount"]) for r in shown] == [("SOON", 10, 32)]
    keep_back(house, "FAR")
    assert [r.values["lot"] for r in rows_of(report(Expiry, house.storekeeper))] == ["SOON", "FAR"]
    assert [r.values["lot"] for r in rows_of(report(Expiry, house.storekeeper, kept_back="on"))] == ["FAR"]
    other = run(house, make_receipt(house, (house.gloves, 1, 1)))
    assert other.status == "posted"


def test_a_lot_is_kept_back_and_released_on_its_page(house: House, client: Client, later: dt.date) -> None:
    receive(house, (house.vaccine, 5, 8, "L1", later))
    address = f"/lots/{lot_of(house, 'L1').pk}/"
    client.force_login(house.requester)
    assert client.get(address).status_code == 404
    client.force_login(house.storekeeper)
    assert client.get(address).status_code == 200
    refused = client.post(address, {"kind": "frozen", "reason": ""})
    assert refused.status_code == 200
    assert not LotHold.objects.exists()
    client.post(address, {"kind": "frozen", "reason": "破损"})
    hold = LotHold.objects.get()
    client.post(address, {"note": "好"})
    hold.refresh_from_db()
    assert hold.released_at is None
    client.force_login(house.logistics_head)
    assert client.post(address, {"note": "好"}).status_code == 302
    hold.refresh_from_db()
    assert hold.released_by == house.logistics_head
