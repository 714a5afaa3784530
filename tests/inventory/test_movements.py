"""Returns, returns to the supplier, transfers and arrivals in the ledger: cost to the cent, refusals, reversals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock, periods
from core.documents.services import apply_transition, events_of
from core.errors import DomainError, InsufficientStock, PeriodClosed
from inventory.ledger_selectors import consumption_moves
from inventory.models import (
    CostLayer,
    GoodsIssueLine,
    GoodsReceiptLine,
    Item,
    ItemUnit,
    Lot,
    LotHold,
    StockBalance,
    StockMove,
    StockTransferLine,
    StockValue,
    Unit,
    Warehouse,
)
from inventory.movement_selectors import in_transit, lots_moved
from inventory.reports.stock_on_hand import StockOnHand
from inventory.services import transfers
from inventory.services.verification import verify_stock
from tests.factories import House, make_issue, make_receipt, receive, run
from tests.movements import branch, make_arrival, make_stock_return, make_supplier_return, make_transfer

from .reporting import report
from .test_ledger import ledger, refused

FIFO, AVERAGE = Item.Valuation.FIFO, Item.Valuation.MOVING_AVERAGE


@pytest.fixture(autouse=True)
def _consistent(db: Any) -> Iterator[None]:
    """Whatever a test did, every cache is the sum of the moves."""
    yield
    assert [str(finding) for finding in verify_stock()] == []


def value(item: Item, warehouse: Warehouse) -> tuple[Decimal, Decimal]:
    row = StockValue.objects.filter(item=item, warehouse=warehouse).first()
    return (row.quantity, row.amount) if row else (Decimal(0), Decimal(0))


def not_reversed(house: House, document: Any, match: str) -> None:
    before = ledger()
    with pytest.raises(DomainError, match=match):
        run(house, document, "reverse")
    assert ledger() == before
    document.refresh_from_db()
    assert document.status == "posted"


def used_by(house: House, department: Any) -> Decimal:
    """Yuan that a department used, as the reports count it."""
    total = Decimal(0)
    for move in consumption_moves(house.accountant).filter(department=department):
        total += -move.amount if move.taken_back else move.amount
    return total


# ---- returns to the store ----


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_R_STK_14_a_return_costs_what_the_issue_cost(house: House, method: str) -> None:
    """Although the price has risen since; the department's use falls by exactly that."""
    item = house.item(valuation=method)
    receive(house, (item, 10, 5))
    paper = run(house, make_issue(house, (item, 10)))
    receive(house, (item, 10, 9))
    back = run(house, make_stock_return(house, paper, 4))
    assert back.lines.get().amount == 20
    assert value(item, house.warehouse) == (14, 110)
    assert used_by(house, house.ward) == 30
    line = GoodsIssueLine.objects.get(document=paper)
    assert (line.returned_quantity, line.returned_amount) == (4, 20)
    assert [move.origin.number for move in StockMove.objects.filter(number=back.number)] == [paper.number]
    assert "take_back" in events_of(paper).values_list("step", flat=True)


