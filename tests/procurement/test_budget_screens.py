"""The pages of budgets: decisions by hand and by Excel, bars by department, papers behind the numbers, the report."""

from __future__ import annotations

import io
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
from core.models import ImportJob
from procurement.models import BudgetAllotment, BudgetDecision, EconomicClass, Project, PurchaseCategory
from procurement.services.categories import load_shipped
from tests.buying import allot, make_budget_decision, make_purchase_request, take
from tests.factories import House, make_house
from tests.inventory.reporting import report, rows_of
from tests.inventory.screens import as_user, line_data, said, step

pytestmark = pytest.mark.django_db
HEAD = ("科室", "经济分类科目", "项目", "资金来源", "金额", "备注")


@pytest.fixture
def office(house: House) -> EconomicClass:
    return EconomicClass.objects.create(code="30201", name="办公费")


def form_data(house: House, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid.uuid4()),
        "kind": "initial",
        "year": clock.today().year,
        "basis": "院办〔2026〕1号",
        "business_date": str(clock.today()),
        **line_data(*lines),
        **fields,
    }


def a_line(house: House, office: EconomicClass, amount: str = "1000", **fields: Any) -> dict[str, Any]:
    values = {"department": house.ward.pk, "economic_class": office.pk, "fund_source": "fiscal", "amount": amount}
    return {**values, **fields}


def workbook(*rows: tuple, head: tuple = HEAD) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("预算.xlsx", target.getvalue())


# ---- by hand ----


def test_a_decision_from_form_to_allotment(house: House, office: EconomicClass) -> None:
    client = as_user(house.accountant)
    data = form_data(house, a_line(house, office), then="submit")
    answer = client.post(reverse("budgetdecision_new"), data, follow=True)
    document = BudgetDecision.objects.get()
    assert document.status == "submitted", said(answer)
    assert document.department == house.accountant.department
    step(as_user(house.leader), document, "approve")
    step(client, document, "post")
    assert BudgetAllotment.objects.get().amount == 1000
    page = client.get(reverse("budgetdecision_detail", args=(document.pk,)))
    assert "1,000.00" in page.content.decode()
    assert client.get(reverse("budgetdecision_print", args=(document.pk,))).status_code == 200
    assert client.get(reverse("budgetdecision_export")).status_code == 200


@pytest.mark.parametrize("amount", ["0", "", "十", "1.005"])
def test_bad_amounts_are_said_beside_the_cell(house: House, office: EconomicClass, amount: str) -> None:
    data = form_data(house, a_line(house, office, amount))
    answer = as_user(house.accountant).post(reverse("budgetdecision_new"), data)
    assert answer.context["formset"].forms[0].errors["amount"]
    assert not BudgetDecision.objects.exists()


def test_a_negative_budget_stays_a_draft_with_the_sentence(house: House, office: EconomicClass) -> None:
    data = form_data(house, a_line(house, office, "-5"), then="submit")
    answer = as_user(house.accountant).post(reverse("budgetdecision_new"), data, follow=True)
    assert "greater than zero" in answer.content.decode()
    assert BudgetDecision.objects.get().status == "draft"


def test_a_department_of_another_house_cannot_be_chosen(house: House, office: EconomicClass) -> None:
    other = make_house("H2")
    data = form_data(house, a_line(house, office, department=other.ward.pk))
    answer = as_user(house.accountant).post(reverse("budgetdecision_new"), data)
    assert answer.context["formset"].forms[0].errors["department"]
    assert not BudgetDecision.objects.exists()


def test_a_project_of_another_house_cannot_be_chosen(house: House, office: EconomicClass) -> None:
    foreign = Project.objects.create(organization=make_house("H2").organization, code="P1", name="他院项目")
    data = form_data(house, a_line(house, office, project=foreign.pk))
    answer = as_user(house.accountant).post(reverse("budgetdecision_new"), data)
    assert answer.context["formset"].forms[0].errors["project"]


@pytest.mark.parametrize("code", ["requester", "department_head", "storekeeper", "buyer", "leader", "auditor"])
def test_only_accountants_write_decisions(house: House, office: EconomicClass, code: str) -> None:
    answer = as_user(house.people[code]).post(reverse("budgetdecision_new"), form_data(house, a_line(house, office)))
    assert answer.status_code == 403
    assert not BudgetDecision.objects.exists()


