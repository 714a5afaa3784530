"""资产变动单: enlargement, partial removal, settlement of an estimate, revaluation, change of life and of class.

From the month of the change on, what is left is spread over the months that are left (domain 1.5); where the run of
that month is posted already, from the next one on.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assets.models import (
    CONTRA_ACCOUNTS,
    NOT_DEPRECIATED,
    Account,
    Asset,
    AssetState,
    AssetValueMove,
    CardType,
    ValueChange,
    ValueChangeLine,
    ValueType,
)
from core.errors import DomainError
from core.numbers import ZERO

from . import claims, depreciation, journal, ledger, schedule
from .classes import ClassBook
from .lives import LifeTable

Kind = ValueChange.Kind
ON_DECISION = frozenset({Kind.PARTIAL_REMOVAL, Kind.REVALUATION, Kind.LIFE})
"""Kinds that a documented decision has to allow; a life is not changed at will."""
OF_VALUE = frozenset({Kind.ENLARGEMENT, Kind.PARTIAL_REMOVAL, Kind.SETTLEMENT, Kind.REVALUATION})
WITH_LIFE = frozenset({Kind.ENLARGEMENT, Kind.LIFE, Kind.CATEGORY})
"""Kinds whose lines may give a new useful life."""
PLAN = ("monthly_charge", "months_left", "next_charge", "months_charged")
IDENTITY = ("life_months", "category_id", "card_type", "value_type")


def lines_of(document: ValueChange) -> list[ValueChangeLine]:
    related = ("asset__category", "new_category")
    return list(document.lines.select_related(*related).order_by("position", "id"))


def amount(document: ValueChange) -> Decimal:
    """Yuan by which original values change, up and down added, which the ladder of approvals goes by."""
    return sum((abs(line.change) for line in lines_of(document)), ZERO)


# ---- checks ----


def check(document: ValueChange, *, actor: Any) -> None:
    """Everything a change has to say and to keep before it is approved or posted. Raises DomainError."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if not document.reason.strip():
        raise DomainError(_("Say why the value or the life changes."), field="reason")
    if document.kind in ON_DECISION and not document.decision_number.strip():
        raise DomainError(_("Enter the number of the decision that allows this change."), field="decision_number")
    lives = LifeTable(document.organization_id, document.business_date)
    classes = ClassBook()
    for line in lines:
        try:
            _check_card(document, line.asset)
            _check_columns(document, line)
            _CHECKS[document.kind](line)
            if document.kind == Kind.CATEGORY:
                classes.require_leaf(line.new_category)
            _check_life(document, line, lives)
        except DomainError as error:
            error.line = error.line or line.position
            error.field = {"category": "new_category"}.get(error.field, error.field)
            raise
    depreciation.require_run_before([line.asset for line in lines], document=document)


def _check_card(document: ValueChange, asset: Asset) -> None:
    if asset.organization_id != document.organization_id:
        raise DomainError(_("This thing belongs to another organization."), field="asset")
    if asset.state == AssetState.DISPOSED:
        raise DomainError(
            _("%(asset)s has left the house; its value stays as it is.") % {"asset": asset}, field="asset"
        )


def _check_columns(document: ValueChange, line: ValueChangeLine) -> None:
    """Nothing is entered that the kind does not change."""
    if document.kind not in OF_VALUE and (line.fiscal_change or line.nonfiscal_change or line.accumulated_change):
        raise DomainError(_("This kind of change leaves the value as it is."), field="fiscal_change")
    if document.kind not in WITH_LIFE and line.new_life_months:
        raise DomainError(_("This kind of change leaves the useful life as it is."), field="new_life_months")
    if document.kind != Kind.CATEGORY and line.new_category is not None:
        raise DomainError(_("Only a change of class gives a new class."), field="new_category")
    if document.kind not in (Kind.PARTIAL_REMOVAL, Kind.REVALUATION) and line.accumulated_change:
        raise DomainError(
            _("This kind of change leaves the accumulated depreciation as it is."), field="accumulated_change"
        )
    asset = line.asset
    funds = (asset.fiscal_fund + line.fiscal_change, asset.nonfiscal_fund + line.nonfiscal_change)
    if min(funds) < 0:
        raise DomainError(
            _("%(asset)s has %(fiscal)s yuan of fiscal and %(other)s yuan of other funds; the change takes more.")
            % {"asset": asset, "fiscal": asset.fiscal_fund, "other": asset.nonfiscal_fund},
            field="fiscal_change" if funds[0] < 0 else "nonfiscal_change",
        )
    if sum(funds) < asset.accumulated + line.accumulated_change or asset.accumulated + line.accumulated_change < 0:
        raise DomainError(
            _("%(accumulated)s yuan of %(asset)s are depreciated; its value cannot drop below that.")
            % {"asset": asset, "accumulated": asset.accumulated},
            field="fiscal_change",
        )


