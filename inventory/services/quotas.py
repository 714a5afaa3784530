"""Requests over quota: they go one approver higher, not away (R-STK-10)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.services import EXTRA_STEP_LABELS, events_of, record_event
from core.numbers import money, plain
from inventory.models import Requisition, RequisitionLine
from inventory.quota_selectors import Excess, Wanted, excesses

OVER = "over_quota"
EXTRA_STEP_LABELS[OVER] = gettext_lazy("Over quota")


def sentence_of(excess: Excess) -> str:
    """What the quota is, what is left of it and what is asked for."""
    standing = excess.standing
    quota = standing.quota
    pieces = standing.counts_pieces

    def shown(number: Any) -> str:
        return plain(number) if pieces else f"{money(number):,}"

    return _(
        "%(what)s: quota %(limit)s %(unit)s from %(start)s to %(end)s, used %(used)s, in open requests %(reserved)s, "
        "left %(left)s; asked for %(asked)s"
    ) % {
        "what": quota.item or quota.category,
        "limit": shown(standing.limit + standing.carried),
        "unit": quota.item.unit if pieces and quota.item else _("yuan"),
        "start": standing.start,
        "end": standing.end,
        "used": shown(standing.used),
        "reserved": shown(standing.reserved),
        "left": shown(standing.left),
        "asked": shown(excess.asked),
    }


def sentences_of(found: Iterable[Excess]) -> str:
    """All of them as one text."""
    return _("; ").join(sentence_of(excess) for excess in found)


def mark_over_quota(document: Requisition, *, actor: Any) -> None:
    """Effect of submit, after the estimates: flag the lines over quota and say why in the story of the request."""
    lines = list(document.lines.select_related("item__category"))
    wanted = [Wanted(line.pk, line.item, line.stock_quantity, line.amount) for line in lines]
    found = excesses(document.department, wanted, clock.today(), without=document)
    over = {key for excess in found for key in excess.keys}
    for line in lines:
        line.over_quota = line.pk in over
    RequisitionLine.objects.bulk_update(lines, ["over_quota"])
    document.over_quota = bool(over)
    Requisition.objects.filter(pk=document.pk).update(over_quota=document.over_quota)
    if over:
        record_event(document, OVER, actor=actor, from_status=document.status, reason=sentences_of(found)[:500])


def why_over_quota(document: Requisition) -> str:
    """The sentence told when the request was submitted; "" for one within its quotas."""
    if not document.over_quota:
        return ""
    event = events_of(document).filter(step=OVER).last()
    return event.reason if event else _("Over quota")
