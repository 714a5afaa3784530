"""What is written about suppliers in the front of house."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField
from core.widgets import PickerInput
from procurement.models import PurchaseCategory


class BlacklistForm(forms.Form):
    """An empty day takes the supplier off the list."""

    blacklisted_until = DayField(
        label=gettext_lazy("On the black list until"),
        required=False,
        help_text=gettext_lazy("Leave it empty to take the supplier off the list."),
    )
    blacklist_reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ServedForm(forms.Form):
    category = forms.ModelChoiceField(
        label=gettext_lazy("Purchase category"),
        queryset=PurchaseCategory.objects.filter(active=True),
        widget=PickerInput("purchase_category_search"),
    )


class MarkForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2999)
    service = forms.IntegerField(
        label=gettext_lazy("Service (0 to 100)"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Reachable, answers complaints, helps with what was delivered."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"year": clock.today().year})
        super().__init__(*args, **kwargs)
