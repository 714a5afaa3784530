"""Marks of suppliers: on time, accepted at once and price from the papers of a year, service from what people say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO
from directory.models import Supplier
from procurement import price_selectors
from procurement.models import AcceptanceLine, PurchaseOrderLine, SupplierEvaluation

WEIGHTS = {"delivery": 30, "acceptance": 30, "price": 20, "service": 20}
"""Of a hundred; marks that nobody gave and nothing was computed for are left out."""


@dataclass
class _Counted:
    """What a year's papers say of one supplier."""

    in_time: int = 0
    late: int = 0
    arrived: Decimal = ZERO
    accepted: Decimal = ZERO
    paid: Decimal = ZERO
    usual: Decimal = ZERO


def overall(row: SupplierEvaluation) -> int | None:
    """The weighted mark of what is known, 0 to 100; None where nothing is known."""
    known = {name: getattr(row, name) for name in WEIGHTS if getattr(row, name) is not None}
    weight = sum(WEIGHTS[name] for name in known)
    if not weight:
        return None
    return _whole(Decimal(sum(WEIGHTS[name] * value for name, value in known.items())) / weight)


def _whole(value: Decimal) -> int:
    return int(min(max(value, ZERO), Decimal(100)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _share(part: Any, whole: Any) -> int | None:
    return _whole(Decimal(part) * 100 / Decimal(whole)) if whole else None


@transaction.atomic
def compute(organization_id: int, year: int) -> list[SupplierEvaluation]:
    """Compute the marks of a year anew for every supplier with approved orders or acceptances; service marks stay.

    On time: accepted lines that arrived by their day. Accepted at once: accepted of arrived, in money. Price: 100 for
    the price usually paid for the same things or less, one point less for each percent above.
    """
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    counted: dict[int, _Counted] = defaultdict(_Counted)
    _count_deliveries(organization_id, first, last, counted)
    _count_prices(organization_id, first, last, counted)
    known = {
        row.supplier_id: row
        for row in SupplierEvaluation.objects.select_for_update().filter(organization=organization_id, year=year)
    }
    found = []
    for supplier, sums in sorted(counted.items()):
        row = known.get(supplier) or SupplierEvaluation(
            organization_id=organization_id, supplier_id=supplier, year=year
        )
        marks = (
            _share(sums.in_time, sums.in_time + sums.late),
            _share(sums.accepted, sums.arrived),
            _whole(100 - max(sums.paid - sums.usual, ZERO) * 100 / sums.usual) if sums.usual else None,
        )
        if row.pk is None or marks != (row.delivery, row.acceptance, row.price):
            row.delivery, row.acceptance, row.price = marks
            row.computed_at = clock.now()
            row.save()
        found.append(row)
    return found


def _count_deliveries(organization_id: int, first: dt.date, last: dt.date, counted: dict[int, _Counted]) -> None:
    rows = AcceptanceLine.objects.filter(
        document__organization=organization_id,
        document__status=Status.APPROVED,
        document__business_date__range=(first, last),
    ).select_related("document", "order_line__document")
    for row in rows:
        line = row.order_line
        sums = counted[line.document.supplier_id]
        due = line.deliver_by or line.document.deliver_by
        if due:
            in_time = row.document.business_date <= due
            sums.in_time += in_time
            sums.late += not in_time
        sums.arrived += row.arrived_quantity * line.unit_price
        sums.accepted += row.accepted_quantity * line.unit_price


def _count_prices(organization_id: int, first: dt.date, last: dt.date, counted: dict[int, _Counted]) -> None:
    """What was paid against what the same things usually cost in the year before the orders of this year."""
    rows = PurchaseOrderLine.objects.filter(
        document__organization=organization_id,
        document__status=Status.APPROVED,
        document__business_date__range=(first, last),
    ).select_related("document", "item")
    lines = list(rows)
    before = first - dt.timedelta(days=1)
    usual = price_selectors.histories(organization_id, {price_selectors.subject_of(line) for line in lines}, day=before)
    for line in lines:
        sums = counted[line.document.supplier_id]
        known = usual.get(price_selectors.subject_of(line))
        price = known and (known.average or known.last)
        if price:
            sums.paid += line.amount
            sums.usual += line.quantity * line.factor * price


def compute_all(year: int, organizations: Iterable[int]) -> int:
    """Marks of a year for several houses; returns how many suppliers have marks."""
    return sum(len(compute(key, year)) for key in organizations)


@transaction.atomic
def mark_service(supplier: Supplier, year: int, *, service: int, note: str, actor: Any) -> SupplierEvaluation:
    """Give the mark that no paper knows. Raises NotAllowed, DomainError for a mark that is none."""
    if not actor.has_perm("procurement.change_supplierevaluation"):
        raise NotAllowed(_("You may not give marks."))
    if not 0 <= service <= 100:
        raise DomainError(_("A mark lies between 0 and 100."), field="service")
    if not 2000 <= year <= clock.today().year:
        raise DomainError(_("Choose this year or an earlier one."), field="year")
    row, _made = SupplierEvaluation.objects.select_for_update().get_or_create(
        organization_id=actor.organization_id, supplier=supplier, year=year
    )
    row.service, row.note, row.marked_by = service, note.strip()[:200], actor
    row.save()
    return row
