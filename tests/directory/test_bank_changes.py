"""R-PRC-17: a supplier's bank account changes by two people, and by no other way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import DomainError, IllegalTransition, NotAllowed
from directory.models import Supplier, SupplierBankChange
from directory.services import bank_changes
from tests.directory.test_sheets import load
from tests.factories import House

pytestmark = pytest.mark.django_db
OLD, NEW = "6222001111111111", "6222 0022 2222 2222"


@pytest.fixture
def supplier(house: House) -> Supplier:
    Supplier.objects.filter(pk=house.supplier.pk).update(bank="工商银行", bank_account=OLD)
    house.supplier.refresh_from_db()
    return house.supplier


def enter(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(house: House, supplier: Supplier) -> SupplierBankChange:
    return bank_changes.ask(supplier, bank="建设银行", bank_account=NEW, reason="11月20日来函", actor=house.buyer)


def account_of(supplier: Supplier) -> tuple[str, str]:
    supplier.refresh_from_db()
    return supplier.bank, supplier.bank_account


def test_prc_17_the_old_account_stays_until_another_person_confirms(house: House, supplier: Supplier) -> None:
    change = asked(house, supplier)
    assert account_of(supplier) == ("工商银行", OLD)
    assert bank_changes.last_confirmed_at(supplier) is None
    with pytest.raises(NotAllowed):
        bank_changes.confirm(change, actor=house.buyer)
    with pytest.raises(NotAllowed):
        bank_changes.confirm(change, actor=house.requester)
    assert account_of(supplier) == ("工商银行", OLD)
    change = bank_changes.confirm(change, actor=house.accountant)
    assert account_of(supplier) == ("建设银行", "6222002222222222")
    assert bank_changes.last_confirmed_at(supplier) == change.confirmed_at
    with pytest.raises(IllegalTransition):
        bank_changes.refuse(change, reason="晚了", actor=house.accountant)


def test_prc_17_who_asked_does_not_confirm_whatever_his_roles(house: House, supplier: Supplier) -> None:
    from directory.models import Role

    for code in ("add_supplierbankchange", "confirm_supplierbankchange"):
        from django.contrib.auth.models import Permission

        Role.objects.get(code="accountant").group.permissions.add(Permission.objects.get(codename=code))
    person = house.again("accountant")
    change = bank_changes.ask(supplier, bank="建设银行", bank_account=NEW, reason="来函", actor=person)
    with pytest.raises(NotAllowed, match="yourself"):
        bank_changes.confirm(change, actor=person)
    assert account_of(supplier) == ("工商银行", OLD)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"bank": " "}, "Enter the bank"),
        ({"bank_account": "12'; drop"}, "digits, letters"),
        ({"reason": ""}, "which paper"),
        ({"bank": "工商银行", "bank_account": OLD}, "already"),
    ],
)
def test_what_is_no_account_is_refused(house: House, supplier: Supplier, fields: dict[str, str], words: str) -> None:
    data = {"bank": "建设银行", "bank_account": NEW, "reason": "来函", **fields}
    with pytest.raises(DomainError, match=words):
        bank_changes.ask(supplier, actor=house.buyer, **data)
    assert not SupplierBankChange.objects.exists()


def test_one_change_waits_at_a_time_and_can_be_refused(house: House, supplier: Supplier) -> None:
    change = asked(house, supplier)
    with pytest.raises(DomainError, match="waits for its confirmation"):
        asked(house, supplier)
    with pytest.raises(DomainError, match="reason"):
        bank_changes.refuse(change, reason=" ", actor=house.accountant)
    change = bank_changes.refuse(change, reason="电话核实不符", actor=house.accountant)
    assert (change.refused_by, change.confirmed_by) == (house.accountant, None)
    assert account_of(supplier) == ("工商银行", OLD)
    with pytest.raises(IllegalTransition):
        bank_changes.confirm(change, actor=house.accountant)
    again = asked(house, supplier)
    assert bank_changes.refuse(again, reason="写错了", actor=house.buyer).refused_by == house.buyer


def test_the_pages(house: House, supplier: Supplier) -> None:
    buyer, accountant = enter(house.buyer), enter(house.accountant)
    address = reverse("bank_change_ask", args=(supplier.pk,))
    shown = buyer.get(address).content.decode()
    assert "************1111" in shown
    assert OLD not in shown
    assert buyer.post(address, {"bank": "建设银行", "bank_account": "x", "reason": "来函"}).status_code == 409
    buyer.post(address, {"bank": "建设银行", "bank_account": NEW, "reason": "来函"})
    change = SupplierBankChange.objects.get()
    account = change.bank_account
    assert account not in buyer.get(reverse("bank_change_list")).content.decode()
    assert account in accountant.get(reverse("bank_change_list")).content.decode()
    decide = reverse("bank_change_decide", args=(change.pk, "confirm"))
    buyer.post(decide)
    assert account_of(supplier) == ("工商银行", OLD)
    accountant.post(decide)
    assert account_of(supplier) == ("建设银行", account)
    assert enter(house.requester).get(reverse("bank_change_list")).status_code == 403
    assert enter(house.requester).get(address).status_code == 403


def test_no_other_way_leads_to_the_account(house: House, supplier: Supplier) -> None:
    """Neither the form of the back office nor a sheet changes the bank of a supplier that exists."""
    client = enter(house.system_administrator)
    address = reverse("admin:directory_supplier_change", args=(supplier.pk,))
    fields = {
        "code": supplier.code,
        "name": "新名称",
        "active": "on",
        "bank": "骗子银行",
        "new_account": "999999",
        "bank_account": "999999",
        **{f"licences-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }
    client.post(address, fields)
    assert account_of(supplier) == ("工商银行", OLD)
    assert supplier.name == "新名称"
    report = load(
        house.system_administrator,
        "directory.supplier",
        [["编码", "名称", "开户银行"], [supplier.code, "名称", "骗子银行"]],
    )
    assert "somebody else confirms it" in str([error.reason for error in report.errors])
    assert account_of(supplier) == ("工商银行", OLD)
    load(
        house.system_administrator, "directory.supplier", [["编码", "名称", "开户银行"], ["G99", "新公司", "农业银行"]]
    )
    assert Supplier.objects.get(code="G99").bank == "农业银行"


def test_the_black_list_needs_a_reason_in_the_back_office(house: House, supplier: Supplier) -> None:
    client = enter(house.buyer)
    address = reverse("admin:directory_supplier_change", args=(supplier.pk,))
    fields = {
        "code": supplier.code,
        "name": supplier.name,
        "active": "on",
        "blacklisted_until": "2030-01-01",
        **{f"licences-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }
    answer = client.post(address, fields)
    assert "goes on the black list" in answer.content.decode()
    supplier.refresh_from_db()
    assert supplier.blacklisted_until is None
