"""Requisitions: written, submitted, signed, returned, withdrawn, cancelled."""

from decimal import Decimal
from typing import Any

from core.documents.lifecycle import Status
from core.documents.services import apply_transition, available_transitions, delete_draft, edit_draft
from core.errors import DomainError
from inventory.models import Requisition

from .agenda import office_moment
from .demand import PURPOSES, choose_warehouse, usual_quantity, wish_list
from .keeping import Keeping
from .paperwork import Desk

RETURNS = (
    "数量偏大,请按一周用量填写",
    "请注明具体用途",
    "库存尚有剩余,请核实后再报",
    "规格有误,请核对",
    "与上周申请重复",
)
WITHDRAWN = ("数量填错,撤回修改", "漏填物品,撤回补充")
CANCELLED = ("科室尚有库存,不再需要", "已从其他病区调剂", "重复申请,作废")


class Asking:
    """The departments' side of the stores."""

    def __init__(self, desk: Desk, keeping: Keeping) -> None:
        self.desk, self.keeping, self.dice = desk, keeping, desk.dice

    def ask(self, code: str, warehouse: str = "", *, forget: bool = False) -> Any:
        """Somebody of a department writes a request and, unless he forgets it, submits it."""
        house, row = self.desk.house, self.desk.house.rows[code]
        makers = house.requesters[code]
        if not makers:
            return None
        warehouse = warehouse or choose_warehouse(self.dice, house, row.profile)
        products = wish_list(self.dice, house, row.profile, warehouse)
        lines = [self.desk.in_packs(p, usual_quantity(self.dice, p)) for p in products]
        document = self.desk.new_draft(
            Requisition,
            makers[0] if self.desk.chance(0.7) else self.dice.choice(makers),
            lines,
            department=house.departments[code],
            warehouse=house.warehouses[warehouse],
            purpose=self.dice.choice(PURPOSES[row.profile]),
        )
        if forget:
            return document
        if self.desk.chance(0.02):
            self.desk.agenda.enter(office_moment(self.dice, 20), self.drop, document)
            return document
        return self.submit(document)

    def submit(self, document: Any) -> Any:
        document = apply_transition(document, "submit", actor=self.maker(document))
        if self.desk.chance(0.03):
            self.desk.agenda.enter(office_moment(self.dice, 0.5), self.withdraw, document)
        else:
            self.desk.agenda.enter(office_moment(self.dice, 5), self.decide, document)
        return document

    def maker(self, document: Any) -> Any:
        return self.desk.people[document.created_by_id]

    def drop(self, document: Any) -> None:
        """A draft that nobody needs any more is deleted: it never had a number."""
        delete_draft(document, actor=self.maker(document))
        self.desk.tally["drafts deleted"] += 1

    def withdraw(self, document: Any) -> None:
        document.refresh_from_db()
        steps = {step.name for step in available_transitions(document, actor=self.maker(document))}
        if "withdraw" not in steps:
            return
        document = apply_transition(
            document, "withdraw", actor=self.maker(document), reason=self.dice.choice(WITHDRAWN)
        )
        self.desk.tally["withdrawn"] += 1
        self._after_return(document)

    def decide(self, document: Any) -> None:
        """The next signer approves or returns; after the last signature the goods can be fetched."""
        document.refresh_from_db()
        if document.status != Status.SUBMITTED:
            return
        signer = self.desk.signer(document)
        if self.desk.chance(0.05):
            apply_transition(document, "reject", actor=signer, reason=self.dice.choice(RETURNS))
            self.desk.tally["returned"] += 1
            self.desk.agenda.enter(office_moment(self.dice, 6), self._after_return, document)
            return
        document = apply_transition(document, "approve", actor=signer, reason="同意" if self.desk.chance(0.2) else "")
        if document.status == Status.SUBMITTED:
            self.desk.agenda.enter(office_moment(self.dice, 7), self.decide, document)
        elif self.desk.chance(0.01):
            self._cancel(document)
        else:
            self.desk.agenda.enter(office_moment(self.dice, 6), self.keeping.issue, document)

    def _after_return(self, document: Any) -> None:
        """The maker lowers a line and submits again, or gives up."""
        document.refresh_from_db()
        if document.status != Status.DRAFT:
            return
        if self.desk.chance(0.2):
            self._cancel(document)
            return
        with edit_draft(document, actor=self.maker(document), revision=document.revision) as draft:
            line = draft.lines.order_by("-amount", "position").first()
            line.quantity = max(Decimal(1), (line.quantity / 2).quantize(Decimal(1)))
            line.save()
        self.submit(draft)

    def _cancel(self, document: Any) -> None:
        try:
            apply_transition(document, "cancel", actor=self.maker(document), reason=self.dice.choice(CANCELLED))
            self.desk.tally["cancelled"] += 1
        except DomainError:
            self.desk.tally["refused"] += 1
