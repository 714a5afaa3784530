"""What should be bought: one open suggestion per item and warehouse, not one a day (R-STK-20)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .items import Item
from .warehouses import Warehouse


class ReplenishmentSuggestion(models.Model):
    """The stock of an item fell below its minimum. Quantities in stock units, kept up to date while it is open."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ORDERED = "ordered", _("requested")
        DISMISSED = "dismissed", _("dismissed")
        FILLED = "filled", _("in stock again")

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    in_stock = QuantityField(_("in stock"))
    minimum = QuantityField(_("minimum stock"))
    quantity = QuantityField(_("suggested quantity"))
    opened_at = models.DateTimeField(_("since"), default=clock.now)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("request"), max_length=40, blank=True)

    visibility = Visibility(warehouse="warehouse", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("replenishment suggestion")
        verbose_name_plural = _("replenishment suggestions")
        default_permissions = ("view", "change")
        ordering = ("warehouse", "item")
        constraints = [
            models.UniqueConstraint(
                fields=("warehouse", "item"),
                condition=models.Q(state__in=("open", "ordered")),
                name="one_open_suggestion",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.quantity}"
