"""Approval routes: which signatures a document needs, and who may give the next one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from core.visibility import Scope

from .models import ApprovalRule, Approver, Decision, Delegation, Document, DocumentEvent, Signature

OWN_STEPS: set[str] = {"edit", "submit"}
"""Whoever took one of these on a document had a hand in it, as its maker has, and does not approve it (R-SYS-03).
Kinds add the words they record themselves."""


def kind_of(document: Document) -> ContentType:
    return ContentType.objects.get_for_model(type(document))


def signatures_of(document: Document) -> Any:
    """All signatures of a document, all rounds, in order."""
    return Signature.objects.filter(content_type=kind_of(document), object_id=document.pk)


def rules_for(
    document: Document, amount: Decimal, *, escalated: bool = False, hurried: bool = False
) -> list[ApprovalRule]:
    """The rules a document falls under: of its organization and kind, reached by its amount, of its department line.

    Where rules of one place in the order name a department, the nearest one counts and the general one does not. An
    escalated document falls under the rules for such documents too; where there are none, under the next tier. Of a
    hurried document only the last of them counts.
    """
    rules = _rules_reached(document, amount, escalated=escalated)
    if escalated and not any(rule.only_escalated for rule in rules):
        higher = _rules_of(document).filter(from_amount__gt=amount).order_by("from_amount", "order").first()
        rules = [*rules, higher] if higher else rules
    return rules[-1:] if hurried else rules


def _rules_of(document: Document) -> Any:
    line = [int(part) for part in document.department.path.split(".") if part]
    return ApprovalRule.objects.filter(
        organization_id=document.organization_id, content_type=kind_of(document), active=True
    ).filter(Q(department=None) | Q(department__in=line))


def _rules_reached(document: Document, amount: Decimal, *, escalated: bool) -> list[ApprovalRule]:
    rules = _rules_of(document).filter(from_amount__lte=amount)
    if not escalated:
        rules = rules.filter(only_escalated=False)
    chosen: dict[int, ApprovalRule] = {}
    for rule in rules.select_related("department"):
        rival = chosen.get(rule.order)
        if rival is None or _weight(rule) > _weight(rival):
            chosen[rule.order] = rule
    return [chosen[order] for order in sorted(chosen)]


def _weight(rule: ApprovalRule) -> tuple[int, Decimal]:
    return (rule.department.path.count(".") if rule.department else 0, rule.from_amount)


def _steps_of_its_own(document: Document) -> Any:
    return DocumentEvent.objects.filter(
        content_type=kind_of(document), object_id=document.pk, step__in=OWN_STEPS, actor__isnull=False
    )


def hands_in(document: Document) -> set[int]:
    """Keys of those who made, changed or submitted a document, in this round or an earlier one: none may approve it.

    Earlier rounds count because what somebody wrote then still stands on the lines.
    """
    return {document.created_by_id, *_steps_of_its_own(document).values_list("actor_id", flat=True)}


def refuse_own(document: Document, person: Any) -> None:
    """Raise NotAllowed for a person who made, changed or submitted the document (R-SYS-03)."""
    if document.created_by_id == person.pk:
        raise NotAllowed(_("You made %(document)s yourself; somebody else has to approve it.") % {"document": document})
    if _steps_of_its_own(document).filter(actor=person).exists():
        raise NotAllowed(
            _("You changed or submitted %(document)s yourself; somebody else has to approve it.")
            % {"document": document}
        )


def _of_others(person: Any) -> Q:
    """Signatures on documents in which this person had no hand."""
    own = DocumentEvent.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), actor=person, step__in=OWN_STEPS
    )
    return ~Q(requested_by=person) & ~Q(Exists(own))


def open_round(
    document: Document, *, amount: Decimal, submitted_by: Any, escalated: bool = False, hurried: bool = False
) -> list[Signature]:
    """Open the signatures of a new round; the first of them is next. escalated: ask one approver higher. hurried: ask
    the last one only.

    Raises DomainError when a rule leaves nobody to sign but those who made, changed or submitted the document.
    """
    hands = {*hands_in(document), submitted_by.pk}
    shared = _new_round(document)
    rules = rules_for(document, amount, escalated=escalated, hurried=hurried)
    rows = [
        Signature(**shared, order=place, is_next=place == 1, **_approver_of(rule, document, hands))
        for place, rule in enumerate(rules, start=1)
    ] or [Signature(**shared, order=1, is_next=True, approver=Approver.ANYONE)]
    return Signature.objects.bulk_create(rows)


def open_round_of(document: Document, signers: Sequence[Any], *, submitted_by: Any) -> list[Signature]:
    """Open a round that these very people and roles (groups) sign, in their order (DocumentType.signers).

    Raises DomainError for nobody at all, for somebody who made, changed or submitted the document, and for a role that
    nobody else holds.
    """
    if not signers:
        raise DomainError(_("Name at least one person who signs this."))
    hands = {*hands_in(document), submitted_by.pk}
    named = [_named(signer, document, hands) for signer in signers]
    shared = _new_round(document)
    rows = [
        Signature(**shared, order=place, is_next=place == 1, **approver)
        for place, approver in enumerate(named, start=1)
    ]
    return Signature.objects.bulk_create(rows)


def _named(signer: Any, document: Document, hands: set[int]) -> dict[str, Any]:
    if isinstance(signer, Group):
        _require_another_holder(signer, document, hands)
        return {"approver": Approver.ROLE, "role": signer}
    if signer.pk in hands:
        raise DomainError(
            _("%(person)s made, changed or submitted this paper and cannot sign it as well; name somebody else.")
            % {"person": signer}
        )
    return {"approver": Approver.PERSON, "person": signer}


def _new_round(document: Document) -> dict[str, Any]:
    """What the signatures of the next round have in common."""
    last = signatures_of(document).aggregate(last=Max("round"))["last"] or 0
    return {
        "organization_id": document.organization_id,
        "content_type": kind_of(document),
        "object_id": document.pk,
        "round": last + 1,
        "requested_by_id": document.created_by_id,
    }


def _approver_of(rule: ApprovalRule, document: Document, hands: set[int]) -> dict[str, Any]:
    if rule.approver == Approver.ROLE:
        _require_another_holder(rule.role, document, hands)
        return {"approver": rule.approver, "role_id": rule.role_id}
    if rule.approver == Approver.PERSON:
        if rule.person_id in hands:
            raise DomainError(
                _(
                    "The approval rule names %(person)s as the only approver, and nobody approves a document that he "
                    "made, changed or submitted. Ask the administrator to name another person."
                )
                % {"person": rule.person}
            )
        return {"approver": rule.approver, "person_id": rule.person_id}
    return {"approver": rule.approver, "department": _department_with_head(document, hands)}


def _require_another_holder(role: Any, document: Document, hands: set[int]) -> None:
    holders = role.user_set.filter(organization_id=document.organization_id, is_active=True)
    if not holders.exclude(pk__in=hands).exists():
        raise DomainError(
            _(
                "Nobody holds the role “%(role)s” that has to sign this, except those who made, changed or submitted "
                "it. Ask the administrator to name somebody."
            )
            % {"role": _(role.name)}
        )


def _department_with_head(document: Document, hands: set[int]) -> Any:
    """The document's department, or the nearest above it, whose head had no hand in the document."""
    for department in (document.department, *document.department.ancestors()):
        head: Any = department.head
        if head and head.is_active and head.pk not in hands:
            return department
    raise DomainError(
        _(
            "%(department)s has no head who could approve this (the head cannot approve his own document). "
            "Ask the administrator to enter the head of the department or of the one above it."
        )
        % {"department": document.department}
    )


