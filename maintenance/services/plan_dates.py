"""When upkeep is due next: pure arithmetic of days, always from the due day and never from the day it was done."""

import calendar
import datetime as dt

from maintenance.models import MaintenancePlan

Kind, Unit = MaintenancePlan.Kind, MaintenancePlan.Unit
LONGEST_MONTH, LONGEST_YEAR = 31, 366
LAST_YEAR = 9998
"""Beyond it no calendar reaches; a rhythm ends there."""


def day_of_month(year: int, month: int, day: int) -> dt.date:
    """A day of a month, its last day where the month is shorter."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def months_after(day: dt.date, months: int, anchor: int) -> dt.date:
    """So many months later, on day `anchor` of the month or its last one: 31 January, 28 February, 31 March."""
    index = day.year * 12 + day.month - 1 + months
    return day_of_month(index // 12, index % 12 + 1, anchor)


def own_month_day(plan: MaintenancePlan, due: dt.date) -> int | None:
    """The day of the month a rhythm keeps from a due day on; None where it is that of the first due day of the plan."""
    return None if due == day_of_month(due.year, due.month, plan.starts_on.day) else due.day


def season_in(plan: MaintenancePlan, year: int) -> dt.date:
    """The day of a plan by season in a year; 29 February is the 28th where there is none."""
    month, day = (int(part) for part in plan.season_day.split("-"))
    return day_of_month(year, month, day)


def after(plan: MaintenancePlan, due: dt.date, month_day: int | None = None) -> dt.date | None:
    """The due day that follows `due`; None for plans by meter and at the end of all calendars.

    month_day: the day of the month that months and years keep; that of the plan's first due day when None.
    """
    if plan.kind == Kind.METER or due.year + (plan.every or 1) >= LAST_YEAR:
        return None
    if plan.kind == Kind.SEASON:
        here = season_in(plan, due.year)
        return here if here > due else season_in(plan, due.year + 1)
    every = plan.every or 1
    if plan.unit in (Unit.DAY, Unit.WEEK):
        return due + dt.timedelta(days=every * (7 if plan.unit == Unit.WEEK else 1))
    months = every * (12 if plan.unit == Unit.YEAR else 1)
    return months_after(due, months, month_day or plan.starts_on.day)


def first_from(plan: MaintenancePlan, day: dt.date) -> dt.date | None:
    """The first due day of the rhythm that is `day` or later; None for plans by meter."""
    if plan.kind == Kind.METER:
        return None
    day = max(day, plan.starts_on)
    if plan.kind == Kind.SEASON:
        here = season_in(plan, day.year)
        return here if here >= day else season_in(plan, day.year + 1)
    if plan.unit in (Unit.DAY, Unit.WEEK):
        step = (plan.every or 1) * (7 if plan.unit == Unit.WEEK else 1)
        turns = -((plan.starts_on - day).days // step)
        return plan.starts_on + dt.timedelta(days=turns * step)
    step = (plan.every or 1) * (12 if plan.unit == Unit.YEAR else 1)
    passed = (day.year - plan.starts_on.year) * 12 + day.month - plan.starts_on.month
    turns = passed // step
    found = months_after(plan.starts_on, turns * step, plan.starts_on.day)
    return found if found >= day else months_after(plan.starts_on, (turns + 1) * step, plan.starts_on.day)


def longest_gap(plan: MaintenancePlan) -> int | None:
    """The most days that can lie between two due days; None for plans by meter, which may wait for ever."""
    if plan.kind == Kind.METER:
        return None
    if plan.kind == Kind.SEASON:
        return LONGEST_YEAR
    days = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: LONGEST_MONTH, Unit.YEAR: LONGEST_YEAR}
    return (plan.every or 1) * days[Unit(plan.unit)]


def shortest_gap(plan: MaintenancePlan) -> int | None:
    """The fewest days between two due days; None for plans by meter."""
    if plan.kind == Kind.METER:
        return None
    if plan.kind == Kind.SEASON:
        return 365
    days = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28, Unit.YEAR: 365}
    return (plan.every or 1) * days[Unit(plan.unit)]


def dues_between(
    plan: MaintenancePlan, first: dt.date | None, until: dt.date, month_day: int | None = None
) -> list[dt.date]:
    """The due days from `first` on, up to and with `until`, no later than the plan ends; month_day as for `after`."""
    last = min(until, plan.ends_on) if plan.ends_on else until
    found = []
    while first is not None and first <= last:
        found.append(first)
        first = after(plan, first, month_day)
    return found
