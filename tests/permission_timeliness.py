"""Pauses that wait for a decision and the tables of timeliness in the walk of permissions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.urls import reverse

from directory.models import Role
from maintenance.models import CalendarDay, Escalation, OrderPause, ServiceTarget, WorkCalendar
from maintenance.services import pauses
from tests.factories import House
from tests.repairing import bring, make_order

from .permission_walk import Row

Sent = tuple[str, dict[str, Any]]
HOURS = {"hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0"}


def make_pause(house: House) -> OrderPause:
    """A pause that waits, on an order in the ward of the owner."""
    order = pauses.suspend(bring(house, make_order(house), "on_site"), actor=house.repair_worker, reason="parts")
    return order.pauses.get()


def timing_rows(house: House, word: str) -> dict[type, Any]:
    """The tables of timeliness of one house; the calendar is used by nothing and can be deleted."""
    own = {"organization": house.organization}
    always = WorkCalendar.objects.create(**own, name="全天", round_the_clock=True)
    role = Role.objects.get(code="logistics_head").group
    return {
        WorkCalendar: WorkCalendar.objects.create(**own, name=f"{word}历", round_the_clock=True),
        CalendarDay: CalendarDay.objects.create(**own, day=dt.date(2020, 10, 1), name=word),
        ServiceTarget: ServiceTarget.objects.create(
            **own, urgency="low", calendar=always, finish_minutes=90_000, basis=word
        ),
        Escalation: Escalation.objects.create(**own, moment="finish", minutes=30_000, role=role),
    }


def typed_timing_rows(house: House) -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each of these in the back office of the house."""
    own = {"organization": house.organization.pk}
    always = WorkCalendar.objects.get(organization=house.organization, name="全天")
    target = {"urgency": "normal", "calendar": always.pk, "finish_minutes": "90000", "active": "on"}
    return {
        WorkCalendar: {**own, "name": "新日历", "round_the_clock": "on", **HOURS},
        CalendarDay: {**own, "day": "2020-05-01", "name": "劳动节"},
        ServiceTarget: {**own, **target},
        Escalation: {**own, "moment": "finish", "minutes": "31000", "tells_worker": "on", "active": "on"},
    }


TIMING_CHANGES: dict[type, dict[str, Any]] = {
    CalendarDay: {"name": "改过"},
    ServiceTarget: {"basis": "改过"},
    Escalation: {"minutes": "32000"},
}
"""What is typed over a row of the back office, where that is not its name."""


class TimingRequests:
    """Where the rows of the table about timeliness go."""

    world: Any

    def on_pause_decision(self, row: Row) -> Sent:
        data = {"decision": "approve", "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(self.world.pauses[row.object].pk,)), data if row.method == "POST" else {}
