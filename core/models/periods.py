from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.visibility import ScopedQuerySet, Visibility


class Period(models.Model):
    """One accounting month of an organization. A month without a row is open."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("accounting month")
        verbose_name_plural = _("accounting months")
        default_permissions = ("view", "close", "reopen")
        ordering = ("-year", "-month")
        constraints = [
            models.UniqueConstraint(fields=("organization", "year", "month"), name="one_period_a_month"),
            models.CheckConstraint(condition=models.Q(month__range=(1, 12)), name="period_month_valid"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class PeriodChange(models.Model):
    """One closing or reopening of a month: who, when and why. Append-only; Period keeps only the last."""

    period = models.ForeignKey(
        Period, models.PROTECT, related_name="changes", verbose_name=_("accounting month"), editable=False
    )
    state = models.CharField(_("state"), max_length=6, choices=Period.State)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    visibility = Visibility(organization="period__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing or reopening of a month")
        verbose_name_plural = _("closings and reopenings of months")
        default_permissions = ()
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.period}: {self.get_state_display()}"
