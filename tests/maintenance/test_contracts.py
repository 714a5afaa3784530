"""外委维修单: offers, warranty, who accepts, and what the order learns from its papers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.attachments import attach, attachments_of
from core.documents.services import apply_transition, available_transitions
from core.errors import DomainError, NotAllowed
from core.models import Notice
from core.models.attachments import Attachment
from directory.models import Supplier
from maintenance.models import ContractorJob
from maintenance.services import contracts, warranty
from maintenance.services.progress import take_step
from tests.factories import House, at, make_person, run
from tests.holding import make_asset
from tests.inventory.screens import as_user, line_data
from tests.repairing import bring, make_job, make_order, make_team

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


def refused(house: House, job: ContractorJob, sentence: str, field: str) -> None:
    """Submitting says why not, beside a field, and nothing happened."""
    with pytest.raises(DomainError, match=sentence) as said:
        run(house, job, "submit")
    assert said.value.field == field
    job.refresh_from_db()
    job.order.refresh_from_db()
    assert (job.status, job.number, job.order.contractor) == ("draft", None, None)


# ---- offers ----


def test_the_chosen_firm_made_an_offer(house):
    rival = Supplier.objects.create(code="X1", name="无报价公司")
    refused(house, make_job(house, supplier=rival), "made no offer", "supplier")


def test_no_more_than_the_offer_is_agreed(house):
    refused(house, make_job(house, amount=Decimal("800.01")), "no more than that", "amount")


def test_a_dearer_firm_needs_a_reason(house):
    cheap = Supplier.objects.create(code="X2", name="便宜公司")
    job = make_job(house, offers=((house.supplier, 800), (cheap, 500)))
    refused(house, job, "asks for less", "choice_reason")
    ContractorJob.objects.filter(pk=job.pk).update(choice_reason="原厂配件")
    assert run(house, job, "submit").status == "submitted"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [({"active": False}, "is stopped"), ({"blacklisted_until": dt.date(2999, 1, 1)}, "black list")],
)
def test_a_firm_that_cannot_be_used(house, columns, sentence):
    Supplier.objects.filter(pk=house.supplier.pk).update(**columns)
    refused(house, make_job(house), sentence, "supplier")


def test_an_order_that_is_over_is_given_to_nobody(house):
    refused(house, make_job(house, order=bring(house, make_order(house), "done")), "no work can be given out", "order")


def test_an_order_of_another_house(house, other_house):
    refused(house, make_job(house, order=make_order(other_house)), "another organization", "order")


# ---- approval: the firm has the order ----


def test_the_firm_has_the_order_once_it_is_approved(house):
    job = run(house, make_job(house), "submit")
    job.order.refresh_from_db()
    assert job.order.contractor is None
    job = run(house, job, "approve")
    job.order.refresh_from_db()
    assert job.order.contractor == house.supplier
    event = job.order.events.get(step="contract")
    assert job.number in event.who
    assert event.data == {"contractor": house.supplier.pk}


def test_the_amount_decides_who_signs():
    from core.documents.registry import for_model

    assert for_model(ContractorJob).tiers == ((0, "logistics_head"), (10_000, "leader"))


def test_an_order_cancelled_meanwhile_is_not_given_out(house):
    job = run(house, make_job(house), "submit")
    take_step(job.order, "cancel", actor=house.requester, reason="不用了")
    with pytest.raises(DomainError, match="no work can be given out"):
        run(house, job, "approve")
    job.refresh_from_db()
    job.order.refresh_from_db()
    assert (job.status, job.order.contractor) == ("submitted", None)


@pytest.mark.parametrize("step", ["reject", "cancel"])
def test_the_firm_loses_the_order_with_its_paper(house, step):
    job = run(house, make_job(house), "submit", "approve")
    run(house, job, step)
    job.order.refresh_from_db()
    assert job.order.contractor is None


def test_an_order_is_never_left_in_nobodys_hands(house):
    """The firm went to work without a worker of the house: its paper stays until somebody else has the order."""
    job = run(house, make_job(house), "submit", "approve")
    take_step(job.order, "triage", actor=house.repair_dispatcher)
    take_step(job.order, "dispatch", actor=house.repair_dispatcher)
    take_step(job.order, "accept", actor=house.repair_dispatcher)
    with pytest.raises(DomainError, match="dispatch the order to a worker first"):
        run(house, job, "cancel")
    job.refresh_from_db()
    assert job.status == "approved"
    team = make_team(house)
    take_step(
        job.order,
        "transfer",
        actor=house.repair_dispatcher,
        reason="自己修",
        write=lambda _order: {"team": team, "worker": house.repair_worker},
    )
    assert run(house, job, "cancel").status == "cancelled"


# ---- acceptance ----


def accept(job, actor, **fields):
    given = {"final_amount": Decimal(700), "invoice_number": "FP-9", "accepted_on": clock.today(), **fields}
    return contracts.accept(job, **given, actor=actor)


def approved(house, **fields) -> ContractorJob:
    nothing = {"final_amount": None, "invoice_number": "", "accepted_on": None}
    return run(house, make_job(house, **{**nothing, **fields}), "submit", "approve")


def test_accepted_for_less_than_agreed(house):
    job = accept(approved(house), house.asset_manager)
    job.refresh_from_db()
    job.order.refresh_from_db()
    assert (job.status, job.final_amount, job.invoice_number) == ("posted", Decimal(700), "FP-9")
    assert (job.accepted_on, job.accepted_by) == (clock.today(), house.asset_manager)
    assert job.order.cost_external == Decimal(700)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"final_amount": Decimal("800.01")}, "final_amount"),
        ({"final_amount": Decimal("-1")}, "final_amount"),
        ({"invoice_number": "  "}, "invoice_number"),
        ({"accepted_on": dt.date(2999, 1, 1)}, "accepted_on"),
        ({"accepted_on": dt.date(2000, 1, 1)}, "accepted_on"),
    ],
)
def test_what_is_not_accepted(house, fields, field):
    job = approved(house)
    with pytest.raises(DomainError) as said:
        accept(job, house.asset_manager, **fields)
    job.refresh_from_db()
    job.order.refresh_from_db()
    assert said.value.field == field
    assert (job.status, job.final_amount, job.order.cost_external) == ("approved", None, Decimal(0))


def test_the_bare_step_asks_for_the_acceptance(house):
    job = approved(house)
    with pytest.raises(DomainError, match="final amount"):
        apply_transition(job, "post", actor=house.asset_manager)
    job.refresh_from_db()
    assert job.status == "approved"


def test_who_gave_it_out_or_approved_it_does_not_accept_it(house):
    """Three people see the money of a firm: its maker, its approver, and whoever accepts the work."""
    job = approved(house)
    boss = house.logistics_head
    boss.is_superuser = True
    boss.save()
    boss = house.again("logistics_head")
    for person, words in ((house.repair_dispatcher, "gave this work out"), (boss, "approved this work")):
        assert "post" not in [step.name for step in available_transitions(job, actor=person)]
        with pytest.raises(NotAllowed, match=words):
            accept(job, person)
    job.refresh_from_db()
    assert (job.status, job.accepted_by) == ("approved", None)
    colleague = make_person(house.organization, house.logistics, "D2", "调度二", "repair_dispatcher")
    assert accept(job, colleague).status == "posted"


def test_the_using_department_accepts_what_was_done_for_it(house):
    """Its acceptor and head do; those of another ward do not even see it."""
    job = approved(house, department=house.ward)
    with pytest.raises(NotAllowed):
        accept(job, house.other_head)
    assert not ContractorJob.objects.visible_to(house.other_head).exists()
    assert accept(job, house.acceptor).accepted_by == house.acceptor


def test_reversed_it_costs_nothing_and_may_be_given_out_again(house):
    order = bring(house, make_order(house), "on_site")
    job = run(house, make_job(house, order=order))
    order.refresh_from_db()
    assert order.cost_external == Decimal(780)
    order = take_step(order, "finish", actor=house.repair_worker)
    run(house, job, "reverse")
    order.refresh_from_db()
    assert order.cost_external == Decimal(0)
    again = run(house, make_job(house, order=order, final_amount=Decimal(500)))
    order.refresh_from_db()
    assert (again.status, order.cost_external, order.state) == ("posted", Decimal(500), "done")


def test_who_may_accept_is_told_when_the_work_is_done(house):
    """The asset manager, the head and the acceptor of the using department; once."""
    order = bring(house, make_order(house), "on_site")
    job = approved(house, order=order, department=house.ward)
    told = Notice.objects.filter(code="repair_to_accept")
    assert not told.exists()
    order = take_step(order, "finish", actor=house.repair_worker)
    assert {row.user for row in told} == {house.asset_manager, house.department_head, house.acceptor}
    assert {row.words["job"] for row in told} == {job.number}
    order = take_step(order, "reopen", actor=house.requester, reason="还漏")
    take_step(take_step(order, "arrive", actor=house.repair_worker), "finish", actor=house.repair_worker)
    assert told.count() == 3


def test_quotations_and_the_contract_lie_with_the_job(house):
    job = make_job(house)
    contract = SimpleUploadedFile("合同.pdf", b"%PDF-1.4 contract")
    row = attach(job, contract, actor=house.repair_dispatcher)
    assert [file["name"] for file in attachments_of(job, house.repair_dispatcher)] == [row.name]
    with pytest.raises(NotAllowed):
        attach(job, SimpleUploadedFile("x.pdf", b"%PDF-1.4 x"), actor=house.requester)
    assert Attachment.objects.count() == 1


# ---- warranty ----


def test_a_thing_under_warranty_goes_to_its_supplier_first(house):
    """R-REP-10: paying needs a reason; the firm that repairs it for nothing needs none."""
    asset = make_asset(house, warranty_until=clock.today() + dt.timedelta(days=10), supplier=house.supplier)
    order = make_order(house, asset=asset)
    found = warranty.of_order(order)
    assert (found.firm, found.until) == (house.supplier, asset.warranty_until)
    job = make_job(house, order=order)
    refused(house, job, "under warranty", "warranty_reason")
    ContractorJob.objects.filter(pk=job.pk).update(warranty_reason="人为损坏,不在保修范围")
    assert run(house, job, "submit").status == "submitted"
    free = make_job(house, order=order, amount=Decimal(0))
    assert run(house, free, "submit").status == "submitted"


def test_after_the_warranty_everybody_is_paid(house):
    """R-REP-10: the day of the report decides."""
    asset = make_asset(house, warranty_until=clock.today() - dt.timedelta(days=1))
    order = make_order(house, asset=asset)
    assert warranty.of_order(order) is None
    assert run(house, make_job(house, order=order), "submit").status == "submitted"


def test_the_warranty_of_an_earlier_job(house):
    """R-REP-10: at the same place and of the same category, as long as the firm answers for its work."""
    with at(TODAY - dt.timedelta(days=100)):
        first = run(house, make_job(house, warranty_months=6))
    with at(TODAY):
        order = make_order(house)
        found = warranty.of_order(order)
        assert found.firm == house.supplier
        assert first.number in found.basis
        assert found.until == warranty.months_after(TODAY - dt.timedelta(days=100), 6)
        refused(house, make_job(house, order=order), "under warranty", "warranty_reason")
    with at(TODAY + dt.timedelta(days=100)):
        assert warranty.of_order(make_order(house)) is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2027, 12, 31), 2, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 20), 0, dt.date(2026, 11, 20)),
        (dt.date(2026, 11, 20), 24, dt.date(2028, 11, 20)),
    ],
)
def test_months_after(day, months, expected):
    assert warranty.months_after(day, months) == expected


# ---- screens ----


def head(order, supplier, **fields):
    return {
        "order": order.pk,
        "supplier": supplier.pk,
        "scope": "换阀",
        "amount": "300",
        "business_date": clock.today().isoformat(),
        "request_key": "7f2a8a44-7f2b-4f6c-8a5d-0d6d8a1f3b11",
        **fields,
    }


def test_from_the_order_to_the_accepted_work(house):
    order = make_order(house)
    client = as_user(house.repair_dispatcher)
    page = client.get(reverse("contractorjob_new"), {"order": order.pk})
    assert page.context["form"]["order"].value() == order.pk
    data = head(order, house.supplier, then="submit") | line_data({"supplier": house.supplier.pk, "amount": "320"})
    client.post(reverse("contractorjob_new"), data)
    job = ContractorJob.objects.get()
    assert (job.status, job.department, job.amount) == ("submitted", house.ward, Decimal(300))
    run(house, job, "approve")
    address = reverse("contractorjob_detail", args=(job.pk,))
    assert "acceptance_form" not in client.get(address).context
    acceptor = as_user(house.acceptor)
    assert acceptor.get(address).context["acceptance_form"]
    accepting = reverse("contractorjob_accept", args=(job.pk,))
    bad = acceptor.post(accepting, {"final_amount": "301", "invoice_number": "F1", "accepted_on": clock.today()})
    assert bad.context["acceptance_form"].errors["final_amount"]
    job.refresh_from_db()
    assert job.status == "approved"
    acceptor.post(accepting, {"final_amount": "290", "invoice_number": "F1", "accepted_on": clock.today()})
    job.refresh_from_db()
    assert (job.status, job.final_amount) == ("posted", Decimal(290))
    for screen in ("detail", "print"):
        assert b"F1" in acceptor.get(reverse(f"contractorjob_{screen}", args=(job.pk,))).content


def test_under_warranty_the_form_begins_with_the_firm_that_owes_it(house):
    """R-REP-10"""
    asset = make_asset(house, warranty_until=clock.today(), supplier=house.supplier)
    order = make_order(house, asset=asset)
    page = as_user(house.repair_dispatcher).get(reverse("contractorjob_new"), {"order": order.pk})
    assert page.context["form"]["supplier"].value() == house.supplier.pk
    assert page.context["form"]["amount"].value() == 0
    assert asset.number in page.context["lead"]


def test_the_same_firm_twice_is_refused_on_the_form(house):
    order = make_order(house)
    line = {"supplier": house.supplier.pk, "amount": "320"}
    data = head(order, house.supplier) | line_data(line, line)
    page = as_user(house.repair_dispatcher).post(reverse("contractorjob_new"), data)
    assert page.context["formset"].forms[1].errors["supplier"]
    assert not ContractorJob.objects.exists()


def test_orders_of_others_are_not_offered(house, other_house):
    mine, theirs = make_order(house), make_order(other_house, title="外院水龙头")
    done = bring(house, make_order(house), "done")
    client = as_user(house.repair_dispatcher)
    found = client.get(reverse("orders_to_give"), {"q": "水龙头"}).json()["results"]
    assert [row["id"] for row in found] == [mine.pk]
    data = head(theirs, house.supplier) | line_data({"supplier": house.supplier.pk, "amount": "320"})
    assert "order" in client.post(reverse("contractorjob_new"), data).context["form"].errors
    assert done.state == "done"
    assert not ContractorJob.objects.exists()


def test_firms_are_offered_to_whoever_gives_work_out(house):
    for person, count in ((house.repair_dispatcher, 1), (house.repair_worker, 0)):
        found = as_user(person).get(reverse("firm_search"), {"q": "康达"}).json()["results"]
        assert len(found) == count


@pytest.mark.parametrize("screen", ["list", "export"])
def test_the_list_asks_as_often_for_many_as_for_few(house, django_assert_max_num_queries, screen):
    client = as_user(house.repair_dispatcher)
    for _number in range(8):
        run(house, make_job(house), "submit")
    with django_assert_max_num_queries(30):
        assert client.get(reverse(f"contractorjob_{screen}")).status_code == 200
