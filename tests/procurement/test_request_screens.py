"""The pages of purchase requests: the form with its grid, the list, the approval page, plan lines, urgent papers."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.documents.models import Approver, Signature
from inventory.models import Unit
from procurement.models import ItemCategoryLink, PurchaseCategory, PurchaseRequest
from tests.buying import allotment_of, make_plan, make_purchase_request, order_approved, request_approved, take
from tests.factories import House, rule
from tests.inventory.screens import as_user, line_data, said, step

NEW = "purchaserequest_new"


def form_data(house: House, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A filled form of the ward's nurse."""
    rows = lines or ({"item": house.gloves.pk, "quantity": "4", "unit_price": "25", "warehouse": house.warehouse.pk},)
    return {
        "request_key": str(uuid.uuid4()),
        "purpose": "换药室",
        "allotment": allotment_of(house).pk,
        "outside_reason": "计划外临时需要",
        **line_data(*rows),
        **fields,
    }


def errors_of(response: Any) -> dict[int, dict[str, list[str]]]:
    """The errors of the grid by line, counted from 0."""
    return {place: form.errors for place, form in enumerate(response.context["formset"].forms) if form.errors}


def test_a_draft_and_a_request_in_one_go(house: House) -> None:
    client = as_user(house.requester)
    client.post(reverse(NEW), form_data(house))
    draft = PurchaseRequest.objects.get()
    assert (draft.status, draft.department, draft.lines.get().amount) == ("draft", house.ward, Decimal("100.00"))
    data = form_data(house)
    response = client.post(reverse(NEW), {**data, "then": "submit"}, follow=True)
    sent = PurchaseRequest.objects.get(status="submitted")
    assert sent.number in response.content.decode()
    client.post(reverse(NEW), {**data, "then": "submit"})
    assert PurchaseRequest.objects.count() == 2


def test_what_is_usual_is_filled_in(house: House) -> None:
    category = PurchaseCategory.objects.create(code="A0701", name="医用材料")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    line = {"item": house.gloves.pk, "quantity": "4", "unit_price": "25"}
    dear = {
        "name": "监护仪",
        "unit": house.gloves.unit_id,
        "quantity": "1",
        "unit_price": "18000",
        "specification": "12寸",
    }
    as_user(house.requester).post(reverse(NEW), form_data(house, line, dear))
    first, second = PurchaseRequest.objects.get().lines.order_by("position")
    assert (first.category, first.treatment, first.unit_id) == (category, "stock", house.gloves.unit_id)
    assert (second.name, second.specification, second.treatment, second.item) == ("监护仪", "12寸", "asset", None)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ({"quantity": "0"}, "quantity", "more than 0"),
        ({"quantity": "-3"}, "quantity", ""),
        ({"quantity": "三"}, "quantity", "number"),
        ({"unit_price": "0"}, "unit_price", ""),
        ({"unit_price": "-25"}, "unit_price", ""),
        ({"unit_price": ""}, "unit_price", "required"),
        ({"item": "999999"}, "item", "does not exist"),
        ({"item": "", "name": ""}, "item", "Choose an item"),
        ({"item": "", "name": "水桶", "unit": ""}, "unit", "Choose the unit"),
        ({"item": "", "name": "水桶", "treatment": ""}, "treatment", "say what becomes of it"),
        ({"item": "", "name": "水桶", "treatment": "stock"}, "item", "has to be an item"),
        ({"category": "999999"}, "category", "no longer"),
        ({"allotment": "999999"}, "allotment", "no longer"),
        ({"plan_line": "999999"}, "plan_line", "no longer"),
    ],
)
def test_a_wrong_cell_is_marked_and_nothing_is_saved(
    house: House, line: dict[str, str], field: str, words: str
) -> None:
    usual = {"item": house.gloves.pk, "quantity": "4", "unit_price": "25", "unit": house.gloves.unit_id}
    response = as_user(house.requester).post(reverse(NEW), form_data(house, {**usual, **line}))
    assert words in errors_of(response)[0][field][0]
    assert not PurchaseRequest.objects.exists()


