"""The screens of stock counts: plan, phone, sheets, causes, report."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from core import clock
from inventory.models import StockCount, StockCountEntry, StockCountLine, StockMove
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count
from inventory.services.ledger import moves_of
from tests.counting import count, finished_count, line_of, plan_count
from tests.factories import House, receive, run
from tests.inventory.screens import as_user, said, step


def url(document: StockCount, screen: str) -> str:
    return reverse(f"stockcount_{screen}", args=(document.pk,))


@pytest.fixture
def stocked(house: House) -> House:
    soon = clock.today() + dt.timedelta(days=60)
    receive(house, (house.gloves, 10, 5), (house.paper, 4, 20), (house.vaccine, 6, 8, "B1", soon))
    return house


@pytest.fixture
def document(stocked: House) -> StockCount:
    return open_count(plan_count(stocked, tolerance_amount=10**6), actor=stocked.storekeeper)


def plan_data(house: House, **fields: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid.uuid4()),
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today():%Y-%m-%d}",
        "scope": "whole",
        "blind": "on",
        "supervisor": house.accountant.pk,
        "counter_1": house.storekeeper.pk,
        "counter_2": house.second_storekeeper.pk,
        "tolerance_percent": "2",
        "tolerance_amount": "50",
        **fields,
    }


def send(person: Any, document: StockCount, *entries: dict[str, Any], **fields: Any) -> Any:
    body = {"sent_at": clock.now().isoformat(), "source": "phone", "entries": list(entries), **fields}
    return as_user(person).post(url(document, "entries"), json.dumps(body), content_type="application/json")


def entry(line: StockCountLine, quantity: str, **fields: Any) -> dict[str, Any]:
    moment = clock.now().isoformat()
    return {
        "client_id": str(uuid.uuid4()),
        "line": line.pk,
        "round": line.round,
        "quantity": quantity,
        "counted_at": moment,
        **fields,
    }


def test_from_the_plan_to_the_ledger(stocked: House) -> None:
    keeper = as_user(stocked.storekeeper)
    assert "Nothing was counted yet" in keeper.get(reverse("stockcount_list")).content.decode()
    data = plan_data(stocked)
    keeper.post(reverse("stockcount_new"), data)
    keeper.post(reverse("stockcount_new"), data)
    document = StockCount.objects.get()
    assert set(document.counters.all()) == {stocked.storekeeper, stocked.second_storekeeper}
    page = keeper.get(url(document, "detail"))
    assert page.context["steps"][0]["name"] == "open"
    assert "submit" not in [one["name"] for one in page.context["steps"]]
    keeper.post(url(document, "edit"), {**data, "revision": 0, "note": "年中"})
    assert "3 lines to count" in said(keeper.post(url(document, "open"), follow=True))
    assert "can no longer be changed" in said(keeper.post(url(document, "edit"), data, follow=True))
    assert "3 lines are not counted yet" in said(keeper.post(url(document, "finish"), follow=True))
    for item, quantity in ((stocked.gloves, 9), (stocked.paper, 4)):
        count(document, stocked.storekeeper, item, quantity)
    page = keeper.get(url(document, "detail")).content.decode()
    assert "1 line is not counted yet" in page
    zero = line_of(document, stocked.vaccine, "B1")
    assert "counted as zero" in said(keeper.post(url(document, "zero"), {"line": [zero.pk]}, follow=True))
    assert "finished" in said(keeper.post(url(document, "finish"), follow=True))
    revision = StockCount.objects.get().revision
    data = {"revision": revision}
    first = document.lines.exclude(difference=0).first()
    assert first is not None
    data |= {f"line-{first.pk}-cause": "theft", "all-cause": "loss", "all-treatment": "按实"}
    stale = keeper.post(url(document, "causes"), {**data, "revision": revision - 1}, follow=True)
    assert "changed meanwhile" in said(stale)
    assert not document.lines.filter(cause="loss").exists()
    keeper.post(url(document, "causes"), data)
    causes = document.lines.exclude(difference=0).values_list("cause", "treatment")
    assert list(causes) == [("theft", "按实"), ("loss", "按实")]
    step(keeper, document, "submit")
    waiting = as_user(stocked.logistics_head).get(reverse("waiting"), follow=True).content.decode()
    assert "3 lines, 2 differ" in waiting
    step(as_user(stocked.logistics_head), document, "approve")
    step(keeper, document, "post")
    document.refresh_from_db()
    assert (document.status, document.note) == ("posted", "年中")
    assert {move.quantity for move in moves_of(document)} == {1, 6}
    paper = keeper.get(url(document, "print"), follow=True).content.decode()
    assert document.number in paper
    assert keeper.get(reverse("stockcount_export")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"supervisor": "keeper"}, "somebody else has to supervise"),
        ({"counter_1": ""}, "This field is required"),
        ({"business_date": f"{clock.today() + dt.timedelta(days=1):%Y-%m-%d}"}, "lies in the future"),
        ({"warehouse": "999999"}, "valid choice"),
    ],
)
def test_a_plan_that_is_refused(stocked: House, fields: dict[str, Any], words: str) -> None:
    fields = {name: stocked.storekeeper.pk if value == "keeper" else value for name, value in fields.items()}
    answer = as_user(stocked.storekeeper).post(reverse("stockcount_new"), plan_data(stocked, **fields))
    assert words in answer.content.decode()
    assert not StockCount.objects.exists()


def test_the_phone_page_never_shows_a_book_quantity_of_a_blind_count(stocked: House) -> None:
    document = open_count(plan_count(stocked), actor=stocked.storekeeper)
    lines = as_user(stocked.storekeeper).get(url(document, "count")).context["lines"]
    assert len(lines) == 3
    assert all("book" not in line for line in lines)
    assert "Book quantity" not in as_user(stocked.storekeeper).get(url(document, "paper")).content.decode()
    StockCount.objects.update(blind=False)
    lines = as_user(stocked.storekeeper).get(url(document, "count")).context["lines"]
    assert {line["book"] for line in lines} == {"10", "4", "6"}
    assert "Book quantity" in as_user(stocked.storekeeper).get(url(document, "paper")).content.decode()


def test_numbers_from_a_phone(stocked: House, document: StockCount) -> None:
    gloves, paper = line_of(document, stocked.gloves), line_of(document, stocked.paper)
    good, bad = entry(gloves, "9"), entry(paper, "1.5")
    found = {"client_id": str(uuid.uuid4()), "quantity": "2", "code": "NIX"}
    odd = {"client_id": "x", "quantity": "2"}
    answer = send(
        stocked.storekeeper,
        document,
        good,
        bad,
        found,
        odd,
        {**good, "client_id": str(uuid.uuid4()), "quantity": "9e9"},
    )
    results = {row["client_id"]: row for row in answer.json()["results"]}
    assert len(results) == 5
    assert results[good["client_id"]]["line"]["counted"] == "9"
    assert "book" not in results[good["client_id"]]["line"]
    assert "whole" in results[bad["client_id"]]["refusal"]
    assert "NIX" in results[found["client_id"]]["refusal"]
    again = send(stocked.storekeeper, document, good).json()["results"]
    assert again[0]["line"]["counted"] == "9"
    row = StockCountEntry.objects.get()
    assert (row.quantity, row.counted_by, row.source) == (9, stocked.storekeeper, "phone")
    state = as_user(stocked.second_storekeeper).get(url(document, "entries")).json()
    assert [line["counted"] for line in state["lines"] if line["id"] == gloves.pk] == ["9"]


@pytest.mark.parametrize(
    "body", ["", "[]", "nonsense", '{"entries": 5}', "[" * 100_000, '{"entries": [' + "1," * 300 + "1]}", "\xff"]
)
def test_what_cannot_be_read_is_refused_whole(stocked: House, document: StockCount, body: str) -> None:
    client = as_user(stocked.storekeeper)
    answer = client.post(url(document, "entries"), body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert not StockCountEntry.objects.exists()


@pytest.mark.parametrize(
    "entries",
    [
        [None, 5, "x", [], {}],
        [{"client_id": str(uuid.uuid4()), "quantity": 5, "line": "1"}],
        [{"client_id": str(uuid.uuid4()), "quantity": "5", "line": True, "counted_at": "yesterday"}],
        [{"client_id": str(uuid.uuid4()), "quantity": "5", "line": 2**70, "counted_at": "9999-99-99T99:99"}],
        [{"client_id": str(uuid.uuid4()), "quantity": "-5", "line": 1}],
        [{"client_id": str(uuid.uuid4()), "quantity": "", "line": 1}],
        [{"client_id": str(uuid.uuid4()), "quantity": "5", "code": "A\u0000", "lot_number": "x" * 99}],
    ],
)
def test_odd_numbers_are_refused_one_by_one(stocked: House, document: StockCount, entries: list[Any]) -> None:
    answer = send(stocked.storekeeper, document, *entries, sent_at="never")
    assert answer.status_code == 200
    assert [bool(row["refusal"]) for row in answer.json()["results"]] == [True] * len(entries)
    assert not StockCountEntry.objects.exists()


def test_moments_from_wild_clocks(stocked: House, document: StockCount) -> None:
    line = line_of(document, stocked.gloves)
    for sent, counted in (
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    ):
        answer = send(stocked.storekeeper, document, entry(line, "9", counted_at=counted), sent_at=sent)
        assert "line" in answer.json()["results"][0]
    document.refresh_from_db()
    assert document.opened_at is not None
    for row in StockCountEntry.objects.all():
        assert document.opened_at <= row.counted_at <= clock.now()


def test_strangers_neither_see_nor_count(stocked: House, other_house: House, document: StockCount) -> None:
    line = line_of(document, stocked.gloves)
    for person in (other_house.storekeeper, stocked.requester):
        client = as_user(person)
        for screen in ("detail", "count", "entries", "paper", "sheet", "upload"):
            assert client.get(url(document, screen)).status_code == 404, screen
        assert send(person, document, entry(line, "1")).status_code == 404
        for action in ("open", "finish", "zero", "recount", "causes"):
            assert client.post(url(document, action)).status_code == 404
    head = as_user(stocked.logistics_head)
    assert head.get(url(document, "detail")).status_code == 200
    assert head.get(url(document, "count")).status_code == 302
    assert head.get(url(document, "upload")).status_code == 404
    assert send(stocked.logistics_head, document, entry(line, "1")).status_code == 403
    assert not StockCountEntry.objects.exists()


def test_a_nurse_who_is_named_counts_and_nothing_else(stocked: House) -> None:
    plan = plan_count(stocked, counters=(stocked.requester,))
    document = open_count(plan, actor=stocked.storekeeper)
    nurse = as_user(stocked.requester)
    assert url(document, "count") in nurse.get(reverse("workbench")).content.decode()
    assert nurse.get(url(document, "count")).status_code == 200
    line = line_of(document, stocked.gloves)
    assert "line" in send(stocked.requester, document, entry(line, "9")).json()["results"][0]
    assert "may not change" in said(nurse.post(url(document, "finish"), follow=True))
    document.refresh_from_db()
    assert document.phase == "counting"


def workbook(rows: list[list[Any]]) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return SimpleUploadedFile("盘点.xlsx", stream.getvalue())


def upload(person: Any, document: StockCount, rows: list[list[Any]]) -> Any:
    moment = f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}"
    data = {"file": workbook(rows), "counted_at": moment}
    return as_user(person).post(url(document, "upload"), data, follow=True)


def test_the_sheet_goes_out_and_comes_back(stocked: House, document: StockCount) -> None:
    keeper = as_user(stocked.storekeeper)
    answer = keeper.get(url(document, "sheet"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "Counted" in row)
    assert "Book quantity" not in head
    at = head.index("Counted")
    filled = [row for row in rows if row[head.index("Code")] in (stocked.gloves.code, stocked.paper.code)]
    for row, quantity in zip(filled, (9, "3"), strict=True):
        row[at] = quantity
    unplanned = [None] * len(head)
    extra = stocked.item("拖把")
    unplanned[head.index("Code")], unplanned[at] = extra.code, 2
    answer = upload(stocked.storekeeper, document, [head, *filled, unplanned])
    assert "3 rows were taken" in said(answer)
    upload(stocked.storekeeper, document, [head, *filled, unplanned])
    assert {line.item: line.counted_quantity for line in document.lines.all()} == {
        stocked.gloves: 9,
        stocked.paper: 3,
        stocked.vaccine: None,
        extra: 2,
    }
    assert document.lines.get(item=extra).unexpected
    assert set(StockCountEntry.objects.values_list("source", flat=True)) == {"excel"}


def test_all_errors_of_a_sheet_at_once_and_nothing_taken(stocked: House, document: StockCount) -> None:
    code = stocked.gloves.code
    position = line_of(document, stocked.gloves).position
    other = line_of(document, stocked.paper).position
    rows = [
        ["Line no.", "Code", "Counted", "Counted at"],
        [position, code, 9, None],
        [position, code, 8, None],
        [other, code, 8, None],
        [99, code, 8, None],
        [other, stocked.paper.code, "viele", None],
        [other, stocked.paper.code, 1.5, None],
        [other, stocked.paper.code, -1, None],
        [None, "NIX", 2, None],
        [other, stocked.paper.code, 2, "gestern"],
        [other, stocked.paper.code, None, None],
    ]
    answer = upload(stocked.storekeeper, document, rows)
    assert sorted({error.number for error in answer.context["errors"]}) == [3, 4, 5, 6, 7, 8, 10]
    assert not StockCountEntry.objects.exists()
    assert not StockCountLine.objects.exclude(counted_quantity=None).exists()
    unknown = upload(stocked.storekeeper, document, [rows[0], rows[1], rows[8]])
    assert [error.number for error in unknown.context["errors"]] == [3]
    assert not StockCountEntry.objects.exists()
    junk = as_user(stocked.storekeeper).post(
        url(document, "upload"), {"file": SimpleUploadedFile("a.xlsx", b"junk"), "counted_at": "2026-01-01T10:00"}
    )
    assert junk.status_code == 200
    assert junk.context["form"].errors


def test_counting_again_after_a_return(stocked: House) -> None:
    results = ((stocked.gloves, 9), (stocked.paper, 4))
    document = open_count(plan_count(stocked, tolerance_amount=10**6), actor=stocked.storekeeper)
    for item, quantity in results:
        count(document, stocked.storekeeper, item, quantity)
    count(document, stocked.storekeeper, stocked.vaccine, 6, number="B1")
    finish_count(document, actor=stocked.storekeeper)
    line = line_of(document, stocked.gloves)
    keeper = as_user(stocked.storekeeper)
    answer = keeper.post(url(document, "recount"), {"line": [line.pk], "reason": "复核"}, follow=True)
    assert "1 lines are counted again" in said(answer)
    mine = {row["id"]: row["mine"] for row in keeper.get(url(document, "entries")).json()["lines"]}
    assert mine[line.pk] is True
    assert (
        "line"
        in send(stocked.second_storekeeper, document, entry(line_of(document, stocked.gloves), "10")).json()["results"][
            0
        ]
    )
    assert "finished" in said(keeper.post(url(document, "finish"), follow=True))
    assert line_of(document, stocked.gloves).difference == 0


def test_the_report_of_a_count(house: House) -> None:
    receive(house, (house.gloves, 10, 5), (house.paper, 5, 20))
    document = finished_count(house, (house.gloves, 12), (house.paper, 4))
    address = f"{reverse('count_report')}?count={document.pk}"
    client = as_user(house.auditor)
    page = client.get(address)
    summary = {str(label): str(value) for label, value in page.context["summary"]}
    assert summary["Match rate by lines"] == "0.00%"
    assert summary["Match rate by value"] == "80.00%"
    assert (summary["Surplus (yuan)"], summary["Shortage (yuan)"]) == ("10.00", "20.00")
    assert summary["Net difference (yuan)"] == "-10.00"
    assert len(page.context["rows"]) == 2
    posted = run(house, document)
    assert sum((line.amount for line in posted.lines.all()), Decimal(0)) == -10
    assert client.get(f"{address}&format=print").status_code == 200
    answer = client.get(f"{address}&format=xlsx")
    cells = [c.value for row in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active for c in row]
    assert "医用手套" in cells
    assert as_user(house.requester).get(address).status_code == 403


def test_the_back_office_only_looks(document: StockCount, house: House) -> None:
    client = as_user(house.logistics_head)
    assert client.get(reverse("admin:inventory_stockcount_changelist")).status_code == 200
    address = reverse("admin:inventory_stockcount_change", args=(document.pk,))
    page = client.get(address)
    assert page.status_code == 200
    assert "lines-0-counted_quantity" not in page.content.decode()
    client.post(address, {"note": "x"})
    document.refresh_from_db()
    assert (document.note, StockMove.objects.filter(content_type__model="stockcount").count()) == ("", 0)
