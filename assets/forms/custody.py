"""The form of a hand-over, by its kind, and the one by which everything of a person goes to a colleague."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState, CustodyChange
from core import clock
from core.forms import DayField, HeadForm, refuse_past
from core.line_forms import KeyField
from core.widgets import PickerInput
from directory.models import Department, Place, User

from .lines import AssetLineForm, AssetLineSet, asset_lines

Kind = CustodyChange.Kind
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.ISSUE: ("to_user", "to_department", "to_custodian", "to_place", "reason", "note"),
    Kind.RETURN: ("to_department", "returned_as", "to_custodian", "to_place", "reason", "note"),
    Kind.TRANSFER: ("to_department", "to_user", "to_custodian", "to_place", "reason", "note"),
    Kind.USER: ("to_user", "to_custodian", "to_place", "reason", "note"),
    Kind.LOAN: ("to_department", "to_user", "borrower", "due_on", "to_place", "reason", "note"),
    Kind.LOAN_RETURN: ("to_place", "reason", "note"),
}
"""What is asked for, by kind."""
REQUIRED = {
    Kind.ISSUE: ("to_user",),
    Kind.TRANSFER: ("to_department",),
    Kind.LOAN: ("due_on",),
}


def people_of(user: Any) -> QuerySet:
    """Who may be named in a hand-over: everybody who works in the house today."""
    people = User.objects.filter(organization_id=user.organization_id, is_active=True)
    return people.exclude(active_until__lte=clock.today())


class CustodyForm(HeadForm):
    """Who gets the things, and where they go. The handing department follows from the things."""

    due_on = DayField(label=gettext_lazy("To be returned by"))

    class Meta:
        model = CustodyChange
        fields = (
            *("to_department", "to_user", "to_custodian", "to_place", "borrower", "due_on", "returned_as"),
            *("reason", "note"),
        )
        help_texts = {
            "to_department": gettext_lazy("Empty: they stay in their department."),
            "to_custodian": gettext_lazy("Empty: as it is; in another department the new user or who confirms there."),
            "to_place": gettext_lazy("Empty: where they are."),
        }
        widgets = {
            "to_department": PickerInput("department_search"),
            "to_user": PickerInput("anyone_search"),
            "to_custodian": PickerInput("anyone_search"),
            "to_place": PickerInput("place_search"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, house = self.instance.kind, self.actor.organization_id
        for name in set(self.fields) - set(FIELDS[kind]):
            del self.fields[name]
        self.order_fields(FIELDS[kind])
        for name in REQUIRED.get(kind, ()):
            self.fields[name].required = True
        offered: dict[str, QuerySet] = {
            "to_department": Department.objects.filter(organization_id=house, active=True),
            "to_user": people_of(self.actor),
            "to_custodian": people_of(self.actor),
            "to_place": Place.objects.filter(organization_id=house, active=True),
        }
        for name, rows in offered.items():
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = rows
        if kind == Kind.LOAN:
            self.fields["to_department"].label = _("Borrowing department")
            self.fields["to_user"].label = _("Borrower")
        if kind in (Kind.TRANSFER, Kind.LOAN):
            self.fields["to_department"].help_text = ""
        if kind == Kind.USER:
            self.fields["to_custodian"].help_text = _("Empty: as it is.")
            self.fields["to_user"].help_text = _("Empty: as it is; only the custodian changes.")

    def clean_due_on(self) -> Any:
        return refuse_past(self.cleaned_data["due_on"], self.instance.due_on)

    def complete(self, document: Any) -> None:
        """The department of whoever gets or borrows the things, unless another one is named."""
        if document.to_user and document.kind in (Kind.ISSUE, Kind.LOAN) and document.to_department is None:
            document.to_department = document.to_user.department


class CustodyLineForm(AssetLineForm):
    condition = forms.CharField(
        label=gettext_lazy("Condition"), max_length=100, required=False, widget=forms.TextInput(attrs={"data-skip": 1})
    )
    place = KeyField(
        label=gettext_lazy("New place"), required=False, widget=PickerInput("place_search", attrs={"data-more": True})
    )


class CustodyLineSet(AssetLineSet):
    """Things of one department; a new paper belongs to it."""

    def column_of(self, name: str) -> str:
        return "place_id" if name == "place" else name

    def cards(self) -> QuerySet[Asset]:
        """What the person may see, what stands on the paper already, and, to be asked for, what lies idle."""
        of_house = Asset.objects.filter(organization_id=self.actor.organization_id)
        rows = of_house.filter(pk__in=Asset.objects.visible_to(self.actor).values("pk"))
        if self.document.pk:
            rows |= of_house.filter(pk__in=self.document.lines.values("asset"))
        if self.document.kind == Kind.TRANSFER:
            rows |= of_house.filter(state=AssetState.IDLE)
        return rows.select_related("department")

    def check_rows(self, rows: list[Any]) -> None:
        super().check_rows(rows)
        places = self._places(rows)
        department = self.document.department if self.document.kind == Kind.LOAN_RETURN else None
        for form in rows:
            asset = form.values.get("asset")
            if (key := form.cleaned_data.get("place")) and key not in places:
                form.add_error("place", _("This place does not exist; choose one from the list."))
            if asset is None:
                continue
            department = department or asset.department
            if asset.department != department:
                form.add_error(
                    "asset",
                    _("%(asset)s is with %(department)s, not with %(own)s; make a paper for each department.")
                    % {"asset": asset, "department": asset.department, "own": department},
                )

    def _places(self, rows: list[Any]) -> set[int]:
        """Which of the places that the lines name are places of the house; one query, none without places."""
        keys = {key for form in rows if (key := form.cleaned_data.get("place"))}
        known = Place.objects.filter(organization_id=self.actor.organization_id, pk__in=keys, active=True)
        return set(known.values_list("pk", flat=True)) if keys else set()

    def write(self, document: Any) -> None:
        """The paper belongs to the department that has the things."""
        super().write(document)
        filled = self.filled
        if filled and document.kind != Kind.LOAN_RETURN:
            document.department = filled[0].values["asset"].department
            document.save(update_fields=["department"])


CustodyLines: Any = asset_lines(CustodyLineForm, base=CustodyLineSet, columns=("condition", "place"))


class EverythingForm(forms.Form):
    """Who gets everything that a person holds, and why."""

    receiver = forms.ModelChoiceField(
        label=gettext_lazy("Taken over by"),
        queryset=User.objects.none(),
        widget=PickerInput("anyone_search"),
        error_messages={"required": gettext_lazy("Choose who takes the things over.")},
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, user: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receiver"]
        field.queryset = people_of(user).exclude(pk=person.pk)
