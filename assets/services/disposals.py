"""资产处置单: what leaves the house, on whose decision, and what finance has to book (R-AST-12 to R-AST-15)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from assets import figures
from assets.models import (
    CONTRA_ACCOUNTS,
    Account,
    Asset,
    AssetState,
    AssetValueMove,
    CardType,
    Disposal,
    DisposalLine,
    DisposalWay,
)
from core.database.retry import atomic_with_retry
from core.documents.lifecycle import Status
from core.documents.models import ApprovalRule
from core.documents.routes import kind_of
from core.documents.services import apply_transition
from core.errors import DomainError
from core.models.attachments import Attachment
from core.numbers import ZERO
from core.policies import value_of
from core.templatetags.display import money as shown

from . import claims, depreciation, journal, ledger, schedule

DISPOSABLE = frozenset({AssetState.IN_STOCK, AssetState.IN_USE, AssetState.IDLE, AssetState.REPAIR, AssetState.MISSING})
ALWAYS_OUTSIDE = frozenset({CardType.HOUSE, CardType.LAND, CardType.VEHICLE})
"""Kinds whose disposal an authority outside the house decides on, whatever they cost (practice, not law)."""
TO_SOMEBODY = frozenset({DisposalWay.SALE, DisposalWay.DONATION, DisposalWay.TRANSFER_OUT, DisposalWay.EXCHANGE})
FOR_MONEY = frozenset({DisposalWay.SCRAP, DisposalWay.SALE, DisposalWay.EXCHANGE})
PROPOSE = "assets.add_disposal"
"""The right to propose a disposal; a department head has it for the things of his department and those under it."""
ALIVE = (Status.SUBMITTED, Status.APPROVED, Status.POSTED)


# ---- checks ----


def check(document: Disposal, *, actor: Any) -> None:
    """Everything that a disposal has to say before it goes to be approved. Raises DomainError."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one thing."))
    if not document.reason.strip():
        raise DomainError(_("Say why these things leave the house."), field="reason")
    for line in lines:
        _check_line(document, line)
    _check_papers(document)
    crossed = limit_crossed(document, lines)
    if crossed is not None and not document.small_batches_reason.strip():
        raise DomainError(
            _(
                "Together with the disposals of this department in %(days)s days this batch crosses the limit of "
                "%(limit)s yuan; say why it comes in several batches."
            )
            % {"days": _window(document), "limit": shown(crossed)},
            field="small_batches_reason",
        )


def check_reach(document: Disposal, *, actor: Any) -> None:
    """Nobody proposes to dispose of what another department uses, the asset manager of the house excepted. Raises
    DomainError."""
    keys = [line.asset_id for line in document.lines.all()]
    reached = set(Asset.objects.within(actor, PROPOSE).filter(pk__in=keys).values_list("pk", flat=True))
    for line in document.lines.select_related("asset__department"):
        if line.asset_id not in reached:
            raise DomainError(why_not_his(line.asset), field="asset", line=line.position)


def why_not_his(asset: Asset) -> str:
    """What is said to somebody who proposes a thing of another department."""
    return _("%(asset)s is used by %(department)s; you may not propose to dispose of it.") % {
        "asset": asset,
        "department": asset.department,
    }


def lines_of(document: Disposal) -> list[DisposalLine]:
    return list(document.lines.select_related("asset__category").order_by("position", "id"))


def _check_line(document: Disposal, line: DisposalLine) -> None:
    asset = line.asset
    where: dict[str, Any] = {"field": "asset", "line": line.position}
    if asset.organization_id != document.organization_id:
        raise DomainError(_("This thing belongs to another organization."), **where)
    if asset.state not in DISPOSABLE:
        raise DomainError(
            _("%(asset)s is “%(state)s”; it cannot be disposed of now.")
            % {"asset": asset, "state": asset.get_state_display()},
            **where,
        )
    if asset.state == AssetState.MISSING and document.way != DisposalWay.LOSS:
        raise DomainError(_("%(asset)s is missing; it can only be written off as lost.") % {"asset": asset}, **where)
    if document.way == DisposalWay.SCRAP and is_early(asset) and not line.finding.strip():
        raise DomainError(
            _("%(asset)s has not reached its useful life; say on its line why it cannot be used any longer.")
            % {"asset": asset},
            field="finding",
            line=line.position,
        )
    if line.proceeds and document.way not in FOR_MONEY:
        raise DomainError(
            _("A disposal “%(way)s” brings no money in.") % {"way": document.get_way_display()},
            field="proceeds",
            line=line.position,
        )


def is_early(asset: Asset) -> bool:
    """Whether a thing leaves before its useful life is over."""
    return asset.life_months is not None and asset.months_charged < asset.life_months