def test_R_STK_14_partial_returns_of_several_layers_sum_to_the_cent(house: House) -> None:
    """10.00 over three pieces and 6.00 a piece: returned one by one, the last return brings the rest."""
    receive(house, (house.paper, 3, "3.333333"))
    receive(house, (house.paper, 10, 6))
    paper = run(house, make_issue(house, (house.paper, 5)))
    assert paper.lines.get().amount == 22
    amounts = [run(house, make_stock_return(house, paper, 1)).lines.get().amount for _ in range(5)]
    assert amounts == [Decimal(6), Decimal(6), Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    assert value(house.paper, house.warehouse) == (13, 70)
    assert used_by(house, house.ward) == 0
    assert CostLayer.objects.filter(quantity__gt=0).count() == 6  # each return is a layer of its own
    again = run(house, make_issue(house, (house.paper, 13)))
    assert again.lines.get().amount == 70


def test_R_STK_14_one_return_over_two_layers_makes_two_moves(house: House) -> None:
    receive(house, (house.paper, 3, "3.333333"), (house.gloves, 5, 1))
    receive(house, (house.paper, 10, 6))
    paper = run(house, make_issue(house, (house.gloves, 2), (house.paper, 5)))
    back = run(house, make_stock_return(house, paper, 1, 3))
    amounts = list(back.lines.order_by("position").values_list("amount", "unit_cost"))
    assert amounts == [(Decimal(1), Decimal(1)), (Decimal("15.33"), Decimal("5.11"))]
    assert sorted(StockMove.objects.filter(number=back.number).values_list("amount", flat=True)) == [
        Decimal(1),
        Decimal("3.33"),
        Decimal(12),
    ]


def test_R_STK_14_never_more_than_issued(house: House) -> None:
    """In one line, over two lines of one paper, and over two papers."""
    receive(house, (house.gloves, 10, 5))
    paper = run(house, make_issue(house, (house.gloves, 4)))
    error = refused(house, make_stock_return(house, paper, 5), match="issued 4, already returned 0, so at most 4")
    assert (error.field, error.line) == ("quantity", 1)
    twice = make_stock_return(house, paper, 3)
    line = twice.lines.get()
    twice.lines.create(position=2, item=line.item, unit=line.unit, issue_line=line.issue_line, quantity=2)
    assert refused(house, twice, match="so at most 1").line == 2
    first, second = (run(house, make_stock_return(house, paper, 3), "submit", "approve") for _ in range(2))
    run(house, first, "post")
    before = ledger()
    with pytest.raises(DomainError, match="already returned 3, so at most 1"):
        run(house, second, "post")
    assert ledger() == before
    run(house, make_stock_return(house, paper, 1))
    refused(house, make_stock_return(house, paper, 1), match="at most 0")


def test_R_STK_14_a_reversed_return_can_be_made_again(house: House) -> None:
    receive(house, (house.paper, 3, "3.333333"))
    paper = run(house, make_issue(house, (house.paper, 3)))
    back = run(house, make_stock_return(house, paper, 2))
    run(house, back, "reverse")
    line = GoodsIssueLine.objects.get(document=paper)
    assert (line.returned_quantity, line.returned_amount) == (0, 0)
    assert (value(house.paper, house.warehouse), used_by(house, house.ward)) == ((0, 0), 10)
    assert run(house, make_stock_return(house, paper, 3)).lines.get().amount == 10
    assert value(house.paper, house.warehouse) == (3, 10)


@pytest.mark.parametrize("name", ["gloves", "paper"])
def test_a_return_whose_goods_were_given_out_again_stays(house: House, name: str) -> None:
    """The refusal names the issue that took them."""
    item = getattr(house, name)
    receive(house, (item, 4, 5))
    paper = run(house, make_issue(house, (item, 4)))
    back = run(house, make_stock_return(house, paper, 2))
    again = run(house, make_issue(house, (item, 1)))
    not_reversed(house, back, again.number)
    run(house, again, "reverse")
    run(house, back, "reverse")
    assert value(item, house.warehouse) == (0, 0)


def test_an_issue_with_returns_is_not_reversed(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    paper = run(house, make_issue(house, (house.gloves, 4)))
    back = run(house, make_stock_return(house, paper, 1))
    not_reversed(house, paper, f"went on with {back.number}")
    run(house, back, "reverse")
    run(house, paper, "reverse")
    assert value(house.gloves, house.warehouse) == (10, 50)
    refused(house, make_stock_return(house, paper, 1), match="Reversed")


def test_lots_come_back_as_they_went(house: House) -> None:
    today = clock.today()
    soon, late = today + dt.timedelta(days=9), today + dt.timedelta(days=90)
    receive(house, (house.vaccine, 5, 8, "L1", soon), (house.vaccine, 5, 8, "L2", late))
    paper = run(house, make_issue(house, (house.vaccine, 7)))
    named = make_stock_return(house, paper, 2)
    named.lines.update(lot=Lot.objects.get(number="L1"))
    run(house, named)
    run(house, make_stock_return(house, paper, 3))
    left = dict(StockBalance.objects.values_list("lot__number", "quantity"))
    assert left == {"L1": Decimal(3), "L2": Decimal(5)}
    too_many = make_stock_return(house, paper, 1)
    too_many.lines.update(lot=Lot.objects.get(number="L2"))
    refused(house, too_many, match="issued 2, already returned 2")


def test_packs_come_back_in_packs_or_pieces(house: House) -> None:
    box = Unit.objects.create(name="盒")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=12)
    receive(house, (house.gloves, 24, 2))
    paper = make_issue(house)
    paper.lines.all().delete()
    paper.lines.create(item=house.gloves, unit=box, factor=12, quantity=2)
    paper = run(house, paper)
    back = make_stock_return(house, paper, 5)
    back.lines.create(
        position=2, item=house.gloves, unit=box, factor=12, quantity=1, issue_line=paper.lines.get(), intact=False
    )
    run(house, back)
    assert value(house.gloves, house.warehouse) == (17, 34)
    assert GoodsIssueLine.objects.get(document=paper).returned_quantity == 17


@pytest.mark.parametrize("wrong", ["part", "day", "warehouse", "department", "line", "item", "empty"])
def test_a_return_that_does_not_fit_its_issue_is_refused(house: House, wrong: str) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 10, 5))
    paper = run(house, make_issue(house, (house.gloves, 4)))
    back = make_stock_return(house, paper, 1)
    if wrong == "part":
        line = back.lines.get()
        line.quantity = Decimal("0.5")
        line.save()
    elif wrong == "day":
        back.business_date = clock.today() - dt.timedelta(days=1)
        back.save()
    elif wrong == "warehouse":
        back.warehouse = branch(house)
        back.save()
    elif wrong == "department":
        back.department = house.other_ward
        back.save()
    elif wrong == "line":
        back.lines.update(issue_line=run(house, make_issue(house, (house.gloves, 1))).lines.get())
    elif wrong == "item":
        back.lines.update(item=house.paper)
    else:
        back.lines.all().delete()
    refused(house, back)
    assert not GoodsIssueLine.objects.exclude(returned_quantity=0).exists()


