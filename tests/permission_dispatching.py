"""The orders of the walk of permissions, the tables of the workshop, and what their pages are opened with."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core import clock
from maintenance.models import DispatchRule, RosterEntry, Shift, Team, WorkOrder
from tests.factories import House
from tests.repairing import bring, make_order, make_team

from .permission_walk import Row

REPAIR_WORDS = {"own": "本科报修甲", "foreign": "别科报修乙", "other_house": "外院报修丙"}
"""Words in the new orders of each owner: whoever may not open an order must not read its word anywhere."""
Sent = tuple[str, dict[str, Any]]
OF_GIVEN = ("transfer", "take_back", "describe")
"""Steps that are tried with an order in the hands of a worker."""


@dataclass(frozen=True)
class Orders:
    """new: reported in the ward of the owner; given: dispatched to the worker of the house; offered: to his team."""

    new: WorkOrder
    given: WorkOrder
    offered: WorkOrder


def make_orders(owner: str, house: House) -> Orders:
    word = REPAIR_WORDS[owner]
    new = make_order(house, title=word, description=word, contact=word)
    # The worker reads what he is given, whichever ward asked; so these carry no word.
    given, offered = make_order(house), make_order(house)
    given, offered = bring(house, given, "dispatched"), bring(house, offered, "dispatched")
    WorkOrder.objects.filter(pk=offered.pk).update(worker=None)
    return Orders(new, given, offered)


def workshop_rows(house: House, word: str) -> dict[type, Any]:
    """Tables of the workshop of one house; the team and the shift are used by nothing and can be deleted."""
    organization, team = house.organization, make_team(house)
    shift = Shift.objects.create(organization=organization, name="白班", starts="08:00", ends="18:00")
    duty = RosterEntry.objects.create(
        organization=organization, team=team, worker=house.repair_worker, day=clock.today(), shift=shift
    )
    return {
        Team: Team.objects.create(organization=organization, name=f"{word}班"),
        Shift: Shift.objects.create(organization=organization, name=word[:10], starts="18:00", ends="08:00"),
        RosterEntry: duty,
        DispatchRule: DispatchRule.objects.create(organization=organization, team=team, position=7),
    }


def typed_workshop_rows(house: House) -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each of these in the back office of the house."""
    organization = {"organization": house.organization.pk}
    team = Team.objects.get(organization=house.organization, name="水电班")
    shift = Shift.objects.get(organization=house.organization, name="白班")
    day = (clock.today() + dt.timedelta(days=40)).isoformat()
    return {
        Team: {**organization, "name": "新班组", "active": "on"},
        Shift: {**organization, "name": "新班次", "starts": "06:00", "ends": "12:00"},
        RosterEntry: {**organization, "team": team.pk, "worker": house.repair_worker.pk, "day": day, "shift": shift.pk},
        DispatchRule: {**organization, "position": "9", "team": team.pk, "active": "on"},
    }


WORKSHOP_CHANGES: dict[type, dict[str, Any]] = {
    Shift: {"name": "改过"},
    RosterEntry: {"day": (clock.today() + dt.timedelta(days=41)).isoformat()},
    DispatchRule: {"position": "8"},
}
"""What is typed over a row of the back office, where that is not its name."""


class DispatchRequests:
    """Where the rows of the table about dispatching go."""

    world: Any

    def _orders(self, row: Row) -> Orders:
        return self.world.orders["own" if row.object == "none" else row.object]

    def _about_new(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._orders(row).new.pk,)), {}

    on_workorder_detail = on_order_menu = _about_new

    def on_order_move(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._orders(row).new.pk,)), {"to": "triaged"}

    def on_workorder_step(self, row: Row) -> Sent:
        orders, house = self._orders(row), self.world.houses[row.object]
        order = orders.given if row.case in OF_GIVEN else orders.offered if row.case == "take" else orders.new
        words = {
            "reason": "理由",
            "urgency": "urgent",
            "title": order.title,
            "category": order.category_id,
            "number": orders.given.number,
            "worker": house.repair_worker.pk,
            "request_key": str(uuid.uuid4()),
        }
        if row.case == "transfer":
            words |= {"worker": "", "team": order.team_id}
        return reverse(row.url, args=(order.pk, row.case)), words if row.method == "POST" else {}

    def on_task_new(self, row: Row) -> Sent:
        day = (clock.today() + dt.timedelta(days=2)).isoformat()
        task = {"title": "搬桌子", "urgency": "normal", "finish_day": day, "finish_time": "17:00"}
        return reverse(row.url), task if row.method == "POST" else {}

    def on_roster(self, row: Row) -> Sent:
        house = self.world.home
        duty = self.world.rows["own"][RosterEntry]
        cell = f"{house.repair_worker.pk}.{clock.today() + dt.timedelta(days=7):%Y%m%d}.{duty.shift_id}"
        week = (clock.today() + dt.timedelta(days=7)).isoformat()
        asked = {"team": duty.team_id, "week": week}
        return reverse(row.url), asked | ({"duty": cell, "act": "save"} if row.method == "POST" else {})
