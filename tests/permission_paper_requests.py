"""Where the rows of the table of permissions about stores go: counts, papers that follow others, lots, suggestions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core import clock
from inventory.models import (
    ItemShelf,
    LoanReturn,
    Lot,
    MonthClosing,
    OldPieceDisposal,
    PriceDifference,
    ReplenishmentSuggestion,
    Requisition,
    Shelf,
    StockCount,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    ToolLoan,
    TradeIn,
    TransferArrival,
    WriteOff,
)
from tests.core.excel.corpus import book
from tests.factories import House
from tests.inventory.screens import line_data

from .permission_house import MARKERS, PermissionHouse
from .permission_walk import AsJson, Row

if TYPE_CHECKING:
    Sent = tuple[str, dict[str, Any]]

EARLIER: dict[type, str] = {
    StockReturn: "issue",
    SupplierReturn: "receipt",
    TransferArrival: "transfer",
    LoanReturn: "loan",
    PriceDifference: "receipt",
}
"""Kinds that follow an earlier paper, and the column that names it."""
PHASES = {"open": "planned", "edit": "planned", "finish": "counted", "recount": "draft", "causes": "draft"}
"""Which count a screen is opened with; one that is under way for all others."""
SUGGESTED = {"take-up": "dismissed"}


def later_head(world: PermissionHouse, house: House, model: type, document: Any) -> dict[str, Any]:
    """What the form of a kind asks for beside the store, the day and the lines."""
    today = clock.today().isoformat()
    heads: dict[type, dict[str, Any]] = {
        StockTransfer: {"to_warehouse": document.to_warehouse_id if model is StockTransfer else None},
        TradeIn: {"department": house.ward.pk, "handed_in_by": "王护士"},
        OldPieceDisposal: {"destination": "recycle", "taker": "绿源回收"},
        WriteOff: {"cause": "broken", "explanation": "摔坏", "responsible": house.second_storekeeper.pk},
        ToolLoan: {"borrower": house.requester.pk, "purpose": "病房挂画", "due_on": today},
        StockCount: {
            "scope": "whole",
            "blind": "on",
            "supervisor": house.accountant.pk,
            "counter_1": house.storekeeper.pk,
            "tolerance_percent": "2",
            "tolerance_amount": "50",
        },
        StockReturn: {"cause": "surplus", "returned_by": "王护士"},
        SupplierReturn: {"cause": "wrong"},
        TransferArrival: {"shortage": "none"},
        LoanReturn: {"explanation": "钻头断了"},
        PriceDifference: {"invoice_number": "FP-002"},
    }
    return heads.get(model, {})


class StoreRequests:
    """Addresses with their own ways; a part of Requests."""

    world: PermissionHouse

    def _head(self, model: Any, owner: str, document: Any = None) -> dict[str, Any]:
        raise NotImplementedError

    def _house(self, row: Row) -> House:
        return self.world.houses[row.object if row.object in MARKERS else "own"]

    # ---- papers that follow others ----

    def _following(self, row: Row, model: Any, document: Any = None) -> Sent:
        """The form of such a paper: a new one like the draft there is, or that draft."""
        draft = self.world.document(model._meta.model_name, row.object, "draft")
        name, line = EARLIER[model], draft.lines.get()
        if document is None:
            path = f"{reverse(row.url)}?{name}={getattr(draft, f'{name}_id')}"
        else:
            path = reverse(row.url, args=(document.pk,))
        if row.method == "GET":
            return path, {}
        data: dict[str, Any] = {"request_key": str(uuid.uuid4()), "business_date": clock.today().isoformat()}
        data |= later_head(self.world, self._house(row), model, draft) | {"note": "改"}
        data |= line_data({"key": getattr(line, f"{name}_line_id"), "quantity": "1", "price": "27"}, initial=1)
        return path, data | ({"revision": document.revision} if document else {})

    # ---- counts ----

    def _count(self, row: Row) -> tuple[Any, str]:
        screen = row.url.removeprefix("stockcount_")
        document = self.world.document("stockcount", row.object, PHASES.get(screen, "counting"))
        return document, reverse(row.url, args=(document.pk,))

    def on_stockcount_print(self, row: Row) -> Sent:
        document = self.world.document("stockcount", row.object, "submitted")
        return reverse(row.url, args=(document.pk,)), {"paper": "a4"} if row.method == "GET" else {}

    def on_stockcount_edit(self, row: Row) -> Sent:
        document, path = self._count(row)
        return path, self._head(StockCount, row.object, document) if row.method == "POST" else {}

    def on_stockcount_open(self, row: Row) -> Sent:
        document, path = self._count(row)
        lines = list(document.lines.values_list("pk", flat=True))
        return path, {"line": lines, "reason": "再点一次"} if row.method == "POST" else {}

    on_stockcount_finish = on_stockcount_zero = on_stockcount_recount = on_stockcount_open
    on_stockcount_count = on_stockcount_paper = on_stockcount_sheet = on_stockcount_open

    def on_stockcount_causes(self, row: Row) -> Sent:
        document, path = self._count(row)
        data: dict[str, Any] = {"revision": document.revision}
        for line in document.lines.all():
            data |= {f"line-{line.pk}-cause": "loss", f"line-{line.pk}-treatment": "按实调整"}
        return path, data if row.method == "POST" else {}

    def on_stockcount_entries(self, row: Row) -> Sent:
        document, path = self._count(row)
        entry = {"client_id": str(uuid.uuid4()), "line": document.lines.get().pk, "round": 1, "quantity": "5"}
        return path, AsJson(entries=[entry]) if row.method == "POST" else {}

    def on_stockcount_upload(self, row: Row) -> Sent:
        document, path = self._count(row)
        if row.method == "GET":
            return path, {}
        sheet = book([["Line no.", "Code", "Counted"], [1, document.lines.get().item.code, 5]])
        now = timezone.localtime(clock.now())
        return path, {"file": SimpleUploadedFile("count.xlsx", sheet), "counted_at": f"{now:%Y-%m-%dT%H:%M}"}

    # ---- lots, labels, quotas, suggestions, reports ----

    def on_lot_detail(self, row: Row) -> Sent:
        lot = self.world.row(Lot, row.object, "held" if row.case == "release" else "draft")
        words = {"keep back": {"kind": "frozen", "reason": "来货破损"}, "release": {"note": "复检合格"}}
        return reverse(row.url, args=(lot.pk,)), words.get(row.case, {})

    def on_labels(self, row: Row) -> Sent:
        if row.object == "none":
            return reverse(row.url), {}
        data = {"kind": row.case, "warehouse": self._house(row).warehouse.pk, "size": "a4-24"}
        return reverse(row.url), data | {"copies": "1", "skip": "0"}

    def on_requisition_quota(self, row: Row) -> Sent:
        return reverse(row.url), self._head(Requisition, row.object) if row.method == "POST" else {}

    def on_replenishment_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self.world.row(ReplenishmentSuggestion, row.object, "open").pk,)), {}

    def on_replenishment_step(self, row: Row) -> Sent:
        suggestion = self.world.row(ReplenishmentSuggestion, row.object, SUGGESTED.get(row.case, "open"))
        return reverse(row.url, args=(suggestion.pk, row.case)), {"reason": "暂不采购"}

    def on_closing_report(self, row: Row) -> Sent:
        owner = "other_house" if row.object == "other_house" else "own"
        data = {"closing": self.world.row(MonthClosing, owner).pk}
        return reverse(row.url), {} if row.object == "none" else data

    def on_count_report(self, row: Row) -> Sent:
        data = {} if row.object == "none" else {"count": self.world.row(StockCount, row.object, "posted").pk}
        return reverse(row.url), data

    def on_lot_trace(self, row: Row) -> Sent:
        return reverse(row.url), {} if row.object == "none" else {"lot": self.world.row(Lot, row.object).pk}

    def on_month_close_close(self, row: Row) -> Sent:
        """The month after the last closed one."""
        return reverse(row.url), {"month": f"{clock.today().year - 1}-02"} if row.method == "POST" else {}

    def on_month_close_reopen(self, row: Row) -> Sent:
        month = {"month": f"{clock.today().year - 1}-01", "reason": "漏记一单"}
        return reverse(row.url), month if row.method == "POST" else {}

    # ---- the back office ----

    def _of_store(self, model: Any, row: Row) -> dict[str, Any]:
        """What is typed to add a row of the back office that lies in a store."""
        house = self._house(row)
        if model is Shelf:
            return {"warehouse": house.warehouse.pk, "code": "B-02", "name": "新货位", "active": "on"}
        if model is ItemShelf:
            return {"item": house.paper.pk, "shelf": self.world.row(Shelf, row.object).pk}
        return {}
