"""资产移交单: things change hands inside the house, or are lent out and come back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document

from .cards import Asset


class CustodyChange(Document):
    """One paper for all changes of custody (docs/adr/0021). `department` is the department that hands over.

    to_: where the things go; empty means that it stays as it is (place, custodian) or that nobody has it (user).
    due_on: last day of a loan. loan: what a return of lent things gives back.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue to a user")
        RETURN = "return", _("return to the pool")
        TRANSFER = "transfer", _("transfer between departments")
        USER = "user", _("change of user")
        LOAN = "loan", _("loan")
        LOAN_RETURN = "loan_return", _("return of a loan")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TRANSFER)
    to_department = models.ForeignKey(
        settings.DEPARTMENT_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receiving department"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new user")
    )
    to_custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("new custodian"),
    )
    to_place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new place")
    )
    borrower = models.CharField(
        _("borrower outside the house"),
        max_length=100,
        blank=True,
        help_text=_("Empty when a department of the house borrows."),
    )
    due_on = models.DateField(_("to be returned by"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    loan = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("loan")
    )
    settled = models.BooleanField(_("returned"), default=False, editable=False)

    OWNED = ("settled",)

    class Meta(Document.Meta):
        verbose_name = _("asset hand-over")
        verbose_name_plural = _("asset hand-overs")


class CustodyLine(models.Model):
    """A thing that changes hands. returned: a lent thing that is back (a cache of posted returns)."""

    document = models.ForeignKey(CustodyChange, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="custody_lines", verbose_name=_("asset card"))
    place = models.ForeignKey(
        "directory.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("new place"),
        help_text=_("Empty: the place on the head of the paper."),
    )
    condition = models.CharField(_("condition"), max_length=100, blank=True)
    returned = models.BooleanField(_("returned"), default=False, editable=False)

    class Meta:
        verbose_name = _("line of an asset hand-over")
        verbose_name_plural = _("lines of asset hand-overs")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("document", "asset"),
                name="asset_once_a_hand_over",
                violation_error_message=_("This thing is on the paper already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.asset}"
