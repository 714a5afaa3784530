"""The lines of a stock document as a formset; items, units and lots are read at once, whatever their number."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import ProtectedError
from django.forms.formsets import DELETION_FIELD_NAME, formset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.forms import DayField, ExactDecimalField
from core.widgets import PickerInput
from inventory import selectors
from inventory.models import Condition, Destination, Lot, Unit
from inventory.services.valuation import plain

MAX_LINES = 500
SMALLEST = Decimal("0.0001")


STANDING = ("id", "unit", "old_condition", "old_destination", "condition", "destination", DELETION_FIELD_NAME)


class KeyField(forms.IntegerField):
    """The key of a row that is looked up later, for all lines in one query."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class LineForm(forms.Form):
    """One line. `aliases` says under which field an error of a model column is shown."""

    aliases: dict[str, str] = {}
    id = KeyField(required=False, widget=forms.HiddenInput)
    item = KeyField(
        label=gettext_lazy("Item"),
        widget=PickerInput("item_search", attrs={"placeholder": gettext_lazy("Code, name or initials")}),
        error_messages={"required": gettext_lazy("Choose an item from the list.")},
    )
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=SMALLEST)
    unit = KeyField(label=gettext_lazy("Unit"), required=False, widget=forms.Select)

    def has_changed(self) -> bool:
        """A line counts when something besides its key and what stands in it by itself was entered."""
        return any(name not in STANDING for name in self.changed_data)


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


class LineFormSet(forms.BaseFormSet):
    """Lines of a document; write() brings them to the database inside the caller's transaction.

    document: the document under the hand (unsaved for a new one). source: another document whose lines a new one
    begins with. Attributes for the grid are explained in templates/partials/line_grid.html.
    """

    can_add = True
    context_fields = "warehouse"
    show_amount = False
    warn_stock = False
    min_lines = 1
    columns: Sequence[str] = ()

    def __init__(
        self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None, rows: Any = None
    ) -> None:
        """rows: what the lines of a new document begin with, as values by field."""
        self.actor, self.document = actor, document
        initial = None if data is not None else rows or self._initial(source)
        super().__init__(data, prefix=prefix, initial=initial)
        if initial:
            self.extra = 0

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = (source or self.document).lines.select_related("item") if source or self.document.pk else []
        return [
            {
                "id": None if source else line.pk,
                "item": line.item_id,
                "quantity": line.quantity,
                "unit": line.unit_id,
                **{name: getattr(line, self.column_of(name)) for name in self.columns},
            }
            for line in rows
            if not source or line.item.active
        ]

    def column_of(self, name: str) -> str:
        """The model column behind a form field."""
        return {"old_pieces": "old_quantity", "lot": "lot_id"}.get(name, name)

    @cached_property
    def unit_names(self) -> dict[int, str]:
        return dict(Unit.objects.values_list("pk", "name"))

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        # A line whose fields were all emptied is a line that is not there, wherever it stands.
        form.empty_permitted, form.use_required_attribute = True, False
        self._offer_unit(form)
        return form

    @property
    def empty_form(self) -> Any:
        form = super().empty_form
        self._offer_unit(form)
        return form

    def _offer_unit(self, form: Any) -> None:
        """Only the chosen unit: the page adds the others when it learns about the item."""
        if "unit" not in form.fields:
            return
        value = form["unit"].value()
        known = self.unit_names.get(int(value)) if str(value or "").isdecimal() else None
        form.fields["unit"].widget.choices = [(value, known)] if known else [("", "—")]

    # ---- checking ----

    @property
    def filled(self) -> list[Any]:
        """The forms that are lines, in order."""
        return [form for form in self.forms if form.has_changed() and not self._should_delete_form(form)]  # type: ignore[attr-defined]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        forms_now = self.filled if self.is_bound else self.forms
        return forms_now[position - 1] if 0 < position <= len(forms_now) else None

    def clean(self) -> None:
        rows = self.filled
        if len(rows) < self.min_lines:
            raise forms.ValidationError(_("Enter at least one line."))
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
        factors = {item.unit_id: Decimal(1), **{pack.unit_id: pack.factor for pack in item.packs.all()}}
        unit = form.cleaned_data.get("unit") or item.unit_id
        if unit not in factors:
            form.add_error("unit", _("%(item)s is not counted in this unit.") % {"item": item})
            return
        form.values = {"item": item, "unit_id": unit, "factor": factors[unit]}

    # ---- writing ----

    def values_of(self, form: Any) -> dict[str, Any]:
        """The model columns of a line."""
        data = form.cleaned_data
        values = {self.column_of(name): data[name] for name in self.columns}
        if values.get("old_quantity", 0) is None:
            values["old_quantity"] = Decimal(0)
        for name, usual in (("old_condition", Condition.BROKEN), ("old_destination", Destination.RECYCLE)):
            if not values.get(name, usual):
                values[name] = usual
        return {**form.values, "quantity": data["quantity"], **values}

    def described(self, document: Any) -> list[str]:
        """The lines of a document as they are on the disk, a few words each; one query."""
        found = []
        related = [name for name in ("item", "unit", "lot") if name != "lot" or name in self.columns]
        for line in document.lines.select_related(*related):
            words = [f"{line.item} × {plain(line.quantity)} {line.unit}"]
            values = [(name, getattr(line, name, None) or getattr(line, self.column_of(name))) for name in self.columns]
            labels = self.form.base_fields
            words += [f"{labels[name].label} {_line_words(value)}" for name, value in values if value]
            found.append(" · ".join(words))
        return found

    def write(self, document: Any) -> None:
        """Make the document's lines what the form says: changed, added and left out ones; four statements.

        Raises DomainError when a line that is left out is already used by another document.
        """
        model = document.lines.model
        kept = {line.pk: line for line in document.lines.all()}
        new: list[Any] = []
        changed: list[Any] = []
        for position, form in enumerate(self.filled, start=1):
            line = kept.pop(form.cleaned_data.get("id"), None)
            (new if line is None else changed).append(line := line or model(document=document))
            line.position = position
            for name, value in self.values_of(form).items():
                setattr(line, name, value)
            line.compute()
        try:
            model.objects.filter(pk__in=list(kept)).delete()
        except ProtectedError:
            raise DomainError(_("A line is already used by a goods issue and cannot be left out.")) from None
        model.objects.bulk_create(new)
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model.objects.bulk_update(changed, names)


