"""From the approved count to the ledger: one adjustment for each line that differs (R-STK-16)."""

from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO
from inventory.models import StockBalance, StockCount, StockCountEntry, StockCountLine, StockLocation, StockMove

from ..ledger import Movement, post_moves
from ..locations import of_warehouse, virtual
from ..valuation import plain
from .plan import Phase, check_people
from .results import lines_of


def check_result(document: StockCount, *, actor: Any) -> None:
    """Finished, with cause and treatment for every difference, watched by somebody who keeps nothing there."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if document.phase != Phase.FINISHED:
        raise IllegalTransition(_("Finish the counting of %(document)s first.") % {"document": document})
    check_people(document)
    for line in lines:
        if line.difference and not (line.cause and line.treatment):
            raise DomainError(
                _("%(item)s differs: enter the cause and what is done about it.") % {"item": line.item},
                field="cause" if not line.cause else "treatment",
                line=line.position,
            )


def refuse_keepers(document: StockCount, *, actor: Any) -> None:
    """Whoever keeps the warehouse does not approve what is found in it (R-STK-16)."""
    if document.warehouse.keepers.filter(pk=actor.pk).exists():
        raise NotAllowed(
            _("You keep %(warehouse)s; somebody else has to approve its count.") % {"warehouse": document.warehouse}
        )


def refuse_counted(document: StockCount, *, actor: Any) -> None:
    """What was counted is not thrown away: such a count is cancelled, with a reason, and stays to be seen."""
    if StockCountEntry.objects.filter(line__document=document).exists():
        raise IllegalTransition(
            _("Something was counted on %(document)s already; cancel it instead.") % {"document": document}
        )


def total_difference(document: StockCount) -> Decimal:
    """Yuan of surplus and shortage together, for the approval tiers."""
    return sum((abs(line.amount or ZERO) for line in document.lines.all()), ZERO)


def check_still_true(document: StockCount, *, actor: Any) -> None:
    """Nothing since the count may have made its differences untrue.

    Refuses a line that another count adjusted since, and a shortage of goods that were issued since.
    """
    place = of_warehouse(document.warehouse)
    lines = [line for line in lines_of(document) if line.difference]
    lots = [line.lot_id for line in lines]
    counts = StockMove.objects.filter(
        Q(source=place) | Q(target=place), content_type=ContentType.objects.get_for_model(StockCount), lot__in=lots
    ).exclude(object_id=document.pk)
    adjusted = dict(counts.order_by().values_list("lot").annotate(Max("posted_at")))
    left = dict(StockBalance.objects.filter(location=place, lot__in=lots).values_list("lot_id", "quantity"))
    for line in lines:
        if line.lot_id in adjusted and line.counted_at and adjusted[line.lot_id] > line.counted_at:
            raise DomainError(
                _("%(item)s was adjusted by another count since. Return this count and count the line again.")
                % {"item": line.item},
                line=line.position,
            )
        missing, there = -(line.difference or ZERO), left.get(line.lot_id, ZERO)
        if missing > there:
            raise DomainError(
                _(
                    "%(missing)s %(unit)s of %(item)s are missing by the count, but only %(there)s are left on the "
                    "books: more was issued since than was there. Return this count and count the line again."
                )
                % {"missing": plain(missing), "there": plain(there), "unit": line.item.unit, "item": line.item},
                line=line.position,
            )


def post_count(document: StockCount, *, actor: Any) -> None:
    """Book every difference between the warehouse and the count differences, at the very lot; zero ones move nothing.

    A surplus enters at the value that was approved; a shortage leaves at what the ledger says it costs now.
    """
    place = of_warehouse(document.warehouse)
    adjustment = virtual(document.organization_id, StockLocation.Kind.ADJUSTMENT)
    lines = {line.pk: line for line in lines_of(document) if line.difference}
    if not lines:
        return
    moves = post_moves(
        [_movement(line, place, adjustment, document) for line in lines.values()], document=document, actor=actor
    )
    booked: dict[int, Decimal] = {}
    for move in moves:
        sign = 1 if move.target_id == place.pk else -1
        booked[move.line_id] = booked.get(move.line_id, ZERO) + sign * move.amount
    for key, amount in booked.items():
        lines[key].amount = amount
    StockCountLine.objects.bulk_update(lines.values(), ["amount"])


def _movement(line: StockCountLine, place: StockLocation, adjustment: StockLocation, document: StockCount) -> Movement:
    difference = line.difference or ZERO
    surplus = difference > 0
    return Movement(
        line_id=line.pk,
        position=line.position,
        item=line.item,
        source=adjustment if surplus else place,
        target=place if surplus else adjustment,
        quantity=abs(difference),
        amount=line.amount if surplus else None,
        lot=line.lot,
        department_id=document.department_id,
        takes_unfit=True,
    )
