"""Makers of plans, meters and special equipment for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from core import clock
from maintenance.models import (
    EquipmentInspection,
    MaintenancePlan,
    Meter,
    OperatorCertificate,
    PlanSubject,
    SpecialEquipment,
)
from maintenance.services import plans, special
from tests.holding import make_asset
from tests.repairing import make_place, make_repair_category


def days(number: int) -> dt.date:
    """A day so many days from today."""
    return clock.today() + dt.timedelta(days=number)


def draft_plan(house: Any, **fields: Any) -> MaintenancePlan:
    """A plan that is not saved: every month from today on."""
    defaults: dict[str, Any] = {
        "organization": house.organization,
        "name": "配电房月检",
        "kind": "calendar",
        "every": 1,
        "unit": "month",
        "category": make_repair_category("02", "电"),
        "starts_on": clock.today(),
    }
    return MaintenancePlan(**{**defaults, **fields})


def make_plan(house: Any, *subjects: PlanSubject, **fields: Any) -> MaintenancePlan:
    """A plan of the dispatcher for a place, or for the subjects named."""
    plan = draft_plan(house, **fields)
    return plans.save_plan(
        plan, list(subjects) or [PlanSubject(place=make_place(house))], actor=house.again("repair_dispatcher")
    )


def make_equipment(house: Any, kind: str = "boiler", **fields: Any) -> SpecialEquipment:
    """Special equipment whose inspection is good for a year."""
    asset = fields.pop("asset", None) or make_asset(house, name="特种设备", state="in_use")
    defaults = {"organization": house.organization, "last_inspection": days(-30), "next_inspection": days(335)}
    return SpecialEquipment.objects.create(asset=asset, kind=kind, **{**defaults, **fields})


def make_meter(house: Any, kind: str = "counter", name: str = "发电机小时表", **fields: Any) -> Meter:
    """A meter of running hours."""
    defaults = {"unit": "小时", "category": make_repair_category("02", "电")}
    return Meter.objects.create(organization=house.organization, name=name, kind=kind, **{**defaults, **fields})


def make_certificate(house: Any, person: Any = None, kind: str = "boiler", **fields: Any) -> OperatorCertificate:
    defaults = {"project_code": "G1", "number": "T-001", "valid_until": days(100)}
    return OperatorCertificate.objects.create(
        organization=house.organization, person=person or house.repair_worker, kind=kind, **{**defaults, **fields}
    )


def inspect(house: Any, equipment: SpecialEquipment, **fields: Any) -> EquipmentInspection:
    """An inspection passed today, good for a year, entered by the dispatcher."""
    defaults = {
        "inspected_on": clock.today(),
        "agency": "市特检院",
        "report_number": "TJ-1",
        "passed": True,
        "next_inspection": days(365),
    }
    row = EquipmentInspection(equipment=equipment, **{**defaults, **fields})
    return special.record_inspection(row, actor=house.again("repair_dispatcher"))


def number(text: str) -> Decimal:
    return Decimal(text)
