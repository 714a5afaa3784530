"""Form pieces shared by every app."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import ValueRefused
from core.parsing import parse_date, parse_decimal
from core.widgets import DayInput


class ExactDecimalField(forms.Field):
    """A number as people type it (full-width digits, thousands commas), read strictly (reliability rule U5).

    Returns a Decimal with at most `decimal_places` places, or None when empty and not required.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "number"})

    def __init__(self, *, decimal_places: int, min_value: Decimal | int | None = None, **kwargs: Any) -> None:
        self.decimal_places = decimal_places
        self.min_value = min_value
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return value

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        try:
            return parse_decimal(value, places=self.decimal_places, minimum=self.min_value)
        except ValueRefused as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (None if initial in self.empty_values else Decimal(str(initial)))
        except forms.ValidationError:
            return True


class DayField(forms.Field):
    """A day: from the calendar, or typed as 2024/3/5, 20240305 or 2024年3月5日. None when empty."""

    widget = DayInput

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        try:
            return parse_date(value)
        except ValueRefused as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or None)
        except forms.ValidationError:
            return True


def say_what_is_asked(form: forms.BaseForm) -> None:
    """Words instead of Django's row of hyphens where nothing is chosen yet, and numbers set right."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
            field.empty_label = _("Please choose")
        if isinstance(field.widget, forms.NumberInput):
            field.widget.attrs["class"] = "number"


class HeadForm(forms.ModelForm):
    """The head of a document. Organization, maker and, unless a kind says otherwise, department come from the actor.

    Subclasses name model and fields in Meta and narrow their choices to what the actor may use.
    """

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)

    def complete(self, document: Any) -> None:
        """Fill in what follows from the form (the department of the warehouse); raises DomainError."""

    def apply_to(self, document: Any) -> None:
        """Write the cleaned values onto a document, many-to-many values excepted."""
        forms.models.construct_instance(self, document)
        self.complete(document)

    def save_related(self, document: Any) -> None:
        """Write many-to-many values once the document has a key."""


def refuse_past(day: dt.date | None, before: dt.date | None) -> dt.date | None:
    """A day by which something is needed: today or later, unless it stood there before. Raises ValidationError."""
    if day and day < clock.today() and day != before:
        raise forms.ValidationError(_("This day is over; choose today or a later one."))
    return day


class DatedForm(HeadForm):
    """A paper whose day can be chosen, today or earlier."""

    business_date = DayField(label=gettext_lazy("Date"))

    def clean_business_date(self) -> Any:
        day = self.cleaned_data["business_date"]
        if day > clock.today():
            raise forms.ValidationError(_("The date lies in the future; use today's date."))
        return day


def offer(form: forms.BaseForm, name: str, offered: Any) -> None:
    """Set what a field offers to choose from: a queryset where a record is chosen, else (value, words) pairs."""
    field: Any = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = offered
    else:
        field.choices = offered
