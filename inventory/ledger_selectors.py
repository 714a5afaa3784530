"""Read queries over the stock ledger, for the reports.

A keeper sees the stock of his warehouses, accountants and auditors that of their organization. All is set-based:
a fixed number of statements whatever the history.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core import clock
from core.fields import MoneyField
from core.numbers import ZERO
from core.visibility import Scope
from inventory.models import (
    GoodsReceipt,
    Item,
    ItemCategory,
    MonthClosing,
    StockBalance,
    StockLocation,
    StockMove,
    StockSnapshot,
    StockValue,
    Warehouse,
)

IN, OUT, NOW, CLOSED = "in", "out", "now", "closed"


def stock_warehouses(user: Any) -> QuerySet[Warehouse]:
    """The warehouses whose stock and prices this person may see."""
    scopes = user.scopes_for("inventory.view_stockvalue")
    if Scope.ALL in scopes:
        return Warehouse.objects.all()
    if Scope.ORGANIZATION in scopes:
        return Warehouse.objects.filter(organization=user.organization_id)
    if Scope.WAREHOUSE in scopes:
        return Warehouse.objects.filter(pk__in=user.warehouses_kept.values("pk"))
    return Warehouse.objects.none()


def items_under(category: ItemCategory | None) -> QuerySet[Item]:
    """Items of a category and its sub-categories; all items without one."""
    return Item.objects.filter(category__path__startswith=category.path) if category else Item.objects.all()


class Flow(NamedTuple):
    """A sum of moves that are alike, seen from one warehouse.

    side: IN, OUT, NOW for the stock of this moment, CLOSED for that of a closed month. channel: the kind of place at
    the other end. reversal: to be subtracted from the side it undoes. weight: how often it counts towards the stock
    before the first day (-1: walking back from now). inside: between the days asked for. lot_id is 0 where lots were
    not asked for.
    """

    item_id: int
    warehouse_id: int
    lot_id: int
    side: str
    channel: str
    receipt_kind: str
    reversal: bool
    weight: int
    inside: bool
    quantity: Decimal
    amount: Decimal


def last_closings(organizations: Collection[int], day: dt.date) -> dict[int, MonthClosing]:
    """By organization key, the last month close before the month of `day` that still stands."""
    rows = MonthClosing.objects.filter(organization__in=organizations, reopened_at=None).filter(
        Q(year__lt=day.year) | Q(year=day.year, month__lt=day.month)
    )
    return {row.organization_id: row for row in rows.order_by("year", "month")}


def day_after(closing: MonthClosing) -> dt.date:
    """The first day that a month close does not know yet."""
    return dt.date(closing.year + closing.month // 12, closing.month % 12 + 1, 1)


def flows_since(
    warehouses: Collection[Warehouse],
    start: dt.date,
    end: dt.date | None = None,
    *,
    items: QuerySet[Item] | None = None,
    by_lot: bool = False,
) -> list[Flow]:
    """The stock to count from and everything that moved since, summed up.

    Where a month before `start` is closed, its closing stock is counted on; otherwise, and by lot, the stock of this
    moment is counted back. ONE statement is one moment: nothing that is posted meanwhile can come between stock and
    moves. Its cost grows with the items and the moves since that close, not with the years before.
    """
    closings = {} if by_lot or start > clock.today() else last_closings(_houses(warehouses), start)
    fresh = [warehouse.pk for warehouse in warehouses if warehouse.organization_id not in closings]
    arms = [_arm(warehouses, side, closings, start, end, items, by_lot) for side in (IN, OUT)]
    if closings:
        arms.append(_closed(warehouses, closings, items))
    return [Flow(*row) for row in _now(fresh, items, by_lot).union(*arms, all=True)]


def _houses(warehouses: Iterable[Warehouse]) -> set[int]:
    return {warehouse.organization_id for warehouse in warehouses}


def _standing(rows: QuerySet, holder: str, lot: Any, side: str, yuan: Any) -> QuerySet:
    """Stock as rows of the union: all of it counts towards the stock before the first day."""
    shape = {
        "holder": F(holder),
        "lot_key": lot,
        "side": Value(side),
        "channel": Value(""),
        "receipt_kind": Value(""),
        "red": Value(False),
        "weight": Value(1),
        "inside": Value(False),
        "pieces": F("quantity"),
        "yuan": yuan,
    }
    return rows.annotate(**shape).order_by().values_list("item_id", *shape)


def _now(warehouses: list[int], items: QuerySet[Item] | None, by_lot: bool) -> QuerySet:
    if by_lot:
        balances = StockBalance.objects.filter(location__warehouse__in=warehouses, quantity__gt=0)
        rows = balances if items is None else balances.filter(item__in=items)
        return _standing(rows, "location__warehouse_id", F("lot_id"), NOW, Value(ZERO, MoneyField()))
    values = StockValue.objects.filter(warehouse__in=warehouses, quantity__gt=0)
    found = values if items is None else values.filter(item__in=items)
    return _standing(found, "warehouse_id", Value(0, BigIntegerField()), NOW, F("amount"))


def _closed(
    warehouses: Iterable[Warehouse], closings: dict[int, MonthClosing], items: QuerySet[Item] | None
) -> QuerySet:
    keys = [closing.pk for closing in closings.values()]
    rows = StockSnapshot.objects.filter(closing__in=keys, warehouse__in=[warehouse.pk for warehouse in warehouses])
    if items is not None:
        rows = rows.filter(item__in=items)
    return _standing(rows, "warehouse_id", Value(0, BigIntegerField()), CLOSED, F("amount"))


def _days_counted(houses: Collection[int], closings: dict[int, MonthClosing], start: dt.date, end: dt.date | None) -> Q:
    """From the day after the close to the last day asked for; without a close from the first day asked for to now."""
    days = Q(organization__in=[key for key in houses if key not in closings], business_date__gte=start)
    for key, closing in closings.items():
        closed = Q(organization=key, business_date__gte=day_after(closing))
        days |= closed & Q(business_date__lte=end) if end else closed
    return days


def _arm(
    warehouses: Collection[Warehouse],
    side: str,
    closings: dict[int, MonthClosing],
    start: dt.date,
    end: dt.date | None,
    items: QuerySet[Item] | None,
    by_lot: bool,
) -> QuerySet:
    near, far = ("target", "source") if side == IN else ("source", "target")
    houses = _houses(warehouses)
    rows = StockMove.objects.filter(
        _days_counted(houses, closings, start, end),
        **{f"{near}__warehouse__in": [warehouse.pk for warehouse in warehouses]},
    )
    if items is not None:
        rows = rows.filter(item__in=items)
    inside = {"business_date__gte": start, **({"business_date__lte": end} if end else {})}
    shape = {
        "holder": F(f"{near}__warehouse_id"),
        "lot_key": F("lot_id") if by_lot else Value(0, BigIntegerField()),
        "side": Value(side),
        "channel": F(f"{far}__kind"),
        "receipt_kind": Value("") if by_lot else _receipt_kind(),
        "red": _yes_if(reverses__isnull=False),
        "weight": Case(
            When(business_date__lt=start, then=Value(1)),
            When(organization__in=closings.keys(), then=Value(0)),
            default=Value(-1),  # walked back from now
            output_field=IntegerField(),
        ),
        "inside": _yes_if(**inside),
    }
    sums = {"pieces": Sum("quantity"), "yuan": Sum("amount")}
    grouped = rows.order_by().annotate(**shape).values("item_id", *shape).annotate(**sums)
    return grouped.values_list("item_id", *shape, *sums)


def _yes_if(**condition: Any) -> Case:
    return Case(When(**condition, then=True), default=False, output_field=BooleanField())


def _receipt_kind() -> Case:
    """Purchase, donation …: the kind of the goods receipt behind a move, "" for any other document."""
    kinds = GoodsReceipt.objects.filter(pk=OuterRef("object_id")).values("kind")[:1]
    receipt = ContentType.objects.get_for_model(GoodsReceipt)
    return Case(When(content_type=receipt, then=Subquery(kinds)), default=Value(""), output_field=CharField())


class Pair(NamedTuple):
    """Stock units and yuan that belong together."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO

    def plus(self, other: "Pair", sign: int = 1) -> "Pair":
        """This and `sign` times the other."""
        return Pair(self.quantity + sign * other.quantity, self.amount + sign * other.amount)


