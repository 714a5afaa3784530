"""Who is on duty when, and to whom an order goes by itself."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.visibility import ScopedQuerySet, Visibility

from .catalogue import MASTER_PERMISSIONS, RepairCategory, Team
from .special import why_uncertified
from .targets import Urgency


class Shift(models.Model):
    """白班, 夜班. One that ends before it starts goes on into the next day."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=20)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("organization", "starts")
        constraints = [models.UniqueConstraint(fields=("organization", "name"), name="shift_name_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}-{self.ends:%H:%M}"


class RosterEntry(models.Model):
    """One worker on duty in one shift of a day. equipment: the special equipment he operates then (R-REP-14)."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("worker"))
    day = models.DateField(_("day"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="+", verbose_name=_("shift"))
    equipment = models.ForeignKey(
        "maintenance.SpecialEquipment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("special equipment"),
    )

    visibility = Visibility(own="worker", organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duty roster")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("-day", "shift", "id")
        constraints = [models.UniqueConstraint(fields=("worker", "day", "shift"), name="on_duty_once")]
        indexes = [models.Index(fields=("organization", "day"), name="roster_of_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.shift} {self.worker}"

    def clean(self) -> None:
        """Whoever operates special equipment has a certificate that is valid on that day (R-REP-14)."""
        super().clean()
        if self.equipment is None or self.worker_id is None or self.day is None:
            return
        if sentence := why_uncertified(self.worker, self.equipment, self.day):
            raise ValidationError({"worker": sentence})


class DispatchRule(models.Model):
    """Which team or worker an order of a category, place, urgency and shift is proposed to; the first that fits holds.

    by_itself: dispatched at once, without the dispatcher.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    category = models.ForeignKey(
        RepairCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category and those under it"),
    )
    place = models.ForeignKey(
        "directory.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place and those in it"),
    )
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency, blank=True)
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    by_itself = models.BooleanField(_("dispatch by itself"), default=False)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dispatch rule")
        verbose_name_plural = _("dispatch rules")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("organization", "position", "id")

    def __str__(self) -> str:
        return f"{self.position}: {self.team}"
