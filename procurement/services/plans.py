"""Procurement plans: what they demand, what approving them opens for requests, and what is no longer wanted."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, may_cancel, permission_for, record_event
from core.errors import DomainError, NotAllowed
from core.numbers import plain
from procurement import plan_selectors
from procurement.models import PlanLine, ProcurementPlan
from procurement.plan_selectors import last_day, period_words

from . import merging, wanted

Kind = ProcurementPlan.Kind
ALIVE = (Status.SUBMITTED, Status.APPROVED)
EXTRA_STEP_LABELS["drop_line"] = gettext_lazy("Drop a line")


def lines_of(document: ProcurementPlan) -> list[PlanLine]:
    return wanted.lines_of(document, "allotment", "merged_into__document")


def check(document: ProcurementPlan, *, actor: Any) -> None:
    """Complete lines for a year or month to come, everything once, money of the same year, one plan a department and
    period. Raises DomainError naming the line."""
    lines = lines_of(document)
    wanted.check_lines(document, lines)
    _check_period(document)
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        first = seen.setdefault(plan_selectors.merge_key(line), line.position)
        if first != line.position:
            raise DomainError(
                _("%(name)s stands on line %(first)d already; put the two together.")
                % {"name": line.title, "first": first},
                field="item",
                line=line.position,
            )
        _check_line(document, line)
    if document.kind == Kind.DEPARTMENT:
        _check_first(document)


def _check_period(document: ProcurementPlan) -> None:
    day = document.business_date
    if document.month is not None and not 1 <= document.month <= 12:
        raise DomainError(_("A month is a number from 1 to 12."), field="month")
    if last_day(document) < day:
        raise DomainError(
            _("%(period)s is over; a plan is made for what is to come.") % {"period": period_words(document)},
            field="month" if document.month else "year",
        )
    if document.year > day.year + 1:
        raise DomainError(
            _("A plan is made for this year or the next, not for %(year)d.") % {"year": document.year}, field="year"
        )


def _check_line(document: ProcurementPlan, line: PlanLine) -> None:
    if line.needed_by and not dt.date(document.year, 1, 1) <= line.needed_by <= last_day(document):
        raise DomainError(
            _("%(day)s lies outside %(period)s, which this plan is for.")
            % {"day": line.needed_by, "period": period_words(document)},
            field="needed_by",
            line=line.position,
        )
    allotment = line.allotment
    if allotment is None:
        return
    if allotment.organization_id != document.organization_id:
        raise DomainError(
            _("The budget allotment belongs to another organization."), field="allotment", line=line.position
        )
    if allotment.year != document.year:
        raise DomainError(
            _("“%(allotment)s” is not money of %(year)d; choose an allotment of that year.")
            % {"allotment": allotment, "year": document.year},
            field="allotment",
            line=line.position,
        )


def _check_first(document: ProcurementPlan) -> None:
    """A second plan of a department for one period says what it adds; without a word it is the first one sent twice."""
    others = ProcurementPlan.objects.filter(
        organization_id=document.organization_id,
        department_id=document.department_id,
        kind=Kind.DEPARTMENT,
        year=document.year,
        month=document.month,
        status__in=ALIVE,
    ).exclude(pk=document.pk)
    other = others.order_by("pk").last()
    if other is not None and not document.note.strip():
        raise DomainError(
            _(
                "%(department)s has a plan for %(period)s already: %(other)s (%(status)s). If this one adds to it, say "
                "in the note what and why; otherwise change that one."
            )
            % {
                "other": other,
                "department": document.department,
                "period": period_words(document),
                "status": other.get_status_display(),
            },
            field="note",
        )


def write_history(document: ProcurementPlan, *, actor: Any) -> None:
    """Keep on every line what was used in the same period a year before, and the last price (what stood beside it)."""
    lines = lines_of(document)
    told = plan_selectors.history(document, lines)
    for line in lines:
        line.last_year_quantity, line.last_price = told[line.pk]
    PlanLine.objects.bulk_update(lines, ("last_year_quantity", "last_price"))


def lower_quantities(document: ProcurementPlan, wished: dict[int, Decimal], *, actor: Any) -> None:
    """Let an approver lower lines before he signs; wished: units of the line by its key.

    Raises DomainError when a quantity is negative, above what was planned, or above what an earlier approver left.
    """
    lines = {line.pk: line for line in document.lines.all()}
    changed = []
    for key, quantity in wished.items():
        line = lines.get(key)
        if line is None or not 0 <= quantity <= quantity_of(line):
            raise DomainError(
                _("An approver can lower a quantity, not raise it."), line=line.position if line else None
            )
        line.approved_quantity = quantity
        changed.append(line)
    PlanLine.objects.bulk_update(changed, ["approved_quantity"])


def quantity_of(line: PlanLine) -> Decimal:
    """Units that are planned, or that approvers so far left of them."""
    return line.quantity if line.approved_quantity is None else line.approved_quantity


def approve_quantities(document: ProcurementPlan, *, actor: Any) -> None:
    """What was planned may be requested; a quantity that an approver lowered stays lowered, and what was lowered on a
    merged line is spread over the lines it came from."""
    lines = list(document.lines.select_for_update().order_by("pk"))
    for line in lines:
        line.approved_quantity = line.agreed_quantity = quantity_of(line)
    PlanLine.objects.bulk_update(lines, ("approved_quantity", "agreed_quantity"))
    if document.kind == Kind.MERGED:
        merging.spread(document)


def require_untouched(document: ProcurementPlan, *, actor: Any) -> None:
    """A plan of which something is requested, or that was merged, is not taken back. Raises DomainError."""
    own = PlanLine.objects.filter(document=document)
    sources = PlanLine.objects.filter(merged_into__document=document)
    # Locked: a request that is being approved draws on these lines under the same lock.
    locked = (own | sources).select_for_update(of=("self",)).order_by("pk")
    if any(list(locked.values_list("requested_quantity", flat=True))):
        raise DomainError(
            _("Something of %(document)s is requested already; drop the lines that are no longer wanted instead.")
            % {"document": document}
        )
    merged = own.exclude(merged_into=None).exclude(merged_into__document__status=Status.CANCELLED)
    if line := merged.select_related("merged_into__document").first():
        raise DomainError(
            _("%(document)s was merged into %(merged)s; that one has to be cancelled first.")
            % {"document": document, "merged": line.merged_into and line.merged_into.document}
        )


def forget_approval(document: ProcurementPlan, *, actor: Any) -> None:
    """Returned, withdrawn or cancelled: nothing of it may be requested; merged lines stand as their plans say."""
    document.lines.update(approved_quantity=None, agreed_quantity=None)
    _restore_sources(document)


def release_sources(document: ProcurementPlan, *, actor: Any) -> None:
    """A merged plan is cancelled: the departments' lines stand alone again and can be merged anew."""
    _restore_sources(document)
    PlanLine.objects.filter(merged_into__document=document).update(merged_into=None)


