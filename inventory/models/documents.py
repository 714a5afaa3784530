"""The papers by which goods move: requisition, receipt, issue, opening stock, each with its lines."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import ZERO

from .lines import CostedLine, PricedLine, StockDocument, StockLine
from .old_pieces import Condition, Destination


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
    over_quota = models.BooleanField(_("over quota"), default=False, editable=False)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=8, choices=Fulfilment, default=Fulfilment.NONE, editable=False
    )

    OWNED = ("fulfilment", "over_quota")

    class Meta(StockDocument.Meta):
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")


class RequisitionLine(StockLine):
    """unit_price is an estimate in yuan per `unit` when the line was written: average cost, last or reference price.

    approved_quantity (stock units) is set at approval; issued_quantity (stock units) is a cache of posted issues.
    """

    document = models.ForeignKey(Requisition, models.CASCADE, related_name="lines")
    unit_price = PriceField(_("estimated price"), null=True, blank=True, editable=False)
    amount = MoneyField(_("estimated amount"), default=0, editable=False)
    approved_quantity = QuantityField(_("approved"), null=True, blank=True, editable=False)
    issued_quantity = QuantityField(_("issued"), default=0, editable=False)
    over_quota = models.BooleanField(_("over quota"), default=False, editable=False)

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
        ESTIMATE = "estimate", _("estimate, invoice to come")
        DONATION = "donation", _("donation")
        MATERIALS = "materials", _("materials left over")
        PROCESSING = "processing", _("processing")
        SURPLUS = "surplus", _("surplus found")
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
    source = models.CharField(
        _("made of"), max_length=60, blank=True, editable=False, help_text=_("The paper whose goods these are.")
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")


class GoodsReceiptLine(PricedLine):
    """returned_quantity (stock units) is a cache of what posted returns sent back to the supplier."""

    document = models.ForeignKey(GoodsReceipt, models.CASCADE, related_name="lines")
    returned_quantity = QuantityField(_("returned to the supplier"), default=0, editable=False)

    class Meta(PricedLine.Meta):
        verbose_name = _("goods receipt line")
        verbose_name_plural = _("goods receipt lines")
        constraints = [
            *PricedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(returned_quantity__lte=models.F("stock_quantity")), name="returned_within_received"
            ),
        ]


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


class GoodsIssueLine(CostedLine):
    """old_quantity: old pieces handed in, stock units (R-STK-11). What is short of them needs a waiver with its reason,
    and somebody's approval; old_pieces_follow says that the department still owes them.

    returned_quantity (stock units) and returned_amount (yuan) are caches of posted returns to the store (R-STK-14).
    """

    document = models.ForeignKey(GoodsIssue, models.CASCADE, related_name="lines")
    requisition_line = models.ForeignKey(
        RequisitionLine, models.PROTECT, null=True, blank=True, related_name="issue_lines"
    )
    old_quantity = QuantityField(_("old pieces handed in"), default=0)
    old_condition = models.CharField(
        _("condition of the old pieces"), max_length=10, choices=Condition, default=Condition.BROKEN
    )
    old_destination = models.CharField(
        _("where the old pieces go"), max_length=10, choices=Destination, default=Destination.RECYCLE
    )
    trade_in_waiver = models.CharField(_("reason why no old piece is handed in"), max_length=100, blank=True)
    old_pieces_follow = models.BooleanField(_("old pieces follow"), default=False)
    returned_quantity = QuantityField(_("returned to the store"), default=0, editable=False)
    returned_amount = MoneyField(default=0, editable=False)

    class Meta(CostedLine.Meta):
        verbose_name = _("goods issue line")
        verbose_name_plural = _("goods issue lines")
        constraints = [
            *CostedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(returned_quantity__lte=models.F("stock_quantity")), name="returned_within_issued"
            ),
        ]
