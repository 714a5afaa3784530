"""The shipped class codes and lives: loaded once, never over what the house changed or imported since."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction

from assets.models import AssetCategory, AssetLife, CardType, Edition, levels_of
from core.search import initials_of

DATA = Path(__file__).resolve().parent.parent / "data"
LIVES_BASIS = "财会〔2017〕4号"

_CARD_TYPES_2022 = (
    ("A0103", CardType.LAND),
    ("A0102", CardType.STRUCTURE),
    ("A01", CardType.HOUSE),
    ("A0203", CardType.VEHICLE),
    ("A02", CardType.EQUIPMENT),
    ("A03", CardType.RELIC),
    ("A04", CardType.BOOK),
    ("A05", CardType.FURNITURE),
    ("A06", CardType.LIVING),
    ("A08", CardType.INTANGIBLE),
)
_CARD_TYPES_2010 = (
    ("101", CardType.LAND),
    ("103", CardType.STRUCTURE),
    ("1", CardType.HOUSE),
    ("203", CardType.VEHICLE),
    ("2", CardType.EQUIPMENT),
    ("3", CardType.EQUIPMENT),
    ("4", CardType.RELIC),
    ("5", CardType.BOOK),
    ("603", CardType.LIVING),
    ("604", CardType.LIVING),
    ("6", CardType.FURNITURE),
)


def card_type_of(edition: str, code: str) -> str:
    """The card that things of a code have; it can be changed for each class."""
    table = _CARD_TYPES_2022 if edition == Edition.E2022 else _CARD_TYPES_2010
    return next((kind for prefix, kind in table if code.startswith(prefix)), CardType.OTHER)


def load_shipped() -> dict[str, int]:
    """Load both editions and the lives of 财会〔2017〕4号; returns how many rows of each were new.

    What is there already stays as it is, so that it can be run again after an update of the program.
    """
    with transaction.atomic():
        return {
            Edition.E2022.value: add_categories(Edition.E2022, _codes_2022()),
            Edition.E2010.value: add_categories(Edition.E2010, _codes_2010()),
            "lives": _add_lives(),
        }


def add_categories(edition: str, rows: Iterable[tuple[str, str, str]]) -> int:
    """Add classes (code, name, source) that are missing, parents first; returns how many were new.

    A class whose parent is not in the list hangs under the nearest class above that is.
    """
    wanted = {code: (name, source) for code, name, source in rows}
    known = {row.code: row for row in AssetCategory.objects.filter(edition=edition)}
    made = 0
    for code in sorted(set(wanted) - set(known), key=lambda code: (len(levels_of(edition, code)), code)):
        above = [known[level] for level in levels_of(edition, code)[:-1] if level in known]
        name, source = wanted[code]
        known[code] = AssetCategory(
            edition=edition,
            code=code,
            name=name[:80],
            initials=initials_of(name),
            parent=above[-1] if above else None,
            card_type=card_type_of(edition, code),
            evidence=source[:200],
        )
        known[code].save()
        made += 1
    return made


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _codes_2022() -> Iterator[tuple[str, str, str]]:
    for row in _rows("gbt14885_2022_partial.csv"):
        yield row["code"], row["name"], row["evidence"]


def _codes_2010() -> Iterator[tuple[str, str, str]]:
    for row in _rows("gbt14885_2010_gates_major.csv"):
        yield row["code"].ljust(7, "0"), row["name"], "GB/T 14885-2010"
    for row in _rows("gbt14885_2010_codes_seen.csv"):
        yield row["code7"], row["name_majority"], "GB/T 14885-2010"


def _add_lives() -> int:
    """The ministry's lives, on the classes of 2010 that the table names; what it tells apart keeps its words."""
    categories = {row.code: row for row in AssetCategory.objects.filter(edition=Edition.E2010)}
    known = set(AssetLife.objects.filter(organization=None).values_list("category__code", "content"))
    made = []
    for row in _rows("depreciation_lives_caikuai_2017_4.csv"):
        category = categories.get(row["gbt14885_2010_code7"])
        content = "" if category and category.name == row["content"] else row["content"]
        if category is None or (category.code, content) in known:
            continue
        basis = LIVES_BASIS if row["evidence"].startswith("seen") else f"{LIVES_BASIS}; not verified"
        made.append(
            AssetLife(
                category=category,
                content=content[:60],
                minimum_months=int(row["min_years"]) * 12,
                maximum_months=int(row["max_years"]) * 12 if row["max_years"] else None,
                basis=basis,
            )
        )
        known.add((category.code, content))
    AssetLife.objects.bulk_create(made)
    return len(made)
