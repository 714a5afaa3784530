"""Dated figures in the back office: a new rule is a new row from its day on (docs/dated-figures.md)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policies
from core.admin_base import HistoryAdmin
from core.models import Policy
from core.templatetags.display import quantity


def described(figure: policies.Figure) -> str:
    """What the figure counts and what holds without a row: “up to, yuan; shipped: 1,000 (example)”."""
    return _("%(label)s (%(unit)s; without a row of yours: %(value)s)") % {
        "label": figure.label,
        "unit": figure.unit,
        "value": quantity(figure.shipped),
    }


class PolicyForm(forms.ModelForm):
    key = forms.ChoiceField(label=gettext_lazy("Figure"))

    class Meta:
        model = Policy
        fields = ("organization", "key", "valid_from", "value", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("key", None)  # declared here, it would be asked for although no page shows it
        if "key" in self.fields:
            field: Any = self.fields["key"]
            known = [(figure.key, described(figure)) for figure in policies.all_figures()]
            field.choices = [("", _("Please choose")), *known]


@admin.register(Policy)
class PolicyAdmin(HistoryAdmin):
    """What the house decided; what is in force without a row stands on the page “Dated figures”."""

    form = PolicyForm
    list_display = ("figure", "valid_from", "value_shown", "basis", "shipped")
    list_filter = ("valid_from",)
    search_fields = ("basis", "key")
    search_help_text = gettext_lazy("Basis")
    date_hierarchy = None

    @admin.display(description=gettext_lazy("figure"), ordering="key")
    def figure(self, row: Policy) -> str:
        return policies.label_of(row.key)

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def value_shown(self, row: Policy) -> str:
        known = policies.figure_of(row.key)
        return f"{quantity(row.value)} {known.unit if known else ''}".strip()

    @admin.display(description=gettext_lazy("shipped value and its basis"))
    def shipped(self, row: Policy) -> str:
        known = policies.figure_of(row.key)
        return f"{quantity(known.shipped)} {known.unit} · {known.basis}" if known else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Which figure a row is about does not change: that would be another row."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "figure", "shipped") if obj else fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return ("organization", "figure", "valid_from", "value", "basis", "shipped")
        return ("organization", "key", "valid_from", "value", "basis")
