"""What screens tell about documents: who did what when, who signed, and where a document is stuck. Reads only."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from .lifecycle import Status
from .models import Approver, Decision, Document, DocumentEvent, Signature
from .routes import signatures_of
from .services import events_of, step_label

NAMES_SHOWN = 3


def story_of(document: Document) -> list[dict[str, Any]]:
    """The events of a document, oldest first, as templates/partials/story.html wants them.

    Several savings in a row by one person are told once, with the time of the last.
    """
    rows: list[dict[str, Any]] = [
        {
            "at": document.created_at,
            "who": document.created_by,
            "behalf": None,
            "step": "create",
            "label": _("Create"),
            "reason": "",
        }
    ]
    for event in events_of(document).select_related("actor", "principal"):
        row = {
            "at": event.at,
            "who": event.actor or _("Automatic"),
            "behalf": event.principal,
            "step": event.step,
            "label": step_label(event.step, document),
            "reason": event.reason,
        }
        again = event.step == "edit" and rows[-1]["step"] == "edit" and rows[-1]["who"] == event.actor
        rows[-1:] = [row] if again else [rows[-1], row]
    return rows


def automatic_approval(document: Document) -> DocumentEvent | None:
    """The event by which the document was approved without a person, where that is how it stands approved."""
    if document.status in (Status.DRAFT, Status.SUBMITTED):
        return None
    last = events_of(document).filter(step="approve").last()
    return last if last is not None and last.actor_id is None else None


def signatures_shown(document: Document) -> list[dict[str, Any]]:
    """The signatures of the last round, in order; of an automatic approval, the basis in their place."""
    automatic = automatic_approval(document)
    if automatic is not None:
        return [
            {
                "who": _("Automatic"),
                "decision": (Decision.APPROVED.value, Decision.APPROVED.label),
                "signed_by": None,
                "behalf": None,
                "comment": automatic.reason,
                "at": automatic.at,
            }
        ]
    rows = list(signatures_of(document).select_related("department__head", "role", "person", "signed_by", "principal"))
    last = max((row.round for row in rows), default=0)
    return [
        {
            "who": row.approver_label,
            "decision": (row.decision, row.get_decision_display()),
            "signed_by": row.signed_by,
            "behalf": row.principal,
            "comment": row.comment,
            "at": row.signed_at,
        }
        for row in rows
        if row.round == last
    ]


def approver_names(signatures: Iterable[Signature]) -> dict[int, str]:
    """Who has to give each signature, by its key: a person by name, a role with the names of its first holders.

    One query for all of them where roles sign, one more for each kind that anyone with the right may approve.
    """
    rows = list(signatures)
    roles = {row.role_id for row in rows if row.approver == Approver.ROLE}
    holders: dict[tuple[int, int], list[str]] = {}
    if roles:
        people = get_user_model()._default_manager.filter(groups__in=roles, is_active=True)
        for role, organization, name in people.order_by("pk").values_list("groups", "organization", "name"):
            holders.setdefault((role, organization), []).append(name)
    kinds = {row.content_type_id for row in rows if row.approver == Approver.ANYONE}
    anyone = {kind: _approvers(ContentType.objects.get_for_id(kind)) for kind in kinds}
    return {row.pk: _name_of(row, holders, anyone.get(row.content_type_id, {})) for row in rows}


def _approvers(kind: ContentType) -> dict[int, list[str]]:
    """The names of those who may approve a kind of document, by organization."""
    people = get_user_model()._default_manager.filter(
        groups__permissions__content_type=kind,
        groups__permissions__codename=f"approve_{kind.model}",
        is_active=True,
    )
    names: dict[int, list[str]] = {}
    for organization, name, _key in people.order_by("pk").distinct().values_list("organization", "name", "pk"):
        names.setdefault(organization, []).append(name)
    return names


def _name_of(signature: Signature, holders: dict[tuple[int, int], list[str]], anyone: dict[int, list[str]]) -> str:
    label = signature.approver_label
    free = signature.approver == Approver.ANYONE
    of_role = holders.get((signature.role_id or 0, signature.organization_id), [])
    names = anyone.get(signature.organization_id, []) if free else of_role
    if not names:
        return label
    shown = _(", ").join(names[:NAMES_SHOWN])
    if free:
        return f"{shown} …" if len(names) > NAMES_SHOWN else shown
    return _("%(role)s (%(names)s)") % {"role": label, "names": f"{shown} …" if len(names) > NAMES_SHOWN else shown}


def waiting_for_whom(documents: Sequence[Document]) -> dict[int, str]:
    """By the key of a submitted document of one kind: the name of whoever has to sign next; two queries at most."""
    submitted = [document.pk for document in documents if document.status == Status.SUBMITTED]
    if not submitted:
        return {}
    kind = ContentType.objects.get_for_model(type(documents[0]))
    rows = list(
        Signature.objects.filter(content_type=kind, object_id__in=submitted, is_next=True).select_related(
            "department__head", "role", "person"
        )
    )
    names = approver_names(rows)
    return {row.object_id: names[row.pk] for row in rows}
