"""报修单: what one person told about one fault. Several tickets may lead to one order."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import RatingReason
from .orders import Channel, WorkOrder


def new_token() -> str:
    """192 bits for a private link: nobody guesses one."""
    return secrets.token_urlsafe(24)


def new_place_token() -> str:
    """96 bits for a code on a wall."""
    return secrets.token_urlsafe(12)


class RepairTicket(models.Model):
    """One report. token: the private link by which a reporter without an account follows it.

    client: digest of the address it came from, for limits only. joined: it was added to an order that was there.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="tickets", verbose_name=_("work order"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reporter")
    )
    name = models.CharField(_("name"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    joined = models.BooleanField(_("joined an order"), default=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    client = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField(_("reported at"), default=clock.now)

    visibility = Visibility(own="reporter", department="order__department", organization="organization", enclosed=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("repair ticket")
        verbose_name_plural = _("repair tickets")
        default_permissions = ("add", "view")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=("client", "-at"), name="ticket_of_client")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d}"

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Whoever sent it."""
        return models.Q(reporter=user)


class ReportAttempt(models.Model):
    """That a stranger sent a report, taken or not; limits count these. Old rows are cleaned away."""

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.CASCADE, related_name="+")
    client = models.CharField(max_length=64)
    taken = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("attempt to report")
        verbose_name_plural = _("attempts to report")
        default_permissions = ()
        indexes = [
            models.Index(fields=("client", "at"), name="attempt_of_client"),
            models.Index(fields=("organization", "at"), name="attempt_of_house"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class PlaceCode(models.Model):
    """The code on the wall of a room by which a fault there is reported without an account."""

    place = models.OneToOneField("directory.Place", models.CASCADE, related_name="repair_code", verbose_name=_("place"))
    token = models.CharField(max_length=32, unique=True, default=new_place_token, editable=False)

    class Meta:
        verbose_name = _("code of a place")
        verbose_name_plural = _("codes of places")
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return str(self.place)


class Rating(models.Model):
    """What the reporter thought of the work, 1 to 5. Append-only: nobody changes it (R-REP-15)."""

    order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="rating", verbose_name=_("work order"))
    score = models.PositiveSmallIntegerField(_("rating"))
    reasons = models.JSONField(_("reasons"), default=list)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    ticket = models.ForeignKey(RepairTicket, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="rating_from_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.score}"

    def reason_names(self) -> list[str]:
        """The ticked reasons in words."""
        return [str(row) for row in RatingReason.objects.filter(code__in=self.reasons)]
