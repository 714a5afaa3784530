"""外委维修单: work that a firm does, with its offers, the decision, the contract and what it cost in the end."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.fields import MoneyField

from .orders import WorkOrder


class ContractorJob(Document):
    """A job given out for one order. amount: yuan agreed; approved before the firm begins, by its amount.

    final_amount: yuan when the work was accepted, at most the agreed amount; becomes the cost of the order.
    warranty_reason: why the house pays although the thing is under warranty (R-REP-10).
    """

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="jobs", verbose_name=_("work order"))
    supplier = models.ForeignKey("directory.Supplier", models.PROTECT, related_name="+", verbose_name=_("contractor"))
    scope = models.CharField(_("work to be done"), max_length=500)
    amount = MoneyField(_("agreed amount"))
    contract_number = models.CharField(_("contract number"), max_length=40, blank=True)
    choice_reason = models.CharField(_("why this firm"), max_length=200, blank=True)
    warranty_reason = models.CharField(_("why it is paid under warranty"), max_length=200, blank=True)
    final_amount = MoneyField(_("final amount"), null=True, blank=True, editable=False)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), default=0)

    OWNED = ("final_amount", "invoice_number", "accepted_on", "accepted_by")

    class Meta(Document.Meta):
        verbose_name = _("contractor's job")
        verbose_name_plural = _("contractors' jobs")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(amount__gte=0)
                & (models.Q(final_amount=None) | models.Q(final_amount__gte=0, final_amount__lte=models.F("amount"))),
                name="job_costs_what_was_agreed",
            ),
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """The worker of the order sees who comes."""
        return super().also_visible_to(user) | models.Q(order__worker=user)


class ContractorJobLine(models.Model):
    """An offer: what a firm asked for the same work."""

    document = models.ForeignKey(ContractorJob, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    supplier = models.ForeignKey("directory.Supplier", models.PROTECT, related_name="+", verbose_name=_("firm"))
    amount = MoneyField(_("offer (yuan)"))
    offered_on = models.DateField(_("date of the offer"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("offer of a contractor")
        verbose_name_plural = _("offers of contractors")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=("document", "supplier"), name="one_offer_a_firm")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.amount}"
