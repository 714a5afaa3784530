"""资产增加单: what is checked before cards are made of its lines, how they are made, and how they are taken back."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from assets.models import (
    AcquisitionWay,
    Asset,
    AssetAddition,
    AssetAdditionLine,
    AssetIntake,
    AssetState,
    CardData,
    CardType,
)
from core import clock
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO
from core.search import initials_of

from . import births, intake, journal, ledger, numbering, schedule
from .addition_lines import LineCheck, first_month_day

CHUNK = 2000
CONTRA_OF_WAY = {
    AcquisitionWay.TRANSFER_IN: "3401",
    AcquisitionWay.DONATION: "4603",
    AcquisitionWay.CONSTRUCTION: "1613",
    AcquisitionWay.SURPLUS: "1902",
}
"""What 1601 is booked against (domain 1.6). A purchase is paid in several ways; finance books it by its invoice."""
CONSTRUCTION_IN_PROGRESS = "1613"
_COPIED = tuple(field.attname for field in CardData._meta.get_fields() if hasattr(field, "attname"))


def lines_of(document: AssetAddition) -> list[AssetAdditionLine]:
    """The lines with what their checks read; a fixed number of queries."""
    related = ("department", "managing_department", "user", "custodian", "place")
    return list(document.lines.select_related(*related).order_by("position", "id"))  # type: ignore[attr-defined]


def check(document: AssetAddition, *, actor: Any) -> None:
    """Every line by itself, then all of them together. Raises DomainError naming the first line that is wrong."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    found = LineCheck(document)
    for line in lines:
        for field, sentence in found.faults(line):
            raise DomainError(
                _("Line %(line)d, %(name)s: %(fault)s") % {"line": line.position, "name": line.name, "fault": sentence},
                field=field,
                line=line.position,
            )
    for position, field, sentence in clashes(document, lines):
        raise DomainError(sentence, field=field, line=position)
    _check_intakes(document, lines)


def clashes(document: AssetAddition, lines: Sequence[AssetAdditionLine]) -> Iterator[tuple[int, str, str]]:
    """(line, field, sentence) for numbers that another line or card has already: card number, serial number, VIN."""
    cards = Asset.objects.filter(organization=document.organization_id)
    numbers = {line.card_number: line.position for line in lines if line.card_number}
    yield from _repeated(lines, "card_number", lambda line: line.card_number)
    for number in _taken(cards, "number", numbers):
        yield numbers[number], "card_number", _("There is a card with the number %(number)s.") % {"number": number}
    living = cards.exclude(state=AssetState.DISPOSED)
    serials = {(line.category_id, line.serial_number): line.position for line in lines if line.serial_number}
    yield from _repeated(lines, "serial_number", lambda line: (line.category_id, line.serial_number))
    for card in _found(living, "serial_number", {serial for _category, serial in serials}):
        if position := serials.get((card.category_id, card.serial_number)):
            words = {"card": card, "number": card.serial_number}
            yield position, "serial_number", _("%(card)s has the serial number %(number)s already.") % words
    yield from _clashing_vehicles(living, lines)


def _clashing_vehicles(living: Any, lines: Sequence[AssetAdditionLine]) -> Iterator[tuple[int, str, str]]:
    vehicles = [line for line in lines if line.card_type == CardType.VEHICLE and line.details.get("vin")]
    if not vehicles:
        return
    yield from _repeated(vehicles, "details.vin", lambda line: line.details["vin"])
    known = {
        card.details.get("vin"): card for card in living.filter(card_type=CardType.VEHICLE).only("number", "details")
    }
    for line in vehicles:
        if card := known.get(line.details["vin"]):
            words = {"card": card.number, "vin": line.details["vin"]}
            yield line.position, "details.vin", _("Card %(card)s has the vehicle number %(vin)s already.") % words


def _repeated(lines: Sequence[AssetAdditionLine], field: str, key: Any) -> Iterator[tuple[int, str, str]]:
    first: dict[Any, int] = {}
    for line in lines:
        value = key(line)
        if not value or (isinstance(value, tuple) and not value[-1]):
            continue
        if value in first:
            yield line.position, field, _("Line %(line)d has the same number.") % {"line": first[value]}
        first.setdefault(value, line.position)


def _chunks(values: Any) -> Iterator[list[Any]]:
    waiting = iter(values)
    while part := list(islice(waiting, CHUNK)):
        yield part


def _taken(rows: Any, column: str, values: Any) -> Iterator[str]:
    for part in _chunks(values):
        yield from rows.filter(**{f"{column}__in": part}).values_list(column, flat=True)


def _found(rows: Any, column: str, values: Any) -> Iterator[Asset]:
    for part in _chunks(values):
        yield from rows.filter(**{f"{column}__in": part})


# ---- goods that wait for their cards ----


def _pieces_of(lines: Sequence[AssetAdditionLine]) -> Counter[int]:
    """How many cards each intake gets."""
    found: Counter[int] = Counter()
    for line in lines:
        if line.intake_id:
            found[line.intake_id] += line.pieces
    return found