def test_a_decision_of_another_house_answers_404(house: House) -> None:
    foreign = make_budget_decision(make_house("H2"))
    client = as_user(house.accountant)
    for name in ("detail", "edit", "print", "lines"):
        assert client.get(reverse(f"budgetdecision_{name}", args=(foreign.pk,))).status_code == 404
    assert not client.get(reverse("budgetdecision_list")).context["rows"]


# ---- Excel ----


def uploaded(client: Any, document: Any, file: SimpleUploadedFile) -> Any:
    url = reverse("import_start", args=("procurement.budgetdecisionline",)) + f"?parent={document.pk}"
    return client.post(url, {"file": file}, follow=True)


def empty_draft(house: House, **fields: Any) -> BudgetDecision:
    document = make_budget_decision(house, 1, **fields)
    document.lines.all().delete()
    return document


def test_lines_come_from_excel_and_go_out_again(house: House, office: EconomicClass) -> None:
    Project.objects.create(organization=house.organization, code="P1", name="病区改造")
    document = empty_draft(house)
    client = as_user(house.accountant)
    page = client.get(reverse("budgetdecision_detail", args=(document.pk,))).content.decode()
    assert f"/import/procurement.budgetdecisionline/?parent={document.pk}" in page
    file = workbook(
        ("101", "30201", None, "fiscal appropriation", 1200.5, "日常"), ("102", "30201", "P1", None, 800, None)
    )
    answer = uploaded(client, document, file)
    job = ImportJob.objects.get()
    assert answer.context["can_confirm"], answer.context["errors"]
    client.post(reverse("import_confirm", args=(job.key,)))
    rows = [(line.department.code, str(line.project or ""), line.amount) for line in document.lines.all()]
    assert rows == [("101", "", Decimal("1200.50")), ("102", "P1 病区改造", 800)]
    answer = client.get(reverse("budgetdecision_lines", args=(document.pk,)))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book.active[2]][4] == 1200.5
    # The same purposes again with other amounts change the lines; nothing is doubled.
    again = workbook(("101", "30201", None, "fiscal appropriation", 900, "日常"))
    uploaded(client, document, again)
    client.post(reverse("import_confirm", args=(ImportJob.objects.order_by("-pk")[0].key,)))
    assert sorted(document.lines.values_list("amount", flat=True)) == [800, 900]


def test_every_bad_row_is_named_and_nothing_is_written(house: House, office: EconomicClass) -> None:
    document = empty_draft(house)
    rows: list[tuple] = [(f"{101 + n % 2}", "30201", None, None, 100 + n, None) for n in range(2)]
    bad = [
        ("999", "30201", None, None, 5, None),
        ("101", "99999", None, None, 5, None),
        ("101", "30201", "没有的项目", None, 5, None),
        ("101", "30201", None, "彩票", 5, None),
        ("101", "30201", None, "own income", 0, None),
        ("102", "30201", None, "own income", -5, None),
    ]
    answer = uploaded(as_user(house.accountant), document, workbook(*rows, *bad))
    assert not answer.context["can_confirm"]
    assert {error.row for error in answer.context["errors"]} == set(range(4, 10))
    assert not document.lines.exists()


def test_lines_of_a_submitted_decision_are_not_imported(house: House, office: EconomicClass) -> None:
    document = take(make_budget_decision(house), ("submit", house.accountant))
    uploaded(as_user(house.accountant), document, workbook(("102", "30201", None, None, 5, None)))
    for job in ImportJob.objects.all():
        as_user(house.accountant).post(reverse("import_confirm", args=(job.key,)))
    assert document.lines.count() == 1


def test_shipped_categories_are_added_once_and_keep_what_the_house_changed() -> None:
    PurchaseCategory.objects.create(code="A02010000", name="本院叫法")
    added = load_shipped()
    assert added > 100
    assert load_shipped() == 0
    assert PurchaseCategory.objects.get(code="A02010000").name == "本院叫法"
    row = PurchaseCategory.objects.get(code="A01010100")
    assert row.evidence
    assert row.initials
    assert row.kind == "goods"
    assert row.history.count() == 1


# ---- bars and papers ----


