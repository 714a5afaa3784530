"""The board, its menus and moves, the screen on the wall, tasks."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from maintenance.models import DispatchRule, WorkOrder
from maintenance.views import board
from tests.repairing import bring, make_order, make_team

pytestmark = pytest.mark.django_db
BOARD, WALL = "/repairs/board/", "/repairs/wall/"


def column(answer, state: str) -> list[str]:
    found = next(row for row in answer.context["columns"] if row["state"] == state)
    return [order.number for order, _urgency in found["cards"]]


def move(client, order, to: str) -> dict:
    return client.post(reverse("order_move", args=(order.pk,)), {"to": to}).json()


def step_url(order, slug: str) -> str:
    return reverse("workorder_step", args=(order.pk, slug))


@pytest.fixture
def desk(client, house):
    client.force_login(house.repair_dispatcher)
    return client


def test_orders_stand_in_the_column_of_their_state(desk, house):
    new, given = make_order(house), bring(house, make_order(house), "dispatched")
    make = bring(house, make_order(house), "closed")
    answer = desk.get(BOARD)
    assert column(answer, "new") == [new.number]
    assert column(answer, "dispatched") == [given.number]
    assert make.number not in answer.content.decode()


def test_the_most_pressing_stands_on_top(desk, house):
    calm, urgent, due = (make_order(house, urgency=urgency) for urgency in ("normal", "urgent", "normal"))
    WorkOrder.objects.update(accept_due=None, arrive_due=None, finish_due=None)
    WorkOrder.objects.filter(pk=due.pk).update(finish_due=clock.now() - dt.timedelta(hours=2))
    answer = desk.get(BOARD)
    assert column(answer, "new") == [urgent.number, due.number, calm.number]
    assert answer.content.decode().count("overdue by") == 1


def test_the_board_is_narrowed_by_team_and_kind(desk, house):
    make_order(house)
    given = bring(house, make_order(house), "dispatched")
    task = make_order(house, kind="task", title="搬桌子")
    answer = desk.get(BOARD, {"team": given.team_id})
    assert column(answer, "new") == []
    assert column(answer, "dispatched") == [given.number]
    assert column(desk.get(BOARD, {"kind": "task"}), "new") == [task.number]


def test_a_refresh_brings_the_columns_alone(desk, house):
    make_order(house)
    text = desk.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert "board-card" in text
    assert "<html" not in text


def test_a_move_that_asks_nothing_is_done(desk, house):
    order = make_order(house)
    assert "done" in move(desk, order, "triaged")
    order.refresh_from_db()
    assert order.state == "triaged"


def test_a_move_that_needs_words_opens_the_form(desk, house):
    order = make_order(house)
    assert move(desk, order, "dispatched") == {"ask": step_url(order, "dispatch")}
    order.refresh_from_db()
    assert order.state == "new"


def test_the_server_refuses_a_move_that_is_no_step(desk, house):
    order = bring(house, make_order(house), "on_site")
    for to in ("new", "closed", "nonsense"):
        assert "refused" in move(desk, order, to)
    order.refresh_from_db()
    assert order.state == "on_site"


def test_who_does_not_dispatch_moves_nothing(client, house, other_house):
    order = make_order(house)
    client.force_login(house.requester)
    assert "refused" in move(client, order, "triaged")
    client.force_login(other_house.repair_dispatcher)
    assert client.post(reverse("order_move", args=(order.pk,)), {"to": "triaged"}).status_code == 404
    order.refresh_from_db()
    assert order.state == "new"


def test_the_board_is_not_for_reporters(client, house):
    for person in ("requester", "department_head", "storekeeper"):
        client.force_login(house.again(person))
        assert client.get(BOARD).status_code == 403
        assert client.get(WALL).status_code == 403


def test_the_menu_of_a_card_offers_the_steps(desk, house):
    order = make_order(house)
    text = desk.get(reverse("order_menu", args=(order.pk,))).content.decode()
    assert step_url(order, "dispatch") in text
    assert step_url(order, "take_back") not in text


def test_the_form_of_dispatching_holds_what_the_rules_propose(desk, house):
    team, order = make_team(house), make_order(house)
    DispatchRule.objects.create(organization=house.organization, team=team, worker=house.repair_worker)
    form = desk.get(step_url(order, "dispatch")).context["form"]
    assert (form.initial["team"], form.initial["worker"]) == (team.pk, house.repair_worker.pk)
    data = {"team": team.pk, "worker": house.repair_worker.pk, "next": BOARD}
    answer = desk.post(step_url(order, "dispatch"), data)
    assert answer.url == BOARD
    order.refresh_from_db()
    assert (order.state, order.worker) == ("dispatched", house.repair_worker)


def test_a_form_in_a_dialog_is_told_where_to_go(desk, house):
    order = bring(house, make_order(house), "dispatched")
    asked = {"HX-Request": "true"}
    wrong = desk.post(step_url(order, "take_back"), {"reason": ""}, headers=asked)
    assert wrong.status_code == 200
    assert "<html" not in wrong.content.decode()
    right = desk.post(step_url(order, "take_back"), {"reason": "换人", "next": BOARD}, headers=asked)
    assert (right.status_code, right["HX-Redirect"]) == (204, BOARD)
    order.refresh_from_db()
    assert order.state == "triaged"


def test_a_form_sent_twice_is_one_step(desk, house):
    order, key = bring(house, make_order(house), "dispatched"), str(uuid.uuid4())
    for _turn in range(2):
        answer = desk.post(step_url(order, "take_back"), {"reason": "换人", "request_key": key})
        assert answer.url == reverse("workorder_detail", args=(order.pk,))
    assert order.events.filter(step="take_back").count() == 1


def test_who_may_not_dispatch_reads_no_list_of_workers(client, house):
    order = make_order(house)
    client.force_login(house.requester)
    for answer in (client.get(step_url(order, "dispatch")), client.post(step_url(order, "dispatch"), {})):
        assert answer.status_code == 302
    order.refresh_from_db()
    assert order.state == "new"


def test_nobody_is_sent_to_another_site(desk, house):
    order = bring(house, make_order(house), "dispatched")
    answer = desk.post(step_url(order, "take_back"), {"reason": "换人", "next": "https://evil.example/"})
    assert answer.url == reverse("workorder_detail", args=(order.pk,))


@pytest.mark.parametrize("slug", ["triage", "dispatch", "send_back", "merge", "urgency"])
def test_every_form_of_a_new_order_opens(desk, house, slug):
    order = make_order(house)
    make_order(house)
    assert desk.get(step_url(order, slug)).status_code == 200


@pytest.mark.parametrize("slug", ["transfer", "join_work", "describe", "take_back"])
def test_every_form_of_a_dispatched_order_opens(desk, house, slug):
    order = bring(house, make_order(house), "dispatched")
    assert desk.get(step_url(order, slug)).status_code == 200


def test_joining_by_number(desk, house):
    order, other = make_order(house), make_order(house)
    desk.post(step_url(order, "merge"), {"number": other.number.lower()})
    order.refresh_from_db()
    assert order.merged_into == other


def test_a_step_that_is_not_offered_any_more_says_so(desk, house):
    order = bring(house, make_order(house), "accepted")
    answer = desk.get(step_url(order, "dispatch"))
    assert answer.status_code == 302
    assert desk.post(step_url(order, "dispatch"), {"worker": house.repair_worker.pk}).status_code == 302
    order.refresh_from_db()
    assert order.state == "accepted"
    assert desk.get(step_url(order, "no-such-step")).status_code == 404


def test_the_wall_shows_no_phone_and_no_reporter(desk, house):
    order = make_order(house, phone="13800001111", contact="李护士", urgency="urgent")
    WorkOrder.objects.filter(pk=order.pk).update(finish_due=clock.now() - dt.timedelta(hours=1))
    answer = desk.get(WALL)
    text = answer.content.decode()
    assert order.title in text
    assert "overdue by 60 min" in text
    assert "13800001111" not in text
    assert "李护士" not in text
    assert answer.context["late"] == answer.context["urgent"] == 1


def test_what_does_not_fit_on_the_wall_takes_turns(desk, house, monkeypatch):
    orders = {make_order(house).pk for _turn in range(5)}
    monkeypatch.setattr(board, "WALL_ROWS", 2)
    seen, now = set(), clock.now()
    for turn in range(3):
        with clock.pretend(now + dt.timedelta(seconds=30 * turn)):
            answer = desk.get(WALL)
        assert answer.context["pages"] == 3
        seen |= {row.pk for row in answer.context["rows"]}
    assert seen == orders


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("url", [BOARD, WALL])
def test_the_board_asks_the_same_for_ten_and_for_many(desk, house, url):
    for _turn in range(5):
        bring(house, make_order(house), "dispatched")
        make_order(house)
    desk.get(url)
    few = queries_of(desk, url)
    for _turn in range(45):
        make_order(house)
    assert queries_of(desk, url) == few <= 25


def test_a_task_is_opened_by_form(desk, house):
    team = make_team(house)
    day = clock.today() + dt.timedelta(days=2)
    data = {
        "title": "布置礼堂",
        "urgency": "normal",
        "worker": house.repair_worker.pk,
        "team": team.pk,
        "finish_day": day.isoformat(),
        "finish_time": "09:30",
    }
    desk.post(reverse("task_new"), data)
    order = WorkOrder.objects.get()
    assert (order.kind, order.worker, order.finish_due.astimezone(dt.timezone(dt.timedelta(hours=8))).hour) == (
        *("task", house.repair_worker, 9),
    )
    wrong = desk.post(reverse("task_new"), {**data, "finish_day": "2020-01-01"})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
    assert WorkOrder.objects.count() == 1


def test_reporters_open_no_tasks(client, house):
    client.force_login(house.requester)
    assert client.get(reverse("task_new")).status_code == 403
    assert client.post(reverse("task_new"), {"title": "x"}).status_code == 403
    assert not WorkOrder.objects.exists()
