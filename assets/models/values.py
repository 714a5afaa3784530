"""Papers that change values: value and life changes, splits and merges, and the monthly depreciation run."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.documents.models import Document
from core.fields import MoneyField, QuantityField

from .cards import Asset


class ValueChange(Document):
    """资产变动单: the original value or the life of things changes, from the month of the business date on."""

    class Kind(models.TextChoices):
        ENLARGEMENT = "enlargement", _("enlargement or improvement")
        PARTIAL_REMOVAL = "removal", _("partial removal")
        SETTLEMENT = "settlement", _("estimate settled")
        REVALUATION = "revaluation", _("revaluation by decision")
        LIFE = "life", _("change of useful life")
        CATEGORY = "category", _("change of class")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ENLARGEMENT)
    reason = models.CharField(_("reason"), max_length=200)
    decision_number = models.CharField(
        _("number of the decision"), max_length=60, blank=True, help_text=_("The paper that allows the change.")
    )

    class Meta(Document.Meta):
        verbose_name = _("change of asset value")
        verbose_name_plural = _("changes of asset value")


class ValueChangeLine(models.Model):
    """fiscal_change and nonfiscal_change (yuan, signed) together are the change of the original value.

    accumulated_change (yuan, not above zero): what leaves the accumulated depreciation with a removed part.
    """

    document = models.ForeignKey(ValueChange, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="value_lines", verbose_name=_("asset card"))
    fiscal_change = MoneyField(_("change of fiscal funds"), default=0)
    nonfiscal_change = MoneyField(_("change of other funds"), default=0)
    accumulated_change = MoneyField(_("change of accumulated depreciation"), default=0)
    new_life_months = models.PositiveSmallIntegerField(_("new useful life (months)"), null=True, blank=True)
    new_category = models.ForeignKey(
        "assets.AssetCategory", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new class")
    )
    old_life_months = models.PositiveSmallIntegerField(null=True, editable=False)
    old_category = models.ForeignKey(
        "assets.AssetCategory", models.PROTECT, null=True, editable=False, related_name="+"
    )
    old_schedule = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("line of a change of value")
        verbose_name_plural = _("lines of changes of value")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("document", "asset"),
                name="asset_once_a_value_change",
                violation_error_message=_("This thing is on the paper already."),
            ),
            models.CheckConstraint(condition=models.Q(accumulated_change__lte=0), name="value_change_accumulated"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.asset}"

    @property
    def change(self) -> Decimal:
        """Yuan by which the original value grows or shrinks."""
        return self.fiscal_change + self.nonfiscal_change


class CardSplit(Document):
    """拆分/合并单: one card becomes several, or several become one (R-AST-20)."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("split")
        MERGE = "merge", _("merge")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.SPLIT)
    asset = models.ForeignKey(
        Asset,
        models.PROTECT,
        related_name="splits",
        verbose_name=_("asset card"),
        help_text=_("The card that is split, or the one that the others join."),
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(Document.Meta):
        verbose_name = _("split or merge of cards")
        verbose_name_plural = _("splits and merges of cards")


class CardSplitLine(models.Model):
    """Split: a part, which becomes a card (the first part keeps the old one). Merge: `asset` is a card that joins."""

    document = models.ForeignKey(CardSplit, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="split_lines", verbose_name=_("asset card")
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    quantity = QuantityField(_("quantity"), default=1)
    original_value = MoneyField(_("original value"), default=0)
    fiscal_fund = MoneyField(_("of it fiscal funds"), default=0)
    accumulated = MoneyField(_("accumulated depreciation"), default=0)

    class Meta:
        verbose_name = _("line of a split or merge")
        verbose_name_plural = _("lines of splits and merges")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0)
                & models.Q(accumulated__gte=0)
                & models.Q(accumulated__lte=models.F("original_value"))
                & models.Q(fiscal_fund__gte=0)
                & models.Q(fiscal_fund__lte=models.F("original_value")),
                name="split_line_values",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name or self.asset}"


class DepreciationRun(Document):
    """折旧计提单: one month's depreciation of all things of an organization.

    Its lines are the rows it writes into the value ledger when it is posted; before, they are computed for the reader.
    amount (yuan) and asset_count are written when it is submitted and again when it is posted.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    amount = MoneyField(_("depreciation"), default=0, editable=False)
    asset_count = models.PositiveIntegerField(_("number of cards"), default=0, editable=False)

    OWNED = ("amount", "asset_count")

    class Meta(Document.Meta):
        verbose_name = _("depreciation run")
        verbose_name_plural = _("depreciation runs")
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=("organization", "year", "month"),
                condition=~models.Q(status__in=(Status.CANCELLED, Status.REVERSED)),
                name="one_depreciation_run_a_month",
                violation_error_message=_("There is a run of this month already."),
            ),
            models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="depreciation_run_month"),
        ]

    @property
    def month_index(self) -> int:
        """The month counted as Asset.next_charge counts."""
        return self.year * 12 + self.month - 1

    @property
    def total_amount(self) -> Decimal:
        return self.amount
