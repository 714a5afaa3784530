"""The forms of a disposal, and the one by which the decision on it is entered."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, Disposal
from assets.services import disposals
from core import clock
from core.forms import DatedForm, DayField, ExactDecimalField, say_what_is_asked
from core.numbers import ZERO

from .lines import AssetLineForm, AssetLineSet, asset_lines


class DisposalForm(DatedForm):
    class Meta:
        model = Disposal
        fields = (
            *("way", "reason", "business_date", "technical_appraisal", "valuation_number", "receiver"),
            *("small_batches_reason", "note"),
        )
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 2}),
            "technical_appraisal": forms.Textarea(attrs={"rows": 3}),
        }


class DisposalLineForm(AssetLineForm):
    proceeds = ExactDecimalField(
        label=gettext_lazy("Proceeds (yuan)"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )
    costs = ExactDecimalField(
        label=gettext_lazy("Costs (yuan)"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )
    finding = forms.CharField(label=gettext_lazy("Appraisal finding"), max_length=200, required=False)
    standing = ("proceeds", "costs")

    def clean_proceeds(self) -> Any:
        return self.cleaned_data["proceeds"] or ZERO

    def clean_costs(self) -> Any:
        return self.cleaned_data["costs"] or ZERO


class DisposalLineSet(AssetLineSet):
    """Things of others that a person only uses are shown to him, but it is not he who gives them away."""

    def cards(self) -> QuerySet[Asset]:
        within = Asset.objects.within(self.actor, disposals.PROPOSE).filter(pk=OuterRef("pk"))
        return super().cards().annotate(in_reach=Exists(within))

    def check_card(self, form: Any, asset: Any) -> None:
        if not asset.in_reach:
            form.add_error("asset", disposals.why_not_his(asset))


DisposalLines = asset_lines(DisposalLineForm, base=DisposalLineSet, columns=("proceeds", "costs", "finding"))


class DecisionForm(forms.ModelForm):
    """On which decision a disposal is carried out, entered once it is approved inside the house (R-AST-12)."""

    approved_on = DayField(label=gettext_lazy("Date of the decision"))

    class Meta:
        model = Disposal
        fields = ("approval_number", "approved_on", "approved_outside")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)
        self.fields["approval_number"].required = True

    def clean_approved_on(self) -> Any:
        day = self.cleaned_data["approved_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The date lies in the future; use today's date."))
        return day
