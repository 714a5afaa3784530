"""Reports of faults in the walk of permissions: tickets, codes on walls, code tables, and what their pages are sent."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Asset
from maintenance.models import (
    CauseCode,
    Channel,
    PlaceCode,
    RatingReason,
    RemedyCode,
    RepairCategory,
    RepairTicket,
)
from maintenance.services import tickets
from maintenance.views.public_reports import new_stamp
from tests.factories import House
from tests.holding import make_asset
from tests.repairing import make_place, make_repair_category

from .permission_walk import Row

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
Sent = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Reports:
    """ticket: by the requester of the owner; thing and code: what strangers scan."""

    ticket: RepairTicket
    thing: Asset
    code: PlaceCode


def make_reports(owner: str, house: House) -> Reports:
    place = make_place(house, f"R-{owner}", "值班室")
    ticket = tickets.report(
        organization=house.organization,
        description="门锁坏了",
        category=make_repair_category("R1", "门锁"),
        place=place,
        actor=house.requester,
        channel=Channel.SCAN,
    )
    thing = make_asset(house, name="饮水机")
    return Reports(ticket, thing, PlaceCode.objects.create(place=place))


def catalogue_rows() -> dict[type, Any]:
    """Rows of the shared tables that nothing uses."""
    return {
        RepairCategory: RepairCategory.objects.create(code="R9", name="不用的类别"),
        CauseCode: CauseCode.objects.create(code="R9", name="不用的原因"),
        RemedyCode: RemedyCode.objects.create(code="R9", name="不用的措施"),
        RatingReason: RatingReason.objects.create(code="R9", name="不用的理由"),
    }


def typed_catalogue_rows() -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each in the back office."""
    plain = {"code": "R8", "name": "新的", "active": "on"}
    return {
        RepairCategory: plain,
        CauseCode: {**plain, "kind": "wear"},
        RemedyCode: plain,
        RatingReason: plain,
    }


class ReportRequests:
    """Where the rows of the table about reports go."""

    world: Any

    def _reports(self, row: Row) -> Reports:
        return self.world.reports["own" if row.object == "none" else row.object]

    def on_report_new(self, row: Row) -> Sent:
        code = self._reports(row).code
        data = {
            "request_key": str(uuid.uuid4()),
            "group": RepairCategory.objects.get(code="R1").pk,
            "place": code.place_id,
            "phone": "13800000000",
            "description": "灯不亮",
            "urgency": "normal",
            "join": "new",
            "photos": SimpleUploadedFile("a.png", PIXEL),
        }
        return reverse(row.url), data if row.method == "POST" else {}

    def on_repair_ticket(self, row: Row) -> Sent:
        words = {"act": "cancel", "reason": "好了", "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(self._reports(row).ticket.pk,)), words if row.method == "POST" else {}

    def on_report_follow(self, row: Row) -> Sent:
        """Whoever has the link may speak; without a reason nothing is cancelled."""
        cache.clear()
        words = {"act": "cancel", "reason": ""}
        return reverse(row.url, args=(self._reports(row).ticket.token,)), words if row.method == "POST" else {}

    def on_report_thing(self, row: Row) -> Sent:
        return self._scanned(row, self._reports(row).thing.token)

    def on_report_place(self, row: Row) -> Sent:
        return self._scanned(row, self._reports(row).code.token)

    @staticmethod
    def _scanned(row: Row, token: str) -> Sent:
        cache.clear()  # one address sends the whole walk
        with mock.patch("django.core.signing.time.time", return_value=time.time() - 60):
            stamp = new_stamp(token)
        data = {"stamp": stamp, "group": RepairCategory.objects.get(code="R1").pk, "description": "坏了"}
        return reverse(row.url, args=(token,)), data if row.method == "POST" else {}

    def on_place_labels(self, row: Row) -> Sent:
        data = {"size": "a4-24", "copies": "1", "skip": "0"}
        return reverse(row.url), data if row.method == "POST" else {}
