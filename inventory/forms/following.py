"""Forms of papers that follow an earlier one: the head, and one line for everything that is left of it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ExactDecimalField
from core.numbers import ZERO, plain
from core.widgets import PickerInput
from directory.models import User
from inventory.models import StockReturn, SupplierReturn, TransferArrival
from inventory.services import following
from inventory.services.onward import left_of

from .heads import DatedForm

MAX_LINES = 600


class StockReturnForm(DatedForm):
    class Meta:
        model = StockReturn
        fields = ("cause", "returned_by", "business_date", "note")


class SupplierReturnForm(DatedForm):
    class Meta:
        model = SupplierReturn
        fields = ("cause", "collected_by", "business_date", "note")


class TransferArrivalForm(DatedForm):
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("Responsible person"),
        queryset=User.objects.none(),
        required=False,
        widget=PickerInput("person_search"),
        help_text=gettext_lazy("Only when something is missing."),
    )

    class Meta:
        model = TransferArrival
        fields = ("shortage", "shortage_cause", "responsible", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["responsible"]
        people.queryset = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)


class FollowingLineForm(forms.Form):
    """key: the earlier line, and the lot where the earlier line gave out lots."""

    aliases: dict[str, str] = {}
    key = forms.CharField(max_length=50, widget=forms.HiddenInput)
    quantity = ExactDecimalField(label=gettext_lazy("Goes back"), decimal_places=4, min_value=0, required=False)


class StockReturnLineForm(FollowingLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Comes back"), decimal_places=4, min_value=0, required=False)
    intact = forms.BooleanField(
        label=gettext_lazy("Intact"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class ArrivalLineForm(FollowingLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Arrived"), decimal_places=4, min_value=0, required=False)
    short_quantity = ExactDecimalField(label=gettext_lazy("Missing"), decimal_places=4, min_value=0, required=False)


class _Row:
    """One line of the form: a line of the earlier paper, one of its lots, and how many stock units are left."""

    def __init__(self, line: Any, lot: Any, moved: Decimal, left: Decimal) -> None:
        self.line, self.lot, self.moved, self.left = line, lot, moved, left
        self.key = f"{line.pk}-{lot.pk}" if lot else str(line.pk)


class FollowingFormSet(forms.BaseFormSet):
    """What is left of the earlier paper, filled in whole; write() makes the lines of the document from it.

    by_lot: lots of one earlier line stand on lines of their own. columns: further fields and model columns alike.
    """

    can_add = False
    show_amount = False
    warn_stock = False
    context_fields = ""
    by_lot = True
    columns: Sequence[str] = ()
    follows: following.Following
    moved_label: Any = ""
    left_label: Any = ""

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None) -> None:
        self.document = document
        self.rows = {row.key: row for row in self._rows_of(getattr(document, self.follows.source))}
        self.kept = {self._key_of(line): line for line in document.lines.all()} if document.pk else {}
        shown = [row for row in self.rows.values() if row.left > 0 or row.key in self.kept]
        initial = [self._initial(row) for row in shown]
        self.with_lots = any(row.lot for row in shown)
        super().__init__(data, prefix=prefix, initial=initial)

    def _rows_of(self, earlier: Any) -> list[_Row]:
        left = left_of(earlier)
        rows: list[_Row] = []
        for line in earlier.lines.select_related("item__unit"):
            lots: dict[Any, _Row] = {}
            for part in left.get(line.pk, []):
                lot = part.move.lot if self.by_lot and line.item.track_lots else None
                row = lots.setdefault(lot, _Row(line, lot, ZERO, ZERO))
                row.moved += part.move.quantity
                row.left += part.quantity
            rows += lots.values()
        return rows

    def _key_of(self, line: Any) -> str:
        earlier, lot = getattr(line, f"{self.follows.line}_id"), getattr(line, "lot_id", None)
        return f"{earlier}-{lot}" if lot else str(earlier)

    def _initial(self, row: _Row) -> dict[str, Any]:
        if not self.document.pk:
            return {"key": row.key, "quantity": row.left}
        line = self.kept.get(row.key)
        if line is None:
            return {"key": row.key}
        return {"key": row.key, **{name: getattr(line, name) for name in ("quantity", *self.columns)}}

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        lots = [{"label": _("Lot"), "kind": "code"}] if self.with_lots else []
        return [
            {"label": _("Item"), "kind": "text"},
            *lots,
            {"label": self.moved_label, "kind": "quantity"},
            {"label": self.left_label, "kind": "text", "css": "num"},
        ]

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        row = self.rows.get(str(form["key"].value() or ""))
        lot = [row.lot if row else ""] if self.with_lots else []
        left = f"{plain(row.left)} {row.line.item.unit}" if row else ""
        form.given_item = row.line.item if row else None
        form.facts = [row.line.item if row else "", *lot, row.moved if row else "", left]
        return form

    # ---- checking ----

    @property
    def filled(self) -> list[Any]:
        """The forms that say something, in order."""
        numbers = [name for name in ("quantity", "short_quantity") if name in self.form.base_fields]  # type: ignore[attr-defined]
        return [form for form in self.forms if any(form.cleaned_data.get(name) for name in numbers)]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        if self.is_bound:
            filled = self.filled
            return filled[position - 1] if 0 < position <= len(filled) else None
        keys = {line.position: key for key, line in self.kept.items()}
        return next((form for form in self.forms if form["key"].value() == keys.get(position)), None)

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.filled:
            raise forms.ValidationError(_("Enter a quantity on at least one line."))
        keys = [form.cleaned_data["key"] for form in self.filled]
        for form in self.filled:
            if form.cleaned_data["key"] not in self.rows or keys.count(form.cleaned_data["key"]) > 1:
                earlier = getattr(self.document, self.follows.source)
                form.add_error("quantity", _("This line is not on %(document)s.") % {"document": earlier})

    # ---- writing ----

    def write(self, document: Any) -> None:
        """Make the document's lines anew from the form, in stock units; two statements."""
        model = document.lines.model
        lines = []
        for position, form in enumerate(self.filled, start=1):
            data, row = form.cleaned_data, self.rows[form.cleaned_data["key"]]
            columns = {name: ZERO if data[name] is None else data[name] for name in self.columns}
            columns |= {"lot": row.lot} if row.lot else {}
            item = row.line.item
            line = model(document=document, position=position, item=item, unit=item.unit, **columns)
            line.quantity = data["quantity"] or ZERO
            setattr(line, self.follows.line, row.line)
            line.compute()
            lines.append(line)
        document.lines.all().delete()
        model.objects.bulk_create(lines)


def _lines_of(form: type[FollowingLineForm], **attributes: Any) -> Any:
    made = formset_factory(form, formset=FollowingFormSet, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES)
    return type(f"{form.__name__}Set", (made,), attributes)


StockReturnLines = _lines_of(
    StockReturnLineForm,
    follows=following.STOCK_RETURN,
    columns=("intact",),
    moved_label=gettext_lazy("Issued"),
    left_label=gettext_lazy("Can come back"),
)
SupplierReturnLines = _lines_of(
    FollowingLineForm,
    follows=following.SUPPLIER_RETURN,
    moved_label=gettext_lazy("Received"),
    left_label=gettext_lazy("Can go back"),
)
ArrivalLines = _lines_of(
    ArrivalLineForm,
    follows=following.TRANSFER_ARRIVAL,
    by_lot=False,
    columns=("short_quantity",),
    moved_label=gettext_lazy("Sent"),
    left_label=gettext_lazy("On its way"),
)
