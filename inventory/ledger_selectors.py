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
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.fields import MoneyField
from core.numbers import ZERO
from core.visibility import Scope
from inventory.models import (
    GoodsReceipt,
    Item,
    ItemCategory,
    StockBalance,
    StockLocation,
    StockMove,
    StockValue,
    Warehouse,
)

IN, OUT, NOW = "in", "out", "now"


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

    side: IN, OUT, or NOW for the stock of this moment. channel: the kind of place at the other end. reversal: to be
    subtracted from the side it undoes. later: after the last day asked for. lot_id is 0 where lots were not asked for.
    """

    item_id: int
    warehouse_id: int
    lot_id: int
    side: str
    channel: str
    receipt_kind: str
    reversal: bool
    later: bool
    quantity: Decimal
    amount: Decimal


def flows_since(
    warehouses: Collection[Warehouse],
    start: dt.date,
    end: dt.date | None = None,
    *,
    items: QuerySet[Item] | None = None,
    by_lot: bool = False,
) -> list[Flow]:
    """The stock of this moment and everything that moved from `start` on, summed up; ONE statement.

    One statement is one moment: nothing that is posted meanwhile can come between stock and moves. Its cost grows with
    the items and with the moves since `start`, not with the years before. by_lot sums by lot, without amounts for NOW.
    """
    now = _now([warehouse.pk for warehouse in warehouses], items, by_lot)
    arms = [_arm(warehouses, side, start, end, items, by_lot) for side in (IN, OUT)]
    return [Flow(*row) for row in now.union(*arms, all=True)]


def _now(warehouses: list[int], items: QuerySet[Item] | None, by_lot: bool) -> QuerySet:
    rows = StockBalance.objects.all() if by_lot else StockValue.objects.all()
    place = "location__warehouse" if by_lot else "warehouse"
    rows = rows.filter(**{f"{place}__in": warehouses}, quantity__gt=0)
    if items is not None:
        rows = rows.filter(item__in=items)
    shape = {
        "holder": F(f"{place}_id"),
        "lot_key": F("lot_id") if by_lot else Value(0, BigIntegerField()),
        "side": Value(NOW),
        "channel": Value(""),
        "receipt_kind": Value(""),
        "red": Value(False),
        "later": Value(False),
        "pieces": F("quantity"),
        "yuan": Value(ZERO, MoneyField()) if by_lot else F("amount"),
    }
    return rows.annotate(**shape).values_list("item_id", *shape)


def _arm(
    warehouses: Iterable[Warehouse],
    side: str,
    start: dt.date,
    end: dt.date | None,
    items: QuerySet[Item] | None,
    by_lot: bool,
) -> QuerySet:
    near, far = ("target", "source") if side == IN else ("source", "target")
    rows = StockMove.objects.filter(
        **{f"{near}__warehouse__in": [warehouse.pk for warehouse in warehouses]},
        organization__in={warehouse.organization_id for warehouse in warehouses},
        business_date__gte=start,
    )
    if items is not None:
        rows = rows.filter(item__in=items)
    shape = {
        "holder": F(f"{near}__warehouse_id"),
        "lot_key": F("lot_id") if by_lot else Value(0, BigIntegerField()),
        "side": Value(side),
        "channel": F(f"{far}__kind"),
        "receipt_kind": Value("") if by_lot else _receipt_kind(),
        "red": _yes_if(reverses__isnull=False),
        "later": _yes_if(business_date__gt=end) if end else Value(False),
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
        self.now = Pair()
        self.later = Pair()
        self.received: dict[tuple[str, str], Pair] = {}
        self.issued: dict[tuple[str, str], Pair] = {}

    def add(self, flow: Flow) -> None:
        pair = Pair(flow.quantity, flow.amount)
        if flow.side == NOW:
            self.now = self.now.plus(pair)
        elif flow.later:
            self.later = self.later.plus(pair, 1 if flow.side == IN else -1)
        else:
            column = self.received if (flow.side == IN) != flow.reversal else self.issued
            key = (flow.channel, flow.receipt_kind)
            column[key] = column.get(key, Pair()).plus(pair, -1 if flow.reversal else 1)

    @property
    def closing(self) -> Pair:
        """At the end of the last day: the stock of now without what came later."""
        return self.now.plus(self.later, -1)

    @property
    def opening(self) -> Pair:
        """Before the first day: the closing without what the period brought."""
        opening = self.closing
        for pair in self.received.values():
            opening = opening.plus(pair, -1)
        for pair in self.issued.values():
            opening = opening.plus(pair)
        return opening


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
    """Stock and value of one item at the end of the day before `day`, summed up from the moves."""
    places = _places(warehouses)
    moves = StockMove.objects.filter(item=item, business_date__lt=day).order_by()
    total = Pair()
    for side, sign in (("target", 1), ("source", -1)):
        sums = moves.filter(**{f"{side}__in": places}).aggregate(pieces=Sum("quantity"), yuan=Sum("amount"))
        total = total.plus(Pair(sums["pieces"] or ZERO, sums["yuan"] or ZERO), sign)
    return total


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
