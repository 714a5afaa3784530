"""Payments: no acceptance and no invoice, no payment (R-PRC-12); never more than the order (R-PRC-10); the budget to
the cent (R-PRC-02)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError, NotAllowed
from core.models.policies import Policy
from directory.models import SupplierBankChange
from directory.services.roles import grant_role
from inventory.models import GoodsReceipt
from procurement import figures
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    OrderChange,
    PaymentRequest,
    PurchaseOrder,
    PurchaseRequestLine,
)
from procurement.services import payments, settling
from procurement.services.budget_verification import verify_budgets
from procurement.services.payments import mark_paid
from tests.buying import (
    accepted,
    allotment_of,
    invoiced,
    make_acceptance,
    make_invoice,
    make_order_change,
    make_payment,
    make_sourcing,
    order_approved,
    request_approved,
    sourcing_approved,
    take,
)
from tests.factories import House, make_house
from tests.inventory.test_concurrency import outcome, race

pytestmark = pytest.mark.django_db
Kind = PaymentRequest.Kind


def ask(house: House, order: PurchaseOrder, amount: Any, kind: str = Kind.PART, **fields: Any) -> PaymentRequest:
    """A submitted payment of an order, naming all its acceptances and invoices."""
    payment = PaymentRequest.objects.create(
        organization=house.organization,
        department=house.logistics,
        order=order,
        amount=Decimal(str(amount)),
        kind=kind,
        created_by=house.buyer,
        **fields,
    )
    payment.invoices.set(order.invoices.filter(status="approved"))
    payment.acceptances.set(order.acceptances.filter(status="approved"))
    return apply_transition(payment, "submit", actor=house.buyer)


def pay(house: House, payment: PaymentRequest) -> PaymentRequest:
    payment = take(payment, ("approve", house.logistics_head))
    return mark_paid(payment, voucher_number="记-11-0023", paid_on=clock.today(), actor=house.accountant)


def budget(house: House) -> tuple[Decimal, Decimal]:
    """What is reserved and what is used of the ward's allotment."""
    row = BudgetAllotment.objects.get(pk=allotment_of(house).pk)
    return row.reserved, row.used


def delivered(house: House, **fields: Any) -> PurchaseOrder:
    """An order of 230.00 yuan, delivered and billed in full."""
    return invoiced(house, accepted(house, order_approved(house, **fields)).order).order


def test_paying_turns_the_reservation_into_use(house: House) -> None:
    order = delivered(house)
    assert budget(house) == (Decimal(230), 0)
    payment = pay(house, ask(house, order, 230, Kind.FINAL))
    assert (payment.status, payment.voucher_number, payment.payee) == ("posted", "记-11-0023", house.supplier.name)
    assert budget(house) == (0, Decimal(230))
    payment = take(payment, ("reverse", house.accountant))
    assert payment.status == "reversed"
    assert budget(house) == (Decimal(230), 0)
    assert PurchaseRequestLine.objects.get().reserved == 230
    pay(house, ask(house, order, 230, Kind.FINAL))
    assert budget(house) == (0, Decimal(230))


@pytest.mark.parametrize(("missing", "field"), [("acceptances", "acceptances"), ("invoices", "invoices")])
def test_r_prc_12_a_payment_names_acceptance_and_invoice(house: House, missing: str, field: str) -> None:
    payment = make_payment(house)
    getattr(payment, missing).clear()
    with pytest.raises(DomainError, match="Name the") as caught:
        apply_transition(payment, "submit", actor=house.buyer)
    assert caught.value.field == field
    assert payment.lines.count() == 0


def test_r_prc_12_papers_of_another_order_do_not_count(house: House) -> None:
    payment, other = make_payment(house), delivered(house)
    payment.invoices.set(other.invoices.all())
    with pytest.raises(DomainError, match="not an approved paper of this order"):
        apply_transition(payment, "submit", actor=house.buyer)
    payment.refresh_from_db()
    assert (payment.status, payment.lines.count()) == ("draft", 0)


def test_r_prc_12_not_more_than_accepted_less_paid(house: House) -> None:
    order = order_approved(house)
    invoiced(house, accepted(house, order, rejected=4).order)
    order.refresh_from_db()
    with pytest.raises(DomainError, match=r"At most 138\.00"):
        ask(house, order, "138.01")
    pay(house, ask(house, order, 100))
    with pytest.raises(DomainError, match=r"At most 38\.00"):
        ask(house, order, 39)
    assert budget(house) == (Decimal(130), Decimal(100))


