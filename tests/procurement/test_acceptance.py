"""Acceptance: the right people, quantities within the order, goods to store, cards or back (R-PRC-11, R-PRC-14)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from assets.models import AssetIntake
from core import clock
from core.documents.models import DutyConflict
from core.documents.routes import waiting_for
from core.documents.services import apply_transition, edit_draft
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Notice
from core.models.policies import Policy
from directory.models import Department
from inventory.models import GoodsReceipt, StockBalance
from procurement import figures
from procurement.models import Acceptance, PurchaseOrder, PurchaseRequestLine, RejectedGoods, Treatment
from procurement.services import rejections
from tests.buying import accepted, allotment_of, make_acceptance, make_order, order_approved, request_approved, take
from tests.buying import sourcing_approved as sourced
from tests.factories import House, make_person, run

pytestmark = pytest.mark.django_db


def refuse(house: House, document: Acceptance, match: str) -> None:
    """The delivery cannot be submitted; nothing is counted and no receipt is made."""
    with pytest.raises(DomainError, match=match):
        take(document, ("submit", house.acceptor))
    document.refresh_from_db()
    assert (document.status, GoodsReceipt.objects.count(), AssetIntake.objects.count()) == ("draft", 0, 0)
    assert not PurchaseRequestLine.objects.exclude(received_quantity=0).exists()


def over(house: House, percent: int) -> None:
    Policy.objects.create(
        organization=house.organization,
        key=figures.OVER_DELIVERY,
        value=percent,
        valid_from=dt.date(2020, 1, 1),
        basis="本院规定",
    )


def test_an_accepted_delivery_becomes_a_draft_receipt_and_the_keepers_are_told(house: House) -> None:
    """R-PRC-11: accepted by two, kept by a third."""
    order = order_approved(house)
    document = accepted(house, order)
    receipt, line = GoodsReceipt.objects.get(), order.lines.get()
    assert (receipt.status, receipt.source, receipt.created_by) == ("draft", document.number, house.storekeeper)
    assert [(x.item, x.quantity, x.unit_price) for x in receipt.lines.all()] == [(house.gloves, 10, 23)]
    assert set(receipt.accepted_by.all()) == {house.acceptor, house.asset_manager}
    told = Notice.objects.filter(event__step="delivered").values_list("user", flat=True)
    assert set(told) == {house.storekeeper.pk, house.second_storekeeper.pk}
    order.refresh_from_db()
    wanted = PurchaseRequestLine.objects.get()
    assert (line.accepted_quantity, order.progress, wanted.received_quantity) == (10, "complete", 10)
    assert wanted.document.progress == "received"
    run(house, receipt)
    assert StockBalance.objects.get().quantity == 10


def test_the_other_acceptors_sign_and_nobody_else(house: House) -> None:
    document = take(make_acceptance(house), ("submit", house.acceptor))
    assert waiting_for(house.asset_manager).filter(object_id=document.pk).exists()
    assert not waiting_for(house.logistics_head).filter(object_id=document.pk).exists()
    for person in (house.acceptor, house.logistics_head, house.buyer):
        with pytest.raises(NotAllowed):
            apply_transition(document, "approve", actor=person)
    assert GoodsReceipt.objects.count() == 0
    assert take(document, ("approve", house.asset_manager)).status == "approved"


def test_whoever_is_named_as_acceptor_sees_order_and_paper_whatever_his_role(house: House) -> None:
    order = order_approved(house)
    document = make_acceptance(house, order)
    person = make_person(house.organization, house.logistics, "p9", "维修工", "repair_worker")
    mine = (PurchaseOrder.objects.visible_to(person), Acceptance.objects.visible_to(person))
    assert [rows.count() for rows in mine] == [0, 0]
    document.acceptors.add(person)
    assert [rows.all().count() for rows in mine] == [1, 1]


def test_one_person_alone_accepts_nothing(house: House) -> None:
    """R-PRC-11."""
    document = make_acceptance(house)
    document.acceptors.clear()
    refuse(house, document, "at least two people")
    document.acceptors.add(house.acceptor)
    refuse(house, document, "at least two people")


def test_who_bought_does_not_accept(house: House) -> None:
    """R-PRC-11: who wrote or sealed the order, or worked on the sourcing; not as a substitute either."""
    document = make_acceptance(house)
    document.acceptors.add(house.buyer)
    refuse(house, document, "bought these goods")
    document.acceptors.remove(house.buyer)
    helper = make_person(house.organization, house.logistics, "b2", "采购二", "buyer")
    PurchaseOrder.objects.filter(pk=document.order_id).update(sealed_by=helper)
    document.acceptors.add(helper)
    refuse(house, document, "bought these goods")
    document.acceptors.remove(helper)
    from core.documents.models import Delegation

    Delegation.objects.create(
        principal=house.asset_manager, substitute=house.buyer, from_date=clock.today(), to_date=clock.today()
    )
    document.refresh_from_db()
    document.order.refresh_from_db()
    take(document, ("submit", house.acceptor))
    with pytest.raises(NotAllowed, match="bought these goods"):
        apply_transition(document, "approve", actor=house.buyer)
    assert GoodsReceipt.objects.count() == 0


def test_one_acceptor_is_of_the_using_department(house: House) -> None:
    """R-PRC-11; a department of which nobody could accept is stood for by the one above it (docs/adr/0018)."""
    document = make_acceptance(house)
    Acceptance.objects.filter(pk=document.pk).update(created_by=house.repair_worker)
    document.refresh_from_db()
    with pytest.raises(DomainError, match="of the department that uses the goods"):
        apply_transition(document, "submit", actor=house.acceptor)
    empty = Department.objects.create(
        organization=house.organization, code="905", name="新科室", kind="ward", parent=house.logistics
    )
    document.order.lines.get().request_line.document.__class__.objects.update(department=empty)
    document.refresh_from_db()
    assert apply_transition(document, "submit", actor=house.acceptor).status == "submitted"


def test_the_keeper_of_the_store_does_not_accept_unless_the_house_only_warns(house: House) -> None:
    """R-PRC-11 (practice): refused as shipped; a row of the duty conflicts that warns lets it pass."""
    document = make_acceptance(house)
    document.acceptors.add(house.storekeeper)
    refuse(house, document, "keeps the store")
    from django.contrib.contenttypes.models import ContentType

    DutyConflict.objects.create(
        organization=house.organization,
        scope="document",
        content_type=ContentType.objects.get_for_model(PurchaseOrder),
        step_a="accepted",
        step_b="kept",
        severity="warn",
    )
    take(document, ("submit", house.acceptor), ("approve", house.storekeeper), ("approve", house.asset_manager))
    assert GoodsReceipt.objects.get().created_by == house.second_storekeeper


def test_more_than_ordered_is_refused_beyond_the_tolerance(house: House) -> None:
    """R-PRC-10: nothing more as shipped; with 20 % two more of ten, once and not again."""
    order = order_approved(house)
    document = make_acceptance(house, order)
    document.lines.update(arrived_quantity=12, accepted_quantity=12)
    refuse(house, document, "at most 10")
    over(house, 20)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    assert (order.lines.get().accepted_quantity, PurchaseRequestLine.objects.get().reserved) == (12, 276)
    again = make_acceptance(house, order)
    again.lines.create(order_line=order.lines.get(), arrived_quantity=1, accepted_quantity=1)
    with pytest.raises(DomainError, match="at most 0"):
        take(again, ("submit", house.acceptor))
    assert allotment_of(house).reserved == 276


def test_a_delivery_that_waits_for_its_signature_counts(house: House) -> None:
    """Two acceptances of one delivery: the second is told of the first."""
    order = order_approved(house)
    first, second = make_acceptance(house, order), make_acceptance(house, order)
    take(first, ("submit", house.acceptor))
    with pytest.raises(DomainError, match=f"{first.order and 'accepts the rest already'}"):
        take(second, ("submit", house.acceptor))
    second.refresh_from_db()
    assert second.status == "draft"


def test_what_is_wrong_is_said_and_the_goods_wait_outside_the_store(house: House) -> None:
    """R-PRC-14: rejected goods have a number, are settled once, and never enter the store."""
    order = order_approved(house)
    document = make_acceptance(house, order, rejected=3)
    document.lines.update(finding="")
    refuse(house, document, "what is wrong")
    document.lines.update(finding="包装破损")
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    rejected, line = RejectedGoods.objects.get(), order.lines.get()
    assert (rejected.quantity, rejected.state, rejected.number[:2]) == (3, "waiting", "JS")
    assert (line.accepted_quantity, line.rejected_quantity, line.open_quantity) == (7, 3, 3)
    assert GoodsReceipt.objects.get().lines.get().quantity == 7
    today = clock.today()
    settle = {"actor": house.buyer, "remedy": "replace", "day": today, "collected_by": "康达司机"}
    for wrong, match in (
        ({"collected_by": " "}, "who fetched"),
        ({"day": today + dt.timedelta(days=1)}, "the day"),
        ({"remedy": "eaten"}, "what becomes"),
        ({"actor": house.auditor}, "may not"),
    ):
        with pytest.raises(DomainError, match=match):
            rejections.settle(rejected, **{**settle, **wrong})
    rejected = rejections.settle(rejected, **settle)
    assert (rejected.state, rejected.settled_by) == ("settled", house.buyer)
    with pytest.raises(IllegalTransition, match="settled already"):
        rejections.settle(rejected, **settle)
    accepted(house, order)
    order.refresh_from_db()
    assert (order.progress, order.lines.get().rejected_quantity) == ("complete", 3)
    with pytest.raises(DomainError, match="settled already"):
        take(document, ("cancel", house.acceptor))


def test_lots_and_days_are_entered_at_the_acceptance(house: House) -> None:
    """R-STK-09: what is kept by lot comes with lot and day, and nothing expired."""
    order = order_approved(house, sourced(house, request_approved(house, (house.vaccine, 5, 8))))
    document = make_acceptance(house, order)
    refuse(house, document, "lot number")
    document.lines.update(lot_number="B1")
    refuse(house, document, "day it expires")
    document.lines.update(expires_on=clock.today())
    refuse(house, document, "has expired")
    day = clock.today() + dt.timedelta(days=90)
    document.lines.update(expires_on=day)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    line = GoodsReceipt.objects.get().lines.get()
    assert (line.lot_number, line.expires_on) == ("B1", day)


def test_durable_goods_wait_for_cards_and_services_for_nothing(house: House) -> None:
    """R-AST-03."""
    order = make_order(house, sourced(house, request_approved(house, (house.gloves, 2, 25), (house.paper, 1, 20))))
    first, second = order.lines.order_by("position")
    order.lines.filter(pk=first.pk).update(treatment=Treatment.ASSET)
    order.lines.filter(pk=second.pk).update(treatment=Treatment.SERVICE)
    take(order, ("submit", house.buyer), ("approve", house.logistics_head))
    document = make_acceptance(house, order)
    document.lines.filter(order_line=first).update(arrived_quantity=2, accepted_quantity=Decimal("1.5"), finding="x")
    refuse(house, document, "whole pieces")
    document.lines.filter(order_line=first).update(accepted_quantity=2)
    document = take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    row = AssetIntake.objects.get()
    assert (row.quantity, row.amount, row.department, row.source) == (2, 46, house.ward, document.number)
    assert GoodsReceipt.objects.count() == 0
    document = take(document, ("cancel", house.acceptor))
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.state, order.progress) == ("withdrawn", "open")


def test_a_receipt_that_was_made_of_a_delivery_keeps_what_was_accepted(house: House) -> None:
    """R-PRC-11, R-PRC-14: the keeper posts what was accepted, or has the acceptance returned."""
    accepted(house)
    receipt = GoodsReceipt.objects.get()
    line = receipt.lines.get()
    for name, value, right in (("quantity", 11, 10), ("unit_price", 22, 23), ("item", house.paper, house.gloves)):
        with edit_draft(receipt, actor=house.storekeeper):
            setattr(line, name, value)
            line.save()
        with pytest.raises(DomainError, match="cannot be changed here"):
            run(house, receipt, "submit")
        with edit_draft(receipt, actor=house.storekeeper):
            setattr(line, name, right)
            line.save()
    extra = receipt.lines.create(position=2, item=house.paper, unit=house.paper.unit, quantity=1, unit_price=1)
    with pytest.raises(DomainError, match="cannot be changed here"):
        run(house, receipt, "submit")
    extra.delete()
    receipt.accepted_by.add(house.auditor)
    with pytest.raises(DomainError, match="acceptors are those of"):
        run(house, receipt, "submit")
    receipt.accepted_by.remove(house.auditor)
    with pytest.raises(DomainError, match="have that acceptance returned"):
        take(receipt, ("cancel", house.storekeeper))
    from core.documents.services import delete_draft

    with pytest.raises(DomainError, match="have that acceptance returned"):
        delete_draft(receipt, actor=house.storekeeper)
    assert run(house, receipt).status == "posted"


def test_a_delivery_is_taken_back_while_its_receipt_is_a_draft(house: House) -> None:
    order = order_approved(house)
    document = accepted(house, order)
    document = take(document, ("reject", house.logistics_head))
    order.refresh_from_db()
    wanted = PurchaseRequestLine.objects.get()
    assert (document.status, GoodsReceipt.objects.count(), order.progress) == ("draft", 0, "open")
    assert (order.lines.get().accepted_quantity, wanted.received_quantity, wanted.reserved) == (0, 0, 230)
    document = take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    receipt = run(house, GoodsReceipt.objects.get(), "submit")
    with pytest.raises(DomainError, match="returned to its keeper"):
        take(document, ("cancel", house.acceptor))
    document.refresh_from_db()
    assert (document.status, order.lines.get().accepted_quantity) == ("approved", 10)
    receipt = apply_transition(receipt, "reject", actor=house.logistics_head, reason="退回")
    document = take(document, ("cancel", house.acceptor))
    receipt.refresh_from_db()
    assert (document.status, receipt.status) == ("cancelled", "cancelled")
    assert receipt.number


def test_a_posted_receipt_is_reversed_and_the_delivery_taken_back_afterwards(house: House) -> None:
    order = order_approved(house)
    document = accepted(house, order)
    receipt = run(house, GoodsReceipt.objects.get())
    with pytest.raises(DomainError, match="reversed once it is posted"):
        take(document, ("cancel", house.acceptor))
    run(house, receipt, "reverse")
    assert (order.lines.get().accepted_quantity, document.status) == (10, "approved")
    take(document, ("cancel", house.acceptor))
    assert order.lines.get().accepted_quantity == 0


@pytest.mark.parametrize("values", [{"accepted_quantity": 11}, {"arrived_quantity": 0, "accepted_quantity": 0}])
def test_the_database_refuses_more_accepted_than_arrived(house: House, values: dict[str, Any]) -> None:
    from django.db import IntegrityError, transaction

    document = make_acceptance(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        document.lines.update(**values)
    assert document.lines.get().accepted_quantity == 10


def test_what_orders_remember_is_verified_against_the_papers(house: House) -> None:
    """Every cached quantity agrees with the approved papers; a wrong one is named."""
    from core.verification import findings
    from procurement.models import PurchaseOrderLine
    from procurement.services import order_steps

    order = order_approved(house)
    document = make_acceptance(house, order, rejected=3)
    document.lines.update(arrived_quantity=7, accepted_quantity=4)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    order_steps.close_rest(order, actor=house.buyer, reason="停产", reopen=True)
    assert [str(finding) for finding in findings()] == []
    PurchaseOrderLine.objects.update(accepted_quantity=5)
    PurchaseRequestLine.objects.update(ordered_quantity=5)
    found = " ".join(str(finding) for finding in findings())
    assert "accepted_quantity is 5" in found
    assert "ordered_quantity is 5" in found
