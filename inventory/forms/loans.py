"""Lending tools and taking them back."""

from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.forms import DayField, ExactDecimalField
from core.numbers import ZERO
from core.widgets import PickerInput
from directory.models import User
from inventory.models import LoanReturn, ToolLoan
from inventory.services import loans

from .following import MAX_LINES, FollowingFormSet, FollowingLineForm
from .heads import DatedForm, StockForm
from .lines import LineForm, LineFormSet, lines_of


class ToolLoanForm(StockForm):
    """The department follows from the borrower."""

    borrower = forms.ModelChoiceField(
        label=gettext_lazy("Borrower"),
        queryset=User.objects.none(),
        widget=PickerInput("anyone_search"),
        error_messages={"required": gettext_lazy("Choose the person who borrows.")},
    )
    due_on = DayField(label=gettext_lazy("To be returned by"))

    class Meta:
        model = ToolLoan
        fields = ("borrower", "purpose", "due_on", "warehouse", "business_date", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["borrower"]
        people.queryset = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)

    def complete(self, document: Any) -> None:
        if document.borrower.department is None:
            raise DomainError(
                _("%(person)s belongs to no department.") % {"person": document.borrower}, field="borrower"
            )
        document.department = document.borrower.department


class LoanLineForm(LineForm):
    serial = forms.CharField(label=gettext_lazy("Number on the tool"), max_length=40, required=False)


class LoanLineSet(LineFormSet):
    """Only items that are lent."""

    def _take_item(self, form: Any, item: Any) -> None:
        super()._take_item(form, item)
        if item is not None and not item.loanable:
            form.add_error("item", _("%(item)s is not lent as a tool; issue it instead.") % {"item": item})


def _loan_lines() -> Any:
    made = lines_of(LoanLineForm, columns=("serial",), warn_stock=True)
    return type(made.__name__, (LoanLineSet, made), {})


LoanLines = _loan_lines()


class LoanReturnForm(DatedForm):
    compensation = ExactDecimalField(
        label=gettext_lazy("Compensation (yuan)"), decimal_places=2, min_value=0, required=False, initial=ZERO
    )

    class Meta:
        model = LoanReturn
        fields = ("explanation", "compensation", "business_date", "note")

    def clean_compensation(self) -> Any:
        return self.cleaned_data["compensation"] or ZERO


class LoanReturnLineForm(FollowingLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Came back"), decimal_places=4, min_value=0, required=False)
    intact = forms.BooleanField(label=gettext_lazy("Intact"), required=False, initial=True)
    lost_quantity = ExactDecimalField(label=gettext_lazy("Lost"), decimal_places=4, min_value=0, required=False)


class LoanReturnLineSet(FollowingFormSet):
    """What is still out, filled in whole and intact."""

    follows = loans.FOLLOWING
    columns = ("intact", "lost_quantity")
    by_lot = False
    moved_label = gettext_lazy("Lent")
    left_label = gettext_lazy("Still out")

    def _initial(self, row: Any) -> dict[str, Any]:
        return {"intact": True, **super()._initial(row)}

    @property
    def filled(self) -> list[Any]:
        """The forms that say something came back or is lost, in order."""
        return [f for f in self.forms if f.cleaned_data.get("quantity") or f.cleaned_data.get("lost_quantity")]  # type: ignore[attr-defined]


LoanReturnLines: Any = formset_factory(
    LoanReturnLineForm, formset=LoanReturnLineSet, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES
)
