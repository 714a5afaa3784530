"""全月一次加权平均: what a month's uses cost in a warehouse that is priced by the month (docs/ledger.md).

During the month goods go out at the moving average. The close prices everything used in the month at the average of
opening and receipts; the differences are moves of value, so that no posted row changes. What left otherwise
(write-offs, transfers, returns to suppliers) keeps the cost it was posted at and lowers the pool.
"""

import calendar
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import periods
from core.documents.services import apply_transition
from core.errors import DomainError
from core.numbers import ZERO, price
from inventory.ledger_selectors import Pair, flows_since, turnovers
from inventory.models import Item, Lot, MonthPricing, MonthPricingLine, StockLocation, StockMove, StockValue, Warehouse

from .ledger import Movement, post_moves
from .locations import of_warehouse, virtual
from .valuation import share


@dataclass
class Use:
    """What one department used of an item in the month, net of what came back: stock units and yuan so far."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    correction: Decimal = ZERO


@dataclass
class Priced:
    """One item of the month. pool: opening and receipts; correction: yuan by which its uses rise."""

    item_id: int
    closing: Pair
    lot_id: int
    uses: dict[int | None, Use] = field(default_factory=dict)

    @property
    def used(self) -> Pair:
        return Pair(
            sum((use.quantity for use in self.uses.values()), ZERO),
            sum((use.amount for use in self.uses.values()), ZERO),
        )

    @property
    def pool(self) -> Pair:
        return self.closing.plus(self.used)

    @property
    def average(self) -> Decimal:
        """Yuan per stock unit over opening and receipts."""
        pool = self.pool
        return price(pool.amount / pool.quantity) if pool.quantity > 0 else ZERO

    @property
    def correction(self) -> Decimal:
        return sum((use.correction for use in self.uses.values()), ZERO)

    @property
    def differs(self) -> bool:
        """Whether anybody's use is not at the average yet, even where the differences add up to nothing."""
        return any(use.correction for use in self.uses.values())

    def divide(self) -> None:
        """Divide what the uses cost at the average among the departments, to the cent.

        What the books cannot price (nothing in the pool, a value below zero) keeps the cost it was posted at.
        """
        used, pool = self.used, self.pool
        if pool.amount < 0 or pool.quantity <= 0 or used.quantity < 0:
            return
        target = pool.amount if used.quantity == pool.quantity else share(pool.amount, used.quantity, pool.quantity)
        left, pieces = target, used.quantity
        for use in self.uses.values():
            part = share(left, use.quantity, pieces) if pieces else ZERO
            use.correction = part - use.amount
            left, pieces = left - part, pieces - use.quantity


