"""Asset additions in the walk of permissions: papers in every state, the choice of accepted goods, the booking."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from assets.models import Asset, AssetAddition
from core import clock
from directory.models import Place
from tests.factories import House
from tests.holding import make_addition, make_asset, make_category
from tests.inventory.screens import line_data

from .permission_assets import ASSET_WORDS
from .permission_papers import Made, in_all_states
from .permission_walk import Row

ADDITION_WORDS = {"own": "本科增加暗记", "foreign": "别科增加暗记", "other_house": "外院增加暗记"}
"""Words in the additions of each owner: whoever may not open such a paper must not read its word anywhere."""
Sent = tuple[str, dict[str, Any]]


def addition_papers(owner: str, house: House) -> Made:
    """Papers in every state, of the ward of their owner and written by the asset manager of its house; a card there
    that can be booked."""
    word = ADDITION_WORDS[owner]
    place = Place.objects.filter(organization=house.organization).first()
    place = place or Place.objects.create(organization=house.organization, code="P1", name="库房")
    make_asset(house, custodian=house.department_head, place=place, name=f"{ASSET_WORDS[owner]}待入账")

    def addition() -> AssetAddition:
        line = {"name": ASSET_WORDS[owner], "note": word}
        return make_addition(house, line, source=word, note=word, department=house.ward)

    return in_all_states(owner, house, AssetAddition, addition)


class AdditionRequests:
    """Where the rows of the table about additions go."""

    world: Any

    def _ward_of(self, row: Row) -> Any:
        return self.world.houses["own" if row.object == "none" else row.object].ward

    def on_assetaddition_new(self, row: Row) -> Sent:
        return reverse(row.url), self._addition_form(row) if row.method == "POST" else {}

    def on_assetaddition_edit(self, row: Row) -> Sent:
        document = self.world.document("assetaddition", row.object, "draft")
        data = self._addition_form(row, id=document.lines.get().pk) | {"revision": document.revision, "note": "改"}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def on_assetaddition_copy(self, row: Row) -> Sent:
        return reverse(row.url, args=(self.world.document("assetaddition", row.object, "draft").pk,)), {}

    on_assetaddition_lines = on_assetaddition_copy

    def _addition_form(self, row: Row, **line: Any) -> dict[str, Any]:
        head = {"request_key": str(uuid.uuid4()), "way": "donation", "business_date": clock.today().isoformat()}
        values = {"category": make_category().pk, "name": "电脑", "pieces": "1", "original_value": "6000"}
        values |= {"fiscal_fund": "0", "life_months": "72"}
        usual = {"for_department": self._ward_of(row).pk}
        return head | usual | line_data({**values, **line}, initial=len(line))

    def on_assetaddition_from_intake(self, row: Row) -> Sent:
        return reverse(row.url), {"line": "999999"} if row.method == "POST" else {}

    def on_addition_class_search(self, row: Row) -> Sent:
        return reverse(row.url), {"q": "计算机"}

    def on_asset_booking(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        card = Asset.objects.get(name=f"{ASSET_WORDS[row.object]}待入账", booked_on=None)
        data = {"voucher_number": "记-1", "booked_on": clock.today().isoformat(), "card": card.pk}
        return reverse(row.url), data
