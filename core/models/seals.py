from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Seal(models.Model):
    """A digest over the rows of one append-only table since its last seal, chained to that one. Append-only.

    Kept outside as well (`manage.py seal` prints it): whoever can change the database cannot change the paper.
    """

    subject = models.CharField(_("table"), max_length=60)
    sequence = models.PositiveIntegerField()
    first_id = models.PositiveBigIntegerField()
    last_id = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        default_permissions = ("view",)
        ordering = ("subject", "sequence")
        constraints = [models.UniqueConstraint(fields=("subject", "sequence"), name="seal_sequence")]

    def __str__(self) -> str:
        return f"{self.subject} {self.sequence}: {self.digest[:12]}"
