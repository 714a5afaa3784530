"""Writing goods off: cause and responsible person in the head, the lot on the line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ExactDecimalField
from core.numbers import ZERO
from core.widgets import PickerInput
from directory.models import User
from inventory.models import Lot, WriteOff

from .heads import StockForm
from .lines import LineForm, LineFormSet, lines_of


class WriteOffForm(StockForm):
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("Responsible person"),
        queryset=User.objects.none(),
        widget=PickerInput("anyone_search"),
        error_messages={"required": gettext_lazy("Enter the responsible person.")},
    )
    compensation = ExactDecimalField(
        label=gettext_lazy("Compensation (yuan)"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )

    class Meta:
        model = WriteOff
        labels = {"cause": gettext_lazy("Cause of the loss")}
        fields = (
            *("cause", "explanation", "responsible", "warehouse", "business_date", "treatment", "compensation"),
            *("authority_reference", "note"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["responsible"]
        people.queryset = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)

    def clean_compensation(self) -> Any:
        return self.cleaned_data["compensation"] or ZERO


class WriteOffLineForm(LineForm):
    aliases = {"lot": "lot_number"}
    lot_number = forms.CharField(label=gettext_lazy("Lot number"), max_length=40, required=False)
    salvage = ExactDecimalField(
        label=gettext_lazy("Salvage value"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )

    def clean_salvage(self) -> Any:
        return self.cleaned_data["salvage"] or ZERO


class WriteOffLineSet(LineFormSet):
    """An empty lot number lets the ledger pick the lot that expires first."""

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = super()._initial(source)
        lines = self.document.lines.select_related("lot") if self.document.pk else ()
        lots = {line.pk: line.lot.number for line in lines if line.lot}
        return [{**row, "lot_number": lots.get(row["id"], "")} for row in rows]

    def clean(self) -> None:
        super().clean()
        read = [(form, form.values["item"]) for form in self.filled if getattr(form, "values", None)]
        numbers = {form.cleaned_data.get("lot_number", "") for form, _item in read} - {""}
        lots = Lot.objects.filter(item__in={item.pk for _form, item in read}, number__in=numbers)
        known = {(lot.item_id, lot.number): lot for lot in lots}
        for form, item in read:
            number = form.cleaned_data.get("lot_number", "")
            lot = known.get((item.pk, number))
            if number and lot is None:
                words = {"item": item, "number": number}
                form.add_error("lot_number", _("%(item)s has no lot with the number %(number)s.") % words)
            form.values["lot"] = lot


def lot_lines(form: type[LineForm], **attributes: Any) -> Any:
    """A formset class whose lines may name a lot."""
    made = lines_of(form, **attributes)
    return type(made.__name__, (WriteOffLineSet, made), {})


WriteOffLines = lot_lines(WriteOffLineForm, columns=("salvage",), warn_stock=True)
