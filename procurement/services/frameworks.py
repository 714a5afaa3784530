"""Framework agreements: prices that a supplier grants for a time."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, events_of, record_event
from core.errors import DomainError
from core.models.notices import Notice
from directory.models import Supplier
from procurement.models import FrameworkAgreement, FrameworkLine

from . import wanted
from .supplier_checks import require_eligible

EXPIRING = "expiring"
EXTRA_STEP_LABELS[EXPIRING] = gettext_lazy("ends soon")
REMIND_DAYS = 30


def check(document: FrameworkAgreement, *, actor: Any) -> None:
    """Complete lines of items at agreed prices, a usable supplier, days that are not over, nothing agreed twice.

    Raises DomainError naming the line (R-PRC-09 for the supplier).
    """
    lines = wanted.lines_of(document)
    wanted.check_lines(document, lines)
    if document.valid_until < clock.today():
        raise DomainError(_("The agreement is over already; correct its last day."), field="valid_until")
    if not document.basis.strip() and document.sourcing_id is None:
        raise DomainError(_("Say which tender or decision the agreement comes from."), field="basis")
    require_eligible(document.supplier, [line.category for line in lines], clock.today())
    seen: set[tuple[Any, ...]] = set()
    for line in lines:
        key = (line.item_id, "" if line.item_id else line.title, line.unit_id)
        if key in seen:
            raise DomainError(_("%(name)s stands here twice.") % {"name": line.title}, field="item", line=line.position)
        seen.add(key)
    _refuse_overlap(document, lines)


def _refuse_overlap(document: FrameworkAgreement, lines: list[FrameworkLine]) -> None:
    """The same item of the same supplier has one agreed price on a day. Raises DomainError naming the other paper."""
    others = FrameworkLine.objects.filter(
        document__organization=document.organization_id,
        document__supplier=document.supplier_id,
        document__status=Status.APPROVED,
        document__valid_from__lte=document.valid_until,
        document__valid_until__gte=document.valid_from,
        item__in=[line.item_id for line in lines if line.item_id],
    ).exclude(document=document.pk)
    known = {row.item_id: row.document for row in others.select_related("document")}
    for line in lines:
        if other := known.get(line.item_id):
            raise DomainError(
                _(
                    "%(name)s is agreed with %(supplier)s already in %(other)s (%(start)s to %(end)s); choose "
                    "days that do not overlap."
                )
                % {
                    "name": line.title,
                    "supplier": document.supplier,
                    "other": other,
                    "start": other.valid_from,
                    "end": other.valid_until,
                },
                field="item",
                line=line.position,
            )


def check_again(document: FrameworkAgreement, *, actor: Any) -> None:
    """The same at the last signature, while no other agreement of the supplier is approved."""
    list(Supplier.objects.select_for_update(no_key=True).filter(pk=document.supplier_id).values_list("pk"))
    check(document, actor=actor)


def require_nothing_called(document: FrameworkAgreement, *, actor: Any) -> None:
    """An agreement that orders drew on is not taken back; its lines are locked first, as an order locks them. Raises
    DomainError."""
    locked = document.lines.select_for_update(of=("self",)).order_by("pk")
    if any(list(locked.values_list("called_quantity", flat=True))):
        raise DomainError(_("Orders drew on %(document)s already; it ends on its last day.") % {"document": document})


def ending_soon(day: dt.date | None = None) -> Any:
    """Approved agreements whose last day lies within the next 30 days."""
    today = day or clock.today()
    until = today + dt.timedelta(days=REMIND_DAYS)
    return FrameworkAgreement.objects.filter(status=Status.APPROVED, valid_until__range=(today, until))


@transaction.atomic
def remind_ending() -> list[FrameworkAgreement]:
    """Tell the maker once that an agreement ends within 30 days; returns the agreements that were new tonight."""
    reminded = []
    for document in ending_soon().select_for_update(of=("self",)).order_by("pk"):
        if events_of(document).filter(step=EXPIRING).exists():
            continue
        text = _("valid until %(day)s") % {"day": document.valid_until}
        event = record_event(document, EXPIRING, actor=document.created_by, from_status=document.status, reason=text)
        Notice.objects.create(user_id=document.created_by_id, event=event)
        reminded.append(document)
    return reminded
