"""Read queries of asset counts: how far one is, how much agreed, which departments it reaches."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from assets.models import AssetCount, AssetCountLine
from core.numbers import ZERO, money

Result = AssetCountLine.Result
LINE_RELATED = (
    *("asset", "book_department", "book_user", "book_custodian", "book_place"),
    *("found_department", "found_user", "found_place", "counted_by", "responsible"),
)
"""What the screens read beside a line."""


@dataclass(frozen=True)
class Tally:
    """How many lines have a result, and yuan of their original values, by result ("" is open)."""

    cards: dict[str, int]
    values: dict[str, Decimal]
    things: int
    things_value: Decimal

    @property
    def total(self) -> int:
        return sum(self.cards.values())

    @property
    def total_value(self) -> Decimal:
        return sum(self.values.values(), ZERO)

    @property
    def open(self) -> int:
        return self.cards.get("", 0)

    @property
    def match_rate(self) -> str:
        """Cards that agree, in percent of all cards."""
        return rate(Decimal(self.cards.get(Result.MATCH, 0)), Decimal(self.total))

    @property
    def match_rate_by_value(self) -> str:
        return rate(self.values.get(Result.MATCH, ZERO), self.total_value)


def rate(part: Decimal, whole: Decimal) -> str:
    """A rate with two places; all of nothing agrees."""
    found = part * 100 / whole if whole else Decimal(100)
    return f"{found.quantize(Decimal('0.01')):f}%"


def tally(document: AssetCount) -> Tally:
    """The figures of a count, in two statements."""
    rows = document.lines.order_by().values_list("result").annotate(count=Count("pk"), value=Sum("book_value"))
    cards, values = {}, {}
    for result, count, value in rows:
        cards[result], values[result] = count, value or ZERO
    things = list(document.surpluses.values_list("quantity", "value"))
    worth = sum((money(quantity * (value or ZERO)) for quantity, value in things), ZERO)
    return Tally(cards, values, len(things), worth)


_SHOWN = (
    *(field.attname for field in AssetCountLine._meta.concrete_fields),
    *(f"asset__{name}" for name in ("number", "token", "name", "specification", "initials")),
    *(f"{name}__name" for name in LINE_RELATED if name != "asset"),
)


def lines_in_order(document: AssetCount) -> QuerySet[AssetCountLine]:
    """Every line in the order of the walk it was frozen in; what was found besides comes last.

    Of the records beside a line it reads names and numbers alone: a full count has tens of thousands of lines.
    """
    return document.lines.select_related(*LINE_RELATED).only(*_SHOWN).order_by("outside", "id")


def parts_of(document: AssetCount) -> list[dict[str, Any]]:
    """The departments of a count with how many cards each has and how many are open."""
    rows = document.lines.order_by("book_department__path").values("book_department", "book_department__name")
    return list(rows.annotate(all=Count("pk"), open=Count("pk", filter=Q(result=Result.OPEN))))


def place_words(line: AssetCountLine) -> str:
    """Where a card belongs by the books: department, user and place."""
    return joined(line.book_department, line.book_user, line.book_place)


def found_words(line: AssetCountLine) -> str:
    """What was found otherwise than the books say; "" when nothing was."""
    pairs = (
        (line.book_department_id, line.found_department_id, line.found_department),
        (line.book_user_id, line.found_user_id, line.found_user),
        (line.book_place_id, line.found_place_id, line.found_place),
    )
    nobody = line.book_user_id and line.found_department_id and not line.found_user_id
    unused = _("nobody uses it") if nobody else ""
    return joined(*(words for book, found, words in pairs if found and book != found), unused)


def now_words(line: AssetCountLine) -> str:
    """Who has a card now, where that is not what the snapshot says (R-AST-16); needs asset__department and so on."""
    asset = line.asset
    now = (asset.department_id, asset.user_id, asset.place_id, asset.state)
    book = (line.book_department_id, line.book_user_id, line.book_place_id, line.book_state)
    if now == book:
        return ""
    return joined(asset.department, asset.user, asset.place, asset.get_state_display())


def joined(*words: Any) -> str:
    return " · ".join(str(word) for word in words if word)
