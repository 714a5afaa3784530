"""How a card is depreciated: straight line over its life, no residual value, the last month takes what is left
(domain 1.5; 政府会计准则第3号). Pure arithmetic on a card; the monthly run does the same in SQL.
"""

import datetime as dt
from decimal import Decimal

from assets.figures import DEPRECIATE_FROM
from assets.models import CONTRA_ACCOUNTS, NOT_DEPRECIATED, Asset, ValueType
from core.numbers import ZERO, money
from core.policies import value_of


def month_index(day: dt.date) -> int:
    """A month as one number that grows by one: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def first_day(index: int) -> dt.date:
    """The first day of a month counted by month_index."""
    return dt.date(index // 12, index % 12 + 1, 1)


def months_later(organization_id: int, day: dt.date) -> int:
    """0 where a thing is depreciated from the month of its addition (R-AST-06), 1 in a house that keeps the rule of
    enterprises and begins with the next one; a dated figure."""
    return 1 if value_of(DEPRECIATE_FROM, organization_id, day) >= 1 else 0


def is_depreciable(asset: Asset) -> bool:
    """Whether runs take a card at all (R-AST-05): no land, relics, books, living things or nominal amounts, and only
    what is on an account that has one for its depreciation."""
    return (
        asset.life_months is not None
        and asset.value_type != ValueType.NOMINAL
        and asset.card_type not in NOT_DEPRECIATED
        and asset.account in CONTRA_ACCOUNTS
    )


def monthly_charge(net_value: Decimal, months_left: int) -> Decimal:
    """Yuan a month for what is left over the months that are left; 0 when nothing is left."""
    return money(net_value / months_left) if months_left > 0 and net_value > 0 else ZERO


def begin(asset: Asset, first_month: int) -> None:
    """Set up a new card: the first run that takes it is the one of `first_month` (month_index).

    What was depreciated before it came into this system is in `accumulated` and `months_charged` already.
    """
    asset.next_charge = first_month
    renew(asset)


def renew(asset: Asset) -> None:
    """Work out the rest of the plan after a change of value, life or months charged (set `life_months` before).

    A card that is never depreciated is taken by no run (next_charge empty). One whose months are used up while
    something is left is charged with all of it by the next run.
    """
    if not is_depreciable(asset):
        asset.monthly_charge, asset.months_left, asset.next_charge = ZERO, 0, None
        return
    net = asset.net_value
    asset.months_left = max((asset.life_months or 0) - asset.months_charged, 0)
    asset.monthly_charge = monthly_charge(net, max(asset.months_left, 1))


def charge(asset: Asset, month: int) -> tuple[Decimal, int]:
    """What the run of a month takes from a card: (yuan, months); months missed before are made up for.

    (0, 0) when the run does not take it.
    """
    if asset.next_charge is None or asset.next_charge > month or asset.net_value <= 0:
        return ZERO, 0
    months = month - asset.next_charge + 1
    if months >= asset.months_left:
        return asset.net_value, max(min(months, asset.months_left), 1)
    return min(asset.net_value, asset.monthly_charge * months), months
