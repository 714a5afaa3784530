"""How long things of a class live at least (R-AST-09; domain 1.5), read from dated tables."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from django.db.models import Q

from assets.models import AssetCategory, AssetLife, CardData, CategoryMapping

Life = tuple[int, str]
"""Months at least, and the rule that says so."""
STRUCTURE = "structure"
"""The field of houses and structures (assets.card_fields) by which the table tells them apart."""
Table = dict[int, dict[str, Life]]


class LifeTable:
    """The lives in force for an organization on a day; everything is read once, in three queries.

    Rows of the house go before shipped ones. Among either the nearest class decides: a class itself, then the class of
    2010 that became it and those above that one, then the same for the class above.
    """

    def __init__(self, organization_id: int, day: dt.date) -> None:
        self.organization_id, self.day = organization_id, day

    @cached_property
    def _rows(self) -> tuple[Table, Table]:
        """The rows of the house and the shipped ones, by class: months and basis by content."""
        rows = AssetLife.objects.filter(
            Q(organization=self.organization_id) | Q(organization=None), valid_from__lte=self.day
        ).order_by("valid_from", "pk")
        own: Table = defaultdict(dict)
        shipped: Table = defaultdict(dict)
        for row in rows:
            table = shipped if row.organization_id is None else own
            table[row.category_id][row.content] = (row.minimum_months, row.basis)
        return own, shipped

    @cached_property
    def _paths(self) -> dict[int, list[int]]:
        """By class: itself and the classes above, the nearest first."""
        rows = AssetCategory.objects.values_list("pk", "path")
        return {key: [int(part) for part in path.split(".") if part][::-1] for key, path in rows}

    @cached_property
    def _older(self) -> dict[int, list[int]]:
        """By class of 2022: the classes of 2010 that became it."""
        found: dict[int, list[int]] = defaultdict(list)
        for new, old in CategoryMapping.objects.order_by("pk").values_list("new", "old"):
            found[new].append(old)
        return found

    def minimum(self, category_id: int, content: str = "") -> Life | None:
        """The least months of a class with the rule behind them; None where no table names it.

        content: what of the class it is, where the table tells several apart (the structure of a house). Where the
        words fit none of them, the shortest life holds: nothing longer can be demanded.
        """
        for table in self._rows:
            for level in self._paths.get(category_id, ()):
                lives = [_at(table, level, content)]
                if lives == [None]:
                    lives = list(self._by_older(table, level, content))
                if known := [life for life in lives if life]:
                    return min(known)
        return None

    def minimum_of(self, card: CardData, category_id: int | None = None) -> Life | None:
        """The least months of a card, of a house by the way it is built; category_id: of a class it is to have."""
        return self.minimum(category_id or card.category_id, str(card.details.get(STRUCTURE, "")))

    def _by_older(self, table: Table, category_id: int, content: str) -> Iterator[Life | None]:
        for old in self._older.get(category_id, ()):
            yield next((life for level in self._paths[old] if (life := _at(table, level, content))), None)


def _at(table: Table, category_id: int, content: str) -> Life | None:
    """What a table says of one class itself."""
    rows = table.get(category_id)
    if not rows:
        return None
    fitting = [life for words, life in rows.items() if content and words.endswith(content)]
    return min(fitting or rows.values())
