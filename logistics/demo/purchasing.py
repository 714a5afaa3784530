"""How the demo hospital buys: suggestions become requests, requests are sourced, what is awarded is ordered."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.services import apply_transition, edit_draft
from core.errors import DomainError
from core.numbers import ZERO, price
from inventory.models import ReplenishmentSuggestion
from inventory.services import replenishment
from procurement.models import (
    Method,
    PlanLine,
    PurchaseOrder,
    PurchaseRequest,
    PurchaseRequestLine,
    Sourcing,
    Treatment,
)
from procurement.services import awarding, order_drafts, quotations, request_drafts
from procurement.services.sourcing_lines import Chosen, rewrite

from .agenda import office_moment
from .budgeting import AGREED, STORE_CLASS, Budgeting
from .paperwork import Desk
from .receiving import Receiving

DIRECT_UP_TO = 1000
ESTIMATE = Decimal("1.03")
"""What is asked for is estimated a little above the usual price."""
DEAR = 1000
SMALL_JOBS = (
    ("6003", "打印机维修", "更换定影组件", 380),
    ("4001", "候诊椅维修", "更换椅面与螺栓", 420),
    ("5001", "通风柜门锁更换", "2 把", 260),
)
RETURNS = ("数量偏大,请按三个月用量核减", "请补充说明用途")
URGENT = ("急诊科", "4001", "应急照明检修", "夜间停电,应急照明失效", 560)


class Purchasing:
    """From the suggestion to the order."""

    def __init__(self, desk: Desk, budgets: Budgeting, receiving: Receiving) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.budgets, self.receiving = budgets, receiving
        self.buyer = self.house.by_role["buyer"][0]
        self.witness = self.house.by_role["auditor"][0]

    # ---- requests ----

    def replenish(self, code: str) -> None:
        """Once a week the keeper of a store turns the open suggestions into one request."""
        keeper, warehouse = self.house.keepers[code], self.house.warehouses[code]
        rows = ReplenishmentSuggestion.objects.filter(warehouse=warehouse, state=ReplenishmentSuggestion.State.OPEN)
        suggestions = list(rows.order_by("item__code"))
        if not suggestions:
            return
        reference = replenishment.request(suggestions, actor=keeper)
        document = PurchaseRequest.objects.get(pk=reference.removeprefix("#"))
        self.desk.date(document)
        with edit_draft(document, actor=keeper, revision=document.revision) as draft:
            draft.allotment = self.budgets.allotment("90", STORE_CLASS[code])
            draft.needed_by = clock.today() + dt.timedelta(days=14)
            draft.save()
            lines = list(draft.lines.select_related("item").order_by("position"))
            for line in lines:
                self._estimate(line, self.house.products[line.item.code])
            PurchaseRequestLine.objects.bulk_update(
                lines, ("unit_price", "amount", "stock_reason", "price_reason", "treatment", "warehouse")
            )
        self.submit(draft, keeper)

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
        self.desk.pass_on(document, self.source)

    def _return(self, document: PurchaseRequest, maker: Any) -> None:
        document = apply_transition(
            document, "reject", actor=self.desk.signer(document), reason=self.dice.choice(RETURNS)
        )
        self.desk.tally["returned"] += 1
        document = apply_transition(document, "submit", actor=maker)
        self.desk.pass_on(document, self.source)

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

    # ---- sourcing ----

    def source(self, request: PurchaseRequest) -> None:
        """The buyer calls off what is agreed, buys small things directly, and asks for quotations for the rest."""
        lines = list(request.lines.select_related("item").order_by("position"))
        rest = []
        agreed: dict[str, dict[int, Decimal]] = defaultdict(dict)
        for line in lines:
            category = self._category(line)
            if category in AGREED:
                agreed[category][line.pk] = line.quantity
            else:
                rest.append(line)
        for category, wanted in agreed.items():
            framework = self.budgets.agreements[category]
            self.order(order_drafts.from_requests(wanted, actor=self.buyer, framework=framework))
        if rest and sum(line.amount for line in rest) <= DIRECT_UP_TO:
            seller = self._sellers(rest[0])[0]
            wanted = {line.pk: line.quantity for line in rest}
            self.order(order_drafts.from_requests(wanted, actor=self.buyer, supplier=seller))
        elif rest:
            self._enquire(request, rest)

    def _category(self, line: PurchaseRequestLine) -> str:
        return self.house.products[line.item.code].category if line.item else "0103"

    def _sellers(self, line: PurchaseRequestLine) -> list[Any]:
        return self.house.suppliers[self._category(line)]

    def _enquire(self, request: PurchaseRequest, lines: list[PurchaseRequestLine]) -> None:
        """Quotations of at least three suppliers, sealed until the auditor opens them with the buyer."""
        document = self.desk.new_draft(
            Sourcing,
            self.buyer,
            [],
            department=self.buyer.department,
            title=f"{request.purpose} 询价"[:200],
            method=Method.ENQUIRY,
        )
        rewrite(document, [Chosen(line, line.quantity) for line in lines])
        invited = {seller.pk: seller for line in lines for seller in self._sellers(line)}
        quotations.invite(document, invited.values(), actor=self.buyer)
        deadline = clock.now() + dt.timedelta(days=4)
        document = quotations.start_collecting(document, deadline=deadline, actor=self.buyer)
        self.desk.agenda.enter(office_moment(self.dice, 26), self._collect, document, list(invited.values()))

    def _collect(self, document: Sourcing, invited: list[Any]) -> None:
        """Every supplier quotes what he sells; then buyer and witness open."""
        lines = list(document.lines.select_related("request_line__item").order_by("position"))
        categories = dict.fromkeys(self._category(line.request_line) for line in lines)
        best = {category: self.dice.choice(self.house.suppliers[category]).pk for category in categories}
        for seller in invited:
            prices = {
                line.pk: self._quoted(line.request_line, cheap=best[self._category(line.request_line)] == seller.pk)
                for line in lines
                if seller in self._sellers(line.request_line)
            }
            offer = quotations.Offer(prices, delivery_days=5, valid_until=clock.today() + dt.timedelta(days=60))
            document = quotations.receive(document, seller, offer, actor=self.buyer).sourcing
        document = quotations.ask_opening(document, self.witness, actor=self.buyer)
        document = quotations.confirm_opening(document, actor=self.witness)
        self._award(document)

    def _quoted(self, line: PurchaseRequestLine, *, cheap: bool) -> Decimal:
        """A price per unit of the request line: the cheapest offer stays below the estimate."""
        share = self.dice.uniform(0.93, 0.96) if cheap else self.dice.uniform(0.97, 1.05)
        cents = (line.unit_price * Decimal(str(round(share, 3)))).quantize(Decimal("0.01"))
        return price(max(min(cents, line.unit_price) if cheap else cents, Decimal("0.01")))

    def _award(self, document: Sourcing) -> None:
        choices = {}
        for line in document.lines.order_by("position"):
            cheapest = line.offers.order_by("unit_price", "pk").first()
            if cheapest.unit_price > line.request_line.unit_price:
                continue
            choices[line.pk] = awarding.Choice(cheapest.pk)
        document = awarding.award(document, choices, actor=self.buyer)
        document = apply_transition(document, "submit", actor=self.buyer)
        self.desk.pass_on(document, self._ordered)

    def _ordered(self, sourcing: Sourcing) -> None:
        for order in order_drafts.from_award(sourcing, actor=self.buyer):
            self.order(order)

    # ---- orders ----

    def order(self, order: PurchaseOrder) -> None:
        """The buyer completes the draft and submits it; a refusal leaves the draft on his desk."""
        self.desk.date(order)
        with edit_draft(order, actor=self.buyer, revision=order.revision) as draft:
            draft.deliver_by = clock.today() + dt.timedelta(days=7)
            draft.delivery_place = "后勤楼一层库房"
            draft.payment_terms = "验收合格并收到发票后30日内付款"
            draft.retention_percent = Decimal(5) if self._lasts(draft) else ZERO
            draft.warranty_months = 12 if self._lasts(draft) else draft.warranty_months
            draft.save()
            draft.lines.update(price_reason="询价结果")
        try:
            draft = apply_transition(draft, "submit", actor=self.buyer)
        except DomainError:
            self.desk.tally["refused"] += 1
            return
        self.desk.pass_on(draft, self._placed)

    def _lasts(self, order: PurchaseOrder) -> bool:
        return order.lines.filter(treatment=Treatment.ASSET).exists()

    def _placed(self, order: PurchaseOrder) -> None:
        self.desk.agenda.enter(office_moment(self.dice, 40), self.receiving.deliver, order)
