"""What stock is worth reordering, and what minimum, maximum and delivery time the last year of use speaks for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext as _

from core import clock
from core.numbers import ZERO
from core.templatetags.display import quantity as shown
from inventory.models import (
    Item,
    LotHold,
    ReplenishmentSuggestion,
    StockBalance,
    StockLocation,
    StockMove,
    StockValue,
    Unit,
)

Key = tuple[int, int]
"""Keys of a warehouse and an item."""
Month = tuple[int, int]

MONTHS = 12
ASSUMED_LEAD_DAYS = 14
LONGEST_LEAD_DAYS = 60
ENOUGH_DELIVERIES = 3


def suggestions_of(user: Any) -> QuerySet[ReplenishmentSuggestion]:
    """The suggestions this person may see, with what is shown of them."""
    return ReplenishmentSuggestion.objects.visible_to(user).select_related("warehouse", "item__unit", "decided_by")


def watched(organization_id: int) -> dict[Key, Item]:
    """Items with a minimum by the warehouses that keep or kept them; unused warehouses and items are left out."""
    rows = StockValue.objects.filter(
        warehouse__organization=organization_id,
        warehouse__active=True,
        item__active=True,
        item__min_stock__isnull=False,
    )
    return {(row.warehouse_id, row.item_id): row.item for row in rows.select_related("item__unit")}


def usable_stock(organization_id: int, items: Collection[int]) -> dict[Key, Decimal]:
    """Stock units that may be issued today, by warehouse and item: without expired lots and lots that are kept back."""
    rows = StockBalance.objects.filter(
        Q(lot__expires_on=None) | Q(lot__expires_on__gte=clock.today()),
        location__organization=organization_id,
        item__in=items,
        quantity__gt=0,
    )
    held = LotHold.objects.filter(organization=organization_id, released_at=None).order_by().values("lot")
    sums = rows.exclude(lot__in=held).order_by().values_list("location__warehouse", "item").annotate(Sum("quantity"))
    return {(warehouse, item): quantity for warehouse, item, quantity in sums}


def rounded_up(quantity: Decimal, unit: Unit) -> Decimal:
    """A quantity as it can be ordered in its unit, never less."""
    return quantity.quantize(Decimal(1).scaleb(-unit.places), rounding=ROUND_CEILING)


def full_months(today: dt.date) -> list[Month]:
    """The twelve full months before today, oldest first."""
    count = today.year * 12 + today.month - 1
    return [divmod(number, 12) for number in range(count - MONTHS, count)]


@dataclass(frozen=True)
class Proposal:
    """What the last months speak for. months: ((year, month from 0), used) of the full months there is a history of.

    minimum and maximum are None where the history is shorter than a month or nothing was used.
    """

    months: list[tuple[Month, Decimal]]
    lead_days: int
    lead_source: str
    deliveries: int
    minimum: Decimal | None
    maximum: Decimal | None

    @property
    def used(self) -> Decimal:
        return sum((quantity for _month, quantity in self.months), ZERO)

    @property
    def average(self) -> Decimal:
        """Stock units a month."""
        return self.used / len(self.months) if self.months else ZERO

    @property
    def peak(self) -> tuple[Month, Decimal] | None:
        return max(self.months, key=lambda pair: pair[1]) if self.months else None


def proposals(pairs: Sequence[tuple[int, Item]]) -> dict[Key, Proposal]:
    """A proposal for every (warehouse key, item); four statements, whatever their number."""
    items = {item.pk for _warehouse, item in pairs}
    warehouses = {warehouse for warehouse, _item in pairs}
    months = full_months(clock.today())
    used = _used(warehouses, items, months)
    first = _first_months(warehouses, items)
    days = _delivery_days(warehouses, items, months)
    found = {}
    for warehouse, item in pairs:
        key = (warehouse, item.pk)
        known = [month for month in months if key in first and month >= first[key]]
        found[key] = _propose(item, [(month, used[key].get(month, ZERO)) for month in known], days.get(key, []))
    return found


def _used(warehouses: Iterable[int], items: Iterable[int], months: list[Month]) -> dict[Key, dict[Month, Decimal]]:
    """Issued less returned to the store, by month."""
    found: dict[Key, dict[Month, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for near, far, sign in (("source", "target", 1), ("target", "source", -1)):
        rows = StockMove.objects.filter(
            **{f"{near}__warehouse__in": warehouses, f"{far}__kind": StockLocation.Kind.CONSUMPTION},
            item__in=items,
            business_date__gte=dt.date(months[0][0], months[0][1] + 1, 1),
        ).order_by()
        rows = rows.annotate(y=ExtractYear("business_date"), m=ExtractMonth("business_date"))
        for warehouse, item, year, month, quantity in rows.values_list(f"{near}__warehouse", "item", "y", "m").annotate(
            Sum("quantity")
        ):
            found[warehouse, item][year, month - 1] += sign * quantity
    return found


def _first_months(warehouses: Iterable[int], items: Iterable[int]) -> dict[Key, Month]:
    """The month after the item first came in: the first one it was there for from beginning to end."""
    rows = StockMove.objects.filter(target__warehouse__in=warehouses, item__in=items).order_by()
    firsts = rows.values_list("target__warehouse", "item").annotate(Min("business_date"))
    return {
        (warehouse, item): divmod(day.year * 12 + day.month - (1 if day.day == 1 else 0), 12)
        for warehouse, item, day in firsts
    }


def _delivery_days(warehouses: Iterable[int], items: Iterable[int], months: list[Month]) -> dict[Key, list[dt.date]]:
    """The days on which suppliers delivered in the last year, oldest first."""
    rows = StockMove.objects.filter(
        target__warehouse__in=warehouses,
        source__kind=StockLocation.Kind.SUPPLIER,
        item__in=items,
        quantity__gt=0,
        reverses=None,
        reversal=None,
        business_date__gte=dt.date(months[0][0], months[0][1] + 1, 1),
    ).order_by("business_date")
    found: dict[Key, list[dt.date]] = defaultdict(list)
    for warehouse, item, day in rows.values_list("target__warehouse", "item", "business_date").distinct():
        found[warehouse, item].append(day)
    return found


def _propose(item: Item, months: list[tuple[Month, Decimal]], days: list[dt.date]) -> Proposal:
    lead, source = _lead_time(item, days)
    used = sum((quantity for _month, quantity in months), ZERO)
    if not months or used <= 0:
        return Proposal(months, lead, source, len(days), None, None)
    peak = max(quantity for _month, quantity in months)
    minimum = rounded_up(peak * lead / 30, item.unit)
    maximum = rounded_up(minimum + used / len(months), item.unit)
    return Proposal(months, lead, source, len(days), minimum, maximum)


def _lead_time(item: Item, days: list[dt.date]) -> tuple[int, str]:
    """Days that a delivery takes, and where the number comes from: entered, deliveries or assumed."""
    if item.lead_time_days is not None:
        return item.lead_time_days, "entered"
    if len(days) >= ENOUGH_DELIVERIES:
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        return min(int(median(gaps)), LONGEST_LEAD_DAYS), "deliveries"
    return ASSUMED_LEAD_DAYS, "assumed"


def reasoning(proposal: Proposal, unit: Unit) -> list[str]:
    """The proposal in sentences that a keeper can check."""
    lead = {
        "entered": _("Delivery time: %(days)d days, as entered with the item."),
        "deliveries": _("Delivery time: %(days)d days, the usual time between its %(count)d deliveries of the year."),
        "assumed": _("Delivery time: %(days)d days, assumed, since there are too few deliveries to tell."),
    }[proposal.lead_source] % {"days": proposal.lead_days, "count": proposal.deliveries}
    if proposal.minimum is None or proposal.maximum is None or proposal.peak is None:
        return [_("Nothing is proposed: it was not used over a full month yet."), lead]
    (year, month), peak = proposal.peak
    words = {
        "used": shown(proposal.used),
        "unit": unit,
        "months": len(proposal.months),
        "average": shown(rounded_up(proposal.average, unit)),
        "peak": shown(peak),
        "month": f"{year}-{month + 1:02d}",
        "days": proposal.lead_days,
        "minimum": shown(proposal.minimum),
        "maximum": shown(proposal.maximum),
    }
    return [
        _("Used %(used)s %(unit)s in %(months)d months: %(average)s a month, at most %(peak)s (%(month)s).") % words,
        lead,
        _("Minimum: the most used in a month, for as long as a delivery takes: %(peak)s ÷ 30 × %(days)d = %(minimum)s.")
        % words,
        _("Maximum: the minimum and the use of one month: %(minimum)s + %(average)s = %(maximum)s.") % words,
    ]
