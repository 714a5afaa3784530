"""Reminders before a paper of special equipment ends, and the task to apply for its inspection (R-REP-12)."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from maintenance.models import Channel, OperatorCertificate, SafetyAccessory, SpecialEquipment, Urgency, WorkOrder

from .orders import open_order
from .plan_notices import ANSWERABLE, people_of
from .plan_rules import GONE
from .plans import end_of
from .sources import NAMESPACE

DAYS = (60, 30, 7)
"""Days before a paper ends at which people are reminded; the application is due at the second."""
APPLY = 30
INSPECTION, FORBIDDEN, CALIBRATION, CERTIFICATE, CONTRACT = (
    "special_inspection",
    "special_forbidden",
    "special_calibration",
    "special_certificate",
    "special_contract",
)
notices.register_sentence(INSPECTION, gettext_lazy("%(what)s is to be inspected by %(day)s: %(left)d days are left."))
notices.register_sentence(FORBIDDEN, gettext_lazy("%(what)s is forbidden to use: its inspection was due by %(day)s."))
notices.register_sentence(CALIBRATION, gettext_lazy("%(what)s is to be calibrated by %(day)s: %(left)d days are left."))
notices.register_sentence(
    CERTIFICATE, gettext_lazy("The certificate %(what)s is valid until %(day)s: %(left)d days are left.")
)
notices.register_sentence(
    CONTRACT, gettext_lazy("The maintenance contract of %(what)s ends on %(day)s: %(left)d days are left.")
)


def threshold(left: int) -> int | None:
    """Which reminder is due with so many days left; a day on which nobody ran the command leaves none out."""
    passed = [days for days in DAYS if left <= days]
    return min(passed) if passed else None


def remind(today: dt.date | None = None) -> tuple[int, int]:
    """Remind of everything that ends, and open the applications; returns how many notices and how many tasks are new.

    Each reminder is told once for each date, so that the command may run every day and twice.
    """
    today = today or clock.today()
    told, tasks = 0, 0
    rows = SpecialEquipment.objects.exclude(asset__state__in=GONE).select_related("asset", "organization")
    for equipment in rows.filter(organization__active=True).order_by("pk"):
        people = people_of(equipment.organization_id, ANSWERABLE)
        if equipment.safety_manager_id:
            people.add(equipment.safety_manager_id)
        told += _remind_equipment(equipment, people, today)
        tasks += apply_for_inspection(equipment, today)
    told += _remind_accessories(today) + _remind_certificates(today)
    return told, tasks


def _remind_equipment(equipment: SpecialEquipment, people: set[int], today: dt.date) -> int:
    url = reverse("specialequipment_detail", args=(equipment.pk,))
    told = 0
    if equipment.next_inspection and equipment.next_inspection < today:
        told += notices.tell(
            people,
            FORBIDDEN,
            key=f"special:{equipment.pk}:{equipment.next_inspection}:over",
            url=url,
            words={"what": str(equipment), "day": equipment.next_inspection.isoformat()},
        )
    else:
        told += _tell(people, INSPECTION, f"special:{equipment.pk}", equipment.next_inspection, url, equipment, today)
    key = f"contract:{equipment.pk}"
    return told + _tell(people, CONTRACT, key, equipment.contract_until, url, equipment, today)


def _tell(people: Iterable[int], code: str, key: str, end: dt.date | None, url: str, what: Any, today: dt.date) -> int:
    """Tell of a date that comes near, once for each threshold."""
    if end is None or end < today:
        return 0
    left = (end - today).days
    due = threshold(left)
    if due is None:
        return 0
    words = {"what": str(what), "day": end.isoformat(), "left": left}
    return notices.tell(people, code, key=f"{key}:{end}:{due}", url=url, words=words)


def apply_for_inspection(equipment: SpecialEquipment, today: dt.date) -> int:
    """Open the task to apply for the inspection one month before it is due, once for each due date; returns 0 or 1."""
    end = equipment.next_inspection
    if end is None or (end - today).days > APPLY:
        return 0
    key = uuid.uuid5(NAMESPACE, f"application:{equipment.pk}:{end}")
    if WorkOrder.objects.filter(request_key=key).exists():
        return 0
    open_order(
        organization=equipment.organization,
        title=_("Apply for the inspection of %(what)s") % {"what": equipment},
        actor=None,
        who="special",
        kind=WorkOrder.Kind.TASK,
        channel=Channel.PLAN,
        urgency=Urgency.NORMAL,
        request_key=key,
        asset=equipment.asset,
        description=_(
            "To be inspected by %(day)s. The application is due one month before (特种设备安全法第四十条). "
            "Afterwards enter the report and its next date in the file of the equipment."
        )
        % {"day": end},
        finish_due=end_of(max(end - dt.timedelta(days=7), today)),
    )
    return 1


def _remind_accessories(today: dt.date) -> int:
    rows = SafetyAccessory.objects.exclude(equipment__asset__state__in=GONE)
    soon = rows.filter(next_calibration__range=(today, today + dt.timedelta(days=DAYS[0])))
    told = 0
    for row in soon.select_related("equipment__asset").order_by("pk"):
        people = people_of(row.equipment.organization_id, ANSWERABLE)
        if row.equipment.safety_manager_id:
            people = people | {row.equipment.safety_manager_id}
        url = reverse("specialequipment_detail", args=(row.equipment_id,))
        what = f"{row.equipment} · {row}"
        told += _tell(people, CALIBRATION, f"calibration:{row.pk}", row.next_calibration, url, what, today)
    return told


def _remind_certificates(today: dt.date) -> int:
    """The holder hears it, too: he has to have it renewed."""
    rows = OperatorCertificate.objects.filter(valid_until__range=(today, today + dt.timedelta(days=DAYS[0])))
    told = 0
    for row in rows.filter(person__is_active=True).select_related("person").order_by("pk"):
        people = people_of(row.organization_id, ANSWERABLE) | {row.person_id}
        url = reverse("certificate_list")
        told += _tell(people, CERTIFICATE, f"certificate:{row.pk}", row.valid_until, url, row, today)
    return told
