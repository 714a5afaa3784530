"""退库单: goods that a department brings back, at the lots and the cost of the issue that gave them (R-STK-14)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError
from core.numbers import ZERO
from inventory.models import GoodsIssueLine, StockLocation, StockReturn

from . import posting
from .following import STOCK_RETURN as FOLLOWING
from .following import movement
from .ledger import post_moves
from .locations import of_warehouse, virtual
from .onward import left_of, take
from .reversing import reverse
from .valuation import share

EXTRA_STEP_LABELS["take_back"] = gettext_lazy("Goods returned")


def check(document: StockReturn, *, actor: Any) -> None:
    """The department that got the goods brings them back, and the issue covers every line."""
    issue = document.issue
    if document.department_id != issue.department_id:
        raise DomainError(
            _("The goods come back from the department that got them: %(department)s.")
            % {"department": issue.department},
            field="department",
        )
    FOLLOWING.check(document, actor=actor)


def amount(document: StockReturn) -> Decimal:
    """Yuan that come back, for the approval tiers: the part of what the issue cost; exact once it is posted."""
    return sum((worth(line) for line in FOLLOWING.lines_of(document)), ZERO)


def worth(line: Any) -> Decimal:
    """Yuan of one line: as posted, before that its part of the issue's cost."""
    if line.amount is not None:
        return line.amount
    issued = line.issue_line
    return share(issued.amount or ZERO, line.stock_quantity, issued.stock_quantity)


def post(document: StockReturn, *, actor: Any) -> None:
    """Bring the goods back from use, and note on the issue's lines what came back."""
    lines = FOLLOWING.lines_of(document)
    left = left_of(document.issue)
    source = virtual(document.organization_id, StockLocation.Kind.CONSUMPTION)
    target = of_warehouse(document.warehouse)
    movements = [
        movement(line, part, source, target, department_id=document.department_id, priced=True)
        for line in lines
        for part in take(left[line.issue_line_id], line.stock_quantity, line.lot_id)
    ]
    posting.write_costs(lines, post_moves(movements, document=document, actor=actor))
    _count(lines, 1)
    issue = document.issue
    record_event(issue, "take_back", actor=actor, from_status=issue.status, reason=document.number or "")


def undo(document: StockReturn, *, actor: Any) -> None:
    """The goods are with the department again; refused when the store gave them out since."""
    FOLLOWING.locked(document)
    reverse(document, actor=actor)
    _count(FOLLOWING.lines_of(document), -1)


def _count(lines: Sequence[Any], sign: int) -> None:
    """Keep on the issue's lines how much of them came back, in stock units and in yuan."""
    issued = GoodsIssueLine.objects.in_bulk([line.issue_line_id for line in lines])
    for line in lines:
        source = issued[line.issue_line_id]
        source.returned_quantity += sign * line.stock_quantity
        source.returned_amount += sign * line.amount
    GoodsIssueLine.objects.bulk_update(issued.values(), ["returned_quantity", "returned_amount"])
