import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.trees import TreeNode
from core.visibility import ScopedQuerySet, Visibility

MASTER_PERMISSIONS = ("add", "change", "delete", "view", "import")


def term_days(text: str) -> list[tuple[int, int]]:
    """First days of the school terms as (month, day), in the order of the year: "03-01, 09-01".

    Raises ValueError for a text that holds anything else, or no day at all.
    """
    parts = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    days = [dt.date.fromisoformat(f"2001-{part}") for part in parts]  # a year without a 29th of February
    if not days:
        raise ValueError(text)
    return sorted({(day.month, day.day) for day in days})


def validate_terms(value: str) -> None:
    """A list of month and day. Raises ValidationError."""
    try:
        term_days(value)
    except ValueError:
        raise ValidationError(_("Write month and day with commas between them: 03-01, 09-01")) from None


class Organization(models.Model):
    """One accounting entity: a hospital or a school. A bureau's installation holds many."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("hospital")
        SCHOOL = "school", _("school")
        BUREAU = "bureau", _("bureau")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.HOSPITAL)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    term_starts = models.CharField(
        _("first days of the school terms"),
        max_length=60,
        default="03-01, 09-01",
        validators=[validate_terms],
        help_text=_("Quotas of a term count from one of these days to the day before the next."),
    )
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="pk", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def term_of(self, day: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of the school term that a day lies in."""
        years = (day.year - 1, day.year, day.year + 1)
        starts = [dt.date(year, month, number) for year in years for month, number in term_days(self.term_starts)]
        last = max(start for start in starts if start <= day)
        return last, min(start for start in starts if start > last) - dt.timedelta(days=1)


class Department(TreeNode):
    """A ward, office, class, store or workshop; a tree per organization."""

    class Kind(models.TextChoices):
        WARD = "ward", _("ward")
        CLINIC = "clinic", _("clinic")
        TECHNICAL = "technical", _("medical technology")
        OFFICE = "office", _("office")
        LOGISTICS = "logistics", _("logistics")
        CLASS = "class", _("class")
        GRADE = "grade", _("grade")
        CANTEEN = "canteen", _("canteen")
        OTHER = "other", _("other")

    class CostClass(models.TextChoices):
        """Decides the expense account of what the department uses (R-ACC-04)."""

        OPERATIONS = "5001", _("5001 operating activities")
        ADMINISTRATION = "5101", _("5101 administration and logistics")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="departments", verbose_name=_("organization")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OFFICE)
    cost_class = models.CharField(_("cost class"), max_length=4, choices=CostClass, default=CostClass.OPERATIONS)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="departments_headed",
        verbose_name=_("head"),
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # What quotas per head, bed or class are multiplied by.
    head_count = models.PositiveIntegerField(_("number of people"), default=0)
    bed_count = models.PositiveIntegerField(_("number of beds"), default=0)
    class_count = models.PositiveIntegerField(_("number of classes"), default=0)
    active = models.BooleanField(_("active"), default=True)

    visibility = Visibility(organization="organization", common=True)
    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        default_permissions = MASTER_PERMISSIONS
        ordering = ("organization", "code")
        constraints = [models.UniqueConstraint(fields=("organization", "code"), name="department_code_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if isinstance(self.parent, Department) and self.parent.organization_id != self.organization_id:
            raise ValidationError({"parent": _("The parent belongs to another organization.")})
        if self.head and self.head.organization_id != self.organization_id:
            raise ValidationError({"head": _("The head belongs to another organization.")})
