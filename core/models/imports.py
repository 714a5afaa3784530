import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


def random_path(job: "ImportJob", filename: str) -> str:
    """Where an uploaded sheet lies: a random name without ending, so that nothing runs or shows it by its name."""
    return f"imports/{clock.today():%Y/%m}/{uuid.uuid4().hex}"


class ImportJob(models.Model):
    """One uploaded sheet on its way in: checked, then confirmed or failed. Kept as the record of who imported what."""

    class Status(models.TextChoices):
        CHECKED = "checked", _("checked")
        CONFIRMED = "confirmed", _("imported")
        FAILED = "failed", _("has errors")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        settings.ORGANIZATION_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("organization")
    )
    resource = models.CharField(_("records"), max_length=80)
    parent_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    parent_id = models.PositiveBigIntegerField(null=True)
    parent: Any = GenericForeignKey("parent_type", "parent_id")
    file = models.FileField(upload_to=random_path)
    name = models.CharField(_("file name"), max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    repeat = models.PositiveSmallIntegerField(_("repetition"), default=0)
    report = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    created_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    confirmed_at = models.DateTimeField(_("imported at"), null=True)

    class Meta:
        verbose_name = _("Excel import")
        verbose_name_plural = _("Excel imports")
        default_permissions = ("view",)
        ordering = ("-id",)
        constraints = [
            # Two people who confirm the same file at once: one wins, the other is told (L15).
            models.UniqueConstraint(
                fields=("organization", "resource", "sha256", "repeat"),
                condition=models.Q(status="confirmed"),
                name="import_file_once",
            )
        ]
        indexes = [models.Index(fields=("resource", "sha256"), name="import_by_file")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"
