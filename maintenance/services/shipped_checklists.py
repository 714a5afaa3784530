"""Examples of checklists (maintenance/data/checklists.csv): practice (K) except where `evidence` names a law.

They are called examples in their own names; every house changes them or writes its own, and what it changed stays.
"""

import csv
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from maintenance.models import Checklist, ChecklistLine

DATA = Path(__file__).resolve().parent.parent / "data" / "checklists.csv"


@transaction.atomic
def load_shipped() -> int:
    """Add the example checklists that are missing by their code; returns how many."""
    known = set(Checklist.objects.values_list("code", flat=True))
    made: dict[str, Checklist] = {}
    lines = []
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] in known:
                continue
            if row["code"] not in made:
                made[row["code"]] = Checklist.objects.create(code=row["code"], name=row["name"])
            lines.append(
                ChecklistLine(
                    checklist=made[row["code"]],
                    position=int(row["position"]),
                    text=row["text"],
                    kind=row["kind"],
                    unit=row["unit"],
                    low=_limit(row["low"]),
                    high=_limit(row["high"]),
                )
            )
    ChecklistLine.objects.bulk_create(lines)
    return len(made)


def _limit(text: str) -> Decimal | None:
    return Decimal(text) if text else None
