"""The shipped class codes, their mapping and lives: loaded once, never over what the house changed since."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from python_calamine import CalamineWorkbook

from assets.models import AssetCategory, AssetClass, AssetLife, CardType, CategoryMapping, Edition, levels_of
from core.search import initials_of

DATA = Path(__file__).resolve().parent.parent / "data"
NAMES = "高等学校固定资产分类与代码.xlsx"
LIVES_BASIS = "财会〔2017〕4号"
MAPPING_BASIS = "[D] by name; check"
"""No official mapping of the editions is public: what is shipped follows equal names and must be looked at."""
HOUSES, STRUCTURES = "1020000", "1030000"
CODE_OF_CONTENT = {"构筑物": STRUCTURES}
"""Rows of the table of lives that name no code; the others without one are about houses."""

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
    ("605", CardType.INTANGIBLE),
    ("6", CardType.FURNITURE),
)


def card_type_of(edition: str, code: str) -> str:
    """The card that things of a code have; it can be changed for each class."""
    table = _CARD_TYPES_2022 if edition == Edition.E2022 else _CARD_TYPES_2010
    return next((kind for prefix, kind in table if code.startswith(prefix)), CardType.OTHER)


def load_shipped() -> dict[str, int]:
    """Load both editions, their mapping and the lives of 财会〔2017〕4号; returns how many rows of each were new.

    What is there already stays as it is, so that it can be run again after an update of the program.
    """
    with transaction.atomic():
        return {
            Edition.E2022.value: add_categories(Edition.E2022, _codes_2022()),
            Edition.E2010.value: add_categories(Edition.E2010, _codes_2010()),
            "mapping": _add_mapping(),
            "lives": _add_lives(),
        }


def add_categories(edition: str, rows: Iterable[tuple[str, str, str]]) -> int:
    """Add classes (code, name, source) that are missing, parents first; returns how many were new.

    A class whose parent is not in the list hangs under the nearest class above that is. A fixed number of statements
    for each level.
    """
    wanted = {code: (name, source) for code, name, source in rows}
    known = {row.code: row for row in AssetCategory.objects.filter(edition=edition)}
    by_level: dict[int, list[AssetCategory]] = defaultdict(list)
    for code in sorted(set(wanted) - set(known)):
        name, source = wanted[code]
        by_level[len(levels_of(edition, code))].append(
            AssetCategory(
                edition=edition,
                code=code,
                name=name[:80],
                initials=initials_of(name),
                card_type=card_type_of(edition, code),
                evidence=source[:200],
            )
        )
    made = 0
    for _level, level in sorted(by_level.items()):
        for category in level:
            category.parent = nearest_above(category, known)
        AssetCategory.objects.bulk_create(level, batch_size=500)
        for category in level:
            category.path = f"{category.parent.path if category.parent else ''}{category.pk}."
        AssetCategory.objects.bulk_update(level, ["path"], batch_size=500)
        AssetCategory.history.bulk_history_create(level, batch_size=500, default_change_reason="shipped")
        known |= {category.code: category for category in level}
        made += len(level)
    return made


def nearest_above(category: AssetCategory, known: dict[str, AssetCategory]) -> AssetCategory | None:
    """The class right above one among those of its edition by code; None for a gate."""
    above = [known[code] for code in levels_of(category.edition, category.code)[:-1] if code in known]
    return above[-1] if above else None


def hang_right(edition: str) -> int:
    """Put every class under the nearest class above that exists now; returns how many moved.

    A full table brings the middle classes that a partial one left out.
    """
    known = {row.code: row for row in AssetCategory.objects.filter(edition=edition).order_by("code")}
    moved = 0
    for category in known.values():
        above = nearest_above(category, known)
        if category.parent_id != (above.pk if above else None):
            category.parent = above
            category.save()
            moved += 1
    return moved


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


def load_names() -> int:
    """Load the names of 高等学校固定资产分类与代码 as published; returns how many. Only into an empty table: an import
    may have filled it."""
    if AssetClass.objects.exists():
        return 0
    book = CalamineWorkbook.from_path(DATA / NAMES)
    sheet = book.get_sheet_by_index(0)
    top = (sheet.start or (0, 0))[0]
    made = []
    for number, cells in enumerate(sheet.iter_rows(), start=top + 1):
        raw = str(int(cells[0])) if isinstance(cells[0], float) else str(cells[0]).strip()
        if raw[:7].isdecimal():
            made.append(_name_row(number, raw, str(cells[1]).strip(), str(cells[2]).strip()))
    AssetClass.objects.bulk_create(made, batch_size=1000)
    return len(made)


def _name_row(number: int, raw: str, name: str, national_name: str) -> AssetClass:
    return AssetClass(
        source_row=number,
        raw_code=raw,
        code=raw[:7],
        name=name,
        national_name=national_name,
        initials=initials_of(name or national_name),
    )


def _add_mapping() -> int:
    """Pairs of both editions with the same name, and the major classes; what the house deleted does not come back."""
    old = {row.code: row for row in AssetCategory.objects.filter(edition=Edition.E2010)}
    new = {row.code: row for row in AssetCategory.objects.filter(edition=Edition.E2022)}
    pairs = {(row["old"], row["new"]) for row in _rows("category_mapping_by_name.csv")} | _same_names(old, new)
    seen = set(CategoryMapping.history.values_list("old__code", "new__code"))
    seen |= set(CategoryMapping.objects.values_list("old__code", "new__code"))
    made = CategoryMapping.objects.bulk_create(
        CategoryMapping(old=old[was], new=new[now], basis=MAPPING_BASIS)
        for was, now in sorted(pairs - seen)
        if was in old and now in new
    )
    CategoryMapping.history.bulk_history_create(made, default_change_reason="shipped")
    return len(made)


def _same_names(old: dict[str, AssetCategory], new: dict[str, AssetCategory]) -> set[tuple[str, str]]:
    """(old code, new code) of classes whose name only one class of each edition has."""
    spoken: dict[str, list[str]] = defaultdict(list)
    for code, category in old.items():
        spoken[category.name].append(code)
    names = [category.name for category in new.values()]
    return {
        (spoken[category.name][0], code)
        for code, category in new.items()
        if len(spoken.get(category.name, ())) == 1 and names.count(category.name) == 1
    }


def _add_lives() -> int:
    """The ministry's lives, on the classes of 2010 that the table names; what it tells apart keeps its words.

    Houses and structures have no code there: they are the major classes of these names.
    """
    categories = {row.code: row for row in AssetCategory.objects.filter(edition=Edition.E2010)}
    known = set(AssetLife.objects.filter(organization=None).values_list("category__code", "content"))
    made = []
    for row in _rows("depreciation_lives_caikuai_2017_4.csv"):
        code = row["gbt14885_2010_code7"] or CODE_OF_CONTENT.get(row["content"], HOUSES)
        category = categories.get(code)
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
