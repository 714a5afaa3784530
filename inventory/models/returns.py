"""Goods that go back: from a department to the store, from the store to the supplier."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField

from .documents import GoodsIssue, GoodsIssueLine, GoodsReceipt, GoodsReceiptLine
from .lines import CostedLine, StockDocument


class StockReturn(StockDocument):
    """退库单: a department brings back what an issue gave it, at the cost of that issue (R-STK-14)."""

    class Cause(models.TextChoices):
        SURPLUS = "surplus", _("not needed")
        WRONG = "wrong", _("wrong goods")
        DEFECT = "defect", _("defective")
        OTHER = "other", _("other")

    issue = models.ForeignKey(GoodsIssue, models.PROTECT, related_name="returns", verbose_name=_("issue"))
    cause = models.CharField(_("reason"), max_length=10, choices=Cause, default=Cause.SURPLUS)
    returned_by = models.CharField(_("returned by"), max_length=40, blank=True)

    class Meta(StockDocument.Meta):
        verbose_name = _("return to the store")
        verbose_name_plural = _("returns to the store")


class StockReturnLine(CostedLine):
    """lot: only where the issue line gave out several; empty means the lots it gave, the last one first."""

    document = models.ForeignKey(StockReturn, models.CASCADE, related_name="lines")
    issue_line = models.ForeignKey(GoodsIssueLine, models.PROTECT, related_name="return_lines")
    intact = models.BooleanField(_("intact"), default=True)

    class Meta(CostedLine.Meta):
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")


class SupplierReturn(StockDocument):
    """退货单: goods of a receipt go back to the supplier."""

    class Cause(models.TextChoices):
        QUALITY = "quality", _("bad quality")
        WRONG = "wrong", _("wrong goods")
        EXPIRED = "expired", _("expired or near expiry")
        RECALL = "recall", _("recall")
        OTHER = "other", _("other")

    receipt = models.ForeignKey(GoodsReceipt, models.PROTECT, related_name="returns", verbose_name=_("receipt"))
    cause = models.CharField(_("reason"), max_length=10, choices=Cause, default=Cause.QUALITY)
    collected_by = models.CharField(_("collected by"), max_length=40, blank=True)

    class Meta(StockDocument.Meta):
        verbose_name = _("return to the supplier")
        verbose_name_plural = _("returns to the supplier")


class SupplierReturnLine(CostedLine):
    """amount: yuan that leave the ledger, at its cost; credit: yuan the supplier owes, at the price of the receipt."""

    document = models.ForeignKey(SupplierReturn, models.CASCADE, related_name="lines")
    receipt_line = models.ForeignKey(GoodsReceiptLine, models.PROTECT, related_name="return_lines")
    credit = MoneyField(_("credit"), default=0, editable=False)

    class Meta(CostedLine.Meta):
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
