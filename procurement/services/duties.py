"""Who had which duty in one purchase, and which duties one person must not hold in it (domain 3.3, R-PRC-11)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.models import Decision, DocumentEvent, DutyConflict, Signature
from core.documents.routes import OWN_STEPS, hands_in
from core.errors import NotAllowed
from inventory.models import GoodsReceipt
from procurement.models import PaymentRequest, PurchaseOrder, PurchaseRequest

REQUESTED, APPROVED, BOUGHT, ACCEPTED, KEPT, PAID = "requested", "approved", "bought", "accepted", "kept", "paid"
DUTIES = {
    REQUESTED: gettext_lazy("requesting"),
    APPROVED: gettext_lazy("approval"),
    BOUGHT: gettext_lazy("buying"),
    ACCEPTED: gettext_lazy("acceptance"),
    KEPT: gettext_lazy("keeping"),
    PAID: gettext_lazy("payment"),
}
PAIRS: tuple[tuple[str, str], ...] = (
    (REQUESTED, APPROVED),
    (APPROVED, BOUGHT),
    (BOUGHT, ACCEPTED),
    (ACCEPTED, KEPT),
    (BOUGHT, KEPT),
    (BOUGHT, PAID),
    (APPROVED, PAID),
)
"""Pairs that one person does not hold in one purchase. A row of the duty conflicts for purchase orders with these two
words as earlier and later step tells how a house sees a pair; without one it is refused."""


@dataclass
class People:
    """Keys of the people of one purchase, by duty."""

    requested: set[int] = field(default_factory=set)
    approved: set[int] = field(default_factory=set)
    bought: set[int] = field(default_factory=set)
    accepted: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    paid: set[int] = field(default_factory=set)

    def conflicts(self) -> list[tuple[str, str, set[int]]]:
        """(duty, other duty, keys of those who hold both), pairs that meet nobody left out."""
        found = [(a, b, getattr(self, a) & getattr(self, b)) for a, b in PAIRS]
        return [row for row in found if row[2]]


def people_of(order: PurchaseOrder) -> People:
    """Who requested, approved, bought, accepted, kept and paid what stands on an order; a fixed number of queries."""
    requests = PurchaseRequest.objects.filter(lines__order_lines__document=order).distinct()
    sourcing = [order.sourcing] if order.sourcing else []
    acceptances = list(order.acceptances.filter(status="approved"))
    receipts = GoodsReceipt.objects.filter(
        pk__in=order.acceptances.filter(status="approved").values("lines__receipt_line__document")
    )
    payments = PaymentRequest.objects.filter(order=order)
    return People(
        requested=_hands(requests),
        approved=_signers([*requests, *sourcing, order]),
        bought=buyers_of(order),
        accepted={acceptance.created_by_id for acceptance in acceptances} | _signers(acceptances),
        kept=_takers(receipts, ("submit", "post")),
        paid=_takers(payments, ("post",)),
    )


def buyers_of(order: PurchaseOrder) -> set[int]:
    """Keys of those who bought: who made, changed, submitted or sealed the order, or worked on its sourcing."""
    found = hands_in(order) | ({order.sealed_by_id} if order.sealed_by_id else set())
    return found | hands_in(order.sourcing) if order.sourcing else found


def _hands(documents: Iterable[Any]) -> set[int]:
    rows = list(documents)
    return {row.created_by_id for row in rows} | _takers(rows, tuple(OWN_STEPS))


def _takers(documents: Iterable[Any], steps: tuple[str, ...]) -> set[int]:
    """Keys of those who took one of these steps on documents of one kind."""
    rows = list(documents)
    if not rows:
        return set()
    events = DocumentEvent.objects.filter(
        content_type=_kind(rows[0]), object_id__in=[row.pk for row in rows], step__in=steps, actor__isnull=False
    )
    return set(events.values_list("actor_id", flat=True))


def _signers(documents: Iterable[Any]) -> set[int]:
    """Keys of those who signed documents, and of those in whose name they did."""
    condition = Q(pk__in=())
    for row in documents:
        condition |= Q(content_type=_kind(row), object_id=row.pk)
    rows = Signature.objects.filter(condition, decision=Decision.APPROVED).values_list("signed_by", "principal")
    return {key for pair in rows for key in pair if key}


def approvers_of(documents: Iterable[Any]) -> set[int]:
    """Keys of those who approved papers of any kinds."""
    return _signers(documents)


def _kind(document: Model) -> ContentType:
    return ContentType.objects.get_for_model(type(document))


def severity(organization_id: int, earlier: str, later: str) -> str:
    """How a house sees two duties in one hand: DutyConflict.Severity; what no row speaks of is refused."""
    condition = Q(
        scope=DutyConflict.Scope.DOCUMENT,
        content_type=ContentType.objects.get_for_model(PurchaseOrder),
        step_a=earlier,
        step_b=later,
    )
    rows = DutyConflict.in_force(organization_id, condition)
    return rows[0].severity if rows else DutyConflict.Severity.BLOCK


def refuses(organization_id: int, earlier: str, later: str) -> bool:
    """Whether one person must not hold these two duties, rather than being warned of it."""
    return severity(organization_id, earlier, later) == DutyConflict.Severity.BLOCK


def names_of(keys: Iterable[int]) -> str:
    """The names of people, for a sentence."""
    people = get_user_model()._default_manager.filter(pk__in=list(keys)).order_by("pk")
    return _(", ").join(person.name for person in people)


def require_buyer_did_not_approve(document: PurchaseOrder, *, actor: Any) -> None:
    """Who approved the request does not buy on it (domain 3.3). Raises NotAllowed."""
    requests = PurchaseRequest.objects.filter(lines__order_lines__document=document).distinct()
    twice = {document.created_by_id} & approvers_of(requests)
    if twice and refuses(document.organization_id, APPROVED, BOUGHT):
        raise NotAllowed(
            _("%(names)s approved the request; somebody else has to order what it asks for.")
            % {"names": names_of(twice)}
        )


def may_approve_order(document: PurchaseOrder, *, actor: Any) -> None:
    """Who worked on the sourcing bought as well, and does not approve the order. Raises NotAllowed."""
    if actor is not None and document.sourcing and actor.pk in hands_in(document.sourcing):
        raise NotAllowed(
            _("You worked on %(sourcing)s, from which this order comes; somebody else has to approve it.")
            % {"sourcing": document.sourcing}
        )
