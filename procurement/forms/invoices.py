"""The form of an invoice: its head, and one line for every line of the order, filled in with what is to be billed."""

from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, ExactDecimalField, HeadForm
from core.numbers import ZERO
from procurement.models import InvoiceLine, SupplierInvoice
from procurement.models.payments import normalized_number
from procurement.services.invoices import refuse_second
from procurement.services.matching import Match, matches_of

MAX_LINES = 600


class InvoiceForm(HeadForm):
    """Numbers may be typed with blanks, dashes and full-width digits; they are kept without."""

    code = forms.CharField(label=gettext_lazy("Invoice code"), max_length=60, required=False)
    invoice_number = forms.CharField(label=gettext_lazy("Invoice number"), max_length=80)
    issued_on = DayField(label=gettext_lazy("Issued on"))

    class Meta:
        model = SupplierInvoice
        fields = (
            "kind",
            "code",
            "invoice_number",
            "issued_on",
            "net",
            "tax",
            "total",
            "difference_reason",
            "note",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax"].required = False
        self.fields["code"].help_text = _("Printed invoices only: 10 or 12 digits.")

    def clean_code(self) -> str:
        return self._normalized("code", 12)

    def clean_invoice_number(self) -> str:
        return self._normalized("invoice_number", 20)

    def _normalized(self, name: str, most: int) -> str:
        number = normalized_number(self.cleaned_data[name])
        if len(number) > most:
            raise forms.ValidationError(
                _("This number has %(count)d places; at most %(most)d are possible.")
                % {"count": len(number), "most": most}
            )
        return number

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The invoice is dated in the future; compare the day again."))
        return day

    def clean_tax(self) -> Any:
        return self.cleaned_data["tax"] or ZERO

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("net", "tax"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("Enter an amount of zero or more; a red invoice is no invoice to be paid."))
        if data.get("total") is not None and data["total"] <= 0:
            self.add_error("total", _("Enter an amount greater than zero."))
        elif not self.errors and data["net"] + data["tax"] != data["total"]:
            self.add_error("total", _("Net and tax do not add up to the total."))
        return data

    def complete(self, document: Any) -> None:
        document.supplier_id = document.order.supplier_id
        refuse_second(document)


class InvoiceLineForm(forms.Form):
    """key: the line of the order."""

    aliases: dict[str, str] = {}
    key = forms.CharField(max_length=20, widget=forms.HiddenInput)
    quantity = ExactDecimalField(label=gettext_lazy("Billed now"), decimal_places=4, min_value=0, required=False)
    unit_price = ExactDecimalField(label=gettext_lazy("Price with tax"), decimal_places=6, min_value=0, required=False)


class InvoiceLineSet(forms.BaseFormSet):
    """Every line of the order with what is accepted and not billed; write() makes the invoice's lines of it."""

    can_add = False
    show_amount = True
    warn_stock = False
    context_fields = ""

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None) -> None:
        self.document = document
        lines = list(document.lines.all()) if document.pk else []
        self.matches = {str(match.order_line.pk): match for match in matches_of(document, lines)}
        super().__init__(data, prefix=prefix, initial=[self._initial(match) for match in self.matches.values()])

    def _initial(self, match: Match) -> dict[str, Any]:
        key = {"key": str(match.order_line.pk)}
        if match.line is not None:
            return {**key, "quantity": match.line.quantity, "unit_price": match.line.unit_price}
        bills = not self.document.pk and match.open > 0
        return {**key, "quantity": match.open if bills else None, "unit_price": match.order_line.unit_price}

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Ordered"), "kind": "quantity"},
            {"label": _("Accepted so far"), "kind": "quantity"},
            {"label": _("Billed before"), "kind": "quantity"},
            {"label": _("Unit"), "kind": "text"},
            {"label": _("Price of the order"), "kind": "price"},
        ]

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        match = self.matches.get(str(form["key"].value() or ""))
        form.match = match
        form.facts = [""] * len(self.fact_columns)
        if match is not None:
            line = match.order_line
            words = " ".join(part for part in (line.title, line.described) if part)
            form.facts = [words, line.quantity, line.accepted_quantity, match.before, line.unit, line.unit_price]
        return form

    @property
    def filled(self) -> list[Any]:
        """The forms that bill something, in order."""
        return [form for form in self.forms if form.cleaned_data.get("quantity")]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        if self.is_bound:
            filled = self.filled
            return filled[position - 1] if 0 < position <= len(filled) else None
        kept = {match.line.position: key for key, match in self.matches.items() if match.line}
        return next((form for form in self.forms if form["key"].value() == kept.get(position)), None)

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.filled:
            raise forms.ValidationError(_("Enter a quantity on at least one line."))
        keys = [form.cleaned_data["key"] for form in self.filled]
        for form in self.filled:
            if form.match is None or keys.count(form.cleaned_data["key"]) > 1:
                form.add_error("quantity", _("This line is not on the order."))
            elif form.cleaned_data.get("unit_price") is None:
                form.add_error("unit_price", _("Enter the price."))

    def described(self, document: Any) -> list[str]:
        """The lines in words, for whoever finds that somebody else changed them."""
        rows = document.lines.select_related("order_line__item").order_by("position")
        return [f"{row.order_line.title} {row.quantity.normalize():f} × {row.unit_price.normalize():f}" for row in rows]

    def write(self, document: Any) -> None:
        """Make the invoice's lines anew from the form; two statements."""
        lines = []
        for position, form in enumerate(self.filled, start=1):
            data = form.cleaned_data
            line = InvoiceLine(
                document=document,
                position=position,
                order_line=form.match.order_line,
                quantity=data["quantity"],
                unit_price=data["unit_price"],
            )
            line.compute()
            lines.append(line)
        document.lines.all().delete()
        InvoiceLine.objects.bulk_create(lines)


InvoiceLines: Any = formset_factory(
    InvoiceLineForm, formset=InvoiceLineSet, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES
)