def test_what_is_no_longer_used_still_comes_back(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    paper = run(house, make_issue(house, (house.gloves, 4)))
    Item.objects.filter(pk=house.gloves.pk).update(active=False)
    run(house, make_stock_return(house, paper))
    assert value(house.gloves, house.warehouse) == (10, 50)


def test_a_draft_issue_has_nothing_to_return(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    refused(house, make_stock_return(house, make_issue(house, (house.gloves, 4))), match="Draft")


def test_a_return_into_a_closed_month_is_refused(house: House) -> None:
    """R-STK-07"""
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    receive(house, (house.gloves, 10, 5), business_date=day)
    paper = run(house, make_issue(house, (house.gloves, 4), business_date=day))
    periods.close(house.organization, day.year, day.month, actor=house.accountant)
    refused(house, make_stock_return(house, paper, business_date=day), PeriodClosed)
    run(house, make_stock_return(house, paper))
    assert value(house.gloves, house.warehouse) == (10, 50)


# ---- returns to the supplier ----


def test_a_return_to_the_supplier_leaves_at_cost_and_is_owed_at_his_price(house: House) -> None:
    receive(house, (house.gloves, 10, 4))
    receipt = receive(house, (house.gloves, 10, 6))
    back = run(house, make_supplier_return(house, receipt, 3))
    line = back.lines.get()
    assert (line.amount, line.credit) == (15, 18)
    assert value(house.gloves, house.warehouse) == (17, 85)
    assert GoodsReceiptLine.objects.get(document=receipt).returned_quantity == 3
    refused(house, make_supplier_return(house, receipt, 8), match="received 10, already returned 3, so at most 7")
    run(house, back, "reverse")
    assert GoodsReceiptLine.objects.get(document=receipt).returned_quantity == 0
    assert value(house.gloves, house.warehouse) == (20, 100)


def test_the_credits_of_a_receipt_sum_to_its_amount(house: House) -> None:
    receipt = receive(house, (house.gloves, 3, "3.333333"))
    credits = [run(house, make_supplier_return(house, receipt, 1)).lines.get().credit for _ in range(3)]
    assert credits == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    assert value(house.gloves, house.warehouse) == (0, 0)


def test_expired_and_frozen_lots_go_back(house: House) -> None:
    """R-STK-04: the way out of what is never issued."""
    old = clock.today() - dt.timedelta(days=1)
    receipt = receive(house, (house.vaccine, 5, 8, "OLD", old), (house.vaccine, 5, 8, "NEW", clock.today()))
    LotHold.objects.create(
        organization=house.organization,
        lot=Lot.objects.get(number="NEW"),
        kind="frozen",
        reason="召回",
        placed_by=house.storekeeper,
    )
    refused(house, make_issue(house, (house.vaccine, 1)), InsufficientStock)
    run(house, make_supplier_return(house, receipt, 5, 2))
    left = dict(StockBalance.objects.values_list("lot__number", "quantity"))
    assert left == {"OLD": Decimal(0), "NEW": Decimal(3)}


def test_what_is_no_longer_there_does_not_go_back(house: House) -> None:
    """R-STK-03"""
    receipt = receive(house, (house.gloves, 10, 5))
    run(house, make_issue(house, (house.gloves, 8)))
    refused(house, make_supplier_return(house, receipt, 3), InsufficientStock, "only 2")


def test_a_receipt_without_a_supplier_sends_nothing_back(house: House) -> None:
    receipt = run(house, make_receipt(house, (house.gloves, 10, 5), kind="donation", supplier=None))
    refused(house, make_supplier_return(house, receipt, 3), match="names no supplier")


def test_a_receipt_with_returns_is_not_reversed(house: House) -> None:
    """Also where other goods of the same kind would cover it."""
    receipt = receive(house, (house.gloves, 10, 5))
    receive(house, (house.gloves, 10, 5))
    back = run(house, make_supplier_return(house, receipt, 4))
    not_reversed(house, receipt, back.number)
    run(house, back, "reverse")
    run(house, receipt, "reverse")
    assert value(house.gloves, house.warehouse) == (10, 50)


@pytest.mark.parametrize("name", ["gloves", "paper", "vaccine"])
def test_a_reversal_of_a_receipt_whose_goods_are_gone_names_who_took_them(house: House, name: str) -> None:
    item = getattr(house, name)
    lot = ("L1", clock.today() + dt.timedelta(days=90)) if item.track_lots else ()
    receipt = receive(house, (item, 10, 5, *lot))
    papers = [run(house, make_issue(house, (item, 1))) for _ in range(2)]
    sent = run(house, make_transfer(house, (item, 3)))
    undone = run(house, run(house, make_issue(house, (item, 1))), "reverse")
    with pytest.raises(DomainError) as error:
        run(house, receipt, "reverse")
    assert all(paper.number in str(error.value) for paper in (*papers, sent))
    assert undone.number not in str(error.value)


def test_many_takers_are_counted(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    papers = [run(house, make_issue(house, (house.gloves, 1))) for _ in range(7)]
    not_reversed(house, receipt, f"{papers[4].number} and 2 more")


# ---- transfers ----


def test_R_STK_13_in_transit_is_in_no_warehouse_but_in_the_organization(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    store = branch(house)
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    assert (transfer.arrival, transfer.lines.get().amount) == ("transit", 20)
    assert value(house.gloves, house.warehouse) == (6, 30)
    assert value(house.gloves, store) == (0, 0)
    assert in_transit([house.warehouse, store]) == {(store.pk, house.gloves.pk): (Decimal(4), Decimal(20))}
    assert in_transit([house.warehouse]) == {}
    refused(house, make_issue(house, (house.gloves, 1), warehouse=store), InsufficientStock)
    refused(house, make_issue(house, (house.gloves, 7)), InsufficientStock, "only 6")
    run(house, make_arrival(house, transfer))
    transfer.refresh_from_db()
    assert transfer.arrival == "arrived"
    assert value(house.gloves, store) == (4, 20)
    assert in_transit([house.warehouse, store]) == {}


def test_R_STK_13_the_past_shows_what_was_on_its_way(house: House) -> None:
    today = clock.today()
    days = [today - dt.timedelta(days=n) for n in (3, 2, 1)]
    receive(house, (house.gloves, 10, 5), business_date=days[0])
    transfer = run(house, make_transfer(house, (house.gloves, 4), business_date=days[1]))
    run(house, make_arrival(house, transfer, 3, business_date=days[2]))
    store, key = branch(house), (branch(house).pk, house.gloves.pk)
    shown = [in_transit([store], day).get(key) for day in (*days, today)]
    assert shown == [None, (4, 20), (1, 5), (1, 5)]
    run(house, make_arrival(house, transfer, 1))
    assert [in_transit([store], day).get(key) for day in (*days, today)] == [None, (4, 20), (1, 5), None]


def test_R_STK_13_the_report_shows_what_is_on_its_way(house: House) -> None:
    """In a column of its own beside the receiving warehouse, in no quantity on hand, but in the total."""
    receive(house, (house.gloves, 10, 5), (house.paper, 1, 7))
    before = report(StockOnHand, house.accountant)
    assert [row.values["quantity"] for row in before.run()] == [10, 1]
    assert "together" not in before.totals()
    run(house, make_transfer(house, (house.gloves, 4)))
    made = report(StockOnHand, house.accountant)
    rows = {(row.values["name"], row.values["warehouse"]): row.values for row in made.run()}
    here, there = rows["医用手套", "总务仓库"], rows["医用手套", "分院仓库"]
    assert (here["quantity"], here["amount"], here.get("transit_quantity")) == (6, 30, None)
    assert (there["quantity"], there["amount"], there["transit_quantity"], there["transit_amount"]) == (0, 0, 4, 20)
    totals = made.totals()
    assert (totals["amount"], totals["transit_amount"], totals["together"]) == (37, 20, 57)
    only_sender = report(StockOnHand, house.accountant, warehouse=house.warehouse)
    assert [row.values["quantity"] for row in only_sender.run()] == [6, 1]
    assert "together" not in only_sender.totals()


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_goods_arrive_in_parts_at_the_senders_cost(house: House, method: str) -> None:
    item = house.item(valuation=method)
    receive(house, (item, 3, "3.333333"))
    store = branch(house)
    transfer = run(house, make_transfer(house, (item, 3)))
    first = run(house, make_arrival(house, transfer, 2))
    transfer.refresh_from_db()
    assert (transfer.arrival, transfer.lines.get().arrived_quantity) == ("partial", 2)
    second = run(house, make_arrival(house, transfer, 1))
    assert (first.lines.get().amount, second.lines.get().amount) == (Decimal("6.67"), Decimal("3.33"))
    assert value(item, store) == (3, 10)
    refused(house, make_arrival(house, transfer, 1), match="sent 3, already confirmed 3, so at most 0")
    out = run(house, make_issue(house, (item, 3), warehouse=store))
    assert out.lines.get().amount == 10


@pytest.mark.parametrize(("fate", "here", "there"), [("lost", (3, 15), (6, 30)), ("sent_back", (3, 15), (7, 35))])
def test_a_shortage_is_lost_or_still_with_the_sender(house: House, fate: str, here: tuple, there: tuple) -> None:
    receive(house, (house.gloves, 10, 5))
    store = branch(house)
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    arrival = run(house, make_arrival(house, transfer, (3, 1), shortage=fate), "submit")
    assert arrival.status == "submitted"
    arrival = run(house, arrival, "approve", "post")
    assert (value(house.gloves, store), value(house.gloves, house.warehouse)) == (here, there)
    line = StockTransferLine.objects.get(document=transfer)
    assert (line.arrived_quantity, line.short_quantity) == (3, 1)
    transfer.refresh_from_db()
    assert (transfer.arrival, arrival.lines.get().amount) == ("arrived", 15)
    assert StockMove.objects.filter(target__kind="scrap").exists() is (fate == "lost")
    run(house, arrival, "reverse")
    transfer.refresh_from_db()
    assert (transfer.arrival, value(house.gloves, house.warehouse)) == ("transit", (6, 30))
    assert in_transit([store]) == {(store.pk, house.gloves.pk): (Decimal(4), Decimal(20))}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"shortage": "none"}, "shortage"),
        ({"shortage_cause": " "}, "shortage_cause"),
        ({"responsible": None}, "responsible"),
    ],
)
def test_a_shortage_names_fate_cause_and_person(house: House, fields: dict, field: str) -> None:
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    assert refused(house, make_arrival(house, transfer, (3, 1), **fields)).field == field
    whole = make_arrival(house, transfer, 4, shortage="lost")
    assert refused(house, whole, match="how much is missing").field == "shortage"


