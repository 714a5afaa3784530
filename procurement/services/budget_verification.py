"""Recomputes allotments and what request lines hold of them from the budget ledger, and names what differs."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Sum
from django.utils.translation import gettext as _

from core.numbers import ZERO
from core.templatetags.display import money as shown
from core.verification import Finding
from procurement.models import BudgetAllotment, BudgetDecision, BudgetMove, PaymentRequest, PaymentShare
from procurement.models import PurchaseRequestLine as RequestLine

CHUNK = 2000
PARTS = ("granted", "reserved", "used")
Sums = tuple[Decimal, Decimal, Decimal]


def verify_budgets() -> Iterator[Finding]:
    """Allotments are the sums of their moves, no moment of their story was overdrawn, and request lines hold what
    their moves say (R-PRC-02)."""
    yield from _story()
    yield from _caches()
    yield from _request_lines()


def _story() -> Iterator[Finding]:
    """The first paper after which an allotment was overdrawn or a part of it negative, an allotment once."""
    moved = BudgetMove.objects.order_by("allotment_id", "pk")
    rows: Any = moved.values_list("allotment_id", "pk", "content_type_id", "object_id", "posted_at", *PARTS)
    for _allotment, moves in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row[0]):
        now: Sums = (ZERO, ZERO, ZERO)
        # One paper may book several lines; what counts is where it leaves the allotment.
        for _paper, part in groupby(moves, key=lambda row: row[2:5]):
            last = 0
            for row in part:
                last, now = row[1], (now[0] + row[5], now[1] + row[6], now[2] + row[7])
            granted, reserved, used = now
            if reserved < 0 or used < 0 or reserved + used > granted:
                words = {"granted": shown(granted), "reserved": shown(reserved), "used": shown(used)}
                yield Finding(
                    BudgetMove._meta.label,
                    last,
                    _("after it %(granted)s were allotted, %(reserved)s reserved and %(used)s used") % words,
                )
                break


def _caches() -> Iterator[Finding]:
    """amount, reserved and used of every allotment against the sums of its moves."""
    sums: Any = BudgetMove.objects.order_by().values("allotment").annotate(*(Sum(part) for part in PARTS))
    booked = {row["allotment"]: tuple(row[f"{part}__sum"] for part in PARTS) for row in sums}
    for row in BudgetAllotment.objects.order_by("pk").iterator(chunk_size=CHUNK):
        pairs = zip(("amount", "reserved", "used"), booked.get(row.pk, (ZERO, ZERO, ZERO)), strict=True)
        for column, computed in pairs:
            if getattr(row, column) != computed:
                yield _finding(row, column, getattr(row, column), computed)


def _request_lines() -> Iterator[Finding]:
    """What every request line holds against the moves that name it; payments name it by their share."""
    booked = reserved_by_line()
    for line in RequestLine.objects.order_by("pk").iterator(chunk_size=CHUNK):
        computed = booked.pop(line.pk, ZERO)
        if line.reserved != computed:
            yield _finding(line, "reserved", line.reserved, computed)
    for key, computed in sorted(booked.items()):
        if computed:
            yield Finding(RequestLine._meta.label, key, _("the ledger reserves for a line that does not exist"))


def reserved_by_line() -> dict[int, Decimal]:
    """Yuan reserved by key of the request line, from the moves alone."""
    kinds = ContentType.objects.get_for_models(BudgetDecision, PaymentRequest)
    shares = dict(PaymentShare.objects.values_list("pk", "order_line__request_line"))
    rows = BudgetMove.objects.exclude(content_type=kinds[BudgetDecision]).exclude(reserved=0).order_by()
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for kind, line, amount in rows.values_list("content_type", "line").annotate(Sum("reserved")):
        found[shares.get(line, 0) if kind == kinds[PaymentRequest].pk else line] += amount
    return dict(found)


def _finding(row: Any, column: str, cached: Any, computed: Any) -> Finding:
    words = {"column": row._meta.get_field(column).verbose_name, "cached": shown(cached), "computed": shown(computed)}
    return Finding(row._meta.label, row.pk, _("%(column)s: stored %(cached)s, by the ledger %(computed)s") % words)
