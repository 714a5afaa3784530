"""The numbers of repairs: how many, in time or not, how well, how dear; each as numerator and denominator (domain 4.4).

An order counts in the month in which it was reported. Every selector is a fixed number of statements over the orders a
person may see, whatever their number; reports, charts and the page of key figures read the same ones.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.numbers import ZERO, percent
from maintenance import figures
from maintenance.models import FINISHED, GIVEN_UP, OPEN, LabourEntry, OrderPause, State, WorkOrder
from maintenance.order_selectors import narrowed, past_due, standing_still
from maintenance.services.rework import COUNTS

Kind, NONE = WorkOrder.Kind, dt.timedelta(0)
HOUR = Decimal(3600)
DAY = dt.timedelta(days=1)
REPAIRS = Q(kind=Kind.REPAIR) & ~Q(state__in=GIVEN_UP)
DONE = REPAIRS & Q(state__in=FINISHED, finished_at__isnull=False)
GIVEN_OUT = REPAIRS & Q(accept_due__isnull=False) & (Q(dispatched_at__isnull=False) | Q(accepted_at__isnull=False))
VISITED = REPAIRS & Q(arrive_promised__isnull=False, arrived_at__isnull=False)
PROMISED = DONE & Q(finish_promised__isnull=False)
RATED = DONE & Q(score__isnull=False) & ~Q(confirmation=WorkOrder.Confirmation.AUTO)
CONFIRMED = DONE & ~Q(confirmation="")


@dataclass(frozen=True)
class Totals:
    """Sums over some orders. `*_gross`: measured with pauses, `*_net`: approved pauses left out (R-REP-03).

    gross, paused: elapsed time from report to completion, and the approved pauses in it. stars: sum of ratings.
    upkeep: preventive orders; everything else counts repairs alone, joined doubles and those sent back left out.
    """

    reported: int = 0
    given_up: int = 0
    upkeep: int = 0
    open: int = 0
    open_late: int = 0
    given_out: int = 0
    accepted_in_time: int = 0
    visited: int = 0
    arrived_gross: int = 0
    arrived_net: int = 0
    finished: int = 0
    promised: int = 0
    finished_gross: int = 0
    finished_net: int = 0
    first_time: int = 0
    reworks: int = 0
    confirmed: int = 0
    rated: int = 0
    stars: int = 0
    gross: dt.timedelta = NONE
    paused: dt.timedelta = NONE
    minutes: int = 0
    labour: Decimal = ZERO
    material: Decimal = ZERO
    external: Decimal = ZERO

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(getattr(self, row.name) + getattr(other, row.name) for row in fields(Totals)))

    @property
    def best_stars(self) -> int:
        """The stars that everybody who rated could have given."""
        return self.rated * 5

    @property
    def works(self) -> int:
        """Repairs and preventive orders together."""
        return self.reported + self.upkeep

    @property
    def cost(self) -> Decimal:
        """Yuan of labour, material and contractors."""
        return self.labour + self.material + self.external

    @property
    def mttr(self) -> Decimal | None:
        """Mean hours from report to completion, gross; None when nothing was finished."""
        return _mean_hours(self.gross, self.finished)

    @property
    def mttr_net(self) -> Decimal | None:
        """The same with approved pauses left out."""
        return _mean_hours(self.gross - self.paused, self.finished)


NOTHING = Totals()


def _mean_hours(time: dt.timedelta, count: int) -> Decimal | None:
    return (Decimal(time.total_seconds()) / HOUR / count).quantize(Decimal("0.1")) if count else None


@dataclass(frozen=True)
class Rate:
    """A key figure: two counts of Totals. goal: key of the figure it is held against; least: at least, or at most."""

    key: str
    label: Any
    part: str
    whole: str
    goal: str = ""
    least: bool = True
    hint: Any = ""

    def counts(self, totals: Totals) -> tuple[int, int]:
        """Numerator and denominator."""
        return getattr(totals, self.part), getattr(totals, self.whole)

    def percent(self, totals: Totals) -> Decimal | None:
        """In percent with one place; None of nothing."""
        part, whole = self.counts(totals)
        return percent(Decimal(part), Decimal(whole))


RATES = (
    Rate(
        "response", _("Accepted in time"), "accepted_in_time", "given_out", figures.TIMELY, hint=_("of those given out")
    ),
    Rate(
        "arrival", _("On site in time (gross)"), "arrived_gross", "visited", figures.TIMELY, hint=_("of those visited")
    ),
    Rate("arrival_net", _("On site in time (net)"), "arrived_net", "visited", hint=_("of those visited")),
    Rate("finish", _("Done in time (gross)"), "finished_gross", "promised", figures.TIMELY, hint=_("of those done")),
    Rate("finish_net", _("Done in time (net)"), "finished_net", "promised", figures.TIMELY, hint=_("of those done")),
    Rate("completion", _("Completion rate"), "finished", "reported", hint=_("of those reported")),
    Rate(
        "first_time",
        _("Repaired the first time"),
        "first_time",
        "finished",
        figures.FIRST_TIME,
        hint=_("of those done"),
    ),
    Rate("rework", _("Rework rate"), "reworks", "finished", figures.REWORK_MOST, least=False, hint=_("for those done")),
    Rate(
        "satisfaction",
        _("Satisfaction"),
        "stars",
        "best_stars",
        figures.SATISFIED,
        hint=_("stars of the most possible"),
    ),
    Rate("answers", _("Share that rated"), "rated", "confirmed", hint=_("of those confirmed")),
    Rate("preventive", _("Preventive share"), "upkeep", "works", hint=_("of repairs and upkeep together")),
)
RATE = {rate.key: rate for rate in RATES}


def orders_of(user: Any, start: dt.date, end: dt.date, **chosen: Any) -> QuerySet[WorkOrder]:
    """The orders somebody sees that were reported in some days.

    chosen: category, place and department (with those under them), team, worker and urgency; empty ones are left out.
    """
    first, after = clock.bounds(start, end)
    rows = WorkOrder.objects.visible_to(user).filter(reported_at__gte=first, reported_at__lt=after).order_by()
    rows = narrowed(rows, **chosen)
    return rows.filter(**{name: chosen[name] for name in ("team", "worker", "urgency") if chosen.get(name)})


def totals(orders: QuerySet[WorkOrder]) -> Totals:
    """The sums over some orders; one statement."""
    return grouped(orders.annotate(everything=F("organization_id") * 0), "everything").get(0, NOTHING)


def by_month(orders: QuerySet[WorkOrder]) -> dict[dt.date, Totals]:
    """The sums by the month of the report, by its first day; one statement."""
    rows = orders.annotate(month=TruncMonth("reported_at", tzinfo=timezone.get_default_timezone()))
    return {timezone.localtime(key).date(): value for key, value in grouped(rows, "month").items()}


def by_worker(orders: QuerySet[WorkOrder]) -> dict[int | None, Totals]:
    """The sums by whoever has the order; rework counts against whose repair did not hold. 2 statements."""
    found = grouped(orders, "worker_id")
    charged = orders.filter(REPAIRS & COUNTS).values("rework_of__worker").annotate(count=Count("pk"))
    charges = {row["rework_of__worker"]: row["count"] for row in charged}
    return {key: _replaced(found.get(key, NOTHING), reworks=charges.get(key, 0)) for key in {*found, *charges}}


def _replaced(row: Totals, **values: Any) -> Totals:
    return Totals(**{**{field.name: getattr(row, field.name) for field in fields(Totals)}, **values})


def grouped(orders: QuerySet[WorkOrder], key: str) -> dict[Any, Totals]:
    """The sums by a column of the order (worker_id, category_id, place_id …); one statement."""
    now = clock.now()
    again = WorkOrder.objects.filter(COUNTS, rework_of=OuterRef("pk")).exclude(state__in=GIVEN_UP)
    length = ExpressionWrapper(F("ended_at") - F("since"), output_field=DurationField())
    pauses = (
        OrderPause.objects.filter(order=OuterRef("pk"), decision=OrderPause.Decision.APPROVED, ended_at__isnull=False)
        .order_by()
        .values("order")
        .annotate(total=Sum(length))
        .values("total")
    )
    rows = orders.annotate(
        redone=Exists(again),
        stands=Exists(standing_still().filter(order=OuterRef("pk"))),
        took=ExpressionWrapper(F("finished_at") - F("reported_at"), output_field=DurationField()),
        rested=Subquery(pauses, output_field=DurationField()),
    )
    sums = rows.order_by().values(key).annotate(**_counts(now), **_sums())
    return {row.pop(key): Totals(**{name: value or _zero(name) for name, value in row.items()}) for row in sums}


def _late(now: dt.datetime) -> Q:
    """Orders whose next promised moment has passed, as the list of orders finds them (order_selectors.overdue)."""
    return past_due(now) & ~Q(state=State.SUSPENDED, stands=True)


def _counts(now: dt.datetime) -> dict[str, Any]:
    conditions = {
        "reported": REPAIRS,
        "given_up": Q(kind=Kind.REPAIR, state__in=GIVEN_UP),
        "upkeep": Q(kind=Kind.UPKEEP) & ~Q(state__in=GIVEN_UP),
        "open": REPAIRS & Q(state__in=OPEN),
        "open_late": REPAIRS & _late(now),
        "given_out": GIVEN_OUT,
        "accepted_in_time": GIVEN_OUT & Q(accepted_at__lte=F("accept_due")),
        "visited": VISITED,
        "arrived_gross": VISITED & Q(arrived_at__lte=F("arrive_promised")),
        "arrived_net": VISITED & Q(arrived_at__lte=F("arrive_due")),
        "finished": DONE,
        "promised": PROMISED,
        "finished_gross": PROMISED & Q(finished_at__lte=F("finish_promised")),
        "finished_net": PROMISED & Q(finished_at__lte=F("finish_due")),
        "first_time": DONE & Q(refusals=0, redone=False),
        "reworks": REPAIRS & COUNTS,
        "confirmed": CONFIRMED,
        "rated": RATED,
    }
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}


def _sums() -> dict[str, Any]:
    everything = ~Q(state__in=GIVEN_UP) & ~Q(kind=Kind.TASK)
    return {
        "stars": Sum("score", filter=RATED),
        "gross": Sum("took", filter=DONE),
        "paused": Sum("rested", filter=DONE),
        "minutes": Sum("labour_minutes", filter=everything),
        "labour": Sum("cost_labour", filter=everything),
        "material": Sum("cost_material", filter=everything),
        "external": Sum("cost_external", filter=everything),
    }


def _zero(name: str) -> Any:
    return getattr(NOTHING, name)


def folded(rows: Mapping[Any, Totals], into: Mapping[Any, Any]) -> dict[Any, Totals]:
    """Sums of rooms added up to their buildings, of items to their kinds; a key that is nowhere stays by itself."""
    found: dict[Any, Totals] = {}
    for key, value in rows.items():
        place = into.get(key, key)
        found[place] = found.get(place, NOTHING) + value
    return found


def roots(model: Any, keys: Iterable[Any]) -> dict[Any, Any]:
    """By key of a row of a tree: the key of its root; one statement."""
    rows = model._base_manager.filter(pk__in=[key for key in keys if key]).values_list("pk", "path")
    return {key: int(path.split(".", 1)[0]) for key, path in rows}


AGES = (
    (1, _("up to 1 day")),
    (3, _("1 to 3 days")),
    (7, _("3 to 7 days")),
    (30, _("7 to 30 days")),
    (None, _("older")),
)
"""Days since the report, and how the backlog calls them."""


def backlog(user: Any, **chosen: Any) -> dict[Any, list[int]]:
    """Open repairs of a person's reach by category: how many in each of AGES, and how many are overdue as the last.

    Orders on whose approved pause nobody works count by their age too, but never as overdue. One statement, which
    reads the open ones: grouped by the database they would be looked for among all orders of each category.
    """
    now = clock.now()
    rows = WorkOrder.objects.visible_to(user).filter(kind=Kind.REPAIR, state__in=OPEN).order_by()
    rows = narrowed(rows, **chosen)
    rows = rows.annotate(stands=Exists(standing_still().filter(order=OuterRef("pk"))))
    late = ExpressionWrapper(_late(now), output_field=BooleanField())
    found: dict[Any, list[int]] = {}
    for category, reported, is_late in rows.annotate(late=late).values_list("category_id", "reported_at", "late"):
        counts = found.setdefault(category, [0] * (len(AGES) + 1))
        age = now - reported
        counts[next(place for place, (days, _label) in enumerate(AGES) if days is None or age < days * DAY)] += 1
        counts[-1] += bool(is_late)
    return found


def worked_minutes(orders: QuerySet[WorkOrder]) -> dict[int, int]:
    """Minutes that each person entered on some orders, helpers too; one statement."""
    rows = LabourEntry.objects.filter(order__in=orders.order_by().values("pk")).order_by()
    return {row["worker"]: row["spent"] for row in rows.values("worker").annotate(spent=Coalesce(Sum("minutes"), 0))}
