"""持证上岗: who may operate what, and until when."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.templatetags.display import day as day_words
from core.views.tables import Column, TableView
from maintenance.forms.special import CertificateForm
from maintenance.models import OperatorCertificate
from maintenance.services.special_reminders import DAYS

from .record_form import RecordFormView

TITLE = gettext_lazy("Operators' certificates")


def validity_chip(row: OperatorCertificate) -> tuple[str, str]:
    """Whether a certificate holds today: a word and a colour."""
    left = (row.valid_until - clock.today()).days
    if left < 0:
        return ("overdue", _("ended"))
    return ("waiting", _("ends soon")) if left <= DAYS[0] else ("complete", _("valid"))


class CertificateList(TableView):
    model = OperatorCertificate
    title = TITLE
    permission = "maintenance.view_operatorcertificate"
    columns = (
        Column("person", gettext_lazy("Person"), sort=("person__name",)),
        Column("state", gettext_lazy("State"), "status", value=validity_chip),
        Column("kind", pgettext_lazy("certificate", "For"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("project_code", gettext_lazy("Project code"), "code"),
        Column("number", gettext_lazy("Certificate number"), "code"),
        Column("valid_from", gettext_lazy("Valid from"), "day"),
        Column("valid_until", gettext_lazy("Valid until"), "day", sort=("valid_until",)),
    )
    search_fields = ("person__name", "project_code", "number")
    ordering = ("valid_until", "pk")
    empty_text = gettext_lazy("There are no certificates yet.")

    def queryset(self) -> QuerySet:
        return super().queryset().select_related("person")

    def url_of(self, row: Any) -> str | None:
        may = self.request.user.has_perm("maintenance.change_operatorcertificate")
        return reverse("certificate_edit", args=(row.pk,)) if may else None

    def card(self, row: Any) -> dict[str, Any]:
        meta = " · ".join((row.get_kind_display(), row.project_code, row.number))
        return {
            "title": str(row.person),
            "status": validity_chip(row),
            "meta": meta,
            "amount": day_words(row.valid_until),
        }

    def extra_context(self) -> dict[str, Any]:
        user = self.request.user
        address = reverse("import_start", args=("maintenance.operatorcertificate",))
        sheet = {"label": _("Excel import"), "url": address, "icon": "upload"}
        may_add = user.has_perm("maintenance.add_operatorcertificate")
        return {
            "create_url": reverse("certificate_new") if may_add else None,
            "create_label": _("New certificate"),
            "actions": [sheet] if user.has_perm("maintenance.import_operatorcertificate") else [],
        }


class CertificateForms(RecordFormView):
    model = OperatorCertificate
    related = ("person",)
    form_class = CertificateForm
    list_name = "certificate_list"
    list_title = TITLE
    new_title = gettext_lazy("New certificate")

    def save(self, form: Any, lines: Any) -> OperatorCertificate:
        row: OperatorCertificate = form.save()
        return row
