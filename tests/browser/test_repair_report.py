"""A fault reported on a phone without an account, followed by the private link, confirmed and rated there."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from maintenance.models import PlaceCode, Rating, RepairCategory, RepairTicket
from maintenance.services.catalogue import load_shipped
from tests.factories import House
from tests.repairing import bring, make_order, make_place

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def big_photo() -> dict[str, Any]:
    """A photo as a phone takes it: noise, so that it cannot be packed small."""
    out = io.BytesIO()
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(out, "JPEG", quality=95)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_from_the_code_on_the_wall_to_the_rating(house: House, live_server: Any, open_page: Any) -> None:
    cache.clear()
    load_shipped()
    code = PlaceCode.objects.create(place=make_place(house))
    older = make_order(house, category=RepairCategory.objects.get(code="0101"))
    page = open_page(f"{live_server.url}{reverse('report_place', args=(code.token,))}", phone=True)
    expect(page.locator(".similar")).to_contain_text(older.category.name)
    page.locator(".similar label").last.click()
    chip = page.locator(".kind-chip", has_text="灯具")
    expect(chip).to_be_hidden()
    page.locator(".kind-tile", has_text="电（").click()
    expect(chip).to_be_visible()
    chip.click()
    page.locator("#id_description").fill("病房顶灯两支灯管都不亮")
    page.locator("#id_photos").set_input_files([big_photo()])
    expect(page.locator(".photo img")).to_have_count(1)
    for _turn in range(50):
        if page.evaluate("document.querySelector('#id_photos').files[0].size") < 900_000:
            break
        page.wait_for_timeout(100)
    look(page, "repair-public-form")
    page.wait_for_timeout(2500)  # people need a moment, and the page asks for it
    page.locator(".report-send").click()
    expect(page.locator(".progress-story li")).to_have_count(1)
    look(page, "repair-public-sent")
    ticket = RepairTicket.objects.get()
    assert (ticket.order.category.code, ticket.order.place, ticket.order.photos.count()) == ("0201", code.place, 1)
    assert max(_size(ticket)) == 1600

    bring(house, ticket.order, "done")
    page.reload()
    expect(page.locator(".is-blame .reason-chip").first).to_be_hidden()
    page.locator("label[for=star-2]").click()
    page.locator(".is-blame .reason-chip").first.click()
    look(page, "repair-public-done")
    page.locator("form:has([value=confirm]) .btn-primary").click()
    expect(page.locator(".stars-shown .is-on")).to_have_count(2)
    rating = Rating.objects.get()
    assert (rating.score, len(rating.reasons), rating.ticket) == (2, 1, ticket)
    assert ticket.order.follow_ups.count() == 1
    look(page, "repair-public-rated")


def _size(ticket: RepairTicket) -> tuple[int, int]:
    with ticket.order.photos.get().attachment.file.open("rb") as file, Image.open(file) as picture:
        return picture.size


def test_the_form_with_an_account_shows_what_is_known(house: House, sign_in: Any) -> None:
    load_shipped()
    order = make_order(house, category=RepairCategory.objects.get(code="0101"))
    page = sign_in("repair_dispatcher", reverse("report_new"))
    page.locator(".kind-tile", has_text="水（").click()
    page.locator("[name=place] ~ input").fill("内科")
    page.locator("[role=option]").first.click()
    expect(page.locator("[data-similar] .similar-row")).to_have_count(2)
    page.locator("[data-similar] .similar-row").first.click()
    page.locator("#id_description").fill("三楼也看到了")
    page.locator("#id_phone").fill("13800000000")
    look(page, "repair-staff-form")
    page.locator(".report-form .panel-foot .btn-primary").click()
    expect(page.locator(".progress-story li").first).to_be_visible()
    look(page, "repair-ticket")
    assert order.tickets.count() == 1
    page.goto(page.url.split("/repairs/")[0] + reverse("place_labels"))
    look(page, "repair-place-labels")


def test_photos_of_a_refused_report_are_still_there(house: House, sign_in: Any) -> None:
    """The form comes back for a word that is missing; what was photographed is sent with the next try."""
    load_shipped()
    place = make_place(house)
    page = sign_in("requester", f"{reverse('report_new')}?place={place.pk}", phone=True)
    page.locator(".kind-tile", has_text="其他").click()
    page.locator("#id_photos").set_input_files([big_photo()])
    expect(page.locator(".photo img")).to_have_count(1)
    for _turn in range(50):
        if page.evaluate("document.querySelector('#id_photos').files[0].size") < 900_000:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    send = page.locator(".report-form .panel-foot .btn-primary")
    send.click()
    expect(page.locator("#description-error")).to_be_in_viewport()
    expect(page.locator(".photo img")).to_have_count(1)
    page.locator("#id_phone").fill("13800000000")
    page.locator("#id_description").fill("走廊扶手松了")
    send.click()
    expect(page.locator(".progress-story li").first).to_be_visible()
    assert RepairTicket.objects.get().order.photos.count() == 1
