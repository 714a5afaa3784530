"""The national class codes of assets (GB/T 14885), both editions, and how long things of a class live."""

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.search import initials_of
from core.trees import TreeNode
from core.visibility import ScopedQuerySet, Visibility

PERMISSIONS = ("add", "change", "view", "import")


class Edition(models.TextChoices):
    """Editions of GB/T 14885. Codes of 2022 are a letter and eight digits, those of 2010 seven digits."""

    E2022 = "2022", _("GB/T 14885-2022")
    E2010 = "2010", _("GB/T 14885-2010")


class CardType(models.TextChoices):
    """Layouts of the asset card."""

    LAND = "land", _("land")
    HOUSE = "house", _("house")
    STRUCTURE = "structure", _("structure")
    VEHICLE = "vehicle", _("vehicle")
    EQUIPMENT = "equipment", _("equipment")
    FURNITURE = "furniture", _("furniture and utensils")
    RELIC = "relic", _("relic or exhibit")
    BOOK = "book", _("book or archive")
    LIVING = "living", _("animal or plant")
    INTANGIBLE = "intangible", _("intangible")
    OTHER = "other", _("other")


NOT_DEPRECIATED = frozenset({CardType.LAND, CardType.RELIC, CardType.BOOK, CardType.LIVING})
"""Card types that are never depreciated (政府会计准则第3号; R-AST-05)."""

_PATTERNS = {Edition.E2022: re.compile(r"A\d{8}"), Edition.E2010: re.compile(r"[1-6]\d{6}")}
_STEPS = {Edition.E2022: (3, 5, 7, 9), Edition.E2010: (1, 3, 5, 7)}


def levels_of(edition: str, code: str) -> list[str]:
    """The codes above a code and itself, the gate first: A02010105 is under A02000000, A02010000 and A02010100.

    Raises ValueError for a text that is no code of the edition.
    """
    if edition not in _PATTERNS or not _PATTERNS[Edition(edition)].fullmatch(code):
        raise ValueError(code)
    found: list[str] = []
    for length in _STEPS[Edition(edition)]:
        step = code[:length].ljust(len(code), "0")
        if step not in found:
            found.append(step)
        if step == code:
            break
    return found


class AssetCategory(TreeNode):
    """One class of one edition. Shared by all organizations. Cards take leaves of the active edition (R-AST-04).

    evidence: where the code was seen, or that it is known but not verified.
    """

    edition = models.CharField(_("edition"), max_length=4, choices=Edition, default=Edition.E2022)
    code = models.CharField(_("code"), max_length=9)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    card_type = models.CharField(_("kind of card"), max_length=12, choices=CardType, default=CardType.EQUIPMENT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    remark = models.CharField(_("explanation"), max_length=500, blank=True)
    evidence = models.CharField(_("source"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("asset category")
        verbose_name_plural = _("asset categories")
        default_permissions = PERMISSIONS
        ordering = ("edition", "code")
        constraints = [models.UniqueConstraint(fields=("edition", "code"), name="asset_category_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        super().clean()
        self.code = (self.code or "").strip().upper()
        try:
            levels = levels_of(self.edition, self.code)
        except ValueError:
            raise ValidationError(
                {"code": _("A code of 2022 is the letter A and eight digits, one of 2010 seven digits from 1 to 6.")}
            ) from None
        above: Any = self.parent
        if above and (above.edition != self.edition or above.code not in levels[:-1]):
            raise ValidationError({"parent": _("This is not the class above; the code says which one it is.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.initials = (self.initials or initials_of(self.name)).upper()
        super().save(*args, **kwargs)

    @property
    def is_leaf(self) -> bool:
        """Whether a card may take it: in use, with no class in use under it."""
        return self.active and not self.children.filter(active=True).exists()

    @property
    def is_depreciated(self) -> bool:
        """Whether things of this class are depreciated at all (R-AST-05)."""
        return self.card_type not in NOT_DEPRECIATED


class CategoryMapping(models.Model):
    """An old class and the new one that took its place; the house or the ministry says so."""

    old = models.ForeignKey(AssetCategory, models.CASCADE, related_name="newer", verbose_name=_("class of 2010"))
    new = models.ForeignKey(AssetCategory, models.CASCADE, related_name="older", verbose_name=_("class of 2022"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("mapping of classes")
        verbose_name_plural = _("mappings of classes")
        default_permissions = (*PERMISSIONS, "delete")
        ordering = ("old", "new")
        constraints = [models.UniqueConstraint(fields=("old", "new"), name="category_mapping_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    def clean(self) -> None:
        super().clean()
        if (self.old.edition, self.new.edition) != (Edition.E2010, Edition.E2022):
            raise ValidationError(_("Map a class of 2010 to one of 2022."))


class AssetLife(models.Model):
    """How many months things of a class live at least, from a day on (R-AST-09); for the classes under it too.

    No organization: the shipped table of the ministry. content: what of the class, where the table tells several apart
    (houses by the way they are built). maximum_months: empty where the table names none.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
        help_text=_("Empty: all organizations that have no row of their own for the class."),
    )
    category = models.ForeignKey(AssetCategory, models.CASCADE, related_name="lives", verbose_name=_("asset category"))
    content = models.CharField(_("what of it"), max_length=60, blank=True)
    minimum_months = models.PositiveSmallIntegerField(_("at least (months)"))
    maximum_months = models.PositiveSmallIntegerField(_("at most (months)"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), default=dt.date(2017, 1, 1))
    basis = models.CharField(_("basis"), max_length=200, help_text=_("The rule or decision this comes from."))

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("useful life of a class")
        verbose_name_plural = _("useful lives of classes")
        default_permissions = ("add", "change", "view")
        ordering = ("category", "content", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "category", "content", "valid_from"), name="one_life_of_a_house_a_day"
            ),
            models.UniqueConstraint(
                fields=("category", "content", "valid_from"),
                condition=models.Q(organization=None),
                name="one_shipped_life_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_months__gt=0)
                & (models.Q(maximum_months=None) | models.Q(maximum_months__gte=models.F("minimum_months"))),
                name="life_months",
                violation_error_message=_("The least number of months is above zero and not above the most."),
            ),
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """The shipped table binds everybody: whoever may see lives sees it."""
        if user.scopes_for("assets.view_assetlife"):
            return models.Q(organization=None)
        return models.Q(pk__in=())

    def __str__(self) -> str:
        return f"{self.category} {self.content}: {self.minimum_months}".replace("  ", " ")
