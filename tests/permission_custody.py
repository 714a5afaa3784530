"""Hand-overs in the walk of permissions: papers in every state, and what their pages are opened with."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from assets.models import Asset, AssetState, CustodyChange
from core import clock
from core.documents.routes import next_signature
from core.documents.services import apply_transition
from directory.models import Department
from tests.factories import PASSWORD, House, make_person
from tests.holding import LONG_AGO, make_asset, make_custody_change
from tests.inventory.screens import line_data

from .permission_papers import Made
from .permission_walk import Row

Sent = tuple[str, dict[str, Any]]


def custody_papers(owner: str, house: House) -> Made:
    """A transfer of the owner's ward to a department of nobody in the walk, in every state; written by the nurse, so
    that the head of the ward confirms first."""
    receiver = make_person(house.organization, None, f"takes-{owner}", f"接收人{owner}", "department_head")
    target = Department.objects.create(
        organization=house.organization, code=f"T-{owner}", name=f"接收科{owner}", head=receiver
    )
    made: Made = {}
    for state in ("draft", "submitted", "posted"):
        asset = make_asset(house, in_use_on=clock.today() - LONG_AGO)
        paper = make_custody_change(house, asset, to_department=target, created_by=house.requester, note=owner)
        if state != "draft":
            paper = apply_transition(paper, "submit", actor=house.requester)
        while state == "posted" and paper.status == "submitted":
            paper = apply_transition(paper, "approve", actor=next_signature(paper).person)
        made["custodychange", owner, state] = paper
    made["custodychange", owner, "approved"] = made["custodychange", owner, "posted"]  # the last signature posts it
    make_asset(house, in_use_on=clock.today() - LONG_AGO, state=AssetState.IN_USE, user=house.requester)
    return made


class CustodyRequests:
    """Where the rows of the table about hand-overs go."""

    world: Any

    def _hand_over(self, row: Row, state: str) -> CustodyChange:
        return self.world.document("custodychange", "own" if row.object == "none" else row.object, state)

    def on_custodychange_new(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        target = self._hand_over(row, "draft").to_department
        house = self.world.houses[row.object]
        asset = make_free(house)
        return f"{reverse(row.url)}?kind=transfer", self._hand_over_form(asset, target.pk)

    def on_custodychange_edit(self, row: Row) -> Sent:
        paper = self._hand_over(row, "draft")
        line = paper.lines.get()
        data = self._hand_over_form(line.asset, paper.to_department_id, id=line.pk) | {
            "revision": paper.revision,
            "note": "改",
        }
        return reverse(row.url, args=(paper.pk,)), data if row.method == "POST" else {}

    @staticmethod
    def _hand_over_form(asset: Asset, target: int, **line: Any) -> dict[str, Any]:
        head = {"request_key": str(uuid.uuid4()), "to_department": target}
        return head | line_data({"asset": asset.pk, **line}, initial=len(line))

    def on_custody_sign_here(self, row: Row) -> Sent:
        """The head of the ward, who is asked next, types his own number and password."""
        paper = self._hand_over(row, "submitted")
        data = {"username": paper.hander.employee_number, "password": PASSWORD, "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(paper.pk,)), data

    def on_custody_of_person(self, row: Row) -> Sent:
        house = self.world.houses[row.object]
        data = {"receiver": house.acceptor.pk, "reason": "调离"}
        return reverse(row.url, args=(house.requester.pk,)), data if row.method == "POST" else {}


def make_free(house: House) -> Asset:
    """A thing of the owner's ward that no paper has in hand."""
    found = Asset.objects.filter(department=house.ward, claimed_by="", state=AssetState.IN_STOCK)
    return found.order_by("pk")[0]
