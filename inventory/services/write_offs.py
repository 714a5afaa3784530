"""报损单 (R-STK-15): goods that are expired, spoilt, broken or lost leave the stock, with cause and person."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.numbers import ZERO
from inventory.models import StockBalance, StockLocation, WriteOff, WriteOffLimit

from . import fulfilment
from .posting import lines_of, send_out


def check(document: WriteOff, *, actor: Any) -> None:
    """Cause, explanation and responsible person; lots fit their items; the authority's paper where it is needed."""
    if not document.explanation.strip():
        raise DomainError(_("Say what happened."), field="explanation")
    if document.responsible is None:
        raise DomainError(_("Enter the responsible person."), field="responsible")
    if document.responsible.organization_id != document.organization_id:
        raise DomainError(_("The responsible person belongs to another organization."), field="responsible")
    if document.compensation < 0:
        raise DomainError(_("The compensation cannot be negative."), field="compensation")
    for line in document.lines.select_related("lot", "item"):
        _check_lot(document, line)
    limit = limit_on(document)
    if limit is not None and amount(document) >= limit and not document.authority_reference.strip():
        raise DomainError(
            _(
                "From %(limit)s yuan on, a write-off needs the approval of the competent authority; "
                "enter the number of its paper."
            )
            % {"limit": limit},
            field="authority_reference",
        )


def _check_lot(document: WriteOff, line: Any) -> None:
    if line.lot is None:
        return
    if line.lot.item_id != line.item_id:
        raise DomainError(_("The lot belongs to another item."), field="lot", line=line.position)
    claims_expiry = document.cause == WriteOff.Cause.EXPIRED
    if claims_expiry and line.lot.expires_on and line.lot.expires_on >= document.business_date:
        raise DomainError(
            _("Lot %(lot)s of %(item)s expires on %(day)s only; choose another cause.")
            % {"lot": line.lot, "item": line.item, "day": line.lot.expires_on},
            field="lot",
            line=line.position,
        )


def limit_on(document: WriteOff) -> Decimal | None:
    """Yuan from which the competent authority has to agree, on the day of the document; None where it need not."""
    rows = WriteOffLimit.objects.filter(
        organization=document.organization_id, valid_from__lte=document.business_date
    ).order_by("-valid_from")
    row = rows.first()
    return row.amount if row else None


def amount(document: WriteOff) -> Decimal:
    """Yuan that are lost, for the approval ladder: at today's average until it is posted."""
    lines = lines_of(document)
    if lines and all(line.amount is not None for line in lines):
        return sum((line.amount for line in lines), ZERO)
    return fulfilment.estimate(document.warehouse_id, lines)


def post(document: WriteOff, *, actor: Any) -> None:
    """Take the goods out, expired and kept-back lots too, and write their cost on the lines."""
    send_out(document, StockLocation.Kind.SCRAP, actor=actor, takes_unfit=True)


def expired_stock(warehouse: Any) -> Any:
    """What lies in a warehouse although it has expired: balances with item and lot, the oldest first."""
    return (
        StockBalance.objects.filter(
            location__warehouse=warehouse, quantity__gt=0, lot__expires_on__lt=clock.today(), item__active=True
        )
        .select_related("item", "lot")
        .order_by("lot__expires_on", "item__code", "lot_id")
    )
