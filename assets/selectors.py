"""Read queries of the asset cards: which ones, who had them and what they were worth on a day, which lie idle."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import ExpressionWrapper, F, Max, Q, QuerySet, Sum

from assets.figures import IDLE_AFTER_DAYS
from assets.models import Asset, AssetMove, AssetState, AssetValueMove
from core.fields import MoneyField
from core.numbers import ZERO
from core.policies import value_of

RELATED = ("category", "department", "managing_department", "user", "custodian", "place", "supplier")
"""What a list of cards reads beside the cards."""


def cards_seen(user: Any) -> QuerySet[Asset]:
    """The cards this person may see."""
    return Asset.objects.visible_to(user)


def in_service(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Cards of things that the house still has."""
    return rows.exclude(state=AssetState.DISPOSED)


def held_by(person: Any) -> QuerySet[Asset]:
    """Things that a person uses or keeps; what was disposed of is nobody's any more."""
    return in_service(Asset.objects.filter(Q(user=person) | Q(custodian=person)))


def past_life(rows: QuerySet[Asset], day: dt.date) -> QuerySet[Asset]:
    """Cards in service beyond their useful life on a day (超期服役), by the month they were first used."""
    lives = rows.exclude(life_months=None).order_by().values_list("life_months", flat=True).distinct()
    over = Q(pk__in=())
    for months in lives:
        over |= Q(life_months=months, in_use_on__lt=_months_before(day, months - 1))
    return in_service(rows.filter(over))


def _months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month that many months before the month of a day."""
    index = max(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(index // 12, index % 12 + 1, 1)


# ---- as of a day ----


@dataclass(frozen=True)
class Worth:
    """Yuan on a day: original value and accumulated depreciation."""

    cost: Decimal = ZERO
    accumulated: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.cost - self.accumulated


def holder_on(assets: Iterable[int] | QuerySet, day: dt.date) -> dict[int, AssetMove]:
    """By card key: the custody row in force at the end of a day, whose `to_` columns say who had the thing and where.

    assets: keys, or for many of them a queryset of keys. A card that came later is missing. One query.
    """
    newest = AssetMove.objects.filter(asset__in=assets, business_date__lte=day).order_by().values("asset")
    rows = AssetMove.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))
    related = ("to_department", "to_user", "to_custodian", "to_place")
    return {row.asset_id: row for row in rows.select_related(*related)}


def value_on(assets: Iterable[int] | QuerySet, day: dt.date) -> dict[int, Worth]:
    """By card key: what it was worth at the end of a day; a card that came later is missing. One query."""
    rows = AssetValueMove.objects.filter(asset__in=assets, business_date__lte=day).order_by().values("asset")
    sums = rows.annotate(cost_sum=Sum("cost"), accumulated_sum=Sum("accumulated"))
    return {row["asset"]: Worth(row["cost_sum"], row["accumulated_sum"]) for row in sums}


# ---- idle things ----


@dataclass(frozen=True)
class Want:
    """What somebody is about to buy. key: by which the caller knows it; class_code: a code of GB/T 14885, or ""."""

    key: int
    name: str
    class_code: str = ""


def idle_after_days(organization_id: int, day: dt.date) -> int:
    """After how many days an idle thing is offered to all departments (R-AST-21)."""
    return int(value_of(IDLE_AFTER_DAYS, organization_id, day))


def idle_pool(organization_id: int, day: dt.date) -> QuerySet[Asset]:
    """Things offered to all departments of a house: idle for long enough and on no other paper (R-AST-21)."""
    last = day - dt.timedelta(days=idle_after_days(organization_id, day))
    rows = Asset.objects.filter(
        organization_id=organization_id, state=AssetState.IDLE, idle_since__lte=last, claimed_by=""
    )
    return rows.select_related("category", "department", "managing_department", "place")


def idle_matches(organization_id: int, wants: Iterable[Want], day: dt.date, *, most: int = 5) -> dict[int, list[Asset]]:
    """By the key of a want: idle things that might do instead of buying, those idle longest first, at most so many.

    A thing matches whose class is the wanted one or lies under it (from the middle class on: a major class would offer
    a projector for a printer), or that has the same name. Two queries whatever the number of wants.
    """
    asked = {want.key: (_stem(want.class_code), want.name.strip()) for want in wants}
    condition = Q(pk__in=())
    for stem, name in asked.values():
        condition |= Q(category__code__startswith=stem) if stem else Q(pk__in=())
        condition |= Q(name=name) | Q(category__name=name) if name else Q(pk__in=())
    if not asked:
        return {}
    rows = list(idle_pool(organization_id, day).filter(condition).order_by("idle_since", "pk"))
    found: dict[int, list[Asset]] = {}
    for key, (stem, name) in asked.items():
        fits = [row for row in rows if _fits(row, stem, name)]
        if fits:
            found[key] = fits[:most]
    return found


SHORTEST_STEM = 7
"""Characters of a class code from the middle class on: A and three pairs of digits."""


def _stem(code: str) -> str:
    """What the codes of a class and of those under it begin with; "" for none, or one too wide to match by."""
    stem = code
    while len(stem) > 1 and stem.endswith("00"):
        stem = stem[:-2]
    return stem if len(stem) >= SHORTEST_STEM else ""


def _fits(row: Asset, stem: str, name: str) -> bool:
    by_class = bool(stem) and row.category.code.startswith(stem)
    return by_class or (bool(name) and name in (row.name, row.category.name))


def with_net(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """The same cards with `net`: yuan not yet depreciated, for sorting and adding up."""
    left = ExpressionWrapper(F("original_value") - F("accumulated"), output_field=MoneyField())
    return rows.annotate(net=left)
