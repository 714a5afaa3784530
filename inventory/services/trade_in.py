"""以旧换新 (R-STK-11): old pieces at an issue, what departments owe, handing in later, and how old pieces leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, plain
from directory.models import Department
from inventory.models import Destination, GoodsIssue, GoodsIssueLine, OldPieceDisposal, TradeIn, TradeInLine

from .old_pieces import OldPiece, balances_of, post_old_pieces, reverse_old_pieces

WITNESSES = 2


# ---- at the issue ----


def missing(line: Any) -> Decimal:
    """Stock units of old pieces that an issue line is short of; zero where the item asks for none."""
    if not line.item.trade_in_required:
        return ZERO
    return max(line.stock_quantity - line.old_quantity, ZERO)


def check_issue(document: GoodsIssue, lines: Iterable[Any]) -> None:
    """Old pieces are handed in where the item demands it, or a reason is given. Raises DomainError naming the line."""
    for line in lines:
        if line.old_quantity < 0 or line.old_quantity != round(line.old_quantity, line.item.unit.places):
            raise DomainError(
                _("%(item)s is counted in whole %(unit)s; %(quantity)s is not possible.")
                % {"item": line.item, "unit": line.item.unit, "quantity": plain(line.old_quantity)},
                field="old_quantity",
                line=line.position,
            )
        if missing(line) and not line.trade_in_waiver.strip():
            raise DomainError(
                _(
                    "%(item)s is issued against old pieces: %(asked)s are needed, %(old)s were handed in. "
                    "Enter the old pieces or the reason why there are none."
                )
                % {"item": line.item, "asked": plain(line.stock_quantity), "old": plain(line.old_quantity)},
                field="old_quantity",
                line=line.position,
            )


def waived(document: GoodsIssue) -> str:
    """The sentence why an issue needs an approval of its own: old pieces are missing; "" when none are."""
    short = [line.item.name for line in document.lines.select_related("item") if missing(line)]
    if not short:
        return ""
    return _("Issued without old pieces: %(items)s") % {"items": _(", ").join(short)}


def take_in(document: GoodsIssue, lines: Iterable[Any], *, actor: Any) -> None:
    """Book the old pieces that came in against an issue."""
    pieces = [
        OldPiece(
            line.pk,
            line.position,
            line.item,
            line.old_destination,
            line.old_condition,
            line.old_quantity,
            document.department_id,
        )
        for line in lines
        if line.old_quantity
    ]
    post_old_pieces(pieces, document=document, actor=actor)


# ---- debts ----


@dataclass
class Debt:
    """An issue line and how many old pieces (stock units) it still waits for, after what was handed in since."""

    line: Any
    owed: Decimal
    open: Decimal


DebtKey = tuple[int, int, int]
"""(warehouse key, department key, item key)"""


def debts(warehouses: Iterable[Any], *, department_id: int | None = None) -> dict[DebtKey, list[Debt]]:
    """Open debts by warehouse, department and item, oldest issue first; two statements.

    What was handed in later pays the oldest issue first. Goods that came back to the store are owed for no more.
    """
    stores = list(warehouses)
    issued = GoodsIssueLine.objects.filter(
        document__warehouse__in=stores,
        document__status=Status.POSTED,
        old_pieces_follow=True,
        stock_quantity__gt=F("old_quantity"),
    )
    paid_rows = TradeInLine.objects.filter(document__warehouse__in=stores, document__status=Status.POSTED)
    if department_id is not None:
        issued = issued.filter(document__department=department_id)
        paid_rows = paid_rows.filter(document__department=department_id)
    sums = paid_rows.order_by().values_list("document__warehouse", "document__department", "item")
    paid = {(w, d, i): total for w, d, i, total in sums.annotate(Sum("stock_quantity"))}
    found: dict[DebtKey, list[Debt]] = {}
    related = ("item__unit", "document__department", "document__warehouse")
    for line in issued.select_related(*related).order_by("document__business_date", "pk"):
        owed = line.stock_quantity - line.returned_quantity - line.old_quantity
        key = (line.document.warehouse_id, line.document.department_id, line.item_id)
        settled = min(paid.get(key, ZERO), max(owed, ZERO))
        paid[key] = paid.get(key, ZERO) - settled
        if owed > settled:
            found.setdefault(key, []).append(Debt(line, owed, owed - settled))
    return found


def debt_of(warehouse_id: int, department_id: int) -> dict[int, Decimal]:
    """Old pieces (stock units) that a department owes a warehouse, by item key."""
    found = debts([warehouse_id], department_id=department_id)
    return {item: sum((debt.open for debt in rows), ZERO) for (_w, _d, item), rows in found.items()}


# ---- handing in later ----


def check_trade_in(document: TradeIn, *, actor: Any) -> None:
    """Never more than the department owes this store. Raises DomainError naming the line."""
    # Two hand-ins of one department at once: the second sees what the first paid.
    Department.objects.select_for_update(no_key=True, of=("self",)).get(pk=document.department_id)
    owed = debt_of(document.warehouse_id, document.department_id)
    for line in _lines(document):
        there = owed.get(line.item_id, ZERO)
        if line.stock_quantity > there:
            raise DomainError(
                _("%(department)s owes %(owed)s old %(unit)s of %(item)s here; more cannot be handed in.")
                % {
                    "department": document.department,
                    "owed": plain(there),
                    "unit": line.item.unit,
                    "item": line.item,
                },
                field="quantity",
                line=line.position,
            )
        owed[line.item_id] = there - line.stock_quantity


def post_trade_in(document: TradeIn, *, actor: Any) -> None:
    """The old pieces are in the store; the debt is the smaller for it."""
    pieces = [
        OldPiece(
            line.pk,
            line.position,
            line.item,
            line.destination,
            line.condition,
            line.stock_quantity,
            document.department_id,
        )
        for line in _lines(document)
    ]
    post_old_pieces(pieces, document=document, actor=actor)


# ---- leaving the store ----


def check_disposal(document: OldPieceDisposal, *, actor: Any) -> None:
    """There are as many; a sale has two witnesses and its money is paid in. Raises DomainError."""
    lines = _lines(document)
    if not document.taker.strip():
        raise DomainError(_("Say who takes the old pieces."), field="taker")
    received = sum((line.amount for line in lines), ZERO)
    if document.destination == Destination.RECYCLE:
        _check_sale(document, received)
    elif received:
        raise DomainError(
            _("Money comes in for a sale only; choose the way “%(sale)s” or leave the money empty.")
            % {"sale": Destination.RECYCLE.label},
            field="destination",
        )
    there = balances_of(document.warehouse_id, document.destination)
    for line in lines:
        rest = there.get(line.item_id, ZERO)
        if line.stock_quantity > rest:
            raise DomainError(
                _("Of %(item)s there are only %(there)s old %(unit)s for “%(way)s”; %(wanted)s were entered.")
                % {
                    "item": line.item,
                    "there": plain(rest),
                    "unit": line.item.unit,
                    "way": document.get_destination_display(),
                    "wanted": plain(line.stock_quantity),
                },
                field="quantity",
                line=line.position,
            )
        there[line.item_id] = rest - line.stock_quantity


def _check_sale(document: OldPieceDisposal, received: Decimal) -> None:
    people = set(document.witnesses.values_list("pk", flat=True)) - {document.created_by_id}
    if len(people) < WITNESSES:
        raise DomainError(
            _("Two people other than the maker of this paper see a sale being weighed and paid; enter them."),
            field="witnesses",
        )
    if received and not document.paid_to.strip():
        raise DomainError(_("Enter the number of the receipt for the money."), field="paid_to")


def disposal_amount(document: OldPieceDisposal) -> Decimal:
    """Yuan received, for the approval tiers."""
    return sum(document.lines.values_list("amount", flat=True), ZERO)


def post_disposal(document: OldPieceDisposal, *, actor: Any) -> None:
    """The old pieces leave the store."""
    pieces = [
        OldPiece(line.pk, line.position, line.item, document.destination, "", -line.stock_quantity, None)
        for line in _lines(document)
    ]
    post_old_pieces(pieces, document=document, actor=actor)


def undo(document: Any, *, actor: Any) -> None:
    """Book the mirror image of a hand-in or a disposal today."""
    reverse_old_pieces(document, actor=actor)


def _lines(document: Any) -> list[Any]:
    return list(document.lines.select_related("item__unit", "unit").order_by("position", "id"))


def waiting_issues(requisition_lines: Sequence[Any]) -> dict[int, tuple[Decimal, str]]:
    """By requisition line: stock units on issues that wait for an approval or a posting, and the number of the last."""
    rows = GoodsIssueLine.objects.filter(
        requisition_line__in=requisition_lines, document__status__in=(Status.SUBMITTED, Status.APPROVED)
    ).values_list("requisition_line", "stock_quantity", "document__number")
    found: dict[int, tuple[Decimal, str]] = {}
    for key, quantity, number in rows.order_by("pk"):
        found[key] = (found.get(key, (ZERO, ""))[0] + quantity, number or "")
    return found
