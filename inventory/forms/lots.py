"""Keeping a lot back and letting it go."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import LotHold


class KeepBackForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=LotHold.Kind.choices, initial=LotHold.Kind.FROZEN)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReleaseForm(forms.Form):
    note = forms.CharField(label=_("Result of the check"), max_length=200)
