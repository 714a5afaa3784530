"""What the papers of the storehouse and their lines have in common."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import ZERO, money, quantity
from core.visibility import Visibility

from .items import Item, Unit
from .ledger import Lot
from .warehouses import Warehouse


class StockDocument(Document):
    """A document about one warehouse."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))

    visibility = Visibility(
        own="created_by", department="department", warehouse="warehouse", organization="organization"
    )

    class Meta(Document.Meta):
        abstract = True

    @property
    def total_amount(self) -> Decimal | None:
        """Yuan over all lines; a sum of lines that are read already costs no query."""
        return sum((line.amount or ZERO for line in self.lines.all()), ZERO)  # type: ignore[attr-defined]


class StockLine(models.Model):
    """One line: so much of an item, in the unit people wrote it in.

    quantity is in `unit`; `factor` stock units make one of it; `stock_quantity` is the product, in stock units.
    """

    position = models.PositiveSmallIntegerField(_("line"), default=1)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    factor = QuantityField(default=1, editable=False)
    quantity = QuantityField(_("quantity"))
    stock_quantity = QuantityField(_("quantity in stock units"), editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ("position", "id")
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="%(class)s_quantity_positive")]

    def __str__(self) -> str:
        return f"{self.position}. {self.item} {self.quantity}"

    def compute(self) -> None:
        """Derive the columns that follow from the others; bulk writers call it, save() does too."""
        self.stock_quantity = quantity(self.quantity * self.factor)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute()
        super().save(*args, **kwargs)


class PricedLine(StockLine):
    """unit_price is yuan per `unit`; amount is yuan, quantity x unit_price rounded half up."""

    unit_price = PriceField(_("unit price"))
    amount = MoneyField(_("amount"), editable=False)
    lot_number = models.CharField(_("lot number"), max_length=40, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta(StockLine.Meta):
        abstract = True
        constraints = [
            *StockLine.Meta.constraints,
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="%(class)s_price_not_negative"),
        ]

    def compute(self) -> None:
        super().compute()
        self.amount = money(self.quantity * self.unit_price)


class CostedLine(StockLine):
    """A line whose unit_cost (yuan per stock unit) and amount (yuan) the ledger writes at posting.

    lot: empty lets the ledger pick (first expired, first out).
    """

    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lot"))
    unit_cost = PriceField(_("unit cost"), null=True, editable=False)
    amount = MoneyField(_("amount"), null=True, editable=False)

    class Meta(StockLine.Meta):
        abstract = True