def _check_papers(document: Disposal) -> None:
    """The papers that go with each way: an appraisal for scrap, a valuation for a sale, a receiver (R-AST-14)."""
    if document.way == DisposalWay.SCRAP and not document.technical_appraisal.strip():
        raise DomainError(
            _("Write down who appraised the things and what was found; age alone is no reason to scrap."),
            field="technical_appraisal",
        )
    if document.way in TO_SOMEBODY and not document.receiver.strip():
        raise DomainError(_("Enter who receives the things."), field="receiver")
    if document.way in (DisposalWay.SALE, DisposalWay.EXCHANGE):
        if not document.valuation_number.strip():
            raise DomainError(
                _("A sale or an exchange needs a valuation; enter the number of its report."), field="valuation_number"
            )
        if not Attachment.objects.filter(content_type=kind_of(document), object_id=document.pk).exists():
            raise DomainError(_("Attach the valuation report."), field="valuation_number")


def check_decision(document: Disposal, *, actor: Any) -> None:
    """No execution without the decision it rests on, inside or outside the house (R-AST-12). Raises DomainError."""
    if not document.approval_number.strip() or document.approved_on is None:
        raise DomainError(
            _("Enter number and date of the decision on this disposal before it is carried out."),
            field="approval_number",
        )
    if document.approved_on > document.business_date:
        raise DomainError(_("The decision is dated after the disposal."), field="approved_on")
    lines = lines_of(document)
    why = why_outside(document, lines)
    if why and not document.approved_outside.strip():
        raise DomainError(why, field="approved_outside")
    for line in lines:
        _check_line(document, line)


def why_outside(document: Disposal, lines: Sequence[DisposalLine]) -> str:
    """Why an authority outside the house has to decide, or "" when it need not."""
    limit = value_of(figures.DISPOSAL_OUTSIDE_FROM, document.organization_id, document.business_date)
    total = sum((line.asset.original_value for line in lines), ZERO)
    if total >= limit:
        return _(
            "From an original value of %(limit)s yuan on, a disposal needs the decision of the competent authority; "
            "enter who decided."
        ) % {"limit": shown(limit)}
    if any(line.asset.card_type in ALWAYS_OUTSIDE for line in lines):
        return _("Houses, land and vehicles need the decision of the competent authority; enter who decided.")
    return ""


def limit_crossed(document: Disposal, lines: Sequence[DisposalLine]) -> Decimal | None:
    """The limit that this batch stays under but crosses together with its department's others of the days around it, or
    None (R-AST-13). Those dated later count as well: otherwise the later half would only be sent first."""
    total = sum((line.asset.original_value for line in lines), ZERO)
    window = dt.timedelta(days=_window(document))
    others = Disposal.objects.filter(
        organization_id=document.organization_id,
        department_id=document.department_id,
        way=document.way,
        status__in=ALIVE,
        business_date__range=(document.business_date - window, document.business_date + window),
    ).exclude(pk=document.pk)
    before = DisposalLine.objects.filter(document__in=others).aggregate(sum=Sum("original_value"))["sum"] or ZERO
    limits = {value_of(figures.DISPOSAL_OUTSIDE_FROM, document.organization_id, document.business_date)}
    rules = ApprovalRule.objects.filter(
        organization_id=document.organization_id, content_type=kind_of(document), active=True, from_amount__gt=0
    )
    limits |= set(rules.values_list("from_amount", flat=True))
    crossed = [limit for limit in limits if total < limit <= total + before]
    return max(crossed, default=None)


def _window(document: Disposal) -> int:
    return int(value_of(figures.DISPOSAL_WINDOW, document.organization_id, document.business_date))


def amount(document: Disposal) -> Decimal:
    """Yuan of original values, which the ladder of approvals goes by: net values would let everything old through."""
    return sum((line.asset.original_value for line in lines_of(document)), ZERO)


# ---- effects ----


@atomic_with_retry
def decide_and_carry_out(
    document: Disposal,
    *,
    approval_number: str,
    approved_on: dt.date,
    approved_outside: str,
    actor: Any,
    request_key: uuid.UUID | None = None,
) -> Disposal:
    """Enter the decision that an approved disposal rests on and carry it out, both or neither (R-AST-12).

    Returns the disposal as it is afterwards. Raises whatever the checks of the posting raise.
    """
    rows = Disposal.objects.select_for_update(of=("self",)).filter(pk=document.pk)
    fresh = rows.get()
    rows.filter(status=Status.APPROVED).update(
        approval_number=approval_number.strip()[:60],
        approved_on=approved_on,
        approved_outside=approved_outside.strip()[:100],
    )
    return apply_transition(fresh, "post", actor=actor, request_key=request_key)


