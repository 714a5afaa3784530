"""Meters: counters do not fall, abnormal readings open one order, wrong ones are corrected, the unusual is asked."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.errors import DomainError, NotAllowed
from maintenance.models import Meter, MeterReading, WorkOrder
from maintenance.services import meters
from tests.holding import make_asset
from tests.repairing import bring, make_place

from .upkeep import make_meter

pytestmark = pytest.mark.django_db


def read(house, meter, value, **fields):
    actor = fields.pop("actor", None) or house.again("repair_worker")
    return meters.read(meter, Decimal(value), actor=actor, **fields)


@pytest.fixture
def gauge(house):
    return make_meter(house, "gauge", "锅炉压力", unit="MPa", low=Decimal("0.4"), high=Decimal("1.2"))


def test_a_counter_does_not_fall(house):
    meter = make_meter(house)
    read(house, meter, "100")
    with pytest.raises(DomainError):
        read(house, meter, "99.9")
    with pytest.raises(DomainError):
        read(house, make_meter(house, name="另一表"), "-1")
    assert [row.value for row in MeterReading.objects.all()] == [Decimal(100)]
    read(house, meter, "100")
    assert meter.readings.count() == 2


def test_a_wrong_reading_is_followed_by_a_right_one_that_names_it(house):
    meter = make_meter(house)
    read(house, meter, "100")
    wrong = read(house, meter, "9000")
    right = read(house, meter, "110", corrects=wrong, note="看错")
    assert (right.at, right.corrects) == (wrong.at, wrong)
    assert [row.value for row in meters.valid_readings(meter)] == [Decimal(110), Decimal(100)]
    read(house, meter, "120")
    with pytest.raises(DomainError):
        read(house, meter, "115", corrects=wrong)
    with pytest.raises(DomainError):
        read(house, meter, "130", corrects=right)
    other = make_meter(house, name="另一表")
    with pytest.raises(DomainError):
        read(house, other, "5", corrects=right)
    assert MeterReading.objects.count() == 4


def test_readings_are_never_changed(house):
    row = read(house, make_meter(house), "100")
    with pytest.raises(DatabaseError), transaction.atomic():
        MeterReading.objects.update(value=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert MeterReading.objects.get().value == Decimal(100)


def test_an_abnormal_value_opens_one_order_until_that_is_done(house, gauge):
    assert read(house, gauge, "0.8").order is None
    first = read(house, gauge, "1.3")
    second = read(house, gauge, "1.4")
    assert first.abnormal
    assert first.order == second.order
    order = WorkOrder.objects.get()
    assert (order.channel, order.category, order.created_by) == ("meter", gauge.category, house.repair_worker)
    assert "1.3" in order.description
    bring(house, order, "done")
    assert read(house, gauge, "0.2").order != first.order
    assert WorkOrder.objects.count() == 2


@pytest.mark.parametrize("value", ["0.4", "1.2"])
def test_the_limits_themselves_are_in_order(house, gauge, value):
    assert not read(house, gauge, value).abnormal


def test_ten_times_the_usual_is_asked_back(house, gauge):
    for value in ("0.7", "0.8", "0.75"):
        read(house, gauge, value)
    with pytest.raises(DomainError) as refusal:
        read(house, gauge, "8")
    assert refusal.value.code == meters.UNUSUAL
    with pytest.raises(DomainError):
        read(house, gauge, "0.07")
    assert gauge.readings.count() == 3
    assert not WorkOrder.objects.exists()
    assert read(house, gauge, "8", confirmed=True).abnormal


def test_a_counter_is_measured_by_how_much_it_grew(house):
    meter = make_meter(house)
    for value in ("1000", "1010", "1021", "1030"):
        read(house, meter, value)
    with pytest.raises(DomainError):
        read(house, meter, "1200")
    assert read(house, meter, "1041").value == Decimal(1041)


def test_a_reading_sent_twice_is_kept_once(house):
    meter, key = make_meter(house), uuid.uuid4()
    rows = {read(house, meter, "5", request_key=key).pk for _turn in range(2)}
    assert len(rows) == 1


def test_who_may_not_and_what_is_off_is_refused(house, other_house):
    meter = make_meter(house)
    for stranger in (house.again("requester"), other_house.again("repair_worker")):
        with pytest.raises(NotAllowed):
            read(house, meter, "5", actor=stranger)
    Meter.objects.filter(pk=meter.pk).update(active=False)
    with pytest.raises(DomainError):
        read(house, meter, "5")
    gone = make_meter(house, name="旧表", asset=make_asset(house, state="disposed"))
    with pytest.raises(DomainError):
        read(house, gone, "5")
    assert not MeterReading.objects.exists()


# ---- screens ----


def deliver(client, *entries):
    body = {"sent_at": clock.now().isoformat(), "source": "phone", "entries": list(entries)}
    answer = client.post(reverse("meter_reading"), json.dumps(body), content_type="application/json")
    return answer, answer.json()


def entry(meter, value, **fields):
    said = {"client_id": str(uuid.uuid4()), "meter": meter.pk, "value": value, "at": clock.now().isoformat()}
    return {**said, **fields}


def test_a_phone_sends_what_it_kept_and_learns_of_each(house, client, gauge):
    client.force_login(house.repair_worker)
    meter = make_meter(house)
    good, low = entry(meter, "100"), entry(gauge, "0.1")
    bad, garbage = entry(meter, "abc"), {"client_id": "x"}
    foreign = {**entry(meter, "5"), "meter": 10**9}
    answer, data = deliver(client, good, low, bad, garbage, foreign)
    assert answer.status_code == 200
    results = {row["client_id"]: row for row in data["results"]}
    assert results[good["client_id"]]["meter"]["last"] == "100"
    assert results[low["client_id"]]["order"] == WorkOrder.objects.get().number
    assert all("refusal" in results[each["client_id"]] for each in (bad, garbage, foreign))
    deliver(client, good)
    assert MeterReading.objects.count() == 2


def test_the_clock_of_a_phone_is_kept_beside_ours(house, client):
    client.force_login(house.repair_worker)
    meter, future = make_meter(house), clock.now() + dt.timedelta(days=400)
    deliver(client, entry(meter, "5", at=future.isoformat()))
    row = MeterReading.objects.get()
    assert row.at <= clock.now()
    assert row.device_at == future


def test_a_value_to_confirm_says_so(house, client, gauge):
    client.force_login(house.repair_worker)
    for value in ("0.7", "0.8", "0.75"):
        read(house, gauge, value)
    _answer, data = deliver(client, entry(gauge, "8"))
    assert data["results"][0]["ask"] is True
    _answer, data = deliver(client, entry(gauge, "8", confirmed=True))
    assert data["results"][0]["abnormal"] is True


def test_the_pages_open_and_their_queries_do_not_grow(house, client, django_assert_max_num_queries):
    client.force_login(house.repair_dispatcher)
    for number in range(3):
        read(house, make_meter(house, name=f"表{number}", place=make_place(house)), "5")
    for name in ("meter_list", "meter_reading"):
        client.get(reverse(name))
        with django_assert_max_num_queries(40) as few:
            client.get(reverse(name))
        for number in range(20):
            if not Meter.objects.filter(name=f"{name}{number}").exists():
                make_meter(house, name=f"{name}{number}", place=make_place(house))
        with django_assert_max_num_queries(len(few)):
            assert client.get(reverse(name)).status_code == 200
    meter = Meter.objects.get(name="表0")
    read(house, meter, "7")
    page = client.get(reverse("meter_detail", args=(meter.pk,))).content.decode()
    assert "meter-chart" in page
    export = client.get(reverse("meterreading_export"))
    assert export["Content-Type"].startswith("application/vnd.openxml")


def test_a_reading_is_corrected_on_its_page(house, client):
    client.force_login(house.repair_dispatcher)
    meter = make_meter(house)
    wrong = read(house, meter, "500")
    url = reverse("meterreading_correct", args=(wrong.pk,))
    assert client.get(url).status_code == 200
    client.post(url, {"value": "50", "note": "多读一位"})
    assert meters.valid_readings(meter).get().value == Decimal(50)
    assert client.get(url).status_code == 404
    data = {"name": "水表", "kind": "counter", "unit": "m³", "category": meter.category_id, "low": "5", "high": "1"}
    client.post(reverse("meter_new"), data)
    assert not Meter.objects.filter(name="水表").exists()
    client.post(reverse("meter_new"), {**data, "high": "9", "active": "on"})
    assert Meter.objects.get(name="水表").organization == house.organization