class Turnover:
    """One item over a period; opening + received - issued = closing, in pieces and in yuan (R-STK-17).

    received and issued are by (channel, kind of receipt); a reversal counts as a negative in the column it undoes.
    """

    def __init__(self) -> None:
        self.opening = Pair()
        self.received: dict[tuple[str, str], Pair] = {}
        self.issued: dict[tuple[str, str], Pair] = {}

    def add(self, flow: Flow) -> None:
        pair = Pair(flow.quantity, flow.amount)
        self.opening = self.opening.plus(pair, flow.weight * (-1 if flow.side == OUT else 1))
        if flow.inside:
            column = self.received if (flow.side == IN) != flow.reversal else self.issued
            key = (flow.channel, flow.receipt_kind)
            column[key] = column.get(key, Pair()).plus(pair, -1 if flow.reversal else 1)

    @property
    def closing(self) -> Pair:
        """At the end of the last day: the opening with what the period brought and took."""
        closing = self.opening
        for pair in self.received.values():
            closing = closing.plus(pair)
        for pair in self.issued.values():
            closing = closing.plus(pair, -1)
        return closing


def turnovers(flows: Iterable[Flow], *, by_warehouse: bool = False) -> dict[Any, Turnover]:
    """Flows put together by item key, or by (warehouse key, item key)."""
    found: dict[Any, Turnover] = {}
    for flow in flows:
        key = (flow.warehouse_id, flow.item_id) if by_warehouse else flow.item_id
        found.setdefault(key, Turnover()).add(flow)
    return found


