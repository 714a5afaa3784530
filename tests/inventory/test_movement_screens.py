"""Returns and transfers through the screens: what is left is filled in, one button books, refusals write nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from inventory.models import (
    GoodsIssueLine,
    StockMove,
    StockReturn,
    StockTransfer,
    StockValue,
    SupplierReturn,
    TransferArrival,
)
from tests.factories import House, make_issue, make_receipt, receive, run
from tests.movements import branch, make_arrival, make_stock_return, make_supplier_return, make_transfer

from .screens import as_user, line_data, said, step

pytestmark = pytest.mark.django_db


def form_data(page: Any, *quantities: Any, **fields: Any) -> dict[str, Any]:
    """What a browser sends back from the form of a following paper: new quantities, or those filled in."""
    forms = page.context["formset"].forms
    rows = []
    for place, form in enumerate(forms):
        row = {name: form[name].value() for name in form.fields}
        row = {name: ("on" if value is True else value) for name, value in row.items() if value not in (None, False)}
        if quantities:
            each = quantities[place]
            row |= each if isinstance(each, dict) else {"quantity": each}
        rows.append(row)
    return {
        "request_key": str(page.context["request_key"]),
        "business_date": f"{page.context['document'].business_date}",
        **line_data(*rows, initial=len(rows)),
        **fields,
    }


@pytest.fixture
def issue(house: House) -> Any:
    receive(house, (house.gloves, 10, 5), (house.paper, 5, 20))
    return run(house, make_issue(house, (house.gloves, 4), (house.paper, 2), received_by="王护士"))


def test_a_nurse_brings_goods_back_and_the_keeper_books_them(house: House, issue: Any) -> None:
    """R-STK-14: what is left of the issue stands in the form; the department's own people may write it."""
    nurse = as_user(house.requester)
    detail = nurse.get(reverse("goodsissue_detail", args=(issue.pk,)))
    url = detail.context["calls"][0]["url"]
    assert f"issue={issue.pk}" in url
    page = nurse.get(url)
    assert [form["quantity"].value() for form in page.context["formset"]] == ["4", "2"]
    assert page.context["form"]["returned_by"].value() == "王护士"
    data = form_data(page, "1", "0", cause="surplus", then="submit")
    response = nurse.post(url, data, follow=True)
    document = StockReturn.objects.get()
    assert (document.status, document.department, document.warehouse) == ("submitted", house.ward, house.warehouse)
    assert [(line.item, line.quantity) for line in document.lines.all()] == [(house.gloves, 1)]
    assert document.number in said(response)
    assert nurse.post(url, data).url == reverse("stockreturn_detail", args=(document.pk,))
    assert StockReturn.objects.count() == 1
    waiting = as_user(house.logistics_head).get(reverse("waiting")).context["rows"][0]
    assert (waiting["document"], waiting["amount"]) == (document, Decimal(5))
    assert nurse.get(reverse("stockreturn_detail", args=(document.pk,))).context["amount"] == 5
    run(house, document, "approve")
    step(as_user(house.storekeeper), document, "post")
    assert GoodsIssueLine.objects.get(document=issue, item=house.gloves).returned_quantity == 1
    again = nurse.get(url)
    assert [form["quantity"].value() for form in again.context["formset"]] == ["3", "2"]
    shown = nurse.get(reverse("goodsissue_detail", args=(issue.pk,))).content.decode()
    assert document.number in shown


def test_a_draft_is_opened_again_as_it_was_left(house: House, issue: Any) -> None:
    keeper = as_user(house.storekeeper)
    url = f"{reverse('stockreturn_new')}?issue={issue.pk}"
    keeper.post(url, form_data(keeper.get(url), {"quantity": "2", "intact": ""}, "0", cause="defect"))
    document = StockReturn.objects.get()
    assert (document.status, document.lines.get().intact) == ("draft", False)
    edit = reverse("stockreturn_edit", args=(document.pk,))
    page = keeper.get(edit)
    values = [(form["quantity"].value(), form["intact"].value()) for form in page.context["formset"]]
    assert values == [("2", False), (None, True)]
    data = form_data(page, "9", "1", cause="defect", then="submit", revision=document.revision)
    response = keeper.post(edit, data, follow=True)
    assert "at most 4" in response.content.decode()
    document.refresh_from_db()
    assert document.status == "draft"
    assert [form["quantity"].value() for form in response.context["formset"]] == ["9", "1"]
    assert response.context["formset"].forms[0].errors["quantity"]


