"""资产清查: cards, places and things are compared, on a phone and without network if need be."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.documents.models import Document
from core.fields import MoneyField, QuantityField

from .additions import AssetAddition
from .cards import Asset, AssetState
from .categories import AssetCategory


class Condition(models.TextChoices):
    """How a thing was found."""

    GOOD = "good", _("in order")
    DAMAGED = "damaged", _("damaged")
    UNUSABLE = "unusable", _("beyond repair")
    IDLE = "idle", _("not used")


class AssetCount(Document):
    """清查单: plan, frozen snapshot and result of one count (R-AST-16).

    The status says how far its approval is, `phase` how far the counting. An empty scope counts every card of the
    organization. published_at: when the result of a class check was put up for all to see.
    """

    class Kind(models.TextChoices):
        YEARLY = "yearly", _("yearly full count")
        PARTIAL = "partial", _("partial count")
        SPECIAL = "special", _("special count")
        CLASS_CHECK = "class", _("monthly check of class property")

    class Phase(models.TextChoices):
        PLANNED = "planned", _("planned")
        COUNTING = "counting", _("counting")
        FINISHED = "finished", _("counted")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PARTIAL)
    scope_department = models.ForeignKey(
        settings.DEPARTMENT_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only this department and those under it"),
    )
    scope_place = models.ForeignKey(
        "directory.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only this place and those in it"),
    )
    scope_category = models.ForeignKey(
        "assets.AssetCategory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only this class and those under it"),
    )
    sample_size = models.PositiveIntegerField(
        _("random sample of so many cards"), null=True, blank=True, help_text=_("Empty: all of them.")
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supervisor"),
    )
    counters = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("counters"))
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.PLANNED, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    OWNED = ("phase", "as_of", "finished_at", "published_at")

    class Meta(Document.Meta):
        verbose_name = _("asset count")
        verbose_name_plural = _("asset counts")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Counters and the supervisor see their count wherever it is; a published result everybody of the house."""
        published = models.Q(organization=user.organization_id, published_at__isnull=False)
        return (
            super().also_visible_to(user)
            | published
            | models.Q(supervisor=user)
            | models.Q(pk__in=cls.counters.through.objects.filter(user=user).values("assetcount"))
        )

    def takes_files_from(self, user: Any) -> bool:
        """Counters add photos as long as they count, whatever their roles."""
        counting = self.phase == self.Phase.COUNTING and self.is_editable
        return counting and self.counters.filter(pk=user.pk).exists()


class AssetCountLine(models.Model):
    """One card on a count: book_* is the frozen snapshot, found_* what the counter saw, result what follows from both.

    outside: found though the plan did not name it. book_value: original value in yuan. cause, finding (who answers for
    it, or that nobody does), treatment and responsible are filled in for what does not match (R-AST-17). correct: the
    card is changed to what was found; False leaves it as it is. booked: what the posting did about the line.
    """

    class Result(models.TextChoices):
        OPEN = "", _("not counted")
        MATCH = "match", _("agrees")
        MISPLACED = "misplaced", _("other place or user")
        FOUND = "found", _("found again")
        MISSING = "missing", pgettext_lazy("result of a count", "missing")

    class Booked(models.TextChoices):
        NOTHING = "", _("nothing to change")
        MOVED = "moved", _("card corrected")
        MISSING = "missing", _("card set to missing")
        BACK = "back", _("card back from missing")
        SKIPPED = "skipped", _("changed meanwhile, left as it is")

    document = models.ForeignKey(AssetCount, models.CASCADE, related_name="lines")
    outside = models.BooleanField(_("not on the plan"), default=False)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="count_lines", verbose_name=_("asset card"))
    book_department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+")
    book_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    book_custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    book_place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    book_state = models.CharField(max_length=10, choices=AssetState)
    book_value = MoneyField(_("original value"), default=0)
    found_department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+")
    found_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    found_place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True, default=Result.OPEN)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("counted by")
    )
    counted_at = models.DateTimeField(_("counted at"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    finding = models.CharField(_("finding on responsibility"), max_length=200, blank=True)
    treatment = models.CharField(_("proposed treatment"), max_length=200, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    correct = models.BooleanField(_("correct the card"), default=True)
    booked = models.CharField(_("done at posting"), max_length=10, choices=Booked, blank=True, default=Booked.NOTHING)

    class Meta:
        verbose_name = _("line of an asset count")
        verbose_name_plural = _("lines of asset counts")
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("document", "asset"), name="asset_counted_once")]
        indexes = [
            models.Index(fields=("asset", "result"), name="asset_count_line"),
            models.Index(fields=("document", "result"), name="asset_count_result"),
        ]

    def __str__(self) -> str:
        return str(self.asset)

    @property
    def differs(self) -> bool:
        """Whether card and thing do not agree."""
        return self.result in DIFFERING


DIFFERING = (AssetCountLine.Result.MISPLACED, AssetCountLine.Result.FOUND, AssetCountLine.Result.MISSING)
"""Results that need a cause and a decision."""


class AssetCountEntry(models.Model):
    """What a counter sent, as it came in; append-only. client_id is made on the phone: sent twice, it counts once.

    counted_at is the phone's moment corrected by clock_difference (seconds), received_at ours.
    """

    line = models.ForeignKey(AssetCountLine, models.CASCADE, related_name="entries")
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    present = models.BooleanField(_("found"))
    place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+")
    unused = models.BooleanField(_("nobody uses it"), default=False)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, default=Condition.GOOD)
    scanned = models.BooleanField(_("label scanned"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    counted_at = models.DateTimeField(_("counted at"))
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by")
    )
    clock_difference = models.IntegerField(_("clock difference (s)"), default=0)

    class Meta:
        verbose_name = _("asset count entry")
        verbose_name_plural = _("asset count entries")
        default_permissions = ("view",)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.line}: {self.present}"


class AssetSurplus(models.Model):
    """A thing that was found and has no card. addition: the paper that gives it one.

    value: yuan of one of them, an estimate. correct: whether it gets a card; False leaves it without one.
    """

    document = models.ForeignKey(AssetCount, models.CASCADE, related_name="surpluses")
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    category = models.ForeignKey(
        AssetCategory, models.PROTECT, null=True, related_name="+", verbose_name=_("asset category")
    )
    name = models.CharField(_("name"), max_length=100)
    specification = models.CharField(_("specification and model"), max_length=120, blank=True)
    quantity = QuantityField(_("quantity"), default=1)
    department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+")
    place = models.ForeignKey("directory.Place", models.PROTECT, null=True, related_name="+")
    value = MoneyField(_("estimated value"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, default=Condition.GOOD)
    note = models.CharField(_("note"), max_length=200, blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    finding = models.CharField(_("finding on responsibility"), max_length=200, blank=True)
    treatment = models.CharField(_("proposed treatment"), max_length=200, blank=True)
    correct = models.BooleanField(_("make a card"), default=True)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("found by"))
    found_at = models.DateTimeField(_("found at"), default=clock.now)
    addition = models.ForeignKey(AssetAddition, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("thing without a card")
        verbose_name_plural = _("things without cards")
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="surplus_quantity_positive")]

    def __str__(self) -> str:
        return self.name
