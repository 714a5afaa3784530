"""发票 and 付款申请: what the supplier bills, and what is paid out of which allotment."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.documents.models import Document
from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import money

from .acceptance import Acceptance
from .budgets import BudgetAllotment
from .orders import PurchaseOrder, PurchaseOrderLine

DIGITAL_PLACES = 20
_NO_DIGIT_OR_LETTER = re.compile(r"[\W_]+")


def normalized_number(text: str) -> str:
    """An invoice code or number as it is compared: full-width digits made narrow, blanks and dashes left out."""
    return _NO_DIGIT_OR_LETTER.sub("", unicodedata.normalize("NFKC", text or "")).upper()


class SupplierInvoice(Document):
    """发票. Approving it says that order, acceptance and invoice agree, or why they may differ. Yuan, tax included in
    total.

    A number is used once (R-PRC-13): the 20 digits of a digital invoice (a VAT invoice without a code) in the whole
    installation, code and number of a printed one in the organization, the number of another bill for its supplier.
    """

    class Kind(models.TextChoices):
        SPECIAL = "special", _("special VAT invoice")
        ORDINARY = "ordinary", _("ordinary VAT invoice")
        DIGITAL = "digital", _("fully digital invoice")
        OTHER = "other", _("other bill")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DIGITAL)
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="invoices", verbose_name=_("purchase order"))
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, related_name="+", editable=False, verbose_name=_("supplier")
    )
    code = models.CharField(_("invoice code"), max_length=12, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=20)
    issued_on = models.DateField(_("issued on"))
    net = MoneyField(_("net (yuan)"))
    tax = MoneyField(_("tax (yuan)"), default=0)
    total = MoneyField(_("total (yuan)"))
    difference_reason = models.CharField(_("why it differs"), max_length=200, blank=True)

    class Meta(Document.Meta):
        verbose_name = _("supplier invoice")
        verbose_name_plural = _("supplier invoices")
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=("organization", "supplier", "code", "invoice_number"),
                condition=~models.Q(status=Status.CANCELLED),
                name="invoice_once",
                violation_error_message=_("This invoice was entered already."),
            ),
            models.UniqueConstraint(
                fields=("invoice_number",),
                condition=models.Q(code="") & ~models.Q(kind="other") & ~models.Q(status=Status.CANCELLED),
                name="digital_invoice_once",
                violation_error_message=_("This invoice was entered already."),
            ),
            models.UniqueConstraint(
                fields=("organization", "code", "invoice_number"),
                condition=~models.Q(code="") & ~models.Q(status=Status.CANCELLED),
                name="coded_invoice_once",
                violation_error_message=_("This invoice was entered already."),
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")) & models.Q(total__gt=0),
                name="invoice_adds_up",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code, self.invoice_number = normalized_number(self.code), normalized_number(self.invoice_number)
        super().save(*args, **kwargs)

    @property
    def total_amount(self) -> Decimal:
        return self.total


class InvoiceLine(models.Model):
    """quantity in the unit of the order line; unit_price and amount in yuan, tax included."""

    document = models.ForeignKey(SupplierInvoice, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    order_line = models.ForeignKey(
        PurchaseOrderLine, models.PROTECT, related_name="invoice_lines", verbose_name=_("order line")
    )
    quantity = QuantityField(_("quantity"))
    unit_price = PriceField(_("unit price"))
    amount = MoneyField(_("amount"), editable=False)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0) & models.Q(unit_price__gte=0), name="invoice_line_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.quantity} × {self.unit_price}"

    def compute(self) -> None:
        self.amount = money(self.quantity * self.unit_price)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute()
        super().save(*args, **kwargs)


class PaymentRequest(Document):
    """付款申请. Posted: paid, with the voucher's number (R-PRC-12). The payee stands as he was when it was asked."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", _("prepayment")
        PART = "part", _("part payment")
        FINAL = "final", _("final payment")
        RETENTION = "retention", _("retention paid back")

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("bank transfer")
        DIRECT = "direct", _("direct treasury payment")
        AUTHORIZED = "authorized", _("authorized treasury payment")
        CARD = "card", _("official card")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FINAL)
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="payments", verbose_name=_("purchase order"))
    invoices = models.ManyToManyField(SupplierInvoice, blank=True, related_name="payments", verbose_name=_("invoices"))
    acceptances = models.ManyToManyField(Acceptance, blank=True, related_name="payments", verbose_name=_("acceptances"))
    amount = MoneyField(_("amount (yuan)"))
    method = models.CharField(_("way of payment"), max_length=10, choices=Method, default=Method.TRANSFER)
    payee = models.CharField(_("payee"), max_length=100, editable=False)
    bank = models.CharField(_("bank"), max_length=100, blank=True, editable=False)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    voucher_number = models.CharField(_("voucher number"), max_length=40, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)

    OWNED = ("payee", "bank", "bank_account", "voucher_number", "paid_on")

    class Meta(Document.Meta):
        verbose_name = _("payment request")
        verbose_name_plural = _("payment requests")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
        ]

    @property
    def total_amount(self) -> Decimal:
        return self.amount


class PaymentShare(models.Model):
    """Yuan of a payment that one allotment bears for one order line; written when the payment is submitted."""

    document = models.ForeignKey(PaymentRequest, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    order_line = models.ForeignKey(
        PurchaseOrderLine, models.PROTECT, related_name="payment_shares", verbose_name=_("order line")
    )
    allotment = models.ForeignKey(BudgetAllotment, models.PROTECT, related_name="+", verbose_name=_("budget allotment"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("share of a payment")
        verbose_name_plural = _("shares of payments")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="share_positive")]

    def __str__(self) -> str:
        return f"{self.allotment}: {self.amount}"
