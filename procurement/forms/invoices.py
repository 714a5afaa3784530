"""The form of an invoice: its head, and one line for every line of the order, filled in with what is to be billed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, ExactDecimalField, HeadForm
from core.numbers import ZERO, plain
from procurement.models import SupplierInvoice
from procurement.models.payments import normalized_number
from procurement.services.invoices import refuse_second
from procurement.services.matching import matches_of

from .given import GivenLineForm, GivenLineSet, given_lines, goods_words


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


class InvoiceLineForm(GivenLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Billed"), decimal_places=4, min_value=0, required=False)
    unit_price = ExactDecimalField(label=gettext_lazy("Price with tax"), decimal_places=6, min_value=0, required=False)


class InvoiceLineSet(GivenLineSet):
    """Every line of the order with what is accepted and not billed."""

    show_amount = True
    columns = ("quantity", "unit_price")

    def rows_of(self) -> Any:
        matches = matches_of(self.document, list(self.kept.values()))
        self.matches = {match.order_line.pk: match for match in matches}
        return [match.order_line for match in matches]

    def initial_of(self, row: Any, line: Any) -> dict[str, Any]:
        if line:
            return super().initial_of(row, line)
        match = self.matches[row.pk]
        bills = not self.document.pk and match.open > 0
        return {"quantity": match.open if bills else None, "unit_price": row.unit_price}

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Ordered"), "kind": "quantity"},
            {"label": _("Accepted"), "kind": "quantity"},
            {"label": _("Billed before"), "kind": "quantity"},
            {"label": _("Unit"), "kind": "text"},
            {"label": _("Price of the order"), "kind": "price"},
        ]

    def facts_of(self, row: Any) -> list[Any]:
        before = self.matches[row.pk].before
        return [goods_words(row), row.quantity, row.accepted_quantity, before, row.unit, row.unit_price]

    def clean(self) -> None:
        super().clean()
        for form in [] if any(self.errors) else self.filled:
            if form.cleaned_data.get("unit_price") is None:
                form.add_error("unit_price", _("Enter the price."))

    def words_of(self, line: Any) -> str:
        return f"{line.order_line.title} {plain(line.quantity)} × {plain(line.unit_price)}"


InvoiceLines = given_lines(InvoiceLineForm, InvoiceLineSet)
