"""The pages of plans: form, Excel round trip, merging, lowering on the approval page, dropping, the report."""

from __future__ import annotations

import io
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core import clock
from core.documents.models import Signature
from core.models import ImportJob
from procurement import plan_selectors
from procurement.models import PlanLine, ProcurementPlan
from procurement.reports.plan_fulfilment import PlanFulfilment
from procurement.services import merging
from tests.buying import accepted, invoiced, make_payment, make_plan, order_approved, sourcing_approved, take
from tests.factories import House, make_house, make_issue, receive, rule, run
from tests.inventory.reporting import report, rows_of
from tests.inventory.screens import as_user, line_data, said, step

pytestmark = pytest.mark.django_db
YEAR = clock.today().year
HEAD = ("物资编码", "名称", "规格型号", "单位", "数量", "预计单价", "去向", "备注")


def plan_data(house: House, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rows = lines or ({"item": house.gloves.pk, "quantity": "100", "unit_price": "25"},)
    return {"request_key": str(uuid.uuid4()), "year": YEAR, "title": "年度计划", **line_data(*rows), **fields}


def approved(house: House, *lines: tuple, **fields: Any) -> ProcurementPlan:
    document = make_plan(house, *lines, **fields)
    return take(document, ("submit", document.created_by), ("approve", house.logistics_head))


def of_other_ward(house: House, *lines: tuple) -> ProcurementPlan:
    return approved(house, *lines, department=house.other_ward, created_by=house.other_requester)


def merged(house: House) -> ProcurementPlan:
    keys = plan_selectors.mergeable_lines(house.buyer, YEAR, None).values_list("pk", flat=True)
    return merging.merge(list(keys), year=YEAR, month=None, actor=house.buyer)


def workbook(*rows: tuple, head: tuple = HEAD) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("计划.xlsx", target.getvalue())


def uploaded(client: Any, document: Any, file: Any) -> Any:
    url = reverse("import_start", args=("procurement.planline",)) + f"?parent={document.pk}"
    return client.post(url, {"file": file}, follow=True)


def confirmed(client: Any) -> Any:
    return client.post(reverse("import_confirm", args=(ImportJob.objects.order_by("-pk")[0].key,)), follow=True)


# ---- form ----


def test_a_plan_from_form_to_approval(house: House) -> None:
    client = as_user(house.requester)
    assert client.get(reverse("procurementplan_new")).status_code == 200
    answer = client.post(reverse("procurementplan_new"), plan_data(house, then="submit"), follow=True)
    document = ProcurementPlan.objects.get()
    assert document.status == "submitted", said(answer)
    assert (document.department, document.kind, document.month) == (house.ward, "department", None)
    step(as_user(house.logistics_head), document, "approve")
    assert document.lines.get().approved_quantity == 100
    page = client.get(reverse("procurementplan_detail", args=(document.pk,)))
    assert "2,500.00" in page.content.decode()
    for name in ("print", "copy"):
        assert client.get(reverse(f"procurementplan_{name}", args=(document.pk,))).status_code == 200
    assert client.get(reverse("procurementplan_list")).context["count"] == 1
    assert client.get(reverse("procurementplan_export")).status_code == 200


def test_what_is_no_item_is_planned_by_name(house: House) -> None:
    line = {"name": "办公椅", "unit": house.gloves.unit_id, "quantity": "2", "unit_price": "300", "treatment": "asset"}
    as_user(house.requester).post(reverse("procurementplan_new"), plan_data(house, line))
    kept = PlanLine.objects.get()
    assert (kept.item, kept.name, kept.treatment, kept.amount) == (None, "办公椅", "asset", 600)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "0"),
        ("quantity", "-5"),
        ("quantity", "五"),
        ("unit_price", "0"),
        ("unit_price", "-1"),
        ("item", "99999"),
    ],
)
def test_a_bad_cell_is_said_beside_it_and_nothing_is_saved(house: House, field: str, value: str) -> None:
    line = {"item": house.gloves.pk, "quantity": "1", "unit_price": "25", field: value}
    answer = as_user(house.requester).post(reverse("procurementplan_new"), plan_data(house, line))
    assert answer.context["formset"].forms[0].errors[field]
    assert not ProcurementPlan.objects.exists()


