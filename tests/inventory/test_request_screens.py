"""The request form and the pages of requisitions: what is written, what is refused, who sees what."""

from __future__ import annotations

import io
import re
import uuid
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.documents.services import edit_draft
from inventory.models import ItemUnit, Requisition, Unit
from tests.factories import House, make_requisition, receive, run

from .screens import as_user, request_data, said, step

pytestmark = pytest.mark.django_db
NEW = "/requisitions/new/"


def edit_data(house: House, document: Requisition, quantity: str, **fields: Any) -> dict[str, Any]:
    row = {"id": document.lines.get().pk, "item": house.gloves.pk, "quantity": quantity}
    return request_data(house, row, **{"lines-INITIAL_FORMS": 1, "revision": document.revision, **fields})


def test_a_request_is_saved_as_a_draft_of_the_persons_own_department(house: House) -> None:
    client = as_user(house.requester)
    foreign = {
        "department": house.other_ward.pk,
        "organization": 99,
        "created_by": house.auditor.pk,
        "status": "approved",
    }
    response = client.post(NEW, request_data(house, **foreign), follow=True)
    document = Requisition.objects.get()
    assert response.redirect_chain[-1][0] == f"/requisitions/{document.pk}/"
    assert (document.status, document.department, document.created_by) == ("draft", house.ward, house.requester)
    assert (document.organization, document.purpose) == (house.organization, "换药室")
    assert [(line.item, line.quantity) for line in document.lines.all()] == [(house.gloves, Decimal(4))]


def test_save_and_submit_in_one_go_names_the_next_approver(house: House) -> None:
    response = as_user(house.requester).post(NEW, request_data(house, then="submit"), follow=True)
    document = Requisition.objects.get()
    assert document.status == "submitted"
    assert document.number
    assert house.department_head.name in said(response)


def test_the_same_form_sent_twice_makes_one_document(house: House) -> None:
    client, data = as_user(house.requester), request_data(house, key=uuid.uuid4(), then="submit")
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.url == second.url
    assert Requisition.objects.count() == 1
    assert Requisition.objects.get().lines.count() == 1


def test_a_refused_submission_keeps_the_draft_and_says_why_beside_the_line(house: House) -> None:
    house.ward.head = None
    house.ward.save()
    response = as_user(house.requester).post(NEW, request_data(house, then="submit"), follow=True)
    document = Requisition.objects.get()
    assert document.status == "draft"
    assert response.redirect_chain[-1][0] == f"/requisitions/{document.pk}/edit/"
    assert "no head who could approve" in response.content.decode()
    assert "could not be submitted" in response.content.decode()


def test_a_unit_of_the_item_is_taken_with_its_factor_and_a_foreign_one_refused(house: House) -> None:
    box = Unit.objects.create(name="箱")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=10)
    row = {"item": house.gloves.pk, "quantity": "2", "unit": box.pk}
    client = as_user(house.requester)
    client.post(NEW, request_data(house, row))
    assert Requisition.objects.get().lines.get().stock_quantity == 20
    response = client.post(NEW, request_data(house, {**row, "item": house.paper.pk}))
    assert "not counted in this unit" in response.content.decode()
    assert Requisition.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lines-0-quantity": "many"}, "is not a number"),
        ({"lines-0-quantity": "0"}, "more than 0"),
        ({"lines-0-quantity": ""}, "required"),
        ({"lines-0-item": "999999"}, "does not exist"),
        ({"lines-0-item": "", "lines-0-quantity": "3"}, "Choose an item"),
        ({"lines-0-item": "", "lines-0-quantity": ""}, "at least one line"),
        ({"purpose": " "}, "required"),
        ({"warehouse": "999999"}, "Select a valid choice"),
        ({"needed_by": "2020-01-01"}, "is over"),
        ({"needed_by": "2/3/2026"}, "two ways"),
    ],
)
def test_bad_input_is_named_kept_on_screen_and_nothing_is_written(house: House, change: dict, words: str) -> None:
    response = as_user(house.requester).post(NEW, {**request_data(house, note="别忘了"), **change})
    text = response.content.decode()
    assert response.status_code == 200
    assert words in text
    assert "别忘了" in text
    assert not Requisition.objects.exists()