def pasted(house: House, count: int, wrong: set[int]) -> list[dict[str, Any]]:
    """Lines as a paste from Excel leaves them: items and names in turn, the wrong ones without a price or quantity."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        named = {"item": house.gloves.pk} if number % 2 else {"name": f"设备{number}", "unit": house.gloves.unit_id}
        row = {**named, "quantity": "2", "unit_price": "1200" if "name" in named else "25"}
        if number in wrong:
            row |= {"unit_price": "-1"} if number % 3 else {"quantity": "两个"}
        rows.append(row)
    return rows


def test_300_pasted_lines_show_all_20_errors_at_once(house: House, django_assert_max_num_queries: Any) -> None:
    wrong = set(range(5, 300, 15))
    client = as_user(house.requester)
    response = client.post(reverse(NEW), form_data(house, *pasted(house, 300, wrong)))
    assert set(errors_of(response)) == wrong
    assert len(wrong) == 20
    assert not PurchaseRequest.objects.exists()
    data = form_data(house, *pasted(house, 300, set()))
    with django_assert_max_num_queries(60):
        client.post(reverse(NEW), data)
    assert PurchaseRequest.objects.get().lines.count() == 300


def test_a_refusal_at_submission_stands_beside_its_cell(house: House) -> None:
    client = as_user(house.requester)
    data = form_data(
        house, {"item": house.gloves.pk, "quantity": "1", "unit_price": "1500", "warehouse": house.warehouse.pk}
    )
    response = client.post(reverse(NEW), {**data, "then": "submit"}, follow=True)
    draft = PurchaseRequest.objects.get()
    assert (draft.status, draft.number) == ("draft", None)
    assert "asset card" in errors_of(response)[0]["stock_reason"][0]
    assert 'class="line-more" open' in response.content.decode()


def test_an_allotment_of_another_department_is_not_offered(house: House, other_house: House) -> None:
    foreign = allotment_of(other_house)
    response = as_user(house.requester).post(reverse(NEW), form_data(house, allotment=foreign.pk))
    assert "cannot charge this allotment" in response.context["form"].errors["allotment"][0]
    assert not PurchaseRequest.objects.exists()
    own = as_user(house.requester).get(reverse("allotment_search"), {"q": "30201"}).json()["results"]
    assert [row["id"] for row in own] == [allotment_of(house).pk]
    assert "left" in own[0]["detail"]
    assert as_user(house.other_requester).get(reverse("allotment_search"), {"q": "30201"}).json()["results"] == []


def test_the_search_knows_what_is_usual(house: House) -> None:
    category = PurchaseCategory.objects.create(code="A0701", name="医用材料")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    order_approved(house)
    (record,) = (
        as_user(house.requester).get(reverse("buying_item_search"), {"codes": house.gloves.code}).json()["results"]
    )
    assert record["usual"]["category"]["code"] == "A0701"
    assert record["usual"]["treatment"] == "stock"
    assert (record["paid"], Decimal(record["price"])) == (True, Decimal(23))
    found = as_user(house.requester).get(reverse("purchase_category_search"), {"q": "医用"}).json()["results"]
    assert [row["code"] for row in found] == ["A0701"]


def test_a_copy_leaves_plan_and_budget_of_lines_behind(house: House) -> None:
    request = request_approved(house)
    response = as_user(house.requester).get(reverse("purchaserequest_copy", args=(request.pk,)), follow=True)
    (form,) = response.context["formset"].forms
    assert (form["item"].value(), form["allotment"].value()) == (house.gloves.pk, "")


def test_list_page_paper_and_sheet(house: House, other_house: House) -> None:
    request = request_approved(house, (house.gloves, 10, 25), (house.paper, 1, 30))
    client = as_user(house.requester)
    page = client.get(reverse("purchaserequest_list"), {"q": "医用"}).content.decode()
    assert page.count(f'data-href="/purchase-requests/{request.pk}/"') == 1
    assert "280.00" in page
    assert client.get(reverse("purchaserequest_export")).status_code == 200
    detail = client.get(reverse("purchaserequest_detail", args=(request.pk,))).content.decode()
    assert "outside the plan" in detail
    assert "99,720.00" in detail
    paper = client.get(reverse("purchaserequest_print", args=(request.pk,)), {"paper": "a4"}).content.decode()
    assert request.number in paper
    assert as_user(other_house.requester).get(reverse("purchaserequest_detail", args=(request.pk,))).status_code == 404


@pytest.mark.parametrize("name", ["purchaserequest_list", "purchaserequest_detail"])
def test_queries_do_not_grow_with_lines(house: House, name: str, django_assert_max_num_queries: Any) -> None:
    items = [house.item() for _number in range(40)]
    request = make_purchase_request(house, *[(item, 1, 5) for item in items])
    client = as_user(house.requester)
    args = (request.pk,) if name.endswith("detail") else ()
    with django_assert_max_num_queries(45):
        assert client.get(reverse(name, args=args)).status_code == 200


def test_a_draft_says_who_would_sign(house: House) -> None:
    rule(house, PurchaseRequest, Approver.ROLE, role="logistics_head")
    rule(house, PurchaseRequest, Approver.ROLE, order=2, from_amount=5000, role="leader")
    draft = make_purchase_request(house)
    response = as_user(house.requester).get(reverse("purchaserequest_detail", args=(draft.pk,)))
    assert [names for _rule, names in response.context["would_sign"]] == [
        [house.logistics_head.name],
        [house.leader.name],
    ]
    asked = {"kind": "procurement.purchaserequest", "department": house.ward.pk, "amount": "100"}
    admin = as_user(house.system_administrator)
    told = admin.get(reverse("signers"), asked).context["signers"]
    assert [names for _rule, names in told] == [[house.logistics_head.name]]
    told = admin.get(reverse("signers"), {**asked, "escalated": "on", "hurried": "on"}).context["signers"]
    assert [names for _rule, names in told] == [[house.leader.name]]


# ---- approving ----


def waiting_page(house: House, request: PurchaseRequest) -> Any:
    row = Signature.objects.get(object_id=request.pk, is_next=True, content_type__model="purchaserequest")
    return as_user(house.logistics_head).get(reverse("waiting_document", args=(row.pk,)))


def test_everything_an_approver_needs_is_on_one_screen(house: House) -> None:
    order_approved(house)
    request = take(make_purchase_request(house, (house.gloves, 10, 25)), ("submit", house.requester))
    page = waiting_page(house, request).content.decode()
    for words in (
        "Last price",
        "23.00",
        "Change (%)",
        "8.7",
        "On order",
        "On hand",
        "outside the plan",
        "Left afterwards",
    ):
        assert words in page


def test_many_are_approved_at_once_and_each_says_its_outcome(house: House) -> None:
    papers = [
        take(make_purchase_request(house, (house.gloves, count, 25)), ("submit", house.requester))
        for count in (10, 5000)
    ]
    rows = Signature.objects.filter(is_next=True, content_type__model="purchaserequest")
    data = {"request_key": str(uuid.uuid4()), "signature": [row.pk for row in rows]}
    response = as_user(house.logistics_head).post(reverse("waiting_sign"), data, follow=True)
    statuses = [PurchaseRequest.objects.get(pk=paper.pk).status for paper in papers]
    assert statuses == ["approved", "submitted"]
    assert "does not cover" in said(response)


def test_queries_of_the_approval_page_do_not_grow(house: House, django_assert_max_num_queries: Any) -> None:
    many = make_purchase_request(house, *[(house.item(), 1, 5) for _number in range(40)])
    many = take(many, ("submit", house.requester))
    row = Signature.objects.get(object_id=many.pk, is_next=True, content_type__model="purchaserequest")
    client = as_user(house.logistics_head)
    with django_assert_max_num_queries(55):
        client.get(reverse("waiting_document", args=(row.pk,)))


# ---- plan lines, urgent papers, the rest ----


def test_plan_lines_are_chosen_and_become_a_draft(house: House) -> None:
    plan = take(make_plan(house), ("submit", house.requester), ("approve", house.logistics_head))
    client = as_user(house.requester)
    page = client.get(reverse("purchaserequest_from_plan"))
    assert [row["name"] for row in page.context["rows"]] == [house.gloves.name]
    response = client.post(reverse("purchaserequest_from_plan"), {"line": [plan.lines.get().pk, "x", "99999"]})
    draft = PurchaseRequest.objects.get()
    assert response.url == reverse("purchaserequest_edit", args=(draft.pk,))
    assert (draft.lines.get().plan_line, draft.lines.get().quantity) == (plan.lines.get(), 100)
    assert "Choose at least one line" in said(client.post(reverse("purchaserequest_from_plan"), {}, follow=True))
    assert as_user(house.other_requester).get(reverse("purchaserequest_from_plan")).context["rows"] == []
    assert as_user(house.auditor).post(reverse("purchaserequest_from_plan"), {}).status_code == 403
    found = client.get(reverse("plan_line_search"), {"q": house.gloves.code}).json()["results"]
    assert [row["id"] for row in found] == [plan.lines.get().pk]


def test_overdue_papers_are_listed(house: House) -> None:
    request = request_approved(house, urgent=True, urgent_reason="停电抢修")
    PurchaseRequest.objects.filter(pk=request.pk).update(papers_due=clock.today() - dt.timedelta(days=2))
    client = as_user(house.requester)
    page = client.get(reverse("urgent_papers"))
    assert [row["cells"][0] for row in page.context["rows"]] == [request.number]
    assert client.get(reverse("urgent_papers_export")).status_code == 200
    refused = client.post(reverse("purchaserequest_papers", args=(request.pk,)), follow=True)
    assert "Attach the papers" in said(refused)
    assert PurchaseRequest.objects.get(pk=request.pk).papers_in_on is None


def test_the_rest_is_closed_with_a_reason(house: House) -> None:
    request = request_approved(house)
    url = reverse("purchaserequest_close_rest", args=(request.pk,))
    assert as_user(house.other_requester).post(url, {"reason": "不要了"}).status_code == 404
    assert "reason" in said(as_user(house.requester).post(url, {}, follow=True))
    assert allotment_of(house).reserved == 250
    assert "closed" in said(as_user(house.requester).post(url, {"reason": "不要了"}, follow=True))
    assert allotment_of(house).reserved == 0


def test_a_suggestion_leads_to_its_request(house: House) -> None:
    request = make_purchase_request(house, created_by=house.storekeeper, department=house.logistics)
    client = as_user(house.storekeeper)
    for name in (f"#{request.pk}",):
        response = client.get(reverse("purchaserequest_named", args=(name,)))
        assert response.url == reverse("purchaserequest_detail", args=(request.pk,))
    assert client.get(reverse("purchaserequest_named", args=("SG209901001",))).status_code == 404


def test_own_request_is_not_approved_by_a_button(house: House) -> None:
    request = make_purchase_request(house, created_by=house.logistics_head, department=house.ward)
    request = take(request, ("submit", house.logistics_head))
    response = step(as_user(house.logistics_head), request, "approve")
    assert PurchaseRequest.objects.get(pk=request.pk).status == "submitted"
    assert "You made" in said(response)


def test_words_and_units_reach_the_page_for_the_grid(house: House) -> None:
    Unit.objects.get_or_create(name="台")
    page = as_user(house.requester).get(reverse(NEW)).content.decode()
    template = page[page.index("<template>") : page.index("</template>")]
    assert "台" in template
    assert "data-free" in template
    assert json.dumps("as written")[1:-1] in page


@pytest.mark.parametrize("key", ["9" * 5000, "٣", "-1", "x"], ids=["huge", "other digits", "negative", "a letter"])
def test_a_key_that_is_none_breaks_no_page(house: House, key: str) -> None:
    """What an address or a form names in place of a key is not found, or left out."""
    nurse, buyer = as_user(house.requester), as_user(house.buyer)
    assert nurse.get(reverse(NEW), {"from": key}).status_code == 200
    assert nurse.post(reverse("purchaserequest_from_plan"), {"line": key}).status_code == 302
    assert buyer.get(reverse("sourcing_choose"), {"for": key}).status_code == 200
    assert buyer.get(reverse("supplierinvoice_new"), {"order": key}).status_code == 404
    assert buyer.post(reverse("plan_merge"), {"line": key, "period": "2026"}).status_code == 302
    served = reverse("supplier_serve", args=(house.supplier.pk,))
    assert buyer.post(served, {"remove": key}).status_code == 302
    assert not PurchaseRequest.objects.exists()
