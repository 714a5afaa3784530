"""What counters send: each sighting once, with its own moment; the line shows the latest one."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import (
    Asset,
    AssetCount,
    AssetCountEntry,
    AssetCountLine,
    AssetState,
    AssetSurplus,
    Condition,
)
from core.deliveries import corrected, counted_difference
from core.documents.lifecycle import Status
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO
from directory.models import Department, Place, User

from .finding import cards_by_code, code_of, outside_line
from .plan import Phase

Result = AssetCountLine.Result


@dataclass(frozen=True)
class Sighting:
    """What somebody says of one card. line_id: its line; without it `code` is what its label says.

    place_id, user_id, department_id: where and with whom it was found; None: as the books say. unused: the books name
    a user, but nobody uses it. counted_at: None is now.
    """

    client_id: uuid.UUID
    present: bool
    line_id: int | None = None
    code: str = ""
    place_id: int | None = None
    user_id: int | None = None
    department_id: int | None = None
    unused: bool = False
    condition: str = Condition.GOOD
    scanned: bool = False
    note: str = ""
    counted_at: dt.datetime | None = None


@dataclass(frozen=True)
class Stranger:
    """A thing without a card. value: yuan of one of them, an estimate; None when nobody can say."""

    client_id: uuid.UUID
    name: str
    quantity: Decimal
    specification: str = ""
    department_id: int | None = None
    place_id: int | None = None
    value: Decimal | None = None
    condition: str = Condition.GOOD
    note: str = ""
    counted_at: dt.datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an entry: the line or the thing it stands as, or the sentence why it was refused."""

    client_id: uuid.UUID
    line: AssetCountLine | None = None
    surplus: AssetSurplus | None = None
    refusal: str = ""


def may_count(document: AssetCount, user: Any) -> bool:
    """Whether this person is one of those who count."""
    return bool(document.counters.filter(pk=user.pk).exists())


def is_counting(document: AssetCount) -> bool:
    return document.phase == Phase.COUNTING and document.status == Status.DRAFT


@transaction.atomic
def record(
    document: AssetCount,
    entries: Sequence[Sighting | Stranger],
    *,
    actor: Any,
    clock_difference: int = 0,
) -> list[Outcome]:
    """Keep what was seen; one outcome for each entry, in their order.

    clock_difference: seconds by which the device is behind our clock; its moments are corrected by it. An entry that
    came before (same client_id) counts once and is answered as kept. Raises NotAllowed for who does not count here.
    """
    fresh = AssetCount._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    if not may_count(fresh, actor):
        raise NotAllowed(_("You are not one of the people who count %(document)s.") % {"document": fresh})
    desk = _Desk(fresh, actor, counted_difference(clock_difference))
    desk.read(entries)
    return [desk.take(entry) for entry in entries]