def test_nothing_missing_needs_no_signature(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    arrival = run(house, make_arrival(house, transfer, 4), "submit")
    assert arrival.status == "approved"
    assert transfer.number in events_of(arrival).get(step="approve").reason


def test_a_transfer_of_more_than_there_is_is_not_even_submitted(house: House) -> None:
    """Over all lines of an item together; nobody has to approve it first."""
    receive(house, (house.gloves, 5, 5))
    transfer = make_transfer(house, (house.gloves, 3), (house.gloves, 3))
    with pytest.raises(DomainError, match="has only 2") as refusal:
        apply_transition(transfer, "submit", actor=house.storekeeper)
    assert (refusal.value.field, refusal.value.line) == ("quantity", 2)
    transfer.refresh_from_db()
    assert (transfer.status, transfer.number) == ("draft", None)


def test_a_transfer_with_arrivals_is_not_reversed(house: House) -> None:
    receive(house, (house.paper, 10, 5))
    transfer = run(house, make_transfer(house, (house.paper, 4)))
    arrival = run(house, make_arrival(house, transfer, 1))
    not_reversed(house, transfer, arrival.number)
    run(house, arrival, "reverse")
    run(house, transfer, "reverse")
    transfer.refresh_from_db()
    assert (transfer.arrival, value(house.paper, house.warehouse)) == ("none", (10, 50))
    refused(house, make_arrival(house, transfer, 1), match="Reversed")


@pytest.mark.parametrize("name", ["gloves", "paper"])
def test_an_arrival_whose_goods_were_used_is_not_reversed(house: House, name: str) -> None:
    item, store = getattr(house, name), branch(house)
    receive(house, (item, 10, 5))
    transfer = run(house, make_transfer(house, (item, 4)))
    arrival = run(house, make_arrival(house, transfer, 4))
    used = run(house, make_issue(house, (item, 1), warehouse=store))
    not_reversed(house, arrival, used.number)


@pytest.mark.parametrize("wrong", ["same", "foreign", "stopped"])
def test_a_transfer_goes_to_a_usable_warehouse_of_the_house(house: House, other_house: House, wrong: str) -> None:
    receive(house, (house.gloves, 10, 5))
    document = make_transfer(house, (house.gloves, 4))
    if wrong == "foreign":
        type(document).objects.filter(pk=document.pk).update(to_warehouse=other_house.warehouse)
    elif wrong == "stopped":
        Warehouse.objects.filter(pk=branch(house).pk).update(active=False)
    else:
        document.to_warehouse = house.warehouse
        with pytest.raises(DomainError, match="another warehouse"):
            transfers.check(document, actor=house.storekeeper)
        return
    document = type(document).objects.get(pk=document.pk)
    assert refused(house, document).field == "to_warehouse"


def test_an_arrival_is_confirmed_in_its_own_warehouse(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)))
    refused(house, make_arrival(house, transfer, 4, warehouse=house.warehouse), match="warehouse must be that")


