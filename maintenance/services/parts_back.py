"""Parts that were fetched and not needed: drafts of their return, which a keeper submits and posts (R-STK-14)."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.retry import atomic_with_retry
from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError
from core.models import Notice
from core.numbers import ZERO, plain
from inventory.models import GoodsIssue, GoodsIssueLine, StockReturn, StockReturnLine
from maintenance.models import WorkOrder

from .parts import issued_lines, require_not_closed, used_quantities, waiting_returns
from .progress import take_step

BROUGHT_BACK = "brought_back"
EXTRA_STEP_LABELS[BROUGHT_BACK] = gettext_lazy("Parts of a repair brought back")


@atomic_with_retry
def bring_back(
    order: WorkOrder,
    quantities: Mapping[int, Decimal],
    *,
    actor: Any,
    request_key: uuid.UUID | None = None,
) -> list[StockReturn]:
    """Draft the returns of parts that were not needed, one for each issue; returns them.

    They are drafts in the name of a keeper of the store, who takes the goods, submits and posts; he finds a notice.
    quantities: stock units by key of the issue line. Raises DomainError for more than is open on a line, or while an
    earlier return of the same line waits.
    """
    key = request_key or uuid.uuid4()
    chosen: dict[int, GoodsIssueLine] = {}
    made: list[StockReturn] = []

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        require_not_closed(locked)
        chosen.update({line.pk: line for line in issued_lines(locked) if line.pk in quantities})
        _check_brought(locked, chosen, quantities)
        return {}

    def after(locked: WorkOrder, _event: Any) -> None:
        for issue in {line.document_id: line.document for line in chosen.values()}.values():
            lines = [line for line in chosen.values() if line.document_id == issue.pk]
            made.append(_draft_return(locked, issue, lines, quantities, actor))

    named = [line for line in issued_lines(order) if line.pk in quantities]
    said = [f"{line.item} {plain(quantities[line.pk])} {line.item.unit}" for line in named]
    words = _("Parts brought back: %(parts)s") % {"parts": _(", ").join(said)}
    take_step(order, "note", actor=actor, write=write, after=after, reason=words, request_key=key)
    return made


def _check_brought(order: WorkOrder, chosen: Mapping[int, GoodsIssueLine], quantities: Mapping[int, Decimal]) -> None:
    if not quantities or set(quantities) - set(chosen):
        raise DomainError(_("This part was not issued for %(order)s.") % {"order": order}, field="returned")
    used = used_quantities(order)
    waiting = waiting_returns(order)
    for key, quantity in quantities.items():
        line = chosen[key]
        rest = line.stock_quantity - line.returned_quantity - used.get(key, ZERO) - waiting.get(key, ZERO)
        if not 0 < quantity <= rest:
            raise DomainError(
                _("%(item)s: at most %(rest)s %(unit)s are left to bring back.")
                % {"item": line.item, "rest": plain(rest), "unit": line.item.unit},
                field="returned",
            )


def _draft_return(
    order: WorkOrder,
    issue: GoodsIssue,
    lines: Sequence[GoodsIssueLine],
    quantities: Mapping[int, Decimal],
    actor: Any,
) -> StockReturn:
    keepers = list(issue.warehouse.keepers.filter(is_active=True).order_by("pk"))
    if not keepers:
        raise DomainError(_("%(warehouse)s has no keeper who could take the goods.") % {"warehouse": issue.warehouse})
    document = StockReturn.objects.create(
        organization_id=issue.organization_id,
        department_id=issue.department_id,
        warehouse=issue.warehouse,
        issue=issue,
        returned_by=str(actor)[:40],
        note=_("Not needed for %(order)s") % {"order": order},
        created_by=keepers[0],
    )
    rows = [
        StockReturnLine(
            document=document,
            position=place,
            item=line.item,
            unit_id=line.item.unit_id,
            quantity=quantities[line.pk],
            issue_line=line,
        )
        for place, line in enumerate(lines, start=1)
    ]
    for row in rows:
        row.compute()
    StockReturnLine.objects.bulk_create(rows)
    event = record_event(document, BROUGHT_BACK, actor=actor, from_status=document.status, reason=str(order))
    Notice.objects.bulk_create([Notice(user=keeper, event=event) for keeper in keepers[1:]])
    return document
