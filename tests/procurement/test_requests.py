"""Purchase requests: what they demand, what their approval takes, and what gives it back."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.documents.models import Approver
from core.documents.routes import signatures_of
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Policy
from inventory.models import ReplenishmentSuggestion
from inventory.services import replenishment
from procurement.models import (
    BudgetAllotment,
    EconomicClass,
    ItemCategoryLink,
    PlanLine,
    PurchaseCategory,
    PurchaseRequest,
    Treatment,
)
from procurement.plan_selectors import requestable_lines
from procurement.services import request_drafts, requests, urgent_papers
from tests.buying import (
    allot,
    allotment_of,
    make_plan,
    make_purchase_request,
    order_approved,
    request_approved,
    sourcing_approved,
    take,
)
from tests.factories import House, rule


def refused(document: Any, step: str, actor: Any, words: str, **options: Any) -> DomainError:
    """The step is refused with these words, and nothing changed."""
    before = type(document).objects.get(pk=document.pk).status
    with pytest.raises(DomainError, match=words) as caught:
        apply_transition(document, step, actor=actor, **options)
    assert type(document).objects.get(pk=document.pk).status == before
    return caught.value


def approved_plan(house: House, *lines: tuple, **fields: Any) -> Any:
    plan = make_plan(house, *lines, **fields)
    return take(plan, ("submit", house.requester), ("approve", house.logistics_head))


def planned_request(house: House, quantity: Any, plan_line: PlanLine, **fields: Any) -> PurchaseRequest:
    """A draft in the plan."""
    line = (house.gloves, quantity, 25, {"plan_line": plan_line})
    return make_purchase_request(house, line, outside_reason="", **fields)


# ---- what a request demands ----


def test_complete_lines_with_prices_above_zero(house: House) -> None:
    free = make_purchase_request(house, (house.gloves, 10, 0))
    error = refused(free, "submit", house.requester, "greater than zero")
    assert (error.line, error.field) == (1, "unit_price")
    bare = make_purchase_request(house)
    bare.lines.all().delete()
    refused(bare, "submit", house.requester, "at least one line")


@pytest.mark.parametrize("value", ["-1", "0"])
def test_no_quantity_below_or_at_zero_reaches_the_table(house: House, value: str) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        make_purchase_request(house, (house.gloves, value, 25))
    assert not PurchaseRequest.objects.filter(lines__quantity__lte=0).exists()


def test_reasons_for_what_is_urgent_or_outside_the_plan(house: House) -> None:
    """R-PRC-03: outside the plan a reason is demanded."""
    document = make_purchase_request(house, outside_reason=" ")
    assert refused(document, "submit", house.requester, "comes from an approved plan").field == "outside_reason"
    document = make_purchase_request(house, urgent=True)
    assert refused(document, "submit", house.requester, "why this is urgent").field == "urgent_reason"


def other_allotment(house: House, **fields: Any) -> BudgetAllotment:
    known = {
        "organization": house.organization,
        "year": clock.today().year,
        "department": house.ward,
        "economic_class": EconomicClass.objects.get_or_create(code="30201", defaults={"name": "办公费"})[0],
    }
    return BudgetAllotment.objects.create(**{**known, **fields})


def test_R_PRC_02_an_allotment_of_this_year_department_and_house(house: House, other_house: House) -> None:
    own = allotment_of(house)
    for fields, words in (
        ({"year": clock.today().year - 1}, "not a budget of"),
        ({"department": house.other_ward}, "another department"),
        ({"organization": other_house.organization, "department": other_house.ward}, "another organization"),
    ):
        document = make_purchase_request(house, allotment=other_allotment(house, **fields))
        assert refused(document, "submit", house.requester, words).field == "allotment"
        on_line = {"allotment": document.allotment}
        line = make_purchase_request(house, (house.gloves, 1, 25, on_line), allotment=own)
        assert refused(line, "submit", house.requester, words).line == 1
    document = make_purchase_request(house)
    PurchaseRequest.objects.filter(pk=document.pk).update(allotment=None)
    refused(document, "submit", house.requester, "Choose the budget allotment")


def test_a_line_for_another_department_needs_a_plan_or_a_role_for_the_house(house: House) -> None:
    foreign = other_allotment(house, department=house.other_ward)
    columns = {"department": house.other_ward, "allotment": foreign}
    document = make_purchase_request(house, (house.gloves, 1, 25, columns))
    assert refused(document, "submit", house.requester, "cannot ask for").field == "department"
    buyers = make_purchase_request(
        house, (house.gloves, 1, 25, columns), created_by=house.buyer, department=house.logistics
    )
    assert take(buyers, ("submit", house.buyer)).status == "submitted"


def test_R_AST_03_a_dear_item_in_the_store_needs_a_reason(house: House) -> None:
    document = make_purchase_request(house, (house.gloves, 1, 1000))
    assert refused(document, "submit", house.requester, "asset card").field == "stock_reason"
    line = document.lines.get()
    line.stock_reason = "耗材整箱"
    line.save()
    assert take(document, ("submit", house.requester)).status == "submitted"
    card = make_purchase_request(house, (house.gloves, 1, 1000, {"treatment": Treatment.ASSET, "warehouse": None}))
    assert take(card, ("submit", house.requester)).status == "submitted"


def test_what_goes_into_the_store_names_the_store(house: House, other_house: House) -> None:
    for warehouse in (None, other_house.warehouse):
        document = make_purchase_request(house, (house.gloves, 1, 25, {"warehouse": warehouse}))
        assert refused(document, "submit", house.requester, "Choose the warehouse").field == "warehouse"


# ---- approval ----


def test_nobody_approves_his_own_request(house: House) -> None:
    """R-PRC-11: whoever made, changed or submitted it does not approve it, not even as the head."""
    document = make_purchase_request(house, created_by=house.department_head)
    document = take(document, ("submit", house.department_head))
    with pytest.raises(NotAllowed, match="You made"):
        apply_transition(document, "approve", actor=house.department_head)
    assert PurchaseRequest.objects.get(pk=document.pk).status == "submitted"
    assert allotment_of(house).reserved == 0


def test_R_PRC_02_approval_reserves_and_cancelling_releases(house: House) -> None:
    document = request_approved(house, (house.gloves, 10, 25), (house.paper, 2, 30))
    allotment = allotment_of(house)
    assert (allotment.reserved, allotment.available) == (Decimal("310.00"), Decimal("99690.00"))
    take(document, ("cancel", house.logistics_head))
    assert allotment_of(house).reserved == 0
    assert set(document.lines.values_list("reserved", flat=True)) == {Decimal("0.00")}


def test_R_PRC_02_a_request_above_the_budget_is_not_approved(house: House) -> None:
    allot(house, 200)
    document = take(make_purchase_request(house, (house.gloves, 10, 25)), ("submit", house.requester))
    refused(document, "approve", house.logistics_head, "The budget does not cover this: 250.00 yuan are needed, 200.00")
    assert allotment_of(house).reserved == 0


def test_a_returned_request_may_be_charged_to_another_allotment(house: House) -> None:
    document = request_approved(house)
    document = take(document, ("reject", house.logistics_head))
    assert allotment_of(house).reserved == 0
    assert document.lines.get().allotment_id is None


def test_nothing_is_taken_back_once_something_is_ordered(house: House) -> None:
    document = request_approved(house)
    order_approved(house, sourcing_approved(house, document))
    reserved = allotment_of(house).reserved
    for step in ("cancel", "reject"):
        refused(document, step, house.logistics_head, "ordered already", reason="不要了")
    assert allotment_of(house).reserved == reserved


def test_closing_the_rest_frees_budget_and_plan(house: House) -> None:
    plan_line = approved_plan(house).lines.get()
    document = planned_request(house, 40, plan_line)
    document = take(document, ("submit", house.requester), ("approve", house.logistics_head))
    plan_line.refresh_from_db()
    assert plan_line.requested_quantity == 40
    with pytest.raises(DomainError, match="reason"):
        requests.close_rest(document, actor=house.requester, reason=" ")
    with pytest.raises(NotAllowed):
        requests.close_rest(document, actor=house.other_requester, reason="不要了")
    assert allotment_of(house).reserved == 1000
    document = requests.close_rest(document, actor=house.requester, reason="不要了")
    plan_line.refresh_from_db()
    assert (document.progress, allotment_of(house).reserved, plan_line.requested_quantity) == ("closed", 0, 0)
    with pytest.raises(IllegalTransition, match="Nothing is open"):
        requests.close_rest(document, actor=house.requester, reason="再来一次")


def test_closing_the_rest_leaves_what_is_ordered_reserved(house: House) -> None:
    document = request_approved(house, (house.gloves, 10, 25))
    order = order_approved(house, sourcing_approved(house, document))
    with pytest.raises(IllegalTransition):
        requests.close_rest(document, actor=house.requester, reason="不要了")
    assert allotment_of(house).reserved == order.total_amount


# ---- plans ----


def tiers(house: House) -> None:
    """The head of the department, the head of logistics, from 5000 yuan on a leader."""
    for order, (amount, role) in enumerate(((0, "department_head"), (0, "logistics_head"), (5000, "leader")), start=1):
        rule(house, PurchaseRequest, Approver.ROLE, role=role, from_amount=amount, order=order)


def roles_of(document: PurchaseRequest) -> list[str]:
    return [row.role.role.code for row in signatures_of(document)]


def test_R_PRC_03_outside_the_plan_one_level_more_signs(house: House) -> None:
    plan_line = approved_plan(house, (house.gloves, 1000, 25)).lines.get()
    tiers(house)
    inside = take(planned_request(house, 1, plan_line), ("submit", house.requester))
    outside = take(make_purchase_request(house, (house.gloves, 1, 25)), ("submit", house.requester))
    dear = take(planned_request(house, 200, plan_line), ("submit", house.requester))
    assert (inside.outside_plan, outside.outside_plan) == (False, True)
    assert roles_of(inside) == ["department_head", "logistics_head"]
    assert roles_of(outside) == roles_of(dear) == ["department_head", "logistics_head", "leader"]


def test_a_plan_line_is_not_overdrawn(house: House) -> None:
    plan_line = approved_plan(house, (house.gloves, 100, 25)).lines.get()
    refused(planned_request(house, 101, plan_line), "submit", house.requester, "the plan leaves 100")
    first = take(planned_request(house, 60, plan_line), ("submit", house.requester))
    second = take(planned_request(house, 60, plan_line), ("submit", house.requester))
    take(first, ("approve", house.logistics_head))
    refused(second, "approve", house.logistics_head, "the plan leaves only 40")
    plan_line.refresh_from_db()
    assert plan_line.requested_quantity == 60
    assert allotment_of(house).reserved == 1500


def test_a_plan_line_is_about_the_same_thing_and_department(house: House) -> None:
    plan_line = approved_plan(house).lines.get()
    paper = make_purchase_request(house, (house.paper, 1, 25, {"plan_line": plan_line}), outside_reason="")
    refused(paper, "submit", house.requester, "make it a line outside the plan")
    elsewhere = planned_request(house, 1, plan_line, department=house.other_ward, created_by=house.other_requester)
    other_allotment(house, department=house.other_ward)
    PurchaseRequest.objects.filter(pk=elsewhere.pk).update(allotment=None)
    elsewhere.lines.update(allotment=other_allotment(house, department=house.other_ward, fund_source="own"))
    refused(elsewhere, "submit", house.other_requester, "enter that department")
    draft = make_plan(house).lines.get()
    refused(planned_request(house, 1, draft), "submit", house.requester, "cannot be requested")


def test_lines_of_several_departments_become_one_request(house: House) -> None:
    ward = approved_plan(house, (house.gloves, 100, 25), (house.paper, 5, 30))
    other = make_plan(house, (house.gloves, 50, 25), department=house.other_ward, created_by=house.other_requester)
    other = take(other, ("submit", house.other_requester), ("approve", house.logistics_head))
    lines = requestable_lines(house.buyer)
    document = request_drafts.draft_from_plan(lines, actor=house.buyer)
    rows = [(line.title, line.department, line.quantity) for line in document.lines.order_by("position")]
    assert len(rows) == 3
    assert {ward.number, other.number} == set(document.source_reference.split(", "))
    gloves = [row for row in rows if row[0] == house.gloves.name]
    assert gloves == [(house.gloves.name, house.ward, 100), (house.gloves.name, house.other_ward, 50)]
    assert (document.source, document.status) == ("plan", "draft")


# ---- urgent ----


def test_an_urgent_request_is_signed_by_the_last_level_alone(house: House) -> None:
    """docs/adr/0020: the level that the amount and the plan lead to, and nobody below it."""
    plan_line = approved_plan(house).lines.get()
    tiers(house)
    urgent = {"urgent": True, "urgent_reason": "停电抢修"}
    inside = take(planned_request(house, 1, plan_line, **urgent), ("submit", house.requester))
    outside = take(make_purchase_request(house, **urgent), ("submit", house.requester))
    assert (roles_of(inside), roles_of(outside)) == (["logistics_head"], ["leader"])
    assert outside.papers_due == clock.today() + dt.timedelta(days=7)
    take(outside, ("approve", house.leader))
    assert allotment_of(house).reserved == 250


def test_the_days_for_the_papers_are_a_dated_figure(house: House) -> None:
    Policy.objects.create(
        organization=house.organization, key="urgent_papers", value=3, valid_from=clock.today(), basis="院办"
    )
    document = make_purchase_request(house, urgent=True, urgent_reason="停电抢修")
    assert take(document, ("submit", house.requester)).papers_due == clock.today() + dt.timedelta(days=3)


def test_papers_are_handed_in_with_a_file(house: House) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core.attachments import attach

    document = request_approved(house, urgent=True, urgent_reason="停电抢修")
    assert requests.papers_missing(document)
    with pytest.raises(DomainError, match="Attach the papers"):
        urgent_papers.hand_in(document, actor=house.requester)
    assert requests.papers_missing(PurchaseRequest.objects.get(pk=document.pk))
    attach(document, SimpleUploadedFile("报告.pdf", b"%PDF-1.4 paper"), actor=house.requester)
    with pytest.raises(NotAllowed):
        urgent_papers.hand_in(document, actor=house.other_requester)
    document = urgent_papers.hand_in(document, actor=house.requester)
    assert (requests.papers_missing(document), document.papers_in_on) == (False, clock.today())
    with pytest.raises(IllegalTransition, match="No papers"):
        urgent_papers.hand_in(document, actor=house.requester)


# ---- drafts for others ----


def suggestion(house: House, **fields: Any) -> ReplenishmentSuggestion:
    known = {
        "organization": house.organization,
        "warehouse": house.warehouse,
        "item": house.gloves,
        "in_stock": 1,
        "minimum": 10,
        "quantity": 20,
    }
    return ReplenishmentSuggestion.objects.create(**{**known, **fields})


def test_suggestions_become_a_draft_that_links_back(house: House) -> None:
    category = PurchaseCategory.objects.create(code="A0701", name="医用材料")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    rows = [suggestion(house), suggestion(house, item=house.paper, quantity=5)]
    reference = replenishment.request(rows, actor=house.storekeeper)
    document = PurchaseRequest.objects.get()
    assert (reference, document.source) == (f"#{document.pk}", "replenishment")
    line = document.lines.get(item=house.gloves)
    assert (line.quantity, line.warehouse, line.category, line.treatment) == (20, house.warehouse, category, "stock")
    apply_transition(document, "cancel", actor=house.storekeeper, reason="不买了")
    assert set(ReplenishmentSuggestion.objects.values_list("state", "reference")) == {("open", "")}


def test_an_approved_request_is_named_by_its_number(house: House) -> None:
    row = suggestion(house)
    replenishment.request([row], actor=house.storekeeper)
    document = PurchaseRequest.objects.get()
    PurchaseRequest.objects.filter(pk=document.pk).update(allotment=other_allotment(house, department=house.logistics))
    BudgetAllotment.objects.filter(department=house.logistics).update(amount=10_000)
    document.lines.update(unit_price=25)
    for line in document.lines.all():
        line.save()
    document = take(document, ("submit", house.storekeeper), ("approve", house.logistics_head))
    row.refresh_from_db()
    assert (row.state, row.reference) == ("ordered", document.number)


def test_a_draft_for_a_repair(house: House) -> None:
    part = requests.Part(quantity=Decimal(1), unit=house.gloves.unit, name="水泵", unit_price=Decimal(3500))
    document = requests.draft_from(
        source=PurchaseRequest.Source.REPAIR,
        reference="WX202611001",
        lines=[part],
        actor=house.requester,
        purpose="换泵",
    )
    line = document.lines.get()
    assert (document.source_reference, line.name, line.treatment) == ("WX202611001", "水泵", Treatment.ASSET)
    with pytest.raises(DomainError, match="at least one line"):
        requests.draft_from(source="repair", reference="WX1", lines=[], actor=house.requester)
    with pytest.raises(NotAllowed):
        requests.draft_from(source="repair", reference="WX1", lines=[part], actor=house.leader)
    assert PurchaseRequest.objects.count() == 1


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_for_the_last_yuan_one_wins(house: House) -> None:
    """R-PRC-02 under two people at once."""
    allot(house, 300)
    papers = [take(make_purchase_request(house, (house.gloves, 10, 25)), ("submit", house.requester)) for _n in "ab"]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def approve(document: PurchaseRequest) -> None:
        try:
            start.wait()
            apply_transition(document, "approve", actor=house.again("logistics_head"))
            outcomes.append("approved")
        except DomainError as error:
            outcomes.append("refused" if "does not cover" in str(error) else str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(paper,)) for paper in papers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "refused"]
    assert allotment_of(house).reserved == 250
