"""特种设备检验到期表 and the list of operators' certificates."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.reports import Column, Report, Row, register
from maintenance.models import OperatorCertificate, SafetyAccessory, SpecialEquipment
from maintenance.services import special
from maintenance.services.plan_rules import GONE

LEFT = Column(gettext_lazy("Days left"), "left", "integer", width=8)


def days_left(day: dt.date | None) -> int | None:
    """Days until a date, below zero when it is past."""
    return None if day is None else (day - clock.today()).days


@register
class InspectionsDue(Report):
    """特种设备检验到期表: things and their safety accessories, what is due first on top."""

    code = "special_inspections"
    title = gettext_lazy("Inspections of special equipment that fall due")
    permission = "maintenance.view_specialequipment"
    export_permission = "maintenance.export_specialequipment"
    icon = "calendar"
    note = gettext_lazy("The next date comes from the certificate. Apply one month before (特种设备安全法第四十条).")
    empty_text = gettext_lazy("There is no special equipment.")
    frozen_columns = 1
    signature_places = (gettext_lazy("Safety manager"), gettext_lazy("Head of logistics"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Equipment or thing"), "thing", width=24),
            Column(gettext_lazy("Kind"), "kind"),
            Column(gettext_lazy("Registration number"), "registration", "code"),
            Column(gettext_lazy("Place"), "place"),
            Column(gettext_lazy("Safety manager"), "manager"),
            Column(gettext_lazy("Last inspected on"), "last", "date"),
            Column(gettext_lazy("Next inspection by"), "due", "date"),
            LEFT,
            Column(gettext_lazy("Whether it may be used"), "use", width=20),
        )

    def rows(self) -> Iterator[Row]:
        seen = SpecialEquipment.objects.visible_to(self.user).exclude(asset__state__in=GONE)
        ordered = seen.order_by(F("next_inspection").asc(nulls_first=True), "pk")
        for row in ordered.select_related("asset__place__parent__parent", "safety_manager"):
            reasons = special.why_forbidden(row)
            use = _("forbidden to use") if reasons else _("may be used")
            yield Row(
                {
                    **_shared(row),
                    "kind": row.get_kind_display(),
                    "last": row.last_inspection,
                    "due": row.next_inspection,
                    "left": days_left(row.next_inspection),
                    "use": use,
                },
                subject=row.pk,
            )
        parts = SafetyAccessory.objects.filter(equipment__in=seen, next_calibration__isnull=False)
        related = parts.select_related("equipment__asset__place__parent__parent", "equipment__safety_manager")
        for part in related.order_by("next_calibration", "pk"):
            past = (days_left(part.next_calibration) or 0) < 0
            yield Row(
                {
                    **_shared(part.equipment),
                    "kind": str(part),
                    "last": part.calibrated_on,
                    "due": part.next_calibration,
                    "left": days_left(part.next_calibration),
                    "use": _("calibration overdue") if past else _("in date"),
                },
                subject=part.equipment_id,
            )

    def summary(self) -> list[tuple[Any, Any]]:
        rows = list(SpecialEquipment.objects.visible_to(self.user).exclude(asset__state__in=GONE))
        good = sum(1 for row in rows if not row.is_forbidden)
        return [(_("May be used of all"), f"{good} / {len(rows)}")] if rows else []

    def links(self, row: Row) -> dict[str, str]:
        return {"thing": reverse("specialequipment_detail", args=(row.subject,))}


def _shared(row: SpecialEquipment) -> dict[str, Any]:
    return {
        "thing": str(row.asset),
        "registration": row.registration_number,
        "place": row.asset.place.described if row.asset.place else "",
        "manager": str(row.safety_manager or ""),
    }


@register
class Certificates(Report):
    """持证上岗一览表: what ends first on top."""

    code = "operator_certificates"
    title = gettext_lazy("Certificates of operators")
    permission = "maintenance.view_operatorcertificate"
    icon = "users"
    empty_text = gettext_lazy("There are no certificates yet.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Person"), "person", width=12),
            Column(gettext_lazy("Department"), "department"),
            Column(pgettext_lazy("certificate", "For"), "kind"),
            Column(gettext_lazy("Project code"), "project", "code"),
            Column(gettext_lazy("Certificate number"), "number", "code"),
            Column(gettext_lazy("Valid from"), "start", "date"),
            Column(gettext_lazy("Valid until"), "end", "date"),
            LEFT,
        )

    def rows(self) -> Iterator[Row]:
        rows = OperatorCertificate.objects.visible_to(self.user).filter(person__is_active=True)
        for row in rows.select_related("person__department").order_by("valid_until", "pk"):
            yield Row(
                {
                    "person": str(row.person),
                    "department": str(row.person.department or ""),
                    "kind": row.get_kind_display(),
                    "project": row.project_code,
                    "number": row.number,
                    "start": row.valid_from,
                    "end": row.valid_until,
                    "left": days_left(row.valid_until),
                },
                subject=row.pk,
            )
