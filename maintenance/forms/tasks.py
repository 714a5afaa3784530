"""The form of a task that is no repair."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.forms import DayField, say_what_is_asked
from core.widgets import PickerInput
from directory.models import Department, Place, User
from maintenance.models import Team, Urgency

from .dispatching import WorkerField, offer_workers

END_OF_WORK = dt.time(17, 30)


class TaskForm(forms.Form):
    """What, where, by whom, until when."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=100)
    description = forms.CharField(
        label=gettext_lazy("More about it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("For which department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )
    place = forms.ModelChoiceField(
        label=pgettext_lazy("work order", "Place"),
        queryset=Place.objects.none(),
        required=False,
        widget=PickerInput("place_search"),
    )
    place_note = forms.CharField(label=gettext_lazy("Where exactly"), max_length=100, required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    worker = WorkerField(
        label=gettext_lazy("Who does it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody yet, or whoever of the team grabs it"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.none(), required=False, empty_label=gettext_lazy("no team")
    )
    finish_day = DayField(label=gettext_lazy("To be done by"))
    finish_time = forms.TimeField(
        label=gettext_lazy("At"), initial=END_OF_WORK, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house, fields = actor.organization, self.fields
        offered: dict[str, Any] = {
            "department": Department.objects.filter(organization=house, active=True),
            "place": Place.objects.filter(organization=house, active=True),
            "team": Team.objects.filter(organization=house, active=True),
        }
        for name, rows in offered.items():
            fields[name].queryset = rows  # type: ignore[attr-defined]
        offer_workers(fields["worker"], house)
        self.initial.setdefault("finish_day", clock.today())
        say_what_is_asked(self)

    def values(self) -> dict[str, Any]:
        """What tasks.open_task takes."""
        data = dict(self.cleaned_data)
        moment = dt.datetime.combine(data.pop("finish_day"), data.pop("finish_time"))
        return {**data, "finish_due": timezone.make_aware(moment)}