def test_r_prc_12_not_more_than_is_invoiced(house: House) -> None:
    order = accepted(house).order
    invoice = make_invoice(house, order, net=92, total=92, difference_reason="先开一部分")
    line = invoice.lines.get()
    line.quantity = 4
    line.save()
    take(invoice, ("submit", house.buyer), ("approve", house.accountant))
    with pytest.raises(DomainError, match=r"At most 92\.00"):
        ask(house, order, 93)
    assert ask(house, order, 92).status == "submitted"


def test_r_prc_10_payments_stay_within_the_order_with_its_changes(house: House) -> None:
    order = order_approved(house, prepayment_percent=50)
    pay(house, ask(house, order, 115, Kind.ADVANCE))
    line = order.lines.get()
    change = OrderChange.objects.create(
        organization=house.organization,
        department=house.logistics,
        order=order,
        reason="减少数量",
        created_by=house.buyer,
    )
    from procurement.services import order_changes

    change.lines.create(
        order_line=line,
        quantity=4,
        unit_price=line.unit_price,
        old_quantity=line.quantity,
        old_unit_price=line.unit_price,
        amount=0,
    )
    order_changes.write_old(change)
    with pytest.raises(DomainError, match="yuan were paid"):
        take(change, ("submit", house.buyer), ("approve", house.logistics_head))
    line.refresh_from_db()
    assert line.quantity == 10


def test_an_advance_then_the_rest(house: House) -> None:
    order = order_approved(house, prepayment_percent=30)
    with pytest.raises(DomainError, match=r"At most 69\.00"):
        ask(house, order, 70, Kind.ADVANCE)
    pay(house, ask(house, order, 69, Kind.ADVANCE))
    assert budget(house) == (Decimal(161), Decimal(69))
    invoiced(house, accepted(house, order).order)
    with pytest.raises(DomainError, match=r"At most 161\.00"):
        ask(house, order, 162, Kind.FINAL)
    pay(house, ask(house, order, 161, Kind.FINAL))
    assert budget(house) == (0, Decimal(230))


def test_no_prepayment_and_no_retention_that_were_not_agreed(house: House) -> None:
    order = order_approved(house)
    with pytest.raises(DomainError, match="agrees on no prepayment"):
        ask(house, order, 10, Kind.ADVANCE)
    invoiced(house, accepted(house, order).order)
    with pytest.raises(DomainError, match="agrees on no retention"):
        ask(house, order, 10, Kind.RETENTION)
    assert not PaymentRequest.objects.exclude(status="draft").exists()


def test_r_prc_12_the_retention_is_held_back_until_it_is_due(house: House) -> None:
    order = delivered(house, retention_percent=5, warranty_months=12)
    with pytest.raises(DomainError, match=r"At most 218\.50"):
        ask(house, order, 230, Kind.FINAL)
    pay(house, ask(house, order, "218.50", Kind.FINAL))
    assert budget(house) == (Decimal("11.50"), Decimal("218.50"))
    with pytest.raises(DomainError, match="held back until"):
        ask(house, order, "11.50", Kind.RETENTION)
    due = settling.retention_due_on(order)
    assert due == settling.months_later(clock.today(), 12)
    with clock.pretend(dt.datetime.combine(due, dt.time(4), tzinfo=dt.UTC)):
        pay(house, ask(house, order, "11.50", Kind.RETENTION))
    assert budget(house) == (0, Decimal(230))


def test_a_final_payment_waits_for_the_whole_delivery(house: House) -> None:
    order = order_approved(house)
    invoiced(house, accepted(house, order, rejected=4).order)
    with pytest.raises(DomainError, match="still to be delivered") as caught:
        ask(house, order, 138, Kind.FINAL)
    assert caught.value.field == "kind"


def test_what_a_cheaper_invoice_leaves_is_released_with_the_final_payment(house: House) -> None:
    order = accepted(house).order
    invoice = make_invoice(house, order, net=220, total=220, difference_reason="供货商让利")
    line = invoice.lines.get()
    line.unit_price = 22
    line.save()
    take(invoice, ("submit", house.buyer), ("approve", house.accountant))
    pay(house, ask(house, order, 220, Kind.FINAL))
    assert budget(house) == (0, Decimal(220))
    assert PurchaseRequestLine.objects.get().reserved == 0


