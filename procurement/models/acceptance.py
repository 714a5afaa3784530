"""验收: what arrived, what of it is good, who says so, and what becomes of the rest (R-PRC-11, R-PRC-14)."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.documents.models import Document
from core.fields import MoneyField, QuantityField
from core.numbers import money
from core.visibility import ScopedQuerySet, Visibility

from .orders import PurchaseOrder, PurchaseOrderLine, goods_for


class Acceptance(Document):
    """One delivery of one order. Its maker is the first acceptor; the others sign it, and with the last signature the
    goods become a draft receipt or wait for their asset cards."""

    order = models.ForeignKey(
        PurchaseOrder, models.PROTECT, related_name="acceptances", verbose_name=_("purchase order")
    )
    acceptors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        verbose_name=_("other acceptors"),
        help_text=_("Those who check besides the maker of this paper; none of them the buyer."),
    )
    delivery_note = models.CharField(_("delivery note number"), max_length=60, blank=True)
    finding = models.CharField(_("finding"), max_length=500, blank=True)

    class Meta(Document.Meta):
        verbose_name = pgettext_lazy("kind of document", "acceptance")
        verbose_name_plural = _("acceptances")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Deliveries of goods for one's own department, and for the stores one keeps; and those one has to sign."""
        lines = PurchaseOrderLine._base_manager.filter(goods_for(user, "procurement.view_acceptance"))
        signs = cls.acceptors.through._default_manager.filter(user=user.pk).values("acceptance")
        return super().also_visible_to(user) | models.Q(order__in=lines.values("document")) | models.Q(pk__in=signs)

    @property
    def total_amount(self) -> Decimal:
        """Yuan accepted, at the prices of the order."""
        return sum((line.amount for line in self.lines.all()), Decimal(0))


class AcceptanceLine(models.Model):
    """Quantities in the unit of the order line. rejected = arrived - accepted; amount: yuan accepted.

    receipt_line: the line of the draft receipt the goods went into; intake: the row that waits for asset cards.
    """

    document = models.ForeignKey(Acceptance, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    order_line = models.ForeignKey(
        PurchaseOrderLine, models.PROTECT, related_name="acceptance_lines", verbose_name=_("order line")
    )
    arrived_quantity = QuantityField(_("arrived"))
    accepted_quantity = QuantityField(_("accepted"))
    rejected_quantity = QuantityField(_("rejected"), default=0, editable=False)
    amount = MoneyField(_("amount"), default=0, editable=False)
    finding = models.CharField(_("finding"), max_length=200, blank=True)
    lot_number = models.CharField(_("lot number"), max_length=40, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    certificate = models.CharField(_("certificate"), max_length=100, blank=True)
    receipt_line = models.ForeignKey(
        "inventory.GoodsReceiptLine", models.SET_NULL, null=True, related_name="+", editable=False
    )
    intake = models.ForeignKey("assets.AssetIntake", models.SET_NULL, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("acceptance line")
        verbose_name_plural = _("acceptance lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(arrived_quantity__gt=0), name="arrived_positive"),
            models.CheckConstraint(
                condition=models.Q(accepted_quantity__gte=0)
                & models.Q(accepted_quantity__lte=models.F("arrived_quantity")),
                name="accepted_within_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.order_line.title} {self.accepted_quantity}"

    def compute(self) -> None:
        """Derive what was rejected and the yuan accepted."""
        self.rejected_quantity = self.arrived_quantity - self.accepted_quantity
        self.amount = money(self.accepted_quantity * self.order_line.unit_price)


class RejectedGoods(models.Model):
    """Goods that were not accepted: they go back or are replaced, and never enter the store (R-PRC-14)."""

    class Remedy(models.TextChoices):
        RETURN = "return", _("sent back")
        REPLACE = "replace", _("replaced by the supplier")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be collected")
        SETTLED = "settled", _("settled")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    number = models.CharField(_("number"), max_length=32, editable=False)
    acceptance_line = models.OneToOneField(
        AcceptanceLine, models.PROTECT, related_name="rejection", verbose_name=_("acceptance line")
    )
    quantity = QuantityField(_("quantity"))
    remedy = models.CharField(_("remedy"), max_length=10, choices=Remedy, default=Remedy.REPLACE)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField(_("since"), default=clock.now)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    collected_by = models.CharField(_("collected by"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    visibility = Visibility(
        own="acceptance_line__document__created_by",
        department="acceptance_line__document__department",
        organization="organization",
    )
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rejected goods")
        verbose_name_plural = _("rejected goods")
        default_permissions = ("view", "change")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("organization", "number"), name="rejected_goods_number_unique")]

    def __str__(self) -> str:
        return self.number
