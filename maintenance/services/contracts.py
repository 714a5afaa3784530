"""外委维修单: what is asked before a firm gets work, and what approval and acceptance mean for the order (R-REP-10)."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.models import Decision
from core.documents.routes import hands_in, signatures_of
from core.documents.services import apply_transition, status_before
from core.errors import DomainError, NotAllowed
from core.templatetags.display import money as shown
from maintenance.models import GIVEN_UP, ContractorJob, ContractorJobLine, OrderEvent, State, WorkOrder

from . import costs, warranty
from .progress import take_step

TO_ACCEPT = "repair_to_accept"
notices.register_sentence(TO_ACCEPT, gettext_lazy("%(job)s (%(title)s): the work of %(firm)s is to be accepted."))
UNDER_WAY = (Status.SUBMITTED, Status.APPROVED)
"""Jobs that somebody still has to decide on or to accept; their order is not closed."""
GIVEN = (Status.APPROVED, Status.POSTED)


# ---- before it is decided ----


def check(document: ContractorJob, *, actor: Any) -> None:
    """What a job has to say before it is decided on. Raises DomainError."""
    lines = list(document.lines.select_related("supplier").order_by("position", "id"))
    if not lines:
        raise DomainError(_("Enter at least one offer."))
    check_order(document, actor=actor)
    if not document.scope.strip():
        raise DomainError(_("Write down what the firm has to do."), field="scope")
    _check_firm(document)
    _check_offers(document, lines)
    _check_warranty(document)


def check_order(document: ContractorJob, *, actor: Any) -> None:
    """Work is given out for open orders, and once more where an acceptance was reversed. Raises DomainError."""
    order = WorkOrder.objects.select_for_update(of=("self",)).get(pk=document.order_id)
    if order.organization_id != document.organization_id:
        raise DomainError(_("This order belongs to another organization."), field="order")
    if not (order.is_open or _corrects(document)):
        raise DomainError(
            _("%(order)s is “%(state)s”; no work can be given out for it.")
            % {"order": order, "state": order.get_state_display()},
            field="order",
        )


def _corrects(document: ContractorJob) -> bool:
    """Whether it stands in for an acceptance that was reversed; then the order may have gone on meanwhile."""
    order = document.order
    if order.state in GIVEN_UP:
        return False
    return bool(order.jobs.filter(status=Status.REVERSED).exclude(pk=document.pk).exists())


def _check_firm(document: ContractorJob) -> None:
    firm = document.supplier
    if firm.is_usable:
        return
    if firm.active:
        words = {"firm": firm, "day": firm.blacklisted_until, "reason": firm.blacklist_reason or "—"}
        sentence = _("%(firm)s is on the black list until %(day)s (%(reason)s); choose another firm.") % words
    else:
        sentence = _("%(firm)s is stopped; choose another firm.") % {"firm": firm}
    raise DomainError(sentence, field="supplier")


def _check_offers(document: ContractorJob, lines: list[ContractorJobLine]) -> None:
    """The chosen firm made an offer, the amount does not exceed it, and a dearer firm has a reason."""
    chosen = next((line for line in lines if line.supplier_id == document.supplier_id), None)
    if chosen is None:
        raise DomainError(
            _("%(firm)s made no offer; enter its offer among the lines.") % {"firm": document.supplier},
            field="supplier",
        )
    if document.amount > chosen.amount:
        raise DomainError(
            _("%(firm)s offered %(offer)s yuan; agree on no more than that.")
            % {"firm": document.supplier, "offer": shown(chosen.amount)},
            field="amount",
        )
    cheapest = min(lines, key=lambda line: line.amount)
    if cheapest.amount < document.amount and not document.choice_reason.strip():
        raise DomainError(
            _("%(firm)s asks for less (%(offer)s yuan); say why it does not get the work.")
            % {"firm": cheapest.supplier, "offer": shown(cheapest.amount)},
            field="choice_reason",
        )


def _check_warranty(document: ContractorJob) -> None:
    """What is under warranty goes to whoever owes the repair; paying for it needs a reason (R-REP-10)."""
    if not document.amount or document.warranty_reason.strip():
        return
    if found := warranty.of_order(document.order):
        raise DomainError(
            _("This is under warranty (%(basis)s); let that firm repair it for nothing, or say why the house pays.")
            % {"basis": found.basis},
            field="warranty_reason",
            code="R-REP-10",
        )


def amount_of(document: ContractorJob) -> Decimal:
    """Yuan that decide who approves it."""
    return document.amount


# ---- what its steps mean for the order ----


def give(document: ContractorJob, *, actor: Any) -> None:
    """Approved: the firm has the order. A corrected acceptance changes nothing on an order that went on."""
    if document.order.is_open:
        _name(document, document.supplier)


def release(document: ContractorJob, *, actor: Any) -> None:
    """Returned, cancelled or reversed after the approval: the firm no longer has the order, unless another job stands.

    Raises DomainError when nobody would have the order in his hands then.
    """
    if status_before(document) not in GIVEN:
        return
    order = WorkOrder.objects.select_for_update().get(pk=document.order_id)
    others = order.jobs.filter(status__in=GIVEN).exclude(pk=document.pk).order_by("-pk")
    other = others.select_related("supplier").first()
    if order.is_open and order.contractor_id == document.supplier_id:
        if other is None and order.worker_id is None and order.state in (State.ACCEPTED, State.ON_SITE):
            raise DomainError(
                _("%(firm)s has %(order)s in its hands; dispatch the order to a worker first.")
                % {"firm": document.supplier, "order": order}
            )
        _name(document, other.supplier if other else None)


def _name(document: ContractorJob, firm: Any) -> None:
    """The step of the order follows from the paper: whoever took the paper's step is named in its story."""
    who = f"{document._meta.verbose_name} {document.number or ''}".strip()
    take_step(document.order, "contract", actor=None, who=who, write=lambda _order: {"contractor": firm})


