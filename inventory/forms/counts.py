"""The plan of a count, and the causes of its differences."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, HeadForm
from core.widgets import PickerInput
from directory.models import User
from inventory import selectors
from inventory.models import ItemCategory, Shelf, StockCount, StockCountLine


class ShelfChoice(forms.ModelChoiceField):
    """Shelves with the store they stand in."""

    def label_from_instance(self, shelf: Any) -> str:
        return f"{shelf.warehouse} {shelf}"


class CountForm(HeadForm):
    """A plan; the counters are written beside it as up to four people."""

    counter_fields = ("counter_1", "counter_2", "counter_3", "counter_4")
    business_date = DayField(label=gettext_lazy("Date"))
    moved_since = DayField(label=gettext_lazy("Moved since"), required=False)
    shelf = ShelfChoice(label=gettext_lazy("Shelf"), queryset=Shelf.objects.none(), required=False)
    supervisor = forms.ModelChoiceField(
        label=gettext_lazy("Supervisor"),
        queryset=User.objects.none(),
        widget=PickerInput("person_search"),
        help_text=gettext_lazy("Watches the count; neither a keeper of the warehouse nor one of those who count."),
        error_messages={"required": gettext_lazy("Choose who supervises the count.")},
    )

    class Meta:
        model = StockCount
        fields = (
            "warehouse",
            "business_date",
            "scope",
            "category",
            "shelf",
            "sample_size",
            "moved_since",
            "with_zero",
            "blind",
            "supervisor",
            "tolerance_percent",
            "tolerance_amount",
            "note",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores: Any = self.fields["warehouse"]
        stores.queryset, stores.empty_label = selectors.countable_warehouses(self.actor), None
        shelves: Any = self.fields["shelf"]
        shelves.queryset = Shelf.objects.filter(warehouse__in=stores.queryset, active=True).select_related("warehouse")
        categories: Any = self.fields["category"]
        categories.queryset = ItemCategory.objects.visible_to(self.actor).filter(active=True)
        people = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)
        supervisors: Any = self.fields["supervisor"]
        supervisors.queryset = people
        known = list(self.instance.counters.order_by("pk")) if self.instance.pk else []
        for place, name in enumerate(self.counter_fields, start=1):
            self.fields[name] = forms.ModelChoiceField(
                label=_("Counted by (%(place)d)") % {"place": place},
                queryset=people,
                required=place == 1,
                widget=PickerInput("person_search"),
            )
            if len(known) >= place:
                self.initial[name] = known[place - 1].pk
        before = [name for name in self.Meta.fields if name not in ("tolerance_percent", "tolerance_amount", "note")]
        self.order_fields((*before, *self.counter_fields, "tolerance_percent", "tolerance_amount", "note"))

    def clean_business_date(self) -> Any:
        day = self.cleaned_data["business_date"]
        if day > clock.today():
            raise forms.ValidationError(_("The date lies in the future; use today's date."))
        return day

    def clean_supervisor(self) -> Any:
        person, store = self.cleaned_data["supervisor"], self.cleaned_data.get("warehouse")
        if store is not None and store.keepers.filter(pk=person.pk).exists():
            raise forms.ValidationError(
                _("%(person)s keeps %(warehouse)s; somebody else has to supervise its count.")
                % {"person": person, "warehouse": store}
            )
        return person

    def complete(self, document: Any) -> None:
        """The count belongs to the department that runs the warehouse."""
        document.department = document.warehouse.department

    def save_related(self, document: Any) -> None:
        chosen = [self.cleaned_data.get(name) for name in self.counter_fields]
        document.counters.set({person for person in chosen if person is not None})


class CauseForm(forms.Form):
    """Cause and treatment of one difference, or without a line of all that have none."""

    cause = forms.ChoiceField(choices=[("", "—"), *StockCountLine.Cause.choices], required=False)
    treatment = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, line: StockCountLine | None = None, **kwargs: Any) -> None:
        self.line = line
        if line:
            kwargs |= {"prefix": f"line-{line.pk}", "initial": {"cause": line.cause, "treatment": line.treatment}}
        super().__init__(*args, **kwargs)
        goods = line.item.name if line else _("All differences without one")
        for name, words in (("cause", _("Cause")), ("treatment", _("Treatment"))):
            field = self.fields[name]
            field.widget.attrs |= {
                "class": "form-select" if name == "cause" else "form-control",
                "aria-label": f"{words}: {goods}",
            }


class SheetForm(forms.Form):
    """A filled count sheet. counted_at: for rows that say no time of their own."""

    file = forms.FileField(label=gettext_lazy("Filled sheet (.xlsx or .csv)"))
    counted_at = forms.DateTimeField(
        label=gettext_lazy("Counted at"),
        help_text=gettext_lazy("For rows in which no time is written."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "form-control"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, document: StockCount, **kwargs: Any) -> None:
        self.document = document
        super().__init__(*args, **kwargs)
        self.fields["counted_at"].initial = timezone.localtime(clock.now())

    def clean_counted_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["counted_at"]
        if moment > clock.now() + dt.timedelta(minutes=1):
            raise forms.ValidationError(_("This moment lies in the future."))
        opened = self.document.opened_at
        if opened and moment < opened - dt.timedelta(minutes=1):
            raise forms.ValidationError(_("This is before the count was opened."))
        return moment
