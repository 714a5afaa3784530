"""The list of cards, the page of a card, correcting it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from assets.models import Asset, AssetState, AssetValueMove, CustodyChange, DepreciationRun, ValueChange
from assets.selectors import past_life
from assets.services import cards, ledger
from core import clock
from core.attachments import attach
from core.errors import DomainError, NotAllowed
from core.models.attachments import Attachment
from directory.models import Department, Place
from tests.holding import make_asset, make_assets, make_category

pytestmark = pytest.mark.django_db


def as_user(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed(house: Any, **query: Any) -> str:
    return as_user(house.asset_manager).get(reverse("asset_list"), query).content.decode()


def numbers(house: Any, **query: Any) -> set[str]:
    page = listed(house, **query)
    return {number for number in Asset.objects.values_list("number", flat=True) if f">{number}</a>" in page}


# ---- the list ----


def test_the_list_is_narrowed_by_everything_a_clerk_asks_for(house):
    room = Place.objects.create(organization=house.organization, code="R1", name="三楼 301")
    bed = Place.objects.create(organization=house.organization, code="R2", name="301 床边", parent=room)
    below = Department.objects.create(
        organization=house.organization, code="1011", name="抢救室", kind="ward", parent=house.ward
    )
    printer = make_category("A02021004", "A4彩色打印机")
    one = make_asset(house, department=below, serial_number="SN-77", old_number="OLD-9")
    two = make_asset(
        house, department=house.other_ward, category=printer, place=bed, name="打印机", user=house.requester
    )
    three = make_asset(house, booked_on=clock.today(), in_use_on=dt.date(2010, 3, 1), acquired_on=dt.date(2010, 3, 1))
    assert numbers(house, department=house.ward.pk) == {one.number, three.number}
    assert numbers(house, category=printer.pk) == {two.number}
    assert numbers(house, place=room.pk) == {two.number}
    assert numbers(house, person=house.requester.pk) == {two.number}
    assert numbers(house, booked="yes") == {three.number}
    assert numbers(house, booked="no") == {one.number, two.number}
    assert numbers(house, past_life="on") == {three.number}
    assert numbers(house, acquired_to="2011-01-01") == {three.number}
    assert numbers(house, state="idle") == set()
    for text, found in (("SN-77", one), ("OLD-9", one), ("打印", two), (three.number, three)):
        assert numbers(house, q=text) == {found.number}


def test_things_are_past_their_life_from_the_month_after_its_last(house):
    asset = make_asset(house, in_use_on=dt.date(2018, 5, 20))  # 72 months: 2018-05 … 2024-04
    assert list(past_life(Asset.objects.all(), dt.date(2024, 4, 30))) == []
    assert list(past_life(Asset.objects.all(), dt.date(2024, 5, 1))) == [asset]


def test_the_list_adds_up_values_and_exports_what_it_shows(house):
    make_assets(house, 2, original_value="1234.50")
    page = listed(house)
    assert "2,469.00" in page
    response = as_user(house.asset_manager).get(reverse("asset_export"))
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sum(cell == 1234.5 for row in sheet.values for cell in row) >= 2


def test_who_may_not_export_gets_no_workbook(house):
    make_asset(house)
    assert as_user(house.requester).get(reverse("asset_export")).status_code == 403
    assert reverse("asset_export") not in as_user(house.requester).get(reverse("asset_list")).content.decode()


@pytest.mark.parametrize("count", [10, 60])
def test_queries_of_the_list_do_not_grow(house, django_assert_max_num_queries, count):
    make_assets(house, count, user=house.requester, custodian=house.department_head)
    client = as_user(house.asset_manager)
    with django_assert_max_num_queries(27):
        assert client.get(reverse("asset_list")).status_code == 200


def test_a_department_sees_its_own_cards_and_a_user_his_own_wherever_they_are(house, other_house):
    foreign = make_asset(house, department=house.other_ward)
    mine = make_asset(house, department=house.other_ward, user=house.requester)
    away = make_asset(other_house)
    client = as_user(house.requester)
    for asset, status in ((foreign, 404), (away, 404), (mine, 200)):
        assert client.get(reverse("asset_detail", args=(asset.pk,))).status_code == status


def test_the_list_and_the_card_lead_the_accountant_to_the_booking(house, django_assert_max_num_queries):
    free, booked = make_assets(house, 2)
    Asset.objects.filter(pk=booked.pk).update(booked_on=clock.today(), voucher_number="记-1")
    addresses = [f"{reverse('asset_booking')}?asset={asset.pk}" for asset in (free, booked)]
    pages = {
        role: as_user(house.again(role)).get(reverse("asset_list")).content.decode()
        for role in ("accountant", "asset_manager")
    }
    assert [address in pages["accountant"] for address in addresses] == [True, False]
    assert [address in pages["asset_manager"] for address in addresses] == [False, False]
    for role, offered in (("accountant", True), ("asset_manager", False)):
        page = as_user(house.again(role)).get(reverse("asset_detail", args=(free.pk,))).content.decode()
        assert (addresses[0] in page) == offered
    make_assets(house, 40)
    client = as_user(house.accountant)
    with django_assert_max_num_queries(30):
        client.get(reverse("asset_list"))


def test_columns_are_few_until_a_person_chooses_more(house):
    make_asset(house, serial_number="SN-UNIQUE")
    assert "SN-UNIQUE" not in listed(house)
    client = as_user(house.asset_manager)
    name = "assets.asset.CardList"
    client.post(reverse("list_views"), {"list": name, "columns": "chosen", "column": ["name", "serial_number"]})
    assert "SN-UNIQUE" in client.get(reverse("asset_list")).content.decode()


def test_a_scan_finds_the_card_by_token_address_or_number(house):
    asset = make_asset(house, serial_number="S1")
    client = as_user(house.asset_manager)
    for code in (asset.token, f"https://elsewhere.example/a/{asset.token}/", asset.number.lower(), "S1"):
        found = client.get(reverse("asset_find"), {"code": code}).json()
        assert found["url"] == reverse("asset_detail", args=(asset.pk,))
    assert client.get(reverse("asset_find"), {"code": "nothing"}).json()["url"] is None
    assert as_user(house.other_requester).get(reverse("asset_find"), {"code": asset.token}).json()["url"] is None


# ---- one card ----


def test_the_page_tells_the_story_of_a_thing(house):
    asset = make_asset(house, in_use_on=clock.today(), custodian=house.department_head)
    paper = CustodyChange.objects.create(
        organization=house.organization,
        department=house.ward,
        created_by=house.asset_manager,
        number="YJ1",
        kind="user",
    )
    change = ValueChange.objects.create(
        organization=house.organization, department=house.ward, created_by=house.asset_manager, reason="x"
    )
    with transaction.atomic():
        card = ledger.locked([asset.pk])[asset.pk]
        ledger.hand_over(
            [ledger.Handing.of(card, user_id=house.requester.pk, state=AssetState.IN_USE)],
            document=paper,
            actor=house.asset_manager,
        )
        valuing = ledger.Valuing(card, AssetValueMove.Kind.INCREASE, Decimal("600.00"), Decimal("600.00"))
        ledger.change_values([valuing], document=change, actor=house.asset_manager)
    page = as_user(house.asset_manager).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    for words in ("change of user", "YJ1", f"→ {house.requester}", "increase of value", "+600.00", "6,600.00"):
        assert words in page


def test_depreciation_is_told_a_sentence_a_year(house):
    asset = make_asset(house, in_use_on=dt.date(2025, 1, 1))
    rows = [
        AssetValueMove(
            asset=asset,
            kind=AssetValueMove.Kind.DEPRECIATION,
            accumulated=Decimal("83.33"),
            months=1,
            department=house.ward,
            account="1601",
            organization=house.organization,
            business_date=dt.date(2025, month, 28),
            posted_by=house.accountant,
            content_type=ContentType.objects.get_for_model(DepreciationRun),
            object_id=month,
        )
        for month in range(1, 13)
    ]
    AssetValueMove.objects.bulk_create(rows)
    page = as_user(house.asset_manager).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    assert page.count("Depreciation of 2025") == 1
    assert "999.96 yuan in 12 months" in page


def test_queries_of_a_page_do_not_grow_with_its_story(house, django_assert_max_num_queries):
    asset = make_asset(house)
    for number in range(12):
        cards.describe(asset, {"note": f"n{number}"}, actor=house.asset_manager, revision=number)
        paper = CustodyChange.objects.create(
            organization=house.organization, department=house.ward, created_by=house.asset_manager, number=f"YJ{number}"
        )
        with transaction.atomic():
            card = ledger.locked([asset.pk])[asset.pk]
            person = (house.requester, house.department_head)[number % 2]
            handing = ledger.Handing.of(card, user_id=person.pk)
            ledger.hand_over([handing], document=paper, actor=house.asset_manager)
    client = as_user(house.asset_manager)
    with django_assert_max_num_queries(40):
        page = client.get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    assert page.count("YJ1") == 3  # 1, 10 and 11


# ---- correcting ----


def edit(house, asset, person=None, **changes):
    page = as_user(person or house.asset_manager)
    data = {"name": asset.name, "unit": asset.unit, "use_purpose": asset.use_purpose, "revision": asset.revision}
    lines = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
    return page.post(reverse("asset_edit", args=(asset.pk,)), data | lines | changes, follow=True)


def test_a_correction_is_written_and_told_in_words(house):
    asset = make_asset(house)
    edit(house, asset, name="笔记本电脑", serial_number="SN-1", managing_department=house.logistics.pk)
    asset.refresh_from_db()
    assert (asset.name, asset.initials, asset.serial_number) == ("笔记本电脑", "BJBDN", "SN-1")
    assert (asset.managing_department, asset.revision) == (house.logistics, 1)
    page = as_user(house.asset_manager).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    assert "name: 台式计算机 → 笔记本电脑" in page
    assert str(house.asset_manager) in page


def test_what_a_paper_owns_is_not_corrected_on_the_card(house):
    asset = make_asset(house)
    edit(house, asset, name="新名", original_value="1", department=house.other_ward.pk, state="disposed", user="1")
    asset.refresh_from_db()
    assert asset.name == "新名"
    assert (asset.original_value, asset.department, asset.state) == (6000, house.ward, AssetState.IN_STOCK)
    with pytest.raises(DomainError, match="Only a paper"):
        cards.describe(asset, {"department": house.other_ward}, actor=house.asset_manager, revision=asset.revision)


def test_two_clerks_do_not_overwrite_each_other(house):
    asset = make_asset(house)
    edit(house, asset, note="first")
    page = edit(house, asset, note="second").content.decode()  # still of revision 0
    assert "changed meanwhile" in page
    asset.refresh_from_db()
    assert asset.note == "first"


def test_who_may_not_correct_cards_changes_nothing(house):
    asset = make_asset(house)
    assert edit(house, asset, person=house.requester, name="x").status_code == 403
    assert edit(house, asset, person=house.auditor, name="x").status_code == 403
    with pytest.raises(NotAllowed):
        cards.describe(asset, {"name": "x"}, actor=house.requester, revision=0)
    asset.refresh_from_db()
    assert asset.name == "台式计算机"


def accessory(place: int, **fields: Any) -> dict[str, Any]:
    usual = {"name": "显示器", "quantity": "1", "unit": "台", "value": ""}
    return {f"lines-{place}-{name}": value for name, value in {**usual, **fields}.items()}


def test_accessories_are_added_changed_and_taken_out(house):
    asset = make_asset(house)
    two = {"lines-TOTAL_FORMS": "2"}
    edit(house, asset, **two, **accessory(0, value="800"), **accessory(1, name="键盘"))
    asset.refresh_from_db()
    first, second = asset.components.all()
    assert (first.name, first.value, second.name) == ("显示器", 800, "键盘")
    edit(
        house,
        asset,
        **two,
        **accessory(0, id=first.pk, quantity="2"),
        **accessory(1, id=second.pk, name="键盘", DELETE="on"),
    )
    row = asset.components.get()
    assert (row.pk, row.quantity) == (first.pk, 2)
    page = as_user(house.asset_manager).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    assert "taken out 键盘" in page


def test_accessories_are_not_worth_more_than_the_thing(house):
    asset = make_asset(house)
    page = edit(house, asset, **{"lines-TOTAL_FORMS": "1"}, **accessory(0, value="6000.01")).content.decode()
    assert "worth 6000.01 yuan together" in page
    assert not asset.components.exists()


def test_the_fields_of_a_vehicle_are_asked_checked_and_shown(house):
    """R-AST-22: the card of a vehicle says plate, VIN, establishment and use, or why there is no plate."""
    car = make_asset(house, card_type="vehicle", name="救护车")
    page = edit(house, car, own_vin="LSV1").content.decode()
    assert "plate number" in page
    car.refresh_from_db()
    assert car.details == {}
    own = {
        "own_plate_number": "京A12345",
        "own_vin": "LSV1",
        "own_establishment": "在编",
        "own_vehicle_use": "应急保障用车",
    }
    page = edit(house, car, **own).content.decode()
    car.refresh_from_db()
    assert car.details["plate_number"] == "京A12345"
    assert "plate number: (empty) → 京A12345" in page


# ---- photos and files ----

PDF = b"%PDF-1.4 certificate"


def test_papers_lie_with_a_card(house):
    asset = make_asset(house)
    address = reverse("attachment_add", args=("assets.asset", asset.pk))
    as_user(house.asset_manager).post(address, {"file": SimpleUploadedFile("合格证.pdf", PDF)})
    row = Attachment.objects.get(object_id=asset.pk)
    file = reverse("attachment", args=(row.key,))
    assert as_user(house.requester).get(file).status_code == 200
    assert as_user(house.other_requester).get(file).status_code == 404
    page = as_user(house.requester).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
    assert "合格证.pdf" in page
    assert address not in page


def test_who_does_not_keep_cards_adds_no_file(house, other_house):
    asset = make_asset(house)
    for person in (house.requester, house.auditor, other_house.asset_manager):
        with pytest.raises(NotAllowed):
            attach(asset, SimpleUploadedFile("x.pdf", PDF), actor=person)
    assert not Attachment.objects.exists()


def test_a_card_offers_only_what_would_not_be_refused(house):
    """A thing on an unfinished paper or missing is not handed over; whoever writes no such papers is not asked to."""

    def offered(person: Any, asset: Asset) -> tuple[bool, bool]:
        page = as_user(person).get(reverse("asset_detail", args=(asset.pk,))).content.decode()
        return tuple(f"{reverse(name)}?asset={asset.pk}" in page for name in ("custodychange_new", "disposal_new"))

    free, missing = make_asset(house), make_asset(house, state=AssetState.MISSING)
    held = make_asset(house)
    Asset.objects.filter(pk=held.pk).update(claimed_by="assets.disposal:1")
    assert offered(house.asset_manager, free) == (True, True)
    assert offered(house.asset_manager, missing) == (False, True)
    assert offered(house.asset_manager, held) == (False, False)
    assert offered(house.auditor, free) == (False, False)
