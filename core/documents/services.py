"""The only code that changes a document's status, and the only way to edit a draft."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from core.context import current_address
from core.database.retry import atomic_with_retry
from core.errors import DomainError, IllegalTransition, NotAllowed, StaleDocument

from . import registry, routes
from .lifecycle import TRANSITIONS, Status, Transition
from .models import Decision, Document, DocumentEvent, DutyConflict
from .numbering import next_number

D = TypeVar("D", bound=Document)
SIGNED_STEPS = ("approve", "reject")
OWN_ACTIONS = ("change", "submit", "cancel")
"""What a person with the right may do with a document he made, in whatever department or warehouse it is."""


def permission_for(document: Document | type[Document], action: str) -> str:
    """The permission name of an action on a kind, for example inventory.post_goodsissue."""
    return f"{document._meta.app_label}.{action}_{document._meta.model_name}"


def available_transitions(document: Document, *, actor: Any) -> list[Transition]:
    """The steps this actor may take now; screens draw their buttons from it, in the order of the life cycle."""
    kind = registry.for_model(type(document))
    return [
        step
        for step in TRANSITIONS.values()
        if step.name in kind.steps and document.status in step.sources and _may(document, step, actor)
    ]


def _may(document: Document, step: Transition, actor: Any) -> bool:
    try:
        _require_right(document, step, actor)
        _check_duties(document, step, actor)
    except NotAllowed:
        return False
    return True


def _require_right(document: Document, step: Transition, actor: Any) -> None:
    """Raise NotAllowed unless the actor may take the step: by the signature that is his, or by permission and sight."""
    if step.name in SIGNED_STEPS and document.status == Status.SUBMITTED:
        if step.name == "approve":
            routes.refuse_own(document, actor)
        routes.claim(document, actor)
        return
    if not _has_right(document, step.permission, actor):
        raise NotAllowed(
            _("You may not take the step “%(step)s” on %(document)s.") % {"step": step.label, "document": document}
        )
    if step.name == "withdraw":
        if document.created_by_id != actor.pk:
            raise NotAllowed(_("Only the person who made %(document)s can withdraw it.") % {"document": document})
        if routes.anyone_signed(document):
            raise NotAllowed(
                _("%(document)s already carries a signature; ask the next approver to return it.")
                % {"document": document}
            )


def _has_right(document: Document, action: str, actor: Any) -> bool:
    """Whether a role gives the actor this right over this very document: by its scope, as its maker, as its signer."""
    permission = permission_for(document, action)
    if not actor.has_perm(permission):
        return False
    if action in OWN_ACTIONS and document.created_by_id == actor.pk:
        return True
    if action in OWN_ACTIONS and _belongs_elsewhere(document, action, actor):
        return False
    manager: Any = type(document)._default_manager
    this = manager.filter(pk=document.pk)
    if action == "approve" and this.filter(type(document).also_visible_to(actor)).exists():
        return True
    return bool(this.within(actor, permission).exists())


def may_change(document: Document, *, actor: Any) -> bool:
    """Whether this person may change this very document, were it a draft; screens offer the form by it."""
    return _has_right(document, "change", actor)


def may_cancel(document: Document, *, actor: Any) -> bool:
    """Whether this person may cancel this very document, by right and reach; acts that give up a part of it ask so."""
    return _has_right(document, "cancel", actor)


def _belongs_elsewhere(document: Document, action: str, actor: Any) -> bool:
    """Whether a document is the business of another department (DocumentType.stays_in_department)."""
    if actor.is_superuser or not registry.for_model(type(document)).stays_in_department:
        return False
    if action == "cancel" and actor.has_perm(permission_for(document, "approve")):
        return False
    return not any(document.department.path.startswith(path) for path in actor.department_paths)


@atomic_with_retry
def apply_transition(
    document: D, name: str, *, actor: Any, reason: str = "", request_key: uuid.UUID | None = None
) -> D:
    """Take one step of the life cycle, or refuse; returns the document as it is afterwards.

    Args:
        document: any copy; it is locked and read again.
        name: a key of lifecycle.TRANSITIONS.
        reason: comment; demanded where the step needs one.
        request_key: the key of the form; a second sending of the same form is answered like the first.

    An approval gives the next signature; the last signature approves. Raises IllegalTransition in a wrong state,
    NotAllowed without the right or against the separation of duties (R-SYS-03), DomainError when a check refuses.
    """
    kind = registry.for_model(type(document))
    step = TRANSITIONS.get(name)
    if step is None or name not in kind.steps:
        raise IllegalTransition(_("There is no such step."))
    reason = reason.strip()[:500]
    document = type(document)._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    if request_key and _already_done(document, name, actor, request_key):
        return document
    if document.status not in step.sources:
        raise IllegalTransition(
            _("%(document)s is “%(status)s” now; the step “%(step)s” is not possible. Reload the page.")
            % {"document": document, "status": document.get_status_display(), "step": step.label}
        )
    _require_right(document, step, actor)
    if step.needs_reason and not reason:
        raise DomainError(_("Please give a reason."), field="reason")
    _check_duties(document, step, actor)
    context = _Step(document, kind, step, actor, reason, request_key)
    if name == "approve" and context.sign(Decision.APPROVED):
        context.record(Status.SUBMITTED)
        return document
    if name == "reject" and document.status == Status.SUBMITTED:
        context.sign(Decision.REJECTED)
    return context.carry_out()


def take_with(document: D, name: str, *, actor: Any, reason: str) -> D:
    """Take a step on a document that stands and falls with another one, inside the transaction of the other's step.

    The step is recorded in the name of whoever took the other one, who needs no right of his own here; the checks and
    effects of the kind hold. reason: names the other document. Raises IllegalTransition in a wrong state.
    """
    document = type(document)._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    step = TRANSITIONS[name]
    if document.status not in step.sources:
        raise IllegalTransition(
            _("%(document)s is “%(status)s” now; the step “%(step)s” is not possible. Reload the page.")
            % {"document": document, "status": document.get_status_display(), "step": step.label}
        )
    return _Step(document, registry.for_model(type(document)), step, actor, reason[:500], None).carry_out()


class _Step:
    """One step under way: the arguments of apply_transition, kept together."""

    def __init__(
        self,
        document: Any,
        kind: registry.DocumentType,
        step: Transition,
        actor: Any,
        reason: str,
        request_key: uuid.UUID | None,
    ) -> None:
        self.document, self.kind, self.step, self.actor = document, kind, step, actor
        self.reason, self.request_key = reason, request_key
        self.principal: Any = None

    def sign(self, decision: str) -> bool:
        """Give the next signature; True when another one is needed after it."""
        signature, principal = routes.claim(self.document, self.actor)
        self.principal = None if principal == self.actor else principal
        return routes.record(signature, actor=self.actor, principal=principal, decision=decision, comment=self.reason)

    def carry_out(self) -> Any:
        document, kind, name = self.document, self.kind, self.step.name
        if kind.posts_to_ledger and name in ("submit", "post"):
            periods.require_open(document.organization_id, document.business_date)
        for check in kind.checks.get(name, ()):
            check(document, actor=self.actor)
        source = document.status
        self._swap(source, self.step.target)
        for effect in kind.effects.get(name, ()):
            effect(document, actor=self.actor)
        if name in ("withdraw", "cancel"):
            routes.drop_pending(document)
        excuse = kind.preapproved(document) if name == "submit" and kind.preapproved else ""
        if name == "submit" and not excuse:
            self._open_round()
        if name == "submit" and document.number is None:
            document.number = next_number(document.organization_id, kind.prefix, document.business_date)
            type(document)._base_manager.filter(pk=document.pk).update(number=document.number)
        self.record(source)
        if excuse:
            document = self._approve_at_once(excuse)
        if kind.posts_when_approved and document.status == Status.APPROVED:
            return take_with(document, "post", actor=self.actor, reason="")
        return document

    def _open_round(self) -> None:
        document, kind = self.document, self.kind
        if kind.signers is not None:
            routes.open_round_of(document, kind.signers(document), submitted_by=self.actor)
            return
        amount = kind.amount(document) if kind.amount else Decimal(0)
        higher = bool(kind.escalated and kind.escalated(document))
        hurried = bool(kind.hurried and kind.hurried(document))
        routes.open_round(document, amount=amount, submitted_by=self.actor, escalated=higher, hurried=hurried)

    def _approve_at_once(self, excuse: str) -> Any:
        """A document covered by an approved one needs no signature of its own; its story says by which, not by whom."""
        approve = TRANSITIONS["approve"]
        follow = _Step(self.document, self.kind, approve, None, excuse, None)
        for check in self.kind.checks.get("approve", ()):
            check(self.document, actor=self.actor)
        follow._swap(Status.SUBMITTED, Status.APPROVED)
        for effect in self.kind.effects.get("approve", ()):
            effect(self.document, actor=self.actor)
        follow.record(Status.SUBMITTED)
        return self.document

    def _swap(self, source: str, target: str) -> None:
        """Compare-and-swap of the status, so that two processes can never both take the same step."""
        rows = type(self.document)._base_manager.filter(pk=self.document.pk, status=source)
        if rows.update(status=target) != 1:
            raise IllegalTransition(
                _("%(document)s was changed by somebody else; reload the page.") % {"document": self.document}
            )
        self.document.status = target

    def record(self, source: str) -> None:
        record_event(
            self.document,
            self.step.name,
            actor=self.actor,
            principal=self.principal,
            from_status=source,
            reason=self.reason,
            request_key=self.request_key,
        )


def record_event(
    document: Document,
    step: str,
    *,
    actor: Any,
    from_status: str,
    reason: str = "",
    principal: Any = None,
    request_key: uuid.UUID | None = None,
) -> DocumentEvent:
    """Write one immutable row of a document's story (R-SYS-04).

    step: a transition or a word of the kind's own. actor: None for an approval that follows from another document's;
    then the reason names it.
    """
    event = DocumentEvent.objects.create(
        organization_id=document.organization_id,
        content_type=routes.kind_of(document),
        object_id=document.pk,
        step=step,
        from_status=from_status,
        to_status=document.status,
        actor=actor,
        principal=principal,
        reason=reason,
        address=current_address.get(),
        request_key=request_key,
    )
    from core import notices

    notices.announce(document, event)
    return event


def _already_done(document: Document, name: str, actor: Any, request_key: uuid.UUID) -> bool:
    """Whether this very form was carried out before; another use of its key is refused."""
    event = DocumentEvent.objects.filter(request_key=request_key).first()
    if event is None:
        return False
    same = event.object_id == document.pk and event.content_type_id == routes.kind_of(document).pk
    if same and event.step == name and event.actor_id == actor.pk:
        return True
    raise DomainError(_("This form was already used; reload the page and try again."))


def _check_duties(document: Document, step: Transition, actor: Any) -> None:
    """Refuse a step that must not be taken by whoever took an earlier one on the same document."""
    if registry.for_model(type(document)).automatic:
        return
    kind = Q(content_type=None) | Q(content_type=routes.kind_of(document))
    about = Q(scope=DutyConflict.Scope.DOCUMENT, step_b=step.name)
    conflicts = DutyConflict.in_force(document.organization_id, kind & about)
    steps = {row.step_a for row in conflicts if row.severity == DutyConflict.Severity.BLOCK}
    if steps and (taken := events_of(document).filter(actor=actor, step__in=steps).first()):
        raise NotAllowed(
            _("You took the step “%(earlier)s” on %(document)s; “%(step)s” has to be done by somebody else.")
            % {"earlier": step_label(taken.step), "document": document, "step": step.label}
        )
    for check in registry.for_model(type(document)).checks.get(f"may_{step.name}", ()):
        check(document, actor=actor)


def events_of(document: Document) -> Any:
    """The story of a document, oldest first."""
    return DocumentEvent.objects.filter(content_type=routes.kind_of(document), object_id=document.pk)


def status_before(document: Document) -> str:
    """The status a document had before the step that is under way; for effects that undo only what was done."""
    last = events_of(document).order_by("-id").values_list("to_status", flat=True).first()
    return last or Status.DRAFT


EXTRA_STEP_LABELS: dict[str, Any] = {"edit": gettext_lazy("Edit")}
"""Words for steps outside the life cycle, added by the kinds that record them (close_remainder)."""


def step_label(step: str, document: Document | None = None) -> str:
    """A step in the reader's language; of a document in the word of its kind, where that has one of its own."""
    if document is not None and step in (own := registry.for_model(type(document)).step_labels):
        return str(own[step])
    if step in TRANSITIONS:
        return str(TRANSITIONS[step].label)
    return str(EXTRA_STEP_LABELS.get(step, step))


