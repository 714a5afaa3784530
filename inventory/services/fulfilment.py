"""Requisitions and the issues made from them: what is approved, what went out, what is still to come (R-STK-12)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, permission_for, record_event
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO, money, plain, price
from inventory.models import GoodsIssue, Item, Requisition, RequisitionLine, StockValue

EXTRA_STEP_LABELS["issue"] = gettext_lazy("Issue goods")
EXTRA_STEP_LABELS["close_rest"] = gettext_lazy("Close the rest")


def estimated_prices(warehouse_id: int, items: Sequence[Item]) -> dict[int, Decimal]:
    """Yuan per stock unit by item key: the average cost in the warehouse, else the reference price; one statement."""
    values = StockValue.objects.filter(warehouse=warehouse_id, item__in=items, quantity__gt=0)
    prices = {value.item_id: price(value.amount / value.quantity) for value in values}
    return {item.pk: prices.get(item.pk) or item.reference_price or ZERO for item in items}


def estimate(warehouse_id: int, lines: Sequence[Any]) -> Decimal:
    """Yuan that lines would cost at today's estimated prices."""
    prices = estimated_prices(warehouse_id, [line.item for line in lines])
    return sum((money(line.stock_quantity * prices[line.item_id]) for line in lines), ZERO)


def write_estimates(document: Requisition, *, actor: Any) -> None:
    """Effect of submit: note on every line what it would cost today, so that the amount decides who signs."""
    lines = list(document.lines.select_related("item"))
    prices = estimated_prices(document.warehouse_id, [line.item for line in lines])
    for line in lines:
        line.unit_price = price(prices[line.item_id] * line.factor)
        line.amount = money(line.stock_quantity * prices[line.item_id])
    RequisitionLine.objects.bulk_update(lines, ["unit_price", "amount"])


def requisition_amount(document: Requisition) -> Decimal:
    """Yuan a requisition is estimated at, for the approval tiers."""
    return sum(document.lines.values_list("amount", flat=True), ZERO)


def approve_quantities(document: Requisition, *, actor: Any) -> None:
    """Effect of approve: what was asked for is what may be issued, except where an approver lowered a line."""
    document.lines.filter(approved_quantity=None).update(approved_quantity=F("stock_quantity"))


def forget_approval(document: Requisition, *, actor: Any) -> None:
    """Effect of a return to draft: the next round approves anew."""
    document.lines.update(approved_quantity=None)


def lower_quantities(document: Requisition, wanted: dict[int, Decimal], *, actor: Any) -> None:
    """Let an approver lower lines before he signs; wanted: stock units by line key.

    Raises DomainError when a quantity is negative or above what was asked for, or above what an earlier approver of
    this round left of it.
    """
    lines = {line.pk: line for line in document.lines.select_related("item")}
    changed = []
    for key, quantity in wanted.items():
        line = lines.get(key)
        if line is None or not 0 <= quantity <= _most(line):
            raise DomainError(
                _("An approver can lower a quantity, not raise it."), line=line.position if line else None
            )
        line.approved_quantity = quantity
        changed.append(line)
    RequisitionLine.objects.bulk_update(changed, ["approved_quantity"])


def _most(line: RequisitionLine) -> Decimal:
    """Stock units that the next approver may leave on a line at most."""
    return line.stock_quantity if line.approved_quantity is None else line.approved_quantity


def require_nothing_issued(document: Requisition, *, actor: Any) -> None:
    """Check of reject and cancel: what already went out must come back first."""
    if document.fulfilment != Requisition.Fulfilment.NONE:
        raise DomainError(
            _("Goods were already issued on %(document)s. Close the rest, or reverse the issues first.")
            % {"document": document}
        )


def _locked_requisition(document: GoodsIssue) -> Requisition:
    requisition = document.requisition
    if requisition is None:
        raise RuntimeError("this issue has no requisition")
    return Requisition.objects.select_for_update(of=("self",)).get(pk=requisition.pk)


