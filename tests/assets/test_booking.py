"""财务入账: what finance may book, and what becomes of the proposals (R-AST-01, R-ACC-06)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetState, CardType, CustodyChange, JournalProposal
from assets.services import booking
from core import clock
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.models import Period
from directory.models import Place
from tests.factories import House, run
from tests.holding import make_addition, make_asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(house: House) -> Place:
    return Place.objects.create(organization=house.organization, code="R1", name="101室")


def fit(house: House, room: Place, **fields: Any) -> Asset:
    return make_asset(house, **{"custodian": house.department_head, "place": room, **fields})


def book(house: House, *assets: Asset, who: str = "accountant", **given: Any) -> int:
    values = {"voucher_number": "记-2026-11-001", "booked_on": clock.today(), **given}
    return booking.book([asset.pk for asset in assets], actor=house.again(who), **values)


def unbooked(asset: Asset) -> bool:
    asset.refresh_from_db()
    return asset.booked_on is None and asset.voucher_number == ""


def test_a_complete_card_is_booked_with_its_voucher(house: House, room: Place) -> None:
    """R-AST-01."""
    asset = fit(house, room)
    assert book(house, asset) == 1
    asset.refresh_from_db()
    assert (asset.booked_on, asset.voucher_number, asset.is_booked) == (clock.today(), "记-2026-11-001", True)
    assert asset.history.first().history_user == house.accountant


@pytest.mark.parametrize(
    ("fields", "word"), [({"custodian": None}, "lacks custodian"), ({"place": None}, "lacks place")]
)
def test_a_card_that_lacks_something_is_not_booked(house: House, room: Place, fields: dict, word: str) -> None:
    """R-AST-01: and none of the others beside it."""
    good, bad = fit(house, room), fit(house, room, **fields)
    with pytest.raises(DomainError, match=word):
        book(house, good, bad)
    assert unbooked(good)
    assert unbooked(bad)


def test_a_house_is_found_by_its_address_and_a_licence_needs_no_room(house: House, room: Place) -> None:
    building = fit(house, room, place=None, card_type=CardType.HOUSE, situated_at="人民路1号")
    licence = fit(house, room, place=None, card_type=CardType.INTANGIBLE, account="1701")
    assert book(house, building, licence) == 2


def test_a_booking_names_a_voucher_an_open_day_and_cards_not_booked_yet(house: House, room: Place) -> None:
    asset, today = fit(house, room), clock.today()
    for given, word in (
        ({"voucher_number": " "}, "number of the voucher"),
        ({"booked_on": today - dt.timedelta(days=4000)}, "acquired after"),
        ({"booked_on": today + dt.timedelta(days=1)}, "future"),
    ):
        with pytest.raises(DomainError, match=word):
            book(house, asset, **given)
        assert unbooked(asset)
    with pytest.raises(DomainError, match="at least one"):
        book(house)
    book(house, asset)
    with pytest.raises(DomainError, match="booked already under voucher"):
        book(house, asset, voucher_number="其他")
    asset.refresh_from_db()
    assert asset.voucher_number == "记-2026-11-001"


def test_a_closed_month_takes_no_booking(house: House, room: Place) -> None:
    asset, today = fit(house, room), clock.today()
    Period.objects.create(organization=house.organization, year=today.year, month=today.month, state="closed")
    with pytest.raises(PeriodClosed):
        book(house, asset)
    assert unbooked(asset)


def test_only_the_accountant_of_the_house_books(house: House, other_house: House, room: Place) -> None:
    asset = fit(house, room)
    for actor in (house.again("asset_manager"), other_house.again("accountant")):
        with pytest.raises(NotAllowed):
            booking.book([asset.pk], voucher_number="1", booked_on=clock.today(), actor=actor)
    assert unbooked(asset)


def test_a_nominal_card_is_booked_with_one_yuan(house: House, room: Place) -> None:
    """R-AST-01."""
    good = fit(house, room, value_type="nominal", original_value="1.00", life_months=None)
    bad = fit(house, room, value_type="nominal", original_value="2.00", life_months=None)
    assert book(house, good) == 1
    with pytest.raises(DomainError, match="lacks original value"):
        book(house, bad)
    assert unbooked(bad)


def test_the_voucher_goes_back_to_the_proposal_when_the_last_card_is_booked(house: House, room: Place) -> None:
    """R-ACC-06."""
    line = {"pieces": 2, "custodian": house.department_head, "place": room}
    document = run(house, make_addition(house, line, way="donation"))
    first, _second = booking.cards_of(document).order_by("pk")
    book(house, first, voucher_number="记-1")
    assert JournalProposal.objects.get().voucher_number == ""
    actor = house.again("accountant")
    assert booking.book_addition(document, voucher_number="记-2", booked_on=clock.today(), actor=actor) == 1
    proposal = JournalProposal.objects.get()
    assert (proposal.voucher_number, proposal.taken_by, proposal.amount) == ("记-2", actor, Decimal("12000.00"))
    with pytest.raises(DomainError, match="are booked"):
        booking.book_addition(document, voucher_number="记-3", booked_on=clock.today(), actor=actor)


def test_a_booking_ends_only_with_the_reversal_of_its_paper(house: House, room: Place) -> None:
    line = {"custodian": house.department_head, "place": room}
    document = run(house, make_addition(house, line, way="donation"))
    asset = Asset.objects.get()
    book(house, asset, voucher_number="记-9")
    run(house, document, "reverse")
    assert unbooked(asset)
    assert (asset.state, "记-9" in asset.note) == (AssetState.DISPOSED, True)
    with pytest.raises(DomainError, match="disposed of"):
        book(house, asset)


# ---- screens ----


def client_of(house: House, who: str) -> Client:
    client = Client()
    client.force_login(house.again(who))
    return client


def test_the_accountant_books_a_paper_on_its_page(house: House, room: Place) -> None:
    line = {"pieces": 3, "custodian": house.department_head, "place": room}
    document = run(house, make_addition(house, line, way="donation"))
    client = client_of(house, "accountant")
    page = client.get(reverse("assetaddition_detail", args=(document.pk,))).content.decode()
    url = f"{reverse('asset_booking')}?paper={document.pk}"
    assert url in page
    assert client.get(url).status_code == 200
    refused = client.post(url, {"voucher_number": "", "booked_on": f"{clock.today()}", "all": "1"})
    assert (refused.status_code, Asset.objects.filter(booked_on=None).count()) == (400, 3)
    done = client.post(url, {"voucher_number": "记-7", "booked_on": f"{clock.today()}", "all": "1"})
    assert done.status_code == 302
    assert set(Asset.objects.values_list("voucher_number", flat=True)) == {"记-7"}


def test_chosen_cards_are_booked_and_what_they_lack_is_said(house: House, room: Place) -> None:
    good, bad = fit(house, room), fit(house, room, place=None)
    client = client_of(house, "accountant")
    page = client.get(reverse("asset_booking"), {"asset": [good.pk, bad.pk]}).content.decode()
    assert (good.number in page, "place" in page) == (True, True)
    assert str(CustodyChange.Kind.USER.label) in page  # how the place comes onto a card
    data = {"voucher_number": "记-8", "booked_on": f"{clock.today()}", "card": [good.pk, bad.pk]}
    refused = client.post(reverse("asset_booking"), data)
    assert (refused.status_code, unbooked(good)) == (409, True)
    assert "hand-over" in refused.context["form"].non_field_errors()[0]
    client.post(reverse("asset_booking"), {**data, "card": [good.pk]})
    assert not unbooked(good)


@pytest.mark.parametrize("who", ["asset_manager", "requester", "auditor"])
def test_nobody_else_opens_the_booking(house: House, room: Place, who: str) -> None:
    asset = fit(house, room)
    client = client_of(house, who)
    assert client.get(reverse("asset_booking")).status_code == 403
    data = {"voucher_number": "1", "booked_on": f"{clock.today()}", "card": [asset.pk]}
    assert client.post(reverse("asset_booking"), data).status_code == 403
    assert unbooked(asset)
