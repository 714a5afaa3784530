"""Lots of incoming lines: found or made in a fixed number of statements."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from inventory.models import Lot


def check_lots(lines: Sequence[Any]) -> None:
    """Refuse incoming lines that lack the lot or expiry their item needs, or whose dates are the wrong way round.

    An item with a shelf life needs an expiry date; an item not kept by lot takes none, or all its stock would expire.
    """
    for line in lines:
        item = line.item
        if item.track_lots and not line.lot_number:
            raise DomainError(
                _("%(item)s is kept by lot: enter the lot number.") % {"item": item},
                field="lot_number",
                line=line.position,
            )
        if line.lot_number and not item.track_lots:
            raise DomainError(
                _("%(item)s is not kept by lot: leave the lot number empty.") % {"item": item},
                field="lot_number",
                line=line.position,
            )
        if line.expires_on and not item.track_lots:
            raise DomainError(
                _("%(item)s is not kept by lot: leave the expiry date empty.") % {"item": item},
                field="expires_on",
                line=line.position,
            )
        if item.track_lots and item.shelf_life_days and not line.expires_on:
            raise DomainError(
                _("%(item)s has a shelf life: enter the date on which it expires.") % {"item": item},
                field="expires_on",
                line=line.position,
            )
        if line.made_on and line.expires_on and line.expires_on < line.made_on:
            raise DomainError(
                _("%(item)s: it expires before it was made; compare the two dates.") % {"item": item},
                field="expires_on",
                line=line.position,
            )


def lots_for(lines: Sequence[Any], *, supplier_id: int | None = None) -> dict[tuple[int, str], Lot]:
    """The lot of every incoming line by (item key, lot number), made where new; two statements and one to read.

    supplier_id: who delivers; noted on new lots that have a number. Raises DomainError when a lot number is known with
    another expiry date.
    """
    wanted = {(line.item_id, line.lot_number): line for line in lines}
    Lot.objects.bulk_create(
        [
            Lot(
                item_id=item,
                number=number,
                made_on=line.made_on,
                expires_on=line.expires_on,
                supplier_id=supplier_id if number else None,
            )
            for (item, number), line in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    found = Lot.objects.filter(item__in={item for item, _number in wanted}, number__in={n for _item, n in wanted})
    lots = {(lot.item_id, lot.number): lot for lot in found}
    for line in lines:
        lot = lots[line.item_id, line.lot_number]
        if line.lot_number and line.expires_on and lot.expires_on != line.expires_on:
            raise DomainError(
                _("Lot %(lot)s of %(item)s is known with the expiry date %(known)s; this line says %(said)s.")
                % {"lot": lot, "item": line.item, "known": lot.expires_on or "-", "said": line.expires_on},
                field="expires_on",
                line=line.position,
            )
    return lots
