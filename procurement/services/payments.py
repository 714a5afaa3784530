"""Payment requests: no acceptance, no payment; paying turns what is reserved into what is used (R-PRC-12, R-PRC-02)."""

import datetime as dt
import uuid
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from core.numbers import ZERO, money
from core.policies import value_of
from core.templatetags.display import money as shown
from directory.services import bank_changes
from procurement import figures
from procurement.models import PaymentRequest, PaymentShare, PurchaseOrder, PurchaseRequestLine

from . import budget_ledger, orders, requests, settling
from .budget_ledger import Entry
from .reservations import lock_request_lines
from .settling import ALIVE, PENDING
from .urgent_papers import papers_missing

Kind = PaymentRequest.Kind


# ---- how much ----


def most_to_pay(document: PaymentRequest) -> Decimal:
    """Yuan that may be asked for now (R-PRC-12, R-PRC-10).

    Of a prepayment the agreed part of the total; else what was accepted and billed, less what is held back; in each
    case less what was asked for before, and never more than the order with its changes and its over-delivery.
    """
    order, day = document.order, clock.today()
    asked = settling.asked_before(order, besides=document.pk)
    left = settling.payable_value(order) - asked
    if document.kind == Kind.ADVANCE:
        agreed = money(settling.contract_value(order) * order.prepayment_percent / 100)
        advanced = settling.asked_before(order, besides=document.pk, kind=Kind.ADVANCE)
        return max(min(agreed - advanced, left), ZERO)
    owed = min(settling.accepted_value(order), settling.invoiced_value(order)) - settling.retention(order, day)
    return max(min(owed - asked, left), ZERO)


def check(document: PaymentRequest, *, actor: Any) -> None:
    """Approved order, acceptance and checked invoice (unless it is an agreed prepayment), no more than is owed, and an
    account that is not held. Raises DomainError."""
    order = document.order = orders.lock_order(document.order_id)
    if order.status != Status.APPROVED:
        raise DomainError(_("%(order)s is not approved.") % {"order": order}, field="order")
    require_papers(order)
    _check_kind(document)
    _check_papers_named(document)
    most = most_to_pay(document)
    if document.amount > most:
        raise DomainError(_why_so_much(document) % {"most": shown(most)}, field="amount")
    if document.status == Status.APPROVED:
        require_account_at_rest(document)


def _why_so_much(document: PaymentRequest) -> str:
    if document.kind == Kind.ADVANCE:
        return _("At most %(most)s yuan can be asked for now: the prepayment agreed, less what was asked for before.")
    return _(
        "At most %(most)s yuan can be asked for now: what was accepted and invoiced, less what is held back and what "
        "was asked for before."
    )


def _check_kind(document: PaymentRequest) -> None:
    order = document.order
    if document.kind == Kind.ADVANCE and not order.prepayment_percent:
        raise DomainError(_("%(order)s agrees on no prepayment.") % {"order": order}, field="kind")
    if document.kind == Kind.FINAL and not settling.is_delivered(order):
        raise DomainError(
            _("Something of %(order)s is still to be delivered; ask for a part payment, or cancel the rest first.")
            % {"order": order},
            field="kind",
        )
    if document.kind != Kind.RETENTION:
        return
    if not order.retention_percent:
        raise DomainError(_("%(order)s agrees on no retention.") % {"order": order}, field="kind")
    due = settling.retention_due_on(order)
    if due is None or clock.today() < due:
        raise DomainError(
            _("The retention is held back until %(day)s.") % {"day": due}
            if due
            else _("The retention is held back until everything is delivered and the warranty is over."),
            field="kind",
        )


def _check_papers_named(document: PaymentRequest) -> None:
    """Acceptances and invoices are of this order and approved; all but a prepayment need both (R-PRC-12)."""
    for name in ("acceptances", "invoices"):
        rows = list(getattr(document, name).all())
        wrong = [row for row in rows if row.order_id != document.order_id or row.status != Status.APPROVED]
        if wrong:
            raise DomainError(_("%(paper)s is not an approved paper of this order.") % {"paper": wrong[0]}, field=name)
        if rows or document.kind == Kind.ADVANCE:
            continue
        if name == "acceptances":
            raise DomainError(_("Name the acceptance that this payment is for."), field=name)
        raise DomainError(_("Name the checked invoice that this payment is for."), field=name)


def require_papers(order: PurchaseOrder) -> None:
    """Payment waits for the papers of an urgent purchase (docs/adr/0020). Raises DomainError."""
    for request in requests_behind(order):
        if papers_missing(request):
            raise DomainError(
                _("The papers of the urgent request %(request)s are not in yet; hand them in first.")
                % {"request": request}
            )


