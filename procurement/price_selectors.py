"""采购价格审核: what a house paid before for the same thing, from approved orders and posted receipts of purchases.

Prices are yuan per stock unit of the item; of what is no item, per unit as it was written. A receipt that an acceptance
made is not counted beside its order.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, money, price, quantity
from inventory.models import GoodsReceipt, GoodsReceiptLine
from procurement.models import AcceptanceLine, PurchaseOrder, PurchaseOrderLine

MONTHS = 12
Subject = int | tuple[str, str]
"""What is bought: the key of an item, or name and specification in one way of writing."""


def normalized(text: str) -> str:
    """One way of writing for names that people type: full-width, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def subject_of(line: Any) -> Subject:
    """What a line of a plan, request, agreement or order is about."""
    return line.item_id or (normalized(line.name), normalized(line.specification))


@dataclass(frozen=True)
class Purchase:
    """One buying: unit_price in yuan per stock unit, quantity in stock units, amount in yuan. words: what stood on the
    paper where it was no item. category_id: the purchase category on the order; a receipt has none."""

    day: dt.date
    subject: Subject
    unit_price: Decimal
    quantity: Decimal
    amount: Decimal
    supplier: str
    supplier_id: int | None
    words: str = ""
    category_id: int | None = None


@dataclass(frozen=True)
class PriceHistory:
    """What was paid before, yuan per stock unit; None where nothing was bought. asked: the price of the line itself."""

    asked: Decimal
    last: Decimal | None = None
    last_on: dt.date | None = None
    last_supplier: str = ""
    average: Decimal | None = None
    lowest: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        """By how many percent the line's price is above the last one; negative below; None without a last price."""
        return money((self.asked - self.last) * 100 / self.last) if self.last else None

    def per(self, factor: Decimal) -> "PriceHistory":
        """The same prices per unit of a line of which one is `factor` stock units."""

        def scaled(value: Decimal | None) -> Decimal | None:
            return None if value is None else price(value * factor)

        return PriceHistory(
            price(self.asked * factor),
            scaled(self.last),
            self.last_on,
            self.last_supplier,
            scaled(self.average),
            scaled(self.lowest),
        )


def year_before(day: dt.date) -> dt.date:
    """The first day of the 12 months that end with `day`."""
    return dt.date(day.year - 1, day.month, min(day.day, 28)) + dt.timedelta(days=1)


def history(
    organization_id: int, lines: Iterable[Any], *, leaving_out: Any = None, day: dt.date | None = None
) -> dict[int, PriceHistory]:
    """The price history of each line by its key; four queries whatever their number.

    lines: rows of any WantedLine (items or names). leaving_out: an order whose own lines do not count. day: the end of
    the 12 months, today where it is missing.
    """
    rows = list(lines)
    known = histories(organization_id, {subject_of(line) for line in rows}, leaving_out=leaving_out, day=day)
    found = {}
    for line in rows:
        before = known.get(subject_of(line), PriceHistory(ZERO))
        asked = price(line.unit_price / line.factor)
        found[line.pk] = PriceHistory(
            asked, before.last, before.last_on, before.last_supplier, before.average, before.lowest
        )
    return found


def histories(
    organization_id: int, subjects: set[Subject], *, leaving_out: Any = None, day: dt.date | None = None
) -> dict[Subject, PriceHistory]:
    """What was paid for things before, by thing; things never bought are missing. asked is 0."""
    until = day or clock.today()
    since = year_before(until)
    bought: dict[Subject, list[Purchase]] = defaultdict(list)
    for purchase in purchases(organization_id, subjects, since=since, until=until, leaving_out=leaving_out):
        bought[purchase.subject].append(purchase)
    missing = {subject for subject in subjects if subject not in bought}
    for purchase in _last_before(organization_id, missing, since, leaving_out):
        bought[purchase.subject].append(purchase)
    return {subject: _told(rows, since) for subject, rows in bought.items()}


