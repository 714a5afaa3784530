"""The newer pages of the storehouse, one after the other, at a desk and on a phone in the dark."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import clock
from inventory.models import Lot
from inventory.services.counts.plan import open_count
from tests.counting import make_count, plan_count
from tests.factories import House, make_issue, receive, run
from tests.losses import drill, make_loan, tube
from tests.movements import make_transfer

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK: dict[str, bool] = {}
PHONE = {"phone": True, "dark": True}
KINDS = (
    *("stockreturn", "supplierreturn", "stocktransfer", "transferarrival", "tradein", "oldpiecedisposal"),
    *("writeoff", "toolloan", "loanreturn", "pricedifference", "stockcount"),
)
PAGES = (
    *("transferarrival_choose", "open_estimates", "old_piece_debts", "trade_in_register", "old_piece_stock", "labels"),
    *("expiry", "slow_moving", "price_changes", "supplier_deliveries", "count_report", "month_close"),
    *("replenishment_list", "quota_use", "closing_report"),
)


def stock(house: House) -> None:
    """Something of everything: lots, an issue, a transfer on its way, a loan, an item that is old for new."""
    soon = clock.today() + dt.timedelta(days=20)
    receive(house, (house.gloves, 20, 5), (house.paper, 10, 20), (house.vaccine, 6, 8, "B1", soon))
    run(house, make_issue(house, (house.gloves, 4)))
    run(house, make_transfer(house, (house.paper, 2)))
    tube(house)
    run(house, make_loan(house, (drill(house), 1)))


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_every_list_and_form(house: House, sign_in: Any, window: dict[str, bool]) -> None:
    stock(house)
    page = sign_in("storekeeper", "/", **window)
    root = page.url.rstrip("/")
    for name in (*(f"{kind}_{part}" for kind in KINDS for part in ("list", "new")), *PAGES):
        address = reverse(name)
        answer = page.goto(f"{root}{address}")
        if answer.status == 403:
            page.problems.clear()
            page = sign_in("logistics_head", address, **window)
            look(page, f"page-{name}")
            page = sign_in("storekeeper", "/", **window)
            continue
        assert answer.status == 200, name
        look(page, f"page-{name}")


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_lots_counts_and_causes(house: House, sign_in: Any, window: dict[str, bool]) -> None:
    stock(house)
    lot = Lot.objects.get(number="B1")
    counting = open_count(plan_count(house), actor=house.storekeeper)
    finished = make_count(house)
    for address in (
        reverse("lot_detail", args=(lot.pk,)),
        f"{reverse('lot_trace')}?lot={lot.pk}",
        reverse("stockcount_detail", args=(counting.pk,)),
        reverse("stockcount_count", args=(counting.pk,)),
        reverse("stockcount_upload", args=(counting.pk,)),
        reverse("stockcount_detail", args=(finished.pk,)),
        reverse("stockcount_causes", args=(finished.pk,)),
    ):
        look(sign_in("storekeeper", address, **window), address.strip("/").replace("/", "-"))


def test_the_count_sheet_has_a_row_for_every_line(house: House, sign_in: Any) -> None:
    stock(house)
    counting = open_count(plan_count(house), actor=house.storekeeper)
    page = sign_in("storekeeper", reverse("stockcount_paper", args=(counting.pk,)))
    look(page, "count-sheet")
    expect(page.locator(".sheet-lines tbody tr:not(.sheet-blank)")).to_have_count(counting.lines.count())
    expect(page.locator(".sheet-qr svg")).to_have_count(1)


def test_what_a_picker_is_missing_is_said_beside_it(house: House, sign_in: Any) -> None:
    page = sign_in("storekeeper", reverse("stockcount_new"), phone=True)
    page.locator(".form-actions button").click()
    expect(page.locator("#div_id_supervisor .invalid-feedback")).to_be_visible()
    look(page, "count-plan-refused")
