"""Numbers as they come in from phones, screens and sheets: each once, each with its own moment."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from core.deliveries import corrected, counted_difference
from core.documents.lifecycle import Status
from core.errors import DomainError, IllegalTransition, NotAllowed
from inventory.models import Item, Lot, StockCount, StockCountEntry, StockCountLine

from ..lots import check_lots, lots_for
from ..valuation import plain
from .plan import refuse_counted_elsewhere


@dataclass(frozen=True)
class Counted:
    """One number somebody counted, in stock units.

    counted_at: None means now. line_id: the line of the plan; without it `code` (an item's code or barcode) and
    `lot_number` name the goods, which may be on the plan or not. round: the one the counter was asked for.
    """

    client_id: uuid.UUID
    quantity: Decimal
    counted_at: dt.datetime | None = None
    line_id: int | None = None
    code: str = ""
    lot_number: str = ""
    expires_on: dt.date | None = None
    round: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a number: the line it stands on, or the sentence why it was refused."""

    client_id: uuid.UUID
    line: StockCountLine | None = None
    refusal: str = ""


def may_count(document: StockCount, user: Any) -> bool:
    """Counters count; the supervisor may, where somebody else has to count again."""
    return document.supervisor_id == user.pk or document.counters.filter(pk=user.pk).exists()


def is_counting(document: StockCount) -> bool:
    return document.phase == StockCount.Phase.COUNTING and document.status == Status.DRAFT


@transaction.atomic
def record(
    document: StockCount,
    entries: Sequence[Counted],
    *,
    actor: Any,
    source: str = StockCountEntry.Source.PHONE,
    clock_difference: int = 0,
) -> list[Outcome]:
    """Keep what was counted; one outcome for each number, in their order.

    clock_difference: seconds by which the device is behind our clock, its moments are corrected by it; a moment before
    the opening or in the future becomes the opening or now. A number that came before (same client_id) counts once and
    is answered as kept. Raises NotAllowed when the person does not count here at all.
    """
    fresh = StockCount._base_manager.select_for_update(of=("self",)).select_related("warehouse").get(pk=document.pk)
    if not may_count(fresh, actor):
        raise NotAllowed(_("You are not one of the people who count %(document)s.") % {"document": fresh})
    desk = _Desk(fresh, actor, source, counted_difference(clock_difference))
    desk.read(entries)
    return [desk.take(entry) for entry in entries]


@dataclass
class _Desk:
    """One delivery of numbers under way."""

    document: StockCount
    actor: Any
    source: str
    clock_difference: int
    lines: dict[int, StockCountLine] = field(default_factory=dict)
    known: dict[uuid.UUID, StockCountEntry] = field(default_factory=dict)
    earlier: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)

    def read(self, entries: Iterable[Counted]) -> None:
        """Everything the numbers name, in a fixed number of statements."""
        numbers = list(entries)
        known = StockCountEntry.objects.filter(client_id__in=[entry.client_id for entry in numbers])
        self.known = {row.client_id: row for row in known.select_related("line__item__unit", "line__lot")}
        rows = StockCountLine.objects.filter(document=self.document).select_related("item__unit", "lot")
        self.lines = {line.pk: line for line in rows.filter(pk__in=[e.line_id for e in numbers if e.line_id])}
        said = {entry.code for entry in numbers if entry.code}
        found = Item.objects.filter(Q(code__in=said) | Q(barcode__in=said)).select_related("unit")
        for item in found.order_by("-code"):
            self.items.update({name: item for name in (item.barcode, item.code) if name})
        counted = StockCountEntry.objects.filter(line__document=self.document).order_by()
        for line, round_, person in counted.values_list("line", "round", "counted_by").distinct():
            self.earlier.setdefault(line, set()).add((round_, person))

    def take(self, entry: Counted) -> Outcome:
        """One number: kept, kept before, or refused with a sentence; nothing is written for a refused one."""
        try:
            if entry.client_id in self.known:
                return Outcome(entry.client_id, self._kept_before(entry))
            with transaction.atomic():
                return Outcome(entry.client_id, self._keep(entry))
        except DomainError as refusal:
            return Outcome(entry.client_id, refusal=str(refusal))

    def _kept_before(self, entry: Counted) -> StockCountLine:
        row = self.known[entry.client_id]
        if row.counted_by_id != self.actor.pk or row.line.document_id != self.document.pk:
            raise DomainError(_("This number was already sent for something else; count again."))
        return row.line

    def _keep(self, entry: Counted) -> StockCountLine:
        if not is_counting(self.document):
            raise IllegalTransition(
                _("%(document)s is no longer being counted; tell the supervisor about this number.")
                % {"document": self.document}
            )
        line = self._line(entry)
        self._check_round(entry, line)
        check_quantity(line, entry.quantity)
        moment = self._moment(entry)
        row = StockCountEntry.objects.create(
            line=line,
            client_id=entry.client_id,
            round=line.round,
            quantity=entry.quantity,
            counted_at=moment,
            counted_by=self.actor,
            source=self.source,
            clock_difference=self.clock_difference,
        )
        self.known[entry.client_id] = row
        self.earlier.setdefault(line.pk, set()).add((line.round, self.actor.pk))
        if line.counted_at is None or moment >= line.counted_at:
            line.counted_quantity, line.counted_at, line.counted_by = entry.quantity, moment, self.actor
            line.save(update_fields=["counted_quantity", "counted_at", "counted_by"])
        return line

    def _line(self, entry: Counted) -> StockCountLine:
        if entry.line_id is None:
            return self._line_of_goods(entry)
        line = self.lines.get(entry.line_id)
        if line is None:
            raise DomainError(_("This line is not on %(document)s.") % {"document": self.document})
        return line

    def _line_of_goods(self, entry: Counted) -> StockCountLine:
        """The line of goods named by their code; made where the plan did not name them (kept as unexpected)."""
        item = self.items.get(entry.code)
        if item is None:
            raise DomainError(_("No item has the code or barcode %(code)s.") % {"code": entry.code or "-"})
        lot = _lot(item, entry)
        rows = StockCountLine.objects.filter(document=self.document).select_related("item__unit", "lot")
        line = rows.filter(lot=lot).first()
        if line is None:
            refuse_counted_elsewhere(self.document, [lot.pk])
            last = StockCountLine.objects.filter(document=self.document).aggregate(last=Max("position"))["last"] or 0
            line = StockCountLine.objects.create(
                document=self.document, position=last + 1, item=item, lot=lot, unexpected=True
            )
        return self.lines.setdefault(line.pk, line)

    def _check_round(self, entry: Counted, line: StockCountLine) -> None:
        if entry.round is not None and entry.round != line.round:
            raise DomainError(
                _("%(item)s is being counted again meanwhile; count it once more if you are asked to.")
                % {"item": line.item}
            )
        if (line.round - 1, self.actor.pk) in self.earlier.get(line.pk, ()):
            raise NotAllowed(
                _("You counted %(item)s the first time; somebody else has to count it again.") % {"item": line.item}
            )

    def _moment(self, entry: Counted) -> dt.datetime:
        opened = self.document.opened_at
        return corrected(entry.counted_at, since=opened, clock_difference=self.clock_difference)