def test_a_stopped_item_is_refused(house: House) -> None:
    house.gloves.active = False
    house.gloves.save()
    response = as_user(house.requester).post(NEW, request_data(house))
    assert "no longer in use" in response.content.decode()
    assert not Requisition.objects.exists()


def test_full_width_digits_are_read(house: House) -> None:
    as_user(house.requester).post(NEW, request_data(house, {"item": house.gloves.pk, "quantity": "１２"}))
    assert Requisition.objects.get().lines.get().quantity == 12


def test_a_draft_is_edited_and_a_line_left_out(house: House) -> None:
    document = make_requisition(house, (house.gloves, 4), (house.paper, 1))
    first, second = document.lines.all()
    rows = (
        {"id": first.pk, "item": house.gloves.pk, "quantity": "7"},
        {"id": second.pk, "item": house.paper.pk, "quantity": "1", "DELETE": "on"},
        {"item": house.vaccine.pk, "quantity": "2"},
    )
    data = request_data(house, *rows, **{"lines-INITIAL_FORMS": 2, "revision": 0})
    as_user(house.requester).post(f"/requisitions/{document.pk}/edit/", data)
    lines = [(line.pk, line.position, line.item, line.quantity) for line in document.lines.all()]
    assert lines[0] == (first.pk, 1, house.gloves, Decimal(7))
    assert lines[1][1:] == (2, house.vaccine, Decimal(2))
    assert len(lines) == 2


def test_the_same_edit_sent_twice_is_saved_once(house: House) -> None:
    document, client = make_requisition(house), as_user(house.requester)
    data, url = edit_data(house, document, "9"), f"/requisitions/{document.pk}/edit/"
    assert client.post(url, data).status_code == client.post(url, data).status_code == 302
    document.refresh_from_db()
    assert document.revision == 1
    assert document.lines.get().quantity == 9


def test_a_stale_form_is_refused_and_keeps_what_was_typed(house: House) -> None:
    document = make_requisition(house)
    data = edit_data(house, document, "99", purpose="我写的用途")
    with edit_draft(document, actor=house.requester) as fresh:
        fresh.purpose = "别人改的"
        fresh.save()
    response = as_user(house.requester).post(f"/requisitions/{document.pk}/edit/", data)
    text = response.content.decode()
    assert "was changed meanwhile" in text
    assert "我写的用途" in text
    document.refresh_from_db()
    assert (document.purpose, document.lines.get().quantity) == ("别人改的", Decimal(4))


def _hidden(response: Any, name: str) -> str:
    """The value of a hidden field of a page."""
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode()).group(1)


def test_a_stale_form_says_what_changed_and_may_then_be_saved_on_purpose(house: House) -> None:
    document, client = make_requisition(house), as_user(house.requester)
    url = f"/requisitions/{document.pk}/edit/"
    data = edit_data(house, document, "99", purpose="我写的用途", seen=_hidden(client.get(url), "seen"))
    with edit_draft(document, actor=house.department_head) as fresh:
        fresh.purpose = "别人改的"
        fresh.save()
        fresh.lines.update(quantity=Decimal(6))
    response = client.post(url, data)
    changes = " ".join(response.context["changes"])
    assert "别人改的" in changes
    assert "× 4" in changes
    assert "× 6" in changes
    assert str(house.department_head) in response.content.decode()
    again = {**data, "revision": _hidden(response, "revision"), "seen": _hidden(response, "seen")}
    assert client.post(url, again).status_code == 302
    document.refresh_from_db()
    assert (document.purpose, document.lines.get().quantity) == ("我写的用途", Decimal(99))


