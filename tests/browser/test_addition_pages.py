"""The pages of asset additions at a desk and on a phone in the dark; a line that is searched by a name and copied."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assets.models import AssetAddition, AssetCategory, AssetClass, AssetIntake, CardType, CategoryMapping
from core import clock
from tests.factories import House, run
from tests.holding import make_addition, make_category

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOWS = pytest.mark.parametrize("window", [{}, {"phone": True, "dark": True}], ids=["desk", "phone"])
CAR = {"vin": "LSVAA4182E2184847", "establishment": "在编", "vehicle_use": "机要通信用车", "plate_number": "鲁B12345"}


def papers(house: House) -> tuple[AssetAddition, AssetAddition]:
    """A draft with a car and desks, and a posted gift whose cards wait for the accountant."""
    kind = make_category("A02030500", "乘用车", card_type=CardType.VEHICLE)
    car = {"category": kind, "card_type": "vehicle", "name": "别克商务车", "details": CAR, "life_months": 96}
    draft = make_addition(house, car, {"name": "课桌", "pieces": 60, "note": "一年级各班"}, source="YS20261100003")
    AssetIntake.objects.create(
        organization=house.organization,
        department=house.ward,
        name="打印机",
        unit="台",
        quantity=3,
        unit_price=Decimal("1333.333333"),
        amount=Decimal("4000.00"),
        acquired_on=clock.today(),
        source="YS20261100001",
    )
    return draft, run(house, make_addition(house, {"pieces": 3, "custodian": house.department_head}, way="donation"))


@WINDOWS
def test_every_page_of_the_additions(house: House, sign_in: Any, window: dict[str, bool]) -> None:
    draft, gift = papers(house)
    page = sign_in("asset_manager", "/", **window)
    root = page.url.rstrip("/")
    addresses = (
        *(reverse(name) for name in ("assetaddition_list", "assetaddition_new", "assetaddition_from_intake")),
        *(reverse(f"assetaddition_{name}", args=(draft.pk,)) for name in ("detail", "edit")),
        *(reverse(f"assetaddition_{name}", args=(gift.pk,)) for name in ("detail", "print")),
        reverse("asset_intake"),
    )
    for address in addresses:
        assert page.goto(f"{root}{address}").status == 200, address
        look(page, f"additions-{address.strip('/').replace('/', '-')}-{len(window)}")
    accountant = sign_in("accountant", f"{reverse('asset_booking')}?paper={gift.pk}", **window)
    look(accountant, f"additions-booking-{len(window)}")


def test_a_thing_is_found_by_its_name_and_its_line_is_copied(house: House, sign_in: Any) -> None:
    laptop = make_category("A02010108", "便携式计算机", unit="台")
    old = AssetCategory.objects.create(edition="2010", code="2010105", name="便携式计算机")
    CategoryMapping.objects.create(old=old, new=laptop)
    AssetClass.objects.create(source_row=9, raw_code="2010105000000000", code="2010105", name="平板电脑")
    page = sign_in("asset_manager", reverse("assetaddition_new"))
    page.locator("[name=for_department] ~ input").fill("内科")
    page.locator("[role=option]").first.click()
    line = page.locator("tr[data-line]").first
    line.locator("[role=combobox]").first.fill("平板")
    page.locator("[role=option]", has_text="平板电脑").first.click()
    expect(line.locator("[name=lines-0-name]")).to_have_value("平板电脑")
    for name, value in (("pieces", "2"), ("original_value", "5000"), ("fiscal_fund", "5000")):
        line.locator(f"[name=lines-0-{name}]").fill(value)
    line.locator("summary").click()
    line.locator("[name=lines-0-life_months]").fill("72")
    line.locator("[data-copy]").click()
    expect(page.locator("[name=lines-1-name]")).to_have_value("平板电脑")
    expect(page.locator("[data-total]")).to_have_text("20,000.00")
    page.locator(".form-actions .btn").nth(1).click()
    expect(page.locator("h1")).to_be_visible()
    document = AssetAddition.objects.get()
    rows = list(document.lines.values_list("name", "pieces", "category", "old_category", "life_months"))
    assert rows == [("平板电脑", 2, laptop.pk, old.pk, 72)] * 2