def _check_enlargement(line: ValueChangeLine) -> None:
    if line.change <= 0:
        raise DomainError(_("Enter by how much the value grows."), field="fiscal_change")


def _check_removal(line: ValueChangeLine) -> None:
    if line.change >= 0:
        raise DomainError(_("Enter by how much the value shrinks, below zero."), field="fiscal_change")
    if line.asset.original_value + line.change <= 0:
        raise DomainError(
            _("Nothing would be left of %(asset)s; dispose of it instead.") % {"asset": line.asset},
            field="fiscal_change",
        )
    if -line.accumulated_change > -line.change:
        raise DomainError(_("The part cannot be depreciated by more than its value."), field="accumulated_change")


def _check_settlement(line: ValueChangeLine) -> None:
    if line.asset.value_type != ValueType.ESTIMATE:
        raise DomainError(_("The value of %(asset)s is not an estimate.") % {"asset": line.asset}, field="asset")


def _check_revaluation(line: ValueChangeLine) -> None:
    if not line.change:
        raise DomainError(_("Enter by how much the value changes."), field="fiscal_change")


def _check_new_life(line: ValueChangeLine) -> None:
    if not schedule.is_depreciable(line.asset):
        raise DomainError(
            _("%(asset)s is not depreciated, so it has no useful life to change.") % {"asset": line.asset},
            field="asset",
        )
    if not line.new_life_months or line.new_life_months == line.asset.life_months:
        raise DomainError(_("Enter the new useful life in months."), field="new_life_months")


def _check_category(line: ValueChangeLine) -> None:
    asset, category = line.asset, line.new_category
    if category is None or category.pk == asset.category_id:
        raise DomainError(_("Choose the new class."), field="new_category")
    if _account_of(category.card_type) != asset.account:
        raise DomainError(
            _("%(category)s is kept on another account than %(asset)s; dispose of the card and add a new one.")
            % {"category": category, "asset": asset},
            field="new_category",
        )
    if category.is_depreciated and asset.life_months is None and not line.new_life_months:
        raise DomainError(
            _("Things of this class are depreciated; enter the useful life in months."), field="new_life_months"
        )


_CHECKS: dict[str, Callable[[ValueChangeLine], None]] = {
    Kind.ENLARGEMENT: _check_enlargement,
    Kind.PARTIAL_REMOVAL: _check_removal,
    Kind.SETTLEMENT: _check_settlement,
    Kind.REVALUATION: _check_revaluation,
    Kind.LIFE: _check_new_life,
    Kind.CATEGORY: _check_category,
}


def _account_of(card_type: str) -> str:
    return {CardType.INTANGIBLE: Account.INTANGIBLE, CardType.RELIC: Account.RELICS}.get(
        CardType(card_type), Account.FIXED
    )


def _check_life(document: ValueChange, line: ValueChangeLine, lives: LifeTable) -> None:
    """A new life, and the life of a new class, is not below the table (R-AST-09) and not over already."""
    months = line.new_life_months or (line.asset.life_months if document.kind == Kind.CATEGORY else None)
    category = line.new_category or line.asset.category
    if not months or category.card_type in NOT_DEPRECIATED:
        return
    least = lives.minimum_of(line.asset, category.pk)
    if least and months < least[0]:
        raise DomainError(
            _("Things of the class %(category)s live at least %(months)s months (%(basis)s).")
            % {"category": category, "months": least[0], "basis": least[1]},
            field="new_life_months",
        )
    if line.new_life_months and line.new_life_months <= line.asset.months_charged and line.asset.net_value:
        raise DomainError(
            _("%(asset)s was depreciated for %(months)s months already; its life has to be longer.")
            % {"asset": line.asset, "months": line.asset.months_charged},
            field="new_life_months",
        )


# ---- effects ----


def take_in_hand(document: ValueChange, *, actor: Any) -> None:
    """Submitted: no other paper changes these cards meanwhile."""
    claims.claim([line.asset_id for line in lines_of(document)], document)


