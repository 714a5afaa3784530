"""What holds for every line of something to be bought, in plans, requests, orders and agreements."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from inventory.models import ItemUnit
from procurement.models import Treatment


def lines_of(document: Any, *related: str) -> list[Any]:
    """The lines with their items and units, in order; one statement."""
    return list(document.lines.select_related("item__unit", "unit", "category", *related).order_by("position", "id"))


def check_lines(document: Any, lines: Sequence[Any] | None = None) -> None:
    """There are lines; items are in use and written in a unit they have; nothing is free of charge.

    Raises DomainError naming the line and the field.
    """
    rows = lines_of(document) if lines is None else list(lines)
    if not rows:
        raise DomainError(_("Enter at least one line."))
    packs = {
        (pack.item_id, pack.unit_id): pack.factor
        for pack in ItemUnit.objects.filter(item__in={row.item_id for row in rows if row.item_id})
    }
    for row in rows:
        _check(row, packs)


def _check(row: Any, packs: dict[tuple[int, int], Decimal]) -> None:
    where = {"line": row.position}
    if row.item and not row.item.active:
        raise DomainError(
            _("%(item)s is no longer in use; choose another item.") % {"item": row.item}, field="item", **where
        )
    if row.treatment == Treatment.STOCK and row.item is None:
        raise DomainError(_("What goes into the store has to be an item; choose one."), field="item", **where)
    if row.item is None and not row.name.strip():
        raise DomainError(_("Choose an item, or write what is to be bought."), field="name", **where)
    if row.unit_price <= 0:
        raise DomainError(_("Enter a price greater than zero."), field="unit_price", **where)
    if row.item is None:
        return
    known = Decimal(1) if row.unit_id == row.item.unit_id else packs.get((row.item_id, row.unit_id))
    if known != row.factor:
        raise DomainError(
            _("The conversion of %(unit)s of %(item)s is missing or has changed; enter the line again.")
            % {"unit": row.unit, "item": row.item},
            field="unit",
            **where,
        )
