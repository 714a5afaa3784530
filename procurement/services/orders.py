"""Orders and contracts: nothing is ordered that was not approved (R-PRC-01)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.documents.routes import hands_in
from core.documents.services import status_before
from core.errors import DomainError
from core.numbers import ZERO, money
from inventory.services.valuation import plain
from procurement.models import PurchaseOrder, PurchaseOrderLine, PurchaseRequestLine

from . import budget_ledger, requests, wanted
from .budget_ledger import Entry


def lines_of(document: PurchaseOrder) -> list[PurchaseOrderLine]:
    return wanted.lines_of(document, "request_line__document", "sourcing_line", "framework_line", "warehouse")


def lock_request_lines(keys: set[int]) -> dict[int, PurchaseRequestLine]:
    """Request lines, locked in the order of their keys."""
    rows = PurchaseRequestLine.objects.select_for_update(of=("self",)).select_related("document").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=keys)}


def check(document: PurchaseOrder, *, actor: Any) -> None:
    """Complete lines, a usable supplier, an approved request that covers each line (R-PRC-01, R-PRC-09)."""
    lines = lines_of(document)
    wanted.check_lines(document, lines)
    if not document.supplier.is_usable:
        raise DomainError(
            _("%(supplier)s is stopped or on the black list.") % {"supplier": document.supplier}, field="supplier"
        )
    _require_covered(lines)


def _require_covered(lines: list[PurchaseOrderLine]) -> None:
    """Every line lies inside an approved request, in quantity and in amount. Raises DomainError (R-PRC-01)."""
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        request = line.request_line
        if request.document.status != Status.APPROVED:
            raise DomainError(
                _("%(request)s is not approved; nothing of it can be ordered.") % {"request": request.document},
                field="request_line",
                line=line.position,
            )
        taken[request.pk] += line.quantity
        if taken[request.pk] > request.open_quantity:
            raise DomainError(
                _("%(name)s: %(wanted)s ordered, but only %(left)s of the request are left.")
                % {"name": line.title, "wanted": plain(taken[request.pk]), "left": plain(request.open_quantity)},
                field="quantity",
                line=line.position,
            )
        if line.unit_price > request.unit_price:
            raise DomainError(
                _(
                    "%(name)s: the price of %(price)s yuan is above the approved %(approved)s yuan; a new request "
                    "has to be approved first."
                )
                % {"name": line.title, "price": plain(line.unit_price), "approved": plain(request.unit_price)},
                field="unit_price",
                line=line.position,
            )


def place(document: PurchaseOrder, *, actor: Any) -> None:
    """Approved: take the quantities from the requests and give back what the order saves against the estimate."""
    lines = lines_of(document)
    locked = lock_request_lines({line.request_line_id for line in lines})
    for line in lines:
        line.request_line = locked[line.request_line_id]
    _require_covered(lines)
    saved: dict[PurchaseRequestLine, Decimal] = {}
    for line in lines:
        request = locked[line.request_line_id]
        request.ordered_quantity += line.quantity
        saved[request] = saved.get(request, ZERO) + estimate_of(request, line.quantity) - line.amount
    PurchaseRequestLine.objects.bulk_update(locked.values(), ("ordered_quantity",))
    requests.give_back({row: max(amount, ZERO) for row, amount in saved.items()}, document=document, actor=actor)
    requests.refresh_progress({row.document_id for row in locked.values()})


def estimate_of(request: PurchaseRequestLine, quantity: Decimal) -> Decimal:
    """Yuan that the request set aside for so many units."""
    return money(quantity * request.unit_price)


def take_back(document: PurchaseOrder, *, actor: Any) -> None:
    """An approved order is returned or cancelled: its requests are open again, and what it saved is reserved anew."""
    if status_before(document) != Status.APPROVED:
        return
    lines = lines_of(document)
    locked = lock_request_lines({line.request_line_id for line in lines})
    entries = []
    for line in lines:
        request = locked[line.request_line_id]
        again = max(estimate_of(request, line.quantity) - line.amount, ZERO)
        request.ordered_quantity -= line.quantity
        request.reserved += again
        entries.append(Entry(int(request.allotment_id or 0), reserved=again, line=request.pk))
    budget_ledger.post(entries, document=document, actor=actor)
    PurchaseRequestLine.objects.bulk_update(locked.values(), ("ordered_quantity", "reserved"))
    requests.refresh_progress({row.document_id for row in locked.values()})


def require_nothing_accepted(document: PurchaseOrder, *, actor: Any) -> None:
    """An order of which something arrived is not taken back; its rest is cancelled. Raises DomainError."""
    if document.lines.filter(accepted_quantity__gt=0).exists():
        raise DomainError(
            _("Something of %(document)s was accepted already; cancel the rest instead.") % {"document": document}
        )


def refresh_progress(document: PurchaseOrder) -> None:
    """Write how far an order is delivered, from its lines."""
    lines = list(document.lines.all())
    Progress = PurchaseOrder.Progress
    progress = Progress.OPEN
    if all(line.open_quantity <= 0 for line in lines):
        progress = Progress.CLOSED if any(line.closed_quantity for line in lines) else Progress.COMPLETE
    elif any(line.accepted_quantity for line in lines):
        progress = Progress.PARTIAL
    PurchaseOrder.objects.filter(pk=document.pk).update(progress=progress)


def buyers_of(order: PurchaseOrder) -> set[int]:
    """Keys of those who bought: who made, changed or submitted the order and the sourcing behind it (R-PRC-11)."""
    found = hands_in(order)
    return found | hands_in(order.sourcing) if order.sourcing else found
