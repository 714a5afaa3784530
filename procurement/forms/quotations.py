"""Quotations as they are typed: a grid of suppliers and lines, results of other methods, awards."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, ExactDecimalField
from core.widgets import PickerInput
from directory.models import Supplier, User
from procurement.models import Sourcing, SourcingLine
from procurement.services.awarding import Choice
from procurement.services.quotations import Offer


def as_controls(form: forms.Form) -> None:
    """Boxes of a table that no form layout draws look like those that one does."""
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {kind}".strip()


def usable_suppliers(user: Any) -> Any:
    return Supplier.objects.visible_to(user).filter(active=True)


class InviteForm(forms.Form):
    """Suppliers that serve the categories to tick, and boxes to search for others."""

    others = ("supplier_1", "supplier_2", "supplier_3")

    def __init__(self, *args: Any, actor: Any, proposed: Sequence[Supplier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = list(proposed)
        if self.proposed:
            self.fields["suppliers"] = forms.MultipleChoiceField(
                label=_("Suppliers of these categories"),
                choices=[(str(row.pk), row.name) for row in self.proposed],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        for name in self.others:
            self.fields[name] = forms.ModelChoiceField(
                label=_("Another supplier"),
                queryset=usable_suppliers(actor),
                required=False,
                widget=PickerInput("supplier_search"),
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        ticked = {row.pk: row for row in self.proposed if str(row.pk) in data.get("suppliers", ())}
        named = [data[name] for name in self.others if data.get(name)]
        for place, row in enumerate(named):
            if row.pk in ticked or row in named[:place]:
                raise forms.ValidationError(_("%(supplier)s is named twice.") % {"supplier": row})
        self.chosen = [*ticked.values(), *named]
        if not self.chosen and not self.errors:
            raise forms.ValidationError(_("Choose at least one supplier."))
        return data


class DeadlineForm(forms.Form):
    """When quotations have to be here, in the time of the house."""

    day = DayField(label=gettext_lazy("Quotations until (day)"))
    hour = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": clock.today() + dt.timedelta(days=3), "hour": dt.time(17)})
        super().__init__(*args, **kwargs)

    @property
    def moment(self) -> dt.datetime:
        data = self.cleaned_data
        return timezone.make_aware(dt.datetime.combine(data["day"], data["hour"]))


class OfferForm(forms.Form):
    """The prices of one supplier; a line without a price is not offered. Never shows what was saved before."""

    def __init__(self, data: Any = None, *, lines: Sequence[SourcingLine], prefix: str, brands: bool = True) -> None:
        super().__init__(data, prefix=prefix)
        self.lines, self.brands = lines, brands
        self.use_required_attribute = False
        for line in lines:
            title = line.request_line.title
            self.fields[f"price-{line.pk}"] = ExactDecimalField(
                label=_("Price of %(item)s") % {"item": title}, decimal_places=6, required=False
            )
            if brands:
                self.fields[f"brand-{line.pk}"] = forms.CharField(
                    label=_("Brand and model of %(item)s") % {"item": title}, max_length=100, required=False
                )
        self.fields["delivery_days"] = forms.IntegerField(
            label=_("Delivery (days)"), min_value=0, max_value=3650, required=False
        )
        self.fields["warranty_months"] = forms.IntegerField(
            label=_("Warranty (months)"), min_value=0, max_value=600, required=False
        )
        self.fields["valid_until"] = DayField(label=_("Valid until"), required=False)
        self.fields["note"] = forms.CharField(label=_("Note"), max_length=200, required=False)
        for name in ("delivery_days", "warranty_months"):
            self.fields[name].widget.attrs["class"] = "number"
        as_controls(self)

    @property
    def cells(self) -> list[tuple[SourcingLine, Any, Any]]:
        """(line, its price box, its brand box or None)."""
        return [
            (line, self[f"price-{line.pk}"], self[f"brand-{line.pk}"] if self.brands else None) for line in self.lines
        ]

    @property
    def foot(self) -> list[Any]:
        return [self[name] for name in ("delivery_days", "warranty_months", "valid_until", "note")]

    @property
    def prices(self) -> dict[int, Decimal]:
        found = {line.pk: self.cleaned_data.get(f"price-{line.pk}") for line in self.lines}
        return {key: value for key, value in found.items() if value is not None}

    def is_filled(self) -> bool:
        """Whether anything was typed into this supplier's boxes."""
        return self.has_changed()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for line in self.lines:
            value = data.get(f"price-{line.pk}")
            if value is not None and value <= 0:
                self.add_error(f"price-{line.pk}", _("Enter a price greater than zero, or leave it empty."))
        if self.is_filled() and not self.prices and not self.errors:
            raise forms.ValidationError(_("Enter at least one price."))
        return data

    def offer(self) -> Offer:
        data = self.cleaned_data
        brands = {line.pk: data.get(f"brand-{line.pk}", "") for line in self.lines}
        return Offer(
            self.prices,
            brands,
            data["delivery_days"],
            data["warranty_months"],
            data["valid_until"],
            data["note"],
        )


