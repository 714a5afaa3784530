"""The form of a compensation case, and the one by which a receipt is entered."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, CompensationCase
from assets.services import compensation
from core import clock
from core.forms import DayField, ExactDecimalField, HeadForm, say_what_is_asked
from core.numbers import ZERO
from core.widgets import PickerInput
from directory.models import User


class CompensationForm(HeadForm):
    """An empty multiplier takes the one of the rule, an empty value the net value of the card."""

    asset = forms.ModelChoiceField(
        label=gettext_lazy("Asset card"),
        queryset=Asset.objects.none(),
        required=False,
        widget=PickerInput("asset_search"),
    )
    happened_on = DayField(label=gettext_lazy("Happened on"))
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("Responsible person"),
        queryset=User.objects.none(),
        required=False,
        widget=PickerInput("anyone_search"),
    )
    base_value = ExactDecimalField(
        label=gettext_lazy("Value (yuan)"),
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Empty: the net value of the card."),
    )
    multiplier = ExactDecimalField(
        label=gettext_lazy("Multiplier"),
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Empty: by the rule for the cause."),
    )

    class Meta:
        model = CompensationCase
        fields = (
            *("asset", "thing", "happened_on", "damage", "cause", "finding", "responsible", "responsible_name"),
            *("basis", "base_value", "multiplier", "multiplier_reason", "instalments", "replaced", "source", "note"),
        )
        labels = {
            "cause": gettext_lazy("Cause of the damage"),
            "finding": gettext_lazy("Finding of the inquiry"),
        }
        widgets = {
            "damage": forms.Textarea(attrs={"rows": 2}),
            "finding": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards: Any = self.fields["asset"]
        cards.queryset = Asset.objects.visible_to(self.actor)
        people: Any = self.fields["responsible"]
        people.queryset = User.objects.filter(organization_id=self.actor.organization_id)

    def clean_asset(self) -> Any:
        """A thing of others that a person only uses is shown to him, but it is not he who asks money for it."""
        asset = self.cleaned_data["asset"]
        if asset and not Asset.objects.within(self.actor, compensation.PROPOSE).filter(pk=asset.pk).exists():
            raise forms.ValidationError(compensation.why_not_his(asset))
        return asset

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day > clock.today():
            raise forms.ValidationError(_("It cannot have happened in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, asset = data.get("happened_on") or clock.today(), data.get("asset")
        if data.get("multiplier") is None and "multiplier" not in self.errors:
            data["multiplier"] = compensation.multiplier_of(
                data.get("cause") or CompensationCase.Cause.NEGLIGENCE, self.instance.organization_id, day
            )
        if data.get("base_value") is None and "base_value" not in self.errors:
            data["base_value"] = asset.net_value if asset else ZERO
        return data

    def complete(self, document: Any) -> None:
        """A case belongs to the department that uses the thing."""
        if document.asset and "asset" in self.changed_data:
            document.department = document.asset.department


class ReceiptForm(forms.Form):
    """Money that came in."""

    amount = ExactDecimalField(label=gettext_lazy("Amount (yuan)"), decimal_places=2, min_value=Decimal("0.01"))
    paid_on = DayField(label=gettext_lazy("Money received on"))
    receipt_number = forms.CharField(
        label=gettext_lazy("Receipt number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, owed: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)
        self.fields["paid_on"].initial = clock.today()
        if owed:
            self.fields["amount"].initial = owed