def settled_below_what_came(house: House) -> tuple[PurchaseOrder, PaymentRequest]:
    """An order of 230 yuan that was billed and finally paid with 220; the other 10 were released."""
    order = accepted(house).order
    invoice = make_invoice(house, order, net=220, total=220, difference_reason="供货商让利")
    line = invoice.lines.get()
    line.unit_price = Decimal(22)
    line.save()
    take(invoice, ("submit", house.buyer), ("approve", house.accountant))
    payment = pay(house, ask(house, order, 220, Kind.FINAL))
    assert budget(house) == (0, Decimal(220))
    return order, payment


def test_R_PRC_02_a_reversed_payment_restores_what_was_released_with_it(house: House) -> None:
    order, payment = settled_below_what_came(house)
    take(payment, ("reverse", house.accountant))
    assert budget(house) == (Decimal(230), 0)
    assert PurchaseRequestLine.objects.get().reserved == 230
    assert not list(verify_budgets())
    again = pay(house, ask(house, order, 220, Kind.FINAL))
    assert budget(house) == (0, Decimal(220))
    take(again, ("reverse", house.accountant))
    assert budget(house) == (Decimal(230), 0)
    assert not list(verify_budgets())


def test_R_PRC_02_it_restores_only_what_the_budget_has_left(house: House) -> None:
    """The ten yuan went to somebody else meanwhile: that the money came back is booked all the same, never too much."""
    _order, payment = settled_below_what_came(house)
    allotment = allotment_of(house)
    line = PurchaseRequestLine.objects.get()
    BudgetAllotment.objects.filter(pk=allotment.pk).update(amount=Decimal("223.50"))
    take(payment, ("reverse", house.accountant))
    assert budget(house) == (Decimal("223.50"), 0)
    line.refresh_from_db()
    assert line.reserved == Decimal("223.50")


def test_R_PRC_02_a_part_payment_that_settled_nothing_restores_nothing_more(house: House) -> None:
    order = delivered(house)
    first = pay(house, ask(house, order, 100))
    assert budget(house) == (Decimal(130), Decimal(100))
    take(first, ("reverse", house.accountant))
    assert budget(house) == (Decimal(230), 0)


def test_another_order_of_the_request_keeps_its_reservation(house: House) -> None:
    request = request_approved(house)
    sourcing = sourcing_approved(house, request)
    line = sourcing.lines.get()
    from tests.buying import make_order

    orders = []
    for quantity in (4, 6):
        order = make_order(house, sourcing)
        order.lines.update(quantity=Decimal(quantity), amount=Decimal(quantity) * line.awarded.unit_price)
        orders.append(take(order, ("submit", house.buyer), ("approve", house.logistics_head)))
    assert budget(house) == (Decimal(230), 0)
    first = invoiced(house, accepted(house, orders[0]).order).order
    pay(house, ask(house, first, 92, Kind.FINAL))
    assert budget(house) == (Decimal(138), Decimal(92))


def test_shares_add_up_and_fit_their_lines(house: House) -> None:
    request = request_approved(house, (house.gloves, 3, "3.35"), (house.paper, 7, "9.99"), (house.vaccine, 1, "5"))
    sourcing = take(make_sourcing(house, request), ("submit", house.buyer), ("approve", house.logistics_head))
    order = order_approved(house, sourcing)
    acceptance = make_acceptance(house, order)
    acceptance.lines.update(lot_number="L1", expires_on=clock.today() + dt.timedelta(days=300))
    take(acceptance, ("submit", house.acceptor), ("approve", house.asset_manager))
    invoiced(house, PurchaseOrder.objects.get(pk=order.pk))
    worth = settling.accepted_value(order)
    first = ask(house, order, "10.01")
    second = ask(house, order, worth - Decimal("10.01"), Kind.FINAL)
    for payment in (first, second):
        assert sum(share.amount for share in payment.lines.all()) == payment.amount
    for line in order.lines.all():
        shares = line.payment_shares.all()
        assert sum(share.amount for share in shares) == settling.accepted_value_of(line)


@pytest.mark.parametrize(
    ("amount", "rooms"),
    [
        ("0.01", ("3", "3", "3")),
        ("9", ("3", "3", "3")),
        ("1", ("0.33", "0.33", "0.34")),
        ("0.02", ("0", "0.01", "0.01")),
    ],
)
def test_spread_is_exact(amount: str, rooms: tuple[str, ...]) -> None:
    given = {place: Decimal(room) for place, room in enumerate(rooms)}
    parts = settling.spread(Decimal(amount), given)
    assert sum(parts.values()) == Decimal(amount)
    assert all(0 <= parts[place] <= room for place, room in given.items())
    with pytest.raises(ValueError, match="hold"):
        settling.spread(sum(given.values()) + Decimal("0.01"), given)


