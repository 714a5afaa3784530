"""Month close: what every warehouse held at the end of a month, kept and sealed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .items import Item
from .warehouses import Warehouse


class MonthClosing(models.Model):
    """One closing of one month. Reopening ends it; closing again makes another one. digest: over its snapshots."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    closed_at = models.DateTimeField(_("closed at"), default=clock.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    remarks = models.CharField(_("remarks"), max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    reopened_at = models.DateTimeField(_("reopened at"), null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reopened by")
    )
    reopen_reason = models.CharField(_("reason"), max_length=500, blank=True)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("month close")
        verbose_name_plural = _("month closes")
        default_permissions = ("view",)
        ordering = ("-year", "-month", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "year", "month"),
                condition=models.Q(reopened_at=None),
                name="one_closing_a_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class StockSnapshot(models.Model):
    """What one warehouse held of one item when a month was closed: stock units and yuan. Append-only."""

    closing = models.ForeignKey(MonthClosing, models.PROTECT, related_name="snapshots")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    quantity = QuantityField(_("quantity"))
    amount = MoneyField(_("amount"))

    visibility = Visibility(warehouse="warehouse", organization="closing__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing stock")
        verbose_name_plural = _("closing stocks")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=("closing", "warehouse", "item"), name="one_snapshot_an_item")]

    def __str__(self) -> str:
        return f"{self.closing} {self.item}: {self.quantity} / {self.amount}"
