"""The screens of asset counts: plan, phone, photos, sheets, proposals, lists, reports, paper."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from PIL import Image

from assets.models import Asset, AssetCount, AssetCountEntry, AssetCountLine, AssetState, AssetSurplus, CompensationCase
from assets.services.counts.plan import open_count
from assets.services.counts.results import finish_count
from core import clock
from core.documents.routes import waiting_for
from core.models.attachments import Attachment
from directory.models import Place
from tests.factories import House, run
from tests.holding import make_asset, make_asset_count, make_assets, make_category, plan_asset_count

pytestmark = pytest.mark.django_db


def url(document: AssetCount, screen: str) -> str:
    return reverse(f"assetcount_{screen}", args=(document.pk,))


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def document(house: House) -> AssetCount:
    make_assets(house, 2, place=Place.objects.create(organization=house.organization, code="101", name="一病室"))
    return open_count(plan_asset_count(house), actor=house.asset_manager)


def send(person: Any, document: AssetCount, *entries: dict[str, Any], **fields: Any) -> Any:
    rows = [{"client_id": str(uuid.uuid4()), **entry} for entry in entries]
    body = json.dumps({"sent_at": clock.now().isoformat(), "entries": rows, **fields})
    return as_(person).post(url(document, "entries"), body, content_type="application/json")


def plan_data(house: House, **fields: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid.uuid4()),
        "kind": "partial",
        "business_date": f"{clock.today():%Y-%m-%d}",
        "scope_department": house.ward.pk,
        "supervisor": house.accountant.pk,
        "counter_1": house.storekeeper.pk,
        "counter_2": house.second_storekeeper.pk,
        **fields,
    }


# ---- plan and steps ----


def test_a_plan_is_written_and_opened(house: House) -> None:
    asset = make_asset(house)
    client = as_(house.asset_manager)
    assert client.get(f"{reverse('assetcount_new')}?kind=yearly&scope_department={house.ward.pk}").status_code == 200
    client.post(reverse("assetcount_new"), plan_data(house))
    document = AssetCount.objects.get()
    assert set(document.counters.all()) == {house.storekeeper, house.second_storekeeper}
    client.post(url(document, "open"))
    document.refresh_from_db()
    assert (document.phase, document.lines.get().asset) == ("counting", asset)
    client.post(url(document, "edit"), plan_data(house, note="换个计划"))
    document.refresh_from_db()
    assert document.note == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"counter_1": ""},
        {"supervisor": ""},
        {"business_date": f"{dt.date.today() + dt.timedelta(days=9)}"},  # noqa: DTZ011
        {"kind": "weekly"},
        {"sample_size": "-1"},
        {"scope_place": "999999"},
    ],
)
def test_a_wrong_plan_is_not_saved(house: House, wrong: dict[str, str]) -> None:
    answer = as_(house.asset_manager).post(reverse("assetcount_new"), plan_data(house, **wrong))
    assert answer.status_code == 200
    assert AssetCount.objects.count() == 0


def test_a_supervisor_who_counts_is_refused_in_the_form(house: House) -> None:
    data = plan_data(house, supervisor=house.storekeeper.pk)
    assert "does not count" in as_(house.asset_manager).post(reverse("assetcount_new"), data).content.decode()
    assert AssetCount.objects.count() == 0


def test_finish_missing_and_proposals_on_the_screens(house: House, document: AssetCount) -> None:
    first, second = document.lines.order_by("id")
    send(house.storekeeper, document, {"line": first.pk, "present": True})
    manager, supervisor = as_(house.asset_manager), as_(house.accountant)
    manager.post(url(document, "finish"))
    document.refresh_from_db()
    assert document.phase == "counting"
    as_(house.storekeeper).post(url(document, "missing"))
    assert document.lines.get(pk=second.pk).result == ""
    supervisor.post(url(document, "missing"))
    manager.post(url(document, "finish"))
    document.refresh_from_db()
    assert document.phase == "finished"
    assert manager.get(url(document, "proposals")).status_code == 200
    data = {
        "revision": document.revision,
        f"line-{second.pk}-cause": "被盗",
        "all-finding": "门卫失职",
        "all-treatment": "报损",
        f"line-{second.pk}-correct": "on",
        f"line-{second.pk}-responsible": house.requester.pk,
    }
    manager.post(url(document, "proposals"), data)
    line = document.lines.get(pk=second.pk)
    assert (line.cause, line.finding, line.treatment, line.responsible) == ("被盗", "门卫失职", "报损", house.requester)
    stale = manager.post(url(document, "proposals"), {**data, f"line-{second.pk}-cause": "别的"})
    assert stale.status_code == 200
    assert document.lines.get(pk=second.pk).cause == "被盗"
    manager.post(url(document, "recount"), {"line": [second.pk], "reason": "再找一次"})
    document.refresh_from_db()
    assert document.phase == "counting"
    assert document.lines.get(pk=second.pk).result == ""


def test_a_thing_without_a_card_is_explained(house: House, document: AssetCount) -> None:
    for line in document.lines.all():
        send(house.storekeeper, document, {"line": line.pk, "present": True})
    send(house.storekeeper, document, {"name": "旧沙发", "quantity": "2", "value": "500"})
    finish_count(document, actor=house.asset_manager)
    thing = AssetSurplus.objects.get()
    document.refresh_from_db()
    data = {
        "revision": document.revision,
        f"thing-{thing.pk}-cause": "漏建卡",
        f"thing-{thing.pk}-finding": "无",
        f"thing-{thing.pk}-treatment": "建卡",
        f"thing-{thing.pk}-value": "600",
        f"thing-{thing.pk}-category": make_category().pk,
        f"thing-{thing.pk}-correct": "on",
    }
    as_(house.asset_manager).post(url(document, "proposals"), data)
    thing.refresh_from_db()
    assert (thing.cause, thing.value, thing.category) == ("漏建卡", 600, make_category())


def test_the_case_of_a_missing_thing_is_opened_from_the_page(house: House, document: AssetCount) -> None:
    first, second = document.lines.order_by("id")
    send(house.storekeeper, document, {"line": first.pk, "present": True}, {"line": second.pk, "present": False})
    finish_count(document, actor=house.asset_manager)
    document.lines.filter(pk=second.pk).update(cause="被盗", finding="值班人员", treatment="赔偿")
    document = run(house, AssetCount.objects.get(pk=document.pk))
    second.asset.refresh_from_db()
    assert second.asset.state == AssetState.MISSING
    client = as_(house.asset_manager)
    assert second.asset.number in client.get(url(document, "detail")).content.decode()
    client.post(url(document, "case"), {"line": second.pk})
    assert CompensationCase.objects.get().asset == second.asset
    client.post(url(document, "case"), {"line": first.pk})
    client.post(url(document, "case"), {"line": "x"})
    assert CompensationCase.objects.count() == 1


# ---- the phone ----


def test_the_page_carries_everything_to_count(house: House, document: AssetCount) -> None:
    Asset.objects.filter(pk=document.lines.first().asset_id).update(custodian=house.storekeeper)
    document.lines.filter(pk=document.lines.first().pk).update(book_custodian=house.storekeeper)
    page = as_(house.storekeeper).get(url(document, "count"))
    lines = page.context["lines"]
    assert [line["own"] for line in lines] == [True, False]
    assert lines[1]["number"] in page.content.decode()
    assert as_(house.accountant).get(url(document, "count")).status_code == 302


def test_a_large_count_is_taken_by_department(house: House, document: AssetCount, monkeypatch) -> None:
    monkeypatch.setattr("assets.views.count_entry.MOST_IN_PAGE", 1)
    client = as_(house.storekeeper)
    page = client.get(url(document, "count"))
    assert [part["all"] for part in page.context["parts"]] == [2]
    part = client.get(f"{url(document, 'count')}?department={house.ward.pk}")
    assert len(part.context["lines"]) == 1


def test_entries_are_kept_and_answered_one_by_one(house: House, document: AssetCount) -> None:
    first, second = document.lines.order_by("id")
    answer = send(
        house.storekeeper,
        document,
        {"line": first.pk, "present": True, "condition": "damaged", "note": "少一腿", "scanned": True},
        {"line": second.pk, "present": "perhaps"},
        {"line": second.pk, "present": True, "place": 10**9},
        {"name": "旧沙发", "quantity": "-1"},
        {"name": "旧沙发", "quantity": "2", "value": "500"},
        {"client_id": "no uuid", "line": second.pk, "present": True},
    )
    results = answer.json()["results"]
    assert sum("refusal" in result for result in results) == 4
    assert [result["line"]["result"] for result in results if "line" in result] == ["match"]
    assert AssetCountEntry.objects.get().note == "少一腿"
    assert AssetSurplus.objects.get().value == 500


@pytest.mark.parametrize("body", ["", "[]", '{"entries": 1}', "[" * 100_000, json.dumps({"entries": [{}] * 201})])
def test_what_is_no_delivery_is_refused(house: House, document: AssetCount, body: str) -> None:
    answer = as_(house.storekeeper).post(url(document, "entries"), body, content_type="application/json")
    assert answer.status_code == 400
    assert AssetCountEntry.objects.count() == 0


def test_who_does_not_count_sends_and_reads_nothing(house: House, document: AssetCount) -> None:
    line = document.lines.first()
    assert send(house.asset_manager, document, {"line": line.pk, "present": True}).status_code == 403
    for screen in ("entries", "find"):
        assert as_(house.asset_manager).get(url(document, screen)).status_code == 403
    assert AssetCountEntry.objects.count() == 0


def test_a_label_is_looked_up(house: House, other_house: House, document: AssetCount) -> None:
    foreign = make_asset(other_house)
    new = make_asset(house)
    client = as_(house.storekeeper)

    def ask(code: str) -> dict[str, Any]:
        return client.get(url(document, "find"), {"code": code}).json()

    assert ask(new.token)["known"] is True
    assert str(house.ward) in ask(f"http://x/a/{new.token}/")["text"]
    assert "another organization" in ask(foreign.token)["text"]
    assert foreign.number not in ask(foreign.token)["text"]
    assert ask("ZC0")["known"] is False


def test_a_photo_joins_the_count_under_the_name_of_the_thing(house: House, document: AssetCount) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(stream, "JPEG")
    photo = SimpleUploadedFile("IMG_1.jpg", stream.getvalue(), content_type="image/jpeg")
    answer = as_(house.storekeeper).post(url(document, "photo"), {"file": photo, "what": "ZC1 台式计算机"})
    assert answer.json() == {"name": "ZC1 台式计算机.jpg"}
    bad = SimpleUploadedFile("IMG_1.jpg", b"no picture", content_type="image/jpeg")
    assert as_(house.storekeeper).post(url(document, "photo"), {"file": bad, "what": "x"}).status_code == 400
    assert as_(house.storekeeper).post(url(document, "photo")).status_code == 400
    assert Attachment.objects.count() == 1


# ---- sheets ----


def sheet(*rows: dict[str, Any]) -> SimpleUploadedFile:
    heads = ["Asset number", "Asset name", "Found (yes or no)", "Found at (place)", "Found with (person)", "Condition"]
    heads += ["Note", "Quantity (without a card)", "Estimated value (without a card)"]
    book = Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append([row.get(head) for head in heads])
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("count.xlsx", stream.getvalue())


def upload(person: Any, document: AssetCount, file: SimpleUploadedFile, **fields: Any) -> Any:
    moment = timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    return as_(person).post(url(document, "upload"), {"file": file, "counted_at": moment, **fields})


def test_the_sheet_goes_out_and_comes_back(house: House, document: AssetCount) -> None:
    client = as_(house.storekeeper)
    answer = client.get(url(document, "sheet"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert document.lines.first().asset.number in {cell.value for row in book.active for cell in row}
    first, second = (line.asset for line in document.lines.order_by("id"))
    stray = make_asset(house)
    file = sheet(
        {"Asset number": first.number, "Found (yes or no)": "是", "Condition": "damaged"},
        {"Asset number": second.number},
        {"Asset number": stray.number, "Found (yes or no)": "yes", "Found at (place)": "101"},
        {"Asset name": "旧沙发", "Found at (place)": "一病室", "Quantity (without a card)": 2},
    )
    assert upload(house.storekeeper, document, file).status_code == 302
    assert document.lines.get(asset=first).condition == "damaged"
    assert document.lines.get(asset=second).result == ""
    assert document.lines.get(asset=stray).outside is True
    assert AssetSurplus.objects.get().quantity == 2


def test_a_sheet_says_that_nobody_uses_a_thing(house: House, document: AssetCount) -> None:
    line = document.lines.order_by("id").first()
    AssetCountLine.objects.filter(pk=line.pk).update(book_user=house.requester)
    row = {"Asset number": line.asset.number, "Found with (person)": "无人"}
    lost = {**row, "Found (yes or no)": "no"}
    assert upload(house.storekeeper, document, sheet(lost)).status_code == 200
    assert not AssetCountEntry.objects.exists()
    assert upload(house.storekeeper, document, sheet(row)).status_code == 302
    line.refresh_from_db()
    assert (AssetCountEntry.objects.get().unused, line.found_user, line.result) == (True, None, "misplaced")


def test_a_wrong_sheet_is_refused_as_a_whole_and_sent_back_marked(house: House, document: AssetCount) -> None:
    asset = document.lines.first().asset
    rows = (
        {"Asset number": asset.number, "Found (yes or no)": "yes"},
        {"Asset number": asset.number, "Found (yes or no)": "yes"},
        {"Asset number": "ZC404", "Found (yes or no)": "yes"},
        {"Asset number": "ZC405", "Found (yes or no)": "maybe"},
        {"Asset number": "ZC406", "Found (yes or no)": "no", "Found at (place)": "101"},
        {"Asset number": "ZC407", "Found (yes or no)": "yes", "Found at (place)": "nowhere", "Condition": "melted"},
    )
    answer = upload(house.storekeeper, document, sheet(*rows))
    assert len(answer.context["errors"]) == 5
    marked = upload(house.storekeeper, document, sheet(*rows), marked="on")
    book = load_workbook(io.BytesIO(marked.content))
    assert any("keep one of them" in str(cell.value) for row in book.active for cell in row)
    only = upload(house.storekeeper, document, sheet(rows[0], rows[2]))
    assert [error.number for error in only.context["errors"]] == [3]
    assert AssetCountEntry.objects.count() == 0


def test_a_paper_says_when_it_does_not_hold_every_card(house: House, document: AssetCount, monkeypatch) -> None:
    client = as_(house.storekeeper)
    assert "the first" not in client.get(url(document, "paper")).content.decode()
    monkeypatch.setattr("assets.views.count_sheets.MOST_ON_PAPER", 1)
    page = client.get(url(document, "paper")).content.decode()
    assert "the first 1 of 2" in page
    numbers = [line.asset.number in page for line in document.lines.select_related("asset").order_by("id")]
    assert sorted(numbers) == [False, True]


def test_sheets_are_for_those_who_count(house: House, document: AssetCount) -> None:
    file = sheet({"Asset number": document.lines.first().asset.number, "Found (yes or no)": "yes"})
    assert upload(house.asset_manager, document, file).status_code == 404
    assert AssetCountEntry.objects.count() == 0


# ---- lists, reports, paper ----


def test_lists_do_not_ask_more_for_more_rows(house: House, django_assert_max_num_queries) -> None:
    make_assets(house, 100, place=Place.objects.create(organization=house.organization, code="1", name="一室"))
    first = open_count(plan_asset_count(house, sample_size=10), actor=house.asset_manager)
    second = open_count(plan_asset_count(house), actor=house.asset_manager)
    client = as_(house.asset_manager)
    asked = []
    for document in (first, second):
        for screen in ("lines", "count", "detail"):
            client = as_(house.storekeeper if screen == "count" else house.asset_manager)
            client.get(url(document, screen))
            with django_assert_max_num_queries(60) as captured:
                assert client.get(url(document, screen)).status_code == 200
            asked.append(len(captured))
    assert asked[:3] == asked[3:]


def test_the_list_of_counts_does_not_ask_more_for_more_counts(house: House, django_assert_max_num_queries) -> None:
    make_asset(house)
    client = as_(house.asset_manager)
    asked = []
    for _round in range(2):
        for _count in range(5):
            open_count(plan_asset_count(house), actor=house.asset_manager)
        client.get(reverse("assetcount_list"))
        with django_assert_max_num_queries(60) as captured:
            assert client.get(reverse("assetcount_list")).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_lines_show_what_changed_since_and_are_exported(house: House) -> None:
    document = make_asset_count(house)
    line = document.lines.get()
    Asset.objects.filter(pk=line.asset_id).update(user=house.requester)
    page = as_(house.asset_manager).get(url(document, "lines"), {"result": "misplaced"})
    assert str(house.requester) in page.content.decode()
    assert as_(house.asset_manager).get(url(document, "lines"), {"result": "open"}).context["count"] == 0
    answer = as_(house.asset_manager).get(url(document, "lines_export"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert line.asset.number in {cell.value for row in book.active for cell in row}


def test_reports_and_papers(house: House) -> None:
    document = run(house, make_asset_count(house))
    asset = document.lines.get().asset
    client = as_(house.asset_manager)
    for code in ("asset_count_table", "asset_count_differences"):
        page = client.get(reverse(code), {"count": document.pk}).content.decode()
        assert asset.number in page
    for screen in ("print", "paper"):
        assert asset.number in client.get(url(document, screen)).content.decode()
    assert "补办移交" in client.get(url(document, "print")).content.decode()


def test_r_ast_18_the_check_list_leads_to_a_plan(house: House) -> None:
    make_asset_count(house)
    new = make_asset(house, department=house.other_ward)
    client = as_(house.asset_manager)
    year = clock.today().year
    page = client.get(reverse("uncounted_assets"), {"year": year}).content.decode()
    assert f"kind=yearly&amp;scope_department={house.other_ward.pk}" in page
    assert f"scope_department={house.ward.pk}" not in page
    detail = client.get(reverse("uncounted_assets"), {"year": year, "department": house.other_ward.pk})
    assert new.number in detail.content.decode()


def test_an_approver_reads_the_differences(house: House) -> None:
    document = run(house, make_asset_count(house), "submit")
    client = as_(house.logistics_head)
    page = client.get(reverse("waiting"))
    assert document.number in page.content.decode()
    signature = waiting_for(house.logistics_head).get()
    detail = client.get(reverse("waiting_document", args=(signature.pk,)))
    assert document.lines.get().asset.number in detail.content.decode()


def test_the_published_result_is_read_by_everybody(house: House) -> None:
    document = make_asset_count(house, kind=AssetCount.Kind.CLASS_CHECK, scope_department=house.ward)
    document = run(house, document)
    reader = as_(house.other_requester)
    assert reader.get(url(document, "detail")).status_code == 404
    as_(house.asset_manager).post(url(document, "publish"))
    assert reader.get(url(document, "detail")).status_code == 200
    assert reader.get(url(document, "lines")).status_code == 200
