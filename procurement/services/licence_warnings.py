"""Buyers are told before a supplier's licence ends, and when it has ended (R-PRC-09)."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core import clock, policies
from core.notices import register_sentence, tell
from directory.models import Organization, SupplierLicence
from procurement import figures, supplier_selectors
from procurement.buying_selectors import buyers_of

STEPS = (60, 30, 7)
"""Days before the end at which buyers are told; the house's own figure stands in the place of the middle one."""
CODE, OVER = "licence_ending", "licence_over"

register_sentence(CODE, gettext_lazy("%(licence)s of %(supplier)s ends on %(day)s; ask for the renewed one."))
register_sentence(OVER, gettext_lazy("%(licence)s of %(supplier)s ended on %(day)s; nothing can be ordered there."))


def stage_of(licence: SupplierLicence, today: dt.date, days: tuple[int, ...]) -> int | None:
    """The narrowest of these numbers of days that the end lies within; 0 once it is over, None when it is far."""
    if licence.valid_until is None:
        return None
    left = (licence.valid_until - today).days
    if left < 0:
        return 0
    return next((step for step in sorted(days) if left <= step), None)


def warn() -> int:
    """Tell the buyers of every house, once at each stage; run it every night. Returns how many notices are new."""
    today, told = clock.today(), 0
    for house in Organization.objects.filter(active=True):
        own = int(policies.value_of(figures.LICENCE_WARNING, house.pk, today))
        days = tuple(sorted({STEPS[0], own, STEPS[-1]}))
        people = buyers_of(house.pk)
        until = today + dt.timedelta(days=max(days))
        for licence in supplier_selectors.licences_ending(until, over_since=today - dt.timedelta(days=30)):
            told += _tell(licence, stage_of(licence, today, days), people)
    return told


def _tell(licence: SupplierLicence, stage: int | None, people: set[int]) -> int:
    if stage is None:
        return 0
    words = {
        "licence": str(licence),
        "supplier": str(licence.supplier),
        "day": f"{licence.valid_until:%Y-%m-%d}",
    }
    key = f"licence:{licence.pk}:{licence.valid_until:%Y%m%d}:{stage}"
    url = reverse("supplier_page", args=(licence.supplier_id,))
    return tell(people, CODE if stage else OVER, key=key, url=url, words=words)
