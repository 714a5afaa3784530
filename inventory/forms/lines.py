"""The lines of a stock document as a formset; items, units and lots are read at once, whatever their number."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import line_forms
from core.forms import DayField, ExactDecimalField
from core.line_forms import SMALLEST, KeyField
from core.numbers import plain
from core.parsing import parse_keys
from core.widgets import PickerInput
from inventory import selectors
from inventory.models import Condition, Destination, Lot, Unit


class LineForm(line_forms.LineForm):
    """A line about an item."""

    standing = ("unit", "old_condition", "old_destination", "condition", "destination")
    item = KeyField(
        label=gettext_lazy("Item"),
        widget=PickerInput("item_search", attrs={"placeholder": gettext_lazy("Code, name or initials")}),
        error_messages={"required": gettext_lazy("Choose an item from the list.")},
    )
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=SMALLEST)
    unit = KeyField(label=gettext_lazy("Unit"), required=False, widget=forms.Select)


class RequestLineForm(LineForm):
    """Enter passes by the note; Tab and a finger reach it."""

    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False, widget=forms.TextInput(attrs={"data-skip": True})
    )


class PricedLineForm(LineForm):
    unit_price = ExactDecimalField(label=gettext_lazy("Unit price"), decimal_places=6, min_value=0)
    lot_number = forms.CharField(label=gettext_lazy("Lot number"), max_length=40, required=False)
    made_on = DayField(label=gettext_lazy("Made on"), required=False)
    expires_on = DayField(label=gettext_lazy("Expires on"), required=False)


OLD_FIELDS = ("old_pieces", "old_condition", "old_destination", "trade_in_waiver", "old_pieces_follow")
"""Fields that only lines of items which are issued against old pieces have."""


class IssueLineForm(LineForm):
    """lot: empty lets the ledger pick, first to expire first out."""

    aliases = {"old_quantity": "old_pieces"}
    lot = KeyField(label=gettext_lazy("Lot"), required=False, widget=forms.Select(attrs={"data-skip": True}))
    old_pieces = ExactDecimalField(
        label=gettext_lazy("Old pieces handed in"), decimal_places=4, min_value=0, required=False
    )
    old_condition = forms.ChoiceField(
        label=gettext_lazy("State of the old pieces"),
        choices=Condition.choices,
        initial=Condition.BROKEN,
        required=False,
    )
    old_destination = forms.ChoiceField(
        label=gettext_lazy("Where they go"), choices=Destination.choices, initial=Destination.RECYCLE, required=False
    )
    trade_in_waiver = forms.CharField(label=gettext_lazy("Why no old piece"), max_length=100, required=False)
    old_pieces_follow = forms.BooleanField(label=gettext_lazy("Old pieces follow"), required=False)


class LineFormSet(line_forms.LineFormSet):
    """Lines about items, counted in a unit that the item has."""

    context_fields = "warehouse"
    related = ("item",)

    def row_of(self, line: Any) -> dict[str, Any]:
        return {"item": line.item_id, "quantity": line.quantity, "unit": line.unit_id, **super().row_of(line)}

    def may_copy(self, line: Any) -> bool:
        return bool(line.item.active)

    def column_of(self, name: str) -> str:
        return {"old_pieces": "old_quantity", "lot": "lot_id"}.get(name, name)

    @cached_property
    def unit_names(self) -> dict[int, str]:
        return dict(Unit.objects.values_list("pk", "name"))

    def prepare(self, form: Any) -> None:
        self.offer_chosen(form, "unit", self.unit_names)

    # ---- checking ----

    def check_rows(self, rows: list[Any]) -> None:
        items = selectors.usable_items(self.actor, [form.cleaned_data.get("item") or 0 for form in rows])
        for form in rows:
            if key := form.cleaned_data.get("item"):
                self._take_item(form, items.get(key))

    def _take_item(self, form: Any, item: Any) -> None:
        if item is None:
            form.add_error("item", _("This item does not exist; choose one from the list."))
            return
        if not item.active:
            form.add_error("item", _("%(item)s is no longer in use; choose another item.") % {"item": item})
            return
        factors = selectors.factors_of(item)
        unit = form.cleaned_data.get("unit") or item.unit_id
        if unit not in factors:
            form.add_error("unit", _("%(item)s is not counted in this unit.") % {"item": item})
            return
        form.values = {"item": item, "unit_id": unit, "factor": factors[unit]}

    # ---- writing ----

    def values_of(self, form: Any) -> dict[str, Any]:
        values = super().values_of(form)
        if values.get("old_quantity", 0) is None:
            values["old_quantity"] = Decimal(0)
        for name, usual in (("old_condition", Condition.BROKEN), ("old_destination", Destination.RECYCLE)):
            if not values.get(name, usual):
                values[name] = usual
        return {**form.values, "quantity": form.cleaned_data["quantity"], **values}

    def described(self, document: Any) -> list[str]:
        names = ("item", "unit", "lot") if "lot" in self.columns else ("item", "unit")
        return [" · ".join(self.words_of(line)) for line in document.lines.select_related(*names)]

    def words_of(self, line: Any) -> list[str]:
        labels = self.form.base_fields  # type: ignore[attr-defined]
        values = [(name, getattr(line, name, None) or getattr(line, self.column_of(name))) for name in self.columns]
        words = [f"{labels[name].label} {_line_words(value)}" for name, value in values if value]
        return [f"{line.item} × {plain(line.quantity)} {line.unit}", *words]


class IssueLineFormSet(LineFormSet):
    """Lines whose lot may be chosen. The page offers the lots on hand when it learns about the item."""

    @cached_property
    def lots(self) -> dict[int, Lot]:
        """The lots that the lines name, by key; one query."""
        texts = [self.data.get(f"{self.add_prefix(place)}-lot") for place in range(self.total_form_count())]  # type: ignore[attr-defined]
        named = texts if self.is_bound else [row.get("lot") for row in self.initial or []]  # type: ignore[attr-defined]
        return Lot.objects.in_bulk(parse_keys(str(key) for key in named if key))

    def prepare(self, form: Any) -> None:
        super().prepare(form)
        value = str(form["lot"].value() or "") if form.prefix != self.add_prefix("__prefix__") else ""  # type: ignore[attr-defined]
        lot = self.lots.get(int(value)) if value.isdecimal() else None
        chosen = [(lot.pk, str(lot))] if lot else []
        form.fields["lot"].widget.choices = [("", _("First to expire first")), *chosen]

    def check_rows(self, rows: list[Any]) -> None:
        super().check_rows(rows)
        for form in rows:
            key = form.cleaned_data.get("lot")
            lot = self.lots.get(key)
            if key and (lot is None or lot.item_id != form.cleaned_data.get("item")):
                form.add_error("lot", _("The lot belongs to another item."))


def _line_words(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def lines_of(form: type[LineForm], *, base: type[LineFormSet] = LineFormSet, **attributes: Any) -> Any:
    """A formset class for one kind of stock document."""
    return line_forms.lines_of(form, base=base, **attributes)


RequisitionLines = lines_of(RequestLineForm, columns=("note",), warn_stock=True)
IssueLines = lines_of(IssueLineForm, base=IssueLineFormSet, columns=("lot", *OLD_FIELDS), warn_stock=True)
ReceiptLines = lines_of(
    PricedLineForm, columns=("unit_price", "lot_number", "made_on", "expires_on"), show_amount=True, context_fields=""
)
OpeningLines = lines_of(
    PricedLineForm,
    columns=("unit_price", "lot_number", "made_on", "expires_on"),
    show_amount=True,
    context_fields="",
    min_lines=0,
)
TransferLines = lines_of(LineForm, warn_stock=True)
