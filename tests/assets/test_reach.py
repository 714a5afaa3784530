"""Whose things somebody may propose to give away or to make somebody pay for, and whose tables a house changes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from assets.models import AssetLife, AssetState, CompensationCase, Disposal
from core import clock
from core.documents.services import apply_transition, available_transitions
from core.errors import DomainError, NotAllowed
from tests.factories import House, run
from tests.holding import make_asset, make_case, make_category, make_disposal
from tests.inventory.screens import as_user, line_data

pytestmark = pytest.mark.django_db


def disposal_data(asset: Any, **line: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid.uuid4()),
        "way": "scrap",
        "reason": "损坏",
        "technical_appraisal": "无法修复",
        "business_date": clock.today().isoformat(),
        **line_data({"asset": asset.pk, "finding": "烧毁", **line}),
    }


def case_data(asset: Any) -> dict[str, Any]:
    words = {"damage": "摔碎", "finding": "未固定", "cause": "negligence", "basis": "net", "instalments": "1"}
    return {"request_key": str(uuid.uuid4()), "asset": asset.pk, "happened_on": clock.today().isoformat(), **words}


@pytest.fixture
def borrowed(house: House) -> Any:
    """A thing of the other ward that the head of the ward uses, and so sees."""
    return make_asset(house, department=house.other_ward, user=house.department_head, state=AssetState.IN_USE)


def with_role(house: House, role: str) -> Any:
    """The head of the ward, with a second role."""
    house.department_head.groups.add(Group.objects.get(role__code=role))
    return house.again("department_head")


@pytest.mark.parametrize("second", ["", "auditor"])
def test_a_head_proposes_things_of_his_own_department_alone(house: House, borrowed: Any, second: str) -> None:
    """Neither what he uses himself nor what a second role lets him see widens what he may propose."""
    head = with_role(house, second) if second else house.again("department_head")
    client = as_user(head)
    found = client.get(reverse("asset_search"), {"q": borrowed.number}).json()["results"]
    assert [row["id"] for row in found] == [borrowed.pk]
    for name, data in (("disposal_new", disposal_data(borrowed)), ("compensationcase_new", case_data(borrowed))):
        response = client.post(reverse(name), data)
        assert response.status_code == 200
        assert "外科一病区" in response.content.decode()
    assert not Disposal.objects.exists()
    assert not CompensationCase.objects.exists()
    mine = make_asset(house)
    assert client.post(reverse("disposal_new"), disposal_data(mine)).status_code == 302
    assert client.post(reverse("compensationcase_new"), case_data(mine)).status_code == 302
    assert Disposal.objects.get().department == CompensationCase.objects.get().department == house.ward


@pytest.mark.parametrize("make", [make_disposal, make_case])
def test_the_services_refuse_it_too(house: House, borrowed: Any, make: Any) -> None:
    """A draft that came about otherwise, or whose thing went to another department meanwhile."""
    fields = {"department": house.ward, "created_by": house.department_head}
    document = make(house, borrowed, **fields) if make is make_disposal else make(house, asset=borrowed, **fields)
    with pytest.raises(DomainError) as caught:
        apply_transition(document, "submit", actor=house.department_head)
    assert caught.value.field == "asset"
    document.refresh_from_db()
    borrowed.refresh_from_db()
    assert (document.status, document.number, borrowed.claimed_by) == ("draft", None, "")
    others = {"department": house.logistics, "created_by": house.asset_manager}
    document = make(house, borrowed, **others) if make is make_disposal else make(house, asset=borrowed, **others)
    assert apply_transition(document, "submit", actor=house.asset_manager).status == "submitted"


def test_a_draft_of_a_department_is_sent_off_by_the_department(house: House) -> None:
    """Whoever keeps the register carries a disposal out; what a ward is still writing is not his to change or send."""
    document = make_disposal(house, make_asset(house), department=house.ward, created_by=house.department_head)
    assert available_transitions(document, actor=house.asset_manager) == []
    with pytest.raises(NotAllowed):
        apply_transition(document, "submit", actor=house.asset_manager)
    edit = reverse("disposal_edit", args=(document.pk,))
    assert as_user(house.asset_manager).get(edit).status_code == 403
    document.refresh_from_db()
    assert document.status == "draft"
    assert run(house, document, "submit").status == "submitted"


def test_a_case_goes_to_the_department_of_another_thing(house: House, borrowed: Any) -> None:
    """The asset manager corrects which thing it was: the case is then the business of that thing's department."""
    case = make_case(house)
    data = case_data(borrowed) | {"revision": case.revision}
    path = reverse("compensationcase_edit", args=(case.pk,))
    assert as_user(house.asset_manager).post(path, data).status_code == 302
    case.refresh_from_db()
    assert (case.asset, case.department) == (borrowed, house.other_ward)


def test_a_house_does_not_change_the_shipped_lives(house: House) -> None:
    """R-AST-09: they hold for all organizations; a house enters rows of its own, and changes those."""
    words = {"category": make_category(), "minimum_months": 72, "basis": "财会〔2017〕4号"}
    shipped = AssetLife.objects.create(**words)
    own = AssetLife.objects.create(**words | {"organization": house.organization, "minimum_months": 60})
    sent = {
        "category": shipped.category_id,
        "minimum_months": "24",
        "valid_from": shipped.valid_from.isoformat(),
        "basis": "本院规定",
    }
    for role in ("asset_manager", "system_administrator"):
        client = as_user(house.again(role))
        answers = [
            client.post(reverse("admin:assets_assetlife_change", args=(row.pk,)), sent).status_code
            for row in (shipped, own)
        ]
        assert answers == [403, 302], role
    shipped.refresh_from_db()
    own.refresh_from_db()
    assert (shipped.minimum_months, shipped.organization, own.minimum_months) == (72, None, 24)
    assert own.organization == house.organization
