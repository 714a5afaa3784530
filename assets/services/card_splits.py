"""拆分/合并单 (R-AST-20): one card becomes several, several become one; nothing is gained or lost to the cent."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assets.models import MOVABLE, Asset, AssetState, AssetValueMove, CardData, CardSplit, CardSplitLine
from core import clock
from core.errors import DomainError
from core.numbers import ZERO, plain
from core.search import initials_of

from . import claims, depreciation, ledger, numbering, schedule

SPLIT = AssetValueMove.Kind.SPLIT
ALIKE = ("category_id", "account", "department_id", "life_months", "months_charged", "next_charge", "value_type")
"""What cards have in common that are merged: they would otherwise be depreciated differently."""
DIVIDED = ("quantity", "original_value", "fiscal_fund", "accumulated")
_COPIED = tuple(field.attname for field in CardData._meta.fields)
_ALSO_COPIED = ("organization_id", "state", "state_before", "idle_since", "acquisition_way", "months_charged")
_OF_FINANCE = ("booked_on", "voucher_number", "next_charge")


def lines_of(document: CardSplit) -> list[CardSplitLine]:
    return list(document.lines.select_related("asset").order_by("position", "id"))


def amount(document: CardSplit) -> Decimal:
    """Yuan of the original value of all cards that take part."""
    joining = sum((line.asset.original_value for line in lines_of(document) if _joins(document, line)), ZERO)
    return document.asset.original_value + joining


def _joins(document: CardSplit, line: CardSplitLine) -> bool:
    return document.kind == CardSplit.Kind.MERGE and line.asset is not None


# ---- checks ----


def check(document: CardSplit, *, actor: Any) -> None:
    """Raises DomainError for parts that do not add up, and for cards that cannot become one."""
    lines = lines_of(document)
    if not document.reason.strip():
        raise DomainError(_("Say why the cards are split or merged."), field="reason")
    _check_card(document, document.asset, "asset")
    if document.kind == CardSplit.Kind.SPLIT:
        _check_parts(document, lines)
    else:
        _check_joining(document, lines)
    cards = [document.asset, *(line.asset for line in lines if _joins(document, line))]
    depreciation.require_run_before(cards, document=document)


def _check_card(document: CardSplit, asset: Asset, field: str, line: int | None = None) -> None:
    if asset.organization_id != document.organization_id:
        raise DomainError(_("This thing belongs to another organization."), field=field, line=line)
    if asset.state not in MOVABLE:
        raise DomainError(
            _("%(asset)s is “%(state)s”; it cannot be split or merged now.")
            % {"asset": asset, "state": asset.get_state_display()},
            field=field,
            line=line,
        )


def _check_parts(document: CardSplit, lines: list[CardSplitLine]) -> None:
    """R-AST-20: quantity, value, funds and depreciation of the parts add up to the card's."""
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if len(lines) < 2:
        raise DomainError(_("Enter at least two lines: what stays on the card, and what gets a card of its own."))
    for line in lines:
        if line.original_value <= 0:
            raise DomainError(_("Every part has a value."), field="original_value", line=line.position)
        if line.position != lines[0].position and not line.name.strip():
            raise DomainError(_("Name this part."), field="name", line=line.position)
        if line.original_value - line.fiscal_fund > document.asset.nonfiscal_fund:
            raise DomainError(
                _("There are not that many other funds on the card."), field="fiscal_fund", line=line.position
            )
    for name in DIVIDED:
        parts = sum((getattr(line, name) for line in lines), ZERO)
        whole = getattr(document.asset, name)
        if parts != whole:
            label = CardSplitLine._meta.get_field(name).verbose_name
            raise DomainError(
                _("%(what)s: the parts make %(parts)s, the card has %(whole)s.")
                % {"what": label, "parts": plain(parts), "whole": plain(whole)},
                field=name,
                line=lines[-1].position,
            )


def _check_joining(document: CardSplit, lines: list[CardSplitLine]) -> None:
    if not lines:
        raise DomainError(_("Enter at least one line."))
    seen = {document.asset_id}
    for line in lines:
        if line.asset is None:
            raise DomainError(_("Choose the card that joins."), field="asset", line=line.position)
        if line.asset_id in seen:
            raise DomainError(
                _("%(asset)s is on this paper already.") % {"asset": line.asset}, field="asset", line=line.position
            )
        seen.add(line.asset_id)
        _check_card(document, line.asset, "asset", line.position)
        if any(getattr(line.asset, name) != getattr(document.asset, name) for name in ALIKE):
            raise DomainError(
                _(
                    "%(asset)s differs from %(card)s in class, account, department, useful life or the months it was "
                    "depreciated; such cards stay apart."
                )
                % {"asset": line.asset, "card": document.asset},
                field="asset",
                line=line.position,
            )


# ---- effects ----


def take_in_hand(document: CardSplit, *, actor: Any) -> None:
    """Submitted: no other paper has these cards meanwhile."""
    claims.claim(_keys(document, lines_of(document)), document)


