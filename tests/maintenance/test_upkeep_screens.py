"""Screens and sheets of upkeep: plans with their subjects, the year, checklists, certificates; the shipped examples."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.imports.services import check_upload, confirm_import, report_of
from core.resources import by_name
from maintenance.models import (
    Checklist,
    ChecklistLine,
    MaintenancePlan,
    OperatorCertificate,
    PlannedUpkeep,
    PlanSubject,
)
from maintenance.services import plans, shipped_checklists
from tests.core.excel.corpus import book
from tests.holding import make_asset, make_category
from tests.repairing import make_place, make_repair_category, make_team

from .upkeep import days, make_equipment, make_meter, make_plan

pytestmark = pytest.mark.django_db


def plan_form(**fields: Any) -> dict[str, Any]:
    lines = fields.pop("lines", [{}])
    data = {
        "name": "月检",
        "category": make_repair_category().pk,
        "kind": "calendar",
        "every": "1",
        "unit": "month",
        "starts_on": str(days(3)),
        "lead_days": "7",
        "tolerance_days": "3",
        "active": "on",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
    }
    for place, line in enumerate(lines):
        data |= {f"lines-{place}-{name}": value for name, value in line.items()}
    return {**data, **fields}


def test_a_plan_is_written_with_things_classes_and_places(house, client):
    client.force_login(house.repair_dispatcher)
    asset, category, place = make_asset(house, state="in_use"), make_category("A02061504", "配电柜"), make_place(house)
    url = reverse("maintenanceplan_new")
    assert client.get(url).status_code == 200
    both = [{"asset": asset.pk, "place": place.pk}]
    for wrong in (both, [{}], [{"asset": 10**9}]):
        assert client.post(url, plan_form(lines=wrong)).status_code == 200
    assert not MaintenancePlan.objects.exists()
    lines = [{"asset": asset.pk}, {"category": category.pk}, {"place": place.pk, "next_due": str(days(9))}]
    answer = client.post(url, plan_form(lines=lines, team=make_team(house).pk))
    plan = MaintenancePlan.objects.get()
    assert answer.url == reverse("maintenanceplan_detail", args=(plan.pk,))
    assert [row.next_due for row in plan.subjects.all()] == [days(3), days(3), days(9)]
    page = client.get(answer.url).content.decode()
    assert "配电柜" in page
    assert str(asset) in page


def test_a_plan_is_changed_and_what_is_on_record_stays(house, client):
    client.force_login(house.repair_dispatcher)
    plan = make_plan(house)
    plans.make_due()
    subject, asset = plan.subjects.get(), make_asset(house, state="in_use")
    url = reverse("maintenanceplan_edit", args=(plan.pk,))
    assert client.get(url).status_code == 200
    start = str(plan.starts_on)
    assert client.post(url, plan_form(lines=[{"asset": asset.pk}], starts_on=start)).status_code == 200
    assert list(plan.subjects.all()) == [subject], "a subject with upkeep on record is not dropped"
    kept = {"id": subject.pk, "place": subject.place_id}
    assert client.post(url, plan_form(lines=[kept, {"asset": asset.pk}], starts_on=start)).status_code == 302
    assert plan.subjects.count() == 2
    before = plan.subjects.get(pk=subject.pk).next_due
    assert before == plan.subjects.get(pk=subject.pk).next_due == subject.next_due


def test_a_changed_rhythm_begins_after_what_was_made(house, client):
    client.force_login(house.repair_dispatcher)
    plan = make_plan(house)
    plans.make_due()
    subject = plan.subjects.get()
    kept = {"id": subject.pk, "place": subject.place_id}
    url = reverse("maintenanceplan_edit", args=(plan.pk,))
    client.post(url, plan_form(lines=[kept], every="10", unit="day", starts_on=str(plan.starts_on)))
    subject.refresh_from_db()
    assert subject.next_due == days(10)
    assert PlannedUpkeep.objects.count() == 1


def test_a_due_day_is_moved_and_left_out_on_its_page(house, client):
    client.force_login(house.repair_dispatcher)
    plan = make_plan(house, starts_on=days(5))
    subject = plan.subjects.get()
    url = reverse("maintenanceplan_subject", args=(plan.pk, subject.pk, "move"))
    assert client.get(url).status_code == 404
    assert client.get(f"{url}?due={days(5)}").status_code == 200
    assert client.post(f"{url}?due={days(5)}", {"day": str(days(6))}).status_code == 200
    client.post(f"{url}?due={days(5)}", {"day": str(days(6)), "reason": "停电"})
    subject.refresh_from_db()
    assert subject.next_due == days(6)
    skip = reverse("maintenanceplan_subject", args=(plan.pk, subject.pk, "skip"))
    client.post(f"{skip}?due={days(6)}", {"reason": "停用"})
    assert sorted(PlannedUpkeep.objects.values_list("result", "reason")) == [("moved", "停电"), ("skip", "停用")]
    assert "停用" in client.get(reverse("maintenanceplan_detail", args=(plan.pk,))).content.decode()


def test_the_year_shows_what_was_and_what_comes(house, client):
    client.force_login(house.repair_dispatcher)
    make_plan(house, name="配电房月检甲")
    plans.make_due()
    page = client.get(reverse("upkeep_year")).content.decode()
    assert page.count("配电房月检甲") == 13 - clock.today().month
    later = client.get(reverse("upkeep_year"), {"year": clock.today().year + 1}).content.decode()
    assert later.count("配电房月检甲") == 12
    for odd in ("99999", "x", "-1", "0001"):
        assert client.get(reverse("upkeep_year"), {"year": odd}).status_code == 200


def test_lifts_without_upkeep_are_named(house, client):
    """R-REP-13: what breaks the law stands on top."""
    make_equipment(house, "lift")
    client.force_login(house.repair_dispatcher)
    for name in ("upkeep_year", "specialequipment_list"):
        assert "特种设备" in client.get(reverse(name)).content.decode()
        assert "notice-error" in client.get(reverse(name)).content.decode()


def test_lists_ask_no_more_for_more_rows(house, client, django_assert_max_num_queries):
    client.force_login(house.repair_dispatcher)
    make_plan(house)
    for name in ("maintenanceplan_list", "checklist_list", "upkeep_year"):
        client.get(reverse(name))
        with django_assert_max_num_queries(60) as few:
            client.get(reverse(name))
        for number in range(8):
            make_plan(house, name=f"{name}{number}", team=make_team(house))
            Checklist.objects.create(code=f"{name[:8]}{number}", name="表")
        with django_assert_max_num_queries(len(few)):
            assert client.get(reverse(name)).status_code == 200


def test_a_plan_by_meter_needs_its_meter(house, client):
    client.force_login(house.repair_dispatcher)
    place, meter = make_place(house), make_meter(house)
    fields = {"kind": "meter", "meter_every": "250", "every": "", "unit": ""}
    url = reverse("maintenanceplan_new")
    client.post(url, plan_form(lines=[{"place": place.pk}], **fields))
    assert not PlanSubject.objects.exists()
    assert not MaintenancePlan.objects.exists()
    client.post(url, plan_form(lines=[{"place": place.pk, "meter": meter.pk}], **fields))
    subject = PlanSubject.objects.get()
    assert (subject.next_reading, subject.next_due) == (250, None)


# ---- checklists and sheets ----


def test_a_checklist_is_written_line_by_line(house, client):
    client.force_login(house.repair_dispatcher)
    head = {"code": "C1", "name": "配电房", "active": "on", "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0"}
    tick = {"lines-0-text": "门窗", "lines-0-kind": "tick", "lines-0-required": "on"}
    number = {"lines-1-text": "温度", "lines-1-kind": "number", "lines-1-low": "40", "lines-1-high": "5"}
    client.post(reverse("checklist_new"), head | tick | number)
    assert not Checklist.objects.exists()
    client.post(reverse("checklist_new"), head | tick | number | {"lines-1-low": "5", "lines-1-high": "40"})
    checklist = Checklist.objects.get()
    assert list(checklist.lines.values_list("position", "text", "required")) == [(1, "门窗", True), (2, "温度", False)]
    url = reverse("checklist_edit", args=(checklist.pk,))
    client.post(url, head | tick | {"lines-TOTAL_FORMS": "1"})
    assert checklist.lines.count() == 1


def load(name: str, user: Any, *rows: list[Any]) -> Any:
    upload = SimpleUploadedFile("sheet.xlsx", book(list(rows)))
    job = check_upload(upload, resource=by_name(name), user=user)
    report = report_of(job)
    assert not report.errors, report.errors
    return report_of(confirm_import(job, user=user))


def test_checklists_and_their_lines_come_from_sheets(house):
    user = house.again("repair_dispatcher")
    load("maintenance.checklist", user, ["编码", "名称"], ["J1", "锅炉房"])
    load(
        "maintenance.checklistline",
        user,
        ["检查表", "序号", "检查内容", "填写方式", "单位", "下限", "上限"],
        ["J1", 1, "压力", "number", "MPa", "0.4", "1.2"],
        ["J1", 2, "清洁", "tick", "", "", ""],
    )
    assert list(ChecklistLine.objects.values_list("checklist__code", "text")) == [("J1", "压力"), ("J1", "清洁")]


def test_certificates_come_from_a_sheet(house):
    user, worker = house.again("repair_dispatcher"), house.repair_worker
    load(
        "maintenance.operatorcertificate",
        user,
        ["工号", "设备种类", "项目代号", "证书编号", "有效期至"],
        [worker.employee_number, "boiler", "G1", "T-77", str(days(300))],
    )
    row = OperatorCertificate.objects.get()
    assert (row.person, row.kind, row.organization) == (worker, "boiler", house.organization)


def test_the_shipped_checklists_are_examples_and_stay_as_the_house_left_them():
    assert shipped_checklists.load_shipped() == 7
    Checklist.objects.filter(code="EX-LIFT15").update(name="改过")
    ChecklistLine.objects.filter(checklist__code="EX-LIFT15").delete()
    assert shipped_checklists.load_shipped() == 0
    rest = Checklist.objects.exclude(code="EX-LIFT15")
    assert all(row.name.startswith("示例") for row in rest)
    assert all(row.lines.exists() for row in rest)
    assert not ChecklistLine.objects.filter(checklist__code="EX-LIFT15").exists()
