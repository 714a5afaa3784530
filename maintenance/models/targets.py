"""How fast the house promises to be: working calendars, targets by category and urgency, and who hears of delays."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.visibility import ScopedQuerySet, Visibility

from .catalogue import MASTER_PERMISSIONS, RepairCategory

A_MOMENT_TO_A_YEAR = (MinValueValidator(1), MaxValueValidator(366 * 24 * 60))
"""Minutes that can be promised: none is no promise, and nobody waits longer than a year."""


class Urgency(models.TextChoices):
    URGENT = "urgent", _("urgent")
    NORMAL = "normal", _("normal")
    LOW = "low", _("can wait")


class WorkCalendar(models.Model):
    """When time counts. round_the_clock: always (the oxygen plant); else within its working hours."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=40)
    round_the_clock = models.BooleanField(_("round the clock"), default=False)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("organization", "name")
        constraints = [models.UniqueConstraint(fields=("organization", "name"), name="calendar_name_unique")]

    def __str__(self) -> str:
        return self.name


class WorkHours(models.Model):
    """One stretch of work on a weekday (0 is Monday), by the clock of the house; `ends` 00:00 is the end of the day."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="hours", verbose_name=_("calendar"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ("weekday", "starts")
        constraints = [
            models.UniqueConstraint(fields=("calendar", "weekday", "starts"), name="hours_once"),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")) | models.Q(ends=dt.time(0)),
                name="hours_end_after_start",
                violation_error_message=_("The hours end before they begin; write a night as two lines."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class CalendarDay(models.Model):
    """A day unlike its weekday, for the whole house: a holiday, or a working day made up for one (调休, hours of a
    Monday)."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    day = models.DateField(_("day"))
    working = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=40, blank=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday or made-up working day")
        verbose_name_plural = _("holidays and made-up working days")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("-day",)
        constraints = [models.UniqueConstraint(fields=("organization", "day"), name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"


class ServiceTarget(models.Model):
    """Working minutes within which an order is accepted, somebody is there, and it is done; None: not promised.

    The most special row holds: category before its parent before none. Times come from papers of houses [P27-P29, K]:
    every house enters its own.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    category = models.ForeignKey(
        RepairCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency)
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="+", verbose_name=_("calendar"))
    accept_minutes = models.PositiveIntegerField(
        _("accepted within (minutes)"), null=True, blank=True, validators=A_MOMENT_TO_A_YEAR
    )
    arrive_minutes = models.PositiveIntegerField(
        _("on site within (minutes)"), null=True, blank=True, validators=A_MOMENT_TO_A_YEAR
    )
    finish_minutes = models.PositiveIntegerField(
        _("done within (minutes)"), null=True, blank=True, validators=A_MOMENT_TO_A_YEAR
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service target")
        verbose_name_plural = _("service targets")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("organization", "category", "urgency")
        constraints = [
            models.UniqueConstraint(fields=("organization", "category", "urgency"), name="target_once"),
            models.UniqueConstraint(
                fields=("organization", "urgency"), condition=models.Q(category=None), name="general_target_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or _('all categories')} · {self.get_urgency_display()}"


class Escalation(models.Model):
    """Who is told how many working minutes before (negative) or after a promised moment passes without the step."""

    class Moment(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("work order", "acceptance")
        ARRIVE = "arrive", pgettext_lazy("work order", "arrival")
        FINISH = "finish", pgettext_lazy("work order", "completion")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    moment = models.CharField(_("promised moment"), max_length=6, choices=Moment)
    minutes = models.SmallIntegerField(
        _("minutes after it"),
        default=0,
        help_text=_("With a minus sign: before it passes."),
        validators=[MinValueValidator(-4_800), MaxValueValidator(32_000)],
    )
    urgency = models.CharField(_("only of this urgency"), max_length=6, choices=Urgency, blank=True)
    role = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tell this role")
    )
    tells_worker = models.BooleanField(_("tell the worker"), default=False)
    tells_leader = models.BooleanField(_("tell the leader of the team"), default=False)
    takes_back = models.BooleanField(
        _("give the order back to the dispatcher"),
        default=False,
        help_text=_("Only for an order that nobody accepted (R-REP-04)."),
    )
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        default_permissions = ("add", "change", "delete", "view")
        ordering = ("organization", "moment", "minutes")

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.minutes:+d}"
