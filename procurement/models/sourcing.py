"""询价与比价: how a supplier is found, what was offered, and who was chosen why."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents.models import Document, DocumentEvent
from core.fields import MoneyField, PriceField, QuantityField
from core.numbers import ZERO, money

from .lines import WantedLine, sum_of_lines
from .requests import PurchaseRequestLine


class Method(models.TextChoices):
    """Ways to find a supplier (政府采购法 Art 26); the last four are those of house rules and framework rules."""

    PUBLIC_TENDER = "public_tender", _("public tender")
    INVITED_TENDER = "invited_tender", _("invited tender")
    NEGOTIATION = "negotiation", _("competitive negotiation")
    CONSULTATION = "consultation", _("competitive consultation")
    SINGLE_SOURCE = "single_source", _("single source")
    ENQUIRY = "enquiry", _("enquiry")
    FRAMEWORK = "framework", _("framework agreement")
    CENTRAL = "central", _("central purchase")
    DIRECT = "direct", _("direct purchase of small things")


SEALED = (Method.ENQUIRY,)
"""Methods whose quotations stay sealed until they are opened before a witness (docs/adr/0017)."""
NUMBERED = (Method.PUBLIC_TENDER, Method.INVITED_TENDER, Method.NEGOTIATION, Method.CONSULTATION, Method.CENTRAL)
"""Methods carried out elsewhere: their result is typed with its number and the paper that says so."""
NOT_COUNTED = (Method.PUBLIC_TENDER, Method.CENTRAL)
"""Methods that are not added up against splitting (R-PRC-04): the open ones, and those of the central body."""


class Sourcing(Document):
    """采购方式与比价单. The quotations come in while it is a draft; submitting it proposes the award for approval.

    stage is a second axis: prices are sealed until `opened`, and nothing of a quotation changes after (R-PRC-07).
    opened_by and witness without opened_at: the buyer asked the witness to confirm the opening.
    """

    class Stage(models.TextChoices):
        PREPARING = "preparing", _("preparing")
        COLLECTING = "collecting", _("collecting quotations")
        OPENED = "opened", _("opened")
        FAILED = "failed", _("failed")

    title = models.CharField(_("title"), max_length=200)
    method = models.CharField(_("method"), max_length=16, choices=Method, default=Method.ENQUIRY)
    method_reason = models.CharField(
        _("justification"), max_length=500, blank=True, help_text=_("Why this method, where it needs a reason.")
    )
    external_number = models.CharField(_("number of the tender"), max_length=60, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.PREPARING, editable=False)
    deadline = models.DateTimeField(_("quotations until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("opened by"),
    )
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("witness")
    )
    failed_reason = models.CharField(_("why it failed"), max_length=200, blank=True, editable=False)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="next_rounds",
        verbose_name=_("earlier round"),
    )

    OWNED = ("stage", "opened_at", "opened_by", "witness", "failed_reason", "previous")

    class Meta(Document.Meta):
        verbose_name = _("sourcing")
        verbose_name_plural = _("sourcings")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Beside the signers, whoever is the witness of its opening."""
        return super().also_visible_to(user) | models.Q(witness=user.pk)

    def files_for(self, user: Any) -> models.Q:
        """Sealed means files too: until the opening, what came after the suppliers were asked is its sender's alone."""
        if self.is_open or self.stage == self.Stage.PREPARING:
            return super().files_for(user)
        kind = ContentType.objects.get_for_model(type(self))
        events = DocumentEvent.objects.filter(content_type=kind, object_id=self.pk, step="collect")
        asked_at = events.values_list("at", flat=True).last()
        own = models.Q(uploaded_by=user.pk)
        return own | models.Q(uploaded_at__lt=asked_at) if asked_at else own

    @property
    def is_sealed_kind(self) -> bool:
        """Whether its quotations come in sealed."""
        return self.method in SEALED

    @property
    def is_open(self) -> bool:
        """Whether prices may be read."""
        return self.opened_at is not None or not self.is_sealed_kind

    @property
    def waits_for_witness(self) -> bool:
        return self.opened_at is None and self.witness_id is not None

    @property
    def total_amount(self) -> Decimal:
        """Yuan of the proposed award; before it the estimates of the request lines."""
        return sum((line.amount for line in self.lines.all()), Decimal(0))


