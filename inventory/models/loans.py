"""Tools lent to people of the house, for work and with a day to bring them back (R-STK-18: never privately)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, QuantityField
from core.numbers import quantity

from .lines import CostedLine, StockDocument, StockLine


class ToolLoan(StockDocument):
    """借用单. `department` is the borrower's."""

    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("borrower"))
    purpose = models.CharField(_("purpose"), max_length=200)
    due_on = models.DateField(_("to be returned by"))
    settled = models.BooleanField(_("returned"), default=False, editable=False)

    OWNED = ("settled",)

    class Meta(StockDocument.Meta):
        verbose_name = _("tool loan")
        verbose_name_plural = _("tool loans")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """The borrower sees what he holds, wherever he works now."""
        return super().also_visible_to(user) | models.Q(borrower=user)


class ToolLoanLine(CostedLine):
    """serial: number on the tool. returned_quantity and lost_quantity (stock units) are caches of posted returns."""

    document = models.ForeignKey(ToolLoan, models.CASCADE, related_name="lines")
    serial = models.CharField(_("number on the tool"), max_length=40, blank=True)
    returned_quantity = QuantityField(_("returned"), default=0, editable=False)
    lost_quantity = QuantityField(_("lost"), default=0, editable=False)

    class Meta(CostedLine.Meta):
        verbose_name = _("loan line")
        verbose_name_plural = _("loan lines")
        constraints = [
            *CostedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(returned_quantity__lte=models.F("stock_quantity") - models.F("lost_quantity")),
                name="loan_return_within_lent",
            ),
        ]


class LoanReturn(StockDocument):
    """归还单: tools come back, or are lost and paid for."""

    loan = models.ForeignKey(ToolLoan, models.PROTECT, related_name="returns", verbose_name=_("loan"))
    compensation = MoneyField(_("compensation (yuan)"), default=0)
    explanation = models.CharField(_("what happened"), max_length=200, blank=True)

    class Meta(StockDocument.Meta):
        verbose_name = _("tool return")
        verbose_name_plural = _("tool returns")


class LoanReturnLine(StockLine):
    """quantity: what came back; lost_quantity: what did not, in the same unit. At least one of them is above zero."""

    document = models.ForeignKey(LoanReturn, models.CASCADE, related_name="lines")
    loan_line = models.ForeignKey(ToolLoanLine, models.PROTECT, related_name="return_lines")
    intact = models.BooleanField(_("intact"), default=True)
    lost_quantity = QuantityField(_("lost"), default=0)
    stock_lost_quantity = QuantityField(default=0, editable=False)
    amount = MoneyField(_("amount"), null=True, editable=False)

    class Meta:
        verbose_name = _("tool return line")
        verbose_name_plural = _("tool return lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0, lost_quantity__gte=0)
                & (models.Q(quantity__gt=0) | models.Q(lost_quantity__gt=0)),
                name="loan_return_says_something",
            )
        ]

    def compute(self) -> None:
        super().compute()
        self.stock_lost_quantity = quantity(self.lost_quantity * self.factor)
