"""资产移交单: things change hands inside the house, or are lent out and come back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.documents.models import Document

from .cards import Asset, AssetState


class CustodyChange(Document):
    """One paper for all changes of custody (docs/adr/0021). `department` is the department that hands over.

    to_: where the things go; empty means that it stays as it is (place, custodian) or that nobody has it (user). Things
    that leave a department without a named custodian are kept by the new user, else by who takes them over there.
    business_date: the day the paper was made and, once posted, the day it took effect: the day of the last confirmation
    (R-AST-10).
    due_on: last day of a loan. loan: what a return of lent things gives back. person: only what this person uses or
    keeps changes hands, in each of the two where he stands. returned_as: the state of things that come back.
    hander, receiver: who confirms for either side, chosen when it is submitted; submitter: confirmed by submitting it.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue to a user")
        RETURN = "return", _("return to the pool")
        TRANSFER = "transfer", _("transfer between departments")
        USER = "user", _("change of user")
        LOAN = "loan", _("lending")
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
        "self", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("lending that ends")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hands over everything"),
    )
    returned_as = models.CharField(
        _("they are then"),
        max_length=10,
        choices=[(state.value, state.label) for state in (AssetState.IDLE, AssetState.IN_STOCK)],
        default=AssetState.IDLE,
    )
    hander = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken over by"),
    )
    submitter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    settled = models.BooleanField(_("returned"), default=False, editable=False)

    OWNED = ("hander", "receiver", "submitter", "settled")

    class Meta(Document.Meta):
        verbose_name = _("asset hand-over")
        verbose_name_plural = _("asset hand-overs")
        indexes = [
            *Document.Meta.indexes,
            models.Index(fields=("organization", "kind", "settled", "due_on"), name="custody_loans"),
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Both sides see it: whoever hands over, takes over or is named, and the receiving department."""
        seen = models.Q(hander=user) | models.Q(receiver=user) | models.Q(to_user=user) | models.Q(to_custodian=user)
        if user.has_perm("assets.view_custodychange"):
            for path in user.department_paths:
                seen |= models.Q(to_department__path__startswith=path)
        return super().also_visible_to(user) | (seen & ~models.Q(status=Status.DRAFT))

    @property
    def is_loan(self) -> bool:
        return self.kind == self.Kind.LOAN


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

    @property
    def note(self) -> str:
        """What is said of the thing when it changes hands."""
        return self.condition