def _check_intakes(document: AssetAddition, lines: Sequence[AssetAdditionLine], *, lock: bool = False) -> None:
    """Accepted goods get as many cards as there are pieces, once, on one paper. Raises DomainError."""
    pieces = _pieces_of(lines)
    rows = AssetIntake.objects.filter(pk__in=pieces, organization=document.organization_id).order_by("pk")
    for row in rows.select_for_update() if lock else rows:
        if row.state != AssetIntake.State.WAITING:
            raise DomainError(
                _("%(goods)s (%(source)s) waits for cards no longer; take it off this paper.")
                % {"goods": row, "source": row.source}
            )
        if row.quantity != pieces[row.pk]:
            raise DomainError(
                _("%(goods)s (%(source)s) gets %(pieces)d cards here; make one for each piece.")
                % {"goods": row, "source": row.source, "pieces": pieces[row.pk]}
            )
    under_way = AssetAdditionLine.objects.filter(
        intake__in=pieces, document__status__in=(Status.SUBMITTED, Status.APPROVED)
    ).exclude(document=document)
    if other := under_way.select_related("document", "intake").first():
        raise DomainError(
            _("%(goods)s is on %(paper)s already; take it off one of them.")
            % {"goods": other.intake, "paper": other.document}
        )


# ---- making cards ----


def post(document: AssetAddition, *, actor: Any) -> None:
    """Make the cards with their first rows in both ledgers, and propose the entry where there is only one way.

    A fixed number of statements for each two thousand cards.
    """
    lines = lines_of(document)
    _check_intakes(document, lines, lock=True)
    numbers = _numbers(document, lines)
    waiting = _cards(document, lines, numbers)
    while assets := list(islice(waiting, CHUNK)):
        Asset.objects.bulk_create(assets, batch_size=500)
        births.enter(assets, document=document, actor=actor)
    journal.propose(document, _entries(document, lines))
    intake.mark(_pieces_of(lines), carded=True)


def _numbers(document: AssetAddition, lines: Sequence[AssetAdditionLine]) -> Iterator[str]:
    """Numbers for the cards that bring none, past those that old cards have already."""
    wanted = sum(line.pieces for line in lines if not line.card_number)
    own = {line.card_number for line in lines if line.card_number}
    cards = Asset.objects.filter(organization=document.organization_id)
    found: list[str] = []
    while len(found) < wanted:
        more = numbering.next_numbers(document.organization_id, wanted - len(found), document.business_date)
        taken = own | set(_taken(cards, "number", more))
        found += [number for number in more if number not in taken]
    return iter(found)


def _cards(document: AssetAddition, lines: Sequence[AssetAdditionLine], numbers: Iterator[str]) -> Iterator[Asset]:
    initials: dict[str, str] = {}
    later = schedule.months_later(document.organization_id, document.business_date)
    for line in lines:
        if line.name not in initials:
            initials[line.name] = initials_of(line.name)
        for _piece in range(line.pieces):
            yield _card(document, line, line.card_number or next(numbers), initials[line.name], later)


def _card(document: AssetAddition, line: AssetAdditionLine, number: str, initials: str, later: int) -> Asset:
    """One card. later: months after that of its use in which it is first depreciated."""
    state = line.state or (AssetState.IN_USE if line.user_id or line.in_use_on else AssetState.IN_STOCK)
    asset = Asset(
        organization_id=document.organization_id,
        number=number,
        initials=initials,
        acquisition_way=document.way,
        state=state,
        idle_since=document.business_date if state == AssetState.IDLE else None,
        accumulated=line.opening_accumulated,
        months_charged=line.opening_months,
        **{name: getattr(line, name) for name in _COPIED},
    )
    first = schedule.month_index(first_month_day(line)) + later
    if document.way == AcquisitionWay.OPENING:
        # What came before is in the figures that the opening brings along.
        first = schedule.month_index(document.business_date) + 1
    schedule.begin(asset, first)
    return asset


def _entries(document: AssetAddition, lines: Sequence[AssetAdditionLine]) -> list[journal.Entry]:
    """One line for each pair of accounts; none where domain 1.6 leaves the other account open."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    usual = CONTRA_OF_WAY.get(AcquisitionWay(document.way), "")
    for line in lines:
        built = line.from_construction and document.way != AcquisitionWay.OPENING
        if contra := CONSTRUCTION_IN_PROGRESS if built else usual:
            sums[line.account, contra] += line.amount
    summary = f"{document._meta.verbose_name} {document.number} {document.get_way_display()}"  # type: ignore[attr-defined]
    return [journal.Entry(summary, debit, credit, amount) for (debit, credit), amount in sorted(sums.items())]


# ---- taking them back ----


def reverse(document: AssetAddition, *, actor: Any) -> None:
    """Take the cards out of the books: worth nothing, with nobody, for ever readable; the accepted goods wait again.

    Raises DomainError when a card has a later row in a ledger or is on an open paper.
    """
    keys = list(ledger.value_moves_of(document).filter(reverses=None).values_list("asset_id", flat=True))
    held = next((card for card in ledger.locked(keys).values() if card.claimed_by), None)
    if held:
        raise DomainError(_("%(asset)s is on a paper that is not finished yet.") % {"asset": held})
    ledger.reverse_values(document, actor=actor)
    ledger.retire_new(document, actor=actor)
    _close(document, keys)
    journal.take_back(document)
    intake.mark(_pieces_of(lines_of(document)), carded=False)


def _close(document: AssetAddition, keys: Sequence[int]) -> None:
    """Write on the cards why they are empty; a booking ends with them (R-AST-01), its voucher stays readable."""
    assets = list(Asset.objects.filter(pk__in=keys))
    for asset in assets:
        words = [_("%(paper)s was reversed.") % {"paper": document.number}]
        if asset.voucher_number:
            words.append(_("It was booked under voucher %(voucher)s.") % {"voucher": asset.voucher_number})
        asset.note = " ".join([asset.note, *words]).strip()[-500:]
        asset.booked_on, asset.voucher_number = None, ""
        asset.disposed_on, asset.next_charge = clock.today(), None
    fields = ("note", "booked_on", "voucher_number", "disposed_on", "next_charge")
    Asset.objects.bulk_update(assets, fields, batch_size=500)
