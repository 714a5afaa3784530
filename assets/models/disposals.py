"""处置单 and 赔偿单: things leave the house, and what was lost or broken is paid for."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents.models import Document
from core.fields import MoneyField, ScaledDecimalField
from core.numbers import ZERO
from core.visibility import ScopedQuerySet, Visibility

from .cards import Asset, DisposalWay


class Disposal(Document):
    """资产处置单, approved inside the house by the sum of original values (R-AST-12).

    approval_number and approved_on: the decision it rests on; above the house's own authority it comes from outside.
    """

    way = models.CharField(_("way of disposal"), max_length=12, choices=DisposalWay, default=DisposalWay.SCRAP)
    reason = models.CharField(_("reason"), max_length=300)
    technical_appraisal = models.CharField(
        _("technical appraisal"), max_length=500, blank=True, help_text=_("Who looked at it, and what he found.")
    )
    valuation_number = models.CharField(
        _("number of the valuation report"), max_length=60, blank=True, help_text=_("For a sale or an exchange.")
    )
    receiver = models.CharField(_("receiver"), max_length=100, blank=True)
    approval_number = models.CharField(_("number of the decision"), max_length=60, blank=True)
    approved_on = models.DateField(_("date of the decision"), null=True, blank=True)
    approved_outside = models.CharField(_("decided by (outside)"), max_length=100, blank=True)
    small_batches_reason = models.CharField(
        _("why in several batches"),
        max_length=200,
        blank=True,
        help_text=_("Asked for when the batches of the last days together cross a limit."),
    )

    OWNED = ("approval_number", "approved_on", "approved_outside")

    class Meta(Document.Meta):
        verbose_name = _("asset disposal")
        verbose_name_plural = _("asset disposals")

    @property
    def total_amount(self) -> Decimal:
        """Yuan of the original values, which the authority is measured by."""
        values = self.lines.values_list("original_value", flat=True)  # type: ignore[attr-defined]
        return sum(values, ZERO)


class DisposalLine(models.Model):
    """original_value and accumulated (yuan) are copied from the card at submission and again at posting.

    proceeds, costs (yuan): money that came in and that the disposal cost.
    """

    document = models.ForeignKey(Disposal, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="disposal_lines", verbose_name=_("asset card"))
    original_value = MoneyField(_("original value"), default=0, editable=False)
    accumulated = MoneyField(_("accumulated depreciation"), default=0, editable=False)
    proceeds = MoneyField(_("proceeds (yuan)"), default=0)
    costs = MoneyField(_("costs (yuan)"), default=0)
    finding = models.CharField(_("finding"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of a disposal")
        verbose_name_plural = _("lines of disposals")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("document", "asset"),
                name="asset_once_a_disposal",
                violation_error_message=_("This thing is on the paper already."),
            ),
            models.CheckConstraint(
                condition=models.Q(proceeds__gte=0) & models.Q(costs__gte=0), name="asset_disposal_money"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.asset}"

    @property
    def net_value(self) -> Decimal:
        return self.original_value - self.accumulated


class CompensationCase(Document):
    """损坏赔偿单: who pays how much for what was lost or broken. `department` is where it happened.

    base_value (yuan): net value on the day or what a replacement or repair costs; amount (yuan): what is to be paid;
    paid (yuan): a cache of the receipts. multiplier: by rule from the cause, changed only with a reason.
    """

    class Cause(models.TextChoices):
        INTENT = "intent", _("deliberate damage")
        NEGLIGENCE = "negligence", _("negligence")
        WEAR = "wear", _("normal wear")
        FORCE_MAJEURE = "force", _("force majeure")

    class Basis(models.TextChoices):
        NET_VALUE = "net", _("net value")
        REPLACEMENT = "replacement", _("price of a replacement")
        REPAIR = "repair", _("cost of the repair")

    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("asset card")
    )
    thing = models.CharField(
        _("thing without a card"), max_length=100, blank=True, help_text=_("When the thing has no asset card.")
    )
    happened_on = models.DateField(_("happened on"), default=clock.today)
    damage = models.CharField(_("what happened"), max_length=300)
    finding = models.CharField(_("finding"), max_length=500, blank=True)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause, default=Cause.NEGLIGENCE)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    responsible_name = models.CharField(
        _("responsible person outside the house"), max_length=60, blank=True, help_text=_("A pupil, visitor or firm.")
    )
    basis = models.CharField(_("measured by"), max_length=12, choices=Basis, default=Basis.NET_VALUE)
    base_value = MoneyField(_("value (yuan)"), default=0)
    multiplier = ScaledDecimalField(_("multiplier"), places=2, default=1)
    multiplier_reason = models.CharField(_("why another multiplier"), max_length=200, blank=True)
    amount = MoneyField(_("to be paid (yuan)"), default=0, editable=False)
    paid = MoneyField(_("paid (yuan)"), default=0, editable=False)
    instalments = models.PositiveSmallIntegerField(_("number of instalments"), default=1)
    replaced = models.CharField(
        _("replaced by"), max_length=100, blank=True, help_text=_("A thing of the same kind, or an issue of the store.")
    )
    source = models.CharField(
        _("made of"), max_length=60, blank=True, help_text=_("The count, repair or report that this comes from.")
    )

    OWNED = ("amount", "paid")

    class Meta(Document.Meta):
        verbose_name = _("compensation case")
        verbose_name_plural = _("compensation cases")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(base_value__gte=0) & models.Q(multiplier__gte=0), name="compensation_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(paid__gte=0) & models.Q(paid__lte=models.F("amount")),
                name="compensation_not_overpaid",
            ),
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Whoever is to pay may read his case once it is submitted."""
        return super().also_visible_to(user) | (models.Q(responsible=user) & ~models.Q(status="draft"))


class CompensationPayment(models.Model):
    """A receipt for money that was paid (yuan). Append-only; a wrong one is taken back by another row (`reverses`)."""

    case = models.ForeignKey(CompensationCase, models.PROTECT, related_name="payments")
    amount = MoneyField(_("amount"))
    paid_on = models.DateField(_("paid on"), default=clock.today)
    receipt_number = models.CharField(_("receipt number"), max_length=40)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("received by")
    )
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    visibility = Visibility(department="case__department", organization="case__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("compensation payment")
        verbose_name_plural = _("compensation payments")
        default_permissions = ("add", "view")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="compensation_payment_says_something")
        ]

    def __str__(self) -> str:
        return self.receipt_number
