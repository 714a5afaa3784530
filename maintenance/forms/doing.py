"""What is asked when an order is finished at a desk; on the phone the page of the worker asks the same."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from maintenance.models import CauseCode, RemedyCode, WorkOrder

from .dispatching import OrderForm


def codes_for(order: WorkOrder, rows: Any) -> Any:
    """The codes in use that fit the category of an order: the general ones and those of the categories above it."""
    path = order.category.path if order.category else ""
    found = rows.filter(active=True).select_related("category").order_by("code")
    fitting = [row.pk for row in found if row.category is None or path.startswith(row.category.path)]
    return rows.filter(pk__in=fitting).order_by("code")


class FinishForm(OrderForm):
    outcome = forms.ChoiceField(label=gettext_lazy("How did it end?"), choices=WorkOrder.Outcome.choices)
    cause = forms.ModelChoiceField(
        label=gettext_lazy("Cause of the fault"),
        queryset=CauseCode.objects.none(),
        required=False,
        help_text=gettext_lazy("Empty when no fault was found."),
    )
    liable = forms.CharField(
        label=gettext_lazy("Who is liable (person or class)"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Where a person caused the damage."),
    )
    remedy = forms.ModelChoiceField(label=gettext_lazy("Remedy"), queryset=RemedyCode.objects.none(), required=False)
    action = forms.CharField(
        label=gettext_lazy("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    no_material = forms.BooleanField(label=gettext_lazy("No material was needed"), required=False)
    dispose = forms.BooleanField(label=gettext_lazy("Propose to dispose of it"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["cause"].queryset = codes_for(self.order, CauseCode.objects.all())
        fields["remedy"].queryset = codes_for(self.order, RemedyCode.objects.all())
        if self.order.asset_id is None:
            del self.fields["dispose"]


class NoteForm(OrderForm):
    reason = forms.CharField(
        label=gettext_lazy("What should others know?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
