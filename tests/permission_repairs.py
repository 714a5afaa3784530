"""The order that a worker opens on his phone in the walk of permissions, and what its page sends."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core import clock
from maintenance.models import WorkOrder
from tests.factories import House
from tests.repairing import bring, make_order

from .permission_walk import AsJson, Row

Sent = tuple[str, dict[str, Any]]


def make_repairs(owner: str, house: House) -> WorkOrder:
    """An order in the hands of the worker of the house; one of another ward that nobody has yet."""
    order = make_order(house)
    return order if owner == "foreign" else bring(house, order, "on_site")


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "PNG")
    return SimpleUploadedFile("after.png", drawn.getvalue(), "image/png")


class RepairRequests:
    """Where the rows of the table about the page of a worker go."""

    world: Any

    def on_repair_work_entries(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        now = clock.now().isoformat()
        order = self.world.repairs[row.object]
        entry = {"client_id": str(uuid.uuid4()), "order": order.pk, "do": "note", "at": now, "reason": "总阀已关"}
        return reverse(row.url), AsJson(sent_at=now, source="phone", entries=[entry])

    def on_repair_work_photo(self, row: Row) -> Sent:
        data = {"file": picture(), "moment": "after"} if row.method == "POST" else {}
        return reverse(row.url, args=(self.world.repairs[row.object].pk,)), data
