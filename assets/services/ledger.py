"""The asset ledgers: who has a thing and what it is worth. Everything that changes either goes through here or, for
the monthly run, through assets/services/depreciation.py.

The order of work is the one of the stock ledger (reliability rule L5): period shared, the papers, the cards locked in
the order of their keys, checks, rows, caches. A posting is a fixed number of statements whatever its number of cards.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.translation import gettext as _

from assets.models import Asset, AssetMove, AssetState, AssetValueMove
from core import clock, periods
from core.documents.models import Document
from core.errors import DomainError
from core.numbers import ZERO
from directory.services import leaving

from . import schedule
from .custody_sides import is_here

HOLDER = ("department_id", "user_id", "custodian_id", "place_id", "state")
"""What the custody ledger keeps of a card, in the words of both."""
_SCHEDULE = ("original_value", "accumulated", "monthly_charge", "months_left", "months_charged", "next_charge")


@dataclass(frozen=True)
class Handing:
    """A card and who has it afterwards: keys of department, user, custodian and place, and the state."""

    asset: Asset
    department_id: int
    user_id: int | None
    custodian_id: int | None
    place_id: int | None
    state: str

    @classmethod
    def of(cls, asset: Asset, **changes: Any) -> "Handing":
        """The card as it is, with these changes."""
        return cls(asset, **{**{name: getattr(asset, name) for name in HOLDER}, **changes})


@dataclass(frozen=True)
class Valuing:
    """A card and by how much its value changes: yuan of cost and of accumulated depreciation, signed.

    fiscal: yuan of the cost change that are fiscal funds. months: months that a charge covers, signed.
    """

    asset: Asset
    kind: str
    cost: Decimal = ZERO
    fiscal: Decimal = ZERO
    accumulated: Decimal = ZERO
    months: int = 0


def locked(keys: Iterable[int]) -> dict[int, Asset]:
    """Cards by their keys, locked until the transaction ends, always in the same order.

    Raises RuntimeError outside of a transaction.
    """
    _require_transaction()
    rows = Asset.objects.select_for_update(of=("self",)).filter(pk__in=set(keys)).order_by("pk")
    return {asset.pk: asset for asset in rows}


def hand_over(handings: Sequence[Handing], *, document: Document, actor: Any) -> list[AssetMove]:
    """Write who has the cards from now on; the cards must be locked (`locked`). Returns the rows written.

    Raises PeriodClosed for a closed month, DomainError when the business date lies before an earlier change of a card.
    """
    _require_transaction()
    periods.require_open(document.organization_id, document.business_date)
    _require_order([handing.asset for handing in handings], document.business_date)
    common = _common(document, actor)
    rows = []
    for handing in handings:
        before = {f"from_{name}": getattr(handing.asset, name) for name in HOLDER}
        after = {f"to_{name}": getattr(handing, name) for name in HOLDER}
        rows.append(AssetMove(asset=handing.asset, **before, **after, **common))
        _take_on(handing.asset, {name: getattr(handing, name) for name in HOLDER}, document.business_date)
    return _write_custody(rows)


def first_holders(assets: Sequence[Asset], *, document: Document, actor: Any) -> list[AssetMove]:
    """The first custody row of new cards: they come from nowhere to whoever the card names."""
    common = _common(document, actor)
    rows = [
        AssetMove(asset=asset, **{f"to_{name}": getattr(asset, name) for name in HOLDER}, **common) for asset in assets
    ]
    return AssetMove.objects.bulk_create(rows, batch_size=1000)


def reverse_handings(document: Document, *, actor: Any) -> list[AssetMove]:
    """Give the cards of a posted paper back to whoever had them, dated today (红字冲销); somebody who left since gets
    nothing back (R-AST-11), and what only he used lies idle.

    Raises DomainError when a card changed hands again since: the later paper is reversed first.
    """
    moves = list(moves_of(document).filter(reverses=None, reversal=None).order_by("asset_id"))
    people = leaving.hold(key for move in moves for key in (move.from_user_id, move.from_custodian_id))
    gone = {key for key, person in people.items() if not is_here(person)}
    assets = locked(move.asset_id for move in moves)
    today = clock.today()
    periods.require_open(document.organization_id, today)
    later = _last_moves(assets)
    common = _common(document, actor) | {"business_date": today}
    rows = []
    for move in moves:
        asset = assets[move.asset_id]
        if later[asset.pk] != move.pk:
            raise DomainError(
                _("%(asset)s changed hands again after this paper; reverse the later paper first.") % {"asset": asset}
            )
        before = {f"from_{name}": getattr(move, f"to_{name}") for name in HOLDER}
        holder = _without({name: getattr(move, f"from_{name}") for name in HOLDER}, gone)
        after = {f"to_{name}": value for name, value in holder.items()}
        rows.append(AssetMove(asset=asset, reverses=move, **before, **after, **common))
        _take_on(asset, holder, today)
    return _write_custody(rows)


def _without(holder: dict[str, Any], gone: set[int]) -> dict[str, Any]:
    """A holder in the words of HOLDER, but for people who are gone."""
    kept = {
        name: None if name in ("user_id", "custodian_id") and holder[name] in gone else holder[name] for name in holder
    }
    unused = holder["user_id"] is not None and kept["user_id"] is None
    return {**kept, "state": AssetState.IDLE} if unused and holder["state"] == AssetState.IN_USE else kept


def retire_new(document: Document, *, actor: Any) -> list[AssetMove]:
    """Cards that a paper made are taken back with it: they leave the custody of whoever had them first, dated today.

    Raises DomainError when one changed hands since.
    """
    moves = list(moves_of(document).filter(reverses=None, reversal=None, from_department=None).order_by("asset_id"))
    assets = locked(move.asset_id for move in moves)
    today = clock.today()
    later, rows = _last_moves(assets), []
    for move in moves:
        asset = assets[move.asset_id]
        if later[asset.pk] != move.pk:
            raise DomainError(
                _("%(asset)s changed hands again after this paper; reverse the later paper first.") % {"asset": asset}
            )
        before = {f"from_{name}": getattr(asset, name) for name in HOLDER}
        after = {f"to_{name}": getattr(asset, name) for name in HOLDER} | {"to_state": AssetState.DISPOSED}
        common = _common(document, actor) | {"business_date": today}
        rows.append(AssetMove(asset=asset, reverses=move, **before, **after, **common))
        _take_on(asset, {"state": AssetState.DISPOSED}, today)
    return _write_custody(rows)


def change_values(valuings: Sequence[Valuing], *, document: Document, actor: Any) -> list[AssetValueMove]:
    """Write changes of value; the cards must be locked. Their depreciation goes on with what is left, from the month
    of the business date on (domain 1.5).

    Raises PeriodClosed for a closed month, DomainError when a value would drop below zero.
    """
    _require_transaction()
    periods.require_open(document.organization_id, document.business_date)
    common = _common(document, actor)
    rows = []
    for valuing in valuings:
        rows.append(value_row(valuing, common))
        _apply(valuing, document.business_date)
    return _write_values(rows, [valuing.asset for valuing in valuings])


def first_values(
    assets: Sequence[Asset], *, document: Document, actor: Any, kind: str = AssetValueMove.Kind.ADDITION
) -> list[AssetValueMove]:
    """The first value row of new cards, with what was depreciated before they came into this system or were split."""
    common = _common(document, actor)
    rows = [
        value_row(
            Valuing(asset, kind, asset.original_value, asset.fiscal_fund, asset.accumulated, asset.months_charged),
            common,
        )
        for asset in assets
    ]
    return AssetValueMove.objects.bulk_create(rows, batch_size=1000)


def reverse_values(document: Document, *, actor: Any) -> list[AssetValueMove]:
    """Take back every change of value of a posted paper, dated today.

    Raises DomainError when the value of a card changed again since.
    """
    moves = list(value_moves_of(document).filter(reverses=None, reversal=None).order_by("asset_id"))
    assets = locked(move.asset_id for move in moves)
    today = clock.today()
    periods.require_open(document.organization_id, today)
    # A later paper that was taken back again does not count.
    standing = AssetValueMove.objects.filter(asset__in=assets, reverses=None, reversal=None)
    last = dict(standing.order_by("id").values_list("asset_id", "pk"))
    common = _common(document, actor) | {"business_date": today}
    rows = []
    for move in moves:
        asset = assets[move.asset_id]
        if last[asset.pk] != move.pk:
            raise DomainError(
                _("The value of %(asset)s changed again after this paper; reverse the later paper first.")
                % {"asset": asset}
            )
        valuing = Valuing(asset, move.kind, -move.cost, -move.fiscal, -move.accumulated, -move.months)
        row = value_row(valuing, common)
        row.reverses = move
        rows.append(row)
        _apply(valuing, None)
    return _write_values(rows, list(assets.values()))


def moves_of(document: Document) -> Any:
    """Custody rows that a document wrote, reversals included."""
    return AssetMove.objects.filter(content_type=ContentType.objects.get_for_model(document), object_id=document.pk)


def value_moves_of(document: Document) -> Any:
    """Value rows that a document wrote, reversals included."""
    return AssetValueMove.objects.filter(
        content_type=ContentType.objects.get_for_model(document), object_id=document.pk
    )


def value_row(valuing: Valuing, common: dict[str, Any]) -> AssetValueMove:
    asset = valuing.asset
    return AssetValueMove(
        asset=asset,
        kind=valuing.kind,
        cost=valuing.cost,
        fiscal=valuing.fiscal,
        accumulated=valuing.accumulated,
        months=valuing.months,
        department_id=asset.department_id,
        account=asset.account,
        **common,
    )


def _apply(valuing: Valuing, day: dt.date | None) -> None:
    """Bring a card's value caches up to date with one change. Raises DomainError when they would drop below zero.

    day: of a new change; None for a reversal, after which the plan goes on where it stood.
    """
    asset = valuing.asset
    cost, accumulated = asset.original_value + valuing.cost, asset.accumulated + valuing.accumulated
    fiscal = asset.fiscal_fund + valuing.fiscal
    if not (ZERO <= accumulated <= cost and ZERO <= fiscal <= cost):
        raise DomainError(
            _("%(asset)s has an original value of %(cost)s and %(accumulated)s depreciated; this change is too large.")
            % {"asset": asset, "cost": asset.original_value, "accumulated": asset.accumulated}
        )
    if day and asset.next_charge is not None and asset.net_value == 0:
        # Nothing was charged while nothing was left: those months are not made up for now.
        asset.next_charge = max(asset.next_charge, schedule.month_index(day))
    asset.original_value, asset.accumulated = cost, accumulated
    asset.fiscal_fund, asset.nonfiscal_fund = fiscal, cost - fiscal
    asset.months_charged = max(asset.months_charged + valuing.months, 0)
    schedule.renew(asset)


def _take_on(asset: Asset, holder: dict[str, Any], day: dt.date) -> None:
    if holder["state"] != asset.state:
        asset.state_before = asset.state
        asset.idle_since = day if holder["state"] == AssetState.IDLE else None
    for name, value in holder.items():
        setattr(asset, name, value)


def _write_custody(rows: list[AssetMove]) -> list[AssetMove]:
    written = AssetMove.objects.bulk_create(rows, batch_size=1000)
    fields = ["department", "user", "custodian", "place", "state", "state_before", "idle_since"]
    Asset.objects.bulk_update([row.asset for row in rows], fields, batch_size=500)
    return written


def _write_values(rows: list[AssetValueMove], assets: list[Asset]) -> list[AssetValueMove]:
    written = AssetValueMove.objects.bulk_create(rows, batch_size=1000)
    Asset.objects.bulk_update(assets, [*_SCHEDULE, "fiscal_fund", "nonfiscal_fund"], batch_size=500)
    return written


def _last_moves(assets: Iterable[int]) -> dict[int, int]:
    """The newest custody row of each card that stands: rows taken back and those that took them back are as if they
    had not been."""
    standing = AssetMove.objects.filter(asset__in=list(assets), reverses=None, reversal=None)
    return dict(standing.order_by("id").values_list("asset_id", "pk"))


def _require_order(assets: Sequence[Asset], day: dt.date) -> None:
    """Refuse a change dated before the last one: who had a thing on a day must stay true once it was written."""
    later = (
        AssetMove.objects.filter(asset__in=[asset.pk for asset in assets], business_date__gt=day)
        .select_related("asset")
        .order_by("id")
        .first()
    )
    if later:
        raise DomainError(
            _("%(asset)s changed hands on %(day)s by %(number)s; use that day or a later one.")
            % {"asset": later.asset, "day": later.business_date, "number": later.number},
            field="business_date",
        )


def _common(document: Document, actor: Any) -> dict[str, Any]:
    return {
        "organization_id": document.organization_id,
        "business_date": document.business_date,
        "posted_at": clock.now(),
        "posted_by": actor,
        "content_type": ContentType.objects.get_for_model(document),
        "object_id": document.pk,
        "number": document.number or "",
    }


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the asset ledgers are written inside the caller's transaction")
