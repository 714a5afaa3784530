"""What the lines of plans, requests and orders have in common."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import money, quantity

from .catalogue import PurchaseCategory


class Treatment(models.TextChoices):
    """What becomes of the goods once they are accepted."""

    STOCK = "stock", _("into the store")
    ASSET = "asset", pgettext_lazy("treatment of goods", "asset card")
    SERVICE = "service", _("service, nothing to keep")


class WantedLine(models.Model):
    """So much of something: an item of the store, or a name.

    quantity is in `unit`; `factor` stock units of the item make one of it. unit_price is yuan per `unit`, an estimate
    until an order fixes it; amount is yuan, quantity x unit_price rounded half up.
    """

    position = models.PositiveSmallIntegerField(_("line"), default=1)
    item = models.ForeignKey(
        "inventory.Item", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item")
    )
    name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("What it is, where it is no item."))
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    unit = models.ForeignKey("inventory.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    factor = QuantityField(default=1, editable=False)
    quantity = QuantityField(_("quantity"))
    unit_price = PriceField(_("estimated price"))
    amount = MoneyField(_("amount"), editable=False)
    category = models.ForeignKey(
        PurchaseCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("purchase category")
    )
    treatment = models.CharField(_("what becomes of it"), max_length=8, choices=Treatment, default=Treatment.STOCK)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="%(class)s_quantity_positive"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="%(class)s_price_not_negative"),
            models.CheckConstraint(condition=models.Q(item__isnull=False) | ~models.Q(name=""), name="%(class)s_named"),
            models.CheckConstraint(
                condition=~models.Q(treatment="stock") | models.Q(item__isnull=False), name="%(class)s_stock_has_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title} {self.quantity}"

    @property
    def title(self) -> str:
        """What it is called: the item's name, or what was written."""
        return self.item.name if self.item else self.name

    @property
    def described(self) -> str:
        """The specification: what was written, else the item's."""
        return self.specification or (self.item.specification if self.item else "")

    @property
    def stock_quantity(self) -> Decimal:
        """In stock units of the item."""
        return quantity(self.quantity * self.factor)

    def compute(self) -> None:
        """Derive the amount; bulk writers call it, save() does too."""
        self.amount = money(self.quantity * self.unit_price)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute()
        super().save(*args, **kwargs)


def sum_of_lines(document: Any) -> Decimal:
    """Yuan over all lines; a sum of lines that are read already costs no query."""
    return sum((line.amount for line in document.lines.all()), Decimal(0))
