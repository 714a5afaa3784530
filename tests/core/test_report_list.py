"""The page that leads to every report."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.reports import all_reports
from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["accountant", "asset_manager", "requester", "rights_administrator"])
def test_it_offers_what_the_person_may_open_and_nothing_else(house: House, role: str) -> None:
    person = house.people[role]
    client = Client()
    client.force_login(person)
    page = client.get(reverse("report_list")).content.decode()
    offered = {kind.code for kind in all_reports() if f'class="grow" href="{reverse(kind.code)}"' in page}
    assert offered == {kind.code for kind in all_reports() if kind.may_open(person)}
    assert (reverse("report_list") in client.get("/").content.decode()) == bool(offered)


def test_the_accountant_reaches_the_ledger_of_the_cards(house: House) -> None:
    client = Client()
    client.force_login(house.accountant)
    page = client.get(reverse("report_list")).content.decode()
    assert all(reverse(code) in page for code in ("asset_ledger", "depreciation_summary", "asset_count_table"))
