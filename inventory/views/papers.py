"""The storehouse's papers: 出库单, 入库单, 领用申请, 期初库存."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.models import DocumentEvent
from core.numbers import ZERO, plain
from core.views.printing import DocumentPrintView
from core.views.tables import Column
from inventory.models import GoodsIssue, GoodsReceipt, OpeningStock, Requisition, StockMove

CODE = Column("code", gettext_lazy("Code"), "code", "item.code", css="w-11")
ITEM = Column("item", gettext_lazy("Item"), value=lambda line: item_words(line), css="w-24")
SPECIFICATION = Column("specification", gettext_lazy("Specification"), value="item.specification", css="w-15")
UNIT = Column("unit", gettext_lazy("Unit"), css="w-6")
QUANTITY = Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-11")
PRICE = Column("unit_price", gettext_lazy("Unit price"), "price", css="w-12")
AMOUNT = Column("amount", gettext_lazy("Amount"), "money", css="w-16")
ISSUE_ITEM = Column("item", gettext_lazy("Item"), value=lambda line: item_words(line), css="w-22")
ISSUE_SPECIFICATION = Column("specification", gettext_lazy("Specification"), value="item.specification", css="w-13")
ISSUE_PRICE = Column("price", gettext_lazy("Unit price"), "price", lambda line: unit_price(line), css="w-11")
ISSUE_AMOUNT = Column("amount", gettext_lazy("Amount"), "money", css="w-14")
ISSUED = Column("quantity", gettext_lazy("Issued quantity"), "quantity", css="w-9")
ASKED = Column("asked", gettext_lazy("Requested quantity"), "quantity", lambda line: asked(line), css="w-9")


def sized(*columns: tuple[Column, int]) -> tuple[Column, ...]:
    """Columns with the percent of the paper's width that each takes; the line numbers take five more."""
    return tuple(replace(column, css=f"w-{percent}") for column, percent in columns)


def item_words(line: Any) -> str:
    """The name, and beneath it lot and day of expiry and the old pieces handed in, where there are any."""
    lots = getattr(line, "lots_taken", None) or [(getattr(line, "lot_number", ""), getattr(line, "expires_on", None))]
    return "\n".join([line.item.name, *(words for lot in lots if (words := _lot_words(*lot))), *_old_words(line)])


def _old_words(line: Any) -> list[str]:
    """What an issue took in for what it gave, or why it took nothing (R-STK-11)."""
    handed_in = getattr(line, "old_quantity", ZERO)
    words = [_("old pieces handed in: %(quantity)s") % {"quantity": plain(handed_in)}] if handed_in else []
    if waiver := getattr(line, "trade_in_waiver", ""):
        words.append(_("no old piece: %(reason)s") % {"reason": waiver})
    return words


def _lot_words(number: str, expires_on: dt.date | None) -> str:
    """Lot and day on lines of their own: a date broken in the middle is hard to read."""
    words = [_("lot %(number)s") % {"number": number}] if number else []
    return "\n".join([*words, *([_("until %(day)s") % {"day": expires_on}] if expires_on else [])])


def unit_price(line: Any) -> Any:
    """Yuan per unit as written on the line; the ledger knows it per stock unit."""
    return None if line.unit_cost is None else line.unit_cost * line.factor


def asked(line: Any) -> Any:
    """What the requisition asked for, in the unit of the issue's line."""
    source = line.requisition_line
    return None if source is None else source.stock_quantity / line.factor


class StockPaper(DocumentPrintView):
    """A paper that moves stock."""

    def reversed_on(self, document: Any, event: DocumentEvent) -> dt.date:
        day = _moves(document).exclude(reverses=None).values_list("business_date", flat=True).first()
        return day or super().reversed_on(document, event)


def _moves(document: Any) -> Any:
    kind = ContentType.objects.get_for_model(type(document))
    return StockMove.objects.filter(content_type=kind, object_id=document.pk)


class IssuePaper(StockPaper):
    model = GoodsIssue
    related = (*DocumentPrintView.related, "requisition")
    line_related = ("item__unit", "unit", "requisition_line")
    columns = (CODE, ISSUE_ITEM, ISSUE_SPECIFICATION, UNIT, ISSUED, ISSUE_PRICE, ISSUE_AMOUNT)

    def columns_for(self, document: Any) -> Sequence[Column]:
        """An issue on a requisition shows what was asked for beside what was given; the sheet is full then."""
        if document.requisition_id is None:
            return (CODE, ITEM, SPECIFICATION, UNIT, QUANTITY, ISSUE_PRICE, AMOUNT)
        return (CODE, ISSUE_ITEM, ISSUE_SPECIFICATION, UNIT, ASKED, ISSUED, ISSUE_PRICE, ISSUE_AMOUNT)

    def prepare(self, document: Any, lines: list[Any]) -> None:
        """The lots that the ledger took; one query."""
        taken: dict[int, list[tuple[str, dt.date | None]]] = {}
        rows = _moves(document).filter(reverses=None).exclude(lot__number="", lot__expires_on=None).order_by("id")
        for line, number, expires_on in rows.values_list("line_id", "lot__number", "lot__expires_on"):
            lots = taken.setdefault(line, [])
            if (number, expires_on) not in lots:
                lots.append((number, expires_on))
        for line in lines:
            line.lots_taken = taken.get(line.pk, [])

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Requisition"), document.requisition.number if document.requisition else ""),
            (_("Approval"), self._automatic(document)),
            (_("Purpose"), document.purpose),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Prepared by"), document.created_by),
            (_("Approved by"), self._approved_by(document)),
            (_("Keeper"), ""),
            (_("Received by"), document.received_by),
            (_("Booked by"), ""),
        ]

    def _approved_by(self, document: Any) -> str:
        """Those who approved the requisition, where the issue was approved with it."""
        names = self.approvers(document.requisition) if document.requisition else ""
        return names or self.approvers(document)

    @staticmethod
    def _automatic(document: Any) -> str:
        """An issue on a requisition is approved with it, by nobody's hand: the paper says so."""
        waits = document.status in (Status.DRAFT, Status.SUBMITTED)
        return "" if document.requisition is None or waits else _("automatic, with the requisition")


class ReceiptPaper(StockPaper):
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


class OpeningPaper(StockPaper):
    model = OpeningStock
    columns = (CODE, ITEM, SPECIFICATION, UNIT, QUANTITY, PRICE, AMOUNT)

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Warehouse"), document.warehouse), *super().facts(document)]


class RequisitionPaper(DocumentPrintView):
    model = Requisition
    columns = (
        CODE,
        Column("item", gettext_lazy("Item"), value="item.name", css="w-24"),
        Column("specification", gettext_lazy("Specification"), value="item.specification", css="w-18"),
        UNIT,
        Column("quantity", gettext_lazy("Requested quantity"), "quantity", css="w-12"),
        Column(
            "approved_quantity",
            gettext_lazy("Approved quantity"),
            "quantity",
            lambda r: written(r, "approved"),
            css="w-12",
        ),
        Column(
            "issued_quantity", gettext_lazy("Issued quantity"), "quantity", lambda r: written(r, "issued"), css="w-12"
        ),
    )
    with_amount = False
    copies = ()

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().facts(document), (_("Warehouse"), document.warehouse), (_("Purpose"), document.purpose)]


def written(line: Any, which: str) -> Any:
    """Approved or issued pieces of a requisition's line in the unit it was written in; blank before there are any."""
    pieces = getattr(line, f"{which}_quantity")
    return pieces / line.factor if pieces else pieces if which == "approved" else None
