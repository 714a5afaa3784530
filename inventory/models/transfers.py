"""Goods between two warehouses, in transit until the receiving keeper confirms (R-STK-13)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.fields import MoneyField, QuantityField
from core.numbers import quantity
from core.visibility import Scope

from .lines import CostedLine, StockDocument, StockLine
from .warehouses import Warehouse


class StockTransfer(StockDocument):
    """调拨单: the sending side. `warehouse` sends, `to_warehouse` receives."""

    class Arrival(models.TextChoices):
        """How far the goods arrived; a second axis beside the status."""

        NONE = "none", _("not sent")
        TRANSIT = "transit", _("in transit")
        PARTIAL = "partial", _("partly arrived")
        ARRIVED = "arrived", _("arrived")

    to_warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("receiving warehouse"))
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    carrier = models.CharField(_("carried by"), max_length=40, blank=True)
    arrival = models.CharField(_("arrival"), max_length=8, choices=Arrival, default=Arrival.NONE, editable=False)

    OWNED = ("arrival",)

    class Meta(StockDocument.Meta):
        verbose_name = _("stock transfer")
        verbose_name_plural = _("stock transfers")
        constraints = [
            *StockDocument.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(warehouse=models.F("to_warehouse")),
                name="transfer_goes_elsewhere",
                violation_error_message=_("Choose another warehouse than the one that sends."),
            ),
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """The receiving keeper sees what is on its way to him; what he may do with it follows the sending warehouse."""
        condition = super().also_visible_to(user)
        if Scope.WAREHOUSE in user.scopes_for("inventory.view_stocktransfer"):
            kept = user.warehouses_kept.values("pk")
            condition |= models.Q(to_warehouse__in=kept) & ~models.Q(status=Status.DRAFT)
        return condition


class StockTransferLine(CostedLine):
    """arrived_quantity and short_quantity (stock units) are caches of posted arrivals."""

    document = models.ForeignKey(StockTransfer, models.CASCADE, related_name="lines")
    arrived_quantity = QuantityField(_("arrived"), default=0, editable=False)
    short_quantity = QuantityField(_("missing"), default=0, editable=False)

    class Meta(CostedLine.Meta):
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        constraints = [
            *CostedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(arrived_quantity__lte=models.F("stock_quantity") - models.F("short_quantity")),
                name="arrived_within_sent",
            ),
        ]


class TransferArrival(StockDocument):
    """调拨到货单: the receiving side. `warehouse` is the one that receives."""

    class Shortage(models.TextChoices):
        NONE = "none", _("nothing missing")
        SENT_BACK = "sent_back", _("still with the sender")
        LOST = "lost", _("lost or broken on the way")

    transfer = models.ForeignKey(StockTransfer, models.PROTECT, related_name="arrivals", verbose_name=_("transfer"))
    shortage = models.CharField(_("what is missing"), max_length=10, choices=Shortage, default=Shortage.NONE)
    shortage_cause = models.CharField(_("cause of the shortage"), max_length=200, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("transfer arrival")
        verbose_name_plural = _("transfer arrivals")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """The sending keeper sees what arrived of his goods."""
        condition = super().also_visible_to(user)
        if Scope.WAREHOUSE in user.scopes_for("inventory.view_transferarrival"):
            kept = user.warehouses_kept.values("pk")
            condition |= models.Q(transfer__warehouse__in=kept) & ~models.Q(status=Status.DRAFT)
        return condition


class TransferArrivalLine(StockLine):
    """quantity: what arrived; short_quantity: what is missing, in the same unit. At least one of them is above zero."""

    document = models.ForeignKey(TransferArrival, models.CASCADE, related_name="lines")
    transfer_line = models.ForeignKey(StockTransferLine, models.PROTECT, related_name="arrival_lines")
    short_quantity = QuantityField(_("missing"), default=0)
    stock_short_quantity = QuantityField(default=0, editable=False)
    amount = MoneyField(_("amount"), null=True, editable=False)

    class Meta:
        verbose_name = _("arrival line")
        verbose_name_plural = _("arrival lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0, short_quantity__gte=0)
                & (models.Q(quantity__gt=0) | models.Q(short_quantity__gt=0)),
                name="arrival_says_something",
            )
        ]

    def compute(self) -> None:
        super().compute()
        self.stock_short_quantity = quantity(self.short_quantity * self.factor)
