"""What is to be bought for an order: parts that the store cannot give, and one more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ExactDecimalField
from core.numbers import plain
from core.widgets import PickerInput
from inventory.models import Item, Unit
from maintenance.services import buying
from procurement.services.request_drafts import Part

from .dispatching import OrderForm


class BuyForm(OrderForm):
    """Ticked parts are asked for in the quantity that is missing. A part that is not in the catalogue is described."""

    lacking = forms.MultipleChoiceField(
        label=gettext_lazy("Asked for, and not enough in the store"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("Another part"),
        queryset=Item.objects.none(),
        required=False,
        widget=PickerInput("item_search"),
    )
    name = forms.CharField(
        label=gettext_lazy("Or a part that is not in the catalogue: name and specification"),
        max_length=100,
        required=False,
    )
    quantity = ExactDecimalField(
        label=gettext_lazy("Quantity of this part"), decimal_places=4, min_value=0, required=False
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit (of a part that is not in the catalogue)"),
        queryset=Unit.objects.none(),
        required=False,
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        self.missing = {str(row.item.pk): row for row in buying.lacking_parts(self.order)}
        fields["item"].queryset = Item.objects.filter(active=True).select_related("unit")
        fields["unit"].queryset = Unit.objects.order_by("name")
        if self.missing:
            fields["lacking"].choices = [(key, str(row)) for key, row in self.missing.items()]
            self.initial["lacking"] = list(self.missing)
        else:
            del self.fields["lacking"]
        before = [row.number or _("Draft") for row in buying.requests_for(self.order, self.actor)]
        self.lead = _("Asked for already: %(numbers)s.") % {"numbers": _(", ").join(before)} if before else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        rows = [self.missing[key] for key in data.get("lacking") or ()]
        parts = [Part(quantity=row.missing, unit=row.item.unit, item=row.item) for row in rows]
        item, name, quantity = data.get("item"), (data.get("name") or "").strip(), data.get("quantity")
        if item and name:
            self.add_error("name", _("Choose a part or describe one, not both."))
        elif item or name:
            unit = item.unit if item else data.get("unit")
            if quantity is None or quantity <= 0:
                self.add_error("quantity", _("Enter a quantity above zero."))
            elif unit is None:
                self.add_error("unit", _("Choose the unit."))
            elif item and any(part.item == item for part in parts):
                self.add_error("item", _("%(item)s is ticked above already.") % {"item": item})
            else:
                parts.append(Part(quantity=quantity, unit=unit, item=item, name=name))
        elif quantity is not None:
            self.add_error("item", _("Which part are %(quantity)s needed of?") % {"quantity": plain(quantity)})
        if not parts and not self.errors:
            raise forms.ValidationError(_("Choose at least one part."))
        return {**data, "parts": parts}
