"""The form of an acceptance, phone first: the open lines of the order, filled in with what should have come."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DatedForm, DayField, ExactDecimalField
from core.numbers import ZERO, plain
from core.widgets import PickerInput
from directory.models import User
from procurement.models import Acceptance, Treatment
from procurement.services import orders
from procurement.services.acceptance import waiting_quantities

from .given import GivenLineForm, GivenLineSet, given_lines, goods_words

ACCEPTORS = ("acceptor_2", "acceptor_3", "acceptor_4")


class AcceptanceForm(DatedForm):
    """Who writes it accepts; the others are named here and sign on their own phones."""

    class Meta:
        model = Acceptance
        fields = ("business_date", "delivery_note", "finding", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        maker = self.instance.created_by_id or self.actor.pk
        people = User.objects.filter(organization_id=self.actor.organization_id, is_active=True).exclude(pk=maker)
        known = list(self.instance.acceptors.order_by("pk")) if self.instance.pk else []
        for place, name in enumerate(ACCEPTORS, start=2):
            self.fields[name] = forms.ModelChoiceField(
                label=_("Acceptor %(place)d") % {"place": place},
                queryset=people,
                required=place == 2,
                widget=PickerInput("person_search"),
                error_messages={"required": _("A delivery is accepted by at least two people; name another one.")},
            )
            if len(known) > place - 2:
                self.initial[name] = known[place - 2].pk
        self.fields[ACCEPTORS[0]].help_text = _("One of you is of the department that uses the goods; no buyer.")
        self.aliases = {"acceptors": ACCEPTORS[0]}
        self.order_fields((*ACCEPTORS, "business_date", "delivery_note", "finding", "note"))

    def save_related(self, document: Any) -> None:
        chosen = [self.cleaned_data.get(name) for name in ACCEPTORS]
        document.acceptors.set({person for person in chosen if person is not None})


class AcceptanceLineForm(GivenLineForm):
    arrived_quantity = ExactDecimalField(label=gettext_lazy("Arrived"), decimal_places=4, min_value=0, required=False)
    accepted_quantity = ExactDecimalField(label=gettext_lazy("Accepted"), decimal_places=4, min_value=0, required=False)
    finding = forms.CharField(
        label=gettext_lazy("Finding"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("what is wrong with the rest"), "data-skip": 1}),
    )
    lot_number = forms.CharField(label=gettext_lazy("Lot number"), max_length=40, required=False)
    made_on = DayField(label=gettext_lazy("Made on"), required=False)
    expires_on = DayField(label=gettext_lazy("Expires on"), required=False)
    certificate = forms.CharField(
        label=gettext_lazy("Certificate"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"data-skip": 1}),
    )


class PlainAcceptanceLineForm(AcceptanceLineForm):
    """Where nothing on the order is kept by lot."""

    lot_number = made_on = expires_on = None


class AcceptanceLineSet(GivenLineSet):
    """The lines that are still to come; nothing arrived: leave the line at zero."""

    columns = (
        *("arrived_quantity", "accepted_quantity", "finding", "lot_number", "made_on", "expires_on", "certificate"),
    )
    empty_words = gettext_lazy("Enter what arrived on at least one line.")

    def rows_of(self) -> Any:
        order = self.document.order
        self.waiting = waiting_quantities(order, besides=self.document.pk)
        lines = orders.lines_of(order)
        rows = [line for line in lines if line.open_quantity > 0 or line.pk in self.kept]
        if not any(line.item and line.item.track_lots and line.treatment == Treatment.STOCK for line in rows):
            self.form = PlainAcceptanceLineForm
        return rows

    def initial_of(self, row: Any, line: Any) -> dict[str, Any]:
        if line:
            return super().initial_of(row, line)
        expected = max(row.open_quantity - self.waiting.get(row.pk, (ZERO, None))[0], ZERO)
        shown = None if self.document.pk else expected
        return {"arrived_quantity": shown, "accepted_quantity": shown}

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Ordered"), "kind": "quantity"},
            {"label": _("Still to come"), "kind": "quantity"},
            {"label": _("Unit"), "kind": "text"},
        ]

    def facts_of(self, row: Any) -> list[Any]:
        words = goods_words(row)
        if row.pk in self.waiting:
            quantity, other = self.waiting[row.pk]
            words = _("%(goods)s (%(quantity)s on %(other)s)") % {
                "goods": words,
                "quantity": f"{plain(quantity)}",
                "other": other,
            }
        return [words, row.quantity, row.open_quantity, row.unit]

    def counts(self, form: Any) -> bool:
        return bool(form.cleaned_data.get("arrived_quantity") or form.cleaned_data.get("accepted_quantity"))

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            arrived, accepted = data.get("arrived_quantity") or ZERO, data.get("accepted_quantity") or ZERO
            if accepted > arrived:
                form.add_error("accepted_quantity", _("More is accepted than arrived."))

    def values_of(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        texts = {name: data.get(name) or "" for name in ("finding", "lot_number", "certificate")}
        days = {name: data.get(name) for name in ("made_on", "expires_on")}
        numbers = {name: data.get(name) or ZERO for name in ("arrived_quantity", "accepted_quantity")}
        return {**texts, **days, **numbers}

    def words_of(self, line: Any) -> str:
        return f"{line.order_line.title} {plain(line.arrived_quantity)} / {plain(line.accepted_quantity)}"


AcceptanceLines = given_lines(AcceptanceLineForm, AcceptanceLineSet)
