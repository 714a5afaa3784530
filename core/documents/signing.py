"""Signing what one saw: a decision counts for the very signature that was on the screen."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.database.retry import atomic_with_retry
from core.errors import IllegalTransition

from .models import DocumentEvent, Signature
from .routes import _may_be_signed_by, claim, current_delegations, refuse_own
from .services import apply_transition


@atomic_with_retry
def sign(
    signature: Signature,
    *,
    actor: Any,
    step: str,
    comment: str = "",
    request_key: uuid.UUID | None = None,
    before: Callable[[Any], None] | None = None,
) -> Any:
    """Approve or return the document of a signature; returns the document as it is afterwards.

    Args:
        signature: as it was shown; one that is no longer next is refused, because the document changed meanwhile.
        step: "approve" or "reject".
        before: called with the locked document once the right is certain (an approver lowers quantities here).

    Raises what apply_transition raises, and IllegalTransition when somebody else was quicker.
    """
    model: Any = signature.content_type.model_class()
    document = model._base_manager.select_for_update(of=("self",)).get(pk=signature.object_id)
    done = request_key and DocumentEvent.objects.filter(request_key=request_key, actor=actor).exists()
    if not done:
        if not Signature.objects.filter(pk=signature.pk, is_next=True).exists():
            raise IllegalTransition(
                _("%(document)s no longer waits for this signature; somebody signed, returned or withdrew it.")
                % {"document": document}
            )
        claim(document, actor)
        if before is not None:
            refuse_own(document, actor)
            before(document)
    return apply_transition(document, step, actor=actor, reason=comment, request_key=request_key)


def principals(signatures: Iterable[Signature], user: Any) -> dict[int, Any]:
    """In whose name this person would give each signature, by its key: None for his own, else the principal.

    One query for the person and one for each delegation he has today.
    """
    keys = [signature.pk for signature in signatures]
    rows = Signature.objects.filter(pk__in=keys)
    found: dict[int, Any] = dict.fromkeys(rows.filter(_may_be_signed_by(user)).values_list("pk", flat=True))
    for delegation in current_delegations(user):
        for key in rows.filter(_may_be_signed_by(delegation.principal)).values_list("pk", flat=True):
            found.setdefault(key, delegation.principal)
    return found
