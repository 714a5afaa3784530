"""Reporting: R-REP-01 what is needed, R-REP-02 what is urgent, duplicates that are joined, and who is told."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core import clock
from core.errors import DomainError
from core.models import Notice
from core.models.attachments import Attachment
from core.models.policies import Policy
from maintenance.models import Channel, OrderPhoto, RatingReason, RepairCategory, RepairTicket, Urgency, WorkOrder
from maintenance.report_selectors import similar_orders, usual_kind
from maintenance.services import tickets
from maintenance.services.catalogue import load_shipped
from maintenance.services.progress import take_step
from maintenance.services.report_photos import read_photos
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_place, make_repair_category

pytestmark = pytest.mark.django_db


def picture(name: str = "裂缝.jpg", color: str = "red", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def told(house: Any, **fields: Any) -> RepairTicket:
    """A report by the nurse of the ward, complete unless `fields` say otherwise."""
    defaults: dict[str, Any] = {
        "organization": house.organization,
        "description": "水龙头一直滴水",
        "category": make_repair_category(),
        "place": make_place(house),
        "actor": house.requester,
        "phone": "13800000000",
        "photos": read_photos([picture()]),
    }
    return tickets.report(**{**defaults, **fields})


def test_a_report_is_a_ticket_and_opens_an_order_with_its_photos(house):
    ticket = told(house)
    order = ticket.order
    assert (order.title, order.department, order.channel) == ("水龙头一直滴水", house.ward, "web")
    assert (ticket.reporter, ticket.joined, len(ticket.token)) == (house.requester, False, 32)
    photo = OrderPhoto.objects.get(order=order)
    assert (photo.moment, photo.attachment.uploaded_by) == ("report", house.requester)


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"category": None}, "category"),
        ({"place": None}, "place"),
        ({"description": "  "}, "description"),
        ({"photos": []}, "photos"),
    ],
)
def test_what_a_report_needs(house, missing, field):
    """R-REP-01: phone, category, building and room, description, and a photo."""
    with pytest.raises(DomainError) as refusal:
        told(house, **missing)
    assert refusal.value.field == field
    assert (RepairTicket.objects.count(), WorkOrder.objects.count(), Attachment.objects.count()) == (0, 0, 0)


def test_a_building_is_no_room(house):
    """R-REP-01: a building needs words that say where."""
    building = make_place(house, "B1", "内科楼", kind="building")
    with pytest.raises(DomainError) as refusal:
        told(house, place=building)
    assert (refusal.value.field, WorkOrder.objects.count()) == ("place_note", 0)
    assert told(house, place=building, place_note="三层东侧走廊").order.place_note == "三层东侧走廊"


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.COUNTER])
def test_a_caller_needs_no_photo(house, channel):
    """R-REP-01: without a photo by phone or at the counter; the dispatcher is not the reporter."""
    ticket = told(
        house, channel=channel, photos=[], actor=house.repair_dispatcher, name="王护士", department=house.ward
    )
    assert (ticket.reporter, ticket.name, ticket.order.created_by) == (None, "王护士", house.repair_dispatcher)
    assert ticket.order.department == house.ward
    unknown = told(house, channel=channel, photos=[], actor=house.repair_dispatcher, name="路人")
    assert unknown.order.department is None


def test_sent_twice_it_is_one_report(house):
    key = uuid.uuid4()
    first, second = told(house, request_key=key), told(house, request_key=key)
    assert (first, WorkOrder.objects.count(), RepairTicket.objects.count()) == (second, 1, 1)


def test_a_key_opens_no_order_of_something_else(house):
    """Keys of orders that meters open can be reckoned; a report with such a key is a report of its own."""
    key = uuid.uuid4()
    order = make_order(house, request_key=key)
    assert told(house, request_key=key).order != order


def test_urgent_words_reach_the_workshop_at_once(house):
    """R-REP-02."""
    category = make_repair_category("02", "电", keywords="漏电,冒烟")
    ticket = told(house, category=category, description="插座冒烟了", urgency=Urgency.LOW)
    assert ticket.order.urgency == Urgency.URGENT
    notice = Notice.objects.get(user=house.repair_dispatcher, code="repair_urgent")
    assert notice.words["number"] == ticket.order.number
    told(house)
    assert Notice.objects.filter(code="repair_urgent", user=house.repair_dispatcher).count() == 1


def test_a_further_report_can_make_an_order_urgent(house):
    """R-REP-02: the second caller says that water comes through the ceiling."""
    category = make_repair_category("03", "水管", keywords="漏到楼下")
    order = told(house, category=category).order
    told(house, category=category, join=order, actor=house.other_requester, description="已经漏到楼下了", photos=[])
    order.refresh_from_db()
    assert order.urgency == Urgency.URGENT
    assert Notice.objects.filter(code="repair_now_urgent", user=house.repair_dispatcher).count() == 1


def test_joining_makes_a_ticket_and_no_order(house):
    order = told(house).order
    ticket = told(house, join=order, actor=house.other_requester, photos=[])
    assert (ticket.order, ticket.joined, WorkOrder.objects.count()) == (order, True, 1)
    assert order.events.filter(step="note", reason__contains="水龙头").count() == 1


def test_nobody_joins_what_is_done_or_belongs_to_others(house, other_house):
    done = bring(house, make_order(house), "done")
    foreign = make_order(other_house)
    for order in (done, foreign):
        with pytest.raises(DomainError):
            told(house, join=order)
    assert RepairTicket.objects.count() == 0


def test_place_and_thing_of_another_organization_are_refused(house, other_house):
    with pytest.raises(DomainError):
        told(house, place=make_place(other_house, "X1", "外院"))
    with pytest.raises(DomainError):
        told(house, asset=make_asset(other_house))
    assert WorkOrder.objects.count() == 0


@pytest.mark.parametrize("state", ["disposed", "missing"])
def test_a_thing_that_is_gone_is_not_reported(house, state):
    with pytest.raises(DomainError):
        told(house, asset=make_asset(house, state=state))
    assert (WorkOrder.objects.count(), Attachment.objects.count()) == (0, 0)


def test_similar_orders(house):
    """The same thing; or the same kind at the same place and within it; open, and of the last hours only."""
    water, power = make_repair_category(), make_repair_category("02", "电")
    floor = make_place(house, "F3", "三层", kind="floor")
    room = make_place(house, "F3-1", "病房1", parent=floor)
    lift, other = make_asset(house), make_asset(house)
    at_room = make_order(house, place=room, category=water)
    at_lift = make_order(house, asset=lift, place=room, category=power)
    bring(house, make_order(house, place=room, category=water), "done")
    with clock.pretend(clock.now() - dt.timedelta(hours=25)):
        make_order(house, place=room, category=water)
    ours = {"organization": house.organization}
    assert similar_orders(house.organization, place=floor, category=water) == [at_room]
    assert similar_orders(house.organization, place=room, category=power) == [at_lift]
    assert similar_orders(house.organization, asset=lift, place=room, category=water) == [at_lift, at_room]
    assert similar_orders(house.organization, asset=other, place=room, category=power) == []
    Policy.objects.create(**ours, key="repair_duplicate_hours", value=48, valid_from=clock.today(), basis="测试")
    assert len(similar_orders(house.organization, place=floor, category=water)) == 2


def test_the_kind_begins_as_things_of_this_name_were_reported_last(house, other_house, client):
    power = make_repair_category("02", "电")
    bulb = make_repair_category("0203", "灯具", parent=power)
    bed, same, other, foreign = (
        make_asset(house),
        make_asset(house),
        make_asset(house, name="冰箱"),
        make_asset(other_house),
    )
    assert usual_kind(bed) == {}
    make_order(house, asset=bed, place=bed.place, category=power)
    make_order(house, asset=same, place=same.place, category=bulb)
    assert usual_kind(bed) == {"group": str(power.pk), "category": str(bulb.pk)}
    assert (usual_kind(other), usual_kind(foreign)) == ({}, {})
    ticked = f'value="{power.pk}" checked', f'value="{bulb.pk}" checked'
    client.force_login(house.requester)
    own = client.get(f"{reverse('report_new')}?asset={bed.pk}").content.decode()
    scanned = Client().get(reverse("report_thing", args=(bed.token,))).content.decode()
    for page in (own, scanned):
        assert [word in page for word in ticked] == [True, True]
    bulb.active = False
    bulb.save()
    assert usual_kind(bed) == {"group": str(power.pk), "category": ""}


def test_reporters_are_told_of_every_step_but_their_own(house):
    order = told(house).order
    told(house, join=order, actor=house.other_requester, photos=[])
    bring(house, order, "confirmed")
    steps = ["triage", "dispatch", "accept", "arrive", "finish"]
    codes = [f"repair_{step}" for step in steps]
    own = list(Notice.objects.filter(user=house.requester).order_by("id").values_list("code", flat=True))
    other = list(Notice.objects.filter(user=house.other_requester).order_by("id").values_list("code", flat=True))
    assert (own, other) == (codes, [*codes, "repair_confirm"])
    assert tickets.tell_reporters(WorkOrder.objects.get(pk=order.pk), "confirm") == 0


def test_the_story_of_a_joined_order_goes_on_in_the_other(house):
    first, second = told(house), told(house, actor=house.other_requester)
    take_step(second.order, "merge", actor=house.repair_dispatcher, write=lambda _order: {"merged_into": first.order})
    second.refresh_from_db()
    assert tickets.current_order(RepairTicket.objects.get(pk=second.pk)) == first.order
    take_step(first.order, "triage", actor=house.repair_dispatcher)
    assert Notice.objects.filter(user=house.other_requester, code="repair_triage").exists()


def test_shipped_tables_are_loaded_once_and_never_over_changes(house):
    made = load_shipped()
    assert made["categories"] > 60
    assert made["causes"] >= 20
    assert made["reasons"] >= 14

    lift = RepairCategory.objects.get(code="08")
    assert lift.always_urgent
    assert lift.children.count() == 3
    RatingReason.objects.filter(code="G01").update(name="很快")
    assert set(load_shipped().values()) == {0}
    assert RatingReason.objects.get(code="G01").name == "很快"


# ---- the form ----


def form(house: Any, **fields: Any) -> dict[str, Any]:
    defaults = {
        "request_key": str(uuid.uuid4()),
        "group": str(make_repair_category().pk),
        "place": str(make_place(house).pk),
        "phone": "13800000000",
        "description": "水龙头滴水",
        "urgency": "normal",
        "photos": [picture()],
    }
    return {**defaults, **fields}


def test_the_form_of_people_with_an_account(house, client):
    client.force_login(house.requester)
    page = client.get(reverse("report_new"))
    assert page.status_code == 200
    assert 'name="channel"' not in page.content.decode()
    answer = client.post(reverse("report_new"), form(house))
    ticket = RepairTicket.objects.get()
    assert answer.url == reverse("repair_ticket", args=(ticket.pk,))
    assert ticket.order.tickets.count() == 1
    assert OrderPhoto.objects.count() == 1
    assert client.get(answer.url).status_code == 200


def test_the_form_shows_what_was_reported_before(house, client):
    order = told(house).order
    client.force_login(house.other_requester)
    sent = form(house)
    answer = client.post(reverse("report_new"), sent)
    assert (answer.status_code, RepairTicket.objects.count()) == (400, 1)
    assert "join this report" in answer.content.decode()
    assert order.title not in answer.content.decode()
    sent |= {"join": str(order.pk), "photos": []}
    client.post(reverse("report_new"), sent)
    assert (order.tickets.count(), WorkOrder.objects.count()) == (2, 1)
    client.post(reverse("report_new"), form(house, join="new"))
    assert WorkOrder.objects.count() == 2


def test_similar_reports_are_a_piece_of_a_page(house, client):
    order = told(house).order
    client.force_login(house.other_requester)
    query = {"place": order.place.pk, "group": order.category.pk}
    text = client.get(reverse("report_similar"), query).content.decode()
    assert f'value="{order.pk}"' in text
    assert order.description not in text
    assert "join" not in client.get(reverse("report_similar"), {"place": order.place.pk}).content.decode()


def test_the_form_refuses_places_of_others_and_callers_by_nobody(house, other_house, client):
    client.force_login(house.requester)
    answer = client.post(reverse("report_new"), form(house, place=str(make_place(other_house, "X", "外院").pk)))
    assert (answer.status_code, WorkOrder.objects.count()) == (400, 0)
    answer = client.post(reverse("report_new"), form(house, channel="phone", photos=[]))
    assert (answer.status_code, WorkOrder.objects.count()) == (400, 0)


def test_the_dispatcher_writes_down_a_call(house, client):
    client.force_login(house.repair_dispatcher)
    sent = form(house, channel="phone", name="王护士", department=str(house.ward.pk), photos=[])
    client.post(reverse("report_new"), sent)
    ticket = RepairTicket.objects.get()
    assert (ticket.channel, ticket.name, ticket.order.department) == ("phone", "王护士", house.ward)


def test_my_reports_cost_the_same_whatever_their_number(house, client, django_assert_max_num_queries):
    client.force_login(house.requester)
    for _turn in range(3):
        told(house)
    client.get(reverse("repair_mine"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("repair_mine"))
    for _turn in range(12):
        told(house)
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse("repair_mine"))
    assert page.content.decode().count("GD") >= 15


def test_reports_of_others_are_absent(house, other_house, client):
    ticket = told(house)
    client.force_login(house.other_requester)
    assert client.get(reverse("repair_ticket", args=(ticket.pk,))).status_code == 404
    client.force_login(other_house.requester)
    assert client.get(reverse("repair_ticket", args=(ticket.pk,))).status_code == 404
    client.force_login(house.department_head)
    assert client.get(reverse("repair_ticket", args=(ticket.pk,))).status_code == 200
    assert ticket.order.number in client.get(reverse("repair_mine"), {"of": "department"}).content.decode()


def test_the_page_of_an_order_shows_who_reported_it(house, client):
    ticket = told(house)
    client.force_login(house.repair_dispatcher)
    text = client.get(reverse("workorder_detail", args=(ticket.order.pk,))).content.decode()
    assert house.requester.name in text
    assert "13800000000" in text


def test_an_update_brings_the_tables_to_a_house_that_is_open(house):
    call_command("load_tables")
    assert RepairCategory.objects.filter(code="08").exists()
    count = RepairCategory.objects.count()
    call_command("load_tables")
    assert RepairCategory.objects.count() == count
