"""The storekeepers: goods handed out in whole or in part, back-orders, wrong issues reversed, urgent direct issues."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError, InsufficientStock
from core.numbers import ZERO
from inventory.models import GoodsIssue, Requisition, StockBalance
from inventory.services.fulfilment import close_rest
from inventory.services.issuing import Handout, issue_requisition

from .agenda import office_moment
from .paperwork import Desk

WAIVERS = ("新增点位,无旧品", "首次领用,无旧品", "旧品已随设备报废")
MISTAKES = ("规格发错,冲销重发", "数量点错,冲销重发", "发错科室,冲销重发")
CLOSINGS = ("供应商缺货,余量不再发放", "科室已改用替代品", "该规格停产,余量关闭")
EMERGENCIES = ("夜间水管爆裂抢修", "停电应急", "突发抢救增补", "暴雨应急防汛")


def usable_stock(warehouse: Any, item_keys: Any) -> dict[int, Decimal]:
    """Stock units by item key that can be issued today: what has expired does not count."""
    fresh = Q(lot__expires_on=None) | Q(lot__expires_on__gte=clock.today())
    rows = StockBalance.objects.filter(fresh, location__warehouse=warehouse, item__in=item_keys).order_by()
    return dict(rows.values_list("item").annotate(Sum("quantity")))


class Keeping:
    """The stores' side of a requisition."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice = desk, desk.dice

    def keeper_of(self, document: Any) -> Any:
        code = next(c for c, w in self.desk.house.warehouses.items() if w.pk == document.warehouse_id)
        return self.desk.house.keepers[code]

    def issue(self, requisition: Any, attempt: int = 1) -> None:
        """Hand out what is open; where the stock does not reach, what there is, and the rest later."""
        requisition.refresh_from_db()
        open_states = (Requisition.Fulfilment.NONE, Requisition.Fulfilment.PARTIAL)
        if requisition.status != Status.APPROVED or requisition.fulfilment not in open_states:
            return
        lines = [line for line in requisition.lines.select_related("item") if line.open_quantity > 0]
        issue = self._hand_out(requisition, {line.pk: self._handout(line, line.open_quantity) for line in lines})
        if issue is None:
            stock = usable_stock(requisition.warehouse_id, [line.item_id for line in lines])
            parts = {line.pk: self._part(line, stock) for line in lines}
            if any(part.quantity for part in parts.values()):
                issue = self._hand_out(requisition, parts)
                self.desk.tally["issued in part"] += 1
            self._come_back(requisition, attempt)
        if issue is not None and issue.status == Status.SUBMITTED:
            # Old pieces are missing: somebody has to agree before the goods go out.
            self.desk.agenda.enter(office_moment(self.dice, 2), self._decide_waiver, issue)
        elif issue is not None and self.desk.chance(0.012):
            self.desk.agenda.enter(office_moment(self.dice, 8), self.undo, issue)

    def _hand_out(self, requisition: Any, handouts: dict[int, Handout]) -> GoodsIssue | None:
        try:
            issue = issue_requisition(
                requisition,
                handouts,
                actor=self.keeper_of(requisition),
                request_key=uuid.uuid4(),
                received_by=self.desk.people[requisition.created_by_id].name,
            )
        except InsufficientStock:
            self.desk.tally["refused for lack of stock"] += 1
            return None
        self.desk.tally["documents"] += 1
        return issue

    def _handout(self, line: Any, quantity: Decimal) -> Handout:
        if not line.item.trade_in_required:
            return Handout(quantity)
        if self.desk.chance(0.12):
            return Handout(quantity, waiver=self.dice.choice(WAIVERS))
        return Handout(quantity, old_quantity=quantity)

    def _part(self, line: Any, stock: dict[int, Decimal]) -> Handout:
        quantity = min(line.open_quantity, stock.get(line.item_id, ZERO))
        stock[line.item_id] = stock.get(line.item_id, ZERO) - quantity
        return self._handout(line, quantity)

    def _come_back(self, requisition: Any, attempt: int) -> None:
        if attempt >= 3:
            self.desk.agenda.enter(office_moment(self.dice, 4), self._close, requisition)
        else:
            self.desk.agenda.enter(office_moment(self.dice, 96), self.issue, requisition, attempt + 1)

    def _close(self, requisition: Any) -> None:
        close_rest(requisition, actor=self.keeper_of(requisition), reason=self.dice.choice(CLOSINGS))
        self.desk.tally["rest closed"] += 1

    def undo(self, issue: Any) -> None:
        """The logistics head reverses a wrong issue, unless its goods came back; the right ones go out afterwards."""
        if issue.returns.filter(status=Status.POSTED).exists():
            return
        head = self.desk.house.by_role["logistics_head"][0]
        apply_transition(issue, "reverse", actor=head, reason=self.dice.choice(MISTAKES))
        self.desk.tally["reversed"] += 1
        if issue.requisition:
            self.desk.agenda.enter(office_moment(self.dice, 2), self.issue, issue.requisition)

    def emergency(self, *, decide: bool = True) -> Any:
        """Goods are needed at once, without a requisition: the keeper writes an issue, the logistics head signs."""
        house = self.desk.house
        code, department = self.dice.choice((("WX", "9001"), ("ZW", "4001"), ("ZW", "9004"), ("BF", "2006")))
        products = [p for p in house.products.values() if p.warehouse == code and not p.trade_in]
        wanted = self.dice.sample(products, k=self.dice.choice((1, 2, 3)))
        stock = usable_stock(house.warehouses[code], [house.items[p.code].pk for p in wanted])
        lines = []
        for product in wanted:
            item = house.items[product.code]
            there = min(stock.get(item.pk, ZERO), Decimal(product.usual))
            if there > 0:
                lines.append({"item": item, "unit": house.units[product.unit], "quantity": there})
        if not lines:
            return None
        document = self.desk.new_draft(
            GoodsIssue,
            house.keepers[code],
            lines,
            department=house.departments[department],
            warehouse=house.warehouses[code],
            purpose=self.dice.choice(EMERGENCIES),
            received_by=house.requesters[department][0].name,
        )
        document = apply_transition(document, "submit", actor=house.keepers[code])
        if decide:
            self.desk.agenda.enter(office_moment(self.dice, 2), self._decide_emergency, document)
        return document

    def _decide_waiver(self, document: Any) -> None:
        document = apply_transition(document, "approve", actor=self.desk.signer(document), reason="同意")
        self._post_emergency(document)
        self.desk.tally["waivers"] += 1

    def _decide_emergency(self, document: Any) -> None:
        if self.desk.chance(0.1):
            apply_transition(document, "reject", actor=self.desk.signer(document), reason="请补办领用申请")
            keeper = self.keeper_of(document)
            apply_transition(document, "cancel", actor=keeper, reason="改走领用申请")
            self.desk.tally["cancelled"] += 1
            return
        document = apply_transition(document, "approve", actor=self.desk.signer(document))
        self.desk.agenda.enter(office_moment(self.dice, 0.3), self._post_emergency, document)

    def _post_emergency(self, document: Any) -> None:
        keeper = self.keeper_of(document)
        try:
            apply_transition(document, "post", actor=keeper)
            self.desk.tally["direct issues"] += 1
        except DomainError:
            self.desk.tally["refused"] += 1
            apply_transition(document, "cancel", actor=keeper, reason="库存已被领用,作废")


def expiry(made_on: dt.date, days: int) -> dt.date:
    """The last day of a lot."""
    return made_on + dt.timedelta(days=days)
