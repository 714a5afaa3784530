"""What the phone of a worker sends, now or later in one go: each entry taken once, in its order, or refused in words.

The phone names each entry (`client_id`), which is the key of the step it leads to: a second delivery is answered like
the first. What it says of the time is kept beside our own and decides nothing.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.deliveries import key_of, moment_of, text_of
from core.errors import DomainError
from core.parsing import parse_decimal, parse_integer, parse_text
from directory.models import User
from inventory.models import Item
from inventory.selectors import requestable_warehouses
from maintenance.models import CauseCode, LabourEntry, OrderEvent, RemedyCode, WorkOrder

from . import checklists, dispatching, doing, labour, parts, parts_back, pauses

EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
MOST_LINES = 30
"""Lines of parts in one entry."""


@dataclass(frozen=True)
class Outcome:
    """What became of an entry: the key of its order, or the sentence why it was refused."""

    client_id: str
    order_id: int | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Sender:
    """Who sends one entry: the person, the key of the entry, and the moment that his device named."""

    actor: Any
    key: uuid.UUID
    device_at: dt.datetime | None

    @property
    def step(self) -> dict[str, Any]:
        """What every step gets."""
        return {"actor": self.actor, "device_at": self.device_at, "request_key": self.key}

    @property
    def act(self) -> dict[str, Any]:
        """What acts without a moment of their own get."""
        return {"actor": self.actor, "request_key": self.key}


Entry = dict[str, Any]


def said_at(value: Any) -> dt.datetime | None:
    """The moment a device names; None for what no clock on earth shows."""
    moment = moment_of(value)
    try:
        return moment if moment and EARLIEST <= moment <= LATEST else None
    except OverflowError:
        return None


def take(entries: Sequence[Any], *, actor: Any) -> list[Outcome]:
    """Take the entries one after the other; one that is refused changes nothing and does not stop those behind it."""
    return [_take(entry, actor) for entry in entries]


def _take(entry: Any, actor: Any) -> Outcome:
    said = entry.get("client_id") if isinstance(entry, dict) else None
    try:
        key = uuid.UUID(str(said))
    except ValueError:
        return Outcome(str(said)[:36], refusal=_("What was sent could not be read."))
    try:
        sender = Sender(actor, key, said_at(entry.get("at")))
        order = _order_of(entry, sender)
        act = ACTS.get(text_of(entry, "do"))
        if act is None:
            raise DomainError(_("What was sent could not be read."))
        if not _taken_before(order, sender):
            act(order, entry, sender)
    except DomainError as refusal:
        return Outcome(str(key), refusal=str(refusal))
    return Outcome(str(key), order.pk)


def _order_of(entry: Entry, sender: Sender) -> WorkOrder:
    """The order an entry is about. Raises DomainError for one that this person has nothing to do with (any more)."""
    pk = key_of(entry, "order")
    found = WorkOrder.objects.visible_to(sender.actor).filter(pk=pk) if pk else WorkOrder.objects.none()
    order = found.select_related("team", "worker", "asset", "place", "department", "organization").first()
    if order is None:
        raise DomainError(_("This order is no longer in your hands; ask the dispatcher who has it."))
    return order


def _taken_before(order: WorkOrder, sender: Sender) -> bool:
    """Whether this very entry came before. Raises DomainError when its key was used for something else."""
    event = OrderEvent.objects.filter(request_key=sender.key).first()
    if event is not None and (event.order_id, event.actor_id) == (order.pk, sender.actor.pk):
        return True
    if event is not None or LabourEntry.objects.filter(request_key=sender.key).exclude(order=order).exists():
        raise DomainError(_("This entry was already sent for something else; enter it again."))
    return False


# ---- one function for each act ----


def _finish(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    cause, remedy = key_of(entry, "cause"), key_of(entry, "remedy")
    work = doing.Work(
        action=parse_text(text_of(entry, "action"), max_length=500),
        outcome=text_of(entry, "outcome"),
        cause=CauseCode.objects.filter(pk=cause, active=True).first() if cause else None,
        remedy=RemedyCode.objects.filter(pk=remedy, active=True).first() if remedy else None,
        no_material=entry.get("no_material") is True,
        liable=parse_text(text_of(entry, "liable"), max_length=100),
        dispose=entry.get("dispose") is True,
    )
    doing.finish(order, work, **sender.step)


def _suspend(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    day = text_of(entry, "until_day")
    try:
        until = dt.date.fromisoformat(day) if day else None
    except ValueError as error:
        raise DomainError(_("Enter the day as in 2026-11-25.")) from error
    note = parse_text(text_of(entry, "note"), max_length=200)
    pauses.suspend(order, reason=text_of(entry, "reason"), note=note, until_day=until, **sender.step)


def _check(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    check = order.checks.filter(pk=key_of(entry, "check") or 0).first()
    if check is None:
        raise DomainError(_("This line is not on %(order)s.") % {"order": order})
    passed = entry.get("passed")
    checklists.answer(
        check,
        passed=passed if isinstance(passed, bool) else None,
        number=parse_decimal(text_of(entry, "number"), 4),
        words=parse_text(text_of(entry, "words"), max_length=200),
        **sender.step,
    )


def _time(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    worker = _person(order, entry) or sender.actor
    minutes = parse_integer(text_of(entry, "minutes"))
    if minutes is None:
        raise DomainError(_("Enter the minutes."))
    labour.add_time(order, worker, minutes, **sender.act)


def _helper(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    helper = _person(order, entry)
    if helper is None:
        raise DomainError(_("Choose who helps."))
    doing.add_helper(order, helper, **sender.step)


def _person(order: WorkOrder, entry: Entry) -> User | None:
    pk = key_of(entry, "person")
    return User.objects.filter(pk=pk, organization=order.organization_id).first() if pk else None


def _parts(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    warehouse = requestable_warehouses(sender.actor).filter(pk=key_of(entry, "warehouse")).first()
    if warehouse is None:
        raise DomainError(_("Choose the store."))
    sent = _lines(entry)
    named = {key_of(line, "item") or 0 for line in sent}
    items = Item.objects.filter(active=True).select_related("unit").in_bulk(named)
    wanted = []
    for line in sent:
        item = items.get(key_of(line, "item") or 0)
        if item is None:
            raise DomainError(_("Choose the parts from the list."))
        note = parse_text(text_of(line, "note"), max_length=200)
        wanted.append(parts.Wanted(item, _quantity(text_of(line, "quantity")), note))
    parts.take_parts(order, wanted, warehouse=warehouse, **sender.act)


def _used(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    parts.use_parts(order, _by_line(entry, zero=True), **sender.act)


def _bring_back(order: WorkOrder, entry: Entry, sender: Sender) -> None:
    parts_back.bring_back(order, _by_line(entry), **sender.act)


def _lines(entry: Entry) -> list[Entry]:
    lines = entry.get("lines")
    if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        raise DomainError(_("Choose at least one part."))
    if not all(isinstance(line, dict) for line in lines):
        raise DomainError(_("What was sent could not be read."))
    return lines


def _by_line(entry: Entry, *, zero: bool = False) -> Mapping[int, Decimal]:
    """Quantities by key of the issue line."""
    found = {}
    for line in _lines(entry):
        key = key_of(line, "line")
        if key is None:
            raise DomainError(_("What was sent could not be read."))
        found[key] = _quantity(text_of(line, "quantity"), zero=zero)
    return found


def _quantity(text: str, *, zero: bool = False) -> Decimal:
    number = parse_decimal(text, 4, minimum=0)
    if number is None or (number == 0 and not zero):
        raise DomainError(_("Enter a quantity above zero."))
    return number


def _reason(entry: Entry) -> str:
    return parse_text(text_of(entry, "reason"), max_length=500)


ACTS: dict[str, Callable[[WorkOrder, Entry, Sender], Any]] = {
    "take": lambda order, _entry, sender: dispatching.grab(order, **sender.step),
    "accept": lambda order, _entry, sender: doing.accept(order, **sender.step),
    "decline": lambda order, entry, sender: doing.decline(order, reason=_reason(entry), **sender.step),
    "set_out": lambda order, _entry, sender: doing.set_out(order, **sender.step),
    "arrive": lambda order, entry, sender: doing.arrive(order, code=text_of(entry, "code")[:500], **sender.step),
    "resume": lambda order, _entry, sender: pauses.resume(order, **sender.step),
    "note": lambda order, entry, sender: doing.add_note(order, text=_reason(entry), **sender.step),
    "finish": _finish,
    "suspend": _suspend,
    "check": _check,
    "time": _time,
    "helper": _helper,
    "parts": _parts,
    "used": _used,
    "bring_back": _bring_back,
}
"""What a phone may ask for, by the word it sends."""
