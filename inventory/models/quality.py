"""Lots that must not go out: quarantined until released, or frozen (R-STK-04)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.visibility import ScopedQuerySet, Visibility

from .ledger import Lot


class LotHold(models.Model):
    """A lot kept back in one organization, from when to when, by whom and why. Open while released_at is empty."""

    class Kind(models.TextChoices):
        QUARANTINE = "quarantine", _("quarantine")
        FROZEN = "frozen", _("frozen")

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="holds", verbose_name=_("lot"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"), default=clock.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    release_note = models.CharField(_("result of the check"), max_length=200, blank=True)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept-back lot")
        verbose_name_plural = _("kept-back lots")
        default_permissions = ("view", "add", "release")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "lot"), condition=models.Q(released_at=None), name="one_open_hold_a_lot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.get_kind_display()}"