def check_against_requisition(document: GoodsIssue, lines: Sequence[Any]) -> None:
    """Lock the requisition and refuse an issue that it does not cover."""
    requisition = _locked_requisition(document)
    closed = requisition.fulfilment == Requisition.Fulfilment.CLOSED
    if requisition.status != Status.APPROVED or closed:
        raise IllegalTransition(
            _("%(requisition)s is not open for issue: it is “%(status)s”.")
            % {
                "requisition": requisition,
                "status": requisition.get_fulfilment_display() if closed else requisition.get_status_display(),
            }
        )
    if (requisition.department_id, requisition.warehouse_id) != (document.department_id, document.warehouse_id):
        raise DomainError(_("Department and warehouse must be those of the requisition."))
    asked = {line.pk: line for line in requisition.lines.select_related("item__unit")}
    wanted: dict[int, Decimal] = {}
    for line in lines:
        source = asked.get(line.requisition_line_id)
        if source is None or source.item_id != line.item_id:
            raise DomainError(_("This line is not on the requisition."), line=line.position)
        wanted[source.pk] = wanted.get(source.pk, ZERO) + line.stock_quantity
        if wanted[source.pk] > source.open_quantity:
            raise DomainError(
                _(
                    "%(item)s: approved %(approved)s, already issued %(issued)s, so at most %(open)s %(unit)s "
                    "can be issued."
                )
                % {
                    "item": source.item,
                    "approved": plain(source.approved_quantity or ZERO),
                    "issued": plain(source.issued_quantity),
                    "open": plain(source.open_quantity),
                    "unit": source.item.unit,
                },
                field="quantity",
                line=line.position,
            )


def add_issued(document: GoodsIssue, lines: Sequence[Any], *, sign: int, actor: Any) -> None:
    """Count posted (+1) or reversed (-1) issue lines on the requisition and write how far it is fulfilled."""
    requisition = _locked_requisition(document)
    asked = {line.pk: line for line in requisition.lines.all()}
    for line in lines:
        asked[line.requisition_line_id].issued_quantity += sign * line.stock_quantity
    RequisitionLine.objects.bulk_update(asked.values(), ["issued_quantity"])
    if requisition.fulfilment != Requisition.Fulfilment.CLOSED:
        _write_fulfilment(requisition, _fulfilment_of(list(asked.values())))
    if sign > 0:
        record_event(requisition, "issue", actor=actor, from_status=requisition.status, reason=document.number or "")


def _fulfilment_of(lines: Sequence[RequisitionLine]) -> str:
    if all(line.issued_quantity == 0 for line in lines):
        return Requisition.Fulfilment.NONE
    if all(line.open_quantity <= 0 for line in lines):
        return Requisition.Fulfilment.COMPLETE
    return Requisition.Fulfilment.PARTIAL


def _write_fulfilment(requisition: Requisition, value: str) -> None:
    Requisition.objects.filter(pk=requisition.pk).update(fulfilment=value)
    requisition.fulfilment = value


@atomic_with_retry
def close_rest(requisition: Requisition, *, actor: Any, reason: str) -> Requisition:
    """The store will not deliver what is still open; the lines stay as they are and the story says why.

    Raises NotAllowed without the right to issue, IllegalTransition when nothing is open, DomainError without a reason.
    """
    requisition = Requisition.objects.select_for_update(of=("self",)).get(pk=requisition.pk)
    may = actor.has_perm(permission_for(GoodsIssue, "post"))
    if not may or not Requisition.objects.visible_to(actor).filter(pk=requisition.pk).exists():
        raise NotAllowed(_("Only the storekeeper can close the rest of a requisition."))
    open_states = (Requisition.Fulfilment.NONE, Requisition.Fulfilment.PARTIAL)
    if requisition.status != Status.APPROVED or requisition.fulfilment not in open_states:
        raise IllegalTransition(_("Nothing is open on %(document)s.") % {"document": requisition})
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    _write_fulfilment(requisition, Requisition.Fulfilment.CLOSED)
    record_event(requisition, "close_rest", actor=actor, from_status=requisition.status, reason=reason.strip()[:500])
    return requisition
