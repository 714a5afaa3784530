"""What people, departments and classes hold, and what lies idle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetState, CustodyChange
from assets.selectors import Want, idle_matches, idle_pool
from core import clock
from core.models import Policy
from directory.models import Department
from tests.factories import make_person
from tests.holding import make_asset, make_assets, make_category

pytestmark = pytest.mark.django_db


def as_user(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(reader: Any, name: str, /, *args: Any, **query: Any) -> str:
    return as_user(reader).get(reverse(name, args=args), query).content.decode()


# ---- people and departments ----


def test_everybody_sees_what_he_uses_or_keeps(house):
    person = make_person(house.organization, house.ward, "plain", "普通人")
    used, kept = make_asset(house, user=person), make_asset(house, custodian=person, department=house.other_ward)
    gone = make_asset(house, user=person, state=AssetState.DISPOSED)
    other = make_asset(house)
    page = read(person, "asset_mine")
    assert used.number in page
    assert kept.number in page
    assert gone.number not in page
    assert other.number not in page
    assert as_user(person).get(reverse("asset_detail", args=(kept.pk,))).status_code == 200


def test_the_list_of_a_department_is_printed_with_places_to_sign(house):
    below = Department.objects.create(organization=house.organization, code="1012", name="监护室", parent=house.ward)
    mine, under = make_asset(house), make_asset(house, department=below, original_value="10.00")
    other = make_asset(house, department=house.other_ward)
    query = {"department": house.ward.pk, "format": "print"}
    page = read(house.asset_manager, "department_assets", **query)
    for words in (mine.number, under.number, "6,010.00", "Head of the department", "Asset clerk"):
        assert words in page
    assert other.number not in page
    foreign = read(house.department_head, "department_assets", department=house.other_ward.pk, format="print")
    assert other.number not in foreign


def test_the_list_of_a_person_is_printed_for_who_may_see_his_things(house):
    asset = make_asset(house, user=house.requester, custodian=house.department_head)
    query = {"person": house.requester.pk, "format": "print"}
    for person in (house.requester, house.asset_manager, house.department_head):
        page = read(person, "personal_assets", **query)
        assert asset.number in page
        assert "Received by" in page
    assert asset.number not in read(house.other_requester, "personal_assets", **query)
    assert asset.number not in read(house.other_head, "personal_assets", **query)


# ---- classes ----


def make_class(house: Any) -> Department:
    teacher = make_person(house.organization, None, "teacher", "张班主任", "department_head")
    room = Department.objects.create(
        organization=house.organization, code="C301", name="三年级一班", kind="class", head=teacher
    )
    teacher.department = room
    teacher.save()
    return room


def test_class_property_has_a_list_and_a_letter_to_sign(house):
    room = make_class(house)
    desk = make_asset(house, name="课桌", department=room, custodian=room.head, original_value="120.00")
    lamp = make_asset(house, name="台灯", department=room, custodian=house.asset_manager, original_value="30.00")
    assert "三年级一班" in read(house.asset_manager, "class_list")
    page = read(room.head, "class_property", room.pk)
    assert "1 thing is not in the keeping of 张班主任" in page
    letter = read(room.head, "class_letter", room.pk)
    for words in (desk.number, lamp.number, "150.00", "张班主任", "Letter of responsibility"):
        assert words in letter


def test_other_classes_are_not_for_everybody(house, other_house):
    room = make_class(house)
    for person in (house.requester, other_house.asset_manager):
        for name in ("class_property", "class_letter"):
            assert as_user(person).get(reverse(name, args=(room.pk,))).status_code == 404
    assert "三年级一班" not in read(house.requester, "class_list")


def test_queries_of_the_classes_do_not_grow(house, django_assert_max_num_queries):
    for number in range(30):
        room = Department.objects.create(
            organization=house.organization, code=f"C{number}", name=f"{number}班", kind="class"
        )
        make_asset(house, department=room)
    client = as_user(house.asset_manager)
    with django_assert_max_num_queries(20):
        client.get(reverse("class_list"))


# ---- idle things (R-AST-21) ----


def make_idle(house: Any, days: int = 40, **fields: Any) -> Asset:
    asset = make_asset(house, state=AssetState.IDLE, **fields)
    Asset.objects.filter(pk=asset.pk).update(idle_since=clock.today() - dt.timedelta(days=days))
    asset.refresh_from_db()
    return asset


def test_idle_things_are_offered_to_every_department(house, other_house):
    """R-AST-21: an idle thing older than N days is listed to all departments."""
    old, fresh, away = (
        make_idle(house, 30),
        make_idle(house, 29, name="扫描仪"),
        make_idle(other_house, name="外院电脑"),
    )
    claimed = make_idle(house, name="有单在途")
    Asset.objects.filter(pk=claimed.pk).update(claimed_by="assets.disposal:1")
    assert list(idle_pool(house.organization.pk, clock.today())) == [old]
    page = read(house.other_requester, "idle_pool")
    assert str(house.ward) in page
    for words in ("扫描仪", "外院电脑", "有单在途", "6,000.00", old.number):
        assert words not in page
    for asset in (fresh, away, claimed):
        assert as_user(house.other_requester).get(reverse("idle_thing", args=(asset.pk,))).status_code == 404
    Policy.objects.create(
        organization=house.organization, key="idle_after_days", value=10, valid_from=clock.today(), basis="院务会"
    )
    assert set(idle_pool(house.organization.pk, clock.today())) == {old, fresh}


def test_who_wants_an_idle_thing_gets_a_draft_transfer(house):
    asset = make_idle(house)
    response = as_user(house.other_requester).post(reverse("idle_thing", args=(asset.pk,)))
    paper = CustodyChange.objects.get()
    assert response.status_code == 302
    assert (paper.kind, paper.department, paper.to_department) == ("transfer", house.ward, house.other_ward)
    assert (paper.status, paper.created_by) == ("draft", house.other_requester)
    assert [line.asset for line in paper.lines.all()] == [asset]
    asset.refresh_from_db()
    assert (asset.department, asset.state) == (house.ward, AssetState.IDLE)


def test_who_may_not_hand_over_or_has_it_already_makes_no_draft(house):
    asset = make_idle(house)
    address = reverse("idle_thing", args=(asset.pk,))
    assert as_user(house.auditor).post(address).status_code == 403
    as_user(house.requester).post(address)
    assert not CustodyChange.objects.exists()


def test_wants_are_matched_by_class_or_name(house, django_assert_max_num_queries):
    chair = make_category("A05010301", "办公椅")
    pc, seat = make_idle(house), make_idle(house, name="转椅", category=chair)
    wants = [
        Want(1, "电脑", "A02010105"),  # the class itself
        Want(2, "电脑", "A02010100"),  # the middle class above
        Want(3, "电脑", "A02010000"),  # a major class is too wide
        Want(4, "转椅"),
        Want(5, "办公椅"),  # the name of the class
        Want(6, "桌子", "A05010200"),
    ]
    with django_assert_max_num_queries(2):
        found = idle_matches(house.organization.pk, wants, clock.today())
    assert found == {1: [pc], 2: [pc], 4: [seat], 5: [seat]}
    assert idle_matches(house.organization.pk, [], clock.today()) == {}


def test_queries_of_my_things_and_the_pool_do_not_grow(house, django_assert_max_num_queries):
    make_assets(house, 40, user=house.requester, state=AssetState.IDLE)
    Asset.objects.update(idle_since=dt.date(2020, 1, 1))
    client = as_user(house.requester)
    for name in ("asset_mine", "idle_pool"):
        with django_assert_max_num_queries(24):
            client.get(reverse(name))
