"""借用单 and 归还单: tools lent to people of the house and brought back (R-STK-18: never privately, never others')."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse as address_of
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, events_of, record_event
from core.errors import DomainError, NotAllowed
from core.models import Notice
from core.numbers import ZERO
from directory.services.leaving import NAMED, Holding
from inventory.models import LoanReturn, LoanReturnLine, StockLocation, ToolLoan, ToolLoanLine

from . import fulfilment
from .following import Following, amounts_by_line, movement
from .ledger import Movement, post_moves
from .locations import of_warehouse, virtual
from .onward import Left, left_of, take
from .posting import lines_of, send_out
from .reversing import reverse
from .valuation import share

OVERDUE = "overdue"
EXTRA_STEP_LABELS[OVERDUE] = gettext_lazy("Overdue")
EXTRA_STEP_LABELS["bring_back"] = gettext_lazy("Tools came back")

FOLLOWING = Following(
    "loan",
    "loan_line",
    gettext_lazy("%(item)s: lent %(moved)s, already settled %(gone)s, so at most %(left)s %(unit)s can come back."),
    wanted=lambda line: line.stock_quantity + line.stock_lost_quantity,
)


# ---- lending ----


def check(document: ToolLoan, *, actor: Any) -> None:
    """R-STK-18: tools only, for work, to somebody who works here, with a day to bring them back."""
    borrower = document.borrower
    if borrower.organization_id != document.organization_id or not borrower.is_active:
        raise DomainError(_("Tools are lent only to people who work here."), field="borrower")
    if borrower.department_id != document.department_id:
        raise DomainError(_("The department must be that of the borrower."), field="borrower")
    if not document.purpose.strip():
        raise DomainError(_("Say what work the tools are for."), field="purpose")
    if document.due_on < document.business_date:
        raise DomainError(_("The day to bring them back is before the day they are lent."), field="due_on")
    for line in document.lines.select_related("item", "lot"):
        if not line.item.loanable:
            raise DomainError(
                _("%(item)s is not lent as a tool; issue it instead.") % {"item": line.item},
                field="item",
                line=line.position,
            )
        if line.lot and line.lot.item_id != line.item_id:
            raise DomainError(_("The lot belongs to another item."), field="lot", line=line.position)


def refuse_borrower(document: ToolLoan, *, actor: Any) -> None:
    """Nobody approves what is lent to himself (R-SYS-03). Raises NotAllowed."""
    if document.borrower_id == actor.pk:
        raise NotAllowed(_("You borrow these tools yourself; somebody else has to approve it."))


def amount(document: ToolLoan) -> Decimal:
    """Yuan that the tools are worth, for the approval tiers."""
    return fulfilment.estimate(document.warehouse_id, lines_of(document))


def post(document: ToolLoan, *, actor: Any) -> None:
    """The tools leave the warehouse; they still belong to the house and count as on loan."""
    send_out(document, StockLocation.Kind.LOAN, actor=actor)


# ---- coming back ----


def check_return(document: LoanReturn, *, actor: Any) -> None:
    """Never more than is still out; what is lost or damaged is explained. Raises DomainError naming the line."""
    FOLLOWING.check(document, actor=actor)
    if document.compensation < 0:
        raise DomainError(_("The compensation cannot be negative."), field="compensation")
    lines = list(document.lines.all())
    if (document.compensation or not _all_well(lines)) and not document.explanation.strip():
        raise DomainError(_("Something is lost or damaged: say what happened."), field="explanation")


def _all_well(lines: Sequence[Any]) -> bool:
    return all(line.intact and not line.lost_quantity for line in lines)


def approved_when_intact(document: LoanReturn) -> str:
    """The sentence why tools that all came back intact need no signature."""
    if document.compensation or not _all_well(list(document.lines.all())):
        return ""
    return _("All tools came back intact")


def worth_lost(document: LoanReturn) -> Decimal:
    """Yuan that the lost tools cost, for the approval tiers."""
    lines = FOLLOWING.lines_of(document)
    return sum((worth(line, line.stock_lost_quantity) for line in lines), ZERO)


def worth(line: Any, pieces: Decimal) -> Decimal:
    """Yuan of some stock units of a line, as part of what was lent."""
    lent = line.loan_line
    return share(lent.amount or ZERO, pieces, lent.stock_quantity)


def post_return(document: LoanReturn, *, actor: Any) -> None:
    """What came back is in the warehouse at the cost it left with; what is lost is written off.

    A line's amount is the yuan of both.
    """
    lines = FOLLOWING.lines_of(document)
    movements = _return_moves(document, lines, left_of(document.loan))
    amounts = amounts_by_line(post_moves(movements, document=document, actor=actor))
    for line in lines:
        line.amount = amounts[line.pk]
    LoanReturnLine.objects.bulk_update(lines, ["amount"])
    _count(document, lines, 1)
    loan = document.loan
    record_event(loan, "bring_back", actor=actor, from_status=loan.status, reason=document.number or "")


def _return_moves(document: LoanReturn, lines: Sequence[Any], left: dict[int, list[Left]]) -> list[Movement]:
    out = virtual(document.organization_id, StockLocation.Kind.LOAN)
    back = of_warehouse(document.warehouse)
    scrap = virtual(document.organization_id, StockLocation.Kind.SCRAP)
    department = document.loan.department_id
    return [
        movement(line, part, out, target, department_id=department, priced=True)
        for line in lines
        for target, pieces in ((back, line.stock_quantity), (scrap, line.stock_lost_quantity))
        for part in take(left[line.loan_line_id], pieces)
    ]


def undo_return(document: LoanReturn, *, actor: Any) -> None:
    """The tools are out again."""
    FOLLOWING.locked(document)
    reverse(document, actor=actor)
    _count(document, FOLLOWING.lines_of(document), -1)


def _count(document: LoanReturn, lines: Sequence[Any], sign: int) -> None:
    """Keep on the loan what came back and what is lost, and whether all of it is settled."""
    lent = {line.pk: line for line in ToolLoanLine.objects.filter(document=document.loan_id)}
    for line in lines:
        lent[line.loan_line_id].returned_quantity += sign * line.stock_quantity
        lent[line.loan_line_id].lost_quantity += sign * line.stock_lost_quantity
    ToolLoanLine.objects.bulk_update(lent.values(), ["returned_quantity", "lost_quantity"])
    settled = all(still_out(line) <= 0 for line in lent.values())
    ToolLoan.objects.filter(pk=document.loan_id).update(settled=settled)
    document.loan.settled = settled


def still_out(line: ToolLoanLine) -> Decimal:
    """Stock units of a loan's line that neither came back nor are lost."""
    return line.stock_quantity - line.returned_quantity - line.lost_quantity