def test_due_by_the_legal_days(house: House) -> None:
    order = delivered(house)
    today = clock.today()
    payment = ask(house, order, 100)
    assert payment.due_on == today + dt.timedelta(days=30)
    Policy.objects.create(
        organization=house.organization, key="pay_within", value=10, valid_from=today, basis="院内规定"
    )
    assert ask(house, order, 50).due_on == today + dt.timedelta(days=10)
    agreed = today + dt.timedelta(days=60)
    assert ask(house, order, 10, due_on=agreed).due_on == agreed
    with pytest.raises(DomainError, match="at the latest") as caught:
        ask(house, order, 10, due_on=agreed + dt.timedelta(days=1))
    assert caught.value.field == "due_on"


def test_r_prc_17_a_new_account_holds_payments(house: House) -> None:
    order = delivered(house)
    change = SupplierBankChange.objects.create(
        supplier=order.supplier,
        bank="建设银行",
        bank_account="6217000000000001234",
        reason="来函",
        asked_by=house.buyer,
        confirmed_by=house.accountant,
        confirmed_at=clock.now() - dt.timedelta(hours=23),
    )
    payment = ask(house, order, 230, Kind.FINAL)
    with pytest.raises(DomainError, match="is new; payments are held"):
        pay(house, payment)
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number) == ("approved", "")
    assert budget(house) == (Decimal(230), 0)
    SupplierBankChange.objects.filter(pk=change.pk).update(confirmed_at=clock.now() - dt.timedelta(hours=24))
    paid = mark_paid(payment, voucher_number="记-1", paid_on=clock.today(), actor=house.accountant)
    assert paid.status == "posted"


def test_r_prc_17_the_account_on_the_paper_is_the_one_that_is_paid(house: House) -> None:
    order = delivered(house)
    payment = ask(house, order, 230, Kind.FINAL)
    type(order.supplier).objects.filter(pk=order.supplier_id).update(bank_account="999")
    with pytest.raises(DomainError, match="has changed since"):
        pay(house, payment)
    assert budget(house) == (Decimal(230), 0)


def test_the_papers_of_an_urgent_purchase_hold_its_payment(house: House) -> None:
    order = delivered(house)
    request = order.lines.get().request_line.document
    type(request).objects.filter(pk=request.pk).update(urgent=True, papers_due=clock.today())
    with pytest.raises(DomainError, match="hand them in first"):
        ask(house, order, 230, Kind.FINAL)
    type(request).objects.filter(pk=request.pk).update(papers_in_on=clock.today())
    assert ask(house, order, 230, Kind.FINAL).status == "submitted"


@pytest.mark.parametrize(
    ("voucher", "days", "field"), [("", 0, "voucher_number"), ("   ", 0, "voucher_number"), ("记-1", 1, "paid_on")]
)
def test_paid_needs_voucher_and_day(house: House, voucher: str, days: int, field: str) -> None:
    payment = take(ask(house, delivered(house), 230, Kind.FINAL), ("approve", house.logistics_head))
    day = clock.today() + dt.timedelta(days=days)
    with pytest.raises(DomainError) as caught:
        mark_paid(payment, voucher_number=voucher, paid_on=day, actor=house.accountant)
    assert caught.value.field == field
    with pytest.raises(DomainError, match="number of the voucher"):
        apply_transition(payment, "post", actor=house.accountant)
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number, payment.paid_on) == ("approved", "", None)


def test_only_the_accountant_pays_and_not_what_he_approved(house: House) -> None:
    payment = take(ask(house, delivered(house), 230, Kind.FINAL), ("approve", house.logistics_head))
    for person in (house.buyer, house.logistics_head, house.leader, house.storekeeper, house.auditor):
        with pytest.raises(NotAllowed):
            mark_paid(payment, voucher_number="记-1", paid_on=clock.today(), actor=person)
    payment.refresh_from_db()
    assert (payment.status, payment.voucher_number) == ("approved", "")
    assert budget(house) == (Decimal(230), 0)


def test_who_asks_does_not_approve(house: House) -> None:
    payment = ask(house, delivered(house), 230, Kind.FINAL)
    grant_role(house.buyer, "logistics_head")
    with pytest.raises(NotAllowed):
        apply_transition(payment, "approve", actor=house.again("buyer"))
    payment.refresh_from_db()
    assert payment.status == "submitted"


