"""Which class a thing has, found by what people call it: classes themselves, and the published names of things."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from assets.models import AssetCategory, AssetClass, CategoryMapping, Edition, levels_of
from core.search import matching

from .classes import ACTIVE_EDITION
from .lives import Life, LifeTable

MOST = 20
NAMES_LOOKED_AT = 60
UNDER_ONE_CLASS = 5
"""How many classes are offered where a name leads only to a class with classes under it."""


@dataclass(frozen=True)
class Suggestion:
    """A class a card may have. thing: what the published list calls the thing ("" where the class itself was found),
    old: its class of 2010. life: the least months of the class."""

    category: AssetCategory
    thing: str = ""
    old: AssetCategory | None = None
    life: Life | None = None


def leaves() -> QuerySet[AssetCategory]:
    """Classes that cards may take (R-AST-04)."""
    below = AssetCategory.objects.filter(parent=OuterRef("pk"), active=True)
    rows = AssetCategory.objects.filter(edition=ACTIVE_EDITION, active=True)
    return rows.filter(~Exists(below)).order_by("code")


def suggest(text: str, *, organization_id: int, day: dt.date) -> list[Suggestion]:
    """At most twenty classes for what was typed, exact names first; a fixed number of queries."""
    words = " ".join(text.split())
    if not words:
        return []
    found = [Suggestion(row) for row in matching(leaves(), words, fields=("code", "name"))[:MOST]]
    found += _by_things(words)
    ranked = sorted(_once(found), key=lambda each: words not in (each.thing, each.category.name, each.category.code))
    table = LifeTable(organization_id, day)
    return [Suggestion(each.category, each.thing, each.old, table.minimum(each.category.pk)) for each in ranked[:MOST]]


def _once(found: list[Suggestion]) -> Iterator[Suggestion]:
    seen: set[tuple[int, str]] = set()
    for each in found:
        key = (each.category.pk, each.thing)
        if key not in seen:
            seen.add(key)
            yield each


def _by_things(words: str) -> list[Suggestion]:
    """Classes of 2022 that took the place of the class of 2010 under which a thing of this name is published."""
    rows = matching(AssetClass.objects.all(), words, fields=("name",)).order_by("source_row")
    things = list(dict.fromkeys(rows.values_list("name", "code")[:NAMES_LOOKED_AT]))
    things.sort(key=lambda thing: (thing[0] != words, len(thing[0])))
    codes = {level for _name, code in things for level in levels_of(Edition.E2010, code)}
    old = {row.code: row for row in AssetCategory.objects.filter(edition=Edition.E2010, code__in=codes)}
    newer = _newer(codes)
    under = _leaves_under({row for rows in newer.values() for row in rows})
    found = []
    for name, code in things:
        for level in reversed(levels_of(Edition.E2010, code)):
            if level in newer:
                found += [Suggestion(leaf, name, old.get(code)) for row in newer[level] for leaf in under[row.pk]]
                break
    return found


def _newer(codes: set[str]) -> dict[str, list[AssetCategory]]:
    rows = CategoryMapping.objects.filter(old__code__in=codes, new__active=True).select_related("old", "new")
    found: dict[str, list[AssetCategory]] = {}
    for row in rows.order_by("new__code"):
        found.setdefault(row.old.code, []).append(row.new)
    return found


def _leaves_under(classes: set[AssetCategory]) -> dict[int, list[AssetCategory]]:
    """By class: itself where cards may take it, else the first classes under it; one query."""
    found: dict[int, list[AssetCategory]] = {row.pk: [] for row in classes}
    rows = list(leaves()) if classes else []
    for row in classes:
        found[row.pk] = [leaf for leaf in rows if leaf.path.startswith(row.path)][:UNDER_ONE_CLASS]
    return found
