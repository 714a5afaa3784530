"""What other apps call when durable goods were accepted: they wait for their cards."""

from django.utils.translation import gettext as _

from assets.models import AssetIntake
from core.errors import DomainError


def take_in(rows: list[AssetIntake]) -> list[AssetIntake]:
    """Enter accepted goods: unsaved rows in, saved rows out, in their order; in the acceptance's transaction."""
    return AssetIntake.objects.bulk_create(rows)


def withdraw(keys: list[int]) -> None:
    """The acceptance is taken back. Raises DomainError when cards were made of some of the goods already."""
    rows = list(AssetIntake.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    for row in rows:
        if row.state == AssetIntake.State.CARDED:
            raise DomainError(_("Cards were made of %(goods)s already; dispose of them first.") % {"goods": row})
    AssetIntake.objects.filter(pk__in=[row.pk for row in rows]).update(state=AssetIntake.State.WITHDRAWN)
