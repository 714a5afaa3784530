"""Parameter forms of reports."""

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import DayField, offer, say_what_is_asked

MONTHS_OFFERED = 36


class ReportForm(forms.Form):
    """A parameter form knows the person, so that it offers only what he may see."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        say_what_is_asked(self)

    def defaults(self) -> dict[str, str]:
        """What is asked for before the person has chosen anything, as it would come from the browser."""
        return {name: as_text(self.get_initial_for_field(item, name)) for name, item in self.fields.items()}


def as_text(value: Any) -> str:
    """A parameter as it stands in an address: 2026-11-01, a primary key, "on" for yes."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(getattr(value, "pk", value))


def months_back(count: int = MONTHS_OFFERED) -> list[tuple[str, str]]:
    """Choices of months, this one first: ("2026-11", "November 2026")."""
    year, month = clock.today().year, clock.today().month
    found = []
    for _number in range(count):
        first = dt.date(year, month, 1)
        found.append((f"{first:%Y-%m}", formats.date_format(first, "YEAR_MONTH_FORMAT")))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def month_bounds(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of "2026-11". Raises ValueError for anything else."""
    first = dt.date.fromisoformat(f"{text}-01")
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


class PeriodForm(ReportForm):
    """A month, or any first and last day; cleaned_data holds `start` and `end`, both included."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    start = DayField(label=_("From"), required=False)
    end = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = months_back()
        chosen = self._chosen_month()
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        offer(self, "month", [("", _("the days entered")), *offered])
        self.fields["month"].initial = offered[0][0]

    def _chosen_month(self) -> str:
        """An older month than those offered comes by a link; a text that is no month is left to the field to refuse."""
        text = str(self.data.get("month", ""))
        try:
            return text if month_bounds(text) else ""
        except ValueError:
            return ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("month"):
            data["start"], data["end"] = month_bounds(data["month"])
            return data
        if self.errors:
            return data
        if not data.get("start") or not data.get("end"):
            self.add_error("start", _("Choose a month, or enter the first and the last day."))
        elif data["start"] > data["end"]:
            self.add_error("end", _("The last day is before the first."))
        return data
