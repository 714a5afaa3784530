"""What an app says about a kind of document so that it takes part in the life cycle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .lifecycle import TRANSITIONS
from .models import Document

Check = Callable[..., None]
"""A function (document, *, actor) that raises DomainError when the step must not be taken."""
Effect = Callable[..., None]
"""A function (document, *, actor) that books what the step means, inside the transaction of the step."""


@dataclass(frozen=True)
class DocumentType:
    """A kind of document.

    prefix: first letters of the number (CK for 出库单).
    steps: names of the transitions this kind knows; a requisition is never posted itself.
    checks, effects: functions by step name. Checks named may_<step> raise NotAllowed for a person who must not take the
        step, so that he is not offered it either; checks named delete speak before a draft is deleted.
    amount: yuan that decide which approval rules apply; None means 0.
    preapproved: returns the sentence why a document needs no signature of its own ("" when it does); a goods issue made
        from an approved requisition was approved with it.
    escalated: returns the sentence why a document needs somebody higher than its amount says ("" when it does not).
    hurried: returns the sentence why only the last signature is needed, to which its amount leads ("" when all are): an
        urgent purchase does not wait for the lower ones (docs/adr/0020).
    stays_in_department: only its maker and people of its department change and submit it; who sees it farther does not.
        Cancelled it is by them and by those who approve the kind.
    signers: the very people who sign, in their order, instead of the approval rules (the acceptors of a delivery); a
        role among them is signed for by anybody who holds it.
    posts_when_approved: the last signature posts it too, in the same transaction and in the name of whoever gave it
        (what both sides of a hand-over confirmed waits for nobody else).
    posts_to_ledger: the business date must lie in an open month when it is submitted, posted or reversed.
    tiers: the example rules of a new house as (from yuan, code of the role; "head" is the head of the department). A
        kind that posts to the ledger has the logistics head in front of them; one without tiers the usual two.
    step_labels: what a step is called at this kind where its usual word misleads (a hand-over is not approved, it is
        confirmed).
    automatic: a service makes, submits and posts it in one go; nobody writes it, so no two duties meet in it.
    """

    model: type[Document]
    prefix: str
    steps: tuple[str, ...] = tuple(TRANSITIONS)
    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    effects: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    amount: Callable[[Any], Decimal] | None = None
    preapproved: Callable[[Any], str] | None = None
    escalated: Callable[[Any], str] | None = None
    hurried: Callable[[Any], str] | None = None
    signers: Callable[[Any], Sequence[Any]] | None = None
    posts_when_approved: bool = False
    stays_in_department: bool = False
    posts_to_ledger: bool = True
    tiers: tuple[tuple[int, str], ...] = ()
    step_labels: Mapping[str, Any] = field(default_factory=dict)
    automatic: bool = False


_types: dict[type[Document], DocumentType] = {}


def register(document_type: DocumentType) -> DocumentType:
    """Add a kind; called from an app's documents.py, which its AppConfig imports when it is ready."""
    _types[document_type.model] = document_type
    return document_type


def for_model(model: type[Document]) -> DocumentType:
    """The kind of a document model. Raises KeyError for a model that was never registered."""
    return _types[model]


def is_document(model: type) -> bool:
    return model in _types


def all_types() -> list[DocumentType]:
    return list(_types.values())
