"""The papers 退库单, 退货单, 调拨单 and 调拨到货单."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.printing import DocumentPrintView
from core.views.tables import Column
from inventory.models import StockReturn, StockTransfer, SupplierReturn, TransferArrival

from .following import add_lots
from .papers import AMOUNT, CODE, ITEM, QUANTITY, SPECIFICATION, UNIT, sized, unit_price

COST = Column("price", gettext_lazy("Unit price"), "price", lambda line: unit_price(line))
LOT = Column("lots", gettext_lazy("Lot"), "code")
STATE = Column("state", gettext_lazy("State"), value=lambda line: _("intact") if line.intact else _("damaged"))
SUPPLIER_PRICE = Column(
    "price",
    gettext_lazy("Unit price"),
    "price",
    lambda line: line.receipt_line.unit_price / line.receipt_line.factor * line.factor,
)
CREDIT = Column("credit", gettext_lazy("Amount"), "money")
ARRIVED = Column("quantity", gettext_lazy("Arrived"), "quantity")
MISSING = Column("short_quantity", gettext_lazy("Missing"), "quantity")


def _day(document: Any) -> tuple[Any, Any]:
    return (_("Date"), f"{document.business_date:%Y-%m-%d}")


class MovementPaper(DocumentPrintView):
    """With the lots that were moved."""

    def prepare(self, document: Any, lines: list[Any]) -> None:
        add_lots(document, lines)


class StockReturnPaper(MovementPaper):
    model = StockReturn
    related = (*DocumentPrintView.related, "issue")
    line_related = ("item__unit", "unit", "lot")
    columns = sized(
        *((CODE, 11), (ITEM, 16), (SPECIFICATION, 12), (UNIT, 6), (QUANTITY, 9)),
        *((COST, 10), (AMOUNT, 12), (LOT, 11), (STATE, 8)),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            _day(document),
            (_("Goods issue"), document.issue.number),
            (_("Reason"), document.get_cause_display()),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            *super().places(document),
            (_("Returned by"), document.returned_by),
            (_("Storekeeper"), ""),
            (_("Booked by"), ""),
        ]


class SupplierReturnPaper(MovementPaper):
    """The supplier reads it: at his own price."""

    model = SupplierReturn
    related = (*DocumentPrintView.related, "receipt__supplier")
    line_related = ("item__unit", "unit", "lot", "receipt_line")
    columns = sized(
        *((CODE, 11), (ITEM, 20), (SPECIFICATION, 13), (UNIT, 6), (QUANTITY, 9)),
        *((SUPPLIER_PRICE, 11), (CREDIT, 13), (LOT, 12)),
    )

    def amount_of(self, line: Any) -> Any:
        return line.credit

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Supplier"), document.receipt.supplier),
            (_("Warehouse"), document.warehouse),
            _day(document),
            (_("Goods receipt"), document.receipt.number),
            (_("Invoice number"), document.receipt.invoice_number),
            (_("Reason"), document.get_cause_display()),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Storekeeper"), ""), (_("Collected by"), document.collected_by)]


class TransferPaper(MovementPaper):
    model = StockTransfer
    related = (*DocumentPrintView.related, "to_warehouse")
    line_related = ("item__unit", "unit", "lot")
    columns = sized(
        *((CODE, 11), (ITEM, 20), (SPECIFICATION, 13), (UNIT, 6), (QUANTITY, 9), (COST, 11), (AMOUNT, 13), (LOT, 12))
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Sending warehouse"), document.warehouse),
            (_("Receiving warehouse"), document.to_warehouse),
            _day(document),
            (_("Purpose"), document.purpose),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            *super().places(document),
            (_("Sending keeper"), ""),
            (_("Carried by"), document.carrier),
            (_("Receiving keeper"), ""),
        ]


class ArrivalPaper(MovementPaper):
    model = TransferArrival
    related = (*DocumentPrintView.related, "transfer__warehouse", "responsible")
    columns = sized(
        *((CODE, 11), (ITEM, 20), (SPECIFICATION, 13), (UNIT, 6)),
        *((ARRIVED, 10), (MISSING, 9), (AMOUNT, 14), (LOT, 12)),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        facts = [
            (_("Sending warehouse"), document.transfer.warehouse),
            (_("Receiving warehouse"), document.warehouse),
            _day(document),
            (_("Transfer"), document.transfer.number),
        ]
        if document.shortage != TransferArrival.Shortage.NONE:
            facts += [
                (_("What is missing"), document.get_shortage_display()),
                (_("Cause of the shortage"), document.shortage_cause),
                (_("Responsible person"), document.responsible),
            ]
        return facts

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Carried by"), document.transfer.carrier), (_("Receiving keeper"), "")]
