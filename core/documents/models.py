"""Tables of the document life cycle: the abstract header, events, number counters, approval rules and signatures."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.fields import MoneyField
from core.visibility import ScopedQuerySet, Visibility

from .lifecycle import DOCUMENT_PERMISSIONS, Status


class Document(models.Model):
    """The header every document has. Columns only: behaviour lives in core.documents.services.

    `request_key` is the key of the form that made the document: sending the form twice makes one document.
    `revision` counts the edits of a draft, so that a stale form is noticed.
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    number = models.CharField(_("number"), max_length=32, editable=False, null=True, db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    business_date = models.DateField(_("business date"), default=clock.today)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    OWNED: tuple[str, ...] = ()
    """Columns of a kind that its services write, besides those of every kind: save() of a form leaves them alone."""

    visibility = Visibility(own="created_by", department="department", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("-business_date", "-id")
        default_permissions = DOCUMENT_PERMISSIONS
        constraints = [
            models.UniqueConstraint(fields=("organization", "number"), name="%(class)s_number_unique"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="%(class)s_status_valid"),
        ]
        indexes = [models.Index(fields=("organization", "status", "-business_date"), name="%(class)s_list")]

    def __str__(self) -> str:
        return self.number or gettext("%(kind)s (draft %(key)s)") % {"kind": self._meta.verbose_name, "key": self.pk}

    @property
    def is_editable(self) -> bool:
        return self.status == Status.DRAFT

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Documents this person signed or has to sign, whatever his scope."""
        from .routes import signatures_concerning

        kind = ContentType.objects.get_for_model(cls)
        return models.Q(pk__in=signatures_concerning(user).filter(content_type=kind).values("object_id"))

    def files_for(self, user: Any) -> models.Q:
        """Which of its files somebody who sees it may read: all. A kind that keeps files sealed narrows it."""
        return models.Q()

    def takes_files_from(self, user: Any) -> bool:
        """Who may add files besides those whose roles let them do something with the kind: nobody. A kind may name more
        (the people who count)."""
        return False

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Status, number and revision belong to the services: a stale form must not write them back.
        if not self._state.adding and kwargs.get("update_fields") is None:
            owned = {"id", "status", "number", "revision", "request_key", *self.OWNED}
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in owned]
        super().save(*args, **kwargs)


class AboutDocument(models.Model):
    """A row about one document of any kind."""

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    document = GenericForeignKey()

    class Meta:
        abstract = True


class DocumentEvent(AboutDocument):
    """Who moved which document from where to where, when, from which address and why. Append-only (R-SYS-04).

    No actor: an approval that followed from another document's, without a person; its reason names that document.
    """

    step = models.CharField(_("step"), max_length=16)
    from_status = models.CharField(max_length=12, choices=Status)
    to_status = models.CharField(max_length=12, choices=Status)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    address = models.CharField(max_length=45, blank=True)
    request_key = models.UUIDField(null=True, unique=True)

    visibility = Visibility(own="actor", organization="organization")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("document event")
        verbose_name_plural = _("document events")
        default_permissions = ("view",)
        ordering = ("id",)
        indexes = [models.Index(fields=("content_type", "object_id"), name="event_of_document")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False) | (models.Q(step="approve") & ~models.Q(reason="")),
                name="event_names_actor_or_basis",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.from_status} -> {self.to_status}"


class NumberSequence(models.Model):
    """The last number given per organization, prefix and month (R-SYS-02)."""

    organization = models.ForeignKey(settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=("organization", "prefix", "year", "month"), name="one_sequence_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.year}{self.month:02d}: {self.last}"


class Approver(models.TextChoices):
    """Who signs: one of these for each rule and signature."""

    HEAD = "head", _("head of the department")
    ROLE = "role", _("a role")
    PERSON = "person", _("a named person")
    ANYONE = "anyone", _("anyone who may approve this kind of document")


class ApprovalRule(models.Model):
    """One signature that documents of a kind need from an amount on. Rules of one kind are signed in `order`.

    only_escalated: the signature is asked for only when the document itself asks for somebody higher (over quota).
    """

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", verbose_name=_("kind of document"))
    department = models.ForeignKey(
        settings.DEPARTMENT_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for this department and those under it"),
    )
    from_amount = MoneyField(_("from amount (yuan)"), default=0)
    only_escalated = models.BooleanField(
        _("only when something needs a higher approval"),
        default=False,
        help_text=_("For example a request over quota."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    approver = models.CharField(
        _("approver"),
        max_length=8,
        choices=[choice for choice in Approver.choices if choice[0] != Approver.ANYONE],
        default=Approver.HEAD,
    )
    role = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    basis = models.CharField(
        _("basis"),
        max_length=200,
        blank=True,
        help_text=_("The rule or decision this comes from, or that it is an example."),
    )
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ("content_type", "order", "from_amount")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approver=Approver.HEAD)
                | models.Q(approver=Approver.ROLE, role__isnull=False)
                | models.Q(approver=Approver.PERSON, person__isnull=False),
                name="approval_rule_names_its_approver",
                violation_error_message=_("Choose the role or the person that signs."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type.name} {self.order}: {self.get_approver_display()}"


class Decision(models.TextChoices):
    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("returned")
    WITHDRAWN = "withdrawn", _("no longer needed")


class Signature(AboutDocument):
    """One signature that one round of a document needs. Old rounds stay as they were."""

    round = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    is_next = models.BooleanField(default=False)
    approver = models.CharField(max_length=8, choices=Approver)
    department = models.ForeignKey(settings.DEPARTMENT_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.PENDING)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        default_permissions = ("view",)
        ordering = ("round", "order", "id")
        indexes = [
            models.Index(fields=("content_type", "object_id"), name="signature_of_document"),
            models.Index(fields=("opened_at",), condition=models.Q(is_next=True), name="signature_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "round", "order"), name="one_signature_a_place"
            ),
            models.UniqueConstraint(
                fields=("content_type", "object_id"), condition=models.Q(is_next=True), name="one_next_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}.{self.order} {self.get_decision_display()}"

    @property
    def approver_label(self) -> str:
        """Who has to sign, in words: the person, the role, or the head of a department by name."""
        if self.approver == Approver.PERSON:
            return str(self.person)
        if self.approver == Approver.ROLE:
            return gettext(self.role.name) if self.role else ""
        if self.approver == Approver.HEAD and self.department:
            return gettext("%(head)s (head of %(department)s)") % {
                "head": self.department.head,
                "department": self.department,
            }
        return str(self.get_approver_display())


class Delegation(models.Model):
    """A dated substitute: from one day to another the substitute signs for the principal."""

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given", verbose_name=_("on behalf of")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_taken", verbose_name=_("substitute")
    )
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))
    kinds = models.ManyToManyField(
        ContentType, blank=True, verbose_name=_("only these kinds of documents"), related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    visibility = Visibility(own="principal", organization="principal__organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        ordering = ("-from_date",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_date__gte=models.F("from_date")),
                name="delegation_dates",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("substitute")),
                name="delegation_to_another",
                violation_error_message=_("Nobody is his own substitute."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} -> {self.substitute} ({self.from_date} - {self.to_date})"


class DutyConflict(models.Model):
    """Two duties that one person must not hold (domain: 不相容岗位分离).

    scope `person`: two roles, checked when a role is granted. scope `document`: two steps of one document, checked when
    the later step is taken. An organization's own row stands in place of the general one for the same duties.
    """

    class Scope(models.TextChoices):
        PERSON = "person", _("one person, two roles")
        DOCUMENT = "document", _("one document, two steps")

    class Severity(models.TextChoices):
        BLOCK = "block", _("refuse")
        WARN = "warn", _("warn")

    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
        help_text=_("Empty: all organizations that have no row of their own for the same duties."),
    )
    scope = models.CharField(_("applies to"), max_length=8, choices=Scope, default=Scope.PERSON)
    role_a = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("role"))
    role_b = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("and role")
    )
    content_type = models.ForeignKey(
        ContentType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("kind of document")
    )
    step_a = models.CharField(_("earlier step"), max_length=16, blank=True)
    step_b = models.CharField(_("later step"), max_length=16, blank=True)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity, default=Severity.BLOCK)
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    visibility = Visibility(organization="organization")
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("duty conflict")
        verbose_name_plural = _("duty conflicts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope="person", role_a__isnull=False, role_b__isnull=False)
                | (models.Q(scope="document") & ~models.Q(step_a="") & ~models.Q(step_b="")),
                name="duty_conflict_names_both",
                violation_error_message=_("Name both roles, or both steps."),
            )
        ]

    @classmethod
    def also_visible_to(cls, user: Any) -> models.Q:
        """Rows for all organizations bind this one too: whoever may see conflicts sees them."""
        if user.scopes_for("core.view_dutyconflict"):
            return models.Q(organization=None)
        return models.Q(pk__in=())

    @classmethod
    def in_force(cls, organization_id: int | None, condition: models.Q) -> list["DutyConflict"]:
        """The rows that hold in an organization, of those that fulfil the condition; its own before general ones."""
        rows = cls.objects.filter(
            models.Q(organization=None) | models.Q(organization=organization_id), condition
        ).select_related("role_a", "role_b")
        chosen: dict[Any, DutyConflict] = {}
        for row in sorted(rows, key=lambda row: (row.organization_id is None, row.pk)):
            chosen.setdefault(row._duties, row)
        return list(chosen.values())

    @property
    def _duties(self) -> Any:
        if self.scope == self.Scope.PERSON:
            return frozenset({self.role_a_id, self.role_b_id})
        return self.content_type_id, self.step_a, self.step_b

    def __str__(self) -> str:
        if self.scope == self.Scope.PERSON:
            return f"{self.role_a} × {self.role_b}"
        return f"{self.step_a} × {self.step_b}"
