"""What the house knows of its suppliers beyond their master data: fields they serve, marks of each year."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import PurchaseCategory


class SupplierField(models.Model):
    """A purchase category that a supplier serves."""

    supplier = models.ForeignKey(
        "directory.Supplier", models.CASCADE, related_name="fields", verbose_name=_("supplier")
    )
    category = models.ForeignKey(
        PurchaseCategory, models.PROTECT, related_name="+", verbose_name=_("purchase category")
    )

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("category of a supplier")
        verbose_name_plural = _("categories of suppliers")
        default_permissions = ("add", "change", "delete", "view")
        constraints = [models.UniqueConstraint(fields=("supplier", "category"), name="supplier_field_once")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.category}"


class SupplierEvaluation(models.Model):
    """Marks of a supplier in a year, 0 to 100. delivery, acceptance and price are computed from the papers of the year;
    None where there are none. service is what people say."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, related_name="evaluations", verbose_name=_("supplier")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    delivery = models.PositiveSmallIntegerField(_("on time"), null=True, validators=[MaxValueValidator(100)])
    acceptance = models.PositiveSmallIntegerField(_("accepted at once"), null=True, validators=[MaxValueValidator(100)])
    price = models.PositiveSmallIntegerField(_("price"), null=True, validators=[MaxValueValidator(100)])
    service = models.PositiveSmallIntegerField(_("service"), null=True, blank=True, validators=[MaxValueValidator(100)])
    note = models.CharField(_("note"), max_length=200, blank=True)
    computed_at = models.DateTimeField(_("computed at"), default=clock.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("marked by")
    )

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evaluation of a supplier")
        verbose_name_plural = _("evaluations of suppliers")
        default_permissions = ("view", "change")
        ordering = ("-year", "supplier_id")
        constraints = [
            models.UniqueConstraint(fields=("organization", "supplier", "year"), name="one_evaluation_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.year}"
