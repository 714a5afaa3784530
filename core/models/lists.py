from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListView(models.Model):
    """What one person keeps for one list: a named search with its filters and sorting, or, without a name, the
    columns he wants to see.

    value: the address parameters of a named one; the keys of the columns, separated by commas, of the nameless one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=40, blank=True)
    value = models.TextField(max_length=2000)

    class Meta:
        verbose_name = _("list view")
        verbose_name_plural = _("list views")
        default_permissions = ()
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("user", "list", "name"), name="list_view_named_once")]

    def __str__(self) -> str:
        return f"{self.list}: {self.name}"
