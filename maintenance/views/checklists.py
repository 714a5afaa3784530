"""Templates of checklists: list and form with lines."""

from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.views.tables import Column, TableView
from maintenance.forms.plans import CheckLines, ChecklistForm
from maintenance.models import Checklist

from .record_form import RecordFormView

TITLE = gettext_lazy("Checklists")


class ChecklistList(TableView):
    model = Checklist
    title = TITLE
    permission = "maintenance.view_checklist"
    columns = (
        Column("code", gettext_lazy("Code"), "code", sort=("code",)),
        Column("name", pgettext_lazy("thing", "Name"), sort=("name",)),
        Column("count", gettext_lazy("Lines"), "integer", sort=("count",)),
        Column("active", gettext_lazy("Active"), "flag", sort=("active",)),
    )
    search_fields = ("code", "name")
    ordering = ("code", "pk")
    empty_text = gettext_lazy("There are no checklists yet.")

    def queryset(self) -> QuerySet:
        return super().queryset().annotate(count=Count("lines"))

    def url_of(self, row: Any) -> str | None:
        may = self.request.user.has_perm("maintenance.change_checklist")
        return reverse("checklist_edit", args=(row.pk,)) if may else None

    def card(self, row: Any) -> dict[str, Any]:
        return {"title": row.name, "meta": row.code, "amount": row.count}

    def extra_context(self) -> dict[str, Any]:
        user = self.request.user
        sheet = {"label": _("Excel import"), "url": reverse("import_start", args=("maintenance.checklistline",))}
        return {
            "create_url": reverse("checklist_new") if user.has_perm("maintenance.add_checklist") else None,
            "create_label": _("New checklist"),
            "actions": [{**sheet, "icon": "upload"}] if user.has_perm("maintenance.import_checklist") else [],
        }


class ChecklistForms(RecordFormView):
    model = Checklist
    form_class = ChecklistForm
    lines_class = CheckLines
    list_name = "checklist_list"
    list_title = TITLE
    new_title = gettext_lazy("New checklist")
    lead = gettext_lazy("Orders take a copy: what is changed here reaches new orders only.")

    @transaction.atomic
    def save(self, form: Any, lines: Any) -> Checklist:
        row = form.save()
        lines.write(row)
        return row