def requests_behind(order: PurchaseOrder) -> list[Any]:
    """The requests that an order buys for."""
    lines = order.lines.select_related("request_line__document").order_by("request_line__document_id")
    return list({line.request_line.document_id: line.request_line.document for line in lines}.values())


def require_account_at_rest(document: PaymentRequest) -> None:
    """No payment to an account that differs from the paper's or was changed just now (R-PRC-17). Raises DomainError."""
    supplier = document.order.supplier
    if (supplier.bank, supplier.bank_account) != (document.bank, document.bank_account):
        raise DomainError(
            _("The bank account of %(supplier)s has changed since; return the payment and submit it again.")
            % {"supplier": supplier}
        )
    until = held_until(supplier, document.organization_id)
    if until and clock.now() < until:
        raise DomainError(
            _("The bank account of %(supplier)s is new; payments are held until %(moment)s.")
            % {"supplier": supplier, "moment": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"}
        )


def held_until(supplier: Any, organization_id: int) -> dt.datetime | None:
    """Until when payments to a supplier are held because his account is new; None when it never changed."""
    confirmed = bank_changes.last_confirmed_at(supplier)
    if confirmed is None:
        return None
    return confirmed + dt.timedelta(hours=int(value_of(figures.ACCOUNT_HOLD, organization_id, clock.today())))


# ---- submitting ----


def prepare(document: PaymentRequest, *, actor: Any) -> None:
    """Submitted: note the payee as he is known now, the day it is due, and which allotments bear which part."""
    supplier = document.order.supplier
    document.payee, document.bank, document.bank_account = supplier.name, supplier.bank, supplier.bank_account
    document.due_on = due_day(document)
    PaymentRequest.objects.filter(pk=document.pk).update(
        payee=document.payee, bank=document.bank, bank_account=document.bank_account, due_on=document.due_on
    )
    document.lines.all().delete()
    PaymentShare.objects.bulk_create(shares_of(document))


def due_day(document: PaymentRequest) -> dt.date | None:
    """The day a payment is due: what was agreed, within the longest time allowed after the acceptance; else the usual
    time after it. Raises DomainError for a day that is too late."""
    if document.kind == Kind.ADVANCE:
        return document.due_on
    if document.kind == Kind.RETENTION:
        return document.due_on or settling.retention_due_on(document.order)
    first = min(document.acceptances.values_list("business_date", flat=True))
    latest = settling.pay_at_the_latest(document.organization_id, first)
    if document.due_on and document.due_on > latest:
        raise DomainError(
            _("The goods were accepted on %(day)s; they have to be paid by %(latest)s at the latest.")
            % {"day": first, "latest": latest},
            field="due_on",
        )
    return document.due_on or settling.pay_by(document.organization_id, first)


def shares_of(document: PaymentRequest) -> list[PaymentShare]:
    """The payment spread over the order lines by what each still needs, to the cent.

    No share is larger than what its line is worth less what was asked for it, nor than what is reserved for its
    request line and not promised to another payment. Raises DomainError when that does not reach.
    """
    lines = list(document.order.lines.select_related("request_line").order_by("position", "id"))
    taken = settling.shares_taken(lines, *ALIVE, besides=document.pk)
    free = _free_reservations(document, lines)
    rooms = {}
    for line in lines:
        advance = document.kind == Kind.ADVANCE
        worth = settling.agreed_value(line) if advance else settling.accepted_value_of(line)
        room = max(min(worth - taken.get(line.pk, ZERO), free[line.request_line_id]), ZERO)
        free[line.request_line_id] -= room
        rooms[line.pk] = room
    try:
        parts = settling.spread(document.amount, rooms)
    except ValueError:
        raise _too_little_reserved() from None
    return [
        PaymentShare(
            document=document,
            position=place,
            order_line=line,
            allotment_id=int(line.request_line.allotment_id or 0),
            amount=parts[line.pk],
        )
        for place, line in enumerate((line for line in lines if parts[line.pk]), start=1)
    ]


def _too_little_reserved() -> DomainError:
    return DomainError(
        _("Less is reserved for this order than is to be paid; ask the buyer to check the order and its request."),
        code="reserved",
    )


def _free_reservations(document: PaymentRequest, lines: list[Any]) -> dict[int, Decimal]:
    """Yuan by request line that are reserved and not promised to another payment under way."""
    keys = {line.request_line_id for line in lines}
    free = dict(PurchaseRequestLine.objects.filter(pk__in=keys).values_list("pk", "reserved"))
    promised = PaymentShare.objects.filter(order_line__request_line__in=keys, document__status__in=PENDING)
    for key, amount in promised.exclude(document=document).values_list("order_line__request_line", "amount"):
        free[key] -= amount
    return free


# ---- paying ----


@atomic_with_retry
def mark_paid(
    document: PaymentRequest,
    *,
    voucher_number: str,
    paid_on: dt.date,
    actor: Any,
    request_key: uuid.UUID | None = None,
) -> PaymentRequest:
    """Enter the voucher and post the payment, both or neither; returns the payment as it is afterwards.

    Raises DomainError for a voucher without a number or a day in the future, and whatever the step raises.
    """
    number = voucher_number.strip()[:40]
    if not number:
        raise DomainError(_("Enter the number of the voucher."), field="voucher_number")
    if paid_on > clock.today():
        raise DomainError(_("The day of payment is in the future."), field="paid_on")
    rows = PaymentRequest.objects.select_for_update(of=("self",)).filter(pk=document.pk)
    fresh = rows.get()
    rows.filter(status=Status.APPROVED).update(voucher_number=number, paid_on=paid_on)
    return apply_transition(fresh, "post", actor=actor, request_key=request_key)


def pay(document: PaymentRequest, *, actor: Any) -> None:
    """Paid: what was reserved for these lines is used; when nothing more will be paid on the order, the rest of its
    reservation is released. Raises DomainError without the number of the voucher."""
    if not document.voucher_number or document.paid_on is None:
        raise DomainError(_("Enter the number of the voucher and the day of payment."), field="voucher_number")
    locked = _book(document, actor, 1)
    release_rest(document.order, actor=actor, locked=locked)


def take_back(document: PaymentRequest, *, actor: Any) -> None:
    """Reversed: the money came back and is reserved again, and so is what was released because the payment settled its
    order."""
    locked = _book(document, actor, -1)
    restore_rest(document, locked, actor=actor)


def _book(document: PaymentRequest, actor: Any, sign: int) -> dict[int, PurchaseRequestLine]:
    shares = list(document.lines.select_related("order_line").order_by("position", "id"))
    # All request lines of the order, not only those paid for: what is released afterwards is locked in the same order.
    locked = lock_request_lines(set(document.order.lines.values_list("request_line", flat=True)))
    entries: list[Entry] = []
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for share in shares:
        taken[share.order_line.request_line_id] += share.amount
        entries.append(
            Entry(share.allotment_id, reserved=-sign * share.amount, used=sign * share.amount, line=share.pk)
        )
    for key, amount in taken.items():
        locked[key].reserved -= sign * amount
        if locked[key].reserved < 0:
            raise _too_little_reserved()
    budget_ledger.post(entries, document=document, actor=actor)
    PurchaseRequestLine.objects.bulk_update([locked[key] for key in taken], ("reserved",))
    return locked


def release_rest(order: PurchaseOrder, *, actor: Any, locked: dict[int, PurchaseRequestLine] | None = None) -> None:
    """Give back what stays reserved for an order on which nothing more will be paid: the last payment was made, or its
    rest was cancelled and all that came is paid. The order is the paper that says so.

    locked: the request lines of the order, where the caller holds them and has changed them. Does nothing while
    something may still be paid.
    """
    fresh = PurchaseOrder.objects.prefetch_related("lines").get(pk=order.pk)
    if not settling.is_settled(fresh):
        return
    rows = locked or lock_request_lines({line.request_line_id for line in fresh.lines.all()})
    requests.give_back(settling.no_longer_needed([rows[key] for key in sorted(rows)]), document=fresh, actor=actor)


def restore_rest(payment: PaymentRequest, locked: dict[int, PurchaseRequestLine], *, actor: Any) -> None:
    """Reserve again what was given back because this payment, which is reversed now, had settled its order.

    As far as the allotments have it left: what became of the money is a fact, whatever was promised to others since.
    locked: the request lines of the order.
    """
    order = PurchaseOrder.objects.prefetch_related("lines").get(pk=payment.order_id)
    if settling.is_settled(order) or not settling.is_settled(order, as_if_paid=payment.pk):
        return
    wanted = settling.needed_again([locked[key] for key in sorted(locked)])
    allotments = budget_ledger.lock(int(row.allotment_id or 0) for row in wanted)
    back: dict[PurchaseRequestLine, Decimal] = {}
    for row, amount in wanted.items():
        allotment = allotments[int(row.allotment_id or 0)]
        back[row] = -min(amount, allotment.available)
        allotment.reserved -= back[row]
    requests.give_back(back, document=order, actor=actor)


def require_covered(order: PurchaseOrder) -> None:
    """What is left of an order is worth what was paid on it (R-PRC-10). Raises DomainError."""
    asked, worth = settling.asked_before(order), settling.payable_value(PurchaseOrder.objects.get(pk=order.pk))
    if asked > worth:
        raise DomainError(
            _(
                "%(asked)s yuan were paid on %(order)s, but what is left of it comes to %(worth)s yuan; have the "
                "payment reversed when the money is back."
            )
            % {"asked": shown(asked), "worth": shown(worth), "order": order}
        )
