"""What goods cost in the end: price differences after posting, and the average of a whole month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, PriceField, QuantityField

from .documents import GoodsReceipt, GoodsReceiptLine
from .items import Item
from .lines import StockDocument


class PriceDifference(StockDocument):
    """价差单: the invoice says another price than the receipt. The receipt stays as it was posted.

    What still lies in the warehouse takes its share of the difference; the rest is charged to use. For an estimate
    (暂估) it is the red reversal of the estimate and the entry at the invoice's price in one paper (docs/adr).
    """

    receipt = models.ForeignKey(
        GoodsReceipt, models.PROTECT, related_name="price_differences", verbose_name=_("receipt")
    )
    invoice_number = models.CharField(_("invoice number"), max_length=40)

    class Meta(StockDocument.Meta):
        verbose_name = _("price difference")
        verbose_name_plural = _("price differences")


class PriceDifferenceLine(models.Model):
    """quantity: stock units received, of which the price is corrected. new_price: yuan per stock unit.

    booked, invoiced, amount (their difference), stock_part, use_part: yuan, written at posting; may be negative.
    """

    document = models.ForeignKey(PriceDifference, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    receipt_line = models.ForeignKey(GoodsReceiptLine, models.PROTECT, related_name="price_difference_lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    quantity = QuantityField(_("quantity"))
    new_price = PriceField(_("price on the invoice"))
    booked = MoneyField(_("amount booked"), null=True, editable=False)
    invoiced = MoneyField(_("amount invoiced"), null=True, editable=False)
    amount = MoneyField(_("difference"), null=True, editable=False)
    stock_part = MoneyField(_("of it in stock"), null=True, editable=False)
    use_part = MoneyField(_("of it used"), null=True, editable=False)

    class Meta:
        verbose_name = _("price difference line")
        verbose_name_plural = _("price difference lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(new_price__gte=0), name="new_price_not_negative"),
            models.UniqueConstraint(fields=("document", "receipt_line"), name="receipt_line_corrected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.item}"


class MonthPricing(StockDocument):
    """月末计价单: corrects the issues of a month to the month's average (period_average); made by the close."""

    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))

    class Meta(StockDocument.Meta):
        verbose_name = _("month-end pricing")
        verbose_name_plural = _("month-end pricings")


class MonthPricingLine(models.Model):
    """average: yuan per stock unit over opening and receipts; amount: yuan by which the issues were corrected."""

    document = models.ForeignKey(MonthPricing, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("line"), default=1)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    quantity = QuantityField(_("issued"))
    average = PriceField(_("average price"))
    provisional = MoneyField(_("amount so far"))
    amount = MoneyField(_("correction"))

    class Meta:
        verbose_name = _("month-end pricing line")
        verbose_name_plural = _("month-end pricing lines")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return f"{self.position}. {self.item}"
