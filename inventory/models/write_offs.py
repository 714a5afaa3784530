"""Goods that are written off: expired, spoilt, broken or lost (R-STK-15)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField

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
