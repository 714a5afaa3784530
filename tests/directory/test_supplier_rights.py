"""Who keeps the data of suppliers decides neither about their accounts (R-PRC-17) nor about the black list."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from core.errors import NotAllowed
from directory.models import Role, Supplier, SupplierBankChange
from directory.services import bank_changes
from directory.services.suppliers import blacklist, forgive
from tests.directory.test_bank_changes import OLD, account_of, enter, load
from tests.factories import House

pytestmark = pytest.mark.django_db
DAY = "2030-01-01"


@pytest.fixture
def supplier(house: House) -> Supplier:
    Supplier.objects.filter(pk=house.supplier.pk).update(bank="工商银行", bank_account=OLD)
    return Supplier.objects.get(pk=house.supplier.pk)


def fields_of(supplier: Any, **more: Any) -> dict[str, Any]:
    empty = {f"licences-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {"code": "G77", "name": "新名称", "active": "on", **empty, **more}


def black_list_of(supplier: Supplier) -> tuple[Any, str]:
    supplier.refresh_from_db()
    return (supplier.blacklisted_until and f"{supplier.blacklisted_until}", supplier.blacklist_reason)


def test_the_back_office_leaves_the_black_list_to_who_has_the_right(house: House, supplier: Supplier) -> None:
    address = reverse("admin:directory_supplier_change", args=(supplier.pk,))
    data = fields_of(supplier, blacklisted_until=DAY, blacklist_reason="围标")
    enter(house.system_administrator).post(address, data)
    assert black_list_of(supplier) == (None, "")
    assert supplier.name == "新名称"
    enter(house.buyer).post(address, data)
    assert black_list_of(supplier) == (DAY, "围标")
    enter(house.system_administrator).post(address, fields_of(supplier))
    assert black_list_of(supplier) == (DAY, "围标")


def test_a_sheet_leaves_it_too(house: House, supplier: Supplier) -> None:
    heads = ["编码", "名称", "列入黑名单至", "列入黑名单原因"]
    model: Any = Supplier._meta
    heads[2:] = [str(model.get_field(name).verbose_name) for name in ("blacklisted_until", "blacklist_reason")]
    rows = [heads, [supplier.code, "名称", DAY, "围标"]]
    report = load(house.system_administrator, "directory.supplier", rows)
    assert "may not change the black list" in str([error.reason for error in report.errors])
    assert black_list_of(supplier) == (None, "")
    load(house.system_administrator, "directory.supplier", [heads[:2], [supplier.code, "改名"]])
    assert black_list_of(supplier) == (None, "")
    assert supplier.name == "改名"
    load(house.buyer, "directory.supplier", rows)
    assert black_list_of(supplier) == (DAY, "围标")
    load(house.system_administrator, "directory.supplier", [heads, [supplier.code, "名称", "", ""]])
    assert black_list_of(supplier) == (DAY, "围标")


def test_the_front_of_house_leaves_both(house: House, supplier: Supplier) -> None:
    client = enter(house.system_administrator)
    page = client.get(reverse("supplier_page", args=(supplier.pk,))).content.decode()
    black, ask = (reverse(name, args=(supplier.pk,)) for name in ("supplier_blacklist", "bank_change_ask"))
    assert black not in page
    assert ask not in page
    assert client.post(black, {"blacklisted_until": DAY, "blacklist_reason": "围标"}).status_code == 403
    data = {"bank": "建设银行", "bank_account": "6222002222222222", "reason": "来函"}
    assert client.post(ask, data).status_code == 403
    assert black_list_of(supplier) == (None, "")
    assert not SupplierBankChange.objects.exists()


def test_R_PRC_17_the_services_refuse_it(house: House, supplier: Supplier) -> None:
    person = house.system_administrator
    with pytest.raises(NotAllowed):
        bank_changes.ask(supplier, bank="建设银行", bank_account="6222002222222222", reason="来函", actor=person)
    with pytest.raises(NotAllowed):
        blacklist(supplier, until=Any, reason="围标", actor=person)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        forgive(supplier, reason="复议", actor=person)
    assert account_of(supplier) == ("工商银行", OLD)
    assert black_list_of(supplier) == (None, "")


def test_R_PRC_17_the_account_of_a_new_supplier_is_typed_by_who_may_ask_for_one(house: House) -> None:
    address = reverse("admin:directory_supplier_add")
    data = fields_of(None, bank="农业银行", new_account="999999")
    enter(house.system_administrator).post(address, data)
    assert Supplier.objects.get(code="G77").bank_account == ""
    enter(house.buyer).post(address, {**data, "code": "G78", "name": "另一家"})
    assert Supplier.objects.get(code="G78").bank_account == "999999"


def test_houses_that_are_open_get_the_right_with_the_update(house: House) -> None:
    """Who decided by the right to change suppliers goes on deciding, apart from the system administrator."""
    buyer, keeper = (Role.objects.get(code=code).group for code in ("buyer", "system_administrator"))
    own = Group.objects.create(name="采购助理")
    own.permissions.add(Permission.objects.get(codename="change_supplier"))
    buyer.permissions.remove(Permission.objects.get(codename="blacklist_supplier"))
    keeper.permissions.add(Permission.objects.get(codename="add_supplierbankchange"))
    migration = import_module("directory.migrations.0003_black_list_right")
    migration.part_rights(apps, None)
    held = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in (buyer, keeper, own)}
    assert "blacklist_supplier" in held[buyer.name]
    assert "blacklist_supplier" in held[own.name]
    assert not held[keeper.name] & {"blacklist_supplier", "add_supplierbankchange"}
    assert "change_supplier" in held[keeper.name]


def test_nobody_without_the_right_sees_the_field_to_type_in(house: House, supplier: Supplier) -> None:
    address = reverse("admin:directory_supplier_change", args=(supplier.pk,))
    pages = {name: page_of(enter(getattr(house, name)), address) for name in ("system_administrator", "buyer")}
    assert 'name="blacklisted_until"' not in pages["system_administrator"]
    assert 'name="blacklisted_until"' in pages["buyer"]


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
