"""The small forms of who dispatches."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.forms import say_what_is_asked
from core.widgets import PickerInput
from directory.models import Department, Place, User
from maintenance.models import RepairCategory, Team, Urgency, WorkOrder
from maintenance.order_selectors import workers_of
from maintenance.services import dispatching, joining, proposals, rosters, warranty

MOST_DOUBLES = 12


class CategoryField(forms.ModelChoiceField):
    """A category of the tree, those of the second level set in."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * obj.depth}{obj.name}"


class WorkerField(forms.ModelChoiceField):
    """A worker with whether he is on duty and how many orders he has in hand; those on duty first."""

    on_duty: frozenset[int] = frozenset()
    loads: dict[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        words = {"worker": obj, "count": self.loads.get(obj.pk, 0)}
        if obj.pk in self.on_duty:
            return _("%(worker)s · on duty · %(count)d in hand") % words
        return _("%(worker)s · %(count)d in hand") % words


def offer_workers(field: Any, organization: Any) -> None:
    """Fill a field with the workers of a house."""
    field.queryset = workers_of(organization.pk)
    field.on_duty = frozenset(rosters.on_duty(organization))
    field.loads = proposals.load_of(row.pk for row in field.queryset)
    rows = sorted(field.queryset, key=lambda row: (row.pk not in field.on_duty, row.employee_number))
    field.choices = [("", field.empty_label), *((row.pk, field.label_from_instance(row)) for row in rows)]


class OrderForm(forms.Form):
    """A form about one order. lead: a sentence above the fields."""

    lead = ""

    def __init__(self, *args: Any, order: WorkOrder, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.actor = order, actor
        self.prepare()
        say_what_is_asked(self)

    def prepare(self) -> None:
        """Narrow what is offered to what fits the order."""


class TriageForm(OrderForm):
    """Category, urgency, place and department as they really are; lowering the urgency needs a reason (R-REP-02)."""

    title = forms.CharField(label=gettext_lazy("What it is about"), max_length=100)
    category = CategoryField(label=gettext_lazy("Category"), queryset=RepairCategory.objects.none(), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    place = forms.ModelChoiceField(
        label=pgettext_lazy("work order", "Place"),
        queryset=Place.objects.none(),
        required=False,
        widget=PickerInput("place_search"),
    )
    place_note = forms.CharField(label=gettext_lazy("Where exactly"), max_length=100, required=False)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )
    reason = forms.CharField(label=gettext_lazy("Why it is less urgent than reported"), max_length=200, required=False)

    def prepare(self) -> None:
        order, house = self.order, self.order.organization_id
        fields: dict[str, Any] = self.fields
        fields["category"].queryset = RepairCategory.objects.filter(active=True).order_by("code")
        fields["category"].required = order.kind == WorkOrder.Kind.REPAIR
        fields["place"].queryset = Place.objects.filter(organization=house)
        fields["department"].queryset = Department.objects.filter(organization=house)
        for name in ("title", "category", "urgency", "place", "place_note", "department"):
            value = getattr(order, name)
            self.initial.setdefault(name, getattr(value, "pk", value))


class UrgencyForm(OrderForm):
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def prepare(self) -> None:
        field: Any = self.fields["urgency"]
        field.choices = [choice for choice in Urgency.choices if choice[0] != self.order.urgency]


class DispatchForm(OrderForm):
    """To a worker, or to a team whose members grab it; what the rules propose is filled in."""

    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.none(), required=False, empty_label=gettext_lazy("no team")
    )
    worker = WorkerField(
        label=gettext_lazy("Worker"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("whoever of the team grabs it"),
    )
    warranty_reason = forms.CharField(
        label=gettext_lazy("Why the house repairs what is under warranty"), max_length=200, required=False
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        owed = warranty.owed(self.order) if "warranty_reason" in fields else None
        if owed is None:
            fields.pop("warranty_reason", None)
        else:
            fields["warranty_reason"].required = True
            fields["warranty_reason"].help_text = _("Under warranty: %(basis)s. Its firm comes first.") % {
                "basis": f"{owed.basis} · {owed.firm}" if owed.firm else owed.basis
            }
        fields["team"].queryset = Team.objects.filter(organization=self.order.organization_id, active=True)
        offer_workers(fields["worker"], self.order.organization)
        if not self.is_bound:
            self.propose()

    def propose(self) -> None:
        proposal = dispatching.propose(self.order)
        team = proposal.team or self.order.team
        self.initial.update(team=team and team.pk, worker=proposal.worker and proposal.worker.pk)
        if proposal.rule is not None:
            who = _(", ").join(str(part) for part in (proposal.team, proposal.worker) if part)
            self.lead = _("Rule %(number)d proposes %(who)s.") % {"number": proposal.rule.position, "who": who}


class TransferForm(DispatchForm):
    """To another worker or team, with the reason; a warranty was looked at when it was dispatched."""

    warranty_reason = None
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def propose(self) -> None:
        self.initial.update(team=self.order.team_id)


class HelperForm(OrderForm):
    helper = WorkerField(label=gettext_lazy("Who joins"), queryset=User.objects.none())

    def prepare(self) -> None:
        offer_workers(self.fields["helper"], self.order.organization)


class MergeForm(OrderForm):
    """The other order about the same fault: one at the same place or thing, or any by its number."""

    into = forms.ChoiceField(
        label=gettext_lazy("Open orders at the same place or thing"), required=False, widget=forms.RadioSelect
    )
    number = forms.CharField(label=gettext_lazy("Or the number of another order"), max_length=32, required=False)

    def prepare(self) -> None:
        rows = joining.doubles_of(self.order)[:MOST_DOUBLES]
        field: Any = self.fields["into"]
        field.choices = [(row.number, f"{row.number} {row.title} · {row.where}") for row in rows]
        if not field.choices:
            del self.fields["into"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number = (data.get("number") or "").strip() or data.get("into")
        rows = WorkOrder.objects.visible_to(self.actor).filter(organization=self.order.organization_id)
        found = rows.filter(number__iexact=number).first() if number else None
        if found is None:
            raise forms.ValidationError(_("Choose an order, or type its number (GD…)."))
        return {**data, "into": found}
