"""The shipped code tables of repairs: kinds of faults, causes, remedies, reasons of ratings (maintenance/data).

The kinds follow request forms of schools (P27, P30, P31) where `evidence` says so; the rest, the urgent words among
it, is practice (K) or ours (D): every house changes it as it likes, and what it changed is never overwritten.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from maintenance.models import CauseCode, RatingReason, RemedyCode, RepairCategory

DATA = Path(__file__).resolve().parent.parent / "data"


def load_shipped() -> dict[str, int]:
    """Add the rows that are missing by their code; returns how many of each table were new."""
    with transaction.atomic():
        categories = _add_categories()
        known = dict(RepairCategory.objects.values_list("code", "pk"))
        causes = set(CauseCode.objects.values_list("code", flat=True))
        remedies = set(RemedyCode.objects.values_list("code", flat=True))
        reasons = set(RatingReason.objects.values_list("code", flat=True))
        return {
            "categories": categories,
            "causes": len(
                CauseCode.objects.bulk_create(
                    CauseCode(
                        code=row["code"],
                        name=row["name"],
                        kind=row["kind"],
                        category_id=known.get(row["category"]),
                    )
                    for row in _rows("cause_codes.csv")
                    if row["code"] not in causes
                )
            ),
            "remedies": len(
                RemedyCode.objects.bulk_create(
                    RemedyCode(code=row["code"], name=row["name"], category_id=known.get(row["category"]))
                    for row in _rows("remedy_codes.csv")
                    if row["code"] not in remedies
                )
            ),
            "reasons": len(
                RatingReason.objects.bulk_create(
                    RatingReason(code=row["code"], name=row["name"], good=row["good"] == "1")
                    for row in _rows("rating_reasons.csv")
                    if row["code"] not in reasons
                )
            ),
        }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _add_categories() -> int:
    """Kinds first, then those under them."""
    known = {row.code: row for row in RepairCategory.objects.all()}
    made = 0
    for row in _rows("repair_categories.csv"):
        if row["code"] in known:
            continue
        known[row["code"]] = RepairCategory.objects.create(
            code=row["code"],
            parent=known.get(row["parent"]),
            name=row["name"],
            icon=row["icon"],
            keywords=row["keywords"],
            always_urgent=row["always_urgent"] == "1",
        )
        made += 1
    return made
