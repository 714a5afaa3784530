"""报损单 (R-STK-15): cause, responsible person and the ladder of approvals; expired stock in one draft."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError, InsufficientStock, NotAllowed
from directory.services.opening import Person, open_house
from inventory.models import Lot, StockBalance, StockMove, StockValue, WriteOff, WriteOffLimit
from inventory.services.loss_verification import verify_costs
from inventory.services.quality import keep_back
from inventory.services.verification import verify_stock
from tests.factories import House, at, make_issue, receive, rule, run
from tests.losses import make_write_off
from tests.movements import make_stock_return

from .screens import as_user, line_data, said

pytestmark = pytest.mark.django_db


def clean() -> bool:
    return [str(finding) for finding in (*verify_stock(), *verify_costs())] == []


def limit(house: House, amount: Any, day: dt.date = dt.date(2020, 1, 1)) -> WriteOffLimit:
    return WriteOffLimit.objects.create(organization=house.organization, valid_from=day, amount=amount, basis="例")


def test_a_write_off_takes_goods_out_at_cost_and_gives_them_back_when_reversed(house: House) -> None:
    receive(house, (house.gloves, 3, "3.333333"))
    document = run(house, make_write_off(house, (house.gloves, 1)))
    assert document.lines.get().amount == Decimal("3.33")
    move = StockMove.objects.get(number=document.number)
    assert (move.target.kind, StockValue.objects.get().quantity) == ("scrap", 2)
    run(house, document, "reverse")
    assert (StockValue.objects.get().quantity, StockValue.objects.get().amount) == (3, 10)
    assert clean()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"explanation": "  "}, "explanation"),
        ({"responsible": None}, "responsible"),
        ({"compensation": Decimal(-1)}, "compensation"),
    ],
)
def test_R_STK_15_cause_and_person_are_required(house: House, fields: dict[str, Any], field: str) -> None:
    document = make_write_off(house, **fields)
    before = StockMove.objects.count()
    with pytest.raises(DomainError) as refused:
        run(house, document, "submit")
    assert refused.value.field == field
    document.refresh_from_db()
    assert (document.status, document.number, StockMove.objects.count()) == ("draft", None, before)


def test_a_person_of_another_house_is_not_responsible(house: House, other_house: House) -> None:
    document = make_write_off(house, responsible=other_house.storekeeper)
    with pytest.raises(DomainError, match="another organization"):
        run(house, document, "submit")


def test_R_STK_15_the_ladder_goes_by_the_amount(house: House) -> None:
    rule(house, WriteOff, "role", role="logistics_head")
    rule(house, WriteOff, "role", order=2, from_amount=500, role="leader")
    receive(house, (house.gloves, 100, 25))
    small = run(house, make_write_off(house, (house.gloves, 19)), "submit", "approve")
    assert small.status == "approved"
    large = run(house, make_write_off(house, (house.gloves, 20)), "submit")
    with pytest.raises(NotAllowed):
        apply_transition(large, "approve", actor=house.leader)
    large = apply_transition(large, "approve", actor=house.logistics_head)
    assert large.status == "submitted"
    with pytest.raises(NotAllowed):
        apply_transition(large, "approve", actor=house.logistics_head)
    assert apply_transition(large, "approve", actor=house.leader).status == "approved"
    assert StockValue.objects.get().quantity == 100


def test_R_STK_15_above_a_dated_limit_the_authority_agrees(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    limit(house, 1000)
    limit(house, 50, clock.today() + dt.timedelta(days=1))
    small = run(house, make_write_off(house, (house.gloves, 39)), "submit")
    assert small.status == "submitted"
    large = make_write_off(house, (house.gloves, 40))
    with pytest.raises(DomainError, match="competent authority") as refused:
        run(house, large, "submit")
    assert refused.value.field == "authority_reference"
    large.authority_reference = "卫财〔2026〕12号"
    large.save()
    assert run(house, large).status == "posted"
    limit(house, None, clock.today())
    assert run(house, make_write_off(house, (house.gloves, 41)), "submit").status == "submitted"


def test_a_new_house_begins_with_the_ladder(house: House) -> None:
    from core.documents.models import ApprovalRule

    opened, _people = open_house(
        code="NEW", name="新院", kind="hospital", system=Person("a1", "甲"), rights=Person("a2", "乙")
    )
    rules = ApprovalRule.objects.filter(organization=opened, content_type__model="writeoff").order_by("order")
    assert [(r.from_amount, r.role.role.code) for r in rules] == [(0, "logistics_head"), (500, "leader")]


def stock_of_lots(house: House) -> None:
    """One lot that expires tomorrow, one in a month, received long ago."""
    today = clock.today()
    with at(today - dt.timedelta(days=60)):
        receive(
            house,
            (house.vaccine, 5, 8, "OLD", today - dt.timedelta(days=1)),
            (house.vaccine, 7, 8, "NEW", today + dt.timedelta(days=30)),
        )


def lot_line(house: House, number: str, quantity: int) -> Any:
    return (house.vaccine, quantity, {"lot": Lot.objects.get(item=house.vaccine, number=number)})


def test_R_STK_04_expired_and_frozen_lots_leave_by_write_off_only(house: House) -> None:
    stock_of_lots(house)
    keep_back(Lot.objects.get(number="NEW"), kind="frozen", reason="召回", actor=house.storekeeper)
    with pytest.raises(InsufficientStock):
        run(house, make_issue(house, (house.vaccine, 1)))
    run(house, make_write_off(house, lot_line(house, "OLD", 5), cause="expired"))
    run(house, make_write_off(house, lot_line(house, "NEW", 2), cause="spoilt"))
    assert dict(StockBalance.objects.values_list("lot__number", "quantity")) == {"OLD": 0, "NEW": 5}
    assert clean()


def test_a_lot_that_is_still_good_has_not_expired(house: House) -> None:
    stock_of_lots(house)
    with pytest.raises(DomainError, match="another cause"):
        run(house, make_write_off(house, lot_line(house, "NEW", 1), cause="expired"), "submit")
    wrong = make_write_off(house, (house.gloves, 1, {"lot": Lot.objects.get(number="OLD")}), cause="expired")
    with pytest.raises(DomainError, match="another item"):
        run(house, wrong, "submit")
    with pytest.raises(InsufficientStock):
        run(house, make_write_off(house, lot_line(house, "OLD", 6), cause="expired"))
    assert StockBalance.objects.get(lot__number="OLD").quantity == 5


def test_what_has_expired_is_filled_in_with_one_click(house: House) -> None:
    stock_of_lots(house)
    keeper = as_user(house.storekeeper)
    listed = keeper.get(reverse("writeoff_list"))
    url = f"{reverse('writeoff_new')}?prefill=expired"
    assert url in listed.content.decode()
    page = keeper.get(url)
    lines = [(f["item"].value(), f["quantity"].value(), f["lot_number"].value()) for f in page.context["formset"]]
    assert lines == [(house.vaccine.pk, "5", "OLD")]
    data = {
        "request_key": str(page.context["request_key"]),
        "cause": "expired",
        "explanation": "巡查发现",
        "responsible": house.storekeeper.pk,
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today():%Y-%m-%d}",
        "then": "submit",
        **line_data({"item": house.vaccine.pk, "quantity": "5", "lot_number": "OLD", "salvage": "1.5"}),
    }
    keeper.post(reverse("writeoff_new"), data)
    document = WriteOff.objects.get()
    line = document.lines.get()
    assert (document.status, line.lot.number, line.salvage) == ("submitted", "OLD", Decimal("1.50"))
    run(house, document, "approve", "post")
    for name in ("detail", "print"):
        assert keeper.get(reverse(f"writeoff_{name}", args=(document.pk,))).status_code == 200
    assert keeper.get(reverse("writeoff_export")).status_code == 200
    assert StockBalance.objects.get(lot__number="OLD").quantity == 0


def test_with_nothing_expired_the_form_says_so(house: House) -> None:
    receive(house, (house.gloves, 3, 5))
    page = as_user(house.storekeeper).get(f"{reverse('writeoff_new')}?prefill=expired")
    assert "There is nothing to fill in" in said(page)
    assert [form["item"].value() for form in page.context["formset"]] == [None]


def test_what_came_back_broken_is_written_off_from_its_return(house: House) -> None:
    """Only the broken lines of the return are filled in; whoever keeps another store is not offered it."""
    receive(house, (house.gloves, 10, 5), (house.paper, 5, 20))
    issue = run(house, make_issue(house, (house.gloves, 4), (house.paper, 2)))
    back = make_stock_return(house, issue, 3, 1)
    back.lines.filter(item=house.gloves).update(intact=False)
    keeper = as_user(house.storekeeper)
    assert keeper.get(reverse("stockreturn_detail", args=(back.pk,))).context["calls"] == []
    back = run(house, back)
    (call,) = keeper.get(reverse("stockreturn_detail", args=(back.pk,))).context["calls"]
    assert as_user(house.requester).get(reverse("stockreturn_detail", args=(back.pk,))).context["calls"] == []
    page = keeper.get(call["url"])
    assert [(f["item"].value(), f["quantity"].value()) for f in page.context["formset"]] == [(house.gloves.pk, "3")]
    assert back.number in page.context["form"]["explanation"].value()
    assert page.context["form"]["cause"].value() == "broken"


def test_an_unknown_lot_is_refused_beside_its_line(house: House) -> None:
    stock_of_lots(house)
    keeper = as_user(house.storekeeper)
    data = {
        "cause": "broken",
        "explanation": "摔坏",
        "responsible": house.storekeeper.pk,
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today():%Y-%m-%d}",
        **line_data({"item": house.vaccine.pk, "quantity": "5", "lot_number": "NOPE"}),
    }
    response = keeper.post(reverse("writeoff_new"), data)
    assert "no lot with the number NOPE" in response.content.decode()
    assert not WriteOff.objects.exists()


def test_the_limit_is_kept_by_the_rights_administrator(house: House) -> None:
    boss = as_user(house.rights_administrator)
    data = {"organization": house.organization.pk, "valid_from": "2026-01-01", "amount": "50000", "basis": "财务制度"}
    boss.post(reverse("admin:inventory_writeofflimit_add"), data)
    assert WriteOffLimit.objects.get().amount == 50000
    refused = as_user(house.storekeeper).post(reverse("admin:inventory_writeofflimit_add"), data)
    assert (refused.status_code, WriteOffLimit.objects.count(), said(refused)) == (403, 1, "")