def take_in_hand(document: Disposal, *, actor: Any) -> None:
    """Submitted: no other paper takes these things meanwhile; what they are worth is noted for the approvers."""
    lines = lines_of(document)
    cards = claims.claim([line.asset_id for line in lines], document)
    for line in lines:
        card = cards[line.asset_id]
        line.original_value, line.accumulated = card.original_value, card.accumulated
    DisposalLine.objects.bulk_update(lines, ("original_value", "accumulated"))


def carry_out(document: Disposal, *, actor: Any) -> None:
    """Posted: the things leave custody, value and depreciation, from this month on (R-AST-15)."""
    lines = lines_of(document)
    cards = ledger.locked(line.asset_id for line in lines)
    depreciation.require_run_before(cards.values(), document=document)
    for line in lines:
        line.asset = cards[line.asset_id]
        _check_line(document, line)
        refuse_charged(line.asset, document)
        line.original_value, line.accumulated = line.asset.original_value, line.asset.accumulated
    DisposalLine.objects.bulk_update(lines, ("original_value", "accumulated"))
    handings = [ledger.Handing.of(card, user_id=None, state=AssetState.DISPOSED) for card in cards.values()]
    ledger.hand_over(handings, document=document, actor=actor)
    removal = AssetValueMove.Kind.REMOVAL
    valuings = [
        ledger.Valuing(card, removal, -card.original_value, -card.fiscal_fund, -card.accumulated)
        for card in cards.values()
    ]
    entries = entries_of(document, lines)
    ledger.change_values(valuings, document=document, actor=actor)
    Asset.objects.filter(pk__in=cards).update(
        disposal_way=document.way, disposed_on=document.business_date, claimed_by=""
    )
    journal.propose(document, entries)


def refuse_charged(asset: Asset, document: Disposal) -> None:
    """A thing is not depreciated in the month in which it leaves (R-AST-06). Raises DomainError when it was already."""
    charged = asset.next_charge is not None and asset.next_charge > schedule.month_index(document.business_date)
    if charged and asset.net_value:
        raise DomainError(
            _("The depreciation of this month has taken %(asset)s already; use a date in the next month.")
            % {"asset": asset},
            field="business_date",
        )


def undo(document: Disposal, *, actor: Any) -> None:
    """Reversed: the things are back as they were. Raises DomainError when the month of today is closed."""
    ledger.reverse_handings(document, actor=actor)
    ledger.reverse_values(document, actor=actor)
    Asset.objects.filter(disposal_lines__document=document).update(disposal_way="", disposed_on=None)
    journal.take_back(document)


# ---- what finance books ----


def entries_of(document: Disposal, lines: Sequence[DisposalLine]) -> list[journal.Entry]:
    """The pairs of domain 1.6 for a way: off the card, over 1902 or 5301, and what money came in to the treasury."""
    words = {"way": document.get_way_display(), "number": document.number or ""}
    summary = _("%(way)s by %(number)s") % words
    entries: list[journal.Entry] = []
    for account in sorted({line.asset.account for line in lines}):
        of_account = [line for line in lines if line.asset.account == account]
        net = sum((line.net_value for line in of_account), ZERO)
        depreciated = sum((line.accumulated for line in of_account), ZERO)
        contra = CONTRA_ACCOUNTS.get(Account(account), account)
        if contra != account:
            entries.append(journal.Entry(summary, contra, account, depreciated))
        entries += [journal.Entry(summary, debit, credit or account, net) for debit, credit in _PAIRS[document.way]]
    proceeds = sum((line.proceeds for line in lines), ZERO)
    costs = sum((line.costs for line in lines), ZERO)
    return [*entries, *_money_entries(summary, proceeds, costs)]


_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    # (debit, credit); an empty credit is the account of the card.
    DisposalWay.SCRAP: (("1902", ""), ("5301", "1902")),
    DisposalWay.LOSS: (("1902", ""), ("5301", "1902")),
    DisposalWay.SALE: (("5301", ""),),
    DisposalWay.EXCHANGE: (("5301", ""),),
    DisposalWay.DONATION: (("5301", ""),),
    DisposalWay.TRANSFER_OUT: (("3401", ""),),
}


def _money_entries(summary: str, proceeds: Decimal, costs: Decimal) -> list[journal.Entry]:
    """Money that came in, less what the disposal cost, is owed to the treasury (R-ACC-05); a loss is an expense."""
    entries = [journal.Entry(summary, "1002", "1902", proceeds), journal.Entry(summary, "1902", "1002", costs)]
    if proceeds > costs:
        entries.append(journal.Entry(summary, "1902", "2103", proceeds - costs))
    elif costs > proceeds:
        entries.append(journal.Entry(summary, "5301", "1902", costs - proceeds))
    return entries
