"""What the buying side calls when goods were accepted: a draft receipt for the keeper of the store."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, record_event, take_with
from core.errors import DomainError
from core.models import Notice
from inventory.models import GoodsReceipt, GoodsReceiptLine, Item, Unit, Warehouse

DELIVERED = "delivered"
EXTRA_STEP_LABELS[DELIVERED] = gettext_lazy("Goods accepted")


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
    warehouse: Warehouse,
    lines: Sequence[Delivered],
    *,
    supplier: Any,
    accepted_by: Sequence[Any],
    source: str,
    actor: Any,
    keeper_may_accept: bool = False,
) -> GoodsReceipt:
    """A draft receipt in the name of a keeper who did not accept the goods himself; he checks, submits and posts it.

    All keepers of the store get a notice. source: the paper that the goods were accepted with; actor: who signed last.
    keeper_may_accept: a keeper who accepted takes them where nobody else keeps the store. Raises DomainError when the
    warehouse has no keeper who may: acceptance and keeping are two duties (R-PRC-11).
    """
    keepers = list(warehouse.keepers.filter(is_active=True).order_by("pk"))
    others = [keeper for keeper in keepers if keeper not in accepted_by] or (keepers if keeper_may_accept else [])
    if not others:
        raise DomainError(
            _("%(warehouse)s has no keeper who did not accept these goods himself; name another acceptor.")
            % {"warehouse": warehouse},
            field="acceptors",
        )
    receipt = GoodsReceipt.objects.create(
        organization=warehouse.organization,
        department=warehouse.department,
        warehouse=warehouse,
        created_by=others[0],
        supplier=supplier,
        source=source,
    )
    receipt.accepted_by.set(accepted_by)
    rows = [GoodsReceiptLine(document=receipt, position=place, **vars(line)) for place, line in enumerate(lines, 1)]
    for row in rows:
        row.compute()
    GoodsReceiptLine.objects.bulk_create(rows)
    event = record_event(receipt, DELIVERED, actor=actor, from_status=receipt.status, reason=source)
    Notice.objects.bulk_create([Notice(user=keeper, event=event) for keeper in others[1:]])
    return receipt


def drop_draft(receipt: GoodsReceipt, *, actor: Any) -> None:
    """The acceptance is taken back: its draft goes too, one with a number is cancelled.

    One that was cancelled or reversed holds nothing any more. Raises DomainError once somebody submitted the receipt.
    """
    receipt = GoodsReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if receipt.status in (Status.CANCELLED, Status.REVERSED):
        return
    if receipt.status != Status.DRAFT:
        raise DomainError(
            _(
                "%(receipt)s was made of these goods and is “%(status)s”; have it returned to its keeper, or reversed "
                "once it is posted."
            )
            % {"receipt": receipt, "status": receipt.get_status_display()}
        )
    if receipt.number:
        reason = _("%(source)s was taken back") % {"source": receipt.source}
        take_with(receipt, "cancel", actor=actor, reason=reason)
    else:
        receipt.delete()


# ---- receipts that were made of an accepted delivery ----


@dataclass(frozen=True)
class Source:
    """What the side that accepts goods says about receipts. require_same: raises DomainError where a receipt no longer
    holds what was accepted; stands: whether the acceptance behind a receipt still stands; demanded: whether the house
    takes purchases only from an acceptance (R-STK-01)."""

    require_same: Callable[[GoodsReceipt], None]
    stands: Callable[[GoodsReceipt], bool]
    demanded: Callable[[GoodsReceipt], bool]


_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Let an app watch over the receipts it makes; called when it is ready."""
    _sources.append(source)


def check_source(document: GoodsReceipt, *, actor: Any) -> None:
    """Check of submit and post: goods, quantities and prices are those that were accepted (R-PRC-11); where the house
    says so, a purchase comes from an acceptance only (R-STK-01)."""
    for source in _sources:
        if document.source:
            source.require_same(document)
        elif document.kind == GoodsReceipt.Kind.PURCHASE and source.demanded(document):
            raise DomainError(
                _(
                    "Here purchases come into the store only from an acceptance, which makes this receipt by itself. "
                    "Have the delivery accepted on its order; goods without an invoice come in as an estimate."
                ),
                field="kind",
            )


def require_source_gone(document: GoodsReceipt, *, actor: Any) -> None:
    """Check of delete and cancel: such a receipt goes only with its acceptance. Raises DomainError."""
    if document.source and any(source.stands(document) for source in _sources):
        raise DomainError(
            _("%(receipt)s was made of %(source)s; have that acceptance returned, and the receipt goes with it.")
            % {"receipt": document, "source": document.source}
        )
