"""Suppliers: licences on the day (R-PRC-09), warnings, the black list, marks, and their pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from core.models.notices import Notice
from directory.models import Supplier, SupplierLicence
from directory.services.suppliers import blacklist, forgive
from procurement.models import CategoryLicence, PurchaseCategory, SupplierEvaluation, SupplierField
from procurement.services import evaluations, quotations
from procurement.services.independence import independent_count, ties_among
from procurement.services.licence_warnings import warn
from procurement.services.quotations import Offer
from procurement.services.supplier_checks import require_eligible
from tests.buying import (
    accepted,
    make_order,
    make_sourcing,
    order_approved,
    request_approved,
    rivals,
    sourcing_approved,
)
from tests.factories import House
from tests.procurement.test_sourcing import begin, collecting

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def food(house: House) -> PurchaseCategory:
    category = PurchaseCategory.objects.create(code="A0701", name="食品", kind="goods")
    CategoryLicence.objects.create(category=category, kind=SupplierLicence.Kind.FOOD)
    return category


def licence(supplier: Supplier, last: dt.date | None, **fields: Any) -> SupplierLicence:
    return SupplierLicence.objects.create(
        supplier=supplier, **{"kind": "food", "number": "JY1", "valid_until": last, **fields}
    )


def enter(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ---- R-PRC-09 ----


def test_prc_09_a_demanded_licence_is_there_and_valid_on_the_day(house: House, food: PurchaseCategory) -> None:
    today, supplier = clock.today(), house.supplier
    under = PurchaseCategory.objects.create(code="A070102", name="米面", kind="goods")
    with pytest.raises(DomainError, match="no valid food licence") as refusal:
        require_eligible(supplier, [food], today)
    assert refusal.value.code == "R-PRC-09"
    with pytest.raises(DomainError):
        require_eligible(supplier, [under], today)  # what the class demands holds for what is under it
    require_eligible(supplier, [None], today)
    row = licence(supplier, today)
    require_eligible(supplier, [under], today)
    with pytest.raises(DomainError, match=f"ended on {today}"):
        require_eligible(supplier, [food], today + DAY)
    licence(supplier, None, number="JY2", valid_from=today + 2 * DAY)
    with pytest.raises(DomainError, match="ended on"):
        require_eligible(supplier, [food], today + DAY)
    require_eligible(supplier, [food], today + 2 * DAY)
    row.delete()


def test_prc_09_black_listed_and_stopped_suppliers_are_refused(house: House) -> None:
    today, supplier = clock.today(), house.supplier
    blacklist(supplier, until=today, reason="以次充好", actor=house.buyer)
    supplier.refresh_from_db()
    with pytest.raises(DomainError, match="以次充好"):
        require_eligible(supplier, [], today)
    require_eligible(supplier, [], today + DAY)
    forgive(supplier, reason="复议通过", actor=house.buyer)
    supplier.refresh_from_db()
    require_eligible(supplier, [], today)
    Supplier.objects.filter(pk=supplier.pk).update(active=False)
    supplier.refresh_from_db()
    with pytest.raises(DomainError, match="stopped"):
        require_eligible(supplier, [], today)


def test_prc_09_at_the_invitation_the_quotation_the_award_and_the_order(house: House, food: PurchaseCategory) -> None:
    today = clock.today()
    request = request_approved(house, (house.gloves, 10, 25, {"category": food}))
    document = begin(house, request)
    with pytest.raises(DomainError, match="no valid food licence"):
        quotations.invite(document, rivals(house), actor=house.buyer)
    assert not document.invitations.exists()
    for supplier in rivals(house):
        licence(supplier, today)
    quotations.invite(document, rivals(house), actor=house.buyer)
    quotations.start_collecting(document, deadline=clock.now() + 5 * DAY, actor=house.buyer)
    line = document.lines.get()
    with clock.pretend(clock.now() + DAY), pytest.raises(DomainError, match="ended on"):
        quotations.receive(document, house.supplier, Offer({line.pk: Decimal(20)}), actor=house.buyer)
    apply_transition(document, "cancel", actor=house.buyer, reason="测试")
    proposed = make_sourcing(house, request_approved(house, (house.gloves, 10, 25, {"category": food})))
    SupplierLicence.objects.all().update(valid_until=today - DAY)
    with pytest.raises(DomainError) as refusal:
        apply_transition(proposed, "submit", actor=house.buyer)
    assert refusal.value.code == "R-PRC-09"
    SupplierLicence.objects.all().update(valid_until=today)
    apply_transition(proposed, "submit", actor=house.buyer)
    apply_transition(proposed, "approve", actor=house.logistics_head)
    order = make_order(house, proposed)
    order.lines.update(category=food)
    SupplierLicence.objects.all().update(valid_until=today - DAY)
    with pytest.raises(DomainError, match="ended on"):
        apply_transition(order, "submit", actor=house.buyer)


def test_problems_are_found_in_a_fixed_number_of_queries(house: House, food: PurchaseCategory) -> None:
    from procurement.services.supplier_checks import problems_of

    counts = []
    for number in (1, 12):
        rows = [Supplier.objects.create(code=f"Q{number}-{n}", name=f"公司{number}-{n}") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert len(problems_of(rows, [food], clock.today())) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_prc_06_who_is_independent(house: House) -> None:
    one, two, three = rivals(house)
    assert independent_count([one, two, three]) == (3, [])
    for name, value in (("legal_person", " 王 五"), ("phone", "0512-6500 0001"), ("controlling_owner", "宏达集团")):
        for row in (one, three):
            setattr(row, name, value.replace(" ", "") if row is one else value)
        (tie,) = ties_among([one, two, three])
        assert {tie.first, tie.second} == {one, three}
        assert independent_count([one, two, three])[0] == 2
        for row in (one, three):
            setattr(row, name, "")


# ---- warnings ----


def test_buyers_are_told_60_30_and_7_days_before_and_once_each(house: House) -> None:
    last = clock.today() + 60 * DAY
    licence(house.supplier, last)
    told = []
    for before in (61, 60, 45, 30, 29, 7, 1, -1):
        with clock.pretend(clock.now() + (60 - before) * DAY):
            told.append(warn())
            warn()
    assert [bool(count) for count in told] == [False, True, False, True, False, True, False, True]
    buyer = Notice.objects.filter(user=house.buyer)
    assert buyer.count() == 4
    page = enter(house.buyer).get(reverse("notices")).content.decode()
    assert house.supplier.name in page
    assert f"{last:%Y-%m-%d}" in page
    assert not Notice.objects.filter(user=house.requester).exists()


def test_a_renewed_licence_warns_nobody(house: House) -> None:
    licence(house.supplier, clock.today() + 5 * DAY)
    licence(house.supplier, clock.today() + 500 * DAY, number="JY2")
    assert warn() == 0
    call_command("supplier_reminders")
    assert not Notice.objects.exists()


# ---- black list ----


def test_the_black_list_needs_a_reason_and_a_day_to_come(house: House) -> None:
    client = enter(house.buyer)
    address = reverse("supplier_blacklist", args=(house.supplier.pk,))
    assert client.get(address).status_code == 200
    future = clock.today() + DAY
    for data in ({"blacklisted_until": f"{future}"}, {"blacklisted_until": "2020-01-01", "blacklist_reason": "x"}):
        assert client.post(address, data).status_code == 409
    house.supplier.refresh_from_db()
    assert house.supplier.blacklisted_until is None
    client.post(address, {"blacklisted_until": f"{future}", "blacklist_reason": "假货"})
    house.supplier.refresh_from_db()
    assert house.supplier.blacklisted_until == future
    assert house.supplier.history.first().history_user == house.buyer
    assert "假货" in client.get(reverse("supplier_page", args=(house.supplier.pk,))).content.decode()
    assert enter(house.auditor).post(address, {"blacklist_reason": "x"}).status_code == 403
    with pytest.raises(NotAllowed):
        forgive(house.supplier, reason="x", actor=house.auditor)


# ---- marks ----


def test_marks_come_from_deliveries_acceptances_and_prices(house: House) -> None:
    order = order_approved(house, sourcing_approved(house), deliver_by=clock.today() - DAY)
    accepted(house, order, rejected=2)
    (row,) = evaluations.compute(house.organization.pk, clock.today().year)
    assert (row.supplier, row.delivery, row.acceptance, row.price) == (house.supplier, 0, 80, None)
    evaluations.mark_service(house.supplier, row.year, service=90, note="响应快", actor=house.buyer)
    evaluations.compute(house.organization.pk, clock.today().year)
    row.refresh_from_db()
    assert row.service == 90
    assert evaluations.overall(row) == 53  # (0*30 + 80*30 + 90*20) / 80
    call_command("evaluate_suppliers")
    assert SupplierEvaluation.objects.count() == 1


def test_a_dearer_supplier_has_a_lower_mark(house: House) -> None:
    today = clock.today()
    first = order_approved(house)
    type(first).objects.filter(pk=first.pk).update(business_date=today.replace(year=today.year - 1))
    second = order_approved(house)
    second.lines.update(unit_price=first.lines.get().unit_price * 2, amount=first.lines.get().amount * 2)
    rows = evaluations.compute(house.organization.pk, today.year)
    assert [row.price for row in rows] == [0]
    second.lines.update(amount=first.lines.get().amount)
    assert [row.price for row in evaluations.compute(house.organization.pk, today.year)] == [100]


@pytest.mark.parametrize("service", [-1, 101])
def test_a_mark_lies_between_0_and_100(house: House, service: int) -> None:
    with pytest.raises(DomainError, match="between 0 and 100"):
        evaluations.mark_service(house.supplier, 2026, service=service, note="", actor=house.buyer)
    assert not SupplierEvaluation.objects.exists()


# ---- pages ----


def test_the_page_shows_what_is_known_and_hides_the_account(house: House, food: PurchaseCategory) -> None:
    Supplier.objects.filter(pk=house.supplier.pk).update(bank_account="6222001234567890", phone="13812345678")
    licence(house.supplier, clock.today() - DAY)
    order = order_approved(house)
    client = enter(house.buyer)
    client.post(reverse("supplier_serve", args=(house.supplier.pk,)), {"category": food.pk})
    client.post(reverse("supplier_mark", args=(house.supplier.pk,)), {"year": clock.today().year, "service": "85"})
    text = client.get(reverse("supplier_page", args=(house.supplier.pk,))).content.decode()
    for words in ("JY1", "over", "食品", order.number, "85", "************7890"):
        assert words in text
    assert "6222001234567890" not in text
    assert "13812345678" not in text
    assert (
        client.post(reverse("supplier_mark", args=(house.supplier.pk,)), {"year": 2026, "service": 300}).status_code
        == 409
    )
    field = SupplierField.objects.get()
    enter(house.auditor).post(reverse("supplier_serve", args=(house.supplier.pk,)), {"remove": field.pk})
    assert SupplierField.objects.exists()
    client.post(reverse("supplier_serve", args=(house.supplier.pk,)), {"remove": field.pk})
    assert not SupplierField.objects.exists()
    assert enter(house.requester).get(reverse("supplier_page", args=(house.supplier.pk,))).status_code == 404


def test_the_list_filters_exports_and_asks_a_fixed_number_of_queries(house: House, food: PurchaseCategory) -> None:
    client = enter(house.buyer)
    SupplierField.objects.create(supplier=house.supplier, category=food)
    counts = []
    for number in (1, 15):
        for place in range(number):
            Supplier.objects.create(code=f"L{number}-{place}", name=f"公司{number}-{place}")
        client.get(reverse("supplier_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("supplier_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    page = client.get(reverse("supplier_list"), {"category": "a07"}).content.decode()
    assert house.supplier.name in page
    assert "公司1-0" not in page
    assert client.get(reverse("supplier_export")).status_code == 200
    assert enter(house.requester).get(reverse("supplier_list")).status_code == 403


def test_suppliers_of_the_category_are_proposed(house: House, food: PurchaseCategory) -> None:
    request = request_approved(house, (house.gloves, 10, 25, {"category": food}))
    document = begin(house, request)
    SupplierField.objects.create(supplier=house.supplier, category=food)
    page = enter(house.buyer).get(reverse("sourcing_invite", args=(document.pk,))).content.decode()
    assert house.supplier.name in page
    assert collecting(house).invitations.count() == 3