def test_a_department_sees_its_own_budget_only(house: House) -> None:
    allot(house, 1000)
    allot(house, 777, for_department=house.other_ward)
    page = as_user(house.requester).get(reverse("budgets"))
    assert [group["department"] for group in page.context["groups"]] == [house.ward]
    assert "777" not in page.content.decode()
    everything = as_user(house.logistics_head).get(reverse("budgets"))
    assert [group["department"] for group in everything.context["groups"]] == [house.ward, house.other_ward]


def test_the_bar_shows_used_reserved_and_left(house: House) -> None:
    allot(house, 1000)
    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    page = as_user(house.requester).get(reverse("budgets"))
    figure = page.context["groups"][0]["rows"][0]
    assert (figure["amount"], figure["reserved"], figure["used"], figure["available"]) == (1000, 250, 0, 750)
    assert [(part["kind"], part["width"]) for part in figure["bar"].drawn()] == [
        ("reserved", "25.00"),
        ("left", "75.00"),
    ]


def test_the_papers_behind_an_allotment_are_listed_with_what_was_left(house: House) -> None:
    allotment = allot(house, 1000)
    request = take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    url = reverse("budgetallotment_detail", args=(allotment.pk,))
    page = as_user(house.accountant).get(url)
    cells = [
        [cell["value"] if isinstance(cell, dict) else cell for cell in row["cells"]] for row in page.context["rows"]
    ]
    assert [row[1] for row in cells] == [request.number, BudgetDecision.objects.get().number]
    assert [row[6] for row in cells] == [750, 1000]
    assert as_user(house.accountant).get(reverse("budgetallotment_export", args=(allotment.pk,))).status_code == 200


def test_papers_that_one_may_not_open_have_no_link(house: House) -> None:
    allotment = allot(house, 1000)
    url = reverse("budgetallotment_detail", args=(allotment.pk,))
    decision = BudgetDecision.objects.get()
    target = reverse("budgetdecision_detail", args=(decision.pk,))
    assert target in as_user(house.accountant).get(url).content.decode()
    page = as_user(house.requester).get(url).content.decode()
    assert decision.number in page
    assert target not in page


def test_allotments_of_others_answer_404(house: House) -> None:
    other = allot(house, 5, for_department=house.other_ward)
    foreign = allot(make_house("H2"), 5)
    for allotment in (other, foreign):
        assert as_user(house.requester).get(reverse("budgetallotment_detail", args=(allotment.pk,))).status_code == 404
    assert as_user(house.acceptor).get(reverse("budgets")).status_code == 403


@pytest.mark.parametrize("query", ["?year=abc", "?year=99999", "?department=999999", "?department=x&year="])
def test_broken_parameters_are_no_crash(house: House, query: str) -> None:
    allot(house, 1000)
    assert as_user(house.accountant).get(reverse("budgets") + query).status_code == 200


def test_queries_do_not_grow_with_allotments_or_papers(house: House) -> None:
    allotment = allot(house, 10_000)
    client = as_user(house.logistics_head)

    def count() -> tuple[int, int]:
        found = []
        for url in (reverse("budgets"), reverse("budgetallotment_detail", args=(allotment.pk,))):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found.append(len(queries))
        return found[0], found[1]

    take(make_purchase_request(house), ("submit", house.requester), ("approve", house.logistics_head))
    before = count()
    for place in range(6):
        project = Project.objects.create(organization=house.organization, code=f"P{place}", name=f"项目{place}")
        take(
            make_budget_decision(house, 500, project=project),
            *(("submit", house.accountant), ("approve", house.leader), ("post", house.accountant)),
        )
        request = make_purchase_request(house, (house.gloves, 1, 5), allotment=allotment)
        take(request, ("submit", house.requester), ("approve", house.logistics_head))
    assert count() == before


# ---- report ----


