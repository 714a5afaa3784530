"""借用单 and 归还单: tools lent to people of the house (R-STK-18), brought back, lost, overdue."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import clock
from core.documents.registry import all_types
from core.documents.services import apply_transition, available_transitions, events_of
from core.errors import DomainError, InsufficientStock, NotAllowed
from core.models import Notice
from directory.models import User
from inventory.models import LoanReturn, StockMove, StockValue, ToolLoan
from inventory.services import loans
from inventory.services.loss_verification import verify_costs, verify_loans
from inventory.services.verification import verify_stock
from tests.factories import House, at, run
from tests.losses import drill, make_loan, make_loan_return

from .screens import as_user, line_data, said

pytestmark = pytest.mark.django_db


def clean() -> bool:
    return [str(finding) for finding in (*verify_stock(), *verify_costs(), *verify_loans())] == []


def test_lent_tools_leave_the_stock_and_come_back_at_their_cost(house: House) -> None:
    item = drill(house)
    loan = run(house, make_loan(house, (item, 3)))
    assert (StockValue.objects.get().quantity, loan.lines.get().amount, loan.settled) == (7, 300, False)
    assert StockMove.objects.get(number=loan.number).target.kind == "loan"
    back = make_loan_return(house, loan, 2)
    back = run(house, back)
    loan.refresh_from_db()
    assert (StockValue.objects.get().quantity, loan.lines.get().returned_quantity, loan.settled) == (9, 2, False)
    assert [event.step for event in events_of(back)] == ["submit", "approve", "post"]
    run(house, make_loan_return(house, loan, 1))
    loan.refresh_from_db()
    assert (StockValue.objects.get().quantity, StockValue.objects.get().amount, loan.settled) == (10, 1000, True)
    assert clean()
    with pytest.raises(DomainError):
        run(house, loan, "reverse")
    run(house, back, "reverse")
    loan.refresh_from_db()
    assert (StockValue.objects.get().quantity, loan.settled) == (8, False)
    assert clean()


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"purpose": "  "}, "what work"),
        ({"due_on": dt.date(2000, 1, 1)}, "before the day they are lent"),
    ],
)
def test_a_loan_that_says_too_little_is_refused(house: House, fields: dict[str, Any], match: str) -> None:
    document = make_loan(house, **fields)
    before = StockMove.objects.count()
    with pytest.raises(DomainError, match=match):
        run(house, document, "submit")
    document.refresh_from_db()
    assert (document.status, StockMove.objects.count()) == ("draft", before)


def test_R_STK_18_nothing_is_lent_to_people_outside_the_house(house: House, other_house: House) -> None:
    stranger = make_loan(house, borrower=other_house.requester)
    with pytest.raises(DomainError, match="people who work here"):
        run(house, stranger, "submit")
    document = run(house, make_loan(house), "submit", "approve")
    User.objects.filter(pk=house.requester.pk).update(is_active=False)
    with pytest.raises(DomainError, match="people who work here"):
        apply_transition(document, "post", actor=house.storekeeper)
    assert not StockMove.objects.filter(target__kind="loan").exists()


def test_R_STK_18_only_tools_are_lent_and_no_kind_of_paper_keeps_what_belongs_to_others(house: House) -> None:
    document = make_loan(house, (house.gloves, 1))
    with pytest.raises(DomainError, match="issue it instead") as refused:
        run(house, document, "submit")
    assert refused.value.line == 1
    kinds = {kind.model.__name__ for kind in all_types()}
    assert {"ToolLoan", "LoanReturn"} <= kinds
    assert not [name for name in kinds if "Consign" in name or "Private" in name or "Deposit" in name]


def test_nobody_approves_what_is_lent_to_himself(house: House) -> None:
    fields = {"borrower": house.logistics_head, "department": house.logistics}
    document = run(house, make_loan(house, **fields), "submit")
    assert "approve" not in [step.name for step in available_transitions(document, actor=house.logistics_head)]
    with pytest.raises(NotAllowed, match="borrow these tools yourself"):
        apply_transition(document, "approve", actor=house.logistics_head)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_more_than_there_is_is_not_lent(house: House) -> None:
    item = drill(house, 2)
    with pytest.raises(InsufficientStock):
        run(house, make_loan(house, (item, 3)))
    assert StockValue.objects.get().quantity == 2


def test_what_is_lost_is_explained_approved_and_written_off(house: House) -> None:
    item = drill(house)
    loan = run(house, make_loan(house, (item, 3)))
    silent = make_loan_return(house, loan, (1, 2))
    with pytest.raises(DomainError, match="say what happened") as refused:
        run(house, silent, "submit")
    assert refused.value.field == "explanation"
    told = make_loan_return(house, loan, (1, 2), explanation="丢在工地", compensation=Decimal(150))
    told = run(house, told, "submit")
    assert told.status == "submitted"
    assert loans.worth_lost(told) == 200
    told = run(house, told, "approve", "post")
    loan.refresh_from_db()
    line = loan.lines.get()
    assert (line.returned_quantity, line.lost_quantity, loan.settled) == (1, 2, True)
    assert StockMove.objects.get(number=told.number, target__kind="scrap").amount == 200
    assert (StockValue.objects.get().quantity, clean()) == (8, True)


@pytest.mark.parametrize("pair", [(4, 0), (2, 2), (0, 4)])
def test_no_more_comes_back_than_was_lent(house: House, pair: tuple[int, int]) -> None:
    loan = run(house, make_loan(house, (drill(house), 3)))
    document = make_loan_return(house, loan, pair, explanation="丢失")
    with pytest.raises(DomainError, match="at most 3"):
        run(house, document, "submit")
    assert StockValue.objects.get().quantity == 7


def test_overdue_tools_are_listed_and_everybody_concerned_is_told_once(house: House) -> None:
    today = clock.today()
    with at(today - dt.timedelta(days=20)):
        loan = run(house, make_loan(house))
        fresh = run(house, make_loan(house, due_on=today))
    assert list(loans.overdue_loans()) == [loan]
    keeper = as_user(house.storekeeper)
    page = keeper.get(reverse("toolloan_list"), {"where": "overdue"}).content.decode()
    assert loan.number in page
    assert fresh.number not in page
    assert "12 days overdue" in page
    call_command("loan_reminders")
    call_command("loan_reminders")
    told = Notice.objects.filter(event__step="overdue")
    people = {house.requester.pk, house.storekeeper.pk, house.second_storekeeper.pk}
    assert (set(told.values_list("user", flat=True)), told.count()) == (people, 3)
    nurse = as_user(house.requester)
    assert "Overdue" in nurse.get(reverse("notices")).content.decode()
    assert "Overdue tools" in nurse.get(reverse("workbench")).content.decode()
    assert "Overdue tools" not in as_user(house.other_requester).get(reverse("workbench")).content.decode()
    assert ToolLoan.objects.visible_to(house.requester).count() == 2
    assert not ToolLoan.objects.visible_to(house.other_requester).exists()


def test_lending_and_taking_back_through_the_screens(house: House) -> None:
    item = drill(house)
    keeper = as_user(house.storekeeper)
    data = {
        "borrower": house.requester.pk,
        "purpose": "病房挂画",
        "due_on": f"{clock.today() + dt.timedelta(days=3):%Y-%m-%d}",
        "warehouse": house.warehouse.pk,
        "business_date": f"{clock.today():%Y-%m-%d}",
        "then": "submit",
        **line_data({"item": item.pk, "quantity": "2", "serial": "D-07"}),
    }
    refused = keeper.post(reverse("toolloan_new"), {**data, **line_data({"item": house.gloves.pk, "quantity": "1"})})
    assert "issue it instead" in refused.content.decode()
    assert not ToolLoan.objects.exists()
    keeper.post(reverse("toolloan_new"), data)
    loan = ToolLoan.objects.get()
    assert (loan.status, loan.department, loan.lines.get().serial) == ("submitted", house.ward, "D-07")
    run(house, loan, "approve", "post")
    detail = keeper.get(reverse("toolloan_detail", args=(loan.pk,)))
    url = detail.context["calls"][0]["url"]
    assert loan.number in keeper.get(reverse("loanreturn_choose")).content.decode()
    page = keeper.get(url)
    assert [(f["quantity"].value(), f["intact"].value()) for f in page.context["formset"]] == [("2", True)]
    row = {"key": page.context["formset"].forms[0]["key"].value(), "quantity": "2", "intact": "on"}
    answer = {
        "request_key": str(page.context["request_key"]),
        "business_date": f"{clock.today():%Y-%m-%d}",
        "then": "submit",
        **line_data(row, initial=1),
    }
    response = keeper.post(url, answer, follow=True)
    back = LoanReturn.objects.get()
    loan.refresh_from_db()
    assert (back.status, loan.settled) == ("posted", True), said(response)
    for document in (loan, back):
        name = document._meta.model_name
        for screen in ("detail", "print"):
            assert keeper.get(reverse(f"{name}_{screen}", args=(document.pk,))).status_code == 200
        for screen in ("list", "export"):
            assert keeper.get(reverse(f"{name}_{screen}")).status_code == 200
    assert as_user(house.requester).get(reverse("toolloan_new")).status_code == 403


def test_a_broken_cache_is_named(house: House) -> None:
    run(house, make_loan(house))
    assert clean()
    ToolLoan.objects.update(settled=True)
    assert not clean()