def test_300_pasted_lines_with_20_errors_name_all_20(house: House) -> None:
    items = [house.item(f"物资{place}") for place in range(300)]
    lines = [{"item": item.pk, "quantity": "5", "unit_price": "2"} for item in items]
    bad = range(0, 300, 15)
    for place in bad:
        lines[place]["quantity"] = "-1" if place % 2 else "许多"
    client = as_user(house.requester)
    answer = client.post(reverse("procurementplan_new"), plan_data(house, *lines))
    wrong = [place for place, form in enumerate(answer.context["formset"].forms) if form.errors]
    assert wrong == list(bad)
    assert not ProcurementPlan.objects.exists()
    for place in bad:
        lines[place]["quantity"] = "7"
    client.post(reverse("procurementplan_new"), plan_data(house, *lines))
    assert ProcurementPlan.objects.get().lines.count() == 300


def test_a_second_plan_is_refused_with_a_sentence_and_stays_a_draft(house: House) -> None:
    first = take(make_plan(house), ("submit", house.requester))
    answer = as_user(house.requester).post(reverse("procurementplan_new"), plan_data(house, then="submit"), follow=True)
    assert first.number in answer.content.decode()
    assert sorted(ProcurementPlan.objects.values_list("status", flat=True)) == ["draft", "submitted"]


def test_another_department_or_house_cannot_be_planned_for(house: House) -> None:
    client = as_user(house.requester)
    for department in (house.other_ward, make_house("H2").ward):
        client.post(reverse("procurementplan_new"), plan_data(house, department=department.pk))
    assert {plan.department for plan in ProcurementPlan.objects.all()} <= {house.ward}
    foreign = make_plan(house, department=house.other_ward, created_by=house.other_requester)
    for name in ("detail", "edit", "print", "lines", "drop", "copy"):
        assert client.get(reverse(f"procurementplan_{name}", args=(foreign.pk,))).status_code == 404, name
    assert client.post(reverse("procurementplan_edit", args=(foreign.pk,)), plan_data(house)).status_code == 404
    assert foreign.lines.get().quantity == 100


@pytest.mark.parametrize("code", ["acceptor", "leader", "auditor", "repair_worker"])
def test_who_writes_no_plans(house: House, code: str) -> None:
    answer = as_user(house.people[code]).post(reverse("procurementplan_new"), plan_data(house))
    assert answer.status_code == 403
    assert not ProcurementPlan.objects.exists()


def test_the_search_says_what_was_used_a_year_before(house: House) -> None:
    receive(house, (house.gloves, 100, 24))
    run(house, make_issue(house, (house.gloves, 40)), "submit", "approve", "post")
    client = as_user(house.requester)
    answer = client.get(reverse("plan_item_search"), {"q": "手套", "year": YEAR + 1})
    assert "used a year before: 40 个" in json.loads(answer.content)["results"][0]["detail"]
    for odd in ({"q": "手套", "year": "abc"}, {"q": "手套", "month": "13"}, {"ids": house.gloves.pk, "year": "0"}, {}):
        assert client.get(reverse("plan_item_search"), odd).status_code == 200
    other = client.get(reverse("plan_item_search"), {"q": "手套", "year": YEAR + 1, "department": house.other_ward.pk})
    assert "40" in json.loads(other.content)["results"][0]["detail"]  # another ward is not asked about


def test_use_and_price_of_the_year_before_stand_beside_the_cell(house: House) -> None:
    receive(house, (house.gloves, 100, 24))
    run(house, make_issue(house, (house.gloves, 40)), "submit", "approve", "post")
    document = make_plan(house, (house.gloves, 100, 25), year=YEAR + 1)
    for _turn in ("draft", "submitted"):
        page = as_user(house.requester).get(reverse("procurementplan_detail", args=(document.pk,)))
        columns = [column.key for column in page.context["line_columns"]]
        cells = page.context["line_rows"][0]["cells"]
        assert cells[columns.index("last_year_quantity")] == 40
        assert cells[columns.index("last_price")] == 24
        document = take(document, ("submit", house.requester)) if document.status == "draft" else document


