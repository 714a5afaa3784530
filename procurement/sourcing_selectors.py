"""What can be sourced, what was offered, and what may be shown of it (docs/adr/0017)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from core.documents.lifecycle import Status
from core.numbers import ZERO
from procurement.models import PurchaseRequest, PurchaseRequestLine, Quotation, QuotationLine, Sourcing, SourcingLine

LINE_RELATED = (
    "request_line__item__unit",
    "request_line__item__category",
    "request_line__unit",
    "request_line__category",
    "request_line__document__department",
    "request_line__allotment__economic_class",
    "awarded__quotation__supplier",
)


def living_lines() -> QuerySet[SourcingLine]:
    """Lines of sourcings that are neither cancelled nor failed."""
    return SourcingLine.objects.exclude(document__status=Status.CANCELLED)


def taken_of(request_lines: Iterable[int], *, besides: int | None = None) -> dict[int, Decimal]:
    """What living sourcings have taken of request lines and not yet ordered, by line key; `besides` one sourcing."""
    rows = living_lines().filter(request_line__in=list(request_lines))
    if besides is not None:
        rows = rows.exclude(document=besides)
    sums = rows.order_by().values_list("request_line").annotate(Sum("quantity"), Sum("ordered_quantity"))
    return {key: quantity - ordered for key, quantity, ordered in sums}


def open_request_lines(user: Any) -> QuerySet[PurchaseRequestLine]:
    """Lines of approved requests that this person may see and of which something is neither ordered nor given up."""
    rows = PurchaseRequestLine.objects.filter(
        document__in=PurchaseRequest.objects.visible_to(user).filter(status=Status.APPROVED),
        document__organization=user.organization_id,
        quantity__gt=F("ordered_quantity") + F("closed_quantity"),
    )
    related = ("document__department", "document__created_by", "item__unit", "unit", "category", "allotment")
    return rows.select_related(*related).order_by("document__needed_by", "document__number", "position")


def to_source(user: Any, text: str = "") -> list[PurchaseRequestLine]:
    """Open lines of which no living sourcing has taken everything; each gets `left`, what can still be sourced."""
    rows = open_request_lines(user)
    if text:
        words = Q(item__name__icontains=text) | Q(name__icontains=text) | Q(item__initials__icontains=text)
        words |= Q(document__number__icontains=text) | Q(document__department__name__icontains=text)
        rows = rows.filter(words | Q(category__name__icontains=text) | Q(category__code__istartswith=text))
    found = list(rows[:1000])
    taken = taken_of(row.pk for row in found)
    for row in found:
        row.left = row.open_quantity - taken.get(row.pk, ZERO)  # type: ignore[attr-defined]
    return [row for row in found if row.left > 0]  # type: ignore[attr-defined]


def untouched_lines(user: Any) -> QuerySet[PurchaseRequestLine]:
    """Open lines that no living sourcing has taken anything of; cheaper to count than `to_source`."""
    return open_request_lines(user).exclude(pk__in=living_lines().values("request_line"))


@dataclass
class Offered:
    """One quotation as the comparison shows it. prices: by key of the sourcing line."""

    quotation: Quotation
    lines: dict[int, QuotationLine] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Yuan over the lines that are offered."""
        return sum((line.line.quantity * line.unit_price for line in self.lines.values()), ZERO)


def offers_of(document: Sourcing) -> list[Offered]:
    """The quotations with their prices; nothing at all while they are sealed. Two queries.

    This is the only way by which a screen, a paper, a sheet or a service reads an offered price.
    """
    if not document.is_open:
        return []
    rows = Quotation.objects.filter(sourcing=document).select_related("supplier", "received_by").order_by("pk")
    offered = {row.pk: Offered(row) for row in rows}
    for line in QuotationLine.objects.filter(quotation__in=offered).select_related("line"):
        offered[line.quotation_id].lines[line.line_id] = line
    return list(offered.values())


def counting(offers: Sequence[Offered]) -> list[Offered]:
    """The quotations that count: not excluded, and something offered."""
    return [row for row in offers if not row.quotation.excluded and row.lines]


def lowest_prices(offers: Sequence[Offered]) -> dict[int, Decimal]:
    """The lowest price that counts, by key of the sourcing line (R-PRC-08)."""
    prices: dict[int, list[Decimal]] = defaultdict(list)
    for row in counting(offers):
        for key, line in row.lines.items():
            prices[key].append(line.unit_price)
    return {key: min(values) for key, values in prices.items()}


def answered(document: Sourcing) -> dict[int, Quotation]:
    """Who has answered, by supplier key, without prices: that much may be seen while they are sealed."""
    rows = Quotation.objects.filter(sourcing=document).select_related("received_by")
    return {row.supplier_id: row for row in rows}
