"""Closing a month: what it refuses, keeps and seals, and that reports say the same before and after (R-STK-07, 17)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core import clock, periods
from core.database.append_only import protect, unprotect
from core.documents.services import apply_transition, available_transitions
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.models import Period
from core.models.seals import Seal
from core.verification import findings
from inventory import closing_selectors
from inventory.ledger_selectors import item_balance_before
from inventory.models import MonthClosing, MonthPricing, StockMove, StockSnapshot, StockValue, Warehouse
from inventory.reports.item_ledger import ItemLedger
from inventory.reports.stock_on_hand import StockOnHand
from inventory.reports.stock_summary import StockSummary
from tests.factories import House, at, make_issue, make_receipt, receive, run
from tests.movements import make_stock_return, make_supplier_return

from .reporting import random_history, reference, report, rows_of, second_warehouse

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (dt.date(2026, month, 10) for month in (9, 10, 11))


def close(house: House, day: dt.date, **options: Any) -> Period:
    return periods.close(house.organization, day.year, day.month, actor=house.again("accountant"), **options)


def reopen(house: House, day: dt.date, reason: str = "漏记一张入库单") -> Period:
    return periods.reopen(house.organization, day.year, day.month, actor=house.again("logistics_head"), reason=reason)


def kept(closing: MonthClosing) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    rows = closing.snapshots.select_related("warehouse", "item")
    return {(row.warehouse.code, row.item.name): (row.quantity, row.amount) for row in rows}


def level(house: House, day: dt.date, code: str) -> str:
    checks = closing_selectors.checklist(house.organization, day.year, day.month)
    return next(check.level for check in checks if check.code == code)


def test_a_close_keeps_what_every_warehouse_held_and_seals_it(house: House) -> None:
    second = second_warehouse(house)
    second.keepers.add(house.storekeeper)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5), (house.paper, 4, 20))
        receive(house, (house.gloves, 3, 7), warehouse=second)
        run(house, make_issue(house, (house.gloves, 4), (house.paper, 4)))
    with at(OCTOBER):
        receive(house, (house.gloves, 100, 9))
        close(house, SEPTEMBER, remarks="九月盘点无差异")
        closing = MonthClosing.objects.get()
        assert kept(closing) == {("W1", "医用手套"): (6, 30), ("W2", "医用手套"): (3, 21)}
        assert (closing.closed_by, closing.remarks, str(closing)) == (house.accountant, "九月盘点无差异", "2026-09")
        assert Seal.objects.filter(subject="inventory.StockMove").exists()
    assert list(findings()) == []


def test_months_are_closed_in_order_without_a_gap(house: House) -> None:
    """R-STK-07: March before February is refused, also when nothing happened in February."""
    with at(SEPTEMBER):
        receive(house)
    with at(dt.date(2026, 12, 5)):
        with pytest.raises(DomainError, match="2026-09 first"):
            close(house, OCTOBER)
        assert not MonthClosing.objects.exists()
        close(house, SEPTEMBER)
        with pytest.raises(DomainError, match="2026-10 first"):
            close(house, NOVEMBER)
        assert [str(row) for row in MonthClosing.objects.all()] == ["2026-09"]
        close(house, OCTOBER)
        close(house, NOVEMBER)
        with pytest.raises(DomainError, match="not over"):
            close(house, dt.date(2026, 12, 1))
        with pytest.raises(DomainError, match="already closed"):
            close(house, dt.date(2026, 3, 1))
    assert [str(row) for row in MonthClosing.objects.all()] == ["2026-11", "2026-10", "2026-09"]


def test_papers_under_way_keep_a_month_open(house: House) -> None:
    with at(SEPTEMBER):
        waiting = run(house, make_receipt(house), "submit")
        draft = make_receipt(house)
    with at(OCTOBER):
        with pytest.raises(DomainError, match=waiting.number):
            close(house, SEPTEMBER)
        assert not MonthClosing.objects.exists()
        assert periods.is_open(house.organization.pk, SEPTEMBER)
        assert level(house, SEPTEMBER, "open_goodsreceipt") == "block"
        run(house, waiting, "approve", "post")
        assert level(house, SEPTEMBER, "open_goodsreceipt") == "warn"
        close(house, SEPTEMBER)
        with pytest.raises(PeriodClosed):
            run(house, draft, "submit")
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert StockMove.objects.count() == 1


def test_only_the_last_month_is_reopened_by_the_named_right_and_with_a_reason(house: House) -> None:
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
    with at(NOVEMBER):
        close(house, SEPTEMBER)
        close(house, OCTOBER)
        with pytest.raises(DomainError, match="last closed"):
            reopen(house, SEPTEMBER)
        with pytest.raises(DomainError, match="reason"):
            reopen(house, OCTOBER, " ")
        for who in ("accountant", "storekeeper", "auditor", "leader"):
            with pytest.raises(NotAllowed):
                periods.reopen(house.organization, 2026, 10, actor=house.people[who], reason="x")
        assert not MonthClosing.objects.exclude(reopened_at=None).exists()
        reopen(house, OCTOBER)
        again = MonthClosing.objects.get(month=10)
        assert (again.reopened_by, again.reopen_reason) == (house.logistics_head, "漏记一张入库单")
        receive(house, (house.gloves, 2, 5), business_date=OCTOBER)
        close(house, OCTOBER)
        first, second = MonthClosing.objects.filter(month=10).order_by("pk")
        assert (kept(first), kept(second)) == (
            {("W1", "医用手套"): (10, 50)},
            {("W1", "医用手套"): (12, 60)},
        )
        assert list(findings()) == []


def test_reports_say_the_same_before_and_after_a_close(house: House) -> None:
    """R-STK-17: the openings come from the closing stock, and every number stays what it was."""
    second_warehouse(house)
    random_history(house, 5, days=16)
    asked = [
        (kind, {**days, **({"item": house.gloves} if kind is ItemLedger else {})})
        for kind in (StockSummary, ItemLedger)
        for days in (
            {"month": "2026-09"},
            {"month": "2026-10"},
            {"month": "2026-11"},
            {"start": dt.date(2026, 10, 12), "end": dt.date(2026, 11, 20)},
        )
    ]
    asked.append((StockOnHand, {}))
    asked.append((StockOnHand, {"day": "2026-10-15"}))

    def drawn() -> list[Any]:
        made = [report(kind, house.again("accountant"), **params) for kind, params in asked]
        return [([dict(row.values) for row in each.run()], each.totals()) for each in made]

    with at(dt.date(2026, 12, 20)):
        for document in closing_selectors.stuck_documents(house.organization, SEPTEMBER.replace(day=1), NOVEMBER):
            run(house, document, "cancel")  # what the random history could not post
        before = drawn()
        counted = reference([house.warehouse], NOVEMBER.replace(day=1), dt.date(2026, 11, 30))
        for day in (SEPTEMBER, OCTOBER):
            close(house, day)
        assert drawn() == before
        summary = rows_of(report(StockSummary, house.accountant, month="2026-11", warehouse=house.warehouse))
        for row in summary:
            opening = counted[row.subject]["opening"]
            assert (row.values.get("opening_quantity") or 0, row.values.get("opening_amount") or 0) == opening
        assert list(findings()) == []


def test_openings_are_read_from_the_closing_stock(house: House) -> None:
    """Not from the moves of all years: a closing stock that says otherwise is what the report shows, and is found."""
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
    with at(OCTOBER):
        run(house, make_issue(house, (house.gloves, 1)))
        close(house, SEPTEMBER)
        unprotect("inventory_stocksnapshot", transaction.get_connection())
        StockSnapshot.objects.update(quantity=20, amount=77)
        protect("inventory_stocksnapshot", transaction.get_connection())
        (row,) = rows_of(report(StockSummary, house.accountant, month="2026-10"))
        assert (row.values["opening_quantity"], row.values["closing_amount"]) == (20, 72)
        assert item_balance_before(house.gloves, [house.warehouse], OCTOBER) == (20, 77)
        told = [str(finding) for finding in findings()]
    assert any("the closing stock was changed after the close" in text for text in told)
    assert any("the close says 20.0000 / 77.00, the moves 10.0000 / 50.00" in text for text in told)


def test_the_closing_stock_cannot_be_changed(house: House) -> None:
    with at(SEPTEMBER):
        receive(house)
    with at(OCTOBER):
        close(house, SEPTEMBER)
    for change in (lambda: StockSnapshot.objects.update(quantity=1), StockSnapshot.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert StockSnapshot.objects.get().quantity == 100


def test_another_house_is_not_closed_with_this_one(house: House, other_house: House) -> None:
    with at(SEPTEMBER):
        receive(house)
        receive(other_house)
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert {row.warehouse for row in StockSnapshot.objects.all()} == {house.warehouse}
        receive(other_house, business_date=SEPTEMBER)
        assert not MonthClosing.objects.visible_to(other_house.accountant).exists()


def test_the_checklist_names_what_is_odd_or_was_not_counted(house: House) -> None:
    with at(SEPTEMBER):
        receive(house, (house.gloves, 5, 0), (house.paper, 5, 3))
    with at(OCTOBER):
        checks = {check.code: check for check in closing_selectors.checklist(house.organization, 2026, 9)}
        assert [(entry.subject, entry.detail) for entry in checks["oddities"].entries] == [
            (house.gloves, "in stock at no cost")
        ]
        assert [entry.subject for entry in checks["counts"].entries] == [house.warehouse]
        assert {code: checks[code].level for code in ("months", "open", "transfers", "estimates")} == {
            "months": "ok",
            "open": "ok",
            "transfers": "ok",
            "estimates": "ok",
        }
        assert closing_selectors.blocking(list(checks.values())) == []
    with at(NOVEMBER):
        assert level(house, OCTOBER, "months") == "block"


# ---- the average of a whole month ----


def by_month(house: House) -> Warehouse:
    house.warehouse.valuation = Warehouse.Valuation.PERIOD_AVERAGE
    house.warehouse.save()
    return house.warehouse


def use(house: House, quantity: Any, department: Any = None, item: Any = None) -> Any:
    document = make_issue(house, (item or house.gloves, quantity), department=department or house.ward)
    return run(house, document)


def charged(house: House, department: Any = None) -> Decimal:
    """Yuan charged to use, of one department or all, whatever way it got there."""
    rows = StockMove.objects.filter(**({"department": department} if department else {}))
    out = sum((m.amount for m in rows.filter(target__kind="consumption")), Decimal(0))
    return out - sum((m.amount for m in rows.filter(source__kind="consumption")), Decimal(0))


def value(house: House, item: Any = None) -> tuple[Decimal, Decimal]:
    row = StockValue.objects.get(warehouse=house.warehouse, item=item or house.gloves)
    return row.quantity, row.amount


def test_the_average_of_the_month_whatever_the_order(house: House) -> None:
    """10 @ 5.00 and 10 @ 6.00 are 110.00 for 20: 12 cost 66.00, 8 stay at 44.00. By hand: 6 leave at 5.00 = 30.00
    before the second receipt; then (20.00 + 60.00) / 14 x 6 = 34.29; so 66.00 - 64.29 = 1.71 more is charged to use."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        use(house, 6)
        receive(house, (house.gloves, 10, 6))
        use(house, 6)
        assert charged(house) == Decimal("64.29")
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert charged(house) == Decimal("66.00")
        assert value(house) == (8, Decimal("44.00"))
        pricing = MonthPricing.objects.get()
        line = pricing.lines.get()
        assert (pricing.status, pricing.business_date, pricing.number) == (
            "posted",
            dt.date(2026, 9, 30),
            "YJ20260900001",
        )
        assert (line.quantity, line.average, line.provisional, line.amount) == (
            12,
            Decimal("5.5"),
            Decimal("64.29"),
            Decimal("1.71"),
        )
        assert kept(MonthClosing.objects.get()) == {("W1", "医用手套"): (8, 44)}
        assert list(findings()) == []


