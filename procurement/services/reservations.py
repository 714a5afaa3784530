"""What orders do to the reservations of requests, exact to the cent (R-PRC-02).

Of an approved request line this much is reserved: the estimate of what can still be ordered, and for every approved
order line what will be paid for it; less what was paid. Whatever changes an order changes these figures through here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from core.numbers import money
from procurement.models import PurchaseOrderLine, PurchaseRequestLine

from . import budget_ledger
from .budget_ledger import Entry


def lock_request_lines(keys: set[int]) -> dict[int, PurchaseRequestLine]:
    """Request lines by key, locked in the order of their keys. Their requests are read after that: a request that was
    cancelled while the lock was waited for is seen as cancelled."""
    rows = PurchaseRequestLine.objects.select_for_update(of=("self",)).prefetch_related("document").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=keys)}


def held_by(line: PurchaseOrderLine) -> Decimal:
    """Yuan that an approved order line holds: of what came or is still to come, at the agreed price."""
    return money(max(line.quantity - line.closed_quantity, line.accepted_quantity) * line.unit_price)


class Reservations:
    """The request lines behind order lines, locked; the order lines carry these very rows from now on."""

    def __init__(self, lines: Sequence[PurchaseOrderLine]) -> None:
        self.lines = lines
        self.requests = lock_request_lines({line.request_line_id for line in lines})
        for line in lines:
            line.request_line = self.requests[line.request_line_id]

    def _worth(self, held: bool) -> dict[int, Decimal]:
        worth = {key: money(row.open_quantity * row.unit_price) for key, row in self.requests.items()}
        for line in self.lines if held else ():
            worth[line.request_line_id] += held_by(line)
        return worth

    @contextmanager
    def follow(self, *, document: Any, actor: Any, before: bool = True, after: bool = True) -> Iterator[None]:
        """Change order and request lines in the block; what they hold on their allotments follows.

        before, after: whether the order lines hold something then (an order holds nothing until it is approved).
        document: the paper that says so. Raises DomainError where the allotment does not cover it.
        """
        then = self._worth(before)
        yield
        now = self._worth(after)
        entries = []
        for key, row in self.requests.items():
            # What a prepayment has used already cannot be given back a second time.
            more = max(now[key] - then[key], -row.reserved)
            row.reserved += more
            entries.append(Entry(int(row.allotment_id or 0), reserved=more, line=key))
        budget_ledger.post(entries, document=document, actor=actor)
        PurchaseRequestLine.objects.bulk_update(
            self.requests.values(), ("reserved", "ordered_quantity", "closed_quantity")
        )