def current_delegations(user: Any) -> list[Delegation]:
    """Delegations by which this person signs for others today."""
    today = clock.today()
    return list(
        Delegation.objects.filter(
            substitute=user, from_date__lte=today, to_date__gte=today, principal__is_active=True
        ).prefetch_related("kinds")
    )


def _may_be_signed_by(user: Any) -> Q:
    """Signatures one person can give in his own name."""
    condition = (
        Q(approver=Approver.PERSON, person=user)
        | Q(approver=Approver.HEAD, department__head=user)
        | Q(approver=Approver.ROLE, role__in=user.role_group_ids, organization=user.organization_id)
    )
    return condition | _anyones(user)


def _anyones(user: Any) -> Q:
    """Signatures that anyone may give who approves the kind: those on documents inside the scope of that right."""
    from . import registry

    condition = Q(pk__in=())
    for model in (kind.model for kind in registry.all_types()):
        reach = _reach_of_approvers(model, user)
        if reach is not None:
            condition |= reach & Q(approver=Approver.ANYONE, content_type=ContentType.objects.get_for_model(model))
    return condition


def _reach_of_approvers(model: type[Document], user: Any) -> Q | None:
    """The signatures on documents of a kind that this person may approve, or None where he approves none of it."""
    permission = f"{model._meta.app_label}.approve_{model._meta.model_name}"
    scopes = user.scopes_for(permission)
    if not scopes:
        return None
    if Scope.ORGANIZATION in scopes or Scope.ALL in scopes:
        return Q(organization=user.organization_id)
    manager: Any = model._default_manager
    return Q(object_id__in=manager.within(user, permission).values("pk"))


