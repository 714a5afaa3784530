"""Contractors' jobs and closed orders in the walk of permissions."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from core import clock
from maintenance.models import ContractorJob, WorkOrder
from tests.factories import House
from tests.inventory.screens import line_data
from tests.repairing import bring, make_job, make_order

from .permission_papers import Made, in_all_states
from .permission_walk import Row

JOB_WORDS = {"own": "本科外委暗记", "foreign": "别科外委暗记", "other_house": "外院外委暗记"}
"""Words in the jobs of each owner: whoever may not open such a paper must not read its word anywhere."""
Sent = tuple[str, dict[str, Any]]


def contract_papers(owner: str, house: House) -> Made:
    """Jobs in every state for orders of the owner's ward, and an order of it that is closed."""
    word = JOB_WORDS[owner]

    def job() -> ContractorJob:
        return make_job(house, order=make_order(house), department=house.ward, scope=word, note=word)

    made = in_all_states(owner, house, ContractorJob, job)
    made["workorder", owner, "closed"] = bring(house, make_order(house, title="已修好的门"), "closed")
    return made


class ContractRequests:
    """Where the rows of the table about contractors and closed orders go."""

    world: Any

    def _owner(self, row: Row) -> str:
        return "own" if row.object == "none" else row.object

    def _job(self, row: Row, order: WorkOrder, **line: Any) -> dict[str, Any]:
        house = self.world.houses[self._owner(row)]
        head = {"request_key": str(uuid.uuid4()), "order": order.pk, "supplier": house.supplier.pk, "scope": "换阀"}
        head |= {"amount": "800", "business_date": clock.today().isoformat()}
        return head | line_data({"supplier": house.supplier.pk, "amount": "800", **line}, initial=len(line))

    def on_contractorjob_new(self, row: Row) -> Sent:
        order = self.world.document("contractorjob", self._owner(row), "draft").order
        return reverse(row.url), self._job(row, order) if row.method == "POST" else {}

    def on_contractorjob_edit(self, row: Row) -> Sent:
        document = self.world.document("contractorjob", self._owner(row), "draft")
        line = document.lines.get(supplier=document.supplier)
        data = self._job(row, document.order, id=line.pk) | {"revision": document.revision, "note": "改"}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def on_contractorjob_accept(self, row: Row) -> Sent:
        document = self.world.document("contractorjob", row.object, "approved")
        data = {"final_amount": "5", "invoice_number": "FP-5", "accepted_on": clock.today().isoformat()}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def on_contractorjob_for(self, row: Row) -> Sent:
        return reverse(row.url, args=(self.world.document("contractorjob", row.object, "draft").order_id,)), {}

    def on_workorder_again(self, row: Row) -> Sent:
        order = self.world.document("workorder", row.object, "closed")
        data = {"reason": "又坏了", "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(order.pk,)), data if row.method == "POST" else {}

    def on_causes_and_remedies(self, row: Row) -> Sent:
        data = {"month": f"{clock.today():%Y-%m}", "format": "print"}
        return reverse(row.url), {} if row.object == "none" else data
