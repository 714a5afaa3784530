"""A posting dated in the past must not make any later day negative (reliability rule L12)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.errors import InsufficientStock
from core.numbers import ZERO
from inventory.models import StockMove

from .valuation import Holding, plain


def require_never_negative(holdings: Iterable[Holding], day: dt.date) -> None:
    """Walk each lot's balance back from now to the end of `day`; raises InsufficientStock where it would be below zero.

    The holdings are as they will be after the posting; the ledger rows of the posting are not written yet.
    """
    held = list(holdings)
    flows = _flows_after(held, day)
    for holding in held:
        for balance in holding.balances.values():
            left = balance.quantity
            for flow_day, flow in sorted(flows[holding.location.pk, balance.lot_id].items(), reverse=True):
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


def _flows_after(held: list[Holding], day: dt.date) -> dict[tuple[int, int], dict[dt.date, Decimal]]:
    """What came into (+) and left (-) each lot of each location on every later day."""
    locations = [holding.location.pk for holding in held]
    items = [holding.item.pk for holding in held]
    later = StockMove.objects.filter(item__in=items, business_date__gt=day)
    flows: dict[tuple[int, int], dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for side, sign in (("target", 1), ("source", -1)):
        rows = later.filter(**{f"{side}__in": locations}).order_by()
        for location, lot, date, total in rows.values_list(side, "lot", "business_date").annotate(Sum("quantity")):
            flows[location, lot][date] += sign * total
    return flows
