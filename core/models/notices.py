from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.documents.models import DocumentEvent


class Notice(models.Model):
    """Tells a person that somebody took a step on his document. The words are made from the event when it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.ForeignKey(DocumentEvent, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        ordering = ("-id",)
        indexes = [models.Index(fields=("user",), condition=models.Q(read_at=None), name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.event}"
