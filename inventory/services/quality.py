"""Lots kept back: quarantined on receipt until somebody releases them, or frozen by hand (R-STK-04)."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from inventory.models import Lot, LotHold

PLACE, RELEASE = "inventory.add_lothold", "inventory.release_lothold"


def open_holds(organization_id: int) -> Any:
    """The holds of an organization that were not released yet."""
    return LotHold.objects.filter(organization=organization_id, released_at=None)


def quarantine(organization_id: int, lots: Iterable[Lot], *, actor: Any, reason: str) -> None:
    """Keep back new lots of items that are checked on receipt; lots kept back already stay as they are."""
    LotHold.objects.bulk_create(
        [
            LotHold(
                organization_id=organization_id,
                lot=lot,
                kind=LotHold.Kind.QUARANTINE,
                reason=reason[:200],
                placed_by=actor,
                placed_at=clock.now(),
            )
            for lot in lots
        ],
        ignore_conflicts=True,
    )


def keep_back(lot: Lot, *, kind: str, reason: str, actor: Any) -> LotHold:
    """Quarantine or freeze a lot in the actor's organization: from now on it is not issued.

    Raises NotAllowed without the right, DomainError without a reason, for a lot that is kept back already, and for the
    stock of items that are not kept by lot.
    """
    if not actor.has_perm(PLACE):
        raise NotAllowed(_("You may not keep lots back."))
    if not lot.number:
        raise DomainError(_("%(item)s is not kept by lot, so no lot of it can be kept back.") % {"item": lot.item})
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    try:
        with transaction.atomic():
            return LotHold.objects.create(
                organization_id=actor.organization_id, lot=lot, kind=kind, reason=reason.strip()[:200], placed_by=actor
            )
    except IntegrityError as error:
        raise DomainError(_("Lot %(lot)s is kept back already.") % {"lot": lot}) from error


@transaction.atomic
def release(hold: LotHold, *, note: str, actor: Any) -> LotHold:
    """Let a lot go out again; note: the result of the check.

    Raises NotAllowed without the right, DomainError without a result or when it was released before.
    """
    hold = LotHold.objects.select_for_update(of=("self",)).select_related("lot").get(pk=hold.pk)
    if not actor.has_perm(RELEASE) or actor.organization_id != hold.organization_id:
        raise NotAllowed(_("You may not release lots."))
    if hold.released_at is not None:
        raise DomainError(_("Lot %(lot)s was released already.") % {"lot": hold.lot})
    if not note.strip():
        raise DomainError(_("Enter the result of the check."), field="note")
    hold.released_by, hold.released_at, hold.release_note = actor, clock.now(), note.strip()[:200]
    hold.save(update_fields=["released_by", "released_at", "release_note"])
    return hold
