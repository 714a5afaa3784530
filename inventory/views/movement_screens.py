"""What returns and transfers add to pages about everything: approval screens, and what waits for a receiving keeper."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from inventory import movement_selectors
from inventory.models import StockReturn, StockTransfer, SupplierReturn, TransferArrival
from inventory.services import returns, transfers

from . import columns as c
from .columns import preview
from .overview import LAST_PRICE, LINES, ON_HAND, RELATED, add_stock, estimated_cost

SHORT = Column("short_quantity", gettext_lazy("Missing"), "quantity")


def _amount(worth: Callable[[Any], Decimal]) -> Column:
    return Column("worth", gettext_lazy("Amount"), "money", worth)


def _goods(document: Any) -> str:
    return preview(list(document.lines.all()))


def _worth_missing(line: Any) -> Decimal:
    return transfers.worth(line, line.stock_short_quantity)


def _shortage_facts(document: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Transfer"), document.transfer.number),
        (_("Sending warehouse"), document.transfer.warehouse),
        (_("What is missing"), document.get_shortage_display()),
        (_("Cause of the shortage"), document.shortage_cause),
        (_("Responsible person"), document.responsible),
    ]


register_screens(
    Screens(
        StockReturn,
        related=(*RELATED, "issue"),
        prefetch=(*LINES, "lines__issue_line"),
        purpose=lambda document: f"{document.issue.number} · {document.get_cause_display()}",
        preview=_goods,
        facts=lambda document: [
            (_("Goods issue"), document.issue.number),
            (_("Reason"), document.get_cause_display()),
            (_("Returned by"), document.returned_by),
        ],
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, _amount(returns.worth)),
        line_related=("item__unit", "unit", "issue_line"),
        worth=returns.worth,
    )
)
register_screens(
    Screens(
        SupplierReturn,
        related=(*RELATED, "receipt__supplier"),
        prefetch=LINES,
        purpose=lambda document: f"{document.receipt.supplier} · {document.get_cause_display()}",
        preview=_goods,
        facts=lambda document: [
            (_("Supplier"), document.receipt.supplier),
            (_("Goods receipt"), document.receipt.number),
            (_("Reason"), document.get_cause_display()),
        ],
        approval_columns=(
            c.CODE,
            c.ITEM,
            c.SPECIFICATION,
            c.QUANTITY,
            c.UNIT,
            ON_HAND,
            Column("credit", gettext_lazy("Credit"), "money"),
        ),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
        worth=lambda line: line.credit,
    )
)
register_screens(
    Screens(
        StockTransfer,
        related=(*RELATED, "to_warehouse"),
        prefetch=LINES,
        purpose=lambda document: f"{document.warehouse} → {document.to_warehouse} {document.purpose}".strip(),
        preview=_goods,
        facts=lambda document: [
            (_("Sending warehouse"), document.warehouse),
            (_("Receiving warehouse"), document.to_warehouse),
            (_("Carried by"), document.carrier),
        ],
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, ON_HAND, LAST_PRICE),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
        estimates=estimated_cost,
    )
)
register_screens(
    Screens(
        TransferArrival,
        related=(*RELATED, "transfer__warehouse", "responsible"),
        prefetch=(*LINES, "lines__transfer_line"),
        purpose=lambda document: f"{document.transfer.number} · {document.get_shortage_display()}",
        preview=_goods,
        facts=_shortage_facts,
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, SHORT, c.UNIT, _amount(_worth_missing)),
        line_related=("item__unit", "unit", "transfer_line"),
        worth=_worth_missing,
    )
)


def arrival_numbers(user: Any) -> Iterator[Number]:
    """For receiving keepers: transfers that wait for their confirmation."""
    if user.has_perm("inventory.add_transferarrival"):
        count = movement_selectors.arrivals_to_confirm(user).count()
        if count:
            yield Number(_("Arrivals to confirm"), count, reverse("transferarrival_choose"), warns=True)


register_numbers(arrival_numbers)
