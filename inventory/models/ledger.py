"""The stock ledger and its caches. Written by inventory/services/ledger.py alone."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, PriceField, QuantityField
from core.visibility import Scope, ScopedQuerySet, Visibility

from .items import Item
from .warehouses import Warehouse


class StockLocation(models.Model):
    """A source or target of stock. Only physical ones hold a balance; the others say where goods came from or went."""

    class Kind(models.TextChoices):
        PHYSICAL = "physical", _("warehouse")
        SUPPLIER = "supplier", _("suppliers")
        CONSUMPTION = "consumption", _("use")
        ADJUSTMENT = "adjustment", _("count differences")
        OPENING = "opening", _("opening stock")
        TRANSIT = "transit", _("in transit")
        SCRAP = "scrap", _("write-offs")
        LOAN = "loan", _("on loan")

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    warehouse = models.OneToOneField(Warehouse, models.PROTECT, null=True, related_name="location")

    class Meta:
        verbose_name = _("stock location")
        verbose_name_plural = _("stock locations")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "kind"), condition=models.Q(warehouse=None), name="one_virtual_location"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="physical", warehouse__isnull=False)
                | (~models.Q(kind="physical") & models.Q(warehouse__isnull=True)),
                name="physical_location_has_warehouse",
            ),
        ]

    def __str__(self) -> str:
        return str(self.warehouse) if self.warehouse_id else str(self.get_kind_display())

    @property
    def is_physical(self) -> bool:
        return self.warehouse_id is not None


class Lot(models.Model):
    """A batch of an item. Items not kept by lot have one lot with an empty number. supplier: who delivered it first."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="lots", verbose_name=_("item"))
    number = models.CharField(_("lot number"), max_length=40, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=("item", "number"), name="lot_number_unique")]

    def __str__(self) -> str:
        return self.number or "-"


class StockMove(models.Model):
    """One movement of one lot from a source to a target. Append-only, also in the database (R-SYS-01, docs/ledger.md).

    quantity: in the item's stock unit, > 0. amount: yuan at cost. unit_cost: yuan per stock unit, for display.
    `sequence` numbers the moves of one document line; (document, line, sequence) is the idempotency key.
    `layer` is the receiving move whose cost a first-in-first-out issue took. `origin` is the earlier move whose goods
    these are: the issue of what comes back, the dispatch of what arrives. A quantity of zero changes only the value:
    the amount comes from the source and goes to the target (a price difference, docs/ledger.md).
    """

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, related_name="moves", verbose_name=_("item"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="moves", verbose_name=_("lot"))
    source = models.ForeignKey(StockLocation, models.PROTECT, related_name="moves_out", verbose_name=_("from"))
    target = models.ForeignKey(StockLocation, models.PROTECT, related_name="moves_in", verbose_name=_("to"))
    quantity = QuantityField(_("quantity"))
    unit_cost = PriceField(_("unit cost"))
    amount = MoneyField(_("amount"))
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
    sequence = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("document number"), max_length=32)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    layer = models.ForeignKey("self", models.PROTECT, null=True, related_name="consumed_by")
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="onward")
    digest = models.CharField(max_length=64)

    visibility = Visibility(
        department="department", warehouse=("source__warehouse", "target__warehouse"), organization="organization"
    )
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        default_permissions = ("view",)
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "line_id", "sequence"),
                condition=models.Q(reverses=None),
                name="move_posted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0) | models.Q(quantity=0, amount__gt=0), name="move_moves_something"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="move_amount_not_negative"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="move_goes_somewhere"),
        ]
        indexes = [
            models.Index(fields=("source", "item", "business_date"), name="move_out"),
            models.Index(fields=("target", "item", "business_date"), name="move_in"),
            models.Index(fields=("organization", "business_date"), name="move_day"),
            models.Index(fields=("department", "business_date"), name="move_department"),
            models.Index(fields=("content_type", "object_id"), name="move_document"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.item} {self.quantity}"

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Keepers see what came into their warehouses as well as what left them (the rule above)."""
        if Scope.WAREHOUSE in user.scopes_for("inventory.view_stockmove"):
            return models.Q(target__warehouse__in=user.warehouses_kept.values("pk"))
        return models.Q(pk__in=[])


class StockBalance(models.Model):
    """Cache: pieces of one lot in one physical location. Never below zero (R-STK-03)."""

    location = models.ForeignKey(StockLocation, models.PROTECT, related_name="balances", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="balances", verbose_name=_("item"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="balances", verbose_name=_("lot"))
    quantity = QuantityField(_("quantity"), default=0)

    visibility = Visibility(warehouse="location__warehouse", organization="location__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock balance")
        verbose_name_plural = _("stock balances")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=("location", "lot"), name="one_balance_a_lot"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="balance_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.item}: {self.quantity}"


class StockValue(models.Model):
    """Cache: pieces and yuan of one item in one warehouse, over all lots. Zero pieces are zero yuan (R-STK-06)."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="values", verbose_name=_("warehouse"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="values", verbose_name=_("item"))
    quantity = QuantityField(_("quantity"), default=0)
    amount = MoneyField(_("amount"), default=0)

    visibility = Visibility(warehouse="warehouse", organization="warehouse__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock value")
        verbose_name_plural = _("stock on hand")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=("warehouse", "item"), name="one_value_an_item"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, amount__gte=0) | models.Q(quantity=0, amount=0),
                name="value_zero_with_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse} {self.item}: {self.quantity} / {self.amount}"


class CostLayer(models.Model):
    """Cache: what is left of one receipt of a first-in-first-out item in one warehouse."""

    move = models.OneToOneField(StockMove, models.PROTECT, primary_key=True, related_name="cost_layer")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    quantity = QuantityField()
    amount = MoneyField()

    class Meta:
        verbose_name = _("cost layer")
        verbose_name_plural = _("cost layers")
        default_permissions = ()
        ordering = ("move",)
        indexes = [
            models.Index(
                fields=("warehouse", "item", "move"), condition=models.Q(quantity__gt=0), name="layer_with_stock"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, amount__gte=0) | models.Q(quantity=0, amount=0),
                name="layer_zero_with_quantity",
            )
        ]

    def __str__(self) -> str:
        return f"{self.move_id}: {self.quantity} / {self.amount}"
