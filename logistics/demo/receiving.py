"""What comes in on orders: accepted by two, one of them of the department that uses it, taken in by the keeper."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.numbers import ZERO
from inventory.models import GoodsReceipt
from procurement.models import Acceptance, PurchaseOrder, RejectedGoods, Treatment
from procurement.services import rejections

from .agenda import office_moment
from .keeping import expiry
from .paperwork import Desk
from .paying import Paying

FINDINGS = ("外包装破损,数件受潮", "规格与订单不符", "数件有明显划痕")
RETURNS = ("验收人签字不全,请补签", "单价与合同不一致,请核实", "验收数量与送货单不符")


class Receiving:
    """From the lorry at the door to the shelf."""

    def __init__(self, desk: Desk, paying: Paying) -> None:
        self.desk, self.dice, self.house, self.paying = desk, desk.dice, desk.house, paying
        self.stays, self.elsewhere = self.house.by_role["acceptor"][:2]

    def deliver(self, order: PurchaseOrder) -> None:
        """A delivery of all that is open; now and then something is wrong with a line, rarely with everything."""
        order.refresh_from_db()
        if order.acceptances.filter(status=Status.SUBMITTED).exists():
            self.desk.agenda.enter(office_moment(self.dice, 8), self.deliver, order)
            return
        lines = [line for line in order.lines.select_related("item").order_by("position") if line.open_quantity > 0]
        if not lines:
            return
        all_bad = self.desk.chance(0.015)
        rows = [self._line(line, bad=all_bad or self.desk.chance(0.012)) for line in lines]
        maker, other = self._acceptors(order)
        document = Acceptance.objects.create(
            organization=self.house.organization,
            department=maker.department,
            order=order,
            created_by=maker,
            delivery_note=f"SH{self.dice.randrange(10**6, 10**7)}",
        )
        document.acceptors.set([other])
        self.desk.add_lines(document, rows)
        self.desk.date(document)
        document = apply_transition(document, "submit", actor=maker)
        self.desk.pass_on(document, self._accepted, hours=2)

    def _line(self, order_line: Any, *, bad: bool) -> dict[str, Any]:
        arrived = order_line.open_quantity
        rejected = min(arrived, max(Decimal(1), (arrived / 5).quantize(Decimal(1)))) if bad else ZERO
        row = {
            "order_line": order_line,
            "arrived_quantity": arrived,
            "accepted_quantity": arrived - rejected,
            "finding": self.dice.choice(FINDINGS) if rejected else "",
            "certificate": "合格证随货",
        }
        days = self.house.products[order_line.item.code].lot_days if order_line.item else 0
        if days:
            made_on = clock.today() - dt.timedelta(days=self.dice.randrange(5, max(10, min(days // 3, 240))))
            row |= {"lot_number": f"{made_on:%Y%m%d}", "made_on": made_on, "expires_on": expiry(made_on, days)}
        return row

    def _acceptors(self, order: PurchaseOrder) -> tuple[Any, Any]:
        """The two people who accept: of the store's department, or of the department that asked."""
        line = order.lines.select_related("request_line__document").order_by("position")[0]
        asked = line.request_line.document
        if line.treatment == Treatment.STOCK and asked.department_id == self.stays.department_id:
            return self.stays, self.elsewhere
        return self.stays, self.desk.people[asked.created_by_id]

    def _accepted(self, document: Acceptance) -> None:
        """Signed by the last acceptor: the keeper finds a draft receipt, what is bad goes back, the rest is billed."""
        keys = set(document.lines.exclude(receipt_line=None).values_list("receipt_line__document", flat=True))
        for receipt in GoodsReceipt.objects.filter(pk__in=keys).order_by("pk"):
            self.desk.date(receipt)
            self.desk.agenda.enter(office_moment(self.dice, 2), self._take_in, receipt)
        for rejection in RejectedGoods.objects.filter(acceptance_line__document=document).order_by("pk"):
            self.desk.tally["deliveries with rejected goods"] += 1
            self.desk.agenda.enter(office_moment(self.dice, 24), self._send_back, rejection, document.order)
        if document.total_amount:
            self.desk.agenda.enter(office_moment(self.dice, 30), self.paying.bill, document)

    def _send_back(self, rejection: RejectedGoods, order: PurchaseOrder) -> None:
        """The supplier fetches what was rejected and delivers it again."""
        rejections.settle(
            rejection,
            actor=self.stays,
            remedy=RejectedGoods.Remedy.REPLACE,
            day=clock.today(),
            collected_by="供货商送货员",
        )
        self.desk.agenda.enter(office_moment(self.dice, 30), self.deliver, order)

    def _take_in(self, receipt: GoodsReceipt) -> None:
        receipt = apply_transition(receipt, "submit", actor=self.desk.people[receipt.created_by_id])
        self.desk.agenda.enter(office_moment(self.dice, 3), self.check, receipt)

    def check(self, receipt: GoodsReceipt) -> None:
        """The accountant compares the receipt with the acceptance."""
        signer, keeper = self.desk.signer(receipt), self.desk.people[receipt.created_by_id]
        if self.desk.chance(0.04):
            receipt = apply_transition(receipt, "reject", actor=signer, reason=self.dice.choice(RETURNS))
            self.desk.tally["returned"] += 1
            receipt = apply_transition(receipt, "submit", actor=keeper)
            self.desk.agenda.enter(office_moment(self.dice, 3), self.check, receipt)
            return
        receipt = apply_transition(receipt, "approve", actor=signer)
        self.desk.agenda.enter(office_moment(self.dice, 1), self._post, receipt)

    def _post(self, receipt: GoodsReceipt) -> None:
        apply_transition(receipt, "post", actor=self.desk.people[receipt.created_by_id])
        self.desk.tally["receipts posted"] += 1
