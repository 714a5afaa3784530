"""The form of a contractor's job with its offers, and the one by which the finished work is accepted."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, line_forms
from core.forms import DatedForm, DayField, ExactDecimalField, say_what_is_asked
from core.line_forms import KeyField
from core.widgets import PickerInput
from directory.models import Supplier
from maintenance.models import OPEN, ContractorJob, WorkOrder

DISPATCH = "maintenance.dispatch_workorder"
LONGEST_WARRANTY = 120


def firms(user: Any) -> QuerySet[Supplier]:
    """The firms in use, for whoever gives work out; their accounts and papers stay with those who keep suppliers."""
    rows = Supplier.objects.filter(active=True)
    return rows if user.has_perm("maintenance.add_contractorjob") else rows.none()


def orders_to_give(user: Any) -> QuerySet[WorkOrder]:
    """Open orders that this person dispatches, and those whose accepted work was reversed."""
    reached = WorkOrder.objects.within(user, DISPATCH)
    rows = reached.filter(state__in=OPEN) | reached.filter(pk__in=_reversed_orders())
    return rows.select_related("place", "asset").order_by("-reported_at", "-pk")


def _reversed_orders() -> QuerySet:
    return ContractorJob.objects.filter(status="reversed").values("order")


class ContractorJobForm(DatedForm):
    order = forms.ModelChoiceField(
        label=gettext_lazy("Work order"),
        queryset=WorkOrder.objects.none(),
        widget=PickerInput(
            "orders_to_give", attrs={"placeholder": gettext_lazy("Number, what it is about, place or thing")}
        ),
    )
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Contractor"), queryset=Supplier.objects.none(), widget=PickerInput("firm_search")
    )
    amount = ExactDecimalField(label=gettext_lazy("Agreed amount (yuan)"), decimal_places=2, min_value=0)
    warranty_months = forms.IntegerField(
        label=gettext_lazy("Warranty (months)"), min_value=0, max_value=LONGEST_WARRANTY, required=False
    )

    class Meta:
        model = ContractorJob
        fields = (
            *("order", "supplier", "scope", "amount", "contract_number", "business_date", "warranty_months"),
            *("choice_reason", "warranty_reason", "note"),
        )
        widgets = {"scope": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "choice_reason": gettext_lazy("Asked for when another firm offered less."),
            "warranty_reason": gettext_lazy("Asked for when the thing or the earlier work is still under warranty."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orders: Any = self.fields["order"]
        orders.queryset = orders_to_give(self.actor)
        if self.instance.order_id:
            # The order of a draft stays, also when its reader dispatches it no more.
            orders.queryset |= WorkOrder.objects.filter(pk=self.instance.order_id).select_related("place", "asset")
        suppliers: Any = self.fields["supplier"]
        suppliers.queryset = firms(self.actor)

    def clean_warranty_months(self) -> int:
        return self.cleaned_data["warranty_months"] or 0

    def complete(self, document: Any) -> None:
        """The department that bears the cost of the order bears it here too."""
        document.department = document.order.department or document.department


class OfferForm(line_forms.LineForm):
    supplier = KeyField(
        label=gettext_lazy("Firm"),
        widget=PickerInput("firm_search"),
        error_messages={"required": gettext_lazy("Choose a firm from the list.")},
    )
    amount = ExactDecimalField(label=gettext_lazy("Offer (yuan)"), decimal_places=2, min_value=0)
    offered_on = DayField(label=gettext_lazy("Date of the offer"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class OfferSet(line_forms.LineFormSet):
    """Firms are looked up for all offers at once; the same firm twice is refused."""

    related = ("supplier",)
    columns = ("amount", "offered_on", "note")
    can_scan = False

    def row_of(self, line: Any) -> dict[str, Any]:
        return {"supplier": line.supplier_id, **super().row_of(line)}

    def check_rows(self, rows: list[Any]) -> None:
        keys = {key for form in rows if (key := form.cleaned_data.get("supplier"))}
        found = firms(self.actor).in_bulk(keys) if keys else {}
        seen: set[int] = set()
        for form in rows:
            key = form.cleaned_data.get("supplier")
            form.values = {}
            if not key:
                continue
            if key not in found:
                form.add_error("supplier", _("This firm is not among those in use; choose one from the list."))
            elif key in seen:
                form.add_error("supplier", _("%(firm)s made an offer already.") % {"firm": found[key]})
            else:
                form.values["supplier"] = found[key]
            seen.add(key)

    def values_of(self, form: Any) -> dict[str, Any]:
        return {**form.values, **super().values_of(form)}

    def complete(self, line: Any) -> None:
        """An offer stands for itself: nothing is worked out."""


OfferLines = line_forms.lines_of(OfferForm, base=OfferSet)


class AcceptanceForm(forms.Form):
    """The finished work, taken over by somebody who neither gave it out nor approved it."""

    final_amount = ExactDecimalField(label=gettext_lazy("Final amount (yuan)"), decimal_places=2, min_value=0)
    invoice_number = forms.CharField(
        label=gettext_lazy("Invoice number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    accepted_on = DayField(label=gettext_lazy("Accepted on"))

    def __init__(self, *args: Any, job: ContractorJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)
        self.fields["final_amount"].initial = job.amount
        self.fields["accepted_on"].initial = clock.today()
