"""特种设备: boilers, lifts, pressure vessels … with the papers a law asks for (特种设备安全法)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.visibility import ScopedQuerySet, Visibility


class EquipmentKind(models.TextChoices):
    BOILER = "boiler", _("boiler")
    VESSEL = "vessel", _("pressure vessel")
    CYLINDER = "cylinder", _("gas cylinder")
    LIFT = "lift", _("lift")
    CRANE = "crane", _("crane")
    VEHICLE = "vehicle", _("in-plant vehicle")
    PIPE = "pipe", _("pressure pipe")


class SpecialEquipment(models.Model):
    """The file of one thing. next_inspection comes from the certificate, it is never computed (domain 4.3, [K]).

    stopped: taken out of use by somebody, with the reason; a past inspection forbids its use anyway (R-REP-11).
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    asset = models.OneToOneField("assets.Asset", models.PROTECT, related_name="special", verbose_name=_("asset card"))
    kind = models.CharField(_("kind"), max_length=8, choices=EquipmentKind)
    equipment_code = models.CharField(_("equipment code"), max_length=40, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    use_certificate = models.CharField(_("use certificate"), max_length=40, blank=True)
    maintainer = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maintained by")
    )
    contract_until = models.DateField(_("maintenance contract until"), null=True, blank=True)
    safety_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("safety manager"),
    )
    last_inspection = models.DateField(_("last inspected on"), null=True, blank=True)
    next_inspection = models.DateField(_("next inspection by"), null=True, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=60, blank=True)
    passed = models.BooleanField(_("passed"), default=True)
    stopped_reason = models.CharField(_("out of use because"), max_length=200, blank=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("special equipment")
        verbose_name_plural = _("special equipment")
        default_permissions = ("add", "change", "view", "export")
        ordering = ("organization", "next_inspection", "id")
        indexes = [models.Index(fields=("organization", "next_inspection"), name="special_due")]

    def __str__(self) -> str:
        return f"{self.asset}"

    @property
    def is_forbidden(self) -> bool:
        """Whether it must not be used today: uninspected, past its date, failed, or stopped (R-REP-11)."""
        past = self.next_inspection is None or self.next_inspection < clock.today()
        return past or not self.passed or bool(self.stopped_reason)

    @staticmethod
    def forbidden_today() -> models.Q:
        """The same for filter() (R-REP-11)."""
        past = models.Q(next_inspection=None) | models.Q(next_inspection__lt=clock.today())
        return past | models.Q(passed=False) | ~models.Q(stopped_reason="")


class EquipmentInspection(models.Model):
    """One inspection with its report. Append-only."""

    equipment = models.ForeignKey(
        SpecialEquipment, models.PROTECT, related_name="inspections", verbose_name=_("special equipment")
    )
    inspected_on = models.DateField(_("inspected on"))
    agency = models.CharField(_("inspected by"), max_length=100)
    report_number = models.CharField(_("report number"), max_length=60)
    passed = models.BooleanField(_("passed"))
    conclusion = models.CharField(_("conclusion"), max_length=60, blank=True)
    next_inspection = models.DateField(_("next inspection by"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("inspection of special equipment")
        verbose_name_plural = _("inspections of special equipment")
        default_permissions = ("add", "view")
        ordering = ("-inspected_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=("equipment", "report_number"), name="inspection_report_once"),
            models.CheckConstraint(
                condition=models.Q(next_inspection=None) | models.Q(next_inspection__gt=models.F("inspected_on")),
                name="inspection_next_is_later",
            ),
        ]

    def __str__(self) -> str:
        return self.report_number


class OperatorCertificate(models.Model):
    """持证上岗: what a person may operate, and until when."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("for"), max_length=8, choices=EquipmentKind)
    project_code = models.CharField(_("project code"), max_length=20)
    number = models.CharField(_("certificate number"), max_length=60)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"))

    visibility = Visibility(own="person", organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("operator's certificate")
        verbose_name_plural = _("operators' certificates")
        default_permissions = ("add", "change", "delete", "view", "import")
        ordering = ("valid_until", "id")
        constraints = [
            models.UniqueConstraint(fields=("person", "project_code", "number"), name="certificate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.project_code}"


OPERATOR_BASIS = "特种设备安全法第十四条"


def why_uncertified(person: Any, equipment: SpecialEquipment, day: dt.date) -> str:
    """The sentence why somebody must not operate this kind of equipment on a day; "" when he may (R-REP-14)."""
    rows = OperatorCertificate.objects.filter(person=person.pk, kind=equipment.kind)
    spans = list(rows.values_list("valid_from", "valid_until"))
    if any((start is None or start <= day) and end >= day for start, end in spans):
        return ""
    last = max((end for _start, end in spans), default=None)
    words = {
        "person": person,
        "kind": equipment.get_kind_display(),
        "day": day,
        "basis": OPERATOR_BASIS,
        "last": last,
    }
    if last is not None and last < day:
        return (
            gettext(
                "The certificate of %(person)s for “%(kind)s” ended on %(last)s; "
                "on %(day)s somebody else operates it (%(basis)s)."
            )
            % words
        )
    return gettext("%(person)s has no certificate for “%(kind)s” that is valid on %(day)s (%(basis)s).") % words


class SafetyAccessory(models.Model):
    """A safety valve or a gauge that is calibrated at its own dates."""

    class Kind(models.TextChoices):
        VALVE = "valve", _("safety valve")
        PRESSURE = "pressure", _("pressure gauge")
        LEVEL = "level", _("level gauge")
        LIMITER = "limiter", _("speed limiter")
        OTHER = "other", _("other")

    equipment = models.ForeignKey(
        SpecialEquipment, models.CASCADE, related_name="accessories", verbose_name=_("special equipment")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    number = models.CharField(_("number"), max_length=40)
    calibrated_on = models.DateField(_("calibrated on"), null=True, blank=True)
    next_calibration = models.DateField(_("next calibration by"), null=True, blank=True)

    class Meta:
        verbose_name = _("safety accessory")
        verbose_name_plural = _("safety accessories")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("next_calibration", "id")
        constraints = [models.UniqueConstraint(fields=("equipment", "kind", "number"), name="accessory_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
