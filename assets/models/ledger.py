"""The two asset ledgers: custody and value. Append-only; written by assets/services/ledger.py and depreciation.py."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField
from core.visibility import ScopedQuerySet, Visibility

from .cards import Asset, AssetState


class LedgerRow(models.Model):
    """What both ledgers say of a row: which paper, when, by whom, and which row it undoes."""

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    business_date = models.DateField(_("business date"))
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    document = GenericForeignKey()
    number = models.CharField(_("document number"), max_length=32)

    class Meta:
        abstract = True


class AssetMove(LedgerRow):
    """Who had a thing, and who has it now (资产变动). The first row of a card comes from nowhere (`from_` empty)."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="moves", verbose_name=_("asset card"))
    from_department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    from_custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    from_place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    from_state = models.CharField(max_length=10, choices=AssetState, blank=True)
    to_department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to_custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to_place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    to_state = models.CharField(max_length=10, choices=AssetState)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    visibility = Visibility(department="asset__department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("custody entry")
        verbose_name_plural = _("custody entries")
        default_permissions = ("view",)
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "asset"),
                condition=models.Q(reverses=None),
                name="asset_moved_once_a_paper",
            )
        ]
        indexes = [
            models.Index(fields=("asset", "business_date", "id"), name="asset_move_day"),
            models.Index(fields=("content_type", "object_id"), name="asset_move_document"),
            models.Index(fields=("organization", "business_date"), name="asset_move_org_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.asset_id}"


class AssetValueMove(LedgerRow):
    """What a thing's value gained or lost: cost, the fiscal funds in it and accumulated depreciation in yuan, signed.

    months: how many months a depreciation row charges (more than one when earlier months were missed), signed too.
    from_month: the first month a charge is for, counted like Asset.next_charge; empty for other rows.
    department: who used the thing then; expense_account: what a charge is booked on (R-ACC-04).
    """

    class Kind(models.TextChoices):
        ADDITION = "addition", _("addition")
        INCREASE = "increase", _("increase of value")
        DECREASE = "decrease", _("decrease of value")
        DEPRECIATION = "depreciation", _("depreciation")
        SPLIT = "split", _("split or merge")
        REMOVAL = "removal", _("removal")

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="value_moves", verbose_name=_("asset card"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    cost = MoneyField(_("original value"), default=0)
    fiscal = MoneyField(_("of it fiscal funds"), default=0)
    accumulated = MoneyField(_("accumulated depreciation"), default=0)
    months = models.SmallIntegerField(_("months"), default=0)
    from_month = models.PositiveIntegerField(null=True, editable=False)
    department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+")
    account = models.CharField(_("account"), max_length=4)
    expense_account = models.CharField(_("expense account"), max_length=4, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    visibility = Visibility(department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("value entry")
        verbose_name_plural = _("value entries")
        default_permissions = ("view",)
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "asset"),
                condition=models.Q(reverses=None),
                name="asset_valued_once_a_paper",
            ),
            models.CheckConstraint(
                condition=~models.Q(cost=0, accumulated=0, months=0), name="value_entry_says_something"
            ),
        ]
        indexes = [
            models.Index(fields=("asset", "business_date", "id"), name="asset_value_day"),
            models.Index(fields=("content_type", "object_id"), name="asset_value_document"),
            models.Index(fields=("organization", "business_date", "kind"), name="asset_value_org_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.asset_id} {self.cost}"


class JournalProposal(models.Model):
    """A line for the books of finance: so many yuan from one account to another (R-ACC-03: it balances by its shape).

    voucher_number: what finance gave back when it took the line over (R-ACC-06). Append-only but for that.
    """

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    document = GenericForeignKey()
    number = models.CharField(_("document number"), max_length=32)
    position = models.PositiveSmallIntegerField(default=1)
    business_date = models.DateField(_("business date"))
    summary = models.CharField(_("summary"), max_length=200)
    debit_account = models.CharField(_("debit"), max_length=10)
    credit_account = models.CharField(_("credit"), max_length=10)
    amount = MoneyField(_("amount"))
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    voucher_number = models.CharField(_("voucher number"), max_length=40, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken over by")
    )
    taken_at = models.DateTimeField(_("taken over at"), null=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal proposal")
        verbose_name_plural = _("journal proposals")
        default_permissions = ("view", "export", "take")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("content_type", "object_id", "position"), name="journal_line_once"),
            models.CheckConstraint(
                condition=~models.Q(amount=0) & ~models.Q(debit_account=models.F("credit_account")),
                name="journal_line_says_something",
            ),
        ]
        indexes = [models.Index(fields=("organization", "business_date"), name="journal_day")]

    def __str__(self) -> str:
        return f"{self.number}/{self.position}"


class AccountBalance(models.Model):
    """What the general ledger of finance says an account held at the end of a month (R-ACC-01). Yuan.

    explanation: why it may differ from the cards.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    account = models.CharField(_("account"), max_length=4)
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    amount = MoneyField(_("balance of the general ledger"))
    explanation = models.CharField(_("explanation of the difference"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=clock.now, editable=False)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("balance of the general ledger")
        verbose_name_plural = _("balances of the general ledger")
        default_permissions = ("add", "change", "view")
        ordering = ("-year", "-month", "account")
        constraints = [
            models.UniqueConstraint(fields=("organization", "account", "year", "month"), name="one_balance_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.year}-{self.month:02d}"
