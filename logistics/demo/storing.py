"""What else happens in a store: goods brought back, sent between stores, written off, counted, and months closed."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from core import clock, periods
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    StockCount,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    TransferArrival,
    WriteOff,
)
from inventory.services.counts import entries, plan, results
from inventory.services.write_offs import expired_stock

from .agenda import office_moment
from .keeping import usable_stock
from .paperwork import Desk

COUNTED_AT_ONCE = 15
CAUSES = (("papers", "补办手续"), ("loss", "按自然损耗处理"), ("unknown", "查找原因,先行调账"))


class Storing:
    """The stores' own papers, once a week or a month."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house

    def bring_back(self) -> None:
        """A department brings back part of what it got last: the first line of the issue, half of it."""
        issues = GoodsIssue.objects.filter(status=Status.POSTED, returns=None, requisition__isnull=False)
        issue = issues.order_by("-pk").first()
        if issue is None:
            return
        line = issue.lines.select_related("item__unit").order_by("position")[0]
        if line.stock_quantity < 2:
            return
        keeper = self._keeper(issue.warehouse_id)
        half = {"quantity": line.stock_quantity // 2, "issue_line": line}
        document = self._draft(StockReturn, keeper, [(line.item, half)], issue.warehouse, issue=issue)
        StockReturn.objects.filter(pk=document.pk).update(department=issue.department)
        self._carry_through(document, keeper)

    def give_back(self) -> None:
        """Something that was accepted turns out to be faulty in the store: a twentieth of a line goes back, once a
        month at most."""
        month = clock.today().replace(day=1)
        if SupplierReturn.objects.filter(business_date__gte=month).exists():
            return
        receipts = GoodsReceipt.objects.filter(status=Status.POSTED, returns=None).exclude(source="")
        receipt = receipts.order_by("-pk").first()
        if receipt is None:
            return
        line = receipt.lines.select_related("item__unit").order_by("-quantity", "position")[0]
        keeper = self._keeper(receipt.warehouse_id)
        part = {"quantity": max(line.stock_quantity // 20, Decimal(1)), "receipt_line": line}
        document = self._draft(
            SupplierReturn, keeper, [(line.item, part)], receipt.warehouse, receipt=receipt, collected_by="供货商送货员"
        )
        self._carry_through(document, keeper)

    def send(self) -> None:
        """The general store helps the linen store out; its keeper confirms what arrives the next day."""
        source, target = self.house.warehouses["ZW"], self.house.warehouses["BF"]
        items = [self.house.items[p.code] for p in self.house.by_category["0302"][:3] if not p.trade_in]
        stock = usable_stock(source, [item.pk for item in items])
        lines = [(item, {"quantity": Decimal(2)}) for item in items if stock.get(item.pk, 0) >= 10]
        if not lines:
            return
        keeper = self.house.keepers["ZW"]
        document = self._draft(StockTransfer, keeper, lines, source, to_warehouse=target, purpose="调剂使用")
        if self._carry_through(document, keeper):
            self.desk.agenda.enter(office_moment(self.dice, 20), self._arrive, document)

    def _arrive(self, transfer: Any) -> None:
        keeper = self.house.keepers["BF"]
        lines = [
            (line.item, {"quantity": line.stock_quantity, "transfer_line": line})
            for line in transfer.lines.select_related("item__unit")
        ]
        document = self._draft(TransferArrival, keeper, lines, transfer.to_warehouse, transfer=transfer)
        self._carry_through(document, keeper)

    def write_off(self, code: str) -> None:
        """What has expired in a store is written off."""
        warehouse, keeper = self.house.warehouses[code], self.house.keepers[code]
        lines = [
            (balance.item, {"quantity": balance.quantity, "lot": balance.lot})
            for balance in expired_stock(warehouse).select_related("item__unit", "lot")[:10]
        ]
        if lines:
            document = self._draft(
                WriteOff,
                keeper,
                lines,
                warehouse,
                cause=WriteOff.Cause.EXPIRED,
                explanation="月度效期检查发现过期",
                responsible=keeper,
                treatment="登记后统一销毁",
            )
            self._carry_through(document, keeper)

    def count(self, code: str) -> None:
        """A blind count of a random sample: two people count, the accountant watches."""
        warehouse, keeper = self.house.warehouses[code], self.house.keepers[code]
        counters = self.house.by_role["acceptor"][:2]
        document = StockCount.objects.create(
            organization=self.house.organization,
            department=warehouse.department,
            warehouse=warehouse,
            created_by=keeper,
            scope=StockCount.Scope.SAMPLE,
            sample_size=COUNTED_AT_ONCE,
            supervisor=self.house.by_role["accountant"][0],
        )
        document.counters.set(counters)
        self.desk.tally["documents"] += 1
        document = plan.open_count(document, actor=keeper)
        self._count_lines(document, counters[0])
        self.desk.agenda.enter(clock.now() + dt.timedelta(hours=1), self._finish, document, counters[1])

    def _finish(self, document: Any, second: Any) -> None:
        """An hour later: what differs too much is counted again, or the count is finished."""
        keeper = self._keeper(document.warehouse_id)
        if results.finish_count(document, actor=keeper):
            self._count_lines(document, second)
            self.desk.agenda.enter(clock.now() + dt.timedelta(hours=1), self._finish, document, second)
            return
        differing = document.lines.exclude(difference=0).values_list("pk", flat=True)
        causes = {key: self.dice.choice(CAUSES) for key in differing}
        if causes:
            results.write_causes(document, causes, actor=keeper)
        self._carry_through(document, keeper)

    def _count_lines(self, document: Any, counter: Any) -> None:
        """Nearly always what is there; now and then one piece less."""
        numbers = []
        for line in document.lines.filter(counted_quantity=None).select_related("item"):
            there = usable = self._on_shelf(document, line)
            if there > 3 and self.desk.chance(0.08):
                usable = there - 1
            numbers.append(entries.Counted(uuid.UUID(int=self.dice.getrandbits(128)), usable, line_id=line.pk))
        entries.record(document, numbers, actor=counter)

    def _on_shelf(self, document: Any, line: Any) -> Decimal:
        balance = line.lot.balances.filter(location__warehouse=document.warehouse).first()
        return balance.quantity if balance else Decimal(0)

    def close_month(self) -> None:
        """The accountant closes the month before, or tries again two days later when papers are under way."""
        year, month = periods.next_to_close(self.house.organization.pk)
        if (year, month) >= (clock.today().year, clock.today().month):
            return
        try:
            periods.close(self.house.organization, year, month, actor=self.house.by_role["accountant"][0])
            self.desk.tally["months closed"] += 1
        except DomainError:
            self.desk.tally["months not closed yet"] += 1
            self.desk.agenda.enter(clock.now() + dt.timedelta(days=2), self.close_month)

    def _keeper(self, warehouse_id: int) -> Any:
        code = next(c for c, w in self.house.warehouses.items() if w.pk == warehouse_id)
        return self.house.keepers[code]

    def _draft(
        self, model: Any, keeper: Any, lines: list[tuple[Any, dict[str, Any]]], store: Any, **fields: Any
    ) -> Any:
        rows = [{"item": item, "unit": item.unit, **columns} for item, columns in lines]
        return self.desk.new_draft(model, keeper, rows, department=store.department, warehouse=store, **fields)

    def _carry_through(self, document: Any, keeper: Any) -> bool:
        """Submit, sign as often as needed, post; a refusal leaves the paper to its maker, who cancels it."""
        try:
            document = apply_transition(document, "submit", actor=keeper)
            while document.status == Status.SUBMITTED:
                document = apply_transition(document, "approve", actor=self.desk.signer(document))
            apply_transition(document, "post", actor=keeper)
        except DomainError:
            self.desk.tally["refused"] += 1
            document.refresh_from_db()
            apply_transition(document, "cancel", actor=keeper, reason="情况有变,作废")
            return False
        self.desk.tally[document._meta.model_name] += 1
        return True