def test_a_forged_account_of_what_was_seen_is_left_out(house: House) -> None:
    document, client = make_requisition(house), as_user(house.requester)
    data = edit_data(house, document, "99", seen="forged", revision=-1)
    response = client.post(f"/requisitions/{document.pk}/edit/", data)
    assert response.context["changes"] == []
    assert document.lines.get().quantity == 4


def test_a_submitted_request_can_no_longer_be_edited(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    client = as_user(house.requester)
    assert client.get(f"/requisitions/{document.pk}/edit/").status_code == 302
    response = client.post(f"/requisitions/{document.pk}/edit/", edit_data(house, document, "50"))
    assert "can no longer be changed" in response.content.decode()
    assert document.lines.get().quantity == 4


SCREENS = ("detail", "edit", "copy", "issue")


@pytest.mark.parametrize("screen", SCREENS)
def test_another_departments_request_is_not_there(house: House, screen: str) -> None:
    document = make_requisition(house)
    client = as_user(house.other_requester)
    found = client.get(reverse(f"requisition_{screen}", args=(document.pk,))).status_code
    absent = client.get(reverse(f"requisition_{screen}", args=(999_999,))).status_code
    assert found == absent
    assert found == (403 if screen == "issue" else 404)


def test_nobody_steps_on_another_departments_request(house: House) -> None:
    document = make_requisition(house)
    client = as_user(house.other_requester)
    assert step(client, document, "submit").status_code == 404
    assert client.get(f"{NEW}?from={document.pk}").status_code == 404
    document.refresh_from_db()
    assert document.status == "draft"


def test_another_hospitals_warehouse_cannot_be_posted(house: House, other_house: House) -> None:
    response = as_user(house.requester).post(NEW, request_data(house, warehouse=other_house.warehouse.pk))
    assert response.status_code == 200
    assert not Requisition.objects.exists()


def test_withdraw_cancel_and_delete_from_the_page(house: House) -> None:
    client = as_user(house.requester)
    document = run(house, make_requisition(house), "submit")
    step(client, document, "withdraw")
    document.refresh_from_db()
    assert document.status == "draft"
    response = step(client, document, "delete")
    assert "cancel it instead" in said(response)
    assert "give a reason" in said(step(client, document, "cancel"))
    step(client, document, "cancel", reason="不要了")
    document.refresh_from_db()
    assert document.status == "cancelled"
    draft = make_requisition(house)
    step(client, draft, "delete")
    assert not Requisition.objects.filter(pk=draft.pk).exists()


def test_a_step_is_a_post_and_an_unknown_one_is_refused(house: House) -> None:
    document, client = make_requisition(house), as_user(house.requester)
    assert client.get(reverse("requisition_step", args=(document.pk, "submit"))).status_code == 405
    assert "no such step" in said(step(client, document, "post"))
    document.refresh_from_db()
    assert document.status == "draft"


def test_repeat_my_last_request_brings_its_lines(house: House) -> None:
    document = run(house, make_requisition(house, (house.gloves, 4), (house.paper, 2)), "submit")
    house.paper.active = False
    house.paper.save()
    response = as_user(house.requester).get(reverse("requisition_repeat"), follow=True)
    assert response.redirect_chain[-1][0] == f"{NEW}?from={document.pk}"
    rows = [form.initial for form in response.context["formset"].forms]
    assert [(row["item"], row["quantity"], row["id"]) for row in rows] == [(house.gloves.pk, Decimal(4), None)]
    assert "Left out" in said(response)
    assert response.context["form"]["purpose"].value() == document.purpose


def test_what_the_department_takes_most_often_is_offered(house: House) -> None:
    for _number in range(2):
        run(house, make_requisition(house, (house.paper, 2)), "submit")
    run(house, make_requisition(house, (house.gloves, 2)), "submit")
    response = as_user(house.requester).get(NEW)
    assert [item["id"] for item in response.context["frequent"]] == [house.paper.pk, house.gloves.pk]


def _many(house: House, number: int) -> None:
    for _number in range(number):
        run(house, make_requisition(house), "submit")


@pytest.mark.parametrize("name", ["requisition_list", "waiting", "workbench", "requisition_export"])
def test_queries_do_not_grow_with_the_rows(house: House, name: str) -> None:
    counts = []
    for more in (3, 30):
        _many(house, more)
        client = as_user(house.again("department_head"))
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(name))
            _drain(response)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _drain(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_list_is_searched_filtered_sorted_and_summed(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    run(house, make_requisition(house, (house.gloves, 4), purpose="换药室"), "submit")
    run(house, make_requisition(house, (house.gloves, 2), purpose="护士站"))
    make_requisition(house, purpose="别人的", department=house.other_ward, created_by=house.other_requester)
    client = as_user(house.requester)

    def purposes(**query: str) -> list[str]:
        response = client.get("/requisitions/", query)
        return [row["cells"][3] for row in response.context["rows"]]

    assert purposes() == ["护士站", "换药室"]
    assert purposes(q="换药") == ["换药室"]
    assert purposes(status="approved") == ["护士站"]
    assert purposes(fulfilment="complete") == []
    assert purposes(sort="-amount_x") == ["护士站", "换药室"]
    assert purposes(sort="number") == ["换药室", "护士站"]
    assert purposes(from_day="2099-01-01") == []
    assert purposes(from_day="nonsense") == ["护士站", "换药室"]
    totals = client.get("/requisitions/").context["totals"]
    assert totals[6] == Decimal(150)


def test_the_export_holds_what_is_seen_with_typed_cells(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    run(house, make_requisition(house, (house.gloves, 4), purpose="=1+1"), "submit")
    make_requisition(house, department=house.other_ward, created_by=house.other_requester)
    response = as_user(house.requester).get(reverse("requisition_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(_drain(response))).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] and str(row[0]).startswith("SL")]
    assert len(rows) == 1
    assert rows[0][3] == "=1+1"
    assert rows[0][6] == 100


def test_an_auditor_sees_everything_and_makes_nothing(house: House) -> None:
    make_requisition(house)
    client = as_user(house.auditor)
    assert client.get("/requisitions/").context["count"] == 1
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, request_data(house)).status_code == 403
    assert Requisition.objects.count() == 1


def test_item_search_finds_by_code_name_and_initials_with_stock(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    client = as_user(house.requester)

    def found(**query: Any) -> list[dict]:
        return client.get(reverse("item_search"), query).json()["results"]

    for text in ("H1001", "手套", "yyst", "YYST"):
        assert found(q=text)[0]["id"] == house.gloves.pk
    record = found(q="手套", warehouse=house.warehouse.pk)[0]
    assert (record["stock"], record["price"], record["unit"]) == ("100", "25", "个")
    assert found(q="手套")[0]["stock"] is None
    assert found(ids=[house.gloves.pk, "x"])[0]["code"] == "H1001"
    assert found(codes=["H1002"])[0]["id"] == house.paper.pk
    house.gloves.active = False
    house.gloves.save()
    assert found(q="手套") == []


def test_item_search_takes_the_same_queries_for_many(house: House) -> None:
    client, counts = as_user(house.requester), []
    client.get(reverse("item_search"), {"q": "拖把"})
    for more in (1, 30):
        for _number in range(more):
            house.item("拖把")
        with CaptureQueriesContext(connection) as queries:
            results = client.get(reverse("item_search"), {"q": "拖把", "warehouse": house.warehouse.pk}).json()[
                "results"
            ]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(results) == 20


def test_a_stranger_is_sent_to_the_login(house: House, client: Any) -> None:
    for url in ("/", "/waiting/", "/requisitions/", NEW, "/items/search/?q=a", "/me/", "/search/?q=a"):
        assert client.get(url).url.startswith("/login/")


def test_a_line_carries_a_note_to_the_store(house: House) -> None:
    data = request_data(house, {"item": house.gloves.pk, "quantity": "4", "note": "要左手的"})
    response = as_user(house.requester).post(NEW, data, follow=True)
    assert Requisition.objects.get().lines.get().note == "要左手的"
    assert "要左手的" in response.content.decode()
