"""What a new house begins with: two calendars, times of service and who hears of delays, all marked as examples.

The times are those a university publishes; every house enters its own.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from directory.models import Organization, Role
from maintenance.models import Escalation, ServiceTarget, Urgency, WorkCalendar, WorkHours

HOURS = ((dt.time(8), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))
Moment = Escalation.Moment

TARGETS = (
    # urgency, round the clock?, minutes to accept, to be there, to be done
    (Urgency.URGENT, True, 40, 120, 24 * 60),
    (Urgency.NORMAL, False, 40, 8 * 60, 3 * 8 * 60),
    (Urgency.LOW, False, 8 * 60, None, 10 * 8 * 60),
)
ESCALATIONS: tuple[tuple[str, int, str | None, dict[str, bool]], ...] = (
    # moment, minutes after it, role, and what else
    (Moment.ACCEPT, 0, "repair_dispatcher", {"tells_leader": True}),
    (Moment.ACCEPT, 10, "repair_dispatcher", {"takes_back": True}),
    (Moment.ARRIVE, -15, None, {"tells_worker": True}),
    (Moment.ARRIVE, 0, "repair_dispatcher", {"tells_worker": True, "tells_leader": True}),
    (Moment.FINISH, -60, None, {"tells_worker": True}),
    (Moment.FINISH, 0, "repair_dispatcher", {"tells_worker": True, "tells_leader": True}),
    (Moment.FINISH, 8 * 60, "logistics_head", {}),
)


@transaction.atomic
def load_shipped() -> int:
    """Give examples to every house that has no calendar, target or escalation yet; returns how many houses got them."""
    houses = Organization.objects.all()
    for model in (WorkCalendar, ServiceTarget, Escalation):
        houses = houses.exclude(pk__in=model.history.values("organization"))  # type: ignore[attr-defined]
    found = list(houses)
    for house in found:
        _load(house)
    return len(found)


def _load(house: Organization) -> None:
    always = WorkCalendar.objects.create(organization=house, name=_("Round the clock"), round_the_clock=True)
    office = WorkCalendar.objects.create(organization=house, name=_("Working days"))
    WorkHours.objects.bulk_create(
        WorkHours(calendar=office, weekday=weekday, starts=starts, ends=ends)
        for weekday in range(5)
        for starts, ends in HOURS
    )
    basis = _("Example: times that a university publishes; enter those of your house.")
    for urgency, day_and_night, accept, arrive, finish in TARGETS:
        ServiceTarget.objects.create(
            organization=house,
            urgency=urgency,
            calendar=always if day_and_night else office,
            accept_minutes=accept,
            arrive_minutes=arrive,
            finish_minutes=finish,
            basis=basis,
        )
    groups = dict(Role.objects.values_list("code", "group"))
    for moment, minutes, role, more in ESCALATIONS:
        Escalation.objects.create(
            organization=house, moment=moment, minutes=minutes, role_id=groups.get(role or ""), **more
        )
