"""A receipt that was made of an acceptance holds what was accepted, and nothing else (R-PRC-11, R-PRC-14)."""

from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.policies import value_of
from inventory.models import GoodsReceipt
from procurement import figures
from procurement.models import Acceptance, AcceptanceLine, Treatment


def _accepted(receipt: GoodsReceipt) -> Any:
    """The lines of the approved acceptance that a receipt was made of."""
    return AcceptanceLine.objects.filter(
        document__number=receipt.source,
        document__organization=receipt.organization_id,
        document__status=Status.APPROVED,
        order_line__treatment=Treatment.STOCK,
        order_line__warehouse=receipt.warehouse_id,
        accepted_quantity__gt=0,
    )


def stands(receipt: GoodsReceipt) -> bool:
    """Whether the acceptance behind a receipt is approved."""
    return bool(_accepted(receipt).exists())


def demanded(receipt: GoodsReceipt) -> bool:
    """Whether this house takes purchases only from an acceptance on the day of the receipt (docs/adr/0011)."""
    return bool(value_of(figures.RECEIPT_NEEDS_ACCEPTANCE, receipt.organization_id, receipt.business_date))


def require_same(receipt: GoodsReceipt) -> None:
    """Goods, units, quantities and prices are those of the acceptance, line by line. Raises DomainError."""
    rows = {row.receipt_line_id: row for row in _accepted(receipt).select_related("order_line", "document__order")}
    lines = list(receipt.lines.all())
    if set(rows) != {line.pk for line in lines}:
        raise _refusal(receipt, None)
    _require_same_people(receipt, next(iter(rows.values())).document)
    for line in lines:
        if not _same(line, rows[line.pk]):
            raise _refusal(receipt, line.position)


def _require_same_people(receipt: GoodsReceipt, acceptance: Acceptance) -> None:
    """Who accepted, and whose goods they are, is said by the acceptance. Raises DomainError."""
    people = {acceptance.created_by_id, *acceptance.acceptors.values_list("pk", flat=True)}
    same = set(receipt.accepted_by.values_list("pk", flat=True)) == people
    if not same or receipt.supplier_id != acceptance.order.supplier_id or receipt.kind != GoodsReceipt.Kind.PURCHASE:
        raise DomainError(
            _("Kind, supplier and acceptors are those of %(source)s and cannot be changed here.")
            % {"source": receipt.source},
            field="supplier",
        )


def _same(line: Any, accepted: AcceptanceLine) -> bool:
    ordered = accepted.order_line
    return (line.item_id, line.unit_id, line.quantity, line.unit_price) == (
        ordered.item_id,
        ordered.unit_id,
        accepted.accepted_quantity,
        ordered.unit_price,
    )


def _refusal(receipt: GoodsReceipt, position: int | None) -> DomainError:
    return DomainError(
        _(
            "Goods, quantities and prices are those of %(source)s and cannot be changed here; where they are wrong, "
            "have that acceptance returned."
        )
        % {"source": receipt.source},
        line=position,
    )
