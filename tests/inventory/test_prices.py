"""价差单 and 暂估: the invoice's price reaches stock and use, to the cent, without touching the receipt."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.errors import DomainError, IllegalTransition
from inventory.models import CostLayer, GoodsReceipt, PriceDifference, StockMove, StockValue
from inventory.services import prices
from inventory.services.loss_verification import verify_prices
from inventory.services.verification import verify_stock
from tests.factories import House, at, make_issue, make_receipt, receive, run
from tests.losses import make_price_difference
from tests.movements import make_supplier_return

from .screens import as_user, line_data

pytestmark = pytest.mark.django_db


def clean() -> bool:
    return [str(finding) for finding in (*verify_stock(), *verify_prices())] == []


def worth(item: Any) -> tuple[Decimal, Decimal]:
    row = StockValue.objects.get(item=item)
    return row.quantity, row.amount


def estimate(house: House, *lines: Any, **fields: Any) -> GoodsReceipt:
    """A posted estimate: no acceptance, no invoice."""
    document = make_receipt(house, *lines, kind="estimate", **fields)
    document.accepted_by.clear()
    return run(house, document)


def parts(document: PriceDifference) -> list[tuple[Decimal, Decimal, Decimal]]:
    return [(line.amount, line.stock_part, line.use_part) for line in document.lines.all()]


# ---- what the difference does ----


def test_all_in_stock_all_of_the_difference_is_stock(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    document = run(house, make_price_difference(house, receipt, 6))
    assert (worth(house.gloves), parts(document)) == ((10, 60), [(10, 10, 0)])
    move = StockMove.objects.get(number=document.number)
    assert (move.quantity, move.amount, move.source.kind) == (0, 10, "supplier")
    receipt.refresh_from_db()
    assert (receipt.lines.get().unit_price, receipt.lines.get().amount) == (5, 50)
    assert clean()


@pytest.mark.parametrize(("new", "left", "used"), [(6, 4, 6), ("4.5", -2, -3), ("5.01", "0.04", "0.06")])
def test_what_was_used_since_is_charged_to_use(house: House, new: Any, left: Any, used: Any) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    run(house, make_issue(house, (house.gloves, 6)))
    document = run(house, make_price_difference(house, receipt, new))
    left, used = Decimal(str(left)), Decimal(str(used))
    assert parts(document) == [(left + used, left, used)]
    assert worth(house.gloves) == (4, 20 + left)
    move = StockMove.objects.get(
        number=document.number, **{"target__kind" if used > 0 else "source__kind": "consumption"}
    )
    assert (move.amount, move.department) == (abs(used), house.logistics)
    assert clean()


def test_first_in_first_out_corrects_the_receipts_own_layer(house: House) -> None:
    first = receive(house, (house.paper, 10, 5))
    receive(house, (house.paper, 10, 6))
    run(house, make_issue(house, (house.paper, 4)))
    document = run(house, make_price_difference(house, first, 7))
    assert parts(document) == [(20, 12, 8)]
    layers = list(CostLayer.objects.order_by("move").values_list("quantity", "amount"))
    assert layers == [(6, 42), (10, 60)]
    issue = run(house, make_issue(house, (house.paper, 6)))
    assert issue.lines.get().amount == 42
    assert clean()


@pytest.mark.parametrize("used", [10, 9])
def test_a_difference_is_not_taken_out_of_a_layer_that_was_used(house: House, used: int) -> None:
    """R-STK-06: other layers of the item could pay for it, but their cost is not touched; the papers are named."""
    first = receive(house, (house.paper, 10, 5))
    receive(house, (house.paper, 10, 50))
    document = run(house, make_price_difference(house, first, 50))
    issue = run(house, make_issue(house, (house.paper, used)))
    before = list(CostLayer.objects.order_by("move").values_list("quantity", "amount"))
    with pytest.raises(DomainError, match=f"cannot be changed by -450.*{issue.number}"):
        run(house, document, "reverse")
    document.refresh_from_db()
    assert document.status == "posted"
    assert list(CostLayer.objects.order_by("move").values_list("quantity", "amount")) == before
    run(house, issue, "reverse")
    run(house, document, "reverse")
    assert list(CostLayer.objects.order_by("move").values_list("quantity", "amount")) == [(10, 50), (10, 500)]
    assert clean()


def test_nothing_is_left_so_all_of_it_is_use(house: House) -> None:
    receipt = receive(house, (house.gloves, 3, "3.333333"))
    run(house, make_issue(house, (house.gloves, 3)))
    document = run(house, make_price_difference(house, receipt, 4))
    assert parts(document) == [(2, 0, 2)]
    assert worth(house.gloves) == (0, 0)
    assert clean()


def test_a_lower_price_never_makes_stock_worth_less_than_nothing(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 100))
    receive(house, (house.gloves, 90, 0))
    run(house, make_issue(house, (house.gloves, 90)))
    document = run(house, make_price_difference(house, receipt, 0))
    assert parts(document) == [(-1000, -100, -900)]
    assert worth(house.gloves) == (10, 0)
    assert clean()


def test_a_second_correction_starts_from_the_first(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    run(house, make_price_difference(house, receipt, 6))
    again = run(house, make_price_difference(house, receipt, 4))
    assert (again.lines.get().booked, parts(again)) == (60, [(-20, -20, 0)])
    assert worth(house.gloves) == (10, 40)
    assert clean()


def test_a_reversed_difference_leaves_the_receipt_as_it_was(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    document = run(house, make_price_difference(house, receipt, 6))
    with pytest.raises(DomainError, match=document.number):
        run(house, receipt, "reverse")
    receipt.refresh_from_db()
    assert (receipt.status, worth(house.gloves)) == ("posted", (10, 60))
    run(house, document, "reverse")
    assert worth(house.gloves) == (10, 50)
    run(house, receipt, "reverse")
    assert worth(house.gloves) == (0, 0)
    assert clean()


# ---- refusals ----


def test_what_says_nothing_or_too_little_is_refused(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    other = receive(house, (house.gloves, 10, 5))
    same = make_price_difference(house, receipt, 5)
    with pytest.raises(DomainError, match="nothing to correct"):
        run(house, same, "submit")
    without = make_price_difference(house, receipt, 6, invoice_number=" ")
    with pytest.raises(DomainError, match="number of the invoice"):
        run(house, without, "submit")
    early = make_price_difference(house, receipt, 6, business_date=clock.today() - dt.timedelta(days=40))
    with pytest.raises(DomainError, match="earlier day"):
        run(house, early, "submit")
    foreign = make_price_difference(house, receipt, 6)
    foreign.lines.update(receipt_line=other.lines.get())
    with pytest.raises(DomainError, match="not on"):
        run(house, foreign, "submit")
    draft = make_price_difference(house, make_receipt(house, (house.gloves, 1, 5)), 6)
    with pytest.raises(IllegalTransition, match="posted receipt"):
        run(house, draft, "submit")
    assert worth(house.gloves) == (20, 100)
    assert not StockMove.objects.filter(quantity=0).exists()


def test_goods_that_went_back_are_not_on_the_invoice(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    document = run(house, make_price_difference(house, receipt, 6), "submit", "approve")
    run(house, make_supplier_return(house, receipt, 4))
    with pytest.raises(DomainError, match="6 个 of this receipt"):
        run(house, document, "post")
    assert worth(house.gloves) == (6, 30)
    run(house, document, "cancel")
    again = run(house, make_price_difference(house, receipt, 6))
    assert (again.lines.get().booked, parts(again)) == (30, [(6, 6, 0)])
    assert clean()


def test_what_goes_back_later_is_credited_at_the_price_of_the_invoice(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    run(house, make_price_difference(house, receipt, 6))
    back = run(house, make_supplier_return(house, receipt, 4))
    assert back.lines.get().credit == 24
    again = run(house, make_price_difference(house, receipt, 7))
    assert (again.lines.get().booked, parts(again)) == (36, [(6, 6, 0)])
    rest = run(house, make_supplier_return(house, receipt, 6))
    assert rest.lines.get().credit == 42
    assert clean()


# ---- estimates ----


def test_an_estimate_needs_no_acceptance_and_no_invoice_but_its_supplier(house: House) -> None:
    """R-STK-01 names the exception."""
    nobody = make_receipt(house, (house.gloves, 10, 5), kind="estimate", supplier=None)
    with pytest.raises(DomainError, match="supplier"):
        run(house, nobody, "submit")
    receipt = estimate(house, (house.gloves, 10, 5))
    assert worth(house.gloves) == (10, 50)
    assert list(prices.open_estimates([house.warehouse])) == [receipt]


def test_the_invoice_of_next_month_settles_the_estimate_in_one_paper(house: House) -> None:
    today = clock.today()
    with at(today.replace(day=1) - dt.timedelta(days=3)):
        receipt = estimate(house, (house.gloves, 10, 5), (house.paper, 4, 20))
    run(house, make_issue(house, (house.gloves, 5)))
    partial = make_price_difference(house, receipt, 6)
    with pytest.raises(DomainError, match="settled whole"):
        run(house, partial, "submit")
    document = run(house, make_price_difference(house, receipt, 6, 20))
    assert parts(document) == [(10, 5, 5), (0, 0, 0)]
    assert (worth(house.gloves), worth(house.paper)) == ((5, 30), (4, 80))
    assert not prices.open_estimates([house.warehouse]).exists()
    assert set(StockMove.objects.filter(number=document.number).values_list("business_date", flat=True)) == {today}
    paper = as_user(house.storekeeper).get(reverse("pricedifference_print", args=(document.pk,)))
    rows = [(row[4].split(":")[0], row[5], row[7]) for sheet in paper.context["sheets"] for row in sheet.rows]
    assert rows == [("red", -10, -50), ("blue", 10, 60), ("red", -4, -80), ("blue", 4, 80)]
    run(house, document, "reverse")
    assert list(prices.open_estimates([house.warehouse])) == [receipt]
    assert clean()


def test_from_the_open_estimates_to_the_booked_invoice_through_the_screens(house: House) -> None:
    from inventory.models import ItemUnit, Unit

    box = Unit.objects.create(name="箱")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=24)
    receipt = make_receipt(house, (house.gloves, 1000, "100"), kind="estimate")
    receipt.lines.get().delete()
    receipt.lines.create(item=house.gloves, unit=box, factor=24, quantity=1000, unit_price=100)
    receipt = run(house, receipt)
    keeper = as_user(house.storekeeper)
    page = keeper.get(reverse("open_estimates")).content.decode()
    assert receipt.number in page
    url = f"{reverse('pricedifference_new')}?receipt={receipt.pk}"
    assert url in page
    form = keeper.get(url)
    assert [f["price"].value() for f in form.context["formset"]] == ["100"]
    key = form.context["formset"].forms[0]["key"].value()
    data = {
        "request_key": str(form.context["request_key"]),
        "invoice_number": "FP-77",
        "business_date": f"{clock.today():%Y-%m-%d}",
        "then": "submit",
        **line_data({"key": key, "price": "100.01"}, initial=1),
    }
    keeper.post(url, {**data, **line_data({"key": 999999, "price": "1"}, initial=1)})
    assert not PriceDifference.objects.exists()
    keeper.post(url, data)
    document = PriceDifference.objects.get()
    assert (document.status, document.lines.get().amount) == ("submitted", 10)
    document = run(house, document, "approve", "post")
    assert worth(house.gloves) == (24000, 100010)
    assert receipt.number not in keeper.get(reverse("open_estimates")).content.decode()
    for screen in ("detail", "print"):
        assert keeper.get(reverse(f"pricedifference_{screen}", args=(document.pk,))).status_code == 200
    for name in ("pricedifference_list", "pricedifference_export", "pricedifference_choose"):
        assert keeper.get(reverse(name)).status_code == 200
    detail = keeper.get(reverse("goodsreceipt_detail", args=(receipt.pk,))).content.decode()
    assert document.number in detail
    assert as_user(house.accountant).get(reverse("open_estimates")).status_code == 200
    assert as_user(house.requester).get(reverse("open_estimates")).status_code == 403
    assert clean()
