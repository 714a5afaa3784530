"""The reports of the storehouse are exact: screen = Excel = a slow reference over every move (R-STK-17)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.documents.services import apply_transition
from core.reports import SUBTOTAL, all_reports, reports_for
from core.reports.rendering import screen_context
from inventory.models import ItemCategory, StockValue
from inventory.reports.consumption import Consumption, DepartmentIssues
from inventory.reports.item_ledger import ItemLedger
from inventory.reports.stock_on_hand import StockOnHand
from inventory.reports.stock_summary import StockSummary
from tests.factories import House, at, make_issue, make_opening, receive, run

from .reporting import random_history, reference, report, rows_of, second_warehouse

YEAR = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 12, 31)}
RANGES = [
    (dt.date(2026, 9, 1), dt.date(2026, 9, 30)),
    (dt.date(2026, 10, 5), dt.date(2026, 10, 20)),
    (dt.date(2026, 9, 1), dt.date(2026, 11, 30)),
    (dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
    (dt.date(2026, 1, 1), dt.date(2026, 8, 31)),
]


def pair(row: Any, prefix: str) -> tuple[Decimal, Decimal]:
    return (row.values.get(f"{prefix}_quantity") or Decimal(0), row.values.get(f"{prefix}_amount") or Decimal(0))


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_agree_with_the_slow_reference(house: House, seed: int) -> None:
    done = random_history(house, seed)
    assert done["receipt"] + done["issue"] > 8, done
    for start, end in RANGES:
        expected = reference([house.warehouse], start, end)
        rows = rows_of(report(StockSummary, house.accountant, start=start, end=end))
        assert {row.subject for row in rows} == {
            item for item, sums in expected.items() if any(any(part) for part in sums.values())
        }
        for row in rows:
            for name in ("opening", "received", "issued", "closing"):
                assert pair(row, name) == expected[row.subject][name], (row.subject, name, start)
            _identity(row)
        for item in (house.gloves, house.paper):
            ledger = report(ItemLedger, house.accountant, item=item, start=start, end=end)
            opening = rows_of(ledger, SUBTOTAL)[0]
            totals = ledger.totals()
            assert pair(opening, "balance") == expected[item]["opening"]
            for name, prefix in (("received", "received"), ("issued", "issued"), ("closing", "balance")):
                found = (totals[f"{prefix}_quantity"], totals[f"{prefix}_amount"])
                assert found == expected[item][name], (item, name, start)


def _identity(row: Any) -> None:
    """R-STK-17 in every row, and the parts add up to their total."""
    for number in (0, 1):
        opening, received, issued, closing = (
            pair(row, name)[number] for name in ("opening", "received", "issued", "closing")
        )
        assert opening + received - issued == closing
        parts = [pair(row, f"received_{part}")[number] for part in ("purchase", "donation", "opening_stock")]
        assert sum(parts) == received
        assert sum(pair(row, f"issued_{part}")[number] for part in ("use", "loss")) == issued


@pytest.mark.parametrize("seed", [3, 4])
def test_the_ledger_runs_from_line_to_line(house: House, seed: int) -> None:
    random_history(house, seed)
    made = report(ItemLedger, house.accountant, item=house.gloves, **YEAR)
    balance: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    for row in made.run():
        if row.level == 0:
            received, issued = pair(row, "received"), pair(row, "issued")
            balance = (balance[0] + received[0] - issued[0], balance[1] + received[1] - issued[1])
        assert pair(row, "balance") == balance
    value = StockValue.objects.get(item=house.gloves)
    assert balance == (value.quantity, value.amount)


def test_month_totals_and_year_to_date(house: House) -> None:
    with at(dt.date(2026, 9, 10)):
        receive(house, (house.gloves, 10, 5))
    with at(dt.date(2026, 10, 8)):
        run(house, make_issue(house, (house.gloves, 4)))
    with at(dt.date(2026, 10, 20)):
        receive(house, (house.gloves, 2, 5))
    with at(dt.date(2026, 11, 2)):
        run(house, make_issue(house, (house.gloves, 1)))
    made = report(ItemLedger, house.accountant, item=house.gloves, start="2026-10-15", end="2026-11-30")
    lines = [
        (row.values["text"], pair(row, "received")[0], pair(row, "issued")[0], pair(row, "balance")[0])
        for row in made.run()
    ]
    assert lines == [
        ("Brought forward", 0, 0, 6),
        ("Purchase receipt 康达医疗用品有限公司", 2, 0, 8),
        ("Month total", 2, 4, 8),  # of the whole October, as the books have it
        ("Year to date", 12, 4, 8),
        ("Issued for use 内科一病区", 0, 1, 7),
        ("Month total", 0, 1, 7),
        ("Year to date", 12, 5, 7),
    ]
    assert (made.totals()["received_quantity"], made.totals()["issued_quantity"]) == (2, 1)


def test_a_reversal_is_negative_in_the_column_it_undoes(house: House) -> None:
    with at(dt.date(2026, 10, 8)):
        wrong = receive(house, (house.gloves, 10, 5))
        receive(house, (house.gloves, 5, 6))
    with at(dt.date(2026, 11, 3)):
        issue = run(house, make_issue(house, (house.gloves, 3)))
        run(house, issue, "reverse")
        run(house, wrong, "reverse")
    (row,) = rows_of(report(StockSummary, house.accountant, start="2026-11-01", end="2026-11-30"))
    assert pair(row, "received_purchase") == (-10, Decimal("-50.00"))
    assert pair(row, "issued_use") == (0, 0)
    assert pair(row, "closing") == (5, Decimal("30.00"))
    texts = [
        (entry.values["text"], pair(entry, "received")[0], pair(entry, "issued")[0])
        for entry in rows_of(report(ItemLedger, house.accountant, item=house.gloves, month="2026-11"))
    ]
    assert texts[1] == ("Reversal of: Issued for use 内科一病区", 0, -3)
    assert texts[2][1] == -10


def test_subtotals_follow_the_category_tree(house: House) -> None:
    office = house.gloves.category
    pens = ItemCategory.objects.create(code="0101", name="笔类", parent=office)
    pen = house.item("中性笔", category=pens)
    mop = house.item("拖把", category=ItemCategory.objects.create(code="02", name="清洁用品"))
    with at(dt.date(2026, 11, 3)):
        receive(house, (house.gloves, 1, 100), (pen, 1, 20), (mop, 1, 3))
    made = report(StockSummary, house.accountant, month="2026-11")
    found = [(row.values["name"], row.values["closing_amount"], row.level) for row in made.run()]
    assert found == [
        ("医用手套", 100, 0),
        ("中性笔", 20, 0),
        ("Subtotal: 笔类", 20, 1),
        ("Subtotal: 办公用品", 120, 1),
        ("拖把", 3, 0),
        ("Subtotal: 清洁用品", 3, 1),
    ]
    assert made.totals()["closing_amount"] == 123
    narrow = report(StockSummary, house.accountant, month="2026-11", category=office)
    assert [row.values["code"] for row in rows_of(narrow)] == [house.gloves.code, pen.code]


def test_consumption_by_department_and_category(house: House) -> None:
    mop = house.item("拖把", category=ItemCategory.objects.create(code="02", name="清洁用品"))
    with at(dt.date(2026, 10, 8)):
        receive(house, (house.gloves, 100, 5), (mop, 10, 8))
        run(house, make_issue(house, (house.gloves, 2)))
    with at(dt.date(2026, 11, 3)):
        run(house, make_issue(house, (house.gloves, 4), (mop, 1)))
        taken_back = run(house, make_issue(house, (house.gloves, 7)))
        run(house, make_issue(house, (house.gloves, 1), department=house.other_ward))
    with at(dt.date(2026, 11, 5)):
        run(house, taken_back, "reverse")
    made = report(Consumption, house.accountant, month="2026-11")
    found = [
        (row.values["department"], row.values.get("category"), row.values["period"], row.values["year"])
        for row in made.run()
    ]
    assert found == [
        ("内科一病区", "办公用品", 20, 30),
        ("内科一病区", "清洁用品", 8, 8),
        ("Subtotal: 内科一病区", None, 28, 38),
        ("外科一病区", "办公用品", 5, 5),
        ("Subtotal: 外科一病区", None, 5, 5),
    ]
    assert (made.totals()["period"], made.totals()["year"]) == (33, 43)

    behind = report(DepartmentIssues, house.accountant, month="2026-11", department=house.ward)
    assert [(row.values["quantity"], row.values["amount"]) for row in behind.run()] == [
        (4, 20),
        (1, 8),
        (7, 35),
        (-7, -35),
    ]
    assert behind.totals()["amount"] == 28
    for who, departments in (
        (house.department_head, ["内科一病区", "内科一病区"]),
        (house.other_head, ["外科一病区"]),
        (house.storekeeper, ["内科一病区", "内科一病区", "外科一病区"]),
    ):
        own = report(Consumption, who, month="2026-11")
        assert [row.values["department"] for row in rows_of(own)] == departments


def test_a_head_cannot_choose_another_department(house: House) -> None:
    form = DepartmentIssues.form_class(
        {"month": "2026-11", "department": house.other_ward.pk}, user=house.department_head
    )
    assert not form.is_valid()
    assert "department" in form.errors
    assert list(form.fields["department"].queryset) == [house.ward]


def test_a_keeper_sees_his_warehouses_alone(house: House) -> None:
    second = second_warehouse(house)
    receive(house, (house.gloves, 10, 5))
    open_second(house, second)
    one = report(StockSummary, house.storekeeper)
    both = report(StockSummary, house.second_storekeeper)
    assert [row.values["code"] for row in rows_of(one)] == [house.gloves.code]
    assert [row.values["code"] for row in rows_of(both)] == [house.gloves.code, house.vaccine.code]
    assert one.totals()["closing_amount"] == 50
    form = StockSummary.form_class({"month": "2026-11", "warehouse": second.pk}, user=house.storekeeper)
    assert "warehouse" in form.errors


def open_second(house: House, warehouse: Any) -> Any:
    document = make_opening(
        house,
        (house.vaccine, 3, 7, "L1", dt.date(2027, 1, 1)),
        warehouse=warehouse,
        created_by=house.second_storekeeper,
    )
    document = apply_transition(document, "submit", actor=house.second_storekeeper)
    document = apply_transition(document, "approve", actor=house.logistics_head)
    return apply_transition(document, "post", actor=house.second_storekeeper)


def test_another_organization_is_not_counted(house: House, other_house: House) -> None:
    for each, pieces in ((house, 10), (other_house, 70)):
        receive(each, (house.gloves, pieces, 5))
        run(each, make_issue(each, (house.gloves, 1)))
    for kind in (StockSummary, StockOnHand):
        for who in ("accountant", "auditor", "storekeeper", "logistics_head"):
            made = report(kind, house.people[who])
            amounts = [row.values.get("closing_amount") or row.values.get("amount") for row in rows_of(made)]
            assert amounts == [45], (kind, who)
    assert [row.values["year"] for row in rows_of(report(Consumption, house.accountant))] == [5]
    form = ItemLedger.form_class(
        {"month": "2026-11", "item": house.gloves.pk, "warehouse": other_house.warehouse.pk}, user=house.accountant
    )
    assert "warehouse" in form.errors


def test_who_may_open_which_report(house: House) -> None:
    stock = {"item_ledger", "stock_summary", "stock_on_hand", "expiry", "lot_trace", "slow_moving", "price_changes"}
    stock |= {"supplier_deliveries"}
    use = {"consumption", "department_issues"}
    assert {kind.code for kind in all_reports()} >= stock | use
    for role, expected in (
        ("requester", set()),
        ("department_head", use),
        ("storekeeper", stock | use),
        ("accountant", stock | use),
        ("auditor", stock | use),
        ("rights_administrator", set()),
    ):
        assert {kind.code for kind in reports_for(house.people[role])} & (stock | use) == expected, role


def test_stock_on_hand_now_and_then(house: House) -> None:
    house.gloves.min_stock = Decimal(20)
    house.gloves.save()
    mop = house.item("拖把", min_stock=Decimal(2))
    with at(dt.date(2026, 10, 8)):
        receive(house, (house.gloves, 30, 5), (house.vaccine, 4, 8, "B2", dt.date(2026, 11, 30)))
        receive(house, (house.vaccine, 6, 8, "A1", dt.date(2026, 10, 20)), (house.paper, 5, 20))
    with at(dt.date(2026, 11, 10)):
        run(house, make_issue(house, (house.gloves, 15), (house.vaccine, 1)))
        now = [dict(row.values) for row in report(StockOnHand, house.storekeeper).run()]
        attention = [row.values["code"] for row in report(StockOnHand, house.storekeeper, warnings="on").run()]
    by_code = {row["code"]: row for row in now if "code" in row}
    assert (by_code[house.gloves.code]["quantity"], by_code[house.gloves.code]["warning"]) == (15, "below the minimum")
    assert by_code[mop.code]["quantity"] == 0
    lots = [(row["lot"], row["lot_quantity"], row["warning"]) for row in now if "lot" in row]
    assert lots == [("A1", 6, "expired"), ("B2", 3, "expires in 20 days")]
    assert attention == [house.gloves.code, house.vaccine.code, house.vaccine.code, mop.code]
    then = report(StockOnHand, house.storekeeper, day="2026-10-31", q="手套")
    (row,) = list(then.run())
    assert (row.values["quantity"], row.values["amount"], row.values["warning"]) == (30, 150, "")
    found = rows_of(report(StockOnHand, house.storekeeper, q="XDY"))
    assert {row.subject[0] for row in found} == {house.vaccine}


@pytest.mark.parametrize("kind", [StockSummary, Consumption, StockOnHand, ItemLedger, DepartmentIssues])
def test_the_number_of_statements_does_not_grow(house: House, kind: Any) -> None:
    params: dict[str, Any] = {} if kind is StockOnHand else dict(YEAR)
    if kind is ItemLedger:
        params["item"] = house.gloves
    if kind is DepartmentIssues:
        params["department"] = house.ward

    def statements() -> int:
        made = report(kind, house.again("accountant"), **params)
        screen_context(made)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert screen_context(report(kind, made.user, **params))["count"] > 0
        return len(queries)

    with at(dt.date(2026, 11, 10)):
        receive(house, (house.gloves, 500, 5))
        run(house, make_issue(house, (house.gloves, 4)))
        few = statements()
        for number in range(6):
            item = house.item(
                f"物品{number}", category=ItemCategory.objects.create(code=f"9{number}", name=f"类{number}")
            )
            receive(house, (item, 5, 3), (house.gloves, 2, 7))
            run(house, make_issue(house, (item, 2), (house.gloves, 3)))
        assert statements() == few