def test_budget_execution_adds_up(house: House) -> None:
    from procurement.reports.budget_execution import BudgetExecution

    allot(house, 1000)
    project = Project.objects.create(organization=house.organization, code="P1", name="病区改造")
    take(
        make_budget_decision(house, 500, project=project),
        *(("submit", house.accountant), ("approve", house.leader), ("post", house.accountant)),
    )
    allotment = BudgetAllotment.objects.get(project=None)
    request = make_purchase_request(house, allotment=allotment)
    take(request, ("submit", house.requester), ("approve", house.logistics_head))
    made = report(BudgetExecution, house.accountant, year=clock.today().year)
    rows = rows_of(made)
    assert [(row.values["amount"], row.values["reserved"], row.values["available"]) for row in rows] == [
        (1000, 250, 750),
        (500, 0, 500),
    ]
    assert rows[0].values["bound_percent"] == 25
    assert rows_of(made, 1)[0].values["amount"] == 1500
    assert made.totals()["available"] == 1250
    for group in ("project", "fund_source", "economic_class"):
        again = report(BudgetExecution, house.accountant, year=clock.today().year, group=group)
        assert sum(row.values["amount"] for row in rows_of(again)) == 1500
    client = as_user(house.accountant)
    for shape in ("", "xlsx", "print"):
        assert client.get(reverse("budget_execution"), {"format": shape}).status_code == 200


# ---- back office ----


def test_decisions_and_masters_in_the_back_office(house: House, office: EconomicClass) -> None:
    document = make_budget_decision(house)
    client = as_user(house.accountant)
    names = ("economicclass", "project", "purchasecategory", "budgetallotment", "budgetmove", "budgetdecision")
    allot(house, 5)
    for name in names:
        assert client.get(reverse(f"admin:procurement_{name}_changelist")).status_code == 200, name
    assert client.get(reverse("admin:procurement_budgetdecision_change", args=(document.pk,))).status_code == 200
    assert client.get(reverse("admin:procurement_budgetdecision_add")).status_code == 200
    head = as_user(house.logistics_head)
    for name in ("centralcatalogueentry", "categorylicence", "itemcategorylink"):
        assert head.get(reverse(f"admin:procurement_{name}_changelist")).status_code == 200, name
        assert head.get(reverse(f"admin:procurement_{name}_add")).status_code == 200, name
    assert head.get(reverse("admin:procurement_purchasecategory_add")).status_code == 200


def test_a_new_house_begins_with_the_shipped_categories() -> None:
    from directory.services.opening import Person, open_house

    open_house(code="N1", name="新院", kind="hospital", system=Person("1", "甲"), rights=Person("2", "乙"))
    assert PurchaseCategory.objects.filter(code="A02010000").exists()


def imported(client: Any, name: str, file: SimpleUploadedFile) -> Any:
    answer = client.post(reverse("import_start", args=(f"procurement.{name}",)), {"file": file}, follow=True)
    if answer.context.get("can_confirm"):
        client.post(reverse("import_confirm", args=(ImportJob.objects.order_by("-pk")[0].key,)))
    return answer


def test_classes_projects_and_categories_come_from_excel(house: House) -> None:
    client = as_user(house.accountant)
    imported(client, "economicclass", workbook(("30201", "办公费"), ("30213", "维修费"), head=("科目编码", "科目名称")))
    assert list(EconomicClass.objects.values_list("code", "name")) == [("30201", "办公费"), ("30213", "维修费")]
    imported(client, "project", workbook(("P1", "病区改造"), head=("项目编码", "项目名称")))
    assert Project.objects.get().organization == house.organization
    head = as_user(house.logistics_head)
    file = workbook(("A02010100", "计算机"), ("C1804", "物业服务"), head=("品目编码", "品目名称"))
    imported(head, "purchasecategory", file)
    assert PurchaseCategory.objects.get(code="A02010100").initials == "JSJ"
    for name in ("economicclass", "project", "purchasecategory"):
        assert head.get(reverse(f"admin:procurement_{name}_export")).status_code == 200


@pytest.mark.parametrize("code", ["A02", "X0201", "02010000", "A02O1"])
def test_categories_with_odd_codes_are_refused(house: House, code: str) -> None:
    answer = imported(
        as_user(house.logistics_head), "purchasecategory", workbook((code, "怪"), head=("品目编码", "品目名称"))
    )
    assert [error.row for error in answer.context["errors"]] == [2]
    assert not PurchaseCategory.objects.exists()


@pytest.mark.parametrize("code", ["requester", "storekeeper", "auditor", "leader"])
def test_who_imports_no_master_data(house: House, code: str) -> None:
    for name in ("economicclass", "project", "purchasecategory"):
        url = reverse("import_start", args=(f"procurement.{name}",))
        assert as_user(house.people[code]).get(url).status_code == 403
