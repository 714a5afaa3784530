"""损坏赔偿单: who pays how much for what was lost or broken, by a rule and not by whim; money only against receipts."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import figures
from assets.models import Asset, CompensationCase, CompensationPayment
from core import clock
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, money
from core.policies import value_of
from core.templatetags.display import money as shown

Cause = CompensationCase.Cause
EXTRA_STEP_LABELS.update(receive=gettext_lazy("Payment received"), refund=gettext_lazy("Receipt taken back"))
PROPOSE = "assets.add_compensationcase"
"""The right to open a case; a department head has it for the things of his department and those under it."""
_MULTIPLIERS = {
    Cause.INTENT: figures.COMPENSATION_INTENT,
    Cause.NEGLIGENCE: figures.COMPENSATION_NEGLIGENCE,
}


def multiplier_of(cause: str, organization_id: int, day: dt.date) -> Decimal:
    """By how much the value is multiplied for a cause: a dated figure; wear and force majeure cost nobody anything."""
    key = _MULTIPLIERS.get(Cause(cause))
    return value_of(key, organization_id, day) if key else ZERO


def check(document: CompensationCase, *, actor: Any) -> None:
    """What the case has to say before it is decided. Raises DomainError."""
    if (document.asset is None) == (not document.thing.strip()):
        raise DomainError(_("Choose the card of the thing, or name a thing without a card."), field="asset")
    if document.asset and document.asset.organization_id != document.organization_id:
        raise DomainError(_("This thing belongs to another organization."), field="asset")
    if document.happened_on > clock.today():
        raise DomainError(_("It cannot have happened in the future."), field="happened_on")
    if not document.finding.strip():
        raise DomainError(_("Write down what was found out: how it happened and who is responsible."), field="finding")
    _check_person(document)
    rule = multiplier_of(document.cause, document.organization_id, document.happened_on)
    if document.multiplier != rule and not document.multiplier_reason.strip():
        raise DomainError(
            _("By the rule the value is multiplied by %(rule)s; say why this case is different.") % {"rule": rule},
            field="multiplier_reason",
        )
    if document.multiplier and not document.base_value:
        raise DomainError(_("Enter the value by which the damage is measured."), field="base_value")
    if not 1 <= document.instalments <= 60:
        raise DomainError(_("The number of instalments is between 1 and 60."), field="instalments")


def check_reach(document: CompensationCase, *, actor: Any) -> None:
    """Nobody makes out a case about a thing of another department, the asset manager of the house excepted. Raises
    DomainError."""
    asset = document.asset
    if asset and not Asset.objects.within(actor, PROPOSE).filter(pk=asset.pk).exists():
        raise DomainError(why_not_his(asset), field="asset")


def why_not_his(asset: Asset) -> str:
    """What is said to somebody who makes out a case about a thing of another department."""
    return _("%(asset)s is used by %(department)s; you may not make out a case about it.") % {
        "asset": asset,
        "department": asset.department,
    }


def _check_person(document: CompensationCase) -> None:
    person = document.responsible
    if person and document.responsible_name.strip():
        raise DomainError(_("Name one responsible person: of the house, or outside of it."), field="responsible_name")
    if person and person.organization_id != document.organization_id:
        raise DomainError(_("The responsible person belongs to another organization."), field="responsible")
    if document.multiplier and not person and not document.responsible_name.strip():
        raise DomainError(_("Enter the responsible person."), field="responsible")


def refuse_the_debtor(document: CompensationCase, *, actor: Any) -> None:
    """Nobody decides on what he himself has to pay. Raises NotAllowed."""
    if document.responsible_id == actor.pk:
        raise NotAllowed(_("You are the responsible person of this case; somebody else has to decide on it."))


def amount_of(document: CompensationCase) -> Decimal:
    """Yuan to be paid: value times multiplier, nothing when the thing was replaced in kind."""
    if document.replaced.strip():
        return ZERO
    return money(document.base_value * document.multiplier)


def work_out(document: CompensationCase, *, actor: Any) -> None:
    """Submitted: the amount is written on the case."""
    document.amount = amount_of(document)
    CompensationCase.objects.filter(pk=document.pk).update(amount=document.amount)


def refuse_paid(document: CompensationCase, *, actor: Any) -> None:
    """What was paid for is not returned or cancelled; the money goes back first. Raises DomainError."""
    if document.paid:
        raise DomainError(
            _("%(paid)s yuan were paid on %(case)s already; take the receipts back first.")
            % {"paid": shown(document.paid), "case": document}
        )


@transaction.atomic
def receive(
    case: CompensationCase, *, amount: Decimal, paid_on: dt.date, receipt_number: str, actor: Any
) -> CompensationPayment:
    """Enter a receipt (yuan) on an approved case; returns it.

    Raises NotAllowed without the right, DomainError for a case that is not approved, a day in the future, an amount
    above what is still owed, or a receipt number that the house used already.
    """
    case = _locked(case, actor)
    number = receipt_number.strip()[:40]
    if case.status not in (Status.APPROVED, Status.POSTED):
        raise DomainError(_("%(case)s is not decided yet; nothing can be paid on it.") % {"case": case})
    if amount <= 0 or paid_on > clock.today() or not number:
        raise DomainError(
            _("Enter an amount above zero, a day that is not in the future and the number of the receipt."),
            field="amount",
        )
    if amount > case.amount - case.paid:
        raise DomainError(
            _("%(owed)s yuan are still owed on %(case)s; enter no more.")
            % {"owed": shown(case.amount - case.paid), "case": case},
            field="amount",
        )
    used = CompensationPayment.objects.filter(
        case__organization_id=case.organization_id, receipt_number=number, reverses=None, reversal=None
    )
    if used.exists():
        raise DomainError(_("Receipt %(number)s was entered already.") % {"number": number}, field="receipt_number")
    row = CompensationPayment.objects.create(
        case=case, amount=amount, paid_on=paid_on, receipt_number=number, received_by=actor
    )
    _paid(case, "receive", f"{number}: {shown(amount)}", actor)
    return row


@transaction.atomic
def take_receipt_back(payment: CompensationPayment, *, reason: str, actor: Any) -> CompensationPayment:
    """A receipt was wrong: another row takes it back; returns that row. Raises DomainError when it was taken back
    already or without a reason."""
    case = _locked(payment.case, actor)
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    if payment.reverses_id or CompensationPayment.objects.filter(reverses=payment).exists():
        raise DomainError(_("Receipt %(number)s was taken back already.") % {"number": payment.receipt_number})
    row = CompensationPayment.objects.create(
        case=case,
        amount=-payment.amount,
        paid_on=clock.today(),
        receipt_number=payment.receipt_number,
        received_by=actor,
        reverses=payment,
    )
    _paid(case, "refund", f"{payment.receipt_number}: {reason.strip()}", actor)
    return row


def _locked(case: CompensationCase, actor: Any) -> CompensationCase:
    rows = CompensationCase.objects.select_for_update(of=("self",))
    fresh = rows.within(actor, "assets.add_compensationpayment").filter(pk=case.pk).first()
    if fresh is None:
        raise NotAllowed(_("You may not enter receipts on %(case)s.") % {"case": case})
    return fresh


def _paid(case: CompensationCase, step: str, words: str, actor: Any) -> None:
    paid = case.payments.aggregate(sum=Sum("amount"))["sum"] or ZERO
    CompensationCase.objects.filter(pk=case.pk).update(paid=paid)
    case.paid = paid
    record_event(case, step, actor=actor, from_status=case.status, reason=words)


def open_case(
    *,
    organization: Any,
    department: Any,
    asset: Any,
    damage: str,
    actor: Any,
    source: str = "",
    happened_on: dt.date | None = None,
    responsible: Any = None,
    request_key: uuid.UUID | None = None,
) -> CompensationCase:
    """Draft a case from another paper (a count, a repair); returns it. Sending the same key twice makes one."""
    day = happened_on or clock.today()
    case, _made = CompensationCase.objects.get_or_create(
        request_key=request_key or uuid.uuid4(),
        defaults={
            "organization": organization,
            "department": department,
            "asset": asset,
            "damage": damage[:300],
            "happened_on": day,
            "responsible": responsible,
            "base_value": asset.net_value if asset else ZERO,
            "multiplier": multiplier_of(Cause.NEGLIGENCE, organization.pk, day),
            "source": source[:60],
            "created_by": actor,
        },
    )
    return case


def still_owed(rows: Any) -> Any:
    """Those of some cases that are decided and on which something is to be paid."""
    return rows.filter(status=Status.APPROVED, paid__lt=F("amount"))
