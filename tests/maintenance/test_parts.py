"""Parts of an order: a real requisition, a real issue, stock that moves, what came back (R-REP-08, R-STK-11)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from core.models import Notice
from inventory.models import GoodsIssue, OldPieceMove, Quota, Requisition, StockReturn
from inventory.selectors import stock_of
from inventory.services.issuing import Handout, issue_requisition
from maintenance.models import OrderIssue, OrderRequisition, PartUse, WorkOrder
from maintenance.services import closing, doing, parts, parts_back
from maintenance.services.progress import take_step
from tests.factories import House, make_opening, make_requisition
from tests.movements import make_stock_return
from tests.repairing import bring, make_order

from .test_doing import work

pytestmark = pytest.mark.django_db


def on_hand(house: House, item: Any) -> Decimal:
    return stock_of(house.warehouse.pk, [item.pk]).get(item.pk, (Decimal(0), None))[0]


def fill(house: House, *lines: tuple[Any, int, Any]) -> None:
    """Opening stock, posted."""
    document = make_opening(house, *lines)
    for step, actor in (("submit", house.storekeeper), ("approve", house.logistics_head), ("post", house.storekeeper)):
        document.refresh_from_db()
        if step == "approve" and document.status == Status.APPROVED:
            continue
        apply_transition(document, step, actor=actor)


def ask(house: House, order: Any, *lines: tuple[Any, Any], **more: Any) -> Requisition:
    wanted = [parts.Wanted(item, Decimal(quantity)) for item, quantity in lines]
    return parts.take_parts(order, wanted, actor=house.repair_worker, warehouse=house.warehouse, **more)


def hand_out(house: House, asked: Requisition, **more: Any) -> GoodsIssue:
    """The storekeeper gives out everything that was asked for."""
    out = {line.pk: Handout(line.stock_quantity, **more) for line in asked.lines.all()}
    return issue_requisition(asked, out, actor=house.storekeeper, request_key=uuid.uuid4())


@pytest.fixture
def valve(house: House) -> Any:
    item = house.item("陶瓷阀芯", reference_price=Decimal("12.50"))
    fill(house, (item, 20, "12.5"))
    return item


@pytest.fixture
def order(house: House) -> Any:
    return bring(house, make_order(house), "on_site")


def test_parts_leave_the_store_on_the_order(house: House, order: Any, valve: Any) -> None:
    """R-REP-08: material comes from a stock issue linked to the order; stock moves and the order bears the cost."""
    asked = ask(house, order, (valve, 3))
    assert (asked.status, asked.department, asked.created_by) == (Status.APPROVED, house.ward, house.repair_worker)
    assert order.number in asked.purpose
    assert on_hand(house, valve) == 20
    issue = hand_out(house, asked)
    assert (issue.status, on_hand(house, valve)) == (Status.POSTED, 17)
    assert OrderIssue.objects.get().issue == issue
    order.refresh_from_db()
    assert order.cost_material == Decimal("37.50")


def test_from_the_limit_on_somebody_signs(house: House, order: Any, valve: Any) -> None:
    fill(house, (house.gloves, 100, 250))
    first = ask(house, order, (valve, 2))
    second = ask(house, order, (house.gloves, 2))
    assert (first.status, second.status) == (Status.APPROVED, Status.SUBMITTED)
    with pytest.raises(DomainError):
        hand_out(house, second)
    assert on_hand(house, house.gloves) == 100
    apply_transition(second, "approve", actor=house.department_head)
    hand_out(house, Requisition.objects.get(pk=second.pk))
    assert on_hand(house, house.gloves) == 98


def test_many_small_requests_do_not_slip_below_the_limit(house: House, order: Any) -> None:
    fill(house, (house.gloves, 100, 250))
    assert ask(house, order, (house.gloves, 1)).status == Status.APPROVED
    assert ask(house, order, (house.gloves, 1)).status == Status.SUBMITTED


def test_more_than_the_store_has_is_refused_by_name(house: House, order: Any, valve: Any) -> None:
    with pytest.raises(DomainError, match="陶瓷阀芯") as refusal:
        ask(house, order, (valve, 21))
    assert refusal.value.line == 1
    with pytest.raises(DomainError):
        ask(house, order, (valve, 1), (valve, 1))
    assert (Requisition.objects.count(), OrderRequisition.objects.count()) == (0, 0)


def test_parts_are_taken_by_who_has_the_order_in_hand(house: House, valve: Any) -> None:
    order = bring(house, make_order(house), "dispatched")
    with pytest.raises(DomainError):
        ask(house, order, (valve, 1))
    order = bring(house, order, "on_site")
    wanted = [parts.Wanted(valve, Decimal(1))]
    with pytest.raises(NotAllowed):
        parts.take_parts(order, wanted, actor=house.requester, warehouse=house.warehouse)
    assert Requisition.objects.count() == 0


def test_without_any_department_nobody_would_bear_the_cost(house: House, order: Any, valve: Any) -> None:
    WorkOrder.objects.filter(pk=order.pk).update(department=None)
    assert ask(house, order, (valve, 1)).department == house.repair_worker.department
    type(house.repair_worker).objects.filter(pk=house.repair_worker.pk).update(department=None)
    house.repair_worker.refresh_from_db()
    with pytest.raises(DomainError):
        ask(house, order, (valve, 1))
    assert Requisition.objects.count() == 1


def test_asked_twice_with_one_key_is_one_requisition(house: House, order: Any, valve: Any) -> None:
    key = uuid.uuid4()
    assert ask(house, order, (valve, 1), request_key=key) == ask(house, order, (valve, 1), request_key=key)
    assert Requisition.objects.count() == 1


def test_old_pieces_are_handed_in_or_somebody_approves(house: House, order: Any, valve: Any) -> None:
    """R-STK-11 holds for parts of a repair too."""
    type(valve).objects.filter(pk=valve.pk).update(trade_in_required=True)
    valve.refresh_from_db()
    asked = ask(house, order, (valve, 2))
    with pytest.raises(DomainError):
        hand_out(house, asked)
    assert on_hand(house, valve) == 20
    hand_out(house, asked, old_quantity=Decimal(2))
    assert (on_hand(house, valve), OldPieceMove.objects.get().quantity) == (18, 2)

    waived = hand_out(house, ask(house, order, (valve, 1)), waiver="旧件遗失")
    assert (waived.status, on_hand(house, valve)) == (Status.SUBMITTED, 18)
    assert OrderIssue.objects.filter(issue=waived, order=order).exists()
    order.refresh_from_db()
    assert order.cost_material == Decimal("25.00")


def test_r_rep_08_open_parts_are_used_or_brought_back(house: House, order: Any, valve: Any) -> None:
    """R-REP-08: what was issued is used or returned; a paper on its way counts as open too."""
    asked = ask(house, order, (valve, 3))
    waiting = parts.open_parts(order)
    assert [(part.line, part.quantity, part.paper) for part in waiting] == [(None, 3, asked.number)]
    issue = hand_out(house, asked)
    line = issue.lines.get()
    assert [(part.line, part.quantity) for part in parts.open_parts(order)] == [(line, 3)]

    for wrong in (Decimal(4), Decimal(-1)):
        with pytest.raises(DomainError):
            parts.use_parts(order, {line.pk: wrong}, actor=house.repair_worker)
    assert PartUse.objects.count() == 0
    parts.use_parts(order, {line.pk: Decimal(2)}, actor=house.repair_worker)
    assert [part.quantity for part in parts.open_parts(order)] == [1]

    with pytest.raises(DomainError):
        parts_back.bring_back(order, {line.pk: Decimal(2)}, actor=house.repair_worker)
    assert StockReturn.objects.count() == 0
    returned = parts_back.bring_back(order, {line.pk: Decimal(1)}, actor=house.repair_worker)[0]
    assert (returned.status, returned.created_by, returned.issue) == (Status.DRAFT, house.storekeeper, issue)
    assert Notice.objects.filter(user=house.storekeeper).exists()
    with pytest.raises(DomainError):
        parts_back.bring_back(order, {line.pk: Decimal(1)}, actor=house.repair_worker)
    assert [part.quantity for part in parts.open_parts(order)] == [1]

    returned = apply_transition(returned, "submit", actor=house.storekeeper)
    returned = apply_transition(returned, "approve", actor=house.logistics_head)
    apply_transition(returned, "post", actor=house.storekeeper)
    assert (parts.open_parts(order), on_hand(house, valve)) == ([], 18)
    order.refresh_from_db()
    assert order.cost_material == Decimal("25.00")
    with pytest.raises(DomainError):
        parts.use_parts(order, {line.pk: Decimal(3)}, actor=house.repair_worker)


def test_what_waits_to_be_taken_back_was_not_used(house: House, order: Any, valve: Any) -> None:
    """R-REP-08: a part is used or brought back, never both."""
    issue = hand_out(house, ask(house, order, (valve, 5)))
    line = issue.lines.get()
    parts_back.bring_back(order, {line.pk: Decimal(3)}, actor=house.repair_worker)
    with pytest.raises(DomainError) as refusal:
        parts.use_parts(order, {line.pk: Decimal(3)}, actor=house.repair_worker)
    assert refusal.value.field == "used"
    assert not PartUse.objects.exists()
    parts.use_parts(order, {line.pk: Decimal(2)}, actor=house.repair_worker)
    assert PartUse.objects.get().used == 2


def test_what_the_counter_took_back_was_not_used(house: House, order: Any, valve: Any) -> None:
    """R-REP-08: the shelf is right; what a worker noted too much goes down, and the story of the order says so."""
    issue = hand_out(house, ask(house, order, (valve, 5)))
    line = issue.lines.get()
    parts.use_parts(order, {line.pk: Decimal(5)}, actor=house.repair_worker)
    returned = make_stock_return(house, issue, 2)
    for step, actor in (("submit", house.storekeeper), ("approve", house.logistics_head), ("post", house.storekeeper)):
        assert PartUse.objects.get().used == 5
        returned = apply_transition(returned, step, actor=actor)
    assert (PartUse.objects.get().used, on_hand(house, valve), parts.open_parts(order)) == (3, 17, [])
    order.refresh_from_db()
    assert order.cost_material == Decimal("37.50")
    told = order.events.latest("pk")
    assert (told.step, told.actor, valve.name in told.reason) == ("note", None, True)


def test_a_reversed_issue_costs_nothing_and_leaves_nothing_open(house: House, order: Any, valve: Any) -> None:
    issue = hand_out(house, ask(house, order, (valve, 3)))
    apply_transition(issue, "reverse", actor=house.logistics_head, reason="发错")
    order.refresh_from_db()
    assert (order.cost_material, on_hand(house, valve)) == (0, 20)
    open_again = parts.open_parts(order)
    assert [part.line for part in open_again] == [None]
    apply_transition(order.requisitions.get().requisition, "cancel", actor=house.repair_worker, reason="不用了")
    assert parts.open_parts(order) == []


def test_a_line_of_another_order_is_not_used_here(house: House, order: Any, valve: Any) -> None:
    line = hand_out(house, ask(house, order, (valve, 1))).lines.get()
    other = bring(house, make_order(house, title="别的"), "on_site")
    for act in (parts.use_parts, parts_back.bring_back):
        with pytest.raises(DomainError):
            act(other, {line.pk: Decimal(1)}, actor=house.repair_worker)
    assert (PartUse.objects.count(), StockReturn.objects.count()) == (0, 0)


def test_material_is_evidence_and_the_tick_contradicts_it(house: House, order: Any, valve: Any) -> None:
    """R-REP-05: a material line is enough for done; "no material" is refused then."""
    hand_out(house, ask(house, order, (valve, 1)))
    with pytest.raises(DomainError):
        doing.finish(order, work(no_material=True), actor=house.repair_worker)
    order = doing.finish(order, work(no_material=False), actor=house.repair_worker)
    assert (order.state, order.cost_material) == ("done", Decimal("12.50"))


def test_r_rep_08_nothing_is_closed_with_parts_open(house: House, order: Any, valve: Any) -> None:
    """R-REP-08: neither used nor returned, or asked for and not issued: the order stays open."""
    asked = ask(house, order, (valve, 2))
    order = doing.finish(order, work(), actor=house.repair_worker)
    order = take_step(order, "confirm", actor=house.requester, write=lambda _order: {"confirmation": "person"})
    with pytest.raises(DomainError, match="R-REP-08"):
        closing.close(order, actor=house.repair_dispatcher)
    line = hand_out(house, asked).lines.get()
    with pytest.raises(DomainError, match="R-REP-08"):
        closing.close(order, actor=house.repair_dispatcher)
    order.refresh_from_db()
    assert (order.state, order.closed_at) == ("confirmed", None)
    parts.use_parts(order, {line.pk: Decimal(2)}, actor=house.repair_worker)
    order = closing.close(order, actor=house.repair_dispatcher)
    assert (order.state, order.cost_material) == ("closed", Decimal("25.00"))
    with pytest.raises(DomainError):
        parts.use_parts(order, {line.pk: Decimal(1)}, actor=house.repair_worker)
    assert PartUse.objects.get().used == 2


def test_other_requisitions_are_signed_as_ever(house: House, order: Any, valve: Any) -> None:
    """Only what is asked for on an order is approved at once; and nothing over quota."""
    document = make_requisition(house, (valve, 1))
    assert apply_transition(document, "submit", actor=house.requester).status == Status.SUBMITTED
    Quota.objects.create(
        organization=house.organization,
        department=house.ward,
        item=valve,
        limit_quantity=Decimal(1),
        valid_from=clock.today().replace(day=1),
    )
    asked = ask(house, order, (valve, 2))
    assert (asked.over_quota, asked.status) == (True, Status.SUBMITTED)


def test_the_pages_of_order_and_worker_show_the_parts(house: House, order: Any, valve: Any) -> None:
    line = hand_out(house, ask(house, order, (valve, 3))).lines.get()
    ask(house, order, (valve, 1))
    parts.use_parts(order, {line.pk: Decimal(1)}, actor=house.repair_worker)
    parts_back.bring_back(order, {line.pk: Decimal(1)}, actor=house.repair_worker)
    client = Client()
    client.force_login(house.repair_worker)
    page = client.get(f"/repairs/orders/{order.pk}/").content.decode()
    assert line.document.number in page
    assert "陶瓷阀芯" in page
    record = client.get("/repairs/work/entries/").json()["orders"][0]
    part = record["parts"][0]
    assert [part[name] for name in ("issued", "used", "coming", "open")] == ["3", "1", "1", "1"]
    assert len(record["asked"]) == 1