def post(document: ValueChange, *, actor: Any) -> None:
    """Write the new values, lives and classes; what stood before is kept on the lines."""
    lines = lines_of(document)
    cards = ledger.locked(line.asset_id for line in lines)
    depreciation.require_run_before(cards.values(), document=document)
    month = schedule.month_index(document.business_date)
    for line in lines:
        line.asset = card = cards[line.asset_id]
        line.old_life_months, line.old_category_id = card.life_months, card.category_id
        line.old_schedule = {"before": _plan_of(card)}
        _identify(document, line, card)
        if card.next_charge is None and schedule.is_depreciable(card):
            card.next_charge = month
    ledger.change_values(_valuings(document, lines), document=document, actor=actor)
    for line in lines:
        schedule.renew(line.asset)
        line.old_schedule["after"] = _plan_of(line.asset)
    Asset.objects.bulk_update(cards.values(), [*PLAN[:3], "life_months", "category", "card_type", "value_type"])
    ValueChangeLine.objects.bulk_update(lines, ["old_life_months", "old_category", "old_schedule"])
    journal.propose(document, _entries(document, lines))
    claims.release(document)


def _identify(document: ValueChange, line: ValueChangeLine, card: Asset) -> None:
    """Give the card its new life, class and kind of value."""
    if line.new_life_months:
        card.life_months = line.new_life_months
    if document.kind == Kind.SETTLEMENT:
        card.value_type = ValueType.ORIGINAL
    if line.new_category is not None:
        card.category, card.card_type = line.new_category, line.new_category.card_type
        if not line.new_category.is_depreciated:
            card.life_months = None


def _valuings(document: ValueChange, lines: list[ValueChangeLine]) -> list[ledger.Valuing]:
    kinds = AssetValueMove.Kind
    return [
        ledger.Valuing(
            line.asset,
            kinds.INCREASE if line.change > 0 else kinds.DECREASE,
            line.change,
            line.fiscal_change,
            line.accumulated_change,
        )
        for line in lines
        if line.change or line.accumulated_change or line.fiscal_change
    ]


def _plan_of(card: Asset) -> dict[str, Any]:
    """Where a card stands, as JSON: what a reversal has to find and what it brings back."""
    values = {name: getattr(card, name) for name in (*IDENTITY, *PLAN, "original_value", "accumulated")}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def undo(document: ValueChange, *, actor: Any) -> None:
    """Take the change back, dated today; the cards stand where they stood, to the cent of the monthly charge.

    Raises DomainError when something happened to one of them since.
    """
    lines = lines_of(document)
    cards = claims.claim([line.asset_id for line in lines], document)
    for line in lines:
        card = cards[line.asset_id]
        if _plan_of(card) != {**line.old_schedule["after"], **_numbers_of(line)}:
            raise DomainError(
                _("%(asset)s was depreciated or changed again after this paper; take that back first.")
                % {"asset": card}
            )
        for name in IDENTITY:
            setattr(card, name, line.old_schedule["before"][name])
    Asset.objects.bulk_update(cards.values(), ["life_months", "category", "card_type", "value_type"])
    ledger.reverse_values(document, actor=actor)
    for line in lines:
        plan = {name: line.old_schedule["before"][name] for name in PLAN[:3]}
        Asset.objects.filter(pk=line.asset_id).update(**{**plan, "monthly_charge": Decimal(plan["monthly_charge"])})
    journal.take_back(document)
    claims.release(document)


def _numbers_of(line: ValueChangeLine) -> dict[str, Any]:
    """Yuan as a JSON round trip leaves them, whatever the number of zeros."""
    after = line.old_schedule["after"]
    names = ("monthly_charge", "original_value", "accumulated")
    return {name: str(Decimal(after[name]).quantize(Decimal("0.01"))) for name in names}


# ---- what finance books ----


def _entries(document: ValueChange, lines: list[ValueChangeLine]) -> list[journal.Entry]:
    """Works that were finished come from construction; a part that was taken out waits for its treatment (domain 1.6).

    Other changes rest on a decision that finance books itself.
    """
    words = {"kind": document.get_kind_display(), "number": document.number or ""}
    summary = _("%(kind)s by %(number)s") % words
    found: list[journal.Entry] = []
    for account in sorted({line.asset.account for line in lines}):
        own = [line for line in lines if line.asset.account == account]
        change = sum((line.change for line in own), ZERO)
        depreciated = -sum((line.accumulated_change for line in own), ZERO)
        if document.kind == Kind.ENLARGEMENT and account == Account.FIXED:
            found.append(journal.Entry(summary, account, "1613", change))
        if document.kind == Kind.PARTIAL_REMOVAL:
            if account in CONTRA_ACCOUNTS:
                found.append(journal.Entry(summary, CONTRA_ACCOUNTS[Account(account)], account, depreciated))
            found.append(journal.Entry(summary, "1902", account, -change - depreciated))
    return found
