"""Purchase requests: what they demand, what their approval reserves, and how far they are carried out."""

from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import DomainError
from procurement.models import PlanLine, PurchaseRequest, PurchaseRequestLine

from . import budget_ledger, wanted
from .budget_ledger import Entry

Progress = PurchaseRequest.Progress


def lines_of(document: PurchaseRequest) -> list[PurchaseRequestLine]:
    return wanted.lines_of(document, "allotment", "plan_line", "department", "warehouse")


def allotment_of(line: PurchaseRequestLine, document: PurchaseRequest) -> int | None:
    """Key of the allotment that pays for a line: its own, or that of the request."""
    return line.allotment_id or document.allotment_id


def check(document: PurchaseRequest, *, actor: Any) -> None:
    """Complete lines, an allotment of the year for each, reasons for what is urgent or outside the plan."""
    lines = lines_of(document)
    wanted.check_lines(document, lines)
    for line in lines:
        if allotment_of(line, document) is None:
            raise DomainError(
                _("Choose the budget allotment that pays for this line."), field="allotment", line=line.position
            )
    if document.urgent and not document.urgent_reason.strip():
        raise DomainError(_("Say why this is urgent."), field="urgent_reason")
    if any(line.plan_line_id is None for line in lines) and not document.outside_reason.strip():
        raise DomainError(
            _("Not every line comes from an approved plan; say why it is needed all the same."), field="outside_reason"
        )


def mark_outside_plan(document: PurchaseRequest, *, actor: Any) -> None:
    """Note at submission whether any line stands outside the plans (R-PRC-03)."""
    document.outside_plan = document.lines.filter(plan_line=None).exists()
    PurchaseRequest.objects.filter(pk=document.pk).update(outside_plan=document.outside_plan)


def why_higher(document: PurchaseRequest) -> str:
    """The sentence why one more level has to sign, or "" (R-PRC-03)."""
    return _("Outside the approved plans") if document.outside_plan else ""


def reserve(document: PurchaseRequest, *, actor: Any) -> None:
    """Reserve every line on its allotment and draw on the plan lines. Raises DomainError (R-PRC-02)."""
    lines = lines_of(document)
    entries = [
        Entry(key, reserved=line.amount, line=line.pk) for line in lines if (key := allotment_of(line, document))
    ]
    budget_ledger.post(entries, document=document, actor=actor)
    for line in lines:
        line.reserved, line.allotment_id = line.amount, allotment_of(line, document)
    PurchaseRequestLine.objects.bulk_update(lines, ("reserved", "allotment"))
    _draw_on_plans(lines, 1)


def _draw_on_plans(lines: list[PurchaseRequestLine], sign: int) -> None:
    for line in lines:
        if line.plan_line_id:
            PlanLine.objects.filter(pk=line.plan_line_id).update(
                requested_quantity=F("requested_quantity") + sign * line.quantity
            )


def release(document: PurchaseRequest, *, actor: Any) -> None:
    """Give back what is still reserved, when an approved request is returned or cancelled."""
    lines = lines_of(document)
    if not any(line.reserved for line in lines):
        return
    give_back({line: line.reserved for line in lines}, document=document, actor=actor)
    _draw_on_plans(lines, -1)


def give_back(parts: dict[PurchaseRequestLine, Decimal], *, document: Any, actor: Any) -> None:
    """Release yuan of request lines on their allotments; `document` is the paper that says so."""
    rows = {line: amount for line, amount in parts.items() if amount}
    entries = [Entry(int(line.allotment_id or 0), reserved=-amount, line=line.pk) for line, amount in rows.items()]
    budget_ledger.post(entries, document=document, actor=actor)
    for line, amount in rows.items():
        line.reserved -= amount
    PurchaseRequestLine.objects.bulk_update(rows, ("reserved",))


def require_nothing_ordered(document: PurchaseRequest, *, actor: Any) -> None:
    """A request of which something is ordered is not taken back. Raises DomainError."""
    if document.lines.filter(ordered_quantity__gt=0).exists():
        raise DomainError(
            _("Something of %(document)s is ordered already; close the rest instead.") % {"document": document}
        )


def refresh_progress(keys: set[int]) -> None:
    """Write how far requests are carried out, from their lines; keys of the requests."""
    for document in PurchaseRequest.objects.filter(pk__in=keys).prefetch_related("lines"):
        lines = list(document.lines.all())
        PurchaseRequest.objects.filter(pk=document.pk).update(progress=_progress_of(lines))


def _progress_of(lines: list[PurchaseRequestLine]) -> str:
    wanted_lines = [line for line in lines if line.quantity > line.closed_quantity]
    if not wanted_lines:
        return Progress.CLOSED
    if all(line.received_quantity >= line.quantity - line.closed_quantity for line in wanted_lines):
        return Progress.RECEIVED
    if any(line.received_quantity for line in wanted_lines):
        return Progress.PARTLY_RECEIVED
    if all(line.open_quantity <= 0 for line in wanted_lines):
        return Progress.ORDERED
    if any(line.ordered_quantity for line in wanted_lines):
        return Progress.PARTLY_ORDERED
    if any(line.sourcing_lines.exclude(document__status="cancelled").exists() for line in wanted_lines):
        return Progress.SOURCING
    return Progress.NONE
