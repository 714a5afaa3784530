"""Acceptance: who may check a delivery, and what becomes of what is good and of what is not (R-PRC-11, R-PRC-14)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from assets.models import AssetIntake
from assets.services import intake
from core import clock
from core.documents.lifecycle import Status
from core.documents.numbering import next_number
from core.documents.services import status_before
from core.errors import DomainError
from core.numbers import ZERO, money, price
from core.policies import value_of
from inventory.models import GoodsReceipt
from inventory.services import deliveries
from inventory.services.valuation import plain
from procurement import figures
from procurement.models import (
    Acceptance,
    AcceptanceLine,
    PurchaseOrderLine,
    PurchaseRequestLine,
    RejectedGoods,
    Treatment,
)

from . import orders, requests

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
    """An approved order, quantities within it, at least two acceptors of whom none bought (R-PRC-11)."""
    if document.order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved; nothing can be accepted on it.") % {"order": document.order})
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    _check_people(document)
    _check_quantities(document, lines)


def _check_people(document: Acceptance) -> None:
    people = {document.created_by_id, *document.acceptors.values_list("pk", flat=True)}
    if len(people) < 2:
        raise DomainError(_("A delivery is accepted by at least two people; name another one."), field="acceptors")
    buyers = orders.buyers_of(document.order)
    if people & buyers:
        raise DomainError(
            _("Who bought the goods does not accept them; name somebody else as acceptor."), field="acceptors"
        )


def _check_quantities(document: Acceptance, lines: list[AcceptanceLine]) -> None:
    over = value_of(figures.OVER_DELIVERY, document.organization_id, document.business_date)
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        order_line = line.order_line
        if order_line.document_id != document.order_id:
            raise DomainError(_("This line belongs to another order."), line=line.position)
        taken[order_line.pk] += line.accepted_quantity
        most = order_line.open_quantity + order_line.quantity * over / 100
        if taken[order_line.pk] > most:
            raise DomainError(
                _("%(name)s: at most %(most)s can still be accepted on this order.")
                % {"name": order_line.title, "most": plain(most)},
                field="accepted_quantity",
                line=line.position,
            )
        if line.arrived_quantity > line.accepted_quantity and not line.finding.strip():
            raise DomainError(_("Say what is wrong with what is not accepted."), field="finding", line=line.position)


def write_amounts(document: Acceptance, *, actor: Any) -> None:
    lines = lines_of(document)
    for line in lines:
        line.compute()
    AcceptanceLine.objects.bulk_update(lines, ("rejected_quantity", "amount"))


def carry_out(document: Acceptance, *, actor: Any) -> None:
    """The last acceptor signed: good goods become draft receipts or wait for cards, the rest is to be collected."""
    keys = sorted(document.lines.values_list("order_line", flat=True))
    list(PurchaseOrderLine.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    lines = lines_of(document)
    _check_quantities(document, lines)
    _count(document, lines, 1)
    accepted = [line for line in lines if line.accepted_quantity]
    _into_the_store(document, [line for line in accepted if line.order_line.treatment == Treatment.STOCK])
    _to_the_cards(document, [line for line in accepted if line.order_line.treatment == Treatment.ASSET])
    _set_aside(document, [line for line in lines if line.rejected_quantity])


def _count(document: Acceptance, lines: list[AcceptanceLine], sign: int) -> None:
    """Add what was accepted and rejected to order and request lines, or take it off again."""
    for line in lines:
        PurchaseOrderLine.objects.filter(pk=line.order_line_id).update(
            accepted_quantity=F("accepted_quantity") + sign * line.accepted_quantity,
            rejected_quantity=F("rejected_quantity") + sign * line.rejected_quantity,
        )
        PurchaseRequestLine.objects.filter(pk=line.order_line.request_line_id).update(
            received_quantity=F("received_quantity") + sign * line.accepted_quantity
        )
    orders.refresh_progress(document.order)
    requests.refresh_progress({line.order_line.request_line.document_id for line in lines})


def _into_the_store(document: Acceptance, lines: list[AcceptanceLine]) -> None:
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
                    unit_price=price(line.order_line.unit_price),
                    lot_number=line.lot_number,
                    made_on=line.made_on,
                    expires_on=line.expires_on,
                )
                for line in rows
            ],
            supplier=document.order.supplier,
            accepted_by=[document.created_by, *signers(document)],
            note=str(document),
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
    """An accepted delivery is returned or cancelled: refused once its goods are in the store or have cards."""
    if status_before(document) != Status.APPROVED:
        return
    lines = lines_of(document)
    receipts = GoodsReceipt.objects.filter(lines__in=[line.receipt_line_id for line in lines if line.receipt_line_id])
    for receipt in receipts.distinct():
        deliveries.drop_draft(receipt)
    intake.withdraw([line.intake_id for line in lines if line.intake_id])
    RejectedGoods.objects.filter(acceptance_line__in=lines, state=RejectedGoods.State.WAITING).delete()
    if RejectedGoods.objects.filter(acceptance_line__in=lines).exists():
        raise DomainError(_("Rejected goods of %(document)s were settled already.") % {"document": document})
    _count(document, lines, -1)
