"""What the buying side calls when goods were accepted: a draft receipt for the keeper of the store."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from inventory.models import GoodsReceipt, GoodsReceiptLine, Item, Unit, Warehouse


@dataclass(frozen=True)
class Delivered:
    """One line: quantity in `unit` (factor stock units each), unit_price in yuan per `unit`."""

    item: Item
    unit: Unit
    factor: Decimal
    quantity: Decimal
    unit_price: Decimal
    lot_number: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None


def draft_receipt(
    warehouse: Warehouse, lines: Sequence[Delivered], *, supplier: Any, accepted_by: Sequence[Any], note: str
) -> GoodsReceipt:
    """A draft receipt in the name of a keeper who did not accept the goods himself; he checks, submits and posts it.

    Raises DomainError when the warehouse has no such keeper: acceptance and keeping are two duties (R-PRC-11).
    """
    keeper = warehouse.keepers.filter(is_active=True).exclude(pk__in=[p.pk for p in accepted_by]).order_by("pk").first()
    if keeper is None:
        raise DomainError(
            _("%(warehouse)s has no keeper who did not accept these goods himself; name another acceptor.")
            % {"warehouse": warehouse},
            field="acceptors",
        )
    receipt = GoodsReceipt.objects.create(
        organization=warehouse.organization,
        department=warehouse.department,
        warehouse=warehouse,
        created_by=keeper,
        supplier=supplier,
        note=note,
    )
    receipt.accepted_by.set(accepted_by)
    rows = [GoodsReceiptLine(document=receipt, position=place, **vars(line)) for place, line in enumerate(lines, 1)]
    for row in rows:
        row.compute()
    GoodsReceiptLine.objects.bulk_create(rows)
    return receipt


def drop_draft(receipt: GoodsReceipt) -> None:
    """The acceptance is taken back: its receipt goes too. Raises DomainError once somebody submitted the receipt."""
    if receipt.status == Status.CANCELLED:
        return
    if receipt.status != Status.DRAFT or receipt.number:
        raise DomainError(
            _("%(receipt)s was made of this acceptance already; cancel or reverse it first.") % {"receipt": receipt}
        )
    receipt.delete()
