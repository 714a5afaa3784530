"""Recomputes what lines of papers keep of the ledger and of each other, and names what differs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.verification import Finding
from inventory.models import (
    GoodsIssueLine,
    GoodsReceiptLine,
    RequisitionLine,
    StockLocation,
    StockMove,
    StockReturnLine,
    StockTransfer,
    StockTransferLine,
    SupplierReturnLine,
    TransferArrival,
    TransferArrivalLine,
)

ByDocument = Mapping[tuple[int, int, int], Decimal]
CHUNK = 2000


def verify_lines(by_document: ByDocument) -> Iterator[Finding]:
    """by_document: yuan of the moves by (kind, document, line), reversals subtracted."""
    for model in (GoodsIssueLine, StockReturnLine, SupplierReturnLine, StockTransferLine):
        yield from _compare_amounts(model, by_document)
    yield from _compare_arrivals()
    yield from _compare(RequisitionLine, {"issued_quantity": _sums(GoodsIssueLine, "requisition_line")})
    returned = {
        "returned_quantity": _sums(StockReturnLine, "issue_line"),
        "returned_amount": _sums(StockReturnLine, "issue_line", "amount"),
    }
    yield from _compare(GoodsIssueLine, returned)
    yield from _compare(GoodsReceiptLine, {"returned_quantity": _sums(SupplierReturnLine, "receipt_line")})
    told = {
        "arrived_quantity": _sums(TransferArrivalLine, "transfer_line"),
        "short_quantity": _sums(TransferArrivalLine, "transfer_line", "stock_short_quantity"),
    }
    yield from _compare(StockTransferLine, told)
    yield from _compare_journeys()


def finding(row: Any, cached: Any, computed: Any) -> Finding:
    """A row whose cache differs from what was recomputed."""
    words = {"cached": cached, "computed": computed}
    return Finding(row._meta.label, row.pk, _("the cache says %(cached)s, the ledger %(computed)s") % words)


def _compare_amounts(model: Any, by_document: ByDocument) -> Iterator[Finding]:
    """Posted lines cost what their moves cost."""
    document: Any = model._meta.get_field("document").related_model
    kind = ContentType.objects.get_for_model(document).pk
    for line in model.objects.filter(document__status=Status.POSTED).iterator(chunk_size=CHUNK):
        amount = by_document.get((kind, line.document_id, line.pk), ZERO)
        if amount != line.amount:
            yield finding(line, line.amount, amount)


def _compare_arrivals() -> Iterator[Finding]:
    """The amount of an arrival's line is what went into the warehouse; what is missing is not part of it."""
    kind = ContentType.objects.get_for_model(TransferArrival)
    arrived = StockMove.objects.filter(content_type=kind, reverses=None).exclude(target__warehouse=None)
    sums: dict[int, Decimal] = {}
    places = dict(TransferArrival.objects.values_list("pk", "warehouse"))
    rows = arrived.order_by().values_list("object_id", "line_id", "target__warehouse").annotate(Sum("amount"))
    for document, line, warehouse, yuan in rows:
        if places.get(document) == warehouse:
            sums[line] = sums.get(line, ZERO) + yuan
    for line in TransferArrivalLine.objects.filter(document__status=Status.POSTED).iterator(chunk_size=CHUNK):
        if line.amount != sums.get(line.pk, ZERO):
            yield finding(line, line.amount, sums.get(line.pk, ZERO))


def _sums(model: Any, earlier: str, column: str = "stock_quantity") -> dict[int, Decimal]:
    """What posted lines of a kind add up to, by the earlier line that they follow."""
    rows = model.objects.filter(document__status=Status.POSTED).exclude(**{earlier: None}).order_by()
    return dict(rows.values_list(earlier).annotate(Sum(column)))


def _compare(model: Any, sums: Mapping[str, dict[int, Decimal]]) -> Iterator[Finding]:
    """Lines whose caches are not the sums of the lines that follow them."""
    touched = Q(pk__in=())
    for column in sums:
        touched |= ~Q(**{column: 0})
    unseen = {key for found in sums.values() for key in found}
    for line in model.objects.filter(touched).iterator(chunk_size=CHUNK):
        unseen.discard(line.pk)
        yield from _differences(line, sums)
    for line in model.objects.in_bulk(sorted(unseen)).values():
        yield from _differences(line, sums)


def _differences(line: Any, sums: Mapping[str, dict[int, Decimal]]) -> Iterator[Finding]:
    for column, found in sums.items():
        cached, computed = getattr(line, column), found.get(line.pk, ZERO)
        if cached != computed:
            yield finding(line, cached, computed)


def _compare_journeys() -> Iterator[Finding]:
    """A transfer says “arrived” when nothing of it is in transit any more, and only then."""
    kinds = ContentType.objects.get_for_models(StockTransfer, TransferArrival)
    transit = StockLocation.Kind.TRANSIT
    left: dict[int, Decimal] = {}
    goals = dict(TransferArrival.objects.values_list("pk", "transfer"))
    for kind, of in ((kinds[StockTransfer], lambda key: key), (kinds[TransferArrival], lambda key: goals[key])):
        for side, sign in (("target", 1), ("source", -1)):
            moves = StockMove.objects.filter(**{f"{side}__kind": transit}, content_type=kind).order_by()
            for key, pieces in moves.values_list("object_id").annotate(Sum("quantity")):
                left[of(key)] = left.get(of(key), ZERO) + sign * pieces
    under_way = (StockTransfer.Arrival.TRANSIT, StockTransfer.Arrival.PARTIAL)
    for transfer in StockTransfer.objects.iterator(chunk_size=CHUNK):
        pieces = left.get(transfer.pk, ZERO)
        if (pieces > 0) != (transfer.arrival in under_way):
            yield finding(transfer, transfer.get_arrival_display(), pieces)
