"""Budget decisions: what they demand, and the allotments they make and change."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from procurement.models import BudgetAllotment, BudgetDecision, BudgetDecisionLine, BudgetMove

from . import budget_ledger
from .budget_ledger import Entry

Kind = BudgetDecision.Kind


def _key(line: BudgetDecisionLine) -> dict[str, Any]:
    return {
        "department_id": line.department_id,
        "project_id": line.project_id,
        "fund_source": line.fund_source,
        "economic_class_id": line.economic_class_id,
    }


def check(document: BudgetDecision, *, actor: Any) -> None:
    """Lines of one's own house, each purpose once, with the sign that the kind demands; a transfer adds up to zero."""
    lines = list(document.lines.select_related("department", "project", "economic_class").order_by("position", "id"))
    if not lines:
        raise DomainError(_("Enter at least one line."))
    seen = set()
    for line in lines:
        if line.department.organization_id != document.organization_id:
            raise DomainError(
                _("The department belongs to another organization."), field="department", line=line.position
            )
        if line.project and line.project.organization_id != document.organization_id:
            raise DomainError(_("The project belongs to another organization."), field="project", line=line.position)
        _check_sign(document, line)
        key = tuple(_key(line).values())
        if key in seen:
            raise DomainError(
                _("This purpose stands on an earlier line already; put the two together."), line=line.position
            )
        seen.add(key)
    if document.kind == Kind.TRANSFER and sum((line.amount for line in lines), Decimal(0)) != 0:
        raise DomainError(_("A transfer gives as much as it takes; the lines must add up to zero."), field="amount")


def _check_sign(document: BudgetDecision, line: BudgetDecisionLine) -> None:
    if document.kind in (Kind.INITIAL, Kind.SUPPLEMENT) and line.amount <= 0:
        raise DomainError(_("The amount must be greater than zero."), field="amount", line=line.position)
    if document.kind == Kind.CUT and line.amount >= 0:
        raise DomainError(_("A cut is written with a minus sign."), field="amount", line=line.position)


def post(document: BudgetDecision, *, actor: Any) -> None:
    """Make the allotments that are missing and book every line."""
    entries = []
    for line in document.lines.order_by("position", "id"):
        allotment, _made = BudgetAllotment.objects.get_or_create(
            organization_id=document.organization_id, year=document.year, **_key(line)
        )
        entries.append(Entry(allotment.pk, granted=line.amount, line=line.pk))
    budget_ledger.post(entries, document=document, actor=actor)


def undo(document: BudgetDecision, *, actor: Any) -> None:
    """Take the decision back; refused where the money is reserved or used by now."""
    moves = BudgetMove.objects.filter(object_id=document.pk, content_type__model="budgetdecision")
    entries = [Entry(move.allotment_id, granted=-move.granted, line=move.line) for move in moves.order_by("pk")]
    budget_ledger.post(entries, document=document, actor=actor)
