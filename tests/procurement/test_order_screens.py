"""The pages of orders and their changes: drafting, changing, acts, papers, Excel, reports; who is refused what."""

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
from procurement.models import OrderChange, PurchaseOrder, PurchaseRequestLine, SourcingLine
from tests.buying import (
    accepted,
    make_acceptance,
    make_framework,
    make_order,
    make_order_change,
    order_approved,
    request_approved,
    sourcing_approved,
    take,
)
from tests.factories import House
from tests.inventory.screens import as_user, line_data, said, step

pytestmark = pytest.mark.django_db


def rows_of(response: Any) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def order_data(order: PurchaseOrder, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A filled order form; without lines as the draft stands."""
    found = list(order.lines.order_by("position"))
    rows = lines or tuple({} for _line in found)
    standing = [
        {
            "key": line.pk,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "treatment": line.treatment,
            "warehouse": line.warehouse_id or "",
            **row,
        }
        for line, row in zip(found, rows, strict=True)
    ]
    return {
        "request_key": str(uuid.uuid4()),
        "revision": order.revision,
        "form": order.form,
        "bond_form": order.bond_form,
        **line_data(*standing, initial=len(standing)),
        **fields,
    }


def test_an_award_is_drafted_by_one_click_and_the_draft_completed(house: House) -> None:
    sourcing = sourcing_approved(house)
    client = as_user(house.again("buyer"))
    assert client.get(reverse("purchaseorder_new")).url == reverse("purchaseorder_choose")
    assert sourcing.number in client.get(reverse("purchaseorder_choose")).content.decode()
    url = reverse("purchaseorder_from_award", args=(sourcing.pk,))
    assert house.supplier.name in client.get(url).content.decode()
    response = client.post(url, follow=True)
    order = PurchaseOrder.objects.get()
    assert response.redirect_chain[-1][0] == reverse("purchaseorder_edit", args=(order.pk,))
    assert "is on orders" in said(client.post(url, follow=True))
    assert PurchaseOrder.objects.count() == 1
    edit = reverse("purchaseorder_edit", args=(order.pk,))
    data = order_data(
        order, form="contract", title="手套采购", payment_terms="验收后30日内付清", deliver_by="2030-01-05"
    )
    client.post(edit, {**data, "then": "submit"})
    order.refresh_from_db()
    assert (order.status, order.form, order.title, order.deliver_by) == (
        "submitted",
        "contract",
        "手套采购",
        dt.date(2030, 1, 5),
    )


@pytest.mark.parametrize(
    ("line", "fields", "words"),
    [
        ({"unit_price": "22"}, {}, "23 yuan were awarded or agreed"),
        ({"quantity": "11"}, {}, "only 10 of the request are left"),
        ({"unit_price": "0"}, {}, "greater than zero"),
        ({"quantity": "-1"}, {}, "at least|smaller|less|0"),
        ({}, {"bond_form": "guarantee", "bond_amount": "100"}, "at most 10 %"),
        ({}, {"prepayment_percent": "101"}, "At most 100"),
    ],
)
def test_what_is_refused_is_said_and_the_draft_stays(
    house: House, line: dict[str, Any], fields: dict[str, Any], words: str
) -> None:
    """R-PRC-01, R-PRC-10: zero and negative prices, more than the request, another price than the awarded one."""
    import re

    order = make_order(house)
    client = as_user(house.again("buyer"))
    url = reverse("purchaseorder_edit", args=(order.pk,))
    response = client.post(url, {**order_data(order, line, **fields), "then": "submit"}, follow=True)
    assert re.search(words, response.content.decode())
    order.refresh_from_db()
    assert (order.status, PurchaseRequestLine.objects.get().ordered_quantity) == ("draft", 0)


def test_the_draft_of_somebody_else_changed_meanwhile_is_not_overwritten(house: House) -> None:
    order = make_order(house)
    client = as_user(house.again("buyer"))
    data = order_data(order, title="第一次")
    url = reverse("purchaseorder_edit", args=(order.pk,))
    client.post(url, data)
    response = client.post(url, {**data, "title": "第二次", "request_key": str(uuid.uuid4())})
    assert response.status_code == 200
    order.refresh_from_db()
    assert order.title == "第一次"


def test_requests_are_called_off_from_an_agreement_or_bought_directly(house: House) -> None:
    agreement = take(make_framework(house), ("submit", house.buyer), ("approve", house.logistics_head))
    wanted = request_approved(house).lines.get()
    client = as_user(house.again("buyer"))
    url = reverse("purchaseorder_from_requests")
    page = client.get(url).content.decode()
    assert wanted.document.number in page
    assert wanted.document.number not in client.get(url, {"q": "没有这个"}).content.decode()
    row = {"key": wanted.pk, "quantity": "4"}
    both = {"framework": agreement.pk, "supplier": house.supplier.pk, **line_data(row, initial=1)}
    assert "Choose an agreement, or" in client.post(url, both).content.decode()
    nothing = {"framework": agreement.pk, **line_data({"key": wanted.pk}, initial=1)}
    assert "at least one line" in client.post(url, nothing).content.decode()
    too_many = {"framework": agreement.pk, **line_data({**row, "quantity": "11"}, initial=1)}
    assert "only 10 of the request are left" in client.post(url, too_many).content.decode()
    assert PurchaseOrder.objects.count() == 0
    client.post(url, {"framework": agreement.pk, **line_data(row, initial=1)})
    order = PurchaseOrder.objects.get()
    assert (order.framework, order.lines.get().unit_price) == (agreement, 23)
    direct = {"supplier": house.supplier.pk, **line_data({**row, "quantity": "7"}, initial=1)}
    assert "only 6 of the request are left" in client.post(url, direct).content.decode()
    assert PurchaseOrder.objects.count() == 1


def test_an_approved_order_is_sealed_bonded_and_its_rest_cancelled_on_small_pages(house: House) -> None:
    order = order_approved(house, form="contract", bond_form="transfer", bond_amount=Decimal(20))
    client = as_user(house.again("buyer"))
    page = client.get(reverse("purchaseorder_detail", args=(order.pk,))).content.decode()
    for act in ("seal", "bond-received", "close-rest"):
        assert reverse("purchaseorder_act", args=(order.pk, act)) in page
    today = clock.today().isoformat()
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()

    def act(name: str, **data: Any) -> Any:
        return client.post(reverse("purchaseorder_act", args=(order.pk, name)), data, follow=True)

    assert "future" in act("seal", day=tomorrow).content.decode()
    assert "is signed and sealed" in said(act("seal", day=today))
    assert "received" in said(act("bond-received", day=today))
    assert "returned" in said(act("bond-returned", day=today))
    assert act("close-rest", reopen="no", reason="").status_code == 200
    assert order.lines.get().closed_quantity == 0
    assert "is cancelled" in said(act("close-rest", reopen="no", reason="停产"))
    order.refresh_from_db()
    assert (order.signed_on, order.bond_returned_on, order.progress) == (clock.today(), clock.today(), "closed")
    assert act("eat").status_code == 404
    for who in ("logistics_head", "auditor", "acceptor"):
        answer = as_user(house.again(who)).post(reverse("purchaseorder_act", args=(order.pk, "seal")), {"day": today})
        assert answer.status_code in (403, 404)


def test_orders_of_another_house_do_not_exist(house: House, other_house: House) -> None:
    order = order_approved(other_house)
    client = as_user(house.again("buyer"))
    assert client.get(reverse("purchaseorder_detail", args=(order.pk,))).status_code == 404
    assert client.get(reverse("purchaseorder_from_award", args=(order.sourcing_id,))).status_code == 404
    assert client.post(reverse("purchaseorder_act", args=(order.pk, "seal"))).status_code == 404
    assert order.number not in client.get(reverse("purchaseorder_list")).content.decode()
    assert order.number not in client.get(reverse("open_orders")).content.decode()


def test_the_contract_on_paper_names_both_parties_amount_and_places(house: House) -> None:
    order = order_approved(house, form="contract", title="手套采购", payment_terms="验收后30日内付清")
    client = as_user(house.again("buyer"))
    page = client.get(reverse("purchaseorder_print", args=(order.pk,))).content.decode()
    words = ("Purchase contract", house.organization.name, house.supplier.name, "贰佰叁拾元整", "验收后30日内付清")
    assert [word for word in words if word not in page] == []
    assert "Buyer (seal)" in page
    assert "Supplier (seal)" in page
    order = order_approved(house, sourcing_approved(house, request_approved(house)))
    assert "Purchase order" in client.get(reverse("purchaseorder_print", args=(order.pk,))).content.decode()


def test_an_order_is_changed_on_the_page_with_before_and_after(house: House) -> None:
    """R-PRC-10: only what differs becomes a line."""
    sourcing = sourcing_approved(house, request_approved(house, (house.gloves, 10, 25), (house.paper, 5, 20)))
    order = order_approved(house, sourcing)
    client = as_user(house.again("buyer"))
    assert order.number in client.get(reverse("orderchange_choose")).content.decode()
    url = f"{reverse('orderchange_new')}?order={order.pk}"
    rows = [
        {"key": line.pk, "quantity": line.quantity, "unit_price": line.unit_price}
        for line in order.lines.order_by("position")
    ]
    same = {"request_key": str(uuid.uuid4()), "reason": "供货商缺货", "then": "submit", **line_data(*rows, initial=2)}
    response = client.post(url, same, follow=True)
    assert "Enter at least one line" in response.content.decode()
    OrderChange.objects.all().delete()
    rows[0]["quantity"] = 8
    data = {"request_key": str(uuid.uuid4()), "reason": "供货商缺货", "then": "submit", **line_data(*rows, initial=2)}
    client.post(url, data)
    change = OrderChange.objects.get()
    line = change.lines.get()
    assert (change.status, line.old_quantity, line.quantity, line.amount) == ("submitted", 10, 8, -46)
    page = client.get(reverse("orderchange_detail", args=(change.pk,))).content.decode()
    assert order.number in page
    head = as_user(house.again("logistics_head"))
    step(head, change, "approve")
    assert order.lines.order_by("position")[0].quantity == 8
    assert change.number in client.get(reverse("orderchange_print", args=(change.pk,))).content.decode()


def test_lists_and_reports_leave_as_workbooks_and_links_lead_on(house: House) -> None:
    order = order_approved(house, deliver_by=clock.today() - dt.timedelta(days=2), title="手套采购", form="contract")
    document = make_acceptance(house, order, rejected=3)
    document.lines.update(arrived_quantity=7, accepted_quantity=4)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    make_order_change(house, order)
    client = as_user(house.again("buyer"))
    for name in ("purchaseorder_export", "orderchange_export", "acceptance_export", "rejectedgoods_export"):
        assert any(order.number in map(str, row) for row in rows_of(client.get(reverse(name)))), name
    expected = {
        "open_orders": ["6", "138.00"],
        "late_deliveries": ["230.00"],
        "acceptance_rate": ["57.1"],
        "contract_ledger": ["230.00", "92.00", "手套采购"],
    }
    for name, figures in expected.items():
        page = client.get(reverse(name)).content.decode()
        assert [figure for figure in figures if figure not in page] == [], name
        assert client.get(reverse(name), {"format": "print"}).status_code == 200
        assert len(rows_of(client.get(reverse(name), {"format": "xlsx"}))) > 2
    assert reverse("purchaseorder_detail", args=(order.pk,)) in client.get(reverse("open_orders")).content.decode()
    for name in expected:
        assert as_user(house.again("requester")).get(reverse(name)).status_code == 403


def test_late_signing_is_flagged_in_the_list(house: House) -> None:
    """R-PRC-15."""
    from tests.factories import at

    order = order_approved(house, form="contract")
    with at(clock.today() + dt.timedelta(days=40)):
        client = as_user(house.again("buyer"))
        assert "40 days after the award" in client.get(reverse("purchaseorder_list")).content.decode()
        page = client.get(reverse("purchaseorder_detail", args=(order.pk,))).content.decode()
    assert "40 days after the award" in page


def test_queries_do_not_grow_with_rows(house: House) -> None:
    client = as_user(house.again("buyer"))

    def queries(name: str) -> int:
        client.get(reverse(name))
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse(name))
        return len(found)

    names = ("purchaseorder_list", "purchaseorder_choose", "acceptance_list", "open_orders", "contract_ledger")
    first = order_approved(house)
    accepted(house, first)
    few = {name: queries(name) for name in names}
    for _number in range(3):
        accepted(house, order_approved(house, sourcing_approved(house, request_approved(house))))
    make_order(house, sourcing_approved(house, request_approved(house)))
    many = {name: queries(name) for name in names}
    assert {name: many[name] - few[name] for name in names if many[name] > few[name] + 2} == {}
    assert SourcingLine.objects.count() == 5