def _keys(document: CardSplit, lines: list[CardSplitLine]) -> list[int]:
    return [document.asset_id, *(line.asset_id for line in lines if line.asset_id)]


def post(document: CardSplit, *, actor: Any) -> None:
    """Make the new cards, or let the others join; both sides stand in the value ledger."""
    lines = lines_of(document)
    cards = ledger.locked(_keys(document, lines))
    document.asset = cards[document.asset_id]
    for line in lines:
        line.asset = cards[line.asset_id] if line.asset_id else None
    if document.kind == CardSplit.Kind.SPLIT:
        _check_parts(document, lines)
        _split(document, lines, actor)
    else:
        _check_joining(document, lines)
        _merge(document, lines, actor)
    claims.release(document)


def _split(document: CardSplit, lines: list[CardSplitLine], actor: Any) -> None:
    """The first part keeps the card; the others get cards of their own, like it in everything else."""
    card, (first, *others) = document.asset, lines
    numbers = numbering.next_numbers(document.organization_id, len(others), document.business_date)
    made = [_part(card, line, number) for line, number in zip(others, numbers, strict=True)]
    Asset.objects.bulk_create(made)
    ledger.first_holders(made, document=document, actor=actor)
    ledger.first_values(made, document=document, actor=actor, kind=SPLIT)
    keeps = ledger.Valuing(
        card,
        SPLIT,
        first.original_value - card.original_value,
        first.fiscal_fund - card.fiscal_fund,
        first.accumulated - card.accumulated,
    )
    ledger.change_values([keeps], document=document, actor=actor)
    Asset.objects.filter(pk=card.pk).update(quantity=first.quantity)
    for line, part in zip(lines, [card, *made], strict=True):
        line.asset = part
    CardSplitLine.objects.bulk_update(lines, ["asset"])


def _part(card: Asset, line: CardSplitLine, number: str) -> Asset:
    """A new card like the old one, with the part's name and numbers."""
    values = {name: getattr(card, name) for name in (*_COPIED, *_ALSO_COPIED, *_OF_FINANCE)}
    values |= {name: getattr(line, name) for name in DIVIDED}
    part = Asset(
        **{
            **values,
            "number": number,
            "name": line.name.strip(),
            "nonfiscal_fund": line.original_value - line.fiscal_fund,
            "serial_number": "",
            "details": dict(card.details),
            "parent": card,
        }
    )
    part.initials = initials_of(part.name)
    schedule.renew(part)
    return part


def _merge(document: CardSplit, lines: list[CardSplitLine], actor: Any) -> None:
    """The others join the card and are disposed of without a disposal: nothing leaves the house."""
    card, joining = document.asset, [line.asset for line in lines]
    for line in lines:
        for name in DIVIDED:
            setattr(line, name, getattr(line.asset, name))
    CardSplitLine.objects.bulk_update(lines, DIVIDED)
    handings = [ledger.Handing.of(other, user_id=None, state=AssetState.DISPOSED) for other in joining]
    ledger.hand_over(handings, document=document, actor=actor)
    leaving = [
        ledger.Valuing(other, SPLIT, -other.original_value, -other.fiscal_fund, -other.accumulated) for other in joining
    ]
    whole = [sum((getattr(line, name) for line in lines), ZERO) for name in DIVIDED[1:]]
    gain = ledger.Valuing(card, SPLIT, *whole)
    ledger.change_values([*leaving, gain], document=document, actor=actor)
    note = _("Merged into %(card)s by %(number)s.") % {"card": card.number, "number": document.number}
    for other in joining:
        other.note, other.disposed_on = f"{other.note} {note}".strip()[:500], document.business_date
    Asset.objects.bulk_update(joining, ["note", "disposed_on"])
    joined = sum((line.quantity for line in lines), ZERO)
    Asset.objects.filter(pk=card.pk).update(quantity=card.quantity + joined)


def undo(document: CardSplit, *, actor: Any) -> None:
    """Take the paper back, dated today, where nothing happened to its cards since. Raises DomainError otherwise."""
    lines = lines_of(document)
    cards = claims.claim(_keys(document, lines), document)
    card = cards[document.asset_id]
    if document.kind == CardSplit.Kind.SPLIT:
        ledger.reverse_values(document, actor=actor)
        made = [line.asset_id for line in lines if line.asset_id != card.pk]
        ledger.retire_new(document, actor=actor)
        Asset.objects.filter(pk__in=made).update(disposed_on=clock.today())
        quantity = sum((line.quantity for line in lines), ZERO)
    else:
        ledger.reverse_handings(document, actor=actor)
        ledger.reverse_values(document, actor=actor)
        Asset.objects.filter(pk__in=[line.asset_id for line in lines]).update(disposed_on=None)
        quantity = card.quantity - sum((line.quantity for line in lines), ZERO)
    Asset.objects.filter(pk=card.pk).update(quantity=quantity)
    claims.release(document)
