"""Asset counts in the walk of permissions: papers in every state and phase, and what their pages are opened with."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from assets.models import AssetCount
from assets.services.counts.plan import open_count
from core import clock
from tests.core.excel.corpus import book
from tests.factories import House, run
from tests.holding import make_asset, make_asset_count, plan_asset_count

from .permission_papers import Made, in_all_states
from .permission_walk import AsJson, Row

Sent = tuple[str, dict[str, Any]]
PHASES = {
    **dict.fromkeys(("open", "edit"), "planned"),
    **dict.fromkeys(("finish",), "counted"),
    **dict.fromkeys(("recount", "proposals"), "draft"),
    **{"publish": "check", "case": "lost"},
}
"""Which count a screen is opened with; all others take one that is being counted."""


def count_papers(owner: str, house: House) -> Made:
    """Counts of the owner's ward in every state and phase: its storekeeper counts, the accountant of the house
    supervises."""
    about: dict[str, Any] = {"department": house.ward, "counters": (house.storekeeper,)}
    made = in_all_states(owner, house, AssetCount, lambda: make_asset_count(house, **about))
    make_asset(house)
    scope: dict[str, Any] = {**about, "scope_department": house.ward, "sample_size": 1}
    made["assetcount", owner, "planned"] = plan_asset_count(house, **scope)
    for phase in ("counting", "counted"):
        made["assetcount", owner, phase] = open_count(plan_asset_count(house, **scope), actor=house.asset_manager)
    made["assetcount", owner, "counted"].lines.update(result="match")
    check = make_asset_count(house, kind=AssetCount.Kind.CLASS_CHECK, scope_department=house.ward, **about)
    made["assetcount", owner, "check"] = run(house, check, "submit", "approve")
    lost = make_asset_count(house, **about)
    lost.lines.update(result="missing", finding="值班人员", treatment="赔偿", found_department=None, condition="")
    made["assetcount", owner, "lost"] = run(house, lost)
    return made


class CountRequests:
    """Where the rows of the table about asset counts go."""

    world: Any

    def _counted(self, row: Row) -> tuple[AssetCount, str]:
        state = PHASES.get(row.url.removeprefix("assetcount_"), "counting")
        document = self.world.document("assetcount", row.object, state)
        return document, reverse(row.url, args=(document.pk,))

    def _plan_of(self, row: Row) -> dict[str, Any]:
        house = self.world.houses["own" if row.object == "none" else row.object]
        return {
            "request_key": str(uuid.uuid4()),
            "kind": "partial",
            "business_date": clock.today().isoformat(),
            "scope_department": house.ward.pk,
            "supervisor": house.accountant.pk,
            "counter_1": house.storekeeper.pk,
            "note": "改",
        }

    def on_assetcount_new(self, row: Row) -> Sent:
        return reverse(row.url), self._plan_of(row) if row.method == "POST" else {}

    def on_assetcount_edit(self, row: Row) -> Sent:
        document, path = self._counted(row)
        data = self._plan_of(row) | {"revision": document.revision}
        return path, data if row.method == "POST" else {}

    def on_assetcount_open(self, row: Row) -> Sent:
        document, path = self._counted(row)
        lines = list(document.lines.values_list("pk", flat=True))
        return path, {"line": lines, "reason": "再查一次"} if row.method == "POST" else {}

    on_assetcount_finish = on_assetcount_missing = on_assetcount_recount = on_assetcount_open
    on_assetcount_publish = on_assetcount_case = on_assetcount_count = on_assetcount_open
    on_assetcount_lines = on_assetcount_lines_export = on_assetcount_paper = on_assetcount_sheet = on_assetcount_open

    def on_assetcount_proposals(self, row: Row) -> Sent:
        document, path = self._counted(row)
        line = document.lines.get()
        data = {f"line-{line.pk}-cause": "借用", f"line-{line.pk}-treatment": "补办", "revision": document.revision}
        return path, data if row.method == "POST" else {}

    def on_assetcount_entries(self, row: Row) -> Sent:
        document, path = self._counted(row)
        entry = {"client_id": str(uuid.uuid4()), "line": document.lines.get().pk, "present": True}
        return path, AsJson(entries=[entry]) if row.method == "POST" else {}

    def on_assetcount_find(self, row: Row) -> Sent:
        _document, path = self._counted(row)
        return path, {"code": "ZC0"} if row.method == "GET" else {}

    def on_assetcount_photo(self, row: Row) -> Sent:
        _document, path = self._counted(row)
        stream = io.BytesIO()
        Image.new("RGB", (9, 9), "red").save(stream, "JPEG")
        photo = SimpleUploadedFile("p.jpg", stream.getvalue(), content_type="image/jpeg")
        return path, {"file": photo, "what": "桌子"} if row.method == "POST" else {}

    def on_assetcount_upload(self, row: Row) -> Sent:
        document, path = self._counted(row)
        if row.method == "GET":
            return path, {}
        sheet = book([["Asset number", "Found (yes or no)"], [document.lines.get().asset.number, "yes"]])
        now = timezone.localtime(clock.now())
        return path, {"file": SimpleUploadedFile("count.xlsx", sheet), "counted_at": f"{now:%Y-%m-%dT%H:%M}"}

    def on_asset_count_table(self, row: Row) -> Sent:
        if row.object == "none":
            return reverse(row.url), {}
        return reverse(row.url), {"count": self.world.document("assetcount", row.object, "posted").pk}

    on_asset_count_differences = on_asset_count_table

    def on_uncounted_assets(self, row: Row) -> Sent:
        house = self.world.houses.get(row.object)
        year = {"year": clock.today().year}
        return reverse(row.url), year | {"department": house.ward.pk} if house else {}
