from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.visibility import ScopedQuerySet, Visibility

from .items import MASTER_PERMISSIONS


class Warehouse(models.Model):
    """A store with its keepers. Every warehouse has one physical location, made with it.

    valuation: BY_ITEM follows each item; PERIOD_AVERAGE prices all issues of a month at its average when the month is
    closed (全月一次加权平均), whatever the items say.
    """

    class Valuation(models.TextChoices):
        BY_ITEM = "by_item", _("as each item says")
        PERIOD_AVERAGE = "period_average", _("average of the whole month")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="warehouses", verbose_name=_("organization")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    keepers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="warehouses_kept", verbose_name=_("keepers")
    )
    accountant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store accountant"),
    )
    valuation = models.CharField(_("valuation"), max_length=16, choices=Valuation, default=Valuation.BY_ITEM)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(warehouse="pk", organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[keepers])

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("organization", "code")
        constraints = [models.UniqueConstraint(fields=("organization", "code"), name="warehouse_code_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """How goods are valued stays as it is while there are any, and inside a fiscal year (R-STK-08)."""
        super().clean()
        before = Warehouse.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None or before.valuation == self.valuation:
            return
        if self.values.filter(quantity__gt=0).exists():
            raise ValidationError(
                {"valuation": _("There is stock in this warehouse; this can be changed only when it is empty.")}
            )
        if self._moved_in(clock.today().year):
            raise ValidationError(
                {
                    "valuation": _(
                        "Goods of this warehouse moved in this fiscal year already; how they are valued can be changed "
                        "before the first movement of a year."
                    )
                }
            )

    def _moved_in(self, year: int) -> bool:
        from .ledger import StockMove

        ends = models.Q(source__warehouse=self) | models.Q(target__warehouse=self)
        return StockMove.objects.filter(ends, business_date__year=year).exists()

    def save(self, *args: Any, **kwargs: Any) -> None:
        from .ledger import StockLocation

        with transaction.atomic():
            super().save(*args, **kwargs)
            StockLocation.objects.get_or_create(
                organization_id=self.organization_id, kind=StockLocation.Kind.PHYSICAL, warehouse=self
            )


class Shelf(models.Model):
    """A place in a warehouse where goods lie: 货位 A-03-2."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="shelves", verbose_name=_("warehouse"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(warehouse="warehouse", organization="warehouse__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shelf")
        verbose_name_plural = _("shelves")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("warehouse", "code")
        constraints = [models.UniqueConstraint(fields=("warehouse", "code"), name="shelf_code_unique")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.name) if part)


class ItemShelf(models.Model):
    """Where an item lies in a warehouse; one shelf an item and warehouse."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    item = models.ForeignKey("inventory.Item", models.CASCADE, related_name="shelves", verbose_name=_("item"))
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="items", verbose_name=_("shelf"))

    visibility = Visibility(warehouse="warehouse", organization="warehouse__organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of an item")
        verbose_name_plural = _("places of items")
        default_permissions = MASTER_PERMISSIONS
        constraints = [models.UniqueConstraint(fields=("warehouse", "item"), name="one_shelf_an_item")]

    def __str__(self) -> str:
        return f"{self.item}: {self.shelf}"
