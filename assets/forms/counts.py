"""The plan of an asset count, what is proposed about its differences, and a filled sheet."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import AssetCategory, AssetCount, AssetCountLine, AssetSurplus, Edition
from assets.services.counts.proposals import Proposal
from core import clock
from core.forms import DatedForm, ExactDecimalField
from core.line_forms import KeyField
from core.widgets import PickerInput
from directory.models import Department, Place

from .custody import people_of


class CountForm(DatedForm):
    """A plan; the counters are written beside it as up to six people."""

    counter_fields = tuple(f"counter_{place}" for place in range(1, 7))

    class Meta:
        model = AssetCount
        fields = (
            *("kind", "business_date", "scope_department", "scope_place", "scope_category", "sample_size"),
            *("supervisor", "note"),
        )
        widgets = {
            "scope_department": PickerInput("department_search"),
            "scope_place": PickerInput("place_search"),
            "scope_category": PickerInput("asset_category_search"),
            "supervisor": PickerInput("anyone_search"),
        }
        help_texts = {
            "kind": gettext_lazy("Without a department, place or class every card of the house is counted."),
            "supervisor": gettext_lazy("Watches the count and does not count; says at the end what is missing."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = self.actor.organization_id
        fields: dict[str, Any] = self.fields
        fields["scope_department"].queryset = Department.objects.filter(organization_id=house, active=True)
        fields["scope_place"].queryset = Place.objects.filter(organization_id=house, active=True)
        fields["scope_category"].queryset = AssetCategory.objects.filter(active=True, edition=Edition.E2022)
        fields["supervisor"].queryset = people_of(self.actor)
        fields["supervisor"].required = True
        known = list(self.instance.counters.order_by("pk")) if self.instance.pk else []
        for place, name in enumerate(self.counter_fields, start=1):
            fields[name] = forms.ModelChoiceField(
                label=_("Counted by (%(place)d)") % {"place": place},
                queryset=people_of(self.actor),
                required=place == 1,
                widget=PickerInput("anyone_search"),
            )
            if len(known) >= place:
                self.initial[name] = known[place - 1].pk
        before = [name for name in self.Meta.fields if name != "note"]
        self.order_fields((*before, *self.counter_fields, "note"))

    def clean_supervisor(self) -> Any:
        person = self.cleaned_data["supervisor"]
        counting = {self.data.get(self.add_prefix(name)) for name in self.counter_fields}
        if person and str(person.pk) in counting:
            raise forms.ValidationError(_("Who supervises does not count; name two people."))
        return person

    def save_related(self, document: Any) -> None:
        chosen = [self.cleaned_data.get(name) for name in self.counter_fields]
        document.counters.set({person for person in chosen if person is not None})


class ProposalForm(forms.Form):
    """Cause, finding, treatment and decision of one difference; without a row: of all that have none."""

    cause = forms.CharField(label=gettext_lazy("Cause"), max_length=200, required=False)
    finding = forms.CharField(label=gettext_lazy("Finding on responsibility"), max_length=200, required=False)
    treatment = forms.CharField(label=gettext_lazy("Proposed treatment"), max_length=200, required=False)
    responsible = KeyField(label=gettext_lazy("Responsible"), required=False, widget=PickerInput("anyone_search"))
    correct = forms.BooleanField(label=gettext_lazy("Correct the card"), required=False)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        self.row = row
        if row is not None:
            kwargs |= {"prefix": f"{self.kind}-{row.pk}", "initial": self.initial_of(row)}
        super().__init__(*args, **kwargs)
        thing = str(row) if row is not None else _("All differences without one")
        for name, field in self.fields.items():
            style = "form-check-input" if name == "correct" else "form-control"
            field.widget.attrs |= {"class": style, "aria-label": f"{field.label}: {thing}"}

    kind = "line"

    def initial_of(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("cause", "finding", "treatment", "correct")} | {
            "responsible": row.responsible_id
        }

    def proposal(self, usual: dict[str, Any]) -> Proposal:
        """What is written about the row; empty texts as for all."""
        data = self.cleaned_data
        texts = {name: data[name] or usual[name] for name in ("cause", "finding", "treatment")}
        return Proposal(**texts, responsible_id=data.get("responsible"), correct=data["correct"])


class SurplusForm(ProposalForm):
    """The same of a thing without a card, with its class and value (yuan of one)."""

    kind = "thing"
    correct = forms.BooleanField(label=gettext_lazy("Make a card"), required=False)
    category = KeyField(
        label=gettext_lazy("Asset category"), required=False, widget=PickerInput("asset_category_search")
    )
    value = ExactDecimalField(
        label=gettext_lazy("Estimated value (yuan)"), decimal_places=2, min_value=0, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["responsible"]

    def initial_of(self, row: AssetSurplus) -> dict[str, Any]:
        names = ("cause", "finding", "treatment", "correct", "value")
        return {name: getattr(row, name) for name in names} | {"category": row.category_id}

    def proposal(self, usual: dict[str, Any]) -> Proposal:
        data = self.cleaned_data
        texts = {name: data[name] or usual[name] for name in ("cause", "finding", "treatment")}
        return Proposal(**texts, correct=data["correct"], category_id=data["category"], value=data["value"])


def form_of(row: AssetCountLine | AssetSurplus, data: Any = None) -> ProposalForm:
    """The form of one difference."""
    return SurplusForm(data, row=row) if isinstance(row, AssetSurplus) else ProposalForm(data, row=row)


class SheetForm(forms.Form):
    """A filled count sheet, and when what it says was seen."""

    file = forms.FileField(label=gettext_lazy("Filled sheet (.xlsx or .csv)"))
    counted_at = forms.DateTimeField(
        label=gettext_lazy("Counted at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "form-control"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    marked = forms.BooleanField(
        label=gettext_lazy("If something is wrong, send my workbook back with the reasons in it"), required=False
    )

    def __init__(self, *args: Any, document: AssetCount, **kwargs: Any) -> None:
        self.document = document
        super().__init__(*args, **kwargs)
        self.fields["counted_at"].initial = timezone.localtime(clock.now())

    def clean_counted_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["counted_at"]
        if moment > clock.now() + dt.timedelta(minutes=1):
            raise forms.ValidationError(_("This moment lies in the future."))
        opened = self.document.as_of
        if opened and moment < opened - dt.timedelta(minutes=1):
            raise forms.ValidationError(_("This is before the count was opened."))
        return moment
