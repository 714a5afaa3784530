"""Who had which duty in one purchase, and which duties one person must not hold in it (domain 3.3, R-PRC-11)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.models import Decision, DocumentEvent, DutyConflict, Signature
from core.documents.routes import OWN_STEPS, hands_in
from core.errors import NotAllowed
from inventory.models import GoodsReceipt
from procurement.models import (
    Acceptance,
    AcceptanceLine,
    PaymentRequest,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    Sourcing,
)

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
REFUSED = DutyConflict.Severity.BLOCK


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


@dataclass
class Papers:
    """Papers of one kind behind orders. orders, makers: by key of the paper; keys: the same keys as a subquery."""

    model: type[Model]
    keys: QuerySet
    orders: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    makers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls, model: type[Model], rows: QuerySet, paper: str, order: str, *makers: str) -> Self:
        """Rows that name a paper, its order and, in the columns `makers`, people; one query."""
        rows = rows.order_by()
        found = cls(model, rows.values(paper))
        for key, order_key, *people in rows.values_list(paper, order, *makers).distinct():
            found.orders[key].add(order_key)
            found.makers[key].update(person for person in people if person)
        return found

    def takers(self, *steps: str) -> Iterable[tuple[int, Iterable[int]]]:
        """(paper, people) who took one of these steps on one of them; one query."""
        rows = DocumentEvent.objects.filter(object_id__in=self.keys, step__in=steps, actor__isnull=False)
        found = rows.filter(content_type=ContentType.objects.get_for_model(self.model)).order_by()
        return ((key, (actor,)) for key, actor in found.values_list("object_id", "actor"))

    def signers(self) -> Iterable[tuple[int, Iterable[int]]]:
        """(paper, people) who signed one of them, or in whose name somebody did; one query."""
        rows = Signature.objects.filter(object_id__in=self.keys, decision=Decision.APPROVED)
        found = rows.filter(content_type=ContentType.objects.get_for_model(self.model)).order_by()
        return (
            (key, filter(None, people)) for key, *people in found.values_list("object_id", "signed_by", "principal")
        )


def people_of(order: PurchaseOrder) -> People:
    """Who requested, approved, bought, accepted, kept and paid what stands on an order; a fixed number of queries."""
    return people_of_all(PurchaseOrder.objects.filter(pk=order.pk))[order.pk]


def people_of_all(orders: QuerySet[PurchaseOrder]) -> dict[int, People]:
    """The same by key of the order; the same number of queries however many orders there are."""
    keys, behind = orders.order_by().values("pk"), "request_line__document"
    lines = PurchaseOrderLine.objects.filter(document__in=keys)
    good = AcceptanceLine.objects.filter(document__order__in=keys, document__status=Status.APPROVED)
    received = good.exclude(receipt_line=None)
    payments = PaymentRequest.objects.filter(order__in=keys)
    approved = Acceptance.objects.filter(order__in=keys, status=Status.APPROVED)
    sourced = orders.exclude(sourcing=None)
    requests = Papers.read(PurchaseRequest, lines, behind, "document", f"{behind}__created_by")
    sourcings = Papers.read(Sourcing, sourced, "sourcing", "pk", "sourcing__created_by")
    own = Papers.read(PurchaseOrder, orders, "pk", "pk", "created_by", "sealed_by")
    acceptances = Papers.read(Acceptance, approved, "pk", "order", "created_by")
    receipts = Papers.read(GoodsReceipt, received, "receipt_line__document", "document__order")
    paid = Papers.read(PaymentRequest, payments, "pk", "order")
    found: dict[int, People] = {key: People() for key in own.orders}
    for duty, papers, people in (
        (REQUESTED, requests, chain(requests.makers.items(), requests.takers(*OWN_STEPS))),
        (APPROVED, requests, requests.signers()),
        (APPROVED, sourcings, sourcings.signers()),
        (APPROVED, own, own.signers()),
        (BOUGHT, sourcings, chain(sourcings.makers.items(), sourcings.takers(*OWN_STEPS))),
        (BOUGHT, own, chain(own.makers.items(), own.takers(*OWN_STEPS))),
        (ACCEPTED, acceptances, chain(acceptances.makers.items(), acceptances.signers())),
        (KEPT, receipts, receipts.takers("submit", "post")),
        (PAID, paid, paid.takers("post")),
    ):
        for paper, who in people:
            known = set(who)
            for order in papers.orders[paper]:
                getattr(found[order], duty).update(known)
    return found


def buyers_of(order: PurchaseOrder) -> set[int]:
    """Keys of those who bought: who made, changed, submitted or sealed the order, or worked on its sourcing."""
    found = hands_in(order) | ({order.sealed_by_id} if order.sealed_by_id else set())
    return found | hands_in(order.sourcing) if order.sourcing else found


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
    return severities(organization_id).get((earlier, later), REFUSED)


def severities(organization_id: int) -> dict[tuple[str, str], str]:
    """How a house sees the pairs of duties that some row speaks of, its own rows before general ones; one query."""
    condition = Q(scope=DutyConflict.Scope.DOCUMENT, content_type=ContentType.objects.get_for_model(PurchaseOrder))
    return {(row.step_a, row.step_b): row.severity for row in DutyConflict.in_force(organization_id, condition)}


def refuses(organization_id: int, earlier: str, later: str) -> bool:
    """Whether one person must not hold these two duties, rather than being warned of it."""
    return severity(organization_id, earlier, later) == REFUSED


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
