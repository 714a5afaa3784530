"""Dated figures: which row holds on which day, who reads them, who changes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core import clock, policies
from core.models import Policy
from procurement.figures import DIRECT_UP_TO
from tests.factories import House, make_house

pytestmark = pytest.mark.django_db
CHANGELIST, ADD = "admin:core_policy_changelist", "admin:core_policy_add"


@pytest.fixture
def house() -> House:
    return make_house()


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def row(house: House, value: int, day: str, basis: str = "院办〔2026〕8号") -> Policy:
    return Policy.objects.create(
        organization=house.organization, key=DIRECT_UP_TO, value=value, valid_from=day, basis=basis
    )


def test_shipped_value_until_the_day_of_the_first_row(house: House) -> None:
    row(house, 3000, "2026-07-01")
    row(house, 5000, "2027-01-01")
    key = house.organization.pk
    assert policies.value_of(DIRECT_UP_TO, key, dt.date(2026, 6, 30)) == 1000
    assert policies.value_of(DIRECT_UP_TO, key, dt.date(2026, 7, 1)) == 3000
    assert policies.value_of(DIRECT_UP_TO, key, dt.date(2026, 12, 31)) == 3000
    assert policies.value_of(DIRECT_UP_TO, key, dt.date(2027, 1, 1)) == 5000
    assert policies.value_of(DIRECT_UP_TO, make_house("H2").organization.pk, dt.date(2027, 1, 1)) == 1000


def test_the_page_says_what_holds_since_when_why_and_what_follows(house: House) -> None:
    today = clock.today()
    row(house, 3000, "2026-07-01")
    row(house, 5000, str(today + dt.timedelta(days=40)), "院办〔2027〕1号")
    page = signed_in(house.auditor).get(reverse("dated_figures"), {"day": str(today)})
    line = next(r["cells"] for r in page.context["rows"] if Decimal(3000) in r["cells"])
    assert dt.date(2026, 7, 1) in line
    assert "院办〔2026〕8号" in line
    assert Decimal(5000) in line
    assert len(page.context["rows"]) == len(policies.all_figures())
    earlier = signed_in(house.auditor).get(reverse("dated_figures"), {"day": "2026-06-30"})
    assert not [r for r in earlier.context["rows"] if r["cells"][1] == Decimal(3000)]


@pytest.mark.parametrize("code", ["logistics_head", "leader", "accountant", "auditor", "buyer"])
def test_who_reads(house: House, code: str) -> None:
    client = signed_in(house.people[code])
    assert client.get(reverse("dated_figures")).status_code == 200
    assert client.get(reverse("dated_figures"), {"format": "xlsx"}).status_code == 200
    assert client.get(reverse("dated_figures"), {"format": "print"}).status_code == 200


@pytest.mark.parametrize("code", ["requester", "storekeeper", "acceptor"])
def test_who_does_not(house: House, code: str) -> None:
    assert signed_in(house.people[code]).get(reverse("dated_figures")).status_code == 403


def new_row(client: Client, house: House, **fields: object) -> object:
    data = {
        "organization": house.organization.pk,
        "key": DIRECT_UP_TO,
        "valid_from": "2026-07-01",
        "value": "3000",
        "basis": "院办〔2026〕8号",
    }
    return client.post(reverse(ADD), {**data, **fields})


@pytest.mark.parametrize(
    ("code", "rows"), [("logistics_head", 1), ("rights_administrator", 1), ("accountant", 0), ("auditor", 0)]
)
def test_who_changes(house: House, code: str, rows: int) -> None:
    new_row(signed_in(house.people[code]), house)
    assert Policy.objects.count() == rows


@pytest.mark.parametrize("bad", [{"value": "-1"}, {"key": "no_such_figure"}, {"basis": ""}, {"valid_from": ""}])
def test_a_bad_row_is_not_written(house: House, bad: dict[str, str]) -> None:
    answer = new_row(signed_in(house.logistics_head), house, **bad)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Policy.objects.exists()


def test_two_rows_of_one_day_are_refused(house: House) -> None:
    row(house, 3000, "2026-07-01")
    new_row(signed_in(house.logistics_head), house, value="4000")
    assert list(Policy.objects.values_list("value", flat=True)) == [3000]


def test_a_row_is_changed_as_its_page_sends_it(house: House) -> None:
    kept = row(house, 3000, "2026-07-01")
    sent = {
        "organization": house.organization.pk,
        "valid_from": "2026-07-01",
        "value": "2000",
        "basis": "院办〔2026〕9号",
    }
    page = signed_in(house.logistics_head).post(reverse("admin:core_policy_change", args=(kept.pk,)), sent)
    assert page.status_code == 302
    kept.refresh_from_db()
    assert (kept.key, kept.value, kept.basis) == (DIRECT_UP_TO, 2000, "院办〔2026〕9号")


def test_the_figure_of_a_row_cannot_be_changed_nor_the_row_deleted(house: House) -> None:
    kept = row(house, 3000, "2026-07-01")
    client = signed_in(house.logistics_head)
    address = reverse("admin:core_policy_change", args=(kept.pk,))
    client.post(
        address,
        {
            "organization": house.organization.pk,
            "key": "bond_up_to",
            "valid_from": "2026-07-01",
            "value": "1",
            "basis": "x",
        },
    )
    kept.refresh_from_db()
    assert kept.key == DIRECT_UP_TO
    assert kept.value == 1
    assert kept.history.count() == 2
    assert client.post(reverse("admin:core_policy_delete", args=(kept.pk,)), {"post": "yes"}).status_code == 403
    assert Policy.objects.filter(pk=kept.pk).exists()


def test_rows_of_another_house_are_not_shown(house: House) -> None:
    other = make_house("H2")
    kept = row(other, 9999, "2026-07-01")
    client = signed_in(house.logistics_head)
    assert "9,999" not in client.get(reverse("dated_figures")).content.decode()
    assert client.get(reverse("admin:core_policy_change", args=(kept.pk,))).status_code == 302
    assert "院办" not in client.get(reverse(CHANGELIST)).content.decode()
