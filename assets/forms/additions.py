"""The form of an asset addition: a line is so many alike things, each of which becomes a card."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.card_fields import EARLIEST, FIELDS, LONGEST, Detail, fields_of
from assets.models import (
    Account,
    AssetAddition,
    AssetAdditionLine,
    AssetCategory,
    AssetIntake,
    Edition,
    ProcurementForm,
    UsePurpose,
    ValueType,
)
from assets.services.addition_lines import LineCheck
from core.errors import ValueRefused
from core.forms import DatedForm, DayField, ExactDecimalField
from core.line_forms import KeyField, LineForm, LineFormSet, lines_of
from core.numbers import plain
from core.parsing import parse_date, parse_key
from core.widgets import DayInput, PickerInput
from directory.models import Department, Place, Supplier, User

MORE = {"data-more": True, "data-skip": True}
"""Attributes of a field that stands behind “More” below the class."""
CENT = Decimal("0.01")
OWN = "own_"
"""What the names of fields of the card's own kind begin with."""
PEOPLE = ("user", "custodian")


def _words(label: Any, most: int, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.TextInput(attrs={**MORE, **attrs})
    )


class LongAgoField(DayField):
    """A day, however long ago: houses are older than the register that keeps them."""

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        try:
            return parse_date(value, earliest=EARLIEST)
        except ValueRefused as error:
            raise forms.ValidationError(str(error)) from error


def _day(label: Any) -> DayField:
    return LongAgoField(label=label, required=False, widget=DayInput(attrs=MORE))


def _number(label: Any, places: int) -> ExactDecimalField:
    attrs = {**MORE, "inputmode": "decimal", "autocomplete": "off", "class": "number"}
    return ExactDecimalField(
        label=label, decimal_places=places, min_value=0, required=False, widget=forms.TextInput(attrs=attrs)
    )


def _choice(label: Any, choices: Any, empty: str = "—") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", empty), *choices], required=False, widget=forms.Select(attrs=MORE)
    )


def _reference(label: Any, search: str) -> KeyField:
    return KeyField(label=label, required=False, widget=PickerInput(search, attrs=MORE))


def _months(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=1200, required=False, widget=forms.NumberInput(attrs=MORE)
    )