@contextmanager
def edit_draft(
    document: D,
    *,
    actor: Any,
    revision: int | None = None,
    request_key: uuid.UUID | None = None,
    step: str = "edit",
) -> Iterator[D]:
    """Lock a draft's header and hand out a fresh copy; its lines are changed inside the block and nowhere else.

    The story notes who edited, because an editor does not approve (R-SYS-03).

    Args:
        revision: what the form was made from; a newer one on the disk raises StaleDocument.
        request_key: the key of the form, which marks the saving in the story.
        step: the word for it in the story; "" when the caller records a word of its own (routes.OWN_STEPS).

    Raises NotAllowed without the right to change it, IllegalTransition when it is no longer a draft.
    """
    with transaction.atomic():
        fresh = type(document)._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
        if not _has_right(fresh, "change", actor):
            raise NotAllowed(_("You may not change %(document)s.") % {"document": fresh})
        if not fresh.is_editable:
            raise IllegalTransition(
                _("%(document)s is “%(status)s” now and can no longer be changed.")
                % {"document": fresh, "status": fresh.get_status_display()}
            )
        if revision is not None and revision != fresh.revision:
            raise StaleDocument(
                _("%(document)s was changed meanwhile. Reload the page to see the changes; yours were not saved.")
                % {"document": fresh}
            )
        yield fresh
        type(fresh)._base_manager.filter(pk=fresh.pk).update(revision=F("revision") + 1)
        fresh.revision += 1
        if step:
            record_event(fresh, step, actor=actor, from_status=fresh.status, request_key=request_key)


def delete_draft(document: Document, *, actor: Any) -> None:
    """Delete a draft that never had a number; a numbered one is cancelled instead and stays in the list (R-SYS-02)."""
    with transaction.atomic():
        fresh = type(document)._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
        mine = fresh.created_by_id == actor.pk and actor.has_perm(permission_for(fresh, "change"))
        if not mine:
            raise NotAllowed(_("You may not delete %(document)s.") % {"document": fresh})
        if not fresh.is_editable or fresh.number:
            raise IllegalTransition(
                _("%(document)s has a number and cannot be deleted; cancel it instead.") % {"document": fresh}
            )
        for check in registry.for_model(type(fresh)).checks.get("delete", ()):
            check(fresh, actor=actor)
        fresh.delete()
