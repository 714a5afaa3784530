"""The form of an upkeep plan with what it is for; skipping and moving a due day; templates of checklists."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetCategory, AssetState
from core import line_forms
from core.forms import DayField, ExactDecimalField, offer, say_what_is_asked
from core.line_forms import KeyField
from core.widgets import PickerInput
from directory.models import Place, Supplier
from maintenance.models import CheckKind, Checklist, MaintenancePlan, Meter, PlanSubject, RepairCategory, Team
from maintenance.order_selectors import workers_of


class RecordForm(forms.ModelForm):
    """A record of one's own organization; the service writes it."""

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        if not self.instance.pk and hasattr(self.instance, "organization_id"):
            self.instance.organization = actor.organization
        say_what_is_asked(self)
        self.narrow()

    def narrow(self) -> None:
        """Offer only what the actor may name."""


class PlanForm(RecordForm):
    starts_on = DayField(label=gettext_lazy("First due on"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False)

    class Meta:
        model = MaintenancePlan
        fields = (
            *("name", "category", "kind", "every", "unit", "season_day", "meter_every", "starts_on", "ends_on"),
            *("lead_days", "tolerance_days", "checklist", "team", "worker", "contractor"),
            *("maximum_days", "basis", "active"),
        )
        widgets = {"contractor": PickerInput("supplier_search")}
        help_texts = {
            "every": gettext_lazy("By calendar: every 15 days, every 3 months."),
            "season_day": gettext_lazy("By season, month and day: 11-01 is before the heating."),
            "meter_every": gettext_lazy("By meter: every 250 hours of the meter named below."),
            "maximum_days": gettext_lazy("Only where a law or a rule of the house sets a longest interval."),
        }

    def narrow(self) -> None:
        offer(self, "category", RepairCategory.objects.filter(active=True))
        offer(self, "checklist", Checklist.objects.filter(active=True))
        offer(self, "team", Team.objects.filter(organization=self.actor.organization_id, active=True))
        offer(self, "worker", workers_of(self.actor.organization_id))
        offer(self, "contractor", Supplier.objects.visible_to(self.actor).filter(active=True))


class SubjectForm(line_forms.LineForm):
    """What a plan is for: a thing, a class or a place."""

    asset = KeyField(
        label=gettext_lazy("Equipment or thing"),
        required=False,
        widget=PickerInput("asset_search", attrs={"data-line-role": "asset"}),
    )
    category = KeyField(
        label=gettext_lazy("or class"),
        required=False,
        widget=PickerInput("asset_category_search", attrs={"data-line-role": "category"}),
    )
    place = KeyField(
        label=gettext_lazy("or place"),
        required=False,
        widget=PickerInput("place_search", attrs={"data-line-role": "place"}),
    )
    meter = forms.ModelChoiceField(
        label=gettext_lazy("Meter (by meter only)"), queryset=Meter.objects.none(), required=False, empty_label="—"
    )
    next_due = DayField(label=gettext_lazy("First due on (empty: as above)"), required=False)


class SubjectSet(line_forms.LineFormSet):
    """Subjects are looked up for all lines at once; a line names exactly one."""

    can_scan = False

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        if not self.document.pk:
            return []
        names = ("asset", "category", "place", "meter")
        return [
            {"id": row.pk, **{name: getattr(row, f"{name}_id") for name in names}, "next_due": row.next_due}
            for row in self.document.subjects.all()
        ]

    def prepare(self, form: Any) -> None:
        if not hasattr(self, "_meters"):
            rows = Meter.objects.filter(organization=self.actor.organization_id, active=True)
            self._meters = [("", "—"), *((row.pk, str(row)) for row in rows)]
            self._meter_rows = rows
        form.fields["meter"].queryset = self._meter_rows
        form.fields["meter"].choices = self._meters
        if form.initial.get("id"):
            form.fields["next_due"].widget.attrs["readonly"] = True

    def check_rows(self, rows: list[Any]) -> None:
        house = self.actor.organization_id
        offered: dict[str, QuerySet] = {
            "asset": Asset.objects.filter(organization=house).exclude(state=AssetState.DISPOSED),
            "category": AssetCategory.objects.filter(active=True),
            "place": Place.objects.filter(organization=house, active=True),
        }
        for form in rows:
            form.values = {}
        for name, choices in offered.items():
            keys = {key for form in rows if (key := form.cleaned_data.get(name))}
            found = choices.in_bulk(keys) if keys else {}
            for form in rows:
                if key := form.cleaned_data.get(name):
                    if key in found:
                        form.values[name] = found[key]
                    else:
                        form.add_error(name, _("Choose one from the list."))
        for form in rows:
            if len(form.values) != 1 and not form.errors:
                form.add_error("asset", _("Name a thing, a class or a place, and only one of them."))

    @property
    def subjects(self) -> list[PlanSubject]:
        """What the service is to write; the due day of a line that stands already is changed by moving it."""
        known = {row.pk: row for row in self.document.subjects.all()} if self.document.pk else {}
        found = []
        for form in self.filled:
            row = known.get(form.cleaned_data.get("id")) or PlanSubject(next_due=form.cleaned_data.get("next_due"))
            for name in ("asset", "category", "place"):
                setattr(row, name, form.values.get(name))
            row.meter = form.cleaned_data.get("meter")
            found.append(row)
        return found


SubjectLines = line_forms.lines_of(SubjectForm, base=SubjectSet)


class ReasonForm(forms.Form):
    """Why a due day is left out."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class MoveForm(ReasonForm):
    """Another due day, and why."""

    day = DayField(label=gettext_lazy("New due day"))
    field_order = ("day", "reason")


class ChecklistForm(RecordForm):
    class Meta:
        model = Checklist
        fields = ("code", "name", "active")


class CheckLineForm(line_forms.LineForm):
    standing = ("kind", "required")
    text = forms.CharField(label=gettext_lazy("What to look at"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Answer"), choices=CheckKind, initial=CheckKind.TICK)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20, required=False)
    low = ExactDecimalField(label=gettext_lazy("Lower limit"), decimal_places=4, required=False)
    high = ExactDecimalField(label=gettext_lazy("Upper limit"), decimal_places=4, required=False)
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False, initial=True)


class CheckLineSet(line_forms.LineFormSet):
    can_scan = False
    columns = ("text", "kind", "unit", "low", "high", "required")

    def check_rows(self, rows: list[Any]) -> None:
        for form in rows:
            low, high = form.cleaned_data.get("low"), form.cleaned_data.get("high")
            if low is not None and high is not None and low > high:
                form.add_error("high", _("The upper limit lies below the lower one."))

    def write(self, checklist: Checklist) -> None:  # type: ignore[override]
        """Make the lines of the template what the form says; orders keep the lines they have."""
        checklist.lines.all().delete()
        model: Any = checklist.lines.model
        model.objects.bulk_create(
            model(checklist=checklist, position=place, **self.values_of(form))
            for place, form in enumerate(self.filled, start=1)
        )


CheckLines = line_forms.lines_of(CheckLineForm, base=CheckLineSet)
