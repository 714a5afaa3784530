"""R-STK-09: who keeps a store does not keep its accounts, on whatever way the two are appointed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import DomainError
from core.models import DutyConflict
from directory.services.roles import grant_role
from inventory.models import Warehouse
from inventory.services.appointments import check_appointments
from tests.directory.test_sheets import load, reasons
from tests.factories import House, make_person


def test_the_service_refuses_one_person_for_both(house: House) -> None:
    newcomer = make_person(house.organization, house.logistics, "N1", "新人")
    with pytest.raises(DomainError, match="cannot keep its accounts") as refused:
        check_appointments(house.warehouse, [newcomer], newcomer)
    assert refused.value.field == "accountant"
    assert check_appointments(house.warehouse, [newcomer], house.accountant) == []


@pytest.mark.parametrize("role", ["accountant", "buyer"])
def test_a_role_that_stands_against_keeping_is_refused(house: House, role: str) -> None:
    with pytest.raises(DomainError, match="must not combine") as refused:
        check_appointments(house.warehouse, [house.storekeeper, house.people[role]], None)
    assert refused.value.field == "keepers"
    with pytest.raises(DomainError, match="must not combine") as refused:
        check_appointments(house.warehouse, [], house.storekeeper)
    assert refused.value.field == "accountant"
    DutyConflict.objects.update(severity="warn")
    assert len(check_appointments(house.warehouse, [house.people[role]], None)) == 1


def test_a_role_is_not_granted_against_an_appointment(house: House) -> None:
    """Also to a keeper or an accountant who does not hold the role of one."""
    keeper = make_person(house.organization, house.logistics, "N1", "新人")
    clerk = make_person(house.organization, house.logistics, "N2", "会计")
    house.warehouse.keepers.add(keeper)
    house.warehouse.accountant = clerk
    house.warehouse.save()
    for person, role in ((keeper, "accountant"), (clerk, "storekeeper")):
        with pytest.raises(DomainError, match="must not combine"):
            grant_role(person, role)
        assert not person.groups.exists()
    house.warehouse.keepers.remove(keeper)
    grant_role(keeper, "accountant")
    assert keeper.groups.count() == 1


def test_the_back_office_refuses(house: House) -> None:
    client = Client()
    client.force_login(house.again("logistics_head"))
    newcomer = make_person(house.organization, house.logistics, "N1", "新人")
    url = reverse("admin:inventory_warehouse_change", args=(house.warehouse.pk,))
    form = {
        "organization": house.organization.pk,
        "code": "W1",
        "name": "新名",
        "department": house.logistics.pk,
        "valuation": house.warehouse.valuation,
        "keepers": [newcomer.pk],
        "accountant": newcomer.pk,
        "active": "on",
    }
    page = client.post(url, form)
    assert "cannot keep its accounts" in page.content.decode()
    house.warehouse.refresh_from_db()
    assert (house.warehouse.name, house.warehouse.accountant) == ("总务仓库", None)
    assert newcomer not in house.warehouse.keepers.all()
    assert client.post(url, {**form, "accountant": house.accountant.pk}).status_code == 302
    assert list(house.warehouse.keepers.all()) == [newcomer]


def test_a_sheet_is_refused_as_a_whole(house: House) -> None:
    head = ["仓库编码", "仓库名称", "所属科室", "仓管员", "仓库会计"]
    system = house.again("system_administrator")

    def row(code: str, keeper: Any, accountant: Any) -> list[str]:
        return [code, f"库{code}", house.logistics.code, keeper.employee_number, accountant.employee_number]

    good = row("W5", house.storekeeper, house.accountant)
    for keeper, accountant in (
        (house.requester, house.requester),
        (house.accountant, house.requester),
        (house.requester, house.storekeeper),
    ):
        report = load(system, "inventory.warehouse", [head, good, row("W6", keeper, accountant)])
        assert reasons(report)
        assert not Warehouse.objects.filter(code__in=("W5", "W6")).exists()
    assert reasons(load(system, "inventory.warehouse", [head, good])) == ""
    assert Warehouse.objects.get(code="W5").accountant == house.accountant
