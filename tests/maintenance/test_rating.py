"""Confirming (R-REP-06) and rating (R-REP-15): who may, once, never changed; a low rating is followed up."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Notice
from maintenance.models import (
    CalendarDay,
    Channel,
    OrderHelper,
    Rating,
    RatingReason,
    RepairTicket,
    State,
    WorkCalendar,
    WorkHours,
    WorkOrder,
)
from maintenance.services import confirming
from maintenance.services.catalogue import load_shipped
from tests.repairing import bring, make_order

from .test_reporting import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(house: Any) -> RepairTicket:
    """A report of the nurse whose repair is done."""
    made = told(house)
    bring(house, made.order, "done")
    return RepairTicket.objects.get(pk=made.pk)


@pytest.fixture
def strangers(house: Any) -> RepairTicket:
    """A report without an account whose repair is done."""
    made = told(house, actor=None, channel=Channel.SCAN, photos=[], phone="")
    bring(house, made.order, "done")
    return RepairTicket.objects.get(pk=made.pk)


def order_of(ticket: RepairTicket) -> WorkOrder:
    return WorkOrder.objects.get(pk=ticket.order_id)


@pytest.mark.parametrize("who", ["requester", "department_head", "repair_dispatcher"])
def test_who_confirms(house, ticket, who):
    """R-REP-06: the requester, the head of the department, the dispatcher."""
    order = confirming.confirm(order_of(ticket), actor=house.again(who))
    assert (order.state, order.confirmation, order.confirmed_by) == ("confirmed", "person", house.people[who])


@pytest.mark.parametrize("who", ["other_requester", "other_head", "storekeeper", "repair_worker", "auditor", "leader"])
def test_nobody_else_confirms_or_refuses(house, ticket, who):
    """R-REP-06; the worker least of all."""
    for act in (confirming.confirm, lambda order, actor: confirming.refuse_work(order, actor=actor, reason="x")):
        with pytest.raises(NotAllowed):
            act(order_of(ticket), actor=house.again(who))
    assert order_of(ticket).state == State.DONE


def test_a_dispatcher_confirms_no_work_of_his_own(house, ticket):
    """R-REP-06: also as a helper."""
    OrderHelper.objects.create(order=ticket.order, worker=house.repair_dispatcher)
    with pytest.raises(NotAllowed):
        confirming.confirm(order_of(ticket), actor=house.again("repair_dispatcher"))
    assert order_of(ticket).state == State.DONE


def test_people_of_another_house_confirm_nothing(house, other_house, ticket, strangers):
    for who in ("repair_dispatcher", "department_head", "requester"):
        with pytest.raises(NotAllowed):
            confirming.confirm(order_of(ticket), actor=other_house.again(who))
    with pytest.raises(NotAllowed):
        confirming.confirm(order_of(ticket), ticket=strangers)
    assert order_of(ticket).state == State.DONE


def test_not_repaired_goes_back_to_the_worker_and_is_counted(house, ticket):
    with pytest.raises(DomainError):
        confirming.refuse_work(order_of(ticket), actor=house.requester, reason=" ")
    order = confirming.refuse_work(order_of(ticket), actor=house.requester, reason="还在漏")
    assert (order.state, order.refusals, order.finished_at, order.worker) == (
        "accepted",
        1,
        None,
        house.repair_worker,
    )
    assert Notice.objects.filter(user=house.repair_worker, code="repair_refused").count() == 1


def test_only_what_is_done_is_confirmed(house):
    order = bring(house, told(house).order, "on_site")
    with pytest.raises(IllegalTransition):
        confirming.confirm(order, actor=house.requester)
    with pytest.raises(IllegalTransition):
        confirming.rate(order, actor=house.requester, score=5)
    assert not Rating.objects.exists()


def test_a_rating_is_given_once(house, ticket):
    """R-REP-15."""
    load_shipped()
    order = confirming.confirm(order_of(ticket), actor=house.requester)
    row = confirming.rate(order, actor=house.requester, score=5, reasons=["G01", "nonsense"], comment="很快")
    assert (row.score, row.reasons, row.reason_names(), row.by) == (5, ["G01"], ["来得及时"], house.requester)
    assert order_of(ticket).score == 5
    with pytest.raises(DomainError):
        confirming.rate(order, actor=house.requester, score=1)
    assert Rating.objects.get().score == 5


def test_a_double_click_is_one_rating(house, ticket):
    order, key = confirming.confirm(order_of(ticket), actor=house.requester), uuid.uuid4()
    rows = {confirming.rate(order, actor=house.requester, score=2, request_key=key).pk for _turn in range(2)}
    assert (len(rows), Rating.objects.count(), WorkOrder.objects.filter(follows=order).count()) == (1, 1, 1)


def test_nobody_changes_a_rating(house, ticket):
    """R-REP-15: neither by the program nor in the database."""
    order = confirming.confirm(order_of(ticket), actor=house.requester)
    confirming.rate(order, actor=house.requester, score=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rating.objects.update(score=5)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM maintenance_rating")
    assert Rating.objects.get().score == 2


@pytest.mark.parametrize("who", ["repair_dispatcher", "repair_worker", "logistics_head", "other_requester", "auditor"])
def test_the_workshop_does_not_rate_itself(house, ticket, who):
    """R-REP-15: logistics staff neither rate nor change a rating."""
    order = confirming.confirm(order_of(ticket), actor=house.requester)
    with pytest.raises(NotAllowed):
        confirming.rate(order, actor=house.again(who), score=5)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", [0, 6, -1, None, "5", 4.5])
def test_one_to_five(house, ticket, score):
    order = confirming.confirm(order_of(ticket), actor=house.requester)
    with pytest.raises(DomainError):
        confirming.rate(order, actor=house.requester, score=score)
    assert not Rating.objects.exists()


def test_a_low_rating_opens_a_follow_up(house, ticket):
    """R-REP-15: a task within one working day; three stars open none."""
    order = confirming.confirm(order_of(ticket), actor=house.requester)
    confirming.rate(order, actor=house.requester, score=2, comment="又漏了")
    task = WorkOrder.objects.get(follows=order)
    assert (task.kind, task.channel, task.state, task.phone) == ("task", "follow_up", "new", order.phone)
    assert "又漏了" in task.description
    assert clock.now() < task.finish_due <= clock.now() + dt.timedelta(days=1)
    assert Notice.objects.filter(user=house.repair_dispatcher, code="repair_low_rating").count() == 1
    other = bring(house, told(house).order, "confirmed")
    confirming.rate(other, actor=house.requester, score=3)
    assert WorkOrder.objects.filter(channel="follow_up").count() == 1


def test_within_a_working_day_skips_weekend_and_holiday(house):
    """R-REP-15: rated on a Friday before a Monday off, it is due on Tuesday at the end of work."""
    calendar = WorkCalendar.objects.create(organization=house.organization, name="行政班")
    for weekday in range(5):
        WorkHours.objects.create(calendar=calendar, weekday=weekday, starts=dt.time(8), ends=dt.time(17))
    CalendarDay.objects.create(organization=house.organization, day=dt.date(2026, 11, 30), name="放假")
    zone = dt.timezone(dt.timedelta(hours=8))
    friday = dt.datetime(2026, 11, 27, 16, 30, tzinfo=zone)
    due = confirming.within_a_working_day(house.organization, friday)
    assert due == dt.datetime(2026, 12, 1, 17, 0, tzinfo=zone)


def test_a_stranger_confirms_and_rates_by_his_link(house, strangers):
    load_shipped()
    url = reverse("report_follow", args=(strangers.token,))
    page = Client().get(url).content.decode()
    assert "来得及时" in page
    data = {"act": "confirm", "score": "4", "reasons": ["G02"], "comment": "谢谢", "request_key": str(uuid.uuid4())}
    answers = [Client().post(url, data).status_code for _turn in range(2)]
    assert answers == [302, 302]
    row = Rating.objects.get()
    assert (row.score, row.reasons, row.by, row.ticket) == (4, ["G02"], None, strangers)
    order = order_of(strangers)
    assert (order.state, order.confirmation, order.confirmed_by) == ("confirmed", "person", None)
    assert order.events.get(step="confirm").who.endswith(f"#{strangers.pk}")
    again = Client().post(url, {"act": "rate", "score": "1", "request_key": str(uuid.uuid4())})
    assert (again.status_code, Rating.objects.get().score) == (400, 4)


def test_a_stranger_refuses_by_his_link_and_rates_later(house, strangers):
    url = reverse("report_follow", args=(strangers.token,))
    assert Client().post(url, {"act": "refuse", "reason": ""}).status_code == 400
    Client().post(url, {"act": "refuse", "reason": "没修好", "request_key": str(uuid.uuid4())})
    assert order_of(strangers).state == "accepted"
    assert Client().post(url, {"act": "rate", "score": "5"}).status_code == 400
    assert not Rating.objects.exists()


def test_what_confirmed_itself_can_still_be_rated(house, strangers):
    from maintenance.services.closing import close_silent

    with clock.pretend(clock.now() + dt.timedelta(days=30)):
        close_silent(clock.now())
        order = order_of(strangers)
        assert order.confirmation == "auto"
        url = reverse("report_follow", args=(strangers.token,))
        assert "because nobody objected" in Client().get(url).content.decode()
        Client().post(url, {"act": "rate", "score": "2", "request_key": str(uuid.uuid4())})
    assert Rating.objects.get().score == 2


def test_the_page_with_an_account(house, ticket, client):
    load_shipped()
    url = reverse("repair_ticket", args=(ticket.pk,))
    client.force_login(house.requester)
    assert "Is it repaired?" in client.get(url).content.decode()
    client.post(url, {"act": "confirm", "score": "1", "reasons": ["B03"], "request_key": str(uuid.uuid4())})
    assert (Rating.objects.get().by, WorkOrder.objects.filter(channel="follow_up").count()) == (house.requester, 1)


def test_the_head_of_the_department_confirms_what_waits(house, ticket, client):
    client.force_login(house.department_head)
    waiting = client.get(reverse("repair_mine"), {"of": "waiting"}).content.decode()
    assert ticket.order.number in waiting
    url = reverse("repair_ticket", args=(ticket.pk,))
    client.post(url, {"act": "remark", "remark": "不是我报的"})
    client.post(url, {"act": "confirm", "score": "5", "request_key": str(uuid.uuid4())})
    assert (Rating.objects.get().by, order_of(ticket).events.filter(step="note").count()) == (house.department_head, 0)


def test_the_page_of_the_order_offers_the_word_of_the_reporter(house, ticket, client):
    client.force_login(house.repair_dispatcher)
    steps = reverse("workorder_step", args=(ticket.order_id, "confirm"))
    assert steps in client.get(reverse("workorder_detail", args=(ticket.order_id,))).content.decode()
    client.post(steps, {"request_key": str(uuid.uuid4())})
    assert order_of(ticket).state == "confirmed"
    rate = reverse("workorder_step", args=(ticket.order_id, "rate"))
    assert rate not in client.get(reverse("workorder_detail", args=(ticket.order_id,))).content.decode()


def test_an_order_without_reports_is_confirmed_by_who_entered_it(house):
    order = bring(house, make_order(house), "done")
    assert confirming.may_confirm(order, house.requester)
    assert not confirming.may_confirm(order, house.other_requester)
    assert RatingReason.objects.count() == 0
