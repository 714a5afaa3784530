"""Working calendars, holidays, times of service and who hears of delays, in the back office."""

import itertools
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_base import ExcelLists, HistoryAdmin, LinesOfRow
from maintenance.models import CalendarDay, Escalation, ServiceTarget, WorkCalendar, WorkHours


class HoursFormSet(BaseInlineFormSet):
    """Stretches of one weekday lie side by side, never over each other."""

    def clean(self) -> None:
        super().clean()
        by_day: dict[int, list[tuple[int, int]]] = {}
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            if data.get("DELETE") or any(data.get(name) is None for name in ("weekday", "starts", "ends")):
                continue
            starts, ends = (value.hour * 60 + value.minute for value in (data["starts"], data["ends"]))
            by_day.setdefault(data["weekday"], []).append((starts, ends or 24 * 60))
        for rows in by_day.values():
            rows.sort()
            if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(rows)):
                raise ValidationError(_("Hours of one weekday overlap."))


class HoursLines(LinesOfRow):
    model = WorkHours
    formset = HoursFormSet


@admin.register(WorkCalendar)
class WorkCalendarAdmin(HistoryAdmin):
    inlines = (HoursLines,)
    list_display = ("name", "organization", "round_the_clock")
    list_select_related = ("organization",)
    search_fields = ("name",)


@admin.register(CalendarDay)
class CalendarDayAdmin(ExcelLists):
    list_display = ("day", "name", "working", "organization")
    list_filter = ("working",)
    list_select_related = ("organization",)
    search_fields = ("name",)
    date_hierarchy = "day"


class ServiceTargetForm(forms.ModelForm):
    """A target that nothing can be counted by is refused before a report needs it."""

    class Meta:
        model = ServiceTarget
        fields = (
            *("organization", "category", "urgency", "calendar"),
            *("accept_minutes", "arrive_minutes", "finish_minutes", "basis", "active"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        calendar, house = data.get("calendar"), data.get("organization")
        if calendar and not calendar.round_the_clock and not calendar.hours.exists():
            self.add_error("calendar", _("This calendar has no working hours yet."))
        if calendar and house and calendar.organization_id != house.pk:
            self.add_error("calendar", _("This calendar belongs to another organization."))
        given = [data.get(name) for name in ("accept_minutes", "arrive_minutes", "finish_minutes")]
        known = [value for value in given if value is not None]
        if not known:
            raise ValidationError(_("Promise at least one of the three moments."))
        if known != sorted(known):
            raise ValidationError(_("An order is accepted before somebody is there, and done after that."))
        return data


@admin.register(ServiceTarget)
class ServiceTargetAdmin(HistoryAdmin):
    form = ServiceTargetForm
    list_display = (
        *("__str__", "calendar", "accept_minutes", "arrive_minutes", "finish_minutes", "basis", "active"),
        "organization",
    )
    list_filter = ("urgency", "active")
    list_select_related = ("category", "calendar", "organization")


class EscalationForm(forms.ModelForm):
    class Meta:
        model = Escalation
        fields = (
            *("organization", "moment", "minutes", "urgency", "role"),
            *("tells_worker", "tells_leader", "takes_back", "active"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("takes_back") and data.get("moment") != Escalation.Moment.ACCEPT:
            self.add_error("takes_back", _("Only an order that nobody accepted can be taken back."))
        if data.get("takes_back") and (data.get("minutes") or 0) < 0:
            self.add_error("minutes", _("Nobody loses an order before its time has passed."))
        if not any(data.get(name) for name in ("role", "tells_worker", "tells_leader", "takes_back")):
            raise ValidationError(_("Say who is told."))
        return data


@admin.register(Escalation)
class EscalationAdmin(HistoryAdmin):
    form = EscalationForm
    list_display = (
        *("moment", "minutes", "urgency", "told_role", "tells_worker", "tells_leader", "takes_back", "active"),
        "organization",
    )
    list_filter = ("moment", "urgency", "active")
    list_select_related = ("role", "organization")

    @admin.display(description=gettext_lazy("tell this role"), ordering="role__name")
    def told_role(self, escalation: Escalation) -> str:
        """The role in the reader's language; shipped roles are kept under their English names."""
        return _(escalation.role.name) if escalation.role else ""
