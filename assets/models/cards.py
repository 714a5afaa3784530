"""The asset card (资产卡片): what a thing is, what it cost, who has it and where."""

import secrets
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core import clock
from core.fields import MoneyField, QuantityField
from core.numbers import ZERO
from core.visibility import ScopedQuerySet, Visibility

from .categories import AssetCategory, CardType


class AcquisitionWay(models.TextChoices):
    """How a thing came to the house."""

    PURCHASE = "purchase", _("bought")
    DONATION = "donation", _("donated")
    TRANSFER_IN = "transfer_in", _("transferred in")
    CONSTRUCTION = "construction", _("built by ourselves")
    EXCHANGE = "exchange", _("exchanged")
    SURPLUS = "surplus", _("surplus found")
    OPENING = "opening", _("opening entry")
    OTHER = "other", _("other way")


class ValueType(models.TextChoices):
    """On what the value rests."""

    ORIGINAL = "original", _("original value")
    ESTIMATE = "estimate", _("estimated until settlement")
    APPRAISED = "appraised", _("appraised value")
    REPLACEMENT = "replacement", _("replacement value")
    NOMINAL = "nominal", _("nominal amount")


class ProcurementForm(models.TextChoices):
    CENTRAL = "central", _("government central purchase")
    DEPARTMENTAL = "departmental", _("departmental central purchase")
    DECENTRAL = "decentral", _("decentralized purchase")
    OTHER = "other", _("other")


class UsePurpose(models.TextChoices):
    """What a thing is for."""

    TEACHING = "teaching", _("teaching")
    RESEARCH = "research", _("research")
    MEDICAL = "medical", _("medical care")
    ADMINISTRATION = "administration", _("administration")
    LOGISTICS = "logistics", _("logistics and daily life")
    OTHER = "other", _("other")


class Account(models.TextChoices):
    """Accounts that carry long-lived things, each with its account of depreciation (政府会计制度)."""

    FIXED = "1601", _("1601 fixed assets")
    INTANGIBLE = "1701", _("1701 intangible assets")
    RELICS = "1821", _("1821 relics and cultural assets")


CONTRA_ACCOUNTS = {Account.FIXED: "1602", Account.INTANGIBLE: "1702"}
"""Where the accumulated depreciation or amortization of an account is kept."""

NOMINAL_VALUE = Decimal("1.00")
"""Yuan of a thing whose value nobody knows (名义金额)."""


class AssetState(models.TextChoices):
    """Where a card is in its life (domain 1.4)."""

    IN_STOCK = "in_stock", _("in stock, not issued")
    IN_USE = "in_use", _("in use")
    IDLE = "idle", _("idle")
    REPAIR = "repair", _("under repair")
    LENT = "lent", _("lent")
    LET = "let", _("let")
    MISSING = "missing", pgettext_lazy("state of a thing", "missing")
    DISPOSED = "disposed", _("disposed of")


class DisposalWay(models.TextChoices):
    """How a thing leaves the house (财资〔2021〕127号 names the ways of central institutions)."""

    SCRAP = "scrap", _("scrapped")
    LOSS = "loss", _("written off as lost")
    SALE = "sale", _("sold")
    DONATION = "donation", _("donated away")
    TRANSFER_OUT = "transfer_out", _("transferred out")
    EXCHANGE = "exchange", _("exchanged away")


MOVABLE = frozenset({AssetState.IN_STOCK, AssetState.IN_USE, AssetState.IDLE})
"""States in which a thing may change its holder. What is lent or missing comes back first."""


