"""The form of a budget decision: a head, and a line for every purpose."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DatedForm, ExactDecimalField
from core.line_forms import KeyField, LineForm, LineFormSet, lines_of
from core.widgets import PickerInput
from directory.models import Department
from procurement.models import BudgetDecision, EconomicClass, FundSource, Project


class BudgetDecisionForm(DatedForm):
    class Meta:
        model = BudgetDecision
        fields = ("kind", "year", "basis", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and not self.initial.get("year"):
            self.initial["year"] = clock.today().year


class DecisionLineForm(LineForm):
    standing = ("fund_source",)
    department = KeyField(
        label=gettext_lazy("Department"),
        widget=PickerInput("department_search", attrs={"placeholder": gettext_lazy("Code, name or initials")}),
        error_messages={"required": gettext_lazy("Choose a department from the list.")},
    )
    economic_class = forms.TypedChoiceField(label=gettext_lazy("Economic class"), coerce=int)
    project = forms.TypedChoiceField(label=gettext_lazy("Project"), coerce=int, required=False, empty_value=None)
    fund_source = forms.ChoiceField(
        label=gettext_lazy("Fund source"), choices=FundSource.choices, initial=FundSource.FISCAL
    )
    amount = ExactDecimalField(label=gettext_lazy("Amount (yuan)"), decimal_places=2)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False, widget=forms.TextInput(attrs={"data-skip": True})
    )

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError(_("Enter an amount other than zero."))
        return amount


class DecisionLineSet(LineFormSet):
    """Departments, projects and classes are read once, whatever the number of lines."""

    columns = ("economic_class", "project", "fund_source", "amount", "note")
    related = ("department", "project", "economic_class")
    can_scan = False
    min_lines = 0  # the lines of a draft may come from Excel

    def row_of(self, line: Any) -> dict[str, Any]:
        return {"department": line.department_id, **super().row_of(line)}

    def column_of(self, name: str) -> str:
        return {"economic_class": "economic_class_id", "project": "project_id"}.get(name, name)

    def complete(self, line: Any) -> None:
        """Nothing follows from the values of a line."""

    def words_of(self, line: Any) -> list[str]:
        parts = (line.department, line.economic_class, line.project, line.get_fund_source_display(), line.amount)
        return [str(part) for part in parts if part]

    @cached_property
    def offered(self) -> dict[str, list[tuple[Any, str]]]:
        """The choices of the select boxes: what is in use, and what this draft names already."""
        house = self.actor.organization_id
        named = self.document.lines if self.document.pk else BudgetDecision.lines.rel.related_model.objects.none()  # type: ignore[attr-defined]
        classes = EconomicClass.objects.filter(active=True) | EconomicClass.objects.filter(
            pk__in=named.values("economic_class")
        )
        projects = Project.objects.filter(organization_id=house, active=True) | Project.objects.filter(
            pk__in=named.values("project")
        )
        return {
            "economic_class": [("", _("Please choose")), *((row.pk, str(row)) for row in classes)],
            "project": [("", _("basic spending")), *((row.pk, str(row)) for row in projects)],
        }

    def prepare(self, form: Any) -> None:
        for name, choices in self.offered.items():
            form.fields[name].choices = choices

    def check_rows(self, rows: list[Any]) -> None:
        keys = {form.cleaned_data.get("department") for form in rows}
        visible = Department.objects.visible_to(self.actor).filter(organization_id=self.actor.organization_id)
        known = visible.in_bulk([key for key in keys if key])
        for form in rows:
            key = form.cleaned_data.get("department")
            if key and key not in known:
                form.add_error("department", _("This department does not exist; choose one from the list."))

    def values_of(self, form: Any) -> dict[str, Any]:
        return {"department_id": form.cleaned_data["department"], **super().values_of(form)}


DecisionLines = lines_of(DecisionLineForm, base=DecisionLineSet)
