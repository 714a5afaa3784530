"""Draft orders, written by one click: from an award, from an agreement's prices, or directly for small things."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.errors import DomainError, NotAllowed
from core.numbers import plain
from procurement import order_selectors
from procurement.models import (
    FrameworkAgreement,
    FrameworkLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequestLine,
    Sourcing,
)

from . import supplier_checks
from .reservations import lock_request_lines


def _require_right(actor: Any) -> None:
    if not actor.has_perm(permission_for(PurchaseOrder, "add")):
        raise NotAllowed(_("You may not write orders."))


def _line(wanted: PurchaseRequestLine, quantity: Decimal, unit_price: Decimal, **more: Any) -> PurchaseOrderLine:
    """An order line over so many of what a request line asks for."""
    return PurchaseOrderLine(
        request_line=wanted,
        item=wanted.item,
        name=wanted.name,
        specification=wanted.specification,
        unit=wanted.unit,
        factor=wanted.factor,
        quantity=quantity,
        unit_price=unit_price,
        category=wanted.category,
        treatment=wanted.treatment,
        warehouse=wanted.warehouse,
        price_reason=wanted.price_reason,
        stock_reason=wanted.stock_reason,
        note=wanted.note,
        **more,
    )


def _draft(actor: Any, supplier: Any, lines: list[PurchaseOrderLine], **head: Any) -> PurchaseOrder:
    """The draft in the name of the actor. Raises DomainError for a supplier who may not deliver (R-PRC-09)."""
    supplier_checks.require_eligible(supplier, [line.category for line in lines], clock.today())
    order = PurchaseOrder.objects.create(
        organization=actor.organization, department=actor.department, created_by=actor, supplier=supplier, **head
    )
    for position, line in enumerate(lines, start=1):
        line.document, line.position = order, position
        line.compute()
    PurchaseOrderLine.objects.bulk_create(lines)
    return order


@transaction.atomic
def from_award(sourcing: Sourcing, *, actor: Any) -> list[PurchaseOrder]:
    """One draft for each supplier over what was awarded to him and is on no order yet.

    Pressed twice it writes nothing twice. Raises DomainError where nothing is left or the award is not approved.
    """
    _require_right(actor)
    sourcing = Sourcing.objects.select_for_update(of=("self",)).get(pk=sourcing.pk)
    if sourcing.status != Status.APPROVED:
        raise DomainError(_("%(sourcing)s is not approved; nothing can be ordered on it.") % {"sourcing": sourcing})
    orders = []
    for supplier, rows in order_selectors.awarded_lines(sourcing).items():
        lines = [
            _line(
                row.request_line,
                left,
                offer.unit_price,
                sourcing_line=row,
                brand=offer.brand,
            )
            for row, left in rows
            if left > 0 and (offer := row.awarded)
        ]
        first = rows[0][0].awarded
        if lines and first:
            quotation = first.quotation
            orders.append(
                _draft(
                    actor,
                    supplier,
                    lines,
                    sourcing=sourcing,
                    title=sourcing.title,
                    warranty_months=quotation.warranty_months,
                )
            )
    if not orders:
        raise DomainError(_("Everything that was awarded in %(sourcing)s is on orders.") % {"sourcing": sourcing})
    return orders


@transaction.atomic
def from_requests(
    wanted: Mapping[int, Decimal],
    *,
    actor: Any,
    supplier: Any = None,
    framework: FrameworkAgreement | None = None,
) -> PurchaseOrder:
    """One draft over quantities of approved request lines, by their keys: at an agreement's prices, or small things
    directly from a supplier.

    Raises DomainError for a quantity above what is left, a line without an agreed price, or neither or both sources.
    """
    _require_right(actor)
    if (supplier is None) == (framework is None):
        raise DomainError(_("Choose an agreement, or a supplier for small things."), field="supplier")
    if not wanted:
        raise DomainError(_("Enter a quantity on at least one line."))
    locked = lock_request_lines(set(wanted))
    visible = set(order_selectors.request_lines_to_order(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    written = order_selectors.on_drafts("request_line", wanted)
    lines = []
    for key, quantity in wanted.items():
        if key not in visible:
            raise DomainError(_("A line is ordered or closed already; reload the page."))
        row = locked[key]
        left = row.open_quantity - written.get(key, Decimal(0))
        if quantity > left:
            raise DomainError(
                _("%(name)s: %(wanted)s ordered, but only %(left)s of the request are left.")
                % {"name": row.title, "wanted": plain(quantity), "left": plain(left)}
            )
        agreed = _agreed(framework, row)
        price = agreed.unit_price if agreed else row.unit_price
        lines.append(_line(row, quantity, price, framework_line=agreed))
    return _draft(actor, supplier or framework.supplier, lines, framework=framework)  # type: ignore[union-attr]


def _agreed(framework: FrameworkAgreement | None, row: PurchaseRequestLine) -> FrameworkLine | None:
    if framework is None:
        return None
    agreed = order_selectors.agreed_line_for(framework, row)
    if agreed is None:
        raise DomainError(
            _("%(agreement)s names no price for %(name)s in %(unit)s.")
            % {"agreement": framework, "name": row.title, "unit": row.unit}
        )
    return agreed