def test_three_pieces_for_ten_yuan_leave_nothing_behind(house: House) -> None:
    """10.00 over three pieces, issued one by one to three papers: 3.33, 3.33 and 3.34 together are 10.00."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 3, "3.333333"))
        issues = [use(house, 1), use(house, 1, house.other_ward), use(house, 1)]
        amounts = [issue.lines.get().amount for issue in issues]
        assert amounts == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert charged(house) == Decimal("10.00")
        assert value(house) == (0, 0)
        assert not StockSnapshot.objects.exists()
        assert list(findings()) == []


def test_the_difference_is_divided_among_the_departments(house: House) -> None:
    """Opening 10 @ 4.00, receipts 10 @ 7.00: 110.00 / 20 = 5.50. The ward took 6 first (24.00, now 33.00), the other 4
    after the receipt at 86.00 / 14 (24.57, now 22.00): 9.00 more for one, 2.57 less for the other."""
    by_month(house)
    with at(dt.date(2026, 8, 20)):
        receive(house, (house.gloves, 10, 4))
    with at(SEPTEMBER):
        use(house, 6)
        receive(house, (house.gloves, 10, 7))
        use(house, 4, house.other_ward)
        assert (charged(house, house.ward), charged(house, house.other_ward)) == (24, Decimal("24.57"))
        close(house, dt.date(2026, 8, 1))
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert (charged(house, house.ward), charged(house, house.other_ward)) == (33, 22)
        assert value(house) == (10, 55)
        assert list(findings()) == []


def test_goods_that_left_meanwhile_carry_their_part_into_the_next_month(house: House) -> None:
    """September: 110.00 / 20 = 5.50, 12 used for 64.29, so 1.71 belongs to use and 44.00 stay for 8. All 8 leave on the
    second of October for 45.71; the close gives October 1.71 back, so that they cost 44.00 as well."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        use(house, 6)
        receive(house, (house.gloves, 10, 6))
        use(house, 6)
    with at(dt.date(2026, 10, 2)):
        use(house, 8, house.other_ward)
        assert charged(house, house.other_ward) == Decimal("45.71")
        close(house, SEPTEMBER)
        assert value(house) == (0, 0)
        assert kept(MonthClosing.objects.get()) == {("W1", "医用手套"): (8, 44)}
    with at(NOVEMBER):
        close(house, OCTOBER)
        assert (charged(house, house.ward), charged(house, house.other_ward)) == (66, 44)
        assert value(house) == (0, 0)
        assert list(findings()) == []


