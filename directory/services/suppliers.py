"""The black list of suppliers."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from directory.models import Supplier


@transaction.atomic
def blacklist(supplier: Supplier, *, until: dt.date, reason: str, actor: Any) -> Supplier:
    """Put a supplier on the black list up to and including a day; the history keeps who did so.

    Raises NotAllowed without the right, DomainError without a reason or for a day that is over.
    """
    _require_right(actor)
    if not reason.strip():
        raise DomainError(_("Say why this supplier goes on the black list."), field="blacklist_reason")
    if until < clock.today():
        raise DomainError(_("This day is over; choose today or a later one."), field="blacklisted_until")
    return _write(supplier, until, reason.strip()[:200], actor)


@transaction.atomic
def forgive(supplier: Supplier, *, reason: str, actor: Any) -> Supplier:
    """Take a supplier off the black list before its day. Raises NotAllowed, DomainError without a reason."""
    _require_right(actor)
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="blacklist_reason")
    return _write(supplier, None, reason.strip()[:200], actor)


def _require_right(actor: Any) -> None:
    if not actor.has_perm("directory.blacklist_supplier"):
        raise NotAllowed(_("You may not change the black list."))


def _write(supplier: Supplier, until: dt.date | None, reason: str, actor: Any) -> Supplier:
    fresh = Supplier.objects.select_for_update().get(pk=supplier.pk)
    fresh.blacklisted_until, fresh.blacklist_reason = until, reason
    fresh._history_user = actor  # type: ignore[attr-defined] # read by simple_history
    fresh.save(update_fields=["blacklisted_until", "blacklist_reason"])
    return fresh
