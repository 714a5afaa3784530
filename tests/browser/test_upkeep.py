"""Upkeep in a real browser: meters read on a phone while the connection is cut, and the pages on phone and desk."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from maintenance.models import Checklist, MeterReading, PlanSubject, WorkOrder
from maintenance.services import meters, plans
from tests.factories import House
from tests.holding import make_asset
from tests.maintenance.upkeep import days, inspect, make_certificate, make_equipment, make_meter, make_plan
from tests.repairing import make_place, make_team

from .looking import CUT, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_meters_are_read_while_the_connection_is_cut(house: House, sign_in: Any, line: Any) -> None:
    gauge = make_meter(house, "gauge", "甲压力表", unit="MPa", low=Decimal("0.4"), high=Decimal("1.2"))
    hours = make_meter(house, name="乙小时表")
    for value in ("0.8", "0.9", "1"):
        meters.read(gauge, Decimal(value), actor=house.again("repair_worker"))
    page = sign_in("repair_worker", "/repairs/meters/read/", phone=True)
    first, second = (page.locator(f"#meter-{meter.pk}") for meter in (gauge, hours))
    expect(page.locator("#reading-progress")).not_to_be_empty()
    line.cut(page)
    first.fill("很高")
    first.press("Enter")
    expect(page.locator(".meter-said.is-bad")).to_have_count(1)
    first.fill("0.95")
    first.press("Enter")
    expect(second).to_be_focused()
    second.fill("120")
    second.press("Enter")
    expect(page.locator("#send-state")).to_contain_text("2")
    look(page, "meters-offline", besides=CUT)
    assert MeterReading.objects.count() == 3
    line.mend(page)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#send-state.is-sent")).to_be_visible(timeout=20_000)
    assert MeterReading.objects.count() == 5
    # A digit too many is asked back, and kept once it is confirmed.
    first.fill("15")
    first.press("Enter")
    expect(page.locator("#reading-refused")).to_be_visible()
    look(page, "meters-asked", besides=CUT)
    assert not WorkOrder.objects.exists()
    page.locator("#reading-refused .btn-primary").click()
    expect(page.locator("#reading-refused")).to_be_hidden()
    expect(page.locator(f"[data-meter='{gauge.pk}'] .meter-said")).to_contain_text("GD")
    assert WorkOrder.objects.get().channel == "meter"


def busy(house: House) -> list[str]:
    """Plans, meters and equipment; returns the addresses of their pages."""
    team, worker = make_team(house), house.again("repair_worker")
    checklist = Checklist.objects.create(code="C1", name="配电房月检")
    checklist.lines.create(position=1, text="门窗完好")
    boiler = make_equipment(
        house, asset=make_asset(house, name="燃气热水锅炉", state="in_use"), next_inspection=days(-3)
    )
    boiler.accessories.create(kind="valve", number="AF-01", next_calibration=days(-2))
    lift = make_equipment(house, "lift", asset=make_asset(house, name="一号客梯", state="in_use"))
    make_equipment(house, "lift", asset=make_asset(house, name="二号客梯", state="in_use"))
    inspect(house, lift)
    plan = make_plan(house, PlanSubject(asset=lift.asset), name="电梯半月保养", every=15, unit="day", team=team)
    make_plan(house, PlanSubject(place=make_place(house)), name="配电房月检", checklist=checklist, worker=worker)
    plans.make_due()
    meter = make_meter(house, place=make_place(house))
    for value in (100, 107, 115):
        meters.read(meter, Decimal(value), actor=worker)
    make_certificate(house, valid_until=days(-20))
    order = WorkOrder.objects.filter(asset=lift.asset).first()
    assert order is not None
    return [
        *("/repairs/plans/", "/repairs/plans/new/", f"/repairs/plans/{plan.pk}/", "/repairs/plans/year/"),
        *("/repairs/checklists/", f"/repairs/checklists/{checklist.pk}/", "/repairs/meters/"),
        *(f"/repairs/meters/{meter.pk}/", "/repairs/meters/read/", "/repairs/special/"),
        *(f"/repairs/special/{boiler.pk}/", f"/repairs/special/{boiler.pk}/inspection/"),
        *(f"/repairs/special/{boiler.pk}/paper/", "/repairs/certificates/", f"/repairs/orders/{order.pk}/"),
        *("/reports/special-inspections/", "/reports/operator-certificates/"),
    ]


@pytest.mark.parametrize("phone", [True, False])
def test_every_page_fits_and_can_be_read_by_everybody(house: House, sign_in: Any, phone: bool) -> None:
    addresses = busy(house)
    page = sign_in("repair_dispatcher", addresses[0], phone=phone)
    for address in addresses:
        page.goto(page.url.split("/repairs")[0].split("/reports")[0] + address)
        expect(page.locator("h1").first).to_be_visible()
        look(page, f"upkeep{address.replace('/', '-')}{'phone' if phone else 'desk'}")
