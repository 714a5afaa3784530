"""Read queries over procurement plans: what may be requested, what may be merged, what was used a year before."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO, price, quantity
from core.visibility import Scope
from inventory.models import StockLocation, StockMove
from procurement import price_selectors
from procurement.models import PlanLine, ProcurementPlan

ADD = "procurement.add_procurementplan"
Period = tuple[int, int | None]
"""A year, and a month or None for the whole of it."""


def requestable_lines(user: Any) -> QuerySet[PlanLine]:
    """Lines of department plans the user may see, of which something can still be requested.

    A department's line opens with the approval of its plan, and once it was merged with the approval of the merged plan
    (R-PRC-03); a dropped line is closed. Ordered by year, month and line.
    """
    return (
        PlanLine.objects.filter(
            Q(merged_into=None) | Q(merged_into__document__status=Status.APPROVED),
            document__in=ProcurementPlan.objects.visible_to(user),
            document__kind=ProcurementPlan.Kind.DEPARTMENT,
            document__status=Status.APPROVED,
            dropped=False,
            approved_quantity__gt=F("requested_quantity"),
        )
        .select_related("document__department", "item__unit", "unit", "category", "allotment", "merged_into__document")
        .order_by("document__year", "document__month", "document_id", "position", "id")
    )


def last_day(document: ProcurementPlan) -> dt.date:
    """The last day of the year or month that a plan is for."""
    month = document.month or 12
    return dt.date(document.year, month, calendar.monthrange(document.year, month)[1])


def period_words(document: ProcurementPlan) -> str:
    """2027, or 2027-03."""
    return f"{document.year}-{document.month:02d}" if document.month else str(document.year)


# ---- merging ----


def may_merge(user: Any) -> bool:
    """Whether this person makes merged plans: who writes plans for the whole house, and buys or approves them."""
    wide = {Scope.ORGANIZATION, Scope.ALL} & set(user.scopes_for(ADD))
    buys = user.has_perm("procurement.add_sourcing") or user.has_perm("procurement.approve_procurementplan")
    return bool(wide and buys)


def mergeable_lines(user: Any, year: int, month: int | None) -> QuerySet[PlanLine]:
    """Approved lines of the departments of the user's house for one period that stand alone and are not requested."""
    return (
        PlanLine.objects.filter(
            document__organization=user.organization_id,
            document__kind=ProcurementPlan.Kind.DEPARTMENT,
            document__status=Status.APPROVED,
            document__year=year,
            document__month=month,
            merged_into=None,
            dropped=False,
            requested_quantity=0,
            approved_quantity__gt=0,
        )
        .select_related("document__department", "item__unit", "unit", "category")
        .order_by("item__code", "name", "specification", "document__department__code", "pk")
    )


def waiting_periods(user: Any) -> list[Period]:
    """The periods of which something waits to be merged, in order."""
    rows = PlanLine.objects.filter(
        document__organization=user.organization_id,
        document__kind=ProcurementPlan.Kind.DEPARTMENT,
        document__status=Status.APPROVED,
        merged_into=None,
        dropped=False,
        requested_quantity=0,
        approved_quantity__gt=0,
    )
    found = set(rows.order_by().values_list("document__year", "document__month").distinct())
    return sorted(found, key=lambda period: (period[0], period[1] or 0))


def merge_key(line: PlanLine) -> tuple[Any, ...]:
    """Lines with the same key are about the same thing: an item, or a name with specification and unit."""
    if line.item_id:
        return ("item", line.item_id)
    return ("name", *price_selectors.subject_of(line), line.unit_id)  # type: ignore[misc]


def grouped(rows: Iterable[PlanLine]) -> list[list[PlanLine]]:
    """Equal lines together, in the order in which each thing comes first."""
    groups: dict[tuple[Any, ...], list[PlanLine]] = {}
    for row in rows:
        groups.setdefault(merge_key(row), []).append(row)
    return list(groups.values())


# ---- what stands beside the cell ----


def period_before(year: int, month: int | None) -> tuple[dt.date, dt.date]:
    """First and last day of the same period a year before."""
    first, last = (month, month) if month else (1, 12)
    return dt.date(year - 1, first, 1), dt.date(year - 1, last, calendar.monthrange(year - 1, last)[1])


def used_before(
    organization_id: int, department_path: str | None, items: Iterable[int], year: int, month: int | None
) -> dict[int, Decimal]:
    """Stock units that a department with its sub-departments (None: the house) used in the same period a year before,
    by item; what came back is taken off. Two statements."""
    start, end = period_before(year, month)
    found: dict[int, Decimal] = {}
    for side, sign in (("target", 1), ("source", -1)):
        moves = StockMove.objects.filter(
            **{f"{side}__kind": StockLocation.Kind.CONSUMPTION, f"{side}__organization": organization_id},
            item__in=set(items),
            business_date__range=(start, end),
        )
        if department_path is not None:
            moves = moves.filter(department__path__startswith=department_path)
        for item, pieces in moves.order_by().values_list("item").annotate(Sum("quantity")):
            found[item] = found.get(item, ZERO) + sign * pieces
    return found


def history(document: ProcurementPlan, lines: Sequence[PlanLine]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """What was used in the same period a year before, and the last price, each in the unit of the line, by its key."""
    items = {line.item_id for line in lines if line.item_id}
    path = document.department.path if document.kind == ProcurementPlan.Kind.DEPARTMENT else None
    used = used_before(document.organization_id, path, items, document.year, document.month) if items else {}
    paid = price_selectors.histories(document.organization_id, {price_selectors.subject_of(line) for line in lines})
    found = {}
    for line in lines:
        before = quantity(used.get(line.item_id, ZERO) / line.factor) if line.item_id else None
        told = paid.get(price_selectors.subject_of(line))
        last = price(told.last * line.factor) if told is not None and told.last is not None else None
        found[line.pk] = (before, last)
    return found


def sources_of(document: ProcurementPlan) -> dict[int, list[PlanLine]]:
    """The departments' lines behind each line of a merged plan, by its key; one query."""
    rows = PlanLine.objects.filter(merged_into__document=document).select_related("document__department", "unit")
    found: dict[int, list[PlanLine]] = {}
    for row in rows.order_by("document__department__code", "pk"):
        found.setdefault(row.merged_into_id or 0, []).append(row)
    return found
