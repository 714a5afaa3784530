"""Quotas 定额: how much a department may use in a period before somebody higher has to agree (R-STK-10)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.fields import MoneyField, QuantityField
from core.visibility import ScopedQuerySet, Visibility

from .items import MASTER_PERMISSIONS, Item, ItemCategory


class Quota(models.Model):
    """A department may use so much of an item, or of a category with its branches, in each period.

    limit_quantity in stock units (items only) or limit_amount in yuan, per head, bed or class where the basis says so.
    carry_over: what was left of the period before is added, once.
    """

    class Period(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        TERM = "term", _("school term")
        YEAR = "year", _("year")

    class Basis(models.TextChoices):
        FIXED = "fixed", _("fixed")
        HEAD = "head", _("per head")
        BED = "bed", _("per bed")
        CLASS = "class", _("per class")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="quotas", verbose_name=_("item"))
    category = models.ForeignKey(
        ItemCategory, models.PROTECT, null=True, blank=True, related_name="quotas", verbose_name=_("category")
    )
    period = models.CharField(_("period"), max_length=8, choices=Period, default=Period.MONTH)
    basis = models.CharField(_("basis"), max_length=6, choices=Basis, default=Basis.FIXED)
    limit_quantity = QuantityField(_("quantity"), null=True, blank=True)
    limit_amount = MoneyField(_("amount (yuan)"), null=True, blank=True)
    carry_over = models.BooleanField(_("carry over what is left"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    visibility = Visibility(department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("department", "item", "category")
        indexes = [models.Index(fields=("department", "valid_from"), name="quota_of_department")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, category__isnull=True)
                | models.Q(item__isnull=True, category__isnull=False),
                name="quota_for_item_or_category",
                violation_error_message=_("Choose either an item or a category."),
            ),
            models.CheckConstraint(
                condition=models.Q(limit_quantity__gte=0, limit_amount__isnull=True, item__isnull=False)
                | models.Q(limit_quantity__isnull=True, limit_amount__gte=0),
                name="quota_has_one_limit",
                violation_error_message=_("Enter a quantity (for an item) or an amount, not both."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="quota_days",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.item or self.category}"

    def clean(self) -> None:
        super().clean()
        if self.department_id and self.department.organization_id != self.organization_id:
            raise ValidationError({"department": _("The department belongs to another organization.")})
        self._refuse_overlap()

    def _refuse_overlap(self) -> None:
        """Two quotas of one thing, department and period must not hold on the same day: which would count?"""
        if not (self.department_id and self.valid_from and (self.item_id or self.category_id)):
            return
        rivals = Quota.objects.filter(
            models.Q(valid_until=None) | models.Q(valid_until__gte=self.valid_from),
            department=self.department_id,
            item=self.item_id,
            category=self.category_id,
            period=self.period,
        )
        if self.valid_until:
            rivals = rivals.filter(valid_from__lte=self.valid_until)
        if rival := rivals.exclude(pk=self.pk).first():
            raise ValidationError(
                {
                    "valid_from": _("Another quota of %(what)s holds from %(day)s; end that one first.")
                    % {"what": rival, "day": rival.valid_from}
                }
            )
