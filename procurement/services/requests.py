"""Purchase requests: what their approval reserves, what gives it back, and how far they are carried out."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, may_cancel, record_event, status_before
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO, money, plain, quantity
from procurement.models import PlanLine, PurchaseRequest, PurchaseRequestLine
from procurement.sourcing_selectors import living_lines

from . import budget_ledger, wanted
from .budget_ledger import Entry
from .request_drafts import Part, draft_from
from .urgent_papers import papers_missing

__all__ = ["Part", "draft_from", "papers_missing"]
Progress = PurchaseRequest.Progress
CLOSE_REST = "close_rest"
EXTRA_STEP_LABELS[CLOSE_REST] = gettext_lazy("Close the rest")


def lines_of(document: PurchaseRequest) -> list[PurchaseRequestLine]:
    return wanted.lines_of(
        document, "allotment__department", "plan_line__document", "plan_line__merged_into__document", "warehouse"
    )


def allotment_of(line: PurchaseRequestLine, document: PurchaseRequest) -> int | None:
    """Key of the allotment that pays for a line: its own, or that of the request."""
    return line.allotment_id or document.allotment_id


def lock_lines(document: PurchaseRequest) -> None:
    """Hold the lines against orders that are placed at this very moment."""
    rows = PurchaseRequestLine.objects.select_for_update(of=("self",)).filter(document=document)
    list(rows.order_by("pk").values_list("pk", flat=True))


# ---- submitted ----


def mark_outside_plan(document: PurchaseRequest, *, actor: Any) -> None:
    """Note at submission whether any line stands outside the plans (R-PRC-03)."""
    document.outside_plan = document.lines.filter(plan_line=None).exists()
    PurchaseRequest.objects.filter(pk=document.pk).update(outside_plan=document.outside_plan)


def why_higher(document: PurchaseRequest) -> str:
    """The sentence why one more level has to sign, or "" (R-PRC-03)."""
    return _("Outside the approved plans") if document.outside_plan else ""


def why_hurried(document: PurchaseRequest) -> str:
    """The sentence why only the last level signs, or "" (docs/adr/0020)."""
    return _("Urgent: %(reason)s") % {"reason": document.urgent_reason} if document.urgent else ""


# ---- approved, and given back ----


def reserve(document: PurchaseRequest, *, actor: Any) -> None:
    """Reserve every line on its allotment and draw on the plan lines. Raises DomainError (R-PRC-02)."""
    lines = lines_of(document)
    _draw_on_plans(lines, 1)
    entries = [
        Entry(key, reserved=line.amount, line=line.pk) for line in lines if (key := allotment_of(line, document))
    ]
    budget_ledger.post(entries, document=document, actor=actor)
    for line in lines:
        line.reserved, line.allotment_id = line.amount, allotment_of(line, document)
    PurchaseRequestLine.objects.bulk_update(lines, ("reserved", "allotment"))


def plan_quantity(line: PurchaseRequestLine, count: Decimal) -> Decimal:
    """So many units of a request line in the unit of its plan line."""
    plan: Any = line.plan_line
    return quantity(count * line.factor / plan.factor)


def _draw_on_plans(lines: Iterable[PurchaseRequestLine], sign: int, counts: dict[int, Decimal] | None = None) -> None:
    """Count lines (or, by line key, parts of them) on their plan lines, which are locked in the order of their keys.

    Raises DomainError when a plan line would be overdrawn: of two requests for its rest one wins.
    """
    drawn: dict[int, Decimal] = defaultdict(lambda: ZERO)
    names: dict[int, PurchaseRequestLine] = {}
    for line in lines:
        if line.plan_line_id:
            drawn[line.plan_line_id] += plan_quantity(line, line.quantity if counts is None else counts[line.pk])
            names[line.plan_line_id] = line
    # Merged plans are read after the lock: one that took a line in while it was waited for is seen.
    locked = PlanLine.objects.select_for_update(of=("self",)).prefetch_related("merged_into__document")
    rows = list(locked.filter(pk__in=drawn).order_by("pk"))
    for row in rows:
        if sign > 0 and drawn[row.pk] > row.open_quantity:
            raise DomainError(
                _(
                    "%(name)s: %(wanted)s are asked for, but the plan leaves only %(left)s. Return the request and "
                    "have less asked for, or the rest as a line outside the plan."
                )
                % {
                    "name": names[row.pk].title,
                    "wanted": plain(drawn[row.pk]),
                    "left": plain(max(row.open_quantity, ZERO)),
                },
                field="plan_line",
                line=names[row.pk].position,
            )
        row.requested_quantity += sign * drawn[row.pk]
    PlanLine.objects.bulk_update(rows, ("requested_quantity",))


def release(document: PurchaseRequest, *, actor: Any) -> None:
    """Give back what is reserved, when an approved request is returned or cancelled."""
    if status_before(document) != Status.APPROVED:
        return
    lines = lines_of(document)
    left = {line.pk: line.quantity - line.closed_quantity for line in lines}
    _draw_on_plans(lines, -1, left)
    give_back({line: line.reserved for line in lines}, document=document, actor=actor)
    for line in lines:  # a returned draft may be charged to another allotment, and is asked for whole again
        line.allotment_id = None if line.allotment_id == document.allotment_id else line.allotment_id
        line.closed_quantity = ZERO
    PurchaseRequestLine.objects.bulk_update(lines, ("allotment", "closed_quantity"))
    refresh_progress({document.pk})


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
    lock_lines(document)
    if document.lines.filter(ordered_quantity__gt=0).exists():
        raise DomainError(
            _("Something of %(document)s is ordered already; close the rest instead.") % {"document": document}
        )


def may_close_rest(document: PurchaseRequest, actor: Any) -> bool:
    """Whether this person may give up what is not ordered yet: who cancels this request, and who buys in his reach."""
    if document.status != Status.APPROVED or not any(line.open_quantity > 0 for line in document.lines.all()):
        return False
    reach = PurchaseRequest.objects.within(actor, "procurement.add_purchaseorder")  # type: ignore[attr-defined]
    return may_cancel(document, actor=actor) or bool(reach.filter(pk=document.pk).exists())


@atomic_with_retry
def close_rest(document: PurchaseRequest, *, actor: Any, reason: str) -> PurchaseRequest:
    """What is not ordered yet is not wanted any more: its reservation and its part of the plan are free again.

    Raises NotAllowed without the right, IllegalTransition when nothing is open, DomainError without a reason.
    """
    document = PurchaseRequest.objects.select_for_update(of=("self",)).get(pk=document.pk)
    lock_lines(document)
    lines = [line for line in lines_of(document) if line.open_quantity > 0]
    if document.status != Status.APPROVED or not lines:
        raise IllegalTransition(_("Nothing is open on %(document)s.") % {"document": document})
    if not may_close_rest(document, actor):
        raise NotAllowed(_("You may not close the rest of %(document)s.") % {"document": document})
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    rest = {line.pk: line.open_quantity for line in lines}
    freed = {line: min(money(rest[line.pk] * line.unit_price), line.reserved) for line in lines}
    for line in lines:
        line.closed_quantity += rest[line.pk]
    PurchaseRequestLine.objects.bulk_update(lines, ("closed_quantity",))
    _draw_on_plans(lines, -1, rest)
    give_back(freed, document=document, actor=actor)
    refresh_progress({document.pk})
    record_event(document, CLOSE_REST, actor=actor, from_status=document.status, reason=reason.strip()[:500])
    document.refresh_from_db()
    return document


# ---- how far ----


def refresh_progress(keys: set[int]) -> None:
    """Write how far requests are carried out, from their lines; keys of the requests."""
    wanted_still = {
        "request_line__document__in": keys,
        "request_line__quantity__gt": F("request_line__closed_quantity"),
    }
    sourced = set(living_lines().filter(**wanted_still).values_list("request_line__document", flat=True))
    for document in PurchaseRequest.objects.filter(pk__in=keys).prefetch_related("lines"):
        progress = _progress_of(list(document.lines.all()), sourced=document.pk in sourced)
        PurchaseRequest.objects.filter(pk=document.pk).update(progress=progress)


def _progress_of(lines: list[PurchaseRequestLine], *, sourced: bool) -> str:
    """sourced: whether a living sourcing has taken anything of the request."""
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
    return Progress.SOURCING if sourced else Progress.NONE
