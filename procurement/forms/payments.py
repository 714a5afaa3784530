"""The form of a payment request, and the one by which the accountant says that it was paid."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.forms import DayField, HeadForm, say_what_is_asked
from core.templatetags.display import money
from procurement.models import Acceptance, PaymentRequest, SupplierInvoice


class _Papers(forms.ModelMultipleChoiceField):
    """Papers of the order, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, paper: Any) -> str:
        amount = paper.total if isinstance(paper, SupplierInvoice) else paper.total_amount
        number = f" {paper.invoice_number}" if isinstance(paper, SupplierInvoice) else ""
        words = {"paper": f"{paper}{number}", "day": paper.business_date, "amount": money(amount)}
        return _("%(paper)s, %(day)s, %(amount)s yuan") % words


class PaymentForm(HeadForm):
    """Offers the approved acceptances and the checked invoices of the order."""

    acceptances = _Papers(label=gettext_lazy("Acceptances"), queryset=Acceptance.objects.none(), required=False)
    invoices = _Papers(label=gettext_lazy("Invoices"), queryset=SupplierInvoice.objects.none(), required=False)
    due_on = DayField(
        label=gettext_lazy("Payment due on"),
        required=False,
        help_text=gettext_lazy("Empty: the usual time after the acceptance."),
    )

    class Meta:
        model = PaymentRequest
        fields = ("kind", "amount", "method", "due_on", "acceptances", "invoices", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = self.instance.order
        offered: Any = self.fields
        offered["acceptances"].queryset = (
            order.acceptances.filter(status=Status.APPROVED).prefetch_related("lines").order_by("pk")
        )
        offered["invoices"].queryset = order.invoices.filter(status=Status.APPROVED).order_by("pk")
        offered["kind"].choices = [
            choice for choice in PaymentRequest.Kind.choices if self._fits(order, choice[0]) or choice[0] == self._kept
        ]

    @property
    def _kept(self) -> str:
        return self.instance.kind if self.instance.pk else ""

    @staticmethod
    def _fits(order: Any, kind: str) -> bool:
        Kind = PaymentRequest.Kind
        if kind == Kind.ADVANCE:
            return bool(order.prepayment_percent)
        return bool(order.retention_percent) if kind == Kind.RETENTION else True

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError(_("Enter an amount greater than zero."))
        return amount

    def save_related(self, document: Any) -> None:
        document.acceptances.set(self.cleaned_data["acceptances"])
        document.invoices.set(self.cleaned_data["invoices"])


class PaidForm(forms.Form):
    """What the accountant enters when he has paid."""

    voucher_number = forms.CharField(
        label=gettext_lazy("Voucher number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    paid_on = DayField(label=gettext_lazy("Paid on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)
        self.fields["paid_on"].initial = clock.today()

    def clean_paid_on(self) -> Any:
        day = self.cleaned_data["paid_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day of payment is in the future."))
        return day
