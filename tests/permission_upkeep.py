"""Plans, meters and special equipment of the walk of permissions, and what their pages are opened with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core import clock
from maintenance.models import (
    Checklist,
    MaintenancePlan,
    Meter,
    MeterReading,
    OperatorCertificate,
    PlanSubject,
    SpecialEquipment,
)
from maintenance.services import meters
from tests.factories import House
from tests.holding import make_asset
from tests.maintenance.upkeep import days, make_certificate, make_equipment, make_meter, make_plan
from tests.repairing import make_place

from .permission_walk import AsJson, Row

Sent = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Upkeep:
    """One of each, of a whole house; thing: a card that is no special equipment yet."""

    house: House
    plan: MaintenancePlan
    subject: PlanSubject
    checklist: Checklist
    meter: Meter
    reading: MeterReading
    equipment: SpecialEquipment
    certificate: OperatorCertificate
    thing: Any


def make_upkeep(house: House, word: str) -> Upkeep:
    place = make_place(house, "U-1", f"机房{word}")
    plan = make_plan(house, PlanSubject(place=place), name=f"计划{word}", starts_on=days(20))
    meter = make_meter(house, name=f"水表{word}")
    reading = meters.read(meter, 5, actor=house.again("repair_worker"), note=word)  # type: ignore[arg-type]
    equipment = make_equipment(house, registration_number=word)
    certificate = make_certificate(house, number=word)
    checklist = Checklist.objects.get_or_create(code="T-UPKEEP", defaults={"name": "检查"})[0]
    if not checklist.lines.exists():
        checklist.lines.create(position=1, text="清洁")
    thing = make_asset(house, name="锅炉", state="in_use")
    return Upkeep(house, plan, plan.subjects.get(), checklist, meter, reading, equipment, certificate, thing)


def upkeep_rows(made: Upkeep) -> dict[type, Any]:
    """The rows of the back office."""
    return {
        MaintenancePlan: made.plan,
        Checklist: made.checklist,
        Meter: made.meter,
        MeterReading: made.reading,
        SpecialEquipment: made.equipment,
        OperatorCertificate: made.certificate,
    }


def no_lines() -> dict[str, Any]:
    return {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}


class UpkeepRequests:
    """Where the rows of the table about upkeep go."""

    world: Any

    def _upkeep(self, row: Row) -> Upkeep:
        found: Upkeep = self.world.upkeep["other_house" if row.object == "other_house" else "own"]
        return found

    def _form(self, row: Row, data: dict[str, Any], *args: Any) -> Sent:
        return reverse(row.url, args=args), data if row.method == "POST" else {}

    # ---- plans ----

    def on_maintenanceplan_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._upkeep(row).plan.pk,)), {}

    def _plan_form(self, row: Row) -> dict[str, Any]:
        made = self._upkeep(row)
        head = {"name": "新计划", "kind": "calendar", "every": "1", "unit": "month", "starts_on": str(days(20))}
        head |= {"category": made.plan.category_id, "lead_days": "7", "tolerance_days": "3", "active": "on"}
        line = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-place": made.subject.place_id}
        return head | line

    def on_maintenanceplan_new(self, row: Row) -> Sent:
        return self._form(row, self._plan_form(row))

    def on_maintenanceplan_edit(self, row: Row) -> Sent:
        data = self._plan_form(row) | {"lines-INITIAL_FORMS": "1", "lines-0-id": self._upkeep(row).subject.pk}
        return self._form(row, data, self._upkeep(row).plan.pk)

    def on_maintenanceplan_subject(self, row: Row) -> Sent:
        made = self._upkeep(row)
        address = reverse(row.url, args=(made.plan.pk, made.subject.pk, row.case))
        data = {"reason": "停电", "day": str(days(21))} if row.method == "POST" else {}
        return f"{address}?due={made.subject.next_due}", data

    def on_checklist_new(self, row: Row) -> Sent:
        line = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-text": "查看", "lines-0-kind": "tick"}
        return self._form(row, {"code": "N1", "name": "新检查表", "active": "on"} | line)

    def on_checklist_edit(self, row: Row) -> Sent:
        checklist = self._upkeep(row).checklist
        line = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-text": "查看", "lines-0-kind": "tick"}
        return self._form(row, {"code": checklist.code, "name": "改过", "active": "on"} | line, checklist.pk)

    # ---- meters ----

    def on_meter_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._upkeep(row).meter.pk,)), {}

    def _meter(self, row: Row) -> dict[str, Any]:
        category = self._upkeep(row).meter.category_id
        return {"name": "新表", "kind": "counter", "unit": "吨", "category": category, "active": "on"}

    def on_meter_new(self, row: Row) -> Sent:
        return self._form(row, self._meter(row))

    def on_meter_edit(self, row: Row) -> Sent:
        return self._form(row, self._meter(row), self._upkeep(row).meter.pk)

    def on_meter_reading(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        now = clock.now().isoformat()
        entry = {"client_id": str(uuid.uuid4()), "meter": self._upkeep(row).meter.pk, "value": "6", "at": now}
        return reverse(row.url), AsJson(sent_at=now, source="phone", entries=[entry])

    def on_meterreading_correct(self, row: Row) -> Sent:
        return self._form(row, {"value": "4", "note": "看错"}, self._upkeep(row).reading.pk)

    # ---- special equipment ----

    def on_specialequipment_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._upkeep(row).equipment.pk,)), {}

    on_specialequipment_paper = on_specialequipment_detail

    def on_specialequipment_new(self, row: Row) -> Sent:
        return self._form(row, {"asset": self._upkeep(row).thing.pk, "kind": "boiler"} | no_lines())

    def on_specialequipment_edit(self, row: Row) -> Sent:
        data = {"kind": "boiler", "equipment_code": "E-1"} | no_lines()
        return self._form(row, data, self._upkeep(row).equipment.pk)

    def on_specialequipment_inspection(self, row: Row) -> Sent:
        data = {"inspected_on": str(clock.today()), "agency": "特检院", "report_number": "R-9", "passed": "yes"}
        return self._form(row, data | {"next_inspection": str(days(300))}, self._upkeep(row).equipment.pk)

    def on_specialequipment_stop(self, row: Row) -> Sent:
        return self._form(row, {"reason": "异响"}, self._upkeep(row).equipment.pk)

    def _certificate(self, row: Row) -> dict[str, Any]:
        person = self._upkeep(row).house.repair_worker.pk
        return {"person": person, "kind": "lift", "project_code": "T", "number": "N-9", "valid_until": str(days(99))}

    def on_certificate_new(self, row: Row) -> Sent:
        return self._form(row, self._certificate(row))

    def on_certificate_edit(self, row: Row) -> Sent:
        return self._form(row, self._certificate(row), self._upkeep(row).certificate.pk)