class AssetAdditionForm(DatedForm):
    """The head. for_department and the like stand for every line that names none of its own."""

    for_department = forms.ModelChoiceField(
        label=gettext_lazy("Using department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
        help_text=gettext_lazy("For lines that name none of their own."),
    )
    for_custodian = forms.ModelChoiceField(
        label=gettext_lazy("Custodian"),
        queryset=User.objects.none(),
        required=False,
        widget=PickerInput("anyone_search"),
    )
    for_place = forms.ModelChoiceField(
        label=gettext_lazy("Place"), queryset=Place.objects.none(), required=False, widget=PickerInput("place_search")
    )

    class Meta:
        model = AssetAddition
        fields = ("way", "business_date", "source", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields
        organization = self.instance.organization_id
        own["for_department"].queryset = departments_of(organization)
        own["for_custodian"].queryset = people_of(organization)
        own["for_place"].queryset = places_of(organization)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.instance.for_lines = {
            name: data.get(f"for_{name}") for name in ("department", "custodian", "place") if data.get(f"for_{name}")
        }
        return data


def departments_of(organization_id: int) -> QuerySet:
    return Department.objects.filter(organization=organization_id, active=True)


def people_of(organization_id: int) -> QuerySet:
    return User.objects.filter(organization=organization_id, is_active=True)


def places_of(organization_id: int) -> QuerySet:
    return Place.objects.filter(organization=organization_id, active=True)


class AdditionLineForm(LineForm):
    """One line; the class is searched by the name of the thing, which it then brings along."""

    aliases = {
        "quantity": "measure",
        **{f"details.{field.key}": f"{OWN}{field.key}" for fields in FIELDS.values() for field in fields},
    }
    standing = ("intake", "unit", "measure", "opening_months", "value_type", "use_purpose", "account")
    intake = KeyField(required=False, widget=forms.HiddenInput)
    category = KeyField(
        label=gettext_lazy("Asset category"),
        widget=PickerInput(
            "addition_class_search", attrs={"placeholder": gettext_lazy("Name of the thing, code or initials")}
        ),
        error_messages={"required": gettext_lazy("Choose the class of the thing.")},
    )
    name = forms.CharField(label=gettext_lazy("Asset name"), max_length=100)
    pieces = forms.IntegerField(
        label=gettext_lazy("Number of cards"),
        min_value=1,
        max_value=50_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "number", "data-line-role": "quantity"}),
    )
    original_value = ExactDecimalField(
        label=gettext_lazy("Value of one"),
        decimal_places=2,
        min_value=CENT,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number", "data-line-role": "price"}),
    )
    fiscal_fund = ExactDecimalField(
        label=gettext_lazy("of it fiscal funds"), decimal_places=2, min_value=0, required=True
    )
    department = _reference(gettext_lazy("Using department"), "department_search")
    user = _reference(gettext_lazy("User"), "anyone_search")
    custodian = _reference(gettext_lazy("Custodian"), "anyone_search")
    place = _reference(gettext_lazy("Place"), "place_search")
    situated_at = _words(gettext_lazy("Situated at"), 200)
    managing_department = _reference(gettext_lazy("Managing department"), "department_search")
    state = _choice(
        gettext_lazy("State"), AssetAdditionLine.State.choices, empty=gettext_lazy("by its user and first use")
    )
    specification = _words(gettext_lazy("Specification and model"), 120)
    brand = _words(gettext_lazy("Brand"), 60)
    manufacturer = _words(gettext_lazy("Manufacturer"), 100)
    serial_number = _words(gettext_lazy("Serial number"), 60)
    measure = _number(gettext_lazy("Quantity or area"), 4)
    unit = _words(gettext_lazy("Unit"), 20)
    acquired_on = _day(gettext_lazy("Acquired on"))
    in_use_on = _day(gettext_lazy("In use since"))
    life_months = _months(gettext_lazy("Useful life (months)"))
    value_type = _choice(gettext_lazy("Kind of value"), ValueType.choices)
    account = _choice(gettext_lazy("Account"), Account.choices)
    use_purpose = _choice(gettext_lazy("Used for"), UsePurpose.choices)
    supplier = _reference(gettext_lazy("Supplier"), "supplier_search")
    contract_number = _words(gettext_lazy("Contract number"), 60)
    invoice_number = _words(gettext_lazy("Invoice number"), 60)
    warranty_until = _day(gettext_lazy("Warranty until"))
    procurement_form = _choice(gettext_lazy("Form of purchase"), ProcurementForm.choices)
    budget_item = _words(gettext_lazy("Budget item number"), 60)
    from_construction = forms.BooleanField(
        label=gettext_lazy("From construction in progress"), required=False, widget=forms.CheckboxInput(attrs=MORE)
    )
    card_number = _words(gettext_lazy("Asset number"), 32)
    old_number = _words(gettext_lazy("Number in the old system"), 60)
    old_category = _reference(gettext_lazy("Class of 2010"), "old_category_search")
    opening_accumulated = _number(gettext_lazy("Depreciated so far"), 2)
    opening_months = _months(gettext_lazy("Months depreciated so far"))
    note = _words(gettext_lazy("Note"), 500)


REFERENCES = (
    *("department", "managing_department", "user", "custodian", "place", "supplier", "old_category", "intake"),
    "category",
)
PLAIN = (
    *("name", "pieces", "original_value", "fiscal_fund", "situated_at", "state", "specification", "brand"),
    *("manufacturer", "serial_number", "unit", "acquired_on", "in_use_on", "life_months", "value_type", "account"),
    *("use_purpose", "contract_number", "invoice_number", "warranty_until", "procurement_form", "budget_item"),
    *("from_construction", "card_number", "old_number", "opening_accumulated", "opening_months", "note"),
)
USUAL = {
    "opening_accumulated": 0,
    "opening_months": 0,
    "value_type": ValueType.ORIGINAL,
    "account": Account.FIXED,
    "use_purpose": UsePurpose.OTHER,
}
"""What a blank field means where the column has no blank."""


