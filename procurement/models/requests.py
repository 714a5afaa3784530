"""采购申请: what a department asks to be bought, in the plan or outside it, out of which allotment."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.documents.models import Document
from core.fields import MoneyField, QuantityField

from .budgets import BudgetAllotment
from .lines import WantedLine, sum_of_lines
from .plans import PlanLine


class PurchaseRequest(Document):
    """Approval reserves its lines' amounts (R-PRC-02). `progress` is a second axis beside the status."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("written by hand")
        PLAN = "plan", _("plan")
        REPLENISHMENT = "replenishment", _("replenishment")
        REPAIR = "repair", _("repair")

    class Progress(models.TextChoices):
        NONE = "none", _("nothing ordered")
        SOURCING = "sourcing", pgettext_lazy("how far a request is", "sourcing")
        PARTLY_ORDERED = "partly_ordered", _("partly ordered")
        ORDERED = "ordered", _("ordered")
        PARTLY_RECEIVED = "partly_received", _("partly received")
        RECEIVED = "received", _("received")
        CLOSED = "closed", _("closed")

    purpose = models.CharField(_("purpose"), max_length=200)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    allotment = models.ForeignKey(
        BudgetAllotment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("budget allotment"),
        help_text=_("For all lines that name none of their own."),
    )
    outside_plan = models.BooleanField(_("outside the plan"), default=False, editable=False)
    outside_reason = models.CharField(_("why outside the plan"), max_length=200, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    urgent_reason = models.CharField(_("why urgent"), max_length=200, blank=True)
    papers_due = models.DateField(_("papers due"), null=True, blank=True, editable=False)
    papers_in_on = models.DateField(_("papers handed in on"), null=True, blank=True, editable=False)
    source = models.CharField(_("comes from"), max_length=14, choices=Source, default=Source.MANUAL, editable=False)
    source_reference = models.CharField(_("reference"), max_length=60, blank=True, editable=False)
    progress = models.CharField(_("progress"), max_length=16, choices=Progress, default=Progress.NONE, editable=False)

    OWNED = ("outside_plan", "papers_due", "papers_in_on", "source", "source_reference", "progress")

    class Meta(Document.Meta):
        verbose_name = _("purchase request")
        verbose_name_plural = _("purchase requests")

    total_amount = property(sum_of_lines)


class PurchaseRequestLine(WantedLine):
    """Quantities in `unit`, money in yuan. reserved: what the approval holds on the allotment for this line, less what
    orders gave back or payments used. ordered, received and closed quantities are caches of the papers that follow."""

    document = models.ForeignKey(PurchaseRequest, models.CASCADE, related_name="lines")
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for department"),
        help_text=_("Empty: the department of the request."),
    )
    warehouse = models.ForeignKey(
        "inventory.Warehouse",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    allotment = models.ForeignKey(
        BudgetAllotment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("budget allotment")
    )
    plan_line = models.ForeignKey(
        PlanLine, models.PROTECT, null=True, blank=True, related_name="request_lines", verbose_name=_("plan line")
    )
    supplier = models.ForeignKey(
        "directory.Supplier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggested supplier"),
    )
    price_reason = models.CharField(_("why this price"), max_length=200, blank=True)
    stock_reason = models.CharField(_("why no asset card"), max_length=200, blank=True)
    idle_reason = models.CharField(_("why no idle thing will do"), max_length=200, blank=True)
    reserved = MoneyField(_("reserved (yuan)"), default=0, editable=False)
    ordered_quantity = QuantityField(_("ordered"), default=0, editable=False)
    received_quantity = QuantityField(_("received"), default=0, editable=False)
    closed_quantity = QuantityField(_("no longer wanted"), default=0, editable=False)

    class Meta(WantedLine.Meta):
        verbose_name = _("purchase request line")
        verbose_name_plural = _("purchase request lines")
        constraints = [
            *WantedLine.Meta.constraints,
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="request_line_reserved"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("ordered_quantity") + models.F("closed_quantity")),
                name="ordered_within_request",
            ),
        ]

    @property
    def open_quantity(self) -> Decimal:
        """What can still be ordered, in `unit`."""
        return self.quantity - self.ordered_quantity - self.closed_quantity
