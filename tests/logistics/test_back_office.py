"""The door of the back office, and pages that must be drawn even when everything else fails."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from core.documents.models import DutyConflict
from directory.models import Role
from inventory.models import GoodsReceipt, Warehouse


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_strangers_are_sent_to_the_one_login(house):
    answer = Client().get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("login"))
    assert "csrfmiddlewaretoken" in answer.content.decode()


def test_a_requester_is_told_that_his_role_does_not_open_it(house):
    answer = client_of(house.requester).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert "rights administrator" in answer.content.decode()


def test_those_who_may_enter_see_the_common_frame(house):
    answer = client_of(house.system_administrator).get(reverse("admin:index"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="navigation"' in page
    assert "css/tokens.css" in page
    assert "dark_mode.css" not in page
    assert " style=" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500", "503"])
def test_error_pages_need_no_context(name):
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "Logistics management system" in page


def test_an_old_version_of_a_row_is_only_to_be_read(house):
    """The page of a version is open to whoever sees the row; what is sent there changes nothing for anybody."""
    warehouse = house.warehouse
    warehouse.save()
    version = warehouse.history.first()
    url = reverse("admin:inventory_warehouse_simple_history", args=(warehouse.pk, version.pk))
    data = {"organization": house.organization.pk, "code": "W1", "name": "改过", "department": house.ward.pk}
    for name in ("auditor", "storekeeper", "logistics_head"):
        client = client_of(house.again(name))
        assert client.get(url).status_code == 200
        assert client.post(url, {**data, "keepers": [house.auditor.pk], "active": "on"}).status_code == 403
    warehouse.refresh_from_db()
    assert (warehouse.name, warehouse.department) == ("总务仓库", house.logistics)
    assert house.auditor not in warehouse.keepers.all()


def test_the_history_of_a_row_needs_no_inline_style_and_names_who_changed_it(house):
    """The content security policy refuses inline styles; what nobody in person changed says so."""
    warehouse = house.warehouse
    warehouse.name = "总务仓库二"
    warehouse.save()
    client = client_of(house.again("logistics_head"))
    text = client.get(reverse("admin:inventory_warehouse_history", args=(warehouse.pk,))).content.decode()
    history = text[text.index("change-history") :]
    assert "总务仓库二" in history
    assert "the program" in history
    assert ">None<" not in history.replace("\n", "").replace(" ", "")
    assert " style=" not in text


def test_a_keeper_writes_papers_for_the_stores_he_keeps(house):
    other = Warehouse.objects.create(organization=house.organization, code="W2", name="二库", department=house.ward)
    data = {
        "business_date": "2026-01-05",
        "kind": "other",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-item": house.gloves.pk,
        "lines-0-unit": house.gloves.unit_id,
        "lines-0-quantity": "2",
        "lines-0-unit_price": "3",
    }
    client, url = client_of(house.storekeeper), reverse("admin:inventory_goodsreceipt_add")
    assert client.post(url, {**data, "warehouse": other.pk}).status_code == 200
    assert not GoodsReceipt.objects.exists()
    client.post(url, {**data, "warehouse": house.warehouse.pk})
    assert GoodsReceipt.objects.get().warehouse == house.warehouse


def test_the_duty_conflicts_of_another_house_are_not_to_be_read(house, other_house):
    roles = [Role.objects.get(code=code).group for code in ("requester", "repair_worker")]
    fields = {"role_a": roles[0], "role_b": roles[1], "severity": "warn"}
    theirs = DutyConflict.objects.create(organization=other_house.organization, basis="their own rule", **fields)
    ours = DutyConflict.objects.create(organization=house.organization, basis="our own rule", **fields)
    client = client_of(house.rights_administrator)
    seen = set(DutyConflict.objects.visible_to(house.rights_administrator))
    assert theirs not in seen
    assert seen == {ours, *DutyConflict.objects.filter(organization=None)}
    for address in (reverse("admin:core_dutyconflict_changelist"), reverse("role_matrix")):
        page = client.get(address).content.decode()
        assert "our own rule" in page
        assert "their own rule" not in page
    page = client_of(house.leader).get(reverse("role_matrix")).content.decode()
    assert "our own rule" in page
    assert "their own rule" not in page


def test_strangers_are_sent_to_the_login_from_the_preview_of_signers(house):
    assert Client().get(reverse("signers")).url.startswith(reverse("login"))
    assert client_of(house.requester).get(reverse("signers")).status_code == 403
