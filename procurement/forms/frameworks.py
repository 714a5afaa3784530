"""Writing a framework agreement: supplier, days, agreed prices."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DayField, ExactDecimalField, HeadForm
from core.line_forms import SMALLEST
from core.widgets import PickerInput
from directory.models import Supplier
from procurement.models import FrameworkAgreement, Sourcing

from .lines import SMALLEST_PRICE, WantedLineForm, wanted_lines
from .quotations import usable_suppliers


class FrameworkForm(HeadForm):
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.none(), widget=PickerInput("supplier_search")
    )
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_until = DayField(label=gettext_lazy("Valid until"))

    class Meta:
        model = FrameworkAgreement
        fields = ("title", "supplier", "sourcing", "basis", "valid_from", "valid_until", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier: Any = self.fields["supplier"]
        supplier.queryset = usable_suppliers(self.actor)
        field: Any = self.fields["sourcing"]
        field.queryset = Sourcing.objects.visible_to(self.actor).filter(status="approved").order_by("-pk")
        field.empty_label = _("none; the basis says where it comes from")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first."))
        return data


class FrameworkLineForm(WantedLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("At most"), decimal_places=4, min_value=SMALLEST)
    unit_price = ExactDecimalField(label=gettext_lazy("Agreed price"), decimal_places=6, min_value=SMALLEST_PRICE)


FrameworkLines = wanted_lines(FrameworkLineForm, show_amount=True)