def _restore_sources(document: ProcurementPlan) -> None:
    PlanLine.objects.filter(merged_into__document=document).update(approved_quantity=F("agreed_quantity"))


@transaction.atomic
def drop(line: PlanLine, *, actor: Any, reason: str) -> PlanLine:
    """Close an approved line that is no longer wanted; with a line of a merged plan every line that went into it.

    Raises NotAllowed for whoever neither cancels this plan nor merges plans, DomainError without a reason, when
    something of the line is requested, or when it is part of a merged plan that is being approved.
    """
    document = ProcurementPlan.objects.select_for_update(of=("self",)).get(pk=line.document_id)
    reach = ProcurementPlan.objects.within(actor, permission_for(document, "cancel"))
    merges = plan_selectors.may_merge(actor) and reach.filter(pk=document.pk).exists()
    if not (merges or may_cancel(document, actor=actor)):
        raise NotAllowed(_("You may not drop lines of %(document)s.") % {"document": document})
    if not reason.strip():
        raise DomainError(_("Say why the line is no longer wanted."))
    if document.status != Status.APPROVED:
        raise DomainError(_("%(document)s is not approved; change or return it instead.") % {"document": document})
    rows = PlanLine.objects.filter(pk=line.pk) | PlanLine.objects.filter(merged_into=line.pk)
    # Merged plans are read after the lock: one that took a line in while it was waited for is seen.
    locked = list(rows.select_for_update(of=("self",)).prefetch_related("merged_into__document").order_by("pk"))
    for row in locked:
        _require_droppable(row)
        row.dropped, row.dropped_reason = True, reason.strip()[:200]
    PlanLine.objects.bulk_update(locked, ("dropped", "dropped_reason"))
    words = f"{line.position}. {line.title}: {reason.strip()}"[:500]
    record_event(document, "drop_line", actor=actor, from_status=document.status, reason=words)
    line.refresh_from_db()
    return line


def _require_droppable(line: PlanLine) -> None:
    if line.dropped:
        raise DomainError(_("%(name)s was dropped already.") % {"name": line.title})
    if line.requested_quantity > 0:
        raise DomainError(
            _("%(quantity)s of %(name)s are requested already; the line cannot be dropped.")
            % {"quantity": plain(line.requested_quantity), "name": line.title}
        )
    merged = line.merged_into
    if merged is not None and merged.document.status in (Status.DRAFT, Status.SUBMITTED):
        raise DomainError(
            _("%(name)s is part of %(merged)s, which is not approved yet; ask its maker to take it out.")
            % {"name": line.title, "merged": merged.document}
        )
