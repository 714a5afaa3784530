"""Stock counts: blind, with a moment on every counted line, so that the store need not stop (R-STK-16)."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, QuantityField

from .items import Item, ItemCategory
from .ledger import Lot
from .lines import StockDocument
from .warehouses import Shelf


class StockCount(StockDocument):
    """盘点单: plan, sheet and result of one count.

    The status says how far its approval is; `phase` how far the counting is: a plan is opened (its lines are written),
    counted, finished (differences are computed) and only then submitted.
    blind: counters do not see the book quantity. tolerance_percent and tolerance_amount (yuan): a line whose difference
    is larger than both is counted a second time by somebody else. with_zero: lots that the books say are gone are
    on the plan too.
    """

    class Scope(models.TextChoices):
        WHOLE = "whole", _("whole warehouse")
        CATEGORY = "category", _("one category")
        SHELF = "shelf", _("one shelf")
        SAMPLE = "sample", _("random sample")
        MOVED = "moved", _("items that moved since")

    class Phase(models.TextChoices):
        PLANNED = "planned", _("planned")
        COUNTING = "counting", _("counting")
        FINISHED = "finished", _("counted")

    scope = models.CharField(_("what is counted"), max_length=10, choices=Scope, default=Scope.WHOLE)
    category = models.ForeignKey(
        ItemCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shelf"))
    sample_size = models.PositiveSmallIntegerField(_("number of items"), null=True, blank=True)
    moved_since = models.DateField(_("moved since"), null=True, blank=True)
    with_zero = models.BooleanField(
        _("also lots with zero book stock"),
        default=False,
        help_text=_("Lots that the books say are gone are looked for as well."),
    )
    blind = models.BooleanField(_("blind"), default=True, help_text=_("Counters do not see the book quantity."))
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("supervisor")
    )
    counters = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("counters"))
    tolerance_percent = models.PositiveSmallIntegerField(_("tolerance (%)"), default=2)
    tolerance_amount = MoneyField(_("tolerance (yuan)"), default=50)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.PLANNED, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    OWNED = ("phase", "opened_at", "finished_at")

    class Meta(StockDocument.Meta):
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Whoever counts or supervises sees the count, whatever his roles let him see otherwise."""
        counting = cls._base_manager.filter(counters=user.pk).order_by().values("pk")
        return super().also_visible_to(user) | models.Q(supervisor=user.pk) | models.Q(pk__in=counting)


class StockCountLine(models.Model):
    """One lot of one item to count. Quantities in stock units, amounts in yuan.

    counted_quantity, counted_at, counted_by: the count that holds (the last round). book_quantity and book_amount: what
    the ledger said at counted_at. difference = counted - book; amount is its value at the average of that moment, and
    once posted what the ledger booked for it. round: in which the line is counted now; a later round asks again.
    unexpected: found on the shelf though the plan did not name it.
    """

    class Cause(models.TextChoices):
        UNKNOWN = "unknown", _("unknown")
        PAPERS = "papers", _("papers missing or late")
        UNIT = "unit", _("wrong unit or pack")
        LOSS = "loss", _("natural loss")
        DAMAGE = "damage", _("broken or spoilt")
        THEFT = "theft", _("theft")
        MIXED = "mixed", _("mixed up with another item")

    document = models.ForeignKey(StockCount, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("line"), default=1)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_("lot"))
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shelf"))
    unexpected = models.BooleanField(_("not on the plan"), default=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    second_needed = models.BooleanField(_("second count needed"), default=False)
    counted_quantity = QuantityField(_("counted"), null=True, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("counted by")
    )
    book_quantity = QuantityField(_("book quantity"), null=True)
    book_amount = MoneyField(_("book amount"), null=True)
    difference = QuantityField(_("difference"), null=True)
    amount = MoneyField(_("value of the difference"), null=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause, blank=True)
    treatment = models.CharField(_("treatment"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=("document", "lot"), name="lot_counted_once"),
            models.CheckConstraint(
                condition=models.Q(counted_quantity=None) | models.Q(counted_quantity__gte=0),
                name="counted_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.item}"

    @property
    def note(self) -> str:
        """What approvers read under the line: where the difference comes from and what is done about it."""
        words = (self.get_cause_display(), self.treatment) if self.difference else ()
        return " · ".join(str(word) for word in words if word)


class StockCountEntry(models.Model):
    """One number somebody counted, as it came in; append-only. client_id is made where it was typed: sent twice, it
    counts once. counted_at is the moment of counting, received_at that of arrival. clock_difference: seconds by which
    the clock of the device was behind ours; counted_at is already corrected by it."""

    class Source(models.TextChoices):
        PHONE = "phone", _("on a phone")
        SCREEN = "screen", _("on a computer")
        EXCEL = "excel", _("Excel")

    line = models.ForeignKey(StockCountLine, models.CASCADE, related_name="entries")
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    round = models.PositiveSmallIntegerField(_("round"))
    quantity = QuantityField(_("counted"))
    counted_at = models.DateTimeField(_("counted at"))
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by")
    )
    clock_difference = models.IntegerField(_("clock difference (s)"), default=0)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.PHONE)

    class Meta:
        verbose_name = _("count entry")
        verbose_name_plural = _("count entries")
        default_permissions = ("view",)
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gte=0), name="entry_not_negative")]

    def __str__(self) -> str:
        return f"{self.line}: {self.quantity}"
