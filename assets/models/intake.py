"""Durable goods that were accepted and have no card yet (待建卡)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, PriceField, QuantityField
from core.visibility import ScopedQuerySet, Visibility


class AssetIntake(models.Model):
    """So many alike things that wait for their cards. unit_price and amount in yuan; source: the paper they came by."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for cards")
        CARDED = "carded", _("cards made")
        WITHDRAWN = "withdrawn", _("withdrawn")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("using department")
    )
    name = models.CharField(_("name"), max_length=100)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    brand = models.CharField(_("brand and model"), max_length=100, blank=True)
    class_code = models.CharField(_("class code"), max_length=12, blank=True)
    unit = models.CharField(_("unit"), max_length=20)
    quantity = QuantityField(_("quantity"))
    unit_price = PriceField(_("unit price"))
    amount = MoneyField(_("amount"))
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, related_name="+", verbose_name=_("supplier")
    )
    acquired_on = models.DateField(_("acquired on"))
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), null=True)
    source = models.CharField(_("acceptance"), max_length=60)
    fund_source = models.CharField(_("fund source"), max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("since"), default=clock.now)

    visibility = Visibility(department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods waiting for asset cards")
        verbose_name_plural = _("goods waiting for asset cards")
        default_permissions = ("view",)
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="intake_quantity_positive")]

    def __str__(self) -> str:
        return f"{self.name} {self.quantity.normalize():f} {self.unit}"
