"""Urgent purchases: one signature now, the papers within days, and no payment before they are in (docs/adr/0020)."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.attachments import attachments_of
from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, permission_for, record_event
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.policies import value_of
from procurement import figures
from procurement.buying_selectors import buyers_of
from procurement.models import PurchaseRequest

PAPERS_IN = "papers_in"
CODE = "urgent_papers_overdue"
notices.register_sentence(CODE, gettext_lazy("The papers of the urgent request %(number)s were due on %(day)s."))
EXTRA_STEP_LABELS[PAPERS_IN] = gettext_lazy("Papers handed in")


def set_due(document: PurchaseRequest, *, actor: Any) -> None:
    """Write at submission by when the papers of an urgent request have to be in."""
    due = None
    if document.urgent:
        days = int(value_of(figures.URGENT_PAPERS, document.organization_id, document.business_date))
        due = clock.today() + dt.timedelta(days=days)
    document.papers_due, document.papers_in_on = due, None
    PurchaseRequest.objects.filter(pk=document.pk).update(papers_due=due, papers_in_on=None)


def papers_missing(document: PurchaseRequest) -> bool:
    """Whether the papers of an urgent request are still to be handed in."""
    return document.urgent and document.papers_in_on is None


def may_hand_in(document: PurchaseRequest, actor: Any) -> bool:
    """Its maker, and who buys."""
    if document.status != Status.APPROVED or not papers_missing(document):
        return False
    if document.created_by_id == actor.pk:
        return bool(actor.has_perm(permission_for(document, "submit")))
    visible = PurchaseRequest.objects.visible_to(actor).filter(pk=document.pk)  # type: ignore[attr-defined]
    return bool(actor.has_perm("procurement.add_purchaseorder") and visible.exists())


@atomic_with_retry
def hand_in(document: PurchaseRequest, *, actor: Any) -> PurchaseRequest:
    """The papers of an urgent request are attached: it can be paid.

    Raises NotAllowed without the right, IllegalTransition when none are missing, DomainError without a file.
    """
    document = PurchaseRequest.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.status != Status.APPROVED or not papers_missing(document):
        raise IllegalTransition(_("No papers are missing on %(document)s.") % {"document": document})
    if not may_hand_in(document, actor):
        raise NotAllowed(_("The papers are handed in by who made the request or who buys."))
    if not attachments_of(document, actor):
        raise DomainError(_("Attach the papers to %(document)s first.") % {"document": document})
    document.papers_in_on = clock.today()
    PurchaseRequest.objects.filter(pk=document.pk).update(papers_in_on=document.papers_in_on)
    record_event(document, PAPERS_IN, actor=actor, from_status=document.status)
    return document


def remind() -> int:
    """Tell makers, and who buys for their house, about overdue papers, once a day; returns how many notices are new."""
    told = 0
    overdue = PurchaseRequest.objects.filter(
        urgent=True, status=Status.APPROVED, papers_in_on=None, papers_due__lt=clock.today()
    )
    buyers: dict[int, set[int]] = {}
    for document in overdue.order_by("pk"):
        house = document.organization_id
        if house not in buyers:
            buyers[house] = buyers_of(house)
        told += notices.tell(
            {document.created_by_id, *buyers[house]},
            CODE,
            key=f"papers:{document.pk}:{clock.today().isoformat()}",
            url=reverse("purchaserequest_detail", args=(document.pk,)),
            words={"number": document.number, "day": f"{document.papers_due:%Y-%m-%d}"},
        )
    return told
