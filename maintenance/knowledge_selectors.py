"""What the finished orders teach: what fixed the same fault last time, and which causes ask for which remedies."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.fields import MoneyField
from core.numbers import ZERO
from maintenance.models import FINISHED, PartUse, WorkOrder
from maintenance.services.rework import COUNTS

SHOWN = 3
NEWEST = 500
"""Finished orders that are compared with all open ones of a list."""
DAYS_BACK = 3 * 365
"""How long a case is remembered in one line on a phone; the page of an order knows them all."""


@dataclass(frozen=True)
class Remembered:
    """A finished order that tells what to do. parts: what was built in, in words; held: it did not come back since."""

    order: WorkOrder
    parts: Sequence[str]
    held: bool


@dataclass(frozen=True)
class Memory:
    """What is known about a fault. likeness: how near the orders are, in words."""

    likeness: str
    orders: Sequence[Remembered]


def finished(organization_id: int) -> QuerySet[WorkOrder]:
    """Orders of a house that were done and name what was done."""
    rows = WorkOrder.objects.filter(organization=organization_id, state__in=FINISHED)
    return rows.exclude(action="", remedy=None)


def fixed_last_time(order: WorkOrder, limit: int = SHOWN) -> Memory | None:
    """What fixed it last time: the same thing; else things of the same model; else the same category at the place.

    The newest orders of the first likeness that knows any; None when nothing is known. Who may see an order may read
    this of others in the same house: it names no reporter. At most five statements.
    """
    rows = finished(order.organization_id).filter(outcome=WorkOrder.Outcome.FIXED).exclude(pk=order.pk)
    for likeness, condition in _likenesses(order):
        found = rows.filter(condition).select_related("cause", "remedy", "worker")
        orders = list(found.order_by(F("finished_at").desc(nulls_last=True), "-pk")[:limit])
        if orders:
            return Memory(likeness, _remembered(orders))
    return None


def _likenesses(order: WorkOrder) -> Iterable[tuple[str, Q]]:
    """How near another order may be, nearest first."""
    asset, category = order.asset, Q(category=order.category_id) if order.category_id else Q()
    if asset is not None:
        yield _("on this very thing"), Q(asset=asset) & category
        if order.category_id:
            yield _("on this very thing"), Q(asset=asset)
        if asset.specification.strip():
            model = Q(asset__specification=asset.specification, asset__brand=asset.brand, asset__name=asset.name)
            yield _("on things of the same model"), model & category
    if order.place_id and order.category_id:
        yield _("at this place"), Q(place=order.place_id) & category


def _remembered(orders: Sequence[WorkOrder]) -> list[Remembered]:
    keys = [order.pk for order in orders]
    parts: dict[int, list[str]] = {key: [] for key in keys}
    for use in PartUse.objects.filter(order__in=keys, used__gt=0).select_related("issue_line__item").order_by("pk"):
        parts[use.order_id].append(str(use.issue_line.item))
    came_back = set(WorkOrder.objects.filter(COUNTS, rework_of__in=keys).values_list("rework_of", flat=True))
    return [Remembered(order, parts[order.pk], order.pk not in came_back) for order in orders]


@dataclass(frozen=True)
class _Case:
    """A finished order, as far as it is compared with open ones."""

    asset: int | None
    model: tuple[str, str, str]
    place: int | None
    category: int | None
    day: Any
    words: str

    def likeness(self, order: WorkOrder) -> tuple[int, str] | None:
        """How near it is to an open order: (rank, in words), the smallest rank nearest; None when it is not."""
        same_category = self.category is not None and self.category == order.category_id
        if order.asset_id and self.asset == order.asset_id:
            return (0 if same_category else 1), _("on this very thing")
        if order.asset and same_category and self.model[1] and self.model == _model_of(order.asset):
            return 2, _("on things of the same model")
        if order.place_id and same_category and self.place == order.place_id:
            return 3, _("at this place")
        return None


def _model_of(asset: Any) -> tuple[str, str, str]:
    return (asset.name, asset.specification.strip(), asset.brand)


def short_memories(orders: Sequence[WorkOrder]) -> dict[int, str]:
    """What fixed it last time, in one line for each open order, by key: the nearest, of those the newest.

    For lists and phones; orders of one house, with their things. Orders of which nothing is known are left out. One
    statement, which looks at the newest cases only.
    """
    asked = [order for order in orders if order.is_open]
    if not asked:
        return {}
    found = {}
    cases = _cases(asked)
    for order in asked:
        near = [(like[0], place, like[1], case) for place, case in enumerate(cases) if (like := case.likeness(order))]
        if near:
            _rank, _place, words, case = min(near, key=lambda row: row[:2])
            found[order.pk] = f"{words} {case.day:%Y-%m-%d}: {case.words}"
    return found


def _cases(orders: Sequence[WorkOrder]) -> list[_Case]:
    """The newest finished orders that may be like one of these, newest first."""
    things = [order.asset for order in orders if order.asset]
    models = [asset.specification for asset in things if asset.specification.strip()]
    places = Q(
        place__in={order.place_id for order in orders if order.place_id},
        category__in={order.category_id for order in orders if order.category_id},
    )
    near = Q(asset__in={asset.pk for asset in things}) | Q(asset__specification__in=models) | places
    since = clock.now() - dt.timedelta(days=DAYS_BACK)
    rows = finished(orders[0].organization_id).filter(near, outcome=WorkOrder.Outcome.FIXED, finished_at__gte=since)
    columns = rows.exclude(pk__in=[order.pk for order in orders]).values_list(
        *("asset", "asset__name", "asset__specification", "asset__brand"),
        *("place", "category", "finished_at", "action", "remedy__name"),
    )
    return [
        _Case(
            asset,
            (name or "", (specification or "").strip(), brand or ""),
            place,
            category,
            timezone.localdate(at),
            " · ".join(part for part in (action, remedy) if part),
        )
        for asset, name, specification, brand, place, category, at, action, remedy in columns.order_by(
            "-finished_at", "-pk"
        )[:NEWEST]
    ]


@dataclass(frozen=True)
class Pair:
    """A cause and a remedy together. back: of these orders, so many had rework; minutes: working time on average."""

    cause: str
    remedy: str
    orders: int
    back: int
    minutes: Decimal | None
    cost: Decimal


def cause_and_remedy(rows: QuerySet[WorkOrder]) -> list[Pair]:
    """How often each remedy was taken for each cause among some finished orders, and how it held. One statement."""
    reworks = WorkOrder.objects.filter(COUNTS, rework_of=OuterRef("pk")).order_by().values("rework_of")
    back = Coalesce(Subquery(reworks.annotate(n=Count("pk")).values("n")), Value(0))
    cost = F("cost_labour") + F("cost_material") + F("cost_external")
    groups = (
        rows.filter(state__in=FINISHED)
        .exclude(cause=None, remedy=None)
        .annotate(back=back)
        .order_by()
        .values("cause__code", "cause__name", "remedy__code", "remedy__name")
        .annotate(
            n=Count("pk"),
            came_back=Count("pk", filter=Q(back__gt=0)),
            minutes=Avg("labour_minutes", filter=Q(labour_minutes__gt=0)),
            yuan=Sum(cost, output_field=MoneyField()),
        )
    )
    pairs = [
        Pair(
            row["cause__name"] or _("not named"),
            row["remedy__name"] or _("not named"),
            row["n"],
            row["came_back"],
            None if row["minutes"] is None else Decimal(str(row["minutes"])),
            row["yuan"] or ZERO,
        )
        for row in groups
    ]
    totals: dict[str, int] = {}
    for pair in pairs:
        totals[pair.cause] = totals.get(pair.cause, 0) + pair.orders
    return sorted(pairs, key=lambda pair: (-totals[pair.cause], pair.cause, -pair.orders, pair.remedy))


def proposed_remedies(order: WorkOrder, limit: int = SHOWN) -> list[Any]:
    """The remedies that were taken most often for faults of this category in the house, as (remedy, how often)."""
    if not order.category_id:
        return []
    rows = finished(order.organization_id).filter(category=order.category_id).exclude(remedy=None)
    counted = rows.order_by().values("remedy__name").annotate(n=Count("pk")).order_by("-n", "remedy__name")
    return [(row["remedy__name"], row["n"]) for row in counted[:limit]]
