"""Old for new (以旧换新): what departments hand in, and how the old pieces leave again (R-STK-11)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .items import Item
from .lines import StockDocument, StockLine
from .warehouses import Warehouse


class Condition(models.TextChoices):
    """What state an old piece is in."""

    REPAIRABLE = "repairable", _("can be repaired")
    BROKEN = "broken", _("broken")
    EMPTY = "empty", _("used up")


class Destination(models.TextChoices):
    """Where old pieces go from the store."""

    REPAIR = "repair", _("repair")
    SCRAP = "scrap", _("scrapping")
    RECYCLE = "recycle", _("sale as recyclables")


class OldPieceMove(models.Model):
    """Old pieces handed in (+) or gone (-), in stock units of the item. Append-only, also in the database."""

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    destination = models.CharField(_("where the old pieces go"), max_length=10, choices=Destination)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition)
    quantity = QuantityField(_("quantity"))
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    business_date = models.DateField(_("business date"))
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    document = GenericForeignKey()
    line_id = models.PositiveBigIntegerField()
    number = models.CharField(_("document number"), max_length=32)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    visibility = Visibility(department="department", warehouse="warehouse", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of old pieces")
        verbose_name_plural = _("movements of old pieces")
        default_permissions = ("view",)
        ordering = ("id",)
        indexes = [
            models.Index(fields=("warehouse", "item", "business_date"), name="old_piece_item"),
            models.Index(fields=("department", "item"), name="old_piece_department"),
            models.Index(fields=("content_type", "object_id"), name="old_piece_document"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(quantity=0), name="old_piece_moves_something"),
            models.UniqueConstraint(
                fields=("content_type", "object_id", "line_id"),
                condition=models.Q(reverses=None),
                name="old_piece_posted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.item} {self.quantity}"


class OldPieceBalance(models.Model):
    """Cache: old pieces of one item that lie in a warehouse for one destination. Never below zero."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    destination = models.CharField(_("where the old pieces go"), max_length=10, choices=Destination)
    quantity = QuantityField(_("quantity"), default=0)

    visibility = Visibility(warehouse="warehouse", organization="warehouse__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock of old pieces")
        verbose_name_plural = _("stock of old pieces")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=("warehouse", "item", "destination"), name="one_old_balance"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="old_balance_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.quantity}"


class TradeIn(StockDocument):
    """旧品交回单: a department hands in old pieces that it owed (R-STK-11)."""

    handed_in_by = models.CharField(_("handed in by"), max_length=40, blank=True)

    class Meta(StockDocument.Meta):
        verbose_name = _("hand-in of old pieces")
        verbose_name_plural = _("hand-ins of old pieces")

    @property
    def total_amount(self) -> None:  # type: ignore[override]
        """Old pieces have no book value."""


class TradeInLine(StockLine):
    document = models.ForeignKey(TradeIn, models.CASCADE, related_name="lines")
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, default=Condition.BROKEN)
    destination = models.CharField(
        _("where the old pieces go"), max_length=10, choices=Destination, default=Destination.RECYCLE
    )

    class Meta(StockLine.Meta):
        verbose_name = _("hand-in line")
        verbose_name_plural = _("hand-in lines")


class OldPieceDisposal(StockDocument):
    """旧品处置单: old pieces leave by sale, repair or scrapping, with the money recorded (可回收物资回收)."""

    destination = models.CharField(_("way"), max_length=10, choices=Destination, default=Destination.RECYCLE)
    taker = models.CharField(_("taken by"), max_length=100)
    paid_to = models.CharField(
        _("money paid in"), max_length=60, blank=True, help_text=_("Number of the receipt for the money.")
    )
    witnesses = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("weighed and seen by")
    )

    class Meta(StockDocument.Meta):
        verbose_name = _("disposal of old pieces")
        verbose_name_plural = _("disposals of old pieces")


class OldPieceDisposalLine(StockLine):
    """amount: yuan received for the line."""

    document = models.ForeignKey(OldPieceDisposal, models.CASCADE, related_name="lines")
    amount = MoneyField(_("money received"), default=0)

    class Meta(StockLine.Meta):
        verbose_name = _("disposal line")
        verbose_name_plural = _("disposal lines")
        constraints = [
            *StockLine.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="disposal_money_not_negative"),
        ]
