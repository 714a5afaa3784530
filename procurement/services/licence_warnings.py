"""Buyers are told before a supplier's licence ends, and when it has ended (R-PRC-09)."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core import clock, policies
from core.notices import register_sentence, tell
from directory.models import Organization, SupplierLicence, User
from procurement import figures

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


def buyers_of(organization: Organization) -> set[int]:
    """Keys of active people who may begin a sourcing in a house."""
    people = User.objects.filter(organization=organization, is_active=True)
    rows = people.filter(groups__permissions__codename="add_sourcing").distinct()
    return {person.pk for person in rows if not person.has_left}


def warn() -> int:
    """Tell the buyers of every house, once at each stage; run it every night. Returns how many notices are new."""
    today, told = clock.today(), 0
    for house in Organization.objects.filter(active=True):
        own = int(policies.value_of(figures.LICENCE_WARNING, house.pk, today))
        days = tuple(sorted({STEPS[0], own, STEPS[-1]}))
        people = buyers_of(house)
        until = today + dt.timedelta(days=max(days))
        rows = SupplierLicence.objects.filter(
            supplier__active=True, valid_until__range=(today - dt.timedelta(days=30), until)
        )
        for licence in rows.select_related("supplier"):
            told += _tell(licence, stage_of(licence, today, days), people)
    return told


def _tell(licence: SupplierLicence, stage: int | None, people: set[int]) -> int:
    if stage is None or _is_renewed(licence):
        return 0
    words = {
        "licence": str(licence),
        "supplier": str(licence.supplier),
        "day": f"{licence.valid_until:%Y-%m-%d}",
    }
    key = f"licence:{licence.pk}:{licence.valid_until:%Y%m%d}:{stage}"
    url = reverse("supplier_page", args=(licence.supplier_id,))
    return tell(people, CODE if stage else OVER, key=key, url=url, words=words)


def _is_renewed(licence: SupplierLicence) -> bool:
    """Whether the supplier has a later one of the same kind already."""
    later = SupplierLicence.objects.filter(supplier=licence.supplier_id, kind=licence.kind).exclude(pk=licence.pk)
    return any(row.valid_until is None or row.valid_until > licence.valid_until for row in later)  # type: ignore[operator]