@pytest.mark.parametrize(
    ("quantities", "words"),
    [(("0", "0"), "at least one line"), (("x", "1"), "not a number"), (("-1", "1"), "at least")],
)
def test_a_return_that_says_nothing_is_not_kept(house: House, issue: Any, quantities: Any, words: str) -> None:
    keeper = as_user(house.storekeeper)
    url = f"{reverse('stockreturn_new')}?issue={issue.pk}"
    response = keeper.post(url, form_data(keeper.get(url), *quantities, cause="surplus"))
    assert words in response.content.decode()
    assert not StockReturn.objects.exists()


def test_a_line_of_another_issue_is_refused(house: House, issue: Any) -> None:
    other = run(house, make_issue(house, (house.gloves, 1)))
    keeper = as_user(house.storekeeper)
    url = f"{reverse('stockreturn_new')}?issue={issue.pk}"
    data = form_data(keeper.get(url), {"key": str(other.lines.get().pk)}, "1", cause="surplus")
    assert "not on" in keeper.post(url, data).content.decode()
    assert not StockReturn.objects.exists()


def test_each_lot_of_a_line_comes_back_on_a_row_of_its_own(house: House) -> None:
    soon, late = clock.today() + dt.timedelta(days=9), clock.today() + dt.timedelta(days=90)
    receive(house, (house.vaccine, 5, 8, "L1", soon), (house.vaccine, 5, 9, "L2", late))
    paper = run(house, make_issue(house, (house.vaccine, 7)))
    keeper = as_user(house.storekeeper)
    url = f"{reverse('stockreturn_new')}?issue={paper.pk}"
    page = keeper.get(url)
    assert [(str(f.facts[1]), f["quantity"].value()) for f in page.context["formset"]] == [("L1", "5"), ("L2", "2")]
    keeper.post(url, form_data(page, "1", "2", cause="surplus", then="submit"))
    document = StockReturn.objects.get()
    assert [(line.lot.number, line.quantity) for line in document.lines.all()] == [("L1", 1), ("L2", 2)]
    run(house, document, "approve", "post")
    assert StockMove.objects.filter(source__kind="consumption").count() == 2


def test_choosing_shows_only_what_can_come_back_and_what_one_may_see(house: House, issue: Any) -> None:
    gone = run(house, make_issue(house, (house.gloves, 1)))
    run(house, make_stock_return(house, gone))
    ward = as_user(house.requester).get(reverse("stockreturn_choose"))
    assert [row["cells"][0] for row in ward.context["rows"]] == [issue.number]
    assert as_user(house.other_requester).get(reverse("stockreturn_choose")).context["count"] == 0
    assert as_user(house.requester).get(reverse("stockreturn_choose"), {"q": "复印纸"}).context["count"] == 1
    assert as_user(house.requester).get(reverse("stockreturn_choose"), {"q": "消毒液"}).context["count"] == 0
    url = reverse("stockreturn_new")
    assert as_user(house.requester).get(url).url == reverse("stockreturn_choose")
    for foreign in (f"{url}?issue={gone.pk}", f"{url}?issue=x", f"{url}?issue=999999"):
        assert as_user(house.requester).get(foreign).status_code == 404
    assert as_user(house.other_requester).get(f"{url}?issue={issue.pk}").status_code == 404
    assert as_user(house.auditor).get(f"{url}?issue={issue.pk}").status_code in (403, 404)
    assert as_user(house.auditor).get(reverse("stockreturn_choose")).status_code == 403


def test_goods_go_back_to_the_supplier(house: House) -> None:
    receipt = receive(house, (house.gloves, 10, 5))
    keeper = as_user(house.storekeeper)
    page = keeper.get(reverse("goodsreceipt_detail", args=(receipt.pk,)))
    url = page.context["calls"][0]["url"]
    form = keeper.get(url)
    keeper.post(url, form_data(form, "3", cause="quality", collected_by="刘师傅", then="submit"))
    document = SupplierReturn.objects.get()
    assert (document.status, document.lines.get().credit) == ("submitted", Decimal(15))
    waiting = as_user(house.logistics_head).get(reverse("waiting"))
    assert waiting.context["rows"][0]["document"] == document
    assert waiting.context["rows"][0]["amount"] == 15
    row = waiting.context["rows"][0]["signature"]
    assert "15.00" in as_user(house.logistics_head).get(reverse("waiting_document", args=(row.pk,))).content.decode()
    run(house, document, "approve")
    step(keeper, document, "post")
    assert StockValue.objects.get(item=house.gloves).quantity == 7
    paper = keeper.get(reverse("supplierreturn_print", args=(document.pk,))).content.decode()
    assert "壹拾伍元整" in paper
    assert as_user(house.requester).get(url).status_code in (403, 404)


