"""以旧换新 (R-STK-11): old pieces at the issue, waivers, debts, handing in later, and how old pieces leave."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core import clock
from core.database.append_only import protect, unprotect
from core.documents.services import apply_transition, available_transitions
from core.errors import DomainError, InsufficientStock, NotAllowed
from core.reports import SUBTOTAL
from core.sealing import broken_seals, seal_all
from inventory.models import (
    GoodsIssue,
    OldPieceBalance,
    OldPieceDisposal,
    OldPieceMove,
    StockBalance,
    StockMove,
    TradeIn,
)
from inventory.reports.old_pieces import OldPieceDebts, OldPieceStock, TradeInRegister
from inventory.services import trade_in
from inventory.services.issuing import Handout, issue_requisition
from inventory.services.loss_verification import verify_old_pieces
from tests.factories import House, make_requisition, receive, run
from tests.losses import exchange, make_disposal, make_trade_in, tube

from .reporting import report, rows_of
from .screens import as_user, issue_data, line_data, said

pytestmark = pytest.mark.django_db


def owed(house: House, item: Any) -> Decimal:
    return trade_in.debt_of(house.warehouse.pk, house.ward.pk).get(item.pk, Decimal(0))


def old_stock(house: House, item: Any, way: str = "recycle") -> Decimal:
    row = OldPieceBalance.objects.filter(warehouse=house.warehouse, item=item, destination=way).first()
    return row.quantity if row else Decimal(0)


def clean() -> bool:
    return [str(finding) for finding in verify_old_pieces()] == []


# ---- at the issue ----


def test_R_STK_11_an_issue_brings_its_old_pieces_into_their_own_stock(house: House) -> None:
    item = tube(house)
    requisition = run(house, make_requisition(house, (item, 4)))
    line = requisition.lines.get()
    given = {line.pk: Handout(Decimal(4), old_quantity=Decimal(4), old_condition="empty", old_destination="scrap")}
    issue = issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4())
    assert issue.status == "posted"
    move = OldPieceMove.objects.get()
    assert (move.quantity, move.condition, move.destination, move.department) == (4, "empty", "scrap", house.ward)
    assert (old_stock(house, item, "scrap"), owed(house, item)) == (4, 0)
    assert StockBalance.objects.get(item=item).quantity == 46
    assert clean()


def test_R_STK_11_without_old_pieces_and_without_a_reason_nothing_is_issued(house: House) -> None:
    item = tube(house)
    requisition = run(house, make_requisition(house, (item, 4)))
    given = {requisition.lines.get().pk: Handout(Decimal(4), old_quantity=Decimal(3))}
    with pytest.raises(DomainError, match="4 are needed, 3 were handed in") as refused:
        issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4())
    assert (refused.value.field, refused.value.line) == ("old_quantity", 1)
    assert not GoodsIssue.objects.exists()
    assert not OldPieceMove.objects.exists()
    assert StockBalance.objects.get(item=item).quantity == 50


@pytest.mark.parametrize("old", ["-1", "0.5"])
def test_broken_numbers_of_old_pieces_are_refused(house: House, old: str) -> None:
    issue = exchange(house, tube(house), 4, posted=False)
    issue.lines.update(old_quantity=Decimal(old))
    with pytest.raises(DomainError, match="whole"):
        run(house, issue, "submit")
    assert not OldPieceMove.objects.exists()


def waived_issue(house: House, item: Any, quantity: int = 4, **more: Any) -> Any:
    requisition = run(house, make_requisition(house, (item, quantity)))
    given = {requisition.lines.get().pk: Handout(Decimal(quantity), waiver="值班急用", **more)}
    issue = issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4())
    return requisition, issue


def test_R_STK_11_a_waiver_needs_an_approver_although_the_requisition_was_approved(house: House) -> None:
    item = tube(house)
    requisition, issue = waived_issue(house, item, old_quantity=Decimal(1), follows=True)
    assert issue.status == "submitted"
    assert StockBalance.objects.get(item=item).quantity == 50
    assert not OldPieceMove.objects.exists()
    for person in (house.storekeeper, house.second_storekeeper, house.department_head):
        with pytest.raises(NotAllowed):
            apply_transition(issue, "approve", actor=person)
    issue = apply_transition(issue, "approve", actor=house.logistics_head)
    assert StockBalance.objects.get(item=item).quantity == 50
    issue = apply_transition(issue, "post", actor=house.storekeeper)
    requisition.refresh_from_db()
    assert (issue.status, requisition.fulfilment) == ("posted", "complete")
    assert (StockBalance.objects.get(item=item).quantity, old_stock(house, item), owed(house, item)) == (46, 1, 3)


def test_what_waits_for_its_approval_is_not_issued_a_second_time(house: House) -> None:
    item = tube(house)
    requisition, issue = waived_issue(house, item)
    given = {requisition.lines.get().pk: Handout(Decimal(4), old_quantity=Decimal(4))}
    with pytest.raises(DomainError, match=issue.number):
        issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4())
    assert GoodsIssue.objects.count() == 1
    run(house, issue, "cancel")
    again = issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4())
    assert again.status == "posted"


def test_the_screen_tells_the_keeper_who_has_to_approve(house: House) -> None:
    item = tube(house)
    requisition = run(house, make_requisition(house, (item, 4)))
    keeper = as_user(house.storekeeper)
    url = reverse("requisition_issue", args=(requisition.pk,))
    page = keeper.get(url).content.decode()
    assert all(f"lines-0-{name}" in page for name in ("old_pieces", "old_condition", "old_destination"))
    data = issue_data(requisition, "4")
    data |= {"lines-0-trade_in_waiver": "值班急用", "lines-0-old_pieces_follow": "on", "lines-0-old_pieces": ""}
    response = keeper.post(url, data, follow=True)
    assert "has to approve it" in said(response)
    assert str(house.logistics_head) in said(response)
    issue = GoodsIssue.objects.get()
    assert (issue.status, issue.lines.get().old_pieces_follow) == ("submitted", True)
    assert [step.name for step in available_transitions(issue, actor=house.storekeeper)] == ["withdraw", "cancel"]
    assert "old pieces follow" in keeper.get(reverse("goodsissue_detail", args=(issue.pk,))).content.decode()
    assert "waits for an approval" in keeper.get(reverse("requisitions_to_issue")).content.decode()


def test_a_reversed_issue_gives_its_old_pieces_back(house: House) -> None:
    item = tube(house)
    issue = exchange(house, item, 4, 3)
    assert (old_stock(house, item), owed(house, item)) == (3, 1)
    run(house, issue, "reverse")
    assert (old_stock(house, item), owed(house, item)) == (0, 0)
    assert OldPieceMove.objects.exclude(reverses=None).count() == 1
    assert clean()


def test_an_issue_whose_old_pieces_were_sold_is_not_reversed(house: House) -> None:
    item = tube(house)
    issue = exchange(house, item, 4, 4)
    sale = run(house, make_disposal(house, (item, 2, {"amount": Decimal(3)})))
    with pytest.raises(InsufficientStock, match=sale.number):
        run(house, issue, "reverse")
    issue.refresh_from_db()
    assert (issue.status, old_stock(house, item), StockBalance.objects.get(item=item).quantity) == ("posted", 2, 46)
    assert not StockMove.objects.exclude(reverses=None).exists()


# ---- debts and handing in later ----


def test_debts_are_listed_by_department_with_the_issues_behind_them(house: House) -> None:
    item = tube(house)
    first = exchange(house, item, 4, 1)
    second = exchange(house, item, 2)
    exchange(house, item, 5, follow=False)
    exchange(house, item, 1, department=house.other_ward)
    run(house, make_trade_in(house, (item, 4)))
    rows = rows_of(report(OldPieceDebts, house.storekeeper))
    found = {row.values["number"]: row.values["open"] for row in rows}
    assert (found[second.number], len(found), first.number in found) == (1, 2, False)
    heads = rows_of(report(OldPieceDebts, house.storekeeper), SUBTOTAL)
    assert {(row.values["department"], row.values["open"]) for row in heads} == {
        (str(house.ward), 1),
        (str(house.other_ward), 1),
    }
    assert [row.values["number"] for row in rows_of(report(OldPieceDebts, house.requester))] == [second.number]
    assert len(rows_of(report(OldPieceDebts, house.other_requester))) == 1


def test_a_hand_in_never_exceeds_the_debt(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 1)
    document = make_trade_in(house, (item, 4))
    with pytest.raises(DomainError, match="owes 3") as refused:
        run(house, document, "submit")
    assert (refused.value.line, refused.value.field) == (1, "quantity")
    with pytest.raises(DomainError, match="owes 1"):
        run(house, make_trade_in(house, (item, 2), (item, 2)), "submit")
    with pytest.raises(DomainError, match="owes 0"):
        run(house, make_trade_in(house, (house.gloves, 1)), "submit")
    assert not OldPieceMove.objects.filter(content_type__model="tradein").exists()
    paid = run(house, make_trade_in(house, (item, 3)))
    assert (old_stock(house, item), owed(house, item)) == (4, 0)
    run(house, paid, "reverse")
    assert (old_stock(house, item), owed(house, item)) == (1, 3)
    assert clean()


def test_returned_goods_are_owed_for_no_more(house: House) -> None:
    from tests.movements import make_stock_return

    item = tube(house)
    issue = exchange(house, item, 4)
    run(house, make_stock_return(house, issue, 3))
    assert owed(house, item) == 1


def test_from_the_list_of_debts_the_form_is_filled_in(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4)
    keeper = as_user(house.storekeeper)
    detail = keeper.get(reverse("goodsissue_detail", args=(GoodsIssue.objects.get().pk,)))
    assert [call["icon"] for call in detail.context["calls"]] == ["arrow-back-up", "recycle"]
    page = keeper.get(reverse("old_piece_debts"))
    assert page.status_code == 200
    url = f"{reverse('tradein_new')}?prefill=1&department={house.ward.pk}&warehouse={house.warehouse.pk}"
    assert url.replace("&", "&amp;") in page.content.decode()
    form = keeper.get(url)
    assert [f["quantity"].value() for f in form.context["formset"]] == ["4"]
    data = {
        "request_key": str(form.context["request_key"]),
        "department": house.ward.pk,
        "warehouse": house.warehouse.pk,
        "business_date": f"{form.context['document'].business_date}",
        "then": "submit",
        **line_data({"item": item.pk, "quantity": "4", "condition": "broken", "destination": "repair"}),
    }
    keeper.post(reverse("tradein_new"), data)
    document = TradeIn.objects.get()
    assert (document.status, document.department) == ("submitted", house.ward)
    run(house, document, "approve", "post")
    assert (old_stock(house, item, "repair"), owed(house, item)) == (4, 0)
    assert keeper.get(reverse("tradein_print", args=(document.pk,))).status_code == 200
    assert keeper.get(reverse("tradein_list")).status_code == 200
    assert keeper.get(reverse("tradein_export")).status_code == 200


def test_the_paper_of_the_issue_says_what_was_handed_in_or_why_not(house: House) -> None:
    """R-STK-11 on paper: the department signs for the old pieces too."""
    item = tube(house)
    issued = exchange(house, item, 5, 3)
    page = as_user(house.storekeeper).get(reverse("goodsissue_print", args=(issued.pk,))).content.decode()
    assert "old pieces handed in: 3" in page


# ---- leaving ----


def test_old_pieces_leave_by_sale_with_money_and_witnesses(house: House) -> None:
    item = tube(house)
    exchange(house, item, 6, 6)
    document = run(house, make_disposal(house, (item, 4, {"amount": Decimal("12.50")})))
    assert (old_stock(house, item), document.total_amount) == (2, Decimal("12.50"))
    run(house, document, "reverse")
    assert old_stock(house, item) == 6
    assert clean()


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"taker": " "}, "who takes"),
        ({"paid_to": ""}, "receipt for the money"),
        ({"destination": "scrap"}, "Money comes in for a sale"),
    ],
)
def test_a_disposal_that_says_too_little_is_refused(house: House, fields: dict[str, Any], match: str) -> None:
    document = make_disposal(house, **fields)
    before = OldPieceMove.objects.count()
    with pytest.raises(DomainError, match=match):
        run(house, document, "submit")
    assert OldPieceMove.objects.count() == before


def test_a_sale_needs_two_witnesses_other_than_its_maker(house: House) -> None:
    document = make_disposal(house)
    document.witnesses.set([house.storekeeper, house.acceptor])
    with pytest.raises(DomainError, match="Two people"):
        run(house, document, "submit")
    document.refresh_from_db()
    assert document.status == "draft"


def test_more_than_there_is_does_not_leave(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 4)
    with pytest.raises(DomainError, match="only 4"):
        run(house, make_disposal(house, (item, 5)), "submit")
    with pytest.raises(DomainError, match="only 0"):
        run(house, make_disposal(house, (item, 1), destination="repair"), "submit")
    first = run(house, make_disposal(house, (item, 3)), "submit", "approve")
    run(house, make_disposal(house, (item, 3)))
    with pytest.raises(DomainError, match="only 1"):
        run(house, first, "post")
    assert old_stock(house, item) == 1
    assert clean()


def test_the_sale_is_filled_in_from_the_stock_of_old_pieces(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 4)
    keeper = as_user(house.storekeeper)
    rows = rows_of(report(OldPieceStock, house.storekeeper))
    assert [(row.values["code"], row.values["recycle"], row.values["together"]) for row in rows] == [(item.code, 4, 4)]
    page = keeper.get(reverse("old_piece_stock"))
    assert reverse("oldpiecedisposal_new") in page.content.decode()
    form = keeper.get(reverse("oldpiecedisposal_new"), {"prefill": "1", "destination": "recycle"})
    assert [f["quantity"].value() for f in form.context["formset"]] == ["4"]
    data = {
        "request_key": str(form.context["request_key"]),
        "warehouse": house.warehouse.pk,
        "destination": "recycle",
        "taker": "绿源回收",
        "paid_to": "SJ9",
        "witness_1": house.acceptor.pk,
        "witness_2": house.second_storekeeper.pk,
        "business_date": f"{form.context['document'].business_date}",
        "then": "submit",
        **line_data({"item": item.pk, "quantity": "4", "amount": "8.00"}),
    }
    keeper.post(reverse("oldpiecedisposal_new"), data)
    document = OldPieceDisposal.objects.get()
    assert (document.status, document.witnesses.count(), document.total_amount) == ("submitted", 2, 8)
    for name in ("detail", "print"):
        assert keeper.get(reverse(f"oldpiecedisposal_{name}", args=(document.pk,))).status_code == 200
    assert keeper.get(reverse("oldpiecedisposal_export")).status_code == 200
    assert as_user(house.requester).get(reverse("oldpiecedisposal_new")).status_code == 403


# ---- the register, and what guards it all ----


def test_the_register_tells_every_exchange_and_who_approved_a_waiver(house: House) -> None:
    item = tube(house)
    _requisition, issue = waived_issue(house, item, old_quantity=Decimal(1), follows=True)
    run(house, issue, "approve", "post")
    later = run(house, make_trade_in(house, (item, 3)))
    rows = [row.values for row in rows_of(report(TradeInRegister, house.accountant))]
    assert [(r["number"], r.get("issued"), r.get("old"), r.get("missing")) for r in rows] == [
        (issue.number, 4, 1, 3),
        (later.number, None, 3, None),
    ]
    assert rows[0]["approved_by"] == house.logistics_head.name
    assert "值班急用" in rows[0]["reason"]
    client = as_user(house.accountant)
    assert client.get(reverse("trade_in_register"), {"format": "xlsx"})["Content-Type"].endswith("sheet")
    assert client.get(reverse("trade_in_register"), {"format": "print"}).status_code == 200
    assert rows_of(report(TradeInRegister, house.other_requester)) == []


def test_moves_of_old_pieces_are_append_only_and_balances_are_verified(house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 4)
    for change in (lambda: OldPieceMove.objects.update(quantity=9), lambda: OldPieceMove.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert OldPieceMove.objects.get().quantity == 4
    assert clean()
    OldPieceBalance.objects.update(quantity=5)
    assert not clean()


def test_people_of_another_house_see_no_old_pieces(house: House, other_house: House) -> None:
    item = tube(house)
    exchange(house, item, 4, 2)
    for kind in (OldPieceDebts, OldPieceStock, TradeInRegister):
        assert rows_of(report(kind, other_house.storekeeper)) == []


def test_items_without_the_rule_ask_for_nothing(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    requisition = run(house, make_requisition(house, (house.gloves, 2)))
    given = {requisition.lines.get().pk: Handout(Decimal(2))}
    assert issue_requisition(requisition, given, actor=house.storekeeper, request_key=uuid.uuid4()).status == "posted"
    assert not OldPieceBalance.objects.exists()


def test_moves_of_old_pieces_are_sealed(house: House) -> None:
    """A row that is changed behind the triggers' back breaks the seal."""
    exchange(house, tube(house), 4, 4)
    with clock.pretend(clock.now() + dt.timedelta(hours=1)):
        seals = {seal.subject: seal.rows for seal in seal_all()}
    assert seals["inventory.OldPieceMove"] == 1
    assert list(broken_seals()) == []
    unprotect("inventory_oldpiecemove", connection)
    OldPieceMove.objects.update(quantity=3)
    protect("inventory_oldpiecemove", connection)
    assert [seal.subject for seal in broken_seals()] == ["inventory.OldPieceMove"]
