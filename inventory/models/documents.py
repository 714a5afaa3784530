"""The papers by which goods move: requisition, receipt, issue, opening stock, each with its lines."""

from decimal import Decimal
from typing import Any

from django.conf import settings
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
    def total_amount(self) -> Decimal:
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


class Requisition(StockDocument):
    """领用申请: a department asks a warehouse for goods."""

    class Fulfilment(models.TextChoices):
        """How far the goods went out; a second axis beside the status."""

        NONE = "none", _("nothing issued")
        PARTIAL = "partial", _("partly issued")
        COMPLETE = "complete", _("issued")
        CLOSED = "closed", _("rest not delivered")

    purpose = models.CharField(_("purpose"), max_length=200)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=8, choices=Fulfilment, default=Fulfilment.NONE, editable=False
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None:
            owned = {"id", "status", "number", "revision", "request_key", "fulfilment"}
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in owned]
        super().save(*args, **kwargs)


class RequisitionLine(StockLine):
    """unit_price is an estimate in yuan per `unit` when the line was written: average cost, last or reference price.

    approved_quantity (stock units) is set at approval; issued_quantity (stock units) is a cache of posted issues.
    """

    document = models.ForeignKey(Requisition, models.CASCADE, related_name="lines")
    unit_price = PriceField(_("estimated price"), null=True, blank=True, editable=False)
    amount = MoneyField(_("estimated amount"), default=0, editable=False)
    approved_quantity = QuantityField(_("approved"), null=True, blank=True, editable=False)
    issued_quantity = QuantityField(_("issued"), default=0, editable=False)

    class Meta(StockLine.Meta):
        verbose_name = _("requisition line")
        verbose_name_plural = _("requisition lines")
        constraints = [
            *StockLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(issued_quantity=0) | models.Q(issued_quantity__lte=models.F("approved_quantity")),
                name="issued_within_approved",
            ),
        ]

    @property
    def open_quantity(self) -> Decimal:
        """Stock units still to be issued."""
        return (self.approved_quantity or ZERO) - self.issued_quantity


class GoodsReceipt(StockDocument):
    """入库单: goods come into a warehouse from outside."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("purchase")
        DONATION = "donation", _("donation")
        OTHER = "other", _("other")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PURCHASE)
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    accepted_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
        help_text=_(
            "The people who counted and checked the goods; at least two, none of them the maker of this paper."
        ),
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")


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


class GoodsReceiptLine(PricedLine):
    document = models.ForeignKey(GoodsReceipt, models.CASCADE, related_name="lines")

    class Meta(PricedLine.Meta):
        verbose_name = _("goods receipt line")
        verbose_name_plural = _("goods receipt lines")


class OpeningStock(StockDocument):
    """期初库存: what is on the shelves when the system opens. Its lines come from Excel."""

    class Meta(StockDocument.Meta):
        verbose_name = _("opening stock")
        verbose_name_plural = _("opening stocks")


class OpeningStockLine(PricedLine):
    document = models.ForeignKey(OpeningStock, models.CASCADE, related_name="lines")

    class Meta(PricedLine.Meta):
        verbose_name = _("opening stock line")
        verbose_name_plural = _("opening stock lines")


class GoodsIssue(StockDocument):
    """出库单: goods leave a warehouse for a department, on an approved requisition or on its own approval."""

    requisition = models.ForeignKey(
        Requisition, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name=_("requisition")
    )
    received_by = models.CharField(_("received by"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)

    class Meta(StockDocument.Meta):
        verbose_name = _("goods issue")
        verbose_name_plural = _("goods issues")


class GoodsIssueLine(StockLine):
    """unit_cost (yuan per stock unit) and amount are written at posting, from the ledger.

    lot: empty lets the ledger pick (first expired, first out). old_quantity: old pieces handed in (R-STK-11).
    """

    document = models.ForeignKey(GoodsIssue, models.CASCADE, related_name="lines")
    requisition_line = models.ForeignKey(
        RequisitionLine, models.PROTECT, null=True, blank=True, related_name="issue_lines"
    )
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lot"))
    unit_cost = PriceField(_("unit cost"), null=True, editable=False)
    amount = MoneyField(_("amount"), null=True, editable=False)
    old_quantity = QuantityField(_("old pieces handed in"), default=0)
    trade_in_waiver = models.CharField(_("reason why no old piece is handed in"), max_length=100, blank=True)

    class Meta(StockLine.Meta):
        verbose_name = _("goods issue line")
        verbose_name_plural = _("goods issue lines")
