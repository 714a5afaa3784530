"""Makers of finished orders with costs, for the tests of closing."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.services import apply_transition
from inventory.models import GoodsIssue
from inventory.services.issuing import Handout, issue_requisition
from maintenance.models import CauseCode, Checklist, OrderCheck, WorkOrder
from maintenance.services import doing, parts
from maintenance.services.progress import take_step
from tests.factories import House, make_opening
from tests.repairing import bring, make_codes, make_order


def fill_store(house: House, item: Any, quantity: int = 20, price: Any = "12.5") -> None:
    """Opening stock, posted."""
    document = make_opening(house, (item, quantity, price))
    for step, actor in (("submit", house.storekeeper), ("approve", house.logistics_head), ("post", house.storekeeper)):
        document = apply_transition(document, step, actor=actor)


def give_parts(house: House, order: WorkOrder, item: Any, quantity: int = 3) -> GoodsIssue:
    """Parts of the store go out for an order that is in hand."""
    wanted = [parts.Wanted(item, Decimal(quantity))]
    asked = parts.take_parts(order, wanted, actor=house.repair_worker, warehouse=house.warehouse)
    out = {line.pk: Handout(line.stock_quantity) for line in asked.lines.all()}
    return issue_requisition(asked, out, actor=house.storekeeper, request_key=uuid.uuid4())


def use_all(house: House, order: WorkOrder) -> None:
    used = {line.pk: line.stock_quantity - line.returned_quantity for line in parts.issued_lines(order)}
    parts.use_parts(order, used, actor=house.repair_worker)


def finish(house: House, order: WorkOrder, **fields: Any) -> WorkOrder:
    """From on site to done."""
    cause, remedy = make_codes()
    given = {"action": "更换阀芯", "outcome": "fixed", "cause": cause, "remedy": remedy, "no_material": True, **fields}
    return doing.finish(order, doing.Work(**given), actor=house.repair_worker)


def confirm(house: House, order: WorkOrder) -> WorkOrder:
    written = {"confirmation": "person", "confirmed_at": clock.now(), "confirmed_by": house.requester}
    return take_step(order, "confirm", actor=house.requester, write=lambda _order: written)


def on_site(house: House, **fields: Any) -> WorkOrder:
    return bring(house, make_order(house, **fields), "on_site")


def by_person() -> CauseCode:
    """A cause for which somebody pays."""
    return CauseCode.objects.get_or_create(code="T-DAMAGE", defaults={"name": "人为损坏", "kind": "damage"})[0]


def unanswered(order: WorkOrder) -> OrderCheck:
    Checklist.objects.get_or_create(code="T-LIST", defaults={"name": "测试检查单"})
    return OrderCheck.objects.create(order=order, position=1, text="阀门关严", required=True)
