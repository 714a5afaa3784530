"""The form of a procurement plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, HeadForm
from core.line_forms import KeyField, lines_of
from core.widgets import DayInput, PickerInput
from inventory import selectors
from procurement.models import ProcurementPlan

from .lines import MORE, WantedLineForm, WantedLineSet, reference, words_field
from .requests import allotments_of

PLANNING_BEGINS = 9
"""The month from which a new plan is one for the next year."""


class PlanForm(HeadForm):
    """The department is the person's own; who heads several may choose among them."""

    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, empty_value=None, required=False)

    class Meta:
        model = ProcurementPlan
        fields = ("year", "month", "department", "title", "note")
        help_texts = {"note": gettext_lazy("A second plan for the same time says here what it adds.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month: Any = self.fields["month"]
        month.choices = [("", _("the whole year")), *((number, str(number)) for number in range(1, 13))]
        departments = selectors.own_departments(self.actor)
        if len(departments) < 2:
            del self.fields["department"]
        else:
            field: Any = self.fields["department"]
            field.queryset, field.empty_label = departments, None
        if not self.instance.pk and not self.initial.get("year"):
            today = clock.today()
            self.initial["year"] = today.year + (today.month >= PLANNING_BEGINS)


class PlanLineForm(WantedLineForm):
    item = KeyField(
        label=gettext_lazy("Item or name"),
        required=False,
        widget=PickerInput(
            "plan_item_search", free=True, attrs={"placeholder": gettext_lazy("Code, name or initials; or write it")}
        ),
    )
    needed_by = DayField(label=gettext_lazy("Needed by"), required=False, widget=DayInput(attrs=MORE))
    allotment = reference(gettext_lazy("Budget allotment"), "allotment_search")
    reason = words_field(gettext_lazy("Reason"))


class PlanLineSet(WantedLineSet):
    """What a department used a year before, and the last price, stand below the item (views/plan_pickers.py)."""

    columns = ("needed_by", "reason")
    references = {"allotment": lambda formset: allotments_of(formset.actor)}
    context_fields = "year month department"
    min_lines = 0  # the lines of a draft may come from Excel

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = super()._initial(source)
        return [{**row, "needed_by": None, "allotment": ""} for row in rows] if source else rows


PlanLines = lines_of(PlanLineForm, base=PlanLineSet)
