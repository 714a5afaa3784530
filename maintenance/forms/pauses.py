"""Why somebody cannot go on with an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, refuse_past
from maintenance.models import OrderPause, WorkOrder


class PauseForm(forms.Form):
    """The form of the step; a phone shows the reasons as large choices."""

    lead = _("The clock stops only when the pause is approved.")
    reason = forms.ChoiceField(label=_("Why you cannot go on"), choices=OrderPause.Reason, widget=forms.RadioSelect)
    note = forms.CharField(label=_("In a few words"), max_length=200, required=False)
    until_day = DayField(label=_("Expected to go on"), required=False)

    def __init__(self, *args: Any, order: WorkOrder, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("reason") == OrderPause.Reason.OTHER and not data.get("note"):
            self.add_error("note", _("Write in a few words why you cannot go on."))
        return data

    def clean_until_day(self) -> Any:
        return refuse_past(self.cleaned_data["until_day"], None)
