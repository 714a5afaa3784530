"""Repairs that a firm does: offers, the decision, the work, its acceptance by a third person."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.services import apply_transition
from maintenance.models import ContractorJob, ContractorJobLine, WorkOrder
from maintenance.services import contracts, warranty

from .agenda import office_moment
from .faults import Fault
from .paperwork import Desk

FIRMS = {"01": "1200", "02": "1103", "06": "1500", "07": "1500", "08": "1500", "09": "1104"}
"""By kind of fault: of which goods its firms are suppliers, too; of all others those of timber and paint."""
OTHERS = "1300"
SCOPE = "{title}:拆检,更换损坏部件,调试并清理现场"
REASONS = ("报价略高,但两小时内到场", "原安装单位,熟悉管线走向")
OWN_COST = "质保单位三天内不能到场,影响诊疗,先行修复"
DEAR = 0.08
"""Share of jobs so dear that the leader decides too."""


class Contracting:
    """The dispatcher who gives work out, the head who decides, the asset manager who takes it over."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.dispatcher = self.house.by_role["repair_dispatcher"][0]
        self.acceptor = self.house.by_role["asset_manager"][0]

    def give(self, order: WorkOrder, fault: Fault, begin: Callable[[], Any]) -> None:
        """Two or three firms are asked; begin: called when the paper is approved."""
        firms = self.house.suppliers[FIRMS.get(fault.category[:2], OTHERS)]
        asked = self.dice.sample(firms, k=min(len(firms), self.dice.choice((2, 3))))
        dear = self.desk.chance(DEAR)
        usual = self.dice.randrange(10_500, 16_000) if dear else self.dice.randrange(260, 3_200)
        offers = [(firm, Decimal(int(usual * self.dice.uniform(0.95, 1.25)))) for firm in asked]
        cheapest = min(offers, key=lambda offer: offer[1])
        chosen = self.dice.choice(offers) if self.desk.chance(0.15) else cheapest
        document = self.desk.new_draft(
            ContractorJob,
            self.dispatcher,
            [],
            department=order.department,
            order=order,
            supplier=chosen[0],
            scope=SCOPE.format(title=fault.title),
            amount=chosen[1],
            choice_reason=self.dice.choice(REASONS) if chosen[1] > cheapest[1] else "",
            warranty_reason=OWN_COST if warranty.of_order(order) else "",
            warranty_months=self.dice.choice((0, 3, 6, 12)),
        )
        ContractorJobLine.objects.bulk_create(
            ContractorJobLine(
                document=document, position=place, supplier=firm, amount=amount, offered_on=document.business_date
            )
            for place, (firm, amount) in enumerate(offers, start=1)
        )
        document = apply_transition(document, "submit", actor=self.dispatcher)
        self.desk.pass_on(document, lambda _document: begin())

    def finished(self, order: WorkOrder) -> None:
        """The work is done: whoever neither gave it out nor decided takes it over in the days after."""
        for job in order.jobs.filter(status="approved"):
            self.desk.agenda.enter(office_moment(self.dice, 10), self._accept, job)

    def _accept(self, job: ContractorJob) -> None:
        """Once, also when the reporter called the worker back and the work was finished twice."""
        job.refresh_from_db()
        if job.status != "approved" or job.order.state not in ("done", "confirmed"):
            return
        part = Decimal(1) if self.desk.chance(0.7) else Decimal(self.dice.randrange(85, 100)) / 100
        contracts.accept(
            job,
            final_amount=(job.amount * part).quantize(Decimal("0.01")),
            invoice_number=f"{self.dice.randrange(10**8):08d}",
            accepted_on=clock.today(),
            actor=self.acceptor,
        )
        self.desk.tally["jobs of firms accepted"] += 1