# ---- acceptance ----


def after_step(order: WorkOrder, event: OrderEvent) -> None:
    """Called by progress after each step: once the work is done, those who may accept a firm's part of it are told."""
    if event.step != "finish":
        return
    for job in order.jobs.filter(status=Status.APPROVED).select_related("supplier").order_by("pk"):
        words = {"job": job.number, "firm": str(job.supplier), "title": order.title}
        url = reverse("contractorjob_detail", args=(job.pk,))
        notices.tell(_acceptors(job), TO_ACCEPT, key=f"{TO_ACCEPT}:{job.pk}", url=url, words=words)


def _acceptors(job: ContractorJob) -> set[int]:
    """Keys of the asset managers, and of head and acceptors of the using department, who had no hand in the job."""
    people = get_user_model()._default_manager.filter(organization=job.organization_id, is_active=True)
    using = Q(groups__role__code__in=("acceptor", "department_head"), department=job.department_id)
    found = people.filter(using | Q(groups__role__code="asset_manager")).values_list("pk", flat=True)
    return set(found) - hands_in(job)


def refuse_involved(document: ContractorJob, *, actor: Any) -> None:
    """Who gave the work out and who approved it do not accept it: three people see the money. Raises NotAllowed."""
    if actor.pk in hands_in(document):
        raise NotAllowed(_("You gave this work out yourself; somebody else has to accept it."))
    signed = signatures_of(document).filter(decision=Decision.APPROVED).values_list("signed_by", "principal")
    if any(actor.pk in pair for pair in signed):
        raise NotAllowed(_("You approved this work yourself; somebody else has to accept it."))


def check_acceptance(document: ContractorJob, *, actor: Any) -> None:
    """The work is accepted for a sum, on a day, against an invoice. Raises DomainError."""
    if document.final_amount is None or document.accepted_on is None:
        raise DomainError(_("Enter the final amount and the day of the acceptance."), field="final_amount")
    _check_result(document, document.final_amount, document.invoice_number, document.accepted_on)
    if document.order.state in GIVEN_UP:
        raise DomainError(
            _("%(order)s is “%(state)s”; nothing is accepted for it.")
            % {"order": document.order, "state": document.order.get_state_display()}
        )


def _check_result(document: ContractorJob, final_amount: Decimal, invoice_number: str, accepted_on: dt.date) -> None:
    if final_amount < 0 or final_amount > document.amount:
        raise DomainError(
            _("%(amount)s yuan were agreed; the final amount is not above it.") % {"amount": shown(document.amount)},
            field="final_amount",
        )
    if final_amount and not invoice_number.strip():
        raise DomainError(_("Enter the number of the invoice."), field="invoice_number")
    if accepted_on > clock.today():
        raise DomainError(_("The date lies in the future; use today's date."), field="accepted_on")
    if accepted_on < document.business_date:
        raise DomainError(_("The work cannot have been accepted before the day of this paper."), field="accepted_on")


@atomic_with_retry
def accept(
    document: ContractorJob,
    *,
    final_amount: Decimal,
    invoice_number: str,
    accepted_on: dt.date,
    actor: Any,
    request_key: uuid.UUID | None = None,
) -> ContractorJob:
    """The work is done and taken over for final_amount yuan; returns the posted job.

    Raises NotAllowed for whoever gave it out or approved it, DomainError above the agreed amount, without an invoice
    number where money is paid, or for a day in the future.
    """
    rows = ContractorJob.objects.filter(pk=document.pk)
    fresh = rows.select_for_update(of=("self",)).get()
    if fresh.status == Status.APPROVED:
        _check_result(fresh, final_amount, invoice_number, accepted_on)
        rows.update(final_amount=final_amount, invoice_number=invoice_number.strip()[:40], accepted_on=accepted_on)
    return apply_transition(fresh, "post", actor=actor, request_key=request_key)


def take_over(document: ContractorJob, *, actor: Any) -> None:
    """Posted: it is said who accepted the work, and the order costs so much more."""
    document.accepted_by = actor
    ContractorJob.objects.filter(pk=document.pk).update(accepted_by=actor)
    costs.refresh(document.order)


def undo(document: ContractorJob, *, actor: Any) -> None:
    """Reversed: the order no longer costs it. The paper keeps what was accepted once."""
    release(document, actor=actor)
    costs.refresh(document.order)