def test_a_transfer_is_confirmed_with_one_button(house: House) -> None:
    """R-STK-13: it waits in the receiving keeper's list and on his workbench until he confirms it."""
    receive(house, (house.gloves, 10, 5))
    store = branch(house)
    store.keepers.set([house.second_storekeeper])
    sender, receiver = as_user(house.storekeeper), as_user(house.second_storekeeper)
    data = {
        "request_key": str(uuid.uuid4()),
        "warehouse": house.warehouse.pk,
        "to_warehouse": store.pk,
        "purpose": "分院补货",
        "business_date": f"{run(house, make_receipt(house)).business_date}",
        "then": "submit",
        **line_data({"item": house.gloves.pk, "quantity": "4"}),
    }
    wrong = sender.post(reverse("stocktransfer_new"), {**data, "to_warehouse": house.warehouse.pk})
    assert "another warehouse" in wrong.content.decode()
    assert not StockTransfer.objects.exists()
    sender.post(reverse("stocktransfer_new"), data)
    transfer = StockTransfer.objects.get()
    run(house, transfer, "approve")
    step(sender, transfer, "post")
    transfer.refresh_from_db()
    assert (transfer.status, transfer.arrival) == ("posted", "transit")
    assert sender.get(reverse("transferarrival_choose")).context["count"] == 0
    waiting = receiver.get(reverse("transferarrival_choose"))
    assert waiting.context["count"] == 1
    assert "Arrivals to confirm" in receiver.get(reverse("workbench")).content.decode()
    url = waiting.context["rows"][0]["url"]
    page = receiver.get(url)
    assert [form["quantity"].value() for form in page.context["formset"]] == ["4"]
    response = receiver.post(url, form_data(page, shortage="none", then="submit"), follow=True)
    arrival = TransferArrival.objects.get()
    assert (arrival.status, arrival.warehouse) == ("posted", store)
    assert arrival.number in said(response)
    assert StockValue.objects.get(warehouse=store, item=house.gloves).quantity == 4
    assert receiver.get(reverse("transferarrival_choose")).context["count"] == 0
    assert "Arrivals to confirm" not in [n.label for n in receiver.get(reverse("workbench")).context["numbers"]]
    assert sender.get(url).status_code == 404
    assert sender.get(reverse("transferarrival_detail", args=(arrival.pk,))).status_code == 200


def test_the_approver_of_a_transfer_sees_what_it_is_worth(house: House) -> None:
    """An estimate at today's cost: the ledger fixes it when the goods leave."""
    receive(house, (house.gloves, 10, 5))
    transfer = run(house, make_transfer(house, (house.gloves, 4)), "submit")
    boss = as_user(house.logistics_head)
    (row,) = boss.get(reverse("waiting")).context["rows"]
    assert (row["document"], row["amount"], row["estimated"]) == (transfer, Decimal(20), True)
    page = boss.get(reverse("waiting_document", args=(row["signature"].pk,))).context
    assert (page["amount"], page["estimated"]) == (Decimal(20), True)


def test_a_shortage_waits_for_its_signature(house: House) -> None:
    transfer = run(house, make_transfer(house))
    receiver = as_user(house.second_storekeeper)
    url = f"{reverse('transferarrival_new')}?transfer={transfer.pk}"
    page = receiver.get(url)
    lines = {"quantity": "3", "short_quantity": "1"}
    data = form_data(page, lines, shortage="lost", shortage_cause="搬运破损", then="submit")
    response = receiver.post(url, data, follow=True)
    assert "responsible" in response.content.decode()
    arrival = TransferArrival.objects.get()
    assert arrival.status == "draft"
    edit = reverse("transferarrival_edit", args=(arrival.pk,))
    page = receiver.get(edit)
    data = form_data(page, lines, shortage="lost", shortage_cause="搬运破损", then="submit", revision=arrival.revision)
    receiver.post(edit, {**data, "responsible": house.storekeeper.pk})
    arrival.refresh_from_db()
    assert arrival.status == "submitted"
    assert not StockMove.objects.filter(source__kind="transit").exists()
    row = as_user(house.logistics_head).get(reverse("waiting")).context["rows"][0]
    assert (row["document"], row["amount"]) == (arrival, Decimal(25))
    page = as_user(house.logistics_head).get(row["url"])
    assert page.context["amount"] == 25
    assert "搬运破损" in page.content.decode()


