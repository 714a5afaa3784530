from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.visibility import ScopedQuerySet, Visibility

from .organizations import MASTER_PERMISSIONS

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def validate_credit_code(value: str) -> None:
    """Unified social credit code of 18 characters with its check character (GB 32100-2015).

    Raises ValidationError for a wrong length, a letter outside the alphabet or a wrong check character.
    """
    code = value.strip().upper()
    if len(code) != 18 or any(letter not in _ALPHABET for letter in code):
        raise ValidationError(_("A unified social credit code has 18 digits and capital letters (no I, O, S, V, Z)."))
    total = sum(_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    if _ALPHABET[(31 - total % 31) % 31] != code[17]:
        raise ValidationError(_("The check character of the unified social credit code is wrong; compare it again."))


class Supplier(models.Model):
    """A firm that delivers. Shared by all organizations of an installation (docs/adr/0007)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_credit_code],
    )
    legal_person = models.CharField(_("legal person"), max_length=40, blank=True)
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    active = models.BooleanField(_("active"), default=True)
    blacklisted_until = models.DateField(_("black list until"), null=True, blank=True)
    blacklist_reason = models.CharField(_("why on the black list"), max_length=200, blank=True)
    controlling_owner = models.CharField(
        _("controlling owner"),
        max_length=100,
        blank=True,
        help_text=_("Firms with the same owner, legal person or phone are not independent in an enquiry."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        # reveal: the bank account in full (R-SYS-18); blacklist: beside change, as who keeps the data decides nothing
        default_permissions = (*MASTER_PERMISSIONS, "reveal", "blacklist")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.credit_code = (self.credit_code or "").strip().upper() or None

    def save(self, *args: object, **kwargs: object) -> None:
        from core.search import initials_of

        self.initials = self.initials or initials_of(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_usable(self) -> bool:
        """Whether new papers may name this supplier today."""
        return self.active and not (self.blacklisted_until and self.blacklisted_until >= clock.today())


class SupplierBankChange(models.Model):
    """A new bank account of a supplier: asked for by one person, confirmed by another (R-PRC-17)."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="bank_changes", verbose_name=_("supplier"))
    bank = models.CharField(_("bank"), max_length=100)
    bank_account = models.CharField(_("bank account"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200, help_text=_("What paper of the supplier says so."))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("refused by")
    )
    refused_at = models.DateTimeField(_("refused at"), null=True)
    refused_reason = models.CharField(_("why refused"), max_length=200, blank=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("new bank account of a supplier")
        verbose_name_plural = _("new bank accounts of suppliers")
        default_permissions = ("add", "view", "confirm")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("supplier",),
                condition=models.Q(confirmed_by=None, refused_reason=""),
                name="one_open_bank_change",
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.asked_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody else's yes or no."""
        return self.confirmed_by_id is None and not self.refused_reason


class SupplierLicence(models.Model):
    """A licence or certificate of a supplier, with its last day."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("business licence")
        FOOD = "food", _("food licence")
        MEDICAL_DEVICE = "medical_device", _("medical device licence")
        SPECIAL_EQUIPMENT = "special_equipment", _("special equipment qualification")
        CONSTRUCTION = "construction", _("construction or fire-protection qualification")
        AUTHORIZATION = "authorization", _("authorization by the manufacturer")
        OTHER = "other", _("other")

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="licences", verbose_name=_("supplier"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(_("licence number"), max_length=60)
    issued_by = models.CharField(_("issued by"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("supplier licence")
        verbose_name_plural = _("supplier licences")
        ordering = ("supplier", "kind")
        constraints = [
            models.UniqueConstraint(fields=("supplier", "kind", "number"), name="licence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day is before the first.")})
