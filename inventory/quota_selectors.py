"""Quotas: what a department may use in a period, what it used, and what is left of it."""

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, money
from inventory.models import Item, ItemCategory, Quota, Requisition, RequisitionLine, StockLocation, StockMove

from .ledger_selectors import Pair

Days = tuple[dt.date, dt.date]
"""First and last day of a period."""


def days_of(quota: Quota, day: dt.date) -> Days:
    """The period of a quota that a day lies in."""
    if quota.period == Quota.Period.TERM:
        return quota.organization.term_of(day)
    months = {Quota.Period.MONTH: 1, Quota.Period.QUARTER: 3, Quota.Period.YEAR: 12}[Quota.Period(quota.period)]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    last_month = first.month + months - 1
    return first, first.replace(month=last_month, day=calendar.monthrange(first.year, last_month)[1])


def valid_quotas(day: dt.date) -> QuerySet[Quota]:
    """The quotas that hold on a day, with what they are about."""
    rows = Quota.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    return rows.select_related("organization", "department", "item__unit", "category")


def limit_of(quota: Quota) -> Decimal:
    """The limit of one period without carry-over: stock units, or yuan where the quota is an amount."""
    department = quota.department
    heads = {
        Quota.Basis.FIXED: 1,
        Quota.Basis.HEAD: department.head_count,
        Quota.Basis.BED: department.bed_count,
        Quota.Basis.CLASS: department.class_count,
    }[Quota.Basis(quota.basis)]
    one = quota.limit_amount if quota.limit_quantity is None else quota.limit_quantity
    return (one or ZERO) * heads


LENGTHS = (Quota.Period.MONTH, Quota.Period.QUARTER, Quota.Period.TERM, Quota.Period.YEAR)
"""The periods of quotas, the shortest first."""


def limits_between(departments: Collection[int], start: dt.date, end: dt.date) -> dict[tuple[int, int], Decimal]:
    """Yuan that quotas of categories grant from one day to another, by keys of department and category.

    Only whole periods of a quota count; where a category has quotas of several lengths, the longest that fits counts,
    since they limit the same use. One statement.
    """
    rows = Quota.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=start),
        department__in=departments,
        valid_from__lte=end,
        limit_amount__isnull=False,
        category__isnull=False,
    ).select_related("organization", "department")
    found: dict[tuple[int, int], dict[str, Decimal]] = {}
    for quota in rows:
        granted = sum((limit_of(quota) for _days in _whole_periods(quota, start, end)), ZERO)
        if granted:
            lengths = found.setdefault((quota.department_id, quota.category_id or 0), {})
            lengths[quota.period] = lengths.get(quota.period, ZERO) + granted
    return {
        key: next(lengths[length] for length in reversed(LENGTHS) if length in lengths)
        for key, lengths in found.items()
    }


def _whole_periods(quota: Quota, start: dt.date, end: dt.date) -> Iterator[Days]:
    """The periods of a quota that lie between two days and begin while it holds."""
    first, last = days_of(quota, start)
    while last <= end:
        holds = quota.valid_from <= first and (quota.valid_until is None or quota.valid_until >= first)
        if first >= start and holds:
            yield first, last
        first, last = days_of(quota, last + dt.timedelta(days=1))


@dataclass
class Standing:
    """How one quota stands: everything in stock units, or in yuan where the quota is an amount.

    carried: left over from the period before. reserved: asked for by requests that are not issued yet.
    """

    quota: Quota
    start: dt.date
    end: dt.date
    limit: Decimal
    carried: Decimal
    used: Decimal
    reserved: Decimal

    @property
    def left(self) -> Decimal:
        return self.limit + self.carried - self.used - self.reserved

    @property
    def counts_pieces(self) -> bool:
        return self.quota.limit_quantity is not None


Sums = dict[int, dict[int, Pair]]
"""Pieces and yuan by keys of department and, in it, item."""


def standings(quotas: Sequence[Quota], day: dt.date, *, without: Any = None) -> list[Standing]:
    """How quotas stand in the period of a day; a fixed number of statements, two for each different period.

    without: a requisition that does not count as an open request (the one that is being asked about).
    """
    now = {quota.pk: days_of(quota, day) for quota in quotas}
    before = {quota.pk: days_of(quota, now[quota.pk][0] - dt.timedelta(days=1)) for quota in quotas if quota.carry_over}
    departments = {quota.department_id for quota in quotas}
    used = {days: used_in(departments, days) for days in {*now.values(), *before.values()}}
    reserved = open_requests(departments, without) if quotas else {}
    under = _items_under(quotas)
    found = []
    for quota in quotas:
        start, end = now[quota.pk]
        limit = limit_of(quota)
        carried = ZERO
        if quota.carry_over and quota.valid_from <= before[quota.pk][1]:
            carried = max(limit - _sum_of(quota, used[before[quota.pk]], under), ZERO)
        current = start <= clock.today() <= end
        asked = _sum_of(quota, reserved, under) if current else ZERO
        found.append(Standing(quota, start, end, limit, carried, _sum_of(quota, used[start, end], under), asked))
    return found


