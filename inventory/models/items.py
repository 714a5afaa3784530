from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.errors import DomainError
from core.fields import PriceField, QuantityField
from core.search import initials_of
from core.trees import TreeNode
from core.visibility import ScopedQuerySet, Visibility

STOCKED = _("There is stock of this item; this can be changed only when the stock is zero.")
VALUED_THIS_YEAR = _(
    "This item moved in this fiscal year already; how it is valued can be changed before its first movement of a year."
)
FROZEN_UNDER_STOCK = ("valuation", "unit_id", "track_lots")
MASTER_PERMISSIONS = ("add", "change", "delete", "view", "import")


class Unit(models.Model):
    """A unit of measure: 个, 盒, 箱, 千克. `places` is how many decimals a quantity in it may have."""

    name = models.CharField(_("unit"), max_length=20, unique=True)
    places = models.PositiveSmallIntegerField(_("decimal places"), default=0)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("name",)
        constraints = [models.CheckConstraint(condition=models.Q(places__lte=4), name="unit_places")]

    def __str__(self) -> str:
        return self.name


class ItemCategory(TreeNode):
    """A kind of goods (办公用品, 清洁用品 …); a tree shared by all organizations."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("item category")
        verbose_name_plural = _("item categories")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A kind of thing that is stored. Shared by all organizations of an installation (docs/adr/0007).

    Quantities in the ledger are in `unit`; min_stock and max_stock too. Prices are yuan per `unit`.
    """

    class Valuation(models.TextChoices):
        MOVING_AVERAGE = "moving_average", _("moving average")
        FIFO = "fifo", _("first in, first out")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    specification = models.CharField(_("specification"), max_length=80, blank=True)
    brand = models.CharField(_("brand"), max_length=40, blank=True)
    category = models.ForeignKey(ItemCategory, models.PROTECT, related_name="items", verbose_name=_("category"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("stock unit"))
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True, db_index=True)
    min_stock = QuantityField(_("minimum stock"), null=True, blank=True)
    max_stock = QuantityField(_("maximum stock"), null=True, blank=True)
    shelf_life_days = models.PositiveIntegerField(_("shelf life (days)"), null=True, blank=True)
    track_lots = models.BooleanField(_("kept by lot"), default=False)
    inspect_on_receipt = models.BooleanField(
        _("quarantine on receipt"),
        default=False,
        help_text=_("New lots are kept back until somebody checks and releases them."),
    )
    lead_time_days = models.PositiveSmallIntegerField(_("delivery time (days)"), null=True, blank=True)
    loanable = models.BooleanField(_("lent as a tool"), default=False)
    trade_in_required = models.BooleanField(_("old one handed in on issue"), default=False)
    valuation = models.CharField(_("valuation"), max_length=16, choices=Valuation, default=Valuation.MOVING_AVERAGE)
    reference_price = PriceField(_("reference price (yuan)"), null=True, blank=True)
    storage_condition = models.CharField(_("storage condition"), max_length=60, blank=True)
    active = models.BooleanField(_("active"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(min_stock=None) | models.Q(min_stock__gte=0),
                name="item_min_stock",
                violation_error_message=_("The minimum stock cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(max_stock=None)
                | models.Q(min_stock=None)
                | models.Q(max_stock__gte=models.F("min_stock")),
                name="item_max_stock",
                violation_error_message=_("The maximum stock is below the minimum."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.name, self.specification) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises DomainError naming the field that must not change now, whoever saves (R-STK-08)."""
        self.initials = (self.initials or initials_of(self.name)).upper()
        with transaction.atomic():
            if refusal := self._changed_too_late():
                raise DomainError(refusal[1], field=refusal[0])
            super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if refusal := self._changed_too_late():
            raise ValidationError({refusal[0]: refusal[1]})

    def _changed_too_late(self) -> tuple[str, Any] | None:
        """The first field that changed although there is stock or the year's valuation has begun, and the sentence."""
        before = Item.objects.filter(pk=self.pk).values(*FROZEN_UNDER_STOCK).first() if self.pk else None
        changed = [name for name in FROZEN_UNDER_STOCK if before and before[name] != getattr(self, name)]
        if not changed:
            return None
        # Inside a transaction the value rows stay locked, so that a posting waits until the change is through.
        rows = self.values.select_for_update() if connection.in_atomic_block else self.values.all()
        stocked = any(value.quantity > 0 for value in rows.order_by("warehouse_id"))
        if stocked:
            return changed[0].removesuffix("_id"), STOCKED
        if "valuation" in changed and self.moves.filter(business_date__year=clock.today().year).exists():
            return "valuation", VALUED_THIS_YEAR
        return None


class ItemUnit(models.Model):
    """Another unit an item is counted in: 1 箱 = 24 盒 is unit 箱 with factor 24 of the stock unit."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="packs", verbose_name=_("item"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    factor = QuantityField(_("stock units in one"))

    class Meta:
        verbose_name = _("unit conversion")
        verbose_name_plural = _("unit conversions")
        constraints = [
            models.UniqueConstraint(fields=("item", "unit"), name="item_unit_once"),
            models.CheckConstraint(
                condition=models.Q(factor__gt=0),
                name="item_unit_factor",
                violation_error_message=_("The number of stock units must be greater than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} = {self.factor.normalize():f} {self.item.unit}"

    def clean(self) -> None:
        super().clean()
        if self.item_id and self.unit_id == self.item.unit_id and self.factor != Decimal(1):
            raise ValidationError({"unit": _("This is the stock unit itself.")})
