"""The storehouse's papers: 出库单, 入库单, 领用申请, 期初库存."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.printing import DocumentPrintView
from core.views.tables import Column
from inventory.models import GoodsIssue, GoodsReceipt, OpeningStock, Requisition

CODE = Column("code", gettext_lazy("Code"), "code", "item.code", css="w-2")
ITEM = Column("item", gettext_lazy("Item"), value="item.name", css="w-5")
SPECIFICATION = Column("specification", gettext_lazy("Specification"), value="item.specification", css="w-3")
UNIT = Column("unit", gettext_lazy("Unit"), css="w-1")
QUANTITY = Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-2")
AMOUNT = Column("amount", gettext_lazy("Amount"), "money", css="w-2")
PRICE = Column("unit_price", gettext_lazy("Unit price"), "price", css="w-2")


class IssuePaper(DocumentPrintView):
    model = GoodsIssue
    related = (*DocumentPrintView.related, "requisition")
    columns = (
        CODE,
        ITEM,
        SPECIFICATION,
        UNIT,
        QUANTITY,
        Column("price", gettext_lazy("Unit price"), "price", lambda line: unit_price(line), css="w-2"),
        AMOUNT,
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Purpose"), document.purpose),
            (_("Requisition"), document.requisition.number if document.requisition else ""),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        source = document.requisition or document
        return [
            (_("Prepared by"), document.created_by),
            (_("Approved by"), self.approvers(source)),
            (_("Keeper"), ""),
            (_("Received by"), document.received_by),
            (_("Booked by"), ""),
        ]


def unit_price(line: Any) -> Any:
    """Yuan per unit as written on the line; the ledger knows it per stock unit."""
    return None if line.unit_cost is None else line.unit_cost * line.factor


class ReceiptPaper(DocumentPrintView):
    model = GoodsReceipt
    related = (*DocumentPrintView.related, "supplier")
    columns = (CODE, ITEM, SPECIFICATION, UNIT, QUANTITY, PRICE, AMOUNT)

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Supplier"), document.supplier or document.get_kind_display()),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Invoice number"), document.invoice_number),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        people = _(", ").join(str(person) for person in document.accepted_by.order_by("pk"))
        return [*super().places(document), (_("Accepted by"), people), (_("Keeper"), ""), (_("Booked by"), "")]


class OpeningPaper(DocumentPrintView):
    model = OpeningStock
    columns = (CODE, ITEM, SPECIFICATION, UNIT, QUANTITY, PRICE, AMOUNT)

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Warehouse"), document.warehouse), *super().facts(document)]


class RequisitionPaper(DocumentPrintView):
    model = Requisition
    columns = (
        CODE,
        ITEM,
        SPECIFICATION,
        UNIT,
        QUANTITY,
        Column("approved_quantity", gettext_lazy("Approved quantity"), "quantity", css="w-2"),
        Column("issued_quantity", gettext_lazy("Issued quantity"), "quantity", css="w-2"),
    )
    with_amount = False

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().facts(document), (_("Warehouse"), document.warehouse), (_("Purpose"), document.purpose)]
