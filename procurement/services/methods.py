"""Which method a purchase may take: the house's limits, the central catalogue, justifications (R-PRC-05)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import policies
from core.errors import DomainError
from core.numbers import ZERO, plain
from procurement import figures
from procurement.models import (
    CentralCatalogueEntry,
    ItemCategoryLink,
    Method,
    PurchaseCategory,
    PurchaseRequestLine,
    Sourcing,
    Treatment,
)

Kind = PurchaseCategory.Kind
TENDER_FIGURES = {
    Kind.GOODS: figures.PUBLIC_TENDER_GOODS,
    Kind.SERVICES: figures.PUBLIC_TENDER_SERVICES,
    Kind.WORKS: figures.PUBLIC_TENDER_WORKS,
}
UPPER_FIGURES = {Method.DIRECT: figures.DIRECT_UP_TO, Method.ENQUIRY: figures.ENQUIRY_UP_TO}
ABOVE_TENDER = (Method.PUBLIC_TENDER, Method.CENTRAL, Method.SINGLE_SOURCE)
"""Methods that a purchase above the public-tender figure may take; single source with its justification approved."""


@dataclass(frozen=True)
class Wanted:
    """A line of a purchase with what decides about its method. amount: yuan."""

    position: int
    title: str
    category: PurchaseCategory | None
    kind: str
    economic_class_id: int | None
    economic_class: str
    amount: Decimal

    @property
    def major(self) -> str:
        """The code by which a year's purchases are added up; "" where no category is known (R-PRC-04)."""
        return self.category.major if self.category else ""


def categories_of(lines: Iterable[PurchaseRequestLine]) -> dict[int, PurchaseCategory]:
    """The purchase category of request lines by their key: their own, or that of the item's stock category.

    One query beside the lines, which have to bring `category` and `item`.
    """
    rows = list(lines)
    without = {row.item.category_id for row in rows if row.category_id is None and row.item}
    links = {
        link.item_category_id: link.category
        for link in ItemCategoryLink.objects.filter(item_category__in=without).select_related("category")
    }
    found = {}
    for row in rows:
        category = row.category or (links.get(row.item.category_id) if row.item else None)
        if category is not None:
            found[row.pk] = category
    return found


def kind_of(line: PurchaseRequestLine, category: PurchaseCategory | None) -> str:
    """Goods, works or services: by the category, else by what becomes of the line."""
    if category is not None:
        return category.kind
    return Kind.SERVICES if line.treatment == Treatment.SERVICE else Kind.GOODS


def wanted_lines(lines: Sequence[Any]) -> list[Wanted]:
    """The lines of a sourcing (with request_line, its item, category and allotment read) as the rules see them."""
    categories = categories_of(line.request_line for line in lines)
    found = []
    for line in lines:
        line.compute()
        request = line.request_line
        category, allotment = categories.get(request.pk), request.allotment
        found.append(
            Wanted(
                position=line.position,
                title=request.title,
                category=category,
                kind=kind_of(request, category),
                economic_class_id=allotment.economic_class_id if allotment else None,
                economic_class=str(allotment.economic_class) if allotment else "",
                amount=line.amount,
            )
        )
    return found


def central_entries(
    organization_id: int, categories: Iterable[PurchaseCategory | None], day: dt.date
) -> list[tuple[PurchaseCategory, CentralCatalogueEntry]]:
    """Which of these categories stand in the central catalogue on a day, themselves or by one above them; one query."""
    wanted = {category.pk: category for category in categories if category is not None}
    rows = CentralCatalogueEntry.objects.filter(organization=organization_id, valid_from__lte=day)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=day)).select_related("category")
    return [
        (category, row) for row in rows for category in wanted.values() if category.code.startswith(row.category.code)
    ]


def refusals(document: Sourcing, wanted: Sequence[Wanted]) -> list[str]:
    """Everything that speaks against the method of a sourcing on its business date, in sentences; [] when it may be."""
    day, house, method = document.business_date, document.organization_id, Method(document.method)
    found = [] if method == Method.CENTRAL else central_refusals(house, wanted, day)
    found += _above_limits(house, method, wanted, day)
    if method == Method.SINGLE_SOURCE and not document.method_reason.strip():
        found.append(_("Single source needs its justification; write it down."))
    return list(dict.fromkeys(found))


def central_refusals(house: int, wanted: Sequence[Wanted], day: dt.date) -> list[str]:
    """A sentence for every category of these lines that has to be bought centrally on that day (R-PRC-05)."""
    return [
        _("%(category)s stands in the central catalogue (%(basis)s): choose the method central purchase.")
        % {"category": category, "basis": entry.basis}
        for category, entry in central_entries(house, (line.category for line in wanted), day)
    ]


def _above_limits(house: int, method: Method, wanted: Sequence[Wanted], day: dt.date) -> list[str]:
    found = []
    total = sum((line.amount for line in wanted), ZERO)
    if method in UPPER_FIGURES:
        limit = policies.in_force(UPPER_FIGURES[method], house, day)
        if total > limit.value:
            found.append(
                _("%(method)s is allowed up to %(limit)s yuan (%(basis)s); these lines come to %(total)s yuan.")
                % {"method": method.label, "limit": plain(limit.value), "basis": limit.basis, "total": plain(total)}
            )
    if method in ABOVE_TENDER:
        return found
    for kind in dict.fromkeys(line.kind for line in wanted):
        amount = sum((line.amount for line in wanted if line.kind == kind), ZERO)
        limit = policies.in_force(TENDER_FIGURES[Kind(kind)], house, day)
        if amount >= limit.value:
            found.append(
                _(
                    "%(kind)s of %(limit)s yuan and more need a public tender (%(basis)s), or single source with "
                    "its justification; these lines come to %(total)s yuan."
                )
                % {
                    "kind": Kind(kind).label,
                    "limit": plain(limit.value),
                    "basis": limit.basis,
                    "total": plain(amount),
                }
            )
    return found


def require_allowed(document: Sourcing, wanted: Sequence[Wanted]) -> None:
    """Refuse a method that the house's figures or the central catalogue forbid. Raises DomainError (R-PRC-05)."""
    if found := refusals(document, wanted):
        raise DomainError(" ".join(found), code="R-PRC-05", field="method")