def test_lots_travel_with_their_goods(house: House) -> None:
    soon, late = clock.today() + dt.timedelta(days=9), clock.today() + dt.timedelta(days=90)
    receive(house, (house.vaccine, 5, 8, "L1", soon), (house.vaccine, 5, 9, "L2", late))
    store = branch(house)
    transfer = run(house, make_transfer(house, (house.vaccine, 7)))
    run(house, make_arrival(house, transfer, 7))
    there = dict(StockBalance.objects.filter(location__warehouse=store).values_list("lot__number", "quantity"))
    assert there == {"L1": Decimal(5), "L2": Decimal(2)}
    assert lots_moved(transfer) == {transfer.lines.get().pk: "L1 ×5, L2 ×2"}
    back = run(house, make_stock_return(house, run(house, make_issue(house, (house.vaccine, 1))), 1))
    assert lots_moved(back) == {back.lines.get().pk: "L2"}


# ---- cost of work, tampering ----


@pytest.mark.parametrize("make", [make_stock_return, make_supplier_return, make_arrival])
def test_one_line_and_fifty_cost_the_same_statements(house: House, make: Any) -> None:
    items = [house.item(f"货{n}", valuation=FIFO if n % 2 else AVERAGE) for n in range(54)]
    counts: dict[str, list[int]] = {"post": [], "reverse": []}
    branch(house)
    for wanted in (items[:2], items[2:4], items[4:]):
        receipt = receive(house, *((item, 5, 3) for item in wanted))
        if make is make_supplier_return:
            earlier = receipt
        elif make is make_stock_return:
            earlier = run(house, make_issue(house, *((item, 2) for item in wanted)))
        else:
            earlier = run(house, make_transfer(house, *((item, 2) for item in wanted)))
        document = run(house, make(house, earlier), "submit", "approve")
        for name, actor in (("post", house.storekeeper), ("reverse", house.logistics_head)):
            fresh = type(actor).objects.get(pk=actor.pk)
            with CaptureQueriesContext(connection) as queries:
                document = apply_transition(document, name, actor=fresh, reason="原因")
            counts[name].append(len(queries))
    for name, (_first, few, many) in counts.items():
        assert few == many, (name, few, many)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (GoodsIssueLine, {"returned_quantity": 2}),
        (GoodsIssueLine, {"returned_amount": 9}),
        (GoodsReceiptLine, {"returned_quantity": 3}),
        (StockTransferLine, {"arrived_quantity": 0}),
        (StockTransferLine, {"short_quantity": 0}),
    ],
)
def test_a_changed_cache_is_named(house: House, model: Any, change: dict[str, int]) -> None:
    receipt = receive(house, (house.gloves, 20, 5))
    run(house, make_stock_return(house, run(house, make_issue(house, (house.gloves, 4))), 1))
    run(house, make_supplier_return(house, receipt, 1))
    run(house, make_arrival(house, run(house, make_transfer(house, (house.gloves, 4))), (3, 1)))
    row = model.objects.order_by("pk").first()
    before = {name: getattr(row, name) for name in change}
    model.objects.filter(pk=row.pk).update(**change)
    assert [(f.table, f.key) for f in verify_stock()] == [(model._meta.label, row.pk)]
    model.objects.filter(pk=row.pk).update(**before)
