"""The only writer of BudgetMove and of the caches on BudgetAllotment (R-PRC-02)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.numbers import ZERO
from core.templatetags.display import money as shown
from procurement.models import BudgetAllotment, BudgetMove


@dataclass(frozen=True)
class Entry:
    """Signed yuan for one allotment; line: key of the document's line it stands for, or 0."""

    allotment_id: int
    granted: Decimal = ZERO
    reserved: Decimal = ZERO
    used: Decimal = ZERO
    line: int = 0


def post(entries: Iterable[Entry], *, document: Any, actor: Any) -> list[BudgetMove]:
    """Add moves and bring the allotments up to date, all or nothing; a fixed number of statements.

    The allotments are locked in the order of their keys, so that of two requests for the last yuan one wins. Raises
    DomainError when an allotment would fall below what is reserved and used on it, or when a part of it would be
    negative. Called inside the transaction of a step.
    """
    rows = [entry for entry in entries if entry.granted or entry.reserved or entry.used]
    if not rows:
        return []
    keys = {entry.allotment_id for entry in rows}
    locked = lock(keys)
    _require_own(locked, keys, document)
    _require_room(locked, rows)
    for entry in rows:
        allotment = locked[entry.allotment_id]
        allotment.amount += entry.granted
        allotment.reserved += entry.reserved
        allotment.used += entry.used
    for allotment in locked.values():
        _require_sound(allotment)
    BudgetAllotment.objects.bulk_update(locked.values(), ("amount", "reserved", "used"))
    kind, now = ContentType.objects.get_for_model(type(document)), clock.now()
    return BudgetMove.objects.bulk_create(
        BudgetMove(
            allotment_id=entry.allotment_id,
            organization_id=document.organization_id,
            granted=entry.granted,
            reserved=entry.reserved,
            used=entry.used,
            business_date=document.business_date,
            posted_at=now,
            posted_by=actor,
            content_type=kind,
            object_id=document.pk,
            line=entry.line,
        )
        for entry in rows
    )


def lock(keys: Iterable[int]) -> dict[int, BudgetAllotment]:
    """Allotments by key, locked in the order of their keys until the transaction ends."""
    rows = BudgetAllotment.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk")
    return {row.pk: row for row in rows}


def _require_own(locked: dict[int, BudgetAllotment], keys: set[int], document: Any) -> None:
    """Allotments of the document's own house, all of them there. Raises DomainError."""
    strange = [key for key in keys if key not in locked or locked[key].organization_id != document.organization_id]
    if strange:
        raise DomainError(_("The budget allotment belongs to another organization."), field="allotment")


def _require_room(locked: dict[int, BudgetAllotment], rows: list[Entry]) -> None:
    """Raise DomainError where more is asked for than is left, naming the allotment and the figures (R-PRC-02)."""
    wanted: dict[int, Decimal] = defaultdict(lambda: ZERO)
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for entry in rows:
        wanted[entry.allotment_id] += entry.reserved + entry.used - entry.granted
        taken[entry.allotment_id] -= entry.granted
    for key in sorted(wanted):
        allotment = locked[key]
        if wanted[key] <= 0 or wanted[key] <= allotment.available:
            continue
        if taken[key] > 0:
            raise refused_cut(allotment, taken[key])
        raise DomainError(
            _("The budget does not cover this: %(wanted)s yuan are needed, %(left)s yuan are left of “%(allotment)s”.")
            % {"wanted": shown(wanted[key]), "left": shown(allotment.available), "allotment": allotment},
            field="allotment",
            code="budget",
        )


def refused_cut(allotment: BudgetAllotment, amount: Decimal) -> DomainError:
    """The refusal to take so many yuan away, with the figures that stand against it (R-PRC-02)."""
    return DomainError(
        _(
            "%(amount)s yuan cannot be taken from “%(allotment)s”: of %(granted)s yuan %(reserved)s are reserved and "
            "%(used)s are used, so at most %(left)s are free."
        )
        % {
            "amount": shown(amount),
            "allotment": allotment,
            "granted": shown(allotment.amount),
            "reserved": shown(allotment.reserved),
            "used": shown(allotment.used),
            "left": shown(allotment.available),
        },
        field="amount",
        code="budget_cut",
    )


def _require_sound(allotment: BudgetAllotment) -> None:
    """No part of an allotment falls below zero, whatever asked for it. Raises DomainError."""
    if allotment.reserved < 0 or allotment.used < 0 or allotment.available < 0:
        raise DomainError(
            _("“%(allotment)s” would fall below what is reserved and used on it; nothing was booked.")
            % {"allotment": allotment}
        )
