"""采购订单 and 采购合同: what was agreed with a supplier, how it changes, and how far it is delivered."""

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import ZERO
from core.visibility import Scope

from .lines import WantedLine, sum_of_lines
from .requests import PurchaseRequestLine
from .sourcing import FrameworkAgreement, FrameworkLine, Sourcing, SourcingLine


class PurchaseOrder(Document):
    """One supplier's order or contract over lines of approved requests (R-PRC-01).

    progress is a second axis beside the status. Percentages are of the total. The bond is yuan.
    """

    class Form(models.TextChoices):
        ORDER = "order", _("purchase order")
        CONTRACT = "contract", _("contract")

    class Progress(models.TextChoices):
        OPEN = "open", _("nothing delivered")
        PARTIAL = "partial", _("partly delivered")
        COMPLETE = "complete", _("delivered")
        CLOSED = "closed", _("rest cancelled")

    class Bond(models.TextChoices):
        NONE = "none", _("none")
        TRANSFER = "transfer", _("bank transfer")
        GUARANTEE = "guarantee", _("letter of guarantee")
        INSURANCE = "insurance", _("surety insurance")

    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.ORDER)
    title = models.CharField(_("title"), max_length=200, blank=True)
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, related_name="purchase_orders", verbose_name=_("supplier")
    )
    sourcing = models.ForeignKey(
        Sourcing, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("sourcing")
    )
    framework = models.ForeignKey(
        FrameworkAgreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("framework agreement"),
    )
    deliver_by = models.DateField(_("deliver by"), null=True, blank=True)
    delivery_place = models.CharField(_("delivery place"), max_length=200, blank=True)
    payment_terms = models.CharField(_("payment terms"), max_length=300, blank=True)
    prepayment_percent = MoneyField(_("prepayment (%)"), default=0)
    retention_percent = MoneyField(_("retention (%)"), default=0)
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), null=True, blank=True)
    bond_form = models.CharField(_("performance bond"), max_length=10, choices=Bond, default=Bond.NONE)
    bond_amount = MoneyField(_("bond (yuan)"), default=0)
    bond_received_on = models.DateField(_("bond received on"), null=True, blank=True, editable=False)
    bond_returned_on = models.DateField(_("bond returned on"), null=True, blank=True, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, blank=True, editable=False)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("sealed by"),
    )
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    progress = models.CharField(_("progress"), max_length=10, choices=Progress, default=Progress.OPEN, editable=False)

    OWNED = ("progress", "bond_received_on", "bond_returned_on", "signed_on", "sealed_by")

    class Meta(Document.Meta):
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(prepayment_percent__range=(0, 100)) & models.Q(retention_percent__range=(0, 100)),
                name="order_percentages",
            ),
            models.CheckConstraint(condition=models.Q(bond_amount__gte=0), name="bond_not_negative"),
        ]

    total_amount = property(sum_of_lines)

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Orders over goods for one's own department, for the stores one keeps, and those whose goods one accepts."""
        lines = PurchaseOrderLine._base_manager.filter(goods_for(user, "procurement.view_purchaseorder"))
        accepts: Any = apps.get_model("procurement", "Acceptance").acceptors.through  # type: ignore[attr-defined]
        accepted = accepts._default_manager.filter(user=user.pk).values("acceptance__order")
        seen = models.Q(pk__in=lines.values("document")) | models.Q(pk__in=accepted)
        return super().also_visible_to(user) | seen


def goods_for(user: Any, permission: str) -> models.Q:
    """Order lines whose goods go to departments or stores of this person, as far as his roles with a right reach."""
    scopes = user.scopes_for(permission)
    condition = models.Q(pk__in=())
    if Scope.WAREHOUSE in scopes:
        condition |= models.Q(warehouse__keepers=user.pk)
    if Scope.DEPARTMENT in scopes:
        for path in user.department_paths:
            condition |= models.Q(request_line__department__path__startswith=path)
            condition |= models.Q(
                request_line__department=None, request_line__document__department__path__startswith=path
            )
    return condition


class PurchaseOrderLine(WantedLine):
    """unit_price is the agreed price in yuan per `unit`, taxes included. Quantities in `unit`.

    accepted, rejected and invoiced quantities are caches of approved papers; closed_quantity will not be delivered.
    """

    document = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    request_line = models.ForeignKey(
        PurchaseRequestLine, models.PROTECT, related_name="order_lines", verbose_name=_("request line")
    )
    sourcing_line = models.ForeignKey(
        SourcingLine, models.PROTECT, null=True, blank=True, related_name="order_lines", verbose_name=_("sourcing line")
    )
    framework_line = models.ForeignKey(
        FrameworkLine, models.PROTECT, null=True, blank=True, related_name="order_lines", editable=False
    )
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    brand = models.CharField(_("brand and model"), max_length=100, blank=True)
    deliver_by = models.DateField(_("deliver by"), null=True, blank=True)
    price_reason = models.CharField(_("why this price"), max_length=200, blank=True)
    stock_reason = models.CharField(_("why no asset card"), max_length=200, blank=True)
    accepted_quantity = QuantityField(_("accepted"), default=0, editable=False)
    rejected_quantity = QuantityField(_("rejected"), default=0, editable=False)
    invoiced_quantity = QuantityField(_("invoiced"), default=0, editable=False)
    closed_quantity = QuantityField(_("cancelled rest"), default=0, editable=False)

    class Meta(WantedLine.Meta):
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        constraints = [
            *WantedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(accepted_quantity__gte=0)
                & models.Q(rejected_quantity__gte=0)
                & models.Q(invoiced_quantity__gte=0)
                & models.Q(closed_quantity__gte=0),
                name="order_line_parts_not_negative",
            ),
        ]

    @property
    def open_quantity(self) -> Decimal:
        """What is still to be delivered, in `unit`; never below zero when more came than was ordered."""
        return max(self.quantity - self.accepted_quantity - self.closed_quantity, ZERO)


class OrderChange(Document):
    """变更单: other quantities, prices or days of an approved order. The order keeps what it was in this paper."""

    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="changes", verbose_name=_("purchase order"))
    reason = models.CharField(_("reason"), max_length=200)
    deliver_by = models.DateField(_("deliver by"), null=True, blank=True)

    class Meta(Document.Meta):
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")

    @property
    def total_amount(self) -> Decimal:
        """Yuan by which the order grows or shrinks, without a sign."""
        return abs(sum((line.amount for line in self.lines.all()), Decimal(0)))


class OrderChangeLine(models.Model):
    """quantity and unit_price as they shall be; old_…: as they were when it was made. amount: yuan of growth."""

    document = models.ForeignKey(OrderChange, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    order_line = models.ForeignKey(
        PurchaseOrderLine, models.PROTECT, related_name="change_lines", verbose_name=_("order line")
    )
    quantity = QuantityField(_("new quantity"))
    unit_price = PriceField(_("new price"))
    old_quantity = QuantityField(_("old quantity"), editable=False)
    old_unit_price = PriceField(_("old price"), editable=False)
    amount = MoneyField(_("difference (yuan)"), editable=False)

    class Meta:
        verbose_name = _("line of an order change")
        verbose_name_plural = _("lines of order changes")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0) & models.Q(unit_price__gte=0), name="change_not_negative"
            ),
            models.UniqueConstraint(fields=("document", "order_line"), name="order_line_once_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.quantity} × {self.unit_price}"
