"""Meters and what they show; a reading out of its limits opens an order."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.fields import QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import MASTER_PERMISSIONS, RepairCategory
from .orders import WorkOrder


class Meter(models.Model):
    """A gauge (pressure, temperature) or a counter that only grows (hours, cubic metres); low, high: its limits."""

    class Kind(models.TextChoices):
        GAUGE = "gauge", _("gauge")
        COUNTER = "counter", _("counter")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.GAUGE)
    unit = models.CharField(_("unit"), max_length=20)
    asset = models.ForeignKey(
        "assets.Asset", models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("asset card")
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    low = QuantityField(_("at least"), null=True, blank=True)
    high = QuantityField(_("at most"), null=True, blank=True)
    category = models.ForeignKey(
        RepairCategory,
        models.PROTECT,
        related_name="+",
        verbose_name=_("category of its faults"),
    )
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("organization", "name")
        constraints = [models.UniqueConstraint(fields=("organization", "name"), name="meter_name_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        """Its place with the building; readers of many join place__parent__parent."""
        return self.place.described if self.place else ""

    def is_abnormal(self, value: Any) -> bool:
        """Whether a value lies outside the limits."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


class MeterReading(models.Model):
    """What a meter showed. Append-only; a wrong one is followed by a right one that names it.

    at: by our clock, corrected from the device's; device_at: what the device said.
    """

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="readings", verbose_name=_("meter"))
    value = QuantityField(_("reading"))
    abnormal = models.BooleanField(_("out of limits"), default=False)
    at = models.DateTimeField(_("read at"), default=clock.now)
    device_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("read by"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="+", verbose_name=_("work order"))
    request_key = models.UUIDField(null=True, unique=True, editable=False)

    visibility = Visibility(own="by", organization="meter__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("meter reading")
        verbose_name_plural = _("meter readings")
        default_permissions = ("add", "view", "export")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=("meter", "-at"), name="reading_of_meter")]

    def __str__(self) -> str:
        return f"{self.meter_id}: {self.value}"