@dataclass
class _Desk:
    """One delivery under way."""

    document: AssetCount
    actor: Any
    clock_difference: int
    lines: dict[int, AssetCountLine] = field(default_factory=dict)
    known: dict[uuid.UUID, AssetCountEntry | AssetSurplus] = field(default_factory=dict)
    cards: dict[str, Asset] = field(default_factory=dict)
    owned: dict[str, set[int]] = field(default_factory=dict)

    def read(self, entries: Iterable[Sighting | Stranger]) -> None:
        """Everything the entries name, in a fixed number of statements."""
        everything = list(entries)
        sightings = [entry for entry in everything if isinstance(entry, Sighting)]
        keys = [entry.client_id for entry in everything]
        related = AssetCountEntry.objects.filter(client_id__in=keys).select_related("line__asset")
        self.known = {row.client_id: row for row in related}
        self.known |= {row.client_id: row for row in AssetSurplus.objects.filter(client_id__in=keys)}
        self.cards = cards_by_code([code_of(entry.code) for entry in sightings if entry.code], self.document)
        rows = AssetCountLine.objects.filter(document=self.document).select_related("asset")
        wanted = [entry.line_id for entry in sightings if entry.line_id]
        of_cards = rows.filter(asset__in=[card.pk for card in self.cards.values()])
        for line in (*rows.filter(pk__in=wanted), *of_cards):
            line.document = self.document
            self.lines[line.pk] = line
        for name, model in (("place_id", Place), ("user_id", User), ("department_id", Department)):
            named = {getattr(entry, name, None) for entry in everything} - {None}
            mine: Any = model.objects.filter(organization=self.document.organization_id, pk__in=named)  # type: ignore[attr-defined]
            self.owned[name] = set(mine.values_list("pk", flat=True)) if named else set()

    def take(self, entry: Sighting | Stranger) -> Outcome:
        """One entry: kept, kept before, or refused with a sentence; nothing is written for a refused one."""
        try:
            if entry.client_id in self.known:
                return self._kept_before(entry)
            with transaction.atomic():
                return self._keep(entry)
        except DomainError as refusal:
            return Outcome(entry.client_id, refusal=str(refusal))

    def _kept_before(self, entry: Sighting | Stranger) -> Outcome:
        row = self.known[entry.client_id]
        if isinstance(row, AssetSurplus):
            mine = row.found_by_id == self.actor.pk and row.document_id == self.document.pk
        else:
            mine = row.counted_by_id == self.actor.pk and row.line.document_id == self.document.pk
        if not mine:
            raise DomainError(_("This entry was already sent for something else; count again."))
        if isinstance(row, AssetSurplus):
            return Outcome(entry.client_id, surplus=row)
        return Outcome(entry.client_id, line=self.lines.get(row.line_id, row.line))

    def _keep(self, entry: Sighting | Stranger) -> Outcome:
        if not is_counting(self.document):
            raise IllegalTransition(
                _("%(document)s is no longer being counted; tell the supervisor what you found.")
                % {"document": self.document}
            )
        self._check_named(entry)
        moment = corrected(entry.counted_at, since=self.document.as_of, clock_difference=self.clock_difference)
        if isinstance(entry, Stranger):
            row = self._surplus(entry, moment)
            self.known[entry.client_id] = row
            return Outcome(entry.client_id, surplus=row)
        line = self._line(entry)
        self.known[entry.client_id] = self._entry(entry, line, moment)
        if line.counted_at is None or moment >= line.counted_at:
            see(line, entry, moment, self.actor)
            line.save(update_fields=SEEN)
        return Outcome(entry.client_id, line=line)

    def _check_named(self, entry: Sighting | Stranger) -> None:
        for name, known in self.owned.items():
            value = getattr(entry, name, None)
            if value is not None and value not in known:
                raise DomainError(_("The place, person or department is not one of this house; choose it again."))
        if isinstance(entry, Sighting) and entry.unused and entry.user_id is not None:
            raise DomainError(_("Name the person who uses it, or say that nobody does, not both."))
        if entry.condition not in Condition.values:
            raise DomainError(_("Choose the condition from the list."))

    def _line(self, entry: Sighting) -> AssetCountLine:
        if entry.line_id is not None:
            line = self.lines.get(entry.line_id)
            if line is None or line.document_id != self.document.pk:
                raise DomainError(_("This line is not on %(document)s.") % {"document": self.document})
        else:
            line = self._line_of_code(entry)
        if self.actor.pk in (line.book_user_id, line.book_custodian_id):
            raise NotAllowed(_("You hold %(asset)s yourself; somebody else has to count it.") % {"asset": line.asset})
        return line

    def _line_of_code(self, entry: Sighting) -> AssetCountLine:
        """The line of the card whose label says this; made where the plan did not name it (kept as not on the plan)."""
        code = code_of(entry.code)
        card = self.cards.get(code) or self.cards.get(code.upper())
        line = next((line for line in self.lines.values() if card and line.asset_id == card.pk), None)
        if line is None:
            line = outside_line(self.document, card, code, place_id=entry.place_id)
            self.lines[line.pk] = line
        return line

    def _entry(self, entry: Sighting, line: AssetCountLine, moment: dt.datetime) -> AssetCountEntry:
        return AssetCountEntry.objects.create(
            line=line,
            client_id=entry.client_id,
            present=entry.present,
            place_id=entry.place_id,
            user_id=entry.user_id,
            department_id=entry.department_id,
            unused=entry.unused,
            condition=entry.condition,
            scanned=entry.scanned,
            note=entry.note[:200],
            counted_at=moment,
            counted_by=self.actor,
            clock_difference=self.clock_difference,
        )

    def _surplus(self, entry: Stranger, moment: dt.datetime) -> AssetSurplus:
        if not entry.name.strip():
            raise DomainError(_("Write what the thing is."))
        if entry.quantity <= 0 or (entry.value or ZERO) < 0:
            raise DomainError(_("Enter a quantity above zero, and no negative value."))
        department = entry.department_id or self.document.scope_department_id or self.document.department_id
        return AssetSurplus.objects.create(
            document=self.document,
            client_id=entry.client_id,
            name=entry.name.strip()[:100],
            specification=entry.specification.strip()[:120],
            quantity=entry.quantity,
            department_id=department,
            place_id=entry.place_id or self.document.scope_place_id,
            value=entry.value,
            condition=entry.condition,
            note=entry.note[:200],
            found_by=self.actor,
            found_at=moment,
        )


SEEN = (
    *("found_department", "found_user", "found_place", "condition"),
    *("result", "counted_by", "counted_at", "note", "correct"),
)
"""Columns of a line that follow from what was seen."""


def see(line: AssetCountLine, entry: Any, moment: dt.datetime, actor: Any) -> None:
    """Write onto a line what a sighting or a kept entry says, and the result that follows; does not save."""
    line.counted_at, line.counted_by, line.note = moment, actor, entry.note[:200]
    line.correct = True
    if not entry.present:
        line.found_department_id = line.found_user_id = line.found_place_id = None
        line.condition, line.result = "", Result.MISSING
        return
    usual = line.document.scope_department_id if line.outside else None
    line.found_department_id = entry.department_id or usual or line.book_department_id
    line.found_user_id = None if entry.unused else entry.user_id or line.book_user_id
    line.found_place_id = entry.place_id or line.book_place_id
    line.condition = entry.condition
    line.result = result_of(line)


def result_of(line: AssetCountLine) -> str:
    """What follows from where a thing that is there was found."""
    if line.book_state == AssetState.MISSING:
        return Result.FOUND
    found = (line.found_department_id, line.found_user_id, line.found_place_id)
    book = (line.book_department_id, line.book_user_id, line.book_place_id)
    return Result.MATCH if found == book else Result.MISPLACED
