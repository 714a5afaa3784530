"""Quotas: periods, limits, what counts as used, and requests that go one approver higher (R-STK-10)."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.documents import routes
from core.documents.services import apply_transition, events_of
from core.excel.writer import write_workbook
from core.resources import by_name
from directory.models import Department, Organization
from inventory.models import ItemCategory, Quota, Requisition
from inventory.quota_selectors import days_of, limits_between, standings, valid_quotas
from inventory.reports.consumption import Consumption
from inventory.reports.quota_use import QuotaUse
from tests.directory.test_sheets import load, reasons
from tests.factories import House, at, make_issue, make_requisition, receive, rule, run

from .reporting import report, rows_of
from .screens import as_user, line_data, request_data

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 10)


def quota(house: House, **fields: Any) -> Quota:
    defaults = {
        "organization": house.organization,
        "department": house.ward,
        "item": None if "category" in fields else house.gloves,
        "limit_quantity": None if "limit_amount" in fields else Decimal(10),
        "valid_from": dt.date(2026, 1, 1),
    }
    made = Quota(**{**defaults, **fields})
    made.full_clean()
    made.save()
    return made


def standing(house: House, made: Quota, day: dt.date = DAY) -> dict[str, Any]:
    (found,) = standings(list(valid_quotas(day).filter(pk=made.pk)), day)
    return {name: getattr(found, name) for name in ("limit", "carried", "used", "reserved", "left")}


def stocked(house: House) -> None:
    with at(dt.date(2026, 8, 3)):
        receive(house, (house.gloves, 500, 5), (house.paper, 500, 20))


def issue(house: House, day: dt.date, *lines: Any, **fields: Any) -> Any:
    with at(day):
        return run(house, make_issue(house, *lines, **fields))


@pytest.mark.parametrize(
    ("period", "day", "expected"),
    [
        ("month", (2026, 2, 28), ((2026, 2, 1), (2026, 2, 28))),
        ("quarter", (2026, 11, 10), ((2026, 10, 1), (2026, 12, 31))),
        ("quarter", (2026, 1, 1), ((2026, 1, 1), (2026, 3, 31))),
        ("year", (2026, 12, 31), ((2026, 1, 1), (2026, 12, 31))),
        ("term", (2026, 8, 31), ((2026, 3, 1), (2026, 8, 31))),
        ("term", (2026, 9, 1), ((2026, 9, 1), (2027, 2, 28))),
        ("term", (2027, 1, 15), ((2026, 9, 1), (2027, 2, 28))),
    ],
)
def test_periods(house: House, period: str, day: tuple, expected: tuple) -> None:
    made = Quota(organization=house.organization, department=house.ward, period=period)
    assert days_of(made, dt.date(*day)) == tuple(dt.date(*part) for part in expected)


def test_the_organization_says_when_its_terms_begin(house: House) -> None:
    house.organization.term_starts = "02-24，08-28"
    house.organization.full_clean()
    assert house.organization.term_of(dt.date(2026, 2, 23)) == (dt.date(2025, 8, 28), dt.date(2026, 2, 23))
    for wrong in ("", "9月1日", "13-01", "02-30"):
        with pytest.raises(ValidationError):
            Organization(code="x", name="x", term_starts=wrong).full_clean()


@pytest.mark.parametrize(("basis", "expected"), [("fixed", 10), ("head", 120), ("bed", 400), ("class", 30)])
def test_limits_per_head_bed_and_class(house: House, basis: str, expected: int) -> None:
    house.ward.head_count, house.ward.bed_count, house.ward.class_count = 12, 40, 3
    house.ward.save()
    assert standing(house, quota(house, basis=basis))["limit"] == expected


def test_used_is_issued_less_what_was_undone_in_the_period(house: House) -> None:
    stocked(house)
    made = quota(house)
    issue(house, dt.date(2026, 10, 30), (house.gloves, 9))
    issue(house, dt.date(2026, 11, 3), (house.gloves, 4), (house.paper, 5))
    issue(house, dt.date(2026, 11, 4), (house.gloves, 7), department=house.other_ward)
    undone = issue(house, dt.date(2026, 11, 5), (house.gloves, 3))
    with at(DAY):
        assert standing(house, made) == {"limit": 10, "carried": 0, "used": 7, "reserved": 0, "left": 3}
        run(house, undone, "reverse")
        assert standing(house, made)["used"] == 4


def test_open_requests_count_until_they_are_issued_or_closed(house: House) -> None:
    stocked(house)
    made = quota(house)
    with at(DAY):
        request = run(house, make_requisition(house, (house.gloves, 6)), "submit")
        assert standing(house, made)["reserved"] == 6
        request = run(house, request, "approve")
        run(house, make_issue(house, (house.gloves, 4), requisition=request))
        assert standing(house, made) == {"limit": 10, "carried": 0, "used": 4, "reserved": 2, "left": 4}
        draft = make_requisition(house, (house.gloves, 3))
        assert standing(house, made)["reserved"] == 2
        run(house, run(house, draft, "submit"), "cancel")
        assert standing(house, made)["left"] == 4


def test_what_is_left_is_carried_over_once(house: House) -> None:
    stocked(house)
    made = quota(house, carry_over=True)
    issue(house, dt.date(2026, 9, 3), (house.gloves, 1))
    issue(house, dt.date(2026, 10, 3), (house.gloves, 6))
    with at(DAY):
        assert standing(house, made) == {"limit": 10, "carried": 4, "used": 0, "reserved": 0, "left": 14}
        made.valid_from = dt.date(2026, 11, 1)
        made.save()
        assert standing(house, made)["carried"] == 0


def test_a_category_with_its_branches_counts_in_yuan(house: House) -> None:
    stocked(house)
    top = ItemCategory.objects.create(code="90", name="低值品")
    house.gloves.category = ItemCategory.objects.create(code="9001", name="手套类", parent=top)
    house.gloves.save()
    made = quota(house, category=top, limit_amount=Decimal(100))
    issue(house, dt.date(2026, 11, 3), (house.gloves, 4), (house.paper, 5))
    with at(DAY):
        assert standing(house, made) == {"limit": 100, "carried": 0, "used": 20, "reserved": 0, "left": 80}


def test_R_STK_10_a_request_over_quota_goes_one_approver_higher_and_says_so(house: House) -> None:
    stocked(house)
    quota(house)
    with at(DAY):
        within = run(house, make_requisition(house, (house.gloves, 7), (house.paper, 1)), "submit")
        over = run(house, make_requisition(house, (house.paper, 1), (house.gloves, 4)), "submit")
        assert (within.over_quota, over.over_quota) == (False, True)
        assert list(over.lines.values_list("over_quota", flat=True)) == [False, True]
        assert [s.approver for s in routes.signatures_of(within)] == ["head"]
        assert [s.approver for s in routes.signatures_of(over)] == ["head", "role"]
        event = events_of(over).get(step="over_quota")
        assert "quota 10 个 from 2026-11-01 to 2026-11-30" in event.reason
        assert "in open requests 7, left 3; asked for 4" in event.reason
        over = run(house, over, "approve")
        assert over.status == "submitted"
        over = apply_transition(over, "approve", actor=house.logistics_head)
        assert over.status == "approved"
        assert not events_of(within).filter(step="over_quota").exists()


def test_a_rule_for_escalated_requests_names_the_higher_approver(house: House) -> None:
    stocked(house)
    quota(house, limit_quantity=Decimal(1))
    higher = rule(house, Requisition, "role", order=9, role="leader")
    higher.only_escalated = True
    higher.save()
    with at(DAY):
        small = run(house, make_requisition(house, (house.gloves, 1)), "submit")
        over = run(house, make_requisition(house, (house.gloves, 2)), "submit")
    assert [s.role and s.role.role.code for s in routes.signatures_of(small)] == [None]
    assert [s.role and s.role.role.code for s in routes.signatures_of(over)] == [None, "leader"]


def test_a_request_that_was_returned_and_made_smaller_is_within_again(house: House) -> None:
    stocked(house)
    quota(house)
    with at(DAY):
        over = run(house, make_requisition(house, (house.gloves, 12)), "submit", "reject")
        over.lines.update(quantity=8, stock_quantity=8)
        again = run(house, over, "submit")
        assert (again.over_quota, routes.signatures_of(again).filter(round=2).count()) == (False, 1)
        assert not again.lines.filter(over_quota=True).exists()


def test_the_quota_of_another_department_does_not_count(house: House) -> None:
    stocked(house)
    quota(house, department=house.other_ward, limit_quantity=Decimal(0))
    quota(house, valid_until=dt.date(2026, 10, 31), limit_quantity=Decimal(0))
    with at(DAY):
        assert not run(house, make_requisition(house, (house.gloves, 4)), "submit").over_quota


def test_rivals_and_halves_are_refused(house: House) -> None:
    quota(house)
    for fields, word in (
        ({}, "Another quota"),
        ({"valid_from": dt.date(2025, 1, 1)}, "Another quota"),
        ({"category": house.gloves.category, "item": house.gloves, "limit_amount": Decimal(1)}, "either"),
        ({"limit_amount": Decimal(5), "limit_quantity": Decimal(5), "period": "year"}, "not both"),
    ):
        with pytest.raises(ValidationError, match=word):
            quota(house, **fields)
    quota(house, valid_from=dt.date(2025, 1, 1), valid_until=dt.date(2025, 12, 31))
    quota(house, period="year")
    assert Quota.objects.count() == 3


# ---- screens and sheets ----


def test_the_form_says_so_while_typing(house: House, other_house: House) -> None:
    stocked(house)
    quota(house)
    with at(DAY):
        client, url = as_user(house.requester), reverse("requisition_quota")
        page = client.get(reverse("requisition_new")).content.decode()
        assert f'data-quota-hint="{url}"' in page
        data = request_data(
            house, {"item": house.gloves.pk, "quantity": "11"}, {"item": house.paper.pk, "quantity": "3"}
        )
        told = client.post(url, data).json()
        assert [line["line"] for line in told["lines"]] == [0]
        assert "left 10; asked for 11" in told["lines"][0]["text"]
        assert "higher approval" in told["lead"]
        for quiet in (
            request_data(house, {"item": house.gloves.pk, "quantity": "10"}),
            request_data(house, {"item": house.gloves.pk, "quantity": "十一"}),
            {**request_data(house, {"item": house.gloves.pk, "quantity": "11"}), "lines-0-DELETE": "on"},
            {"lines-0-item": "9" * 30, "lines-0-quantity": "5", "warehouse": "x"},
            line_data(),
        ):
            assert client.post(url, quiet).json() == {"lines": [], "lead": ""}
        foreign = {**data, "department": other_house.ward.pk}
        assert as_user(other_house.requester).post(url, foreign).json()["lines"] == []
        assert client.get(url).status_code == 405
    assert not Requisition.objects.exists()


def test_the_approver_reads_it_on_his_page(house: House) -> None:
    stocked(house)
    quota(house, limit_quantity=Decimal(2))
    with at(DAY):
        over = run(house, make_requisition(house, (house.gloves, 3)), "submit")
        row = routes.next_signature(over)
        head = as_user(house.department_head)
        assert "Over quota" in head.get(reverse("waiting")).content.decode()
        assert "left 2; asked for 3" in head.get(reverse("waiting_document", args=(row.pk,))).content.decode()
        page = as_user(house.requester).get(reverse("requisition_detail", args=(over.pk,))).content.decode()
        assert page.count("left 2; asked for 3") == 2  # among the facts and in the story


def test_used_and_left_per_department(house: House, other_house: House) -> None:
    stocked(house)
    quota(house)
    quota(house, department=house.other_ward, category=house.gloves.category, limit_amount=Decimal(30))
    quota(other_house)
    issue(house, dt.date(2026, 11, 3), (house.gloves, 4))
    issue(house, dt.date(2026, 11, 4), (house.gloves, 7), department=house.other_ward)
    with at(DAY):
        all_rows = [dict(row.values) for row in report(QuotaUse, house.logistics_head).run()]
        assert [(r["department"], r["limit"], r["used"], r["left"], r["warning"]) for r in all_rows] == [
            ("内科一病区", 10, 4, 6, ""),
            ("外科一病区", 30, 35, -5, "over quota"),
        ]
        own = [row.values["department"] for row in report(QuotaUse, house.requester).run()]
        assert own == ["内科一病区"]
        assert [r.values["left"] for r in report(QuotaUse, house.auditor, over="on").run()] == [-5]
        assert as_user(house.requester).get(reverse("quota_use")).status_code == 200
        assert as_user(house.repair_worker).get(reverse("quota_use")).status_code == 403


def test_the_number_of_statements_does_not_grow(house: House, django_assert_max_num_queries: Any) -> None:
    stocked(house)
    quota(house)
    with at(DAY):
        with django_assert_max_num_queries(30) as few:
            list(report(QuotaUse, house.again("auditor")).run())
        for number in range(8):
            department = Department.objects.create(
                organization=house.organization, code=f"5{number}", name=f"科{number}", kind="ward"
            )
            quota(house, department=department)
        with django_assert_max_num_queries(len(few)):
            assert len(list(report(QuotaUse, house.again("auditor")).run())) == 9


def test_quotas_go_in_and_out_by_excel(house: House) -> None:
    head = house.again("logistics_head")
    rows = [
        ["科室", "物资编码", "物资类别", "定额周期", "定额方式", "定额数量", "定额金额", "结转", "生效日期"],
        ["101", house.gloves.code, "", "month", "per bed", 2, "", "是", "2026-01-01"],
        ["102", "", "01", "quarter", "fixed", "", 500, "否", "2026-01-01"],
    ]
    told = load(head, "inventory.quota", rows)
    assert (reasons(told), told.new) == ("", 2)
    by_bed, by_amount = Quota.objects.order_by("department__code")
    assert (by_bed.item, by_bed.basis, by_bed.limit_quantity, by_bed.carry_over) == (house.gloves, "bed", 2, True)
    assert (by_amount.category.code, by_amount.period, by_amount.limit_amount) == ("01", "quarter", 500)
    resource, out = by_name("inventory.quota"), io.BytesIO()
    write_workbook(out, [resource(user=head).to_sheet(resource(user=head).scope())])
    again = load(head, "inventory.quota", out.getvalue())
    assert (reasons(again), again.unchanged) == ("", 2)
    wrong = load(
        head, "inventory.quota", [rows[0], ["101", house.gloves.code, "01", "year", "fixed", 1, 1, "", "2026-01-01"]]
    )
    assert "either an item or a category" in reasons(wrong)
    assert Quota.objects.count() == 2
    assert not by_name("inventory.quota")(user=house.again("requester")).scope().filter(department=house.other_ward)


def test_departments_carry_their_heads_beds_and_classes(house: House) -> None:
    system = house.again("system_administrator")
    told = load(
        system, "directory.department", [["科室编码", "科室名称", "床位数", "人数"], ["101", "内科一病区", 45, 20]]
    )
    assert reasons(told) == ""
    ward = Department.objects.get(pk=house.ward.pk)
    assert (ward.bed_count, ward.head_count, ward.class_count) == (45, 20, 0)
    page = as_user(system).get(reverse("admin:directory_department_change", args=(ward.pk,))).content.decode()
    assert 'name="bed_count" value="45"' in page
    assert (
        "term_starts"
        in as_user(system)
        .get(reverse("admin:directory_organization_change", args=(house.organization.pk,)))
        .content.decode()
    )


def test_quotas_are_kept_in_the_back_office(house: House) -> None:
    client = as_user(house.logistics_head)
    data = {
        "department": house.ward.pk,
        "item": house.gloves.pk,
        "category": "",
        "period": "month",
        "basis": "fixed",
        "limit_quantity": "12",
        "limit_amount": "",
        "valid_from": "2026-01-01",
        "valid_until": "",
        "note": "",
    }
    client.post(reverse("admin:inventory_quota_add"), data)
    assert Quota.objects.get().limit_quantity == 12
    assert client.get(reverse("admin:inventory_quota_changelist")).status_code == 200
    assert as_user(house.storekeeper).get(reverse("admin:inventory_quota_add")).status_code == 403


def test_the_consumption_report_shows_the_quota_of_its_period(house: House) -> None:
    """Month quotas in a month's report, twelve of them or the year's own in a year's; nothing for a part of a month."""
    category = house.gloves.category
    quota(house, category=category, limit_amount=Decimal(200))
    with at(DAY):
        receive(house, (house.gloves, 100, 5), business_date=DAY)
        run(house, make_issue(house, (house.gloves, 10), business_date=DAY))
        row = rows_of(report(Consumption, house.accountant, month=f"{DAY:%Y-%m}"))[0].values
        assert (row["period"], row["quota"], row["quota_used"]) == (50, 200, 25)
        part = {"start": f"{DAY:%Y-%m}-02", "end": f"{DAY:%Y-%m-%d}"}
        row = rows_of(report(Consumption, house.accountant, **part))[0].values
        assert (row["quota"], row["quota_used"]) == (None, None)
    year = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert limits_between({house.ward.pk}, *year) == {(house.ward.pk, category.pk): 2400}
    quota(house, category=category, limit_amount=Decimal(2000), period="year")
    assert limits_between({house.ward.pk}, *year) == {(house.ward.pk, category.pk): 2000}
    assert limits_between({house.ward.pk}, dt.date(2026, 3, 1), dt.date(2026, 3, 31)) == {
        (house.ward.pk, category.pk): 200
    }
    Quota.objects.filter(period="month").update(valid_until=dt.date(2026, 2, 28))
    assert limits_between({house.ward.pk}, dt.date(2026, 1, 1), dt.date(2026, 3, 31)) == {
        (house.ward.pk, category.pk): 400
    }
    assert limits_between({house.other_ward.pk}, *year) == {}
