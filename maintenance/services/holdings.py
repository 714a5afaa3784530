"""Orders in the hands of people, told to the directory when somebody leaves or changes his department."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from directory.services.leaving import NAMED, Holding
from maintenance.models import OPEN, WorkOrder


def holdings(person: Any) -> Iterator[Holding]:
    """Open orders that the person was given, with the list in which they are handed to another."""
    rows = WorkOrder.objects.filter(worker=person, state__in=OPEN).order_by("reported_at", "pk")
    if count := rows.count():
        names = [f"{order.number} {order.title}" for order in rows[:NAMED]]
        yield Holding(_("open work orders"), names, count, f"{reverse('workorder_list')}?worker={person.pk}&open=1")
