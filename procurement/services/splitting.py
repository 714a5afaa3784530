"""No splitting of purchases (化整为零): a year's purchases of a category under one budget class add up (R-PRC-04)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import policies
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, plain
from directory.models import Organization
from procurement import figures
from procurement.models import NOT_COUNTED, PurchaseOrder, PurchaseOrderLine, Sourcing, SourcingLine

from .methods import ABOVE_TENDER, TENDER_FIGURES, Kind, Wanted, categories_of, wanted_lines

Paper = Sourcing | PurchaseOrder
RELATED = ("request_line__item", "request_line__category", "request_line__allotment__economic_class")
Key = tuple[str, int | None]
"""Major category ("" where none is known) and key of the economic class."""


@dataclass(frozen=True)
class Purchase:
    """A paper that counts against the limit. amount: yuan of the lines that count."""

    document: Any
    amount: Decimal


@dataclass(frozen=True)
class Sum:
    """One category major under one economic class in a year: what was bought before, what this paper adds (yuan)."""

    major: str
    name: str
    economic_class: str
    kind: str
    before: Decimal
    now: Decimal
    limit: Decimal
    basis: str
    warns_at: Decimal
    purchases: list[Purchase] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.before + self.now

    @property
    def blocks(self) -> bool:
        """Above the limit: only a public tender may add to it."""
        return self.total > self.limit and bool(self.before)

    @property
    def warns(self) -> bool:
        return self.total * 100 >= self.limit * self.warns_at

    @property
    def percent(self) -> Decimal:
        return (self.total * 100 / self.limit).quantize(Decimal("0.1")) if self.limit else Decimal(100)

    def sentence(self) -> str:
        """The figures and the purchases that were counted, as a clerk and his approver have to see them."""
        named = [f"{row.document} {plain(row.amount)}" for row in self.purchases[:8]]
        more = len(self.purchases) - len(named)
        words = {
            "category": self.name,
            "economic": self.economic_class or _("no economic class"),
            "total": plain(self.total),
            "now": plain(self.now),
            "limit": plain(self.limit),
            "percent": plain(self.percent),
            "purchases": _(", ").join(named) or "—",
        }
        text = _(
            "%(category)s under %(economic)s: %(total)s yuan this year with these lines (%(now)s), %(percent)s%% of "
            "the public-tender limit of %(limit)s yuan. Counted: %(purchases)s"
        )
        return text % words + (_(" and %(count)d more") % {"count": more} if more > 0 else "")


def lock_year(organization_id: int) -> None:
    """Let approvals that count against the same limits of a house wait for each other, until the transaction ends."""
    list(Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).values_list("pk"))


def is_direct(order: PurchaseOrder) -> bool:
    """Whether an order rests on no award and no agreement: it counts by itself."""
    return order.sourcing_id is None and order.framework_id is None


def ordered_lines(order: PurchaseOrder) -> list[Wanted]:
    """The lines of a direct order as the rules see them; [] for one that rests on an award or an agreement."""
    return (
        wanted_lines(list(order.lines.select_related(*RELATED).order_by("position", "id"))) if is_direct(order) else []
    )


def _wanted_of(document: Paper) -> list[Wanted]:
    from .sourcing import lines_of

    if isinstance(document, PurchaseOrder):
        return ordered_lines(document)
    return [] if document.method in NOT_COUNTED else wanted_lines(lines_of(document))


def sums_of(document: Paper, wanted: Sequence[Wanted] | None = None) -> list[Sum]:
    """One sum for each category major and economic class of a sourcing or a direct order; four queries, however many
    lines."""
    rows = _wanted_of(document) if wanted is None else list(wanted)
    if not rows or (isinstance(document, Sourcing) and document.method in NOT_COUNTED):
        return []
    groups: dict[Key, list[Wanted]] = defaultdict(list)
    for line in rows:
        groups[line.major, line.economic_class_id].append(line)
    classes = {line.economic_class_id for line in rows}
    before = _bought(document, document.business_date.year, classes)
    day, house = document.business_date, document.organization_id
    warns_at = policies.value_of(figures.SPLITTING_WARNS_AT, house, day)
    limits = {kind: policies.in_force(TENDER_FIGURES[Kind(kind)], house, day) for kind in {row.kind for row in rows}}
    return [
        _sum(key, lines, before.get(key, {}), limits[lines[0].kind], warns_at)
        for key, lines in sorted(groups.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0))
    ]


def _sum(key: Key, lines: list[Wanted], bought: dict[Any, Decimal], limit: policies.InForce, warns_at: Decimal) -> Sum:
    first = lines[0]
    return Sum(
        major=key[0],
        name=f"{key[0]} {first.category.name}" if first.category else _("Lines without a category"),
        economic_class=first.economic_class,
        kind=first.kind,
        before=sum(bought.values(), ZERO),
        now=sum((line.amount for line in lines), ZERO),
        limit=limit.value,
        basis=limit.basis,
        warns_at=warns_at,
        purchases=[Purchase(paper, amount) for paper, amount in bought.items()],
    )


def _bought(document: Paper, year: int, classes: set[int | None]) -> dict[Key, dict[Any, Decimal]]:
    """Yuan by key and paper: approved sourcings of the year by methods that count, and orders made without one."""
    of_class = Q(request_line__allotment__economic_class__in=classes - {None})
    if None in classes:
        of_class |= Q(request_line__allotment=None)
    days = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    sourced = SourcingLine.objects.filter(
        document__organization=document.organization_id,
        document__status=Status.APPROVED,
        document__business_date__range=days,
    )
    sourced = sourced.exclude(document__method__in=NOT_COUNTED)
    ordered = PurchaseOrderLine.objects.filter(
        document__organization=document.organization_id,
        document__status=Status.APPROVED,
        document__business_date__range=days,
        sourcing_line=None,
    )
    if isinstance(document, Sourcing):
        sourced = sourced.exclude(document=document.pk)
    else:
        ordered = ordered.exclude(document=document.pk)
    rows = [row for found in (sourced, ordered) for row in found.filter(of_class).select_related("document", *RELATED)]
    rows.sort(key=lambda row: (row.document.business_date, row.document.number or "", row.pk))
    categories = categories_of({row.request_line_id: row.request_line for row in rows}.values())
    found: dict[Key, dict[Any, Decimal]] = defaultdict(dict)
    for row in rows:
        category, allotment = categories.get(row.request_line_id), row.request_line.allotment
        key = (category.major if category else "", allotment.economic_class_id if allotment else None)
        found[key][row.document] = found[key].get(row.document, ZERO) + row.amount
    return found


def warnings(document: Paper, sums: Sequence[Sum] | None = None) -> list[str]:
    """Sentences for the page and the approver where a sum reaches the warning figure or the limit."""
    return [row.sentence() for row in (sums_of(document) if sums is None else sums) if row.warns]


def require_no_splitting(document: Paper, wanted: Sequence[Wanted]) -> None:
    """Refuse what would carry a year's purchases above the limit by another way than a tender.

    A single source goes on: its justification is what the approver decides about. Raises DomainError (R-PRC-04).
    """
    if isinstance(document, Sourcing) and document.method in ABOVE_TENDER:
        return
    for row in sums_of(document, wanted):
        if row.blocks:
            raise DomainError(
                _("%(sums)s. Above the limit this is splitting: use a public tender.") % {"sums": row.sentence()},
                code="R-PRC-04",
                field="method" if isinstance(document, Sourcing) else "",
            )