class SourcingLine(models.Model):
    """One line of an approved request, or a part of it. quantity in the request line's unit.

    awarded: the offer that is proposed; amount: its yuan, before the award the estimate of the request.
    """

    document = models.ForeignKey(Sourcing, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    request_line = models.ForeignKey(
        PurchaseRequestLine, models.PROTECT, related_name="sourcing_lines", verbose_name=_("request line")
    )
    quantity = QuantityField(_("quantity"))
    market_price = PriceField(_("market price"), null=True, blank=True)
    awarded = models.ForeignKey(
        "QuotationLine", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("awarded offer")
    )
    award_reason = models.CharField(_("why not the lowest"), max_length=200, blank=True)
    amount = MoneyField(_("amount"), default=0, editable=False)
    ordered_quantity = QuantityField(_("ordered"), default=0, editable=False)

    class Meta:
        verbose_name = _("sourcing line")
        verbose_name_plural = _("sourcing lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="sourcing_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(ordered_quantity__lte=models.F("quantity")), name="ordered_within_sourcing"
            ),
            models.UniqueConstraint(fields=("document", "request_line"), name="request_line_once_a_sourcing"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.request_line.title} {self.quantity}"

    def compute(self) -> None:
        unit_price = self.awarded.unit_price if self.awarded else self.request_line.unit_price
        self.amount = money(self.quantity * (unit_price or ZERO))


class Invitation(models.Model):
    """A supplier who is asked for a quotation."""

    sourcing = models.ForeignKey(Sourcing, models.CASCADE, related_name="invitations")
    supplier = models.ForeignKey("directory.Supplier", models.PROTECT, related_name="+", verbose_name=_("supplier"))
    invited_at = models.DateTimeField(_("invited at"), default=clock.now)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("sourcing", "supplier"), name="invited_once")]

    def __str__(self) -> str:
        return str(self.supplier)


class Quotation(models.Model):
    """What one supplier offers. Sealed until the sourcing is opened, unchangeable after (R-PRC-07).

    excluded: it does not meet the need, with the reason; such an offer is neither counted nor awarded.
    """

    sourcing = models.ForeignKey(Sourcing, models.CASCADE, related_name="quotations")
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, related_name="quotations", verbose_name=_("supplier")
    )
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("received by")
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    delivery_days = models.PositiveSmallIntegerField(_("delivery (days)"), null=True, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    excluded = models.BooleanField(_("excluded"), default=False)
    excluded_reason = models.CharField(_("why excluded"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("sourcing", "supplier"), name="one_quotation_a_supplier")]

    def __str__(self) -> str:
        return str(self.supplier)


class QuotationLine(models.Model):
    """unit_price: yuan per unit of the request line, taxes included; a line that is not offered has no row."""

    quotation = models.ForeignKey(Quotation, models.CASCADE, related_name="lines")
    line = models.ForeignKey(SourcingLine, models.CASCADE, related_name="offers")
    unit_price = PriceField(_("unit price"))
    brand = models.CharField(_("brand and model"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("quotation line")
        verbose_name_plural = _("quotation lines")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("quotation", "line"), name="one_offer_a_line"),
            models.CheckConstraint(condition=models.Q(unit_price__gt=0), name="offer_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quotation}: {self.unit_price}"


class FrameworkAgreement(Document):
    """框架协议: prices a supplier grants for a time; approved requests call off from it without new quotations."""

    title = models.CharField(_("title"), max_length=200)
    supplier = models.ForeignKey("directory.Supplier", models.PROTECT, related_name="+", verbose_name=_("supplier"))
    sourcing = models.ForeignKey(
        Sourcing, models.PROTECT, null=True, blank=True, related_name="frameworks", verbose_name=_("sourcing")
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True, help_text=_("Tender or decision it comes from."))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta(Document.Meta):
        verbose_name = _("framework agreement")
        verbose_name_plural = _("framework agreements")
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="framework_days",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    total_amount = property(sum_of_lines)


class FrameworkLine(WantedLine):
    """unit_price is the agreed price; quantity the most that may be called off, called_quantity what was."""

    document = models.ForeignKey(FrameworkAgreement, models.CASCADE, related_name="lines")
    called_quantity = QuantityField(_("called off"), default=0, editable=False)

    class Meta(WantedLine.Meta):
        verbose_name = _("framework line")
        verbose_name_plural = _("framework lines")
        constraints = [
            *WantedLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(called_quantity__lte=models.F("quantity")), name="called_within_framework"
            ),
        ]
