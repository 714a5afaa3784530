"""特种设备: what may be used and by whom, and the inspections that decide it (R-REP-11, R-REP-14)."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from maintenance.models import Channel, EquipmentInspection, SpecialEquipment, WorkOrder

BASIS = "特种设备安全法第四十条"


def why_forbidden(equipment: SpecialEquipment, day: dt.date | None = None) -> list[str]:
    """The reasons why a thing must not be used on a day (today by default), in sentences; empty: it may be used."""
    day = day or clock.today()
    found = []
    if equipment.next_inspection is None:
        found.append(_("It was never inspected, or its certificate names no next date."))
    elif equipment.next_inspection < day:
        found.append(_("Its inspection was due by %(day)s.") % {"day": equipment.next_inspection})
    if not equipment.passed:
        words = {"words": equipment.conclusion or _("failed")}
        found.append(_("It did not pass its last inspection: %(words)s.") % words)
    if equipment.stopped_reason:
        found.append(_("It was taken out of use: %(words)s") % {"words": equipment.stopped_reason})
    return found


def equipment_of(asset: Any) -> SpecialEquipment | None:
    """The file of a thing as special equipment; None for others and for no thing."""
    if asset is None:
        return None
    return SpecialEquipment.objects.filter(asset=asset.pk).first()


def is_forbidden(asset: Any) -> bool:
    """Whether a thing must not be used today (R-REP-11); readers of many join asset__special."""
    equipment = getattr(asset, "special", None)
    return equipment is not None and equipment.is_forbidden


def require_usable(asset: Any) -> None:
    """Raise DomainError when a thing is special equipment that must not be used (R-REP-11).

    Called where an order would start it; taking it up to repair it, or to have it inspected, starts nothing.
    """
    equipment = equipment_of(asset)
    reasons = why_forbidden(equipment) if equipment else []
    if reasons:
        raise DomainError(
            _("%(asset)s is forbidden to use: %(reasons)s (%(basis)s). It may be inspected and repaired, not started.")
            % {"asset": asset, "reasons": " ".join(reasons), "basis": BASIS},
            code="R-REP-11",
            field="asset",
        )


def require_startable(order: WorkOrder) -> None:
    """The same for an order: a task on a thing uses it; a repair, an upkeep and the application for its inspection
    are what a forbidden thing needs (R-REP-11)."""
    if order.kind == WorkOrder.Kind.TASK and order.channel != Channel.PLAN:
        require_usable(order.asset)


# ---- writing ----


def _require(actor: Any, equipment: SpecialEquipment, right: str) -> None:
    rows = SpecialEquipment.objects.filter(pk=equipment.pk)
    if not rows.within(actor, right).exists():
        raise NotAllowed(_("You may not do this with special equipment."))


@atomic_with_retry
def save_equipment(equipment: SpecialEquipment, *, actor: Any) -> SpecialEquipment:
    """Write a file of special equipment. The dates of inspections come from inspections; a new file may bring those
    of the certificate at hand. Raises DomainError for a thing of another organization."""
    right = "change" if equipment.pk else "add"
    if not actor.has_perm(f"maintenance.{right}_specialequipment"):
        raise NotAllowed(_("You may not do this with special equipment."))
    if equipment.asset.organization_id != equipment.organization_id:
        raise DomainError(_("This thing belongs to another organization."), field="asset")
    last, following = equipment.last_inspection, equipment.next_inspection
    if last and following and following <= last:
        raise DomainError(_("The next inspection lies after the last one."), field="next_inspection")
    if last and last > clock.today():
        raise DomainError(_("The date lies in the future; use today's date."), field="last_inspection")
    equipment.save()
    return equipment


@atomic_with_retry
def record_inspection(inspection: EquipmentInspection, *, actor: Any) -> EquipmentInspection:
    """Keep an inspection with its report; the newest one decides whether the thing may be used.

    The next date is the one on the certificate; it is never computed. Raises DomainError for a day to come, a report
    number that is there already, a passed inspection without its next date, and dates in the wrong order.
    """
    equipment = SpecialEquipment.objects.select_for_update(of=("self",)).get(pk=inspection.equipment_id)
    _require(actor, equipment, "maintenance.add_equipmentinspection")
    if inspection.inspected_on > clock.today():
        raise DomainError(_("The date lies in the future; use today's date."), field="inspected_on")
    if inspection.passed and inspection.next_inspection is None:
        raise DomainError(
            _("Copy the date of the next inspection from the certificate; it is not computed."), field="next_inspection"
        )
    if inspection.next_inspection and inspection.next_inspection <= inspection.inspected_on:
        raise DomainError(_("The next inspection lies after this one."), field="next_inspection")
    if equipment.inspections.filter(report_number=inspection.report_number).exists():
        raise DomainError(
            _("The report %(number)s is kept already.") % {"number": inspection.report_number}, field="report_number"
        )
    inspection.entered_by = actor
    inspection.save()
    newest = equipment.inspections.order_by("-inspected_on", "-id").first()
    if newest is not None and (equipment.last_inspection or dt.date.min) <= newest.inspected_on:
        equipment.last_inspection = newest.inspected_on
        equipment.next_inspection = newest.next_inspection
        equipment.passed, equipment.conclusion = newest.passed, newest.conclusion
        equipment.save()
    return inspection


@atomic_with_retry
def stop(equipment: SpecialEquipment, *, actor: Any, reason: str) -> SpecialEquipment:
    """Take a thing out of use, for a reason that every screen shows. Raises DomainError without one."""
    _require(actor, equipment, "maintenance.change_specialequipment")
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    equipment = SpecialEquipment.objects.select_for_update(of=("self",)).get(pk=equipment.pk)
    equipment.stopped_reason = reason.strip()[:200]
    equipment.save()
    return equipment


@atomic_with_retry
def put_back(equipment: SpecialEquipment, *, actor: Any) -> SpecialEquipment:
    """Let a thing be used again that somebody took out of use; what its inspection forbids stays forbidden."""
    _require(actor, equipment, "maintenance.change_specialequipment")
    equipment = SpecialEquipment.objects.select_for_update(of=("self",)).get(pk=equipment.pk)
    equipment.stopped_reason = ""
    equipment.save()
    return equipment