def test_a_reopened_month_is_priced_anew(house: House) -> None:
    """110.00 / 20 = 5.50 for 12; a forgotten receipt of 20 @ 4.00 makes it 190.00 / 40 = 4.75, 12 cost 57.00."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        use(house, 6)
        receive(house, (house.gloves, 10, 6))
        use(house, 6)
    with at(OCTOBER):
        close(house, SEPTEMBER)
        reopen(house, SEPTEMBER)
        receive(house, (house.gloves, 20, 4), business_date=SEPTEMBER)
        close(house, SEPTEMBER)
        assert [pricing.lines.get().amount for pricing in MonthPricing.objects.order_by("pk")] == [
            Decimal("1.71"),
            Decimal("-9.00"),
        ]
        assert charged(house) == 57
        assert value(house) == (28, 133)
        reopen(house, SEPTEMBER)
        close(house, SEPTEMBER)
        assert MonthPricing.objects.count() == 2
        assert list(findings()) == []


def test_what_comes_back_from_an_earlier_month_keeps_that_months_price(house: House) -> None:
    """September: 10 @ 5.00, all used. October: the issue of 4 is reversed (20.00 back) and 6 @ 9.00 come in: 74.00 / 10
    = 7.40, so the 5 used in October cost 37.00 and September stays at 50.00 - 20.00."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        first = use(house, 4)
        use(house, 6)
    with at(OCTOBER):
        close(house, SEPTEMBER)
        apply_transition(first, "reverse", actor=house.logistics_head, reason="发错科室")
        use(house, 2, house.other_ward)
        receive(house, (house.gloves, 6, 9))
        use(house, 3, house.other_ward)
    with at(NOVEMBER):
        close(house, OCTOBER)
        assert (charged(house, house.ward), charged(house, house.other_ward)) == (30, 37)
        assert value(house) == (5, 37)
        assert list(findings()) == []


