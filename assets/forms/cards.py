"""The form of a card's describing fields and of its accessories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.card_fields import LONGEST, Detail, checked, fields_of
from assets.models import Asset, AssetCategory, Edition, ProcurementForm
from assets.services.cards import ACCESSORY_FIELDS, DESCRIBING, Accessory
from core.forms import DayField, ExactDecimalField, say_what_is_asked
from core.line_forms import SMALLEST, LineForm, LineFormSet, lines_of
from core.widgets import PickerInput
from directory.models import Department, Supplier

OWN = "own_"
"""What the names of fields of the card's own kind begin with."""


class AsOfForm(forms.Form):
    """The day for which a card is looked at."""

    on = DayField(label=_("Who had it, and what it was worth, on"), required=False)


class CardForm(forms.ModelForm):
    """What a clerk may correct without a paper."""

    warranty_until = DayField(label=_("Warranty until"), required=False)

    class Meta:
        model = Asset
        fields = tuple(name for name in DESCRIBING if name != "details")
        widgets = {
            "supplier": PickerInput("supplier_search"),
            "old_category": PickerInput("old_category_search"),
            "managing_department": PickerInput("department_search"),
        }

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)
        self.fields["supplier"].queryset = Supplier.objects.visible_to(actor)  # type: ignore[attr-defined]
        departments = Department.objects.visible_to(actor).filter(organization=self.instance.organization_id)
        self.fields["managing_department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["old_category"].queryset = AssetCategory.objects.filter(edition=Edition.E2010)  # type: ignore[attr-defined]
        self.fields["procurement_form"].choices = [("", "—"), *ProcurementForm.choices]  # type: ignore[attr-defined]
        for detail in fields_of(self.instance.card_type):
            self.fields[f"{OWN}{detail.key}"] = _field(detail, self.instance.details.get(detail.key, ""))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        typed = {name.removeprefix(OWN): value for name, value in data.items() if name.startswith(OWN)}
        data["details"], wrong = checked(self.instance.card_type, typed)
        for key, words in wrong.items():
            self.add_error(f"{OWN}{key}", words)
        return data

    def _post_clean(self) -> None:
        """The service writes the card: what is typed must not reach the instance before it was allowed."""

    @property
    def values(self) -> dict[str, Any]:
        """What the service is to write."""
        return {name: self.cleaned_data[name] for name in DESCRIBING}


def _field(detail: Detail, value: Any) -> forms.Field:
    """A field of the card's own kind; what is typed is read by the kind itself."""
    label = str(detail.label)
    if detail.choices:
        choices = [("", "—"), *((choice, choice) for choice in detail.choices)]
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=value)
    return forms.CharField(label=label, max_length=LONGEST, required=False, initial=value)


class AccessoryForm(LineForm):
    standing = ("quantity", "unit")
    name = forms.CharField(label=_("Name of the accessory"), max_length=100)
    specification = forms.CharField(label=_("Specification and model"), max_length=120, required=False)
    serial_number = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    quantity = ExactDecimalField(label=_("Quantity"), decimal_places=4, min_value=SMALLEST, initial=1)
    unit = forms.CharField(label=_("Unit"), max_length=20, initial="个")
    value = ExactDecimalField(label=_("Value (yuan)"), decimal_places=2, min_value=0, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class AccessorySet(LineFormSet):
    """The accessories of a card, in the grid of lines."""

    can_scan = False
    min_lines = 0

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = self.document.components.all()
        return [{"id": row.pk, **{name: getattr(row, name) for name in ACCESSORY_FIELDS}} for row in rows]

    @property
    def accessories(self) -> list[Accessory]:
        """What the service is to write."""
        return [
            Accessory(form.cleaned_data.get("id"), **{name: form.cleaned_data[name] for name in ACCESSORY_FIELDS})
            for form in self.filled
        ]


AccessoryLines = lines_of(AccessoryForm, base=AccessorySet)
