"""Changes of approved orders: other quantities, prices, days (R-PRC-10)."""

from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, money
from procurement.models import OrderChange, OrderChangeLine, PurchaseOrder, PurchaseOrderLine

from . import budget_ledger, orders
from .budget_ledger import Entry


def lines_of(document: OrderChange) -> list[OrderChangeLine]:
    rows = document.lines.select_related("order_line__item", "order_line__unit", "order_line__request_line")
    return list(rows.order_by("position", "id"))


def check(document: OrderChange, *, actor: Any) -> None:
    """Of an approved order; nothing below what was accepted; nothing above what the request still allows."""
    if document.order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved; change the draft instead.") % {"order": document.order})
    lines = lines_of(document)
    if not lines and document.deliver_by is None:
        raise DomainError(_("Enter at least one line."))
    for line in lines:
        order_line = line.order_line
        if order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
        if line.quantity < order_line.accepted_quantity:
            raise DomainError(
                _("%(name)s: more was accepted already than the new quantity.") % {"name": order_line.title},
                field="quantity",
                line=line.position,
            )
        if line.quantity - order_line.quantity > order_line.request_line.open_quantity:
            raise DomainError(
                _("%(name)s: the approved request does not allow so much.") % {"name": order_line.title},
                field="quantity",
                line=line.position,
            )
        if line.unit_price > order_line.request_line.unit_price:
            raise DomainError(
                _("%(name)s: the price is above the approved one.") % {"name": order_line.title},
                field="unit_price",
                line=line.position,
            )


def require_not_applied(document: OrderChange, *, actor: Any) -> None:
    """An approved change stands in its order; it is undone by another change. Raises DomainError."""
    if document.status == Status.APPROVED:
        raise DomainError(
            _("%(document)s was applied to the order already; write another change.") % {"document": document}
        )


def apply(document: OrderChange, *, actor: Any) -> None:
    """Approved: the order shows the new figures, the requests and their reservations follow."""
    lines = lines_of(document)
    requests = orders.lock_request_lines({line.order_line.request_line_id for line in lines})
    entries = []
    for line in lines:
        order_line, request = line.order_line, requests[line.order_line.request_line_id]
        before = orders.estimate_of(request, order_line.quantity) - order_line.amount
        request.ordered_quantity += line.quantity - order_line.quantity
        order_line.quantity, order_line.unit_price = line.quantity, line.unit_price
        order_line.compute()
        after = orders.estimate_of(request, order_line.quantity) - order_line.amount
        more = max(before, ZERO) - max(after, ZERO)
        request.reserved += more
        entries.append(Entry(int(request.allotment_id or 0), reserved=more, line=request.pk))
    budget_ledger.post(entries, document=document, actor=actor)
    for request in requests.values():
        request.save(update_fields=["ordered_quantity", "reserved"])
    PurchaseOrderLine.objects.bulk_update([line.order_line for line in lines], ("quantity", "unit_price", "amount"))
    if document.deliver_by:
        PurchaseOrder.objects.filter(pk=document.order_id).update(deliver_by=document.deliver_by)
    orders.refresh_progress(document.order)


def write_old(document: OrderChange) -> None:
    """Note on every line what the order says now, and the yuan of growth."""
    lines = lines_of(document)
    for line in lines:
        line.old_quantity, line.old_unit_price = line.order_line.quantity, line.order_line.unit_price
        line.amount = money(line.quantity * line.unit_price) - money(line.old_quantity * line.old_unit_price)
    OrderChangeLine.objects.bulk_update(lines, ("old_quantity", "old_unit_price", "amount"))