def test_returns_to_the_store_lower_what_was_used_in_their_month(house: House) -> None:
    """10 @ 5.00, 6 used, 2 brought back (10.00), 10 @ 6.00 come in: 110.00 / 20 = 5.50, so the 4 that stayed in use
    cost 22.00. What comes back in October comes at September's price as posted, 5.00, and is received there."""
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        issued = use(house, 6)
        run(house, make_stock_return(house, issued, 2))
        receive(house, (house.gloves, 10, 6))
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert charged(house) == 22
        assert value(house) == (16, 88)
        run(house, make_stock_return(house, issued, 1))
        use(house, 17, house.other_ward)
    with at(NOVEMBER):
        close(house, OCTOBER)
        assert (charged(house, house.ward), charged(house, house.other_ward)) == (17, 93)
        assert value(house) == (0, 0)
        assert list(findings()) == []


def test_what_left_otherwise_keeps_the_cost_it_left_at(house: House) -> None:
    """10 @ 5.00; 2 sent back to the supplier at 5.00; 10 @ 6.00: 100.00 / 18 x 9 = 50.00 for 9 used."""
    by_month(house)
    with at(SEPTEMBER):
        first = receive(house, (house.gloves, 10, 5))
        run(house, make_supplier_return(house, first, 2))
        use(house, 3)
        receive(house, (house.gloves, 10, 6))
        use(house, 6)
    with at(OCTOBER):
        close(house, SEPTEMBER)
        assert charged(house) == 50
        assert value(house) == (9, 50)
        assert list(findings()) == []


