"""Recomputes what cards are worth from the value ledger, and names what differs; by aggregates in the database."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assets.models import Asset, AssetValueMove, DepreciationRun
from core.documents.lifecycle import Status
from core.fields import MoneyField
from core.numbers import ZERO
from core.templatetags.display import money as shown
from core.verification import Finding

CHUNK = 2000
SUMS = {"original_value": "cost", "fiscal_fund": "fiscal", "accumulated": "accumulated"}
"""Caches of a card and the columns of the value ledger that they are sums of."""


def verify_values() -> Iterator[Finding]:
    """Values of cards are the sums of their rows and within bounds, plans follow from them, and every posted run is
    what its rows add up to (R-AST-07). A fixed number of statements; only what differs is read."""
    yield from _caches()
    yield from _months()
    yield from _bounds()
    yield from _plans()
    yield from _runs()


def _finding(row: Any, message: str) -> Finding:
    return Finding(row._meta.label, row.pk, message)


def _caches() -> Iterator[Finding]:
    money = MoneyField()
    sums = {
        f"sum_{column}": Coalesce(Sum(f"value_moves__{source}"), Value(ZERO, money), output_field=money)
        for column, source in SUMS.items()
    }
    differs = Q()
    for column in SUMS:
        differs |= ~Q(**{column: F(f"sum_{column}")})
    for card in Asset.objects.order_by("pk").annotate(**sums).filter(differs).iterator(chunk_size=CHUNK):
        for column in SUMS:
            stored, computed = getattr(card, column), getattr(card, f"sum_{column}")
            if stored != computed:
                label = card._meta.get_field(column).verbose_name
                words = {"column": label, "cached": shown(stored), "computed": shown(computed)}
                yield _finding(card, _("%(column)s: stored %(cached)s, by the ledger %(computed)s") % words)


def _months() -> Iterator[Finding]:
    months = Coalesce(Sum("value_moves__months"), Value(0))
    rows = Asset.objects.order_by("pk").annotate(sum_months=months).exclude(months_charged=F("sum_months"))
    for card in rows.iterator(chunk_size=CHUNK):
        words = {"cached": card.months_charged, "computed": card.sum_months}
        yield _finding(card, _("months depreciated: stored %(cached)s, by the ledger %(computed)s") % words)


def _bounds() -> Iterator[Finding]:
    """Nothing is depreciated by more than it cost, and the funds make the value (R-AST-02, R-AST-07)."""
    wrong = (
        Q(accumulated__gt=F("original_value"))
        | Q(accumulated__lt=0)
        | ~Q(original_value=F("fiscal_fund") + F("nonfiscal_fund"))
    )
    for card in Asset.objects.filter(wrong).order_by("pk").iterator(chunk_size=CHUNK):
        yield _finding(card, _("more is depreciated than it cost, or the funds do not add up"))


def _plans() -> Iterator[Finding]:
    """What is left of a life is the life less the months charged; the monthly charge times that is what is left of the
    value, but for half a cent a month of rounding."""
    left = Case(
        When(life_months__gt=F("months_charged"), then=F("life_months") - F("months_charged")),
        default=Value(0),
        output_field=IntegerField(),
    )
    planned: QuerySet[Asset] = Asset.objects.exclude(next_charge=None)
    for card in planned.annotate(left=left).exclude(months_left=F("left")).order_by("pk").iterator(chunk_size=CHUNK):
        words = {"cached": card.months_left, "computed": card.left}
        yield _finding(card, _("months left: stored %(cached)s, by its life %(computed)s") % words)
    for card in planned.filter(life_months=None).order_by("pk").iterator(chunk_size=CHUNK):
        yield _finding(card, _("it is not depreciated, but the next run would take it"))
    short = F("original_value") - F("accumulated") - F("monthly_charge") * F("months_left")
    running = planned.filter(accumulated__lt=F("original_value"), months_left__gt=0).order_by("pk")
    twice = running.annotate(twice=ExpressionWrapper(short * Value(2), BigIntegerField()))  # in hundredths of a yuan
    for card in twice.filter(Q(twice__gt=F("life_months")) | Q(twice__lt=-F("life_months"))).iterator(chunk_size=CHUNK):
        words = {"monthly": shown(card.monthly_charge), "months": card.months_left, "left": shown(card.net_value)}
        yield _finding(
            card, _("%(monthly)s a month over %(months)s months do not make the %(left)s that are left") % words
        )


def _runs() -> Iterator[Finding]:
    """Amount and number of cards of every posted run, and nothing left of a run that was taken back."""
    kind = ContentType.objects.get_for_model(DepreciationRun)
    rows = AssetValueMove.objects.filter(content_type=kind).order_by()
    booked = {
        key: (amount, cards)
        for key, amount, cards in rows.filter(reverses=None)
        .values_list("object_id")
        .annotate(Sum("accumulated"), Count("pk"))
    }
    net = dict(rows.values_list("object_id").annotate(Sum("accumulated")))
    wrote = DepreciationRun.objects.filter(status__in=(Status.POSTED, Status.REVERSED))
    for run in wrote.order_by("pk").iterator(chunk_size=CHUNK):
        amount, cards = booked.get(run.pk, (ZERO, 0))
        standing = run.amount if run.status == Status.POSTED else Decimal(0)
        if (run.amount, run.asset_count) != (amount, cards) or net.get(run.pk, ZERO) != standing:
            words = {"amount": shown(run.amount), "rows": shown(net.get(run.pk, ZERO))}
            yield _finding(run, _("it says %(amount)s, its rows make %(rows)s") % words)