def check_quantity(line: StockCountLine, quantity: Decimal) -> None:
    """Not negative, and with no more decimals than the unit has; raises DomainError."""
    unit = line.item.unit
    if quantity < 0:
        raise DomainError(_("A count cannot be negative."), field="quantity", line=line.position)
    if quantity != round(quantity, unit.places):
        words = {"item": line.item, "unit": unit, "quantity": plain(quantity), "places": unit.places}
        if unit.places:
            sentence = _("%(item)s is counted with at most %(places)d decimals; %(quantity)s is not possible.")
        else:
            sentence = _("%(item)s is counted in whole %(unit)s; %(quantity)s is not possible.")
        raise DomainError(sentence % words, field="quantity", line=line.position)


@dataclass(frozen=True)
class _Goods:
    """A found lot, as the checks and makers of lots read a line."""

    item: Item
    item_id: int
    lot_number: str
    expires_on: dt.date | None
    position: int = 1
    made_on: dt.date | None = None


def _lot(item: Item, entry: Counted) -> Lot:
    """The lot that lies there; one that nobody knew is made, with the dates its item needs."""
    number = entry.lot_number if item.track_lots else ""
    known = Lot.objects.filter(item=item, number=number).first()
    if known is not None and (number or not item.track_lots):
        return known
    goods = _Goods(item, item.pk, number, entry.expires_on)
    check_lots([goods])
    return lots_for([goods])[item.pk, number]


def count_as_zero(document: StockCount, lines: Sequence[int], *, actor: Any) -> list[Outcome]:
    """Say of lines that nothing of them is there; each becomes an entry of zero like any other."""
    rows = StockCountLine.objects.filter(document=document, pk__in=lines, counted_quantity=None)
    numbers = [Counted(uuid.uuid4(), Decimal(0), line_id=row.pk, round=row.round) for row in rows]
    return record(document, numbers, actor=actor, source=StockCountEntry.Source.SCREEN)
