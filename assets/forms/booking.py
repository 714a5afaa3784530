"""The form of a booking: which voucher, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField


class BookingForm(forms.Form):
    voucher_number = forms.CharField(label=gettext_lazy("Voucher number"), max_length=40)
    booked_on = DayField(label=gettext_lazy("Booked on"), initial=clock.today)

    def clean_booked_on(self) -> Any:
        day = self.cleaned_data["booked_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("The date lies in the future; use today's date."))
        return day
