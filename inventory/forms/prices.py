"""Prices of an invoice: one line for each line of the receipt, at the unit it was received in."""

from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ExactDecimalField
from core.numbers import money, price
from inventory.models import GoodsReceipt, PriceDifference, PriceDifferenceLine
from inventory.services.prices import quantity_of

from .following import MAX_LINES
from .heads import DatedForm


class PriceDifferenceForm(DatedForm):
    class Meta:
        model = PriceDifference
        fields = ("invoice_number", "business_date", "note")


class PriceLineForm(forms.Form):
    aliases = {"new_price": "price"}
    key = forms.IntegerField(widget=forms.HiddenInput)
    price = ExactDecimalField(label=gettext_lazy("Price on the invoice"), decimal_places=6, min_value=0, required=False)


class PriceLineSet(forms.BaseFormSet):
    """The lines of the receipt with their price filled in; an estimate keeps every line, others those that differ."""

    can_add = False
    show_amount = False
    warn_stock = False
    context_fields = ""
    fact_columns = (
        {"label": gettext_lazy("Item"), "kind": "text"},
        {"label": gettext_lazy("Quantity"), "kind": "quantity"},
        {"label": gettext_lazy("Unit"), "kind": "text"},
        {"label": gettext_lazy("Price so far"), "kind": "price"},
        {"label": gettext_lazy("Amount so far"), "kind": "money"},
    )

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None) -> None:
        self.document = document
        rows = document.receipt.lines.select_related("item__unit", "unit")
        self.rows = {row.pk: row for row in rows if quantity_of(row)}
        kept = {line.receipt_line_id: line for line in document.lines.all()} if document.pk else {}
        initial = [{"key": key, "price": self._price(row, kept.get(key))} for key, row in self.rows.items()]
        super().__init__(data, prefix=prefix, initial=initial)

    def _price(self, row: Any, line: PriceDifferenceLine | None) -> Any:
        """Yuan per unit of the receipt."""
        return row.unit_price if line is None else price(line.new_price * row.factor)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        key = str(form["key"].value() or "")
        row = self.rows.get(int(key)) if key.isascii() and key.isdecimal() else None
        blank = [""] * len(self.fact_columns)
        form.facts = [row.item, quantity_of(row) / row.factor, row.unit, row.unit_price, row.amount] if row else blank
        return form

    @property
    def filled(self) -> list[Any]:
        """The forms that name a price to be booked, in order."""
        whole = self.document.receipt.kind == GoodsReceipt.Kind.ESTIMATE
        found = []
        for form in self.forms:
            row, value = self.rows.get(form.cleaned_data.get("key")), form.cleaned_data.get("price")
            if row is not None and value is not None and (whole or value != row.unit_price):
                found.append(form)
        return found

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        if not self.is_bound:
            return self.forms[position - 1] if 0 < position <= len(self.forms) else None
        filled = self.filled
        return filled[position - 1] if 0 < position <= len(filled) else None

    def clean(self) -> None:
        if any(self.errors):
            return
        keys = [form.cleaned_data["key"] for form in self.forms]
        if set(keys) - set(self.rows) or len(set(keys)) != len(keys):
            raise forms.ValidationError(_("This line is not on %(document)s.") % {"document": self.document.receipt})
        if not self.filled:
            raise forms.ValidationError(_("The prices are those of the receipt; there is nothing to correct."))

    def write(self, document: Any) -> None:
        """Make the document's lines anew; what is invoiced is quantity x price in the unit of the receipt, exactly."""
        lines = []
        for position, form in enumerate(self.filled, start=1):
            row = self.rows[form.cleaned_data["key"]]
            invoiced = money(quantity_of(row) / row.factor * form.cleaned_data["price"])
            lines.append(
                PriceDifferenceLine(
                    document=document,
                    position=position,
                    receipt_line=row,
                    item=row.item,
                    quantity=quantity_of(row),
                    new_price=price(form.cleaned_data["price"] / row.factor),
                    invoiced=invoiced,
                    amount=invoiced - row.amount,
                )
            )
        document.lines.all().delete()
        PriceDifferenceLine.objects.bulk_create(lines)


PriceLines: Any = formset_factory(
    PriceLineForm, formset=PriceLineSet, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES
)
