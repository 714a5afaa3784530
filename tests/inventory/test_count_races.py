"""Counts while many things happen at once: each number once, and a book that misses no posting."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from core.errors import IllegalTransition
from core.verification import findings
from inventory.models import StockBalance, StockCount, StockCountEntry
from inventory.services.counts.entries import Counted, record
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count
from tests.counting import count, explain, line_of, plan_count
from tests.factories import House, make_house, make_issue, receive, run

from .test_concurrency import outcome, race, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def opened(house: House) -> StockCount:
    return open_count(plan_count(house, tolerance_amount=10**6), actor=house.storekeeper)


def test_one_number_sent_by_many_windows_counts_once(house: House) -> None:
    receive(house, (house.gloves, 100, 5))
    document = opened(house)
    line = line_of(document, house.gloves)
    same = Counted(uuid.uuid4(), Decimal(97), line_id=line.pk)
    other = Counted(uuid.uuid4(), Decimal(97), code=house.paper.code)
    results = race(*[lambda: record(document, [same, other], actor=house.storekeeper)] * 6)
    assert all(not one.refusal for result in outcome(results) for one in result)
    assert len(outcome(results)) == 6
    assert StockCountEntry.objects.count() == 2
    assert document.lines.count() == 2


def test_a_finish_in_the_middle_of_postings_misses_none(house: House) -> None:
    receive(house, (house.gloves, 100, 5))
    document = opened(house)
    issues = [run(house, make_issue(house, (house.gloves, 1)), "submit", "approve") for _number in range(5)]
    count(document, house.storekeeper, house.gloves, 100)
    posts = [step(issue, "post", house.storekeeper) for issue in issues]
    results = race(*posts, lambda: finish_count(document, actor=house.storekeeper))
    assert len(outcome(results)) == 6
    line = line_of(document, house.gloves)
    assert (line.book_quantity, line.difference) == (100, 0)
    assert list(findings()) == []


def test_a_count_is_posted_once(house: House) -> None:
    receive(house, (house.gloves, 100, 5))
    document = opened(house)
    count(document, house.storekeeper, house.gloves, 98)
    finish_count(document, actor=house.storekeeper)
    explain(house, document)
    document = run(house, document, "submit", "approve")
    results = race(*[step(document, "post", house.storekeeper)] * 4)
    assert len(outcome(results, IllegalTransition)) == 1
    assert StockBalance.objects.get().quantity == 98
