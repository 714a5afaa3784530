"""资产增加单: the paper by which cards come to be."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import Document
from core.fields import MoneyField
from core.numbers import ZERO

from .cards import AcquisitionWay, AssetState, CardData
from .intake import AssetIntake


class AssetAddition(Document):
    """Cards made in one go: of accepted purchases, gifts, transfers, own building, surplus, or the opening list.

    `department` is the department that makes the paper; every line names the department that uses the things.
    """

    way = models.CharField(
        _("way of acquisition"), max_length=12, choices=AcquisitionWay, default=AcquisitionWay.PURCHASE
    )
    source = models.CharField(
        _("made of"), max_length=60, blank=True, help_text=_("The acceptance, gift letter or transfer paper.")
    )

    class Meta(Document.Meta):
        verbose_name = _("asset addition")
        verbose_name_plural = _("asset additions")

    @property
    def total_amount(self) -> Decimal:
        """Yuan of all cards of all lines."""
        rows = self.lines.values_list("original_value", "pieces")  # type: ignore[attr-defined]
        return sum((value * pieces for value, pieces in rows), ZERO)


class AssetAdditionLine(CardData):
    """So many alike things, each with a card of its own. Values, opening_accumulated (yuan) and opening_months are for
    one of them. state: empty: in use where a user or the day of its use is named, else in stock."""

    class State(models.TextChoices):
        IN_STOCK = AssetState.IN_STOCK.value, AssetState.IN_STOCK.label
        IN_USE = AssetState.IN_USE.value, AssetState.IN_USE.label
        IDLE = AssetState.IDLE.value, AssetState.IDLE.label

    document = models.ForeignKey(AssetAddition, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("line"), default=1)
    pieces = models.PositiveIntegerField(_("number of cards"), default=1)
    card_number = models.CharField(
        _("asset number"), max_length=32, blank=True, help_text=_("Empty: the next number. Only for a single card.")
    )
    intake = models.ForeignKey(
        AssetIntake, models.PROTECT, null=True, blank=True, related_name="addition_lines", editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    opening_accumulated = MoneyField(_("accumulated depreciation so far"), default=0)
    opening_months = models.PositiveSmallIntegerField(_("months depreciated so far"), default=0)

    class Meta:
        verbose_name = _("line of an asset addition")
        verbose_name_plural = _("lines of asset additions")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(pieces__gt=0), name="addition_line_pieces"),
            models.CheckConstraint(
                condition=models.Q(opening_accumulated__gte=0)
                & models.Q(opening_accumulated__lte=models.F("original_value")),
                name="addition_line_accumulated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    @property
    def amount(self) -> Decimal:
        """Yuan of all its cards."""
        return self.original_value * self.pieces
