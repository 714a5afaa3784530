"""The screens of asset additions: form, page, list, paper, accepted goods, suggestions of classes."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset, AssetAddition, AssetCategory, AssetClass, AssetIntake, CardType, CategoryMapping
from assets.services.suggestions import suggest
from core import clock
from directory.models import Place
from tests.factories import House, run
from tests.holding import make_addition, make_category

pytestmark = pytest.mark.django_db


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper(house: House) -> Client:
    return as_user(house.again("asset_manager"))


def posted(house: House, *lines: dict[str, Any], **head: Any) -> dict[str, Any]:
    """What the form sends: a line of two computers for each dict, with what it changes."""
    data: dict[str, Any] = {
        "way": "purchase",
        "business_date": f"{clock.today():%Y-%m-%d}",
        "source": "YS1",
        "note": "",
        "for_department": house.ward.pk,
        "request_key": str(uuid.uuid4()),
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0,
        **head,
    }
    usual = {"name": "电脑", "pieces": "2", "original_value": "6000", "fiscal_fund": "5000", "life_months": "72"}
    for place, line in enumerate(lines):
        values = {"category": make_category().pk if "category" not in line else "", **usual, **line}
        data |= {f"lines-{place}-{name}": value for name, value in values.items()}
    return data


def test_a_line_of_the_form_becomes_a_draft_line_with_what_follows_from_it(house: House, keeper: Client) -> None:
    room = Place.objects.create(organization=house.organization, code="R1", name="101室")
    head = {"for_place": room.pk, "for_custodian": house.department_head.pk}
    answer = keeper.post(reverse("assetaddition_new"), posted(house, {"place": ""}, {"name": "显示器"}, **head))
    document = AssetAddition.objects.get()
    assert answer.headers["Location"] == reverse("assetaddition_detail", args=(document.pk,))
    line = document.lines.first()
    assert (line.pieces, line.original_value, line.fiscal_fund) == (2, Decimal(6000), Decimal(5000))
    assert (line.nonfiscal_fund, line.department, line.place, line.custodian) == (
        Decimal(1000),
        house.ward,
        room,
        house.department_head,
    )
    assert (line.card_type, line.account, line.acquired_on) == ("equipment", "1601", clock.today())
    assert document.total_amount == Decimal(24000)


def test_the_fields_of_a_vehicle_appear_with_its_class_and_are_demanded(house: House, keeper: Client) -> None:
    """R-AST-22: the form comes back with the fields of a vehicle card."""
    kind = make_category("A02030500", "乘用车", card_type=CardType.VEHICLE)
    data = posted(house, {"category": kind.pk, "name": "轿车", "pieces": "1"})
    page = keeper.post(reverse("assetaddition_new"), data)
    assert page.status_code == 200
    assert b'name="lines-0-own_vin"' in page.content
    assert not AssetAddition.objects.exists()
    own = {"own_vin": "LSVAA4182E2184847", "own_plate_number": "鲁B12345", "own_establishment": "在编"}
    own["own_vehicle_use"] = "机要通信用车"
    data |= {f"lines-0-{name}": value for name, value in own.items()}
    assert keeper.post(reverse("assetaddition_new"), data).status_code == 302
    assert AssetAddition.objects.get().lines.get().details["vin"] == "LSVAA4182E2184847"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ({"fiscal_fund": "6000.01"}, "below zero"),
        ({"life_months": "0"}, "No table names"),
        ({"pieces": "0"}, "greater than or equal to 1"),
        ({"serial_number": "SN1"}, "cannot have one serial number"),
        ({"acquired_on": "2090-01-01"}, "after the date of this paper"),
        ({"category": "999999"}, "Choose the class"),
        ({"department": "999999"}, "can no longer be chosen"),
    ],
)
def test_a_wrong_line_is_shown_beside_its_field_and_nothing_is_saved(
    house: House, keeper: Client, line: dict[str, str], word: str
) -> None:
    page = keeper.post(reverse("assetaddition_new"), posted(house, line))
    assert page.status_code == 200
    assert word in page.content.decode()
    assert not AssetAddition.objects.exists()


def test_a_thing_may_be_older_than_the_register(house: House, keeper: Client) -> None:
    keeper.post(reverse("assetaddition_new"), posted(house, {"acquired_on": "1956-09-01", "in_use_on": "1956/10/1"}))
    line = AssetAddition.objects.get().lines.get()
    assert (line.acquired_on.year, line.in_use_on.month) == (1956, 10)


def test_a_draft_is_changed_with_the_fields_of_its_cards(house: House, keeper: Client) -> None:
    document = make_addition(house, {"details": {"measuring": "是"}, "pieces": 3})
    page = keeper.get(reverse("assetaddition_edit", args=(document.pk,)))
    assert b'name="lines-0-own_measuring"' in page.content
    line = document.lines.get()
    data = posted(house, {"id": line.pk, "pieces": "5", "own_measuring": "否"}, revision=document.revision)
    data["lines-INITIAL_FORMS"] = 1
    assert keeper.post(reverse("assetaddition_edit", args=(document.pk,)), data).status_code == 302
    line.refresh_from_db()
    assert (line.pieces, line.details) == (5, {"measuring": "否"})


def test_the_page_the_list_and_the_paper_show_the_addition(house: House, keeper: Client) -> None:
    document = run(house, make_addition(house, {"pieces": 60, "name": "课桌"}))
    page = keeper.get(reverse("assetaddition_detail", args=(document.pk,))).content.decode()
    assert "课桌" in page
    assert "360,000.00" in page
    listing = keeper.get(reverse("assetaddition_list"), {"q": "课桌"}).content.decode()
    assert document.number in listing
    assert "360,000.00" in listing
    assert "课桌" in keeper.get(reverse("assetaddition_print", args=(document.pk,))).content.decode()
    assert keeper.get(reverse("assetaddition_export")).status_code == 200
    assert keeper.get(reverse("assetaddition_lines", args=(document.pk,))).status_code == 200


def test_a_list_from_a_workbook_is_shown_in_part_and_printed_by_its_classes(house: House, keeper: Client) -> None:
    document = make_addition(house, *({"name": f"椅子{place}"} for place in range(501)))
    page = keeper.get(reverse("assetaddition_detail", args=(document.pk,))).content.decode()
    assert "The first 200 of 501 lines are shown." in page
    edit = keeper.get(reverse("assetaddition_edit", args=(document.pk,))).content.decode()
    assert "too many for this page" in edit
    assert "lines-0-name" not in edit
    data = {"way": "opening", "business_date": f"{clock.today():%Y-%m-%d}", "source": "", "note": "期初"}
    data |= {"revision": str(document.revision), "request_key": str(uuid.uuid4())}
    assert keeper.post(reverse("assetaddition_edit", args=(document.pk,)), data).status_code == 302
    document = AssetAddition.objects.get()
    assert (document.note, document.lines.count()) == ("期初", 501)
    document = run(house, document, "submit")
    paper = keeper.get(reverse("assetaddition_print", args=(document.pk,))).content.decode()
    assert "501 lines" in paper


def test_the_list_costs_the_same_at_ten_and_at_a_hundred_rows(house: House, keeper: Client) -> None:
    def cost(count: int) -> int:
        for _place in range(count):
            make_addition(house)
        with CaptureQueriesContext(connection) as found:
            keeper.get(reverse("assetaddition_list"))
        return len(found)

    keeper.get(reverse("assetaddition_list"))
    few = cost(10)
    assert cost(90) == few


# ---- accepted goods ----


def goods(house: House, **fields: Any) -> AssetIntake:
    return AssetIntake.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "name": "打印机",
            "unit": "台",
            "quantity": 3,
            "unit_price": Decimal("1333.333333"),
            "amount": Decimal("4000.00"),
            "acquired_on": clock.today(),
            "source": "YS20261100001",
            "fund_source": "fiscal",
            "warranty_months": 12,
            "class_code": make_category().code,
            **fields,
        }
    )


def test_several_accepted_goods_become_the_lines_of_one_paper(house: House, keeper: Client, other_house: House) -> None:
    """R-AST-03: to the cent, each with its class where the purchase named one."""
    first, second = goods(house), goods(house, class_code="B01", name="扫描仪", quantity=1, amount=Decimal("2000.00"))
    foreign = goods(other_house)
    chosen = keeper.get(reverse("assetaddition_from_intake")).content.decode()
    assert ("打印机" in chosen, f'value="{foreign.pk}"' in chosen) == (True, False)
    answer = keeper.post(reverse("assetaddition_from_intake"), {"line": [first.pk, second.pk, foreign.pk]})
    assert answer.headers["Location"].endswith(f"?intake={first.pk}&intake={second.pk}")
    page = keeper.get(answer.headers["Location"])
    rows = page.context["formset"].initial
    assert [(row["name"], row["pieces"], row["original_value"]) for row in rows] == [
        ("打印机", 2, Decimal("1333.33")),
        ("打印机", 1, Decimal("1333.34")),
        ("扫描仪", 1, Decimal("2000.00")),
    ]
    assert [row["category"] for row in rows] == [make_category().pk, make_category().pk, None]
    assert rows[0]["warranty_until"].year == clock.today().year + 1
    lines = [
        {"intake": first.pk, "pieces": "2", "original_value": "1333.33", "fiscal_fund": "1333.33"},
        {"intake": first.pk, "pieces": "1", "original_value": "1333.34", "fiscal_fund": "1333.34"},
    ]
    keeper.post(reverse("assetaddition_new"), posted(house, *lines))
    run(house, AssetAddition.objects.get())
    first.refresh_from_db()
    assert (first.state, Asset.objects.count()) == ("carded", 3)
    assert sum(card.original_value for card in Asset.objects.all()) == Decimal("4000.00")


def test_goods_of_another_house_cannot_be_carded(house: House, keeper: Client, other_house: House) -> None:
    keeper.post(reverse("assetaddition_new"), posted(house, {"intake": goods(other_house).pk}))
    assert not AssetAddition.objects.exists()


def test_who_makes_no_cards_chooses_no_goods(house: House) -> None:
    goods(house)
    client = as_user(house.again("accountant"))
    assert client.get(reverse("assetaddition_from_intake")).status_code == 403
    assert client.get(reverse("assetaddition_new")).status_code == 403


# ---- suggestions ----


def test_the_name_of_a_thing_suggests_its_class(house: House, keeper: Client) -> None:
    laptop = make_category("A02010108", "便携式计算机", unit="台")
    old = AssetCategory.objects.create(edition="2010", code="2010105", name="便携式计算机")
    CategoryMapping.objects.create(old=old, new=laptop)
    AssetClass.objects.create(source_row=9, raw_code="2010105000000000", code="2010105", name="平板电脑")
    found = suggest("平板", organization_id=house.organization.pk, day=clock.today())
    assert [(each.category, each.thing, each.old) for each in found] == [(laptop, "平板电脑", old)]
    answer = keeper.get(reverse("addition_class_search"), {"q": "平板"}).json()["results"]
    assert answer[0]["code"] == "A02010108"
    assert answer[0]["usual"] == {
        "name": "平板电脑",
        "unit": "台",
        "old_category": {"id": old.pk, "code": "2010105", "name": "便携式计算机"},
    }
    by_key = keeper.get(reverse("addition_class_search"), {"ids": laptop.pk}).json()["results"]
    assert [row["id"] for row in by_key] == [laptop.pk]


def test_a_class_with_classes_under_it_is_not_suggested_but_its_leaves_are(house: House) -> None:
    """R-AST-04."""
    wide = make_category("A02010000", "信息化设备")
    leaf = make_category("A02010300", "信息安全设备", parent=wide)
    old = AssetCategory.objects.create(edition="2010", code="2010000", name="计算机设备及软件")
    CategoryMapping.objects.create(old=old, new=wide)
    AssetClass.objects.create(source_row=9, raw_code="2010309000000000", code="2010309", name="防火墙")
    found = suggest("防火墙", organization_id=house.organization.pk, day=clock.today())
    assert [each.category for each in found] == [leaf]
    assert [each.category for each in suggest("信息", organization_id=house.organization.pk, day=clock.today())] == [
        leaf
    ]
    assert suggest("  ", organization_id=house.organization.pk, day=clock.today()) == []
