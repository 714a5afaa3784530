import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents.models import AboutDocument


def random_path(attachment: "Attachment", filename: str) -> str:
    """Where a file lies: a random name without ending, so that no web server ever runs or shows it by its name."""
    return f"attachments/{clock.today():%Y/%m}/{uuid.uuid4().hex}"


class Attachment(AboutDocument):
    """A file of a document, or of a row that may keep files. Its bytes are checked first (core/attachments.py).

    uploaded_by: nobody for the photo of a stranger who reports a fault.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=random_path)
    name = models.CharField(_("file name"), max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
        ordering = ("id",)
        indexes = [models.Index(fields=("content_type", "object_id"), name="attachment_of_document")]
        constraints = [
            # The same file sent twice (a double click) is one file.
            models.UniqueConstraint(fields=("content_type", "object_id", "sha256"), name="attachment_once")
        ]

    def __str__(self) -> str:
        return self.name
