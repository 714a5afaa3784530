"""Handing in old pieces, and letting them go."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ExactDecimalField
from core.numbers import ZERO
from core.widgets import PickerInput
from directory.models import Department, User
from inventory.models import Condition, Destination, OldPieceDisposal, TradeIn

from .heads import StockForm
from .lines import LineForm, lines_of


class TradeInForm(StockForm):
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        widget=PickerInput("department_search"),
        error_messages={"required": gettext_lazy("Choose the department that hands in the old pieces.")},
    )

    class Meta:
        model = TradeIn
        fields = ("department", "warehouse", "handed_in_by", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.visible_to(self.actor).filter(
            active=True, organization_id=self.actor.organization_id
        )

    def complete(self, document: Any) -> None:
        """The department is the one that hands in, as chosen."""


class DisposalForm(StockForm):
    """A sale is weighed and seen by two people other than the maker."""

    witness_fields = ("witness_1", "witness_2")

    class Meta:
        model = OldPieceDisposal
        help_texts = {"paid_to": ""}
        fields = ("destination", "taker", "paid_to", "warehouse", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)
        known = list(self.instance.witnesses.order_by("pk")) if self.instance.pk else []
        for place, name in enumerate(self.witness_fields, start=1):
            self.fields[name] = forms.ModelChoiceField(
                label=_("Weighed and seen by (%(place)d)") % {"place": place},
                queryset=people.exclude(pk=self.actor.pk),
                required=False,
                widget=PickerInput("person_search"),
                help_text=_("For a sale."),
            )
            if len(known) >= place:
                self.initial[name] = known[place - 1].pk
        self.order_fields(("destination", "taker", "paid_to", *self.witness_fields, "warehouse", "business_date"))

    def save_related(self, document: Any) -> None:
        chosen = [self.cleaned_data.get(name) for name in self.witness_fields]
        document.witnesses.set({person for person in chosen if person is not None})


class TradeInLineForm(LineForm):
    condition = forms.ChoiceField(label=gettext_lazy("Condition"), choices=Condition.choices, initial=Condition.BROKEN)
    destination = forms.ChoiceField(
        label=gettext_lazy("Where they go"), choices=Destination.choices, initial=Destination.RECYCLE
    )


class DisposalLineForm(LineForm):
    amount = ExactDecimalField(
        label=gettext_lazy("Money received"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )

    def clean_amount(self) -> Any:
        return self.cleaned_data["amount"] or ZERO


TradeInLines = lines_of(TradeInLineForm, columns=("condition", "destination"), context_fields="")
DisposalLines = lines_of(DisposalLineForm, columns=("amount",), context_fields="")
