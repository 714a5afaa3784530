"""The form of a meter, and the one that corrects a reading."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState
from core.forms import ExactDecimalField, offer
from core.widgets import PickerInput
from directory.models import Place
from maintenance.models import Meter, RepairCategory

from .plans import RecordForm


class MeterForm(RecordForm):
    class Meta:
        model = Meter
        fields = ("name", "kind", "unit", "asset", "place", "low", "high", "category", "active")
        widgets = {"asset": PickerInput("asset_search"), "place": PickerInput("place_search")}
        help_texts = {
            "kind": gettext_lazy("A counter only grows (hours, cubic metres); a gauge goes up and down."),
            "low": gettext_lazy("A reading outside the limits opens a work order."),
        }

    def narrow(self) -> None:
        house = self.actor.organization_id
        offer(self, "asset", Asset.objects.filter(organization=house).exclude(state=AssetState.DISPOSED))
        offer(self, "place", Place.objects.filter(organization=house, active=True))
        offer(self, "category", RepairCategory.objects.filter(active=True))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        low, high = data.get("low"), data.get("high")
        if low is not None and high is not None and low > high:
            self.add_error("high", _("The upper limit lies below the lower one."))
        if self.instance.pk and "kind" in self.changed_data and self.instance.readings.exists():
            self.add_error("kind", _("It was read already; make a new meter instead."))
        return data


class CorrectionForm(forms.Form):
    """The right value of a wrong reading."""

    value = ExactDecimalField(label=gettext_lazy("What it showed in truth"), decimal_places=4)
    note = forms.CharField(label=gettext_lazy("Why the reading was wrong"), max_length=200)
    confirmed = forms.BooleanField(label=gettext_lazy("I looked again: it is so"), required=False)
