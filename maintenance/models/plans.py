"""Upkeep by plan: by calendar, by meter or by season, for things, classes of things and places."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.fields import QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import RepairCategory, Team
from .orders import WorkOrder
from .work import Checklist


class MaintenancePlan(models.Model):
    """保养计划. Orders appear `lead_days` before they are due; one not done `tolerance_days` after it is missed.

    every and unit: by calendar. season_day: by season, the same day each year ("11-01": before the heating).
    meter_every: by meter, each so many units of the meter of the subject.
    maximum_days, basis: what a law allows at most (lifts: 15 days, R-REP-13).
    """

    class Kind(models.TextChoices):
        CALENDAR = "calendar", _("by calendar")
        SEASON = "season", _("by season")
        METER = "meter", _("by meter")

    class Unit(models.TextChoices):
        DAY = "day", _("days")
        WEEK = "week", _("weeks")
        MONTH = "month", _("months")
        YEAR = "year", _("years")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.CALENDAR)
    every = models.PositiveSmallIntegerField(_("every"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, blank=True)
    season_day = models.CharField(_("day of the year"), max_length=5, blank=True, help_text=_("Month and day: 11-01"))
    meter_every = QuantityField(_("units of the meter"), null=True, blank=True)
    category = models.ForeignKey(RepairCategory, models.PROTECT, related_name="+", verbose_name=_("category"))
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checklist")
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    contractor = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contractor")
    )
    starts_on = models.DateField(_("first due on"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("appears days before"), default=7)
    tolerance_days = models.PositiveSmallIntegerField(_("missed days after"), default=3)
    maximum_days = models.PositiveSmallIntegerField(_("at most every (days)"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("upkeep plan")
        verbose_name_plural = _("upkeep plans")
        default_permissions = ("add", "change", "delete", "view", "export")
        ordering = ("organization", "name")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.CALENDAR and not (self.every and self.unit):
            raise ValidationError({"every": _("Say how often: a number and a unit.")})
        if self.kind == self.Kind.METER and not self.meter_every:
            raise ValidationError({"meter_every": _("Say after how many units of the meter.")})
        if self.kind == self.Kind.SEASON and not self.season_day:
            raise ValidationError({"season_day": _("Write month and day: 11-01")})


class PlanSubject(models.Model):
    """What a plan is for: one thing, all things of a class in use, or a place.

    next_due: when it is due again. next_reading: by meter, the reading at which it is due. month_day: the day of the
    month that its rhythm keeps (31: the last one of shorter months), once it was moved or begun on another than the
    plan's.
    """

    plan = models.ForeignKey(MaintenancePlan, models.CASCADE, related_name="subjects", verbose_name=_("plan"))
    asset = models.ForeignKey(
        "assets.Asset", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset card")
    )
    category = models.ForeignKey(
        "assets.AssetCategory", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("class")
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    meter = models.ForeignKey(
        "maintenance.Meter", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meter")
    )
    next_due = models.DateField(_("next due on"), null=True, blank=True)
    next_reading = QuantityField(_("next due at"), null=True, blank=True)
    month_day = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("subject of a plan")
        verbose_name_plural = _("subjects of plans")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(asset__isnull=False, category=None, place=None)
                | models.Q(asset=None, category__isnull=False, place=None)
                | models.Q(asset=None, category=None, place__isnull=False),
                name="plan_subject_is_one",
                violation_error_message=_("Name a thing, a class or a place, and only one of them."),
            )
        ]

    def __str__(self) -> str:
        return str(self.asset or self.category or self.place)


class PlannedUpkeep(models.Model):
    """One upkeep that falls due: of one subject, and of one thing when the subject is a class. Never made twice.

    A due day that was skipped or moved leaves a row too, with who decided it and why; it counts in no rate.
    """

    class Result(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done in time")
        LATE = "late", _("done late")
        MISSED = "missed", _("missed")
        SKIPPED = "skip", _("skipped")
        MOVED = "moved", _("moved to another day")

    subject = models.ForeignKey(PlanSubject, models.PROTECT, related_name="upkeeps")
    plan = models.ForeignKey(MaintenancePlan, models.PROTECT, related_name="upkeeps", verbose_name=_("plan"))
    asset = models.ForeignKey("assets.Asset", models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due on"))
    order = models.OneToOneField(
        WorkOrder, models.PROTECT, null=True, related_name="planned", verbose_name=_("work order")
    )
    done_on = models.DateField(_("done on"), null=True)
    result = models.CharField(_("result"), max_length=6, choices=Result, default=Result.OPEN)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("planned upkeep")
        verbose_name_plural = _("planned upkeeps")
        default_permissions = ("view",)
        ordering = ("-due_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=("subject", "asset", "due_on"), name="upkeep_once_a_thing"),
            models.UniqueConstraint(
                fields=("subject", "due_on"), condition=models.Q(asset=None), name="upkeep_once_a_due_day"
            ),
        ]
        indexes = [models.Index(fields=("result", "due_on"), name="upkeep_open")]

    def __str__(self) -> str:
        return f"{self.plan} {self.due_on:%Y-%m-%d}"