def lent_to(person: Any) -> Iterator[Holding]:
    """Tools that a person borrowed and did not bring back (R-AST-11)."""
    rows = open_loans().filter(borrower=person).order_by("due_on", "pk")
    count = rows.count()
    if count:
        yield Holding(_("tool loans"), [str(loan) for loan in rows[:NAMED]], count, address_of("toolloan_list"))


# ---- overdue ----


def open_loans() -> Any:
    """Loans of which something is still out."""
    return ToolLoan.objects.filter(status=Status.POSTED, settled=False)


def overdue_loans(day: dt.date | None = None) -> Any:
    """Loans that should have come back before a day (today)."""
    return open_loans().filter(due_on__lt=day or clock.today())


@transaction.atomic
def remind_overdue() -> list[ToolLoan]:
    """Leave one notice a loan for borrower and keepers on the first night after its day; returns these loans."""
    reminded = []
    rows = overdue_loans().select_for_update(of=("self",)).select_related("borrower", "created_by", "warehouse")
    for loan in rows.order_by("pk"):
        if events_of(loan).filter(step=OVERDUE).exists():
            continue
        text = _("To be returned by %(day)s") % {"day": loan.due_on}
        event = record_event(loan, OVERDUE, actor=loan.created_by, from_status=loan.status, reason=text)
        people = {loan.borrower_id, loan.created_by_id, *loan.warehouse.keepers.values_list("pk", flat=True)}
        Notice.objects.bulk_create([Notice(user_id=person, event=event) for person in sorted(people)])
        reminded.append(loan)
    return reminded
