"""What screens about returns and transfers read: papers that something is left of, and goods on their way."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO
from inventory.models import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsReceipt,
    GoodsReceiptLine,
    StockLocation,
    StockMove,
    StockTransfer,
    TransferArrival,
    Warehouse,
)

from .selectors import kept_warehouses

UNDER_WAY = (StockTransfer.Arrival.TRANSIT, StockTransfer.Arrival.PARTIAL)


def _with_rest(rows: QuerySet, lines: type) -> QuerySet:
    """Posted papers of which not everything went back."""
    open_lines = lines._default_manager.filter(document=OuterRef("pk"), returned_quantity__lt=F("stock_quantity"))  # type: ignore[attr-defined]
    return rows.filter(Exists(open_lines), status=Status.POSTED)


def returnable_issues(user: Any) -> QuerySet:
    """Issues this person sees whose goods can come back: those of his department, or of the stores he keeps."""
    return _with_rest(GoodsIssue.objects.visible_to(user), GoodsIssueLine)


def returnable_receipts(user: Any) -> QuerySet:
    """Receipts of the stores this person keeps that name a supplier and still have goods to send back."""
    rows = GoodsReceipt.objects.filter(warehouse__in=kept_warehouses(user)).exclude(supplier=None)
    return _with_rest(rows, GoodsReceiptLine)


def arrivals_to_confirm(user: Any) -> QuerySet:
    """Transfers on their way to the stores this person keeps."""
    return StockTransfer.objects.filter(
        to_warehouse__in=kept_warehouses(user), status=Status.POSTED, arrival__in=UNDER_WAY
    )


def lots_moved(document: Any) -> dict[int, str]:
    """The lots that a posted paper moved, by line key: “L1”, or “L1 ×5, L2 ×2” where there were several."""
    kind = ContentType.objects.get_for_model(document)
    moves = StockMove.objects.filter(content_type=kind, object_id=document.pk, reverses=None, quantity__gt=0)
    rows = moves.exclude(lot__number="").order_by("lot__expires_on", "lot_id").values_list("line_id", "lot__number")
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for line, number, pieces in rows.annotate(Sum("quantity")):
        found.setdefault(line, []).append((number, pieces))
    return {line: _lots_text(lots) for line, lots in found.items()}


def _lots_text(lots: list[tuple[str, Decimal]]) -> str:
    if len(lots) == 1:
        return lots[0][0]
    return _(", ").join(f"{number} ×{pieces.normalize():f}" for number, pieces in lots)


def in_transit(
    warehouses: Collection[Warehouse], day: dt.date | None = None
) -> dict[tuple[int, int], tuple[Decimal, Decimal]]:
    """(stock units, yuan) on their way by (key of the receiving warehouse, item key), at the end of a day or now.

    They count in no warehouse's stock (R-STK-13). Two statements; now, only the transfers under way are read.
    """
    transfers = StockTransfer.objects.filter(to_warehouse__in=[warehouse.pk for warehouse in warehouses])
    if day is None or day >= clock.today():
        transfers, day = transfers.filter(status=Status.POSTED, arrival__in=UNDER_WAY), None
    goals = dict(transfers.order_by().values_list("pk", "to_warehouse"))
    arrivals = TransferArrival.objects.filter(transfer__in=transfers).order_by()
    found: dict[tuple[int, int], tuple[Decimal, Decimal]] = {}
    for model, places in ((StockTransfer, goals), (TransferArrival, dict(arrivals.values_list("pk", "warehouse")))):
        for place, item, sign, pieces, yuan in _transit_moves(model, places, day):
            before = found.get((place, item), (ZERO, ZERO))
            found[place, item] = (before[0] + sign * pieces, before[1] + sign * yuan)
    return {key: pair for key, pair in found.items() if any(pair)}


def _transit_moves(model: type, places: dict[int, int], day: dt.date | None) -> list[tuple[int, int, int, Any, Any]]:
    """(receiving warehouse, item, +1 into transit or -1 out of it, stock units, yuan) of the papers of one kind."""
    kind, transit = ContentType.objects.get_for_model(model), StockLocation.Kind.TRANSIT
    moves = StockMove.objects.filter(content_type=kind, object_id__in=list(places))
    if day is not None:
        moves = moves.filter(business_date__lte=day)
    rows = []
    for side, sign in (("target", 1), ("source", -1)):
        sums = moves.filter(**{f"{side}__kind": transit}).order_by().values_list("object_id", "item")
        rows += [(places[key], item, sign, q, a) for key, item, q, a in sums.annotate(Sum("quantity"), Sum("amount"))]
    return rows
