"""The form of a purchase request."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DayField, HeadForm, refuse_past
from core.line_forms import KeyField, lines_of
from core.widgets import PickerInput
from directory.models import Department, Supplier
from inventory import selectors
from inventory.models import Warehouse
from procurement import plan_selectors
from procurement.models import BudgetAllotment, PurchaseRequest

from .lines import MORE, WantedLineForm, WantedLineSet, reference, words_field


class PurchaseRequestForm(HeadForm):
    """The department is the person's own; who heads several may choose among them."""

    needed_by = DayField(label=gettext_lazy("Needed by"), required=False)
    allotment = forms.ModelChoiceField(
        label=gettext_lazy("Budget allotment"),
        queryset=BudgetAllotment.objects.none(),
        required=False,
        widget=PickerInput("allotment_search", attrs={"placeholder": gettext_lazy("Department, class or project")}),
        error_messages={"invalid_choice": gettext_lazy("You cannot charge this allotment; choose one from the list.")},
        help_text=gettext_lazy("For all lines that name none of their own."),
    )

    class Meta:
        model = PurchaseRequest
        fields = (
            *("purpose", "department", "needed_by", "allotment", "outside_reason", "urgent", "urgent_reason"),
            "note",
        )
        help_texts = {
            "outside_reason": gettext_lazy("For lines that come from no approved plan."),
            "urgent": gettext_lazy("The last level signs alone; the papers follow, and nothing is paid before."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = selectors.own_departments(self.actor)
        if len(departments) < 2:
            del self.fields["department"]
        else:
            field: Any = self.fields["department"]
            field.queryset, field.empty_label = departments, None
        allotment: Any = self.fields["allotment"]
        allotment.queryset = allotments_of(self.actor)

    def clean_needed_by(self) -> Any:
        return refuse_past(self.cleaned_data["needed_by"], self.instance.needed_by)


def allotments_of(actor: Any) -> QuerySet:
    """Allotments of any year that this person may charge; the year is checked when the request is submitted."""
    rows = BudgetAllotment.objects.visible_to(actor).filter(organization=actor.organization_id)
    return rows.select_related("department", "economic_class", "project")


class PurchaseRequestLineForm(WantedLineForm):
    plan_line = reference(gettext_lazy("Plan line"), "plan_line_search")
    allotment = reference(gettext_lazy("Budget allotment"), "allotment_search")
    department = reference(gettext_lazy("For department"), "department_search")
    warehouse = KeyField(label=gettext_lazy("Warehouse"), required=False, widget=forms.Select(attrs=MORE))
    supplier = reference(gettext_lazy("Suggested supplier"), "supplier_search")
    price_reason = words_field(gettext_lazy("Why this price"))
    stock_reason = words_field(gettext_lazy("Why no asset card"))
    idle_reason = words_field(gettext_lazy("Why no idle thing will do"))


class PurchaseRequestLineSet(WantedLineSet):
    """Lines of a request; who is not named pays and receives as the head says."""

    columns = ("price_reason", "stock_reason", "idle_reason")
    references = {
        "plan_line": lambda formset: formset.plan_lines(),
        "allotment": lambda formset: allotments_of(formset.actor),
        "department": lambda formset: formset.departments(),
        "warehouse": lambda formset: Warehouse.objects.filter(pk__in=[key for key, _name in formset.warehouses]),
        "supplier": lambda formset: Supplier.objects.visible_to(formset.actor).filter(active=True),
    }

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = super()._initial(source)
        # What a copy has to choose anew.
        once = ("plan_line", "allotment", "price_reason", "stock_reason", "idle_reason")
        return [{**row, **dict.fromkeys(once, "")} for row in rows] if source else rows

    def plan_lines(self) -> QuerySet:
        return plan_selectors.requestable_lines(self.actor)

    def departments(self) -> QuerySet:
        rows = Department.objects.visible_to(self.actor)
        return rows.filter(active=True, organization_id=self.actor.organization_id)

    @cached_property
    def warehouses(self) -> list[tuple[int, str]]:
        rows = Warehouse.objects.filter(organization_id=self.actor.organization_id, active=True)
        return [(row.pk, str(row)) for row in rows]

    def prepare(self, form: Any) -> None:
        super().prepare(form)
        form.fields["warehouse"].widget.choices = [("", _("where it is kept")), *self.warehouses]


PurchaseRequestLines = lines_of(PurchaseRequestLineForm, base=PurchaseRequestLineSet)
