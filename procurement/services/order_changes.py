"""Changes of approved orders: other quantities, prices, days (R-PRC-10)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO, money, plain
from core.policies import value_of
from core.templatetags.display import money as shown
from procurement import figures
from procurement.models import OrderChange, OrderChangeLine, PurchaseOrder, PurchaseOrderLine

from . import awards, orders, requests, settling
from .reservations import Reservations


def lines_of(document: OrderChange) -> list[OrderChangeLine]:
    rows = document.lines.select_related(
        "order_line__item",
        "order_line__unit",
        "order_line__request_line__document",
        "order_line__sourcing_line__awarded",
        "order_line__framework_line",
    )
    return list(rows.order_by("position", "id"))


def check(document: OrderChange, *, actor: Any) -> None:
    """Of an approved order, one change at a time; nothing below what was accepted or billed, nothing above what request
    and award allow, additions within the allowed part of the contract. Raises DomainError."""
    order = orders.lock_order(document.order_id)
    if order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved; change the draft instead.") % {"order": order})
    _refuse_second(document)
    lines = lines_of(document)
    another_day = document.deliver_by not in (None, order.deliver_by)
    if not lines and not another_day:
        raise DomainError(_("Enter at least one line with another quantity or price, or another day of delivery."))
    if not any(_changes(line) for line in lines) and not another_day:
        raise DomainError(_("Nothing is changed; enter another quantity, price or day."))
    for line in lines:
        if line.order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
        if document.status == Status.SUBMITTED:
            _require_as_it_was(document, line)
        _check_quantity(line)
        _check_price(line)
    _check_total(order, lines)


def _changes(line: OrderChangeLine) -> bool:
    now = line.order_line
    return (line.quantity, line.unit_price) != (now.quantity, now.unit_price)


def _refuse_second(document: OrderChange) -> None:
    others = OrderChange.objects.filter(order=document.order_id, status=Status.SUBMITTED).exclude(pk=document.pk)
    if other := others.first():
        raise DomainError(
            _("%(other)s changes the same order and waits for its signature; one change at a time.") % {"other": other}
        )


def _require_as_it_was(document: OrderChange, line: OrderChangeLine) -> None:
    now = line.order_line
    if (line.old_quantity, line.old_unit_price) != (now.quantity, now.unit_price):
        raise IllegalTransition(
            _("The order was changed since %(document)s was written; return it and have it written anew.")
            % {"document": document}
        )


def _check_quantity(line: OrderChangeLine) -> None:
    now = line.order_line
    where: dict[str, Any] = {"field": "quantity", "line": line.position}
    words = {"name": now.title, "quantity": plain(line.quantity)}
    if line.quantity - now.closed_quantity < now.accepted_quantity:
        raise DomainError(
            _("%(name)s: %(most)s were accepted or cancelled already, which is more than %(quantity)s.")
            % {**words, "most": plain(now.accepted_quantity + now.closed_quantity)},
            **where,
        )
    if line.quantity < now.invoiced_quantity:
        raise DomainError(
            _("%(name)s: %(most)s were billed already, which is more than %(quantity)s.")
            % {**words, "most": plain(now.invoiced_quantity)},
            **where,
        )
    if line.quantity - now.quantity > now.request_line.open_quantity:
        raise DomainError(
            _("%(name)s: the approved request allows only %(left)s more.")
            % {**words, "left": plain(now.request_line.open_quantity)},
            **where,
        )
    if line.quantity == 0 and not now.accepted_quantity:
        raise DomainError(
            _("%(name)s: cancel the rest of the order instead of changing it to nothing.") % words, **where
        )


def _check_price(line: OrderChangeLine) -> None:
    """A price may fall, as long as nothing was delivered at the old one; it never rises above award and approval."""
    now = line.order_line
    if line.unit_price == now.unit_price:
        return
    where: dict[str, Any] = {"field": "unit_price", "line": line.position}
    if line.unit_price <= 0:
        raise DomainError(_("Enter a price greater than zero."), **where)
    if now.accepted_quantity or now.invoiced_quantity:
        raise DomainError(
            _("%(name)s: some were accepted or billed at %(price)s yuan already; the price stays.")
            % {"name": now.title, "price": plain(now.unit_price)},
            **where,
        )
    agreed = awards.agreed_price(now)
    if agreed is not None and line.unit_price > agreed:
        raise DomainError(
            _("%(name)s: %(agreed)s yuan were awarded or agreed, and the price cannot rise above it.")
            % {"name": now.title, "agreed": plain(agreed)},
            **where,
        )
    now.position = line.position
    orders.require_price_approved(now, line.unit_price)


def _check_total(order: PurchaseOrder, lines: list[OrderChangeLine]) -> None:
    """Additions within the allowed part of the contract as it was first approved (R-PRC-10); no less than is asked for
    in payments."""
    growth = sum((growth_of(line) for line in lines), ZERO)
    total = order.total_amount + growth
    earlier = OrderChangeLine.objects.filter(document__order=order, document__status=Status.APPROVED)
    first = order.total_amount - sum((line.amount for line in earlier), ZERO)
    percent = value_of(figures.ADDITIONS_UP_TO, order.organization_id, order.business_date)
    most = money(first * percent / 100)
    if growth > 0 and total - first > most:
        raise DomainError(
            _(
                "Additions to %(order)s are at most %(percent)s %% of the contract of %(first)s yuan, that is %(most)s "
                "yuan in all; buy the rest by a new order."
            )
            % {"order": order, "percent": plain(percent), "first": shown(first), "most": shown(most)},
            field="quantity",
        )
    asked = settling.asked_before(order)
    beyond = settling.payable_value(order) - settling.contract_value(order)
    if total + beyond < asked:
        raise DomainError(
            _("%(asked)s yuan were paid or asked for already, which is more than the order would come to.")
            % {"asked": shown(asked)}
        )


def growth_of(line: OrderChangeLine) -> Decimal:
    """Yuan by which a line of the order grows (negative: shrinks), from what it says now."""
    now = line.order_line
    return money(line.quantity * line.unit_price) - money(now.quantity * now.unit_price)


def require_not_applied(document: OrderChange, *, actor: Any) -> None:
    """An approved change stands in its order; it is undone by another change. Raises NotAllowed."""
    if document.status == Status.APPROVED:
        raise NotAllowed(
            _("%(document)s was applied to the order already; write another change.") % {"document": document}
        )


def apply(document: OrderChange, *, actor: Any) -> None:
    """Approved: the order shows the new figures; requests, awards and reservations follow.

    What the request has left is asked again under the lock: of a change and an order for the same rest one wins.
    """
    lines = lines_of(document)
    changed = [line.order_line for line in lines]
    reservations = Reservations(changed)
    awards.lock(changed)
    with reservations.follow(document=document, actor=actor):
        for line, now in zip(lines, changed, strict=True):
            _check_quantity(line)
            more = line.quantity - now.quantity
            now.request_line.ordered_quantity += more
            awards.draw(now, more)
            now.quantity, now.unit_price = line.quantity, line.unit_price
            now.compute()
    PurchaseOrderLine.objects.bulk_update(changed, ("quantity", "unit_price", "amount"))
    awards.write(changed)
    if document.deliver_by:
        PurchaseOrder.objects.filter(pk=document.order_id).update(deliver_by=document.deliver_by)
        PurchaseOrderLine.objects.filter(document=document.order_id).exclude(deliver_by=None).update(
            deliver_by=document.deliver_by
        )
    orders.refresh_progress(document.order)
    requests.refresh_progress({row.document_id for row in reservations.requests.values()})


def note_old(document: OrderChange, *, actor: Any) -> None:
    """Submitted: every line notes what the order says now, so that the approver sees before and after."""
    write_old(document)


def write_old(document: OrderChange) -> None:
    """Note on every line what the order says now, and the yuan of growth."""
    lines = lines_of(document)
    for line in lines:
        line.old_quantity, line.old_unit_price = line.order_line.quantity, line.order_line.unit_price
        line.amount = growth_of(line)
    OrderChangeLine.objects.bulk_update(lines, ("old_quantity", "old_unit_price", "amount"))
