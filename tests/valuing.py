"""Makers of papers about the value of cards: runs of depreciation, changes of value, splits and merges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from assets.models import DepreciationRun
from assets.services import depreciation, schedule
from core import clock
from core.documents.services import apply_transition

if TYPE_CHECKING:
    from tests.factories import House


def make_run(house: House, year: int = 0, month: int = 0, **fields: Any) -> DepreciationRun:
    """A draft run, of the last month that is over unless a month is given."""
    index = schedule.month_index(dt.date(year, month, 1)) if year else depreciation.month_to_run(house.organization.pk)
    day = schedule.first_day(index)
    return DepreciationRun.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "year": day.year,
            "month": day.month,
            "business_date": depreciation.last_day(index),
            "created_by": house.accountant,
            **fields,
        }
    )


def depreciate(house: House, year: int = 0, month: int = 0) -> DepreciationRun:
    """A posted run."""
    run = make_run(house, year, month)
    for step in ("submit", "post"):
        run = apply_transition(run, step, actor=house.accountant)
    return run


def months_between(first: dt.date, last: dt.date | None = None) -> list[tuple[int, int]]:
    """Every (year, month) from the month of a day to that of another, both included; to the last month that is over."""
    end = schedule.month_index(last) if last else schedule.month_index(clock.today()) - 1
    days = (schedule.first_day(index) for index in range(schedule.month_index(first), end + 1))
    return [(day.year, day.month) for day in days]
