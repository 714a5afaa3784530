"""Read queries over allotments: what a department has, and which papers are behind each number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.urls import NoReverseMatch, reverse

from core.numbers import ZERO
from directory.models import Department
from procurement.models import BudgetAllotment, BudgetMove

PARTS = ("amount", "reserved", "used")


def allotments(user: Any, year: int, department: Department | None = None) -> QuerySet[BudgetAllotment]:
    """The allotments of a year that the user may see, of a department with its sub-departments; by purpose, basic
    spending (no project) first on every database."""
    rows = BudgetAllotment.objects.visible_to(user).filter(year=year)
    if department is not None:
        rows = rows.filter(department__path__startswith=department.path)
    return rows.select_related("department", "project", "economic_class").order_by(
        "department__code", "economic_class__code", F("project__code").asc(nulls_first=True), "fund_source", "pk"
    )


def years(user: Any) -> list[int]:
    """The years with allotments that the user may see, the latest first."""
    rows = BudgetAllotment.objects.visible_to(user).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def departments(user: Any) -> QuerySet[Department]:
    """The departments with allotments that the user may see."""
    mine = BudgetAllotment.objects.visible_to(user).order_by().values("department")
    return Department.objects.filter(pk__in=mine).order_by("code")


def sums(rows: Iterable[BudgetAllotment]) -> dict[str, Decimal]:
    """Yuan over allotments: amount, reserved, used, available."""
    known = list(rows)
    found = {part: sum((getattr(row, part) for row in known), ZERO) for part in PARTS}
    return {**found, "available": found["amount"] - found["reserved"] - found["used"]}


def add_papers(moves: Sequence[BudgetMove], user: Any) -> None:
    """Set on every move `paper` (its document or None) and `url` (where the user may open it, else None).

    Two queries a kind of document, whatever the number of moves.
    """
    keys: dict[int, set[int]] = defaultdict(set)
    for move in moves:
        keys[move.content_type_id].add(move.object_id)
    papers: dict[tuple[int, int], Any] = {}
    open_to: set[tuple[int, int]] = set()
    for kind, wanted in keys.items():
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        papers |= {(kind, key): row for key, row in model._base_manager.in_bulk(wanted).items()}
        seen = model.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)
        open_to |= {(kind, key) for key in seen}
    for move in moves:
        place = (move.content_type_id, move.object_id)
        move.paper = papers.get(place)  # type: ignore[attr-defined]
        move.url = _address(move.paper) if place in open_to else None  # type: ignore[attr-defined]


def _address(paper: Any) -> str | None:
    try:
        return reverse(f"{paper._meta.model_name}_detail", args=(paper.pk,))
    except NoReverseMatch:
        return None


def balances_after(allotment: BudgetAllotment) -> dict[int, Decimal]:
    """Yuan left on an allotment after each of its moves, by key of the move; one query."""
    left, found = ZERO, {}
    rows = allotment.moves.order_by("pk").values_list("pk", "granted", "reserved", "used")
    for key, granted, reserved, used in rows:
        left += granted - reserved - used
        found[key] = left
    return found
