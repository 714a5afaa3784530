"""Giving out a requisition: one line for each open line, in stock units."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext_lazy as _

from core.forms import ExactDecimalField
from core.numbers import ZERO, plain
from inventory.models import Condition, Destination, Lot, RequisitionLine
from inventory.services.issuing import Handout

from .lines import OLD_FIELDS


def lot_words(lot: Lot, quantity: Decimal) -> str:
    """A lot in a choice: number, last day, what is on hand."""
    until = f" {lot.expires_on:%Y-%m-%d}" if lot.expires_on else ""
    return f"{lot.number}{until} ({plain(quantity)})"


class HandoutHead(forms.Form):
    received_by = forms.CharField(label=_("Received by"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class HandoutForm(forms.Form):
    aliases = {"old_quantity": "old_pieces", "lot": "lot"}
    line = forms.IntegerField(widget=forms.HiddenInput)
    quantity = ExactDecimalField(label=_("Give out"), decimal_places=4, min_value=0, required=False)
    lot = forms.ChoiceField(label=_("Lot"), required=False)
    old_pieces = ExactDecimalField(label=_("Old pieces handed in"), decimal_places=4, min_value=0, required=False)
    old_condition = forms.ChoiceField(label=_("State of the old pieces"), choices=Condition.choices, required=False)
    old_destination = forms.ChoiceField(label=_("Where they go"), choices=Destination.choices, required=False)
    trade_in_waiver = forms.CharField(label=_("Why no old piece"), max_length=100, required=False)
    old_pieces_follow = forms.BooleanField(label=_("Old pieces follow"), required=False)


class HandoutFormSet(forms.BaseFormSet):
    """The open lines of a requisition with what is on hand; columns for lots and old pieces only where needed."""

    can_add = False
    show_amount = False
    context_fields = ""
    warn_stock = False
    fact_columns = (
        {"label": _("Item"), "kind": "text"},
        {"label": _("Approved quantity"), "kind": "quantity"},
        {"label": _("Issued quantity"), "kind": "quantity"},
        {"label": _("On hand"), "kind": "quantity"},
        {"label": _("Unit"), "kind": "text"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        lines: Sequence[RequisitionLine],
        stock: Mapping[int, Decimal],
        lots: Mapping[int, list[tuple[Lot, Decimal]]],
        waiting: Mapping[int, tuple[Decimal, str]] | None = None,
    ) -> None:
        self.lines, self.stock, self.lots = list(lines), stock, lots
        self.with_lots = any(line.item.track_lots for line in self.lines)
        self.with_old = any(line.item.trade_in_required for line in self.lines)
        taken = {key: pieces for key, (pieces, _number) in (waiting or {}).items()}
        initial = [
            {
                "line": line.pk,
                "quantity": max(
                    min(line.open_quantity - taken.get(line.pk, ZERO), stock.get(line.item_id, ZERO)), ZERO
                ),
                "old_condition": Condition.BROKEN,
                "old_destination": Destination.RECYCLE,
            }
            for line in self.lines
        ]
        super().__init__(data, prefix="lines", initial=initial)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        self._shape(form)
        if i < len(self.lines):
            line = self.lines[i]
            stock = self.stock.get(line.item_id, ZERO)
            form.given_item, form.is_trade_in = line.item, line.item.trade_in_required
            form.facts = [line.item, line.approved_quantity, line.issued_quantity, stock, line.item.unit]
            if self.with_lots:
                form.fields["lot"].choices = self._lot_choices(line)
        return form

    @property
    def empty_form(self) -> Any:
        form = super().empty_form
        self._shape(form)
        return form

    def _shape(self, form: Any) -> None:
        if not self.with_lots:
            del form.fields["lot"]
        if not self.with_old:
            for name in OLD_FIELDS:
                del form.fields[name]

    def _lot_choices(self, line: RequisitionLine) -> list[tuple[str, Any]]:
        if not line.item.track_lots:
            return [("", "—")]
        choices: list[tuple[str, Any]] = [("", _("First to expire first"))]
        for lot, quantity in self.lots.get(line.item_id, []):
            choices.append((str(lot.pk), lot_words(lot, quantity)))
        return choices

    def form_at(self, position: int) -> Any:
        """The form of a requisition line by its position, or None."""
        places = {line.position: place for place, line in enumerate(self.lines)}
        return self.forms[places[position]] if position in places else None

    def handouts(self) -> dict[int, Handout]:
        """What the form says by key of the requisition line; lines of other requisitions are left out."""
        known = {line.pk for line in self.lines}
        found = {}
        for form in self.forms:
            data = form.cleaned_data
            if data["line"] in known:
                found[data["line"]] = Handout(
                    quantity=data["quantity"] or ZERO,
                    lot_id=int(data["lot"]) if data.get("lot") else None,
                    old_quantity=data.get("old_pieces") or ZERO,
                    waiver=data.get("trade_in_waiver", ""),
                    old_condition=data.get("old_condition") or Condition.BROKEN,
                    old_destination=data.get("old_destination") or Destination.RECYCLE,
                    follows=data.get("old_pieces_follow", False),
                )
        return found


Handouts: Any = formset_factory(HandoutForm, formset=HandoutFormSet, extra=0, max_num=600, absolute_max=600)