class CardData(models.Model):
    """The fields of a card, shared by cards and by the lines that become cards. Values in yuan for one card.

    details: fields of the card's own type by their keys (assets.card_fields). life_months: empty: never depreciated.
    """

    name = models.CharField(_("name"), max_length=100)
    category = models.ForeignKey(AssetCategory, models.PROTECT, related_name="+", verbose_name=_("asset category"))
    old_category = models.ForeignKey(
        AssetCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("class of 2010")
    )
    card_type = models.CharField(_("kind of card"), max_length=12, choices=CardType, default=CardType.EQUIPMENT)
    quantity = QuantityField(_("quantity or area"), default=1)
    unit = models.CharField(_("unit"), max_length=20, default="台")
    brand = models.CharField(_("brand"), max_length=60, blank=True)
    specification = models.CharField(_("specification and model"), max_length=120, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=100, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True, db_index=True)
    old_number = models.CharField(_("number in the old system"), max_length=60, blank=True, db_index=True)
    acquired_on = models.DateField(_("acquired on"), default=clock.today)
    in_use_on = models.DateField(_("in use since"), null=True, blank=True)
    procurement_form = models.CharField(_("form of purchase"), max_length=12, choices=ProcurementForm, blank=True)
    budget_item = models.CharField(_("budget item number"), max_length=60, blank=True)
    supplier = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    contract_number = models.CharField(_("contract number"), max_length=60, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    use_purpose = models.CharField(_("used for"), max_length=16, choices=UsePurpose, default=UsePurpose.OTHER)
    value_type = models.CharField(_("kind of value"), max_length=12, choices=ValueType, default=ValueType.ORIGINAL)
    original_value = MoneyField(_("original value"))
    fiscal_fund = MoneyField(_("of it fiscal funds"), default=0)
    nonfiscal_fund = MoneyField(_("of it other funds"), default=0)
    account = models.CharField(_("account"), max_length=4, choices=Account, default=Account.FIXED)
    life_months = models.PositiveSmallIntegerField(_("useful life (months)"), null=True, blank=True)
    managing_department = models.ForeignKey(
        settings.DEPARTMENT_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("managing department"),
    )
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("using department")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("custodian")
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    situated_at = models.CharField(_("situated at"), max_length=200, blank=True)
    from_construction = models.BooleanField(_("from construction in progress"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    details = models.JSONField(_("fields of its kind"), default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def is_depreciated(self) -> bool:
        """Whether runs take it at all (R-AST-05)."""
        return self.life_months is not None


def new_token() -> str:
    """What the QR code on the thing says: nothing that could be guessed from another one."""
    return secrets.token_urlsafe(12)


class Asset(CardData):
    """A card. Holder, place, state and values are caches of the asset ledgers and written by services alone.

    original_value, accumulated (yuan): sums of AssetValueMove. monthly_charge (yuan), months_left and next_charge are
    where the next depreciation run goes on; next_charge counts months (year * 12 + month - 1), empty: never again.
    claimed_by: the paper that has this thing in hand; another one has to wait for it ("app.model:pk").
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    number = models.CharField(_("asset number"), max_length=32)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    initials = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=AssetState, default=AssetState.IN_STOCK, editable=False)
    state_before = models.CharField(max_length=10, choices=AssetState, blank=True, editable=False)
    idle_since = models.DateField(_("idle since"), null=True, editable=False)
    acquisition_way = models.CharField(_("way of acquisition"), max_length=12, choices=AcquisitionWay, editable=False)
    accumulated = MoneyField(_("accumulated depreciation"), default=0, editable=False)
    monthly_charge = MoneyField(_("monthly depreciation"), default=0, editable=False)
    months_left = models.PositiveSmallIntegerField(_("months left"), default=0, editable=False)
    months_charged = models.PositiveSmallIntegerField(_("months depreciated"), default=0, editable=False)
    next_charge = models.PositiveIntegerField(null=True, editable=False)
    booked_on = models.DateField(_("booked on"), null=True, editable=False)
    voucher_number = models.CharField(_("voucher number"), max_length=40, blank=True, editable=False)
    disposal_way = models.CharField(
        _("way of disposal"), max_length=12, choices=DisposalWay, blank=True, editable=False
    )
    disposed_on = models.DateField(_("disposed of on"), null=True, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="parts", verbose_name=_("split from")
    )
    claimed_by = models.CharField(max_length=60, blank=True, editable=False)
    label_printed_at = models.DateTimeField(_("label printed at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    OWNED = (
        "department",
        "user",
        "custodian",
        "place",
        "original_value",
        "fiscal_fund",
        "nonfiscal_fund",
        "life_months",
        "category",
        "account",
        "value_type",
        "quantity",
    )
    """Columns that only papers and their services change, besides those that no form shows."""

    visibility = Visibility(own="user", department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["accumulated", "months_left", "months_charged", "next_charge", "claimed_by", "token"]
    )

    class Meta:
        verbose_name = _("card of a thing")
        verbose_name_plural = _("cards of things")
        default_permissions = ("change", "view", "export", "book", "label")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("organization", "number"), name="asset_number_unique"),
            models.CheckConstraint(
                condition=models.Q(original_value=models.F("fiscal_fund") + models.F("nonfiscal_fund")),
                name="asset_funds_add_up",
            ),
            models.CheckConstraint(
                condition=models.Q(accumulated__gte=0) & models.Q(accumulated__lte=models.F("original_value")),
                name="asset_accumulated_within_value",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "next_charge"), name="asset_next_charge"),
            models.Index(fields=("organization", "state"), name="asset_state"),
            models.Index(fields=("department", "state"), name="asset_department"),
            models.Index(fields=("user",), name="asset_user"),
            models.Index(fields=("place",), name="asset_place"),
            models.Index(fields=("category",), name="asset_category"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def net_value(self) -> Decimal:
        """Yuan not yet depreciated."""
        return (self.original_value or ZERO) - (self.accumulated or ZERO)

    @property
    def is_booked(self) -> bool:
        """Whether finance has it in its books (R-AST-01)."""
        return self.booked_on is not None

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Whoever answers for a thing sees its card, whatever his role."""
        return models.Q(custodian=user) | models.Q(user=user)

    def files_for(self, user: Any) -> models.Q:
        """Which of its photos and files somebody who sees the card may read: all."""
        return models.Q()

    def takes_files_from(self, user: Any) -> bool:
        """Who may add photos and files: whoever describes cards within his reach."""
        return bool(type(self).objects.within(user, "assets.change_asset").filter(pk=self.pk).exists())


class AssetComponent(models.Model):
    """An accessory or component that belongs to a thing and has no card of its own. value: yuan, part of the card's."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="components")
    name = models.CharField(_("name"), max_length=100)
    specification = models.CharField(_("specification and model"), max_length=120, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    quantity = QuantityField(_("quantity"), default=1)
    unit = models.CharField(_("unit"), max_length=20, default="个")
    value = MoneyField(_("value"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("accessory")
        verbose_name_plural = _("accessories")
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="component_quantity_positive")]

    def __str__(self) -> str:
        return self.name
