"""采购计划: what departments want to buy in a year or a month, and what logistics makes of it."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.documents.models import Document
from core.fields import PriceField, QuantityField
from core.numbers import ZERO

from .budgets import BudgetAllotment
from .lines import WantedLine, sum_of_lines


class ProcurementPlan(Document):
    """A department's plan, or the one that merges equal lines of several (汇总). No month: a plan of the year."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        MERGED = "merged", _("merged from departments")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DEPARTMENT, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, help_text=_("Empty: a plan for the whole year.")
    )
    title = models.CharField(_("title"), max_length=100, blank=True)

    class Meta(Document.Meta):
        verbose_name = _("procurement plan")
        verbose_name_plural = _("procurement plans")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(month=None) | models.Q(month__range=(1, 12)), name="plan_month_valid"
            ),
        ]

    total_amount = property(sum_of_lines)


class PlanLine(WantedLine):
    """approved_quantity (in `unit`) is set with the plan's approval; requested_quantity is a cache of requests.

    merged_into: the line of the merged plan that a department's line became part of; it can be requested once that
    plan is approved, which may lower approved_quantity below agreed_quantity, what its own plan was approved for.
    last_year_quantity and last_price are what stood beside the cell, in `unit` and yuan per `unit`.
    """

    document = models.ForeignKey(ProcurementPlan, models.CASCADE, related_name="lines")
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    allotment = models.ForeignKey(
        BudgetAllotment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("budget allotment")
    )
    last_year_quantity = QuantityField(_("used last year"), null=True, editable=False)
    last_price = PriceField(_("last price"), null=True, editable=False)
    approved_quantity = QuantityField(_("approved quantity"), null=True, editable=False)
    agreed_quantity = QuantityField(_("approved in its own plan"), null=True, editable=False)
    requested_quantity = QuantityField(_("requested quantity"), default=0, editable=False)
    dropped = models.BooleanField(_("dropped"), default=False, editable=False)
    dropped_reason = models.CharField(_("why dropped"), max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="sources", editable=False)

    class Meta(WantedLine.Meta):
        verbose_name = _("plan line")
        verbose_name_plural = _("plan lines")
        constraints = [
            *WantedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(requested_quantity=0)
                | models.Q(requested_quantity__lte=models.F("approved_quantity")),
                name="requested_within_plan",
            ),
        ]

    @property
    def stock_approved(self) -> Decimal:
        """What was approved, in stock units of the item."""
        return (self.approved_quantity or ZERO) * self.factor

    @property
    def open_quantity(self) -> Decimal:
        """What can still be requested, in `unit`; nothing of a line that waits in a merged plan (R-PRC-03)."""
        waits = self.merged_into is not None and self.merged_into.document.status != Status.APPROVED
        return ZERO if self.dropped or waits else (self.approved_quantity or ZERO) - self.requested_quantity
