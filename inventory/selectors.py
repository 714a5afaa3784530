"""What the storehouse's screens read: stock beside items, what may be chosen, what waits to be issued."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, plain, price
from core.search import matching
from core.visibility import Scope
from directory.models import Department
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Item,
    Lot,
    Requisition,
    RequisitionLine,
    StockBalance,
    StockValue,
    Warehouse,
)

SEARCH_LIMIT = 20
FREQUENT_DAYS = 120
FREQUENT_LIMIT = 8


def requestable_warehouses(user: Any) -> QuerySet:
    """The stores this person may ask for goods."""
    return Warehouse.objects.visible_to(user).filter(active=True, organization_id=user.organization_id)


def kept_warehouses(user: Any) -> QuerySet:
    """The stores this person keeps; papers about goods moving in or out are made for these alone."""
    rows = Warehouse.objects.filter(active=True)
    return rows if user.is_superuser else rows.filter(keepers=user.pk, organization_id=user.organization_id)


def own_departments(user: Any) -> QuerySet:
    """The departments in whose name this person may ask: his own, those he heads, and those under them."""
    condition = Q(pk=user.department_id)
    for path in user.department_paths:
        condition |= Q(path__startswith=path)
    return Department.objects.filter(condition, active=True, organization_id=user.organization_id)


def usable_items(user: Any, keys: Iterable[int]) -> dict[int, Item]:
    """Items by key with their units; only visible ones, three queries whatever their number."""
    rows = Item.objects.visible_to(user).filter(pk__in=set(keys)).select_related("unit")
    return {item.pk: item for item in rows.prefetch_related("packs__unit")}


def factors_of(item: Item) -> dict[int, Decimal]:
    """Stock units in one of each unit that an item is counted in, by unit key; reads item.packs."""
    return {item.unit_id: Decimal(1), **{pack.unit_id: pack.factor for pack in item.packs.all()}}


def found_items(user: Any, text: str) -> list[Item]:
    """At most 20 items in use that match a code, name, barcode or pinyin initials; the exact code comes first."""
    usable = Item.objects.visible_to(user).filter(active=True)
    rows = matching(usable, text, fields=("code", "name", "specification", "barcode"))
    word = text.strip()
    rank = Case(
        When(Q(code__iexact=word) | Q(barcode=word), then=Value(0)),
        When(code__istartswith=word, then=Value(1)),
        When(Q(name__istartswith=word) | Q(initials__startswith=word.upper()), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    ordered = rows.order_by(rank, "code").select_related("unit").prefetch_related("packs__unit")
    return list(ordered[:SEARCH_LIMIT])


def named_items(user: Any, *, keys: Sequence[int] = (), codes: Sequence[str] = ()) -> list[Item]:
    """Items named by key, or items in use named by exact code or barcode; codes are typed in capitals or not."""
    named = {*codes, *(code.upper() for code in codes)} - {""}
    usable = Q(code__in=named) | Q(barcode__in=named)
    rows = Item.objects.visible_to(user).filter(Q(pk__in=keys) | (Q(active=True) & usable))
    return list(rows.select_related("unit").prefetch_related("packs__unit"))


def stock_of(warehouse_id: int | None, items: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """(stock units on hand, average yuan per stock unit) by item key in one warehouse; one query."""
    if warehouse_id is None:
        return {}
    rows = StockValue.objects.filter(warehouse=warehouse_id, item__in=set(items))
    return {row.item_id: (row.quantity, price(row.amount / row.quantity) if row.quantity else ZERO) for row in rows}


def house_stock(organization_id: int | None, items: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """(stock units on hand, average yuan per stock unit) by item key over all warehouses of a house; one query."""
    rows = StockValue.objects.filter(warehouse__organization=organization_id, item__in=set(items))
    sums = rows.order_by().values_list("item").annotate(quantity=Sum("quantity"), amount=Sum("amount"))
    return {item: (count, price(amount / count) if count else ZERO) for item, count, amount in sums}


def last_prices(organization_id: int | None, items: Iterable[int]) -> dict[int, Decimal]:
    """What a house paid last for items, yuan per stock unit by item key, from booked receipts; one query."""
    lines = GoodsReceiptLine.objects.filter(
        item=OuterRef("pk"),
        document__organization=organization_id,
        document__kind=GoodsReceipt.Kind.PURCHASE,
        document__status=Status.POSTED,
    ).order_by("-document__business_date", "-pk")
    rows = Item.objects.filter(pk__in=set(items)).annotate(
        paid=Subquery(lines.values("unit_price")[:1]), factor=Subquery(lines.values("factor")[:1])
    )
    return {row.pk: price(row.paid / row.factor) for row in rows if row.paid}


def lots_on_hand(warehouse_id: int, items: Iterable[int]) -> dict[int, list[tuple[Lot, Decimal]]]:
    """Lots with stock by item key, first to expire first, expired ones left out; one query."""
    rows = (
        StockBalance.objects.filter(location__warehouse=warehouse_id, item__in=set(items), quantity__gt=0)
        .filter(Q(lot__expires_on=None) | Q(lot__expires_on__gte=clock.today()))
        .select_related("lot")
    )
    lots: dict[int, list[tuple[Lot, Decimal]]] = {}
    for row in sorted(rows, key=lambda r: (r.lot.expires_on or dt.date.max, r.lot_id)):
        lots.setdefault(row.item_id, []).append((row.lot, row.quantity))
    return lots


def last_requisition(user: Any) -> Requisition | None:
    """What this person asked for last, to ask for it again."""
    rows = Requisition.objects.filter(created_by=user, organization_id=user.organization_id)
    return rows.exclude(status__in=(Status.DRAFT, Status.CANCELLED)).order_by("-pk").first()


def frequent_items(department: Any) -> list[Item]:
    """What a department asked for most often lately; two queries."""
    if department is None:
        return []
    lines = RequisitionLine.objects.filter(
        document__department=department,
        document__business_date__gte=clock.today() - dt.timedelta(days=FREQUENT_DAYS),
        item__active=True,
    ).exclude(document__status__in=(Status.DRAFT, Status.CANCELLED))
    counted = (
        lines.order_by().values("item").annotate(times=Count("document", distinct=True)).order_by("-times", "item")
    )
    keys = [row["item"] for row in counted[:FREQUENT_LIMIT]]
    found = Item.objects.select_related("unit").prefetch_related("packs__unit").in_bulk(keys)
    return [found[key] for key in keys]


def open_requisitions(user: Any) -> QuerySet:
    """Approved requisitions of the stores this person keeps that still have something to give out."""
    return Requisition.objects.filter(
        warehouse__in=kept_warehouses(user),
        status=Status.APPROVED,
        fulfilment__in=(Requisition.Fulfilment.NONE, Requisition.Fulfilment.PARTIAL),
    )


def countable_warehouses(user: Any) -> QuerySet:
    """The stores whose count this person may plan: those he keeps, or all of his house where his role reaches it."""
    return warehouses_in_reach(user, "inventory.add_stockcount")


def warehouses_in_reach(user: Any, permission: str) -> QuerySet:
    """The stores in which this person may use a right: those he keeps, or all where his role reaches the house."""
    scopes = user.scopes_for(permission)
    if not user.is_superuser and (Scope.ORGANIZATION in scopes or Scope.ALL in scopes):
        return Warehouse.objects.filter(active=True, organization_id=user.organization_id)
    return kept_warehouses(user)


def item_record(item: Item, stock: Mapping[int, tuple[Decimal, Decimal]], *, with_stock: bool = True) -> dict[str, Any]:
    """An item as static/js/picker.js and line-grid.js read it (docs/screens.md); numbers as text."""
    on_hand, average = stock.get(item.pk, (Decimal(0), Decimal(0)))
    cost = average or item.reference_price
    units = [{"id": item.unit_id, "label": item.unit.name, "factor": "1"}]
    units += [
        {
            "id": pack.unit_id,
            "label": f"{pack.unit.name} ({plain(pack.factor)}{item.unit.name})",
            "factor": plain(pack.factor),
        }
        for pack in item.packs.all()
    ]
    return {
        "id": item.pk,
        "code": item.code,
        "name": item.name,
        "spec": item.specification,
        "unit": item.unit.name,
        "units": units,
        "stock": plain(on_hand) if with_stock else None,
        "price": plain(cost) if cost else None,
        "trade_in": item.trade_in_required,
    }
