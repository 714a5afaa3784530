"""From the fault to the key figure: a stranger reports, the workshop repairs, the connection is cut once in between."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock
from inventory.models import GoodsIssue, Requisition
from inventory.selectors import stock_of
from inventory.services.issuing import Handout, issue_requisition
from maintenance import kpis
from maintenance.models import OrderCheck, OrderPhoto, PlaceCode, Rating, WorkOrder
from maintenance.services import doing, parts
from maintenance.services.labour import add_time
from tests.factories import House, receive
from tests.maintenance.test_doing import picture
from tests.repairing import bring, make_codes, make_order, make_place, make_repair_category, make_team

from .looking import CUT, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def state(page: Any) -> Any:
    return page.locator("#send-state")


def act(page: Any, name: str) -> Any:
    return page.locator(f"#work-body [data-act={name}]")


def in_step_dialog(page: Any, slug: str, **fields: str) -> None:
    """Take a step of an order on its page, with the fields that matter filled in."""
    page.locator(f'.order-steps a[href$="/{slug}/"]').click()
    for name, value in fields.items():
        page.locator(f"#step-dialog [name={name}]").select_option(value)
    page.locator("#step-dialog .btn-primary").click()


def report(open_page: Any, address: str, category: Any) -> Any:
    """A stranger stands in the room, scans its code and says what is wrong; his private page comes back."""
    page = open_page(address, phone=True)
    page.locator(f'label[for="kind-{category.pk}"]').click()
    page.locator("#id_description").fill("卫生间水龙头一直滴水，地上有水")
    page.locator("details.who summary").click()
    page.locator("#id_phone").fill("13911112222")
    page.wait_for_timeout(3_200)  # nobody types that fast; the page knows
    page.locator(".report-send").click()
    expect(page.locator(".progress-number")).to_be_visible()
    return page


def test_flow_3_from_a_fault_to_the_key_figure(
    house: House, live_server: Any, open_page: Any, sign_in: Any, transactional_db: Any, line: Any
) -> None:
    """Flow 3: fault, dispatch, work on a phone with a cut connection, parts of the store, confirmed, rated, closed."""
    category = make_repair_category()
    cause, remedy = make_codes()
    team = make_team(house)
    place = make_place(house)
    code = PlaceCode.objects.create(place=place)
    valve = house.item("陶瓷阀芯", reference_price=Decimal("12.50"))
    receive(house, (valve, 20, "12.5"))

    stranger = report(open_page, f"{live_server.url}/r/p/{code.token}/", category)
    order = WorkOrder.objects.get()
    assert (order.state, order.place, order.created_by) == ("new", place, None)

    # the dispatcher takes it up and gives it to a worker
    desk = sign_in("repair_dispatcher", f"/repairs/orders/{order.pk}/")
    in_step_dialog(desk, "triage")
    expect(desk.locator('.order-steps a[href$="/dispatch/"]')).to_be_visible()
    in_step_dialog(desk, "dispatch", team=str(team.pk), worker=str(house.repair_worker.pk))
    expect(desk.locator('.order-steps a[href$="/transfer/"]')).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.worker) == ("dispatched", house.repair_worker)
    WorkOrder.objects.filter(pk=order.pk).update(department=house.ward)
    OrderCheck.objects.create(order=order, position=1, text="总阀已打开", kind="tick")

    # the worker accepts on his phone, while there is a connection
    phone = sign_in("repair_worker", "/repairs/work/", phone=True)
    look(phone, "work-list-phone")
    phone.locator(f'[data-order="{order.pk}"]').click()
    expect(act(phone, "accept")).to_be_visible()
    look(phone, "work-order-phone")
    act(phone, "accept").click()
    expect(act(phone, "scan")).to_be_visible()
    expect(state(phone)).to_have_class("send-state is-sent")

    # in the basement it is gone: arrived by scanning, a photo, a check, the parts that are needed
    line.cut(phone)
    act(phone, "scan").click()
    typed = phone.locator("#scan-dialog [data-scan-typed] input")
    typed.fill("https://house.example/r/p/wrong-code/")
    typed.press("Enter")
    expect(phone.locator("#scan-dialog .notice-error")).to_be_visible()
    typed.fill(f"https://house.example/r/p/{code.token}/")
    typed.press("Enter")
    expect(phone.locator("#scan-dialog")).not_to_be_visible()
    expect(act(phone, "finish")).to_be_visible()
    phone.locator("#work-body [data-moment=before]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    )
    expect(phone.locator("#work-photos")).to_be_visible()
    act(phone, "check").first.click()
    act(phone, "note").click()
    phone.locator("#note-reason").fill("阀芯磨损，需更换")
    phone.locator("[data-form=note] .btn-primary").click()
    expect(state(phone)).to_contain_text("3")
    look(phone, "work-offline-phone", besides=CUT)
    order.refresh_from_db()
    assert (order.state, OrderPhoto.objects.count()) == ("accepted", 0)

    # the connection is back: photo first, then everything in its order, once
    line.mend(phone)
    expect(state(phone)).to_have_class("send-state is-sent", timeout=30_000)
    expect(phone.locator("#work-photos")).to_be_hidden()
    order.refresh_from_db()
    assert (order.state, order.checks.get().passed, order.photos.get().moment) == ("on_site", True, "before")
    assert order.events.filter(step="note", reason="阀芯磨损，需更换").count() == 1
    arrived = order.events.get(step="arrive")
    assert str(place) in arrived.reason
    assert arrived.device_at is not None
    assert arrived.device_at <= arrived.at

    # parts: found by initials, asked for, given out by the storekeeper
    act(phone, "parts").click()
    phone.locator("#parts-search").fill("tcfx")
    phone.locator("#parts-found button").first.click()
    phone.locator("#parts-chosen .work-number").fill("2")
    look(phone, "work-parts-phone", besides=CUT)
    phone.locator("[data-form=parts] .btn-primary").click()
    expect(phone.locator("#work-body")).to_contain_text("SL")
    asked = Requisition.objects.get()
    assert asked.status == "approved"
    keeper = sign_in("storekeeper", f"/requisitions/{asked.pk}/issue/")
    keeper.locator(".form-actions .btn-primary").click()
    expect(keeper.locator(".notice-success")).to_be_visible()
    assert GoodsIssue.objects.get().status == "posted"
    assert stock_of(house.warehouse.pk, [valve.pk])[valve.pk][0] == 18

    # used, time noted, done
    phone.reload()
    act(phone, "settle").click()
    phone.locator("#settle-lines [data-used]").fill("2")
    look(phone, "work-settle-phone", besides=CUT)
    phone.locator("[data-form=settle] .btn-primary").click()
    act(phone, "time").click()
    phone.locator("#time-person").select_option(str(house.repair_worker.pk))
    phone.locator('[data-minutes="30"]').click()
    phone.locator("[data-form=time] .btn-primary").click()
    expect(state(phone)).to_have_class("send-state is-sent")
    act(phone, "finish").click()
    phone.locator("#finish-outcome").select_option("fixed")
    phone.locator("#finish-cause").select_option(str(cause.pk))
    phone.locator("#finish-remedy").select_option(str(remedy.pk))
    phone.locator("#finish-action").fill("更换陶瓷阀芯两只")
    look(phone, "work-finish-phone", besides=CUT)
    phone.locator("[data-form=finish] .btn-primary").click()
    expect(state(phone)).to_have_class("send-state is-sent")
    expect(act(phone, "finish")).to_have_count(0)
    order.refresh_from_db()
    assert (order.state, order.cost_material, order.cost_labour) == ("done", Decimal("25.00"), Decimal("20.00"))

    # the stranger confirms and rates on his private page
    stranger.reload()
    stranger.locator('label[for="star-5"]').click()
    stranger.locator(".act-box .btn-primary").first.click()
    expect(stranger.locator(".rated")).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.confirmation, Rating.objects.get().score) == ("confirmed", "person", 5)

    # the dispatcher closes it, and the key figures count it
    desk.goto(f"{live_server.url}/repairs/orders/{order.pk}/")
    desk.locator('.order-steps form[action$="/close/"] button').click()
    expect(desk.locator(".notice-success").first).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.closed_at is not None) == ("closed", True)
    today = clock.today()
    sums = kpis.totals(kpis.orders_of(house.again("repair_dispatcher"), today, today))
    assert (sums.reported, sums.finished, sums.rated, sums.stars) == (1, 1, 1, 5)
    assert (sums.material, sums.labour, sums.minutes) == (Decimal("25.00"), Decimal("20.00"), 30)


def test_what_moved_on_meanwhile_is_said_and_stays_until_it_is_read(
    house: House, sign_in: Any, transactional_db: Any, line: Any
) -> None:
    order = bring(house, make_order(house), "dispatched")
    phone = sign_in("repair_worker", "/repairs/work/", phone=True)
    phone.locator(f'[data-order="{order.pk}"]').click()
    line.cut(phone)
    act(phone, "accept").click()
    expect(act(phone, "arrive")).to_be_visible()
    act(phone, "arrive").click()
    expect(act(phone, "finish")).to_be_visible()
    doing.decline(order, actor=house.repair_dispatcher, reason="改派木工班")

    line.mend(phone)
    expect(phone.locator("#work-refused li")).to_have_count(2, timeout=30_000)
    expect(phone.locator("#work-list")).to_be_visible()
    look(phone, "work-refused-phone", besides=CUT)
    phone.reload()
    expect(phone.locator("#work-refused li")).to_have_count(2)
    phone.locator("#work-refused button").first.click()
    phone.locator("#work-refused button").first.click()
    expect(phone.locator("#work-refused")).to_be_hidden()
    order.refresh_from_db()
    assert (order.state, order.worker) == ("triaged", None)


def test_an_answer_that_got_lost_counts_once(house: House, sign_in: Any, transactional_db: Any) -> None:
    order = bring(house, make_order(house), "on_site")
    phone = sign_in("repair_worker", "/repairs/work/", phone=True)
    lost = []

    def lose(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server has it; the phone never hears
        route.abort("connectionreset")

    phone.route("**/repairs/work/entries/", lose)
    phone.locator(f'[data-order="{order.pk}"]').click()
    act(phone, "time").click()
    phone.locator("#time-person").select_option(str(house.repair_worker.pk))
    phone.locator('[data-minutes="15"]').click()
    phone.locator("[data-form=time] .btn-primary").click()
    expect(state(phone)).to_have_class("send-state is-sent", timeout=30_000)
    assert len(lost) == 1
    order.refresh_from_db()
    assert (order.labour_minutes, order.labour.count()) == (15, 1)


def test_what_was_kept_outlives_the_page(house: House, sign_in: Any, transactional_db: Any) -> None:
    """The phone dies before anything is sent: photos and entries go out when the page is opened again, once."""
    order = bring(house, make_order(house), "on_site")
    phone = sign_in("repair_worker", "/repairs/work/", phone=True)
    sending = "**/repairs/work/**"
    phone.route(sending, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.locator(f'[data-order="{order.pk}"]').click()
    phone.locator("#work-body [data-moment=after]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture("blue").read()}
    )
    expect(phone.locator("#work-photos")).to_be_visible()
    act(phone, "note").click()
    phone.locator("#note-reason").fill("已换阀芯")
    phone.locator("[data-form=note] .btn-primary").click()
    expect(state(phone)).to_contain_text("1")
    phone.reload()
    expect(phone.locator("#work-photos")).to_be_visible()
    expect(state(phone)).to_contain_text("1")
    assert (OrderPhoto.objects.count(), order.events.filter(step="note").count()) == (0, 0)
    phone.unroute(sending)
    phone.reload()
    expect(state(phone)).to_have_class("send-state is-sent", timeout=30_000)
    expect(phone.locator("#work-photos")).to_be_hidden()
    assert OrderPhoto.objects.get().moment == "after"
    assert order.events.get(step="note").reason == "已换阀芯"


def test_the_pages_at_a_desk_and_in_the_dark(house: House, sign_in: Any, transactional_db: Any) -> None:
    order = bring(house, make_order(house), "on_site")
    for position, kind in enumerate(("tick", "number", "text"), start=1):
        OrderCheck.objects.create(order=order, position=position, text=f"第{position}项", kind=kind, low=1, high=5)
    add_time(order, house.repair_worker, 30, actor=house.repair_worker)
    receive(house, (house.gloves, 10, 5))
    asked = parts.take_parts(
        order, [parts.Wanted(house.gloves, Decimal(2))], actor=house.repair_worker, warehouse=house.warehouse
    )
    out = {line.pk: Handout(line.stock_quantity) for line in asked.lines.all()}
    issue_requisition(asked, out, actor=house.storekeeper, request_key=uuid.uuid4())
    desk = sign_in("repair_worker", f"/repairs/orders/{order.pk}/")
    look(desk, "work-order-desk")
    desk.goto(desk.url.replace(f"/repairs/orders/{order.pk}/", f"/repairs/work/#o{order.pk}"))
    expect(act(desk, "finish")).to_be_visible()
    look(desk, "work-desk")
    dark = sign_in("repair_worker", f"/repairs/work/#o{order.pk}", phone=True, dark=True)
    expect(act(dark, "finish")).to_be_visible()
    dark.locator("[data-answer]").first.fill("7")
    dark.locator(".work-answer [data-act=check]").nth(2).click()
    expect(dark.locator(".work-checks .chip-danger")).to_be_visible()
    expect(state(dark)).to_have_class("send-state is-sent")
    look(dark, "work-dark-phone")
    check = order.checks.get(position=2)
    assert (check.passed, check.number, check.opened.state) == (False, 7, "new")
