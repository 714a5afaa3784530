"""A posting dated in the past must not make any later day negative (reliability rule L12)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.errors import InsufficientStock
from core.numbers import ZERO
from inventory.models import StockMove

from .valuation import Holding, plain

Flows = Mapping[tuple[int, int], Mapping[dt.date, Decimal]]
"""What came into (+) and left (-) each (location, lot) on every later day."""


def limit_to(holdings: Iterable[Holding], flows: Flows) -> None:
    """Tell each holding what it may give of each lot: what was there at the end of the day and has been ever since."""
    for holding in holdings:
        holding.free = {}
        for balance in holding.balances.values():
            left = lowest = balance.quantity
            for _day, flow in sorted(flows.get((holding.location.pk, balance.lot_id), {}).items(), reverse=True):
                left -= flow
                lowest = min(lowest, left)
            holding.free[balance.lot_id] = lowest


def require_never_negative(holdings: Iterable[Holding], day: dt.date, flows: Flows) -> None:
    """Walk each lot's balance back from now to the end of `day`; raises InsufficientStock where it would be below zero.

    The holdings are as they will be after the posting; the flows are without it.
    """
    for holding in holdings:
        for balance in holding.balances.values():
            left = balance.quantity
            later = flows.get((holding.location.pk, balance.lot_id), {})
            for flow_day, flow in sorted(later.items(), reverse=True):
                left -= flow
                if left < 0:
                    raise InsufficientStock(
                        _(
                            "With the date %(day)s, the stock of %(item)s would have been below zero by %(missing)s on "
                            "the days before %(flow_day)s. Use a later date."
                        )
                        % {"day": day, "item": holding.item, "missing": plain(-left), "flow_day": flow_day},
                        field="business_date",
                    )


def flows_after(held: Collection[Holding], day: dt.date) -> Flows:
    """The flows of all lots of these holdings after a day; two statements."""
    locations = [holding.location.pk for holding in held]
    items = [holding.item.pk for holding in held]
    later = StockMove.objects.filter(item__in=items, business_date__gt=day)
    flows: dict[tuple[int, int], dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for side, sign in (("target", 1), ("source", -1)):
        rows = later.filter(**{f"{side}__in": locations}).order_by()
        for location, lot, date, total in rows.values_list(side, "lot", "business_date").annotate(Sum("quantity")):
            flows[location, lot][date] += sign * total
    return flows
