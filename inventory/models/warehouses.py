from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.visibility import ScopedQuerySet, Visibility

from .items import MASTER_PERMISSIONS


class Warehouse(models.Model):
    """A store with its keepers. Every warehouse has one physical location, made with it."""

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        from .ledger import StockLocation

        with transaction.atomic():
            super().save(*args, **kwargs)
            StockLocation.objects.get_or_create(
                organization_id=self.organization_id, kind=StockLocation.Kind.PHYSICAL, warehouse=self
            )
