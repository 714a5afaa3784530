"""The list and the page of work orders: who sees what, filters, search, workbook, queries."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from maintenance.models import OrderHelper, WorkOrder
from maintenance.views import order_blocks
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_place, make_repair_category, make_team

pytestmark = pytest.mark.django_db
LIST = "/repairs/orders/"


def page(client, person, url, **data):
    client.force_login(person)
    return client.get(url, data)


def numbers(response) -> set[str]:
    return {str(row["cells"][0]) for row in response.context["rows"]}


def test_everybody_sees_his_own_part_of_the_list(client, house, other_house):
    mine = make_order(house)
    other = make_order(house, actor=house.other_requester, department=house.other_ward, contact="外科")
    foreign = make_order(other_house)
    assert numbers(page(client, house.repair_dispatcher, LIST)) == {mine.number, other.number}
    assert numbers(page(client, house.requester, LIST)) == {mine.number}
    assert page(client, house.repair_worker, LIST).context["rows"] == []
    assert page(client, house.requester, reverse("workorder_detail", args=(other.pk,))).status_code == 404
    assert page(client, house.repair_dispatcher, reverse("workorder_detail", args=(foreign.pk,))).status_code == 404


def test_a_team_and_its_leader_see_what_is_offered_to_it(client, house):
    order = make_order(house)
    team = make_team(house)
    team.leader = house.second_storekeeper
    team.save()
    order = bring(house, order, "dispatched")
    WorkOrder.objects.filter(pk=order.pk).update(worker=None)
    assert numbers(page(client, house.repair_worker, LIST)) == {order.number}
    assert numbers(page(client, house.again("second_storekeeper"), LIST)) == {order.number}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "new"}, {"a"}),
        ({"kind": "task"}, {"b"}),
        ({"urgency": "urgent"}, {"b"}),
        ({"overdue": "on"}, {"c"}),
        ({"q": "13911112222"}, {"b"}),
        ({"q": "水龙头"}, {"a", "c"}),
        ({"open": "on"}, {"a", "b", "c"}),
    ],
)
def test_the_list_is_narrowed(client, house, query, found):
    rows = {
        "a": make_order(house),
        "b": make_order(house, title="搬桌子", kind="task", urgency="urgent", phone="13911112222"),
        "c": make_order(house),
    }
    bring(house, rows["b"], "accepted")
    bring(house, rows["c"], "triaged")
    past = clock.now() - dt.timedelta(hours=3)
    WorkOrder.objects.filter(pk=rows["c"].pk).update(accept_due=past)
    answer = page(client, house.repair_dispatcher, LIST, **query)
    assert numbers(answer) == {rows[key].number for key in found}


def test_categories_and_buildings_mean_what_is_under_them(client, house):
    building = make_place(house, "B1", "内科楼", kind="building")
    room = make_place(house, "B1-9", "901", parent=building)
    water = make_repair_category()
    tap = make_repair_category("0101", "水龙头", parent=water)
    order = make_order(house, place=room, category=tap)
    make_order(house, category=make_repair_category("02", "电"), place=make_place(house, "B2-1", "外科101"))
    for query in ({"place": building.pk}, {"category": water.pk}):
        assert numbers(page(client, house.repair_dispatcher, LIST, **query)) == {order.number}


def test_helpers_find_their_orders_by_worker(client, house):
    order = bring(house, make_order(house), "accepted")
    OrderHelper.objects.create(order=order, worker=house.second_storekeeper)
    query = {"worker": house.second_storekeeper.pk}
    assert numbers(page(client, house.repair_dispatcher, LIST, **query)) == {order.number}


def test_the_workbook_is_for_whoever_may_export(client, house):
    order = make_order(house)
    client.force_login(house.requester)
    assert client.get("/repairs/orders/export/").status_code == 403
    client.force_login(house.repair_dispatcher)
    answer = client.get("/repairs/orders/export/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {order.number, order.title} <= cells


def test_the_page_tells_everything_about_an_order(client, house):
    asset = make_asset(house)
    order = bring(house, make_order(house, asset=asset, description="滴水三天了"), "done")
    answer = page(client, house.repair_dispatcher, reverse("workorder_detail", args=(order.pk,)))
    text = answer.content.decode()
    for words in (order.number, "滴水三天了", 'href="tel:13800000000"', reverse("asset_detail", args=(asset.pk,))):
        assert words in text
    assert [row["step"] for row in answer.context["story"]] == [
        "report", "triage", "dispatch", "accept", "arrive", "finish",
    ]  # fmt: skip
    assert str(house.repair_worker) in answer.context["story"][2]["label"]


def test_a_card_that_may_not_be_opened_is_no_link(client, house):
    asset = make_asset(house, department=house.other_ward)
    order = make_order(house, asset=asset, department=house.ward)
    text = page(client, house.requester, reverse("workorder_detail", args=(order.pk,))).content.decode()
    assert asset.number in text
    assert reverse("asset_detail", args=(asset.pk,)) not in text


def test_other_parts_add_blocks_to_the_page(client, house, monkeypatch):
    monkeypatch.setattr(order_blocks, "_blocks", [])
    order_blocks.register_block(9, lambda order, user: ("partials/messages.html", {}))
    order_blocks.register_block(1, lambda order, user: None)
    order = make_order(house)
    answer = page(client, house.repair_dispatcher, reverse("workorder_detail", args=(order.pk,)))
    assert len(answer.context["blocks"]) == 1


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_list_asks_the_same_for_ten_and_for_many(client, house):
    for _turn in range(10):
        bring(house, make_order(house), "dispatched")
    client.force_login(house.repair_dispatcher)
    client.get(LIST)
    few = queries_of(client, LIST)
    for _turn in range(39):
        make_order(house)
    assert queries_of(client, LIST) == few <= 25


def test_the_page_asks_the_same_however_long_the_story_is(client, house):
    order = bring(house, make_order(house), "dispatched")
    url = reverse("workorder_detail", args=(order.pk,))
    client.force_login(house.repair_dispatcher)
    client.get(url)
    few = queries_of(client, url)
    for turn in range(10):
        order.events.create(step="note", to_state="dispatched", actor=house.repair_worker, reason=f"{turn}")
    assert queries_of(client, url) == few


def test_without_the_right_the_list_is_closed(client, house):
    house.requester.groups.first().permissions.remove(Permission.objects.get(codename="view_workorder"))
    assert page(client, house.again("requester"), LIST).status_code == 403
