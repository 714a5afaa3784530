"""The forms of runs of depreciation, changes of value, splits and merges."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetCategory, AssetState, CardSplit, DepreciationRun, ValueChange
from assets.services import depreciation, schedule
from core import clock, line_forms
from core.forms import DatedForm, ExactDecimalField, HeadForm
from core.line_forms import SMALLEST, KeyField
from core.numbers import ZERO
from core.widgets import PickerInput

from .lines import AssetLineForm, AssetLineSet, asset_lines

MONTHS = [(number, f"{number:02d}") for number in range(1, 13)]
YEARS_BACK = 10


class RunForm(HeadForm):
    """Which month; everything else is computed."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, choices=MONTHS)

    class Meta:
        model = DepreciationRun
        fields = ("year", "month", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        field: Any = self.fields["year"]
        years = {*range(this_year, this_year - YEARS_BACK, -1), self.instance.year or this_year}
        if not self.instance.pk:
            day = schedule.first_day(depreciation.month_to_run(self.actor.organization_id))
            self.initial |= {"year": day.year, "month": day.month}
            years.add(day.year)
        field.choices = [(year, str(year)) for year in sorted(years, reverse=True)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        year, month = data.get("year"), data.get("month")
        if year and month and (year, month) >= (clock.today().year, clock.today().month):
            self.add_error(
                "month",
                _("The month %(month)s is not over; its run follows when it is.") % {"month": f"{year}-{month:02d}"},
            )
        return data

    def complete(self, document: Any) -> None:
        """A run is dated at the end of its month and takes the place of one that is not posted."""
        document.year, document.month = self.cleaned_data["year"], self.cleaned_data["month"]
        document.business_date = depreciation.last_day(document.month_index)
        depreciation.make_room(document, actor=self.actor)


class ValueChangeForm(DatedForm):
    class Meta:
        model = ValueChange
        fields = ("kind", "business_date", "reason", "decision_number", "note")
        widgets = {"reason": forms.Textarea(attrs={"rows": 2})}


def _yuan(label: Any, **kwargs: Any) -> ExactDecimalField:
    return ExactDecimalField(label=label, decimal_places=2, required=False, initial=ZERO, **kwargs)


class ValueChangeLineForm(AssetLineForm):
    standing = ("fiscal_change", "nonfiscal_change", "accumulated_change")
    fiscal_change = _yuan(gettext_lazy("Change of fiscal funds (yuan)"))
    nonfiscal_change = _yuan(gettext_lazy("Change of other funds (yuan)"))
    accumulated_change = _yuan(gettext_lazy("Change of accumulated depreciation"))
    new_life_months = forms.IntegerField(
        label=gettext_lazy("New life (months)"),
        min_value=1,
        max_value=1200,
        required=False,
        widget=forms.TextInput(attrs={"class": "number", "inputmode": "numeric"}),
    )
    new_category = KeyField(
        label=gettext_lazy("New class"),
        required=False,
        widget=PickerInput("asset_category_search", attrs={"data-more": True, "data-skip": True}),
    )

    def clean_fiscal_change(self) -> Any:
        return self.cleaned_data["fiscal_change"] or ZERO

    def clean_nonfiscal_change(self) -> Any:
        return self.cleaned_data["nonfiscal_change"] or ZERO

    def clean_accumulated_change(self) -> Any:
        change = self.cleaned_data["accumulated_change"] or ZERO
        if change > 0:
            raise forms.ValidationError(_("What leaves the accumulated depreciation is written below zero."))
        return change


class ValueChangeLineSet(AssetLineSet):
    related = ("asset", "new_category")

    def row_of(self, line: Any) -> dict[str, Any]:
        return {**super().row_of(line), "new_category": line.new_category_id}

    def check_rows(self, rows: list[Any]) -> None:
        super().check_rows(rows)
        keys = {key for form in rows if (key := form.cleaned_data.get("new_category"))}
        known = AssetCategory.objects.filter(active=True).in_bulk(keys) if keys else {}
        for form in rows:
            key = form.cleaned_data.get("new_category")
            if key and key not in known:
                form.add_error("new_category", _("This class does not exist; choose one from the list."))
            form.values["new_category"] = known.get(key)

    def words_of(self, line: Any) -> list[str]:
        parts = (line.asset, line.change, line.accumulated_change, line.new_life_months, line.new_category)
        return [str(part) for part in parts if part]


ValueChangeLines = asset_lines(
    ValueChangeLineForm,
    base=ValueChangeLineSet,
    columns=("fiscal_change", "nonfiscal_change", "accumulated_change", "new_life_months"),
)


class CardSplitForm(DatedForm):
    asset = forms.ModelChoiceField(
        label=gettext_lazy("Asset card"),
        queryset=Asset.objects.none(),
        widget=PickerInput("asset_search"),
        error_messages={"required": gettext_lazy("Choose a card from the list.")},
    )

    class Meta:
        model = CardSplit
        fields = ("kind", "asset", "business_date", "reason", "note")
        widgets = {"kind": forms.HiddenInput(), "reason": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["asset"]
        field.queryset = Asset.objects.visible_to(self.actor).exclude(state=AssetState.DISPOSED)


class PartForm(line_forms.LineForm):
    """A part of the card; the first one stays on it and keeps its name."""

    standing = ("quantity",)
    name = forms.CharField(label=gettext_lazy("Asset name"), max_length=100, required=False)
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=SMALLEST, initial=1)
    original_value = ExactDecimalField(label=gettext_lazy("Original value"), decimal_places=2, min_value=0)
    fiscal_fund = ExactDecimalField(
        label=gettext_lazy("of it fiscal funds"), decimal_places=2, min_value=0, required=False
    )
    accumulated = ExactDecimalField(
        label=gettext_lazy("Accumulated depreciation"), decimal_places=2, min_value=0, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value = data.get("original_value")
        for name in ("fiscal_fund", "accumulated"):
            data[name] = data.get(name) or ZERO
            if value is not None and data[name] > value:
                self.add_error(name, _("This is more than the original value of the part."))
        return data


class PartSet(line_forms.LineFormSet):
    columns = ("name", "quantity", "original_value", "fiscal_fund", "accumulated")
    can_scan = False

    def complete(self, line: Any) -> None:
        """The parts are checked against the card when the paper is submitted."""


class JoiningSet(AssetLineSet):
    """The cards that join; their values are those of the cards."""


Parts = line_forms.lines_of(PartForm, base=PartSet, extra=2)
Joining = asset_lines(AssetLineForm, base=JoiningSet)
