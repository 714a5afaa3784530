"""What is done on an order: check lines, parts out of the store, working time, photos."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import MoneyField, QuantityField
from core.models.attachments import Attachment
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import MASTER_PERMISSIONS
from .orders import WorkOrder


class CheckKind(models.TextChoices):
    TICK = "tick", _("in order or not")
    NUMBER = "number", _("a number")
    TEXT = "text", _("words")


class Checklist(models.Model):
    """A template of what is looked at: 电梯半月保养, 配电房月检. Shared by all organizations."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class CheckData(models.Model):
    """A line to look at; low and high: a number outside them is a failed check."""

    position = models.PositiveSmallIntegerField(_("line"), default=1)
    text = models.CharField(_("what to look at"), max_length=200)
    kind = models.CharField(_("answer"), max_length=6, choices=CheckKind, default=CheckKind.TICK)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    low = QuantityField(_("at least"), null=True, blank=True)
    high = QuantityField(_("at most"), null=True, blank=True)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        abstract = True


class ChecklistLine(CheckData):
    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="lines", verbose_name=_("checklist"))

    class Meta:
        verbose_name = _("checklist line")
        verbose_name_plural = _("checklist lines")
        default_permissions = ()
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


class OrderCheck(CheckData):
    """A check line of one order, copied from its template. passed: None until it was answered.

    opened: the order that a failed line led to.
    """

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="checks")
    number = QuantityField(_("number"), null=True)
    words = models.CharField(_("words"), max_length=200, blank=True)
    passed = models.BooleanField(_("in order"), null=True)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    filled_at = models.DateTimeField(null=True)
    device_at = models.DateTimeField(null=True)
    opened = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="opened_by_checks")

    class Meta:
        verbose_name = _("check of an order")
        verbose_name_plural = _("checks of orders")
        default_permissions = ()
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=("order", "position"), name="order_check_once")]

    def __str__(self) -> str:
        return self.text


class OrderRequisition(models.Model):
    """A requisition by which the worker of an order asked the store for parts (docs/adr/0026)."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="requisitions", verbose_name=_("work order"))
    requisition = models.OneToOneField(
        "inventory.Requisition", models.CASCADE, related_name="+", verbose_name=_("requisition")
    )

    class Meta:
        verbose_name = _("requisition of an order")
        verbose_name_plural = _("requisitions of orders")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.requisition)


class OrderIssue(models.Model):
    """A goods issue whose goods are for this order (R-REP-08)."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="issues", verbose_name=_("work order"))
    issue = models.OneToOneField(
        "inventory.GoodsIssue", models.CASCADE, related_name="+", verbose_name=_("goods issue")
    )

    class Meta:
        verbose_name = _("goods issue of an order")
        verbose_name_plural = _("goods issues of orders")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.issue)


class PartUse(models.Model):
    """How much of an issued line was built in, in stock units; the rest goes back to the store (R-REP-08)."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="parts")
    issue_line = models.OneToOneField("inventory.GoodsIssueLine", models.PROTECT, related_name="+")
    used = QuantityField(_("used"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("part used")
        verbose_name_plural = _("parts used")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(used__gte=0), name="part_used_not_negative")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.used}"


class LabourEntry(models.Model):
    """Working time of one person on one order. rate: yuan per hour on that day, from a dated figure."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="labour", verbose_name=_("work order"))
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("worker"))
    day = models.DateField(_("day"), default=clock.today)
    minutes = models.PositiveIntegerField(_("minutes"))
    rate = MoneyField(_("yuan per hour"), default=0)
    amount = MoneyField(_("amount"), default=0)
    request_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("working time")
        verbose_name_plural = _("working times")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=1440), name="labour_within_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.minutes}"


class OrderPhoto(models.Model):
    """When a picture of an order was taken: of the report, before or after the work."""

    class Moment(models.TextChoices):
        REPORT = "report", _("reported")
        BEFORE = "before", _("before the work")
        AFTER = "after", _("after the work")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="photos")
    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="+")
    moment = models.CharField(_("taken"), max_length=6, choices=Moment)

    class Meta:
        verbose_name = _("photo of an order")
        verbose_name_plural = _("photos of orders")
        default_permissions = ()
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.order_id}: {self.moment}"