def test_an_order_with_a_payment_is_not_taken_back(house: House) -> None:
    order = order_approved(house, prepayment_percent=30)
    ask(house, order, 69, Kind.ADVANCE)
    with pytest.raises(DomainError, match="belongs to"):
        apply_transition(order, "cancel", actor=house.buyer, reason="不买了")
    order.refresh_from_db()
    assert order.status == "approved"


def test_an_order_change_that_grows_can_be_paid(house: House) -> None:
    order = delivered(house)
    change = make_order_change(house, order)
    change.delete()
    assert settling.contract_value(order) == 230
    assert payments.most_to_pay(PaymentRequest(order=order, organization=house.organization)) == 230


@pytest.mark.django_db(transaction=True)
def test_r_prc_12_of_two_payments_for_the_last_yuan_one_wins() -> None:
    house = make_house()
    order = delivered(house)
    drafts = []
    for _number in range(4):
        draft = make_payment(house, order.invoices.get(), kind=Kind.PART, amount=Decimal(200))
        drafts.append(draft)
    results = race(*((lambda d=d: apply_transition(d, "submit", actor=house.buyer)) for d in drafts))
    assert len(outcome(results, DomainError)) == 1
    assert settling.asked_before(order) == 200
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.django_db(transaction=True)
def test_one_payment_is_paid_once_by_many_clicks() -> None:
    house = make_house()
    order = delivered(house)
    payment = take(ask(house, order, 230, Kind.FINAL), ("approve", house.logistics_head))

    def job() -> Any:
        return mark_paid(payment, voucher_number="记-1", paid_on=clock.today(), actor=house.accountant)

    assert len(outcome(race(job, job, job), DomainError)) == 1
    assert budget(house) == (0, Decimal(230))


# ---- more than ordered, within the tolerance ----


def over_delivered(house: House, quantity: int = 11) -> tuple[PurchaseOrder, Acceptance]:
    """An order of ten at 23 yuan, of which so many are on an acceptance that waits for its last signature."""
    Policy.objects.create(
        organization=house.organization,
        key=figures.OVER_DELIVERY,
        value=20,
        valid_from=dt.date(2020, 1, 1),
        basis="本院规定",
    )
    order = order_approved(house)
    document = make_acceptance(house, order)
    document.lines.update(arrived_quantity=quantity, accepted_quantity=quantity)
    return order, take(document, ("submit", house.acceptor))


def test_R_PRC_10_what_was_accepted_beyond_the_order_is_payable(house: House) -> None:
    order, document = over_delivered(house)
    take(document, ("approve", house.asset_manager))
    assert budget(house) == (Decimal(253), 0)
    order = invoiced(house, PurchaseOrder.objects.get(pk=order.pk)).order
    with pytest.raises(DomainError, match=r"At most 253\.00"):
        ask(house, order, "253.01", Kind.FINAL)
    payment = pay(house, ask(house, order, 253, Kind.FINAL))
    assert budget(house) == (0, Decimal(253))
    assert not list(verify_budgets())
    take(payment, ("reverse", house.accountant))
    assert budget(house) == (Decimal(253), 0)


def test_R_PRC_10_part_by_part_it_never_exceeds_what_was_accepted(house: House) -> None:
    order, document = over_delivered(house)
    take(document, ("approve", house.asset_manager))
    order = invoiced(house, PurchaseOrder.objects.get(pk=order.pk)).order
    pay(house, ask(house, order, 230))
    with pytest.raises(DomainError, match=r"At most 23\.00"):
        ask(house, order, 24)
    pay(house, ask(house, order, 23, Kind.FINAL))
    assert budget(house) == (0, Decimal(253))
    payments.require_covered(order)


def test_R_PRC_02_more_than_ordered_is_refused_where_the_budget_does_not_cover_it(house: House) -> None:
    order, document = over_delivered(house)
    BudgetAllotment.objects.filter(pk=allotment_of(house).pk).update(amount=Decimal(252))
    with pytest.raises(DomainError, match="More is accepted than was ordered") as caught:
        take(document, ("approve", house.asset_manager))
    assert caught.value.code == "budget"
    assert "23.00" in str(caught.value)
    document.refresh_from_db()
    assert document.status == "submitted"
    assert order.lines.get().accepted_quantity == 0
    assert not GoodsReceipt.objects.exists()
    assert budget(house) == (Decimal(230), 0)
    take(document, ("reject", house.asset_manager))
    document.lines.update(arrived_quantity=10, accepted_quantity=10)
    take(document, ("submit", house.acceptor), ("approve", house.asset_manager))
    assert budget(house) == (Decimal(230), 0)
