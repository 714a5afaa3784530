"""The values of assets in the walk of permissions: papers in every state, runs, proposals, balances."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from assets.models import AccountBalance, AssetValueMove, CardSplit, DepreciationRun, JournalProposal, ValueChange
from assets.services import depreciation, schedule
from core import clock
from tests.factories import House, run
from tests.holding import make_asset
from tests.valuing import make_run, make_split, make_value_change

from .permission_disposals import PAPER_WORDS
from .permission_papers import Made, in_all_states
from .permission_walk import Row

Sent = tuple[str, dict[str, Any]]
_RUNS_BACK = {"draft": 3, "submitted": 4, "posted": 2, "approved": 1}
"""How many months ago the runs are, in the order they are made: the first one is posted, and one that waits to be
posted follows it; the others lie before it."""


def value_papers(owner: str, house: House) -> Made:
    """Changes and splits of things of the owner's ward, in every state."""

    def fields(kind: str) -> dict[str, Any]:
        word = PAPER_WORDS[kind][owner]
        return {"department": house.ward, "reason": word, "note": word}

    return {
        **in_all_states(owner, house, ValueChange, lambda: make_value_change(house, **fields("valuechange"))),
        **in_all_states(owner, house, CardSplit, lambda: make_split(house, **fields("cardsplit"))),
    }


def value_rows(house: House) -> tuple[dict[type, Any], dict[str, DepreciationRun]]:
    """(row by model, run by state) of a whole organization; made last, so that no other paper waits for it."""
    this_month = schedule.month_index(clock.today())
    make_asset(house, in_use_on=schedule.first_day(this_month - _RUNS_BACK["posted"]))
    steps = {"draft": (), "submitted": ("submit",), "approved": ("submit",), "posted": ("submit", "post")}
    runs = {}
    for state, back in _RUNS_BACK.items():
        day = schedule.first_day(this_month - back)
        document = make_run(house, day.year, day.month)
        runs[state] = run(house, document, *steps[state]) if steps[state] else document
    balance = AccountBalance.objects.create(
        organization=house.organization,
        account="1601",
        year=clock.today().year - 1,
        month=1,
        amount=1,
        entered_by=house.accountant,
    )
    rows: dict[type, Any] = {
        AssetValueMove: depreciation.rows_of(runs["posted"]).first(),
        JournalProposal: JournalProposal.objects.filter(organization=house.organization).first(),
        AccountBalance: balance,
    }
    return rows, runs


class ValueRequests:
    """Where the rows of the table about values go."""

    world: Any

    def _owned(self, row: Row) -> str:
        return "own" if row.object == "none" else row.object

    def on_valuechange_new(self, row: Row) -> Sent:
        return reverse(row.url), self._change(row) if row.method == "POST" else {}

    def on_valuechange_edit(self, row: Row) -> Sent:
        document = self.world.document("valuechange", self._owned(row), "draft")
        line = {"lines-0-id": document.lines.get().pk, "lines-INITIAL_FORMS": "1", "revision": document.revision}
        path = reverse(row.url, args=(document.pk,))
        return path, {**self._change(row), **line} if row.method == "POST" else {}

    def _change(self, row: Row) -> dict[str, Any]:
        document = self.world.document("valuechange", self._owned(row), "draft")
        return {
            **self._value_head("enlargement"),
            "lines-0-asset": document.lines.get().asset_id,
            "lines-0-fiscal_change": "5",
            "lines-0-nonfiscal_change": "0",
            "lines-0-accumulated_change": "0",
        }

    def _value_head(self, kind: str) -> dict[str, Any]:
        return {
            "request_key": str(uuid.uuid4()),
            "kind": kind,
            "business_date": clock.today().isoformat(),
            "reason": "改",
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
        }

    def on_cardsplit_new(self, row: Row) -> Sent:
        return reverse(row.url), self._split(row) if row.method == "POST" else {}

    def on_cardsplit_edit(self, row: Row) -> Sent:
        document = self.world.document("cardsplit", self._owned(row), "draft")
        path = reverse(row.url, args=(document.pk,))
        return path, {**self._split(row), "revision": document.revision} if row.method == "POST" else {}

    def _split(self, row: Row) -> dict[str, Any]:
        document = self.world.document("cardsplit", self._owned(row), "draft")
        line = {"lines-0-name": "主机", "lines-0-quantity": "1", "lines-0-original_value": "5"}
        return {**self._value_head("split"), "asset": document.asset_id, **line}

    def on_depreciationrun_new(self, row: Row) -> Sent:
        day = schedule.first_day(schedule.month_index(clock.today()) - 6)
        data = {"request_key": str(uuid.uuid4()), "year": day.year, "month": day.month}
        return reverse(row.url), data if row.method == "POST" else {}

    def on_depreciationrun_edit(self, row: Row) -> Sent:
        document = self.world.document("depreciationrun", self._owned(row), "draft")
        data = {"year": document.year, "month": document.month, "note": "改", "revision": document.revision}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def on_journalproposal_detail(self, row: Row) -> Sent:
        proposal = self.world.row(JournalProposal, self._owned(row))
        data = {"line": proposal.pk, "voucher_number": "记-9"}
        return reverse(row.url, args=(proposal.pk,)), data if row.method == "POST" else {}

    def on_account_balances(self, row: Row) -> Sent:
        month = f"{clock.today().year - 1}-06"
        return reverse(row.url), {"month": month, "1601-amount": "5"} if row.method == "POST" else {"month": month}
