"""Budget decisions: what they demand, and the allotments they make and change."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO
from core.templatetags.display import money as shown
from procurement.models import BudgetAllotment, BudgetDecision, BudgetDecisionLine, BudgetMove

from . import budget_ledger
from .budget_ledger import Entry

Kind = BudgetDecision.Kind
Key = tuple[int, int | None, str, int]


def key_of(row: Any) -> Key:
    """The purpose of a line or an allotment: department, project, fund source, economic class."""
    return row.department_id, row.project_id, row.fund_source, row.economic_class_id


def lines_of(document: BudgetDecision) -> list[BudgetDecisionLine]:
    rows = document.lines.select_related("department", "project", "economic_class")
    return list(rows.order_by("position", "id"))


def allotments_of(document: BudgetDecision) -> dict[Key, BudgetAllotment]:
    """The allotments that the lines are about, as far as they exist, by purpose; one query."""
    departments = document.lines.values("department")
    rows = BudgetAllotment.objects.filter(
        organization_id=document.organization_id, year=document.year, department__in=departments
    )
    wanted = {key_of(line) for line in document.lines.all()}
    found = rows.select_related("department", "project", "economic_class")
    return {key_of(row): row for row in found if key_of(row) in wanted}


def check(document: BudgetDecision, *, actor: Any) -> None:
    """Lines of one's own house, each purpose once, with the sign that the kind demands; a transfer adds up to zero,
    and nothing is cut that is reserved or used. Raises DomainError naming the line (R-PRC-02)."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    _check_year(document)
    seen: dict[Key, int] = {}
    for line in lines:
        _check_own(document, line)
        _check_sign(document, line)
        first = seen.setdefault(key_of(line), line.position)
        if first != line.position:
            raise DomainError(
                _("This purpose stands on line %(first)d already; put the two together.") % {"first": first},
                field="amount",
                line=line.position,
            )
    if document.kind == Kind.TRANSFER and (left := sum((line.amount for line in lines), ZERO)):
        raise DomainError(
            _("A transfer gives as much as it takes; these lines add up to %(sum)s yuan instead of zero.")
            % {"sum": shown(left)},
            field="amount",
        )
    if document.kind == Kind.INITIAL:
        _check_first(document, lines)
    _check_cuts(document, lines)


def _check_year(document: BudgetDecision) -> None:
    """A decision is about the year before, of, or after its date: 2062 for 2026 is a slip of the pen."""
    day = document.business_date
    if abs(document.year - day.year) > 1:
        raise DomainError(
            _("A decision dated %(day)s can be about %(first)d to %(last)d, not about %(year)d.")
            % {"day": day, "first": day.year - 1, "last": day.year + 1, "year": document.year},
            field="year",
        )


def _check_own(document: BudgetDecision, line: BudgetDecisionLine) -> None:
    """Department and project of the house, and everything still in use where money is given."""
    named: list[tuple[str, Any]] = [("department", line.department), ("project", line.project)]
    for field, row in named:
        if row is not None and row.organization_id != document.organization_id:
            sentence = {
                "department": _("The department belongs to another organization."),
                "project": _("The project belongs to another organization."),
            }[field]
            raise DomainError(sentence, field=field, line=line.position)
    if line.amount < 0:
        return
    for field, row in (*named, ("economic_class", line.economic_class)):
        if row is not None and not row.active:
            raise DomainError(
                _("%(row)s is no longer in use; choose another.") % {"row": row}, field=field, line=line.position
            )


def _check_sign(document: BudgetDecision, line: BudgetDecisionLine) -> None:
    if line.amount == 0:
        raise DomainError(_("Enter an amount other than zero."), field="amount", line=line.position)
    if document.kind in (Kind.INITIAL, Kind.SUPPLEMENT) and line.amount < 0:
        raise DomainError(
            _("The amount must be greater than zero; write a cut to take money away."),
            field="amount",
            line=line.position,
        )
    if document.kind == Kind.CUT and line.amount > 0:
        raise DomainError(_("A cut is written with a minus sign."), field="amount", line=line.position)


def _check_first(document: BudgetDecision, lines: Sequence[BudgetDecisionLine]) -> None:
    """The budget of a year is granted once for a purpose; the same workbook sent twice must not double it."""
    rows = BudgetDecisionLine.objects.filter(
        document__organization_id=document.organization_id,
        document__year=document.year,
        document__kind=Kind.INITIAL,
        document__status=Status.POSTED,
    ).exclude(document=document)
    granted = {key_of(row): row.document for row in rows.select_related("document")}
    for line in lines:
        if earlier := granted.get(key_of(line)):
            raise DomainError(
                _(
                    "%(earlier)s granted the budget of %(year)d for this purpose already; choose “supplement” to add "
                    "to it."
                )
                % {"earlier": earlier, "year": document.year},
                field="amount",
                line=line.position,
            )


def _check_cuts(document: BudgetDecision, lines: Sequence[BudgetDecisionLine]) -> None:
    """What a line takes away is there and free. Asked again under the lock when the decision is booked."""
    cuts = [line for line in lines if line.amount < 0]
    known = allotments_of(document) if cuts else {}
    for line in cuts:
        allotment = known.get(key_of(line))
        if allotment is None:
            raise DomainError(
                _("There is no allotment of %(year)d for this purpose from which anything could be taken.")
                % {"year": document.year},
                field="amount",
                line=line.position,
            )
        if -line.amount > allotment.available:
            refusal = budget_ledger.refused_cut(allotment, -line.amount)
            refusal.line = line.position
            raise refusal


def post(document: BudgetDecision, *, actor: Any) -> None:
    """Make the allotments that are missing and book every line; a fixed number of statements.

    Raises DomainError where a cut meets what is reserved or used by now (R-PRC-02).
    """
    lines = lines_of(document)
    known = allotments_of(document)
    missing = [line for line in lines if key_of(line) not in known]
    if missing:
        # Two decisions may make the same allotment at once: whoever comes second takes the first one's row.
        BudgetAllotment.objects.bulk_create((_allotment(document, line) for line in missing), ignore_conflicts=True)
        known = allotments_of(document)
    budget_ledger.lock(row.pk for row in known.values())
    if document.kind == Kind.INITIAL:
        _check_first(document, lines)  # again, now that nobody else can be booking the same budget
    entries = [Entry(known[key_of(line)].pk, granted=line.amount, line=line.pk) for line in lines]
    budget_ledger.post(entries, document=document, actor=actor)


def _allotment(document: BudgetDecision, line: BudgetDecisionLine) -> BudgetAllotment:
    department, project, source, economic_class = key_of(line)
    return BudgetAllotment(
        organization_id=document.organization_id,
        year=document.year,
        department_id=department,
        project_id=project,
        fund_source=source,
        economic_class_id=economic_class,
    )


def undo(document: BudgetDecision, *, actor: Any) -> None:
    """Take the decision back; refused with the figures where the money is reserved or used by now (R-PRC-02)."""
    kind = ContentType.objects.get_for_model(BudgetDecision)
    moves = BudgetMove.objects.filter(object_id=document.pk, content_type=kind).order_by("pk")
    booked: dict[tuple[int, int], Decimal] = {}
    for move in moves:
        place = (move.allotment_id, move.line)
        booked[place] = booked.get(place, ZERO) + move.granted
    entries = [Entry(allotment, granted=-amount, line=line) for (allotment, line), amount in booked.items()]
    budget_ledger.post(entries, document=document, actor=actor)
