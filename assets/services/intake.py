"""What other apps call when durable goods were accepted: they wait for their cards."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from assets.models import AssetAdditionLine, AssetIntake
from core.documents.lifecycle import Status
from core.errors import DomainError


def take_in(rows: list[AssetIntake]) -> list[AssetIntake]:
    """Enter accepted goods: unsaved rows in, saved rows out, in their order; in the acceptance's transaction."""
    return AssetIntake.objects.bulk_create(rows)


def withdraw(keys: list[int]) -> None:
    """The acceptance is taken back. Raises DomainError when cards were made of some of the goods already."""
    rows = list(AssetIntake.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    for row in rows:
        if row.state == AssetIntake.State.CARDED:
            raise DomainError(
                _("Cards were made of %(goods)s already by %(paper)s; reverse that paper first.")
                % {"goods": row, "paper": _paper_of(row)}
            )
    AssetIntake.objects.filter(pk__in=[row.pk for row in rows]).update(state=AssetIntake.State.WITHDRAWN)


def _paper_of(row: AssetIntake) -> str:
    lines = AssetAdditionLine.objects.filter(intake=row, document__status=Status.POSTED)
    return ", ".join(lines.values_list("document__number", flat=True).distinct()) or "—"


def mark(keys: Iterable[int], *, carded: bool) -> None:
    """Cards were made of these goods, or taken back again: then they wait once more."""
    State = AssetIntake.State
    was, now = (State.WAITING, State.CARDED) if carded else (State.CARDED, State.WAITING)
    AssetIntake.objects.filter(pk__in=list(keys), state=was).update(state=now)