def used_in(departments: Collection[int], days: Days) -> Sums:
    """What departments used in a period: issued less what came back, at cost."""
    use = StockLocation.Kind.CONSUMPTION
    rows = StockMove.objects.filter(department__in=departments, business_date__range=days).order_by()
    sums: Sums = {}
    for side, sign in (("target", 1), ("source", -1)):
        moved = rows.filter(**{f"{side}__kind": use}).values_list("department", "item")
        for department, item, pieces, yuan in moved.annotate(Sum("quantity"), Sum("amount")):
            own = sums.setdefault(department, {})
            own[item] = own.get(item, Pair()).plus(Pair(pieces, yuan), sign)
    return sums


def open_requests(departments: Collection[int], without: Any = None) -> Sums:
    """What departments asked for and have not got yet: submitted and approved requests, as far as they are open."""
    lines = RequisitionLine.objects.filter(
        document__department__in=departments,
        document__status__in=(Status.SUBMITTED, Status.APPROVED),
        document__fulfilment__in=(Requisition.Fulfilment.NONE, Requisition.Fulfilment.PARTIAL),
    )
    if without is not None and without.pk:
        lines = lines.exclude(document=without.pk)
    sums: Sums = {}
    for line in lines.select_related("document").only(
        *("document__department", "item", "stock_quantity", "amount", "approved_quantity", "issued_quantity")
    ):
        wanted = line.stock_quantity if line.approved_quantity is None else line.approved_quantity
        pieces = max(wanted - line.issued_quantity, ZERO)
        own = sums.setdefault(line.document.department_id, {})
        yuan = money(line.amount * pieces / line.stock_quantity)
        own[line.item_id] = own.get(line.item_id, Pair()).plus(Pair(pieces, yuan))
    return sums


def _items_under(quotas: Iterable[Quota]) -> dict[int, set[int]]:
    """Keys of the items of every category that quotas name, its branches included."""
    paths = {quota.category.pk: quota.category.path for quota in quotas if quota.category}
    found: dict[int, set[int]] = {key: set() for key in paths}
    if paths:
        for item, path in Item.objects.values_list("pk", "category__path"):
            for key, prefix in paths.items():
                if path.startswith(prefix):
                    found[key].add(item)
    return found


def _sum_of(quota: Quota, sums: Sums, under: dict[int, set[int]]) -> Decimal:
    items = {quota.item_id} if quota.item_id else under[quota.category_id or 0]
    pairs = [pair for item, pair in sums.get(quota.department_id, {}).items() if item in items]
    return sum(((pair.amount if quota.limit_quantity is None else pair.quantity) for pair in pairs), ZERO)


@dataclass(frozen=True)
class Wanted:
    """A line that asks for goods: what the caller knows it by, its item, stock units, and yuan it is estimated at."""

    key: int
    item: Item
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Excess:
    """A quota that a request goes over: the keys of the lines that do, and all that is asked for under this quota."""

    standing: Standing
    keys: tuple[int, ...]
    asked: Decimal


def excesses(department: Any, lines: Sequence[Wanted], day: dt.date, *, without: Any = None) -> list[Excess]:
    """The quotas of a department that a request would go over, each with the lines to blame."""
    paths = {line.item.pk: line.item.category.path for line in lines}
    above = {int(part) for path in paths.values() for part in path.split(".") if part}
    rows = valid_quotas(day).filter(Q(item__in=paths) | Q(category__in=above), department=department)
    found = []
    for standing in standings(list(rows), day, without=without):
        asked, over = ZERO, []
        for line in lines:
            if not _is_about(standing.quota, line, paths):
                continue
            asked += line.quantity if standing.counts_pieces else line.amount
            if asked > standing.left:
                over.append(line.key)
        if over:
            found.append(Excess(standing, tuple(over), asked))
    return found


def _is_about(quota: Quota, line: Wanted, paths: dict[int, str]) -> bool:
    if quota.item_id:
        return quota.item_id == line.item.pk
    category: ItemCategory | None = quota.category
    return category is not None and paths[line.item.pk].startswith(category.path)