def _may_sign(signature: Signature, document: Document, user: Any) -> bool:
    """Whether a person can give this very signature in his own name; `_may_be_signed_by` says the same of many rows."""
    if signature.approver == Approver.PERSON:
        return signature.person_id == user.pk
    if signature.approver == Approver.HEAD:
        return signature.department is not None and signature.department.head_id == user.pk
    if signature.approver == Approver.ROLE:
        return signature.role_id in user.role_group_ids and signature.organization_id == user.organization_id
    reach = _reach_of_approvers(type(document), user)
    return reach is not None and Signature.objects.filter(reach, pk=signature.pk).exists()


def _signable_by(user: Any) -> Q:
    """Signatures a person can give, in his own name or as somebody's substitute today."""
    condition = _may_be_signed_by(user)
    for delegation in current_delegations(user):
        borrowed = _may_be_signed_by(delegation.principal) & _of_others(delegation.principal)
        kinds = [kind.pk for kind in delegation.kinds.all()]
        condition |= borrowed & Q(content_type__in=kinds) if kinds else borrowed
    return condition


def waiting_for(user: Any) -> Any:
    """“Waiting for me”: the next signatures this person can give, oldest first; never on documents he had a hand in."""
    rows = Signature.objects.filter(_signable_by(user), _of_others(user), is_next=True)
    return rows.order_by("opened_at", "id")


def signatures_concerning(user: Any) -> Any:
    """Signatures a person gave or could give now: what makes a document visible to him."""
    return Signature.objects.filter(
        Q(signed_by=user) | Q(principal=user) | (Q(decision=Decision.PENDING) & _signable_by(user))
    )


def has_to_sign(document: Document, user: Any) -> bool:
    """Whether a document waits for a signature that this person can give, be it the next one or a later one."""
    return bool(signatures_of(document).filter(_signable_by(user), decision=Decision.PENDING).exists())


def next_signature(document: Document) -> Signature | None:
    """The signature that a submitted document waits for."""
    return signatures_of(document).filter(is_next=True).select_related("department").first()


def claim(document: Document, actor: Any) -> tuple[Signature, Any]:
    """The next signature and the person in whose name the actor would give it.

    Raises NotAllowed when it is somebody else's, or borrowed from somebody who had a hand in the document (R-SYS-03).
    """
    signature = next_signature(document) if actor.is_active else None
    if signature is None:
        raise NotAllowed(_("%(document)s waits for no signature.") % {"document": document})
    if _may_sign(signature, document, actor):
        return signature, actor
    for delegation in current_delegations(actor):
        kinds = {kind.pk for kind in delegation.kinds.all()}
        if kinds and signature.content_type_id not in kinds:
            continue
        if delegation.principal_id in hands_in(document):
            continue  # nobody approves his own document through a substitute either
        if _may_sign(signature, document, delegation.principal):
            return signature, delegation.principal
    raise NotAllowed(
        _("The next signature on %(document)s belongs to %(approver)s.")
        % {"document": document, "approver": signature.approver_label}
    )


def record(signature: Signature, *, actor: Any, principal: Any, decision: str, comment: str) -> bool:
    """Write a decision on a signature; returns True when it was an approval and another signature is next."""
    signature.decision = decision
    signature.signed_by = actor
    signature.principal = None if principal == actor else principal
    signature.comment = comment
    signature.signed_at = clock.now()
    signature.is_next = False
    signature.save()
    following = signatures_of_round(signature).filter(decision=Decision.PENDING)
    if decision != Decision.APPROVED:
        following.update(decision=Decision.WITHDRAWN, is_next=False)
        return False
    upcoming = following.first()
    if upcoming is None:
        return False
    upcoming.is_next, upcoming.opened_at = True, clock.now()
    upcoming.save(update_fields=["is_next", "opened_at"])
    return True


def signatures_of_round(signature: Signature) -> Any:
    return Signature.objects.filter(
        content_type=signature.content_type_id, object_id=signature.object_id, round=signature.round
    )


def drop_pending(document: Document) -> None:
    """A withdrawn or cancelled document waits for nobody."""
    signatures_of(document).filter(decision=Decision.PENDING).update(decision=Decision.WITHDRAWN, is_next=False)


def anyone_signed(document: Document) -> bool:
    """Whether somebody signed in the round that is open now."""
    upcoming = next_signature(document)
    return upcoming is not None and signatures_of_round(upcoming).filter(decision=Decision.APPROVED).exists()
