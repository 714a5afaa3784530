"""What is broken, why, and what helped: code tables shared by all organizations; and the teams of each."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.search import initials_of
from core.trees import TreeNode
from core.visibility import ScopedQuerySet, Visibility

MASTER_PERMISSIONS = ("add", "change", "delete", "view", "import")


class RepairCategory(TreeNode):
    """水, 电, 木 … and the items under them; two levels.

    keywords: words of a report, with commas between them, that make it urgent at once (R-REP-02).
    always_urgent: every report of this category is urgent.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    initials = models.CharField(max_length=40, blank=True, editable=False)
    icon = models.CharField(_("icon"), max_length=30, blank=True)
    keywords = models.CharField(_("urgent words"), max_length=300, blank=True)
    always_urgent = models.BooleanField(_("always urgent"), default=False)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("repair category")
        verbose_name_plural = _("repair categories")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.parent is not None and self.parent.parent is not None:
            raise ValidationError({"parent": _("There are two levels: choose a category of the upper one.")})

    def save(self, *args: object, **kwargs: object) -> None:
        self.initials = initials_of(self.name)[:40]
        super().save(*args, **kwargs)


class Code(models.Model):
    """A row of a short code table, shared by all organizations."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = MASTER_PERMISSIONS
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class CauseCode(Code):
    """Why it broke. by_person: somebody pays, so a liable person or class is named and a case is opened (R-REP-09)."""

    class Kind(models.TextChoices):
        WEAR = "wear", _("wear")
        MISUSE = "misuse", _("wrong use")
        DAMAGE = "damage", _("damage by a person")
        QUALITY = "quality", _("bad quality")
        THIRD_PARTY = "third_party", _("third party")
        NO_FAULT = "no_fault", _("no fault found")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.WEAR)
    category = models.ForeignKey(
        RepairCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="causes",
        verbose_name=_("only for this category and those under it"),
    )

    class Meta(Code.Meta):
        verbose_name = _("cause of a fault")
        verbose_name_plural = _("causes of faults")


class RemedyCode(Code):
    """What was done about it."""

    category = models.ForeignKey(
        RepairCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remedies",
        verbose_name=_("only for this category and those under it"),
    )

    class Meta(Code.Meta):
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")


class RatingReason(Code):
    """Why somebody is content or not; ticked beside the stars."""

    good = models.BooleanField(_("praise"), default=False)

    class Meta(Code.Meta):
        verbose_name = _("reason of a rating")
        verbose_name_plural = _("reasons of ratings")


class Team(models.Model):
    """Workers who take orders together: 水电班, 木工班."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=40)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leader")
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="repair_teams", verbose_name=_("members")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=["members"])

    class Meta:
        verbose_name = _("repair team")
        verbose_name_plural = _("repair teams")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("organization", "name")
        constraints = [models.UniqueConstraint(fields=("organization", "name"), name="team_name_unique")]

    def __str__(self) -> str:
        return self.name
