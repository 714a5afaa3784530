"""Rejected goods: they go back to the supplier or are replaced, and never enter the store (R-PRC-14)."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, IllegalTransition, NotAllowed
from procurement.models import RejectedGoods


@atomic_with_retry
def settle(
    rejection: RejectedGoods, *, actor: Any, remedy: str, day: dt.date | None, collected_by: str, note: str = ""
) -> RejectedGoods:
    """The supplier fetched the goods: sent back for good, or to be replaced by a new delivery that is accepted anew.

    Raises NotAllowed without the right, IllegalTransition when it is settled, DomainError for what is missing.
    """
    may = actor.has_perm("procurement.change_rejectedgoods")
    if not may or not RejectedGoods.objects.visible_to(actor).filter(pk=rejection.pk).exists():
        raise NotAllowed(_("You may not settle rejected goods."))
    rejection = RejectedGoods.objects.select_for_update(of=("self",)).get(pk=rejection.pk)
    if rejection.state == RejectedGoods.State.SETTLED:
        raise IllegalTransition(_("%(number)s is settled already.") % {"number": rejection.number})
    if remedy not in RejectedGoods.Remedy.values:
        raise DomainError(_("Choose what becomes of the goods."), field="remedy")
    if day is None or day > clock.today() or day < rejection.opened_at.astimezone().date():
        raise DomainError(_("Enter the day the goods were fetched, not before they were rejected."), field="day")
    if not collected_by.strip():
        raise DomainError(_("Enter who fetched the goods."), field="collected_by")
    rejection.remedy, rejection.settled_on, rejection.settled_by = remedy, day, actor
    rejection.collected_by, rejection.note = collected_by.strip()[:40], note.strip()[:200]
    rejection.state = RejectedGoods.State.SETTLED
    rejection.save()
    return rejection
