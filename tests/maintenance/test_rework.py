"""返修: the same fault again too soon, whom it counts against, and who says that it is another one (R-REP-07)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.errors import DomainError, NotAllowed
from maintenance.models import WorkOrder
from maintenance.services import closing, rework
from maintenance.services.dispatching import triage
from maintenance.services.progress import take_step
from tests.factories import House, at
from tests.holding import make_asset
from tests.inventory.screens import as_user
from tests.repairing import bring, make_order, make_place, make_repair_category

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 5)


def repaired(house: House, **fields: Any) -> WorkOrder:
    """Closed on that day."""
    with at(DAY):
        return bring(house, make_order(house, **fields), "closed")


def later(house: House, days: int, **fields: Any) -> WorkOrder:
    with at(DAY + dt.timedelta(days=days), 11):
        return make_order(house, **fields)


def reworks() -> set[int]:
    return set(WorkOrder.objects.filter(rework.COUNTS).values_list("pk", flat=True))


@pytest.mark.parametrize(("days", "counts"), [(0, True), (29, True), (31, False), (400, False)])
def test_the_same_place_and_category_within_so_many_days(house, days, counts):
    """R-REP-07: it counts unless somebody says otherwise."""
    first = repaired(house)
    again = later(house, days)
    assert again.rework_of == (first if counts else None)
    assert reworks() == ({again.pk} if counts else set())


def test_another_place_or_category_is_another_fault(house):
    """R-REP-07"""
    repaired(house)
    assert later(house, 3, place=make_place(house, "B1-302", "内科楼302")).rework_of is None
    assert later(house, 3, category=make_repair_category("02", "电")).rework_of is None
    assert later(house, 3, kind="task").rework_of is None
    assert reworks() == set()


def test_the_same_thing_wherever_it_stands(house):
    """R-REP-07: a thing is followed by its card; a neighbour in the same room is another thing."""
    asset, neighbour = make_asset(house), make_asset(house)
    first = repaired(house, asset=asset)
    moved = make_place(house, "B2-101", "外科楼101")
    assert later(house, 5, asset=asset, place=moved).rework_of == first
    assert later(house, 5, asset=neighbour).rework_of is None


def test_what_is_not_over_or_could_not_be_repaired_is_followed_by_nothing(house):
    """R-REP-07"""
    with at(DAY):
        bring(house, make_order(house), "done")
    assert later(house, 1).rework_of is None
    first = repaired(house, place=make_place(house, "B1-303", "内科楼303"))
    WorkOrder.objects.filter(pk=first.pk).update(outcome="cannot")
    assert later(house, 1, place=make_place(house, "B1-303")).rework_of is None


def test_another_house_does_not_matter(house, other_house):
    """R-REP-07"""
    repaired(house)
    assert later(other_house, 1).rework_of is None


def test_a_chain_counts_against_the_first_repair(house):
    """R-REP-07: the worker of the first repair, however often it comes back."""
    first = repaired(house)
    with at(DAY + dt.timedelta(days=20), 11):
        second = bring(house, make_order(house), "closed")
        WorkOrder.objects.filter(pk=second.pk).update(worker=house.second_storekeeper)
    third = later(house, 45)
    assert (second.rework_of, third.rework_of) == (first, first)
    charged = set(WorkOrder.objects.filter(rework.COUNTS).values_list("rework_of__worker", flat=True))
    assert charged == {house.repair_worker.pk}


def test_what_is_given_up_counts_against_nobody(house):
    """R-REP-07: a report that was cancelled, sent back or joined with another is no second repair."""
    repaired(house)
    again = later(house, 3)
    assert reworks() == {again.pk}
    take_step(again, "cancel", actor=house.requester, reason="看错了")
    assert reworks() == set()


def test_the_dispatcher_says_why_it_is_none(house):
    """R-REP-07: with a reason, by who dispatches; and takes it back."""
    first = repaired(house)
    again = later(house, 3)
    with pytest.raises(DomainError, match="Say why"):
        rework.waive(again, reason=" ", actor=house.repair_dispatcher)
    with pytest.raises(NotAllowed):
        rework.waive(again, reason="不是我修坏的", actor=house.repair_worker)
    again.refresh_from_db()
    assert (again.rework_waiver, reworks()) == ("", {again.pk})
    again = rework.waive(again, reason="另一个水龙头", actor=house.repair_dispatcher)
    assert (again.rework_of, again.rework_waiver, reworks()) == (first, "另一个水龙头", set())
    assert again.events.latest("id").actor == house.repair_dispatcher
    again = rework.confirm(again, actor=house.repair_dispatcher)
    assert (again.rework_waiver, reworks()) == ("", {again.pk})


def test_nothing_to_say_about_an_order_that_follows_none(house):
    order = make_order(house)
    for act in (rework.waive, rework.confirm):
        more = {"reason": "是"} if act is rework.waive else {}
        with pytest.raises(DomainError, match="no rework of any order"):
            act(order, actor=house.repair_dispatcher, **more)
    order.refresh_from_db()
    assert (order.rework_of, order.rework_waiver) == (None, "")


def test_what_follows_a_waived_one_begins_anew(house):
    """R-REP-07"""
    repaired(house)
    with at(DAY + dt.timedelta(days=10), 11):
        second = make_order(house)
        rework.waive(second, reason="另一处", actor=house.repair_dispatcher)
        second = bring(house, second, "closed")
    assert later(house, 20).rework_of == second


def test_a_corrected_category_proposes_again(house):
    """R-REP-07: strangers report without a category or with a wrong one; taking it up decides."""
    first = repaired(house)
    order = later(house, 3, category=make_repair_category("02", "电"))
    assert order.rework_of is None
    with at(DAY + dt.timedelta(days=3), 12):
        triage(order, actor=house.repair_dispatcher, category=make_repair_category())
        order.refresh_from_db()
        assert order.rework_of == first
        triage(order, actor=house.repair_dispatcher, category=make_repair_category("02", "电"))
    order.refresh_from_db()
    assert order.rework_of is None


# ---- opening again ----


def test_a_closed_order_stays_closed_and_leads_to_a_new_one(house):
    """R-REP-07: also long after the days of rework, when somebody asks for it."""
    first = repaired(house, title="空调不制冷")
    with at(DAY + dt.timedelta(days=90)):
        made = closing.reopen(first, reason="又不制冷了", actor=house.requester)
    first.refresh_from_db()
    assert (first.state, made.state) == ("closed", "new")
    assert (made.rework_of, made.follows, made.title, made.description) == (first, first, "空调不制冷", "又不制冷了")
    assert reworks() == {made.pk}


def test_who_opens_it_again_and_when(house):
    first = repaired(house)
    for person in (house.accountant, house.other_requester):
        with pytest.raises(NotAllowed):
            closing.reopen(first, reason="再修", actor=person)
    with pytest.raises(DomainError, match="not in order"):
        closing.reopen(first, reason="", actor=house.repair_dispatcher)
    fresh = make_order(house, place=make_place(house, "B9-1", "库房"))
    with pytest.raises(NotAllowed):
        closing.reopen(fresh, reason="再修", actor=house.repair_dispatcher)
    assert WorkOrder.objects.count() == 2


def test_the_page_of_the_order(house):
    first = repaired(house)
    again = later(house, 3)
    client = as_user(house.repair_dispatcher)
    page = client.get(reverse("workorder_detail", args=(again.pk,)))
    assert first.number in page.content.decode()
    assert "no-rework" in [step["slug"] for step in (*page.context["steps"], *page.context["more_steps"])]
    client.post(reverse("workorder_step", args=(again.pk, "no-rework")), {"reason": "另一个"})
    again.refresh_from_db()
    assert again.rework_waiver == "另一个"
    client.post(reverse("workorder_step", args=(again.pk, "rework")))
    again.refresh_from_db()
    assert again.rework_waiver == ""
    worker = as_user(house.repair_worker)
    worker.post(reverse("workorder_step", args=(again.pk, "no-rework")), {"reason": "不算"})
    again.refresh_from_db()
    assert again.rework_waiver == ""


def test_opening_again_on_the_page(house):
    first = repaired(house)
    client = as_user(house.requester)
    assert (
        reverse("workorder_again", args=(first.pk,))
        in client.get(reverse("workorder_detail", args=(first.pk,))).content.decode()
    )
    client.post(reverse("workorder_again", args=(first.pk,)), {"reason": "还漏"})
    made = WorkOrder.objects.get(follows=first)
    assert (made.rework_of, made.created_by, made.reported_at.date() <= clock.today()) == (first, house.requester, True)
