"""What an order cost: labour, material of the store, contractors. The columns of an order are caches of these sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.numbers import ZERO
from inventory.models import GoodsIssueLine
from maintenance.models import ContractorJob, LabourEntry, OrderIssue, WorkOrder


@dataclass(frozen=True)
class Costs:
    """minutes of work; yuan of labour, material and contractors."""

    minutes: int = 0
    labour: Decimal = ZERO
    material: Decimal = ZERO
    external: Decimal = ZERO

    @property
    def columns(self) -> dict[str, Any]:
        """The same as columns of the order."""
        return {
            "labour_minutes": self.minutes,
            "cost_labour": self.labour,
            "cost_material": self.material,
            "cost_external": self.external,
        }


NOTHING = Costs()


def costs_of(keys: Iterable[int] | None = None) -> dict[int, Costs]:
    """What orders cost by the papers behind them, by key; None: all. Orders without cost are left out. 4 queries."""
    chosen = None if keys is None else list(keys)

    def of(rows: Any) -> Any:
        return rows if chosen is None else rows.filter(order__in=chosen)

    work = {
        row["order"]: row
        for row in of(LabourEntry.objects.order_by())
        .values("order")
        .annotate(total=Sum("amount"), spent=Sum("minutes"))
    }
    material = _material(of(OrderIssue.objects.all()))
    jobs = of(ContractorJob.objects.filter(status=Status.POSTED).order_by())
    external = dict(jobs.values("order").annotate(total=Sum("final_amount")).values_list("order", "total"))
    found = {}
    for key in {*work, *material, *external}:
        mine = work.get(key, {})
        found[key] = Costs(
            mine.get("spent") or 0, mine.get("total") or ZERO, material.get(key, ZERO), external.get(key) or ZERO
        )
    return found


def _material(links: Any) -> dict[int, Decimal]:
    """Yuan of posted goods issues of orders, less what came back to the store."""
    order_of = dict(links.values_list("issue", "order"))
    lines = GoodsIssueLine.objects.filter(document__status=Status.POSTED, document__in=links.values("issue"))
    sums = lines.order_by().values("document").annotate(out=Sum("amount"), back=Sum("returned_amount"))
    found: dict[int, Decimal] = {}
    for row in sums:
        order = order_of[row["document"]]
        found[order] = found.get(order, ZERO) + (row["out"] or ZERO) - (row["back"] or ZERO)
    return found


@atomic_with_retry
def refresh(order: WorkOrder) -> Costs:
    """Write what an order cost onto it, and onto the copy that was handed in; returns it."""
    WorkOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    costs = costs_of([order.pk]).get(order.pk, NOTHING)
    WorkOrder.objects.filter(pk=order.pk).update(**costs.columns)
    for name, value in costs.columns.items():
        setattr(order, name, value)
    return costs
