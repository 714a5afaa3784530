"""How the demo hospital buys: requests are called off, bought directly or enquired; what is awarded is ordered."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.services import apply_transition, edit_draft
from core.errors import DomainError
from core.numbers import ZERO, price
from procurement.models import Method, PurchaseOrder, PurchaseRequest, PurchaseRequestLine, Sourcing, Treatment
from procurement.services import awarding, order_drafts, quotations
from procurement.services.sourcing_lines import Chosen, rewrite

from .agenda import office_moment
from .budgeting import AGREED, Budgeting
from .paperwork import Desk
from .receiving import Receiving

DIRECT_UP_TO = 1000


class Ordering:
    """From the approved request to the approved order."""

    def __init__(self, desk: Desk, budgets: Budgeting, receiving: Receiving) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.budgets, self.receiving = budgets, receiving
        self.buyer = self.house.by_role["buyer"][0]
        self.witness = self.house.by_role["auditor"][0]

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
        back = office_moment(self.dice, 26)  # a long holiday lies between: the suppliers get the days after it
        deadline = max(clock.now() + dt.timedelta(days=4), back + dt.timedelta(days=1))
        document = quotations.start_collecting(document, deadline=deadline, actor=self.buyer)
        self.desk.agenda.enter(back, self._collect, document, list(invited.values()))

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
            if cheapest is None or cheapest.unit_price > line.request_line.unit_price:
                continue
            choices[line.pk] = awarding.Choice(cheapest.pk)
        document = awarding.award(document, choices, actor=self.buyer)
        document = apply_transition(document, "submit", actor=self.buyer)
        self.desk.pass_on(document, self._ordered)

    def _ordered(self, sourcing: Sourcing) -> None:
        for order in order_drafts.from_award(sourcing, actor=self.buyer):
            self.order(order)

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
