"""损坏赔偿单: findings, multiples by rule, receipts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assets.models import CompensationCase, CompensationPayment
from assets.services import compensation
from core import clock
from core.documents.models import DocumentEvent
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from tests.factories import run
from tests.holding import make_asset, make_case

pytestmark = pytest.mark.django_db


def refused(house, document, *, field):
    with pytest.raises(DomainError) as caught:
        apply_transition(document, "submit", actor=house.asset_manager)
    assert caught.value.field == field
    assert CompensationCase.objects.get(pk=document.pk).status == "draft"


def decided(house, **fields):
    case = make_case(house, **fields)
    for step in ("submit", "approve"):
        case = run(house, case, step)
    return apply_transition(case, "approve", actor=house.leader) if case.status == "submitted" else case


def pay(house, case, amount, number="SJ1", **fields):
    day = fields.pop("paid_on", clock.today())
    return compensation.receive(
        case, amount=Decimal(amount), paid_on=day, receipt_number=number, actor=fields.get("actor", house.accountant)
    )


def test_deliberate_damage_costs_double_by_the_rule(house):
    case = decided(house, cause="intent", multiplier=Decimal(2))
    assert case.amount == Decimal("12000.00")


@pytest.mark.parametrize("cause", ["wear", "force"])
def test_wear_and_force_majeure_cost_nobody_anything(house, cause):
    case = decided(house, cause=cause, multiplier=Decimal(0), responsible=None)
    assert case.amount == 0


def test_another_multiple_needs_a_reason(house):
    case = make_case(house, multiplier=Decimal("0.5"))
    refused(house, case, field="multiplier_reason")
    CompensationCase.objects.filter(pk=case.pk).update(multiplier_reason="主动报告")
    assert run(house, case, "submit").amount == Decimal("3000.00")


def test_what_is_replaced_in_kind_is_not_paid(house):
    assert decided(house, replaced="同型号显示器一台").amount == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"finding": " "}, "finding"),
        ({"responsible": None}, "responsible"),
        ({"responsible_name": "张三"}, "responsible_name"),
        ({"base_value": Decimal(0)}, "base_value"),
        ({"thing": "玻璃"}, "asset"),
        ({"instalments": 0}, "instalments"),
        ({"happened_on": dt.date(2999, 1, 1)}, "happened_on"),
    ],
)
def test_what_a_case_has_to_say(house, fields, field):
    refused(house, make_case(house, **fields), field=field)


def test_nobody_decides_on_what_he_has_to_pay_himself(house):
    case = run(house, make_case(house, responsible=house.logistics_head), "submit")
    with pytest.raises(NotAllowed):
        apply_transition(case, "approve", actor=house.logistics_head)
    case.refresh_from_db()
    assert case.status == "submitted"


def test_instalments_are_paid_against_receipts_until_nothing_is_owed(house):
    case = decided(house, instalments=2)
    pay(house, case, "2500.00")
    pay(house, case, "3500.00", "SJ2")
    case.refresh_from_db()
    assert case.paid == case.amount == Decimal("6000.00")
    assert not compensation.still_owed(CompensationCase.objects.all()).exists()
    assert DocumentEvent.objects.filter(step="receive").count() == 2


@pytest.mark.parametrize(
    ("amount", "number", "days"), [("6000.01", "SJ9", 0), ("0", "SJ9", 0), ("1", " ", 0), ("1", "SJ9", 1)]
)
def test_wrong_receipts_are_refused(house, amount, number, days):
    case = decided(house)
    with pytest.raises(DomainError):
        pay(house, case, amount, number, paid_on=clock.today() + dt.timedelta(days=days))
    case.refresh_from_db()
    assert (case.paid, CompensationPayment.objects.count()) == (0, 0)


def test_a_receipt_number_is_used_once(house):
    case, other = decided(house), decided(house)
    pay(house, case, 100)
    with pytest.raises(DomainError, match="SJ1"):
        pay(house, other, 100)
    assert CompensationPayment.objects.count() == 1


def test_a_wrong_receipt_is_taken_back_once(house):
    case = decided(house)
    row = pay(house, case, 100)
    back = compensation.take_receipt_back(row, reason="重复", actor=house.accountant)
    case.refresh_from_db()
    assert (back.amount, case.paid) == (Decimal("-100.00"), 0)
    with pytest.raises(DomainError):
        compensation.take_receipt_back(row, reason="重复", actor=house.accountant)
    assert pay(house, case, 100).amount == 100


def test_nothing_is_paid_before_the_decision_or_by_those_without_the_right(house):
    case = run(house, make_case(house), "submit")
    with pytest.raises(DomainError, match="not decided"):
        pay(house, case, 1)
    with pytest.raises(NotAllowed):
        pay(house, decided(house), 1, actor=house.requester)
    assert CompensationPayment.objects.count() == 0


def test_a_case_with_money_on_it_is_not_returned(house):
    case = decided(house)
    pay(house, case, 100)
    case.refresh_from_db()
    with pytest.raises(DomainError, match="receipts"):
        apply_transition(case, "reject", actor=house.logistics_head, reason="x")
    case.refresh_from_db()
    assert case.status == "approved"


def test_a_case_drafted_twice_from_the_same_paper_is_one(house):
    asset = make_asset(house)
    key = "0b8e3c1e-5f0f-4f57-8f39-6f2f6f0f3b11"
    words = {
        "organization": house.organization,
        "department": house.ward,
        "damage": "盘亏",
        "actor": house.asset_manager,
    }
    first = compensation.open_case(asset=asset, source="QP1", request_key=key, **words)
    assert compensation.open_case(asset=asset, source="QP1", request_key=key, **words) == first
    assert first.base_value == asset.net_value


def test_the_screens_of_a_case(house, client):
    asset = make_asset(house, user=house.requester)
    client.force_login(house.asset_manager)
    page = client.get(f"{reverse('compensationcase_new')}?asset={asset.pk}&damage=摔坏")
    assert "摔坏" in page.content.decode()
    data = {"asset": asset.pk, "happened_on": f"{clock.today()}", "damage": "摔坏", "cause": "negligence"}
    data |= {"finding": "未固定", "responsible": house.requester.pk, "basis": "net", "instalments": 1, "then": "submit"}
    client.post(reverse("compensationcase_new"), data)
    case = CompensationCase.objects.get()
    assert (case.status, case.amount, case.department) == ("submitted", Decimal("6000.00"), house.ward)
    case = run(house, case, "approve")
    case = apply_transition(case, "approve", actor=house.leader) if case.status == "submitted" else case
    client.force_login(house.accountant)
    address = reverse("compensationcase_detail", args=[case.pk])
    assert "receipt_form" in client.get(address).context
    url = reverse("compensationcase_receive", args=[case.pk])
    assert (
        client.post(url, {"amount": "7000", "paid_on": f"{clock.today()}", "receipt_number": "A1"}).status_code == 200
    )
    client.post(url, {"amount": "6000", "paid_on": f"{clock.today()}", "receipt_number": "A1"})
    payment = CompensationPayment.objects.get()
    client.post(reverse("compensationcase_take_back", args=[case.pk, payment.pk]), {"reason": "错"})
    case.refresh_from_db()
    assert (case.paid, CompensationPayment.objects.count()) == (0, 2)
    for name in ("compensationcase_list", "compensationcase_export"):
        assert client.get(reverse(name), {"owed": "true"}).status_code == 200
    assert client.get(reverse("compensationcase_print", args=[case.pk])).status_code == 200
    client.force_login(house.requester)
    assert client.get(address).status_code == 200
    assert "receipt_form" not in client.get(address).context
