"""The pages for people without an account: floods, hostile and giant uploads, forged links, machines, other houses."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock
from core.errors import NotAllowed
from core.models.attachments import Attachment
from core.models.policies import Policy
from maintenance.models import OrderPhoto, PlaceCode, RepairTicket, ReportAttempt, WorkOrder
from maintenance.services import limits
from maintenance.services.place_codes import codes_for
from maintenance.views import public_reports
from maintenance.views.public_reports import new_stamp
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_place, make_repair_category

from .test_reporting import picture, told

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: Any) -> None:
    """No page was counted yet, and nobody is too quick."""
    cache.clear()
    monkeypatch.setattr(public_reports, "LEAST_SECONDS", -1)


@pytest.fixture
def room(house: Any) -> PlaceCode:
    return PlaceCode.objects.create(place=make_place(house))


def address(code: PlaceCode) -> str:
    return reverse("report_place", args=(code.token,))


def sent(code: PlaceCode, **fields: Any) -> dict[str, Any]:
    return {
        "stamp": new_stamp(code.token),
        "group": str(make_repair_category().pk),
        "description": "水龙头滴水",
        **fields,
    }


def post(code: PlaceCode, by: str = ADDRESS, **fields: Any) -> Any:
    return Client(REMOTE_ADDR=by).post(address(code), sent(code, **fields))


def nothing_came() -> bool:
    return not (WorkOrder.objects.exists() or RepairTicket.objects.exists() or Attachment.objects.exists())


def test_a_stranger_reports_from_a_room_and_follows_it(house, room):
    answer = post(room, photos=[picture()], name="家属", phone="13900000000")
    ticket = RepairTicket.objects.get()
    assert answer.url == reverse("report_follow", args=(ticket.token,))
    assert (ticket.channel, ticket.order.place, ticket.reporter) == ("scan", room.place, None)
    assert ticket.order.photos.get().attachment.uploaded_by is None
    assert len(ticket.client) == 64
    assert ADDRESS not in ticket.client
    text = Client().get(answer.url).content.decode()
    assert ticket.order.number in text
    assert "13900000000" not in text


def test_a_stranger_reports_a_thing_by_its_label(house):
    asset = make_asset(house, place=make_place(house))
    page = Client().get(reverse("asset_scan", args=(asset.token,))).content.decode()
    url = reverse("report_thing", args=(asset.token,))
    assert url in page
    data = {"stamp": new_stamp(asset.token), "group": str(make_repair_category().pk), "description": "坏了"}
    Client().post(url, data)
    order = WorkOrder.objects.get()
    assert (order.asset, order.place, order.department) == (asset, asset.place, asset.department)


def test_the_page_says_no_more_than_the_name(house, room):
    order = make_order(house, description="李主任说的内情", contact="李主任")
    asset = make_asset(house, specification="很贵的型号", original_value=987654)
    for url in (address(room), reverse("report_thing", args=(asset.token,))):
        text = Client().get(url).content.decode()
        for word in (order.title, order.description, "李主任", "13800000000", asset.number, "987654", "很贵的型号"):
            assert word not in text


@pytest.mark.parametrize("name", ["report_thing", "report_place", "report_follow"])
def test_forged_links_are_absent(house, room, name):
    ticket = told(house)
    for token in ("x", "a" * 32, ticket.token[:-1] + "_", ticket.token.swapcase(), room.token[::-1], str(uuid.uuid4())):
        answer = Client().get(reverse(name, args=(token,)))
        assert answer.status_code == 404
        assert "maintenance/stranger_sentence.html" in [used.name for used in answer.templates]  # no way to sign in
        assert Client().post(reverse(name, args=(token,)), {"act": "cancel", "reason": "x"}).status_code == 404
    assert RepairTicket.objects.get().order.state == "new"


def test_guessing_is_slowed_down(house, room):
    with clock.pretend(clock.now()):  # within one minute, however long the requests take
        guesses = [Client(REMOTE_ADDR=ADDRESS).get(f"/r/p/guess{turn}/").status_code for turn in range(25)]
        assert guesses.count(404) == limits.WRONG_CODES_A_MINUTE
        assert guesses[-1] == 429
        assert Client(REMOTE_ADDR=ADDRESS).get(address(room)).status_code == 429
        assert Client(REMOTE_ADDR="198.51.100.1").get(address(room)).status_code == 200


def test_a_flood_from_one_address_ends_at_the_figure(house, room):
    Policy.objects.create(
        organization=house.organization, key="repair_reports_an_hour", value=3, valid_from=clock.today(), basis="测试"
    )
    answers = [post(room, description=f"第{turn}次").status_code for turn in range(6)]
    assert answers == [302, 302, 302, 429, 429, 429]
    assert WorkOrder.objects.count() == 3
    assert post(room, by="198.51.100.1").status_code == 302
    with clock.pretend(clock.now() + dt.timedelta(minutes=61)):
        assert post(room).status_code == 302


def test_a_flood_gets_around_no_limit(house, room, settings):
    """Neither by an invented header, nor within one network of IPv6, nor by forms with mistakes in them."""
    Policy.objects.create(
        organization=house.organization, key="repair_reports_an_hour", value=1, valid_from=clock.today(), basis="测试"
    )
    assert post(room).status_code == 302
    spoofed = Client(REMOTE_ADDR=ADDRESS, HTTP_X_FORWARDED_FOR="8.8.8.8")
    assert spoofed.post(address(room), sent(room)).status_code == 429
    assert [post(room, by=f"2001:db8:1:2::{turn}").status_code for turn in range(1, 4)] == [302, 429, 429]
    wrong = [post(room, by="198.51.100.9", description="").status_code for turn in range(8)]
    assert wrong == [400] * limits.TRIES_FOR_ONE + [429] * 3
    assert ReportAttempt.objects.filter(client=limits.client_of("198.51.100.9")).count() == limits.TRIES_FOR_ONE
    assert WorkOrder.objects.count() == 2


def test_a_flood_from_everywhere_ends_at_the_figure_of_the_house(house, other_house, room):
    Policy.objects.create(
        organization=house.organization,
        key="repair_house_reports_an_hour",
        value=2,
        valid_from=clock.today(),
        basis="测试",
    )
    answers = [post(room, by=f"198.51.100.{turn}").status_code for turn in range(4)]
    assert answers == [302, 302, 429, 429]
    abroad = PlaceCode.objects.create(place=make_place(other_house, "X1", "外院"))
    assert post(abroad).status_code == 302


def test_attempts_are_forgotten(house, room):
    ReportAttempt.objects.create(
        organization=house.organization, client="x", at=clock.now() - limits.KEPT - dt.timedelta(hours=1)
    )
    post(room)
    assert not ReportAttempt.objects.filter(client="x").exists()


def test_machines_are_told_what_is_wrong(house, room, monkeypatch):
    answer = post(room, website="http://spam.example")
    assert answer.status_code == 400
    assert "水龙头滴水" in answer.content.decode()
    monkeypatch.setattr(public_reports, "LEAST_SECONDS", 3)
    assert "very quick" in post(room).content.decode()
    assert nothing_came()


@pytest.mark.parametrize("stamp", ["", "x", "forged", "of another code", "old"])
def test_a_stamp_is_ours_fresh_and_of_this_code(house, room, stamp):
    made = {
        "forged": signing.dumps([uuid.uuid4().hex, room.token], salt="something else"),
        "of another code": new_stamp("another"),
    }.get(stamp, stamp)
    if stamp == "old":
        made = new_stamp(room.token)
        parts = made.split(":")
        parts[1] = "1tAAAA"
        made = ":".join(parts)
    answer = post(room, stamp=made)
    assert answer.status_code == 400
    assert "水龙头滴水" in answer.content.decode()
    assert nothing_came()


def test_one_page_makes_one_report(house, room):
    data = sent(room)
    first, second = (Client(REMOTE_ADDR=ADDRESS).post(address(room), data) for _turn in range(2))
    assert first.url == second.url
    assert (WorkOrder.objects.count(), ReportAttempt.objects.filter(taken=True).count()) == (1, 1)


def test_without_a_csrf_token_nothing_is_taken(house, room):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(room), sent(room)).status_code == 403
    assert nothing_came()
    page = strict.get(address(room)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert strict.post(address(room), sent(room, csrfmiddlewaretoken=token[1])).status_code == 302


def test_a_giant_body_is_not_even_read(house, room):
    client = Client(REMOTE_ADDR=ADDRESS)
    answer = client.post(address(room), sent(room), CONTENT_LENGTH=str(500 * 2**20))
    assert answer.status_code == 413
    assert client.post(address(room), sent(room), CONTENT_LENGTH="x").status_code == 413
    assert nothing_came()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shell.php", b"<?php system($_GET['x']);"),
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.jpg", b"GIF89a not a picture"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 cut off"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50),
        ("report.pdf", b"%PDF-1.4"),
        ("empty.jpg", b""),
    ],
)
def test_hostile_files_are_refused_and_words_stay(house, room, name, content):
    answer = post(room, photos=[picture(), SimpleUploadedFile(name, content)], name="家属", phone="13900000000")
    text = answer.content.decode()
    assert answer.status_code == 400
    for word in ("水龙头滴水", "家属", "13900000000"):
        assert word in text
    assert nothing_came()


def test_too_many_and_too_large_photos(house, room, monkeypatch):
    assert post(room, photos=[picture(color=color) for color in ("red", "blue", "green", "white", "black", "gray")])
    assert nothing_came()
    monkeypatch.setattr("maintenance.services.report_photos.MOST_BYTES", 100)
    assert post(room, photos=[picture()]).status_code == 400
    monkeypatch.setattr("maintenance.services.report_photos.MOST_BYTES", 10**7)
    monkeypatch.setattr("core.attachments.MAX_PIXELS", 100)
    assert post(room, photos=[picture()]).status_code == 400
    assert nothing_came()


def test_photos_lose_where_they_were_taken_and_their_odd_names(house, room):
    post(room, photos=[picture("..\\..\\a<b>\u202egpj.jpg")])
    row = Attachment.objects.get()
    with row.file.open("rb") as file:
        assert b"Exif" not in file.read()
    assert not set(row.name) & set('\\/<>\u202e:"')


def test_strangers_leave_room_for_the_photos_of_workers(house, room, monkeypatch):
    monkeypatch.setattr("maintenance.services.report_photos.MOST_ON_ORDER", 2)
    post(room, photos=[picture(), picture(color="blue")])
    order = WorkOrder.objects.get()
    answer = post(room, photos=[picture(color="green")], join=str(order.pk))
    assert (answer.status_code, order.photos.count(), order.tickets.count()) == (400, 2, 1)
    assert post(room, join=str(order.pk)).status_code == 302
    assert order.tickets.count() == 2


def test_a_disposed_thing_is_refused_with_a_sentence(house):
    asset = make_asset(house, state="disposed")
    url = reverse("report_thing", args=(asset.token,))
    data = {"stamp": new_stamp(asset.token), "group": str(make_repair_category().pk), "description": "坏了"}
    for answer in (Client().get(url), Client().post(url, data)):
        assert answer.status_code == 410
        assert asset.name in answer.content.decode()
        assert asset.number not in answer.content.decode()
    assert nothing_came()


def test_a_place_no_longer_in_use_is_refused(house, room):
    type(room.place).objects.filter(pk=room.place.pk).update(active=False)
    assert post(room).status_code == 410
    assert nothing_came()


def test_strangers_join_what_they_are_shown_and_nothing_else(house, other_house, room):
    shown = make_order(house)
    elsewhere = make_order(house, place=make_place(house, "B9", "别处"))
    foreign = make_order(other_house)
    assert "join this report" in Client().get(address(room)).content.decode()
    post(room, join=str(shown.pk))
    assert shown.tickets.count() == 1
    for order in (elsewhere, foreign):
        post(room, join=str(order.pk))
        assert order.tickets.count() == 0
    assert post(room, join="1 OR 1=1").status_code == 302


def test_text_that_is_no_text(house, room):
    for words in ("\x00\x01", "\u202eevil", "a" * 2001):
        assert post(room, description=words).status_code == 400
    assert post(room, group="9" * 30).status_code == 400
    assert nothing_came()
    answer = post(room, description="<script>alert(1)</script>")
    assert "<script>alert(1)" not in Client().get(answer.url).content.decode()


def test_codes_are_made_by_who_may_for_places_of_the_house(house, other_house, client):
    place, foreign = make_place(house), make_place(other_house, "X1", "外院")
    with pytest.raises(NotAllowed):
        codes_for([place, foreign], actor=house.repair_dispatcher)
    assert PlaceCode.objects.count() == 0
    client.force_login(house.requester)
    assert client.get(reverse("place_labels")).status_code == 403
    client.force_login(house.repair_dispatcher)
    assert place.name in client.get(reverse("place_labels")).content.decode()
    data = {"size": "a4-24", "copies": "1", "skip": "0"}
    page = client.post(reverse("place_labels"), data)
    assert place.name in page.content.decode()
    assert foreign.name not in page.content.decode()
    token = PlaceCode.objects.get().token
    client.post(reverse("place_labels"), data | {"ticked": "1", "place": [str(place.pk)]})
    assert PlaceCode.objects.get().token == token
    refused = client.post(reverse("place_labels"), data | {"ticked": "1", "place": [str(foreign.pk)]})
    assert "Choose at least one place" in refused.content.decode()


# ---- the private link ----


def test_the_private_link_tells_nothing_of_others(house, room):
    post(room)
    ticket = RepairTicket.objects.get()
    order = told(house, join=ticket.order, description="内情", phone="13811112222").order
    order = bring(house, order, "done")
    text = Client().get(reverse("report_follow", args=(ticket.token,))).content.decode()
    for word in (house.repair_worker.name, house.requester.name, "内情", "13811112222", "更换阀芯"):
        assert word not in text
    assert "Is it repaired?" in text


def test_remarks_and_photos_by_the_private_link_have_an_end(house, room, monkeypatch):
    monkeypatch.setattr("maintenance.services.confirming.REMARKS_A_TICKET", 2)
    post(room)
    ticket = RepairTicket.objects.get()
    url = reverse("report_follow", args=(ticket.token,))
    key = str(uuid.uuid4())
    for _turn in range(2):
        Client().post(url, {"act": "remark", "remark": "在三楼", "request_key": key, "photos": [picture()]})
    assert ticket.order.events.filter(step="note").count() == 1
    assert OrderPhoto.objects.count() == 1
    assert "在三楼" in Client().get(url).content.decode()
    answers = [
        Client().post(url, {"act": "remark", "remark": f"再说{turn}", "request_key": str(uuid.uuid4())}).status_code
        for turn in range(3)
    ]
    assert answers == [302, 400, 400]
    bad = Client().post(url, {"act": "remark", "remark": "x", "photos": [SimpleUploadedFile("a.exe", b"MZ")]})
    assert (bad.status_code, OrderPhoto.objects.count()) == (400, 1)
    assert Client().post(url, {"act": "delete"}).status_code == 400


def test_cancelling_by_the_private_link(house, room):
    post(room)
    ticket = RepairTicket.objects.get()
    url = reverse("report_follow", args=(ticket.token,))
    assert Client().post(url, {"act": "cancel", "reason": ""}).status_code == 400
    other = told(house, join=ticket.order)
    assert Client().post(url, {"act": "cancel", "reason": "好了"}).status_code == 400
    assert WorkOrder.objects.get().state == "new"
    other.delete()
    Client().post(url, {"act": "cancel", "reason": "好了"})
    assert WorkOrder.objects.get().state == "cancelled"


def test_nothing_is_cancelled_once_work_began(house, room):
    post(room)
    ticket = RepairTicket.objects.get()
    bring(house, ticket.order, "accepted")
    url = reverse("report_follow", args=(ticket.token,))
    assert "Cancel the report" not in Client().get(url).content.decode()
    assert Client().post(url, {"act": "cancel", "reason": "好了"}).status_code == 400
    assert WorkOrder.objects.get().state == "accepted"
