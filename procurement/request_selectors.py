"""What the pages of purchase requests read: budgets behind a request, goods on hand and on order, overdue papers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from assets.models import Asset
from assets.selectors import Want, idle_matches
from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO
from procurement.models import BudgetAllotment, PurchaseOrderLine, PurchaseRequest, Treatment


@dataclass(frozen=True)
class Charge:
    """What a request takes from one allotment, in yuan. after: what is left of it when the request is approved."""

    allotment: BudgetAllotment
    amount: Decimal
    after: Decimal

    @property
    def covered(self) -> bool:
        """Whether the allotment covers it (R-PRC-02)."""
        return self.after >= 0


def charges(document: PurchaseRequest, lines: Sequence[Any]) -> list[Charge]:
    """The allotments that pay for a request, in order; one query. An approved request has taken its part already."""
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if key := line.allotment_id or document.allotment_id:
            amounts[key] += line.amount
    rows = BudgetAllotment.objects.select_related("department", "economic_class", "project")
    found = rows.filter(pk__in=amounts).order_by("pk")
    waits = document.status in (Status.DRAFT, Status.SUBMITTED)
    return [Charge(row, amounts[row.pk], row.available - (amounts[row.pk] if waits else ZERO)) for row in found]


def on_order(organization_id: int, items: Iterable[int]) -> dict[int, Decimal]:
    """Stock units of items that are ordered and not delivered yet, by item key; one query."""
    rows = PurchaseOrderLine.objects.filter(
        document__organization=organization_id, document__status=Status.APPROVED, item__in=set(items)
    ).filter(quantity__gt=F("accepted_quantity") + F("closed_quantity"))
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in rows.only("item", "quantity", "accepted_quantity", "closed_quantity", "factor"):
        found[line.item_id] += line.open_quantity * line.factor
    return dict(found)


def idle_for(organization_id: int, lines: Iterable[Any]) -> dict[int, list[Asset]]:
    """By line key: idle things of the house that might do instead of buying (R-AST-21); two queries."""
    goods = [line for line in lines if line.treatment != Treatment.SERVICE]
    wants = [Want(line.pk, line.title, line.category.code if line.category else "") for line in goods]
    return idle_matches(organization_id, wants, clock.today())


def idle_words(thing: Asset) -> str:
    """An idle thing as those who buy read it: what it is and where it lies."""
    what = f"{thing.name} {thing.specification}".strip()
    return f"{what} ({thing.department})"


def papers_outstanding(user: Any) -> QuerySet[PurchaseRequest]:
    """Approved urgent requests that this person sees, whose papers are not handed in yet; the oldest first."""
    rows = PurchaseRequest.objects.visible_to(user).filter(  # type: ignore[attr-defined]
        urgent=True, status=Status.APPROVED, papers_in_on=None
    )
    return rows.annotate(line_total=Sum("lines__amount")).order_by("papers_due", "pk")
