"""The stock ledger: cost, lots, refusals, dates, reversals, and a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock, periods
from core.documents.services import apply_transition
from core.errors import DomainError, InsufficientStock, PeriodClosed
from core.models import Period
from inventory.models import (
    CostLayer,
    Item,
    ItemUnit,
    Lot,
    StockBalance,
    StockMove,
    StockValue,
    Unit,
)
from inventory.services.verification import verify_stock
from tests.factories import House, at, make_issue, make_opening, make_receipt, make_requisition, receive, rule, run

FIFO, AVERAGE = Item.Valuation.FIFO, Item.Valuation.MOVING_AVERAGE


def issue(house: House, *lines: tuple, **fields: Any) -> Any:
    return run(house, make_issue(house, *lines, **fields))


def value(item: Item) -> tuple[Decimal, Decimal]:
    row = StockValue.objects.get(item=item)
    return row.quantity, row.amount


def ledger() -> Any:
    """Everything a posting writes."""
    return [
        list(model.objects.order_by("pk").values()) for model in (StockMove, StockBalance, StockValue, CostLayer, Lot)
    ]


def refused(house: House, document: Any, error: type[Exception] = DomainError, match: str = r"\S") -> DomainError:
    """Run a document; assert that it is refused and that the ledger stays as it was."""
    before = ledger()
    with pytest.raises(error, match=match) as caught:
        run(house, document)
    assert ledger() == before
    document.refresh_from_db()
    assert document.status != "posted"
    return caught.value


def other_month() -> dt.date:
    return clock.today().replace(day=1) - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _consistent(db: Any) -> Iterator[None]:
    """Whatever a test did, every cache is the sum of the moves (R-STK-06, R-STK-17)."""
    yield
    assert [str(finding) for finding in verify_stock()] == []


@pytest.mark.parametrize(("method", "out", "left"), [(FIFO, "62.00", "48.00"), (AVERAGE, "66.00", "44.00")])
def test_the_vectors_of_the_domain(house: House, method: str, out: str, left: str) -> None:
    """R-STK-06: 10 at 5.00 and 10 at 6.00, issue 12."""
    item = house.item(valuation=method)
    receive(house, (item, 10, 5))
    receive(house, (item, 10, 6))
    paper = issue(house, (item, 12))
    assert paper.lines.get().amount == Decimal(out)
    assert value(item) == (8, Decimal(left))


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_the_last_piece_takes_the_rest(house: House, method: str) -> None:
    """R-STK-06: three pieces for 10.00 cost 3.33, 3.33 and 3.34; zero pieces are zero yuan."""
    item = house.item(valuation=method)
    receipt = make_receipt(house, (item, 3, "3.333333"))
    run(house, receipt)
    assert [issue(house, (item, 1)).lines.get().amount for _ in range(3)] == [
        Decimal("3.33"),
        Decimal("3.33"),
        Decimal("3.34"),
    ]
    assert value(item) == (0, 0)
    assert not CostLayer.objects.exclude(quantity=0, amount=0).exists()


def test_one_line_refused_is_all_lines_refused(house: House) -> None:
    """R-STK-03"""
    receive(house, (house.gloves, 5, 1), (house.paper, 5, 1))
    error = refused(house, make_issue(house, (house.gloves, 5), (house.paper, 6)), InsufficientStock, "only 5")
    assert error.line == 2


def test_two_lines_of_one_item_share_its_stock(house: House) -> None:
    """R-STK-03"""
    receive(house, (house.gloves, 5, 1))
    refused(house, make_issue(house, (house.gloves, 3), (house.gloves, 3)), InsufficientStock)


def test_first_expired_goes_first(house: House) -> None:
    """R-STK-05"""
    today = clock.today()
    late, soon = today + dt.timedelta(days=90), today + dt.timedelta(days=9)
    receive(house, (house.vaccine, 5, 8, "L1", late), (house.vaccine, 5, 8, "L2", soon))
    issue(house, (house.vaccine, 7))
    left = dict(StockBalance.objects.values_list("lot__number", "quantity"))
    assert left == {"L1": Decimal(3), "L2": Decimal(0)}


def test_expired_lots_are_never_offered(house: House) -> None:
    """R-STK-04, by choice of the ledger and of the storekeeper."""
    today = clock.today()
    receive(house, (house.vaccine, 5, 8, "OLD", today - dt.timedelta(days=1)), (house.vaccine, 2, 8, "NEW", today))
    refused(house, make_issue(house, (house.vaccine, 3)), InsufficientStock, "have expired")
    document = make_issue(house, (house.vaccine, 1))
    document.lines.update(lot=Lot.objects.get(number="OLD"))
    refused(house, document, InsufficientStock, "have expired")
    issue(house, (house.vaccine, 2))
    assert StockBalance.objects.get(lot__number="OLD").quantity == 5


def test_one_lot_has_one_expiry_date(house: House) -> None:
    day = clock.today() + dt.timedelta(days=30)
    receive(house, (house.vaccine, 5, 8, "L1", day))
    error = refused(house, make_receipt(house, (house.vaccine, 5, 8, "L1", day + dt.timedelta(days=1))), match="known")
    assert error.field == "expires_on"


@pytest.mark.parametrize(
    ("lot", "field"), [(("", None), "lot_number"), (("L1", None), "expires_on")], ids=["number", "expiry"]
)
def test_items_by_lot_need_number_and_expiry(house: House, lot: tuple, field: str) -> None:
    assert refused(house, make_receipt(house, (house.vaccine, 5, 8, *lot))).field == field


@pytest.mark.parametrize(("lot", "field"), [("L1", "lot_number"), ("", "expires_on")])
def test_items_without_lots_take_no_number_and_no_expiry(house: House, lot: str, field: str) -> None:
    """Or one careless date would let the whole stock of the item expire."""
    document = make_receipt(house, (house.gloves, 5, 8, lot, clock.today()))
    assert refused(house, document).field == field


def test_a_box_is_twelve_pieces(house: House) -> None:
    box = Unit.objects.create(name="盒")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=12)
    document = make_receipt(house)
    document.lines.all().delete()
    document.lines.create(item=house.gloves, unit=box, factor=12, quantity=Decimal("2.5"), unit_price=Decimal(24))
    run(house, document)
    assert value(house.gloves) == (30, 60)


@pytest.mark.parametrize("factor", [1, 11])
def test_a_wrong_conversion_is_refused(house: House, factor: int) -> None:
    box = Unit.objects.create(name="盒")
    if factor == 11:
        ItemUnit.objects.create(item=house.gloves, unit=box, factor=12)
    document = make_issue(house)
    document.lines.all().delete()
    document.lines.create(item=house.gloves, unit=box, factor=factor, quantity=1)
    assert refused(house, document, match="conversion").field == "unit"


@pytest.mark.parametrize("quantity", ["0.5", "1.0001"])
def test_pieces_are_whole(house: House, quantity: str) -> None:
    assert refused(house, make_receipt(house, (house.gloves, quantity, 5)), match="whole").line == 1


def test_a_quantity_that_rounds_to_nothing_is_refused(house: House) -> None:
    dust = Unit.objects.create(name="微", places=4)
    grams = Unit.objects.create(name="克", places=4)
    item = house.item(unit=grams)
    ItemUnit.objects.create(item=item, unit=dust, factor=Decimal("0.0001"))
    document = make_receipt(house)
    document.lines.all().delete()
    document.lines.create(item=item, unit=dust, factor=Decimal("0.0001"), quantity=Decimal("0.1"), unit_price=1)
    refused(house, document)


@pytest.mark.parametrize("what", ["item", "warehouse", "supplier"])
def test_what_is_stopped_is_refused(house: House, what: str) -> None:
    document = make_receipt(house)
    row = {"item": house.gloves, "warehouse": house.warehouse, "supplier": house.supplier}[what]
    type(row).objects.filter(pk=row.pk).update(active=False)
    refused(house, type(document).objects.get(pk=document.pk))


def test_the_department_belongs_to_the_house(house: House, other_house: House) -> None:
    """R-SYS-06"""
    receive(house)
    assert refused(house, make_issue(house, department=other_house.ward)).field == "department"


def test_a_closed_month_takes_nothing(house: House) -> None:
    """R-STK-07, at submit and at posting; and no month before a closed one either."""
    day = other_month()
    document = run(house, make_receipt(house, business_date=day), "submit", "approve")
    with pytest.raises(DomainError, match=document.number):
        periods.close(house.organization, day.year, day.month, actor=house.accountant)
    # However the month came to be closed, what was approved before is not posted into it.
    Period.objects.filter(year=day.year, month=day.month).update(state=Period.State.CLOSED)
    before = ledger()
    with pytest.raises(PeriodClosed):
        run(house, document, "post")
    assert ledger() == before
    Period.objects.filter(year=day.year, month=day.month).update(state=Period.State.OPEN)
    run(house, document, "post")
    periods.close(house.organization, day.year, day.month, actor=house.accountant)
    refused(house, make_receipt(house, business_date=day), PeriodClosed)
    refused(house, make_receipt(house, business_date=day.replace(day=1) - dt.timedelta(days=40)), PeriodClosed)
    assert value(house.gloves)[0] == 100
    periods.reopen(house.organization, day.year, day.month, actor=house.logistics_head, reason="漏单")
    run(house, make_receipt(house, business_date=day))
    assert value(house.gloves)[0] == 200


def test_tomorrow_takes_nothing(house: House) -> None:
    document = make_receipt(house, business_date=clock.today() + dt.timedelta(days=1))
    assert refused(house, document, match="future").field == "business_date"


def test_backdating_must_not_make_a_past_day_negative(house: House) -> None:
    """Reliability rule L12: there are 10 today, but on the day in question there were none."""
    today = clock.today()
    receive(house, (house.gloves, 10, 5), business_date=today - dt.timedelta(days=2))
    issue(house, (house.gloves, 8), business_date=today - dt.timedelta(days=1))
    receive(house, (house.gloves, 8, 5))
    error = refused(house, make_issue(house, (house.gloves, 3), business_date=today - dt.timedelta(days=1)))
    assert error.field == "business_date"
    refused(house, make_issue(house, (house.gloves, 1), business_date=today - dt.timedelta(days=3)), InsufficientStock)
    issue(house, (house.gloves, 2), business_date=today - dt.timedelta(days=2))
    assert value(house.gloves)[0] == 8


def test_a_backdated_issue_takes_lots_that_were_there_then_and_still_are(house: House) -> None:
    """R-STK-04 and L12: the lot that expires first came in later than the day of the issue, so the other one goes."""
    today = clock.today()
    then, between = today - dt.timedelta(days=4), today - dt.timedelta(days=2)
    late, soon = today + dt.timedelta(days=90), today + dt.timedelta(days=9)
    receive(house, (house.vaccine, 10, 8, "OLD", late), business_date=then)
    receive(house, (house.vaccine, 10, 8, "NEW", soon))
    out = make_issue(house, (house.vaccine, 4), business_date=between)
    run(house, out)
    assert list(StockMove.objects.filter(object_id=out.pk, target__kind="consumption").values_list("lot__number")) == [
        ("OLD",)
    ]
    issue(house, (house.vaccine, 3))  # today the one that expires first goes
    left = dict(StockBalance.objects.values_list("lot__number", "quantity"))
    assert left == {"OLD": 6, "NEW": 7}
    refused(house, make_issue(house, (house.vaccine, 7), business_date=between), InsufficientStock, match="Use a later")
    issue(house, (house.vaccine, 2), (house.vaccine, 4), business_date=between)
    assert dict(StockBalance.objects.values_list("lot__number", "quantity")) == {"OLD": 0, "NEW": 7}
    assert [str(finding) for finding in verify_stock()] == []


def test_a_backdated_issue_leaves_later_issues_their_lots(house: House) -> None:
    """What was there that day but was needed before more came is not free; the rest comes from the next lot."""
    today = clock.today()
    days = [today - dt.timedelta(days=back) for back in (5, 4, 3, 2)]
    soon, late = today + dt.timedelta(days=9), today + dt.timedelta(days=90)
    receive(house, (house.vaccine, 6, 8, "SOON", soon), (house.vaccine, 5, 8, "LATE", late), business_date=days[0])
    issue(house, (house.vaccine, 4), business_date=days[2])
    receive(house, (house.vaccine, 9, 8, "SOON", soon), business_date=days[3])
    issue(house, (house.vaccine, 5), business_date=days[1])
    assert dict(StockBalance.objects.values_list("lot__number", "quantity")) == {"SOON": 9, "LATE": 2}
    assert [str(finding) for finding in verify_stock()] == []


def test_a_reversed_issue_gives_layers_back(house: House) -> None:
    """R-STK-06: first in, first out; the next issue costs what the reversed one cost."""
    receive(house, (house.paper, 3, "3.333333"))
    receive(house, (house.paper, 10, 6))
    before = list(CostLayer.objects.values_list("quantity", "amount"))
    paper = issue(house, (house.paper, 5))
    assert paper.lines.get().amount == Decimal("22.00")
    run(house, paper, "reverse")
    assert list(CostLayer.objects.values_list("quantity", "amount")) == before
    assert value(house.paper) == (13, 70)
    assert issue(house, (house.paper, 5)).lines.get().amount == Decimal("22.00")


@pytest.mark.parametrize("name", ["paper", "gloves"])
def test_a_used_receipt_is_not_reversed(house: House, name: str) -> None:
    """What came in and was used cannot be taken back whole."""
    item = getattr(house, name)
    first = receive(house, (item, 10, 5))
    receive(house, (item, 10, 6))
    used = issue(house, (item, 12))
    before = ledger()
    with pytest.raises(DomainError):
        run(house, first, "reverse")
    assert ledger() == before
    run(house, used, "reverse")
    run(house, first, "reverse")
    assert value(item) == (10, 60)


def test_a_reversal_happens_once_and_mirrors(house: House) -> None:
    receipt = receive(house, (house.gloves, 4, 5), (house.vaccine, 4, 5, "L", clock.today()))
    receipt = run(house, receipt, "reverse")
    assert receipt.status == "reversed"
    with pytest.raises(DomainError):
        run(house, receipt, "reverse")
    assert StockMove.objects.filter(reverses__isnull=False).count() == 2
    assert value(house.gloves) == value(house.vaccine) == (0, 0)


def test_a_reversal_is_dated_in_the_open_month(house: House) -> None:
    day = other_month()
    receipt = receive(house, business_date=day)
    periods.close(house.organization, day.year, day.month, actor=house.accountant)
    run(house, receipt, "reverse")
    assert StockMove.objects.get(reverses__isnull=False).business_date == clock.today()


def test_valuation_changed_between_issue_and_reversal(house: House) -> None:
    """R-STK-08 allows the change at zero stock; what comes back afterwards gets a layer of its own."""
    receipt = receive(house, (house.gloves, 4, 5))
    used = issue(house, (house.gloves, 4))
    Item.objects.filter(pk=house.gloves.pk).update(valuation=FIFO)
    gloves = Item.objects.get(pk=house.gloves.pk)
    run(house, used, "reverse")
    assert list(CostLayer.objects.values_list("quantity", "amount")) == [(Decimal(4), Decimal(20))]
    with pytest.raises(DomainError):
        run(house, receipt, "reverse")
    assert issue(house, (gloves, 3)).lines.get().amount == 15


def test_opening_stock_comes_first(house: House) -> None:
    run(house, make_opening(house, (house.gloves, 5, 5)))
    assert value(house.gloves) == (5, 25)
    issue(house, (house.gloves, 1))
    refused(house, make_opening(house, (house.gloves, 5, 5)), match="already moved")
    receive(house, (house.paper, 5, 5))
    refused(house, make_opening(house, (house.paper, 5, 5)), match="already moved")


@pytest.mark.parametrize("acceptors", [[], ["acceptor"], ["acceptor", "storekeeper"]])
def test_two_others_accept_purchases(house: House, acceptors: list[str]) -> None:
    """R-STK-09, R-PRC-11"""
    document = make_receipt(house)
    document.accepted_by.set([house.people[name] for name in acceptors])
    assert refused(house, document, match="two people").field == "accepted_by"


def test_old_for_new(house: House) -> None:
    """R-STK-11"""
    tube = house.item("灯管", trade_in_required=True)
    receive(house, (tube, 10, 5))
    document = make_issue(house, (tube, 2))
    document.lines.update(old_quantity=1)
    assert refused(house, document).field == "old_quantity"
    document.lines.update(trade_in_waiver="新装灯具")
    run(house, document)
    whole = make_issue(house, (tube, 2))
    whole.lines.update(old_quantity=2)
    run(house, whole)
    assert value(tube)[0] == 6


def test_never_more_than_approved(house: House) -> None:
    """R-STK-12: also over two lines, two issues, and after a reversal."""
    receive(house, (house.gloves, 100, 5))
    asked = run(house, make_requisition(house, (house.gloves, 6)))
    refused(house, make_issue(house, (house.gloves, 4), (house.gloves, 3), requisition=asked), match="at most 6")
    first = run(house, make_issue(house, (house.gloves, 4), requisition=asked))
    refused(house, make_issue(house, (house.gloves, 3), requisition=asked), match="at most 2")
    refused(house, make_issue(house, (house.paper, 1), requisition=asked), match="not on the requisition")
    refused(house, make_issue(house, (house.gloves, 1), requisition=asked, department=house.other_ward))
    run(house, first, "reverse")
    run(house, make_issue(house, (house.gloves, 6), requisition=asked))
    asked.refresh_from_db()
    assert (asked.fulfilment, asked.lines.get().open_quantity) == ("complete", 0)


def test_keepers_see_what_came_in_and_what_went_out(house: House, other_house: House) -> None:
    """R-SYS-06"""
    receive(house)
    issue(house)
    receive(other_house)
    assert StockMove.objects.visible_to(house.storekeeper).count() == 2
    assert StockMove.objects.visible_to(house.requester).count() == 0
    assert StockMove.objects.visible_to(house.accountant).count() == 2


def _statements(house: House, document: Any, step: str) -> int:
    actor = house.storekeeper if step == "post" else house.logistics_head
    with CaptureQueriesContext(connection) as queries:
        apply_transition(document, step, actor=type(actor).objects.get(pk=actor.pk), reason="原因")
    return len(queries)


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_one_line_and_two_hundred_cost_the_same_statements(house: House, method: str) -> None:
    items = [house.item(f"货{n}", valuation=method) for n in range(202)]
    rule(house, type(make_issue(house)), "role", role="logistics_head")
    counts: dict[str, list[int]] = {"receipt": [], "issue": [], "reversal": []}
    receive(house, (items[0], 1, 3))
    issue(house, (items[0], 1))
    for wanted in (items[1:2], items[2:]):
        receipt = run(house, make_receipt(house, *((item, 5, 3) for item in wanted)), "submit", "approve")
        counts["receipt"].append(_statements(house, receipt, "post"))
        paper = run(house, make_issue(house, *((item, 2) for item in wanted)), "submit", "approve")
        counts["issue"].append(_statements(house, paper, "post"))
        counts["reversal"].append(_statements(house, paper, "reverse"))
    for name, (one, many) in counts.items():
        assert one == many, (name, one, many)


def test_virtual_and_physical_sum_to_zero(house: House) -> None:
    """Every move leaves one place and reaches another, so the sum over all places is zero."""
    receive(house, (house.gloves, 10, 5))
    paper = issue(house, (house.gloves, 3))
    run(house, paper, "reverse")
    flows: dict[int, Decimal] = {}
    for move in StockMove.objects.all():
        flows[move.source_id] = flows.get(move.source_id, Decimal(0)) - move.quantity
        flows[move.target_id] = flows.get(move.target_id, Decimal(0)) + move.quantity
    assert sum(flows.values()) == 0
    assert flows[house.warehouse.location.pk] == 10


def test_a_reversal_tomorrow_is_dated_tomorrow(house: House) -> None:
    receipt = receive(house)
    with at(clock.today() + dt.timedelta(days=1)):
        run(house, receipt, "reverse")
        assert StockMove.objects.latest("pk").business_date == clock.today()
