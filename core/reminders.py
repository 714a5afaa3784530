"""Signatures that wait too long: shown as overdue, and whoever could give them is reminded once a day."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock, notices, policies
from core.documents import routes
from core.documents.models import Signature

REMIND_AFTER = "remind_after"
CODE = "signature_waits"

policies.register(
    policies.Figure(
        REMIND_AFTER,
        _("Remind of a signature after"),
        _("days"),
        Decimal(3),
        _("Example of this program; enter the rule of your house."),
    )
)
notices.register_sentence(CODE, _("%(kind)s %(number)s of %(department)s has waited %(days)d days for your signature."))


def overdue_before(organization_id: int) -> dt.datetime:
    """Signatures of a house that were opened before this moment wait too long."""
    days = policies.value_of(REMIND_AFTER, organization_id, clock.today())
    return clock.now() - dt.timedelta(days=float(days))


def mark_overdue(signatures: Iterable[Signature]) -> None:
    """Write on each signature for how many days it waits, when that is too long: `overdue_days`, else 0."""
    limits: dict[int, dt.datetime] = {}
    for row in signatures:
        if row.organization_id not in limits:
            limits[row.organization_id] = overdue_before(row.organization_id)
        late = row.opened_at < limits[row.organization_id]
        row.overdue_days = (clock.now() - row.opened_at).days if late else 0  # type: ignore[attr-defined]


def remind() -> int:
    """Tell everybody who could give a signature that waits too long, once a day; returns how many notices are new."""
    told = 0
    houses = Signature.objects.filter(is_next=True).order_by().values_list("organization", flat=True).distinct()
    for house in houses:
        limit = overdue_before(house)
        for person in get_user_model()._default_manager.filter(organization=house, is_active=True).order_by("pk"):
            rows = routes.waiting_for(person).filter(opened_at__lt=limit).select_related("content_type")
            told += sum(_tell(person, row) for row in rows)
    return told


def _tell(person: Any, row: Signature) -> int:
    document: Any = row.document
    return notices.tell(
        [person.pk],
        CODE,
        key=f"signature:{row.pk}:{clock.today().isoformat()}",
        url=reverse("waiting_document", args=(row.pk,)),
        words={
            "kind": str(document._meta.verbose_name),
            "number": document.number or "",
            "department": str(document.department),
            "days": (clock.now() - row.opened_at).days,
        },
    )
