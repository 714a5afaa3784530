"""Approving, issuing and receiving through the screens: effects in the ledger, refusals with nothing written."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.models import Delegation, Signature
from core.documents.routes import waiting_for
from inventory.models import GoodsIssue, GoodsReceipt, Lot, OpeningStock, Requisition, StockBalance, StockMove
from inventory.services.issuing import Handout, issue_requisition
from tests.factories import House, make_issue, make_receipt, make_requisition, receive, run, signer_of

from .screens import as_user, issue_data, line_data, said, step

pytestmark = pytest.mark.django_db


def decide(client: Any, person: Any, decision: str, **fields: Any) -> Any:
    """Decide on the oldest document that waits for a person."""
    row = waiting_for(person).first()
    data = {"request_key": str(uuid.uuid4()), "decision": decision, **fields}
    return client.post(reverse("waiting_document", args=(row.pk,)), data, follow=True)


# ---- approving ----


def test_a_head_approves_in_place(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    response = decide(as_user(house.department_head), house.department_head, "approve")
    document.refresh_from_db()
    assert document.status == "approved"
    assert document.number in said(response)


def test_a_return_needs_its_reason_and_tells_the_maker(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    client = as_user(house.department_head)
    assert "give a reason" in said(decide(client, house.department_head, "reject"))
    document.refresh_from_db()
    assert document.status == "submitted"
    decide(client, house.department_head, "reject", reason="数量过多")
    document.refresh_from_db()
    assert document.status == "draft"
    nurse = as_user(house.requester)
    page = nurse.get(reverse("notices")).content.decode()
    assert "数量过多" in page
    nurse.post(reverse("notices"))
    assert nurse.get(reverse("notices")).context["unread"] == 0


def test_an_approver_lowers_a_quantity_and_never_raises_it(house: House) -> None:
    document = run(house, make_requisition(house, (house.gloves, 10), (house.paper, 5)), "submit")
    gloves, paper = document.lines.all()
    client = as_user(house.department_head)
    raised = {f"quantity-{gloves.pk}": "11", f"quantity-{paper.pk}": "5", "reason": "先发一部分"}
    refused = decide(client, house.department_head, "approve", **raised)
    assert "lower a quantity, not raise" in said(refused)
    assert refused.context["lines"][0]["quantity"] == "11"
    assert refused.context["reason"] == "先发一部分"
    document.refresh_from_db()
    assert document.status == "submitted"
    assert set(document.lines.values_list("approved_quantity", flat=True)) == {None}
    decide(client, house.department_head, "approve", **{f"quantity-{gloves.pk}": "6", f"quantity-{paper.pk}": "5"})
    document.refresh_from_db()
    assert document.status == "approved"
    assert list(document.lines.values_list("approved_quantity", flat=True)) == [Decimal(6), Decimal(5)]


def test_a_second_approver_does_not_raise_what_the_first_lowered(house: House) -> None:
    document = run(house, make_requisition(house, (house.gloves, 50)), "submit")
    line = document.lines.get()
    decide(as_user(house.department_head), house.department_head, "approve", **{f"quantity-{line.pk}": "20"})
    client = as_user(house.logistics_head)
    refused = decide(client, house.logistics_head, "approve", **{f"quantity-{line.pk}": "21"})
    assert "lower a quantity, not raise" in said(refused)
    document.refresh_from_db()
    line.refresh_from_db()
    assert (document.status, line.approved_quantity) == ("submitted", 20)
    decide(client, house.logistics_head, "approve", **{f"quantity-{line.pk}": "10"})
    document.refresh_from_db()
    line.refresh_from_db()
    assert (document.status, line.approved_quantity) == ("approved", 10)


def test_many_are_signed_at_once_and_each_outcome_is_told(house: House) -> None:
    documents = [run(house, make_requisition(house), "submit") for _number in range(3)]
    keys = [row.pk for row in waiting_for(house.department_head)]
    run(house, documents[1], "withdraw")
    client = as_user(house.department_head)
    data = {"request_key": str(uuid.uuid4()), "signature": keys}
    response = client.post(reverse("waiting_sign"), data, follow=True)
    states = [Requisition.objects.get(pk=document.pk).status for document in documents]
    assert states == ["approved", "draft", "approved"]
    assert "no longer waits for this signature" in said(response)
    assert documents[0].number in said(response)
    client.post(reverse("waiting_sign"), data)
    assert Signature.objects.filter(decision="approved").count() == 2


def test_signing_many_says_nothing_about_documents_that_the_person_may_not_open(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    row = waiting_for(house.department_head).get()
    data = {"request_key": str(uuid.uuid4()), "signature": [row.pk]}
    response = as_user(house.other_requester).post(reverse("waiting_sign"), data, follow=True)
    assert document.number not in response.content.decode()
    assert house.ward.name not in said(response)
    row.refresh_from_db()
    assert row.is_next


def test_a_document_sent_again_is_not_approved_by_an_old_page(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    old = waiting_for(house.department_head).get()
    document = run(house, document, "withdraw", "submit")
    data = {"request_key": str(uuid.uuid4()), "decision": "approve"}
    response = as_user(house.department_head).post(reverse("waiting_document", args=(old.pk,)), data, follow=True)
    assert "no longer waits" in said(response)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_a_substitute_signs_in_the_heads_name(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    client = as_user(house.department_head)
    today = clock.today()
    form = {"substitute": house.other_head.pk, "from_date": f"{today}", "to_date": f"{today}", "reason": "休假"}
    client.post(reverse("profile"), form)
    row = Delegation.objects.get()
    assert (row.principal, row.substitute) == (house.department_head, house.other_head)
    deputy = as_user(house.other_head)
    page = deputy.get(reverse("waiting"))
    assert page.context["rows"][0]["behalf"] == house.department_head
    decide(deputy, house.other_head, "approve")
    document.refresh_from_db()
    signature = Signature.objects.get()
    assert (document.status, signature.signed_by, signature.principal) == (
        "approved",
        house.other_head,
        house.department_head,
    )


def test_nobody_ends_anothers_substitution(house: House) -> None:
    today = clock.today()
    row = Delegation.objects.create(
        principal=house.department_head, substitute=house.other_head, from_date=today, to_date=today
    )
    url = reverse("delegation_end", args=(row.pk,))
    assert as_user(house.requester).post(url).status_code == 404
    assert Delegation.objects.exists()
    as_user(house.department_head).post(url)
    assert not Delegation.objects.exists()


def test_a_stranger_cannot_open_or_sign(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    row = waiting_for(house.department_head).get()
    client, url = as_user(house.other_requester), reverse("waiting_document", args=(row.pk,))
    assert client.get(url).status_code == 404
    assert client.post(url, {"decision": "approve"}).status_code == 404
    maker = as_user(house.requester)
    assert maker.get(url).status_code == 302
    maker.post(url, {"decision": "approve"})
    document.refresh_from_db()
    assert document.status == "submitted"


# ---- issuing ----


@pytest.fixture
def approved(house: House) -> Requisition:
    receive(house, (house.gloves, 10, 5), (house.paper, 3, 20))
    return run(house, make_requisition(house, (house.gloves, 6), (house.paper, 2)))


def test_the_keeper_issues_in_part_and_the_rest_stays_open(house: House, approved: Requisition) -> None:
    client = as_user(house.storekeeper)
    assert [row["cells"][0] for row in client.get(reverse("requisitions_to_issue")).context["rows"]] == [
        approved.number
    ]
    url = reverse("requisition_issue", args=(approved.pk,))
    assert [form["quantity"].value() for form in client.get(url).context["formset"]] == ["6", "2"]
    response = client.post(url, issue_data(approved, "4", "0"), follow=True)
    issue = GoodsIssue.objects.get()
    assert (issue.status, issue.department, issue.received_by) == ("posted", house.ward, "王护士")
    assert issue.number in said(response)
    approved.refresh_from_db()
    assert approved.fulfilment == "partial"
    assert StockBalance.objects.get(item=house.gloves).quantity == 6
    client.post(url, issue_data(approved, "2", "2"))
    approved.refresh_from_db()
    assert approved.fulfilment == "complete"
    assert client.get(url).status_code == 302
    assert client.get(reverse("requisitions_to_issue")).context["count"] == 0


def test_a_double_click_makes_one_issue(house: House, approved: Requisition) -> None:
    client, url = as_user(house.storekeeper), reverse("requisition_issue", args=(approved.pk,))
    data = issue_data(approved, "3", "1", key=uuid.uuid4())
    assert client.post(url, data).url == client.post(url, data).url
    assert GoodsIssue.objects.count() == 1
    assert StockMove.objects.filter(item=house.gloves, target__kind="consumption").count() == 1


@pytest.mark.parametrize(
    ("quantities", "words"),
    [
        (("7", "0"), "at most 6"),
        (("0", "0"), "at least one line"),
        (("x", "1"), "not a number"),
        (("-1", "1"), "at least"),
    ],
)
def test_a_refused_issue_writes_nothing(house: House, approved: Requisition, quantities: Any, words: str) -> None:
    url = reverse("requisition_issue", args=(approved.pk,))
    response = as_user(house.storekeeper).post(url, issue_data(approved, *quantities))
    assert words in response.content.decode()
    assert not GoodsIssue.objects.exists()
    assert StockBalance.objects.get(item=house.gloves).quantity == 10


def test_more_than_there_is_names_the_line_and_uses_no_number(house: House, approved: Requisition) -> None:
    run(house, make_issue(house, (house.paper, 3)))
    before = GoodsIssue.objects.get().number
    url = reverse("requisition_issue", args=(approved.pk,))
    response = as_user(house.storekeeper).post(url, issue_data(approved, "1", "2"))
    assert response.context["formset"].forms[1].errors
    assert GoodsIssue.objects.count() == 1
    issue = issue_requisition(
        approved,
        {approved.lines.first().pk: Handout(Decimal(1))},
        actor=house.storekeeper,
        request_key=uuid.uuid4(),
    )
    assert int(issue.number[-5:]) == int(before[-5:]) + 1


def test_old_pieces_or_a_reason_are_demanded(house: House) -> None:
    bulb = house.item("灯管", trade_in_required=True)
    receive(house, (bulb, 10, 5))
    document = run(house, make_requisition(house, (bulb, 2)))
    client, url = as_user(house.storekeeper), reverse("requisition_issue", args=(document.pk,))
    response = client.post(url, issue_data(document, "2"))
    assert "old_pieces" in response.context["formset"].forms[0].errors
    assert not GoodsIssue.objects.exists()
    client.post(url, issue_data(document, "2", **{"lines-0-old_pieces": "2"}))
    assert GoodsIssue.objects.get().lines.get().old_quantity == 2


def test_a_lot_is_chosen(house: House) -> None:
    receive(
        house,
        (house.vaccine, 5, 8, "L1", dt.date(2099, 1, 1)),
        (house.vaccine, 5, 8, "L2", dt.date(2099, 6, 1)),
    )
    document = run(house, make_requisition(house, (house.vaccine, 2)))
    client, url = as_user(house.storekeeper), reverse("requisition_issue", args=(document.pk,))
    second = client.get(url).context["formset"].forms[0].fields["lot"].choices[2][0]
    client.post(url, issue_data(document, "2", **{"lines-0-lot": second}))
    assert StockBalance.objects.get(lot__number="L2").quantity == 3


def test_only_the_keeper_issues(house: House, approved: Requisition) -> None:
    url = reverse("requisition_issue", args=(approved.pk,))
    for person in ("requester", "accountant", "logistics_head"):
        assert as_user(house.people[person]).post(url, issue_data(approved, "1", "0")).status_code == 403
    house.warehouse.keepers.remove(house.second_storekeeper)
    response = as_user(house.again("second_storekeeper")).post(url, issue_data(approved, "1", "0"))
    assert response.status_code == 404
    assert not GoodsIssue.objects.exists()


def test_the_rest_is_closed_with_a_reason(house: House, approved: Requisition) -> None:
    client, url = as_user(house.storekeeper), reverse("requisition_close_rest", args=(approved.pk,))
    assert "give a reason" in said(client.post(url, follow=True))
    client.post(url, {"reason": "停产"})
    approved.refresh_from_db()
    assert approved.fulfilment == "closed"
    assert client.get(reverse("requisitions_to_issue")).context["count"] == 0


def test_the_list_of_open_requests_takes_the_same_queries_for_many(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    counts = []
    for more in (3, 20):
        for _number in range(more):
            run(house, make_requisition(house))
        client = as_user(house.again("storekeeper"))
        client.get(reverse("requisitions_to_issue"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("requisitions_to_issue"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_issue_without_requisition_is_made_approved_and_posted(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    data = {
        "request_key": str(uuid.uuid4()),
        "department": house.ward.pk,
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today()}",
        "purpose": "应急",
        "then": "submit",
        **line_data({"item": house.gloves.pk, "quantity": "2"}),
    }
    keeper = as_user(house.storekeeper)
    keeper.post(reverse("goodsissue_new"), data)
    issue = GoodsIssue.objects.get()
    assert (issue.status, issue.department) == ("submitted", house.ward)
    decide(as_user(house.logistics_head), house.logistics_head, "approve")
    step(keeper, issue, "post")
    issue.refresh_from_db()
    assert issue.status == "posted"
    assert StockBalance.objects.get().quantity == 8


# ---- receiving ----


def receipt_data(house: House, **fields: Any) -> dict[str, Any]:
    row = {"item": house.gloves.pk, "quantity": "10", "unit_price": "5.5"}
    return {
        "request_key": str(uuid.uuid4()),
        "kind": "purchase",
        "supplier": house.supplier.pk,
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today()}",
        "invoice_number": "25442000",
        "acceptor_1": house.acceptor.pk,
        "acceptor_2": house.second_storekeeper.pk,
        **line_data(row),
        **fields,
    }


def test_a_receipt_is_entered_approved_by_another_and_posted(house: House) -> None:
    keeper = as_user(house.storekeeper)
    keeper.post(reverse("goodsreceipt_new"), receipt_data(house, then="submit"))
    document = GoodsReceipt.objects.get()
    assert (document.status, document.department) == ("submitted", house.logistics)
    assert set(document.accepted_by.all()) == {house.acceptor, house.second_storekeeper}
    decide(as_user(house.accountant), house.accountant, "approve")
    step(keeper, document, "post")
    document.refresh_from_db()
    assert document.status == "posted"
    assert StockMove.objects.get().amount == 55


def test_a_receipt_with_one_acceptor_stays_a_draft(house: House) -> None:
    data = receipt_data(house, then="submit", acceptor_2="")
    response = as_user(house.storekeeper).post(reverse("goodsreceipt_new"), data, follow=True)
    assert "at least two people" in response.content.decode()
    assert GoodsReceipt.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"business_date": "2099-01-01"}, "in the future"),
        ({"lines-0-unit_price": "-1"}, "at least"),
        ({"supplier": "999999"}, "Select a valid choice"),
        ({"lines-0-expires_on": "31.12.26"}, "two ways"),
    ],
)
def test_a_bad_receipt_is_refused(house: House, change: dict, words: str) -> None:
    response = as_user(house.storekeeper).post(reverse("goodsreceipt_new"), {**receipt_data(house), **change})
    assert words in response.content.decode()
    assert not GoodsReceipt.objects.exists()


def test_a_warehouse_somebody_else_keeps_is_refused(house: House, other_house: House) -> None:
    data = receipt_data(house, warehouse=other_house.warehouse.pk)
    assert as_user(house.storekeeper).post(reverse("goodsreceipt_new"), data).status_code == 200
    assert as_user(house.requester).post(reverse("goodsreceipt_new"), receipt_data(house)).status_code == 403
    assert not GoodsReceipt.objects.exists()


def test_opening_stock_is_entered(house: House) -> None:
    data = {
        "request_key": str(uuid.uuid4()),
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today()}",
        **line_data({"item": house.gloves.pk, "quantity": "7", "unit_price": "2"}),
    }
    as_user(house.storekeeper).post(reverse("openingstock_new"), data)
    assert OpeningStock.objects.get().lines.get().amount == 14


# ---- pages about everything ----


def test_the_workbench_shows_each_role_its_numbers(house: House, approved: Requisition) -> None:
    make_receipt(house)
    keeper = as_user(house.storekeeper).get("/").context
    numbers = {str(number.label): number.value for number in keeper["numbers"]}
    assert numbers["Requests to issue"] == 1
    assert numbers["Stock value (yuan)"] == Decimal(110)
    assert [row["document"].status for row in keeper["under_way"]] == ["draft"]
    nurse = as_user(house.requester).get("/").context
    assert "Stock value (yuan)" not in {str(number.label) for number in nurse["numbers"]}
    assert [row["document"] for row in nurse["under_way"]] == [approved]


def test_search_finds_what_the_person_may_see(house: House, approved: Requisition) -> None:
    assert as_user(house.requester).get("/search/", {"q": approved.number}).url == f"/requisitions/{approved.pk}/"
    stranger = as_user(house.other_requester).get("/search/", {"q": approved.number})
    assert stranger.context["sections"] == []
    found = as_user(house.storekeeper).get("/search/", {"q": "手套"}).context["sections"]
    assert [str(section["label"]) for section in found] == ["Items"]


def test_colleagues_are_found_by_name_without_their_numbers(house: House) -> None:
    house.other_requester.name = "张三"
    house.other_requester.save()
    record = as_user(house.requester).get(reverse("person_search"), {"q": "张"}).json()["results"][0]
    assert (record["name"], record["code"]) == ("张三", "")
    assert as_user(house.storekeeper).get(reverse("supplier_search"), {"q": "康达"}).json()["results"]
    assert as_user(house.requester).get(reverse("supplier_search"), {"q": "康达"}).json()["results"] == []


# ---- paper ----


def test_an_issue_prints_with_capitals_and_signature_places(house: House, approved: Requisition) -> None:
    client = as_user(house.storekeeper)
    client.post(reverse("requisition_issue", args=(approved.pk,)), issue_data(approved, "4", "1"))
    issue = GoodsIssue.objects.get()
    page = client.get(reverse("goodsissue_print", args=(issue.pk,)))
    text = page.content.decode()
    assert "肆拾元整" in text
    assert issue.number in text
    assert str(house.department_head) in text
    assert page.context["state_word"] == ""
    assert as_user(house.other_requester).get(reverse("goodsissue_print", args=(issue.pk,))).status_code == 404


def test_every_kind_prints_and_a_draft_does_not(house: House) -> None:
    receipt = receive(house)
    client = as_user(house.storekeeper)
    assert client.get(reverse("goodsreceipt_print", args=(receipt.pk,)) + "?paper=a4").context["paper"] == "a4"
    document = run(house, make_requisition(house), "submit")
    nurse = as_user(house.requester)
    assert nurse.get(reverse("requisition_print", args=(document.pk,))).context["state_word"]
    assert nurse.get(reverse("requisition_print", args=(make_requisition(house).pk,))).status_code == 302


def test_who_may_approve_is_named(house: House) -> None:
    run(house, make_receipt(house), "submit")
    row = as_user(house.storekeeper).get(reverse("goodsreceipt_list")).context["rows"][0]
    assert house.logistics_head.name in row["cells"][-1]
    assert house.accountant.name in row["cells"][-1]


def test_an_issue_waiting_for_approval_shows_what_it_would_cost(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    document = run(house, make_issue(house, (house.gloves, 3)), "submit")
    row = Signature.objects.get(object_id=document.pk, content_type__model="goodsissue")
    client = as_user(signer_of(house, document))
    for address in (reverse("waiting"), reverse("workbench"), reverse("waiting_document", args=(row.pk,))):
        assert "15.00" in client.get(address).content.decode(), address


def _direct(house: House, lot: Any, **line: Any) -> dict[str, Any]:
    fields = {"item": house.vaccine.pk, "quantity": "2", "lot": lot, **line}
    return {
        "request_key": str(uuid.uuid4()),
        "department": house.ward.pk,
        "warehouse": house.warehouse.pk,
        "business_date": clock.today().isoformat(),
        "purpose": "应急",
        **line_data(fields),
    }


def test_the_lot_of_a_direct_issue_is_chosen_or_left_to_the_ledger(house: House) -> None:
    for number, days in (("L-1", 30), ("L-2", 90)):
        until = clock.today() + dt.timedelta(days=days)
        receive(house, (house.vaccine, 5, 8, number, until))
    later = Lot.objects.get(number="L-2")
    client = as_user(house.storekeeper)
    found = client.get(reverse("item_search"), {"ids": house.vaccine.pk, "warehouse": house.warehouse.pk}).json()
    assert [lot["label"].split()[0] for lot in found["results"][0]["lots"]] == ["L-1", "L-2"]
    nurse = as_user(house.requester).get(reverse("item_search"), {"ids": house.vaccine.pk}).json()
    assert "lots" not in nurse["results"][0]
    client.post(reverse("goodsissue_new"), _direct(house, later.pk))
    client.post(reverse("goodsissue_new"), _direct(house, ""))
    chosen, free = GoodsIssue.objects.order_by("pk")
    assert (chosen.lines.get().lot, free.lines.get().lot) == (later, None)
    run(house, chosen)
    assert StockBalance.objects.get(lot=later).quantity == 3


def test_a_lot_of_another_item_is_refused(house: House) -> None:
    receive(house, (house.gloves, 5, 8))
    client = as_user(house.storekeeper)
    response = client.post(reverse("goodsissue_new"), _direct(house, Lot.objects.get(item=house.gloves).pk))
    assert "The lot belongs to another item." in response.content.decode()
    assert not GoodsIssue.objects.exists()


def test_who_may_see_receipts_sees_the_price_last_paid(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    receive(house, (house.gloves, 10, 7))
    receive(house, (house.gloves, 10, 1), kind="donation", supplier=None)
    asked = {"ids": house.gloves.pk, "warehouse": house.warehouse.pk}

    def record(role: str) -> dict[str, Any]:
        return as_user(house.again(role)).get(reverse("item_search"), asked).json()["results"][0]

    assert (record("storekeeper")["price"], record("storekeeper")["paid"]) == ("7", True)
    nurse = record("requester")
    assert "paid" not in nurse
    assert Decimal(nurse["price"]) == Decimal("4.333333")
    row = run(house, make_requisition(house, (house.gloves, 2)), "submit")
    signature = Signature.objects.get(object_id=row.pk, content_type__model="requisition")
    page = as_user(house.department_head).get(reverse("waiting_document", args=(signature.pk,)))
    assert page.context["lines"][0]["cells"][5] == 7


def test_the_workbench_draws_what_was_used_by_month(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    run(house, make_issue(house, (house.gloves, 3)))
    page = as_user(house.storekeeper).get("/")
    (chart,) = page.context["charts"]
    month = f"{clock.today():%Y-%m}"
    assert [(bar.label, bar.value) for bar in chart.bars if bar.value] == [(month, Decimal(15))]
    assert len(chart.bars) == 6
    assert chart.drawn()[-1]["height"] == "96.0"
    text = page.content.decode()
    assert f'aria-label="{month}: 15.00 yuan"' in text
    assert as_user(house.requester).get("/").context["charts"] == []
    again = as_user(house.accountant).get(chart.bars[-1].url)
    assert again.status_code == 200