class WinnerForm(forms.Form):
    """Who gets the lines of a method without sealed quotations."""

    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.none(), widget=PickerInput("supplier_search")
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["supplier"]
        field.queryset = usable_suppliers(actor)


class WitnessForm(forms.Form):
    witness = forms.ModelChoiceField(
        label=gettext_lazy("Witness"),
        queryset=User.objects.none(),
        widget=PickerInput("person_search"),
        help_text=gettext_lazy("Somebody who did not work on this enquiry; he confirms on his own screen or phone."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["witness"]
        people = User.objects.filter(organization_id=actor.organization_id, is_active=True)
        field.queryset = people.exclude(pk=actor.pk)


class AwardForm(forms.Form):
    """Which offer gets each line, and why where it is not the lowest."""

    def __init__(self, data: Any = None, *, rows: Sequence[Any]) -> None:
        super().__init__(data)
        self.rows = rows
        for row in rows:
            offers = [(str(cell.offer.pk), cell.supplier) for cell in row.cells if cell.offer and not cell.excluded]
            self.fields[f"offer-{row.line.pk}"] = forms.ChoiceField(
                label=_("Who gets %(item)s") % {"item": row.title},
                choices=[("", _("nobody yet")), *offers],
                required=False,
                initial=str(row.line.awarded_id or ""),
            )
            self.fields[f"reason-{row.line.pk}"] = forms.CharField(
                label=_("Why not the lowest: %(item)s") % {"item": row.title},
                max_length=200,
                required=False,
                initial=row.line.award_reason,
            )
        as_controls(self)

    @property
    def choices(self) -> dict[int, Choice]:
        """What the form says, by key of the sourcing line."""
        data = self.cleaned_data
        return {
            row.line.pk: Choice(
                int(data[f"offer-{row.line.pk}"]) if data[f"offer-{row.line.pk}"] else None,
                data[f"reason-{row.line.pk}"],
            )
            for row in self.rows
        }


class QuotationSheetForm(forms.Form):
    """One supplier's filled sheet."""

    supplier = forms.ChoiceField(label=gettext_lazy("Supplier"))
    delivery_days = forms.IntegerField(
        label=gettext_lazy("Delivery (days)"), min_value=0, max_value=3650, required=False
    )
    warranty_months = forms.IntegerField(
        label=gettext_lazy("Warranty (months)"), min_value=0, max_value=600, required=False
    )
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False)
    file = forms.FileField(label=gettext_lazy("Excel file"))

    def __init__(self, *args: Any, document: Sourcing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suppliers = {str(row.supplier_id): row.supplier for row in document.invitations.select_related("supplier")}
        self.fields["supplier"].choices = [(key, row.name) for key, row in self.suppliers.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Supplier:
        return self.suppliers[self.cleaned_data["supplier"]]