class IssueLineFormSet(LineFormSet):
    """Lines whose lot may be chosen. The page offers the lots on hand when it learns about the item."""

    @cached_property
    def lots(self) -> dict[int, Lot]:
        """The lots that the lines name, by key; one query."""
        texts = [self.data.get(f"{self.add_prefix(place)}-lot") for place in range(self.total_form_count())]  # type: ignore[attr-defined]
        named = texts if self.is_bound else [row.get("lot") for row in self.initial or []]  # type: ignore[attr-defined]
        keys = [int(key) for key in named if key and str(key).isdecimal() and len(str(key)) < 19]
        return Lot.objects.in_bulk(keys)

    def _offer_unit(self, form: Any) -> None:
        super()._offer_unit(form)
        value = str(form["lot"].value() or "") if form.prefix != self.add_prefix("__prefix__") else ""  # type: ignore[attr-defined]
        lot = self.lots.get(int(value)) if value.isdecimal() else None
        chosen = [(lot.pk, str(lot))] if lot else []
        form.fields["lot"].widget.choices = [("", _("First to expire first")), *chosen]

    def clean(self) -> None:
        super().clean()
        for form in self.filled:
            key = form.cleaned_data.get("lot")
            lot = self.lots.get(key)
            if key and (lot is None or lot.item_id != form.cleaned_data.get("item")):
                form.add_error("lot", _("The lot belongs to another item."))


def _line_words(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def lines_of(form: type[LineForm], *, base: type[LineFormSet] = LineFormSet, **attributes: Any) -> Any:
    """A formset class for one kind of document."""
    extra = attributes.pop("extra", 1)
    made = formset_factory(
        form, formset=base, extra=extra, can_delete=True, max_num=MAX_LINES, absolute_max=MAX_LINES + 100
    )
    return type(f"{form.__name__}Set", (made,), {"validate_max": True, **attributes})


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
