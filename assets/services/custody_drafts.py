"""Drafts of hand-overs that others begin: a transfer out of the idle pool, everything of a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import MOVABLE, Asset, CustodyChange, CustodyLine
from assets.selectors import held_by
from core.errors import DomainError, NotAllowed
from directory.models import Department, User

Kind = CustodyChange.Kind


@transaction.atomic
def draft_transfer(
    assets: Sequence[Asset], to_department: Department, actor: Any, *, reason: str = ""
) -> CustodyChange:
    """A draft transfer of these things, all with one department, to another one; returns it.

    Raises NotAllowed without the right to write hand-overs, DomainError when the things are with several departments.
    """
    departments = {asset.department for asset in assets}
    if len(departments) != 1:
        raise DomainError(_("Choose things of one department; each department hands over its own."))
    return _draft(
        departments.pop(), assets, actor, kind=Kind.TRANSFER, to_department=to_department, reason=reason[:200]
    )


@transaction.atomic
def draft_everything_of(person: User, receiver: User, actor: Any, *, reason: str = "") -> list[CustodyChange]:
    """Drafts by which everything movable that a person uses or keeps goes to a colleague, one for each department.

    Only things that the actor may see. Raises DomainError when there is nothing or the receiver is the same person.
    """
    if person == receiver:
        raise DomainError(_("Name somebody else as the new user."), field="receiver")
    found: dict[Any, list[Asset]] = defaultdict(list)
    seen = Asset.objects.visible_to(actor).filter(pk__in=held_by(person).values("pk"))
    for asset in seen.filter(state__in=MOVABLE, claimed_by="").select_related("department").order_by("number"):
        found[asset.department].append(asset)
    if not found:
        raise DomainError(_("%(person)s has nothing that you could hand over.") % {"person": person})
    return [
        _draft(department, assets, actor, kind=Kind.USER, person=person, to_user=receiver, reason=reason[:200])
        for department, assets in found.items()
    ]


def _draft(department: Department, assets: Iterable[Asset], actor: Any, **columns: Any) -> CustodyChange:
    if not actor.has_perm("assets.add_custodychange"):
        raise NotAllowed(_("You may not write hand-overs of assets."))
    document = CustodyChange.objects.create(
        organization_id=department.organization_id, department=department, created_by=actor, **columns
    )
    rows = [CustodyLine(document=document, position=place, asset=asset) for place, asset in enumerate(assets, start=1)]
    CustodyLine.objects.bulk_create(rows)
    return document