# ---- Excel ----


def test_lines_go_out_to_excel_and_come_back_changed(house: House) -> None:
    document = make_plan(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    client = as_user(house.requester)
    page = client.get(reverse("procurementplan_detail", args=(document.pk,))).content.decode()
    assert reverse("procurementplan_lines", args=(document.pk,)) in page
    answer = client.get(reverse("procurementplan_lines", args=(document.pk,)))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    names = [cell.value for cell in sheet[1]]
    sheet.cell(2, names.index("quantity") + 1).value = 150
    target = io.BytesIO()
    book.save(target)
    answer = uploaded(client, document, SimpleUploadedFile("改.xlsx", target.getvalue()))
    assert answer.context["can_confirm"], answer.context["errors"]
    confirmed(client)
    rows = [(line.item, line.quantity, line.amount) for line in document.lines.order_by("position")]
    assert rows == [(house.gloves, 150, 3750), (house.paper, 10, 200)]


def test_300_uploaded_rows_with_20_errors_name_all_20_and_write_nothing(house: House) -> None:
    items = [house.item(f"物资{place}") for place in range(300)]
    rows = [[item.code, None, None, "个", 5, 2, None, None] for item in items]
    broken = {
        0: (0, "没有的编码"),
        1: (3, "箱"),
        2: (4, 0),
        3: (4, -1),
        4: (4, "五"),
        5: (5, 0),
        6: (5, -2),
        7: (6, "烧掉"),
        8: (4, None),
        9: (3, None),
    }
    for turn in (0, 100):
        for place, (column, value) in broken.items():
            rows[turn + place][column] = value
    document = make_plan(house)
    document.lines.all().delete()
    client = as_user(house.requester)
    answer = uploaded(client, document, workbook(*map(tuple, rows)))
    assert not answer.context["can_confirm"]
    found = {error.row for error in answer.context["report"].errors}
    assert found == {turn + place + 2 for turn in (0, 100) for place in broken}
    confirmed(client)
    assert not document.lines.exists()


def test_named_things_need_their_treatment_in_excel_too(house: House) -> None:
    document = make_plan(house)
    document.lines.all().delete()
    client = as_user(house.requester)
    rows = [
        (None, "办公椅", "黑色", "个", 2, 300, None, None),
        (None, None, "黑色", "个", 2, 300, None, None),
    ]
    answer = uploaded(client, document, workbook(*rows))
    assert {error.row for error in answer.context["errors"]} == {2, 3}
    uploaded(client, document, workbook((None, "办公椅", "黑色", "个", 2, 300, "asset card", None)))
    confirmed(client)
    line = document.lines.get()
    assert (line.name, line.treatment, line.amount, line.factor) == ("办公椅", "asset", 600, 1)


def test_lines_of_a_merged_draft_are_not_imported_or_edited(house: House) -> None:
    approved(house)
    document = merged(house)
    client = as_user(house.buyer)
    answer = uploaded(client, document, workbook((house.paper.code, None, None, "个", 5, 2, None, None)))
    assert "come from the plans" in answer.content.decode()
    assert client.get(reverse("procurementplan_edit", args=(document.pk,))).status_code == 403
    assert client.post(reverse("procurementplan_edit", args=(document.pk,)), plan_data(house)).status_code == 403
    assert document.lines.get().item == house.gloves


# ---- merging, lowering, dropping ----


def test_merging_from_page_to_approved_with_a_lowered_line(house: House) -> None:
    approved(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    of_other_ward(house, (house.gloves, 50, 25))
    client = as_user(house.buyer)
    page = client.get(reverse("plan_merge"))
    assert [row["name"] for row in page.context["rows"]] == ["医用手套", "复印纸"]
    assert "外科一病区 50 个" in page.content.decode()
    ticked = [row["key"] for row in page.context["rows"]]
    data = {"period": str(YEAR), "line": ticked[:1], "request_key": str(uuid.uuid4())}
    for _turn in range(2):  # sent twice it makes one plan
        client.post(reverse("plan_merge"), data)
    document = ProcurementPlan.objects.get(kind="merged")
    assert [line.quantity for line in document.lines.all()] == [150]
    assert "外科一病区 50" in client.get(reverse("procurementplan_detail", args=(document.pk,))).content.decode()
    rule(house, ProcurementPlan, "role", role="leader")
    step(client, document, "submit")
    leader = as_user(house.leader)
    signature = Signature.objects.get(object_id=document.pk)
    page = leader.get(reverse("waiting_document", args=(signature.pk,)))
    assert page.context["may_lower"]
    line = document.lines.get()
    answer = {"decision": "approve", f"quantity-{line.pk}": "90", "request_key": str(uuid.uuid4())}
    leader.post(reverse("waiting_document", args=(signature.pk,)), answer, follow=True)
    document.refresh_from_db()
    assert document.status == "approved"
    shares = PlanLine.objects.filter(merged_into=line).order_by("-quantity").values_list("approved_quantity", flat=True)
    assert list(shares) == [60, 30]
    page = as_user(house.requester).get(reverse("procurementplan_detail", args=(line.sources.first().document_id,)))
    assert f"merged into {document.number}" in page.content.decode()


@pytest.mark.parametrize("code", ["requester", "department_head", "storekeeper", "leader", "auditor"])
def test_who_may_not_open_the_merge_page(house: House, code: str) -> None:
    approved(house)
    client = as_user(house.people[code])
    keys = [str(line.pk) for line in PlanLine.objects.all()]
    assert client.get(reverse("plan_merge")).status_code == 403
    assert client.post(reverse("plan_merge"), {"period": str(YEAR), "line": keys}).status_code == 403
    assert not ProcurementPlan.objects.filter(kind="merged").exists()


@pytest.mark.parametrize(
    "data", [{}, {"period": "x"}, {"period": f"{YEAR}", "line": ["x", "999999"]}, {"period": f"{YEAR}-13"}]
)
def test_broken_merges_make_nothing(house: House, data: dict[str, Any]) -> None:
    approved(house)
    answer = as_user(house.buyer).post(reverse("plan_merge"), data, follow=True)
    assert answer.status_code == 200
    assert said(answer)
    assert not ProcurementPlan.objects.filter(kind="merged").exists()


def test_a_line_is_taken_out_of_a_merged_draft_and_free_again(house: House) -> None:
    approved(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    document = merged(house)
    client = as_user(house.buyer)
    url = reverse("procurementplan_drop", args=(document.pk,))
    assert url in client.get(reverse("procurementplan_detail", args=(document.pk,))).content.decode()
    client.post(url, {"line": [document.lines.get(item=house.paper).pk]})
    assert [line.item for line in document.lines.all()] == [house.gloves]
    assert PlanLine.objects.get(document__kind="department", item=house.paper).merged_into is None
    answer = client.post(url, {"line": [document.lines.get().pk]}, follow=True)
    assert "delete the draft" in said(answer)
    assert document.lines.count() == 1


def test_lines_are_dropped_all_or_none_with_a_reason(house: House) -> None:
    document = approved(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    client = as_user(house.requester)
    url = reverse("procurementplan_drop", args=(document.pk,))
    first, second = document.lines.order_by("position")
    assert len(client.get(url).context["rows"]) == 2
    for data in ({"line": [first.pk]}, {"line": [], "reason": "不要"}, {"line": ["x"], "reason": "不要"}):
        client.post(url, data)
        assert not PlanLine.objects.filter(dropped=True).exists()
    PlanLine.objects.filter(pk=second.pk).update(requested_quantity=1)
    answer = client.post(url, {"line": [first.pk, second.pk], "reason": "不要"}, follow=True)
    assert "requested already" in said(answer)
    assert not PlanLine.objects.filter(dropped=True).exists()
    client.post(url, {"line": [first.pk], "reason": "改用旧设备"})
    page = client.get(reverse("procurementplan_detail", args=(document.pk,))).content.decode()
    assert "dropped: 改用旧设备" in page
    assert "Drop a line" in page


def test_who_only_looks_does_not_drop(house: House) -> None:
    document = approved(house)
    url = reverse("procurementplan_drop", args=(document.pk,))
    for code in ("auditor", "leader"):
        as_user(house.people[code]).post(url, {"line": [document.lines.get().pk], "reason": "不要"})
    assert not PlanLine.objects.filter(dropped=True).exists()


# ---- report, back office, speed ----


def test_plan_fulfilment_follows_a_line_to_its_payment(house: House) -> None:
    from tests.buying import request_approved

    plan = approved(house, (house.gloves, 100, 25), (house.paper, 10, 20))
    line = plan.lines.get(item=house.gloves)
    request = request_approved(house, (house.gloves, 40, 25, {"plan_line": line}), outside_reason="")
    payment = make_payment(
        house, invoiced(house, accepted(house, order_approved(house, sourcing_approved(house, request))).order)
    )
    take(payment, ("submit", house.buyer), ("approve", house.logistics_head), ("post", house.accountant))
    made = report(PlanFulfilment, house.logistics_head, year=YEAR)
    row = rows_of(made)[0].values
    names = ("planned", "requested", "ordered", "accepted", "paid", "percent")
    assert [row[name] for name in names] == [100, 40, 40, 40, 920, 40]
    assert row["planned_amount"] == 2500
    assert rows_of(made)[1].values["paid"] == 0
    assert len(rows_of(report(PlanFulfilment, house.logistics_head, year=YEAR, unfinished="on"))) == 2
    assert not rows_of(report(PlanFulfilment, house.again("other_requester"), year=YEAR))
    client = as_user(house.requester)
    for shape in ("", "xlsx", "print"):
        assert client.get(reverse("plan_fulfilment"), {"format": shape}).status_code == 200


def test_plans_in_the_back_office(house: House) -> None:
    document = approved(house)
    draft = make_plan(house)
    client = as_user(house.logistics_head)
    assert client.get(reverse("admin:procurement_procurementplan_changelist")).status_code == 200
    for row in (document, draft):
        assert client.get(reverse("admin:procurement_procurementplan_change", args=(row.pk,))).status_code == 200


def test_queries_do_not_grow_with_lines_and_departments(house: House) -> None:
    def counts(count: int) -> list[int]:
        ProcurementPlan.objects.update(note="补充")
        lines = [(house.item(f"物资{place}"), 5, 2) for place in range(count)]
        own, other = (
            approved(house, *lines, note="补充"),
            make_plan(house, *lines, department=house.other_ward, created_by=house.other_requester, note="补充"),
        )
        take(other, ("submit", house.other_requester), ("approve", house.logistics_head))
        urls = [reverse("plan_merge"), reverse("procurementplan_list"), reverse("plan_fulfilment")]
        document = merged(house)
        urls += [reverse("procurementplan_detail", args=(row.pk,)) for row in (own, document)]
        urls += [reverse("procurementplan_drop", args=(own.pk,))]
        client, found = as_user(house.buyer), []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            take(document, ("submit", house.buyer))
        return [*found, len(queries)]

    counts(1)
    assert counts(2) == counts(12)


def test_the_total_of_a_merged_plan_is_that_of_its_sources(house: House) -> None:
    approved(house, (house.gloves, 100, Decimal("25.33")))
    of_other_ward(house, (house.gloves, 33, Decimal("24.1")))
    total = sum(plan.total_amount for plan in ProcurementPlan.objects.all())
    assert abs(merged(house).total_amount - total) < Decimal("0.05")