def _told(rows: list[Purchase], since: dt.date) -> PriceHistory:
    last = max(rows, key=lambda row: row.day)
    recent = [row for row in rows if row.day >= since and row.quantity]
    total = sum((row.quantity for row in recent), ZERO)
    average = price(sum((row.unit_price * row.quantity for row in recent), ZERO) / total) if total else None
    lowest = min((row.unit_price for row in recent), default=None)
    return PriceHistory(ZERO, last.unit_price, last.day, last.supplier, average, lowest)


def order_lines(organization_id: int, reader: Any = None) -> QuerySet[PurchaseOrderLine]:
    """Lines of approved orders of a house; of those that the reader may see, where one is named."""
    rows = PurchaseOrderLine.objects.filter(document__organization=organization_id, document__status=Status.APPROVED)
    return rows.filter(document__in=PurchaseOrder.objects.visible_to(reader)) if reader else rows  # type: ignore[attr-defined]


def receipt_lines(organization_id: int, reader: Any = None) -> QuerySet[GoodsReceiptLine]:
    """Lines of posted purchases of a house that came without an order of this program."""
    own = AcceptanceLine.objects.filter(receipt_line__isnull=False).values("receipt_line")
    rows = GoodsReceiptLine.objects.filter(
        document__organization=organization_id,
        document__kind=GoodsReceipt.Kind.PURCHASE,
        document__status=Status.POSTED,
    ).exclude(pk__in=own)
    return rows.filter(document__in=GoodsReceipt.objects.visible_to(reader)) if reader else rows


def purchases(
    organization_id: int,
    subjects: set[Subject] | None = None,
    *,
    since: dt.date,
    until: dt.date,
    leaving_out: Any = None,
    reader: Any = None,
) -> Iterator[Purchase]:
    """What a house bought between two days, both included, in the order of days; None: everything. Two queries.

    leaving_out: an order that does not count. reader: only what this person may see; else all that was paid.
    """
    days = Q(document__business_date__range=(since, until))
    orders = order_lines(organization_id, reader).filter(days).exclude(document=getattr(leaving_out, "pk", None))
    receipts = receipt_lines(organization_id, reader).filter(days)
    if subjects is not None:
        items = {subject for subject in subjects if isinstance(subject, int)}
        named = len(items) < len(subjects)
        orders = orders.filter(Q(item__in=items) | Q(item=None)) if named else orders.filter(item__in=items)
        receipts = receipts.filter(item__in=items)
    found = [*_read(orders, named=True), *_read(receipts, named=False)]
    found.sort(key=lambda row: row.day)
    yield from (row for row in found if subjects is None or row.subject in subjects)


def _last_before(organization_id: int, subjects: set[Subject], since: dt.date, leaving_out: Any) -> list[Purchase]:
    """The newest purchase of each item before a day: for what was not bought in the 12 months. Two queries at most."""
    items = {subject for subject in subjects if isinstance(subject, int)}
    if not items:
        return []
    older = Q(document__business_date__lt=since, item__in=items)
    orders = order_lines(organization_id).filter(older).exclude(document=getattr(leaving_out, "pk", None))
    receipts = receipt_lines(organization_id).filter(older)
    found = []
    sources: tuple[tuple[Any, bool], ...] = ((orders, True), (receipts, False))
    for rows, named in sources:
        newest = rows.order_by().values("item").annotate(newest=Max("pk")).values("newest")
        found += _read(rows.filter(pk__in=newest), named=named)
    return found


COLUMNS = (
    *("document__business_date", "item", "unit_price", "factor", "quantity", "amount"),
    *("document__supplier__name", "document__supplier"),
)
WORDS = ("name", "specification", "category")


def _read(rows: QuerySet, *, named: bool) -> list[Purchase]:
    """Order or receipt lines as purchases; order lines may stand for a name."""
    found = []
    for row in rows.order_by("pk").values_list(*COLUMNS, *(WORDS if named else ())):
        day, item, unit_price, factor, count, amount, supplier, supplier_id, *rest = row
        name, specification, category = rest or ("", "", None)
        found.append(
            Purchase(
                day,
                item or (normalized(name), normalized(specification)),
                price(unit_price / factor),
                quantity(count * factor),
                amount,
                supplier or "",
                supplier_id,
                f"{name} {specification}".strip(),
                category,
            )
        )
    return found