def test_the_receiving_keeper_does_not_act_for_the_sender(house: House) -> None:
    """R-SYS-06: he sees what is sent to him, and changes nothing of it."""
    store = branch(house)
    store.keepers.set([house.second_storekeeper])
    house.warehouse.keepers.remove(house.second_storekeeper)
    draft = make_transfer(house)
    receiver = as_user(house.second_storekeeper)
    assert receiver.get(reverse("stocktransfer_detail", args=(draft.pk,))).status_code == 404
    approved = run(house, draft, "submit", "approve")
    assert receiver.get(reverse("stocktransfer_detail", args=(draft.pk,))).status_code == 200
    for name in ("post", "cancel", "reject"):
        step(receiver, approved, name, reason="原因")
    approved.refresh_from_db()
    assert approved.status == "approved"
    assert not StockMove.objects.filter(target__kind="transit").exists()


MAKERS = {
    "stockreturn": make_stock_return,
    "supplierreturn": make_supplier_return,
    "stocktransfer": make_transfer,
    "transferarrival": make_arrival,
}


@pytest.mark.parametrize("name", MAKERS)
def test_list_export_detail_and_paper_of_every_kind(house: House, name: str) -> None:
    document = run(house, MAKERS[name](house))
    keeper = as_user(house.storekeeper)
    listed = keeper.get(reverse(f"{name}_list"))
    assert listed.context["count"] == 1
    assert document.number in listed.content.decode()
    exported = b"".join(keeper.get(reverse(f"{name}_export")).streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(exported)).active
    assert document.number in [cell.value for row in sheet.iter_rows() for cell in row]
    assert keeper.get(reverse(f"{name}_detail", args=(document.pk,))).status_code == 200
    paper = keeper.get(reverse(f"{name}_print", args=(document.pk,)))
    assert document.number in paper.content.decode()
    office = as_user(house.logistics_head)
    assert office.get(reverse(f"admin:inventory_{name}_changelist")).status_code == 200
    page = office.get(reverse(f"admin:inventory_{name}_change", args=(document.pk,)))
    assert document.number in page.content.decode()
    assert as_user(house.other_requester).get(reverse(f"{name}_detail", args=(document.pk,))).status_code == 404


@pytest.mark.parametrize("name", MAKERS)
def test_the_back_office_writes_no_following_paper(house: House, name: str) -> None:
    keeper = as_user(house.again("storekeeper"))
    answer = keeper.get(reverse(f"admin:inventory_{name}_add"))
    assert answer.status_code == (200 if name == "stocktransfer" else 403)


def test_one_line_and_twenty_cost_the_same_queries(house: House) -> None:
    keeper = as_user(house.storekeeper)
    counts = []
    for number in (2, 20):
        items = [house.item(f"货{number}-{n}") for n in range(number)]
        receipt = receive(house, *((item, 5, 3) for item in items))
        issue = run(house, make_issue(house, *((item, 2) for item in items)))
        transfer = run(house, make_transfer(house, *((item, 2) for item in items)))
        draft = make_stock_return(house, issue)
        pages = [
            f"{reverse('stockreturn_new')}?issue={issue.pk}",
            f"{reverse('supplierreturn_new')}?receipt={receipt.pk}",
            f"{reverse('transferarrival_new')}?transfer={transfer.pk}",
            reverse("stockreturn_edit", args=(draft.pk,)),
            reverse("stockreturn_detail", args=(draft.pk,)),
            reverse("stocktransfer_detail", args=(transfer.pk,)),
            reverse("stockreturn_choose"),
            reverse("transferarrival_choose"),
        ]
        keeper.get(pages[0])
        found = []
        for url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert keeper.get(url).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
