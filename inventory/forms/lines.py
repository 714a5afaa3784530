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
from inventory.models import Condition, Destination, Unit

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


class PricedLineForm(LineForm):
    unit_price = ExactDecimalField(label=gettext_lazy("Unit price"), decimal_places=6, min_value=0)
    lot_number = forms.CharField(label=gettext_lazy("Lot number"), max_length=40, required=False)
    made_on = DayField(label=gettext_lazy("Made on"), required=False)
    expires_on = DayField(label=gettext_lazy("Expires on"), required=False)


OLD_FIELDS = ("old_pieces", "old_condition", "old_destination", "trade_in_waiver", "old_pieces_follow")
"""Fields that only lines of items which are issued against old pieces have."""


class IssueLineForm(LineForm):
    aliases = {"old_quantity": "old_pieces"}
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
        return {"old_pieces": "old_quantity"}.get(name, name)

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


def lines_of(form: type[LineForm], **attributes: Any) -> Any:
    """A formset class for one kind of document."""
    extra = attributes.pop("extra", 1)
    made = formset_factory(
        form, formset=LineFormSet, extra=extra, can_delete=True, max_num=MAX_LINES, absolute_max=MAX_LINES + 100
    )
    return type(f"{form.__name__}Set", (made,), {"validate_max": True, **attributes})


RequisitionLines = lines_of(LineForm, warn_stock=True)
IssueLines = lines_of(IssueLineForm, columns=OLD_FIELDS, warn_stock=True)
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