def last_day(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def priced_items(warehouse: Warehouse, year: int, month: int) -> list[Priced]:
    """What was used in the month, by item, with the corrections to the month's average; four statements."""
    first, last = dt.date(year, month, 1), last_day(year, month)
    stock = turnovers(flows_since([warehouse], first, last))
    found: dict[int, Priced] = {}
    for side, sign in (("source", 1), ("target", -1)):
        for item, department, lot, quantity, amount in _uses(warehouse, side, first, last):
            closing = stock[item].closing if item in stock else Pair()
            priced = found.setdefault(item, Priced(item, closing, lot))
            priced.lot_id = max(priced.lot_id, lot)
            use = priced.uses.setdefault(department, Use())
            use.quantity += sign * quantity
            use.amount += sign * amount
    for priced in found.values():
        priced.uses = dict(sorted(priced.uses.items(), key=lambda pair: pair[0] or 0))
        priced.divide()
    return [found[key] for key in sorted(found)]


def _uses(warehouse: Warehouse, near: str, first: dt.date, last: dt.date) -> Any:
    """Sums of what went to use (near: source) or came back from it (near: target) by item and department.

    What undoes or returns an issue of an earlier month comes back at that month's price and counts as received.
    """
    far = "target" if near == "source" else "source"
    rows = StockMove.objects.filter(
        **{f"{near}__warehouse": warehouse, f"{far}__kind": StockLocation.Kind.CONSUMPTION},
        business_date__range=(first, last),
    ).annotate(undone=Coalesce("reverses__business_date", "origin__business_date"))
    rows = rows.filter(Q(undone=None) | Q(undone__gte=first)).order_by()
    return rows.values_list("item", "department").annotate(Max("lot"), Sum("quantity"), Sum("amount"))


def price_month(warehouse: Warehouse, year: int, month: int, *, actor: Any) -> MonthPricing | None:
    """Make and post the pricing of a warehouse; None when nothing was used or everything is at the average already.

    Must run inside the transaction of the close. Raises NotAllowed without the rights over such papers.
    """
    items = [priced for priced in priced_items(warehouse, year, month) if priced.used.quantity or priced.differs]
    earlier = MonthPricing.objects.filter(warehouse=warehouse, year=year, month=month, status="posted")
    if not items or (earlier.exists() and not any(priced.differs for priced in items)):
        return None
    document = MonthPricing.objects.create(
        organization_id=warehouse.organization_id,
        department_id=warehouse.department_id,
        warehouse=warehouse,
        business_date=last_day(year, month),
        year=year,
        month=month,
        created_by=actor,
    )
    MonthPricingLine.objects.bulk_create(
        MonthPricingLine(
            document=document,
            position=position,
            item_id=priced.item_id,
            quantity=priced.used.quantity,
            average=priced.average,
            provisional=priced.used.amount,
            amount=priced.correction,
        )
        for position, priced in enumerate(items, start=1)
    )
    document = apply_transition(document, "submit", actor=actor)
    return apply_transition(document, "post", actor=actor)


def computed_by_close(document: MonthPricing) -> str:
    """The sentence why a pricing needs no signature: its numbers follow from the ledger."""
    return _("Computed from the ledger by the month close")


def check_pricing(document: MonthPricing, *, actor: Any) -> None:
    """A pricing says what the ledger says, of a warehouse that is priced by the month."""
    if document.warehouse.valuation != Warehouse.Valuation.PERIOD_AVERAGE:
        raise DomainError(_("%(warehouse)s is not priced by the month.") % {"warehouse": document.warehouse})
    found = {row.item_id: row for row in priced_items(document.warehouse, document.year, document.month)}
    for line in document.lines.select_related("item"):
        priced = found.get(line.item_id)
        if priced is None or (priced.used.quantity, priced.correction) != (line.quantity, line.amount):
            raise DomainError(
                _("%(item)s moved in this month meanwhile; close the month again.") % {"item": line.item},
                line=line.position,
            )


def post_pricing(document: MonthPricing, *, actor: Any) -> None:
    """Move the differences between the warehouse and use, department by department, on the last day of the month.

    The part of the difference that lay on goods which left since is carried into the month after: their next pricing
    takes it up.
    """
    warehouse = document.warehouse
    found = {row.item_id: row for row in priced_items(warehouse, document.year, document.month)}
    lines = [line for line in document.lines.all() if found[line.item_id].differs]
    items = Item.objects.select_related("unit").in_bulk([line.item_id for line in lines])
    lots = Lot.objects.in_bulk([found[key].lot_id for key in items])
    values = StockValue.objects.select_for_update().filter(warehouse=warehouse, item__in=items).order_by("item_id")
    now = {value.item_id: Pair(value.quantity, value.amount) for value in values}
    store = of_warehouse(warehouse)
    use = virtual(document.organization_id, StockLocation.Kind.CONSUMPTION)
    after = dt.date(*periods.month_after(document.year, document.month), 1)
    movements: list[Movement] = []
    for line in lines:
        priced = found[line.item_id]
        common = {"line_id": line.pk, "position": line.position, "item": items[line.item_id]}
        common |= {"lot": lots[priced.lot_id], "quantity": ZERO}
        for department, each in priced.uses.items():
            if each.correction:
                ends = (store, use) if each.correction > 0 else (use, store)
                movements.append(_value(common, ends, abs(each.correction), department))
        carried = _carried(priced, now.get(line.item_id, Pair()))
        if carried:
            ends = (use, store) if carried > 0 else (store, use)
            department = max(priced.uses.items(), key=lambda pair: abs(pair[1].correction))[0]
            movements.append(_value(common, ends, abs(carried), department, after))
    if movements:
        post_moves(movements, document=document, actor=actor)


def _value(
    common: dict[str, Any],
    ends: tuple[StockLocation, StockLocation],
    amount: Decimal,
    department: int | None,
    day: dt.date | None = None,
) -> Movement:
    source, target = ends
    return Movement(source=source, target=target, amount=amount, department_id=department, business_date=day, **common)


def _carried(priced: Priced, now: Pair) -> Decimal:
    """Yuan of the correction that goods which left since the end of the month have taken with them."""
    correction = priced.correction
    there = min(now.quantity, priced.closing.quantity)
    stays = (correction * there / priced.closing.quantity).quantize(Decimal("0.01")) if there > 0 else ZERO
    return correction - min(stays, now.amount)
