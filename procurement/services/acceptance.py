"""Acceptance: who may check a delivery, and what becomes of what is good and of what is not (R-PRC-11, R-PRC-14)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assets.models import AssetIntake
from assets.services import intake
from core import clock
from core.documents.lifecycle import Status
from core.documents.numbering import next_number
from core.documents.services import status_before
from core.errors import DomainError
from core.numbers import ZERO, money, plain, quantity
from core.policies import value_of
from inventory.models import GoodsReceipt
from inventory.services import deliveries
from procurement import figures
from procurement.models import (
    Acceptance,
    AcceptanceLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequestLine,
    RejectedGoods,
    Treatment,
)

from . import acceptors, duties, orders, requests
from .reservations import Reservations

REJECTED_PREFIX = "JS"


def lines_of(document: Acceptance) -> list[AcceptanceLine]:
    rows = document.lines.select_related(
        "order_line__item__unit",
        "order_line__unit",
        "order_line__warehouse",
        "order_line__category",
        "order_line__request_line__document",
        "order_line__request_line__allotment",
        "receipt_line__document",
    )
    return list(rows.order_by("position", "id"))


def signers(document: Acceptance) -> list[Any]:
    """The other acceptors, who sign what the first one wrote."""
    return list(document.acceptors.order_by("pk"))


def check(document: Acceptance, *, actor: Any) -> None:
    """An approved order, what was delivered within it, lots where they are kept, and the right people (R-PRC-11).

    The order is locked first: of two acceptances of one delivery, one wins.
    """
    document.order = orders.lock_order(document.order_id)
    if document.order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved; nothing can be accepted on it.") % {"order": document.order})
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if document.business_date > clock.today():
        raise DomainError(_("The date lies in the future; use today's date."), field="business_date")
    _check_quantities(document, lines)
    for line in lines:
        _check_finding(line)
        if line.accepted_quantity:
            _check_goods(line)
    acceptors.check(document, lines)


def most_acceptable(line: PurchaseOrderLine, percent: Decimal) -> Decimal:
    """How many can still be accepted on an order line, with `percent` more than ordered allowed."""
    ordered = line.quantity - line.closed_quantity
    extra = quantity(ordered * percent / 100) if not line.closed_quantity else ZERO
    return max(ordered + extra - line.accepted_quantity, ZERO)


def waiting_quantities(order: PurchaseOrder, *, besides: int | None = None) -> dict[int, tuple[Decimal, Acceptance]]:
    """By order line: what other acceptances took in that still wait for their signatures, and the last of them."""
    rows = AcceptanceLine.objects.filter(document__order=order, document__status=Status.SUBMITTED)
    found: dict[int, tuple[Decimal, Acceptance]] = {}
    for row in rows.exclude(document=besides).select_related("document").order_by("id"):
        before = found.get(row.order_line_id, (ZERO, row.document))[0]
        found[row.order_line_id] = (before + row.accepted_quantity, row.document)
    return found


def _check_quantities(document: Acceptance, lines: list[AcceptanceLine]) -> None:
    """No more than the order allows, what other acceptances take in counted with it. Raises DomainError."""
    percent = value_of(figures.OVER_DELIVERY, document.organization_id, document.business_date)
    waiting = waiting_quantities(document.order, besides=document.pk)
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        order_line = line.order_line
        if order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
        taken[order_line.pk] += line.accepted_quantity
        elsewhere, other = waiting.get(order_line.pk, (ZERO, None))
        most = max(most_acceptable(order_line, percent) - elsewhere, ZERO)
        if taken[order_line.pk] <= most:
            continue
        where: dict[str, Any] = {"field": "accepted_quantity", "line": line.position}
        words = {"name": order_line.title, "most": plain(most), "other": other}
        if other:
            raise DomainError(
                _("%(name)s: at most %(most)s can still be accepted; %(other)s accepts the rest already.") % words,
                **where,
            )
        raise DomainError(
            _("%(name)s: at most %(most)s can still be accepted on this order; send the rest back.") % words, **where
        )


def _check_finding(line: AcceptanceLine) -> None:
    if line.arrived_quantity > line.accepted_quantity and not line.finding.strip():
        raise DomainError(_("Say what is wrong with what is not accepted."), field="finding", line=line.position)


def _check_goods(line: AcceptanceLine) -> None:
    """Lots and days of what the store keeps by lot; whole pieces where cards are made (R-STK-09, R-AST-03)."""
    order_line, where = line.order_line, {"line": line.position}
    if order_line.treatment == Treatment.ASSET and line.accepted_quantity % 1:
        raise DomainError(
            _("%(name)s gets asset cards: accept whole pieces.") % {"name": order_line.title},
            field="accepted_quantity",
            **where,
        )
    if order_line.treatment != Treatment.STOCK or order_line.item is None:
        return
    item, expired = order_line.item, line.expires_on and line.expires_on <= clock.today()
    if item.track_lots and not line.lot_number.strip():
        raise DomainError(
            _("%(name)s is kept by lot; enter the lot number.") % {"name": item.name}, field="lot_number", **where
        )
    if item.shelf_life_days and item.track_lots and line.expires_on is None and line.made_on is None:
        raise DomainError(
            _("%(name)s has a shelf life; enter the day it expires or the day it was made.") % {"name": item.name},
            field="expires_on",
            **where,
        )
    if expired:
        raise DomainError(
            _("%(name)s has expired already and cannot be accepted.") % {"name": item.name},
            field="expires_on",
            **where,
        )
    if line.made_on and line.expires_on and line.made_on > line.expires_on:
        raise DomainError(
            _("%(name)s expires before it was made; check the days.") % {"name": item.name},
            field="expires_on",
            **where,
        )


def write_amounts(document: Acceptance, *, actor: Any) -> None:
    lines = lines_of(document)
    for line in lines:
        line.compute()
    AcceptanceLine.objects.bulk_update(lines, ("rejected_quantity", "amount"))


def carry_out(document: Acceptance, *, actor: Any) -> None:
    """The last acceptor signed: good goods become draft receipts or wait for cards, the rest is to be collected.

    The check of this step has locked the order and looked at the quantities again.
    """
    lines = lines_of(document)
    try:
        _count(document, lines, 1, actor=actor)
    except DomainError as refusal:
        # Only what goes beyond the order asks the budget for more.
        if refusal.code != "budget":
            raise
        raise DomainError(
            _("More is accepted than was ordered. %(why)s Accept what was ordered, or have the budget raised first.")
            % {"why": refusal},
            field="accepted_quantity",
            code="budget",
        ) from None
    accepted = [line for line in lines if line.accepted_quantity]
    _into_the_store(document, [line for line in accepted if line.order_line.treatment == Treatment.STOCK], actor)
    _to_the_cards(document, [line for line in accepted if line.order_line.treatment == Treatment.ASSET])
    _set_aside(document, [line for line in lines if line.rejected_quantity])


def _count(document: Acceptance, lines: list[AcceptanceLine], sign: int, *, actor: Any) -> None:
    """Add what was accepted and rejected to order and request lines, or take it off again."""
    by_key = {line.order_line_id: line.order_line for line in lines}
    order_lines = list(by_key.values())
    reservations = Reservations(order_lines)
    with reservations.follow(document=document, actor=actor):
        for line in lines:
            order_line = by_key[line.order_line_id]
            order_line.accepted_quantity += sign * line.accepted_quantity
            order_line.rejected_quantity += sign * line.rejected_quantity
            order_line.request_line.received_quantity += sign * line.accepted_quantity
            line.order_line = order_line
    PurchaseOrderLine.objects.bulk_update(order_lines, ("accepted_quantity", "rejected_quantity"))
    PurchaseRequestLine.objects.bulk_update(reservations.requests.values(), ("received_quantity",))
    orders.refresh_progress(document.order)
    requests.refresh_progress({row.document_id for row in reservations.requests.values()})


def _into_the_store(document: Acceptance, lines: list[AcceptanceLine], actor: Any) -> None:
    """One draft receipt for each warehouse; its keeper posts it."""
    by_warehouse: dict[Any, list[AcceptanceLine]] = defaultdict(list)
    for line in lines:
        if line.order_line.warehouse is None:
            raise DomainError(
                _("%(name)s has no warehouse on its order; return the paper and have it entered.")
                % {"name": line.order_line.title},
                line=line.position,
            )
        by_warehouse[line.order_line.warehouse].append(line)
    for warehouse, rows in by_warehouse.items():
        receipt = deliveries.draft_receipt(
            warehouse,
            [
                deliveries.Delivered(
                    item=line.order_line.item,
                    unit=line.order_line.unit,
                    factor=line.order_line.factor,
                    quantity=line.accepted_quantity,
                    unit_price=line.order_line.unit_price,
                    lot_number=line.lot_number,
                    made_on=line.made_on,
                    expires_on=line.expires_on,
                )
                for line in rows
            ],
            supplier=document.order.supplier,
            accepted_by=[document.created_by, *signers(document)],
            source=str(document),
            keeper_may_accept=not duties.refuses(document.organization_id, duties.ACCEPTED, duties.KEPT),
            actor=actor,
        )
        for line, receipt_line in zip(rows, receipt.lines.order_by("position"), strict=True):
            line.receipt_line = receipt_line
    AcceptanceLine.objects.bulk_update(lines, ("receipt_line",))


def _to_the_cards(document: Acceptance, lines: list[AcceptanceLine]) -> None:
    rows = []
    for line in lines:
        order_line, request = line.order_line, line.order_line.request_line
        rows.append(
            AssetIntake(
                organization_id=document.organization_id,
                department_id=request.department_id or request.document.department_id,
                name=order_line.title,
                specification=order_line.described,
                brand=order_line.brand,
                class_code=order_line.category.code if order_line.category else "",
                unit=order_line.unit.name,
                quantity=line.accepted_quantity,
                unit_price=order_line.unit_price,
                amount=money(line.accepted_quantity * order_line.unit_price),
                supplier=document.order.supplier,
                acquired_on=document.business_date,
                warranty_months=document.order.warranty_months,
                source=str(document),
                fund_source=request.allotment.fund_source if request.allotment else "",
            )
        )
    for line, row in zip(lines, intake.take_in(rows), strict=True):
        line.intake = row
    AcceptanceLine.objects.bulk_update(lines, ("intake",))


def _set_aside(document: Acceptance, lines: list[AcceptanceLine]) -> None:
    """What was not accepted waits to be collected and never enters the store (R-PRC-14)."""
    for line in lines:
        RejectedGoods.objects.create(
            organization_id=document.organization_id,
            number=next_number(document.organization_id, REJECTED_PREFIX, document.business_date),
            acceptance_line=line,
            quantity=line.rejected_quantity,
            opened_at=clock.now(),
        )


def take_back(document: Acceptance, *, actor: Any) -> None:
    """An accepted delivery is returned or cancelled: refused once its goods are in the store or have cards.

    A receipt that was reversed since is no hindrance: those goods are no longer in the store.
    """
    if status_before(document) != Status.APPROVED:
        return
    document.order = orders.lock_order(document.order_id)
    lines = lines_of(document)
    receipts = GoodsReceipt.objects.filter(lines__in=[line.receipt_line_id for line in lines if line.receipt_line_id])
    for receipt in receipts.distinct():
        deliveries.drop_draft(receipt, actor=actor)
    intake.withdraw([line.intake_id for line in lines if line.intake_id])
    rejected = RejectedGoods.objects.select_for_update().filter(acceptance_line__in=lines)
    if any(row.state == RejectedGoods.State.SETTLED for row in rejected):
        raise DomainError(_("Rejected goods of %(document)s were settled already.") % {"document": document})
    rejected.delete()
    _count(document, lines, -1, actor=actor)
    AcceptanceLine.objects.filter(document=document).update(receipt_line=None, intake=None)
