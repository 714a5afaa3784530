"""What the page of an asset card shows of its repairs: how often, for how much, and the newest orders."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from assets import repairs
from assets.models import Asset
from core.numbers import ZERO, percent
from maintenance.models import GIVEN_UP, OPEN, WorkOrder

SHOWN = 5


def repairs_of(asset: Asset, user: Any) -> dict[str, Any] | None:
    """The repairs of a thing that this person may see, what they cost together, and beside it what the thing is worth.

    None where there were none. Two statements.
    """
    rows = WorkOrder.objects.visible_to(user).filter(asset=asset).exclude(state__in=GIVEN_UP)
    newest = list(rows.select_related("cause", "remedy").order_by("-reported_at", "-pk")[:SHOWN])
    if not newest:
        return None
    sums = rows.order_by().aggregate(
        labour=Sum("cost_labour"),
        material=Sum("cost_material"),
        external=Sum("cost_external"),
        minutes=Sum("labour_minutes"),
        count=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN)),
        repairs=Count("pk", filter=Q(kind=WorkOrder.Kind.REPAIR)),
    )
    cost = sum((sums[name] or ZERO for name in ("labour", "material", "external")), ZERO)
    return {
        "template": "maintenance/card_repairs.html",
        "orders": newest,
        "cost": cost,
        "share": percent(cost, asset.net_value) if asset.net_value else None,
        "more": sums["count"] > len(newest),
        "all_url": f"{reverse('workorder_list')}?q={asset.number}",
        **sums,
    }


repairs.register_history(repairs_of)
