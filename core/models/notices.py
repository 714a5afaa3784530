from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents.models import DocumentEvent


class Notice(models.Model):
    """Tells a person that somebody took a step on his document, or something that is about no document.

    The words are made when it is read: from the event, or from the sentence registered under `code` with `words`.
    key: what the notice is about, so that the same is told to a person once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.ForeignKey(DocumentEvent, models.CASCADE, related_name="+", null=True)
    code = models.CharField(max_length=40, blank=True)
    words = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        ordering = ("-id",)
        indexes = [models.Index(fields=("user",), condition=models.Q(read_at=None), name="notice_unread")]
        constraints = [
            models.UniqueConstraint(fields=("user", "key"), condition=~models.Q(key=""), name="told_once"),
            models.CheckConstraint(condition=models.Q(event__isnull=False) | ~models.Q(code=""), name="notice_says"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.event or self.code}"
