"""What the phone of a worker sends: later, twice, out of order, with wrong clocks, for orders that moved on."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from inventory.models import Requisition
from maintenance.models import LabourEntry, OrderCheck, OrderPhoto, WorkOrder
from maintenance.services import dispatching
from maintenance.services.labour import add_time
from tests.factories import House
from tests.repairing import bring, make_codes, make_order, make_team

from .test_doing import picture
from .test_parts import fill

pytestmark = pytest.mark.django_db
URL = "/repairs/work/entries/"


def entry(order: WorkOrder, do: str, **more: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    return {"client_id": str(uuid.uuid4()), "order": order.pk, "do": do, "at": now, **more}


def deliver(house: House, *entries: Any, who: str = "repair_worker", **more: Any) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(house.again(who))
    sent = {"sent_at": clock.now().isoformat(), "source": "phone", "entries": entries, **more}
    answer = client.post(URL, json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200
    return answer.json()["results"]


def done(**fields: Any) -> dict[str, Any]:
    cause, remedy = make_codes()
    defaults = {"outcome": "fixed", "cause": cause.pk, "remedy": remedy.pk, "action": "更换阀芯", "no_material": True}
    return {**defaults, **fields}


def refused(results: list[dict[str, Any]]) -> list[bool]:
    return ["refusal" in result for result in results]


@pytest.fixture
def order(house: House) -> WorkOrder:
    return bring(house, make_order(house), "dispatched")


def steps(order: WorkOrder) -> list[str]:
    return list(order.events.order_by("id").values_list("step", flat=True))[3:]


def test_a_whole_repair_in_one_delivery_and_again(house: House, order: WorkOrder) -> None:
    entries = [
        entry(order, "accept"),
        entry(order, "set_out"),
        entry(order, "arrive"),
        entry(order, "note", reason="总阀已关"),
        entry(order, "time", minutes="45", person=house.repair_worker.pk),
        entry(order, "finish", **done()),
    ]
    assert refused(deliver(house, *entries)) == [False] * 6
    order.refresh_from_db()
    assert (order.state, order.labour_minutes, order.cost_labour) == ("done", 45, Decimal("30.00"))
    assert steps(order) == ["accept", "set_out", "arrive", "note", "finish"]
    before = WorkOrder.objects.values().get(pk=order.pk)

    # The answer got lost: everything comes again, and nothing happens twice.
    assert refused(deliver(house, *entries)) == [False] * 6
    assert WorkOrder.objects.values().get(pk=order.pk) == before
    assert (len(steps(order)), LabourEntry.objects.count()) == (5, 1)


def test_out_of_order_nothing_is_skipped(house: House, order: WorkOrder) -> None:
    results = deliver(house, entry(order, "finish", **done()), entry(order, "arrive"), entry(order, "accept"))
    assert refused(results) == [True, True, False]
    order.refresh_from_db()
    assert (order.state, order.arrived_at, order.finished_at) == ("accepted", None, None)


@pytest.mark.parametrize(
    "clocks",
    [
        ("2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        ("yesterday", None),
        (17, {"a": 1}),
    ],
)
def test_wild_clocks_never_turn_the_order_of_steps(house: House, order: WorkOrder, clocks: tuple[Any, Any]) -> None:
    """Our clock decides; what the phone says is kept where it can be a moment at all."""
    before = clock.now()
    deliver(
        house,
        entry(order, "accept", at=clocks[0]),
        entry(order, "arrive", at=clocks[1]),
        entry(order, "finish", at=clocks[0], **done()),
        sent_at=clocks[0],
    )
    order.refresh_from_db()
    assert order.state == "done"
    assert before <= order.accepted_at <= order.arrived_at <= order.finished_at <= clock.now()
    moments = list(order.events.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    kept = order.events.get(step="accept").device_at
    assert kept == (dt.datetime(2099, 1, 1, tzinfo=dt.UTC) if clocks[0] == "2099-01-01T00:00:00Z" else None)


def test_an_order_that_was_handed_to_another_is_refused_in_words(house: House, order: WorkOrder) -> None:
    other = house.acceptor
    other.groups.add(*house.repair_worker.groups.all())
    make_team(house, "木工班", other)
    dispatching.transfer(
        order,
        actor=house.repair_dispatcher,
        team=make_team(house, "木工班", other),
        worker=house.again("acceptor"),
        reason="原师傅请假",
    )
    results = deliver(house, entry(order, "accept"), entry(order, "arrive"))
    assert refused(results) == [True, True]
    order.refresh_from_db()
    assert (order.state, order.worker) == ("dispatched", other)


def test_two_grab_one_order(house: House) -> None:
    other = house.acceptor
    other.groups.add(*house.repair_worker.groups.all())
    team = make_team(house, "水电班", house.repair_worker, other)
    order = make_order(house)
    dispatching.dispatch(order, actor=house.repair_dispatcher, team=team, worker=None)
    assert refused(deliver(house, entry(order, "take"))) == [False]
    results = deliver(house, entry(order, "take"), who="acceptor")
    assert refused(results) == [True]
    order.refresh_from_db()
    assert (order.state, order.worker) == ("accepted", house.repair_worker)


def test_the_key_of_another_entry_is_not_taken_for_it(house: House, order: WorkOrder) -> None:
    second = bring(house, make_order(house, title="别的"), "dispatched")
    first = entry(order, "accept")
    deliver(house, first)
    results = deliver(house, {**first, "order": second.pk})
    assert refused(results) == [True]
    second.refresh_from_db()
    assert second.state == "dispatched"


@pytest.mark.parametrize(
    "broken",
    [
        "words",
        {},
        {"client_id": "x"},
        {"do": "accept", "order": "1"},
        {"do": "close"},
        {"do": "time", "minutes": "viel"},
        {"do": "time", "minutes": "0"},
        {"do": "check", "check": 999_999, "passed": True},
        {"do": "parts", "warehouse": 999_999, "lines": [{"item": 1, "quantity": "1"}]},
        {"do": "parts", "lines": "x"},
        {"do": "used", "lines": [{"line": 999_999, "quantity": "1"}]},
        {"do": "bring_back", "lines": [5]},
        {"do": "suspend", "reason": "laziness"},
        {"do": "suspend", "reason": "parts", "until_day": "morgen"},
        {"do": "helper", "person": 999_999},
        {"do": "finish", "action": "x", "outcome": "excellent"},
    ],
)
def test_what_makes_no_sense_changes_nothing_and_stops_nothing(house: House, broken: Any) -> None:
    order = bring(house, make_order(house), "on_site")
    if isinstance(broken, dict) and broken and "client_id" not in broken:
        broken = entry(order, **broken) if "order" not in broken else {**entry(order, "x"), **broken}
    before = (WorkOrder.objects.values().get(pk=order.pk), order.events.count())
    results = deliver(house, broken, entry(order, "note", reason="danach"))
    assert refused(results) == [True, False]
    after = (WorkOrder.objects.values().get(pk=order.pk), order.events.count())
    assert after[1] == before[1] + 1
    assert after[0] | {"revision": 0} == before[0] | {"revision": 0}


def test_parts_checks_and_helpers_by_phone(house: House, order: WorkOrder) -> None:
    valve = house.item("陶瓷阀芯", reference_price=Decimal("12.50"))
    fill(house, (valve, 5, "12.5"))
    check = OrderCheck.objects.create(order=order, position=1, text="阀门不漏", kind="tick")
    deliver(house, entry(order, "accept"), entry(order, "arrive"))
    wanted = {"warehouse": house.warehouse.pk, "lines": [{"item": valve.pk, "quantity": "6", "note": "旧件带回"}]}
    assert refused(deliver(house, entry(order, "parts", **wanted))) == [True]
    assert Requisition.objects.count() == 0
    wanted["lines"][0]["quantity"] = "2"
    asked = entry(order, "parts", **wanted)
    assert refused(deliver(house, asked, asked, entry(order, "check", check=check.pk, passed=True))) == [False] * 3
    requisition = Requisition.objects.get()
    assert (requisition.lines.get().quantity, requisition.lines.get().note) == (2, "旧件带回")
    check.refresh_from_db()
    assert (check.passed, check.device_at is not None) == (True, True)


def test_photos_reach_their_order_and_no_other(house: House, order: WorkOrder) -> None:
    deliver(house, entry(order, "accept"), entry(order, "arrive"))
    client = Client()
    client.force_login(house.repair_worker)
    url = f"/repairs/work/{order.pk}/photo/"
    assert client.post(url, {"file": picture(), "moment": "after"}).status_code == 200
    assert client.post(url, {"file": picture(), "moment": "after"}).status_code == 200
    assert OrderPhoto.objects.get().order == order
    hostile = SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>")
    assert client.post(url, {"file": hostile, "moment": "after"}).status_code == 400
    assert client.post(url, {"moment": "after"}).status_code == 400
    foreign = make_order(house, department=house.other_ward)
    assert client.post(f"/repairs/work/{foreign.pk}/photo/", {"file": picture("blue")}).status_code in (400, 404)
    assert OrderPhoto.objects.count() == 1


def test_the_page_is_for_workers_and_costs_the_same_for_many(house: House, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(house.requester)
    assert client.get("/repairs/work/").status_code == 403
    assert client.post(URL, "{}", content_type="application/json").status_code == 403
    client.force_login(house.repair_worker)
    assert client.post(URL, "[]", content_type="application/json").status_code == 400
    for _each in range(10):
        on_site = bring(house, make_order(house), "on_site")
        OrderCheck.objects.create(order=on_site, position=1, text="阀门", kind="tick")
        add_time(on_site, house.repair_worker, 5, actor=house.repair_worker)
    with django_assert_max_num_queries(50) as few:
        assert len(client.get(URL).json()["orders"]) == 10
    for _each in range(10):
        bring(house, make_order(house), "on_site")
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(client.get(URL).json()["orders"]) == 20
    assert client.get("/repairs/work/").status_code == 200
