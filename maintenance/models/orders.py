"""工单: one record of a job from the report to the closed, rated and costed order. Its progress is a table of steps
(maintenance/services/progress.py), not the life cycle of papers (docs/adr/0025)."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import MoneyField
from core.visibility import ScopedQuerySet, Visibility

from .catalogue import CauseCode, RemedyCode, RepairCategory, Team
from .targets import ServiceTarget, Urgency


class State(models.TextChoices):
    """How far an order is."""

    NEW = "new", pgettext_lazy("work order", "reported")
    TRIAGED = "triaged", _("taken up")
    DISPATCHED = "dispatched", _("dispatched")
    ACCEPTED = "accepted", pgettext_lazy("work order", "accepted")
    ON_SITE = "on_site", _("on site")
    SUSPENDED = "suspended", _("suspended")
    DONE = "done", _("to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("work order", "confirmed")
    CLOSED = "closed", pgettext_lazy("work order", "closed")
    RETURNED = "returned", pgettext_lazy("work order", "sent back")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (State.NEW, State.TRIAGED, State.DISPATCHED, State.ACCEPTED, State.ON_SITE, State.SUSPENDED)
"""Orders that somebody still has to work on."""
AT_WORK = (State.ACCEPTED, State.ON_SITE, State.SUSPENDED)
"""Orders that a worker has in his hands."""
FINISHED = (State.DONE, State.CONFIRMED, State.CLOSED)
GIVEN_UP = (State.RETURNED, State.CANCELLED)


class Channel(models.TextChoices):
    WEB = "web", _("in the program")
    SCAN = "scan", _("scanned code")
    PHONE = "phone", _("by phone")
    COUNTER = "counter", _("at the counter")
    PATROL = "patrol", _("patrol or check")
    PLAN = "plan", _("upkeep plan")
    METER = "meter", _("meter reading")
    FOLLOW_UP = "follow_up", _("after a rating")


class WorkOrder(models.Model):
    """A job for the workshop.

    department: who asked and who bears the cost; unknown for a stranger's report until it is taken up.
    contact, phone: of whoever reported first. team without worker: offered to the whole team (抢单).
    accepted_at, arrived_at: the first time, which is what was promised; later ones stand in the events.
    paused_minutes: working minutes of approved pauses, which do not count (R-REP-03): they push arrive_due and
    finish_due, never arrive_promised and finish_promised. The cost columns (yuan) are caches: of labour entries, posted
    issues less returns, and contractors' jobs. confirmation: "" not yet, by a person, or `auto` (counts in no
    satisfaction, R-REP-06). score: cache of the rating. rework_waiver: why an order at the same place is no rework
    (R-REP-07).
    """

    class Kind(models.TextChoices):
        REPAIR = "repair", pgettext_lazy("work order", "repair")
        UPKEEP = "upkeep", _("upkeep")
        TASK = "task", _("task")

    class Outcome(models.TextChoices):
        FIXED = "fixed", _("repaired")
        SAFE = "safe", _("made safe for now")
        NO_FAULT = "no_fault", _("no fault found")
        CANNOT = "cannot", _("cannot be repaired")

    class Confirmation(models.TextChoices):
        PERSON = "person", _("by a person")
        AUTO = "auto", _("by itself")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    number = models.CharField(_("number"), max_length=32, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.REPAIR)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW, editable=False)
    category = models.ForeignKey(
        RepairCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency, default=Urgency.NORMAL)
    title = models.CharField(_("what it is about"), max_length=100)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    place_note = models.CharField(_("where exactly"), max_length=100, blank=True)
    asset = models.ForeignKey(
        "assets.Asset", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("asset card")
    )
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    reported_at = models.DateTimeField(_("reported at"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    contractor = models.ForeignKey(
        "directory.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contractor")
    )
    target = models.ForeignKey(ServiceTarget, models.SET_NULL, null=True, related_name="+")
    accept_due = models.DateTimeField(_("to be accepted by"), null=True)
    arrive_due = models.DateTimeField(_("on site by"), null=True)
    finish_due = models.DateTimeField(_("to be done by"), null=True)
    arrive_promised = models.DateTimeField(_("on site by, without pauses"), null=True, editable=False)
    finish_promised = models.DateTimeField(_("to be done by, without pauses"), null=True, editable=False)
    triaged_at = models.DateTimeField(_("taken up at"), null=True)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    arrived_at = models.DateTimeField(_("on site at"), null=True)
    finished_at = models.DateTimeField(_("done at"), null=True)
    confirmed_at = models.DateTimeField(pgettext_lazy("work order", "confirmed at"), null=True)
    closed_at = models.DateTimeField(pgettext_lazy("work order", "closed at"), null=True)
    paused_minutes = models.PositiveIntegerField(_("approved pauses (minutes)"), default=0)

    cause = models.ForeignKey(
        CauseCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cause")
    )
    remedy = models.ForeignKey(
        RemedyCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remedy")
    )
    action = models.CharField(_("what was done"), max_length=500, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    no_material = models.BooleanField(_("no material was needed"), default=False)
    liable = models.CharField(_("liable person or class"), max_length=100, blank=True)
    compensation_case = models.ForeignKey(
        "assets.CompensationCase", models.PROTECT, null=True, related_name="+", verbose_name=_("compensation case")
    )
    warranty_reason = models.CharField(_("why not by the supplier under warranty"), max_length=200, blank=True)
    labour_minutes = models.PositiveIntegerField(_("working time (minutes)"), default=0)
    cost_labour = MoneyField(_("labour (yuan)"), default=0)
    cost_material = MoneyField(_("material (yuan)"), default=0)
    cost_external = MoneyField(_("contractors (yuan)"), default=0)

    confirmation = models.CharField(_("confirmed"), max_length=6, choices=Confirmation, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    score = models.PositiveSmallIntegerField(_("rating"), null=True)
    refusals = models.PositiveSmallIntegerField(_("times not accepted by the reporter"), default=0)
    rework_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reworks", verbose_name=_("rework of")
    )
    rework_waiver = models.CharField(_("why it is no rework"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("joined with")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("follow-up of")
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    visibility = Visibility(own="worker", department="department", organization="organization", enclosed=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        default_permissions = ("add", "view", "change", "triage", "dispatch", "work", "close", "pause", "export")
        ordering = ("-reported_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=("organization", "number"), name="work_order_number_unique"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="work_order_state_valid"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5), name="work_order_score"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("accepted", "on_site"), worker=None, contractor=None),
                name="work_order_in_somebodys_hands",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "state", "-reported_at"), name="work_order_list"),
            models.Index(fields=("organization", "-reported_at"), name="work_order_month"),
            models.Index(fields=("organization", "-finished_at"), name="work_order_finished"),
            models.Index(fields=("worker", "state"), name="work_order_of_worker"),
            models.Index(fields=("asset", "-reported_at"), name="work_order_of_asset"),
            models.Index(fields=("place", "category", "-reported_at"), name="work_order_at_place"),
            models.Index(
                fields=("organization", "finish_due"),
                condition=models.Q(state__in=("new", "triaged", "dispatched", "accepted", "on_site", "suspended")),
                name="work_order_open_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.state in OPEN

    @property
    def cost(self) -> Any:
        """Yuan of labour, material and contractors together."""
        return self.cost_labour + self.cost_material + self.cost_external

    @property
    def where(self) -> str:
        """Building, place and what is exact about it, in words; readers of many join place__parent__parent."""
        return " ".join(part for part in (self.place.described if self.place else "", self.place_note) if part)

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Whoever reported or entered it, works on it with others, or belongs to or leads the team it is offered to."""
        mine = models.Q(created_by=user) | models.Q(worker=user)
        reported = cls._base_manager.filter(tickets__reporter=user).values("pk")
        together = cls._base_manager.filter(helpers__worker=user).values("pk")
        offered = models.Q(team__in=user.repair_teams.values("pk"))
        led = models.Q(team__in=Team._base_manager.filter(leader=user).values("pk"))
        return mine | models.Q(pk__in=reported) | models.Q(pk__in=together) | offered | led

    def files_for(self, user: Any) -> models.Q:
        """Which of its files somebody who sees it may read: all."""
        return models.Q()

    def takes_files_from(self, user: Any) -> bool:
        """Who may add photos: who works on it, who dispatches, and who reported it while it is open."""
        if self.state in (State.CLOSED, *GIVEN_UP):
            return False
        if user.has_perm("maintenance.dispatch_workorder") or self.worker_id == user.pk:
            return True
        return self.created_by_id == user.pk or self.helpers.filter(worker=user).exists()