def test_nobody_writes_or_steps_on_a_pricing(house: House) -> None:
    by_month(house)
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        use(house, 6)
    with at(OCTOBER):
        close(house, SEPTEMBER)
        document = MonthPricing.objects.get()
        for person in house.people.values():
            assert available_transitions(document, actor=person) == []
        forged = MonthPricing.objects.create(
            organization=house.organization,
            department=house.logistics,
            warehouse=house.warehouse,
            business_date=dt.date(2026, 10, 10),
            year=2026,
            month=10,
            created_by=house.accountant,
        )
        forged.lines.create(item=house.gloves, quantity=1, average=1, provisional=0, amount=5)
        with pytest.raises(DomainError, match="meanwhile"):
            apply_transition(forged, "submit", actor=house.accountant)
    assert charged(house) == 30


def test_R_STK_08_the_valuation_of_a_warehouse_stays_while_there_is_stock(house: House) -> None:
    from django.core.exceptions import ValidationError

    receive(house, (house.gloves, 1, 5))
    house.warehouse.valuation = Warehouse.Valuation.PERIOD_AVERAGE
    with pytest.raises(ValidationError, match="stock"):
        house.warehouse.full_clean()
    use(house, 1)
    with pytest.raises(ValidationError, match="fiscal year"):
        house.warehouse.full_clean()
    with at(dt.date(clock.today().year + 1, 1, 2)):
        house.warehouse.full_clean()
        house.warehouse.save()
    assert Warehouse.objects.get(pk=house.warehouse.pk).valuation == "period_average"
