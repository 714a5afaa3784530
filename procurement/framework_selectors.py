"""Which agreed prices hold on a day."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, QuerySet

from core.documents.lifecycle import Status
from procurement.models import FrameworkLine


def lines_in_force(organization_id: int, day: dt.date) -> QuerySet[FrameworkLine]:
    """Lines of approved agreements that are valid on a day and of which something may still be called off."""
    return FrameworkLine.objects.filter(
        document__organization=organization_id,
        document__status=Status.APPROVED,
        document__valid_from__lte=day,
        document__valid_until__gte=day,
        called_quantity__lt=F("quantity"),
    )


def prices_for(organization_id: int, items: Iterable[int], day: dt.date) -> dict[int, list[FrameworkLine]]:
    """Agreed lines by item key, the cheapest in stock units first; one query.

    unit_price is yuan per `unit`; `factor` stock units make one. What is left: quantity - called_quantity.
    """
    rows = lines_in_force(organization_id, day).filter(item__in=set(items))
    found: dict[int, list[FrameworkLine]] = {}
    for line in rows.select_related("document__supplier", "unit", "item"):
        found.setdefault(line.item_id or 0, []).append(line)
    for lines in found.values():
        lines.sort(key=lambda line: (line.unit_price / line.factor, line.pk))
    return found
