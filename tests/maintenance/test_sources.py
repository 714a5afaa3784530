"""Findings that open orders: one source, one open order."""

from __future__ import annotations

import pytest

from core.errors import DomainError
from maintenance.models import Channel, WorkOrder
from maintenance.services import sources
from tests.holding import make_asset
from tests.repairing import bring, make_place, make_repair_category

pytestmark = pytest.mark.django_db


def find(house, key="meter:1", **fields):
    defaults = {
        "organization": house.organization,
        "title": "压力过高",
        "channel": Channel.METER,
        "key": key,
        "actor": house.repair_worker,
        "category": make_repair_category(),
        "place": make_place(house),
        "description": "读数 1.9 MPa",
    }
    return sources.open_from(**{**defaults, **fields})


def test_a_finding_opens_an_order_that_says_where_it_comes_from(house):
    order = find(house)
    assert (order.channel, order.title, order.state) == ("meter", "压力过高", "new")
    assert (order.created_by, order.place) == (house.repair_worker, make_place(house))


def test_the_same_source_adds_a_note_while_its_order_is_worked_on(house):
    first = find(house)
    again = find(house, description="读数 2.1 MPa")
    assert (again.pk, WorkOrder.objects.count()) == (first.pk, 1)
    note = first.events.get(step="note")
    assert "2.1 MPa" in note.reason
    assert note.who == str(house.repair_worker)[:40]


def test_after_the_order_is_done_the_next_finding_opens_another(house):
    first = bring(house, find(house), "done")
    second = find(house)
    third = find(house)
    assert second.pk != first.pk
    assert third.pk == second.pk


def test_other_sources_and_other_houses_open_their_own(house, other_house):
    keys = {find(house).pk, find(house, key="meter:2").pk}
    keys.add(find(house, organization=other_house.organization, place=None, actor=None, who="计量").pk)
    assert len(keys) == 3


def test_more_orders_than_are_looked_up_at_once(house, monkeypatch):
    monkeypatch.setattr(sources, "BATCH", 2)
    seen = set()
    for _turn in range(5):
        order = find(house)
        seen.add(order.pk)
        WorkOrder.objects.filter(pk=order.pk).update(state="closed")
    assert len(seen) == 5


def test_nothing_is_opened_for_a_thing_that_is_gone(house):
    with pytest.raises(DomainError):
        find(house, asset=make_asset(house, state="disposed"))
    assert not WorkOrder.objects.exists()