class Entry(NamedTuple):
    """One move in the ledger of an item, as the warehouse sees it: received or issued; reversal undoes such a move."""

    date: dt.date
    number: str
    content_type_id: int
    object_id: int
    line_id: int
    received: bool
    reversal: bool
    channel: str
    receipt_kind: str
    supplier: str
    department: str
    quantity: Decimal
    amount: Decimal


def _places(warehouses: Collection[Warehouse]) -> set[int]:
    return set(StockLocation.objects.filter(warehouse__in=warehouses).values_list("pk", flat=True))


def item_balance_before(item: Item, warehouses: Collection[Warehouse], day: dt.date) -> Pair:
    """Stock and value of one item at the end of the day before `day`: the last month close, and the moves since."""
    houses = _houses(warehouses)
    closings = last_closings(houses, day)
    days = Q(organization__in=houses - closings.keys())
    for key, closing in closings.items():
        days |= Q(organization=key, business_date__gte=day_after(closing))
    moves = StockMove.objects.filter(days, item=item, business_date__lt=day).order_by()
    closed = StockSnapshot.objects.filter(item=item, closing__in=closings.values(), warehouse__in=warehouses)
    total = _sum_of(closed)
    places = _places(warehouses)
    for side, sign in (("target", 1), ("source", -1)):
        total = total.plus(_sum_of(moves.filter(**{f"{side}__in": places})), sign)
    return total


def _sum_of(rows: QuerySet) -> Pair:
    sums = rows.order_by().aggregate(pieces=Sum("quantity"), yuan=Sum("amount"))
    return Pair(sums["pieces"] or ZERO, sums["yuan"] or ZERO)


def item_entries(item: Item, warehouses: Collection[Warehouse], start: dt.date, end: dt.date) -> Iterator[Entry]:
    """The moves of one item in ledger order, streamed; a transfer between two of the warehouses gives two."""
    places = _places(warehouses)
    suppliers = GoodsReceipt.objects.filter(pk=OuterRef("object_id")).values("supplier__name")[:1]
    is_receipt = When(content_type=ContentType.objects.get_for_model(GoodsReceipt), then=Subquery(suppliers))
    moves = (
        StockMove.objects.filter(Q(source__in=places) | Q(target__in=places))
        .filter(item=item, business_date__range=(start, end))
        .order_by("business_date", "id")
        .annotate(
            receipt_kind=_receipt_kind(),
            supplier=Coalesce(Case(is_receipt, output_field=CharField()), Value("")),
        )
    )
    columns = (
        *("business_date", "number", "content_type_id", "object_id", "line_id", "source_id", "target_id"),
        *("source__kind", "target__kind", "reverses_id", "receipt_kind", "supplier", "department__name"),
        *("quantity", "amount"),
    )
    for row in moves.values_list(*columns, named=True).iterator(chunk_size=2000):
        reversal = row.reverses_id is not None
        ends = ((row.target_id, row.source__kind, True), (row.source_id, row.target__kind, False))
        for near, channel, entering in ends:
            if near in places:
                yield Entry(
                    date=row.business_date,
                    number=row.number,
                    content_type_id=row.content_type_id,
                    object_id=row.object_id,
                    line_id=row.line_id,
                    received=entering != reversal,
                    reversal=reversal,
                    channel=channel,
                    receipt_kind=row.receipt_kind,
                    supplier=row.supplier,
                    department=row.department__name or "",
                    quantity=row.quantity,
                    amount=row.amount,
                )


def consumption_moves(user: Any) -> QuerySet[StockMove]:
    """Moves to and from use that this person may see: his departments, his warehouses or his organization.

    Annotated with `taken_back`: the goods came back from use, so that the row counts negative.
    """
    use = StockLocation.Kind.CONSUMPTION
    rows = StockMove.objects.visible_to(user).filter(Q(source__kind=use) | Q(target__kind=use))
    return rows.annotate(taken_back=_yes_if(source__kind=use))