class AdditionLineSet(LineFormSet):
    """Lines of an asset addition. A line whose class has cards of a kind of their own shows the fields of that kind."""

    show_amount = True
    can_scan = False
    can_copy = True
    related = ("category", "department")

    def row_of(self, line: Any) -> dict[str, Any]:
        return {
            **{name: getattr(line, name) for name in PLAIN},
            **{name: getattr(line, f"{name}_id") for name in REFERENCES},
            "measure": line.quantity,
            **{f"{OWN}{key}": value for key, value in line.details.items()},
        }

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        once = ("intake", "card_number", "serial_number", "old_number")  # what a copy has to enter anew
        rows = super()._initial(source)
        return [{**row, **dict.fromkeys(once, "")} for row in rows] if source else rows

    # ---- the fields of a card's own kind ----

    @cached_property
    def _kinds(self) -> dict[int, str]:
        """By class: the kind of its cards, of all classes that lines name; one query."""
        if self.is_bound:
            keys = [parse_key(value) for name, value in self.data.items() if name.endswith("-category")]  # type: ignore[attr-defined]
        else:
            keys = [row.get("category") for row in self.initial or ()]
        rows = AssetCategory.objects.filter(pk__in=[key for key in keys if key])
        return dict(rows.values_list("pk", "card_type"))

    def prepare(self, form: Any) -> None:
        if self.is_bound:
            key = parse_key(str(self.data.get(form.add_prefix("category"), "")))  # type: ignore[attr-defined]
        else:
            key = form.initial.get("category")
        for detail in fields_of(self._kinds.get(key, "") if key else ""):
            form.fields[f"{OWN}{detail.key}"] = _own_field(detail)

    # ---- checking ----

    @cached_property
    def check(self) -> LineCheck:
        return LineCheck(self.document)

    def check_rows(self, rows: list[Any]) -> None:
        found = {name: self._rows(name, rows) for name in REFERENCES if name != "category"}
        for position, form in enumerate(rows, start=1):
            form.line = None
            if form.errors:
                continue
            line = self._line(form, found, position)
            if form.errors:
                continue
            self.check.complete(line)
            for field, sentence in self.check.faults(line):
                name = form.aliases.get(field, field)
                form.add_error(name if name in form.fields else None, sentence)
            form.line = line

    def _rows(self, name: str, rows: list[Any]) -> dict[int, Any]:
        keys = {key for form in rows if (key := form.cleaned_data.get(name))}
        return {row.pk: row for row in self._offered(name).filter(pk__in=keys)} if keys else {}

    def _offered(self, name: str) -> QuerySet:
        organization = self.document.organization_id
        if name in PEOPLE:
            return people_of(organization)
        if name == "place":
            return places_of(organization)
        if name == "supplier":
            return Supplier.objects.visible_to(self.actor).filter(active=True)
        if name == "old_category":
            return AssetCategory.objects.filter(edition=Edition.E2010)
        if name == "intake":
            return AssetIntake.objects.visible_to(self.actor).filter(organization=organization)
        return departments_of(organization)

    def _line(self, form: Any, found: dict[str, dict[int, Any]], position: int) -> AssetAdditionLine:
        data, usual = form.cleaned_data, getattr(self.document, "for_lines", {})
        line = AssetAdditionLine(document=self.document, position=position, category_id=data["category"])
        for name, rows in found.items():
            key = data.get(name)
            if key and key not in rows:
                form.add_error(name if name != "intake" else None, _("This can no longer be chosen; choose again."))
            setattr(line, name, rows.get(key) if key else usual.get(name))
        for name in PLAIN:
            blank = data[name] is None or data[name] == ""
            setattr(line, name, USUAL[name] if blank and name in USUAL else data[name])
        line.quantity = data["measure"] or 1
        line.nonfiscal_fund = line.original_value - line.fiscal_fund
        line.acquired_on = data["acquired_on"] or self.document.business_date
        line.card_type = ""
        line.details = {name.removeprefix(OWN): value for name, value in data.items() if name.startswith(OWN) and value}
        return line

    # ---- writing ----

    def values_of(self, form: Any) -> dict[str, Any]:
        passed = ("id", "document_id", "position")
        names = [field.attname for field in AssetAdditionLine._meta.concrete_fields]
        return {name: getattr(form.line, name) for name in names if name not in passed}

    def complete(self, line: Any) -> None:
        """The check has filled in what follows from the rest."""

    def words_of(self, line: Any) -> list[str]:
        words = [f"{line.name} × {line.pieces}", plain(line.original_value), str(line.category), str(line.department)]
        return [*words, *(part for part in (line.specification, line.serial_number, line.note) if part)]


def _own_field(detail: Detail) -> forms.Field:
    """A field of the card's own kind; what is typed is read and missed by the check of the line."""
    if detail.choices:
        return _choice(detail.label, [(choice, choice) for choice in detail.choices])
    return _words(detail.label, LONGEST)


AdditionLines = lines_of(AdditionLineForm, base=AdditionLineSet)
