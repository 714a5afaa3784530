"""The asset cards of the walk of permissions, and what their pages are opened with."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assets.models import Asset, AssetState
from core import clock
from directory.models import Department
from tests.factories import House
from tests.holding import make_asset

from .permission_walk import Row

ASSET_WORDS = {"own": "本科卡片甲", "foreign": "别科卡片乙", "other_house": "外院卡片丙"}
"""Words in the cards of each owner: whoever may not open a card must not read its word anywhere."""
Sent = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Cards:
    """card: in use in the ward of the owner; idle: of the pool; room: a class of that house with a thing of its own."""

    card: Asset
    idle: Asset
    room: Department


def make_cards(owner: str, house: House) -> Cards:
    word = ASSET_WORDS[owner]
    card = make_asset(house, serial_number=word, note=word, name="监护仪", state=AssetState.IN_USE)
    idle = make_asset(house, name="闲置打印机", state=AssetState.IDLE)
    Asset.objects.filter(pk=idle.pk).update(idle_since=clock.today() - dt.timedelta(days=90))
    room = Department.objects.create(
        organization=house.organization, code=f"C-{owner}", name=f"{owner}班", kind="class", head=house.leader
    )
    make_asset(house, department=room, specification=word)
    return Cards(card, idle, room)


class AssetRequests:
    """Where the rows of the table about cards go."""

    world: Any

    def _cards(self, row: Row) -> Cards:
        return self.world.cards["own" if row.object == "none" else row.object]

    def on_asset_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._cards(row).card.pk,)), {}

    def on_asset_edit(self, row: Row) -> Sent:
        card = self._cards(row).card
        data = {"name": "改过", "unit": card.unit, "use_purpose": card.use_purpose, "revision": card.revision}
        lines = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
        return reverse(row.url, args=(card.pk,)), data | lines if row.method == "POST" else {}

    def on_asset_find(self, row: Row) -> Sent:
        return reverse(row.url), {"code": self._cards(row).card.token}

    def on_asset_scan(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._cards(row).card.token,)), {}

    def on_asset_labels(self, row: Row) -> Sent:
        address = reverse(row.url)
        if row.object != "none":
            address = f"{address}?asset={self._cards(row).card.pk}"
        return address, {"size": "a4-24", "copies": "1", "skip": "0"} if row.method == "POST" else {}

    def on_idle_thing(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._cards(row).idle.pk,)), {"request_key": str(uuid.uuid4())}

    def on_class_property(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._cards(row).room.pk,)), {}

    on_class_letter = on_class_property

    def on_department_assets(self, row: Row) -> Sent:
        if row.object == "none":
            return reverse(row.url), {}
        return reverse(row.url), {"department": self._cards(row).card.department_id, "format": "print"}

    def on_personal_assets(self, row: Row) -> Sent:
        if row.object == "none":
            return reverse(row.url), {}
        house = self.world.houses[row.object]
        return reverse(row.url), {"person": house.requester.pk, "format": "print"}