class OrderEvent(models.Model):
    """One step of an order: from where to where, by whom, when by our clock and when by the device. Append-only.

    No actor: the reporter by his private link, or the program itself; `who` says which. data: what the step wrote.
    """

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="events")
    step = models.CharField(_("step"), max_length=16)
    from_state = models.CharField(max_length=10, choices=State, blank=True)
    to_state = models.CharField(max_length=10, choices=State)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    who = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    device_at = models.DateTimeField(_("by the clock of the device"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    data = models.JSONField(default=dict)
    request_key = models.UUIDField(null=True, unique=True)

    class Meta:
        verbose_name = _("step of a work order")
        verbose_name_plural = _("steps of work orders")
        default_permissions = ()
        ordering = ("id",)
        indexes = [models.Index(fields=("order", "step"), name="order_event_step")]

    def __str__(self) -> str:
        return f"{self.step}: {self.from_state} -> {self.to_state}"


class OrderHelper(models.Model):
    """Somebody who works on an order together with its worker."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="helpers")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("worker"))

    class Meta:
        verbose_name = _("helping worker")
        verbose_name_plural = _("helping workers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("order", "worker"), name="helper_once")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.worker_id}"


class OrderPause(models.Model):
    """A time in which nobody could go on, and why. Only an approved pause stops the clock (R-REP-03).

    minutes: working minutes by the calendar of the order's target, written when it ends.
    """

    class Reason(models.TextChoices):
        PARTS = "parts", _("waiting for parts")
        ACCESS = "access", _("no access")
        CONTRACTOR = "contractor", _("waiting for a contractor")
        APPROVAL = "approval", _("waiting for a decision")
        WEATHER = "weather", _("weather")
        OTHER = "other", _("other")

    class Decision(models.TextChoices):
        PENDING = "pending", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    until_day = models.DateField(_("expected to go on"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    since = models.DateTimeField(_("since"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    minutes = models.PositiveIntegerField(_("working minutes"), null=True)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("note on the decision"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pause of an order")
        verbose_name_plural = _("pauses of orders")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("order",), condition=models.Q(ended_at=None), name="one_open_pause")
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.reason}"


class SentEscalation(models.Model):
    """An escalation that was told once for an order."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="escalations")
    escalation = models.ForeignKey("maintenance.Escalation", models.CASCADE, related_name="+")
    due = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("escalation told")
        verbose_name_plural = _("escalations told")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("order", "escalation", "due"), name="escalated_once")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.escalation_id}"
