"""Lines of a purchase request from a workbook, into the draft and out again: all rows or none, every error named."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import ImportJob
from procurement.models import ItemCategoryLink, PurchaseCategory, PurchaseRequest, PurchaseRequestLine
from tests.buying import make_purchase_request, take
from tests.factories import House, receive
from tests.inventory.screens import as_user, said

pytestmark = pytest.mark.django_db
HEAD = ("物资", "名称", "规格", "单位", "数量", "预计单价", "采购品目", "去向", "备注")


def workbook(*rows: tuple, head: tuple = HEAD) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    place: Any = book.active
    for row in (head, *rows):
        place.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("申请.xlsx", target.getvalue())


def uploaded(person: Any, document: Any, *rows: tuple) -> Any:
    """Send a workbook for the draft and confirm it, where there is anything to confirm; the page that said so."""
    client = as_user(person)
    url = reverse("import_start", args=("procurement.purchaserequestline",)) + f"?parent={document.pk}"
    answer = client.post(url, {"file": workbook(*rows)}, follow=True)
    job = ImportJob.objects.order_by("-pk").first()
    if job is not None and job.status == ImportJob.Status.CHECKED:
        client.post(reverse("import_confirm", args=(job.key,)), follow=True)
    return answer


def empty_request(house: House) -> PurchaseRequest:
    document = make_purchase_request(house)
    document.lines.all().delete()
    return document


def lines(document: Any) -> list[PurchaseRequestLine]:
    return list(PurchaseRequestLine.objects.filter(document=document).order_by("position"))


def test_lines_come_in_and_what_was_left_open_is_as_usual(house: House) -> None:
    receive(house, (house.gloves, 10, 24))
    category = PurchaseCategory.objects.create(code="A050101", name="办公用品", kind="goods")
    service = PurchaseCategory.objects.create(code="C0801", name="维修服务", kind="services")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    document, unit = empty_request(house), house.gloves.unit.name
    uploaded(
        house.requester,
        document,
        (house.gloves.code, "", "", unit, 10, 25, "", "", "加急"),
        ("", "电脑", "i7", unit, 1, 8000, "", "", ""),
        ("", "空调清洗", "", unit, 2, 300, service.code, "", ""),
        ("", "办公椅", "", unit, 3, 100, "", "建资产卡", ""),
    )
    found = lines(document)
    assert [(line.title, line.quantity, line.amount, line.treatment) for line in found[:3]] == [
        (house.gloves.name, 10, 250, "stock"),
        ("电脑", 1, 8000, "asset"),
        ("空调清洗", 2, 600, "service"),
    ]
    assert (found[0].category, found[0].warehouse, found[0].note) == (category, house.warehouse, "加急")
    assert [line.position for line in found] == list(range(1, len(found) + 1))


def test_every_bad_row_is_said_at_once_and_nothing_is_taken(house: House) -> None:
    document, unit = empty_request(house), house.gloves.unit.name
    answer = uploaded(
        house.requester,
        document,
        (house.gloves.code, "", "", unit, 10, 25, "", "", ""),
        ("没有这个", "", "", unit, 10, 25, "", "", ""),
        (house.paper.code, "", "", unit, 0, 25, "", "", ""),
        ("", "椅子", "", unit, 1, 0, "", "", ""),
        ("", "椅子二", "", unit, 1, 5, "", "", ""),
        ("", "", "", unit, 1, 5, "", "", ""),
    )
    words = answer.content.decode()
    for sentence in ("greater than zero", "price greater than zero", "say what becomes of it", "write what is to be"):
        assert sentence in words, sentence
    report = ImportJob.objects.get().report
    assert {error["row"] for error in report["errors"]} == {3, 4, 5, 6, 7}
    assert lines(document) == []


def test_the_same_workbook_with_other_quantities_changes_the_lines(house: House) -> None:
    document = make_purchase_request(house, (house.gloves, 10, 25), (house.paper, 5, 20))
    client = as_user(house.requester)
    page = client.get(reverse("purchaserequest_detail", args=(document.pk,))).content.decode()
    out = reverse("purchaserequest_lines", args=(document.pk,))
    assert out in page
    assert "procurement.purchaserequestline" in page
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(out)))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    place = rows[0].index(str(PurchaseRequestLine._meta.get_field("quantity").verbose_name))
    rows[1][place] = 7
    url = reverse("import_start", args=("procurement.purchaserequestline",)) + f"?parent={document.pk}"
    client.post(url, {"file": workbook(*map(tuple, rows[1:]), head=tuple(rows[0]))}, follow=True)
    client.post(reverse("import_confirm", args=(ImportJob.objects.get().key,)), follow=True)
    assert [(line.item, line.quantity, line.amount) for line in lines(document)] == [
        (house.gloves, 7, 175),
        (house.paper, 5, 100),
    ]


def test_of_two_lines_about_one_thing_none_is_guessed(house: House) -> None:
    document = make_purchase_request(house, (house.gloves, 10, 25), (house.gloves, 5, 25))
    unit = house.gloves.unit.name
    answer = uploaded(house.requester, document, (house.gloves.code, "", "", unit, 99, 25, "", "", ""))
    assert "change them in the form" in answer.content.decode()
    assert [line.quantity for line in lines(document)] == [10, 5]


def test_only_drafts_and_only_who_may_change_them(house: House) -> None:
    unit = house.gloves.unit.name
    row = (house.paper.code, "", "", unit, 10, 25, "", "", "")
    draft = empty_request(house)
    for person in (house.other_requester, house.auditor, house.leader):
        assert uploaded(person, draft, row).status_code in (403, 404), person
        assert lines(draft) == []
    submitted = take(make_purchase_request(house), ("submit", house.requester))
    answer = uploaded(house.requester, submitted, row)
    assert [line.item for line in lines(submitted)] == [house.gloves], said(answer)
    page = as_user(house.requester).get(reverse("purchaserequest_detail", args=(submitted.pk,))).content.decode()
    assert "procurement.purchaserequestline" not in page


def test_300_rows_cost_no_more_queries_than_30(house: House) -> None:
    counts, unit = [], house.gloves.unit.name
    for size in (30, 300):
        document = empty_request(house)
        rows = [(house.item(f"物资{size}-{place}").code, "", "", unit, 1, "2.5", "", "", "") for place in range(size)]
        client = as_user(house.requester)
        url = reverse("import_start", args=("procurement.purchaserequestline",)) + f"?parent={document.pk}"
        with CaptureQueriesContext(connection) as queries:
            client.post(url, {"file": workbook(*rows)})
            client.post(reverse("import_confirm", args=(ImportJob.objects.order_by("-pk")[0].key,)))
        counts.append(len(queries))
        assert document.lines.count() == size
        assert sum((line.amount for line in lines(document)), Decimal(0)) == Decimal("2.5") * size
    assert counts[1] <= counts[0] + 3
