"""Labels of things, and what a scanned label shows to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets import repairs
from assets.models import Asset, AssetState
from assets.services import cards
from core.errors import NotAllowed
from tests.holding import make_asset, make_assets

pytestmark = pytest.mark.django_db
SIZE = {"size": "a4-24", "copies": "1", "skip": "0"}


def as_user(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def printed(house: Any, query: str = "", person: Any = None, **changes: Any) -> str:
    address = f"{reverse('asset_labels')}{query}"
    return as_user(person or house.asset_manager).post(address, SIZE | changes).content.decode()


def test_labels_of_a_filtered_list_are_printed_and_marked(house):
    wanted = make_assets(house, 3, user=house.requester, specification="OptiPlex 7090")
    other = make_asset(house, department=house.other_ward)
    page = printed(house, f"?department={house.ward.pk}", skip="23", copies="2")
    assert page.count("label-with-bars") == 6
    assert page.count("label-used") == 23
    for words in (wanted[0].number, "OptiPlex 7090", str(house.ward), str(house.requester), 'class="barcode"'):
        assert words in page
    assert other.number not in page
    assert set(Asset.objects.exclude(label_printed_at=None)) == set(wanted)


def test_single_things_are_left_out_of_a_list(house):
    first, second = make_assets(house, 2)
    page = printed(house, ticked="1", card=[first.pk])
    assert first.number in page
    assert second.number not in page
    assert "Choose at least one thing" in printed(house, ticked="1")
    assert Asset.objects.filter(label_printed_at=None).get() == second


def test_the_label_of_one_thing(house):
    first, second = make_assets(house, 2)
    page = printed(house, f"?asset={first.pk}", size="single-50x30")
    assert first.number in page
    assert second.number not in page
    assert "labels-single-50x30" in page


def test_a_label_holds_the_address_and_not_the_number(house, monkeypatch):
    asset = make_asset(house)
    seen = []
    monkeypatch.setattr("assets.views.labels.sheets_of", lambda labels, data: seen.extend(labels) or [])
    printed(house, f"?asset={asset.pk}")
    assert seen[0]["qr"] == f"http://testserver/a/{asset.token}/"
    assert asset.number not in seen[0]["qr"]


def test_too_many_labels_are_refused_and_marked_on_none(house):
    make_assets(house, 21)
    assert "At most 2000 labels" in printed(house, copies="100")
    assert not Asset.objects.exclude(label_printed_at=None).exists()


def test_only_who_labels_things_prints_and_only_his_own(house, other_house):
    asset = make_asset(house)
    away = make_asset(other_house)
    for person in (house.requester, house.department_head, house.auditor):
        response = as_user(person).post(reverse("asset_labels"), SIZE)
        assert response.status_code == 403
    assert away.number not in printed(house, f"?asset={away.pk}")
    with pytest.raises(NotAllowed):
        cards.mark_printed([asset.pk, away.pk], actor=house.asset_manager)
    assert not Asset.objects.exclude(label_printed_at=None).exists()


def test_queries_of_printing_do_not_grow(house, django_assert_max_num_queries):
    make_assets(house, 60, user=house.requester)
    client = as_user(house.asset_manager)
    with django_assert_max_num_queries(20):
        client.post(reverse("asset_labels"), SIZE)


# ---- scanned ----


def scan(asset: Asset, person: Any = None) -> Any:
    client = Client() if person is None else as_user(person)
    return client.get(reverse("asset_scan", args=(asset.token,)))


def test_a_scan_opens_the_card_for_who_may_see_it(house):
    asset = make_asset(house, department=house.other_ward, custodian=house.requester)
    for person in (house.asset_manager, house.other_requester, house.requester):
        response = scan(asset, person)
        assert (response.status_code, response["Location"]) == (302, reverse("asset_detail", args=(asset.pk,)))


def test_a_stranger_learns_the_thing_and_the_phone_and_nothing_else(house, other_house):
    house.ward.phone = "6021"
    house.ward.save()
    asset = make_asset(
        house,
        name="呼吸机",
        user=house.requester,
        custodian=house.department_head,
        serial_number="SN-SECRET",
        brand="迈瑞",
    )
    for person in (None, house.other_requester, other_house.asset_manager):
        response = scan(asset, person)
        page = response.content.decode()
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        for words in (house.organization.name, "呼吸机", "6021"):
            assert words in page
        hidden = (asset.number, "6000", "6,000", house.requester.name, house.department_head.name, "SN-SECRET", "迈瑞")
        for words in hidden:
            assert words not in page


def test_the_managing_department_is_called_first(house):
    house.logistics.phone, house.ward.phone = "6100", "6021"
    house.logistics.save()
    house.ward.save()
    page = scan(make_asset(house, managing_department=house.logistics)).content.decode()
    assert "6100" in page
    assert "6021" not in page


def test_a_registered_address_takes_reports_of_repairs(house, monkeypatch):
    monkeypatch.setattr(repairs, "_addresses", [])
    repairs.register(lambda asset: f"/repairs/new/{asset.token}/")
    asset = make_asset(house)
    assert f"/repairs/new/{asset.token}/" in scan(asset).content.decode()
    Asset.objects.update(state=AssetState.DISPOSED)
    page = scan(asset).content.decode()
    assert "no longer in use" in page
    assert "/repairs/new/" not in page


def test_a_token_that_nobody_gave_is_absent(house):
    asset = make_asset(house)
    for token in ("x" * 16, asset.number, asset.token[:-1], str(asset.pk)):
        assert Client().get(f"/a/{token}/").status_code == 404
