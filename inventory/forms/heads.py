"""The heads of the stock documents. Every choice is one the person may make; the rest follows from who he is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DatedForm, DayField, HeadForm, refuse_past
from core.widgets import PickerInput
from directory.models import Department, Supplier, User
from inventory import selectors
from inventory.models import GoodsIssue, GoodsReceipt, OpeningStock, Requisition, StockTransfer, Warehouse

FIRST = "-pk"


class RequisitionForm(HeadForm):
    """The department is the person's own; who heads several may choose among them."""

    needed_by = DayField(label=gettext_lazy("Needed by"), required=False)

    class Meta:
        model = Requisition
        fields = ("purpose", "warehouse", "department", "needed_by", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = list(selectors.own_departments(self.actor))
        if len(departments) < 2 or self.instance.pk:
            del self.fields["department"]
        else:
            field: Any = self.fields["department"]
            field.queryset, field.empty_label = selectors.own_departments(self.actor), None
        self._offer_warehouses()

    def _offer_warehouses(self) -> None:
        field: Any = self.fields["warehouse"]
        field.queryset = selectors.requestable_warehouses(self.actor)
        choices = list(field.queryset)
        field.empty_label = None
        if not self.instance.pk and not self.initial.get("warehouse"):
            last = Requisition.objects.filter(created_by=self.actor).order_by(FIRST).first()
            known = {warehouse.pk for warehouse in choices}
            self.initial["warehouse"] = last.warehouse_id if last and last.warehouse_id in known else None
            self.initial["warehouse"] = self.initial["warehouse"] or (choices[0].pk if choices else None)
        if len(choices) == 1:
            field.widget = forms.HiddenInput()

    def clean_needed_by(self) -> Any:
        return refuse_past(self.cleaned_data["needed_by"], self.instance.needed_by)


class StockForm(DatedForm):
    """A paper of a warehouse that the person keeps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["warehouse"]
        field.queryset = selectors.kept_warehouses(self.actor)
        choices = list(field.queryset)
        field.empty_label = None
        if choices and not self.initial.get("warehouse"):
            self.initial["warehouse"] = choices[0].pk

    def complete(self, document: Any) -> None:
        """The paper belongs to the department that runs the warehouse."""
        document.department = document.warehouse.department


class IssueForm(StockForm):
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        widget=PickerInput("department_search"),
        error_messages={"required": gettext_lazy("Choose the department that receives the goods.")},
    )

    class Meta:
        model = GoodsIssue
        fields = ("department", "warehouse", "received_by", "purpose", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.visible_to(self.actor).filter(
            active=True, organization_id=self.actor.organization_id
        )
        if not self.instance.pk:
            # The maker's own department stands on a new paper; the receiver's has to be chosen.
            self.initial.pop("department", None)

    def complete(self, document: Any) -> None:
        """The department is the one that receives the goods, as chosen."""


class ReceiptForm(StockForm):
    """Purchased goods are accepted by two or three people other than the maker."""

    acceptor_fields = ("acceptor_1", "acceptor_2", "acceptor_3")
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"),
        queryset=Supplier.objects.none(),
        required=False,
        widget=PickerInput("supplier_search"),
    )

    class Meta:
        model = GoodsReceipt
        fields = ("kind", "supplier", "warehouse", "invoice_number", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["supplier"]
        field.queryset = Supplier.objects.visible_to(self.actor).filter(active=True)
        people = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)
        known = list(self.instance.accepted_by.order_by("pk")) if self.instance.pk else []
        for place, name in enumerate(self.acceptor_fields, start=1):
            self.fields[name] = forms.ModelChoiceField(
                label=_("Accepted by (%(place)d)") % {"place": place},
                queryset=people.exclude(pk=self.actor.pk),
                required=False,
                widget=PickerInput("person_search"),
            )
            if len(known) >= place:
                self.initial[name] = known[place - 1].pk
        self.order_fields(("kind", "supplier", "invoice_number", "warehouse", "business_date", *self.acceptor_fields))

    def save_related(self, document: Any) -> None:
        chosen = [self.cleaned_data.get(name) for name in self.acceptor_fields]
        document.accepted_by.set({person for person in chosen if person is not None})


class OpeningForm(StockForm):
    class Meta:
        model = OpeningStock
        fields = ("warehouse", "business_date", "note")


class TransferForm(StockForm):
    class Meta:
        model = StockTransfer
        labels = {"warehouse": gettext_lazy("Sending warehouse")}
        fields = ("warehouse", "to_warehouse", "purpose", "carrier", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to_warehouse"]
        field.queryset = Warehouse.objects.filter(active=True, organization_id=self.actor.organization_id)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("warehouse") and data.get("warehouse") == data.get("to_warehouse"):
            self.add_error("to_warehouse", _("Choose another warehouse than the one that sends."))
        return data
