"""Price control: a price that rises too far above the last one asks for a reason (采购价格审核)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.numbers import plain
from core.policies import value_of
from core.templatetags.display import price as shown
from procurement import figures, price_selectors


def require_reasons(document: Any, lines: Sequence[Any], *, leaving_out: Any = None) -> None:
    """Lines (of any WantedLine with price_reason) whose price rose by more than the figure PRICE_CHANGE say why.

    leaving_out: an order whose own lines are no history. Raises DomainError naming the first such line.
    """
    most = value_of(figures.PRICE_CHANGE, document.organization_id, document.business_date)
    known = price_selectors.history(document.organization_id, lines, leaving_out=leaving_out)
    for line in lines:
        told = known[line.pk]
        if told.change is None or told.change <= most or line.price_reason.strip():
            continue
        last = told.per(line.factor)
        raise DomainError(
            _(
                "%(name)s: %(price)s yuan is %(change)s %% above the last price of %(last)s yuan (%(day)s); say why, "
                "or enter another price."
            )
            % {
                "name": line.title,
                "price": shown(line.unit_price),
                "change": plain(told.change),
                "last": shown(last.last),
                "day": f"{told.last_on:%Y-%m-%d}",
            },
            field="price_reason",
            line=line.position,
        )
