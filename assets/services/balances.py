"""资产对账: card totals against the general ledger of finance, month by month (R-ACC-01)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import CONTRA_ACCOUNTS, AccountBalance, Asset, AssetState, AssetValueMove
from core import clock, periods
from core.errors import DomainError, NotAllowed
from core.models.periods import Period
from core.numbers import ZERO
from core.templatetags.display import money as shown
from core.visibility import Scope

from . import depreciation, schedule

ACCOUNTS = {
    "1601": gettext_lazy("fixed assets"),
    "1602": gettext_lazy("accumulated depreciation of fixed assets"),
    "1701": gettext_lazy("intangible assets"),
    "1702": gettext_lazy("accumulated amortization of intangible assets"),
}
_CONTRA = {contra: account for account, contra in CONTRA_ACCOUNTS.items()}


@dataclass(frozen=True)
class Line:
    """One account at the end of a month, in yuan. balance: what finance entered, None as long as nobody did."""

    account: str
    cards: Decimal
    balance: Decimal | None = None
    explanation: str = ""
    entered_by: Any = None
    entered_at: dt.datetime | None = None

    @property
    def label(self) -> str:
        return f"{self.account} {ACCOUNTS[self.account]}"

    @property
    def difference(self) -> Decimal | None:
        """By how much the general ledger is above the cards."""
        return None if self.balance is None else self.balance - self.cards

    @property
    def is_unexplained(self) -> bool:
        return bool(self.difference) and not self.explanation


def compare(organization_id: int, year: int, month: int) -> list[Line]:
    """Every account at the end of a month: what the booked cards make, and what finance entered; two statements."""
    last = depreciation.last_day(year * 12 + month - 1)
    rows = AssetValueMove.objects.filter(
        organization=organization_id, business_date__lte=last, asset__booked_on__lte=last
    )
    sums = {
        row["account"]: row
        for row in rows.order_by().values("account").annotate(cost_sum=Sum("cost"), contra_sum=Sum("accumulated"))
    }
    entered = AccountBalance.objects.filter(organization=organization_id, year=year, month=month)
    known = {row.account: row for row in entered.select_related("entered_by")}
    return [_line(account, sums, known.get(account)) for account in ACCOUNTS]


def _line(account: str, sums: Mapping[str, Any], row: AccountBalance | None) -> Line:
    source = sums.get(_CONTRA.get(account, account), {})
    cards = source.get("contra_sum" if account in _CONTRA else "cost_sum") or ZERO
    if row is None:
        return Line(account, cards)
    return Line(account, cards, row.amount, row.explanation, row.entered_by, row.entered_at)


def not_booked(organization_id: int) -> int:
    """How many cards finance has not booked yet, which therefore count nowhere here."""
    rows = Asset.objects.filter(organization=organization_id, booked_on=None, original_value__gt=0)
    return rows.exclude(state=AssetState.DISPOSED).count()


def may_enter(user: Any) -> bool:
    """Whether this person enters the balances of his organization."""
    scopes = user.scopes_for("assets.add_accountbalance") & user.scopes_for("assets.change_accountbalance")
    return bool(user.organization_id and scopes & {Scope.ORGANIZATION, Scope.ALL})


@transaction.atomic
def enter(
    organization: Any, year: int, month: int, values: Mapping[str, tuple[Decimal, str]], *, actor: Any
) -> list[AccountBalance]:
    """Write what the general ledger held at the end of a month: {account: (yuan, explanation)}.

    Raises NotAllowed without the right, DomainError for an unknown account, a month to come, or a closed one.
    """
    if not may_enter(actor) or actor.organization_id != organization.pk:
        raise NotAllowed(_("You may not enter balances of the general ledger."))
    if unknown := set(values) - set(ACCOUNTS):
        raise DomainError(_("There is no account %(account)s here.") % {"account": min(unknown)})
    first = dt.date(year, month, 1)
    if first > clock.today():
        raise DomainError(_("This month has not begun yet."))
    if not periods.is_open(organization.pk, first):
        raise DomainError(
            _("The month %(month)s is closed; its balances stay as they are.") % {"month": f"{first:%Y-%m}"}
        )
    return [
        AccountBalance.objects.update_or_create(
            organization=organization,
            account=account,
            year=year,
            month=month,
            defaults={
                "amount": amount,
                "explanation": explanation.strip()[:200],
                "entered_by": actor,
                "entered_at": clock.now(),
            },
        )[0]
        for account, (amount, explanation) in sorted(values.items())
    ]


# ---- the month close ----


def missing_run(organization_id: int, year: int, month: int) -> bool:
    """Whether a month has no posted run although the organization depreciates by then (domain: 月结)."""
    began = depreciation.first_month_run(organization_id)
    index = schedule.month_index(dt.date(year, month, 1))
    newest = depreciation.newest_month(organization_id)
    return began is not None and newest is not None and began <= index and newest < index


def require_settled(period: Period, *, actor: Any, remarks: str = "") -> None:
    """Before a month is closed: its depreciation is posted, and cards and general ledger agree or say why not.

    Raises DomainError.
    """
    organization, year, month = period.organization_id, period.year, period.month
    if missing_run(organization, year, month):
        raise DomainError(_("Post the depreciation of %(month)s before the month is closed.") % {"month": period})
    unexplained = [line for line in compare(organization, year, month) if line.is_unexplained]
    if unexplained:
        line = unexplained[0]
        raise DomainError(
            _("Account %(account)s differs from the cards by %(difference)s yuan; correct it or explain it first.")
            % {"account": line.label, "difference": shown(line.difference)}
        )


def leave_as_is(period: Period, *, actor: Any, reason: str) -> None:
    """A month that is opened again keeps its runs and balances."""
