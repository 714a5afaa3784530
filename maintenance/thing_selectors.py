"""Repairs seen from the things: how many days they could be used, and what keeping them going costs."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from assets.models import Asset, AssetMove, AssetState, CardType
from assets.selectors import cards_seen, in_service
from core import clock
from core.numbers import ZERO, percent
from maintenance.models import GIVEN_UP, OPEN, WorkOrder

EQUIPMENT = (CardType.EQUIPMENT, CardType.VEHICLE)
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Availability:
    """Days of some equipment: things counted, days they were there, days of those under repair."""

    things: int = 0
    days: int = 0
    down: int = 0

    def __add__(self, other: "Availability") -> "Availability":
        return Availability(self.things + other.things, self.days + other.days, self.down + other.down)

    @property
    def percent(self) -> Decimal | None:
        """完好率: days in good state of all days, in percent."""
        return percent(Decimal(self.days - self.down), Decimal(self.days))


def availability(user: Any, start: dt.date, end: dt.date, **chosen: Any) -> dict[int, Availability]:
    """Equipment and vehicles a person sees, by key of the asset category; days after today are not counted.

    A day is bad when a repair was open on the thing, or the custody ledger says “under repair”. A thing counts from its
    first day of use to its disposal. A fixed number of statements; rows are read only for things that were repaired,
    came or went within the days.
    """
    end = min(end, clock.today())
    if end < start:
        return {}
    cards = _equipment(user, start, end, chosen).order_by()
    length = (end - start).days + 1
    found: dict[int, Availability] = {
        row["category"]: Availability(row["count"], row["count"] * length)
        for row in cards.values("category").annotate(count=Count("pk"))
    }
    came = Q(in_use_on__gt=start) | Q(disposed_on__lte=end)
    lives = {
        row.pk: (max(row.in_use_on or start, start), min(row.disposed_on or end, end))
        for row in cards.filter(came).only("pk", "in_use_on", "disposed_on")
    }
    categories = dict(cards.filter(came).values_list("pk", "category"))
    for key, (first, last) in lives.items():
        found[categories[key]] += Availability(0, (last - first).days + 1 - length)
    bad = _bad_spans(cards, start, end)
    categories |= dict(cards.filter(pk__in=list(bad)).values_list("pk", "category"))
    for key, spans in bad.items():
        first, last = lives.get(key, (start, end))
        found[categories[key]] += Availability(0, 0, days_in(spans, first, last))
    return found


def _equipment(user: Any, start: dt.date, end: dt.date, chosen: Any) -> QuerySet[Asset]:
    cards = cards_seen(user).filter(card_type__in=EQUIPMENT, in_use_on__lte=end)
    for name in ("department", "category"):
        if chosen.get(name):
            cards = cards.filter(**{f"{name}__path__startswith": chosen[name].path})
    return cards.filter(Q(disposed_on=None) | Q(disposed_on__gte=start))


def _bad_spans(cards: QuerySet[Asset], start: dt.date, end: dt.date) -> dict[int, list[Span]]:
    """Days on which things could not be used, by card; both ends count. Two statements."""
    first, after = clock.bounds(start, end)
    keys = cards.values("pk")
    spans: dict[int, list[Span]] = defaultdict(list)
    broken = WorkOrder.objects.filter(kind=WorkOrder.Kind.REPAIR, asset__in=keys, reported_at__lt=after)
    broken = broken.exclude(state__in=GIVEN_UP).exclude(outcome=WorkOrder.Outcome.NO_FAULT).order_by()
    broken = broken.filter(Q(state__in=OPEN) | Q(finished_at__gte=first))
    for key, since, until in broken.values_list("asset", "reported_at", "finished_at"):
        spans[key].append((timezone.localdate(since), timezone.localdate(until) if until else end))
    later = AssetMove.objects.filter(asset=OuterRef("asset"), pk__gt=OuterRef("pk")).exclude(to_state=AssetState.REPAIR)
    stood = AssetMove.objects.filter(asset__in=keys, to_state=AssetState.REPAIR, business_date__lte=end)
    back = later.order_by().values("asset").annotate(first=Min("business_date")).values("first")
    stood = stood.annotate(back=Subquery(back)).filter(Q(back=None) | Q(back__gte=start)).order_by()
    for key, since, until in stood.values_list("asset", "business_date", "back"):
        spans[key].append((since, until or end))
    return spans


def days_in(spans: Iterable[Span], first: dt.date, last: dt.date) -> int:
    """How many different days of a stretch lie in any of the spans; both ends of everything count."""
    total, reached = 0, first - dt.timedelta(days=1)
    for since, until in sorted(spans):
        begin, finish = max(since, reached + dt.timedelta(days=1), first), min(until, last)
        if finish >= begin:
            total += (finish - begin).days + 1
            reached = finish
    return total


@dataclass(frozen=True)
class ThingCost:
    """What repairs of a thing cost in yuan since it came, and how many there were."""

    asset: Asset
    repairs: int
    cost: Decimal

    @property
    def share(self) -> Decimal | None:
        """In percent of what it is still worth; None for a thing worth nothing any more."""
        return percent(self.cost, self.asset.net_value)

    def is_above(self, limit: Decimal) -> bool:
        """Whether it cost more than so many percent of what the thing is worth; exactly, without rounding."""
        return self.cost * 100 > self.asset.net_value * limit


def thing_costs(user: Any, start: dt.date, end: dt.date, **chosen: Any) -> list[ThingCost]:
    """Things in service with repairs in some days, the dearest against their net value first; two statements.

    A thing that is worth nothing any more stands above all others: any repair costs more than it.
    """
    first, after = clock.bounds(start, end)
    cards = in_service(cards_seen(user))
    for name in ("department", "category"):
        if chosen.get(name):
            cards = cards.filter(**{f"{name}__path__startswith": chosen[name].path})
    orders = WorkOrder.objects.filter(reported_at__gte=first, reported_at__lt=after, asset__in=cards.order_by())
    orders = orders.exclude(state__in=GIVEN_UP).order_by()
    sums = orders.values("asset").annotate(
        repairs=Count("pk", filter=Q(kind=WorkOrder.Kind.REPAIR)),
        labour=Sum("cost_labour"),
        material=Sum("cost_material"),
        external=Sum("cost_external"),
    )
    costs = {row["asset"]: row for row in sums}
    found = []
    for card in cards.filter(Exists(orders.filter(asset=OuterRef("pk")))).select_related(
        "department", "place", "category"
    ):
        row = costs[card.pk]
        cost = sum((row[name] or ZERO for name in ("labour", "material", "external")), ZERO)
        if cost:
            found.append(ThingCost(card, row["repairs"], cost))
    return sorted(found, key=lambda row: (row.share is not None, -(row.share or ZERO), -row.cost, row.asset.pk))
