"""Goods that are written off: expired, spoilt, broken or lost (R-STK-15)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.fields import MoneyField
from core.visibility import ScopedQuerySet, Visibility

from .lines import CostedLine, StockDocument


class WriteOff(StockDocument):
    """报损单. The approval ladder goes by the amount (ApprovalRule)."""

    class Cause(models.TextChoices):
        EXPIRED = "expired", _("expired")
        SPOILT = "spoilt", _("spoilt")
        BROKEN = "broken", _("broken")
        LOST = "lost", _("lost")
        DISASTER = "disaster", _("accident or disaster")

    cause = models.CharField(_("cause"), max_length=10, choices=Cause, default=Cause.EXPIRED)
    explanation = models.CharField(_("what happened"), max_length=200)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    treatment = models.CharField(_("treatment"), max_length=200, blank=True)
    compensation = MoneyField(_("compensation (yuan)"), default=0)
    authority_reference = models.CharField(
        _("approval of the competent authority"),
        max_length=60,
        blank=True,
        help_text=_("Number of the paper, where the amount needs one."),
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")


class WriteOffLine(CostedLine):
    """salvage: yuan that what is left is worth."""

    document = models.ForeignKey(WriteOff, models.CASCADE, related_name="lines")
    salvage = MoneyField(_("salvage value"), default=0)

    class Meta(CostedLine.Meta):
        verbose_name = _("write-off line")
        verbose_name_plural = _("write-off lines")
        constraints = [
            *CostedLine.Meta.constraints,
            models.CheckConstraint(condition=models.Q(salvage__gte=0), name="salvage_not_negative"),
        ]


class WriteOffLimit(models.Model):
    """From this amount (yuan) on, a write-off needs the paper of the competent authority; each row holds from its day.

    The row with the latest day that is not after the write-off's date counts; an empty amount: no paper is needed.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    valid_from = models.DateField(_("valid from"))
    amount = MoneyField(
        _("from amount (yuan)"), null=True, blank=True, help_text=_("Empty: no paper of the authority is needed.")
    )
    basis = models.CharField(_("basis"), max_length=200, help_text=_("The rule or decision this comes from."))

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("limit of own write-offs")
        verbose_name_plural = _("limits of own write-offs")
        default_permissions = ("add", "change", "view")
        ordering = ("organization", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "valid_from"),
                name="one_write_off_limit_a_day",
                violation_error_message=_("There is a limit from this day already; change that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gte=0),
                name="write_off_limit_amount",
                violation_error_message=_("The amount cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.amount}"
