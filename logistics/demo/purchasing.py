"""What the demo hospital asks for: suggestions of the stores, parts of repairs, plans, small jobs, what is urgent."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.services import apply_transition, edit_draft
from core.numbers import price
from inventory.models import ReplenishmentSuggestion
from inventory.services import replenishment
from procurement.models import (
    PlanLine,
    PurchaseRequest,
    PurchaseRequestLine,
    Treatment,
)
from procurement.services import request_drafts

from .agenda import office_moment
from .budgeting import STORE_CLASS, Budgeting
from .ordering import Ordering
from .paperwork import Desk

ESTIMATE = Decimal("1.03")
"""What is asked for is estimated a little above the usual price."""
DEAR = 1000
WORKSHOP = "9001"
SMALL_JOBS = (
    ("6003", "打印机维修", "更换定影组件", 380),
    ("4001", "候诊椅维修", "更换椅面与螺栓", 420),
    ("5001", "通风柜门锁更换", "2 把", 260),
)
RETURNS = ("数量偏大,请按三个月用量核减", "请补充说明用途")
URGENT = ("急诊科", "4001", "应急照明检修", "夜间停电,应急照明失效", 560)


class Purchasing:
    """From the suggestion to the approved request."""

    def __init__(self, desk: Desk, budgets: Budgeting, ordering: Ordering) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.budgets, self.ordering = budgets, ordering

    def replenish(self, code: str) -> None:
        """Once a week the keeper of a store turns the open suggestions into one request."""
        keeper, warehouse = self.house.keepers[code], self.house.warehouses[code]
        rows = ReplenishmentSuggestion.objects.filter(warehouse=warehouse, state=ReplenishmentSuggestion.State.OPEN)
        suggestions = list(rows.order_by("item__code"))
        if not suggestions:
            return
        reference = replenishment.request(suggestions, actor=keeper)
        document = PurchaseRequest.objects.get(pk=reference.removeprefix("#"))
        self._complete(document, keeper, self.budgets.allotment("90", STORE_CLASS[code]), days=14)

    def for_repair(self, document: PurchaseRequest, maker: Any) -> None:
        """What a repair lacks: he drafted it from the order; the workshop pays."""
        self._complete(document, maker, self.budgets.allotment(WORKSHOP, "30213"), days=5)
        self.desk.tally["bought for repairs"] += 1

    def _complete(self, document: PurchaseRequest, maker: Any, allotment: Any, *, days: int) -> None:
        """Fill in a draft that came from elsewhere and submit it; needed within so many days."""
        self.desk.date(document)
        with edit_draft(document, actor=maker, revision=document.revision) as draft:
            draft.allotment = allotment
            draft.needed_by = clock.today() + dt.timedelta(days=days)
            draft.save()
            lines = list(draft.lines.select_related("item").order_by("position"))
            for line in lines:
                item: Any = line.item  # every line for a store names one
                self._estimate(line, self.house.products[item.code])
            PurchaseRequestLine.objects.bulk_update(
                lines, ("unit_price", "amount", "stock_reason", "price_reason", "treatment", "warehouse")
            )
        self.submit(draft, maker)

    def _estimate(self, line: PurchaseRequestLine, product: Any) -> None:
        cents = (product.price * ESTIMATE).quantize(Decimal("0.01"))
        line.unit_price = price(max(cents, Decimal("0.01")) * line.factor)
        line.price_reason = "按近期市场价估算"
        line.treatment, line.warehouse = Treatment.STOCK, self.house.warehouses[product.warehouse]
        if line.unit_price >= DEAR:
            line.stock_reason = "成批发放使用,列入库存"
        line.compute()

    def submit(self, document: PurchaseRequest, maker: Any) -> None:
        document = apply_transition(document, "submit", actor=maker)
        if self.desk.chance(0.05):
            self.desk.agenda.enter(office_moment(self.dice, 4), self._return, document, maker)
            return
        self.desk.pass_on(document, self.ordering.source)

    def _return(self, document: PurchaseRequest, maker: Any) -> None:
        document = apply_transition(
            document, "reject", actor=self.desk.signer(document), reason=self.dice.choice(RETURNS)
        )
        self.desk.tally["returned"] += 1
        document = apply_transition(document, "submit", actor=maker)
        self.desk.pass_on(document, self.ordering.source)

    def small_job(self) -> None:
        """A department needs somebody to repair something small: a service, bought directly."""
        department, name, words, yuan = self.dice.choice(SMALL_JOBS)
        self._service(department, name, words, yuan)

    def urgent(self) -> None:
        """Something cannot wait: the last level signs alone, the papers follow."""
        name, department, words, reason, yuan = URGENT
        self._service(department, f"{name}{words}", "现场抢修", yuan, urgent=True, urgent_reason=reason)
        self.desk.tally["urgent purchases"] += 1

    def _service(self, department: str, name: str, words: str, yuan: int, **fields: Any) -> None:
        maker = self.house.requesters[department][0]
        line = {
            "name": name,
            "specification": words,
            "unit": self.house.units["个"],
            "quantity": Decimal(1),
            "unit_price": Decimal(yuan),
            "treatment": Treatment.SERVICE,
            "price_reason": "报价",
        }
        document = self.desk.new_draft(
            PurchaseRequest,
            maker,
            [line],
            department=maker.department,
            purpose=name,
            outside_reason="临时发生的维修",
            allotment=self.budgets.allotment(department, "30213"),
            **fields,
        )
        self.submit(document, maker)

    def from_plan(self, plan: Any) -> None:
        """The department asks for what its approved plan says."""
        maker = self.desk.people[plan.created_by_id]
        related = ("document__department", "item", "unit", "category", "allotment")
        lines = PlanLine.objects.filter(document=plan).select_related(*related)
        document = request_drafts.draft_from_plan(lines, actor=maker)
        self.desk.date(document)
        self.submit(document, maker)
