"""Orders and contracts: covered by request and award, signed, bonded, cancelled in part (R-PRC-01, 09, 10, 15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from assets.figures import ASSET_FROM
from core import clock
from core.documents.services import events_of
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Notice
from core.models.policies import Policy
from directory.models import SupplierLicence
from procurement import figures
from procurement.models import (
    CategoryLicence,
    PurchaseCategory,
    PurchaseOrder,
    PurchaseRequestLine,
    SourcingLine,
)
from procurement.services import duties, order_drafts, order_steps
from tests.buying import (
    accepted,
    allot,
    allotment_of,
    make_framework,
    make_order,
    order_approved,
    request_approved,
    sourcing_approved,
    take,
)
from tests.factories import House, at

pytestmark = pytest.mark.django_db


def figure(house: House, key: str, value: Any) -> None:
    Policy.objects.create(
        organization=house.organization, key=key, value=Decimal(value), valid_from=dt.date(2020, 1, 1), basis="本院规定"
    )


def refuse(house: House, order: PurchaseOrder, match: str, error: type[Exception] = DomainError) -> None:
    """The order cannot be submitted, stays a draft, and nothing is taken from its request."""
    with pytest.raises(error, match=match):
        take(order, ("submit", house.buyer))
    order.refresh_from_db()
    assert (order.status, order.number) == ("draft", None)
    assert not PurchaseRequestLine.objects.exclude(ordered_quantity=0).exists()


def test_an_order_takes_from_the_request_and_gives_back_what_it_saves(house: House) -> None:
    """R-PRC-01, R-PRC-02: 10 at 25 were approved, 10 at 23 are ordered: 230 stay reserved."""
    order = order_approved(house)
    wanted = PurchaseRequestLine.objects.get()
    assert (wanted.ordered_quantity, wanted.reserved, allotment_of(house).reserved) == (10, 230, 230)
    assert (SourcingLine.objects.get().ordered_quantity, wanted.document.progress) == (10, "ordered")
    order = take(order, ("cancel", house.buyer))
    wanted.refresh_from_db()
    assert (wanted.ordered_quantity, wanted.reserved, allotment_of(house).reserved) == (0, 250, 250)
    assert SourcingLine.objects.get().ordered_quantity == 0


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"quantity": 11}, "only 10 of the request are left"),
        ({"unit_price": Decimal("22.99")}, "23 yuan were awarded or agreed"),
        ({"unit_price": Decimal("25.01")}, "above the approved 25"),
        ({"unit_price": 0}, "greater than zero"),
        ({"warehouse": None}, "Choose the warehouse"),
        ({"sourcing_line": None}, "comes from no award"),
    ],
)
def test_an_order_beyond_request_or_award_is_refused(house: House, changes: dict[str, Any], match: str) -> None:
    """R-PRC-01, R-PRC-07."""
    order = make_order(house)
    line = order.lines.get()
    for name, value in changes.items():
        setattr(line, name, value)
    line.save()
    refuse(house, order, match)


def test_of_two_orders_over_the_same_rest_the_second_is_refused_at_approval(house: House) -> None:
    """R-PRC-01: looked at again under lock when the last signature is given."""
    sourcing = sourcing_approved(house)
    first, second = make_order(house, sourcing), make_order(house, sourcing)
    for order in (first, second):
        take(order, ("submit", house.buyer))
    take(first, ("approve", house.logistics_head))
    with pytest.raises(DomainError, match="only 0 of the request are left"):
        take(second, ("approve", house.logistics_head))
    second.refresh_from_db()
    assert (second.status, PurchaseRequestLine.objects.get().ordered_quantity) == ("submitted", 10)


def test_another_supplier_than_the_awarded_one_is_refused(house: House) -> None:
    """R-PRC-08."""
    sourcing = sourcing_approved(house)
    other = sourcing.quotations.order_by("pk").last().supplier
    refuse(house, make_order(house, sourcing, supplier=other), "was not awarded to")


def test_a_supplier_whose_licence_ended_gets_no_order(house: House) -> None:
    """R-PRC-09, at submit and again at approval."""
    category = PurchaseCategory.objects.get_or_create(code="A0503", defaults={"name": "医疗用品"})[0]
    CategoryLicence.objects.create(category=category, kind=SupplierLicence.Kind.values[0])
    order = make_order(house)
    order.lines.update(category=category)
    refuse(house, order, "no valid|ended")
    licence = SupplierLicence.objects.create(
        supplier=order.supplier, kind=SupplierLicence.Kind.values[0], number="1", valid_until=clock.today()
    )
    take(order, ("submit", house.buyer))
    SupplierLicence.objects.filter(pk=licence.pk).update(valid_until=clock.today() - dt.timedelta(days=1))
    with pytest.raises(DomainError, match="ended on"):
        take(order, ("approve", house.logistics_head))
    order.refresh_from_db()
    assert (order.status, PurchaseRequestLine.objects.get().ordered_quantity) == ("submitted", 0)


def test_a_bond_above_the_figure_is_refused(house: House) -> None:
    """R-PRC-10: at most 10 % of 230 yuan."""
    order = make_order(house, bond_form="guarantee", bond_amount=Decimal("23.01"))
    refuse(house, order, "at most 10 %")
    PurchaseOrder.objects.filter(pk=order.pk).update(bond_amount=23, bond_form="none")
    refuse(house, order, "or neither")
    PurchaseOrder.objects.filter(pk=order.pk).update(bond_form="guarantee")
    assert take(order, ("submit", house.buyer)).status == "submitted"


def test_a_dear_durable_thing_for_the_store_needs_a_reason(house: House) -> None:
    """R-AST-03: from the figure on, an asset card or a reason."""
    order = make_order(house)
    figure(house, ASSET_FROM, 20)
    refuse(house, order, "choose “asset card”")
    order.lines.update(stock_reason="科室共用耗材")
    assert take(order, ("submit", house.buyer)).status == "submitted"


def test_small_things_need_no_award_and_large_ones_do(house: House) -> None:
    """The figure for direct purchases is 1000 yuan as shipped."""
    wanted = request_approved(house, (house.gloves, 100, 25)).lines.get()
    order = order_drafts.from_requests({wanted.pk: Decimal(41)}, actor=house.buyer, supplier=house.supplier)
    refuse(house, order, "up to 1,000.00 yuan")
    order.delete()
    order = order_drafts.from_requests({wanted.pk: Decimal(40)}, actor=house.buyer, supplier=house.supplier)
    assert take(order, ("submit", house.buyer), ("approve", house.logistics_head)).total_amount == 1000


def test_a_call_off_takes_the_price_of_the_agreement(house: House) -> None:
    """A framework agreement is drawn on, until its quantity or its time is over."""
    agreement = take(
        make_framework(house, (house.gloves, 12, 22)), ("submit", house.buyer), ("approve", house.logistics_head)
    )
    wanted = request_approved(house, (house.gloves, 20, 25)).lines.get()
    order = order_drafts.from_requests({wanted.pk: Decimal(10)}, actor=house.buyer, framework=agreement)
    assert (order.lines.get().unit_price, order.supplier) == (22, agreement.supplier)
    take(order, ("submit", house.buyer), ("approve", house.logistics_head))
    assert agreement.lines.get().called_quantity == 10
    more = order_drafts.from_requests({wanted.pk: Decimal(10)}, actor=house.buyer, framework=agreement)
    with pytest.raises(DomainError, match="only 2 were awarded or agreed"):
        take(more, ("submit", house.buyer))
    assert agreement.lines.get().called_quantity == 10
    with at(agreement.valid_until + dt.timedelta(days=30)):
        more.lines.update(quantity=1)
        PurchaseOrder.objects.filter(pk=more.pk).update(business_date=clock.today())
        more.refresh_from_db()
        with pytest.raises(DomainError, match="holds from"):
            take(more, ("submit", house.buyer))


def test_one_click_drafts_an_order_for_each_supplier_and_never_twice(house: House) -> None:
    sourcing = sourcing_approved(house, request_approved(house, (house.gloves, 10, 25), (house.paper, 5, 20)))
    other = sourcing.quotations.order_by("pk")[1]
    line = sourcing.lines.order_by("position")[1]
    SourcingLine.objects.filter(pk=line.pk).update(awarded=other.lines.get(line=line))
    orders = order_drafts.from_award(sourcing, actor=house.buyer)
    assert [(order.supplier, order.total_amount) for order in orders] == [(house.supplier, 230), (other.supplier, 95)]
    with pytest.raises(DomainError, match="is on orders"):
        order_drafts.from_award(sourcing, actor=house.buyer)
    assert PurchaseOrder.objects.count() == 2
    with pytest.raises(NotAllowed):
        order_drafts.from_award(sourcing, actor=house.requester)


def test_the_rest_is_cancelled_and_its_budget_is_free_or_the_request_open_again(house: House) -> None:
    """R-PRC-02: 4 of 10 came; the other 6 are given up, once for good and once to be ordered elsewhere."""
    for reopen, left in ((False, (4, 6, 92)), (True, (4, 0, 92 + 150))):
        order = order_approved(house, sourcing_approved(house, request_approved(house)))
        _accept_some(house, order, 4)
        order = order_steps.close_rest(order, actor=house.buyer, reason="停产", reopen=reopen)
        wanted = order.lines.get().request_line
        assert (wanted.ordered_quantity, wanted.closed_quantity, wanted.reserved) == left
        assert (order.progress, order.lines.get().closed_quantity) == ("closed", 6)
        assert events_of(order).last().step == "close_rest"
        with pytest.raises(IllegalTransition, match="Nothing is open"):
            order_steps.close_rest(order, actor=house.buyer, reason="停产", reopen=reopen)
    assert allotment_of(house).reserved == 92 + 92 + 150


def _accept_some(house: House, order: PurchaseOrder, quantity: int) -> None:
    from tests.buying import make_acceptance

    document = make_acceptance(house, order)
    document.lines.update(arrived_quantity=quantity, accepted_quantity=quantity)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    order.refresh_from_db()


def test_the_rest_is_not_cancelled_without_reason_or_right_or_under_a_waiting_delivery(house: House) -> None:
    order = order_approved(house)
    with pytest.raises(DomainError, match="reason"):
        order_steps.close_rest(order, actor=house.buyer, reason=" ", reopen=False)
    with pytest.raises(NotAllowed):
        order_steps.close_rest(order, actor=house.acceptor, reason="停产", reopen=False)
    from tests.buying import make_acceptance

    take(make_acceptance(house, order), ("submit", house.acceptor))
    with pytest.raises(IllegalTransition, match="waits for its signature"):
        order_steps.close_rest(order, actor=house.buyer, reason="停产", reopen=False)
    assert order.lines.get().closed_quantity == 0
    with pytest.raises(DomainError, match="belongs to"):
        take(order, ("cancel", house.buyer))


def test_a_contract_signed_too_late_is_flagged(house: House) -> None:
    """R-PRC-15: counted from the approval of the award; the figure is 30 days as shipped."""
    order = order_approved(house, form="contract")
    today = clock.today()
    assert order_steps.late_signings([order]) == {}
    with at(today + dt.timedelta(days=31)):
        assert order_steps.late_signings([order]) == {order.pk: 31}
        with pytest.raises(DomainError, match="before the award"):
            order_steps.seal(order, actor=house.buyer, day=today - dt.timedelta(days=1))
        with pytest.raises(DomainError, match="future"):
            order_steps.seal(order, actor=house.buyer, day=today + dt.timedelta(days=32))
        order = order_steps.seal(order, actor=house.buyer, day=today + dt.timedelta(days=20))
        assert order_steps.late_signings([order]) == {}
    assert (order.sealed_by, events_of(order).last().step) == (house.buyer, "seal")
    with pytest.raises(IllegalTransition, match="already"):
        order_steps.seal(order, actor=house.buyer, day=today)
    with pytest.raises(NotAllowed):
        order_steps.seal(order, actor=house.auditor, day=today)
    with pytest.raises(DomainError, match="cancel the rest instead"):
        take(order, ("cancel", house.buyer))


def test_a_bond_comes_and_goes_once_and_is_remembered(house: House) -> None:
    """R-PRC-10."""
    order = order_approved(house, bond_form="transfer", bond_amount=Decimal(20))
    today = clock.today()
    with pytest.raises(IllegalTransition, match="is held"):
        order_steps.return_bond(order, actor=house.buyer, day=today)
    order = order_steps.receive_bond(order, actor=house.buyer, day=today)
    with pytest.raises(IllegalTransition, match="is awaited"):
        order_steps.receive_bond(order, actor=house.buyer, day=today)
    accepted(house, order)
    call_command("order_reminders")
    call_command("order_reminders")
    assert list(Notice.objects.filter(code="order_bond_held").values_list("user", flat=True)) == [house.buyer.pk]
    order = order_steps.return_bond(order, actor=house.buyer, day=today)
    assert order.bond_returned_on == today


def test_contracts_that_end_and_late_deliveries_are_told_once(house: House) -> None:
    today = clock.today()
    order = order_approved(
        house, expires_on=today + dt.timedelta(days=20), deliver_by=today - dt.timedelta(days=1), form="contract"
    )
    for _time in range(2):
        call_command("order_reminders")
    codes = Notice.objects.filter(user=house.buyer).exclude(code="").values_list("code", flat=True)
    assert sorted(codes) == ["order_ends", "order_overdue"]
    with at(order.expires_on - dt.timedelta(days=5)):
        call_command("order_reminders")
    with at(order.expires_on + dt.timedelta(days=1)):
        call_command("order_reminders")
    codes = Notice.objects.filter(user=house.buyer).exclude(code="").values_list("code", flat=True)
    assert sorted(codes) == ["order_ended", "order_ends", "order_ends", "order_overdue"]


def test_who_approved_the_request_does_not_buy_and_who_sourced_does_not_approve(house: House) -> None:
    """R-PRC-11, domain 3.3."""
    order = make_order(house)
    PurchaseOrder.objects.filter(pk=order.pk).update(created_by=house.logistics_head)
    order.refresh_from_db()
    with pytest.raises(NotAllowed, match="approved the request"):
        take(order, ("submit", house.buyer))
    PurchaseOrder.objects.filter(pk=order.pk).update(created_by=house.buyer)
    take(order, ("submit", house.buyer))
    from directory.services.roles import grant_role
    from tests.factories import make_person

    second = make_person(house.organization, house.logistics, "second-buyer", "采购二", "buyer")
    grant_role(second, "logistics_head")
    from core.documents.services import record_event

    record_event(order.sourcing, "edit", actor=second, from_status="draft")
    order.refresh_from_db()
    with pytest.raises(NotAllowed, match="worked on"):
        take(order, ("approve", second))
    order.refresh_from_db()
    assert order.status == "submitted"


def test_the_people_of_a_purchase_are_known_by_duty(house: House) -> None:
    """R-PRC-11: a clean chain has no conflict; a keeper who accepts is found."""
    order = order_approved(house)
    document = accepted(house, order)
    people = duties.people_of(order)
    assert people.requested == {house.requester.pk}
    assert people.bought == {house.buyer.pk}
    assert house.logistics_head.pk in people.approved
    assert people.accepted == {house.acceptor.pk, house.asset_manager.pk}
    assert people.conflicts() == []
    people.kept.add(house.acceptor.pk)
    assert people.conflicts() == [(duties.ACCEPTED, duties.KEPT, {house.acceptor.pk})]
    assert document.status == "approved"


def test_an_order_waits_for_money_that_is_not_there(house: House) -> None:
    """R-PRC-02: what an order gave back and somebody else reserved cannot be taken back for nothing."""
    allot(house, 250)
    order = order_approved(house)
    assert allotment_of(house).available == 20
    request_approved(house, (house.paper, 1, 20), allotment=allotment_of(house))
    with pytest.raises(DomainError, match="budget does not cover"):
        take(order, ("cancel", house.buyer))
    order.refresh_from_db()
    assert (order.status, allotment_of(house).reserved) == ("approved", 250)


def test_figures_of_the_house_are_used(house: House) -> None:
    figure(house, figures.BOND_UP_TO, 5)
    refuse(house, make_order(house, bond_form="guarantee", bond_amount=Decimal(12)), "at most 5 %")
