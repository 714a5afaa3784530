"""Figures that law, the ministry or the house decides: each row holds from its day on and says where it comes from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.fields import QuantityField
from core.visibility import ScopedQuerySet, Visibility


class Policy(models.Model):
    """One figure of one organization from a day on. core.policies knows keys, units and the shipped values."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    key = models.CharField(_("figure"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    value = QuantityField(_("value"))
    basis = models.CharField(_("basis"), max_length=200, help_text=_("The rule or decision this comes from."))

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dated figure")
        verbose_name_plural = _("dated figures")
        default_permissions = ("add", "change", "view")
        ordering = ("organization", "key", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "key", "valid_from"),
                name="one_policy_a_day",
                violation_error_message=_("There is a value from this day already; change that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0),
                name="policy_not_negative",
                violation_error_message=_("The value cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        from core import policies

        return f"{policies.label_of(self.key)}: {self.value.normalize():f} ({self.valid_from})"
