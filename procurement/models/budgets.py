"""Budget allotments 预算指标 and their ledger: what was granted, what is reserved, what is used (R-PRC-02)."""

from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents.models import Document
from core.fields import MoneyField
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import EconomicClass, Project


class FundSource(models.TextChoices):
    """Where the money comes from."""

    FISCAL = "fiscal", _("fiscal appropriation")
    OWN = "own", _("own income")
    SPECIAL = "special", _("special fund")
    OTHER = "other", _("other")


class BudgetKey(models.Model):
    """What an allotment is for. No project: basic spending (基本支出)."""

    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    fund_source = models.CharField(_("fund source"), max_length=10, choices=FundSource, default=FundSource.FISCAL)
    economic_class = models.ForeignKey(
        EconomicClass, models.PROTECT, related_name="+", verbose_name=_("economic class")
    )

    class Meta:
        abstract = True


class BudgetAllotment(BudgetKey):
    """Yuan for one purpose in one year. amount, reserved and used are caches of BudgetMove; services.budget_ledger
    alone writes them."""

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = MoneyField(_("allotted (yuan)"), default=0, editable=False)
    reserved = MoneyField(_("reserved (yuan)"), default=0, editable=False)
    used = MoneyField(_("used (yuan)"), default=0, editable=False)

    visibility = Visibility(department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget allotment")
        verbose_name_plural = _("budget allotments")
        default_permissions = ("view",)
        ordering = ("-year", "department_id", "economic_class_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "year", "department", "project", "fund_source", "economic_class"),
                name="one_allotment_a_purpose",
            ),
            models.UniqueConstraint(
                fields=("organization", "year", "department", "fund_source", "economic_class"),
                condition=models.Q(project=None),
                name="one_allotment_without_project",
            ),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0) & models.Q(used__gte=0), name="allotment_parts_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=models.F("reserved") + models.F("used")), name="allotment_covers_parts"
            ),
        ]

    def __str__(self) -> str:
        project = f" {self.project}" if self.project_id else ""
        return f"{self.year} {self.department} {self.economic_class}{project}"

    @property
    def available(self) -> Decimal:
        """Yuan that can still be reserved (R-PRC-02)."""
        return self.amount - self.reserved - self.used


class BudgetMove(models.Model):
    """One change of an allotment; signed yuan in each column. Append-only.

    A reservation that is paid is reserved -x, used +x in one row. `line` is the key of the document's line, or 0.
    """

    allotment = models.ForeignKey(BudgetAllotment, models.PROTECT, related_name="moves")
    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    granted = MoneyField(_("allotted (yuan)"), default=0)
    reserved = MoneyField(_("reserved (yuan)"), default=0)
    used = MoneyField(_("used (yuan)"), default=0)
    business_date = models.DateField(_("date"))
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    document = GenericForeignKey()
    line = models.PositiveBigIntegerField(default=0)

    visibility = Visibility(department="allotment__department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget move")
        verbose_name_plural = _("budget moves")
        default_permissions = ("view",)
        ordering = ("id",)
        indexes = [models.Index(fields=("content_type", "object_id"), name="budget_move_of_document")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(granted=0) | ~models.Q(reserved=0) | ~models.Q(used=0),
                name="budget_move_moves_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.allotment_id}: {self.granted} {self.reserved} {self.used}"


class BudgetDecision(Document):
    """预算批复/调整单: grants, adds to, moves or cuts allotments of one year. Its lines may come from Excel."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("budget of the year")
        SUPPLEMENT = "supplement", _("supplement")
        TRANSFER = "transfer", _("transfer between allotments")
        CUT = "cut", _("cut")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INITIAL)
    year = models.PositiveSmallIntegerField(_("year"))
    basis = models.CharField(_("decision paper"), max_length=200, help_text=_("Number or name of the decision."))

    class Meta(Document.Meta):
        verbose_name = _("budget decision")
        verbose_name_plural = _("budget decisions")

    @property
    def total_amount(self) -> Decimal:
        """Yuan that the decision moves: a transfer counts what is given, not the sum of zero."""
        amounts = [line.amount for line in self.lines.all()]
        if self.kind == self.Kind.TRANSFER:
            return sum((amount for amount in amounts if amount > 0), Decimal(0))
        return abs(sum(amounts, Decimal(0)))


class BudgetDecisionLine(BudgetKey):
    """amount: signed yuan."""

    document = models.ForeignKey(BudgetDecision, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"), default=1)
    amount = MoneyField(_("amount"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("budget decision line")
        verbose_name_plural = _("budget decision lines")
        ordering = ("position", "id")
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="budget_line_not_zero")]

    def __str__(self) -> str:
        return f"{self.position}. {self.department} {self.amount}"
